"""Any table (CSV, XLSX, XLS) with a small mapping file that says what its columns mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from graphbuild import vocabulary
from graphbuild.casebooks.ids import flaw_of
from graphbuild.casebooks.mapping import Casebook, map_cell, row_statements
from graphbuild.casebooks.mappingfile import Given, Mapping, Thing, fields, fill, load_mapping
from graphbuild.errors import CellError, Problem
from graphbuild.files.csvfiles import CsvTable, Row
from graphbuild.files.intake import form_of
from graphbuild.files.rows import read_rows
from graphbuild.said.records import Paper, paper_statements
from graphbuild.staged import Staged, mark
from graphbuild.terms import Term, local_id, slug, term, thing

_TABLE = re.compile(rb"^\[table\]\s*(?:#.*)?$", re.M)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_table(path: Path) -> bool:
    """A text that has a section [table], as a mapping file does; it begins like JSON does."""
    if not path.is_file() or form_of(path) not in ("text", "json"):
        return False
    with path.open("rb") as file:
        return bool(_TABLE.search(file.read(65_536)))


def read_table(path: Path) -> Staged:
    """Read the table that a mapping file names; every column is mapped or ignored by name.

    Raises InputError if the mapping or the table cannot be used at all.
    """
    name = slug(path.stem, "mapping")
    mapping = load_mapping(path, f"table-{name}")
    staged = Staged(f"table-{name}", "table", mapping.title or path.stem, [mark(path), mark(mapping.file)])
    table = read_rows(mapping.file, staged.source, sheet=mapping.sheet)
    document = thing("document", staged.source)
    paper = Paper("database", staged.title, sha256=staged.files[1].sha256)
    staged.say(paper_statements(document, staged.source, paper))
    staged.problems += [*table.problems, *_header_problems(mapping, table, staged.source)]
    staged.read = len(table.rows)
    if staged.problems:
        return staged
    seen: dict[Term, int] = {}
    for row in table.rows:
        _read_row(mapping, table, row, document, seen, staged)
    if ignored := sorted(mapping.ignore & set(table.header)):
        staged.remarks.append("columns not used: " + ", ".join(ignored))
    return staged


def _header_problems(mapping: Mapping, table: CsvTable, source: str) -> list[Problem]:
    name, header = mapping.path.name, set(table.header)
    extra = [c for c in table.header if c not in mapping.names | mapping.ignore]
    return [
        Problem(source, table.file, 1, column or None, None, message, remedy)
        for columns, message, remedy in (
            (extra, "the column is neither mapped nor ignored", f"add it to columns, or to ignore, in {name}"),
            (sorted(mapping.names - header), "the column is missing", f"add it, or correct its name in {name}"),
        )
        for column in columns
    ]


def _read_row(
    mapping: Mapping, table: CsvTable, row: Row, document: Term, seen: dict[Term, int], staged: Staged
) -> None:
    """Say what a row says of each of its things, or what is wrong with it."""
    before = len(staged.problems)
    for each in mapping.things:
        reading = _Reading(mapping, each, row, Casebook(staged.source, {}))
        try:
            key = reading.key()
            subject = each.table.subject(staged.source, key)
            if not each.repeats and seen.setdefault(subject, row.number) != row.number:
                message, remedy = f"stands in row {seen[subject]} already", "make the id longer, or say repeats = true"
                raise CellError(message, remedy, each.id, key)
            staged.say(row_statements(each.table, key, reading.book, f"{table.file}:{row.number}"))
            staged.say([(subject, term("saidIn"), document)])
            for given in each.columns:
                reading.say(given, key, staged)
        except CellError as error:
            staged.complain(table.file, row.number, error, row.cells)
    staged.loaded += len(staged.problems) == before


class _Reading:
    """One thing of one row, on its way from cells to statements."""

    def __init__(self, mapping: Mapping, each: Thing, row: Row, book: Casebook) -> None:
        self.mapping, self.each, self.row, self.book = mapping, each, row, book

    def key(self) -> str:
        """The id of the thing, filled from the cells; CellError if it cannot be one."""
        for name, _ in fields(self.each.id):
            if not self.row.cells[name]:
                raise CellError("the cell is empty, and the id needs it", "fill it in", name)
        key = unicodedata.normalize("NFC", self._filled(self.each.id))
        for column, value in self._parts(key) if flaw_of(key) else ():
            if flaw := flaw_of(value):
                raise CellError(*flaw, column, value)
        return key

    def _parts(self, key: str) -> Iterator[tuple[str, str]]:
        """What each column gives for the id of the thing, and then the whole of it, under the pattern."""
        yield from ((name, self._filled(f"{{{name}}}")) for name, _ in fields(self.each.id))
        yield self.each.id, key

    def say(self, given: Given, key: str, staged: Staged) -> None:
        """The statements of one column; CellError names the column and the value."""
        for value in self._values(given):
            cells = {given.column.name: value}
            try:
                staged.say(map_cell(self.each.table, given.column, key, cells, self.book))
            except CellError as error:
                error.column, error.value = given.column.name, value
                raise

    def _values(self, given: Given) -> list[str]:
        """The values of a column, clean: none if the cell, or one of those in the pattern, is empty."""
        if not all(self.row.cells[name] for name in given.names):
            if given.column.required:
                raise CellError("the cell is empty", "fill it in", min(given.names))
            return []
        text = self._filled(given.pattern) if given.pattern else self.row.cells[given.column.name]
        parts = [p.strip() for p in text.split(given.split)] if given.split else [text]
        return [self._clean(given, part) for part in parts if part]

    def _clean(self, given: Given, value: str) -> str:
        lookup = self.mapping.lookups.get(given.lookup)
        if lookup is not None and value not in lookup:
            remedy = f"add it to lookups.{given.lookup} in {self.mapping.path.name}"
            raise CellError(f"is not in the lookup {given.lookup!r}", remedy, given.column.name, value)
        value = lookup[value] if lookup is not None else value
        return _date(given, value) if given.formats else value

    def _filled(self, pattern: str) -> str:
        return fill(pattern, {name: self._part(name) for name, _ in fields(pattern)})

    def _part(self, name: str) -> str:
        """A cell as part of an id: looked up, a date in EDTF, a state by its code, a concept by its notation."""
        given = next((g for g in self.each.columns if g.column.name == name and not g.pattern), None)
        if not given:
            return self.row.cells[name]
        return "-".join(_code_of(given, value) for value in self._values(given))


def _code_of(given: Given, value: str) -> str:
    """A state by its code, a concept by its notation; any other value as it is."""
    found = None
    if given.column.kind == "state":
        found = vocabulary.state(value)
    elif given.column.kind == "concept":
        found = vocabulary.concepts()[given.column.scheme].get(value.casefold())
    return local_id(found) if found else value


def _date(given: Given, value: str) -> str:
    """A date in EDTF, as precise as its format is."""
    if _ISO.fullmatch(value):
        return value
    for text in given.formats:
        try:
            day = datetime.strptime(value, text)
        except ValueError:
            continue
        month = any(sign in text for sign in ("%m", "%b", "%B"))
        return day.date().isoformat()[: 10 if "%d" in text and month else 7 if month else 4]
    message = "is not a date of the form " + " or ".join(given.formats)
    raise CellError(message, "correct it", given.column.name, value)
