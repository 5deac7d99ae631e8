"""UPR Info's CSV export of recommendations and voluntary pledges, as downloaded.

The export of 2014 is Mac Roman with CR line ends, with HTML entities in a few
cells and one row per recommending state. It has no paragraph numbers: a
recommendation is known by its review and its text until a report joins it.
"""

from __future__ import annotations

import csv
import html
import re
from collections import Counter
from functools import cache
from pathlib import Path

from graphbuild import resources, vocabulary
from graphbuild.csvfiles import CsvTable, Row, header_of, read_csv
from graphbuild.errors import Problem
from graphbuild.staged import Staged, mark
from graphbuild.terms import A, Term, Triple, digest, literal, term, thing

#: The two headers seen; both mean the same columns in the same order.
HEADERS = (
    ["To", "To-Rgrp", "To-Org", "Text", "From", "From-Rgrp", "From-Org", "Response", "Action", "Issue", "Session"],
    ["SuR", "Rgrp", "Org", "Recommendation", "RS", "Rgrp", "Org", "Response", "Action", "Issue", "Session"],
)
#: UPR Info's words for the answer, and ours.
RESPONSES = {"Accepted": "accepted", "Noted": "noted"}
PLEDGE = "Voluntary Pledge"
UNKNOWN = "(Unknown)"
UNUSED = ("To-Rgrp", "To-Org", "From-Rgrp", "From-Org")

_MAC = "mac_roman"
#: In Mac Roman these bytes are capitals and signs: inside a word, or alone, they betray Windows-1252.
_WINDOWS = re.compile(rb"[A-Za-z][\xe0-\xff]|\s[\xe0-\xff]\s")


