"""An answer as a workbook (XLSX), which a spreadsheet opens as it is, in whatever language it is set to.

A text is a text there: nothing in it is taken for a formula, a number, a day or an address.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from io import BytesIO

import xlsxwriter

from graphbuild.errors import GraphbuildError

#: What a sheet holds, with its header, and a cell, in units of UTF-16.
MOST_ROWS = 1_048_576
LONGEST = 32_767
_WIDEST = 60
#: No time of making, so that the same answer has the same bytes.
_MADE = datetime(1980, 1, 1)


def as_workbook(
    columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: AbstractSet[str] = frozenset()
) -> bytes:
    """The answer on one sheet, with a header that stays; the columns that `numbers` names hold numbers."""
    _refuse_what_does_not_fit(columns, rows)
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE})
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(columns):
            cells = [row[place] for row in rows]
            sheet.set_column(place, place, min(max(map(len, [name, *cells])) + 2, _WIDEST))
            sheet.write_string(0, place, name, bold)
            write = sheet.write_number if name in numbers else sheet.write_string
            for line, cell in enumerate(cells, start=1):
                if cell:
                    write(line, place, float(cell) if name in numbers else cell)
    return file.getvalue()


def _refuse_what_does_not_fit(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if len(rows) >= MOST_ROWS:
        raise GraphbuildError(f"{len(rows):,} rows are more than a workbook holds; ask for less, or name the file .csv")
    for number, row in enumerate(rows, start=1):
        for name, cell in zip(columns, row, strict=True):
            if len(cell.encode("utf-16-le")) > 2 * LONGEST:
                raise GraphbuildError(
                    f"row {number}, {name}: {len(cell):,} characters are more than a cell of a workbook holds "
                    f"({LONGEST:,}); leave the column out with --columns, or name the file .csv"
                )
