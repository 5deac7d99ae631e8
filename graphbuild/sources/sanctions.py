"""A consolidated list of the European Union's restrictive measures as CSV: one row per listing.

Numbers of records count from one in each annex: only regulation, programme, annex,
number and schema together name an entry. An entry may take several rows.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from graphbuild.errors import Problem
from graphbuild.files.csvfiles import CsvTable, Row, header_of, read_csv
from graphbuild.files.intake import InputError, called, form_of
from graphbuild.plurals import number_of
from graphbuild.said.people import (
    PROTECTED,
    Body,
    Individual,
    Spelling,
    body_statements,
    citizen_of,
    individual_statements,
    person_iri,
    register_statements,
    understood,
)
from graphbuild.said.records import Paper, dated
from graphbuild.said.schemata import schemata
from graphbuild.staged import LeftOut, Staged, mark
from graphbuild.terms import A, Term, Triple, digest, literal, slug, term, thing

#: Columns that an entry cannot be read without.
NEEDED = (
    "celex", "recordId", "programKey", "annex", "measure", "startDate", "reason", "schema", "name", "alias",
    "nationality", "birthDate", "birthPlace", "position",
)
#: So many of them betray a list of which a column was renamed.
ENOUGH = 10
LISTING = ("celex", "recordId", "programKey", "annex", "measure", "startDate", "reason", "schema")
PERSON = "Person"
#: A whole name in brackets after another one.
_SECOND = re.compile(r"(?P<first>[^()]+)\s\((?P<second>[^()\s]+(?:\s[^()\s]+)+)\)")


@dataclass(frozen=True)
class Entry:
    """A listed person or organisation: the rows that speak of it, and what names it."""

    key: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def is_person(self) -> bool:
        """Whether it is a person."""
        return self.rows[0].cells["schema"] == PERSON

    def all(self, *columns: str) -> tuple[str, ...]:
        """The values of some columns in all rows, each once."""
        return tuple(dict.fromkeys(v for row in self.rows for c in columns if (v := row.cells.get(c, ""))))

    def rest(self, *used: str) -> tuple[tuple[str, str], ...]:
        """The other columns with their values, each once."""
        rest = ((c, v) for row in self.rows for c, v in row.cells.items() if v and c not in used)
        return tuple(dict.fromkeys(rest))


def is_sanctions(path: Path) -> bool:
    """A CSV file with the columns of such a list, all or nearly all."""
    return path.is_file() and len(set(header_of(path)) & set(NEEDED)) >= ENOUGH


def read_sanctions(path: Path) -> Staged:
    """Read a list: every entry becomes a person or an organisation, and every row what is said of it."""
    if form_of(path) != "text":
        raise InputError(path, f"is {called(form_of(path))}, not a CSV file", "download the list as CSV")
    table = read_csv(path, "sanctions")
    staged = _staged(table, path)
    staged.problems += _missing(table, staged.source) or _bad_rows(table, staged.source)
    if staged.problems:
        return staged
    staged.say(register_statements(staged.source, Paper("database", staged.title, sha256=staged.files[0].sha256)))
    staged.say(_publisher(staged.source))
    entries = _entries(table, staged)
    for entry in entries:
        staged.say(_statements(entry, table.file, staged.source))
        staged.loaded += len(entry.rows)
    staged.remarks += _remarks(table, entries)
    return staged


def _staged(table: CsvTable, path: Path) -> Staged:
    celex = sorted({row.cells.get("celex", "") for row in table.rows} - {""})
    name = celex[0] if len(celex) == 1 else digest(*celex)
    source = "sanctions-" + slug(name)
    title = "List of restrictive measures of the European Union" + (f", {name}" if len(celex) == 1 else "")
    problems = [Problem(source, p.file, p.row, p.column, p.value, p.message, p.remedy) for p in table.problems]
    return Staged(source, "EU restrictive measures", title, [mark(path)], len(table.rows), problems=problems)


def _missing(table: CsvTable, source: str) -> list[Problem]:
    remedy = "give the column the name it has in the published list"
    gone = [name for name in NEEDED if name not in table.header]
    return [Problem(source, table.file, 1, name, None, "the column is missing", remedy) for name in gone]


def _bad_rows(table: CsvTable, source: str) -> list[Problem]:
    problems: list[Problem] = []
    read = (PERSON, *schemata().bodies)
    for row in table.rows:
        schema = row.cells["schema"]
        if schema not in (*read, *schemata().unused):
            message, remedy = "is not a schema we know", "use " + ", ".join(read)
            problems.append(Problem(source, table.file, row.number, "schema", schema, message, remedy))
        if not row.cells["name"]:
            remedy = "write the name of the entry"
            problems.append(Problem(source, table.file, row.number, "name", "", "the cell is empty", remedy))
    return problems


def _entries(table: CsvTable, staged: Staged) -> list[Entry]:
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in table.rows:
        if row.cells["schema"] in schemata().unused:
            why = "it is neither a person nor an organisation"
            staged.left_out.append(LeftOut(f"{table.file}:{row.number}", row.cells["schema"], why))
        else:
            found.setdefault(_key(row), []).append(row)
    return [Entry(key, tuple(rows)) for key, rows in found.items()]


def _key(row: Row) -> tuple[str, ...]:
    """What names an entry; without a number, an organisation by its name and a person by the row alone."""
    cells = row.cells
    own = str(row.number) if cells["schema"] == PERSON else cells["name"]
    listing = (cells["celex"], cells["programKey"], cells["annex"], cells["schema"])
    return (*listing, cells["recordId"] or f"without number: {own}")


def _statements(entry: Entry, file: str, source: str) -> list[Triple]:
    document, place = thing("document", source), f"{file}:{entry.rows[0].number}"
    if entry.is_person:
        subject = person_iri(source, *entry.key)
        said = individual_statements(_individual(entry, subject, place), source, document)
    else:
        label, *others = (s.name for s in _spellings(entry))
        subject = thing("agent", source, "O-" + digest(*entry.key))
        kind = schemata().bodies[entry.rows[0].cells["schema"]]
        said = body_statements(Body(subject, place, label, tuple(others), kind, _rest(entry)), document)
    for row in entry.rows:
        said += _listing(row, subject, f"{file}:{row.number}", source)
        said += _reason(row, subject, f"{file}:{row.number}", source)
    return said


def _individual(entry: Entry, person: Term, place: str) -> Individual:
    citizenship = entry.all("nationality")
    return Individual(
        person,
        place,
        tuple(_spellings(entry)),
        entry.all("birthDate"),
        citizenship=citizenship,
        states=citizen_of(_nations(citizenship)),
        text="; ".join(entry.all("position")),
        fields=_rest(entry),
    )


def _rest(entry: Entry) -> tuple[tuple[str, str], ...]:
    """What has no term of its own, the name as it is written in the list among it."""
    used = ("alias", "nationality", "birthDate", "position") if entry.is_person else ("name", "alias")
    return (*(("recordId", number) for number in entry.all("recordId")), *entry.rest(*LISTING, *used))


def _nations(written: tuple[str, ...]) -> list[str]:
    """One cell may hold several nationalities."""
    return [word.strip() for cell in written for word in re.split(r",| and ", cell)]


def _spellings(entry: Entry) -> list[Spelling]:
    """Every spelling once: aliases stand between semicolons, a second name in brackets."""
    parts = [part.strip() for written in entry.all(*schemata().names) for part in written.split(";")]
    names: list[str] = []
    for part in filter(None, parts):
        match = _SECOND.fullmatch(part) if entry.is_person else None
        names += [match["first"], match["second"]] if match else [part]
    return [Spelling(name) for name in dict.fromkeys(names)]


def _publisher(source: str) -> list[Triple]:
    union = thing("agent", source, "EU")
    return [
        (union, A, term("Organisation")),
        (union, term("dcterms:identifier"), literal("EU")),
        (union, term("rdfs:label"), literal("European Union", "en")),
        (union, term("kind"), thing("agent-kind", "intergovernmental")),
        (thing("document", source), term("publisher"), union),
    ]


def _listing(row: Row, subject: Term, place: str, source: str) -> list[Triple]:
    """That the Union lists somebody: a claim of the Union's, with the day and the measure, without a name."""
    cells = row.cells
    text = f"Listed in annex {cells['annex']} of {cells['celex']} under {cells['programKey']}: {cells['measure']}"
    start = cells["startDate"]
    claim, said = _claim("listing", subject, place, source)
    said.append((claim, term("text"), literal(text, "en")))
    if start:
        said.append((claim, term("dateAsWritten"), literal(start)))
    return said + dated(claim, "date", understood([start]) if start else "")


