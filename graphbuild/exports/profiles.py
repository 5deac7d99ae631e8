"""Profiles: what may leave the graph, and a check that no protected name leaves with it.

What is withheld is decided in SPARQL (`ontology/profiles/public.rq`). Text is the
one place where a rule over statements cannot see a name, so every text and every
address that leaves is read, word by word, before anything is published. A text
with a protected name, in its words, language or datatype, stays behind; where an
address or id holds one, nothing leaves. What cannot stand without something that
stays behind is kept back too (`bereft.py`), so that what leaves passes the gate.
"""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

import pyoxigraph as ox

from graphbuild import resources
from graphbuild.casebooks.tables import load_tables
from graphbuild.deriving.parts import is_own
from graphbuild.errors import GraphbuildError, StoreBusyError
from graphbuild.exports import bereft
from graphbuild.exports.flat import local_name, text_of
from graphbuild.plurals import number_of
from graphbuild.said.spelling import ALONE, FOLDED, INSIDE, folded, is_unparted, ordinary, words
from graphbuild.staged import Tell
from graphbuild.stores.anystore import Store, nearby, select
from graphbuild.stores.staging import SETTLED
from graphbuild.terms import UPR, A, term
from graphbuild.vocabulary import vocabulary_quads

#: The highest sensitivity level that leaves under each profile.
PROFILES = {"public": 1, "internal": 3}

#: Of the texts that are kept back, the places of so many are told.
SHOWN = 3

#: Words that so many protected people bear, such as given names of a long list, tell of none of them alone.
MANY = 5

_NAMES = f"""
SELECT ?person ?name WHERE {{
  {{ ?record <{UPR}nameOf> ?person ; <{UPR}name> ?name }}
  UNION {{ GRAPH ?source {{ ?record <{UPR}nameOf> ?person ; <{UPR}name> ?name }} }}
}}"""
#: A hyphen inside a word; and what looks like an address, a handle or a hashtag, in which words are run together.
_HYPHEN, _HANDLE = re.compile(r"(?<=\w)[-\u2010\u2011](?=\w)"), re.compile(r"(?<!\S)\S*[@#/]\S*")
#: The terms of other vocabularies that rules make statements with.
_OF_RULES = ("prov:wasDerivedFrom", "prov:wasGeneratedBy", "prov:used", "dcterms:identifier", "rdfs:label")
#: Classes whose members mean nothing without something that refers to them.
_SERVING = {f"<{UPR}Date>", f"<{UPR}Passage>"}


@dataclass(frozen=True)
class Names:
    """Protected names: whole, as rows of words, the words that give one away alone, the same as others write them,
    the words that give one away inside another word of an address, and those that do so in any text.
    """

    whole: frozenset[tuple[str, ...]]
    alone: frozenset[str]
    folded: frozenset[str]
    inside: frozenset[str]
    unparted: frozenset[str]


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
        return _in_value(said.object, names)  # a name in an address lets nothing leave at all

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
    return isinstance(quad.object, ox.Literal) and not _in_addresses(quad, names)


def _in_addresses(quad: ox.Quad, names: Names) -> bool:
    return any(_in_address(str(node), names) for node in (quad.subject, quad.predicate, quad.graph_name))


def _complaint(store: Store, quad: ox.Quad, names: Names) -> str:
    return (f"{_place(store, quad, names)} holds the name of a protected person; nothing was written; "
            "take the name out of it, or give its row sensitivity S2 or higher")


def _place(store: Store, said: ox.Quad | ox.Triple, names: Names) -> str:
    """What holds a name, without the name: an id that holds it is not shown."""
    found = select(store, f"SELECT ?row WHERE {{ {{ {said.subject} <{UPR}row> ?row }} "
                        f"UNION {{ GRAPH ?source {{ {said.subject} <{UPR}row> ?row }} }} }}")
    where = sorted({row["row"].value for row in found if not _in_text(row["row"].value, names)})
    if not _in_address(str(said.subject), names):
        where.append(text_of(said.subject))
    place = ", ".join(where) or "an id of the casebook"
    property_ = "a property" if _in_address(str(said.predicate), names) else local_name(said.predicate.value)
    return f"{place}: {property_}"


