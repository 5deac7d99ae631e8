"""Protected names: whether one stands in a text or in an address."""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations, product
from typing import TypeVar
from urllib.parse import unquote

import pyoxigraph as ox

from graphbuild import vocabulary
from graphbuild.casebooks.tables import load_tables
from graphbuild.deriving.parts import is_own
from graphbuild.said.spelling import (
    ALONE,
    INSIDE,
    RESPELT,
    in_one_spelling,
    initials,
    is_unparted,
    ordinary,
    plain_words,
    readings,
    side_by_side,
    stems,
    without_case,
    words,
)
from graphbuild.stores.anystore import Store, select
from graphbuild.terms import UPR, A, term
from graphbuild.vocabulary import vocabulary_quads

#: Words that so many protected people bear, such as given names of a long list, tell of none of them alone.
MANY = 5

#: RDF may give further spellings of a name as labels of the same record.
_SPELT = "|".join((term("name"), *map(term, ("rdfs:label", "skos:prefLabel", "skos:altLabel", "dcterms:title"))))
_NAMES = f"""
SELECT ?person ?name WHERE {{
  {{ ?record <{UPR}nameOf> ?person ; {_SPELT} ?name }}
  UNION {{ GRAPH ?source {{ ?record <{UPR}nameOf> ?person ; {_SPELT} ?name }} }}
  FILTER (isLiteral(?name))
}}"""
#: Names of organisations; what a register calls one may be a person, or bear a person's name.
_CALLED = f"""
SELECT ?body ?name WHERE {{
  {{ ?body a <{UPR}Organisation> ; {_SPELT} ?name }}
  UNION {{ GRAPH ?source {{ ?body a <{UPR}Organisation> ; {_SPELT} ?name }} }}
  FILTER (isLiteral(?name))
}}"""
#: What looks like an address, a handle, a hashtag or the name of a file, in which words are run together.
_HANDLE = re.compile(r"(?<!\S)\S*(?:[@#/_]|\w\.\w)\S*")
_SITE = re.compile(r"(?<!\w)xn--(?P<code>[a-z0-9-]{1,59})", re.I | re.A)
#: The terms of other vocabularies that rules make statements with.
_OF_RULES = ("prov:wasDerivedFrom", "prov:wasGeneratedBy", "prov:used", "dcterms:identifier", "rdfs:label")


#: A form of a word, or of two.
Form = TypeVar("Form", str, tuple[str, str])


@dataclass(frozen=True, eq=False)
class Names:
    """Protected names: whole, as rows of words, the words that give one away alone, the same as others write them,
    the words that give one away inside another word of an address, those that do so in any text, and pairs of words,
    or of an initial and a word, that do so side by side.
    """

    whole: frozenset[tuple[str, ...]]
    alone: frozenset[str]
    respelt: frozenset[str]
    inside: frozenset[str]
    unparted: frozenset[str]
    pairs: frozenset[tuple[str, str]]


def protected_names(store: Store, hidden: set[str]) -> Names:
    """The names of the withheld persons, and those of the withheld organisations, of two words or more, as a whole.

    A word that the vocabulary, a state or somebody whose name may leave also
    uses counts only with other words of the name; so does one that MANY withheld
    persons bear. Both hold for each spelling, and for all spellings of a word together.
    """
    named = [(str(row["person"]), name) for row in select(store, _NAMES) for name in readings(row["name"].value)]
    whole = {words(name) for person, name in named if person in hidden} - {()} | _names_of_bodies(store, hidden)
    common = ordinary() | {form for person, name in named if person not in hidden
                           for word in plain_words(name) for form in stems(word)}
    forms = {(person, word, form) for person, name in named if person in hidden
             for word in plain_words(name) for form in stems(word)}
    alone = _telling((person, form) for person, word, form in forms if len(word) >= ALONE) - common
    spelt = ((person, form, in_one_spelling(form)) for person, _, form in forms)
    anyhow = _telling((person, fold) for person, form, fold in spelt if max(len(form), len(fold)) >= RESPELT)
    anyhow -= {in_one_spelling(word) for word in common}
    spared = " ".join(common | {in_one_spelling(word) for word in common})
    inside = {word for word in alone | anyhow if len(word) >= INSIDE and word not in spared}
    unparted = frozenset(filter(is_unparted, {*alone, *map("".join, whole)}))
    found = Names(frozenset(whole), frozenset(alone), frozenset(anyhow), frozenset(inside), unparted, frozenset())
    return replace(found, pairs=_telling_pairs([(p, plain_words(n)) for p, n in named], hidden, found))


def _names_of_bodies(store: Store, hidden: set[str]) -> set[tuple[str, ...]]:
    """The names of withheld organisations that more than usual words make up, and that none bears that may leave."""
    called = [(str(row["body"]), words(name)) for row in select(store, _CALLED) for name in readings(row["name"].value)]
    borne = {name for body, name in called if body not in hidden}
    found = {name for body, name in called if body in hidden and len(name) > 1}
    return {name for name in found - borne if not ordinary().issuperset(name)}


def _telling(borne: Iterable[tuple[str, Form]]) -> set[Form]:
    """Of persons with a form of a word of their name, the forms that give away who bears them."""
    count = Counter(form for _, form in set(borne))
    return {form for form, persons in count.items() if persons < MANY}