def _reason(row: Row, subject: Term, place: str, source: str) -> list[Triple]:
    """Why, in the Union's words."""
    if not row.cells["reason"]:
        return []
    claim, said = _claim("reason", subject, place, source)
    return [*said, (claim, term("text"), literal(row.cells["reason"], "en"))]


def _claim(what: str, subject: Term, place: str, source: str) -> tuple[Term, list[Triple]]:
    claim = thing("claim", source, f"{what}-{digest(subject, place)}")
    return claim, [
        (claim, A, term("Claim")),
        (claim, term("about"), subject),
        (claim, term("assertedBy"), thing("agent", source, "EU")),
        (claim, term("saidIn"), thing("document", source)),
        (claim, term("polarity"), thing("polarity", "affirmed")),
        (claim, term("modality"), thing("modality", "asserts")),
        (claim, term("sensitivity"), PROTECTED),
        (claim, term("row"), literal(place)),
    ]


def _remarks(table: CsvTable, entries: list[Entry]) -> list[str]:
    schemas = Counter(row.cells["schema"] for row in table.rows)
    persons = [e for e in entries if e.is_person]
    spellings = sum(len(_spellings(e)) for e in persons)
    rows = [(row.number, row.cells[c]) for row in table.rows for c in ("birthDate", "startDate") if row.cells[c]]
    vague = [number for number, written in rows if not understood([written])]
    unknown = {n for e in persons for n in _nations(e.all("nationality")) if not citizen_of([n])}
    return [
        "; ".join(f"{number_of(number, 'row')} {schema}" for schema, number in sorted(schemas.items())),
        f"{number_of(len(entries), 'entry', 'entries')}; {number_of(len(persons), 'person')} in "
        f"{number_of(spellings, 'spelling')}, all protected (S2)",
        *([f"dates in no form we know, kept as written: rows {', '.join(map(str, vague))}"] if vague else []),
        *([f"nationalities that are no names of states, kept as written: {', '.join(sorted(unknown))}"]
          if unknown else []),
    ]
