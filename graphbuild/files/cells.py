"""The cells of a workbook, read in a process of its own."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from io import BytesIO

from graphbuild.files.apart import answer, apart

#: What a cell of a workbook may hold; an empty one holds "".
Cell = str | float | bool | date | datetime | time | timedelta
Sheets = dict[str, list[list[Cell]]]


def cells_of(content: bytes, unpacked: int) -> Sheets:
    """The sheets of a workbook of so many bytes, by name; ApartError if it is damaged or wants too much memory."""
    found: Sheets = apart(__name__, content, unpacked)
    return found


def _read(content: bytes) -> Sheets:
    import python_calamine

    workbook = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
    sheets = {n: workbook.get_sheet_by_name(n) for n in workbook.sheet_names}
    return {name: list[list[Cell]](sheet.to_python(skip_empty_area=False)) for name, sheet in sheets.items()}


if __name__ == "__main__":
    import python_calamine

    answer(_read, (python_calamine.CalamineError, OSError))
