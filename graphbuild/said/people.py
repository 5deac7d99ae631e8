"""What readers of lists of people hand on: individuals, bodies, relations and documents, and their statements.

Nobody has looked at what a machine loads from a register of people, and what it
calls a company may be a person, or bear a person's name. So all of it is
protected (S2) until somebody has; ids are opaque, and names of persons stand in
Name records alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graphbuild.said.records import Paper, dated, paper_statements
from graphbuild.said.spelling import language_of
from graphbuild.terms import A, Term, Triple, digest, iri, literal, local_id, said_graph, term, thing
from graphbuild.vocabulary import listed_names, state_named
from graphbuild.writtendates.inlists import edtf_of, one_of

#: The level of everything that comes from a register.
PROTECTED = thing("sensitivity", "S2")
WIKIDATA = "http://www.wikidata.org/entity/"


@dataclass(frozen=True)
class Spelling:
    """A name as written; without a language its script is told."""

    name: str
    language: str = ""


@dataclass(frozen=True)
class Individual:
    """A person as one source has it.

    `person` is the opaque IRI, `place` file and row. `born` and `died` are dates as written (several are
    alternatives), `states` what the person is a citizen of, `fields` whatever has no term of its own.
    """

    person: Term
    place: str
    names: tuple[Spelling, ...]
    born: tuple[str, ...] = ()
    died: tuple[str, ...] = ()
    citizenship: tuple[str, ...] = ()
    states: tuple[Term, ...] = ()
    text: str = ""
    language: str = "en"
    wikidata: str = ""
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Body:
    """An organisation as one source has it; `name` is its label, `names` its other spellings."""

    agent: Term
    place: str
    name: str
    names: tuple[str, ...] = ()
    kind: str = ""
    fields: tuple[tuple[str, str], ...] = ()


def person_iri(source: str, *key: str) -> Term:
    """The IRI of a person; of what the source knows the person by, only a digest is in it."""
    return thing("person", source, "P-" + digest(source, *key))


def citizen_of(written: Iterable[str]) -> tuple[Term, ...]:
    """The states that words such as Belarusian or Belarus mean; none for words that several states share."""
    shared = listed_names("of_several_states")
    states = (None if word.casefold() in shared else state_named(word) for word in written)
    return tuple(dict.fromkeys(state for state in states if state))


def understood(written: Iterable[str]) -> str:
    """The EDTF text of the alternatives that are dates; empty if one of them is none."""
    try:
        return one_of([edtf_of(w) for w in written])
    except ValueError:
        return ""


def individual_statements(found: Individual, source: str, document: Term) -> list[Triple]:
    """What a source says of a person, names apart."""
    person = found.person
    said: list[Triple] = [
        (person, A, term("Person")),
        (person, term("dcterms:identifier"), literal(local_id(person))),
        (person, term("sensitivity"), PROTECTED),
        *_origin(person, found.place, document),
        *_lived(person, "born", term("bornAsWritten"), found.born),
        *_lived(person, "died", term("diedAsWritten"), found.died),
        *((person, term("citizenshipAsWritten"), literal(word)) for word in found.citizenship),
        *((person, term("citizenOf"), state) for state in found.states),
        *field_statements(person, found.fields),
        *_names(found, source, document),
    ]
    if found.text:
        said.append((person, term("text"), literal(found.text, found.language)))
    if found.wikidata:
        said.append((person, term("wikidata"), iri(WIKIDATA + found.wikidata)))
    return said


def _origin(subject: Term, place: str, document: Term) -> list[Triple]:
    return [(subject, term("row"), literal(place)), (subject, term("saidIn"), document)]


def _lived(person: Term, what: str, as_written: Term, written: tuple[str, ...]) -> list[Triple]:
    said: list[Triple] = [(person, as_written, literal(date)) for date in written]
    return said + (dated(person, what, understood(written)) if written else [])


def _names(found: Individual, source: str, document: Term) -> list[Triple]:
    said: list[Triple] = []
    for number, spelling in enumerate(dict.fromkeys(found.names), start=1):
        name = thing("name", source, local_id(found.person), str(number))
        said += [
            (name, A, term("Name")),
            (name, term("nameOf"), found.person),
            (name, term("name"), literal(spelling.name)),
            (name, term("dcterms:language"), literal(spelling.language or language_of(spelling.name))),
            *_origin(name, found.place, document),
        ]
    return said


def body_statements(found: Body, document: Term) -> list[Triple]:
    """What a source says of an organisation."""
    agent = found.agent
    said: list[Triple] = [
        (agent, A, term("Organisation")),
        (agent, term("dcterms:identifier"), literal(local_id(agent))),
        (agent, term("rdfs:label"), literal(found.name)),
        (agent, term("sensitivity"), PROTECTED),
        *_origin(agent, found.place, document),
        *((agent, term("skos:altLabel"), literal(name)) for name in found.names),
        *field_statements(agent, found.fields),
    ]
    return [*said, (agent, term("kind"), thing("agent-kind", found.kind))] if found.kind else said


def field_statements(subject: Term, fields: Iterable[tuple[str, str]]) -> list[Triple]:
    """Fields that have no term of their own, each with its name."""
    return [(subject, term("field"), literal(f"{name}: {value}")) for name, value in fields if value]


def register_statements(source: str, paper: Paper) -> list[Triple]:
    """The document that people are listed in; it is withheld with the source itself."""
    document = thing("document", source)
    protected = [(subject, term("sensitivity"), PROTECTED) for subject in (document, iri(said_graph(source)))]
    return [*paper_statements(document, source, paper), *protected]
