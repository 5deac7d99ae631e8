"""The words of UPR Info's databases, old and new: what each means, or what is wrong with it.

Those for answers, pledges and unknown states stand in ontology/words/uprinfo.toml.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

from graphbuild import resources, vocabulary
from graphbuild.errors import CellError
from graphbuild.terms import Term, local_id

Meaning = TypeVar("Meaning")


@cache
def pledge() -> str:
    """What UPR Info writes in the place of an answer where a state binds itself."""
    return vocabulary.listed(str, "uprinfo", "pledge")


@cache
def unknown() -> str:
    """What it writes where a report does not say who recommends."""
    return vocabulary.listed(str, "uprinfo", "unknown")


def meaning(cells: dict[str, str], column: str, read: Callable[[str], Meaning]) -> Meaning:
    """What the cell of a column means; a CellError names the column."""
    try:
        return read(cells[column])
    except CellError as error:
        error.column = column
        raise


def state(name: str) -> str:
    """The alpha-3 code of a state.

    >>> state("St Vincent & the Grenadines")
    'VCT'
    """
    found = vocabulary.state(name)
    if not found:
        raise CellError("is not a state we know", vocabulary.add_spelling(name))
    return local_id(found)


def session(words: str) -> int:
    """The number of a session, alone or before a dash and its month.

    >>> session("20"), session("7.0"), session("44 - November 2023")
    (20, 7, 44)
    """
    number = words.partition(" - ")[0].strip().removesuffix(".0")
    if number not in vocabulary.cycles():
        raise CellError("is not a session we know", f"write a number from 1 to {len(vocabulary.cycles())}")
    return int(number)


def action(words: str) -> str:
    """The number of an action category, alone or before a dash and its name; empty if there is none.

    >>> action("4.0"), action("4 - General action"), action("")
    ('4', '4', '')
    """
    number, _, name = (part.strip() for part in re.sub(r"(?<!\s)\s++[-–]\s+", "\t", words, count=1).partition("\t"))
    known = vocabulary.concepts()["action"]
    found = known.get(number.removesuffix(".0"))
    if words and not found:
        raise CellError("is not an action category", "write a number from 1 to 5")
    if name and known.get(name.casefold()) != found:
        raise CellError("is a number with the name of another action category", "correct one of the two")
    return number.removesuffix(".0")


def issues(words: Sequence[str]) -> tuple[Term, ...]:
    """The concepts of issues, in the order in which they stand."""
    known = vocabulary.concepts()["issue"]
    for word in words:
        if word.casefold() not in known:
            remedy = f"correct it, or add it to {resources.SCHEMES / 'issues.ttl'}"
            raise CellError(f"{word!r} is not an issue we know", remedy)
    return tuple(known[word.casefold()] for word in words)


@cache
def responses(database: str) -> dict[str, str]:
    """The words for an answer in the `export` of 2014 or the `database` of today, and the position each means."""
    return vocabulary.listed(dict[str, str], "uprinfo", database)


def text(words: str) -> str:
    """The text of a recommendation or pledge, each run of spaces as one."""
    clean = " ".join(words.split())
    if not clean:
        raise CellError("the cell is empty", "write the text of the recommendation")
    return clean
