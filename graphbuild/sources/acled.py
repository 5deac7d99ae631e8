"""ACLED's CSV export: armed conflict and protest, one event per row.

Events are protected (S2): notes may name persons, and ACLED's terms forbid
passing its rows on. Its number of dead is a figure that ACLED answers for;
0 is no figure, since ACLED writes it also where nothing is known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

from graphbuild import vocabulary
from graphbuild.errors import CellError, Problem
from graphbuild.files.csvfiles import CsvTable, Row, header_of, read_csv
from graphbuild.files.intake import form_of
from graphbuild.plurals import number_of
from graphbuild.said.happenings import (
    Keeper,
    Spoken,
    concept,
    counted,
    figure,
    keeper,
    kind_of_event,
)
from graphbuild.said.records import dated
from graphbuild.staged import LeftOut, Staged, mark
from graphbuild.terms import LABEL, A, Term, Triple, literal, slug, term, thing
from graphbuild.writtendates.intext import read_date

NO_STATE = "the place is in no state that the graph knows"
TWICE = "the same row stands there twice"


def is_acled(path: Path) -> bool:
    """A CSV file with the columns that every export has had."""
    return path.is_file() and form_of(path) == "text" and {*_listed("always")} <= {*header_of(path)}


def _listed(what: str) -> list[str]:
    """The columns that ontology/words/acled.toml lists as such."""
    return vocabulary.listed(list[str], "acled", what)


def read_acled(path: Path) -> Staged:
    """Read an export: every row becomes an event with its figures, or is named with the reason why not."""
    staged = Staged(f"acled-{slug(path.stem, 'export')}", "ACLED export", f"ACLED export {path.stem}", [mark(path)])
    table = read_csv(path, staged.source)
    staged.problems += table.problems + _unknown_columns(table, staged)
    staged.read = len(table.rows)
    by = keeper(staged, "ACLED", "Armed Conflict Location and Event Data")
    seen: dict[str, Row] = {}
    for row in table.rows:
        _read_row(defaultdict(str, row.cells), row, table, by, seen, staged)
    staged.remarks += _remarks(table)
    return staged


def _unknown_columns(table: CsvTable, staged: Staged) -> list[Problem]:
    message, known = "is not a column of ACLED that we know", _listed("used") + _listed("unused")
    return [
        Problem(staged.source, table.file, 1, name or None, None, message, "remove it")
        for name in table.header
        if name not in known
    ]


def _read_row(
    cells: dict[str, str], row: Row, table: CsvTable, by: Keeper, seen: dict[str, Row], staged: Staged
) -> None:
    key, place = cells["event_id_cnty"], f"{table.file}:{row.number}"
    try:
        state = _state(cells)
        if reason := NO_STATE if state is None else _repeated(key, row, seen):
            staged.left_out.append(LeftOut(f"row {row.number}", key, reason))
            return
        assert state is not None
        event = thing("event", staged.source, key)
        staged.say(_event(event, cells, state, place) + _about(event, by.document, place))
        staged.say(_figures(event, cells, by, place))
        staged.loaded += 1
    except CellError as error:
        staged.complain(table.file, row.number, error, cells)


def _repeated(key: str, row: Row, seen: dict[str, Row]) -> str:
    """Why a row says nothing new; raises CellError if it says something else of the same event."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", key):
        raise CellError("is not the id of an event", "write letters and digits, such as KAZ123", "event_id_cnty")
    first = seen.setdefault(key, row)
    if first is not row and first.cells != row.cells:
        raise CellError(f"stands in row {first.number} with other values", "keep the newer row", "event_id_cnty")
    return TWICE if first is not row else ""


def _state(cells: dict[str, str]) -> Term | None:
    """The state that number and name agree on; None where neither is one of ours, such as a territory."""
    by_number = _numbered(cells["iso"])
    by_name = vocabulary.state_named(cells["country"])
    if by_number and by_name and by_number != by_name:
        raise CellError(f"is not the state with the number {cells['iso']}", "correct one of the two", "country")
    return by_number or by_name


def _numbered(iso: str) -> Term | None:
    """The library countrynames would guess; only three digits that are a code of a state (M49) count."""
    return vocabulary.states_by("m49").get(iso.zfill(3)) if re.fullmatch(r"[0-9]{1,3}", iso) else None


def _date(cells: dict[str, str]) -> str:
    """A day; `~` (a week either way) where only the week is known; the month where only that is.

    Numbers are day first, as ACLED's codebook says.
    """
    written = re.sub(r"^([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})$", r"\3-\2-\1", cells["event_date"])
    day = read_date(re.sub(r"-([0-9])(?=-|$)", r"-0\1", written))
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
        raise CellError("is not a day", "write 2024-03-05 or 05 March 2024", "event_date")
    if cells["year"] not in ("", day[:4]):
        raise CellError(f"is not the year of {day}", "correct one of the two", "year")
    forms = {"1": day, "2": f"{day}~", "3": day[:7]}
    if cells["time_precision"] not in forms:
        raise CellError("is not a precision of ACLED", "write 1 for a day, 2 a week, 3 a month", "time_precision")
    return forms[cells["time_precision"]]


def _event(event: Term, cells: dict[str, str], state: Term, place: str) -> list[Triple]:
    word = concept("acled-sub-event", "sub_event_type", cells["sub_event_type"])
    where = ", ".join(dict.fromkeys(filter(None, (cells["location"], cells["admin1"]))))
    said: list[Triple] = [
        (event, A, term("Event")),
        (event, term("dcterms:identifier"), literal(cells["event_id_cnty"])),
        (event, term("kind"), kind_of_event(word)),
        (event, term("kindAsWritten"), literal(cells["sub_event_type"])),
        (event, LABEL, literal(cells["sub_event_type"] + (f" in {where}" if where else ""), "en")),
        (event, term("inState"), state),
        (event, term("sensitivity"), thing("sensitivity", "S2")),
        *dated(event, "date", _date(cells)),
        *_actors(event, cells),
    ]
    if where:
        said.append((event, term("placeName"), literal(where, "en")))
    if cells["notes"]:
        said.append((event, term("text"), literal(cells["notes"], "en")))
    if cells["source"]:
        said.append((event, term("note"), literal(f"reported by: {cells['source']}", "en")))
    return said


def _about(event: Term, document: Term, place: str) -> list[Triple]:
    return [(event, term("saidIn"), document), (event, term("row"), literal(place))]


def _actors(event: Term, cells: dict[str, str]) -> list[Triple]:
    names = (part.strip() for column in _listed("actors") for part in cells[column].split(";"))
    said: list[Triple] = [(event, term("actorAsWritten"), literal(name)) for name in names if name]
    for column in _listed("kinds_of_actors"):
        if cells[column] not in ("", "0"):
            said.append((event, term("actorKind"), concept("acled-actor", column, cells[column])))
    return said


def _figures(event: Term, cells: dict[str, str], by: Keeper, place: str) -> list[Triple]:
    dead, key = cells["fatalities"], cells["event_id_cnty"]
    if not re.fullmatch(r"[0-9]{1,9}", dead):
        raise CellError("is not a whole number", "write digits only, 0 where none are reported", "fatalities")
    said: list[Triple] = []
    if int(dead):
        killed = Spoken(f"{key}-killed", (event,), "reports", "reported dead, as ACLED counts them", place)
        said += figure(by, killed, "killed", dead)
    for number, size in enumerate(_crowds(cells["tags"]), start=1):
        crowd = Spoken(f"{key}-crowd-{number}", (event,), "reports", "size of the crowd", place)
        said += figure(by, crowd, "participants", size)
    return said


def _crowds(tags: str) -> list[str]:
    """The sizes that tags give for a crowd, as written."""
    found = (_crowd().fullmatch(tag.strip()) for tag in tags.split(";"))
    sizes = [match[1].strip() for match in found if match]
    return [size for size in sizes if size.casefold() != vocabulary.listed(str, "acled", "crowd_unknown")]


@cache
def _crowd() -> re.Pattern[str]:
    """A tag that tells how many took part."""
    return re.compile(re.escape(vocabulary.listed(str, "acled", "crowd")) + "(.+)", re.I)


def _remarks(table: CsvTable) -> list[str]:
    unused = [name for name in table.header if name in _listed("unused")]
    tags = {t.strip() for row in table.rows for t in row.cells.get("tags", "").split(";")} - {""}
    others = sorted(tag for tag in tags if not _crowd().fullmatch(tag))
    silent = sum(row.cells.get("fatalities") == "0" for row in table.rows)
    return [
        counted(row.cells.get("sub_event_type", "").casefold() for row in table.rows),
        f"no figure from {number_of(silent, 'row')} with 0 fatalities: ACLED writes 0 also where nothing is known",
        *(["columns not used: " + ", ".join(unused)] if unused else []),
        *(["tags not used: " + "; ".join(others[:10])] if others else []),
    ]
