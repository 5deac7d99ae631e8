"""Protected names: whether one stands in a text or in an address."""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

import pyoxigraph as ox

from graphbuild.casebooks.tables import load_tables
from graphbuild.deriving.parts import is_own
from graphbuild.said.spelling import ALONE, FOLDED, INSIDE, folded, is_unparted, ordinary, words
from graphbuild.stores.anystore import Store, select
from graphbuild.terms import UPR, term
from graphbuild.vocabulary import vocabulary_quads

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
    return in_addresses(quad, names) or in_value(quad.object, names)


def in_addresses(quad: ox.Quad, names: Names) -> bool:
    """Whether a name stands in what a statement is about, its property, or its graph."""
    return any(in_address(str(node), names) for node in (quad.subject, quad.predicate, quad.graph_name))


def in_value(value: object, names: Names) -> bool:
    """Whether a name stands in a value: its text, language, datatype or address."""
    if not isinstance(value, ox.Literal):
        return in_address(str(value), names)
    return in_text(value.value, names) or in_address(value.language or str(value.datatype), names)


@lru_cache(maxsize=200_000)
def in_text(text: str, names: Names) -> bool:
    """Whether a name stands in a text."""
    plain = html.unescape(unquote(text)) if "%" in text or "&" in text else text
    if any(_among(words(reading), names) for reading in {text, plain, _HYPHEN.sub("", plain)}):
        return True
    return any(_inside(words(handle), names) for handle in _HANDLE.findall(plain))


@lru_cache(maxsize=200_000)
def in_address(address: str, names: Names) -> bool:
    """Whether a name stands in an address or id, also inside a word of it."""
    if address in _terms():
        return False
    return in_text(address, names) or _inside(words(unquote(address)), names)


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
