"""The words that cells may use: concepts by notation or label, states by code or name."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from graphbuild import resources
from graphbuild.terms import ID, PREFIXES, UPR, Term, thing

_SKOS = PREFIXES["skos"]
_WORDS = {_SKOS + name for name in ("notation", "prefLabel", "altLabel")}


def vocabulary_files() -> list[Path]:
    """The ontology and its concept schemes."""
    ontology, schemes = resources.VOCABULARY
    return [ontology, *sorted(schemes.glob("*.ttl"))]


def vocabulary_quads() -> Iterator[ox.Quad]:
    """The ontology and its schemes, as they enter the settled layer."""
    for path in vocabulary_files():
        yield from ox.parse(path=path, format=ox.RdfFormat.TURTLE)


@cache
def concepts() -> dict[str, dict[str, Term]]:
    """For each scheme, the concept for every notation and label, in lower case."""
    found: dict[str, dict[str, Term]] = {}
    for quad in vocabulary_quads():
        if quad.predicate.value in _WORDS and isinstance(quad.subject, ox.NamedNode):
            scheme, _, _ = quad.subject.value.removeprefix(ID).partition("/")
            word = quad.object.value.casefold()  # type: ignore[union-attr]
            found.setdefault(scheme, {})[word] = Term(str(quad.subject))
    return found


@cache
def notations(scheme: str) -> list[str]:
    """The notations of a scheme, for messages and for the documentation."""
    return sorted(c.removesuffix(">").rpartition("/")[2] for c in set(concepts().get(scheme, {}).values()))


@cache
def properties() -> dict[str, Term]:
    """The properties of the ontology by local name."""
    kinds = {PREFIXES["owl"] + "ObjectProperty", PREFIXES["owl"] + "DatatypeProperty"}
    quads = ox.parse(path=resources.VOCABULARY[0], format=ox.RdfFormat.TURTLE)
    return {
        q.subject.value.removeprefix(UPR): Term(str(q.subject))
        for q in quads
        if isinstance(q.subject, ox.NamedNode) and getattr(q.object, "value", "") in kinds
    }


@cache
def states() -> dict[str, Term]:
    """The state for every code, name and reviewed other spelling, in lower case."""
    found: dict[str, Term] = {}
    with (resources.WORLD / "states.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            for word in (row["state"], row["alpha2"], row["name"], *row["other_names"].split(";")):
                if word.strip():
                    found[word.strip().casefold()] = thing("state", row["state"])
    return found


def state(word: str) -> Term | None:
    """The state that a word names, or None: never a guess."""
    return states().get(" ".join(word.split()).casefold())
