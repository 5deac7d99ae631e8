"""Tables of text as people save them: read strictly, or refused with a reason.

Understands commas, semicolons and tabs, any line end, UTF-8 with or without a
byte-order mark; other encodings only if the reader of a source names one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graphbuild.errors import Problem

#: Longest cell accepted, in characters; the csv module's own limit is lower.
LONGEST_CELL = 1_000_000


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet counts it, and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass
class CsvTable:
    """A table as read, with what is wrong with its form."""

    file: str
    header: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_csv(path: Path, source: str, encoding: str = "utf-8-sig", columns: Sequence[str] = ()) -> CsvTable:
    """Read a CSV file; what is malformed becomes a problem, never a lost row.

    `columns` replaces the names in the header, for exports that repeat a name.
    """
    table = CsvTable(path.name)
    try:
        text = path.read_bytes().decode(encoding)
    except UnicodeDecodeError as error:
        table.problems.append(
            _form(
                source,
                table,
                None,
                f"byte {error.start} is not {encoding.removesuffix('-sig')}",
                "save the file as CSV UTF-8",
            )
        )
        return table
    _parse(text, source, table, columns)
    return table


def read_cells(rows: Iterable[Sequence[str]], file: str, source: str, columns: Sequence[str] = ()) -> CsvTable:
    """The table that rows of cells make, the first one that is not empty being the header."""
    table = CsvTable(file)
    for number, cells in enumerate(rows, start=1):
        _take(number, list(columns) if columns and not table.header and any(cells) else list(cells), source, table)
    if not table.header:
        table.problems.append(_form(source, table, None, "the file is empty", "write the header row first"))
    return table


def parse_csv(text: str, file: str, source: str, columns: Sequence[str] = ()) -> CsvTable:
    """The table that the text of a CSV file makes; see `read_csv`."""
    table = CsvTable(file)
    _parse(text, source, table, columns)
    return table


def header_of(path: Path) -> list[str]:
    """The first row of a table, or an empty list if there is none to be read."""
    try:
        with path.open("rb") as file:
            text = file.read(65536).decode("utf-8-sig", errors="replace")
    except OSError:
        return []
    lines = _lines(text)
    return next(csv.reader(lines, delimiter=_delimiter(lines[0])), [])


def _parse(text: str, source: str, table: CsvTable, columns: Sequence[str]) -> None:
    csv.field_size_limit(LONGEST_CELL)
    lines = _lines(text)
    reader = csv.reader(lines, delimiter=_delimiter(lines[0] if lines else ""), strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            _take(number, cells if table.header or not columns else list(columns), source, table)
    except csv.Error as error:
        table.problems.append(
            _form(source, table, number + 1, f"the row cannot be read ({error})", "check its quotation marks")
        )
    if not table.header and not table.problems:
        table.problems.append(_form(source, table, None, "the file is empty", "write the header row first"))


def _lines(text: str) -> list[str]:
    """Lines with their ends; only CR, LF and CRLF end a line, not the rarer marks of str.splitlines."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return [part + "\n" for part in unified.split("\n")]


def _delimiter(first_line: str) -> str:
    return max(",;\t", key=first_line.count)


def _take(number: int, cells: list[str], source: str, table: CsvTable) -> None:
    values = [cell.strip() for cell in cells]
    if not table.header:
        _take_header(values, source, table)
    elif not any(values):
        return
    elif len(values) > len(table.header) and any(values[len(table.header) :]):
        table.problems.append(
            _form(
                source,
                table,
                number,
                f"has {len(values)} cells, the header {len(table.header)}",
                "put cells that contain the separator in quotation marks",
            )
        )
    else:
        padded = values + [""] * (len(table.header) - len(values))
        table.rows.append(Row(number, dict(zip(table.header, padded, strict=False))))


def _take_header(values: list[str], source: str, table: CsvTable) -> None:
    while values and not values[-1]:
        values.pop()
    table.header.extend(values)
    for name in sorted({n for n in values if values.count(n) > 1}):
        table.problems.append(Problem(source, table.file, 1, name, None, "the column appears twice", "remove one"))


def _form(source: str, table: CsvTable, row: int | None, message: str, remedy: str) -> Problem:
    return Problem(source, table.file, row, None, None, message, remedy)
