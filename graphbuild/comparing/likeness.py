"""How alike two wordings are: the same words, one within the other, or so many per cent."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TypedDict

from rapidfuzz import fuzz

from graphbuild import resources
from graphbuild.files.tomlfiles import read_part

SAME_WORDS = "same words"

_ASIDE = re.compile(r"\([^()]*\)")
_MARKS = re.compile(r"[^\w\s]|_")
_CAPITALS = re.compile(r"\b[A-Z]{2,6}\b")
_OPENING = re.compile(r"^(?:to|that|the|it|and|also) ")


class _Likeness(TypedDict):
    shortest: float
    longer: float
    part: float


class _Joining(TypedDict):
    joined: float
    tagged: float
    sure: float
    uncertain: float
    choices: float
    margin: float
    unnamed: float
    united: float
    other_state: float


class _Repeating(TypedDict):
    telling: float
    shortlist: float
    linked: float
    uncertain: float
    untagged: float
    same: float
    wider: float
    extra: float
    usual: float
    stem: float


_NUMBERS: dict[str, type] = {"likeness": _Likeness, "joining": _Joining, "repeating": _Repeating}


@cache
def limits(what: str) -> dict[str, float]:
    """The numbers of ontology/rules/comparing.toml for `likeness`, `joining` or `repeating`.

    Raises InputError, with file and name, if one is missing or not known.
    """
    found: dict[str, float] = read_part(resources.COMPARING, [what], _NUMBERS[what])
    return found


@cache
def short_forms() -> dict[str, str]:
    """What short forms of names stand for, from the same file."""
    return read_part(resources.COMPARING, ["short"], dict[str, str])


@lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """A text without what editors change: case, punctuation, remarks in brackets, the opening "To".

    >>> folded("To ratify the Convention (ICRMW); ")
    'ratify the convention'
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    while _ASIDE.search(plain):
        plain = _ASIDE.sub(" ", plain)
    words = " ".join(_MARKS.sub(" ", plain).split())
    while _OPENING.match(words):
        words = _OPENING.sub("", words)
    return words


def written_out(text: str) -> str:
    """A text with the names of treaties that it gives in short.

    >>> written_out("Ratify the OP-CAT")
    'Ratify the Optional Protocol-Convention against Torture'
    """
    names = short_forms()
    return _CAPITALS.sub(lambda word: names.get(word[0], word[0]), text)


def alike(one: str, other: str, least: float = 0.0) -> tuple[float, str]:
    """How alike two folded texts are, from 0 to 1, and what that rests on; what is under `least` need not be exact.

    >>> alike(folded("Ratify the Convention."), folded("To ratify the Convention"))
    (1.0, 'same words')
    >>> alike("abolish the death penalty for all crimes", "abolish the death penalty for all crimes and sign it")
    (0.95, 'part of the text')
    """
    if whole := same_or_part(one, other):
        return whole
    shorter, longer = sorted((one, other), key=len)
    letters = fuzz.ratio(one, other)
    inside = _inside(shorter, longer, max(letters, 100 * least))
    return round(max(letters, limits("likeness")["part"] * inside) / 100, 3), "similar words"


def same_or_part(one: str, other: str) -> tuple[float, str] | None:
    """The likeness of two folded texts that are the same, or of which one stands whole within the other."""
    if one == other:
        return 1.0, SAME_WORDS
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= limits("likeness")["shortest"] and f" {shorter} " in f" {longer} ":
        return limits("likeness")["part"], "part of the text"
    return None


def _inside(shorter: str, longer: str, least: float) -> float:
    """How much of a text stands in a longer one, in one stretch and in order, in per cent; 0 if it cannot matter."""
    number = limits("likeness")
    if len(shorter) < number["shortest"] or len(longer) < number["longer"] * len(shorter):
        return 0.0
    return float(fuzz.partial_ratio(shorter, longer, score_cutoff=least))
