"""From the cells of a casebook row to statements; what a cell may hold stands in tables.toml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from graphbuild import dates, vocabulary
from graphbuild.casebooks.ids import likely
from graphbuild.casebooks.tables import Column, Table, load_tables
from graphbuild.errors import CellError
from graphbuild.files.webaddresses import address
from graphbuild.terms import PREFIXES, UPR, A, Term, Triple, integer, literal, term, thing
from graphbuild.writtendates.inlists import edtf_of

#: Tables that a claim may be about, in the order in which an id is looked up.
ABOUT = (
    "effects",
    "provisions",
    "laws",
    "asks",
    "recommendations",
    "pledges",
    "reviews",
    "acts",
    "events",
    "persons",
    "legal_events",
    "figures",
    "sessions",
    "cycles",
    "states",
    "agents",
)


_WHOLE = re.compile(r"[0-9]{1,9}")
#: What people write between several values, and means nothing there.
_PARTED_OTHERWISE = re.compile(r"[,\n|\u3001\uff0c\uff1b\u060c\u061b]")


@dataclass(frozen=True)
class Casebook:
    """The ids that rows of one casebook may refer to: for each table, its keys."""

    name: str
    keys: dict[str, dict[str, int]]

    def find(self, tables: tuple[str, ...], key: str) -> Term:
        """The thing that an id in a cell means."""
        key = _composed(key)
        for name in ABOUT if tables == ("any",) else tables:
            if name == "states" and (state := vocabulary.state(key)):
                return state
            if key in self.keys.get(name, {}):
                return load_tables()[name].referent(self.name, key)
        if tables == ("any",) and _is_whole(key):
            return thing(key)
        where = "any table" if tables == ("any",) else " or ".join(f"{t}.csv" for t in tables)
        if near := self._near(ABOUT if tables == ("any",) else tables, key):
            raise CellError(f"is not in {where}, but {near!r} is, written with other signs", "copy that, or add a row")
        there = tables == ("any",) or any(name in self.keys for name in tables)
        adding = "add a row for it there" if there else "the file is missing; write it, with a row for this"
        raise CellError(f"is not in {where}", f"{adding}, or correct the id")

    def _near(self, tables: tuple[str, ...], key: str) -> str:
        """The id in one of some tables that an id was probably meant to be; empty if there is none."""
        return next((found for t in tables if (found := self._likely.get(t, {}).get(likely(key)))), "")

    @cached_property
    def _likely(self) -> dict[str, dict[str, str]]:
        return {name: {likely(key): key for key in keys} for name, keys in self.keys.items()}


def _is_whole(key: str) -> bool:
    """Whether an id begins with the kind of thing, as ids of other sources do: person/kazakhstan/P-01."""
    kind, _, rest = key.partition("/")
    return bool(rest) and kind in {load_tables()[name].iri for name in ABOUT}


def map_cell(table: Table, column: Column, key: str, cells: dict[str, str], book: Casebook) -> list[Triple]:
    """The statements of one cell of the row `key`; raises CellError if it cannot be understood."""
    value, subject = cells.get(column.name, ""), table.subject(book.name, key)
    if not value:
        return []
    _check_beside(column, value, cells)
    if column.kind == "passage":
        return _passage(subject, column, value, cells, book)
    return [t for part in parts(column, value) for t in _part(subject, table, column, part, book)]


def _check_beside(column: Column, value: str, cells: dict[str, str]) -> None:
    """Refuse what does not fit with another cell of the row."""
    if column.within and value not in cells.get(column.within, "").split("/"):
        raise CellError(
            f"does not occur in {cells.get(column.within, '')!r}",
            "if a spreadsheet changed it, format the column as text",
        )
    before = cells.get(column.under, "")
    if column.under and not _composed(value).startswith(f"{_composed(before)}/"):
        remedy = f"correct it, or the column {column.under}; it is {column.help}"
        raise CellError(f"does not begin with {before!r} and a slash", remedy)
    if column.value_of:
        _check_value(cells.get(column.value_of, ""), value)


def _composed(id_: str) -> str:
    return unicodedata.normalize("NFC", id_)


def row_statements(table: Table, key: str, book: Casebook, place: str) -> list[Triple]:
    """What is said of every row: its class and where it was read."""
    subject = table.subject(book.name, key)
    return [(subject, A, term(table.class_)), (subject, term("row"), literal(place))]


def parts(column: Column, value: str) -> list[str]:
    """The values in a cell."""
    return [p.strip() for p in value.split(";") if p.strip()] if column.many else [value]


def _part(subject: Term, table: Table, column: Column, value: str, book: Casebook) -> list[Triple]:
    try:
        if column.kind == "evidence":
            return _evidence(subject, value, book)
        return _value(subject, table, column, value, book)
    except CellError as error:
        error.value = value
        if column.many and _PARTED_OTHERWISE.search(value):
            error.remedy += "; separate several values by semicolons"
        raise


def _value(subject: Term, table: Table, column: Column, value: str, book: Casebook) -> list[Triple]:
    said = _date_triples(value) if column.kind == "date" else []
    meant = _object(table, column, value, book)
    return [*said, (subject, term(column.property), meant)] if column.property else said


def _object(table: Table, column: Column, value: str, book: Casebook) -> Term:
    if column.kind == "ref":
        return book.find(column.table, value)
    if column.kind == "columns":
        return _column_property(table, value)
    return _READ[column.kind](column, value)


def _concept(column: Column, value: str) -> Term:
    found = vocabulary.concepts().get(column.scheme, {}).get(value.casefold())
    if not found:
        words = ", ".join(vocabulary.notations(column.scheme))
        raise CellError(f"is not one of the list {column.scheme!r}", f"use one of {words}")
    return found


def _state(_: Column, value: str) -> Term:
    found = vocabulary.state(value)
    if not found:
        remedy = f"write its ISO 3166-1 alpha-3 code, such as KAZ{vocabulary.state_meant(value)}"
        raise CellError("is not a state we know", remedy)
    return found


def _integer(_: Column, value: str) -> Term:
    if not _WHOLE.fullmatch(value):
        raise CellError("is not a whole number", "write digits only")
    return integer(int(value))


def _url(_: Column, value: str) -> Term:
    found = address(value)
    if not found:
        raise CellError("is not a web address", "write it whole, beginning with https://")
    return found


def _date(_: Column, value: str) -> Term:
    _date_triples(value)
    return dates.node(value)


def _date_triples(value: str) -> list[Triple]:
    try:
        return dates.triples(value)
    except ValueError as error:
        meant = _meant(value)
        message = "is not a date in EDTF" if meant else str(error).removeprefix(f"{''.join(value.split())!r} ")
        as_text = "format the column as text so that a spreadsheet does not change it"
        raise CellError(message, f"write {meant or '2011-10-11, 2011-10 or 2011'}; {as_text}") from error


def _meant(value: str) -> str:
    """A date that is written as people do as its writer should write it; empty if it begins with a year, as EDTF."""
    try:
        meant = "" if value[:4].isdecimal() else edtf_of(value)
    except ValueError:
        return ""
    several = meant.removeprefix("[").removesuffix("]").split(",")
    return f"{' or '.join(several)}, whichever is meant" if len(several) > 1 else meant


def _check_value(property_: str, value: str) -> None:
    """Refuse a value that a property never has, with which no other could be compared."""
    range_ = vocabulary.ranges().get(property_)
    if range_ == UPR + "Date":
        _date_triples(value)
    elif range_ == PREFIXES["xsd"] + "integer" and not _WHOLE.fullmatch(value):
        raise CellError(f"is not a whole number, which {property_!r} is", "write digits only")
    elif range_ == PREFIXES["xsd"] + "boolean" and value.casefold() not in ("true", "false"):
        raise CellError(f"is not what {property_!r} can be", "write true or false")


def _property(_: Column, value: str) -> Term:
    found = vocabulary.properties().get(value)
    if not found:
        raise CellError("is not a property of the ontology", "write a local name such as adopted, inForce or date")
    return found


_READ: dict[str, Callable[[Column, str], Term]] = {
    "string": lambda _, value: literal(value),
    "text": lambda _, value: literal(value, "en"),
    "integer": _integer,
    "date": _date,
    "state": _state,
    "concept": _concept,
    "url": _url,
    "property": _property,
    "new": lambda column, value: thing(column.iri, value),
}


def _column_property(table: Table, value: str) -> Term:
    column = table.column(value)
    if not column or not column.property:
        raise CellError(f"is not a column of {table.name}.csv", "write the name of a column of this file")
    return term(column.property)


def _evidence(subject: Term, value: str, book: Casebook) -> list[Triple]:
    tag, *rest = value.split(maxsplit=1)
    place = "".join(rest)
    document = book.find(("sources",), tag)
    said: list[Triple] = [(subject, term("saidIn"), document)]
    if place:
        passage = thing("passage", book.name, tag, place)
        said += [
            (subject, term("evidence"), passage),
            (passage, A, term("Passage")),
            (passage, term("inDocument"), document),
            (passage, term("place"), literal(place)),
        ]
    return said


def _passage(subject: Term, column: Column, value: str, cells: dict[str, str], book: Casebook) -> list[Triple]:
    tag = cells.get("source", "")
    if _composed(tag) not in book.keys.get("sources", {}):
        return []  # which is said of the column source
    name = cells.get("place", "") if not cells.get("start") else f"{cells['start']}-{cells.get('end', '')}"
    passage = thing("passage", book.name, tag, name)
    value_term = _integer(column, value) if column.name in ("start", "end") else literal(value)
    return [
        (subject, term("evidence"), passage),
        (passage, A, term("Passage")),
        (passage, term("inDocument"), book.find(("sources",), tag)),
        (passage, term(column.property), value_term),
    ]
