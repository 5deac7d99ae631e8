"""What follows from a part of what is said: settled, checked and concluded in memory.

Parts do not depend on each other (see parts.py): they are derived one after
the other, by several processes or by several machines, with the same result.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from graphbuild.errors import Problem
from graphbuild.findings import find_problems, refuse_bad_findings
from graphbuild.parts import grouped, key
from graphbuild.rules import conclude, settle
from graphbuild.store import SETTLED, Staging, is_concluded

#: Lines by graph.
Lines = dict[str, list[str]]


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
    """Settle, check and conclude one part; with violations nothing follows.

    Raises GraphbuildError if a rule concludes what it must not.
    """
    staging = Staging(ox.Store())
    staging.load(task.ground)
    staging.load(task.said)
    settle(staging)
    if task.check_only:
        return Derived(problems=find_problems(staging, task.checked))
    conclude(staging)
    follows = {graph: staging.lines(graph) for graph in (SETTLED, *filter(is_concluded, staging.graphs()))}
    problems = find_problems(staging, task.checked) if task.checked else []
    if any(p.severity == "violation" for p in problems):
        return Derived(problems=problems)
    refuse_bad_findings(staging)
    return Derived(*_parted(follows, _known(task.ground)), problems)


def follow(ground: Path) -> Lines:
    """What follows from the ground alone, by graph, the ground itself included."""
    staging = Staging(ox.Store())
    staging.load(ground)
    settle(staging)
    return {graph: staging.lines(graph) for graph in (SETTLED, *staging.graphs())}


@lru_cache(maxsize=1)
def _known(ground: Path) -> dict[str, frozenset[str]]:
    return {graph: frozenset(lines) for graph, lines in follow(ground).items()}


def _parted(follows: Lines, known: dict[str, frozenset[str]]) -> tuple[Lines, Lines]:
    """What is about things of this part and what is about shared ones, without what follows from the ground."""
    own: Lines = {graph: [] for graph in follows}
    shared: Lines = {graph: [] for graph in follows}
    for graph, lines in follows.items():
        for subject, about in grouped(line for line in lines if line not in known[graph]):
            (own if key(subject) else shared)[graph] += about
    return own, shared
