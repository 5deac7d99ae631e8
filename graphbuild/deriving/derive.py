"""What follows from a part of what is said: settled, checked and concluded in memory.

Parts do not depend on each other (see parts.py): they are derived one after
the other, by several processes or by several machines, with the same result.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from graphbuild.deriving.parts import grouped, key
from graphbuild.deriving.problems import find_problems, refuse_bad_findings
from graphbuild.deriving.rules import conclude, settle
from graphbuild.errors import Problem
from graphbuild.stores.staging import SETTLED, Lines, Staging
from graphbuild.terms import is_concluded


@dataclass(frozen=True)
class Task:
    """A part to derive.

    `ground` and `said` are N-Quads files: what every part stands on (the vocabulary, the
    world, the rules) and what is said in this one. `checked` names the sources to check.
    """

    ground: Path
    said: Path
    checked: tuple[str, ...] = ()
    check_only: bool = False


@dataclass(frozen=True)
class Derived:
    """What followed, by graph: what is of this part alone, and what is about things that other parts share."""

    own: Lines = field(default_factory=dict)
    shared: Lines = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def derive(task: Task) -> Derived:
    """Settle, conclude and check one part.

    Raises GraphbuildError if a rule concludes what it must not.
    """
    staging = Staging(ox.Store())
    staging.load(task.ground, task.said)
    settle(staging)
    if task.check_only:
        return Derived(problems=find_problems(staging, task.checked))
    conclude(staging)
    derived = _parted(staging, _known(task.ground))
    if task.checked:
        derived.problems.extend(find_problems(staging, task.checked))
    if not any(p.severity == "violation" for p in derived.problems):
        refuse_bad_findings(staging)
    return derived


def follow(ground: Path) -> Lines:
    """What follows from the ground alone, by graph, the ground itself included."""
    staging = Staging(ox.Store())
    staging.load(ground)
    settle(staging)
    return {graph: list(staging.lines(graph)) for graph in (SETTLED, *staging.graphs())}


@lru_cache(maxsize=1)
def _known(ground: Path) -> dict[str, frozenset[str]]:
    return {graph: frozenset(lines) for graph, lines in follow(ground).items()}


def _parted(staging: Staging, known: dict[str, frozenset[str]]) -> Derived:
    """What is about things of this part and what is about shared ones, without what follows from the ground."""
    derived = Derived()
    for graph in (SETTLED, *filter(is_concluded, staging.graphs())):
        own, shared = derived.own.setdefault(graph, []), derived.shared.setdefault(graph, [])
        for subject, about in grouped(line for line in staging.lines(graph) if line not in known[graph]):
            (own if key(subject) else shared).extend(about)
    return derived
