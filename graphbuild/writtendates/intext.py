"""Dates as running texts have them, in English, turned into EDTF; what can be read in two ways keeps both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from graphbuild.writtendates.months import ENGLISH, month_of

_MONTH = "(?P<m>" + "|".join(f"{m}|{m[:3]}" for m in ENGLISH) + "|sept)\\.?"
_DAY, _YEAR = "(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?", "(?P<y>[12][0-9]{3})"
_EDGE = "(?<![\\w/.-])", "(?![\\w/-]|\\.[0-9])"


@dataclass(frozen=True)
class Found:
    """A date in a text: where it starts and ends, in characters, and what it says in EDTF."""

    start: int
    end: int
    edtf: str


def _pattern(body: str) -> re.Pattern[str]:
    return re.compile(_EDGE[0] + body + _EDGE[1], re.I)


_FORMS = (
    _pattern(f"{_YEAR}-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})"),
    _pattern(f"{_DAY}[ -]{_MONTH},?[ -]{_YEAR}"),
    _pattern(f"{_MONTH} {_DAY},? {_YEAR}"),
    _pattern("(?P<a>[0-9]{1,2})(?P<s>[/.-])(?P<b>[0-9]{1,2})(?P=s)" + _YEAR),
    _pattern(f"{_MONTH},? {_YEAR}"),
)
_YEARLESS = (_pattern(f"{_DAY} {_MONTH}"), _pattern(f"{_MONTH} {_DAY}"))


def read_date(text: str) -> str:
    """The EDTF of a text that is one date and nothing else, or an empty text.

    >>> read_date("Feb 1, 2010"), read_date("10/18/2017"), read_date("03/04/2017"), read_date("soon")
    ('2010-02-01', '2017-10-18', '[2017-03-04,2017-04-03]', '')
    """
    found = list(find_dates(text.strip()))
    return found[0].edtf if len(found) == 1 and found[0].end - found[0].start == len(text.strip()) else ""


def find_dates(text: str) -> Iterator[Found]:
    """Every date with a year, from left to right; days that no calendar has are none."""
    taken = 0
    matches = (m for form in _FORMS for m in form.finditer(text))
    for match in sorted(matches, key=lambda m: (m.start(), -m.end())):
        if match.start() >= taken and (edtf := _edtf(match)):
            yield Found(match.start(), match.end(), edtf)
            taken = match.end()


def find_scattered(text: str) -> Iterator[Found]:
    """A day and month whose year stands elsewhere in the same text, if only one year does.

    >>> [f.edtf for f in find_scattered("2 p.m., Wednesday, March 6 (that is, 2013)")]
    ['2013-03-06']
    """
    years = set(re.findall(r"(?<![\w/.-])[12][0-9]{3}(?![\w/.-])", text))
    if len(years) == 1:
        (year,) = years
        for form in _YEARLESS:
            for match in form.finditer(text):
                if edtf := _day(int(year), _month(match["m"]), int(match["d"])):
                    yield Found(match.start(), match.end(), edtf)


def _edtf(match: re.Match[str]) -> str:
    cells = match.groupdict()
    year = int(cells["y"])
    if "a" in cells:
        return _numbers(year, int(cells["a"]), int(cells["b"]))
    month = _month(cells["m"])
    return _day(year, month, int(cells["d"])) if "d" in cells else f"{year}-{month:02}"


def _numbers(year: int, one: int, other: int) -> str:
    """Day first or month first: both, where both are days of the calendar."""
    readings = sorted({_day(year, other, one), _day(year, one, other)} - {""})
    return f"[{','.join(readings)}]" if len(readings) > 1 else "".join(readings)


def _month(word: str) -> int:
    return int(word) if word.isdecimal() else month_of(word)


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
