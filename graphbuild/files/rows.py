"""Rows of a table, whether it was saved as CSV or as a workbook: all cells are text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from graphbuild.files.cells import Cell
from graphbuild.files.csvfiles import CsvTable, header_of, parse_csv, read_cells
from graphbuild.files.intake import InputError, decode, decode_old, form_of
from graphbuild.files.workbooks import as_text, is_workbook, read_sheets


def headers(path: Path) -> dict[str, list[str]]:
    """The first row that is not empty of every sheet, by its name; a CSV file is one sheet without a name.

    A file of another form has none. Raises InputError if a workbook is damaged.
    """
    if is_workbook(path):
        return {name: _first(rows) for name, rows in read_sheets(path).items()}
    return {"": [cell.strip() for cell in header_of(path)]} if form_of(path) == "text" else {}


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
    if not is_workbook(path):
        text = (decode_old if old else decode)(path, path.read_bytes())
        return parse_csv(text, path.name, source, columns)
    sheets = read_sheets(path)
    if sheet and sheet not in sheets:
        raise InputError(path, f"has no sheet {sheet!r}", "name one of " + ", ".join(sheets))
    rows = sheets[sheet] if sheet else next(iter(sheets.values()), [])
    return read_cells(([as_text(cell) for cell in row] for row in rows), path.name, source, columns)
