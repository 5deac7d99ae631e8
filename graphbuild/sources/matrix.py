"""Thematic lists of recommendations, as the UN human rights office makes them after each review (DOCX or XLSX).

One table: full-width rows are headings, each other row is a recommendation
with number, recommending states, position, themes, goals and affected persons.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from graphbuild import vocabulary
from graphbuild.errors import CellError, Problem, cut
from graphbuild.files import sheets, wordtables
from graphbuild.files.intake import form_of
from graphbuild.plurals import number_of
from graphbuild.said import ohchr, records
from graphbuild.said.records import Answer, Paper, Record, Review
from graphbuild.staged import Staged, mark
from graphbuild.terms import slug, thing
from graphbuild.undocuments.wording import Wording, single_spaced

NEEDED = ("text", "position")
#: Longer texts that stand alone in a row are no headings, in characters.
LONGEST_HEADING = 200

_TITLE = re.compile(
    r"UPR\s++of\s++(?:the\s++)?(?P<state>.{1,100}?)\s*+"
    r"\((?P<cycle>\d)\w{2}\s+cycle\s*+[-–—,]?\s*+(?P<session>\d{1,2})\w{2}\s+session\)",
    re.I,
)
_FILE_NAME = re.compile(r"UPR[ _-]?(\d{1,2})[ _-]+(.+)", re.I)
_HEADING_KIND = re.compile(r"^(?:Themes?|Right or area|Rights?|Area)\s*:\s*", re.I)
#: From the spaces before it on; it begins a line.
_COMMENT = re.compile(r"(?<!\s)(?:\A|[^\S\n]*+\n)\s*+Comments?\s*:\s*(?P<comment>.*)", re.I | re.S)


@dataclass
class _Table:
    """What was found in a file: words around the table, its header, rows by number, and how many other tables."""

    around: list[str]
    header: list[str]
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    others: int = 0


@dataclass(frozen=True)
class _Row:
    """A recommendation as its row has it; `cells` are keyed by what the column holds."""

    number: int
    heading: str
    cells: dict[str, str]


def is_matrix(path: Path) -> bool:
    """A document or workbook with a table whose columns are those of a thematic list."""
    return path.is_file() and form_of(path) in ("docx", "xlsx", "xls") and _table(path) is not None


def read_matrix(path: Path) -> Staged:
    """Read a thematic list: every recommendation becomes a record, or the file is refused with its bad rows.

    Raises InputError if the file is damaged or hostile.
    """
    table = _table(path) or _Table([], [])
    review, said_by = _review(path, table)
    source = f"matrix-{review.state}-{review.cycle}".lower() if review else f"matrix-{slug(path.stem, 'list')}"
    staged = Staged(source, "thematic list", files=[mark(path)])
    staged.problems += _header_problems(path.name, table.header, staged.source)
    if not review:
        remedy = "name the file by session and state, such as UPR34_Slovenia, or put the title above the table"
        staged.problems.append(
            Problem(source, path.name, None, None, None, "does not say which review it is of", remedy)
        )
    elif not staged.problems:
        _read_rows(path, table, review, staged)
        unread = [f"not read: {number_of(table.others, 'other table')} of the document"] if table.others else []
        staged.remarks += said_by + unread
    return staged


# --- Table -----------------------------------------------------------------


def _holds(header: str) -> str:
    """What a column holds, by the beginning of its header; empty if that is not known."""
    words = single_spaced(header).casefold()
    return next((what for beginning, what in _columns().items() if words.startswith(beginning)), "")


@cache
def _columns() -> dict[str, str]:
    """What a header begins with, and what its column holds."""
    return vocabulary.listed(dict[str, str], "ohchr", "thematic_list", "columns")


@cache
def _headings() -> dict[str, str]:
    """Headings within a cell of themes, and what the lines below them hold."""
    return vocabulary.listed(dict[str, str], "ohchr", "thematic_list", "headings")


def _is_header(cells: list[str]) -> bool:
    """Two columns of a thematic list and no long text make a header, even if one was renamed."""
    held = [_holds(cell) for cell in cells if cell]
    known = set(held) - {""}
    return "text" in known and len(known) > 1 and max(map(len, cells)) < 120


def _table(path: Path) -> _Table | None:
    if form_of(path) != "docx":
        found = sheets.find_table(path, _is_header)
        return _Table(found.above, found.header, list(found.numbered())) if found else None
    tables = wordtables.read_tables(path)
    header = next((table[0] for table in tables if table and _is_header(table[0])), None)
    if header is None:
        return None
    lists = [table for table in tables if table and len(table[0]) == len(header)]
    rows = [cells for table in lists for cells in table]
    numbered = [(n, cells) for n, cells in enumerate(rows, start=1) if cells != header]
    return _Table(wordtables.read_margins(path), header, numbered, len(tables) - len(lists))


def _header_problems(file: str, header: list[str], source: str) -> list[Problem]:
    held = [_holds(name) for name in header]
    unknown = [single_spaced(n) for n, what in zip(header, held, strict=True) if n and not what]
    double = sorted({what for what in held if what and held.count(what) > 1})
    remedy = f"columns begin with: {', '.join(_columns())}"
    found = [Problem(source, file, 1, n, None, "the column is not known", remedy) for n in unknown]
    found += [Problem(source, file, 1, w, None, "two columns hold this", "remove one") for w in double]
    missing = [] if found else [w for w in NEEDED if w not in held]
    name = {"text": "Recommendation", "position": "Position"}
    return found + [Problem(source, file, 1, name[w], None, "the column is missing", "add it") for w in missing]


def _recommendations(table: _Table) -> Iterator[_Row]:
    """The rows that are recommendations, each with the heading above it."""
    heading = ""
    for number, cells in table.rows:
        filled = [cell for cell in cells if cell]
        if len(filled) == 1 and len(filled[0]) < LONGEST_HEADING and not ohchr.numbered(filled[0])[0]:
            heading = _HEADING_KIND.sub("", single_spaced(filled[0]))
        elif filled:
            yield _Row(number, heading, _by_column(table.header, cells))


def _by_column(header: list[str], cells: list[str]) -> dict[str, str]:
    """Cells by what they hold; a cell beyond the header is kept under an empty name, for a problem."""
    padded = cells + [""] * (len(header) - len(cells))
    found = {_holds(name): cell for name, cell in zip(header, padded, strict=False) if name}
    return found | {"": " ".join(filter(None, padded[len(header) :]))}


# --- Review ----------------------------------------------------------------


def _review(path: Path, table: _Table) -> tuple[Review | None, list[str]]:
    """The review, from the title around the table or else from the name of the file; and what that rests on."""
    titles = [found for words in table.around if (found := _TITLE.search(words))]
    for found in titles:
        code, session = ohchr.state_code(found["state"]), int(found["session"])
        if code and vocabulary.cycles().get(str(session)) == found["cycle"]:
            return Review(code, session), []
    name = _FILE_NAME.match(path.stem)
    code = _longest_state(name[2]) if name else ""
    if name and code and name[1].lstrip("0") in vocabulary.cycles():
        return Review(code, int(name[1])), ["state and session are taken from the name of the file"]
    return None, []


def _longest_state(words: str) -> str:
    """The state that the first words of a file name mean, the longest name first."""
    parts = re.split(r"[ _-]+", words)
    names = (" ".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((code for name in names if (code := ohchr.state_code(name))), "")


# --- Rows ------------------------------------------------------------------


def _read_rows(path: Path, table: _Table, review: Review, staged: Staged) -> None:
    document = thing("document", staged.source)
    staged.title = f"Thematic list of recommendations to {review.state}, cycle {review.cycle}"
    staged.say(records.review_statements(review))
    paper = Paper("thematic-list", staged.title, sha256=staged.files[0].sha256)
    staged.say(records.paper_statements(document, staged.source, paper))
    seen = Counter[str]()
    for row in _recommendations(table):
        staged.read += 1
        try:
            made = _records(row, review)
            _refuse_double(made[0].number, seen)
        except CellError as error:
            error.value = cut(error.value or "")
            staged.complain(path.name, row.number, error, {})
            continue
        for record in made:
            staged.say(records.record_statements(record, staged.source, path.name, document))
        staged.loaded += 1


def _refuse_double(number: str, seen: Counter[str]) -> None:
    seen[number] += 1
    if seen[number] > 1:
        raise CellError("the number stands there twice", "correct one of the two", "Recommendation", number)


def _records(row: _Row, review: Review) -> list[Record]:
    if row.cells[""]:
        raise CellError("the row has more cells than the header", "split or merge its cells", "", row.cells[""])
    place, text = ohchr.source_of_position(html.unescape(row.cells["text"]))
    comment = _COMMENT.search(text)
    number, words = ohchr.numbered(single_spaced(_COMMENT.sub("", text)))
    if not number or not words:
        message = "does not begin with a number such as 121.1"
        raise CellError(message, "write it before the text", "Recommendation", text)
    wordings, _ = ohchr.wordings_of(words, ohchr.entries(row.cells.get("states", "")))
    _refuse_unknown_states(wordings)
    notes = [comment["comment"] if comment else "", row.cells.get("note", "")]
    shared: dict[str, Any] = _tags(row) | {
        "answer": _answer(row.cells["position"]),
        "heading": row.heading,
        "place": single_spaced(place),
        "note": single_spaced(" ".join(notes)),
    }
    return ohchr.records_of(wordings, review, str(row.number), number, **shared)


def _refuse_unknown_states(wordings: list[Wording]) -> None:
    for name in (name for wording in wordings for name in wording.unresolved):
        raise CellError("is not a state we know", vocabulary.add_spelling(name), "Recommendation", name)


def _answer(words: str) -> Answer | None:
    position = ohchr.position_of(words)
    if words and not position:
        raise CellError("is not a position we know", "use Supported, Noted or Supported/Noted", "Position", words)
    return Answer(position, single_spaced(words), "final") if words else None


def _tags(row: _Row) -> dict[str, tuple[str, ...]]:
    """Themes, affected persons and numbers of goals; headings within a cell say what the lines below them hold."""
    found: dict[str, list[str]] = {"themes": [], "affected": [], "goals": []}
    for column, lines in found.items():
        into = lines
        for entry in ohchr.entries(row.cells.get(column, "")):
            if not entry.endswith(":"):
                into.append(entry)
                continue
            heading = _headings().get(entry.rstrip(" :").casefold())
            if not heading:
                remedy = "headings are: " + ", ".join(_headings())
                raise CellError("is not a heading we know within a cell", remedy, column, entry)
            into = found[heading]
    found["goals"] = [_goal(words) for words in found["goals"]]
    return {name: tuple(dict.fromkeys(lines)) for name, lines in found.items()}


def _goal(words: str) -> str:
    number = ohchr.goal_number(words)
    if not number:
        raise CellError("does not begin with the number of a goal", "write it as 16 or 16.3", "SDGs", words)
    return number
