"""Which statements are derived together, so that a graph of any size is derived part by part.

A rule or a shape looks from thing to thing along what is said. Things that are
linked, however far, are in one part, and so are the reviews, laws and events of
one state; nothing of one part can change what follows in another. Things that
many speak of and that link nothing (documents, dates, agents, states: those that
upr.ttl calls `upr:sharedAs`, and all words of the vocabulary) are in no part:
what is said of them is repeated in each part that speaks of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache

import pyoxigraph as ox

from graphbuild.terms import ID, UPR, A, local_id
from graphbuild.vocabulary import states, vocabulary_quads

_START = f"<{ID}"
#: The kind of a thing, and the state whose code its name holds: `law/KAZ/…`, `record/SOURCE/KAZ/…`.
_NAME = re.compile(rf"<{re.escape(ID)}(?P<kind>[\w-]+)(?:/(?P<first>[^/>]+)(?:/(?P<second>[^/>]+))?)?")

#: The name of a recommendation, such as `KAZ/1/95.3/a`, of which rules make those of its item and its review.
_RECOMMENDATION = re.compile(rf"<{re.escape(ID)}recommendation/(?P<item>(?P<review>[^/>]+/[^/>]+)/[^/>]+)")


class Parts:
    """A partition of things, found by looking at all statements once; a part is known by one of its things."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}
        self._sizes: Counter[str] = Counter()
        self._outward: list[tuple[str, str]] = []

    def look(self, lines: Iterable[str]) -> None:
        """Take note of statements, given as N-Triples lines that are grouped by subject."""
        for subject, about in grouped(lines):
            mine = key(subject)
            self._sizes[mine] += len(about)
            for _, predicate, value in map(split, about) if mine else ():
                if not (other := bound(predicate, value)):
                    continue
                if not is_own(other):
                    self._outward.append((mine, other))
                elif (theirs := key(other) or local_id(other)) != mine:
                    self._unite(mine, theirs)

    def sizes(self) -> dict[str, int]:
        """For each part how many statements are about its things; "" stands for what is shared."""
        for one, other in self._outward:
            if other in self._sizes:
                self._unite(one, other)
        self._outward.clear()
        found: Counter[str] = Counter()
        for name, size in self._sizes.items():
            found[self._top(name)] += size
        return dict(found)

    def of(self, subject: str) -> str:
        """The part of a thing; empty if it is shared."""
        return self._top(key(subject))

    def _top(self, name: str) -> str:
        above = self._above
        while (next_ := above.get(name, name)) != name:
            above[name] = name = above.get(next_, next_)
        return name

    def _unite(self, one: str, other: str) -> None:
        one, other = sorted((self._top(one), self._top(other)))
        self._above[other] = one


def packed(sizes: dict[str, int], most: int) -> dict[str, int]:
    """Parts in order of name, packed together up to so many statements: for each part the number of its pack.

    Pack 0 is left to what is shared, unless one pack holds all.

    >>> packed({"": 9, "a": 2, "b": 2, "c": 3, "d": 1}, most=4)
    {'a': 1, 'b': 1, 'c': 2, 'd': 2}
    >>> packed({"": 1, "a": 2, "b": 1}, most=4)
    {'a': 0, 'b': 0}
    """
    found, number, full = dict[str, int](), int(sum(sizes.values()) > most), 0
    for part in sorted(name for name in sizes if name):
        if full and full + sizes[part] > most:
            number, full = number + 1, 0
        found[part] = number
        full += sizes[part]
    return found


def split(line: str) -> list[str]:
    """Subject, predicate and object of an N-Triples line."""
    return line[:-2].split(" ", 2)


def grouped(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Each subject with its lines, as far as they follow each other."""
    subject, start, about = "", "\n", list[str]()
    for line in lines:
        if not line.startswith(start):
            if about:
                yield subject, about
            subject = line.partition(" ")[0]
            start, about = f"{subject} ", []
        about.append(line)
    if about:
        yield subject, about


@lru_cache(maxsize=20_000)
def key(thing: str) -> str:
    """A name of the part that a thing is in for certain: a state's code, or the thing itself; empty if it is shared."""
    if not (match := _NAME.match(thing)):
        return thing
    if match["kind"] in _shared():
        return ""
    for segment in match["first"], match["second"]:
        if segment in _codes():
            return str(segment)
    return thing


def bound(predicate: str, value: str) -> str:
    """What a statement binds its subject to: the value, if it is a thing of some part or a state that gathers."""
    if not value.startswith("<") or predicate == A:
        return ""
    return value if key(value) or predicate in _gathering() else ""


def is_own(thing: str) -> bool:
    """Whether a name is one of ours; what has another may be linked to without being anything here."""
    return thing.startswith(_START)


def named_by(thing: str) -> set[str]:
    """What the name of a recommendation links it to, for rules that make names: its review, and its item.

    >>> sorted(named_by("<https://w3id.org/graphbuild/id/recommendation/KAZ/1/95.3/a>"))
    ['<https://w3id.org/graphbuild/id/recommendation/KAZ/1/95.3>', '<https://w3id.org/graphbuild/id/review/KAZ/1>']
    """
    if not (match := _RECOMMENDATION.match(thing)):
        return set()
    return {f"{_START}recommendation/{match['item']}>", f"{_START}review/{match['review']}>"}


@cache
def _codes() -> frozenset[str]:
    return frozenset(map(local_id, states().values()))


@cache
def _shared() -> frozenset[str]:
    """The kinds of things of which the vocabulary has some, and those it calls shared."""
    own = {match["kind"] for quad in vocabulary_quads() if (match := _NAME.match(str(quad.subject)))}
    return frozenset(own | _annotated("sharedAs", _text))


def is_public(thing: str) -> bool:
    """Whether a thing is of public record, so that a text of it that is replaced need not leave the disk at once."""
    match = _NAME.match(thing)
    return match is not None and match["kind"] in _public()


@cache
def _public() -> frozenset[str]:
    return frozenset(_annotated("publicAs", _text))


@cache
def _gathering() -> frozenset[str]:
    """The properties that put a thing into the part of a state."""
    return frozenset(_annotated("gathers", lambda quad: str(quad.subject)))


def _text(quad: ox.Quad) -> str:
    return str(getattr(quad.object, "value", ""))


def _annotated(name: str, what: Callable[[ox.Quad], str]) -> set[str]:
    return {what(quad) for quad in vocabulary_quads() if quad.predicate.value == UPR + name}
