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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
from filelock import FileLock, Timeout

from graphbuild.errors import GraphbuildError, StoreBusyError, StoreDamagedError
from graphbuild.sortedlines import Account
from graphbuild.stores.ledger import LEDGER, Ledger, file_hashes, read_ledger, write_ledger
from graphbuild.stores.staging import SETTLED, Staging, accounts_of, graph_name, graphs_of, triples_of
from graphbuild.terms import is_said

#: What lies in the folder of a store.
_OURS = re.compile(r"ledger\.json(\.part)?|lock|db-[0-9a-f]+(\.part|\.work)?")


class OxigraphStore:
    """A store on disk: questions are put to the published generation, `stage` and `swap` make another."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._generation: tuple[tuple[int, ...], Path, ox.Store] | None = None

    @property
    def ledger(self) -> Ledger:
        """What was loaded."""
        return read_ledger(self.root)

    def query(self, query: str) -> object:
        """Run a query against the published generation."""
        return self.published().query(query)

    def graphs(self) -> list[str]:
        """The named graphs, sorted."""
        return graphs_of(self.published())

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """The statements of one graph (SETTLED for the settled layer)."""
        return triples_of(self.published(), graph)

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
        found = self.published().quads_for_pattern(triple.subject, triple.predicate, triple.object, graph_name(graph))
        return next(found, None) is not None

    def _matching(self, subject: str, value: str) -> Iterator[tuple[str, str]]:
        about, with_ = (ox.NamedNode(name[1:-1]) if name else None for name in (subject, value))
        for quad in self.published().quads_for_pattern(about, None, with_, None):
            graph = quad.graph_name
            yield graph.value if isinstance(graph, ox.NamedNode) else SETTLED, f"{quad.triple} ."

    def accounts(self) -> dict[str, Account]:
        """Count and hash of every graph, computed from the database.

        Raises StoreDamagedError if the database cannot be read.
        """
        try:
            return accounts_of(self.published())
        except (OSError, RuntimeError) as error:
            raise StoreDamagedError(
                f"{self.root}: the database cannot be read ({error}); load the sources again"
            ) from error

    def damaged_files(self) -> list[str]:
        """Files of the database that are missing, new or different from what was published."""
        ledger = self.ledger
        path = self._place(ledger)
        found = file_hashes(path) if path.is_dir() else {}
        return sorted(f for f in ledger.files.keys() | found.keys() if ledger.files.get(f) != found.get(f))

    def published(self) -> ox.Store:
        """The published database, for queries that belong together, whatever is loaded meanwhile."""
        return self._current()[1]

    def folder(self) -> Path:
        """Where the files of the published database lie."""
        return self._current()[0]

    def _current(self) -> tuple[Path, ox.Store]:
        """The ledger is read again only when it was written again, since look-ups are many."""
        stamp = self._stamp()
        if not (self._generation and self._generation[0] == stamp and self._generation[1].is_dir()):
            path = self._place(self.ledger)
            if not path.is_dir():
                raise StoreDamagedError(f"{path}: the database is missing; load the sources again")
            self._generation = (stamp, path, _opened(path))
        return self._generation[1:]

    def _place(self, ledger: Ledger) -> Path:
        if not ledger.database:
            raise GraphbuildError(f"{self.root}: nothing was loaded yet; run `graphbuild load --bundled` first")
        return self.root / ledger.database

    def _stamp(self) -> tuple[int, ...]:
        """What changes whenever a ledger is published."""
        try:
            status = (self.root / LEDGER).stat()
        except OSError:
            return ()
        return status.st_ino, status.st_size, status.st_mtime_ns

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
            staging = Staging(ox.Store(path), copied=copy)
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
        if not staging.copied:  # to write all tables anew would take longer than all else that a small change takes
            staging.database.optimize()
        staging.close()
        # Opened once more, the engine begins its journals anew, in which names that were removed still stand.
        ox.Store(self.root / f"{name}.part").flush()
        ledger.database = name
        target = self.root / name
        if target.exists():
            shutil.rmtree(target)
        (self.root / f"{name}.part").rename(target)
        ledger.files = file_hashes(target, self._hashes_of_shared(target) if staging.copied else {})
        write_ledger(self.root, ledger)
        self._sweep()

    def _hashes_of_shared(self, target: Path) -> dict[str, str]:
        """The hashes of tables that a copy shares with the published generation, as they were when written."""
        published = self.ledger
        old = self.root / published.database
        return {
            name: digest
            for name, digest in published.files.items()
            if name.endswith(".sst") and (target / name).exists() and (target / name).samefile(old / name)
        }

    def _sweep(self) -> None:
        """Remove what no ledger names: older generations and what a killed process left."""
        current = self.ledger.database
        for path in self.root.glob("db-*"):
            if path.name != current and _OURS.fullmatch(path.name):
                shutil.rmtree(path, ignore_errors=True)


def _copy(database: Path, into: Path) -> None:
    """Copy a database, without the engine's logs, of which it begins one each time and removes none.

    Tables are never written to again, so that a second name for each is a copy.
    """
    into.mkdir()
    for path in database.iterdir():
        if path.suffix == ".sst":
            _name_again(path, into / path.name)
        elif not path.name.startswith(("LOG", "LOCK")):
            shutil.copy2(path, into / path.name)


def _name_again(path: Path, new: Path) -> None:
    try:
        os.link(path, new)
    except OSError:  # a disk, such as exFAT or some network drives, may have no second names
        shutil.copy2(path, new)


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
    if foreign and not (root / LEDGER).exists():
        raise GraphbuildError(f"{root}: the folder holds other files ({min(foreign)}); choose an empty one")
