"""Profiles: what may leave the graph, and a check that no protected name leaves with it.

What is withheld is decided in SPARQL (`ontology/profiles/public.rq`). Text is the
one place where a rule over statements cannot see a name, so every text and every
address that leaves is read, word by word, before anything is published. A text
with a protected name, in its words, language or datatype, stays behind; where an
address or id holds one, nothing leaves. What cannot stand without something that
stays behind is kept back too (`bereft.py`), so that what leaves passes the gate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Set

import pyoxigraph as ox

from graphbuild import resources
from graphbuild.errors import GraphbuildError, StoreBusyError
from graphbuild.exports import bereft
from graphbuild.exports.flat import local_name, text_of
from graphbuild.exports.names import Names, gives_away, in_address, in_addresses, in_text, in_value, protected_names
from graphbuild.plurals import number_of
from graphbuild.staged import Tell
from graphbuild.stores.anystore import Store, nearby, select
from graphbuild.stores.staging import SETTLED
from graphbuild.terms import UPR, A

#: The highest sensitivity level that leaves under each profile.
PROFILES = {"public": 1, "internal": 3}

#: Of the texts that are kept back, the places of so many are told.
SHOWN = 3

#: Classes whose members mean nothing without something that refers to them.
_SERVING = {f"<{UPR}Date>", f"<{UPR}Passage>"}


def public_quads(store: Store) -> Iterator[ox.Quad]:
    """Every statement that may be published."""
    return quads(store, "public")


def quads(store: Store, profile: str, tell: Tell = lambda _: None) -> Iterator[ox.Quad]:
    """Every statement that leaves under a profile; sentences on the texts that stay since they hold a name, and on the
    things that cannot stand without what stays.

    Raises GraphbuildError where an address or an id holds a protected name. Publish nothing before the
    iterator has come to its end: the last statement may be the one that does. What lies on a
    server is copied first: what is withheld must not depend on how well another engine reads our query.
    """
    with nearby(store) as near:
        yield from _quads(near, profile, tell)


def _quads(store: Store, profile: str, tell: Tell) -> Iterator[ox.Quad]:
    generation = store.ledger.database
    hidden = withheld(store, profile)
    names = protected_names(store, hidden)
    gone, kept = _taken_along(store, hidden, names)
    away = hidden | gone.keys()
    away |= _lonely(store, away)
    for graph in (SETTLED, *store.graphs()):
        for quad in _staying(store, graph, away):
            if not gives_away(quad, names):
                yield quad
            elif _only_in_text(quad, names):
                kept.add(quad.triple)  # once, whatever the number of layers it stands in
            else:
                raise GraphbuildError(_complaint(store, quad, names))
    if store.ledger.database != generation:
        raise StoreBusyError(f"{store.root}: the store changed while it was read; try again")
    for told in filter(None, (_kept(store, sorted(kept, key=str), names), _incomplete(gone))):
        tell(told)


def _taken_along(store: Store, hidden: Set[str], names: Names) -> tuple[dict[str, str], set[ox.Triple]]:
    """What cannot leave without what is withheld or holds a name; and the texts among these."""
    if not hidden:
        return {}, set()

    def tells(said: ox.Triple) -> bool:
        return in_value(said.object, names)  # a name in an address lets nothing leave at all

    lost = set(bereft.lost(store, hidden, tells))
    gone = bereft.bereft(store, hidden, {str(t.subject) for t in lost}, tells)
    return gone, {t for t in lost if isinstance(t.object, ox.Literal)}


def _incomplete(gone: dict[str, str]) -> str:
    """How many things of each class are taken along, in a sentence; none if there are none."""
    if not gone:
        return ""
    counted = ", ".join(f"{kind} {count:,}" for kind, count in sorted(Counter(gone.values()).items()))
    return f"kept back {number_of(len(gone), 'thing')} that cannot stand without what is protected ({counted})"


def _kept(store: Store, triples: list[ox.Triple], names: Names) -> str:
    if not triples:
        return ""
    places = dict.fromkeys(_place(store, triple, names) for triple in triples[:SHOWN])
    more = " …" if len(triples) > SHOWN else ""
    stayed = f"kept back {number_of(len(triples), 'text')} with the name of a protected person"
    return f"{stayed} ({'; '.join(places)}{more}); read what leaves before you publish it"


def _staying(store: Store, graph: str, hidden: set[str]) -> Iterator[ox.Quad]:
    name = ox.DefaultGraph() if graph == SETTLED else ox.NamedNode(graph)
    for t in store.triples(graph):
        if str(t.subject) not in hidden and str(t.object) not in hidden:
            yield ox.Quad(t.subject, t.predicate, t.object, name)


def _lonely(store: Store, hidden: set[str]) -> set[str]:
    """Dates and passages to which nothing that stays refers."""
    serving, served = set[str](), set[str]()
    for graph in (SETTLED, *store.graphs()):
        for quad in _staying(store, graph, hidden):
            if str(quad.predicate) == A and str(quad.object) in _SERVING:
                serving.add(str(quad.subject))
            elif isinstance(quad.object, ox.NamedNode):
                served.add(str(quad.object))
    return serving - served


def withheld(store: Store, profile: str) -> set[str]:
    """The resources that stay behind under a profile, as N-Triples terms."""
    if profile not in PROFILES:
        raise GraphbuildError(f"{profile!r} is not a profile; use one of {', '.join(PROFILES)}")
    query = (resources.PROFILES / "public.rq").read_text(encoding="utf-8")
    query = query.replace("?level <= 1)", f"?level <= {PROFILES[profile]})")
    return {str(row["withheld"]) for row in select(store, query)}


def _only_in_text(quad: ox.Quad, names: Names) -> bool:
    """Whether a name stands in the text that a statement gives, and not in what gives it."""
    return isinstance(quad.object, ox.Literal) and not in_addresses(quad, names)


def _complaint(store: Store, quad: ox.Quad, names: Names) -> str:
    return (f"{_place(store, quad, names)} holds the name of a protected person; nothing was written; "
            "take the name out of it, or give its row sensitivity S2 or higher")


def _place(store: Store, said: ox.Quad | ox.Triple, names: Names) -> str:
    """What holds a name, without the name: an id that holds it is not shown."""
    found = select(store, f"SELECT ?row WHERE {{ {{ {said.subject} <{UPR}row> ?row }} "
                        f"UNION {{ GRAPH ?source {{ {said.subject} <{UPR}row> ?row }} }} }}")
    where = sorted({row["row"].value for row in found if not in_text(row["row"].value, names)})
    if not in_address(str(said.subject), names):
        where.append(text_of(said.subject))
    place = ", ".join(where) or "an id of the casebook"
    property_ = "a property" if in_address(str(said.predicate), names) else local_name(said.predicate.value)
    return f"{place}: {property_}"
