"""Dates as laws write them, in Russian, Slovene and English words or in figures, turned into EDTF."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphbuild import dates
from graphbuild.writtendates.months import month_of

_WORD = r"[^\W\d_]{3,12}"
_DATE = re.compile(
    rf"(?<!\d)(?:(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})"
    rf"|(?P<d>\d{{1,2}})\.?\s+(?P<m>{_WORD})\s+(?P<y>\d{{4}})"
    rf"|(?P<m2>{_WORD})\s+(?P<d2>\d{{1,2}}),\s+(?P<y2>\d{{4}})"
    r"|(?P<d3>\d{1,2})\.\s?(?P<m3>\d{1,2})\.\s?(?P<y3>\d{4}))(?!\d)"
)


def edtf(text: str) -> str:
    """The one date that a text begins with, as EDTF.

    Raises ValueError with a sentence if there is none or it is impossible.

    >>> [edtf(t) for t in ("18 марта 2026 года", "8. oktobra 1991", "October 11, 2011", "24.12.2012", "21. 7. 2022")]
    ['2026-03-18', '1991-10-08', '2011-10-11', '2012-12-24', '2022-07-21']
    """
    start, found = next(find(text), (0, ""))
    if found and not text[:start].strip():
        dates.parse(found)
        return found
    raise ValueError(f"{text!r} is not a date we can read")


def find(text: str) -> Iterator[tuple[int, str]]:
    """Where dates stand in a text and what they are in EDTF, possible or not; what has no known month is none.

    >>> list(find("от 11 октября 2011 года № 483-IV"))
    [(3, '2011-10-11')]
    """
    for match in _DATE.finditer(text):
        if written := _written(match):
            yield match.start(), written


def _written(match: re.Match[str]) -> str:
    if match["iso"]:
        return match["iso"]
    if match["d3"]:
        return f"{match['y3']}-{int(match['m3']):02}-{int(match['d3']):02}"
    year, month, day = match["y"] or match["y2"], month_of(match["m"] or match["m2"]), match["d"] or match["d2"]
    return f"{year}-{month:02}-{int(day):02}" if month else ""
