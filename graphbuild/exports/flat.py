"""Things as flat rows: what tables and networks need of a set of statements.

A concept is written by its notation, a date by its EDTF text and its bounds, a
thing by its IRI with its label beside it. Several values are joined by `; `.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from graphbuild.terms import PREFIXES, UPR, id_of

_TYPE = PREFIXES["rdf"] + "type"
_LABEL = PREFIXES["rdfs"] + "label"
_LABELS = (_LABEL, PREFIXES["skos"] + "prefLabel", PREFIXES["dcterms"] + "title")
_WORDS = (PREFIXES["skos"] + "notation", UPR + "edtf")
_BOUNDS = (UPR + "earliest", UPR + "latest")
#: The properties that tell what a thing is, whoever speaks of it.
TELLING = {_TYPE, *_LABELS, *_WORDS, *_BOUNDS}
_CONCEPT, _DATE = PREFIXES["skos"] + "Concept", UPR + "Date"
#: Classes that say less than another class of the same thing.
_GENERAL = ("Pledge", "Claim")
#: What makes a spreadsheet run a cell, in ASCII and in full width.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")

Value = ox.NamedNode | ox.BlankNode | ox.Literal


class Things:
    """What a layer says, by subject and property, and what is known beside it: classes, labels, notations, days."""

    def __init__(self, layer: Iterable[ox.Triple], known: Iterable[ox.Triple] = ()) -> None:
        """Read statements of a layer; of those known beside it only what tells what a thing is."""
        self.said = _by_subject(layer)
        self._known = _by_subject(t for t in known if t.predicate.value in TELLING)

    def values(self, subject: str, property_: str) -> list[str]:
        """The values of a property, as text."""
        return [value.value for value in self._values(subject, property_)]

    def _values(self, subject: str, property_: str) -> list[Value]:
        """As the layer has them; as they are known beside it only if it has none, so that layers do not mix."""
        return next((found for of in (self.said, self._known) if (found := of.get(subject, {}).get(property_))), [])

    def classes(self, subject: str) -> list[str]:
        """The classes of our own that a thing belongs to, by local name, the most telling first."""
        ours = [c.removeprefix(UPR) for c in self.values(subject, _TYPE) if c.startswith(UPR)]
        return sorted(ours, key=lambda c: (c in _GENERAL, c))

    def is_concept(self, subject: str) -> bool:
        """Whether it is a word of one of the lists."""
        return _CONCEPT in self.values(subject, _TYPE)

    def is_date(self, subject: str) -> bool:
        """Whether it is a date."""
        return _DATE in self.values(subject, _TYPE)

    def label(self, subject: str) -> str:
        """Its label, or else what tells its IRI from others of its kind."""
        for property_ in _LABELS:
            if written := self._values(subject, property_):
                english = [w for w in written if getattr(w, "language", "") == "en"]
                return str((english or written)[0].value)
        return id_of(subject) or local_name(subject)

    def row(self, subject: str) -> dict[str, str]:
        """A thing as the cells of one row."""
        cells = {"iri": subject, "label": self.label(subject)}
        for property_, values in self.said.get(subject, {}).items():
            if property_ not in (_TYPE, _LABEL):
                cells.update(self._cells(local_name(property_), values))
        return cells

    def _cells(self, name: str, values: list[Value]) -> dict[str, str]:
        nodes = [v.value for v in values if not isinstance(v, ox.Literal)]
        dates = [n for n in nodes if self.is_date(n)]
        things = [n for n in nodes if self.classes(n) and n not in dates]
        cells = {name: _joined(self._word(v) for v in values)}
        if dates:
            for bound in _BOUNDS:
                cells[f"{name}_{local_name(bound)}"] = _joined(v for d in dates for v in self.values(d, bound))
        if things:
            cells[f"{name}_label"] = _joined(map(self.label, things))
        return cells

    def _word(self, value: Value) -> str:
        for property_ in () if isinstance(value, ox.Literal) else _WORDS:
            if written := self.values(value.value, property_):
                return written[0]
        return str(value.value)


def _joined(words: Iterable[str]) -> str:
    return "; ".join(words)


def text_of(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """The IRI, or the text, of a node."""
    return str(node) if isinstance(node, ox.Triple) else node.value


def local_name(iri: str) -> str:
    """The last part of an IRI."""
    return re.split("[/#]", iri)[-1]


def tables(layer: Iterable[ox.Triple], known: Iterable[ox.Triple] = ()) -> Iterator[tuple[str, str]]:
    """Name and CSV text of a table for every class that has members in a layer, and of one for the words of the lists.

    `known` holds further statements, from which classes, labels and notations are taken.
    """
    things = Things(layer, known)
    members = defaultdict[str, list[str]](list)
    for subject in things.said:
        for name in things.classes(subject) or ["Concept"] * things.is_concept(subject):
            members[name].append(subject)
    for name in sorted(members.keys() - {"Date"}):
        yield name, _table([things.row(subject) for subject in members[name]])


def _by_subject(triples: Iterable[ox.Triple]) -> dict[str, dict[str, list[Value]]]:
    """Values by subject and property, each sorted."""
    found = defaultdict[str, dict[str, set[Value]]](dict)
    for t in triples:
        assert not isinstance(t.object, ox.Triple), "the reader of RDF refuses statements about statements"
        found[text_of(t.subject)].setdefault(t.predicate.value, set()).add(t.object)
    return {
        subject: {p: sorted(values, key=str) for p, values in sorted(properties.items())}
        for subject, properties in sorted(found.items())
    }


def _table(rows: list[dict[str, str]]) -> str:
    columns = ["iri", "label", *sorted({name for row in rows for name in row} - {"iri", "label"})]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([harmless(row.get(column, "")) for column in columns] for row in rows)
    return written.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; an apostrophe stands before one that it would.

    >>> harmless("=HYPERLINK()"), harmless("-12.5"), harmless("-12 degrees")
    ("'=HYPERLINK()", '-12.5', "'-12 degrees")
    """
    return "'" + cell if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell
