"""A generation of a store: all that is said, and what follows from it, derived part by part and written as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graphbuild.deriving.derive import Task, derive, follow
from graphbuild.deriving.packs import Said, pack, quad
from graphbuild.deriving.rules import accounts_of_rules
from graphbuild.errors import Problem
from graphbuild.sortedlines import Account, account
from graphbuild.staged import Tell
from graphbuild.stores.staging import SETTLED, Lines, LineSets, Staging
from graphbuild.vocabulary import vocabulary_quads
from graphbuild.workers import each

#: Statements of sources that are derived at a time: in memory, with what follows from them.
MOST = 50_000
#: Bytes of N-Quads that are written into the database at a time, about half a million: more take more memory.
BATCH = 100_000_000


@dataclass(frozen=True)
class InFile:
    """What followed from a part: its own as N-Quads, with its account by graph; and what is about shared things."""

    path: Path
    accounts: dict[str, Account]
    shared: Lines
    problems: list[Problem]


@dataclass
class Generation:
    """What was derived: what is known to every part, and what follows from each."""

    known: Lines
    derived: list[InFile] = field(default_factory=list)

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the sources; a thing that several parts speak of is told of once."""
        return list(dict.fromkeys(p for one in self.derived for p in one.problems))

    def shared(self) -> LineSets:
        """What is about shared things, by graph: it is written last, when it is known of every part."""
        return united([self.known, *(one.shared for one in self.derived)])

    def accounts(self, _before: Mapping[str, Account]) -> dict[str, Account]:
        """Count and hash of what follows, by graph, whatever there was before."""
        graphs = {graph: account(lines) for graph, lines in self.shared().items()}
        for one in self.derived:
            for graph, own in one.accounts.items():
                graphs[graph] = graphs.get(graph, account([])) + own
        return graphs


def generate(
    said: Said, ground: Path, checked: Iterable[str], folder: Path, tell: Tell, staging: Staging | None = None
) -> Generation:
    """Derive what follows from what sources say; `checked` are those whose problems are looked for.

    Each part is written into a staged database while others are still derived;
    without one, the sources are checked and nothing is concluded.
    """
    if staging:
        tell("settling, checking and concluding")
    names = tuple(checked)
    tasks = [Task(ground, path, names, check_only=not staging) for path in pack(said, folder / "said", MOST)]
    made, waiting, passes = Generation(follow(ground)), list[Path](), staging is not None
    for task, one in zip(tasks, _derive_all(tasks, tell), strict=True):
        made.derived.append(one)
        passes = passes and not any(p.severity == "violation" for p in one.problems)
        waiting += [task.said, one.path]
        if not passes or sum(path.stat().st_size for path in waiting) > BATCH:
            _write(waiting, staging if passes else None)
    if staging and passes:
        tell("writing")
        write_quads(folder / "shared.nq", made.shared())
        _write([*waiting, folder / "shared.nq"], staging)
    return made


def _write(waiting: list[Path], staging: Staging | None) -> None:
    """Load files that wait for it, if there is a database for them, and remove them."""
    if staging:
        staging.load(*waiting, read_before=True)
    for path in waiting:
        path.unlink()
    waiting.clear()


def write_ground(path: Path, world: Said, sources: Iterable[str]) -> None:
    """Write what every part stands on: the vocabulary, the world, and the accounts of the rules."""
    vocabulary = {SETTLED: sorted({f"{q.triple} ." for q in vocabulary_quads()})}
    worlds = {graph: list(lines()) for graph, lines in world.items()}
    write_quads(path, vocabulary | worlds | accounts_of_rules(sources))


def _derive_all(tasks: list[Task], tell: Tell) -> Iterator[InFile]:
    for number, one in enumerate(each(_to_file, tasks, at_once=len(tasks) > 2), start=1):
        if len(tasks) > 2:
            tell(f"settling, checking and concluding: part {number} of {len(tasks)}")
        yield one


def _to_file(task: Task) -> InFile:
    derived, path = derive(task), task.said.with_suffix(".derived.nq")
    write_quads(path, derived.own)
    accounts = {graph: account(lines) for graph, lines in derived.own.items()}
    return InFile(path, accounts, derived.shared, derived.problems)


def united(several: Iterable[Mapping[str, Iterable[str]]]) -> LineSets:
    """The lines of each graph, each once."""
    found: LineSets = {}
    for lines in several:
        for graph, some in lines.items():
            found.setdefault(graph, set()).update(some)
    return found


def write_quads(path: Path, lines: Mapping[str, Iterable[str]]) -> None:
    """Write lines by graph to an N-Quads file."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for graph, some in sorted(lines.items()):
            file.writelines(f"{line}\n" if graph == SETTLED else f"{quad(line, graph)}\n" for line in some)
