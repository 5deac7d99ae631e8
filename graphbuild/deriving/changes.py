"""What a load changes: the parts it touches are derived as they were and as they will be; all others stay.

What is said is compared graph by graph. From what differs, the parts are found by
following links in the store. Of things that many share, only a property that a
rule reads concerns those who speak of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from graphbuild import resources
from graphbuild.deriving.derive import Derived, Task, derive
from graphbuild.deriving.generation import united, write_quads
from graphbuild.deriving.packs import Said, pack, shared_values
from graphbuild.deriving.parts import bound, is_own, is_public, key, named_by, split
from graphbuild.errors import Problem
from graphbuild.shacl.shapes import read_shapes, values
from graphbuild.sortedlines import Account, SortedLines, account, unmatched
from graphbuild.stores.anystore import Store
from graphbuild.stores.staging import SETTLED, Lines, LineSets, Staging
from graphbuild.terms import PREFIXES, A, is_said, term

#: Beyond this share of what is said, a change is dearer than a new generation.
LARGE = 0.2

_SENSITIVITY = term("sensitivity")
_PREFIXED = re.compile(r"\b([a-z]+):(\w+)")


@dataclass
class Change:
    """The lines that leave each graph and those that come, and what is wrong with the parts that change."""

    removed: LineSets = field(default_factory=dict)
    added: LineSets = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def differ(self, before: Mapping[str, Iterable[str]], after: Mapping[str, Iterable[str]]) -> None:
        """Take note of graphs as they were and as they will be."""
        for graph in before.keys() | after.keys():
            old, new = set(before.get(graph, ())), set(after.get(graph, ()))
            self.removed.setdefault(graph, set()).update(old - new)
            self.added.setdefault(graph, set()).update(new - old)

    def keeps(self, lines: Iterable[tuple[str, str]]) -> bool:
        """Whether one of these lines, given with their graphs, is not removed."""
        return any(line not in self.removed.get(graph, ()) for graph, line in lines)

    def in_place(self, store: Store) -> bool:
        """Whether a copy of the generation before may be changed, in which texts that were removed can still lie."""
        removed = [split(line) for lines in self.removed.values() for line in lines]
        spoken_of = {value for _, _, value in removed if is_own(value) and key(value)}
        subjects = {subject for subject, _, _ in removed}
        return all(map(is_public, spoken_of)) and all(_is_open(store, subject) for subject in subjects)

    def write(self, store: Store, staging: Staging, folder: Path) -> None:
        """Change a copy of the generation before; or fill an empty one, so that nothing removed is left on the disk."""
        if self.in_place(store):
            staging.remove_lines(self.removed)
        else:
            kept = folder / "kept.nq"
            write_quads(kept, {graph: self._kept(store, graph) for graph in (SETTLED, *store.graphs())})
            staging.load(kept, read_before=True)
        for graph, lines in sorted(self.added.items()):
            staging.add_lines(graph, sorted(lines))
        staging.difference = self.removed, self.added

    def _kept(self, store: Store, graph: str) -> Iterator[str]:
        removed = self.removed.get(graph, set())
        return (line for line in store.lines(graph) if line not in removed)

    def accounts(self, before: Mapping[str, Account]) -> dict[str, Account]:
        """Count and hash of every graph after the change; graphs of which nothing is left are gone."""
        none, after = account([]), dict(before)
        for graph in self.removed.keys() | self.added.keys():
            gone, come = account(self.removed.get(graph, ())), account(self.added.get(graph, ()))
            after[graph] = before.get(graph, none) - gone + come
        return {graph: one for graph, one in after.items() if one.quads}


def _is_open(store: Store, thing: str) -> bool:
    """Whether a thing is of public record, and no source gives it a sensitivity at all."""
    return is_public(thing) and not any(split(line)[1] == _SENSITIVITY for _, line in store.said(subject=thing))


def differences(store: Store, fresh: Mapping[str, Iterable[str] | None], most: int) -> Change | None:
    """What sources say that they did not, and the other way round; None if that is more than so many lines.

    `fresh` has for each graph its sorted lines, or None for one that is removed.
    """
    change = Change()
    for graph, lines in fresh.items():
        for line, is_new in unmatched(SortedLines(store.lines(graph)), lines or ()):
            (change.added if is_new else change.removed).setdefault(graph, set()).add(line)
            most -= 1
            if most < 0:
                return None
    return change


def follow_up(
    store: Store, said: Change, ground: Path, checked: tuple[str, ...], folder: Path, most: int
) -> Change | None:
    """What follows from a change of what is said, together with it; None if it touches more than so many things."""
    touched = _touched(store, said, most)
    if touched is None:
        return None
    changing = {line.partition(" ")[0] for lines in (*said.removed.values(), *said.added.values()) for line in lines}
    before = _with_shared(store, _said_of(store, filter(key, touched)), (s for s in changing if not key(s)))
    after = _changed(_with_shared(store, _changed(before, said)), said)
    old = _derived(before, ground, (), folder / "before")
    new = _derived(after, ground, checked, folder / "after")
    change = Change(said.removed, said.added, new.problems)
    change.differ(old.own, new.own)
    change.differ(_given_up(store, change, old.shared, new.shared, changing), {})
    change.differ({}, _come_up(store, new.shared))
    return change


def _given_up(store: Store, change: Change, old: Lines, new: Lines, changing: set[str]) -> Lines:
    """What follows no more about shared things: of one that is unchanged, what no rule and no source says any more."""
    given_up: Lines = {}
    for graph, lines in old.items():
        for line in sorted(set(lines) - set(new.get(graph, ()))):
            name = line.partition(" ")[0]
            settled = ((graph, other) for graph, other in store.with_value(name) if not is_said(graph))
            said = any(line == other for _, other in store.said(subject=name))
            if name in changing or not (said or change.keeps(settled)):
                given_up.setdefault(graph, []).append(line)
    return given_up


def _come_up(store: Store, new: Lines) -> Lines:
    """What follows about shared things and did not follow before from any part."""
    return {graph: [line for line in lines if not store.has(graph, line)] for graph, lines in new.items()}


# --- What is touched -----------------------------------------------------------


def _touched(store: Store, said: Change, most: int) -> set[str] | None:
    """The things of the parts that a change concerns, and their states; None if they are more than so many."""
    pending, found = _concerned(store, said), set[str]()
    described = {line.partition(" ")[0] for lines in said.added.values() for line in lines}
    while pending and len(found) <= most:
        thing = pending.pop()
        if thing not in found:
            found.add(thing)
            pending |= _neighbours(store, thing, described)
    return None if pending else found


def _concerned(store: Store, said: Change) -> set[str]:
    """What is spoken of anew or no more, and who speaks of shared things that change."""
    found, shared = set[str](), dict[str, None]()
    for lines in (*said.removed.values(), *said.added.values()):
        for subject, predicate, value in map(split, lines):
            if key(subject):
                found |= {subject, bound(predicate, value)}
            elif _is_read_by_rules(predicate):
                shared[subject] = None
    for thing in (pending := list(shared)):
        # Also those that no source lets speak of it: a rule gave them a date that a source happens to have too.
        speaking = {line.partition(" ")[0] for _, line in store.with_value(thing)}
        found |= {subject for subject in speaking if key(subject)}
        pending += sorted(speaking - found - shared.keys())
        shared |= dict.fromkeys(speaking - found)
    return found - {""}


def _neighbours(store: Store, thing: str, described: set[str]) -> set[str]:
    """What a thing is linked to, either way; of a state, what it gathers. `described` are things spoken of anew."""
    about = [line for _, line in store.said(subject=thing)]
    if key(thing).startswith("<") and not about and thing not in described and not is_own(thing):
        return set()  # a name of others of which nothing is said
    speaking = [split(line) for _, line in store.said(value=thing)]
    backward = {subject for subject, predicate, _ in speaking if key(subject) and bound(predicate, thing)}
    forward = {bound(predicate, value) for _, predicate, value in map(split, about)} if key(thing) else set()
    return (backward | forward | named_by(thing)) - {""}


@cache
def _read_by_rules() -> frozenset[str]:
    """The properties that a rule, or a constraint in SPARQL, mentions."""
    rules = [path.read_text(encoding="utf-8") for path in sorted(resources.RULES.rglob("*.rq"))]
    shapes = read_shapes(sorted(resources.SHAPES.glob("*.ttl")))
    texts = "\n".join([*rules, *(v.value for node in shapes for v in values(shapes, node, "select"))])
    return frozenset(f"<{PREFIXES[p]}{name}>" for p, name in _PREFIXED.findall(texts) if p in PREFIXES)


def _is_read_by_rules(predicate: str) -> bool:
    return predicate == A or predicate in _read_by_rules()


# --- What is said of it, before and after ------------------------------------------


def _said_of(store: Store, things: Iterable[str]) -> LineSets:
    found: LineSets = defaultdict(set)
    for thing in things:
        for graph, line in store.said(subject=thing):
            found[graph].add(line)
    return found


def _changed(before: LineSets, said: Change) -> LineSets:
    """What is said after a change, of what was said before it."""
    after: LineSets = defaultdict(set)
    for graph in before.keys() | said.added.keys():
        after[graph] = before.get(graph, set()) - said.removed.get(graph, set()) | said.added.get(graph, set())
    return after


def _with_shared(store: Store, said: LineSets, found: Iterable[str] = ()) -> LineSets:
    """What is said, together with what the store says of some shared things, and of all that these speak of in turn."""
    known, pending = set[str](), shared_values(line for lines in said.values() for line in lines).union(found)
    while new := pending - known:
        known |= new
        more = _said_of(store, new)
        pending = shared_values(line for lines in more.values() for line in lines)
    return united([said, _said_of(store, known)])


def _derived(said: LineSets, ground: Path, checked: tuple[str, ...], folder: Path) -> Derived:
    lines: Said = {graph: sorted(some).__iter__ for graph, some in sorted(said.items())}
    (path,) = pack(lines, folder, sum(map(len, said.values())))
    return derive(Task(ground, path, checked))
