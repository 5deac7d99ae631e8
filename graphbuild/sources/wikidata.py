"""Entities of Wikidata as JSON: what Special:EntityData gives, a bare entity, or one on each line.

The data model is described in https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html.
Only human beings are taken. Dates have a precision; of several statements the
best rank counts, and what is left are alternatives.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from graphbuild import dates, vocabulary
from graphbuild.errors import Problem
from graphbuild.files.jsonfiles import head_of, read_objects
from graphbuild.plurals import number_of
from graphbuild.said.people import (
    WIKIDATA,
    Individual,
    Spelling,
    individual_statements,
    person_iri,
    register_statements,
)
from graphbuild.said.records import Paper, dated
from graphbuild.staged import LeftOut, Staged, mark
from graphbuild.terms import digest, thing
from graphbuild.writtendates.inlists import one_of

HUMAN, JULIAN = "Q5", "Q1985786"
#: The statements that are read.
IS_A, BORN, DIED, CITIZEN = "P31", "P569", "P570", "P27"
#: Names that stand in statements: native name, name at birth.
NAMED = ("P1559", "P1477")
USED = {IS_A, BORN, DIED, CITIZEN, *NAMED}
CENTURY, DECADE, YEAR, MONTH, DAY = 7, 8, 9, 10, 11

_WRAPPED = re.compile(r'^\s*\{\s*"entities"\s*:\s*\{\s*"[QPL][0-9]+"')
_BARE = re.compile(r'"id"\s*:\s*"[QPL][0-9]+"')
_PARTS = re.compile(r'"(?:labels|claims|aliases)"\s*:\s*[\[{]')
_TIME = re.compile(r"(?P<sign>[+-])0*(?P<y>[0-9]{1,4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})T")

Entity = dict[str, Any]


@dataclass
class _Reading:
    staged: Staged
    file: str
    unread: Counter[str]
    vague: int = 0


def is_wikidata(path: Path) -> bool:
    """JSON that holds entities by their Q-numbers, or one entity with its labels or claims."""
    head = head_of(path)
    return bool(_WRAPPED.match(head) or (_BARE.search(head) and _PARTS.search(head)))


def read_wikidata(path: Path) -> Staged:
    """Read entities: every human being becomes a protected person, others are left out."""
    entities = _entities(path)
    source = "wikidata-" + digest(*sorted(str(e.get("id")) for _, e in entities))
    staged = Staged(source, "Wikidata entities", "Wikidata entities", [mark(path)], read=len(entities))
    staged.say(register_statements(source, Paper("database", staged.title, sha256=staged.files[0].sha256)))
    reading = _Reading(staged, path.name, Counter())
    for place, entity in entities:
        _take(place, entity, reading)
    staged.remarks += _remarks(reading)
    return staged


def _entities(path: Path) -> list[tuple[str, Entity]]:
    found: list[tuple[str, Entity]] = []
    for number, said in read_objects(path):
        inner = said.get("entities")
        many = list(inner.values()) if isinstance(inner, dict) else [said]
        found += [(str(number + n), e if isinstance(e, dict) else {}) for n, e in enumerate(many)]
    return found


def _take(place: str, entity: Entity, reading: _Reading) -> None:
    staged = reading.staged
    if problem := _wrong(entity):
        field, message, remedy = problem
        staged.problems.append(Problem(staged.source, reading.file, int(place), field, None, message, remedy))
    elif why := _left_out(entity):
        staged.left_out.append(LeftOut(f"{reading.file}:{place}", "entity", why))
    else:
        found = _individual(place, entity, reading)
        document = thing("document", staged.source)
        staged.say(individual_statements(found, staged.source, document))
        for property_, claim in (("born", BORN), ("died", DIED)):
            staged.say(dated(found.person, property_, _moment(entity, claim)))
        staged.loaded += 1


def _wrong(entity: Entity) -> tuple[str, str, str] | None:
    if not re.fullmatch(r"[QPL][0-9]+", str(entity.get("id", ""))):
        return "id", "the entity has no id of Wikidata", "download the entity again"
    if "missing" in entity:
        return None
    if "claims" not in entity:
        return "claims", "the entity has no statements", "download it with its claims"
    for part, fits in _FORMS.items():
        if entity.get(part) and not (isinstance(entity[part], dict) and all(map(fits, entity[part].values()))):
            return part, f"the {part} of the entity are not in the form of Wikidata", "download the entity again"
    return None


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("value"), str)


def _is_statement(said: Any) -> bool:
    snak = said.get("mainsnak") if isinstance(said, dict) else None
    return isinstance(snak, dict) and isinstance(snak.get("datavalue", {}), dict)


_FORMS: dict[str, Callable[[Any], bool]] = {
    "labels": _is_text,
    "descriptions": _is_text,
    "aliases": lambda values: isinstance(values, list) and all(map(_is_text, values)),
    "claims": lambda values: isinstance(values, list) and all(map(_is_statement, values)),
}


def _left_out(entity: Entity) -> str:
    if "missing" in entity:
        return "Wikidata has no such entity"
    kinds = {_id(value) for value in _best(entity, IS_A)}
    return "" if HUMAN in kinds else "it is not said to be a human being (P31 is not Q5)"


def _individual(place: str, entity: Entity, reading: _Reading) -> Individual:
    reading.unread.update(p for p in _part(entity, "claims") if p not in USED)
    citizenship = [_id(value) for value in _best(entity, CITIZEN)]
    states = [state for q in citizenship if (state := vocabulary.states_by("wikidata").get(WIKIDATA + q))]
    description = _part(entity, "descriptions").get("en", {})
    return Individual(
        person_iri(reading.staged.source, entity["id"]),
        f"{reading.file}:{place}",
        tuple(_names(entity)),
        citizenship=tuple(q for q in citizenship if q),
        states=tuple(states),
        text=str(description.get("value", "")),
        wikidata=entity["id"],
        fields=tuple(_unclear(entity, reading)),
    )


def _names(entity: Entity) -> list[Spelling]:
    labels = _part(entity, "labels").values()
    aliases = [a for many in _part(entity, "aliases").values() for a in many]
    native = [value for p in NAMED for value in _best(entity, p)]
    spelled = [(v.get("value") or v.get("text"), v.get("language")) for v in [*labels, *aliases, *native]]
    return [Spelling(str(name), _tag(str(language))) for name, language in spelled if name]


def _tag(language: str) -> str:
    """A language tag; what is none is told by the script."""
    return language if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", language) and language != "mul" else ""


def _part(entity: Entity, name: str) -> dict[str, Any]:
    """A part of an entity; an empty one is written as a list."""
    found = entity.get(name)
    return found if isinstance(found, dict) else {}


def _best(entity: Entity, property_: str) -> list[dict[str, Any]]:
    """The values of the best rank: the preferred ones, or else all that are not deprecated; empty if not known."""
    said = [s for s in _part(entity, "claims").get(property_, []) if s.get("rank") != "deprecated"]
    chosen = [s for s in said if s.get("rank") == "preferred"] or said
    values = [s["mainsnak"].get("datavalue", {}).get("value") for s in chosen]
    return [value if isinstance(value, dict) else {} for value in values]


def _id(value: dict[str, Any]) -> str:
    number = value.get("numeric-id", "")
    return str(value.get("id") or (f"Q{number}" if number else ""))


def _moment(entity: Entity, property_: str) -> str:
    """A date of birth or death in EDTF: empty if it is not said, or some of it cannot be told."""
    values = _best(entity, property_)
    try:
        return one_of([edtf_of_time(value) for value in values if value])
    except ValueError:
        return ""


def _unclear(entity: Entity, reading: _Reading) -> list[tuple[str, str]]:
    """Values of dates as Wikidata writes them, and whether one is unknown."""
    values = [(p, v) for p in (BORN, DIED) for v in _best(entity, p)]
    reading.vague += sum(bool(v) and not _moment(entity, p) for p, v in values)
    return [(p, f"{v.get('time')}, precision {v.get('precision')}" if v else "not known or none") for p, v in values]


def edtf_of_time(value: dict[str, Any]) -> str:
    """A time value of Wikidata in EDTF, by its precision. Raises ValueError if it is vaguer than a century.

    >>> edtf_of_time({"time": "+1954-00-00T00:00:00Z", "precision": 9})
    '1954'
    >>> edtf_of_time({"time": "+1950-01-01T00:00:00Z", "precision": 8})
    '195X'
    >>> edtf_of_time({"time": "+1901-00-00T00:00:00Z", "precision": 7})
    '[1901..2000]'
    """
    match = _TIME.match(str(value.get("time", "")))
    precision = value.get("precision")
    if not match or match["sign"] == "-" or not isinstance(precision, int) or precision < CENTURY:
        raise ValueError("the time is before our era, or vaguer than a century")
    year, julian = f"{int(match['y']):04}", str(value.get("calendarmodel", "")).endswith("/" + JULIAN)
    if precision == CENTURY:
        first = (int(year) - 1) // 100 * 100 + 1
        return f"[{first:04}..{first + 99:04}]"
    text = {DECADE: year[:3] + "X", YEAR: year, MONTH: f"{year}-{match['m']}"}.get(precision, "")
    text = text or f"{year}-{match['m']}-{match['d']}"
    dates.parse(text)
    if julian:
        return _gregorian(text) if precision >= DAY else text + "~"
    return text


def _gregorian(text: str) -> str:
    """A Julian day in our calendar: the two have been apart by days that grow by three in 400 years."""
    year, month, _ = (int(part) for part in text.split("-"))
    counted = year - (month < 3)
    return (date.fromisoformat(text) + timedelta(days=counted // 100 - counted // 400 - 2)).isoformat()


def _remarks(reading: _Reading) -> list[str]:
    unread = ", ".join(sorted(reading.unread, key=lambda p: int(p[1:])))
    return [
        *([f"statements not used: {unread}"] if unread else []),
        *([f"kept as written: {number_of(reading.vague, 'date')} vaguer than a century"] if reading.vague else []),
        "labels of sitelinks are not used; every person is protected (S2) and stays out of public exports",
    ]
