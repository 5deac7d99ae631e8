"""pySHACL: what it finds for shapes that are not compiled, and its opinion of those that are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

import pyoxigraph as ox

from graphbuild.errors import GraphbuildError
from graphbuild.shacl.checks import Data, Violation
from graphbuild.shacl.compiler import CLASSES, TARGETS, is_class
from graphbuild.shacl.shapes import IMPORTS, SH, Shapes, Value, constraint_of, declarations, message_of, path_of
from graphbuild.terms import PREFIXES

if TYPE_CHECKING:
    import rdflib

_TARGETS = {SH + name for name in TARGETS}
_REPORTED = ("focusNode", "resultPath", "value", "sourceShape", "sourceConstraint", "sourceConstraintComponent")


def by_pyshacl(data: Data, written: Shapes, shapes: list[Value]) -> Iterator[Violation]:
    """What pySHACL finds for some shapes.

    The others lose their targets; its own way to choose shapes would skip the named parts of those chosen.
    What an ontology imports is said of itself too, since pySHACL does not look for imported prefixes. A shape
    that is a class gets it as its target, since pySHACL does not see all that are.
    """
    import pyshacl
    import rdflib

    declared = ((s, ox.NamedNode(p), o) for s, known in written.items() for p, found in known.items() for o in found
                if s in shapes or (p not in _TARGETS and o.value not in CLASSES))
    imported = ((o, ox.NamedNode(SH + "declare"), d) for o in written if IMPORTS in written[o]
                for d in declarations(written, o))
    classes = ((s, ox.NamedNode(SH + "targetClass"), s) for s in shapes if is_class(written, s))
    said = ((q.subject, q.predicate, q.object) for q in data.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    data_graph, shacl_graph = _graph(said), _graph(chain(declared, imported, classes))
    try:
        _, report, text = pyshacl.validate(data_graph, shacl_graph=shacl_graph, inference="none")
    # pySHACL gives NotImplementedError or LookupError for some shapes that it does not understand.
    except (pyshacl.errors.ReportableRuntimeError, NotImplementedError, LookupError) as error:
        raise GraphbuildError(f"the shapes cannot be used: {error}") from error
    if not isinstance(report, rdflib.Graph):
        raise GraphbuildError(f"the shapes cannot be used: {text}")
    for node in report.objects(None, rdflib.URIRef(SH + "result")):
        yield _reported(written, report, node)


def _reported(written: Shapes, report: rdflib.Graph, node: rdflib.term.Node) -> Violation:
    """A result of pySHACL in our terms; messages come from the shapes."""
    from rdflib import URIRef

    found = {name: report.value(node, URIRef(SH + name)) for name in _REPORTED}
    source = _from_rdflib(found["sourceShape"])
    constraint = _from_rdflib(found["sourceConstraint"]) if found["sourceConstraint"] else None
    template = message_of(written, source, constraint)
    made = sorted(str(text) for text in report.objects(node, URIRef(SH + "resultMessage")))
    shaped = ".*".join(re.escape(part) for part in re.split(r"\{[?$]\w+\}", template))
    message = next((text for text in made if re.fullmatch(shaped, text, re.DOTALL)), template)
    path = f"<{found['resultPath']}>" if isinstance(found["resultPath"], URIRef) else path_of(written, source)
    value = None if found["value"] is None else _from_rdflib(found["value"])
    component = constraint_of(str(found["sourceConstraintComponent"]))
    return Violation(_from_rdflib(found["focusNode"]), path, value, component, source, message)


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
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    assert isinstance(node, rdflib.Literal), f"{node} is no term"
    if node.language:
        return ox.Literal(str(node), language=node.language)
    return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else None)
