"""Decisions of people on what was found uncertain: a table, filled in from the answer to a question.

The file is a source like any other: loading it applies the decisions, removing
it undoes them. Rows whose `decision` is empty are left for later.
"""

from __future__ import annotations

import re
from pathlib import Path

from graphbuild import vocabulary
from graphbuild.errors import Problem
from graphbuild.files.csvfiles import CsvTable, Row, read_csv
from graphbuild.files.intake import InputError
from graphbuild.files.rows import headers, read_rows
from graphbuild.files.workbooks import is_workbook
from graphbuild.said.records import dated
from graphbuild.staged import LeftOut, Staged, mark
from graphbuild.terms import A, Triple, literal, slug, term, thing

#: The two forms of such a file: what a record speaks of, and what repeats what. Of each, the two
#: columns that name things, the kinds of the things, their properties, and the scheme of the decision.
FORMS = {
    "joins": (("record", "recommendation"), ("record", "recommendation"), ("onRecord", "onRecommendation"), "verdict"),
    "repetitions": (
        ("earlier", "later"),
        ("recommendation", "recommendation"),
        ("earlierMade", "laterMade"),
        "repetition-kind",
    ),
}
USED = ("decision", "decided_by", "date", "reason")
#: What the questions print beside these, for the person who decides.
CONTEXT = {
    "joins": ("status", "score", "method", "state", "cycle", "recommending_state", "text", "candidate"),
    "repetitions": ("status", "score", "kind", "state", "same_state", "earlier_position", "later_position",
                    "earlier_text", "later_text"),
}

_ID = re.compile(r"[^\s/]+(?:/[^\s/]+)+")


def is_decisions(path: Path) -> bool:
    """A CSV file or workbook with the column `decision` and those of one of the two questions."""
    return path.is_file() and any(map(_form, list(headers(path).values())[:1]))


def _form(header: list[str]) -> str:
    return next((form for form, (named, *_) in FORMS.items() if {*named, "decision"} <= set(header)), "")


def read_decisions(path: Path) -> Staged:
    """Read a file of decisions; every fault is a problem of its row.

    Raises InputError if the columns are those of neither question.
    """
    name = "decisions-" + (slug(path.stem).removeprefix("decisions").strip("-") or "all")
    staged = Staged(name, "decisions", f"Decisions: {path.stem}", [mark(path)])
    table = (read_rows if is_workbook(path) else read_csv)(path, staged.source)
    form = _form(table.header)
    if not form:
        raise InputError(path, "has not the columns of a file of decisions", "make it with `graphbuild query joins`")
    staged.problems += table.problems + _unknown_columns(table, form, staged.source)
    staged.problems += _at_odds(table, form, staged.source)
    staged.read = len(table.rows)
    for row in table.rows:
        _read_row(row, form, table.file, staged)
    return staged


def _unknown_columns(table: CsvTable, form: str, source: str) -> list[Problem]:
    known = (*FORMS[form][0], *USED, *CONTEXT[form])
    remedy = "remove or rename it; the columns are " + ", ".join(known)
    unknown = [name for name in table.header if name not in known]
    return [Problem(source, table.file, 1, name, None, "the column is not known", remedy) for name in unknown]


def _at_odds(table: CsvTable, form: str, source: str) -> list[Problem]:
    """Rows that decide otherwise what a row before them decides."""
    first: dict[tuple[str, ...], Row] = {}
    found = list[Problem]()
    for row in (row for row in table.rows if row.cells["decision"]):
        before = first.setdefault(tuple(row.cells[column] for column in FORMS[form][0]), row)
        one, other = before.cells["decision"], row.cells["decision"]
        if one.casefold() != other.casefold():
            message = f"row {before.number} decides the same pair as {one!r}"
            found.append(Problem(source, table.file, row.number, "decision", other, message, "keep one of the two"))
    return found


def _read_row(row: Row, form: str, file: str, staged: Staged) -> None:
    cells = row.cells
    if not cells["decision"]:
        staged.left_out.append(LeftOut(f"row {row.number}", cells[FORMS[form][0][0]], "not decided yet"))
        return
    found = _faults(row, form)
    staged.problems += [Problem(staged.source, file, row.number, c, cells.get(c), m, r) for c, m, r in found]
    if not found:
        staged.say(_statements(cells, form, staged.source, f"{file}:{row.number}"))
        staged.loaded += 1


def _faults(row: Row, form: str) -> list[tuple[str, str, str]]:
    """Column, what is wrong with its cell, what to do."""
    named, _, _, scheme = FORMS[form]
    remedy = f"copy it from the answer to `graphbuild query {form}`"
    found = [(column, "is not an id", remedy) for column in named if not _ID.fullmatch(row.cells[column])]
    if row.cells["decision"].casefold() not in vocabulary.concepts()[scheme]:
        words = ", ".join(vocabulary.notations(scheme))
        found.append(("decision", "is not a decision", f"write one of {words}, or leave it empty"))
    try:
        dated(thing("decision"), "date", row.cells.get("date", ""))
    except ValueError:
        found.append(("date", "is not a date", "write it as 2026-11-30"))
    return found


def _statements(cells: dict[str, str], form: str, source: str, place: str) -> list[Triple]:
    named, kinds, properties, scheme = FORMS[form]
    subject = thing("decision", source, *(cells[column] for column in named))
    said: list[Triple] = [
        (subject, A, term("Decision")),
        (subject, term("row"), literal(place)),
        (subject, term("verdict"), vocabulary.concepts()[scheme][cells["decision"].casefold()]),
        *dated(subject, "date", cells.get("date", "")),
    ]
    for column, kind, property_ in zip(named, kinds, properties, strict=True):
        said.append((subject, term(property_), thing(kind, cells[column])))
    if cells.get("decided_by"):
        said.append((subject, term("decidedBy"), literal(cells["decided_by"])))
    if cells.get("reason"):
        said.append((subject, term("note"), literal(cells["reason"], "en")))
    return said
