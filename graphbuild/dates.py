"""Dates as far as they are known: EDTF in, the earliest and the latest day out.

The forms are those that sources need: a day, month, year, decade or century
(`2011-10-11`, `2011-10`, `2011`, `201X`), unspecified days (`2011-10-XX`), a
duration (`2010-02-08/2010-02-19`, `2011-05/..`), one day of a range
(`[2010-05-31..2010-06-18]`, `[..2014-10-29]`) or of a list
(`[2014-01-28,2014-04-02]`). A `~` or `%` widens by WIDENED, a `?` marks only.
The PyPI library `edtf` reads some of these wrongly (`/2014` as ten years
before) or not at all (open sets), and *later* rests on them; hence this module.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from graphbuild.terms import ID, A, Term, Triple, literal, term

#: Days by which an approximate date is widened on both sides, by its precision.
WIDENED = {"year": 366, "month": 31, "day": 7}

_SIMPLE = re.compile(
    r"(?P<y>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)(?:-(?P<m>[0-9]{2}|XX)(?:-(?P<d>[0-9]{2}|XX))?)?(?P<q>[?~%]?)"
)
_EARLIEST, _LATEST = date.min, date.max


@dataclass(frozen=True)
class Span:
    """The days a date can be: `earliest` and `latest`, None where unbounded."""

    earliest: date | None
    latest: date | None


def parse(text: str) -> Span:
    """Read an EDTF date.

    Raises ValueError with a sentence if the text is not one or is impossible.

    >>> parse("2011-10")
    Span(earliest=datetime.date(2011, 10, 1), latest=datetime.date(2011, 10, 31))
    >>> parse("[..2014-10-29]").earliest is None
    True
    """
    if text.startswith("[") and text.endswith("]"):
        return _one_of(text[1:-1])
    if "/" in text:
        return _duration(text)
    return _simple(text)


def is_date(text: str) -> bool:
    """Whether a text is a date in EDTF, and a possible one.

    >>> is_date("2011-10-11"), is_date("2011-13"), is_date("soon")
    (True, False, False)
    """
    try:
        return bool(parse(text))
    except ValueError:
        return False


def _one_of(text: str) -> Span:
    spans = [_range(part.strip()) for part in text.split(",")]
    span = _ordered(_lowest(spans), _highest(spans), text)
    if span == Span(None, None):
        raise ValueError(f"[{text}] has neither a beginning nor an end")
    return span


def _range(text: str) -> Span:
    first, dots, last = text.partition("..")
    if not dots:
        return _simple(text)
    start = _simple(first).earliest if first else None
    return _ordered(start, _simple(last).latest if last else None, text)


def _duration(text: str) -> Span:
    first, _, last = text.partition("/")
    start = None if first in ("..", "") else _simple(first).earliest
    end = None if last in ("..", "") else _simple(last).latest
    if start is None and end is None:
        raise ValueError(f"{text!r} has neither a beginning nor an end")
    return _ordered(start, end, text)


def _ordered(start: date | None, end: date | None, text: str) -> Span:
    if start and end and start > end:
        raise ValueError(f"{text!r} ends before it begins")
    return Span(start, end)


def _lowest(spans: list[Span]) -> date | None:
    bounds = [span.earliest or _EARLIEST for span in spans]
    return None if min(bounds) == _EARLIEST else min(bounds)


def _highest(spans: list[Span]) -> date | None:
    bounds = [span.latest or _LATEST for span in spans]
    return None if max(bounds) == _LATEST else max(bounds)


def _simple(text: str) -> Span:
    match = _SIMPLE.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a date in EDTF")
    year, month, day = match["y"], match["m"], match["d"]
    try:
        first, last, precision = _days(year, month, day)
        wide = timedelta(WIDENED[precision]) if match["q"] in ("~", "%") else timedelta(0)
        return Span(first - wide, last + wide)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not a day of the calendar") from error


def _days(year: str, month: str | None, day: str | None) -> tuple[date, date, str]:
    low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if month in (None, "XX"):
        if day not in (None, "XX"):
            raise ValueError("a day needs its month")
        return date(low, 1, 1), date(high, 12, 31), "year"
    if low != high:
        raise ValueError("a month needs its year")
    number = int(str(month))
    if day in (None, "XX"):
        return date(low, number, 1), date(low, number, _length(low, number)), "month"
    exact = date(low, number, int(str(day)))
    return exact, exact, "day"


def _length(year: int, month: int) -> int:
    if not 1 <= month <= 12:
        raise ValueError("no such month")
    return calendar.monthrange(year, month)[1]


def node(text: str) -> Term:
    """The IRI of a date; equal dates share one node.

    >>> node("[2010-05-31..2010-06-18]")
    '<https://w3id.org/graphbuild/id/date/oneof_2010-05-31_2010-06-18>'
    """
    name = "".join(text.split()).replace("[..", "[open..").replace("..]", "..open]")
    name = name.replace("/..", "/open").replace("../", "open/")
    name = name.replace("[", "oneof_").replace("]", "").replace("..", "_").replace(",", "_or_").replace("/", "_to_")
    for mark, word in (("~", "_about"), ("?", "_uncertain"), ("%", "_about_uncertain")):
        name = name.replace(mark, word)
    return Term(f"<{ID}date/{name}>")


def triples(text: str) -> list[Triple]:
    """What the graph says of a date: its EDTF text and its bounds as `xsd:date`."""
    text = "".join(text.split())
    span, subject = parse(text), node(text)
    said: list[Triple] = [(subject, A, term("Date")), (subject, term("edtf"), literal(text, datatype="edtf:EDTF"))]
    if span.earliest:
        said.append((subject, term("earliest"), literal(span.earliest.isoformat(), datatype="xsd:date")))
    if span.latest:
        said.append((subject, term("latest"), literal(span.latest.isoformat(), datatype="xsd:date")))
    return said
