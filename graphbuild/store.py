"""The store: Oxigraph on disk, in generations that replace each other whole.

A store is a folder with a ledger, a lock and one database directory. A change
is made in a new database beside the old one (`stage`) and published by writing
the ledger (`swap`): readers see the old generation or the new one, never a
mixture, and a killed process leaves the old one. What was removed is gone from
the disk too, since a generation holds only what was written into it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
from filelock import FileLock, Timeout

from graphbuild.errors import GraphbuildError, StoreBusyError, StoreDamagedError
from graphbuild.ledger import Ledger, file_hashes, read_ledger, write_ledger
from graphbuild.sortedlines import Account, account
from graphbuild.terms import CONCLUDED_GRAPHS, SAID_GRAPHS

#: What lies in the folder of a store.
_OURS = re.compile(r"ledger\.json(\.part)?|lock|db-[0-9a-f]+(\.part|\.work)?")

#: The default graph, which holds the settled layer, as it is called in the ledger.
SETTLED = "settled"


class Staging:
    """A generation in the making, on disk; or a part of one, in memory."""

    def __init__(self, database: ox.Store) -> None:
        self.database = database

    def close(self) -> None:
        """Let go of the database, so that its directory can be renamed or removed."""
        self.database = ox.Store()

    def load(self, path: Path) -> None:
        """Add the statements of an N-Quads file; those of the default graph are the settled layer."""
        self.database.bulk_load(path=path, format=ox.RdfFormat.N_QUADS)

    def add(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Add statements to a named graph, or to the settled layer for SETTLED."""
        name = _name(graph)
        self.database.extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples)

    def add_lines(self, graph: str, lines: Iterable[str]) -> None:
        """Add N-Triples lines to a named graph."""
        self.database.load("\n".join(lines), format=ox.RdfFormat.N_TRIPLES, to_graph=_name(graph))

    def remove_lines(self, lines: Mapping[str, Iterable[str]]) -> None:
        """Remove N-Triples lines, by graph."""
        for graph, some in lines.items():
            for quad in ox.parse("\n".join(some), format=ox.RdfFormat.N_TRIPLES):
                self.database.remove(ox.Quad(quad.subject, quad.predicate, quad.object, _name(graph)))

    def conclude(self, query: str, graph: str) -> None:
        """Add to a graph what a CONSTRUCT query gives on what is staged so far.

        Text goes from the engine to the engine; objects of Python for each term would double the time.
        """
        found: ox.QueryTriples = self.database.query(query)  # type: ignore[assignment]
        text = found.serialize(format=ox.RdfFormat.N_TRIPLES)
        self.database.load(text, format=ox.RdfFormat.N_TRIPLES, to_graph=_name(graph))

    def settle_as_said(self, graph: str) -> None:
        """Add all statements of a graph to the settled layer."""
        self.database.update(f"ADD SILENT GRAPH <{graph}> TO DEFAULT")

    def select(self, query: str) -> Iterator[ox.QuerySolution]:
        """The rows that a SELECT query gives on what is staged so far."""
        return iter(self.database.query(query))  # type: ignore[arg-type]

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """The statements of one graph."""
        return _triples(self.database, graph)

    def lines(self, graph: str) -> Iterator[str]:
        """The statements of one graph as N-Triples lines, those of a subject together."""
        return (f"{triple} ." for triple in self.triples(graph))

    def values(self, graph: str, subject: str, property_: str) -> list[str]:
        """The values of a property of one thing in one graph, as text, sorted."""
        pattern = ox.NamedNode(subject), ox.NamedNode(property_), None, _name(graph)
        return sorted(getattr(q.object, "value", "") for q in self.database.quads_for_pattern(*pattern))

    def graphs(self) -> list[str]:
        """The named graphs, sorted."""
        return _graphs(self.database)

    def accounts(self) -> dict[str, Account]:
        """Count and hash of every graph."""
        return _accounts(self.database)


