"""Records of UN documents and treaties as JSON: one document each, with symbol, kind and its own date.

The date field of the record is that of the database; the document's own date
stands in its text. A treaty is a document, not a law of one state. Its list of
participants holds parties and mere signatories without dates, so it is not read.
"""

from __future__ import annotations

import re
from pathlib import Path

from graphbuild import vocabulary
from graphbuild.errors import Problem
from graphbuild.files.intake import LARGEST, InputError, form_of
from graphbuild.files.jsonfiles import read_object
from graphbuild.plurals import number_of
from graphbuild.said.records import Paper, addressed, paper_statements
from graphbuild.staged import Staged, mark
from graphbuild.terms import literal, slug, term, thing
from graphbuild.writtendates import inlaws

_SOURCE = re.compile(r'"_source"\s*:\s*"UN/(?:TreatyCollection|UPRDocuments)"')
_ISSUED = re.compile(r"Distr\.?\s*:\s*\w+\s+")
_USED = {"_id", "_source", "_type", "title", "text", "date", "url", "doc_type", "symbol", "country_code",
         "mtdsg_no", "conclusion", "entry_into_force"}


def is_undocs(path: Path) -> bool:
    """A JSON object whose source is the treaty collection or the UPR documents of the United Nations."""
    if not path.is_file() or path.stat().st_size > LARGEST or form_of(path) != "json":
        return False
    return bool(_SOURCE.search(path.read_bytes()[:65_536].decode("utf-8", "replace")))


def read_undocs(path: Path) -> Staged:
    """Read one record: a document, without its text."""
    fields = _fields(path)
    written = str(fields.get("symbol") or fields.get("mtdsg_no") or path.stem)
    staged = Staged(f"undocs-{slug(written)}", "UN document", str(fields.get("title", written)), [mark(path)], read=1)
    paper = _treaty(fields, staged) if "mtdsg_no" in fields else _report(fields, staged)
    if staged.problems:
        return staged
    document = thing("document", staged.source)
    staged.say(paper_statements(document, staged.source, paper))
    staged.say([(document, term("row"), literal(f"{path.name}:{fields.get('_id', 'record')}"))])
    staged.say(addressed(document, "url", str(fields.get("url") or "").strip()))
    if entry := fields.get("entry_into_force"):
        staged.say([(document, term("note"), literal(f"Entry into force: {entry}", "en"))])
    staged.loaded = 1
    staged.remarks.append("fields not used: " + ", ".join(sorted(fields.keys() - _USED)))
    return staged


def _fields(path: Path) -> dict[str, object]:
    found = read_object(path, "one document")
    if not found.get("title"):
        raise InputError(path, "has no title of a document", "write its title")
    return found


def _treaty(fields: dict[str, object], staged: Staged) -> Paper:
    participants = fields.get("participants")
    names = [n for n in participants if n != "Participant"] if isinstance(participants, list) else []
    staged.remarks.append(
        f"not read: {number_of(len(names), 'participant')}; parties and signatories stand together, without dates"
    )
    return Paper("law-text", str(fields["title"]), date=_day("date", str(fields.get("date", "")), staged))


def _report(fields: dict[str, object], staged: Staged) -> Paper:
    kind, code = str(fields.get("doc_type", "")), str(fields.get("country_code", ""))
    kinds = vocabulary.listed(dict[str, str], "reports", "record")
    if kind not in kinds:
        _complain(fields, "doc_type", "is no kind of document we know", "use " + ", ".join(kinds), staged)
    if code and not vocabulary.state(code):
        _complain(fields, "country_code", "is no state we know", "write the alpha-3 code", staged)
    symbol, text = str(fields.get("symbol", "")), str(fields.get("text", ""))
    if symbol and symbol.removeprefix("A") not in "".join(text.split()):
        staged.remarks.append(f"the text does not show the symbol {symbol}")
    return Paper(kinds.get(kind, "un-report"), str(fields["title"]), symbol, _issued(fields, text, staged))


def _issued(fields: dict[str, object], text: str, staged: Staged) -> str:
    """The day the document bears; empty if it shows none."""
    database = str(fields.get("date", ""))
    match = _ISSUED.search(text)
    day = _day("text", text[match.end() : match.end() + 40], staged) if match else ""
    if not day:
        staged.remarks.append(f"the document shows no date; that of the database, {database}, is not used")
    elif day != database:
        staged.remarks.append(f"the document is of {day}; the date of the database, {database}, is not used")
    return day


def _day(field: str, text: str, staged: Staged) -> str:
    try:
        return inlaws.edtf(text)
    except ValueError:
        message = f"{text[:30]!r} is no day we can read"
        staged.problems.append(
            Problem(staged.source, staged.files[0].name, None, field, None, message, "write it as 2011-10-11")
        )
        return ""


def _complain(fields: dict[str, object], field: str, message: str, remedy: str, staged: Staged) -> None:
    value = str(fields.get(field, ""))
    staged.problems.append(Problem(staged.source, staged.files[0].name, None, field, value, message, remedy))
