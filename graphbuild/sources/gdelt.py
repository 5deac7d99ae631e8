"""GDELT event files, versions 1.0 and 2.0: tab-separated, without a header.

A program reads them out of the news; much of it never happened. So no row
becomes an event: each is a claim of GDELT about a state, marked as coded by a
machine, and stays in the graph of its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from graphbuild import vocabulary
from graphbuild.dates import is_date
from graphbuild.errors import CellError, Problem
from graphbuild.files.intake import InputError, form_of
from graphbuild.files.texts import read_text
from graphbuild.files.webaddresses import address
from graphbuild.said.happenings import Keeper, Spoken, claim, concept, counted, keeper
from graphbuild.staged import LeftOut, Staged, mark
from graphbuild.terms import Term, literal, slug

_ACTOR = ("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code", "Type1Code",
          "Type2Code", "Type3Code")
_PLACE = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")
#: The columns of version 2.0; version 1.0 has none with ADM2Code, and its files of before 2013 no SOURCEURL.
COLUMNS = (
    "GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate",
    *(f"Actor1{name}" for name in _ACTOR),
    *(f"Actor2{name}" for name in _ACTOR),
    "IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale", "NumMentions",
    "NumSources", "NumArticles", "AvgTone",
    *(f"{who}Geo_{name}" for who in ("Actor1", "Actor2", "Action") for name in _PLACE),
    "DATEADDED", "SOURCEURL",
)
_OLD = tuple(name for name in COLUMNS if not name.endswith("ADM2Code"))
VERSIONS = {61: ("2.0", COLUMNS), 58: ("1.0", _OLD), 57: ("1.0", _OLD[:-1])}
USED = ("GLOBALEVENTID", "SQLDATE", "Actor1Name", "Actor2Name", "EventCode", "EventRootCode", "ActionGeo_FullName",
        "ActionGeo_CountryCode", "SOURCEURL")
NO_PLACE = "no country is given for what is said to have happened"
NO_STATE = "the country code is that of no state that the graph knows"
TWICE = "the same row stands there twice"


def is_gdelt(path: Path) -> bool:
    """A text whose first line has as many cells as a version has, and begins with a number, a day and its month."""
    if not path.is_file() or form_of(path) != "text":
        return False
    with path.open("rb") as file:
        cells = file.readline(100_000).decode("utf-8", errors="replace").rstrip("\r\n").split("\t")
    return len(cells) in VERSIONS and bool(re.fullmatch(r"[0-9]+\t([0-9]{6})[0-9]{2}\t\1", "\t".join(cells[:3])))


def read_gdelt(path: Path) -> Staged:
    """Read a file: every row with a state becomes a claim, every other is left out with the reason."""
    staged = Staged(f"gdelt-{slug(path.stem, 'export')}", "GDELT events", f"GDELT events {path.stem}", [mark(path)])
    lines = [(n, line.split("\t")) for n, line in enumerate(read_text(path).split("\n"), 1) if line.strip()]
    if not lines or len(lines[0][1]) not in VERSIONS:
        raise InputError(path, "has not as many columns as a GDELT event file", "give the file as downloaded, unzipped")
    version, columns = VERSIONS[len(lines[0][1])]
    staged.read = len(lines)
    by = keeper(staged, "GDELT", "GDELT Project")
    seen: dict[str, tuple[int, list[str]]] = {}
    for number, written in lines:
        cells = [cell.strip() for cell in written]
        if len(cells) != len(columns):
            staged.problems.append(_uneven(staged, path.name, number, len(cells), len(columns)))
            continue
        _read_row(dict(zip(columns, cells, strict=True)), number, path.name, by, seen, staged)
    staged.remarks += _remarks(version, columns, staged)
    return staged


def _uneven(staged: Staged, file: str, number: int, found: int, wanted: int) -> Problem:
    """A row that has not as many cells as the first."""
    message = f"has {found} cells, the first row {wanted}"
    return Problem(staged.source, file, number, None, None, message, "the file is cut or mixed; download it again")


def _read_row(
    cells: dict[str, str], number: int, file: str, by: Keeper, seen: dict[str, tuple[int, list[str]]], staged: Staged
) -> None:
    key = cells["GLOBALEVENTID"]
    try:
        if reason := _repeated(key, number, list(cells.values()), seen) or _nowhere(cells["ActionGeo_CountryCode"]):
            staged.left_out.append(LeftOut(f"row {number}", key, reason))
            return
        state = states_by_fips()[cells["ActionGeo_CountryCode"]]
        said = Spoken(key, (state,), "machine-coded", _told(cells), f"{file}:{number}")
        staged.say(claim(by, said, _details(cells), _day(cells)))
        staged.loaded += 1
    except CellError as error:
        staged.complain(file, number, error, cells)


def _repeated(key: str, number: int, cells: list[str], seen: dict[str, tuple[int, list[str]]]) -> str:
    if not re.fullmatch(r"[0-9]{1,15}", key):
        raise CellError("is not a number", "download the file again", "GLOBALEVENTID")
    first, then = seen.setdefault(key, (number, cells))
    if first != number and then != cells:
        raise CellError(f"stands in row {first} with other values", "keep the newer row", "GLOBALEVENTID")
    return TWICE if first != number else ""


def states_by_fips() -> dict[str, Term]:
    """The states by their codes of FIPS 10-4, which GDELT still uses; codes of territories have none."""
    return vocabulary.states_by("fips", "codes/fips")


def _nowhere(country: str) -> str:
    return NO_PLACE if not country else "" if country in states_by_fips() else NO_STATE


def _day(cells: dict[str, str]) -> str:
    written = cells["SQLDATE"]
    day = f"{written[:4]}-{written[4:6]}-{written[6:]}"
    if not is_date(day):
        raise CellError("is not a day of the calendar", "download the file again", "SQLDATE")
    return day


def _root(cells: dict[str, str]) -> Term:
    code = cells["EventRootCode"]
    return concept("cameo-root", "EventRootCode", code.zfill(2) if code.isdecimal() else code)


def _told(cells: dict[str, str]) -> str:
    """What the row says, without the names of actors."""
    return f"a program read event {cells['EventCode'] or cells['EventRootCode']} of CAMEO out of the news"


def _details(cells: dict[str, str]) -> Iterator[tuple[str, Term]]:
    yield "kind", _root(cells)
    for column in ("Actor1Name", "Actor2Name"):
        if cells[column]:
            yield "actorAsWritten", literal(cells[column])
    if cells["EventCode"]:
        yield "kindAsWritten", literal(cells["EventCode"])
    if cells["ActionGeo_FullName"]:
        yield "placeName", literal(cells["ActionGeo_FullName"], "en")
    if found := address(cells.get("SOURCEURL", "")):
        yield "url", found


def _remarks(version: str, columns: tuple[str, ...], staged: Staged) -> Iterator[str]:
    kinds = (line.removesuffix("> .").rpartition("/")[2] for line in staged.lines() if "/id/cameo-root/" in line)
    yield f"version {version}; by root code of CAMEO: {counted(kinds) or 'none'}"
    yield "coded by a machine: every row is a claim of GDELT, none is an event of the settled view"
    yield "columns not used: " + ", ".join(name for name in columns if name not in USED)
