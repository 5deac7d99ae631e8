"""Dates as far as they are known: every form, its first and last day, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pyoxigraph as ox
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graphbuild.dates import WIDENED, Span, node, parse, triples
from graphbuild.terms import line

# --- Every valid date that a source may write ------------------------------------

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@st.composite
def simple(draw: st.DrawFn, days: st.SearchStrategy[date] = DAYS) -> str:
    """A day, month, year, decade or century, perhaps with X for digits, perhaps marked."""
    day = draw(days)
    form = draw(st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y", "%Y-%m-XX", "%Y-XX", "%Y-XX-XX"]))
    text = draw(st.sampled_from([day.strftime(form), f"{day.year // 10}X", f"{day.year // 100}XX"]))
    return text + draw(st.sampled_from(["", "", "?", "~", "%"]))


@st.composite
def duration(draw: st.DrawFn) -> str:
    first, last = sorted(draw(st.lists(DAYS, min_size=2, max_size=2)))
    start, end = draw(st.sampled_from([(first, last), ("..", last), (first, ".."), ("", last), (first, "")]))
    return f"{start}/{end}"


@st.composite
def one_of(draw: st.DrawFn) -> str:
    days = sorted(draw(st.lists(DAYS, min_size=2, max_size=6)))
    pairs = zip(days[::2], days[1::2], strict=False)
    parts = [draw(st.sampled_from([f"{a}", f"{a}..{b}"])) for a, b in pairs]
    first = draw(st.sampled_from(["", "", "..1890,"]))
    return f"[{first}{','.join(parts)}]"


VALID = simple() | duration() | one_of()


@given(VALID)
def test_the_first_day_is_not_after_the_last(text: str) -> None:
    span = parse(text)
    assert (span.earliest or date.min) <= (span.latest or date.max)


@given(VALID)
def test_a_date_has_a_first_or_a_last_day(text: str) -> None:
    assert parse(text) != Span(None, None)


@given(VALID, VALID)
def test_different_dates_have_different_nodes(one: str, two: str) -> None:
    assert (node(one) == node(two)) == (one == two)


@given(VALID)
def test_what_is_said_of_a_date_can_be_read(text: str) -> None:
    said = triples(text)
    assert len(list(ox.parse("\n".join(map(line, said)), format=ox.RdfFormat.N_TRIPLES))) == len(said)


@given(DAYS)
def test_a_day_lies_within_its_month_year_decade_and_century(day: date) -> None:
    for text in (
        f"{day}",
        f"{day:%Y-%m}",
        f"{day:%Y-%m-XX}",
        f"{day:%Y}",
        f"{day.year // 10}X",
        f"{day.year // 100}XX",
    ):
        span = parse(text)
        assert span.earliest is not None
        assert span.latest is not None
        assert span.earliest <= day <= span.latest


@given(simple(), simple())
def test_one_of_two_dates_lies_between_the_first_and_the_last_of_both(one: str, two: str) -> None:
    spans = (parse(one), parse(two))
    both = parse(f"[{one},{two}]")
    assert both.earliest == min(s.earliest for s in spans if s.earliest)
    assert both.latest == max(s.latest for s in spans if s.latest)


@given(simple().filter(lambda text: text[-1] not in "?~%"), st.sampled_from("~%"))
def test_an_approximate_date_is_widened_on_both_sides(text: str, mark: str) -> None:
    exact, wide = parse(text), parse(text + mark)
    precision = "year" if len(text.replace("-XX", "")) == 4 else "month" if "XX" in text or len(text) == 7 else "day"
    days = timedelta(WIDENED[precision])
    assert exact.earliest and exact.latest
    assert wide == Span(exact.earliest - days, exact.latest + days)


@given(simple().filter(lambda text: text[-1] not in "?~%"))
def test_an_uncertain_date_is_marked_and_not_widened(text: str) -> None:
    assert parse(text + "?") == parse(text)
    assert node(text + "?") != node(text)


@given(st.text())
def test_any_text_is_a_date_or_is_refused_with_a_sentence(text: str) -> None:
    try:
        assert triples(text)
    except ValueError as error:
        assert str(error)


# --- Examples ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2011-10-11", "2011-10-11", "2011-10-11"),
        ("2011-10", "2011-10-01", "2011-10-31"),
        ("2011-10-XX", "2011-10-01", "2011-10-31"),
        ("2012-02", "2012-02-01", "2012-02-29"),
        ("2011", "2011-01-01", "2011-12-31"),
        ("201X", "2010-01-01", "2019-12-31"),
        ("20XX", "2000-01-01", "2099-12-31"),
        ("2011-10-11~", "2011-10-04", "2011-10-18"),
        ("2010-02-08/2010-02-19", "2010-02-08", "2010-02-19"),
        ("2011-05/..", "2011-05-01", None),
        ("2011-05/", "2011-05-01", None),
        ("../2011-05", None, "2011-05-31"),
        ("[2010-05-31..2010-06-18]", "2010-05-31", "2010-06-18"),
        ("[..2014-10-29]", None, "2014-10-29"),
        ("[2014-10-29..]", "2014-10-29", None),
        ("[2014-01-28,2014-04-02]", "2014-01-28", "2014-04-02"),
        ("[2014-04-02,2014-01-28]", "2014-01-28", "2014-04-02"),
        ("[2011,2014-02]", "2011-01-01", "2014-02-28"),
    ],
)
def test_each_form_has_its_first_and_last_day(text: str, earliest: str | None, latest: str | None) -> None:
    days = [date.fromisoformat(day) if day else None for day in (earliest, latest)]
    assert parse(text) == Span(*days)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "11.10.2011", "10/11/2011", "11/10/2011", "Oct-11", "40827", "2011-1-1", "2011-13", "2011-00", "2011-02-29",
        "2011-02-30", "2011-06-31", "2011-10-32", "2011-XX-05", "201X-05", "2XXX", "XXXX", "0000", "11", "20111011",
        "2011-10-11T10:00", "2011-10-11 ", " 2011", "2011-10-11~?", "2012/2011", "2010/2011/2012", "/", "../..", "..",
        "[", "]", "[]", "[..]", "[,]", "[2011,]", "[2012..2011]", "[2012..2011,2013]", "2011..2012", "2011-W40",
        "2011-10-11Z", "2011-24", "-2011", "y20111", "٢٠١١", "２０１１", "2011-10-1১",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date|not a day of the calendar|ends before|neither a beginning"):
        parse(text)


@pytest.mark.parametrize("space", [" ", "\t", "\u00a0"])
def test_white_space_in_a_date_is_no_part_of_its_name(space: str) -> None:
    assert node(f"2010-02-08/{space}2010-02-19") == node("2010-02-08/2010-02-19")


def test_a_list_is_the_same_date_with_and_without_a_space() -> None:
    assert triples("[2014-01-28, 2014-04-02]") == triples("[2014-01-28,2014-04-02]")


@given(DAYS, DAYS)
def test_a_duration_that_ends_before_it_begins_is_refused(one: date, two: date) -> None:
    assume(one > two)
    for text in (f"{one}/{two}", f"[{one}..{two}]"):
        with pytest.raises(ValueError, match="ends before it begins"):
            parse(text)
