"""Statements that leave, as text: they pass one after the other, since a world does not fit into a small memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter

import pyoxigraph as ox

from graphbuild.sortedlines import SortedLines
from graphbuild.stores.anystore import Store
from graphbuild.stores.staging import SETTLED
from graphbuild.terms import A, layer_of

#: A statement as N-Quads writes it: subject, property, value and graph, which is "" for the settled layer.
Statement = tuple[str, str, str, str]

#: So many are parsed at once: to begin takes longer than to read on.
_AT_ONCE = 10_000
#: An IRI that ends in a name, as almost all classes do; an element of XML needs one.
_ENDS_IN_A_NAME = re.compile(r"[^\W\d][\w.-]*>$")

_subject, _graph_and_subject = itemgetter(0), itemgetter(3, 0)


class Everything:
    """All statements of a store in the order of N-Quads; read once, since that takes longer than to go through them."""

    def __init__(self, store: Store) -> None:
        graphs = [SETTLED, *store.graphs()]
        self._lines = SortedLines(f"{line}\t{_written(graph)}" for graph in graphs for line in store.lines(graph))

    def __iter__(self) -> Iterator[Statement]:
        for line in self._lines:
            triple, _, graph = line.partition(" .\t")
            subject, property_, value = triple.split(" ", 2)
            yield subject, property_, value, graph


def _written(graph: str) -> str:
    return "" if graph == SETTLED else f"<{graph}>"


def of_layer(statements: Iterable[Statement], layer: str) -> Iterator[Statement]:
    """The statements of one layer, each once, of no graph; classes stand first."""
    held = ((*said[:3], "") for said in statements if layer_of(said[3]) == layer)
    for _, about in groupby(held, key=_subject):
        yield from sorted({*about}, key=_order)


def by_graph(statements: Iterable[Statement]) -> Iterator[Statement]:
    """The same statements graph by graph, the settled layer first, and subject by subject; classes stand first."""
    lines = SortedLines("\t".join((graph[1:-1], *triple)) for *triple, graph in statements)
    parted = (line.split("\t") for line in lines)
    again = ((subject, property_, value, graph and f"<{graph}>") for graph, subject, property_, value in parted)
    for _, about in groupby(again, key=_graph_and_subject):
        yield from sorted(about, key=_order)


def _order(said: Statement) -> tuple[str, str]:
    """What the statements of a subject sort by: classes first; but last one of which RDF/XML can make no element."""
    if said[1] != A:
        return said[1], said[2]
    return ("!" if _ENDS_IN_A_NAME.search(said[2]) else "~"), said[2]


def line(said: Statement) -> str:
    """A statement as a line of N-Quads, with its end."""
    return " ".join((*filter(None, said), ".\n"))


def parsed(lines: Iterable[str]) -> Iterator[ox.Quad]:
    """The statements that lines of N-Quads hold."""
    lines = iter(lines)
    while text := "".join(islice(lines, _AT_ONCE)):
        yield from ox.parse(text, format=ox.RdfFormat.N_QUADS)