def protected_names(store: Store, hidden: set[str]) -> Names:
    """The names of the withheld persons.

    A word that the vocabulary, a state or somebody whose name may leave also
    uses counts only as part of the whole name; so does one that MANY withheld
    persons bear. Both hold for each spelling, and for all spellings of a word together.
    """
    borne = [(str(row["person"]), words(row["name"].value)) for row in select(store, _NAMES)]
    whole = {name for person, name in borne if person in hidden and name}
    common = ordinary() | {word for person, name in borne if person not in hidden for word in name}
    alone = _telling(borne, hidden, common, ALONE)
    spelt = [(person, tuple(map(folded, name))) for person, name in borne]
    anyhow = _telling(spelt, hidden, {folded(word) for word in common}, FOLDED)
    inside = {word for word in alone if len(word) >= INSIDE and not any(word in other for other in common)}
    unparted = frozenset(filter(is_unparted, {*alone, *map("".join, whole)}))
    return Names(frozenset(whole), frozenset(alone), frozenset(anyhow), frozenset(inside), unparted)


def _telling(
    borne: list[tuple[str, tuple[str, ...]]], hidden: set[str], common: Set[str], least: int
) -> set[str]:
    """The words of at least so many letters that give away who bears them."""
    bearers = {(person, word) for person, name in borne if person in hidden for word in name}
    count = Counter(word for _, word in bearers)
    return {word for word, persons in count.items() if persons < MANY and len(word) >= least} - common


def gives_away(quad: ox.Quad, names: Names) -> bool:
    """Whether a statement holds a protected name in its text or in an address."""
    return _in_addresses(quad, names) or _in_value(quad.object, names)


def _in_value(value: object, names: Names) -> bool:
    if not isinstance(value, ox.Literal):
        return _in_address(str(value), names)
    return _in_text(value.value, names) or _in_address(value.language or str(value.datatype), names)


@lru_cache(maxsize=200_000)
def _in_text(text: str, names: Names) -> bool:
    plain = html.unescape(unquote(text)) if "%" in text or "&" in text else text
    if any(_among(words(reading), names) for reading in {text, plain, _HYPHEN.sub("", plain)}):
        return True
    return any(_inside(words(handle), names) for handle in _HANDLE.findall(plain))


@lru_cache(maxsize=200_000)
def _in_address(address: str, names: Names) -> bool:
    if address in _terms():
        return False
    return _in_text(address, names) or _inside(words(unquote(address)), names)


@lru_cache(maxsize=1)
def _terms() -> frozenset[str]:
    """The terms that we use ourselves: words, as people's names may be by chance, that give nobody away."""
    columns = [column.property for table in load_tables().values() for column in table.columns if column.property]
    nodes = [node for quad in vocabulary_quads() for node in (quad.subject, quad.predicate, quad.object)]
    used = {str(node) for node in nodes if isinstance(node, ox.NamedNode) and not is_own(str(node))}
    kinds = {str(node.datatype) for node in nodes if isinstance(node, ox.Literal)}
    return frozenset(used | kinds | {term(name) for name in (*columns, *_OF_RULES)})


def _among(found: tuple[str, ...], names: Names) -> bool:
    if not names.alone.isdisjoint(found) or not names.folded.isdisjoint(map(folded, found)):
        return True
    if any(part in word for part in names.unparted for word in found):
        return True
    if not _run_together(names.whole).isdisjoint(found):
        return True
    beginning = _by_first_word(names.whole)
    return any(_holds(found, name) for word in beginning.keys() & found for name in beginning[word])


@lru_cache(maxsize=8)
def _run_together(whole: frozenset[tuple[str, ...]]) -> frozenset[str]:
    """Names written as one word, in either order."""
    return frozenset("".join(order) for name in whole if len(name) > 1 for order in (name, name[::-1]))


@lru_cache(maxsize=8)
def _by_first_word(whole: frozenset[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    """Names by their first word: of a thousand names, a text is held against the few whose word it has."""
    names = defaultdict[str, list[tuple[str, ...]]](list)
    for name in whole:
        names[name[0]].append(name)
    return names


def _inside(found: tuple[str, ...], names: Names) -> bool:
    return any(part in word for part in names.inside for word in found)


def _holds(text: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Whether the words of a name follow each other in a text, in whatever order."""
    ordered = sorted(name)
    return any(sorted(text[n : n + len(name)]) == ordered for n in range(len(text) - len(name) + 1))
