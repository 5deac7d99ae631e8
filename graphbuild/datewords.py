"""Dates as people write them in lists of persons, in English and German: words and numbers in, EDTF out.

Numbers with dots are day first. With slashes both orders are in use: where both
can be, both stay, as one of two days. What is not understood raises ValueError;
whoever calls keeps the written words and gives no date. No library reads such
alternatives and ranges as what they are: `dateparser` and `dateutil` give one day.
"""

from __future__ import annotations

import re

from graphbuild import dates

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner",
            "february feb februar",
            "march mar märz maerz",
            "april apr",
            "may mai",
            "june jun juni",
            "july jul juli",
            "august aug",
            "september sep sept",
            "october oct oktober okt",
            "november nov",
            "december dec dezember dez",
        ),
        1,
    )
    for name in names.split()
}
_ABOUT = re.compile(r"(?:around|about|approximately|approx\.?|circa|ca\.?|c\.|um|etwa|ungefähr)\s+(?P<rest>.+)", re.I)
_BETWEEN = re.compile(r"(?:between|zwischen)\s+(?P<first>.+?)\s+(?:and|und)\s+(?P<last>.+)", re.I)
_FROM = re.compile(r"(?P<first>[0-9.]*[0-9]{4})\s*(?:[-–—]|\bto\b|\bbis\b)\s*(?P<last>[0-9.]*[0-9]{4})", re.I)
_OR = re.compile(r"\s*(?:,?\s+(?:or|oder)\s+|,\s+|;|\s+/\s*|/\s+)\s*", re.I)
_ISO = re.compile(r"(?P<date>[0-9]{4}(?:-[0-9]{2}){0,2})(?:T[0-9:.Z+-]*)?")
_YEARS = re.compile(r"(?P<first>[0-9]{4})/(?P<last>[0-9]{4})")
_DOTS = re.compile(r"(?P<d>[0-9]{1,2})[. ]\s?(?P<m>[0-9]{1,2})[. ]\s?(?P<y>[0-9]{4})")
_SLASHES = re.compile(r"(?P<d>[0-9]{1,2})[/-](?P<m>[0-9]{1,2})[/-](?P<y>[0-9]{4})")
_MONTH = re.compile(r"(?:(?P<d>[0-9]{1,2})(?:st|nd|rd|th|\.)?\s+)?(?P<m>[^\W\d_]+)\.?,?\s+(?P<y>[0-9]{4})")
_AMERICAN = re.compile(r"(?P<m>[^\W\d_]+)\.?\s+(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?,\s*(?P<y>[0-9]{4})")
_DECADE = re.compile(r"(?:the\s+)?(?P<y>[0-9]{3})0(?:s|er)", re.I)


def edtf_of(written: str) -> str:
    """A written date in EDTF. Raises ValueError with a sentence if it is none that we understand.

    >>> [edtf_of(w) for w in ("7.2.1956", "28.01 1966", "1966", "January 1958", "9 March 2026", "9. März 2026")]
    ['1956-02-07', '1966-01-28', '1966', '1958-01', '2026-03-09', '2026-03-09']
    >>> [edtf_of(w) for w in ("around 1970", "1954 or 1955", "1979, 1980 or 1981", "1980-1990", "1950s")]
    ['1970~', '[1954,1955]', '[1979,1980,1981]', '[1980..1990]', '195X']
    >>> edtf_of("between 1.1.1961 and 31.12.1963"), edtf_of("19.9.1981 or 29.9.1981"), edtf_of("21.11.1964 / 1965")
    ('[1961-01-01..1963-12-31]', '[1981-09-19,1981-09-29]', '[1964-11-21,1965]')
    >>> edtf_of("25/12/1970"), edtf_of("3/1/2022")
    ('1970-12-25', '[2022-01-03,2022-03-01]')
    """
    text = " ".join(written.split())
    parts = [text] if _AMERICAN.fullmatch(text) else _OR.split(text)
    found = _range(text) or one_of([alternative for part in parts for alternative in _alternatives(part)])
    dates.parse(found)
    return found


def one_of(alternatives: list[str]) -> str:
    """Several EDTF dates, of which one is meant, as one: each once, and a single one as it is; none gives none.

    >>> one_of(["1954", "1955", "1954"]), one_of(["1954"]), one_of(["[1961..1963]", "[1970,1971]"])
    ('[1954,1955]', '1954', '[1961..1963,1970,1971]')
    """
    parts = dict.fromkeys(part for a in alternatives for part in a.removeprefix("[").removesuffix("]").split(","))
    return "[" + ",".join(parts) + "]" if len(parts) > 1 or ".." in "".join(parts) else "".join(parts)


def _range(text: str) -> str:
    match = _BETWEEN.fullmatch(text) or _FROM.fullmatch(text)
    if not match:
        return ""
    return f"[{_one(match['first'])}..{_one(match['last'])}]"


def _alternatives(text: str) -> list[str]:
    if match := _ABOUT.fullmatch(text):
        return [_one(match["rest"]) + "~"]
    if match := _YEARS.fullmatch(text):
        return [match["first"], match["last"]]
    if match := _SLASHES.fullmatch(text):
        day, month, year = match["d"], match["m"], match["y"]
        orders = [(m, d) for d, m in dict.fromkeys([(int(day), int(month)), (int(month), int(day))]) if m <= 12]
        return sorted(_written(year, m, d) for m, d in orders)
    return [_one(text)]


def _one(text: str) -> str:
    if match := _ISO.fullmatch(text):
        return match["date"]
    if match := _DECADE.fullmatch(text):
        return match["y"] + "X"
    if match := _DOTS.fullmatch(text):
        return _written(match["y"], int(match["m"]), int(match["d"]))
    match = _MONTH.fullmatch(text) or _AMERICAN.fullmatch(text)
    if match and match["m"].casefold() in _MONTHS:
        return _written(match["y"], _MONTHS[match["m"].casefold()], int(match["d"] or 0))
    raise ValueError(f"{text!r} is not a date in a form we know")


def _written(year: str, month: int, day: int) -> str:
    """Zeros stand where a day or month is not known."""
    if not month:
        return year
    return f"{year}-{month:02}-{day:02}" if day else f"{year}-{month:02}"