def _telling_pairs(
    borne: list[tuple[str, tuple[str, ...]]], hidden: set[str], names: Names
) -> frozenset[tuple[str, str]]:
    """Of names whose words do not tell alone, such as П. Ким and Pyotr Kim, which words do side by side."""
    usual = {in_one_spelling(word) for word in ordinary()}
    small = {in_one_spelling(word) for word in vocabulary.listed_names("small_words_of_names")}
    found = {(person, pair) for person, name in borne for word, other in permutations(dict.fromkeys(name), 2)
             if len(word) > 1 and not _tells(word, names) for pair in _pairs(word, other, usual)}
    telling = _telling((person, pair) for person, pair in found if person in hidden and small.isdisjoint(pair))
    return frozenset(telling - {pair for person, pair in found if person not in hidden})


def _pairs(word: str, other: str, usual: Set[str]) -> Iterator[tuple[str, str]]:
    """Spellings of a word with those of another and its initials, in order; two usual words are no pair."""
    for one in side_by_side(word):
        beside = side_by_side(other) - usual if one in usual else side_by_side(other) | initials(other)
        yield from ((min(one, second), max(one, second)) for second in beside)


def in_written(written: str, names: Names) -> bool:
    """Whether a term, as N-Triples writes it, holds a protected name: an address, or a literal's text or kind."""
    if not written.startswith('"'):
        return in_address(written, names)
    text, _, kind = written[1:].rpartition('"')
    if "\\" in text:
        text = _read(written)
    return in_text(text, names) or (kind != "" and in_address(kind.lstrip("@^"), names))


def _read(written: str) -> str:
    """The text of a literal with escapes."""
    (said,) = ox.parse(f"_:a {A} {written} .", format=ox.RdfFormat.N_TRIPLES)
    return str(getattr(said.object, "value", ""))


@lru_cache(maxsize=200_000)
def in_text(text: str, names: Names) -> bool:
    """Whether a name stands in a text."""
    plain = _decoded(text)
    if any(_among(reading, names) for reading in {text, *readings(plain)}):
        return True
    return any(_inside(words(handle), names) for handle in _HANDLE.findall(plain))


@lru_cache(maxsize=200_000)
def in_address(address: str, names: Names) -> bool:
    """Whether a name stands in an address or id, also inside a word of it."""
    if address in _terms():
        return False
    return in_text(address, names) or _inside(words(_decoded(address)), names)


def _decoded(text: str) -> str:
    """A text without the codes of addresses, pages and names of sites."""
    plain = html.unescape(unquote(text)) if "%" in text or "&" in text else text
    return _SITE.sub(_site, plain) if "xn--" in plain.casefold() else plain


def _site(label: re.Match[str]) -> str:
    """A part of the name of a site that is written in other letters than Latin ones."""
    try:
        return label["code"].encode().decode("punycode")
    except UnicodeError:
        return label[0]


@lru_cache(maxsize=1)
def _terms() -> frozenset[str]:
    """The terms that we use ourselves: words, as people's names may be by chance, that give nobody away."""
    columns = [column.property for table in load_tables().values() for column in table.columns if column.property]
    nodes = [node for quad in vocabulary_quads() for node in (quad.subject, quad.predicate, quad.object)]
    used = {str(node) for node in nodes if isinstance(node, ox.NamedNode) and not is_own(str(node))}
    kinds = {str(node.datatype) for node in nodes if isinstance(node, ox.Literal)}
    return frozenset(used | kinds | {term(name) for name in (*columns, *_OF_RULES)})


def _among(text: str, names: Names) -> bool:
    plain = plain_words(text)
    if any(_tells(word, names) for word in plain) or _holds_pair(plain, names):
        return True
    found = words(text)
    if not _run_together(names.whole).isdisjoint(found):
        return True
    beginning = _by_first_word(names.whole)
    return any(_holds(found, name) for word in beginning.keys() & found for name in beginning[word])


@lru_cache(maxsize=200_000)
def _tells(word: str, names: Names) -> bool:
    """Whether a word of a text is one of those that give somebody away alone, in whatever case and spelling."""
    forms = without_case(word)
    return (not names.alone.isdisjoint(forms) or not names.respelt.isdisjoint(map(in_one_spelling, forms))
            or any(part in word for part in names.unparted))


def _holds_pair(text: tuple[str, ...], names: Names) -> bool:
    """Whether two words that tell together stand side by side, or with one word, such as a patronymic, between."""
    spelt = [_in_pairs(word, names) for word in text]
    near = ((first, second) for n, first in enumerate(spelt) if first for second in spelt[n + 1 : n + 3])
    return any((min(pair), max(pair)) in names.pairs for both in near for pair in product(*both))


@lru_cache(maxsize=200_000)
def _in_pairs(word: str, names: Names) -> frozenset[str]:
    return _paired(names.pairs) & side_by_side(word)


@lru_cache(maxsize=8)
def _paired(pairs: frozenset[tuple[str, str]]) -> frozenset[str]:
    return frozenset(word for pair in pairs for word in pair)


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
    return any(_holds_part(word, names) for word in found)


@lru_cache(maxsize=200_000)
def _holds_part(word: str, names: Names) -> bool:
    """Whether a word of an address has another inside it, as it is written or as others write it; ids repeat words."""
    spelt = in_one_spelling(word)
    return any(part in word or part in spelt for part in names.inside)


def _holds(text: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Whether the words of a name follow each other in a text, in whatever order."""
    ordered = sorted(name)
    return any(sorted(text[n : n + len(name)]) == ordered for n in range(len(text) - len(name) + 1))
