"""From one numbered item of a list to its wordings: what is recommended, and the states in the parenthesis behind it.

An item may hold several: "To do A (Italy); to do B (Spain, Chile)". A
parenthesis that holds no state, such as (No. 29) or (ICRMW), is part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graphbuild import vocabulary

#: What stands between names of states, and between wordings.
_BETWEEN = re.compile(r"\s*(?:[,;/]\s*and\b|[,;/&]|\band\b)\s*")
_JOINT = re.compile(r"(?:[\s,;:./&*]|\b(?:and|or)\b)*", re.I)
#: A number or star behind a name leads to a footnote.
_FOOTNOTE_MARK = re.compile(r"\s*(?:\d{1,2}|\*+)$")
_MARK_BEHIND = re.compile(r"(?<=\))\s?(?:\d{1,2}|\*+)(?=\s*(?:[;.,]|$))")
#: What a page break leaves in the middle of an item: lines of symbols, numbers of pages and of print jobs.
_DEBRIS = re.compile(r"^[ \t]*(?:(?:\d{1,3}|page|A/(?:HRC|63)/[\w/.]+|GE\.\d\d-\d+(?:\s?\(E\))?)[ \t]*)+$", re.M | re.I)
#: The words that a name of a state is made of; abbreviations in capitals are none.
_WORD = re.compile(r"[A-Z][a-z]*[a-zA-Zà-ÿ’'.-]*[a-zà-ÿ.]|of|and|the|d")
#: Names of papers, bodies and groups that stand in parentheses behind a wording and are no states.
_NO_STATE = re.compile(
    r"\b(?:Act|Article|Code|Commission|Committee|Convention|Council|Court|Covenant|Guidelines|Law|Office|"
    r"Ombuds\w+|Principles|Protocols?|Rapporteur|Resolution|Rules|Statute|Treaty|None)\b",
    re.I,
)


#: Words in the longest name of a state, and characters in the longest list of states.
LONGEST_NAME, LONGEST_LIST = 10, 600


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
    clean = _MARK_BEHIND.sub("", folded(without_page_breaks(text)))
    return _merged(_wordings(clean, _marks(clean)))


def without_page_breaks(text: str) -> str:
    """The text without the numbers and symbols that a page break put into it."""
    return _DEBRIS.sub("", text.replace("\f", "\n"))


def folded(text: str) -> str:
    """The text with single spaces."""
    return " ".join(text.split())


def states_in(words: str) -> tuple[list[str], list[str]]:
    """The names in a list of states as written, and those among them that are no state we know."""
    names = list(_names(words)) if len(words) < LONGEST_LIST else [words]
    return names, [name for name in names if not code_of(name)]


def code_of(name: str) -> str:
    """The alpha-3 code of the state that a name means; empty if it means none."""
    found = vocabulary.state_named(name)
    return found.removesuffix(">").rpartition("/")[2] if found else ""


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
        if len(unknown) < len(names) or (_ends(text, end + 1) and _could_be_state(names)):
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
    match = re.compile(r"[;.](?=\s|$)|$").search(text, start)
    return match.start() if match else len(text)


def _ends(text: str, at: int) -> bool:
    return bool(_JOINT.fullmatch(text, at))


def _could_be_state(names: list[str]) -> bool:
    return all(_is_name(name.split()) and not _NO_STATE.search(name) for name in names)


def _is_name(words: list[str]) -> bool:
    return 0 < len(words) <= LONGEST_NAME and words[-1][:1].isupper() and all(map(_WORD.fullmatch, words))


def _wordings(text: str, marks: list[_Mark]) -> list[Wording]:
    """Each text with the names behind it; what follows the last names is a wording without states."""
    found: list[tuple[str, list[str]]] = []
    begin = 0
    for mark in marks:
        words = _tidy(text[begin : mark.start])
        if words or not found:
            found.append((words, []))
        found[-1][1].extend(mark.names)
        begin = mark.end
    rest = _tidy(text[begin:])
    if rest or not found:
        found.append((rest, []))
    return [_wording(words, names) for words, names in found]


def _tidy(words: str) -> str:
    """Without what joins it to the wording before it and to the parenthesis after it."""
    lead = _JOINT.match(words)
    return words[lead.end() if lead else 0 :].rstrip(" ;:,./")


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
