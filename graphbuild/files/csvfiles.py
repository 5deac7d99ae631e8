"""Tables of text as people save them: read strictly, or refused with a reason.

Understands commas, semicolons and tabs, any line end, UTF-8 with or without a
byte-order mark; rows.py takes old exports in another encoding.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from graphbuild.errors import Problem
from graphbuild.files.intake import with_line_feeds

#: Longest cell accepted, in characters; the csv module's own limit is lower.
LONGEST_CELL = 1_000_000
#: Cells that rows may want to be as long as the header, and for each cell that they have: each takes memory.
MISSING, MISSING_EACH = 2_000_000, 10
_SEPARATOR = re.compile(r'"?sep=([,;|\t])"?\s*', re.I)
_EMPTY = ("the file is empty", "write the header row first")


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
    cells: int = 0
    missing: int = 0

    @property
    def too_wide(self) -> bool:
        """Whether next to nothing stands under a wide header, which would take memory and hold nothing."""
        return self.missing > max(MISSING, MISSING_EACH * self.cells)


def read_csv(path: Path, source: str) -> CsvTable:
    """Read a CSV file in UTF-8; what is malformed becomes a problem, never a lost row."""
    try:
        text = path.read_bytes().decode("utf-8-sig").lstrip("\ufeff")  # some programs add a second mark
    except UnicodeDecodeError as error:
        table = CsvTable(path.name)
        _complain(source, table, None, f"byte {error.start} is not utf-8", "save the file as CSV UTF-8")
        return table
    return parse_csv(text, path.name, source)


def read_cells(rows: Iterable[Sequence[str]], file: str, source: str, columns: Sequence[str] = ()) -> CsvTable:
    """The table that rows of cells make, the first one that is not empty being the header.

    `columns` replaces the names in the header, for exports that repeat a name.
    """
    table = CsvTable(file)
    for number, cells in enumerate(rows, start=1):
        _take(number, list(columns) if columns and not table.header and any(cells) else list(cells), source, table)
    if not table.header:
        _complain(source, table, None, *_EMPTY)
    return table


def parse_csv(text: str, file: str, source: str, columns: Sequence[str] = ()) -> CsvTable:
    """The table that the text of a CSV file makes; `columns` as in `read_cells`."""
    table, number = CsvTable(file), 0
    separator, lines = _parted(text)
    csv.field_size_limit(LONGEST_CELL)
    try:
        reader = csv.reader(lines, delimiter=separator, strict=True)
        for number, cells in enumerate(reader, start=1):
            _take(number, list(columns) if columns and not table.header and any(cells) else cells, source, table)
    except csv.Error as error:
        _complain(source, table, number + 1, f"the row cannot be read ({error})", "check its quotation marks")
    if not table.header and not table.problems:
        _complain(source, table, None, *_EMPTY)
    return table


def header_of(path: Path) -> list[str]:
    """The first row of a table that is not empty, without empty cells at its end; an empty list if there is none."""
    return next(iter(first_rows(path, 1)), [])


def first_rows(path: Path, many: int) -> list[list[str]]:
    """The first rows of a table that are not empty, as far as its beginning has them; none if it cannot be read."""
    try:
        with path.open("rb") as file:
            text = file.read(65536).decode("utf-8-sig", errors="replace")
    except OSError:
        return []
    separator, lines = _parted(text)
    rows = (row for row in csv.reader(lines, delimiter=separator) if any(map(str.strip, row)))
    return [_without_empty_end(row) for row in islice(rows, many)]


def _without_empty_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _parted(text: str) -> tuple[str, list[str]]:
    """What separates the cells, and the lines; a first one such as sep=; is for Excel, which shows no row of it."""
    lines = _lines(text)
    if told := _SEPARATOR.fullmatch(lines[0]):
        return told[1], lines[1:]
    first = next(filter(str.strip, lines), "")
    return max(",;\t", key=first.count), lines


def _lines(text: str) -> list[str]:
    """Lines with their ends; only CR, LF and CRLF end a line, not the rarer marks of str.splitlines."""
    return [part + "\n" for part in with_line_feeds(text).split("\n")]


def _take(number: int, cells: list[str], source: str, table: CsvTable) -> None:
    values = [cell.strip() for cell in cells]
    if not table.header:
        _take_header(values, source, table)
    elif not any(values):
        return
    elif len(values) > len(table.header) and any(values[len(table.header) :]):
        message = f"has {len(values)} cells, the header {len(table.header)}"
        _complain(source, table, number, message, "put cells that contain the separator in quotation marks")
    elif not table.too_wide:
        _take_row(number, values, source, table)


def _take_row(number: int, values: list[str], source: str, table: CsvTable) -> None:
    wanting = max(len(table.header) - len(values), 0)
    table.cells, table.missing = table.cells + len(values), table.missing + wanting
    if table.too_wide:
        message = f"the rows have {table.missing:,} cells less than the header of {len(table.header):,} asks for"
        _complain(source, table, number, message, "delete the columns that nothing stands in")
        return
    table.rows.append(Row(number, dict(zip(table.header, values + [""] * wanting, strict=False))))


def _take_header(values: list[str], source: str, table: CsvTable) -> None:
    table.header.extend(_without_empty_end(values))
    for name in sorted(n for n, times in Counter(values).items() if times > 1):
        table.problems.append(Problem(source, table.file, 1, name, None, "the column appears twice", "remove one"))


def _complain(source: str, table: CsvTable, row: int | None, message: str, remedy: str) -> None:
    table.problems.append(Problem(source, table.file, row, None, None, message, remedy))
