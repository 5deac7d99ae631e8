"""A store on a SPARQL 1.1 server, with the verbs of a store on disk.

A generation is made in a store on disk, a copy that lasts as long as the load or is kept
for the next. Then the server gets what is new. Graphs that no ledger names are seen by nobody, so a new
graph is sent to its place at once; of a graph that is there already the lines to
delete and to add are sent to two graphs beside it. One update of one operation
then applies all of them and replaces the ledger: whoever asks sees the old store
or the new one, and a load that is killed before leaves the old one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from graphbuild.errors import GraphbuildError, StoreBusyError, StoreDamagedError
from graphbuild.sortedlines import Account, SortedLines, account
from graphbuild.staged import Tell
from graphbuild.stores.addresses import addresses
from graphbuild.stores.connection import Connection, login
from graphbuild.stores.lease import Lease
from graphbuild.stores.ledger import Ledger
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.stores.sending import LEDGER_GRAPH, NAME, SETTLED_GRAPH, Sending, ledger_there, place_of
from graphbuild.stores.staging import SETTLED, Staging
from graphbuild.terms import digest

#: How often a question is asked again because the store was replaced meanwhile.
TRIES = 3

_GENERATION = f"SELECT ?name {{ GRAPH <{LEDGER_GRAPH}> {{ {NAME} ?name }} }}"
#: Reads queries; it holds nothing.
_READER = ox.Store()


class ServerStore:
    """A store on a server. Verbs as OxigraphStore."""

    def __init__(self, place: str, tell: Tell = lambda _: None) -> None:
        found = addresses(place, has_user=login() is not None)
        self.root = found.name
        self._tell = tell
        self._server = Connection(found, tell)
        self._before = self._seen = Ledger()
        self._local = OxigraphStore(Path())
        self._has_copy = self._is_damaged = False

    # --- Reading ---------------------------------------------------------------

    @property
    def ledger(self) -> Ledger:
        """What was loaded."""
        return ledger_there(self._server)

    def query(self, query: str) -> object:
        """Run a query against the published graphs and no others.

        The engine at hand reads it first: what is no query, which some servers
        would run as an update, is not sent.
        """
        kind = type(_READER.query(query))
        ledger = self._published()
        for _ in range(TRIES):
            answer = self._answer(query, kind, ledger)
            before, ledger = ledger, self._published()
            if before.database == ledger.database:
                return answer
        raise StoreBusyError(f"{self.root}: the store changed while it was read; try again")

    def _answer(self, query: str, kind: type, ledger: Ledger) -> object:
        graphs = [graph for graph in ledger.graphs if graph != SETTLED]
        if kind is not ox.QueryTriples:
            body = self._server.select(query, SETTLED_GRAPH, graphs)
            if kind is ox.QueryBoolean:
                body = _boolean(body)
            return ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        found = ox.Store()
        found.load(self._server.construct(query, SETTLED_GRAPH, graphs), format=ox.RdfFormat.N_TRIPLES)
        return found.query("CONSTRUCT WHERE { ?s ?p ?o }")

    def _published(self) -> Ledger:
        """The ledger, read again if another generation was published."""
        name = next((row["name"].value for row in self._server.rows(_GENERATION)), "")
        if name != self._seen.database:
            self._seen = self.ledger
        if not self._seen.database:
            raise GraphbuildError(f"{self.root}: nothing was loaded yet; run `graphbuild load --bundled` first")
        return self._seen

    def graphs(self) -> list[str]:
        """The named graphs, sorted."""
        return sorted(graph for graph in self._published().graphs if graph != SETTLED)

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """The statements of one graph (SETTLED for the settled layer); raises StoreDamagedError if some are missing."""
        published, count = self._published().graphs, 0
        if graph not in published:
            return  # whatever a killed load may have left there
        for triple in self._server.read(place_of(graph)):
            count += 1
            yield triple
        if count != published[graph].quads:
            raise StoreDamagedError(
                f"{self.root}: gave {count:,} of {published[graph].quads:,} statements of {graph}; "
                "if nobody is loading just now, load the sources again"
            )

    def lines(self, graph: str) -> Iterator[str]:
        """The statements of one graph as N-Triples lines, those of a subject together; while writing, of the copy."""
        if self._has_copy:
            return self._local.lines(graph)
        return iter(SortedLines(f"{triple} ." for triple in self.triples(graph)))

    def accounts(self) -> dict[str, Account]:
        """Count and hash of every graph, computed from what the server gives."""
        found = {graph: account(self._lines_there(graph)) for graph in sorted(self._published().graphs)}
        return {graph: one for graph, one in found.items() if one.quads}

    def _lines_there(self, graph: str) -> Iterator[str]:
        return (f"{triple} ." for triple in self._server.read(place_of(graph)))

    def damaged_files(self) -> list[str]:
        """None, since the files are the server's; while it is written to, what makes a change in place impossible."""
        return ["what the server holds"] if self._is_damaged else []

    def copy_into(self, local: OxigraphStore) -> None:
        """Fetch the published generation into an empty store; raises StoreDamagedError if it is not whole."""
        ledger = self._published()
        name, whole = ledger.database, replace(ledger)
        with local.writing(), local.working(name) as folder, local.stage(name) as staging:
            for graph in ledger.graphs:
                self._fetch(graph, folder / "graph.nq")
                staging.load(folder / "graph.nq")
            if staging.accounts() != ledger.graphs:
                raise StoreDamagedError(f"{self.root}: does not hold what its ledger says; load the sources again")
            local.swap(staging, name, whole)

    def _fetch(self, graph: str, path: Path) -> None:
        name = "" if graph == SETTLED else f"<{graph}> "
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{triple} {name}.\n" for triple in self._server.read(place_of(graph)))

    # --- Writing ---------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Prepare to write, unless somebody else is writing; whether somebody was is looked at again before the end.

        What is published is copied to this machine first: what a load changes is found by many small questions.
        """
        Lease(self._server).refuse_others()
        self._before = self.ledger
        with self._folder() as folder:
            self._local = OxigraphStore(folder)
            self._has_copy = bool(self._before.database) and (self._is_kept() or self._copies())
            self._is_damaged = bool(self._before.database) and not self._has_copy
            try:
                with self._local.writing():
                    yield
            finally:
                self._has_copy = self._is_damaged = False

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        """Where the copy lies: in the folder that keeps copies of servers, or for as long as the load."""
        if kept := os.environ.get("GRAPHBUILD_COPIES"):
            yield Path(kept) / digest(self.root)
            return
        with TemporaryDirectory(prefix="graphbuild-") as folder:
            yield Path(folder) / "graph"

    def _is_kept(self) -> bool:
        """Whether the copy of an earlier load is what the server has published."""
        try:
            kept = self._local.ledger
            same = (kept.database, kept.graphs) == (self._before.database, self._before.graphs)
            return same and not self._local.damaged_files()
        except GraphbuildError:
            return False

    def _copies(self) -> bool:
        self._tell("fetching what is published")
        try:
            self.copy_into(self._local)
        except StoreDamagedError:
            return False
        return True

    def working(self, name: str) -> AbstractContextManager[Path]:
        """A private folder for what is written on the way to a generation."""
        return self._local.working(name)

    def said(self, *, subject: str = "", value: str = "") -> Iterator[tuple[str, str]]:
        """While writing: graph and line of what sources say of a thing, or with it as the value."""
        return self._local.said(subject=subject, value=value)

    def with_value(self, value: str) -> Iterator[tuple[str, str]]:
        """While writing: graph and line of all statements with this value."""
        return self._local.with_value(value)

    def has(self, graph: str, line: str) -> bool:
        """While writing: whether a graph holds a statement."""
        return self._local.has(graph, line)

    def stage(self, name: str, *, copy: bool = False) -> AbstractContextManager[Staging]:
        """An empty generation of this name, or a copy of the published one, on disk."""
        return self._local.stage(name, copy=copy)

    def swap(self, staging: Staging, name: str, ledger: Ledger) -> None:
        """Publish a staged generation together with its ledger."""
        self._local.swap(staging, name, ledger)
        ledger.files = {}
        lease = Lease(self._server)
        lease.take()
        sending = Sending(self._server, lease, self._before, self._local, self._tell)
        try:
            sending.begin()
        except GraphbuildError:
            lease.give_back()  # nothing was sent
            raise
        sending.publish(ledger, staging.difference)
        # Only now: what broke off may still run on the server, and who comes next must know what to sweep away.
        lease.give_back()


def _boolean(body: bytes) -> bytes:
    """The answer to an ASK query; Virtuoso 7.2 gives a row with a 1 or a 0."""
    found: object = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QuerySolutions):
        found = any(term.value in ("1", "true") for row in found for term in row if isinstance(term, ox.Literal))
    return b'{"head": {}, "boolean": %s}' % (b"true" if found else b"false")
