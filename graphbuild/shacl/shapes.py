"""Shapes as they are written: the terms of SHACL, lists, paths, messages and severities."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from graphbuild.errors import GraphbuildError
from graphbuild.terms import PREFIXES

SH = "http://www.w3.org/ns/shacl#"

Value = ox.NamedNode | ox.BlankNode | ox.Literal
#: For each subject its properties, and for each property its values.
Shapes = dict[Value, dict[str, list[Value]]]

_RDF = PREFIXES["rdf"]
IMPORTS = PREFIXES["owl"] + "imports"
#: What was meant to be a term of SHACL, rightly spelt or not.
_SHACL = re.compile(r"https?://(www\.)?w3\.org/ns/shacl[#/]")

#: Properties of a shape that constrain nothing by themselves.
SILENT = {"path", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "message", "severity", "name",
          "deactivated", "description", "order", "group", "defaultValue", "flags", "ignoredProperties"}
#: The other terms of SHACL Core and SHACL-SPARQL; rules, functions and JavaScript are none of ours.
_OTHERS = {
    "Shape", "NodeShape", "PropertyShape", "PropertyGroup", "Violation", "Warning", "Info", "IRI", "BlankNode",
    "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral", "inversePath", "alternativePath",
    "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath", "class", "datatype", "nodeKind", "minCount", "maxCount",
    "minExclusive", "minInclusive", "maxExclusive", "maxInclusive", "minLength", "maxLength", "pattern", "languageIn",
    "uniqueLang", "equals", "disjoint", "lessThan", "lessThanOrEquals", "not", "and", "or", "xone", "node", "property",
    "qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint", "closed",
    "hasValue", "in", "sparql", "select", "ask", "prefixes", "declare", "prefix", "namespace", "PrefixDeclaration",
    "SPARQLConstraint", "SPARQLAskValidator", "SPARQLSelectValidator", "ConstraintComponent", "parameter", "Parameter",
    "optional", "labelTemplate", "validator", "nodeValidator", "propertyValidator", "shapesGraph",
    "shapesGraphWellFormed", "suggestedShapesGraph", "entailment", "ValidationReport", "ValidationResult", "conforms",
    "result", "detail", "resultSeverity", "focusNode", "resultPath", "value", "resultMessage", "sourceShape",
    "sourceConstraint", "sourceConstraintComponent",
}


class NotCompiledError(Exception):
    """A shape uses something that is left to pySHACL; the argument says what."""


def read_shapes(files: Iterable[Path]) -> Shapes:
    """The shapes of some Turtle files, refused if they use what is no term of SHACL.

    Literals keep the form in which they are written.
    """
    shapes: Shapes = {}
    for path in files:
        try:
            for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=path.resolve().as_uri(),
                                 rename_blank_nodes=True):
                _refuse_unknown(path, quad)
                subject: Value = quad.subject
                shapes.setdefault(subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
        except (OSError, SyntaxError) as error:
            raise GraphbuildError(f"{path}: the shapes cannot be read ({error})") from error
    return shapes


def _refuse_unknown(path: Path, quad: ox.Quad) -> None:
    for node in (quad.subject, quad.predicate, quad.object):
        if not isinstance(node, ox.NamedNode) or not _SHACL.match(node.value):
            continue
        name = node.value.removeprefix(SH)
        if name not in SILENT | _OTHERS and not (name.isidentifier() and name.endswith("ConstraintComponent")):
            raise GraphbuildError(f"{path}: {node} is not a term of SHACL that the gate knows; correct its spelling")


def values(shapes: Shapes, node: Value, name: str) -> list[Value]:
    """The values of a property of SHACL."""
    return shapes.get(node, {}).get(SH + name, [])


def members(shapes: Shapes, head: Value) -> list[Value]:
    """The members of an RDF list."""
    found: list[Value] = []
    while _RDF + "first" in shapes.get(head, {}):
        found += shapes[head][_RDF + "first"]
        head = shapes[head][_RDF + "rest"][0]
    return found


def is_true(shapes: Shapes, node: Value, name: str) -> bool:
    """Whether a property says `true`, in this form and no other."""
    return any(v.value == "true" for v in values(shapes, node, name))


def path_of(shapes: Shapes, shape: Value) -> str:
    """The path of a property shape as SPARQL writes it; empty for a node shape."""
    paths = values(shapes, shape, "path")
    return _path(shapes, paths[0]) if paths else ""


def is_property(path: str) -> bool:
    """Whether a path is the IRI of a property and nothing more."""
    return bool(re.fullmatch("<[^<>]*>", path))


def steps_of(shapes: Shapes, shape: Value) -> tuple[str, ...]:
    """The steps of the path of a property shape, one after the other; none for a node shape."""
    paths = values(shapes, shape, "path")
    return tuple(_steps(shapes, paths[0])) if paths else ()


def _steps(shapes: Shapes, node: Value) -> list[str]:
    if parts := members(shapes, node):
        return [step for part in parts for step in _steps(shapes, part)]
    inner = [] if isinstance(node, ox.NamedNode) else values(shapes, node, "inversePath")
    if inner and not isinstance(inner[0], ox.NamedNode):
        return [f"^({step})" for step in reversed(_steps(shapes, inner[0]))]
    return [_path(shapes, node)]


def properties_on(shapes: Shapes, shape: Value) -> tuple[frozenset[str], ...]:
    """Of each of these groups, data must have one property for the path of a shape to lead anywhere."""
    paths = values(shapes, shape, "path")
    return _on(shapes, paths[0]) if paths else ()


def _on(shapes: Shapes, node: Value) -> tuple[frozenset[str], ...]:
    if isinstance(node, ox.NamedNode):
        return (frozenset([node.value]),)
    if steps := members(shapes, node):
        return tuple(group for step in steps for group in _on(shapes, step))
    for name in ("inversePath", "oneOrMorePath"):
        if inner := values(shapes, node, name):
            return _on(shapes, inner[0])
    ways = [_on(shapes, way) for head in values(shapes, node, "alternativePath") for way in members(shapes, head)]
    return (frozenset[str]().union(*(way[0] for way in ways)),) if ways and all(ways) else ()


_PATHS = {"inversePath": "^{}", "alternativePath": "{}", "zeroOrMorePath": "{}*", "oneOrMorePath": "{}+",
          "zeroOrOnePath": "{}?"}


def _path(shapes: Shapes, node: Value) -> str:
    if isinstance(node, ox.NamedNode):
        return str(node)
    if steps := members(shapes, node):
        return "(" + "/".join(_path(shapes, step) for step in steps) + ")"
    for name, form in _PATHS.items():
        if found := values(shapes, node, name):
            parts = members(shapes, found[0]) if name == "alternativePath" else found
            inner = "|".join(_path(shapes, part) for part in parts)
            return form.format(inner if is_property(inner) else f"({inner})")
    raise NotCompiledError("a path of an unknown form")


def prefixes_of(shapes: Shapes, constraint: Value) -> str:
    """The prefix declarations of a constraint in SPARQL, imported ones included."""
    declared = declarations(shapes, *values(shapes, constraint, "prefixes"))
    pairs = [(p.value, n.value) for d in declared for p in values(shapes, d, "prefix")
             for n in values(shapes, d, "namespace")]
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in pairs)


def declarations(shapes: Shapes, *ontologies: Value) -> list[Value]:
    """The prefix declarations of some ontologies and of those that they import."""
    found, pending = dict[Value, None](), list(ontologies)
    while pending:
        ontology, *pending = pending
        if ontology not in found:
            found[ontology] = None
            pending += shapes.get(ontology, {}).get(IMPORTS, [])
    return [d for ontology in found for d in values(shapes, ontology, "declare")]


def named(shapes: Shapes, shape: Value) -> str:
    """The IRI of a shape, or of the nearest shape with an IRI that it belongs to."""
    seen = {shape}
    while not isinstance(shape, ox.NamedNode):
        owners = sorted((s for s, known in shapes.items() if s not in seen
                         and any(shape in found for found in known.values())), key=str)
        if not owners:
            return str(shape)
        shape = owners[0]
        seen.add(shape)
    return shape.value


def constraint_of(component: str) -> str:
    """The name of a constraint by that of its component: `minCount`; the IRI of one that SHACL does not have.

    >>> constraint_of("http://www.w3.org/ns/shacl#MinCountConstraintComponent")
    'minCount'
    """
    if not component.startswith(SH):
        return component
    name = component.removeprefix(SH).removesuffix("ConstraintComponent")
    return "sparql" if name == "SPARQL" else name[0].lower() + name[1:]


def severity_of(shapes: Shapes, shape: Value) -> str:
    """`violation`, `warning` or `info`; SHACL's default is a violation."""
    found = [v.value.removeprefix(SH).lower() for v in values(shapes, shape, "severity")]
    return found[0] if found else "violation"


def message_of(shapes: Shapes, shape: Value, constraint: Value | None = None) -> str:
    """The message of a constraint in SPARQL or of its shape, in English where it is in several languages."""
    for node in (constraint, shape) if constraint else (shape,):
        texts = [v for v in values(shapes, node, "message") if isinstance(v, ox.Literal)]
        if texts:
            return min(texts, key=lambda v: (v.language not in ("en", None), v.value)).value
    return f"Does not conform to the shape {named(shapes, shape)}."
