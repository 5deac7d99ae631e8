"""Sending what is new to a server, so that whoever asks sees the old store or the new one; and the ledger there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphbuild.errors import StoreBusyError
from graphbuild.sortedlines import SortedLines, unmatched
from graphbuild.staged import Tell
from graphbuild.stores.connection import BLOCK, Connection
from graphbuild.stores.lease import Lease
from graphbuild.stores.ledger import Ledger, ledger_text, parse_ledger
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.stores.staging import SETTLED, LineSets
from graphbuild.terms import ID, PREFIXES, literal

#: The settled layer, which a server cannot hold in its default graph: in some that is all graphs seen as one.
SETTLED_GRAPH = ID + "graph/settled"
#: The graph that holds the ledger, as JSON in pieces.
LEDGER_GRAPH = ID + "graph/ledger"
#: Characters of the ledger in one statement; Virtuoso 7.2 takes no line of 64 kB.
PIECE = 10_000

NAME = f"<{LEDGER_GRAPH}> <{PREFIXES['dcterms']}identifier>"
_LEDGER = f"""SELECT ?p ?piece {{
  GRAPH <{LEDGER_GRAPH}> {{ <{LEDGER_GRAPH}> ?p ?piece }} FILTER STRSTARTS(STR(?p), "{PREFIXES["rdf"]}_")
}}"""
_SWITCH = """
DELETE {{ GRAPH ?less {{ ?s ?p ?o }} }} INSERT {{ GRAPH ?more {{ ?a ?b ?c }} }} WHERE {{
  {{ VALUES (?minus ?less) {{ {minus} }} GRAPH ?minus {{ ?s ?p ?o }} }} UNION
  {{ VALUES (?plus ?more) {{ {plus} }} GRAPH ?plus {{ ?a ?b ?c }} }}
}}"""


class Sending:
    """One generation, made on this machine, on its way to a server."""

    def __init__(self, server: Connection, lease: Lease, before: Ledger, local: OxigraphStore, tell: Tell) -> None:
        self._server, self._lease = server, lease
        self._before, self._local = before, local
        self._tell = tell

    def begin(self) -> None:
        """Drop what writers left who never came to the end; raises StoreBusyError if the store is another by now."""
        published = set(map(place_of, ledger_there(self._server).graphs))
        for writer in self._lease.writers():
            self._drop(writer.graphs - published)
            self._lease.forget(writer.name)
        self._refuse_change()

    def _refuse_change(self) -> None:
        if ledger_there(self._server) != self._before:
            name = self._server.addresses.name
            raise StoreBusyError(f"{name}: another graphbuild loaded something meanwhile; load again")

    def _drop(self, graphs: Iterable[str]) -> None:
        if drops := [f"DROP SILENT GRAPH <{graph}>" for graph in sorted(graphs)]:
            self._server.update(" ;\n".join(drops))

    def publish(self, ledger: Ledger, known: tuple[LineSets, LineSets] | None = None) -> None:
        """Send a generation and make it the published one, in five steps that docs/servers.md explains.

        `known` are the lines that leave and that come; where it is not given, the server is asked what it holds.
        """
        lease = self._lease
        new = sorted(ledger.graphs.keys() - self._before.graphs.keys())
        gone = set(map(place_of, self._before.graphs.keys() - ledger.graphs.keys()))
        beside = {place_of(graph): lease.beside(number) for number, graph in enumerate(self._changed(ledger))}
        beside[LEDGER_GRAPH] = lease.beside("ledger")
        temporary = {place for pair in beside.values() for place in pair}
        lease.fill(sorted(temporary | gone | set(map(place_of, new))))
        self._drop(map(place_of, new))
        for graph in new:
            self._add(place_of(graph), graph, self._local.lines(graph))
        for graph in self._changed(ledger):
            changes = [some.get(graph, set()) for some in known] if known else self._differing(graph)
            self._add_changes(graph, beside[place_of(graph)], changes)
        self._add_changes(LEDGER_GRAPH, beside[LEDGER_GRAPH], self._differing(LEDGER_GRAPH, _pieces(ledger)))
        lease.renew()
        self._refuse_change()  # once more, since sending may have taken hours
        self._tell("publishing")
        self._server.update(_switch(beside))
        self._drop(temporary | gone)

    def _changed(self, ledger: Ledger) -> list[str]:
        """The graphs that are there and must become others; all, if the same generation is made again as a repair."""
        before, repairing = self._before.graphs, ledger.database == self._before.database
        return sorted(g for g, one in ledger.graphs.items() if g in before and (repairing or before[g] != one))

    def _differing(self, graph: str, lines: Iterable[str] | None = None) -> list[Iterable[str]]:
        """What must be deleted from a graph of the server and added to it, so that it holds these lines."""
        minus, plus = SortedLines(), SortedLines()
        wanted = SortedLines(self._local.lines(graph) if lines is None else lines)
        for line, is_new in unmatched(SortedLines(self._lines_there(graph)), wanted):
            (plus if is_new else minus).update([line])
        return [minus, plus]

    def _add_changes(self, graph: str, beside: tuple[str, str], changes: Iterable[Iterable[str]]) -> None:
        """Send what must be deleted from a graph and what must be added to it to the two graphs beside it."""
        for place, some in zip(beside, changes, strict=True):
            self._add(place, graph, some)

    def _add(self, place: str, graph: str, lines: Iterable[str]) -> None:
        def done(count: int) -> None:
            self._lease.renew()
            self._tell(f"sending {graph.rpartition('/')[2]}: {count:,} statements")

        self._server.add(place, lines, done)

    def _lines_there(self, graph: str) -> Iterator[str]:
        for number, triple in enumerate(self._server.read(place_of(graph)), start=1):
            if not number % BLOCK:
                self._lease.renew()
            yield f"{triple} ."


def place_of(graph: str) -> str:
    """The graph on a server that holds a graph of a store."""
    return SETTLED_GRAPH if graph == SETTLED else graph


def ledger_there(server: Connection) -> Ledger:
    """The ledger that a server holds; an empty one if nothing was ever loaded."""
    pieces = {int(row["p"].value.rpartition("_")[2]): row["piece"].value for row in server.rows(_LEDGER)}
    text = "".join(pieces[number] for number in sorted(pieces))
    return parse_ledger(text, f"{server.addresses.name}, <{LEDGER_GRAPH}>") if text else Ledger()


def _pieces(ledger: Ledger) -> list[str]:
    text, subject = ledger_text(ledger), f"<{LEDGER_GRAPH}>"
    return [f"{NAME} {literal(ledger.database)} ."] + [
        f"{subject} <{PREFIXES['rdf']}_{number}> {literal(text[start : start + PIECE])} ."
        for number, start in enumerate(range(0, len(text), PIECE), start=1)
    ]


def _switch(beside: dict[str, tuple[str, str]]) -> str:
    minus, plus = (" ".join(f"(<{pair[n]}> <{graph}>)" for graph, pair in beside.items()) for n in (0, 1))
    return _SWITCH.format(minus=minus, plus=plus)