class _RowError(ValueError):
    def __init__(self, column: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.column, self.remedy = column, remedy


def is_uprinfo(path: Path) -> bool:
    """A CSV file with one of UPR Info's headers."""
    return (path.is_file() and header_of(path, _MAC) in HEADERS) or _has_bom(path)


def _has_bom(path: Path) -> bool:
    return path.is_file() and header_of(path) in HEADERS


def read_uprinfo(path: Path) -> Staged:
    """Read an export: every row becomes a record, or the file is refused with its bad rows."""
    staged = Staged("uprinfo-" + _slug(path.stem), "UPR Info export", f"UPR Info export {path.stem}", [mark(path)])
    encoding = _encoding(path, staged)
    table = read_csv(path, staged.source, encoding, HEADERS[0])
    staged.problems += table.problems
    staged.read = len(table.rows)
    document = thing("document", staged.source)
    staged.say(_document(document, staged))
    for row in table.rows:
        _read_row(row, table, document, staged)
    staged.remarks += _remarks(table)
    return staged


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") or "export"


def _encoding(path: Path, staged: Staged) -> str:
    content = path.read_bytes()
    try:
        content.decode("utf-8")
        return "utf-8-sig"
    except UnicodeDecodeError:
        if found := _WINDOWS.search(content):
            staged.problems.append(
                Problem(
                    staged.source,
                    path.name,
                    None,
                    None,
                    None,
                    f"byte {found.start() + 1} is neither Mac Roman, as UPR Info exports, nor UTF-8",
                    "save the file as CSV UTF-8",
                )
            )
        return _MAC


def _read_row(row: Row, table: CsvTable, document: Term, staged: Staged) -> None:
    cells = {name: html.unescape(value) for name, value in row.cells.items()}
    try:
        staged.say(_statements(cells, row.number, document, staged.source, f"{table.file}:{row.number}"))
        staged.loaded += 1
    except _RowError as error:
        staged.problems.append(
            Problem(staged.source, table.file, row.number, error.column, cells[error.column], str(error), error.remedy)
        )


def _statements(cells: dict[str, str], number: int, document: Term, source: str, place: str) -> list[Triple]:
    reviewed, session = _state(cells, "To"), _session(cells)
    code = _code(reviewed)
    text = " ".join(cells["Text"].split())
    if not text:
        raise _RowError("Text", "the cell is empty", "write the text of the recommendation")
    key = f"{code}/{session[1]}/u-{digest(code, session[0], text)}"
    review = thing("review", code, session[1])
    said = _review(review, reviewed, session)
    about = _pledge(key, cells) if cells["Response"] == PLEDGE else _record(key, cells, source)
    subject = about[0][0]
    said += about
    said += [
        (subject, term("inReview"), review),
        (subject, term("text"), literal(text, "en")),
        (subject, term("saidIn"), document),
        (subject, term("row"), literal(place)),
    ]
    said += [(subject, term("issue"), issue) for issue in _issues(cells)]
    return [*said, (subject, term("action"), _action(cells))] if cells["Action"] else said


def _record(key: str, cells: dict[str, str], source: str) -> list[Triple]:
    recommender = None if cells["From"] == UNKNOWN else _state(cells, "From")
    subject = thing("record", source, f"{key}-{_code(recommender) if recommender else 'unknown'}")
    said: list[Triple] = [
        (subject, A, term("Record")),
        (subject, term("recordOf"), thing("recommendation", key)),
        (subject, term("recommenderAsWritten"), literal(cells["From"])),
        (subject, term("position"), _position(cells)),
        (subject, term("recordedAs"), literal(cells["Response"])),
        (subject, term("stage"), thing("stage", "final")),
    ]
    return [*said, (subject, term("recommendedBy"), recommender)] if recommender else said


def _pledge(key: str, cells: dict[str, str]) -> list[Triple]:
    if cells["From"] != cells["To"]:
        raise _RowError("From", "a voluntary pledge is made by the State under review", "correct one of the two states")
    return [(thing("pledge", key), A, term("VoluntaryPledge"))]


def _review(review: Term, reviewed: Term, session: tuple[str, str]) -> list[Triple]:
    return [
        (review, A, term("Review")),
        (review, term("reviewOf"), reviewed),
        (review, term("inSession"), thing("session", session[0])),
        (review, term("inCycle"), thing("cycle", session[1])),
    ]


def _state(cells: dict[str, str], column: str) -> Term:
    found = vocabulary.state(cells[column])
    if not found:
        raise _RowError(column, "is not a state we know", "add the spelling to other_names in data/world/states.csv")
    return found


def _code(state: Term) -> str:
    return state.removesuffix(">").rpartition("/")[2]


def _session(cells: dict[str, str]) -> tuple[str, str]:
    number = cells["Session"].removesuffix(".0")
    if number not in _cycles():
        raise _RowError("Session", "is not a session we know", f"write a number from 1 to {len(_cycles())}")
    return number, _cycles()[number]


@cache
def _cycles() -> dict[str, str]:
    with (resources.WORLD / "sessions.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["session"]: row["cycle"] for row in csv.DictReader(file)}


def _position(cells: dict[str, str]) -> Term:
    if cells["Response"] not in RESPONSES:
        raise _RowError("Response", "is not a response we know", "use " + ", ".join([*RESPONSES, PLEDGE]))
    return thing("position", RESPONSES[cells["Response"]])


def _action(cells: dict[str, str]) -> Term:
    number = cells["Action"].removesuffix(".0")
    found = vocabulary.concepts()["action"].get(number)
    if not found:
        raise _RowError("Action", "is not an action category", "write a number from 1 to 5")
    return found


def _issues(cells: dict[str, str]) -> list[Term]:
    words = [word.strip() for word in cells["Issue"].split(",") if word.strip()]
    known = vocabulary.concepts()["issue"]
    for word in words:
        if word.casefold() not in known:
            raise _RowError("Issue", f"{word!r} is not an issue we know", "add it to ontology/schemes/issues.ttl")
    return [known[word.casefold()] for word in words]


def _document(document: Term, staged: Staged) -> list[Triple]:
    return [
        (document, A, term("Document")),
        (document, term("kind"), thing("document-kind", "database")),
        (document, term("dcterms:identifier"), literal(staged.source)),
        (document, term("dcterms:title"), literal(staged.title, "en")),
        (document, term("sha256"), literal(staged.files[0].sha256)),
    ]


def _remarks(table: CsvTable) -> list[str]:
    count = Counter(row.cells["Response"] for row in table.rows)
    reviewed = {row.cells["To"] for row in table.rows}
    recommending = {html.unescape(row.cells["From"]) for row in table.rows if row.cells["Response"] != PLEDGE} - {
        UNKNOWN
    }
    double = len(table.rows) - len({tuple(row.cells.values()) for row in table.rows})
    answers = ", ".join(f"{number:,} {word.lower()}" for word, number in sorted(count.items()))
    twice = f"{double} row{'s stand' if double > 1 else ' stands'} there twice; said once"
    return [
        f"{answers}; {len(reviewed)} states under review, {len(recommending)} recommending states",
        *([twice] if double else []),
        "columns not used: " + ", ".join(UNUSED) + " (groups stand in the reference data)",
    ]
