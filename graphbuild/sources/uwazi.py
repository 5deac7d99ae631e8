"""UPR Info's database as it is today (Uwazi): the JSON of its API, or its table as CSV or XLSX.

In JSON every property is a list of {value}, or of {value, label} where the value
is the id of a word of a list. In tables the header holds names or labels, with
`__en` for a language, and several values of a cell are separated by `|`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from graphbuild.errors import CellError
from graphbuild.files.csvfiles import Row
from graphbuild.files.intake import InputError, form_of
from graphbuild.files.jsonstream import each_object
from graphbuild.files.markdown import plain
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
from graphbuild.staged import LeftOut, Staged, mark
from graphbuild.terms import Term, slug, thing

#: What tells these tables from other tables of Uwazi: a recommendation, and to whom it is made.
TELLING = {"state_under_review", "recommendation"}
MANY = ("recommending_state", "issues")
USED = {*TELLING, *MANY, "response", "action_category", "session"}
#: What Uwazi keeps of every entity beside its properties; these say which entity it is.
KEPT = {"sharedId", "language", "published", "metadata"}

_HEAD = 262_144
#: The order in which columns of one property are taken: without a language, in English, in another.
_FIRST = {"": 0, "en": 1}
_LANGUAGE = re.compile(r"(.+?)__([a-z]{2,3})")
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@dataclass
class _Entity:
    """One entity in one language: where it stands, and the values of each property."""

    row: str
    values: dict[str, list[str]]
    id: str = ""
    language: str = "en"
    published: bool = True
    others: set[str] = field(default_factory=set)

    @property
    def place(self) -> str:
        return self.id or f"row {self.row}"


def is_uwazi(path: Path) -> bool:
    """JSON of Uwazi's API, or a table, with states under review and recommendations."""
    if not path.is_file():
        return False
    if form_of(path) == "json":
        with path.open("rb") as file:
            head = file.read(_HEAD)
        return all(f'"{name}"'.encode() in head for name in (*TELLING, "metadata"))
    return _sheet(path) is not None


def _sheet(path: Path) -> str | None:
    return next((n for n, header in headers(path).items() if {_column(c)[0] for c in header} >= TELLING), None)


def _column(header: str) -> tuple[str, str]:
    """The property and the language that a header names.

    >>> _column("State under review"), _column("recommendation__en")
    (('state_under_review', ''), ('recommendation', 'en'))
    """
    found = _LANGUAGE.fullmatch(header.strip())
    name, language = (found[1], found[2]) if found else (header, "")
    return re.sub(r"\W+", "_", name.strip().casefold()).strip("_"), language


def read_uwazi(path: Path) -> Staged:
    """Read recommendations: every entity becomes a record once, in English if it is there.

    Raises InputError if the file is damaged.
    """
    name = slug(path.stem, "export")
    staged = Staged(f"uwazi-{name}", "UPR Info database", f"UPR Info database {path.stem}", [mark(path)])
    document = thing("document", staged.source)
    paper = Paper("database", staged.title, sha256=staged.files[0].sha256)
    staged.say(paper_statements(document, staged.source, paper))
    read_json = form_of(path) == "json"
    _read_entities(partial(_entities, path) if read_json else _rows(path, staged).__iter__, path.name, document, staged)
    staged.remarks += _part(path, staged) if read_json else []
    return staged


def _entities(path: Path) -> Iterator[_Entity]:
    """The entities in an answer of the API, or in a list, as a stream."""
    for number, row in enumerate(each_object(path, "rows.item"), start=1):
        if not _is_entity(row):
            raise InputError(path, f"row {number} is not an entity of Uwazi", "download it again")
        values = {name: _values(entries) for name, entries in row["metadata"].items()}
        shared = str(row.get("sharedId") or row.get("_id") or f"entity {number}")
        language, published = str(row.get("language") or "en"), row.get("published") is not False
        if not _TAG.fullmatch(language):
            remedy = "write a tag such as en or zh-Hans"
            raise InputError(path, f"row {number}: {language[:40]!r} is not the tag of a language", remedy)
        yield _Entity(shared, values, shared, language, published, {*row} - KEPT)