class View:
    """Several graphs of a database seen as one, without a copy of them."""

    def __init__(self, staging: Staging, graphs: Iterable[str]) -> None:
        self._database = staging.database
        self._graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [_name(graph) for graph in graphs]

    def query(self, query: str) -> object:
        """Run a query; where two graphs say the same, it is met twice."""
        return self._database.query(query, default_graph=self._graphs)

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None,
        value: ox.NamedNode | None,
        _graph: ox.DefaultGraph | None = None,
    ) -> Iterator[ox.Quad]:
        """The statements with this subject, predicate and object; None stands for any."""
        for graph in self._graphs:
            yield from self._database.quads_for_pattern(subject, predicate, value, graph)


class OxigraphStore:
    """A store on disk. Verbs: select, construct, graphs, triples, stage, swap."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._generation: tuple[str, ox.Store] | None = None

    @property
    def ledger(self) -> Ledger:
        """What was loaded."""
        return read_ledger(self.root)

    def query(self, query: str) -> object:
        """Run a query against the published generation."""
        return self._open().query(query)

    def graphs(self) -> list[str]:
        """The named graphs, sorted."""
        return _graphs(self._open())

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """The statements of one graph (SETTLED for the settled layer)."""
        return _triples(self._open(), graph)

    def lines(self, graph: str) -> Iterator[str]:
        """The statements of one graph as N-Triples lines, those of a subject together."""
        return (f"{triple} ." for triple in self.triples(graph))

    def said(self, *, subject: str = "", value: str = "") -> Iterator[tuple[str, str]]:
        """Graph and line of what sources say of a thing, or with it as the value; terms as in N-Triples."""
        return ((graph, line) for graph, line in self._matching(subject, value) if is_said(graph))

    def with_value(self, value: str) -> Iterator[tuple[str, str]]:
        """Graph and line of all statements with this value, whatever their layer."""
        return self._matching("", value)

    def has(self, graph: str, line: str) -> bool:
        """Whether a graph holds a statement."""
        (triple,) = ox.parse(line, format=ox.RdfFormat.N_TRIPLES)
        found = self._open().quads_for_pattern(triple.subject, triple.predicate, triple.object, _name(graph))
        return next(found, None) is not None

    def _matching(self, subject: str, value: str) -> Iterator[tuple[str, str]]:
        about, with_ = (ox.NamedNode(name[1:-1]) if name else None for name in (subject, value))
        for quad in self._open().quads_for_pattern(about, None, with_, None):
            graph = quad.graph_name
            yield graph.value if isinstance(graph, ox.NamedNode) else SETTLED, f"{quad.triple} ."

    def accounts(self) -> dict[str, Account]:
        """Count and hash of every graph, computed from the database.

        Raises StoreDamagedError if the database cannot be read.
        """
        try:
            return _accounts(self._open())
        except (OSError, RuntimeError) as error:
            raise StoreDamagedError(
                f"{self.root}: the database cannot be read ({error}); load the sources again"
            ) from error

    def damaged_files(self) -> list[str]:
        """Files of the database that are missing, new or different from what was published."""
        ledger = self.ledger
        path = self.root / ledger.database
        found = file_hashes(path) if path.is_dir() else {}
        return sorted(f for f in ledger.files.keys() | found.keys() if ledger.files.get(f) != found.get(f))

    def _open(self) -> ox.Store:
        ledger = self.ledger
        if not ledger.database:
            raise GraphbuildError(f"{self.root}: nothing was loaded yet; run `graphbuild load --bundled` first")
        path = self.root / ledger.database
        if not path.is_dir():
            raise StoreDamagedError(f"{path}: the database is missing; load the sources again")
        if not self._generation or self._generation[0] != ledger.database:
            self._generation = (ledger.database, _opened(path))
        return self._generation[1]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock: one writer at a time, whatever its process or thread."""
        _make_private(self.root)
        lock = FileLock(self.root / "lock", timeout=0, mode=0o600)
        try:
            lock.acquire()
        except Timeout as busy:
            raise StoreBusyError(f"{self.root}: another graphbuild is writing to this store; try again later") from busy
        try:
            self._sweep()
            yield
        except (OSError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and not str(error).startswith("Corruption"):
                raise
            raise GraphbuildError(f"{self.root}: cannot be written ({error}); the store is as it was before") from error
        finally:
            lock.release()

    @contextmanager
    def working(self, name: str) -> Iterator[Path]:
        """A folder for what is written on the way to a generation, as private as the store, gone in the end."""
        path = self.root / f"{name}.work"
        before = os.umask(0o077)
        try:
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir()
            yield path
        finally:
            os.umask(before)
            shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def stage(self, name: str, *, copy: bool = False) -> Iterator[Staging]:
        """An empty generation of this name, or a copy of the published one, gone again unless it is swapped in."""
        path = self.root / f"{name}.part"
        shutil.rmtree(path, ignore_errors=True)
        before = os.umask(0o077)
        try:
            if copy:
                _copy(self.root / self.ledger.database, path)
            staging = Staging(ox.Store(path))
            try:
                yield staging
            finally:
                staging.close()
        finally:
            os.umask(before)
            shutil.rmtree(path, ignore_errors=True)

    def swap(self, staging: Staging, name: str, ledger: Ledger) -> None:
        """Publish a staged generation together with its ledger."""
        staging.database.flush()
        staging.database.optimize()
        staging.close()
        # Opened once more, the engine begins its journals anew, in which names that were removed still stand.
        ox.Store(self.root / f"{name}.part").flush()
        ledger.database = name
        target = self.root / name
        if target.exists():
            shutil.rmtree(target)
        (self.root / f"{name}.part").rename(target)
        ledger.files = file_hashes(target)
        write_ledger(self.root, ledger)
        self._sweep()

    def _sweep(self) -> None:
        """Remove what no ledger names: older generations and what a killed process left."""
        current = self.ledger.database
        for path in self.root.glob("db-*"):
            if path.name != current and _OURS.fullmatch(path.name):
                shutil.rmtree(path, ignore_errors=True)


def _copy(database: Path, into: Path) -> None:
    """Copy a database; tables are never written to again, so that a second name for each is a copy."""
    into.mkdir()
    for path in database.iterdir():
        if path.suffix == ".sst":
            os.link(path, into / path.name)
        elif path.name != "LOCK":
            shutil.copy2(path, into / path.name)


def _opened(path: Path) -> ox.Store:
    try:
        return ox.Store.read_only(str(path))
    except (OSError, RuntimeError) as error:
        if "ulimit" in str(error):
            raise GraphbuildError(f"{path}: the database cannot be opened ({error})") from error
        raise StoreDamagedError(f"{path}: the database cannot be opened ({error}); load the sources again") from error


def _make_private(root: Path) -> None:
    """Names of people lie in the store: only its owner may read it."""
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        root.chmod(0o700)
    except OSError as error:
        raise GraphbuildError(
            f"{root}: cannot be used as a store ({error.strerror}); choose another with --store"
        ) from error
    foreign = [p.name for p in root.iterdir() if not _OURS.fullmatch(p.name)]
    if foreign and not (root / "ledger.json").exists():
        raise GraphbuildError(f"{root}: the folder holds other files ({sorted(foreign)[0]}); choose an empty one")


def _name(graph: str) -> ox.NamedNode | ox.DefaultGraph:
    return ox.DefaultGraph() if graph == SETTLED else ox.NamedNode(graph)


def _triples(database: ox.Store, graph: str) -> Iterator[ox.Triple]:
    return (quad.triple for quad in database.quads_for_pattern(None, None, None, _name(graph)))


def _accounts(database: ox.Store) -> dict[str, Account]:
    return {graph: account(f"{t} ." for t in _triples(database, graph)) for graph in [SETTLED, *_graphs(database)]}


def _graphs(database: ox.Store) -> list[str]:
    return sorted(str(g.value) for g in database.named_graphs() if isinstance(g, ox.NamedNode))


def is_said(graph: str) -> bool:
    """Whether a graph holds what one source says."""
    return graph.startswith(SAID_GRAPHS)


def is_concluded(graph: str) -> bool:
    """Whether a graph holds what one rule concluded."""
    return graph.startswith(CONCLUDED_GRAPHS)
