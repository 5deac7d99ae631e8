"""Workbooks, XLSX and XLS: their sheets as rows of cells, and a cell as text."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from graphbuild.files.apart import ApartError
from graphbuild.files.cells import Cell, Sheets, cells_of
from graphbuild.files.containers import ContainerError, check_container
from graphbuild.files.intake import InputError, called, form_of, open_office, weigh

#: Cells between the first and the last of a sheet, empty ones included.
CELLS = 20_000_000
_CELL = re.compile(rb'<(?:\w+:)?c\s[^<>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')


def is_workbook(path: Path) -> bool:
    """Whether a file is an XLSX or XLS workbook, by content."""
    return path.is_file() and form_of(path) in ("xlsx", "xls")


def read_sheets(path: Path) -> Sheets:
    """The sheets of an XLSX or XLS workbook by name, as rows of cells: str, float, bool, date, datetime, or "".

    The first row of the list is row 1 of the sheet. Raises InputError if the workbook is damaged or hostile.
    """
    weigh(path)
    status = path.stat()
    return _sheets_of(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)
def _sheets_of(path: Path, _changed: int, _size: int) -> Sheets:
    """Read once, though every kind of table looks at the header to know whether it is its own."""
    if form_of(path) == "xlsx":
        with open_office(path) as archive:
            _refuse_vast(path, archive)
            unpacked = sum(part.file_size for part in archive.infolist())
        content = path.read_bytes()
    elif form_of(path) == "xls":
        content = _whole(path, path.read_bytes())
        unpacked = len(content)
    else:
        raise InputError(path, f"is {called(form_of(path))}, not a workbook", "save it as XLSX")
    try:
        return cells_of(content, unpacked)
    except ApartError as error:
        raise InputError(path, f"the workbook cannot be read ({error})", "save it anew as XLSX") from error


def _whole(path: Path, content: bytes) -> bytes:
    """The container of an XLS file, followed to its ends; some databases leave the last part short."""
    try:
        check_container(content)
    except ContainerError as error:
        raise InputError(path, f"the workbook is damaged ({error})", "download it again, or save it as XLSX") from error
    return content + bytes(-len(content) % 4096)


def _refuse_vast(path: Path, archive: zipfile.ZipFile) -> None:
    """A single cell in the last row and column makes a sheet of 17 thousand million cells."""
    for name in archive.namelist():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            found = _CELL.findall(archive.read(name))
            columns = {_column_number(letters) for letters, _ in found}
            rows = {int(number) for _, number in found}
            if found and max(columns) * max(rows) > CELLS:
                message = f"{name} inside it reaches to row {max(rows):,} and column {max(columns):,}"
                raise InputError(path, message, "delete the stray cells, and save it anew")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


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
