"""Who is writing to a server, and what must be swept away if he never came to the end.

A server has no lock for us. A writer says in a graph of its own that it is
there, since when, and which graphs it fills; then it looks whether somebody
else says so too. Of two that begin at once both may give way, but never do both
go on. The word of a writer that was killed, or broke off, counts for as long as a
request may last; then the next writer sweeps away what it left. Times are those of
the server.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from graphbuild.errors import StoreBusyError
from graphbuild.stores.connection import Connection, timeout
from graphbuild.terms import ID, PREFIXES, literal

#: The graph in which writers say that they are there.
WRITERS = ID + "graph/writers"
_SINCE, _FILLS = f"<{PREFIXES['dcterms']}modified>", f"<{PREFIXES['rdfs']}member>"

#: Seconds beyond the longest request for which the word of a writer counts.
MARGIN = 60

_NOW = "SELECT (STR(NOW()) AS ?now) WHERE {}"
_SAY = """INSERT DATA {{ GRAPH <{graph}> {{ <{me}> {since} {now} }} }} ;
DELETE {{ GRAPH <{graph}> {{ <{me}> {since} ?old }} }} WHERE {{
  GRAPH <{graph}> {{ <{me}> {since} ?old }} FILTER (STR(?old) != {now})
}}"""
_LOOK = f"""
SELECT ?who ?when ?graph WHERE {{
  GRAPH <{WRITERS}> {{ ?who {_SINCE} ?when }} OPTIONAL {{ GRAPH <{WRITERS}> {{ ?who {_FILLS} ?graph }} }}
}} ORDER BY ?when"""


@dataclass
class Writer:
    """A writer as the server knows it."""

    name: str
    since: datetime = datetime.min
    graphs: set[str] = field(default_factory=set)

    @property
    def until(self) -> datetime:
        """When its word counts no longer: after its last word, no request of it can last until then."""
        return self.since + timedelta(seconds=timeout() + MARGIN)


class Lease:
    """The right to write to a server, best effort."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.name = f"{WRITERS}/{uuid.uuid4().hex}"

    def beside(self, what: object) -> tuple[str, str]:
        """Two graphs of one's own: for what must be deleted from a graph, and for what must be added to it."""
        return f"{self.name}/{what}/minus", f"{self.name}/{what}/plus"

    def writers(self) -> list[Writer]:
        """All that say that they are writing, this one aside."""
        found: dict[str, Writer] = {}
        for row in self._connection.rows(_LOOK):
            name = row["who"].value
            one = found.setdefault(name, Writer(name))
            one.since = _time(row["when"].value)
            one.graphs |= {row["graph"].value} if row["graph"] else set()
        return [one for name, one in sorted(found.items()) if name != self.name]

    def refuse_others(self) -> None:
        """Raise StoreBusyError if another writer is there."""
        now = _time(self._now())
        for one in self.writers():
            if now < one.until:
                raise StoreBusyError(
                    f"{self._connection.addresses.name}: another graphbuild has been writing to this store since "
                    f"{one.since:%H:%M:%S}; try again later (if it was killed or broke off, from {one.until:%H:%M:%S})"
                )

    def take(self) -> None:
        """Say that one is writing, unless another is."""
        self.renew()
        try:
            self.refuse_others()
        except StoreBusyError:
            self.give_back()
            raise

    def renew(self) -> None:
        """Say that one is still writing."""
        self._connection.update(_SAY.format(graph=WRITERS, me=self.name, since=_SINCE, now=literal(self._now())))

    def _now(self) -> str:
        """The time of the server."""
        (row,) = self._connection.rows(_NOW)
        return str(row["now"].value)

    def fill(self, graphs: Iterable[str]) -> None:
        """Say which graphs one is going to fill; nothing but these is swept away."""
        lines = [f"<{self.name}> {_FILLS} <{graph}> ." for graph in graphs]
        self._connection.add(WRITERS, lines)

    def give_back(self) -> None:
        """Say no longer that one is writing."""
        self.forget(self.name)

    def forget(self, name: str) -> None:
        """Take out what a writer said."""
        self._connection.update(f"DELETE WHERE {{ GRAPH <{WRITERS}> {{ <{name}> ?p ?o }} }}")


def _time(text: str) -> datetime:
    """A time as servers write it; all are of one server, so that the zone does not matter."""
    return datetime.fromisoformat(text[:19])
