"""The words that cells may use: concepts by notation or label, states by code or name, languages, words of sources."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from graphbuild import resources
from graphbuild.errors import GraphbuildError
from graphbuild.files.tomlfiles import Form, read_part
from graphbuild.terms import ID, PREFIXES, UPR, Term, local_id, thing

_SKOS = PREFIXES["skos"]
_WORDS = {_SKOS + name for name in ("notation", "prefLabel", "altLabel")}


def vocabulary_files() -> list[Path]:
    """The ontology and its concept schemes."""
    ontology, schemes = resources.VOCABULARY
    return [ontology, *sorted(schemes.glob("*.ttl"))]


def vocabulary_quads() -> Iterator[ox.Quad]:
    """The ontology and its schemes, as they enter the settled layer."""
    for path in vocabulary_files():
        yield from read_turtle(path)


def ontology_quads() -> Iterator[ox.Quad]:
    """The ontology without its schemes."""
    return read_turtle(resources.VOCABULARY[0])


def read_turtle(path: Path) -> Iterator[ox.Quad]:
    """What a Turtle file of our own says; raises GraphbuildError, with the line, if it is none."""
    try:
        yield from ox.parse(path=path, format=ox.RdfFormat.TURTLE)
    except SyntaxError as error:
        raise GraphbuildError(f"{path}: is not Turtle ({error.msg}); correct the line") from error


@cache
def concepts() -> dict[str, dict[str, Term]]:
    """For each scheme, the concept for every notation and label, in lower case."""
    found: dict[str, dict[str, Term]] = {}
    for quad in vocabulary_quads():
        subject, word = quad.subject, quad.object
        if quad.predicate.value in _WORDS and isinstance(subject, ox.NamedNode) and isinstance(word, ox.Literal):
            scheme, _, _ = subject.value.removeprefix(ID).partition("/")
            found.setdefault(scheme, {})[word.value.casefold()] = Term(str(subject))
    return found


@cache
def notations(scheme: str) -> list[str]:
    """The notations of a scheme, for messages and for the documentation."""
    return sorted(local_id(c) for c in set(concepts().get(scheme, {}).values()))


@cache
def properties() -> dict[str, Term]:
    """The properties of the ontology by local name."""
    kinds = {PREFIXES["owl"] + "ObjectProperty", PREFIXES["owl"] + "DatatypeProperty"}
    return {
        q.subject.value.removeprefix(UPR): Term(str(q.subject))
        for q in ontology_quads()
        if isinstance(q.subject, ox.NamedNode) and getattr(q.object, "value", "") in kinds
    }


@cache
def ranges() -> dict[str, str]:
    """What values a property of the ontology has, by its local name: the class or datatype, with its namespace."""
    said = ((q.subject, q.object) for q in ontology_quads() if q.predicate.value == PREFIXES["rdfs"] + "range")
    return {getattr(s, "value", "").removeprefix(UPR): getattr(o, "value", "") for s, o in said}


@cache
def classes() -> set[str]:
    """The local names of the classes of the ontology."""
    nodes = ((q.subject, getattr(q.object, "value", "")) for q in ontology_quads())
    named = ((subject, value) for subject, value in nodes if isinstance(subject, ox.NamedNode))
    found = (subject.value for subject, value in named if value == PREFIXES["owl"] + "Class")
    return {iri.removeprefix(UPR) for iri in found if iri.startswith(UPR)}


def listed(form: type[Form], file: str, *headings: str) -> Form:
    """What a file of ontology/words/ lists: the words or fields of a source, and what they mean to us.

    It stands under headings within headings, in a form: `listed(list[str], "names", "no_state")`. Raises InputError
    if it does not.
    """
    return read_part(resources.WORDS / f"{file}.toml", headings, form)


@cache
def listed_names(heading: str) -> frozenset[str]:
    """The names under a heading of ontology/words/names.toml, in lower case."""
    return frozenset(map(_folded, listed(list[str], "names", heading)))


def language(code: str) -> str:
    """The tag of the language that a code means, of two letters where it has one; empty if it is no code.

    >>> language("RUS"), language("sl"), language("haw"), language("Russian")
    ('ru', 'sl', 'haw', '')
    """
    tag = _tags().get(code.casefold(), code.casefold())
    return tag if re.fullmatch(r"[a-z]{2,3}", tag) else ""


@cache
def _tags() -> dict[str, str]:
    return {code: tag for tag, codes in listed(dict[str, list[str]], "languages").items() for code in codes}


@cache
def states() -> dict[str, Term]:
    """The state for every code, name and reviewed other spelling, in lower case."""
    codes = {row[c].casefold(): thing("state", row["state"]) for row in _rows("states") for c in ("state", "alpha2")}
    return {**codes, **names_of_states()}


@cache
def names_of_states() -> dict[str, Term]:
    """The state for every name and reviewed other spelling, in lower case."""
    return {
        _folded(word): thing("state", row["state"])
        for row in _rows("states")
        for word in (row["name"], *row["other_names"].split(";"))
        if word.strip()
    }


def _rows(table: str) -> list[dict[str, str]]:
    with (resources.WORLD / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def states_by(column: str, table: str = "states") -> dict[str, Term]:
    """The state for each code that a column of the reference data has."""
    return {row[column]: thing("state", row["state"]) for row in _rows(table)}


@cache
def cycles() -> dict[str, str]:
    """The number of the cycle for the number of every session."""
    return {row["session"]: row["cycle"] for row in _rows("sessions")}


@cache
def days_of_sessions() -> dict[str, str]:
    """The days of every session, in EDTF, by its number."""
    return {row["session"]: row["date"] for row in _rows("sessions")}


@cache
def _names() -> dict[str, str]:
    return {row["state"]: row["name"] for row in _rows("states")}


def name_of_state(code: str) -> str:
    """The short name of a state by its alpha-3 code."""
    return _names()[code]


def state(word: str) -> Term | None:
    """The state that a code or name means, or None: never a guess."""
    return states().get(_folded(word)) or state_named(word)


def state_named(words: str) -> Term | None:
    """The state that a name means, written out or as an abbreviation in capitals; or None.

    The reviewed spellings of states.csv come first, then the names that the library countrynames collects.
    Codes are not names: in running text "no" is not Norway, and (CAT) is a convention.
    """
    folded = _folded(words)
    if len(folded) <= LONGEST_ABBREVIATION:
        return names_of_states().get(folded) if words.strip().isupper() else None
    if folded in listed_names("no_state") or len(folded) > LONGEST_NAME:
        return None
    return names_of_states().get(folded) or _listed(folded)


def add_spelling(words: str) -> str:
    """What to do about words that are no state that is known: write the one that was perhaps meant, or add them."""
    near = _near(words)
    adding = f"add the spelling to other_names in {resources.WORLD / 'states.csv'}"
    return f"write {near!r} if that is meant, or {adding}" if near else adding


def state_meant(words: str) -> str:
    """The end of a sentence about words that are no state: the one whose name is near; empty if none is.

    >>> state_meant("Kazahkstan"), state_meant("Absurdistan")
    ("; did you mean 'Kazakhstan'?", '')
    """
    near = _near(words)
    return f"; did you mean {near!r}?" if near else ""


@cache
def _near(words: str) -> str:
    """The name of the state whose names are nearest; empty if none is near."""
    near = get_close_matches(_folded(words), names_of_states(), 1, NEAR)
    return name_of_state(local_id(names_of_states()[near[0]])) if near else ""


#: How alike a name must be to be the one that was meant, of 1; many states end in -stan.
NEAR = 0.8
#: Letters of a word that is taken for an abbreviation.
LONGEST_ABBREVIATION = 3
#: Letters of the longest name of a state, in whatever language.
LONGEST_NAME = 500
#: The library looks past marks and reads two letters as a code; a name is letters and what joins them.
_NAME = re.compile(r"(?=[^\W\d_]{2}|[^\W\d_][ '&(),./-])(?:[^\W\d_]|[ '&(),./-])*[^\W\d_][).]?")


@cache
def _listed(words: str) -> Term | None:
    import countrynames

    code = countrynames.to_code_3(words) if _NAME.fullmatch(words) else None
    return states().get(code.casefold()) if code else None


def _folded(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).split()).replace("’", "'").casefold()
