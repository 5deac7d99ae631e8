"""The gate on shapes that nobody would write: made by chance, each against pySHACL; and on data that grows."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest

from graphbuild.gate import Gate
from graphbuild.shacl.checks import Violation
from graphbuild.terms import PREFIXES

EX = "http://example.org/"
HEAD = "".join(
    f"@prefix {p}: <{n}> .\n" for p, n in {"sh": "http://www.w3.org/ns/shacl#", "ex": EX, **PREFIXES}.items()
)


def gate(folder: Path, shapes: str) -> Gate:
    path = folder / "shapes.ttl"
    path.write_text(HEAD + shapes, encoding="utf-8")
    return Gate(path)


# --- Made by chance --------------------------------------------------------------------
# What is left out: values that rdflib puts into an order and SPARQL does not (IRIs, dates beside
# numbers), and the inverse of a sequence, which pySHACL follows in the wrong order.

NODES = [f"ex:{name}" for name in "abcde"]
VALUES = [*NODES, "1", "2", "5", '"x"', '"y"', '"xx"@en', '"yy"@en', '"zz"@fr']
TARGETS = ["sh:targetClass ex:C", "sh:targetSubjectsOf ex:p", "sh:targetObjectsOf ex:q", "sh:targetNode ex:a, ex:z, 5",
           "sh:targetClass ex:C, ex:D"]

Choice = random.Random


def some(chance: Choice, words: str) -> str:
    return chance.choice(words.split())


def path(chance: Choice, depth: int = 0) -> str:
    kind = chance.random()
    deeper = partial(path, chance, depth + 1)
    if depth > 1 or kind < 0.5:
        return some(chance, "ex:p ex:q ex:r")
    if kind < 0.62:
        return f"( {deeper()} {deeper()} )"
    if kind < 0.74:
        return f"[ sh:inversePath {some(chance, 'ex:p ex:q')} ]"
    if kind < 0.86:
        return f"[ sh:alternativePath ( {deeper()} {deeper()} ) ]"
    return f"[ sh:{some(chance, 'zeroOrMorePath oneOrMorePath zeroOrOnePath')} {some(chance, 'ex:p ex:q')} ]"


def of_value(chance: Choice) -> dict[str, Callable[[], str]]:
    return {
        "nodeKind": lambda: f"sh:{some(chance, 'IRI Literal BlankNodeOrIRI IRIOrLiteral BlankNode')}",
        "class": lambda: some(chance, "ex:C ex:D"),
        "datatype": lambda: some(chance, "xsd:integer xsd:string rdf:langString"),
        "in": lambda: f"( {' '.join(chance.choices(VALUES, k=3))} )",
        "pattern": lambda: f'"{some(chance, "x ^ex [ab]$ 1")}"',
        "minLength": lambda: some(chance, "1 2 3"),
        "maxLength": lambda: some(chance, "1 2 20"),
        "languageIn": lambda: '( "en" )',
        "minInclusive": lambda: "2",
        "maxExclusive": lambda: "2",
        "hasValue": lambda: chance.choice(VALUES),
        "equals": lambda: some(chance, "ex:p ex:q ex:r"),
        "disjoint": lambda: some(chance, "ex:p ex:q ex:r"),
    }


def of_shapes(chance: Choice, depth: int) -> dict[str, Callable[[], str]]:
    inner = partial(shape, chance, depth + 1)

    def several() -> str:
        return f"( {' '.join(inner() for _ in range(chance.randint(1, 3)))} )"

    return {
        "node": partial(inner, False),
        "not": inner,
        "and": several,
        "or": several,
        "xone": several,
        "property": partial(inner, True),
        "closed": lambda: "true ; sh:ignoredProperties ( rdf:type ex:p )",
    }


def of_path(chance: Choice, depth: int) -> dict[str, Callable[[], str]]:
    number = partial(some, chance, "0 1 1 1 2 3 5")

    def wanted() -> str:
        return f"{number()} ; sh:qualifiedValueShape {shape(chance, depth + 1)}"

    def apart() -> str:
        return f"{wanted()} ; sh:qualifiedValueShapesDisjoint true"

    kinds = {"minCount": number, "maxCount": number, "uniqueLang": lambda: "true"}
    return kinds | ({"qualifiedMinCount": wanted, "qualifiedMaxCount": apart} if depth < 3 else {})


def constraints(chance: Choice, depth: int, is_property: bool) -> str:
    known = of_value(chance) | (of_shapes(chance, depth) if depth < 3 else {})
    known |= of_path(chance, depth) if is_property else {}
    if is_property:
        known.pop("closed", None)
    names = chance.sample(sorted(known), k=chance.randint(1, 3))
    if {"qualifiedMinCount", "qualifiedMaxCount"} <= set(names):
        names.remove("qualifiedMaxCount")
    return " ; ".join(f"sh:{name} {known[name]()}" for name in names)


def shape(chance: Choice, depth: int, is_property: bool | None = None) -> str:
    is_property = chance.random() < 0.5 if is_property is None else is_property
    if is_property and chance.random() < 0.1:
        return f"[ sh:path ex:s ; sh:{some(chance, 'lessThan lessThanOrEquals')} ex:t ]"
    return f"[ {f'sh:path {path(chance)} ; ' if is_property else ''}{constraints(chance, depth, is_property)} ]"


def made(seed: int) -> tuple[str, str]:
    """Some data, and a shape for it."""
    chance = random.Random(seed)
    said = [f"{chance.choice(NODES)} {some(chance, 'ex:p ex:q ex:r')} {chance.choice(VALUES)} ." for _ in range(16)]
    said += [f"{chance.choice(NODES)} {some(chance, 'ex:s ex:t')} {some(chance, '1 2 3')} ." for _ in range(6)]
    said += [f"{chance.choice(NODES)} a {some(chance, 'ex:C ex:D ex:E')} ." for _ in range(5)]
    said += ["ex:E rdfs:subClassOf ex:C ."] * (seed % 2) + ["ex:a a ex:C ; ex:p ex:b ; ex:q ex:c ."]
    is_property = chance.random() < 0.4
    kind = f"a sh:PropertyShape ; sh:path {path(chance)}" if is_property else "a sh:NodeShape"
    return "\n".join(said), f"ex:S {chance.choice(TARGETS)} ; {kind} ; {constraints(chance, 0, is_property)} ."


def keys(found: list[Violation]) -> set[tuple[str, str, str, str]]:
    return {(str(v.focus), v.path, str(v.value), v.component) for v in found}


@pytest.mark.parametrize("tens", range(20))
def test_pyshacl_finds_the_same_with_shapes_made_by_chance(tens: int, tmp_path: Path) -> None:
    logging.disable(logging.WARNING)
    compared = 0
    for seed in range(tens * 10, tens * 10 + 10):
        said, shapes = made(seed)
        store = ox.Store()
        store.load(HEAD + said, format=ox.RdfFormat.TURTLE)
        ready = gate(tmp_path, shapes)
        if not ready.compiled(store).left:
            compared += 1
            ours, theirs = keys(list(ready.violations(store))), keys(list(ready.second_opinion(store)))
            assert ours == theirs, f"{seed}\n{said}\n{shapes}"
    assert compared >= 5


# --- Data that grows -------------------------------------------------------------------

EVERY = [
    "sh:property [ sh:path ex:lo ; sh:minCount 1 ; sh:maxCount 1 ; sh:lessThan ex:hi ]",
    "sh:property [ sh:path ex:name ; sh:minCount 2 ; sh:maxCount 2 ; sh:uniqueLang true ; sh:languageIn ( 'en' 'fr' ) ]",
    "sh:property [ sh:path ex:name ; sh:maxCount 9 ]",
    "sh:property [ sh:path ( ex:hub ex:label ) ; sh:minCount 1 ; sh:maxCount 1 ]",
    "sh:property [ sh:path ( ex:hub rdf:type ) ; sh:hasValue ex:H ]",
    "sh:property [ sh:path ( ex:next [ sh:inversePath ex:next ] ex:hub ) ; sh:equals ex:same ]",
    "sh:property [ sh:path ex:hub ; sh:disjoint ex:next ]",
    "sh:closed true ; sh:ignoredProperties ( rdf:type ex:hub ex:next ex:name ex:lo ex:hi ex:same )",
    "sh:xone ( [ sh:path ex:lo ; sh:minCount 1 ] [ sh:path ex:hub ; sh:maxCount 0 ] [ sh:class ex:H ] )",
    "sh:or ( [ sh:path ex:none ; sh:minCount 1 ] [ sh:path ( ex:next ex:hub ) ; sh:class ex:H ] )",
    "sh:not [ sh:path ( ex:hub ex:label ) ; sh:minCount 2 ]",
    "sh:property [ sh:path ex:hub ; sh:node [ sh:class ex:H ; sh:property [ sh:path ex:label ; sh:minCount 1 ] ] ]",
    "sh:property [ sh:path ex:hub ; sh:qualifiedValueShape [ sh:class ex:H ] ; sh:qualifiedMinCount 1 ;"
    " sh:qualifiedValueShapesDisjoint true ], [ sh:path ex:next ; sh:qualifiedValueShape [ sh:class ex:C ] ;"
    " sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 ; sh:qualifiedValueShapesDisjoint true ]",
    "sh:property [ sh:path [ sh:alternativePath ( ex:none ( ex:next ex:lo ) ) ] ; sh:minCount 1 ; sh:maxCount 1 ]",
    "sh:property [ sh:path ( ex:hub [ sh:zeroOrMorePath ex:up ] ) ; sh:minCount 1 ; sh:class ex:H ]",
]
#: The same of the few nodes that very many point to.
HUBS = [
    "sh:property [ sh:path [ sh:inversePath ex:hub ] ; sh:minCount 3 ; sh:class ex:C ; sh:uniqueLang true ]",
    "sh:property [ sh:path ( [ sh:inversePath ex:hub ] ex:hub ) ; sh:minCount 1 ; sh:maxCount 1 ]",
    "sh:property [ sh:path [ sh:inversePath ex:hub ] ; sh:qualifiedValueShape [ sh:class ex:C ] ;"
    " sh:qualifiedMinCount 3 ]",
]


def large(size: int) -> ox.Store:
    """Nodes in a ring, each with one of three hubs."""
    lines = ["ex:h0 a ex:H . ex:h1 a ex:H . ex:h2 a ex:H . ex:h0 ex:label 0 . ex:h1 ex:label 1 . ex:h2 ex:label 2 ."]
    for n in range(size):
        lines.append(f"ex:n{n} a ex:C ; ex:hub ex:h{n % 3} ; ex:same ex:h{n % 3} ; ex:next ex:n{(n + 1) % size} ;"
                     f" ex:name 'x{n}'@en, 'y{n}'@fr ; ex:lo {n} ; ex:hi {n + 1} .")
    store = ox.Store()
    store.bulk_load(HEAD + "\n".join(lines), format=ox.RdfFormat.TURTLE)
    return store


def test_time_grows_with_the_data_and_not_with_its_square(tmp_path: Path) -> None:
    shapes = [f"ex:S{n} a sh:NodeShape ; sh:targetClass ex:C ; {c} ." for n, c in enumerate(EVERY)]
    shapes += [f"ex:T{n} a sh:NodeShape ; sh:targetClass ex:H ; {c} ." for n, c in enumerate(HUBS)]
    ready, seconds = gate(tmp_path, "\n".join(shapes)), list[float]()
    for store in (large(1000), large(4000)):
        assert ready.compiled(store).left == []
        began = time.process_time()
        assert ready.check(store) == []
        seconds.append(time.process_time() - began)
    assert seconds[1] < 8 * seconds[0], "four times the data, and more than eight times as long"
