"""A generation of a store: all that is said, and what follows from it, derived part by part and written as one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from graphbuild.derive import Derived, Lines, Task, derive, follow
from graphbuild.errors import Problem
from graphbuild.packs import Said, pack, quad
from graphbuild.rules import accounts_of_rules
from graphbuild.sortedlines import Account, account
from graphbuild.store import SETTLED, Staging
from graphbuild.vocabulary import vocabulary_quads

Tell = Callable[[str], None]

#: Statements of sources that are derived at a time: in memory, with what follows from them, some 200 MB.
MOST = 150_000
#: Processes that derive at a time.
MOST_PROCESSES = 4
#: More parts than this take long enough to be told of.
FEW = 5


@dataclass
class Generation:
    """What was derived, in files: what is known to every part, what is said, what follows."""

    known: Lines
    packs: list[Path] = field(default_factory=list)
    derived: list[Derived] = field(default_factory=list)

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the sources; a thing that several parts speak of is told of once."""
        return list(dict.fromkeys(p for one in self.derived for p in one.problems))

    def write(self, staging: Staging, folder: Path, tell: Tell) -> None:
        """Fill an empty database."""
        rest = folder / "known.nq"
        _write_quads(rest, _united([self.known, *(one.shared for one in self.derived)]))
        files = [rest, *self.packs, *(one.path for one in self.derived if one.path)]
        for number, path in enumerate(files, start=1):
            staging.load(path)
            if len(files) > FEW:
                tell(f"writing: {number} of {len(files)} files")

    def accounts(self) -> dict[str, Account]:
        """Count and hash of what follows, by graph."""
        shared = _united([self.known, *(one.shared for one in self.derived)])
        graphs = {graph: account(lines) for graph, lines in shared.items()}
        for one in self.derived:
            for graph, own in one.accounts.items():
                graphs[graph] = graphs[graph] + own
        return graphs


def generate(said: Said, ground: Path, checked: Iterable[str], folder: Path, tell: Tell, *, check_only: bool = False
             ) -> Generation:
    """Derive what follows from what sources say; `checked` are those whose problems are looked for."""
    packs = pack(said, folder / "said", MOST)
    names = tuple(checked)
    tasks = [Task(ground, path, names, None if check_only else folder / f"derived-{path.name}") for path in packs]
    return Generation(follow(ground), packs, list(_derive_all(tasks, tell)))


def write_ground(path: Path, world: Said, sources: list[str]) -> None:
    """Write what every part stands on: the vocabulary, the world, and the accounts of the rules."""
    vocabulary = {SETTLED: sorted({f"{q.triple} ." for q in vocabulary_quads()})}
    worlds = {graph: list(lines()) for graph, lines in world.items()}
    _write_quads(path, vocabulary | worlds | accounts_of_rules(sources))


def _derive_all(tasks: list[Task], tell: Tell) -> Iterator[Derived]:
    if len(tasks) < 3:
        yield from map(derive, tasks)
        return
    # Fresh processes: the engine has threads, and a fork of a process with threads may hang.
    workers = min(MOST_PROCESSES, os.cpu_count() or 1, len(tasks))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for number, one in enumerate(pool.map(derive, tasks), start=1):
            tell(f"settling, checking and concluding: part {number} of {len(tasks)}")
            yield one


def _united(several: Iterable[Lines]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for lines in several:
        for graph, some in lines.items():
            found.setdefault(graph, set()).update(some)
    return found


def _write_quads(path: Path, lines: dict[str, list[str]] | dict[str, set[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for graph, some in sorted(lines.items()):
            file.writelines(f"{line}\n" if graph == SETTLED else f"{quad(line, graph)}\n" for line in sorted(some))
