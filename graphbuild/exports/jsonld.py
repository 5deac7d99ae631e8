"""JSON-LD for people: `@type`, short names, and a context that travels in the file.

Oxigraph writes JSON-LD without `@type` and with full IRIs, and a general
library needs half a minute for a graph that takes these lines half a second.
Nothing is ever fetched to read what they write.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import pyoxigraph as ox

from graphbuild import resources
from graphbuild.casebooks.tables import load_tables
from graphbuild.exports.flat import text_of
from graphbuild.terms import PREFIXES, UPR
from graphbuild.vocabulary import ontology_quads, vocabulary_quads

_TYPE = PREFIXES["rdf"] + "type"
_TEXT = {PREFIXES["xsd"] + "string", PREFIXES["rdf"] + "langString"}

#: Terms of other vocabularies that our graphs use: classes, words, plain values, links.
_OTHERS = {
    "class": "skos:Concept skos:ConceptScheme",
    "words": "dcterms:title dcterms:description rdfs:label skos:prefLabel skos:altLabel skos:definition "
             "skos:scopeNote skos:example",
    "plain": "dcterms:identifier dcterms:language owl:versionInfo skos:notation",
    "link": "dcterms:license owl:disjointWith owl:versionIRI prov:used prov:wasDerivedFrom prov:wasGeneratedBy "
            "rdfs:isDefinedBy rdfs:range rdfs:subClassOf skos:broadMatch skos:broader skos:hasTopConcept skos:inScheme "
            "skos:relatedMatch skos:topConceptOf",
}


@dataclass(frozen=True)
class Context:
    """Our context: namespaces by prefix, and for each other IRI its term and how the term is written."""

    written: dict[str, object]
    prefixes: dict[str, str]
    terms: dict[str, dict[str, str]]

    def short(self, iri: str) -> str:
        """An IRI with a prefix where there is one."""
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace) and not iri.startswith("//", len(namespace)):
                return f"{prefix}:{iri[len(namespace):]}"
        return iri


def read_context() -> Context:
    """The context that the ontology brings."""
    written = json.loads((resources.ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    prefixes = {k: v for k, v in written.items() if isinstance(v, str) and v.endswith(("#", "/"))}
    context = Context(written, prefixes, {})
    for term, definition in written.items():
        if not term.startswith("@") and term not in prefixes:
            rules = definition if isinstance(definition, dict) else {"@id": definition}
            whole = {key: _full(value, prefixes) for key, value in rules.items()}
            context.terms[whole["@id"]] = {"term": term, **whole}
    return context


def _full(name: str, prefixes: dict[str, str]) -> str:
    prefix, _, local = name.partition(":")
    return prefixes[prefix] + local if prefix in prefixes else name


def make_context() -> str:
    """The context that follows from the ontology and the tables: the text of `ontology/context.jsonld`."""
    found = [*_own_terms(), *((name, kind) for kind, names in _OTHERS.items() for name in names.split())]
    context: dict[str, object] = {"@version": 1.1} | {p: n for p, n in PREFIXES.items() if p != "edtf"}
    context |= {name.partition(":")[2]: _rules(name, kind) for name, kind in found}
    lines = (f"    {json.dumps(term)}: {json.dumps(rules)}" for term, rules in context.items())
    return '{\n  "@context": {\n' + ",\n".join(lines) + "\n  }\n}\n"


def _own_terms() -> Iterator[tuple[str, str]]:
    """The terms of our ontology with how their values are written: a link, words, plain, or a datatype."""
    texts = {c.property for table in load_tables().values() for c in table.columns if c.kind == "text"}
    links = {q.predicate.value for q in vocabulary_quads() if isinstance(q.object, ox.NamedNode)}
    said: dict[str, dict[str, str]] = {}
    for quad in ontology_quads():
        said.setdefault(text_of(quad.subject), {})[quad.predicate.value] = text_of(quad.object)
    for iri, about in sorted(said.items()):
        name, kind = iri.removeprefix(UPR), about[_TYPE].removeprefix(PREFIXES["owl"])
        value = about.get(PREFIXES["rdfs"] + "range", "")
        if kind == "Class":
            yield f"upr:{name}", "class"
        elif kind == "ObjectProperty" or iri in links or value == PREFIXES["skos"] + "Concept":
            yield f"upr:{name}", "link"
        elif kind in ("DatatypeProperty", "AnnotationProperty"):
            typed = value in (PREFIXES["xsd"] + "date", PREFIXES["edtf"] + "EDTF")
            yield f"upr:{name}", "words" if name in texts else value if typed else "plain"


def _rules(name: str, kind: str) -> object:
    if kind in ("class", "plain"):
        return name
    return {"@id": name} | ({"@container": "@language"} if kind == "words" else
                            {"@type": "@id" if kind == "link" else kind})


def document(quads: Iterable[ox.Quad]) -> Iterator[str]:
    """The pieces of one JSON-LD document: our context, then a node object per line, graph by graph.

    The statements come graph by graph, and those of a graph subject by subject, so
    that only one node is held at a time.
    """
    context = read_context()
    yield '{"@context": ' + _json(context.written) + ',\n"@graph": ['
    comma = "\n"
    for graph, said in groupby(quads, key=lambda quad: quad.graph_name):
        if isinstance(graph, ox.NamedNode):
            yield f'{comma}{{"@id": {_json(context.short(graph.value))}, "@graph": ['
            comma = "\n"
        for node in _nodes((quad.triple for quad in said), context):
            yield comma + node
            comma = ",\n"
        if isinstance(graph, ox.NamedNode):
            yield "\n]}"
            comma = ",\n"
    yield "\n]}\n"


def _nodes(triples: Iterable[ox.Triple], context: Context) -> Iterator[str]:
    for subject, said in groupby(triples, key=lambda t: text_of(t.subject)):
        members: dict[str, list[object]] = {}
        for triple in said:
            key, value = _member(triple, context)
            members.setdefault(key, []).append(value)
        yield _json({"@id": context.short(subject)} | {key: _merged(values) for key, values in members.items()})


def _member(triple: ox.Triple, context: Context) -> tuple[str, object]:
    """A statement as key and value: in the short form that its term allows, or spelled out."""
    predicate, said = triple.predicate.value, triple.object
    rules = context.terms.get(predicate, {})
    if predicate == _TYPE:
        return "@type", context.terms.get(text_of(said), {}).get("term", context.short(text_of(said)))
    if isinstance(said, ox.Literal):
        return _literal(said, predicate, context)
    if rules.get("@type") == "@id":
        return rules["term"], context.short(text_of(said))
    return context.short(predicate), {"@id": context.short(text_of(said))}


def _literal(said: ox.Literal, predicate: str, context: Context) -> tuple[str, object]:
    kind, rules = said.datatype.value, context.terms.get(predicate, {})
    if "@container" in rules and kind in _TEXT:
        return rules["term"], {said.language or "@none": said.value}
    if "@type" in rules and rules["@type"] == kind:
        return rules["term"], said.value
    plain = bool(rules) and not rules.keys() & {"@container", "@type"}
    return (rules["term"] if plain else context.short(predicate)), _spelled(said, context)


def _spelled(said: ox.Literal, context: Context) -> object:
    kind = said.datatype.value.removeprefix(PREFIXES["xsd"])
    if said.language:
        return {"@value": said.value, "@language": said.language}
    if kind == "boolean" and said.value in ("true", "false"):
        return said.value == "true"
    if kind == "integer" and re.fullmatch(r"0|-?[1-9]\d{0,14}", said.value):
        return int(said.value)
    return said.value if kind == "string" else {"@value": said.value, "@type": context.short(said.datatype.value)}


def _merged(values: list[object]) -> object:
    """One value as it is, several as a list; words by language as one map."""
    maps = [v for v in values if isinstance(v, dict) and not v.keys() & {"@id", "@value"}]
    if len(maps) < len(values):
        return values[0] if len(values) == 1 else values
    words: dict[str, list[object]] = {}
    for by_language in maps:
        for language, word in by_language.items():
            words.setdefault(language, []).append(word)
    return {language: found[0] if len(found) == 1 else found for language, found in words.items()}


def _json(value: object) -> str:
    """JSON that can also stand inside an HTML page."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
