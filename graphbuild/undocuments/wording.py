"""From one numbered item of a list to its wordings: what is recommended, and the states in the parenthesis behind it.

An item may hold several: "To do A (Italy); to do B (Spain, Chile)". A
parenthesis that holds no state, such as (No. 29) or (ICRMW), is part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from graphbuild import vocabulary
from graphbuild.terms import local_id

#: What stands between names of states, and between wordings.
_BETWEEN = re.compile(r"\s*(?:[,;/]\s*and\b|[,;/&]|\band\b)\s*")
_JOINT = re.compile(r"(?:[\s,;:./&*]|\b(?:and|or)\b)*", re.I)
#: A number or star behind a name leads to a footnote.
_FOOTNOTE_MARK = re.compile(r"\s*(?:\d{1,2}|\*+)$")
_MARK_BEHIND = re.compile(r"(?<=\))(?:\s?(?:\d{1,2}|\*+)(?=\s*(?:[;.,]|$))|\s?[;.]\s?\d{1,2}\s*$)")
#: What a page break leaves in the middle of an item: lines of symbols, numbers of pages and of print jobs.
_DEBRIS = re.compile(
    r"^[ \t]*+(?:(?>\d{1,3}|page|A/(?:HRC|63)/[\w/.]+|GE\.\d\d-\d+(?:\s?\(E\))?)[ \t]*+)++$", re.M | re.I
)
#: The words that a name of a state is made of; abbreviations in capitals are none.
_WORD = re.compile(r"[A-Z][a-z]*[a-zA-Zà-ÿ’'.-]*[a-zà-ÿ.]|of|and|the|d")
#: Words and characters in the longest name of a state, and characters in the longest list of states.
LONGEST_NAME, LONGEST, LONGEST_LIST = 10, 90, 600


@dataclass(frozen=True)
class Wording:
    """One wording: its text, alpha-3 codes of the states, names as written, and names that nobody knows."""

    text: str
    states: tuple[str, ...] = ()
    recommenders: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Mark:
    """A parenthesis with states: where it begins and ends in the text, and what it names."""

    start: int
    end: int
    names: tuple[str, ...]


def split_wordings(text: str) -> list[Wording]:
    """The wordings of one numbered item, without the parentheses that name states.

    Wordings with the same text are one; an item without states is one wording without states.

    >>> [(w.text, w.states) for w in split_wordings("To do A (Italy); to do B (Spain, Chile).")]
    [('To do A', ('ITA',)), ('to do B', ('ESP', 'CHL'))]
    """
    clean = _MARK_BEHIND.sub("", single_spaced(without_page_breaks(text)))
    return _merged(_wordings(clean, _marks(clean)))


def without_page_breaks(text: str) -> str:
    """The text without the numbers and symbols that a page break put into it."""
    return _DEBRIS.sub("", text.replace("\f", "\n"))


def single_spaced(text: str) -> str:
    """The text with single spaces."""
    return " ".join(text.split())


def states_in(words: str) -> tuple[list[str], list[str]]:
    """The names in a list of states as written, and those among them that are no state we know."""
    names = list(_names(words)) if len(words) < LONGEST_LIST else [words]
    return names, [name for name in names if not code_of(name)]


def code_of(name: str) -> str:
    """The alpha-3 code of the state that a name means; empty if it means none.

    Old exports have a point where a hyphen or an apostrophe was lost: Guinea.Bissau.
    """
    if len(name) >= LONGEST:
        return ""
    restored = _LOST_HYPHEN.sub("-", _LOST_APOSTROPHE.sub("'", name))
    found = vocabulary.state_named(name) or (vocabulary.state_named(restored) if restored != name else None)
    return local_id(found or "")


_LOST_APOSTROPHE, _LOST_HYPHEN = re.compile(r"(?<=[a-z])\.(?=s\b)"), re.compile(r"(?<=[a-z])\.(?=[A-Z])")


def _names(words: str) -> Iterator[str]:
    """The names in a list, the longest that are known first: Bosnia and Herzegovina is one."""
    joints = [(0, 0), *(m.span() for m in _BETWEEN.finditer(words)), (len(words), len(words))]
    at = 0
    while at < len(joints) - 1:
        ends = range(min(len(joints) - 1, at + 4), at, -1)
        begin = joints[at][1]
        end = next((e for e in ends if code_of(_bare(words[begin : joints[e][0]]))), at + 1)
        if name := _bare(words[begin : joints[end][0]]):
            yield name
        at = end


def _bare(name: str) -> str:
    """A name without what surrounds it, and without the mark of a footnote if it is one of a state."""
    name = name.strip(" .:*")
    without = _FOOTNOTE_MARK.sub("", name)
    return without if without != name and code_of(without) else name


def _marks(text: str) -> list[_Mark]:
    """The parentheses that name states, in order; the last may hold a name that nobody knows."""
    found: list[_Mark] = []
    for start, end in _parentheses(text):
        names, unknown = states_in(text[start + 1 : end])
        if names == [_nobody()] and _ends(text, end + 1):
            found.append(_Mark(start, end + 1, ()))
        elif len(unknown) < len(names) or (_ends(text, end + 1) and _could_be_state(names)):
            found.append(_Mark(start, end + 1, tuple(names)))
    return found


def _parentheses(text: str) -> Iterator[tuple[int, int]]:
    """Outer parentheses, by the places of their marks; one of states that is never closed ends with its sentence."""
    closed, done = _pairs(text), 0
    for start in (m.start() for m in re.finditer(r"\(", text)):
        if start < done:
            continue
        end = closed.get(start) or _sentence_end(text, start)
        if end and (start in closed or not states_in(text[start + 1 : end])[1]):
            yield start, end
            done = end


def _pairs(text: str) -> dict[int, int]:
    """Where each parenthesis that is closed begins and ends."""
    opened: list[int] = []
    found: dict[int, int] = {}
    for match in re.finditer(r"[()]", text):
        if match[0] == "(":
            opened.append(match.start())
        elif opened:
            found[opened.pop()] = match.start()
    return found


def _sentence_end(text: str, start: int) -> int:
    """Where the sentence ends, or a place behind the longest list of states."""
    match = re.compile(r"[;.](?=\s|$)|$").search(text, start, start + LONGEST_LIST + 2)
    return match.start() if match else len(text)


def _ends(text: str, at: int) -> bool:
    return bool(_JOINT.fullmatch(text, at))


def _could_be_state(names: list[str]) -> bool:
    return all(_is_name(name.split()) and not _no_state().search(name) for name in names)


def _nobody() -> str:
    """What stands in the parenthesis of a recommendation that no state made."""
    return vocabulary.listed(str, "reports", "recommenders", "nobody")


@cache
def _no_state() -> re.Pattern[str]:
    """Words of names that are no states, which stand in parentheses behind a wording too."""
    words = (_nobody(), *vocabulary.listed(list[str], "reports", "recommenders", "no_state"))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b".replace("…", r"\w+"), re.I)


def _is_name(words: list[str]) -> bool:
    return 0 < len(words) <= LONGEST_NAME and words[-1][:1].isupper() and all(map(_WORD.fullmatch, words))


@dataclass
class _Piece:
    """A stretch of text with the names behind it, and what joins it to the stretch before."""

    joint: str
    words: str
    names: list[str]


def _pieces(text: str, marks: list[_Mark]) -> list[_Piece]:
    """Each text with the names behind it; what follows the last names is a piece without names."""
    found: list[_Piece] = []
    begin = 0
    for mark in [*marks, _Mark(len(text), len(text), ())]:
        lead = _JOINT.match(text, begin)
        after = lead.end() if lead else begin
        words = text[after : mark.start].rstrip(" ;:,./") if after < mark.start else ""
        if words or not found:
            found.append(_Piece(text[begin:after].strip(), words, []))
        found[-1].names.extend(mark.names)
        begin = mark.end
    return found


def _wordings(text: str, marks: list[_Mark]) -> list[Wording]:
    pieces = _pieces(text, marks)
    for first, last in _chains(pieces):
        chain, end = pieces[first:last], pieces[last]
        for piece in chain:
            piece.words = f"{piece.words} {end.words}"
        end.words = ""
    return [_wording(p.words, p.names) for p in pieces if p.words or len(pieces) == 1]


def _chains(pieces: list[_Piece]) -> list[tuple[int, int]]:
    """Where "sign (A)/ratify (B) the treaty (A, B)" stands: from the first verb to the object that all share."""
    found: list[tuple[int, int]] = []
    first = 0
    for at, piece in enumerate(pieces[1:], 1):
        if piece.joint == "/":
            continue
        names = {name for p in pieces[first:at] for name in p.names}
        if at - first > 1 and not piece.joint and (not piece.names or set(piece.names) == names):
            found.append((first, at))
        first = at
    return found


def _wording(text: str, names: list[str]) -> Wording:
    codes = dict.fromkeys(filter(None, map(code_of, names)))
    unknown = tuple(name for name in names if not code_of(name))
    return Wording(text, tuple(codes), tuple(dict.fromkeys(names)), unknown)


def _merged(wordings: list[Wording]) -> list[Wording]:
    """Wordings with the same text are one, with the states of all."""
    found: dict[str, Wording] = {}
    for new in wordings:
        old = found.get(new.text, Wording(new.text))
        found[new.text] = Wording(
            new.text,
            _both(old.states, new.states),
            _both(old.recommenders, new.recommenders),
            _both(old.unresolved, new.unresolved),
        )
    return list(found.values())


def _both(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*old, *new]))
