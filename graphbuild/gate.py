"""The gate: what the shapes find wrong with the data, before any of it is published.

A shape that finds nothing because it looked at nothing is no good news: terms
that SHACL does not have and data that no shape looks at are errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import total_ordering
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from graphbuild import resources
from graphbuild.errors import GraphbuildError
from graphbuild.shacl import CLASSES, Check, Compiler
from graphbuild.shapes import (
    SH,
    NotCompiledError,
    Shapes,
    Value,
    message_of,
    named,
    path_of,
    read_shapes,
    severity_of,
)
from graphbuild.store import View
from graphbuild.terms import PREFIXES

if TYPE_CHECKING:
    import rdflib

#: Shapes about the vocabulary itself; they guard the ontology when it is changed, not the data of each load.
STYLE = resources.SHAPES / "style.ttl"

#: What is checked: the default graph of a store, or several graphs seen as one.
Data = ox.Store | View

_VARIABLE = re.compile(r"\{[?$](\w+)\}")


@total_ordering
@dataclass(frozen=True)
class Result:
    """One thing that a shape finds wrong: with which node, along which path, at which value."""

    focus: str
    path: str | None
    value: str | None
    message: str
    severity: str
    shape: str

    def __lt__(self, other: Result) -> bool:
        """By focus node, path and value; what is missing comes first."""
        return self._order() < other._order()

    def _order(self) -> tuple[str, ...]:
        return (self.focus, self.path or "", self.value or "", self.message, self.severity, self.shape)


def check(data: Data, shapes: Path = resources.SHAPES) -> list[Result]:
    """What the shapes of a file or folder find wrong with the default graph of a store, sorted.

    Raises GraphbuildError if the shapes use a term that SHACL does not have, or
    if not one of them has a node to look at.
    """
    written = read_shapes(_files(shapes))
    if not any(count for _, count in _counts(written, data)):
        raise GraphbuildError(f"{shapes}: no shape has anything to look at; load data, or correct the targets")
    checks, left = compile_shapes(written, data)
    found = {result for made in checks for result in _results(written, data, made)}
    return sorted(found | (_by_pyshacl(data, written, left) if left else set()))


def compile_shapes(written: Shapes, data: Data) -> tuple[list[Check], list[Value]]:
    """The constraints as queries, and the shapes that are left to pySHACL."""
    compiler, checks, left = _compiler(written, data), list[Check](), list[Value]()
    for shape in _targets(compiler):
        try:
            checks += compiler.checks(shape)
        except NotCompiledError:
            left.append(shape)
    return checks, left


def second_opinion(data: Data, shapes: Path = resources.SHAPES) -> list[Result]:
    """The same as `check`, found by pySHACL alone: slow, and blind to some ill-formed values."""
    written = read_shapes(_files(shapes))
    return sorted(_by_pyshacl(data, written, _targets(_compiler(written, data))))


def focus_counts(data: Data, shapes: Path = resources.SHAPES) -> dict[str, int]:
    """For each shape that has a target, how many nodes it looks at."""
    written = read_shapes(_files(shapes))
    return {named(written, shape): count for shape, count in _counts(written, data)}


def _files(shapes: Path) -> list[Path]:
    """A file as it is, or the files of a folder but the one about style."""
    files = [shapes] if shapes.is_file() else sorted(p for p in shapes.glob("*.ttl") if p.name != STYLE.name)
    if not files:
        raise GraphbuildError(f"{shapes}: there are no shapes; name a Turtle file or a folder of them")
    return files


def _compiler(written: Shapes, data: Data) -> Compiler:
    below: dict[str, list[str]] = {}

    def subclasses(name: str) -> list[str]:
        if name not in below:
            query = f"SELECT DISTINCT ?c WHERE {{ ?c <{PREFIXES['rdfs']}subClassOf>* <{name}> }}"
            below[name] = sorted(row["c"].value for row in _rows(data, query) if isinstance(row["c"], ox.NamedNode))
        return below[name]

    return Compiler(written, subclasses)


def _targets(compiler: Compiler) -> list[Value]:
    return sorted((shape for shape in compiler.shapes if compiler.target(shape)), key=str)


def _counts(written: Shapes, data: Data) -> Iterator[tuple[Value, int]]:
    compiler = _compiler(written, data)
    for shape in _targets(compiler):
        query = f"SELECT (COUNT(DISTINCT ?this) AS ?n) WHERE {{ {compiler.target(shape)} }}"
        yield shape, sum(int(row["n"].value) for row in _rows(data, query))


def _rows(data: Data, query: str) -> ox.QuerySolutions:
    try:
        found = data.query(query)
    except (SyntaxError, RuntimeError) as error:
        raise GraphbuildError(f"a shape cannot be used, since its SPARQL fails: {error}\n{query}") from error
    assert isinstance(found, ox.QuerySolutions)
    return found


def _results(written: Shapes, data: Data, made: Check) -> Iterator[Result]:
    severity, shape = severity_of(written, made.shape), named(written, made.shape)
    message = message_of(written, made.shape, made.constraint)
    solutions = _rows(data, made.query)
    names = [variable.value for variable in solutions.variables]
    for row in solutions:
        bound = {name: row[name] for name in names if row[name] is not None}
        value = bound.get(made.value.removeprefix("?")) if made.value else None
        if value is None and not made.path:
            value = bound["this"]
        path = bound["path"].value if "path" in bound else _short(made.path)
        yield Result(_text(bound["this"]), path or None, None if value is None else _text(value),
                     _filled(message, bound), severity, shape)


def _filled(message: str, bound: dict[str, Value]) -> str:
    """A message with the values of a row in the place of {$this}, {?value} and other variables."""
    return _VARIABLE.sub(lambda match: _text(bound[match[1]]) if match[1] in bound else match[0], message)


def _text(value: Value) -> str:
    return str(value) if isinstance(value, ox.BlankNode) else value.value


def _short(path: str) -> str:
    """A path for people: the IRI of a property as it is, in longer paths prefixes."""
    if re.fullmatch(r"<[^>]*>", path):
        return path[1:-1]
    for prefix, namespace in PREFIXES.items():
        path = re.sub(rf"<{re.escape(namespace)}([\w.-]+)>", rf"{prefix}:\1", path)
    return path


# --- pySHACL -----------------------------------------------------------------

_TARGETS = {SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")}
_REPORTED = ("focusNode", "resultPath", "value", "sourceShape", "sourceConstraint")


def _by_pyshacl(data: Data, written: Shapes, shapes: list[Value]) -> set[Result]:
    """What pySHACL finds for some shapes.

    The others lose their targets; its own way to choose shapes would skip the named parts of those chosen.
    """
    import pyshacl
    import rdflib

    declared = ((s, ox.NamedNode(p), o) for s, known in written.items() for p, found in known.items() for o in found
                if s in shapes or (p not in _TARGETS and o.value not in CLASSES))
    said = ((q.subject, q.predicate, q.object) for q in data.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    try:
        _, report, text = pyshacl.validate(_graph(said), shacl_graph=_graph(declared), inference="none")
    except (pyshacl.errors.ReportableRuntimeError, NotImplementedError) as error:
        raise GraphbuildError(f"the shapes cannot be used: {error}") from error
    if not isinstance(report, rdflib.Graph):
        raise GraphbuildError(f"the shapes cannot be used: {text}")
    return {_reported(written, report, node) for node in report.objects(None, rdflib.URIRef(SH + "result"))}


def _reported(written: Shapes, report: rdflib.Graph, node: rdflib.term.Node) -> Result:
    """A result of pySHACL in our terms; messages and severities come from the shapes."""
    from rdflib import URIRef

    found = {name: report.value(node, URIRef(SH + name)) for name in _REPORTED}
    source = _from_rdflib(found["sourceShape"])
    constraint = _from_rdflib(found["sourceConstraint"]) if found["sourceConstraint"] else None
    template = message_of(written, source, constraint)
    made = sorted(str(text) for text in report.objects(node, URIRef(SH + "resultMessage")))
    shaped = ".*".join(re.escape(part) for part in re.split(r"\{[?$]\w+\}", template))
    message = next((text for text in made if re.fullmatch(shaped, text, re.DOTALL)), template)
    path = str(found["resultPath"]) if isinstance(found["resultPath"], URIRef) else _short(path_of(written, source))
    value = None if found["value"] is None else _text(_from_rdflib(found["value"]))
    return Result(_text(_from_rdflib(found["focusNode"])), path or None, value, message,
                  severity_of(written, source), named(written, source))


def _graph(triples: Iterable[tuple[object, object, object]]) -> rdflib.Graph:
    import rdflib

    graph = rdflib.Graph()
    for subject, predicate, thing in triples:
        graph.add((_to_rdflib(subject), _to_rdflib(predicate), _to_rdflib(thing)))
    return graph


def _to_rdflib(value: object) -> rdflib.term.Node:
    import rdflib

    if isinstance(value, ox.NamedNode):
        return rdflib.URIRef(value.value)
    if isinstance(value, ox.BlankNode):
        return rdflib.BNode(value.value)
    assert isinstance(value, ox.Literal), f"RDF 1.1 has no {value} as a term"
    if value.language or value.datatype.value == PREFIXES["xsd"] + "string":
        return rdflib.Literal(value.value, lang=value.language)
    return rdflib.Literal(value.value, datatype=value.datatype.value, normalize=False)


def _from_rdflib(node: object) -> Value:
    import rdflib

    if isinstance(node, rdflib.BNode):
        return ox.BlankNode(str(node))
    return ox.NamedNode(str(node)) if isinstance(node, rdflib.URIRef) else ox.Literal(str(node))
