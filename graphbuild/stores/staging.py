"""A generation in the making: a database that is filled before it is published; or a part of one, in memory."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from graphbuild.sortedlines import Account, account

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: Bytes read at a time.
CHUNK = 1 << 20
#: The default graph, which holds the settled layer, as it is called in the ledger.
SETTLED = "settled"

#: N-Triples lines by graph: as they come, and as sets, which can be compared.
Lines = dict[str, list[str]]
LineSets = dict[str, set[str]]


class Staging:
    """A generation in the making, on disk; or a part of one, in memory."""

    def __init__(self, database: ox.Store, *, copied: bool = False) -> None:
        self.database = database
        #: Whether it began as a copy of the generation before, of which little changes.
        self.copied = copied
        #: The lines, by graph, that leave and that come, where a generation is made from the one before.
        self.difference: tuple[LineSets, LineSets] | None = None

    def close(self) -> None:
        """Let go of the database, so that its directory can be renamed or removed."""
        self.database = ox.Store()

    def load(self, *paths: Path, read_before: bool = False) -> None:
        """Add the statements of N-Quads files, read as if they were one; the default graph is the settled layer.

        The engine writes tables anew for every call: a few large calls take less time than many small ones.
        The names in what it has `read_before`, or has written itself, are not checked again, which takes half of
        the time of reading.
        """
        file = io.BufferedReader(_Joined(paths), CHUNK)
        self.database.bulk_load(file, format=ox.RdfFormat.N_QUADS, lenient=read_before)

    def add(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Add statements to a named graph, or to the settled layer for SETTLED."""
        name = graph_name(graph)
        self.database.extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples)

    def add_lines(self, graph: str, lines: Iterable[str]) -> None:
        """Add N-Triples lines to a named graph."""
        self.database.load("\n".join(lines), format=ox.RdfFormat.N_TRIPLES, to_graph=graph_name(graph))

    def remove_lines(self, lines: Mapping[str, Iterable[str]]) -> None:
        """Remove N-Triples lines, by graph."""
        for graph, some in lines.items():
            for quad in ox.parse("\n".join(some), format=ox.RdfFormat.N_TRIPLES):
                self.database.remove(ox.Quad(quad.subject, quad.predicate, quad.object, graph_name(graph)))

    def conclude(self, query: str, graph: str) -> None:
        """Add to a graph what a CONSTRUCT query gives on what is staged so far.

        Text goes from the engine to the engine, which need not check its own names; objects of Python for each
        term would double the time.
        """
        found = self.database.query(query)
        assert isinstance(found, ox.QueryTriples)
        text = found.serialize(format=ox.RdfFormat.N_TRIPLES)
        self.database.load(text, format=ox.RdfFormat.N_TRIPLES, to_graph=graph_name(graph), lenient=True)

    def settle_as_said(self, graph: str) -> None:
        """Add all statements of a graph to the settled layer."""
        text = self.database.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph))
        self.database.load(text, format=ox.RdfFormat.N_TRIPLES, lenient=True)

    def select(self, query: str) -> Iterator[ox.QuerySolution]:
        """The rows that a SELECT query gives on what is staged so far."""
        found = self.database.query(query)
        assert isinstance(found, ox.QuerySolutions)
        return found

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """The statements of one graph."""
        return triples_of(self.database, graph)

    def lines(self, graph: str) -> Iterator[str]:
        """The statements of one graph as N-Triples lines, those of a subject together."""
        return (f"{triple} ." for triple in self.triples(graph))

    def said(self, subject: str, property_: str) -> Iterator[tuple[str, str]]:
        """Named graph and value, as text, of a property of one thing."""
        for quad in self.database.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(property_), None):
            if isinstance(quad.graph_name, ox.NamedNode):
                yield quad.graph_name.value, getattr(quad.object, "value", "")

    def graphs(self) -> list[str]:
        """The named graphs, sorted."""
        return graphs_of(self.database)

    def accounts(self) -> dict[str, Account]:
        """Count and hash of every graph."""
        return accounts_of(self.database)


class _Joined(io.RawIOBase):
    """Files read one after the other."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._files = (path.open("rb") for path in paths)
        self._file: io.BufferedReader | None = next(self._files, None)

    def readable(self) -> bool:
        """Whether it can be read, which it can."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read the next bytes; how many, none at the end of the last file."""
        while self._file:
            if count := self._file.readinto(buffer):
                return count
            self._file.close()
            self._file = next(self._files, None)
        return 0


class View:
    """Several graphs of a database seen as one, without a copy of them."""

    def __init__(self, staging: Staging, graphs: Iterable[str]) -> None:
        self._database = staging.database
        self._graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [graph_name(graph) for graph in graphs]

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


def graph_name(graph: str) -> ox.NamedNode | ox.DefaultGraph:
    """The name of a graph, for the engine."""
    return ox.DefaultGraph() if graph == SETTLED else ox.NamedNode(graph)


def triples_of(database: ox.Store, graph: str) -> Iterator[ox.Triple]:
    """The statements of one graph of a database."""
    return (quad.triple for quad in database.quads_for_pattern(None, None, None, graph_name(graph)))


def accounts_of(database: ox.Store) -> dict[str, Account]:
    """Count and hash of every graph of a database."""
    return {graph: account(f"{t} ." for t in triples_of(database, graph)) for graph in [SETTLED, *graphs_of(database)]}


def graphs_of(database: ox.Store) -> list[str]:
    """The named graphs of a database, sorted."""
    return sorted(str(g.value) for g in database.named_graphs() if isinstance(g, ox.NamedNode))
