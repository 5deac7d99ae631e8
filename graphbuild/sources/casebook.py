"""Casebooks: a folder of CSV files, written by people in a spreadsheet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from graphbuild import resources
from graphbuild.casebooks.ids import flaw_of, looks
from graphbuild.casebooks.mapping import Casebook, map_cell, row_statements
from graphbuild.casebooks.tables import Column, Table, load_tables
from graphbuild.errors import CellError, GraphbuildError, Problem, meant
from graphbuild.files.csvfiles import CsvTable, Row, read_csv
from graphbuild.files.webaddresses import address
from graphbuild.staged import LeftOut, Staged, mark
from graphbuild.terms import Term, iri, literal, said_graph, term

#: A column that claims may have: in rows that were suggested, `yes` where somebody accepts the row.
KEEP = "keep"
NOT_KEPT = "a suggestion that nobody has accepted"

#: Endings of files of spreadsheets that are no CSV.
_OTHER = {".xlsx", ".xlsm", ".xls", ".ods", ".numbers", ".txt", ".tsv", ".tab"}
#: What spreadsheets write where they can work nothing out, in whatever language, or where a cell is too narrow.
_ERROR = re.compile(r"#{3,}|#[\w/¡¿0]{1,12}[!?]|#(?:N/A|NV|N/D|Н/Д)|Err:[0-9]{3}")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

#: Items of about.csv that are said of every source.
_OF_EVERY = ("id", "title")
#: Ids of licences in the list of SPDX that name a version, such as CC-BY-4.0 or CC-BY-NC-SA-3.0-IGO.
_SPDX = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z]+)*-\d+(?:\.\d+)+(?:-[A-Za-z]+)*")


def is_casebook(path: Path) -> bool:
    """A folder that says what it is about."""
    return path.is_dir() and (path / "about.csv").is_file()


def read_casebook(path: Path, world: Path = resources.WORLD) -> Staged:
    """Read a folder of tables; ids may also refer to the cycles and sessions of `world`."""
    table = _read_about(path)
    about = {row.cells["item"]: row.cells["value"] for row in table.rows}
    if about["id"] == "world" and path != world:
        raise GraphbuildError(f"{path}/about.csv: the id 'world' is that of the reference data; use another")
    staged = Staged(about["id"], "casebook", about.get("title", ""))
    tables = _read_tables(path, staged)
    keys = {name: _keys(load_tables()[name], table, staged) for name, table in tables.items()}
    for name in ("cycles", "sessions") if world != path else ():
        keys.setdefault(name, {}).update(_keys(load_tables()[name], read_csv(world / f"{name}.csv", ""), staged))
    book = Casebook(staged.source, keys)
    _say_about(table, book, staged)
    for name, table in tables.items():
        for row in table.rows:
            if _is_kept(name, table, row, staged):
                _read_row(load_tables()[name], table, row, book, staged)
    return staged


def _is_kept(name: str, read: CsvTable, row: Row, staged: Staged) -> bool:
    """Whether a row counts; suggested claims do once their cell `keep` says yes."""
    kept = row.cells.get(KEEP, "yes").casefold() if name == "claims" else "yes"
    if kept in ("", "no"):
        staged.read += 1
        staged.left_out.append(LeftOut(f"{read.file}, row {row.number}", row.cells.get("claim", ""), NOT_KEPT))
    elif kept != "yes":
        staged.read += 1
        problem = "is neither yes nor no", "write yes to accept the suggestion, no or nothing to leave it out"
        staged.problems.append(Problem(staged.source, read.file, row.number, KEEP, row.cells[KEEP], *problem))
    return kept == "yes"


def _read_about(path: Path) -> CsvTable:
    """The file that names the casebook; without a name of its own, nothing can be said of it."""
    table, staged = read_csv(path / "about.csv", path.name), Staged(path.name, "casebook")
    _check_header(load_tables()["about"], table, staged)
    if problems := table.problems + staged.problems:
        raise GraphbuildError(f"{path}/{problems[0]}")
    id_ = {row.cells["item"]: row.cells["value"] for row in table.rows}.get("id", "")
    if not _ID.fullmatch(id_):
        raise GraphbuildError(
            f"{path}/about.csv: the casebook's id {id_!r} is missing or not usable; "
            "add a row `id` with lower-case letters, digits and hyphens"
        )
    return table


def _say_about(table: CsvTable, book: Casebook, staged: Staged) -> None:
    """What a casebook says of itself, beside its id and title: under which licence it is, who coded it, a note."""
    _keys(load_tables()["about"], table, staged)
    for row in table.rows:
        try:
            _say_item(row.cells["item"], row.cells["value"], book, staged)
        except CellError as error:
            error.column = error.column or "value"
            staged.complain(table.file, row.number, error, row.cells)


def _say_item(item: str, value: str, book: Casebook, staged: Staged) -> None:
    items = dict(load_tables()["about"].items)
    if item not in items:
        remedy = f"write one of {', '.join(items)}{meant(item, list(items))}"
        raise CellError("is not an item of about.csv", remedy, "item")
    if value and item not in _OF_EVERY:
        staged.say([(iri(said_graph(staged.source)), term(items[item]), _said_about(item, value, book))])


def _said_about(item: str, value: str, book: Casebook) -> Term:
    if item == "coded_by":
        return book.find(("agents",), value)
    return _licence(value) if item == "licence" else literal(value, "en")


def _licence(value: str) -> Term:
    found = iri(f"http://spdx.org/licenses/{value}") if _SPDX.fullmatch(value) else address(value)
    if not found:
        raise CellError("is no licence that can be looked up",
                        "write its id in the list of SPDX, such as CC-BY-4.0, or the web address of its text")
    return found


def _other_forms(path: Path, source: str) -> Iterator[Problem]:
    """Tables that were saved as a workbook or text only: nothing of them would be loaded, and nobody told."""
    for file in sorted(path.iterdir()):
        table = file.name.casefold().partition(".")[0]
        if table in load_tables() and file.suffix.casefold() in _OTHER and not (path / f"{table}.csv").exists():
            problem = "is no CSV file", f"save it as CSV UTF-8, under the name {table}.csv"
            yield Problem(source, file.name, None, None, None, *problem)


def _read_tables(path: Path, staged: Staged) -> dict[str, CsvTable]:
    tables: dict[str, CsvTable] = {}
    staged.problems += _other_forms(path, staged.source)
    for file in sorted(f for f in path.iterdir() if f.suffix.casefold() == ".csv" and not f.name.startswith(".")):
        if file.is_file():
            staged.files.append(mark(file))
        if file.stem not in load_tables() or file.suffix != ".csv" or not file.is_file():
            remedy = "use one of " + ", ".join(load_tables()) + meant(file.stem.casefold(), list(load_tables()))
            what = "is not a table of a casebook"
            staged.problems.append(Problem(staged.source, file.name, None, None, None, what, remedy))
        elif file.stem != "about":
            tables[file.stem] = read_csv(file, staged.source)
            staged.problems += tables[file.stem].problems
            _check_header(load_tables()[file.stem], tables[file.stem], staged)
    return {name: tables[name] for name in load_tables() if name in tables}


def _check_header(table: Table, read: CsvTable, staged: Staged) -> None:
    known = [c.name for c in table.columns] + ([KEEP] if table.name == "claims" else [])
    wrong = [
        (column.name, "the column is missing", f"add it; it holds {column.help}")
        for column in table.columns
        if column.required and read.header and column.name not in read.header
    ]
    remedy = "remove or rename it; the columns are " + ", ".join(known)
    strange = [name for name in read.header if name not in known]
    wrong += [(n, "the column is not known", remedy + meant(n.casefold(), known)) for n in strange]
    staged.problems += [Problem(staged.source, read.file, 1, name or None, None, *why) for name, *why in wrong]


def _keys(table: Table, read: CsvTable, staged: Staged) -> dict[str, int]:
    keys, seen = dict[str, int](), dict[str, int]()
    for row in read.rows:
        key = _key(table, row)
        if key and (first := seen.get(looks(key))):
            same = "stands in row {} already" if key in keys else "looks like the id of row {}, in other letters"
            problem = same.format(first), "give each row an id of its own"
            column = " + ".join(table.key)
            staged.problems.append(Problem(staged.source, read.file, row.number, column, key, *problem))
        keys.setdefault(key, row.number)
        seen.setdefault(looks(key), row.number)
    return keys


def _key(table: Table, row: Row) -> str:
    """The id of a row; a column that may be empty is part of it where it is not."""
    optional = {column.name for column in table.columns if not column.required}
    values = ((name, row.cells.get(name, "")) for name in table.key)
    return unicodedata.normalize("NFC", "/".join(value for name, value in values if value or name not in optional))


def _read_row(table: Table, read: CsvTable, row: Row, book: Casebook, staged: Staged) -> None:
    staged.read += 1
    key, before = _key(table, row), len(staged.problems)
    for column in (c for c in table.columns if c.name in read.header):
        _check_cell(column, read, row, staged)
    if len(staged.problems) == before and {*table.key} <= {*read.header}:
        _check_key(table, read, row, key, staged)
    if len(staged.problems) == before:
        _map(table, read, row, key, book, staged)
    staged.loaded += len(staged.problems) == before


def _check_cell(column: Column, read: CsvTable, row: Row, staged: Staged) -> None:
    value, place = row.cells[column.name], (staged.source, read.file, row.number, column.name)
    if column.required and not value:
        staged.problems.append(Problem(*place, None, "the cell is empty", f"write {column.help}"))
    elif _ERROR.fullmatch(value):
        staged.problems.append(Problem(*place, value, "is an error of the spreadsheet", "write the value itself"))


def _check_key(table: Table, read: CsvTable, row: Row, key: str, staged: Staged) -> None:
    if flaw := flaw_of(key):
        staged.problems.append(Problem(staged.source, read.file, row.number, table.key[0], key, *flaw))


def _map(table: Table, read: CsvTable, row: Row, key: str, book: Casebook, staged: Staged) -> None:
    staged.say(row_statements(table, key, book, f"{read.file}:{row.number}"))
    for column in table.columns:
        try:
            staged.say(map_cell(table, column, key, row.cells, book))
        except CellError as error:
            error.column = column.name
            staged.complain(read.file, row.number, error, row.cells)
