"""The ontology keeps to its style, and nothing speaks of a term or a concept that it does not have."""

from __future__ import annotations

import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import focus_counts

from graphbuild import __version__, gate, resources
from graphbuild.casebooks.tables import load_tables
from graphbuild.terms import ID, PREFIXES, UPR
from graphbuild.vocabulary import vocabulary_quads

OWL, RDF, SKOS = (PREFIXES[p] for p in ("owl", "rdf", "skos"))
KINDS = {OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
TURTLE = sorted(resources.ONTOLOGY.rglob("*.ttl"))
SPARQL = sorted([*resources.ONTOLOGY.rglob("*.rq"), *resources.QUERIES.rglob("*.rq")])
MODULES = sorted(Path(gate.__file__).parent.rglob("*.py"))


@cache
def vocabulary() -> list[ox.Quad]:
    return list(vocabulary_quads())


@cache
def typed(*classes: str) -> set[str]:
    """Everything in the vocabulary that is said to be of one of some classes."""
    return {str(q.subject.value) for q in vocabulary()
            if q.predicate.value == RDF + "type" and q.object.value in classes}


def iris(path: Path) -> set[str]:
    """The IRIs that a file uses, whole or by prefix; its own prefix declarations aside."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ttl":
        quads = ox.parse(path=path, format=ox.RdfFormat.TURTLE)
        return {str(getattr(n, "value", n)) for q in quads for n in (q.subject, q.predicate, q.object)}
    prefixes = dict(re.findall(r"(?mi)^\s*PREFIX\s+([\w-]*):\s*<([^>]*)>", text))
    body = re.sub(r"(?m)^\s*(PREFIX|#).*$|\"(?:[^\"\\\n]|\\.)*\"", "", text)
    names = re.findall(r"(?<![\w?$<])([\w-]*):((?:[\w-]|\\/)+)", body)
    return {prefixes[p] + name.replace("\\", "") for p, name in names if p in prefixes} \
        | set(re.findall(r"<(https?://[^>\s]*)>", body))


def test_ontology_keeps_to_its_style() -> None:
    store = ox.Store()
    store.bulk_extend(vocabulary())
    assert gate.check(store, gate.STYLE) == []
    assert all(focus_counts(store, gate.STYLE).values())


def test_the_ontology_says_of_itself_what_the_citation_and_the_code_say() -> None:
    about = {q.predicate.value: str(q.object.value) for q in vocabulary() if f"{q.subject.value}#" == UPR}
    dc, vann = "http://purl.org/dc/elements/1.1/", "http://purl.org/vocab/vann/"
    citation = (resources.ONTOLOGY.parent / "CITATION.cff").read_text(encoding="utf-8")
    assert about[OWL + "versionInfo"] == __version__
    assert about[OWL + "versionIRI"] == f"{UPR[:-1]}/{__version__}"
    assert f"version: {__version__}\ndate-released: {about[PREFIXES['dcterms'] + 'issued']}\n" in citation
    assert f'name: "{about[dc + "creator"]}"' in citation
    assert (about[vann + "preferredNamespacePrefix"], about[vann + "preferredNamespaceUri"]) == ("upr", UPR)


@pytest.mark.parametrize("path", [*TURTLE, *SPARQL], ids=lambda path: path.name)
def test_every_term_of_ours_is_declared(path: Path) -> None:
    used = {iri for iri in iris(path) if iri.startswith(UPR)} - {UPR}
    assert used - typed(*KINDS) == set()


@pytest.mark.parametrize("path", [*TURTLE, *SPARQL], ids=lambda path: path.name)
def test_every_concept_is_in_its_list(path: Path) -> None:
    schemes = typed(SKOS + "ConceptScheme")
    used = {iri for iri in iris(path) if iri.startswith(ID) and iri.rpartition("/")[0] in schemes}
    assert used - typed(SKOS + "Concept") == set()
    if path.parent != resources.CONCLUDE:
        assert {iri for iri in iris(path) if re.fullmatch(re.escape(ID) + r"[\w-]+", iri)} <= schemes


def test_tables_use_terms_and_lists_that_exist() -> None:
    columns = [column for table in load_tables().values() for column in table.columns]
    properties = {UPR + c.property for c in columns if c.property and ":" not in c.property}
    classes = {UPR + table.class_ for table in load_tables().values() if table.class_}
    assert properties <= typed(*(KINDS - {OWL + "Class"}))
    assert classes <= typed(OWL + "Class")
    assert {ID + c.scheme for c in columns if c.scheme} <= typed(SKOS + "ConceptScheme")


def test_code_uses_terms_that_exist() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    used = {UPR + name for name in re.findall(r'\bterm\("(\w+)"\)', code)}
    assert used
    assert used <= typed(*KINDS)


def test_every_term_declared_is_used() -> None:
    """A class or property that no table, rule, question, list, shape or module knows has no reason to be there."""
    elsewhere = "\n".join(path.read_text(encoding="utf-8") for path in [*SPARQL, *MODULES, resources.TABLES]
                          + [p for p in TURTLE if p != resources.VOCABULARY[0]])
    unused = {iri.removeprefix(UPR) for iri in typed(*KINDS)
              if not re.search(rf"\b{iri.removeprefix(UPR)}\b", elsewhere)}
    assert unused == set()


def test_narrower_rights_and_groups_never_turn_in_a_circle() -> None:
    above: dict[str, set[str]] = {}
    for quad in vocabulary():
        if quad.predicate.value == SKOS + "broader":
            below, broader = str(quad.subject), str(quad.object)
            assert below.rpartition("/")[0] == broader.rpartition("/")[0]
            above.setdefault(below, set()).add(broader)
    assert len(list(TopologicalSorter(above).static_order())) >= len(above) > 60
