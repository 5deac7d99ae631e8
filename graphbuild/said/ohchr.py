"""How the UN human rights office writes in its tables: lists of lines, goals, positions, numbers before texts."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from graphbuild import vocabulary
from graphbuild.said.records import Record, Review, letter
from graphbuild.terms import Term, local_id
from graphbuild.undocuments.wording import Wording, code_of, single_spaced, split_wordings

_HYPHEN = re.compile(r"^\s*[-–—•]\s+")
_GOAL = re.compile(r"(?:SDG\s*)?((?:1[0-7]|[1-9])(?:\.(?:[1-9][0-9]?|[a-d]))?)(?=[\s:.–-]|$)", re.I)
_NUMBER = re.compile(
    r"(?:\[?(?:\.{3}|…)\]?\s*)?(?:(?:R|Rec|Recommendations?)\b\.?\s*(?:No\b\.?\s*)?)?"
    r"(\d{1,3}\.\d{1,3})(?![.\d]*\d|\s*per cent)\.?:?\s*",
    re.I,
)
_LEAD = re.compile(
    r"Recommendations? (?:contained )?in (?:the )?(para(?:graph)?s?\.?\s*\d{1,3}(?:\.\d{1,3})?)[^:]{0,80}:\s*", re.I
)
_SLASH = re.compile(r"\s*/\s*")
#: A run of spaces is gone through from its beginning only, here and in other patterns: it may be very long.
_SOURCE = re.compile(r"(?<!\s)\s*+\bSource\s+of\s+positions?\s*:\s*(?P<place>[^\n]*)", re.I)


def entries(cell: str) -> tuple[str, ...]:
    """The entries of a cell: its lines, without the hyphen before each.

    A hyphen within a line is part of a name.

    >>> entries("- Chile\\n- Timor-Leste")
    ('Chile', 'Timor-Leste')
    """
    lines = (single_spaced(_HYPHEN.sub("", html.unescape(line))) for line in cell.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line and line != "-"))


def goal_number(words: str) -> str:
    """The number of a goal or target before its title; empty if there is none.

    >>> goal_number("16.a - Strong institutions"), goal_number("5 - GENDER EQUALITY"), goal_number("none")
    ('16.a', '5', '')
    """
    found = _GOAL.match(words)
    return found[1].lower() if found else ""


def state_code(name: str) -> str:
    """The alpha-3 code of the state that a code or name means; empty if it means none."""
    return local_id(vocabulary.state(name) or "")


def position_of(words: str) -> str:
    """The notation of the position that words such as Supported mean; empty if they mean none."""
    found = vocabulary.concepts()["position"].get(_SLASH.sub("/", single_spaced(words)).casefold(), Term(""))
    notation = local_id(found)
    return notation if notation in _positions() else ""


@cache
def _positions() -> frozenset[str]:
    """Positions a state can take to a recommendation in the end; the words for them stand in positions.ttl."""
    return frozenset(vocabulary.listed(list[str], "ohchr", "positions"))


def numbered(text: str) -> tuple[str, str]:
    """List paragraph and number that a text begins with, and the text behind them.

    >>> numbered("R 105.1. Ratify the Convention"), numbered("Ratify it")
    (('105.1', 'Ratify the Convention'), ('', 'Ratify it'))
    """
    found = _NUMBER.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def lead(text: str) -> tuple[str, str]:
    """The place in an opening such as "Recommendations contained in para. 98:", and the text behind it."""
    found = _LEAD.match(text)
    return (single_spaced(found[1]), text[found.end() :]) if found else ("", text)


def source_of_position(text: str) -> tuple[str, str]:
    """What the line "Source of Position" cites, and the text without that line."""
    found = _SOURCE.search(text)
    return (found["place"].strip(" ;"), text[: found.start()] + text[found.end() :]) if found else ("", text)


def wordings_of(text: str, listed: Sequence[str]) -> tuple[list[Wording], bool]:
    """The wordings of a recommendation with their states, and whether text and list name the same states.

    `listed` are the names in a column of their own. Where they are not those of the parentheses in the text, the
    list is right and the text is one wording.
    """
    found = split_wordings(text)
    if not listed:
        return found, True
    names = tuple(dict.fromkeys(listed))
    codes = tuple(dict.fromkeys(filter(None, map(code_of, names))))
    named = {code for wording in found for code in wording.states}
    if all(w.states and not w.unresolved for w in found) and named == set(codes):
        return found, True
    words = found[0].text if len(found) == 1 else single_spaced(text)
    return [Wording(words, codes, names, tuple(n for n in names if not code_of(n)))], named <= set(codes)


def records_of(wordings: Sequence[Wording], review: Review, row: str, number: str, **shared: Any) -> list[Record]:
    """A record for each wording, with what they share; where a number holds several, their parts are a, b …"""
    parts = [letter(n) if len(wordings) > 1 else "" for n in range(len(wordings))]
    return [
        Record(review, w.text, row, number, part, w.states, w.recommenders, **shared)
        for w, part in zip(wordings, parts, strict=True)
    ]
