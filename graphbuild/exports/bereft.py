"""Things that would leave without what the shapes demand of them, and are kept back with it.

A claim whose document is withheld, a provision whose law is, a document whose title holds a protected name: nobody
could check the one or tell what the others are, and no gate would let them in again. What is demanded is read from
the shapes (`ontology/profiles/demands.rq`), so that it holds here as soon as it is written there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from graphbuild import resources
from graphbuild.exports.flat import local_name, text_of
from graphbuild.exports.statements import Statement
from graphbuild.gate import STYLE
from graphbuild.stores.anystore import Store, select
from graphbuild.terms import A, said_graph, term
from graphbuild.vocabulary import vocabulary_quads

#: Whether a text gives somebody away.
Tells = Callable[[ox.Literal], bool]

_WORLD = said_graph("world")

#: What is stated of a thing, and what refers to it; recommendations do not name their records, these name them.
_ABOUT = """
SELECT ?property ?value WHERE {{
  {{ {0} ?property ?value }} UNION {{ GRAPH ?source {{ {0} ?property ?value }} }}
  UNION {{ VALUES ?property {{ {1} }} ?value ?property {0} }}
}}"""
_NEAR = """
SELECT ?thing WHERE {{
  {{ ?thing ?property {0} }} UNION {{ GRAPH ?source {{ ?thing ?property {0} }} }} UNION {{ {0} {1} ?thing }}
}}"""
_SPEAKS_OF = term("speaksOf")


@dataclass(frozen=True)
class Demand:
    """Properties of which a thing must have one; of a property that it has only once, every value counts."""

    properties: frozenset[str]
    once: bool


def lost(store: Store, everything: Iterable[Statement], hidden: Set[str], texts: Set[Statement]) -> Iterator[Statement]:
    """The statements that are kept back, for their value or as one of some texts, of things that are not, with
    properties that some shape demands.

    What the reference data describes lacks nothing: every graphbuild has its own.
    """
    demanded = {name for demands in _demands().values() for demand in demands for name in demand.properties}
    apart = hidden | {str(t.subject) for t in store.triples(_WORLD)}
    for said in everything if hidden else ():
        subject, property_, value, _ = said
        if property_ in demanded and subject not in apart and (value in hidden or said in texts):
            yield said


def bereft(store: Store, hidden: Set[str], pending: Set[str], tells: Tells) -> dict[str, str]:
    """Those of some things that lack what is demanded of them, and what needs these in turn; each with its class."""
    found = dict[str, str]()
    while pending:
        away = hidden | found.keys()
        about = {thing: list(_about(store, thing)) for thing in pending - away}
        more = {thing: _class_of(said) for thing, said in about.items() if _lacks(said, away, tells)}
        found |= more
        pending = {str(row["thing"]) for thing in more for row in select(store, _NEAR.format(thing, _SPEAKS_OF))}
    return found | _groundless(store, hidden | found.keys())


def _is_kept(said: ox.Triple, away: Set[str], tells: Tells) -> bool:
    return str(said.object) in away or (isinstance(said.object, ox.Literal) and tells(said.object))


def _about(store: Store, thing: str) -> Iterator[ox.Triple]:
    """What is stated of a thing, whatever the layer, and which records speak of it."""
    subject = ox.NamedNode(thing[1:-1])
    for row in select(store, _ABOUT.format(thing, _SPEAKS_OF)):
        yield ox.Triple(subject, row["property"], row["value"])


def _class_of(said: list[ox.Triple]) -> str:
    return min((local_name(text_of(t.object)) for t in said if str(t.predicate) == A), default="thing")


def _lacks(said: list[ox.Triple], away: Set[str], tells: Tells) -> bool:
    """Whether a thing has too little left of what is demanded of it."""
    values = defaultdict[str, list[bool]](list)
    for t in said:
        values[str(t.predicate)].append(_is_kept(t, away, tells))
    kinds = values.keys() | {str(t.object) for t in said if str(t.predicate) == A}
    return any(_is_missed(demand, values) for kind in kinds for demand in _demands().get(kind, ()))


def _is_missed(demand: Demand, values: dict[str, list[bool]]) -> bool:
    kept = [one for name in demand.properties for one in values.get(name, ())]
    return any(kept) and (demand.once or all(kept))


def _groundless(store: Store, away: Set[str]) -> dict[str, str]:
    """Findings that lose the last claim which affirms them, or the last answer which accepts their pledge."""
    grounds = defaultdict[tuple[str, str], set[str]](set)
    for row in select(store, _query("grounds.rq")):
        grounds[str(row["finding"]), row["role"].value].add(str(row["ground"]))
    return {finding: "Finding" for (finding, _), its in grounds.items() if finding not in away and its <= away}


@cache
def _demands() -> dict[str, set[Demand]]:
    """What is demanded of the members of each class, and of whatever has a certain property."""
    written = ox.Store()
    written.extend(vocabulary_quads())
    for path in sorted(set(resources.SHAPES.glob("*.ttl")) - {STYLE}):
        written.load(path=path, format=ox.RdfFormat.TURTLE)
    found, once = defaultdict[tuple[str, str], set[str]](set), set[str]()
    for row in _rows(written, _query("demands.rq")):
        of, demand, name = (str(row[column]) for column in ("of", "demand", "property"))
        found[of, demand].add(name)
        once |= {demand} if row["once"].value == "true" else set()
    demands = defaultdict[str, set[Demand]](set)
    for (of, demand), names in found.items():
        demands[of].add(Demand(frozenset(names), demand in once))
    return dict(demands)


def _query(name: str) -> str:
    return (resources.PROFILES / name).read_text(encoding="utf-8")


def _rows(written: ox.Store, query: str) -> ox.QuerySolutions:
    found = written.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return found
