"""Laws described in ELI, the European Legislation Identifier, as Turtle, N-Triples, RDF/XML or JSON-LD.

Every eli:LegalResource with a title or date becomes a law, whose address is kept;
a law that is only named by another becomes one of which nothing else is known.
Nothing is fetched: a JSON-LD file that needs a context from the web is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from graphbuild import dates, vocabulary
from graphbuild.errors import Problem
from graphbuild.files.intake import LARGEST, form_of
from graphbuild.files.rdffiles import read_quads, syntax_of
from graphbuild.legislation.lawnumbers import address_of, id_part, normal_number
from graphbuild.legislation.laws import (
    Happening,
    Law,
    Origin,
    enactor_of,
    happening_statements,
    kind_of_law,
    law_statements,
    source_of,
)
from graphbuild.said.records import Paper, paper_statements
from graphbuild.staged import Staged, mark
from graphbuild.terms import PREFIXES, thing

ELI = "http://data.europa.eu/eli/ontology#"
_TYPE = PREFIXES["rdf"] + "type"
_NOTED = ("in_force", "type_document", "date_no_longer_in_force")
#: What is used beside these and the properties of days and changes.
_USED = {"is_realized_by", "realizes", "title", "language", "id_local", "number", "jurisdiction"}
Things = dict[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]]


def is_eli(path: Path) -> bool:
    """An RDF file that uses the vocabulary of ELI."""
    if not path.is_file() or path.stat().st_size > LARGEST or form_of(path) not in ("xml", "json", "text"):
        return False
    content = path.read_bytes()
    return ELI.encode() in content and any(name in content for name in (b"LegalResource", b"date_document"))


def read_eli(path: Path) -> Staged:
    """Read the laws that a file describes."""
    things = _things(path)
    laws = sorted(name for name, said in things.items() if _is_law(said))
    staged = Staged("eli-" + (id_part(path.stem).lower() or "laws"), "ELI", f"Laws in ELI: {path.stem}", [mark(path)])
    staged.read = len(laws)
    document = thing("document", staged.source)
    found = {name: law for name in laws if (law := _law(name, things, path, staged))}
    if len(laws) == 1 and found:
        staged.source = source_of(next(iter(found.values())).key)
        document = thing("document", staged.source)
    staged.say(
        paper_statements(document, staged.source, Paper("database", staged.title, sha256=staged.files[0].sha256))
    )
    origin = Origin(document, path.name)
    for name, law in found.items():
        staged.say(law_statements(law, origin, name))
        _say_events(name, law, found, things, origin, staged)
        staged.loaded += 1
    said = {p.removeprefix(ELI) for n in laws for p in things[n] if p.startswith(ELI)}
    unused = sorted(said.difference(_USED, _NOTED, *map(_meant, ("days", "done_to_it", "done_by_it"))))
    staged.remarks += [f"properties not used: {', '.join(unused)}"] if unused else []
    return staged


@cache
def _meant(part: str) -> dict[str, str]:
    """What properties tell of a law: of the `days` that they give, of what was `done_to_it`, or `done_by_it`."""
    return vocabulary.listed(dict[str, str], "laws", "eli", part)


def _things(path: Path) -> Things:
    things: Things = {}
    for quad in read_quads(path, syntax_of(path) or ox.RdfFormat.TURTLE):
        said = things.setdefault(str(getattr(quad.subject, "value", quad.subject)), {})
        said.setdefault(quad.predicate.value, []).append(quad.object)
    return things


def _is_law(said: dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]) -> bool:
    types = {getattr(t, "value", "") for t in said.get(_TYPE, [])}
    return ELI + "LegalResource" in types or (ELI + "date_document" in said and ELI + "LegalExpression" not in types)


def _all(things: Things, name: str, property_: str) -> list[str]:
    return sorted(str(getattr(o, "value", o)) for o in things.get(name, {}).get(ELI + property_, []))


def _one(things: Things, name: str, property_: str) -> str:
    return next(iter(_all(things, name, property_)), "")


def _last(address: str) -> str:
    return re.split(r"[/#]", address.rstrip("/"))[-1]


def _state(name: str, things: Things) -> str:
    """The state that the law names, or else the one whose web address it has."""
    if written := _one(things, name, "jurisdiction"):
        return enactor_of(_last(written))
    match = re.match(r"https?://([^/:]+)", name)
    host = match[1] if match else ""
    end = "eu" if host.endswith("europa.eu") else host.rpartition(".")[2]
    return enactor_of({"uk": "gb"}.get(end, end)) if len(end) == 2 else ""


def _law(name: str, things: Things, path: Path, staged: Staged) -> Law | None:
    state = _state(name, things)
    if not state:
        value = _one(things, name, "jurisdiction") or None
        message, remedy = "nothing says which state's law it is", "add eli:jurisdiction with the code of the state"
        staged.problems.append(Problem(staged.source, path.name, name, "eli:jurisdiction", value, message, remedy))
        return None
    address = address_of(name)
    written = _one(things, name, "id_local") or _one(things, name, "number")
    year = (_one(things, name, "date_document") or address.year or _one(things, name, "date_publication"))[:4]
    number = normal_number(written) or address.name
    title, language = _title(name, things)
    kind = next(filter(None, (kind_of_law(_last(t)) for t in _all(things, name, "type_document"))), "")
    notes = tuple(f"{p} in the source: {_last(v)}" for p in _NOTED for v in _all(things, name, p))
    return Law(
        f"{state}/{year or 'undated'}/{id_part(number)}", state, kind, title, language, number,
        written if written != number else "", same_as=name if "://" in name else "", notes=notes,
    )


def _title(name: str, things: Things) -> tuple[str, str]:
    """The title of the law or of one of its expressions, English before others, with its language."""
    named = [name, *_all(things, name, "is_realized_by")]
    named += sorted(n for n in things if name in _all(things, n, "realizes"))
    found = []
    for expression in named:
        known = vocabulary.language(_last(_one(things, expression, "language"))) or "und"
        for title in things.get(expression, {}).get(ELI + "title", []):
            if isinstance(title, ox.Literal):
                found.append((title.language or known, title.value))
    language, title_ = min(found, key=lambda t: (t[0] != "en", t), default=("", ""))
    return title_, language


def _say_events(name: str, law: Law, found: dict[str, Law], things: Things, origin: Origin, staged: Staged) -> None:
    for happening, other in _events(name, law, found, things):
        try:
            if happening.date:
                dates.parse(happening.date)
            staged.say(happening_statements(happening, origin, name))
            staged.say(law_statements(other, origin, name) if other else [])
        except ValueError as error:
            file, remedy = staged.files[0].name, "write it as 2011-10-11"
            staged.problems.append(
                Problem(staged.source, file, name, None, happening.date, f"is no day ({error})", remedy)
            )


def _events(name: str, law: Law, found: dict[str, Law], things: Things) -> Iterator[tuple[Happening, Law | None]]:
    for property_, kind in _meant("days").items():
        for day in _all(things, name, property_):
            yield Happening(law.key, kind, day[:10]), None
    for property_, kind in (_meant("done_to_it") | _meant("done_by_it")).items():
        passive = property_ in _meant("done_to_it")
        for address in _all(things, name, property_):
            if other := found.get(address) or _mentioned(address, things):
                changed, by = (law, other) if passive else (other, law)
                day = _one(things, address if passive else name, "date_document")[:10]
                yield Happening(changed.key, kind, day, by.key), None if address in found else other


def _mentioned(address: str, things: Things) -> Law | None:
    found, state = address_of(address), _state(address, things)
    if not (state and found.name):
        return None
    return Law(f"{state}/{found.year or 'undated'}/{found.name}", state, same_as=address)
