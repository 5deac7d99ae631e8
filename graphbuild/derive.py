"""What follows from a part of what is said: settled, checked and concluded in memory, handed on as files.

Parts do not depend on each other (see parts.py): they are derived one after
the other, by several processes, or by several machines, with the same result.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from graphbuild.errors import Problem
from graphbuild.findings import find_problems, refuse_bad_findings
from graphbuild.packs import quad
from graphbuild.parts import grouped, key
from graphbuild.rules import conclude, settle
from graphbuild.sortedlines import Account, account
from graphbuild.store import SETTLED, Staging, is_concluded

#: Lines by graph.
Lines = dict[str, list[str]]


@dataclass(frozen=True)
class Task:
    """A part to derive.

    `ground` and `said` are N-Quads files: what every part stands on (the vocabulary, the
    world, the rules) and what is said in this one. `checked` names the sources to check;
    what follows goes to `into`, or nowhere if that is None.
    """

    ground: Path
    said: Path
    checked: tuple[str, ...]
    into: Path | None


@dataclass(frozen=True)
class Derived:
    """What followed: a file of N-Quads and its account by graph; apart from it, what is about shared things."""

    path: Path | None = None
    accounts: dict[str, Account] = field(default_factory=dict)
    shared: Lines = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def derive(task: Task) -> Derived:
    """Settle, check and conclude one part.

    Raises GraphbuildError if a rule concludes what it must not.
    """
    staging = Staging(ox.Store())
    staging.load(task.ground)
    staging.load(task.said)
    settle(staging)
    if not task.into:
        return Derived(problems=find_problems(staging, list(task.checked)))
    conclude(staging)
    follows = {graph: staging.lines(graph) for graph in (SETTLED, *filter(is_concluded, staging.graphs()))}
    problems = find_problems(staging, list(task.checked))
    if any(p.severity == "violation" for p in problems):
        return Derived(problems=problems)
    refuse_bad_findings(staging)
    return _written(follows, task, problems)


def follow(ground: Path) -> Lines:
    """What follows from the ground alone, by graph, the ground itself included."""
    staging = Staging(ox.Store())
    staging.load(ground)
    settle(staging)
    return {graph: staging.lines(graph) for graph in (SETTLED, *staging.graphs())}


@lru_cache(maxsize=1)
def _known(ground: Path) -> dict[str, frozenset[str]]:
    return {graph: frozenset(lines) for graph, lines in follow(ground).items()}


def _written(follows: Lines, task: Task, problems: list[Problem]) -> Derived:
    """Write what follows from this part alone to a file; leave out what follows from the ground."""
    own: Lines = {graph: [] for graph in follows}
    shared: Lines = {graph: [] for graph in follows}
    for graph, lines in follows.items():
        known = _known(task.ground)[graph]
        for subject, about in grouped(line for line in lines if line not in known):
            (own if key(subject) else shared)[graph] += about
    assert task.into
    with task.into.open("w", encoding="utf-8", newline="\n") as file:
        for graph, lines in own.items():
            file.writelines(f"{line}\n" if graph == SETTLED else f"{quad(line, graph)}\n" for line in lines)
    return Derived(task.into, {graph: account(lines) for graph, lines in own.items()}, shared, problems)
