"""Decisions of people on what was found uncertain: a CSV file, filled in from the answer to a question.

The file is a source like any other: loading it applies the decisions, removing
it undoes them. Rows whose `decision` is empty are left for later.
"""

from __future__ import annotations

import re
from pathlib import Path

from graphbuild import vocabulary
from graphbuild.csvfiles import Row, header_of, read_csv
from graphbuild.errors import Problem
from graphbuild.records import dated
from graphbuild.staged import LeftOut, Staged, mark
from graphbuild.terms import A, Triple, literal, term, thing

NEEDED = ("record", "recommendation", "decision")
USED = (*NEEDED, "decided_by", "date", "reason")
#: What the question `joins` prints beside them, for the person who decides.
CONTEXT = ("status", "score", "method", "state", "cycle", "recommending_state", "text", "candidate")

_ID = re.compile(r"[^\s/]+(?:/[^\s/]+)+")


def is_decisions(path: Path) -> bool:
    """A CSV file with the columns record, recommendation and decision."""
    return path.is_file() and set(NEEDED) <= set(header_of(path))


def read_decisions(path: Path) -> Staged:
    """Read a file of decisions; raises nothing, since every fault is a problem of its row."""
    slug = re.sub(r"[^a-z0-9]+", "-", path.stem.casefold()).strip("-")
    name = "decisions-" + (slug.removeprefix("decisions").strip("-") or "all")
    staged = Staged(name, "decisions", f"Decisions: {path.stem}", [mark(path)])
    table = read_csv(path, staged.source)
    staged.problems += table.problems + _unknown_columns(table.file, table.header, staged.source)
    staged.read = len(table.rows)
    for row in table.rows:
        _read_row(row, table.file, staged)
    return staged


def _unknown_columns(file: str, header: list[str], source: str) -> list[Problem]:
    remedy = "remove or rename it; the columns are " + ", ".join((*USED, *CONTEXT))
    unknown = [name for name in header if name not in (*USED, *CONTEXT)]
    return [Problem(source, file, 1, name, None, "the column is not known", remedy) for name in unknown]


def _read_row(row: Row, file: str, staged: Staged) -> None:
    cells = row.cells
    if not cells["decision"]:
        staged.left_out.append(LeftOut(f"row {row.number}", cells["record"], "not decided yet"))
        return
    found = _faults(row)
    staged.problems += [Problem(staged.source, file, row.number, c, cells.get(c), m, r) for c, m, r in found]
    if not found:
        staged.say(_statements(cells, staged.source, f"{file}:{row.number}"))
        staged.loaded += 1


def _faults(row: Row) -> list[tuple[str, str, str]]:
    """Column, what is wrong with its cell, what to do."""
    found = []
    for column in ("record", "recommendation"):
        if not _ID.fullmatch(row.cells[column]):
            found.append((column, "is not an id", "copy it from the answer to `graphbuild query joins`"))
    if row.cells["decision"].casefold() not in vocabulary.concepts()["verdict"]:
        found.append(("decision", "is not a decision", "write same or different, or leave it empty"))
    try:
        dated(term("x"), "date", row.cells.get("date", ""))
    except ValueError:
        found.append(("date", "is not a date", "write it as 2026-11-30"))
    return found


def _statements(cells: dict[str, str], source: str, place: str) -> list[Triple]:
    subject = thing("decision", source, cells["record"], cells["recommendation"])
    said: list[Triple] = [
        (subject, A, term("Decision")),
        (subject, term("row"), literal(place)),
        (subject, term("onRecord"), thing("record", cells["record"])),
        (subject, term("onRecommendation"), thing("recommendation", cells["recommendation"])),
        (subject, term("verdict"), vocabulary.concepts()["verdict"][cells["decision"].casefold()]),
        *dated(subject, "date", cells.get("date", "")),
    ]
    if cells.get("decided_by"):
        said.append((subject, term("decidedBy"), literal(cells["decided_by"])))
    if cells.get("reason"):
        said.append((subject, term("note"), literal(cells["reason"], "en")))
    return said
