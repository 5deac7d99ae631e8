"""The tables of HURIDOCS' Event Standard Formats: which file is which, and what refers to what.

Their fields stand in ontology/words/esf.toml.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypedDict

from graphbuild import vocabulary
from graphbuild.errors import CellError, Problem
from graphbuild.files.csvfiles import CsvTable, header_of, read_csv
from graphbuild.files.intake import InputError, form_of
from graphbuild.staged import Staged, mark

#: The tables that others refer to, first.
ORDER = ("person", "event", "act", "involvement", "information", "intervention")

Cells = dict[str, str]


@dataclass
class Book:
    """The tables of one database, by entity, and the record numbers that rows may refer to."""

    tables: dict[str, CsvTable] = field(default_factory=dict)
    rows: dict[str, dict[str, Cells]] = field(default_factory=dict)

    def find(self, entity: str, column: str, cells: Cells) -> Cells:
        """The row that a cell names; raises CellError if there is none."""
        number = cells.get(column, "")
        if number not in self.rows.get(entity, {}):
            if not number:
                raise CellError("the cell is empty", f"write the record number of the {entity}", column)
            remedy = f"load the folder that holds {entity}.csv with that record"
            raise CellError(f"is not in {entity}.csv", remedy, column)
        return self.rows[entity][number]


class Fields(TypedDict):
    """The fields of a table that are used, and those that are known and not used."""

    used: list[str]
    unused: list[str]


@cache
def fields() -> dict[str, Fields]:
    """The fields of each table, by its entity."""
    return vocabulary.listed(dict[str, Fields], "esf")


def entity_of(path: Path) -> str:
    """Which table a file is, by its first column; an empty text if it is none."""
    if not path.is_file() or form_of(path) != "text":
        return ""
    first = (header_of(path) or [""])[0]
    key = first.removesuffix("_record_number")
    return key if key != first and key in fields() else "supporting_docs_meta" if first == "doc_id" else ""


def read_tables(path: Path, staged: Staged) -> Book:
    """The tables of a folder, or one; raises InputError if a file is no table or one table is there twice."""
    book = Book()
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    for file in (f for f in files if f.suffix.casefold() == ".csv" or f == path):
        entity = entity_of(file)
        if not entity or entity in book.tables:
            why = f"is a second table of {entity}s" if entity else "is no table of the Event Standard Formats"
            raise InputError(file, why, "take it out of the folder")
        staged.files.append(mark(file))
        table = book.tables[entity] = read_csv(file, staged.source)
        staged.problems += table.problems + _unknown_columns(entity, table, staged)
        book.rows[entity] = _numbered(entity, table, staged)
    return book


def _unknown_columns(entity: str, table: CsvTable, staged: Staged) -> list[Problem]:
    known = fields()[entity]
    unused = [name for name in table.header if name in known["unused"]]
    if unused:
        staged.remarks.append(f"{table.file}, columns not used: " + ", ".join(unused))
    message = f"is no field of {entity} in the Event Standard Formats"
    return [
        Problem(staged.source, table.file, 1, name or None, None, message, "rename it to the field it is, or remove it")
        for name in table.header
        if name not in known["used"] + known["unused"]
    ]


def _numbered(entity: str, table: CsvTable, staged: Staged) -> dict[str, Cells]:
    key, found = table.header[0] if table.header else "", dict[str, Cells]()
    for row in table.rows if entity in ORDER else ():
        number = row.cells.get(key, "")
        if not number or number in found:
            message = "stands in another row already" if number else "the cell is empty"
            problem = Problem(
                staged.source, table.file, row.number, key, number, message, "give each row its own number"
            )
            staged.problems.append(problem)
        found[number] = row.cells
    return found
