"""Rows of a table, whether it was saved as CSV or as a workbook: all cells are text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from graphbuild.files.csvfiles import CsvTable, header_of, parse_csv, read_cells
from graphbuild.files.intake import Cell, InputError, decode, decode_old, form_of, read_sheets

_WORKBOOKS = ("xlsx", "xls")


def headers(path: Path) -> dict[str, list[str]]:
    """The first row that is not empty of every sheet, by its name; a CSV file is one sheet without a name.

    A file of another form has none. Raises InputError if a workbook is damaged.
    """
    form = form_of(path)
    if form in _WORKBOOKS:
        return {name: _first(rows) for name, rows in read_sheets(path).items()}
    return {"": [cell.strip() for cell in header_of(path)]} if form == "text" else {}


def _first(rows: list[list[Cell]]) -> list[str]:
    cells = next((row for row in rows if any(as_text(cell) for cell in row)), [])
    return [as_text(cell) for cell in cells]


def read_rows(
    path: Path, source: str, columns: Sequence[str] = (), sheet: str = "", *, old: bool = False
) -> CsvTable:
    """The rows of a CSV file (UTF-8; if `old`, perhaps Mac Roman), or of a sheet of a workbook.

    `columns` replaces the names in the header; without a name of a sheet, the first is read. What is malformed
    becomes a problem. Raises InputError if the file is damaged, in another encoding, or has no such sheet.
    """
    if form_of(path) not in _WORKBOOKS:
        text = (decode_old if old else decode)(path, path.read_bytes())
        return parse_csv(text, path.name, source, columns)
    sheets = read_sheets(path)
    if sheet and sheet not in sheets:
        raise InputError(path, f"has no sheet {sheet!r}", "name one of " + ", ".join(sheets))
    rows = sheets[sheet] if sheet else next(iter(sheets.values()), [])
    return read_cells(([as_text(cell) for cell in row] for row in rows), path.name, source, columns)


def as_text(cell: Cell) -> str:
    """A cell as a CSV file would have it: whole numbers without a point, dates in ISO 8601.

    >>> as_text(5.0), as_text(0.25), as_text(datetime(2011, 10, 11)), as_text(" a ")
    ('5', '0.25', '2011-10-11', 'a')
    """
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and not any((cell.hour, cell.minute, cell.second)):
        return cell.date().isoformat()
    return str(cell)
