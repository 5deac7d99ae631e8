"""What is counted and heard of statements while they leave, for who wants to know what a file holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from graphbuild.exports.statements import Statement
from graphbuild.terms import UPR, A, layer_of

#: The ontology, of which the settled layer says what it is.
ONTOLOGY = f"<{UPR[:-1]}>"

_subject, _property, _graph = itemgetter(0), itemgetter(1), itemgetter(3)


class Tally:
    """What a file holds, counted: statements, subjects, those with a class, and the subjects of each class and the
    statements of each property and graph. And what all that leaves says of its sources and of the ontology.
    """

    def __init__(self, layer: str | None) -> None:
        """Of a file with one layer, whose graphs are one there, or with all graphs if no layer is named."""
        self.statements = self.subjects = self.entities = 0
        self.classes, self.properties, self.graphs = Counter[str](), Counter[str](), Counter[str]()
        self._layer, self._left = layer, set[str]()
        self._about = defaultdict[str, list[Statement]](list)

    def passing(self, statements: Iterable[Statement]) -> Iterator[Statement]:
        """The same statements, which come subject by subject, counted as they pass."""
        for subject, about in groupby(statements, key=_subject):
            said = list(about)
            self._count(self._held(said))
            self._left.update(map(_graph, said))
            if subject == ONTOLOGY or layer_of(subject) == "said":
                self._about[subject] = said
            yield from said

    @property
    def sources(self) -> list[str]:
        """The graphs of the sources of which something left."""
        return sorted(graph for graph in self._left if layer_of(graph) == "said")

    def about(self, subject: str, *, held: bool = False) -> dict[str, list[str]]:
        """Values by property: of a source as itself and the settled layer have them, of the ontology as any graph has;
        if asked, only those that the file holds.
        """
        found = defaultdict[str, set[str]](set)
        for _, property_, value, graph in self._held(self._about[subject]) if held else self._about[subject]:
            if subject == ONTOLOGY or graph in ("", subject):
                found[property_].add(value)
        return defaultdict(list, {property_: sorted(values) for property_, values in found.items()})

    def _held(self, said: list[Statement]) -> Collection[Statement]:
        if self._layer is None:
            return said
        return {(*one[:3], "") for one in said if layer_of(one[3]) == self._layer}

    def _count(self, held: Collection[Statement]) -> None:
        if not held:
            return
        classes = {value for _, property_, value, _ in held if property_ == A}
        self.statements += len(held)
        self.subjects += 1
        self.entities += bool(classes)
        self.classes.update(classes)
        self.properties.update(map(_property, held))
        self.graphs.update(map(_graph, held))