def _is_list(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"["


def _is_entity(row: object) -> bool:
    values = row.get("metadata") if isinstance(row, dict) else None
    lists = [entries or [] for entries in values.values()] if isinstance(values, dict) else [[""]]
    return all(isinstance(entries, list) and all(isinstance(e, dict) for e in entries) for entries in lists)


def _values(entries: list[dict[str, Any]] | None) -> list[str]:
    """The label, or else the value, of each entry that has one."""
    words = [entry.get("label") or entry.get("value") for entry in entries or []]
    return [str(word).strip() for word in words if word not in (None, "")]


def _part(path: Path, staged: Staged) -> list[str]:
    """A sentence, if the database has more than the file."""
    if _is_list(path):
        return []
    total, relation = next(each_object(path, "totalRows"), staged.read), next(each_object(path, "relation"), "eq")
    if not isinstance(total, int):
        raise InputError(path, f"totalRows is {total!r}, not a number", "download it again")
    rows = number_of(staged.read, "row")
    if total > staged.read:
        least = "at least " if relation == "gte" else ""
        return [f"the file is only a part: it holds {rows}, and the database has {least}{total:,}"]
    many = f"the file may be only a part: it holds {rows}, and the database counts no further"
    return [many] if relation == "gte" else []


def _rows(path: Path, staged: Staged) -> list[_Entity]:
    """The rows of a table; of a property in several languages the English one, or else the first that is filled."""
    table = read_rows(path, staged.source, sheet=_sheet(path) or "")
    staged.problems += table.problems
    columns = sorted(((*_column(header), header) for header in table.header), key=lambda c: _FIRST.get(c[1], 2))
    return [_row_entity(row, columns) for row in table.rows]


def _row_entity(row: Row, columns: list[tuple[str, str, str]]) -> _Entity:
    entity = _Entity(str(row.number), {}, others={c for _, language, c in columns if language not in _FIRST})
    for name, language, header in columns:
        cell = row.cells[header]
        words = cell.split("|") if name in MANY else [cell]
        if not entity.values.get(name):
            entity.values[name] = [word.strip() for word in words if word.strip()]
            if name == "recommendation" and cell:
                entity.language = language or "en"
    return entity


def _read_entities(entities: Callable[[], Iterator[_Entity]], file: str, document: Term, staged: Staged) -> None:
    """Read them in two passes: the first finds in which language each is read."""
    chosen = _languages(entities())
    said: Counter[str] = Counter()
    unused: set[str] = set()
    for entity in entities():
        staged.read += 1
        unused |= {*entity.values, *entity.others} - USED
        if why := _omission(entity, chosen):
            staged.left_out.append(LeftOut(entity.place, " ".join(entity.values.get("title", [])), why))
        else:
            said += _read_entity(entity, file, document, staged)
    staged.remarks += [
        ", ".join(f"{number:,} {word.casefold()}" for word, number in sorted(said.items())) or "no recommendations",
        *(["not used: " + ", ".join(sorted(unused))] if unused else []),
    ]


def _languages(entities: Iterable[_Entity]) -> dict[str, str]:
    """For each entity the language it is read in: English, or else the first by its code."""
    found: dict[str, str] = {}
    for entity in entities:
        languages = {entity.language, found.get(entity.place, entity.language)}
        found[entity.place] = "en" if "en" in languages else min(languages)
    return found


def _omission(entity: _Entity, chosen: dict[str, str]) -> str:
    """Why an entity is left out, or an empty text."""
    if not TELLING & entity.values.keys():
        return "is not a recommendation"
    if not entity.published:
        return "is not published"
    return "" if entity.language == chosen[entity.place] else "is the same in another language"


def _read_entity(entity: _Entity, file: str, document: Term, staged: Staged) -> Counter[str]:
    """Say what an entity says; returns the word of its answer, to be counted."""
    try:
        record = _record(entity)
    except CellError as error:
        row = entity.row if entity.id else int(entity.row)
        error.value = "|".join(entity.values.get(error.column, []))
        staged.complain(file, row, error, {})
        return Counter()
    word = _one(entity, "response")
    staged.say(review_statements(record.review))
    if word == pledge():
        staged.say(pledge_statements(record, file, document))
    else:
        staged.say(record_statements(record, staged.source, file, document))
    staged.loaded += 1
    return Counter([word or "without a response"])


def _one(entity: _Entity, name: str) -> str:
    """The value of a property that has one; empty if it has none."""
    values = entity.values.get(name, [])
    if len(values) > 1:
        raise CellError("has several values", "keep the one that holds", name)
    return values[0] if values else ""


def _record(entity: _Entity) -> Record:
    cells = {name: _one(entity, name) for name in USED - set(MANY)}
    written = " ".join(cells["recommendation"].split())
    names = entity.values.get("recommending_state", [])
    text = meaning({"recommendation": plain(cells["recommendation"])}, "recommendation", uprwords.text)
    return Record(
        Review(meaning(cells, "state_under_review", uprwords.state), meaning(cells, "session", uprwords.session)),
        text,
        entity.row,
        states=tuple(_state(name) for name in names if name != unknown()),
        recommenders=tuple(names),
        answer=_answer(cells),
        issues=_issues(entity),
        action=meaning(cells, "action_category", uprwords.action),
        written=cells["recommendation"] if written != text else "",
        language=entity.language,
    )


def _state(name: str) -> str:
    return meaning({"recommending_state": name}, "recommending_state", uprwords.state)


def _issues(entity: _Entity) -> tuple[Term, ...]:
    try:
        return uprwords.issues(entity.values.get("issues", []))
    except CellError as error:
        error.column = "issues"
        raise


def _answer(cells: dict[str, str]) -> Answer | None:
    word = cells["response"]
    if not word or word == pledge():
        return None
    known = uprwords.responses("database")
    position = next((position for one, position in known.items() if one.casefold() == word.casefold()), "")
    if not position:
        raise CellError("is not a response we know", "use " + ", ".join(known), "response")
    return Answer(position, word, "final")
