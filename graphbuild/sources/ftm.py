"""FollowTheMoney entities, one JSON object on each line, as OpenAleph, OpenSanctions and others export them.

Persons, organisations and the relations between them are taken; an address
becomes text of whoever refers to it. The schemata are those of
https://github.com/alephdata/followthemoney.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from graphbuild import dates, vocabulary
from graphbuild.errors import Problem
from graphbuild.files.jsonfiles import head_of, read_objects
from graphbuild.plurals import number_of
from graphbuild.said.people import (
    PROTECTED,
    Body,
    Individual,
    Spelling,
    body_statements,
    field_statements,
    individual_statements,
    person_iri,
    register_statements,
    understood,
)
from graphbuild.said.records import Paper, dated
from graphbuild.said.schemata import schemata
from graphbuild.staged import LeftOut, Staged, mark
from graphbuild.terms import A, Term, Triple, digest, literal, slug, term, thing

AMOUNTS = {"amountEur": "EUR", "amountUsd": "USD"}
_SHAPE = re.compile(r'"schema"\s*:\s*"[A-Z][A-Za-z]+"')
_PROPERTIES = re.compile(r'"properties"\s*:\s*\{')


@dataclass
class Entity:
    """An entity, put together of all lines that give it: `places` are their numbers."""

    id: str
    schema: str
    places: list[int]
    properties: dict[str, list[str]] = field(default_factory=dict)

    def all(self, *names: str) -> list[str]:
        """The values of some properties, each once."""
        return list(dict.fromkeys(v for name in names for v in self.properties.get(name, [])))

    def rest(self, *used: str) -> tuple[tuple[str, str], ...]:
        """The values of all other properties, with their names."""
        return tuple((n, v) for n, values in sorted(self.properties.items()) if n not in used for v in values)


@dataclass(frozen=True)
class _File:
    """What all entities of a file are read with."""

    name: str
    source: str
    entities: dict[str, Entity]

    @property
    def document(self) -> Term:
        return thing("document", self.source)

    def place(self, entity: Entity) -> str:
        return f"{self.name}:{entity.places[0]}"

    def addresses(self, entity: Entity) -> list[tuple[str, str]]:
        """The addresses an entity refers to, and the id where the file does not hold one."""
        found = [self.entities.get(id_) or id_ for id_ in entity.all("addressEntity")]
        return [("address", _written(a)) if isinstance(a, Entity) else ("addressEntity", a) for a in found]


def is_ftm(path: Path) -> bool:
    """JSON whose first objects have a schema and properties."""
    head = head_of(path)
    return bool(_SHAPE.search(head) and _PROPERTIES.search(head))


def read_ftm(path: Path) -> Staged:
    """Read a file of entities: whoever is a person, an organisation or a relation between them."""
    name = slug(path.stem, "entities")
    staged = Staged(f"ftm-{name}", "FollowTheMoney entities", "FollowTheMoney entities", [mark(path)])
    entities = _entities(path, staged)
    if staged.problems:
        return staged
    file = _File(path.name, staged.source, entities)
    staged.say(register_statements(staged.source, Paper("database", staged.title, sha256=staged.files[0].sha256)))
    referred = {id_ for e in entities.values() for id_ in e.all("addressEntity")}
    for entity in entities.values():
        _take(entity, file, entity.id in referred, staged)
    staged.remarks += _remarks(file)
    return staged


def _entities(path: Path, staged: Staged) -> dict[str, Entity]:
    found: dict[str, Entity] = {}
    for number, said in read_objects(path):
        staged.read += 1
        if problem := _wrong(said):
            column, value, message, remedy = problem
            staged.problems.append(Problem(staged.source, path.name, number, column, value, message, remedy))
            continue
        entity = found.setdefault(said["id"], Entity(said["id"], said["schema"], []))
        if entity.schema != said["schema"]:
            message = f"is {said['schema']} here and {entity.schema} in row {entity.places[0]}"
            staged.problems.append(Problem(staged.source, path.name, number, "id", entity.id, message, "keep one"))
        entity.places.append(number)
        for name, values in said["properties"].items():
            entity.properties.setdefault(name, []).extend(values)
    return found


def _wrong(said: dict[str, object]) -> tuple[str, str | None, str, str] | None:
    schema, properties = said.get("schema"), said.get("properties")
    known = schemata()
    if not isinstance(said.get("id"), str) or not said["id"]:
        return "id", None, "the entity has no id", "give every entity an id"
    names = {"Person", "Address", *known.bodies, *known.relations, *known.unused}
    if not isinstance(schema, str) or schema not in names:
        return "schema", str(schema), "is no schema of FollowTheMoney that we know", "write a schema such as Person"
    if not isinstance(properties, dict):
        return "properties", None, "the entity has no properties", "give them as an object"
    for name, values in properties.items():
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            return name, str(values)[:80], "is not a list of texts", "write values as a list of texts"
    return None


def _take(entity: Entity, file: _File, referred: bool, staged: Staged) -> None:
    if entity.schema == "Person":
        staged.say(individual_statements(_individual(entity, file), file.source, file.document))
    elif entity.schema in schemata().bodies:
        staged.say(body_statements(_body(entity, file), file.document))
    elif entity.schema in schemata().relations:
        staged.say(_relation(entity, file))
    elif not referred or entity.schema != "Address":
        why = "nobody in the file has this address" if entity.schema == "Address" else "its schema is not used"
        staged.left_out += [LeftOut(f"{file.name}:{n}", entity.schema, why) for n in entity.places]
        return
    staged.loaded += len(entity.places)


def _spelled(entity: Entity) -> list[str]:
    parts = " ".join(v for name in schemata().parts_of_name for v in entity.all(name)[:1])
    return entity.all(*schemata().names) or ([parts] if parts else [])


def _individual(entity: Entity, file: _File) -> Individual:
    known = schemata()
    citizenship = entity.all(*known.citizenship)
    states = dict.fromkeys(state for word in citizenship if (state := vocabulary.state(word)))
    used = (*known.names, *known.citizenship, "birthDate", "deathDate", "addressEntity", "wikidataId")
    return Individual(
        person_iri(file.source, entity.id),
        file.place(entity),
        tuple(Spelling(name) for name in _spelled(entity)),
        tuple(entity.all("birthDate")),
        tuple(entity.all("deathDate")),
        tuple(citizenship),
        tuple(states),
        wikidata=next((q for q in entity.all("wikidataId") if re.fullmatch(r"Q[0-9]+", q)), ""),
        fields=(("id", entity.id), *file.addresses(entity), *entity.rest(*used)),
    )


def _body(entity: Entity, file: _File) -> Body:
    known = schemata()
    label, *others = entity.all(*known.names) or ["(without a name)"]
    fields = (("schema", entity.schema), *file.addresses(entity), *entity.rest(*known.names, "addressEntity"))
    return Body(_agent(entity, file), file.place(entity), label, tuple(others), known.bodies[entity.schema], fields)


def _agent(entity: Entity, file: _File) -> Term:
    return thing("agent", file.source, "O-" + digest(entity.id))


def _party(id_: str, file: _File) -> Term | None:
    """The person or organisation of an id; None if the file holds no such."""
    entity = file.entities.get(id_)
    if entity and entity.schema == "Person":
        return person_iri(file.source, entity.id)
    return _agent(entity, file) if entity and entity.schema in schemata().bodies else None


def _relation(entity: Entity, file: _File) -> list[Triple]:
    subject = thing("relation", file.source, "R-" + digest(entity.id))
    said: list[Triple] = [
        (subject, A, term("Relation")),
        (subject, term("kindAsWritten"), literal(entity.schema)),
        (subject, term("sensitivity"), PROTECTED),
        (subject, term("row"), literal(file.place(entity))),
        (subject, term("saidIn"), file.document),
    ]
    roles = schemata().relations[entity.schema]
    fields = [*entity.rest("date", "startDate", "endDate", "amount", "currency", *AMOUNTS, *roles)]
    for role, property_ in zip(roles, ("fromParty", "toParty"), strict=True):
        for id_ in entity.all(role):
            if party := _party(id_, file):
                said.append((subject, term(property_), party))
            else:
                fields.append((role, id_))
    return [*said, *_when(subject, entity), *_amounts(subject, entity), *field_statements(subject, fields)]


def _when(subject: Term, entity: Entity) -> list[Triple]:
    """The date, or from when to when; what is no date stays as written."""
    written = entity.all("date", "startDate", "endDate")
    said: list[Triple] = [(subject, term("dateAsWritten"), literal(date)) for date in written]
    when = understood(entity.all("date")) or _duration(*(understood(entity.all(n)) for n in ("startDate", "endDate")))
    return said + dated(subject, "date", when)


def _duration(start: str, end: str) -> str:
    text = f"{start or '..'}/{end or '..'}"
    return text if dates.is_date(text) else ""


def _amounts(subject: Term, entity: Entity) -> list[Triple]:
    currency = " ".join(entity.all("currency"))
    written = [f"{a} {currency}".strip() for a in entity.all("amount")]
    written += [f"{a} {code}" for name, code in AMOUNTS.items() for a in entity.all(name)]
    return [(subject, term("amount"), literal(words)) for words in written]


def _written(address: Entity) -> str:
    """An address in one line: as a whole, or of its parts; its country after it."""
    whole = "; ".join(address.all("full"))
    parts = [v for n, v in address.rest("full", "country") if v not in whole]
    return ", ".join(filter(None, [whole, *parts, *(c.upper() for c in address.all("country"))]))


def _remarks(file: _File) -> list[str]:
    count = Counter(e.schema for e in file.entities.values())
    roles = schemata().relations
    ids = {id_ for e in file.entities.values() for id_ in e.all(*roles.get(e.schema, ()))}
    lost = len(ids - file.entities.keys())
    unread = [d for e in file.entities.values() for d in e.all("birthDate", "deathDate") if not understood([d])]
    return [
        "; ".join(f"{number} {schema}" for schema, number in sorted(count.items())),
        *([f"kept as text: {number_of(lost, 'id')} of entities that the file does not hold"] if lost else []),
        *([f"kept as written: {number_of(len(unread), 'date')} in no form we know"] if unread else []),
    ]
