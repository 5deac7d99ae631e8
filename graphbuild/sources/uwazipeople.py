"""Entities of Uwazi that are persons, as the CSV files Uwazi imports: one row each, the title is the name.

A column is a label of a property; `__en` after it is the language of its values,
`|` stands between several values, and a geolocation is latitude|longitude. See
https://github.com/huridocs/uwazi/wiki/Import-CSV. Other tables of
persons that have a column name instead of title are read the same way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graphbuild import vocabulary
from graphbuild.errors import Problem
from graphbuild.files.csvfiles import CsvTable, Row, header_of, read_csv
from graphbuild.files.intake import InputError, called, form_of
from graphbuild.plurals import number_of
from graphbuild.said.people import (
    Individual,
    Spelling,
    citizen_of,
    individual_statements,
    person_iri,
    register_statements,
    understood,
)
from graphbuild.said.records import Paper
from graphbuild.staged import Staged, mark
from graphbuild.terms import slug, thing

_LANGUAGE = re.compile(r"(?P<label>.+?)__(?P<language>[a-z]{2,3})")


@dataclass(frozen=True)
class Column:
    """A column of the table: its heading, the label in plain words, and the language of its values."""

    heading: str
    label: str
    language: str


def columns_of(header: list[str]) -> list[Column]:
    """The columns of a table by heading.

    >>> columns_of(["Title__es"])[0]
    Column(heading='Title__es', label='title', language='es')
    """
    found = []
    for heading in header:
        match = _LANGUAGE.fullmatch(heading)
        label, language = (match["label"], match["language"]) if match else (heading, "")
        found.append(Column(heading, " ".join(label.replace("_", " ").casefold().split()), language))
    return found


def is_uwazipeople(path: Path) -> bool:
    """A CSV file with titles, or names, and columns that only persons have."""
    if not path.is_file() or form_of(path) != "text":
        return False
    labels = {c.label for c in columns_of([h.strip() for h in header_of(path)])}
    title, *names = _labels("name")
    return len(labels & _personal()) >= (1 if title in labels else 2 if labels & {*names} else 99)


@cache
def _labels(*kinds: str) -> tuple[str, ...]:
    """The labels of the columns that hold something of these kinds, such as `born`."""
    return tuple(label for kind in kinds for label in vocabulary.listed(list[str], "persons", kind))


@cache
def _personal() -> frozenset[str]:
    """Labels that only persons have: of these one beside a title, or two beside a name, make a table of persons."""
    return frozenset(_labels("born", "died", "citizenship", "personal"))


def read_uwazipeople(path: Path) -> Staged:
    """Read a table: every row becomes a protected person."""
    if form_of(path) != "text":
        raise InputError(path, f"is {called(form_of(path))}, not a CSV file", "export the entities as CSV")
    name = slug(path.stem, "persons")
    staged = Staged(f"uwazipeople-{name}", "table of persons", "Table of persons", [mark(path)])
    table = read_csv(path, staged.source)
    staged.problems, staged.read = list(table.problems), len(table.rows)
    columns = columns_of(table.header)
    staged.problems += _bad(table, columns, staged.source)
    if staged.problems:
        return staged
    paper = Paper("database", staged.title, sha256=staged.files[0].sha256)
    staged.say(register_statements(staged.source, paper))
    for row in table.rows:
        found = _individual(row, columns, table.file, staged.source)
        staged.say(individual_statements(found, staged.source, thing("document", staged.source)))
        staged.loaded += 1
    staged.remarks += _remarks(table, columns)
    return staged


def _titled(columns: list[Column]) -> list[Column]:
    """The columns that hold the name: titles, or else names."""
    return next((found for label in _labels("name") if (found := [c for c in columns if c.label == label])), [])


def _bad(table: CsvTable, columns: list[Column], source: str) -> list[Problem]:
    titles = _titled(columns)
    if not titles and table.header:
        remedy = "call the column that holds the names title"
        return [Problem(source, table.file, 1, "title", None, "there is no column with names", remedy)]
    nameless = [row.number for row in table.rows if not any(row.cells[c.heading] for c in titles)]
    message, remedy = "the cell is empty", "write the name, or delete the row"
    return [Problem(source, table.file, number, titles[0].heading, "", message, remedy) for number in nameless]


def _individual(row: Row, columns: list[Column], file: str, source: str) -> Individual:
    """A row as a person. The key is the row: a number or name in it would tell who it is."""
    titles = _titled(columns)

    def values(kind: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(v for c in columns if c.label in _labels(kind) for v in _split(c, row)))

    citizenship = values("citizenship")
    used = _labels("born", "died", "citizenship")
    return Individual(
        person_iri(source, str(row.number)),
        f"{file}:{row.number}",
        tuple(Spelling(row.cells[c.heading], c.language) for c in titles if row.cells[c.heading]),
        values("born"),
        values("died"),
        citizenship,
        citizen_of(citizenship),
        fields=tuple(
            (c.heading, v) for c in columns if c not in titles and c.label not in used for v in _split(c, row)
        ),
    )


def _split(column: Column, row: Row) -> list[str]:
    """The values of a cell; a place on the map is one value."""
    cell = row.cells[column.heading]
    if column.label.endswith("geolocation"):
        return [cell] if cell else []
    return [value.strip() for value in cell.split("|") if value.strip()]


def _remarks(table: CsvTable, columns: list[Column]) -> list[str]:
    dated = [c for c in columns if c.label in _labels("born", "died")]
    vague = [row.number for row in table.rows for c in dated for v in _split(c, row) if not understood([v])]
    return [
        f"{number_of(len(table.rows), 'person')}, all protected (S2); equal names in two rows stay two persons",
        *([f"dates in no form we know, kept as written: rows {', '.join(map(str, vague))}"] if vague else []),
    ]
