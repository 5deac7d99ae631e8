"""UPR Info's export of recommendations and voluntary pledges, as downloaded (XLS) or saved as CSV or XLSX.

The export of 2014 is Mac Roman with CR line ends, with HTML entities in a few
cells and one row per recommending state. It has no paragraph numbers: a
recommendation is known by its review and its text until a report joins it.
"""

from __future__ import annotations

import html
from collections import Counter
from pathlib import Path

from graphbuild.errors import CellError, Problem
from graphbuild.files.csvfiles import CsvTable, Row
from graphbuild.files.intake import InputError
from graphbuild.files.rows import headers, read_rows
from graphbuild.plurals import number_of
from graphbuild.said import uprwords
from graphbuild.said.records import (
    Answer,
    Paper,
    Record,
    Review,
    paper_statements,
    pledge_statements,
    record_statements,
    review_statements,
)
from graphbuild.said.uprwords import meaning, pledge, unknown
from graphbuild.staged import Staged, mark
from graphbuild.terms import Term, slug, thing

#: The two headers seen; both mean the same columns in the same order.
HEADERS = (
    ["To", "To-Rgrp", "To-Org", "Text", "From", "From-Rgrp", "From-Org", "Response", "Action", "Issue", "Session"],
    ["SuR", "Rgrp", "Org", "Recommendation", "RS", "Rgrp", "Org", "Response", "Action", "Issue", "Session"],
)
#: So many columns of an export betray one, whatever became of the others.
ENOUGH = 6
UNUSED = ("To-Rgrp", "To-Org", "From-Rgrp", "From-Org")


def is_uprinfo(path: Path) -> bool:
    """A table with one of UPR Info's headers."""
    return path.is_file() and _sheet(path) is not None


def _sheet(path: Path) -> str | None:
    """The sheet with such a table; one whose columns were renamed or removed is still one, and told so."""
    return next((name for name, header in headers(path).items() if _shared(header) >= ENOUGH), None)


def _shared(header: list[str]) -> int:
    return len({*header} & {*_nearest(header)})


def _nearest(header: list[str]) -> list[str]:
    return max(HEADERS, key=lambda known: len({*known} & {*header}))


def _changed_columns(path: Path, staged: Staged) -> list[Problem]:
    header = headers(path)[_sheet(path) or ""]
    known = _nearest(header)
    if header in HEADERS:
        return []
    strange = [(name, "the column is not known", "rename it back") for name in header if name not in known]
    missing = [(name, "the column is missing", "download the export again") for name in known if name not in header]
    moved = [(None, "the columns stand in another order", "download the export again")]
    return [
        Problem(staged.source, path.name, 1, name, None, message, f"{remedy}; the columns are {', '.join(known)}")
        for name, message, remedy in [*strange, *missing] or moved
    ]


def read_uprinfo(path: Path) -> Staged:
    """Read an export: every row becomes a record, or the file is refused with its bad rows.

    Raises InputError if the file is damaged or in another encoding.
    """
    name = "uprinfo-" + slug(path.stem, "export")
    staged = Staged(name, "UPR Info export", f"UPR Info export {path.stem}", [mark(path)])
    if _sheet(path) is None:
        raise InputError(path, "has no table with the columns of an export", "load it without --as")
    if changed := _changed_columns(path, staged):
        staged.problems += changed
        return staged
    table = read_rows(path, staged.source, HEADERS[0], _sheet(path) or "", old=True)
    staged.problems += table.problems
    staged.read = len(table.rows)
    document = thing("document", staged.source)
    paper = Paper("database", staged.title, sha256=staged.files[0].sha256)
    staged.say(paper_statements(document, staged.source, paper))
    for row in table.rows:
        _read_row(row, table, document, staged)
    staged.remarks += _remarks(table)
    return staged


def _read_row(row: Row, table: CsvTable, document: Term, staged: Staged) -> None:
    cells = {name: html.unescape(value) for name, value in row.cells.items()}
    try:
        record = _record(cells, str(row.number))
        staged.say(review_statements(record.review))
        if record.answer:
            staged.say(record_statements(record, staged.source, table.file, document))
        else:
            staged.say(pledge_statements(record, table.file, document))
        staged.loaded += 1
    except CellError as error:
        staged.complain(table.file, row.number, error, cells)


def _record(cells: dict[str, str], row: str) -> Record:
    """What a row says; a voluntary pledge has no answer."""
    recommender = "" if cells["From"] == unknown() else meaning(cells, "From", uprwords.state)
    return Record(
        Review(meaning(cells, "To", uprwords.state), meaning(cells, "Session", uprwords.session)),
        meaning(cells, "Text", uprwords.text),
        row,
        states=(recommender,) if recommender else (),
        recommenders=(cells["From"],),
        answer=_answer(cells),
        issues=meaning(cells, "Issue", _issues),
        action=meaning(cells, "Action", uprwords.action),
    )


def _answer(cells: dict[str, str]) -> Answer | None:
    word, known = cells["Response"], uprwords.responses("export")
    if word == pledge() and cells["From"] != cells["To"]:
        message = "a voluntary pledge is made by the State under review"
        raise CellError(message, "correct one of the two states", "From")
    if word not in (pledge(), *known):
        raise CellError("is not a response we know", "use " + ", ".join([*known, pledge()]), "Response")
    return Answer(known[word], word, "final") if word in known else None


def _issues(cell: str) -> tuple[Term, ...]:
    return uprwords.issues([word.strip() for word in cell.split(",") if word.strip()])


def _remarks(table: CsvTable) -> list[str]:
    count = Counter(row.cells["Response"] for row in table.rows)
    reviewed = {row.cells["To"] for row in table.rows}
    made = (row.cells["From"] for row in table.rows if row.cells["Response"] != pledge())
    recommending = set(map(html.unescape, made)) - {unknown()}
    double = len(table.rows) - len({tuple(row.cells.values()) for row in table.rows})
    answers = ", ".join(f"{number:,} {word.lower()}" for word, number in sorted(count.items())) or "no rows"
    twice = f"{number_of(double, 'row stands', 'rows stand')} there twice; said once"
    states = f"{number_of(len(reviewed), 'state')} under review, {number_of(len(recommending), 'recommending state')}"
    return [
        f"{answers}; {states}",
        *([twice] if double else []),
        "columns not used: " + ", ".join(UNUSED) + " (groups stand in the reference data)",
    ]
