"""HURIDOCS' Event Standard Formats: tables of events, acts, persons and who is said to be involved.

A victim suffers an act in an event. That somebody is a perpetrator, and what a
source told, are claims and never facts. Whatever comes from such a database is
protected (S3, or S4 where it is marked confidential): it was given in trust.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from graphbuild import vocabulary
from graphbuild.dates import is_date, parse
from graphbuild.errors import CellError
from graphbuild.files.csvfiles import Row
from graphbuild.said.esftables import ORDER, Book, Cells, entity_of, read_tables
from graphbuild.said.happenings import Keeper, Spoken, claim, concept, keeper
from graphbuild.said.records import dated
from graphbuild.staged import LeftOut, Staged
from graphbuild.terms import LABEL, A, Term, Triple, digest, literal, slug, term, thing

NOT_LOADED = "rows of this table are not loaded"
_YES, _NO = {"y", "yes", "1", "true", "t"}, {"", "n", "no", "0", "false", "f"}


def is_esf(path: Path) -> bool:
    """A table that begins with the record number of its entity, or a folder with a table of events, acts or persons."""
    if path.is_dir():
        return any(entity_of(file) in ORDER[:3] for file in sorted(path.iterdir()) if file.suffix.casefold() == ".csv")
    return bool(entity_of(path))


def read_esf(path: Path) -> Staged:
    """Read a folder of tables, or one of them: every row is loaded or named with the reason why not."""
    name = slug(path.resolve().stem, "tables")
    staged = Staged(f"esf-{name}", "HURIDOCS ESF tables", f"Event Standard Formats {path.resolve().stem}")
    book = read_tables(path, staged)
    by = keeper(staged, f"{staged.source}/keeper", f"keeper of the database {name}")
    for entity in [*ORDER, *sorted(set(book.tables) - set(ORDER))]:
        if entity in book.tables:
            for row in book.tables[entity].rows:
                _read_row(entity, row, book, by, staged)
    return staged


def _read_row(entity: str, row: Row, book: Book, by: Keeper, staged: Staged) -> None:
    file = book.tables[entity].file
    staged.read += 1
    if entity not in _READ:
        staged.left_out.append(LeftOut(f"{file}, row {row.number}", entity, NOT_LOADED))
        return
    try:
        staged.say(_READ[entity](row.cells, book, by, f"{file}:{row.number}"))
        staged.loaded += 1
    except CellError as error:
        staged.complain(file, row.number, error, row.cells)


# --- What a row says ---------------------------------------------------------------


def _person(cells: Cells, book: Book, by: Keeper, place: str) -> Iterator[Triple]:
    person, key = _thing("person", "P", cells["person_record_number"], by), _opaque("P", cells["person_record_number"])
    yield from _said(person, "Person", key, cells, by, place)
    yield from dated(person, "born", _date(cells, "date_of_birth"))
    yield from dated(person, "died", _date(cells, "date_deceased"))
    if cells.get("occupation"):
        yield person, term("text"), literal(cells["occupation"], "en")
    if cells.get("counting_unit"):
        yield person, term("note"), literal(f"counting unit: {cells['counting_unit']}", "en")
    names = [cells.get("person_name", ""), *re.split(r"[;\n]", cells.get("other_names", ""))]
    for number, name in enumerate(dict.fromkeys(n.strip() for n in names if n.strip()), start=1):
        record = thing("name", by.source, key, str(number))
        yield record, A, term("Name")
        yield record, term("nameOf"), person
        yield record, term("name"), literal(name)
        yield record, term("dcterms:language"), literal("und")
        yield record, term("row"), literal(place)


def _event(cells: Cells, book: Book, by: Keeper, place: str) -> Iterator[Triple]:
    event = _thing("event", "E", cells["event_record_number"], by)
    yield from _said(event, "Event", _opaque("E", cells["event_record_number"]), cells, by, place)
    yield event, term("kind"), thing("event-kind", "reported-violation")
    yield event, LABEL, literal(f"reported violation {_opaque('E', cells['event_record_number'])}", "en")
    day = _duration(cells)
    if not day:
        raise CellError("the cell is empty", "write when it began, at least the year", "initial_date")
    yield from dated(event, "date", day)
    states, others = _places(cells)
    yield from ((event, term("inState"), state) for state in states)
    if others:
        yield event, term("placeName"), literal("; ".join(others), "en")
    told = "; ".join(filter(None, (cells.get("event_title"), cells.get("event_description"))))
    if told:
        yield event, term("text"), literal(told, "en")
    if cells.get("violation_status"):
        yield event, term("note"), literal(f"violation status: {cells['violation_status']}", "en")


def _act(cells: Cells, book: Book, by: Keeper, place: str) -> Iterator[Triple]:
    act = _thing("act", "A", cells["act_record_number"], by)
    yield from _said(act, "Act", _opaque("A", cells["act_record_number"]), cells, by, place)
    book.find("person", "victim", cells)
    book.find("event", "event", cells)
    yield act, term("victim"), _thing("person", "P", cells["victim"], by)
    yield act, term("inEvent"), _thing("event", "E", cells["event"], by)
    yield act, term("kind"), concept("act-kind", "type_of_act", cells.get("type_of_act", ""))
    yield act, term("kindAsWritten"), literal(cells["type_of_act"])
    yield from ((act, term("inState"), state) for state in _places(book.rows["event"][cells["event"]])[0])
    yield from dated(act, "date", _duration(cells))
    if cells.get("status_at_end_of_act"):
        yield act, term("outcome"), literal(cells["status_at_end_of_act"], "en")


def _involvement(cells: Cells, book: Book, by: Keeper, place: str) -> list[Triple]:
    """An allegation: the actor stands on the claim, and never on the act itself."""
    book.find("person", "perpetrator", cells)
    book.find("act", "act", cells)
    degree, kind = cells.get("degree_of_involvement", ""), cells.get("type_of_perpetrator", "")
    text = _told("is said to have been involved", degree=degree, type=kind)
    said = Spoken(
        _opaque("I", cells["involvement_record_number"]),
        (_thing("act", "A", cells["act"], by),),
        "alleges",
        text,
        place,
    )
    return _protected(claim(by, said, [("actor", _thing("person", "P", cells["perpetrator"], by))]), cells)


def _information(cells: Cells, book: Book, by: Keeper, place: str) -> list[Triple]:
    book.find("person", "source", cells)
    book.find("event", "event", cells)
    text = _told(
        "gave information on the event",
        connection=cells.get("source_connection_to_information", ""),
        material=cells.get("type_of_source_material", ""),
        reliability=cells.get("reliability_of_information", ""),
    )
    key, speaker = _opaque("T", cells["information_record_number"]), _thing("person", "P", cells["source"], by)
    said = Spoken(key, (_thing("event", "E", cells["event"], by),), "reports", text, place, speaker)
    return _protected(claim(by, said, (), _date(cells, "date_of_source_material")), cells)


def _intervention(cells: Cells, book: Book, by: Keeper, place: str) -> Iterator[Triple]:
    number = f"intervention {cells['intervention_record_number']}"
    act = _thing("act", "A", number, by)
    yield from _said(act, "Act", _opaque("A", number), cells, by, place)
    book.find("person", "intervening_party", cells)
    book.find("event", "event", cells)
    yield act, term("kind"), thing("act-kind", "intervention")
    yield act, term("actor"), _thing("person", "P", cells["intervening_party"], by)
    yield act, term("inEvent"), _thing("event", "E", cells["event"], by)
    if cells.get("victim"):
        book.find("person", "victim", cells)
        yield act, term("mentions"), _thing("person", "P", cells["victim"], by)
    if cells.get("type_of_intervention"):
        yield act, term("kindAsWritten"), literal(cells["type_of_intervention"])
    yield from dated(act, "date", _date(cells, "date_of_intervention"))
    outcome = "; ".join(filter(None, (cells.get("response"), cells.get("impact_on_the_situation"))))
    if outcome:
        yield act, term("outcome"), literal(outcome, "en")


_READ: dict[str, Callable[[Cells, Book, Keeper, str], Iterator[Triple] | list[Triple]]] = {
    "person": _person,
    "event": _event,
    "act": _act,
    "involvement": _involvement,
    "information": _information,
    "intervention": _intervention,
}


# --- Ids, dates, places ------------------------------------------------------------


def _opaque(letter: str, number: str) -> str:
    """An id that says nothing: the number, or a hash where the record number is more than one."""
    plain = re.fullmatch(r"[0-9]{1,12}", number)
    return f"{letter}-{number if plain else digest(number)}"


def _thing(kind: str, letter: str, number: str, by: Keeper) -> Term:
    return thing(kind, by.source, _opaque(letter, number))


def _said(subject: Term, class_: str, key: str, cells: Cells, by: Keeper, place: str) -> list[Triple]:
    return [
        (subject, A, term(class_)),
        (subject, term("dcterms:identifier"), literal(key)),
        (subject, term("sensitivity"), _level(cells)),
        (subject, term("saidIn"), by.document),
        (subject, term("row"), literal(place)),
    ]


def _level(cells: Cells) -> Term:
    mark = cells.get("confidentiality", "").casefold()
    if mark not in _YES | _NO:
        raise CellError("is neither yes nor no", "write y or n", "confidentiality")
    return thing("sensitivity", "S4" if mark in _YES else "S3")


def _protected(said: list[Triple], cells: Cells) -> list[Triple]:
    level = term("sensitivity")
    return [(s, p, _level(cells) if p == level else o) for s, p, o in said]


def _told(text: str, **details: str) -> str:
    return "; ".join([text, *(f"{name}: {value}" for name, value in details.items() if value)])


def _date(cells: Cells, column: str) -> str:
    """EDTF, or a day of a database in which 00 stands for what is not known."""
    text = re.sub(r"(?:-00)+$", "", cells.get(column, ""))
    text = re.sub(r"[T ]00:00(?::00)?$", "", text)
    if text in ("", "0000"):
        return ""
    try:
        parse(text)
    except ValueError as error:
        raise CellError(str(error).removeprefix(f"{text!r} "), "write 2011-10-11, 2011-10 or 2011", column) from error
    return text


def _duration(cells: Cells) -> str:
    first, last = _date(cells, "initial_date"), _date(cells, "final_date")
    if not first or not last or first == last:
        return first
    if not is_date(f"{first}/{last}"):
        raise CellError("is before the initial date", "correct one of the two", "final_date")
    return f"{first}/{last}"


def _places(cells: Cells) -> tuple[list[Term], list[str]]:
    """The states among the geographical terms, and every other place as written."""
    words = [w.strip() for w in cells.get("geographical_term", "").split(";") if w.strip()]
    states = {word: vocabulary.state_named(word) for word in words}
    local = [w.strip() for w in cells.get("local_geographical_area", "").split(";") if w.strip()]
    return [s for s in states.values() if s], [*(w for w, s in states.items() if not s), *local]
