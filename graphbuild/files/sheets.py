"""Workbooks in which one sheet is a table: where its header is, and its cells as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from graphbuild.files.cells import Cell
from graphbuild.files.workbooks import as_text, read_sheets

#: Rows above the header that are looked at.
HIGHEST = 20


@dataclass(frozen=True)
class SheetTable:
    """A table in a sheet: the words above it, its header, and its rows; `first` is the number of the first row."""

    sheet: str
    above: list[str]
    header: list[str]
    first: int
    rows: list[list[Cell]]

    def numbered(self) -> Iterator[tuple[int, list[str]]]:
        """Each row as text, with its number."""
        for number, row in enumerate(self.rows, start=self.first):
            yield number, [as_text(cell) for cell in row]


def find_table(path: Path, is_header: Callable[[list[str]], bool]) -> SheetTable | None:
    """The first table whose header is the right one; raises InputError if the workbook is damaged or hostile."""
    for sheet, rows in read_sheets(path).items():
        for at, row in enumerate(rows[:HIGHEST]):
            header = [as_text(cell) for cell in row]
            if is_header(header):
                above = [sheet, *(as_text(cell) for before in rows[:at] for cell in before if cell != "")]
                return SheetTable(sheet, above, header, at + 2, rows[at + 1 :])
    return None
