"""RDF that speaks our vocabulary: Turtle, TriG, N-Triples, N-Quads, JSON-LD, RDF/XML, our own exports included.

What is loaded is what the file *says*. The settled and the concluded graphs of
an export are not said by anybody: they are left out, and follow anew from what
is. The file is read three times, so that only names are held in memory.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from graphbuild import resources
from graphbuild.errors import Problem
from graphbuild.files.intake import InputError
from graphbuild.files.rdffiles import is_description, read_quads, syntax_of
from graphbuild.plurals import number_of
from graphbuild.staged import LeftOut, Staged, mark
from graphbuild.terms import (
    ID,
    PREFIXES,
    SAID_GRAPHS,
    UPR,
    Term,
    Triple,
    digest,
    id_of,
    is_concluded,
    is_said,
    literal,
    slug,
    term,
    thing,
)
from graphbuild.vocabulary import ontology_quads

_TYPE = PREFIXES["rdf"] + "type"
#: Other vocabularies whose properties our graphs use; what else a thing has is named in the summary and not said.
_USED = tuple(PREFIXES[prefix] for prefix in ("upr", "rdf", "rdfs", "dcterms", "skos", "prov", "owl"))
#: A property in one of them; without a name in the end, which no vocabulary has, RDF/XML could not write it.
_PROPERTY = re.compile(rf"(?:{'|'.join(map(re.escape, _USED))})[^\W\d][\w.-]*")
_WORLD = SAID_GRAPHS + "world"

UNKNOWN = "has no class and no property of our vocabulary"
SETTLED = "is the settled layer of an export; it follows anew from what is said"
CONCLUDED = "holds conclusions of an export; they follow anew from what is said"
REFERENCE = "is the reference data of an export; this graphbuild has its own"
DESCRIBED = "describes a source of the export; what is loaded is one source of its own"


@dataclass
class _Contents:
    """What a first look at a file finds; things and graphs are named by their IRIs or blank node labels."""

    graphs: Counter[str] = field(default_factory=Counter)
    things: dict[str, bool] = field(default_factory=dict)
    placed: set[str] = field(default_factory=set)
    unknown: dict[str, str] = field(default_factory=dict)
    undeclared: dict[str, str] = field(default_factory=dict)
    foreign: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    blank: dict[str, list[ox.Triple]] = field(default_factory=dict)

    @property
    def is_export(self) -> bool:
        """Whether the file has graphs of what sources say, as our exports have."""
        return any(map(is_said, self.graphs))


def is_rdf(path: Path) -> bool:
    """A file in one of the syntaxes of RDF that says something itself."""
    return path.is_file() and syntax_of(path) is not None and not is_description(path)


def read_rdf(path: Path) -> Staged:
    """Read what a file says of things of our vocabulary; things we do not know are left out, one by one."""
    name = slug(path.stem, "file")
    staged = Staged(f"rdf-{name}", "RDF", f"RDF file {path.stem}", [mark(path)])
    syntax = syntax_of(path)
    if syntax is None:
        raise InputError(path, "is not RDF that we know", "save it as Turtle, N-Quads or JSON-LD")
    found = _look(path, syntax)
    names = _Skolem(path, staged.source, found)
    _count(staged, path, found)
    if not staged.problems:
        for quad in read_quads(path, syntax):
            if _is_said(quad, found) and found.things[_key(quad.subject)] and _is_used(quad.predicate):
                staged.say([names.triple(quad.triple)])
        staged.say(_rows(path, found, names))
    return staged


def _look(path: Path, syntax: ox.RdfFormat) -> _Contents:
    found = _Contents()
    for quad in read_quads(path, syntax):
        found.graphs[_graph(quad)] += 1
    for quad in read_quads(path, syntax):
        if _is_said(quad, found):
            _look_at(quad, found)
    return found


def _look_at(quad: ox.Quad, found: _Contents) -> None:
    subject, predicate, value = _key(quad.subject), quad.predicate.value, quad.object
    terms = [predicate, value.value] if predicate == _TYPE and isinstance(value, ox.NamedNode) else [predicate]
    ours = [name for name in terms if name.startswith(UPR)]
    found.things[subject] = found.things.get(subject, False) or (bool(ours) and not is_said(subject))
    if predicate == _TYPE:
        found.classes[terms[-1].removeprefix(UPR)] += 1
    for name in ours:
        if name not in _terms():
            found.unknown.setdefault(name, subject)
    for name in _undeclared(quad):
        found.undeclared.setdefault(name, subject)
    if predicate == UPR + "row" or (predicate == _TYPE and terms[-1] == UPR + "Date"):
        found.placed.add(subject)
    if not _is_used(quad.predicate):
        found.foreign[predicate] += 1
    if isinstance(quad.subject, ox.BlankNode):
        found.blank.setdefault(subject, []).append(quad.triple)


def _undeclared(quad: ox.Quad) -> Iterator[str]:
    """Addresses that are names with one of our prefixes, which was not declared: JSON-LD would read them as such."""
    for node in (quad.subject, quad.predicate, quad.object if _is_used(quad.predicate) else None):
        if isinstance(node, ox.NamedNode) and node.value.partition(":")[0] in PREFIXES:
            yield node.value


def _graph(quad: ox.Quad) -> str:
    return "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value


def _is_said(quad: ox.Quad, found: _Contents) -> bool:
    return not _why_not(_graph(quad), found)


def _why_not(graph: str, found: _Contents) -> str:
    """Why a whole graph is not said by anybody; empty if it is."""
    if is_concluded(graph):
        return CONCLUDED
    if graph == _WORLD:
        return REFERENCE
    return SETTLED if found.is_export and not is_said(graph) else ""


def _is_used(predicate: ox.NamedNode) -> bool:
    return bool(_PROPERTY.fullmatch(predicate.value))


def _key(node: object) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)


@cache
def _terms() -> frozenset[str]:
    return frozenset(q.subject.value for q in ontology_quads() if isinstance(q.subject, ox.NamedNode))


def _count(staged: Staged, path: Path, found: _Contents) -> None:
    """Count things and graphs, say why some are left out, and what stands against the file."""
    for graph, count in sorted(found.graphs.items()):
        if why := _why_not(graph, found):
            what = f"{graph or 'default graph'} ({number_of(count, 'statement')})"
            staged.left_out.append(LeftOut(path.name, what, why))
    for name, ours in sorted(found.things.items()):
        if not ours:
            why = DESCRIBED if is_said(name) else UNKNOWN
            staged.left_out.append(LeftOut(path.name, name, why))
    staged.loaded = sum(found.things.values())
    staged.read = staged.loaded + len(staged.left_out)
    for name, subject in sorted(found.unknown.items()):
        message = f"upr:{name.removeprefix(UPR)} is not a term of our vocabulary"
        staged.problems.append(Problem(staged.source, path.name, _local(subject), None, name, message,
                                       f"choose one from {resources.ONTOLOGY / 'upr.ttl'}"))
    for name, subject in sorted(found.undeclared.items()):
        prefix = name.partition(":")[0]
        remedy = f"declare it as {PREFIXES[prefix]}, or write the address whole"
        message = f"begins with the prefix {prefix}:, which is not declared there"
        staged.problems.append(Problem(staged.source, path.name, _local(subject), None, name, message, remedy))
    if not staged.loaded and not staged.problems:
        remedy = f"use classes and properties of {UPR}, as {resources.ONTOLOGY / 'upr.ttl'} has them"
        message = "nothing in it is of our vocabulary"
        staged.problems.append(Problem(staged.source, path.name, None, None, None, message, remedy))
    staged.remarks += list(_remarks(found))


def _remarks(found: _Contents) -> Iterator[str]:
    if found.foreign:
        counted = ", ".join(f"{name} ({count:,})" for name, count in sorted(found.foreign.items()))
        yield f"properties not used: {counted}"
    said = [name.removeprefix(SAID_GRAPHS) for name in sorted(found.graphs)
            if is_said(name) and name != _WORLD]
    if len(said) > 1:
        yield f"the export holds what {len(said)} sources say ({', '.join(said)}); here they are one source"
    if (count := found.classes["Recommendation"]) and not found.classes["Record"]:
        yield (f"no record says anything of {number_of(count, 'recommendation')}, so that nothing is settled of them: "
               "load what sources say (of an export, N-Quads, or the layer `said`)")


def _rows(path: Path, found: _Contents, names: _Skolem) -> Iterator[Triple]:
    """Where a thing stands, for things that do not say it; in an export, those without a row are found by others."""
    if not found.is_export:
        for name in sorted(name for name, ours in found.things.items() if ours and name not in found.placed):
            subject = names.term(ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(name))
            yield subject, term("row"), literal(f"{path.name}:{_local(subject.strip('<>'))}")


def _local(name: str) -> str:
    """The id of a thing as people know it: without its namespace and kind."""
    local = id_of(name) if name.startswith(ID) else re.split("[/#]", name)[-1] or name
    return local.replace(":", "%3A")


class _Skolem:
    """Names for blank nodes that depend on what is said of them, so that a second load gives the same."""

    def __init__(self, path: Path, source: str, found: _Contents) -> None:
        self._path, self._source, self._said = path, source, found.blank
        self._names: dict[str, Term] = {}
        self._open: list[str] = []

    def triple(self, triple: ox.Triple) -> Triple:
        """A statement without blank nodes."""
        return self.term(triple.subject), Term(str(triple.predicate)), self.term(triple.object)

    def term(self, node: object) -> Term:
        """A node as text; a literal without characters that no XML can carry."""
        if isinstance(node, ox.BlankNode):
            return self._name(str(node))
        if not isinstance(node, ox.Literal):
            return Term(str(node))
        written = literal(node.value, node.language or "")
        plain = node.language or node.datatype.value == PREFIXES["xsd"] + "string"
        return written if plain else Term(f"{written}^^{node.datatype}")

    def _name(self, label: str) -> Term:
        if label in self._open or len(self._open) > 50:
            message = "has blank nodes that refer to each other in a circle or a long chain"
            raise InputError(self._path, message, "give them IRIs")
        if label not in self._names:
            self._open.append(label)
            said = sorted(f"{t.predicate} {self.term(t.object)}" for t in self._said.get(label, []))
            self._open.pop()
            self._names[label] = thing("node", self._source, digest(*said))
        return self._names[label]
