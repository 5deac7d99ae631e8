"""The whole way, readable top to bottom: read, stage, settle, check, conclude, swap."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from graphbuild.comparing.joining import Joined, count_joined
from graphbuild.deriving.changes import LARGE, Change, differences, follow_up
from graphbuild.deriving.generation import generate, write_ground
from graphbuild.deriving.packs import Said
from graphbuild.deriving.problems import place_of
from graphbuild.deriving.rules import accounts_of_rules, hash_of_rules
from graphbuild.errors import Problem, StoreDamagedError
from graphbuild.plurals import number_of
from graphbuild.read import each_source, read_source, read_world, refuse_doubles
from graphbuild.sortedlines import Account, SortedLines, accounted
from graphbuild.staged import TELL, Staged, Tell
from graphbuild.stores.anystore import Store
from graphbuild.stores.ledger import Entry, Ledger
from graphbuild.terms import is_said, said_graph
from graphbuild.workers import allow_many_files, each

#: Files of this size together, in bytes, are read by several processes.
LARGE_INPUT = 5_000_000


@dataclass
class SourceOutcome:
    """What became of one source: loaded, replaced, unchanged or refused.

    `joined` counts its recommendations that another source gives too, `alone` its records
    that settle nothing until they are joined.
    """

    staged: Staged
    status: str
    statements: int = 0
    joined: int = 0
    alone: int = 0

    @property
    def loaded(self) -> int:
        """Rows, items or entities that are in the store now."""
        return 0 if self.status == "refused" else self.staged.loaded

    @property
    def left_out(self) -> int:
        """What is not; read = loaded + left out."""
        return self.staged.read - self.loaded


@dataclass
class Report:
    """What a load did, source by source."""

    outcomes: list[SourceOutcome] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def violations(self) -> list[Problem]:
        """The problems for which sources were refused."""
        return [p for p in self.problems if p.severity == "violation"]

    @property
    def refused(self) -> bool:
        """Whether any source was refused."""
        return any(o.status == "refused" for o in self.outcomes)


def load(store: Store, paths: Iterable[Path], tell: Tell = lambda _: None, kind: str = "") -> Report:
    """Load sources, each whole or not at all; what did not change is left as it is.

    `kind` names the reader to use; without it, the content of each file decides.
    """
    allow_many_files()
    found = list(paths if kind else each_source(paths, tell))
    staged = _read_all(found, tell, kind)
    refuse_doubles(zip((s.source for s in staged), found, strict=True))
    with store.writing():
        return _load(store, staged, tell)


def validate(paths: Iterable[Path], tell: Tell = lambda _: None, kind: str = "") -> list[Problem]:
    """The gate alone: what is wrong with the sources, each seen beside the reference data."""
    allow_many_files()
    problems, names = list[Problem](), list[tuple[str, Path]]()
    for path in paths if kind else each_source(paths, tell):
        staged = _read(path, tell, kind)
        refuse_doubles(names := [*names, (staged.source, path)])
        if not staged.problems:
            _give_problems(_checked(staged, tell), [staged])
        problems += staged.problems
    return sorted(problems, key=place_of)


def _checked(staged: Staged, tell: Tell) -> list[Problem]:
    with TemporaryDirectory(prefix="graphbuild-") as name:
        folder, world = Path(name), read_world()
        write_ground(folder / "ground.nq", {said_graph(world.source): world.lines}, [])
        tell(f"checking {staged.source}")
        said: Said = {said_graph(staged.source): staged.lines}
        return generate(said, folder / "ground.nq", [staged.source], folder, tell).problems


def remove(store: Store, source: str, tell: Tell = lambda _: None) -> None:
    """Take a source out, so that the store is as if it had never been loaded."""
    allow_many_files()
    store.ledger.refuse_unknown(source)  # before a folder is made where there is no store
    with store.writing():
        ledger = store.ledger
        ledger.refuse_unknown(source)
        del ledger.sources[source], ledger.graphs[said_graph(source)]
        _publish(store, ledger, [], tell)


def check(store: Store) -> list[str]:
    """Compare the store with its ledger; one sentence for each file and each graph that differs."""
    if files := store.damaged_files():
        return [f"{name}: is not the file that was published" for name in files]
    expected, found = store.ledger.graphs, store.accounts()
    return [
        f"{graph}: the ledger says {_amount(expected.get(graph))}, the store holds {_amount(found.get(graph))}"
        for graph in sorted(expected.keys() | found.keys())
        if expected.get(graph) != found.get(graph)
    ]


def _amount(entry: Account | None) -> str:
    return f"{entry.quads} statements ({entry.digest[:12]})" if entry else "nothing"


def _read_all(paths: list[Path], tell: Tell, kind: str) -> list[Staged]:
    """Read sources, several at a time if they are many and large."""
    files = (file for path in paths for file in (path, *path.rglob("*")) if file.is_file())
    size = sum(file.stat().st_size for file in files)
    if len(paths) < 3 or size < LARGE_INPUT:
        return [_read(path, tell, kind) for path in paths]
    before, found = tempfile.tempdir, list[Staged]()
    with TemporaryDirectory(prefix="graphbuild-") as folder:
        try:
            for staged in each(partial(_read_apart, folder, kind), paths, at_once=True):
                tell(f"read {staged.source}")
                found.append(staged)
        finally:
            tempfile.tempdir = before  # with one processor, this process was the one that read
    return found


def _read_apart(folder: str, kind: str, path: Path) -> Staged:
    """Read in a process of its own; what it hands over lies where nothing is left of it if nobody takes it."""
    tempfile.tempdir = folder
    staged = read_source(path, kind)
    staged.account()  # counted and hashed here, and kept
    return staged


def _read(path: Path, tell: Tell, kind: str) -> Staged:
    tell(f"reading {path}")
    told = TELL.set(tell)
    try:
        return read_source(path, kind)
    finally:
        TELL.reset(told)


def _load(store: Store, staged: list[Staged], tell: Tell) -> Report:
    before = store.ledger
    good = [s for s in staged if not s.problems]
    while True:
        ledger = _ledger_with(before, good)
        refused = _publish(store, ledger, good, tell) if good else []
        if not refused:
            return _report(before, staged, good, count_joined(store, [said_graph(s.source) for s in good]))
        good = [s for s in good if s.source not in refused]


def _ledger_with(before: Ledger, staged: list[Staged]) -> Ledger:
    sources = dict(before.sources)
    graphs = {g: a for g, a in before.graphs.items() if is_said(g)}
    for s in staged:
        sources[s.source] = Entry(s.source, s.kind, s.title, s.files, s.read, s.loaded, s.read - s.loaded)
        graphs[said_graph(s.source)] = s.account()
    return Ledger(before.database, sources, graphs, before.files, before.ontology)


def _report(before: Ledger, staged: list[Staged], good: list[Staged], joined: Joined) -> Report:
    report = Report()
    for s in staged:
        now, then = s.account(), before.graphs.get(said_graph(s.source))
        status = "refused" if s not in good else "loaded" if not then else "unchanged" if then == now else "replaced"
        if status == "replaced" and s.kind == "decisions":
            earlier = number_of(before.sources[s.source].loaded, "decision")
            s.remarks.append(f"replaces {earlier} loaded under this name; a file of another name would keep them")
        graph = said_graph(s.source)
        found = joined.shared.get(graph, 0), joined.alone.get(graph, 0)
        report.outcomes.append(SourceOutcome(s, status, now.quads, *found) if s in good else SourceOutcome(s, status))
        report.problems += s.problems
    return report


def _publish(store: Store, ledger: Ledger, new: list[Staged], tell: Tell) -> list[str]:
    """Build and swap in the generation that a ledger describes; or the sources the gate refuses."""
    world, before = read_world(), store.ledger
    ledger = _ledger_with(ledger, [world])
    name = _generation(ledger)
    if name == ledger.database and _is_whole(store):
        return []
    with store.working(name) as folder:
        ground = folder / "ground.nq"
        write_ground(ground, {said_graph(world.source): world.lines}, sorted(ledger.sources))
        change = _changed(store, before, ledger, new, ground, tell)
        with store.stage(name, copy=bool(change and change.in_place(store))) as staging:
            made = change or generate(
                _said(store, ledger, new), ground, [s.source for s in new], folder, tell, staging
            )
            if refused := _give_problems(made.problems, new):
                return refused
            if change:
                change.write(store, staging, folder)
            ledger.graphs = dict(sorted((made.accounts(before.graphs) | ledger.graphs).items()))
            tell("finishing")
            store.swap(staging, name, ledger)
    return []


def _changed(
    store: Store, before: Ledger, ledger: Ledger, new: list[Staged], ground: Path, tell: Tell
) -> Change | None:
    """What changes in the published generation; None if that is much, or the generation is not what it should be."""
    if before.ontology != ledger.ontology or not before.database or store.damaged_files():
        return None
    said_before = {graph: one for graph, one in before.graphs.items() if is_said(graph)}
    fresh: dict[str, SortedLines | None] = dict.fromkeys(said_before.keys() - ledger.graphs.keys())
    fresh |= {said_graph(s.source): s.lines() for s in new if s.account() != said_before.get(said_graph(s.source))}
    most = int(LARGE * sum(one.quads for one in said_before.values()))
    if not (said := differences(store, fresh, most)):
        return None
    tell("settling, checking and concluding what changed")
    change = follow_up(store, said, ground, tuple(s.source for s in new), ground.parent, most // 5)
    if change:
        change.differ(accounts_of_rules(sorted(before.sources)), accounts_of_rules(sorted(ledger.sources)))
    return change


def _said(store: Store, ledger: Ledger, new: list[Staged]) -> Said:
    """The statements of all sources but the world: of new ones as they were read, of others as the store has them."""
    fresh: Said = {said_graph(s.source): s.lines for s in new}
    graphs = sorted(said_graph(source) for source in ledger.sources if source != "world")
    return {graph: fresh.get(graph) or partial(_kept, store, graph, ledger.graphs[graph]) for graph in graphs}


def _kept(store: Store, graph: str, expected: Account) -> Iterator[str]:
    """The statements of a graph of the store, if it holds all that it should."""

    def compare(found: Account) -> None:
        if found != expected:
            raise StoreDamagedError(f"the store lost statements of {graph}; load that source again")

    return accounted(store.lines(graph), compare)


def _give_problems(problems: list[Problem], new: list[Staged]) -> list[str]:
    """Give each source its problems; the sources that have violations."""
    for s in new:
        s.problems[:] = [p for p in problems if p.source == s.source]
    return [s.source for s in new if any(p.severity == "violation" for p in s.problems)]


def _is_whole(store: Store) -> bool:
    """Whether no file differs from what was published; `check` also counts and hashes what they hold."""
    try:
        return not store.damaged_files()
    except StoreDamagedError:
        return False


def _generation(ledger: Ledger) -> str:
    """A name that depends on the sources, the vocabulary and the rules alone."""
    ledger.ontology = hash_of_rules()
    digest = hashlib.sha256(ledger.ontology.encode())
    for graph in sorted(g for g in ledger.graphs if is_said(g)):
        digest.update(f"{graph} {ledger.graphs[graph].digest}\n".encode())
    return f"db-{digest.hexdigest()[:16]}"
