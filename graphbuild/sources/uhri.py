"""Exports of the Universal Human Rights Index: UPR recommendations, and what other UN mechanisms say of states.

The export is a JSON array of some 360 MB or a workbook; records are read one
at a time, and nothing is kept of them but their ids.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphbuild import resources, vocabulary
from graphbuild.errors import Problem
from graphbuild.files import jsonstream, markup, sheets
from graphbuild.files.intake import form_of
from graphbuild.files.workbooks import is_workbook
from graphbuild.plurals import number_of
from graphbuild.said import ohchr
from graphbuild.said.annotations import Annotation, AnnotationError, NotUsedError, annotation_of, field_of, is_spare
from graphbuild.said.observations import Observation, observation_statements
from graphbuild.said.records import (
    Answer,
    Paper,
    Record,
    Review,
    paper_statements,
    record_statements,
    review_statements,
)
from graphbuild.staged import LeftOut, Staged, mark
from graphbuild.terms import Term, slug, thing
from graphbuild.undocuments.wording import single_spaced

#: Columns without which a workbook is not an export, by the header they have there.
NEEDED = {
    "id": "OHCHR Annotation Id",
    "text": "Text",
    "body": "Recommending Body",
    "type": "Type",
    "countries": "Countries Concerned",
}

_SESSION = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+session|session\s+(\d{1,2})", re.I)
_CYCLE = re.compile(r"\b([1-9])(?:st|nd|rd|th)?\s+cycle|cycle\s+([1-9])\b", re.I)
_COUNCIL = re.compile(r"A/HRC/(\d{1,2})/\d")


@dataclass
class _Reading:
    """What is remembered from one record to the next."""

    staged: Staged
    file: str
    seen: set[bytes] = field(default_factory=set)
    papers: set[tuple[str, str]] = field(default_factory=set)
    reviews: set[Review] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    spare: set[str] = field(default_factory=set)

    @property
    def database(self) -> Term:
        return thing("document", self.staged.source)

    def introduce(self, review: Review) -> None:
        """Say of a review what it is, once."""
        if review not in self.reviews:
            self.reviews.add(review)
            self.staged.say(review_statements(review))


def is_uhri(path: Path) -> bool:
    """JSON or a workbook whose first record or header has the fields of an annotation."""
    if is_workbook(path):
        return sheets.find_table(path, _is_export) is not None
    return path.is_file() and form_of(path) == "json" and _is_export(list(jsonstream.first_fields(path)))


def _is_export(names: list[str]) -> bool:
    known = set(map(field_of, names)) - {""}
    return len(known) >= 5 and len(known & {"type", "countries", "body"}) >= 2


def read_uhri(path: Path) -> Staged:
    """Read an export: every record becomes a record or an observation, is left out with a reason, or is a problem.

    Raises InputError if the file is damaged or hostile.
    """
    staged = Staged("uhri-" + slug(path.stem, "export"), "UHRI export", f"UHRI export {path.stem}", [mark(path)])
    reading = _Reading(staged, path.name)
    paper = Paper("database", staged.title, sha256=staged.files[0].sha256)
    staged.say(paper_statements(reading.database, staged.source, paper))
    for place, raw in _records(path, reading):
        _take(place, raw, reading)
    staged.remarks += _remarks(reading)
    return staged


# --- The records of a file -------------------------------------------------


def _records(path: Path, reading: _Reading) -> Iterator[tuple[int | str, dict[str, object]]]:
    """Each record with the number of its row, or with its number in the file where that has no rows."""
    if is_workbook(path):
        yield from _rows(path, reading)
        return
    for number, value in enumerate(jsonstream.each_object(path), start=1):
        raw = value if isinstance(value, dict) else {}
        reading.spare |= {name for name in raw if not field_of(name)}
        yield f"record {number}", raw


def _rows(path: Path, reading: _Reading) -> Iterator[tuple[int, dict[str, object]]]:
    table = sheets.find_table(path, _is_export)
    if not table:
        return
    reading.staged.problems += _header_problems(table.header, reading)
    reading.spare |= {name for name in table.header if name and not field_of(name)}
    for number, cells in enumerate(table.rows, start=table.first) if not reading.staged.problems else ():
        if any(cell != "" for cell in cells):
            yield number, dict(zip(table.header, cells, strict=False))


def _header_problems(header: list[str], reading: _Reading) -> list[Problem]:
    source, held = reading.staged.source, [field_of(name) for name in header]
    unknown = [name for name in header if name and not field_of(name) and not is_spare(name)]
    missing = [name for what, name in NEEDED.items() if what not in held]
    double = sorted({name for name, what in zip(header, held, strict=True) if what and held.count(what) > 1})
    remedy = f"give it the name that UHRI gives it; missing are: {', '.join(missing)}" if missing else "remove it"
    found = [Problem(source, reading.file, 1, n, None, "the column is not known", remedy) for n in unknown]
    found += [Problem(source, reading.file, 1, n, None, "the column stands there twice", "remove one") for n in double]
    lost = [] if unknown else missing
    return found + [Problem(source, reading.file, 1, n, None, "the column is missing", "add it") for n in lost]


# --- One record ------------------------------------------------------------


def _take(place: int | str, raw: dict[str, object], reading: _Reading) -> None:
    staged = reading.staged
    staged.read += 1
    note: Annotation | None = None
    try:
        note = annotation_of(raw)
        _refuse_double(note, reading)
        _say(note, str(place) if isinstance(place, int) else note.name, reading)
        staged.loaded += 1
    except AnnotationError as error:
        where = place if isinstance(place, int) or not note else note.name
        staged.problems.append(
            Problem(staged.source, reading.file, where, error.field, error.value, str(error), error.remedy)
        )
    except NotUsedError as error:
        where = f"row {place}" if isinstance(place, int) else error.name or place
        staged.left_out.append(LeftOut(where, error.what, str(error)))


def _refuse_double(note: Annotation, reading: _Reading) -> None:
    """The same annotation may stand in an export twice; the first counts."""
    name = note.name.casefold().encode()
    if name in reading.seen:
        raise NotUsedError(note.name, note.name, "the annotation stands there twice")
    reading.seen.add(name)


def _say(note: Annotation, row: str, reading: _Reading) -> None:
    if note.is_review and "recommendation" in note.kinds:
        for record in _review_records(note, row, reading):
            reading.staged.say(record_statements(record, reading.staged.source, reading.file, reading.database))
        return
    states = note.states(reading.counts)
    document = _document(note, reading)
    text, written = _plain(note.text)
    about = Observation(
        note.name, note.kinds, states, note.bodies, text, row, note.themes, note.affected, note.goals, written
    )
    reading.staged.say(observation_statements(about, reading.file, document))
    reading.counts.update([*note.kinds, *(f"state {code}" for code in states)])


def _document(note: Annotation, reading: _Reading) -> Term:
    """The document by its symbol, which is the same whatever source names it; or else the export."""
    if not note.symbol:
        return reading.database
    document = thing("document", "un", note.symbol)
    if (note.symbol, note.day) not in reading.papers:
        reading.papers.add((note.symbol, note.day))
        paper = Paper("un-report", note.symbol, note.symbol, note.day)
        reading.staged.say(paper_statements(document, note.symbol, paper))
    return document


def _plain(text: str) -> tuple[str, str]:
    """The text without markup, and as written if that differs by more than spaces."""
    said = markup.plain(text)
    return said, "" if single_spaced(said) == single_spaced(text) else text


# --- A recommendation of the review ----------------------------------------


def _review_records(note: Annotation, row: str, reading: _Reading) -> list[Record]:
    review = _review(note, reading)
    text, written = _plain(note.text)
    _, text = ohchr.source_of_position(text)
    place, text = ohchr.lead(single_spaced(text))
    number, words = ohchr.numbered(text)
    wordings, agree = ohchr.wordings_of(words, note.recommenders())
    note.refuse_unknown(name for wording in wordings for name in wording.unresolved)
    reading.counts.update({"recommendation of the review": 1, "states in text and list differ": not agree})
    reading.introduce(review)
    position, recorded = note.position()
    shared: dict[str, Any] = {
        "answer": Answer(position, recorded, "final") if position else None,
        "themes": note.themes,
        "affected": note.affected,
        "goals": note.goals,
        "written": written or (note.text if place else ""),
        "place": ", ".join(filter(None, (note.symbol, place))),
        "name": note.name,
    }
    return ohchr.records_of(wordings, review, row, number, **shared)


def _review(note: Annotation, reading: _Reading) -> Review:
    """The review of the one state; the cycle decides, for a session may be one of the Council."""
    states = note.states(reading.counts)
    if len(states) > 1:
        raise AnnotationError("Countries", "; ".join(states), "a review is of one state", "split the record by states")
    cycle = _number(_CYCLE, note.cycle, note.session)
    session = _number(_SESSION, note.session, note.cycle)
    council = _COUNCIL.search(note.symbol)
    of_session = vocabulary.cycles().get(session, "")
    is_working_group = council is not None and council[1].lstrip("0") != session and of_session == (cycle or of_session)
    if session and of_session and is_working_group:
        return Review(states[0], int(session))
    if not cycle:
        raise NotUsedError(note.name, note.session or note.cycle, "names no cycle of the review")
    if cycle not in vocabulary.cycles().values():
        remedy = f"correct it, or add it to {resources.WORLD / 'cycles.csv'}"
        raise AnnotationError("UprCycle", cycle, "is not a cycle we know", remedy)
    reading.counts["session left open"] += 1
    return Review(states[0], 0, known_cycle=cycle)


def _number(pattern: re.Pattern[str], own: str, other: str) -> str:
    """A number as its own field gives it, alone or in words, or as the other field does in words."""
    if own.isdecimal():
        return str(int(own))
    found = pattern.search(own) or pattern.search(other)
    return str(int(found[1] or found[2])) if found else ""


# --- Summary ---------------------------------------------------------------


def _remarks(reading: _Reading) -> list[str]:
    counts = reading.counts
    states = len({r.state for r in reading.reviews} | {w[6:] for w in counts if w.startswith("state ")})
    said = [
        f"{number_of(counts['recommendation of the review'], 'recommendation')} of the review, "
        f"{number_of(counts['recommendation'], 'recommendation')} and {number_of(counts['concern'], 'concern')} "
        f"of other mechanisms, about {number_of(states, 'state')}"
    ]
    if number := counts["session left open"]:
        said.append(f"known by cycle only: {number:,}; their session may be one of the Council")
    if number := counts["states in text and list differ"]:
        said.append(f"other states in the text than in the list: {number:,}; the list was taken")
    if number := counts["no state"]:
        said.append(f"not said: {number_of(number, 'mention')} of territories and organisations that are no states")
    if reading.spare:
        said.append("fields not used: " + ", ".join(sorted(reading.spare)))
    return said
