"""The head of a document of the review: what it is, of which state, session and day.

Everything comes from the text, nothing from the name of the file. Where the
session is not stated, it follows from the days that are, by the days of the sessions.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from graphbuild import dates, vocabulary
from graphbuild.files.intake import form_of
from graphbuild.files.texts import read_text
from graphbuild.terms import slug
from graphbuild.undocuments.wording import code_of, single_spaced
from graphbuild.writtendates.months import ENGLISH, month_of

#: Characters in which the head of a document stands, and lines in which its title names the state.
HEAD, LINES = 4000, 30
#: So many cells in each of the first two rows are a table.
CELLS = 4
_DAY = re.compile(rf"\b(\d{{1,2}})\s+({'|'.join(ENGLISH)})\s+(\d{{4}})\b")
_REPORT = re.compile(r"Report\s+of\s+the\s+Working\s+Group\s+on\s+the\s+Universal\s+Periodic\s+Review", re.I)
_OPENING = re.compile(
    r"Working\s+Group\s+on\s+the\s+Universal\s+Periodic\s+Review\s*(?:\(UPR\))?\s*,\s+established\s+in\s+accordance",
    re.I,
)
_DECISION = re.compile(r"Outcome\s+of\s+the\s+universal\s+periodic\s+review\s*:\s*([^\n]+)", re.I)
_SYMBOL = re.compile(r"(?<!symbol )(?<!symbol\n)A/HRC/\s?(?:DEC/)?\d+/\s?\d+(?:/Add\.\s?\d+)?(?:/Corr\.\s?\d+)?")
_ADDENDUM = re.compile(r"^\s*Addendum\s*$|/Add\.\s?\d", re.M)
_UNITS = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
]
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70}
_WHOLE = {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "seventieth": 70}


@dataclass(frozen=True)
class Masthead:
    """What the head of a document says.

    `kind` is a notation of document-kind; `state` an alpha-3 code, `session` the number of the
    Working Group's session, `council` that of the Human Rights Council; date in EDTF. What is
    not there is empty or 0.
    """

    kind: str
    title: str
    symbol: str = ""
    date: str = ""
    state: str = ""
    session: int = 0
    council: int = 0

    def missing(self) -> str:
        """What a review cannot be known without, and is not stated; empty if all is there."""
        return "" if self.state and self.session else "session" if self.state else "state"


def is_review_document(path: Path, kind: str) -> bool:
    """Whether a file is a document of the review of this kind: text is looked at cheaply before it is read.

    Raises InputError if a PDF or DOCX file is damaged.
    """
    form = form_of(path) if path.is_file() else ""
    if form == "text":
        with path.open("rb") as file:
            head = file.read(2 * HEAD)
        form = form if _COUNCIL.search(head) and not _is_table(head) else ""
    return form in ("text", "pdf", "docx") and kind_of(read_text(path, old=True)) == kind


def _is_table(head: bytes) -> bool:
    """Whether the first two rows have as many cells, and several: a table may hold titles of reports."""
    lines = head.decode("latin-1").splitlines()
    rows = [[*map(len, csv.reader(lines, delimiter=mark))][:2] for mark in ",;\t"]
    return any(len(two) == 2 and two[0] == two[1] >= CELLS for two in rows)


_COUNCIL = re.compile(rb"Human\s+Rights\s+Council", re.I)


def source_of(prefix: str, head: Masthead, path: Path) -> str:
    """The id of a source: by state and cycle, or by the name of the file where these are not known."""
    if head.missing():
        return f"{prefix}-{slug(path.stem, 'document')}"
    return f"{prefix}-{head.state.casefold()}-{vocabulary.cycles()[str(head.session)]}"


def read_masthead(text: str) -> Masthead | None:
    """The head of a report, addendum or decision of the review; None if the text is none of these."""
    kind, head = kind_of(text), text[:HEAD]
    if not kind:
        return None
    symbol = _symbol(kind, head)
    state = _state(kind, text)
    issued = _issued(head)
    title = f"{_TITLES[kind]}: {_name(state)}" if state else _TITLES[kind]
    return Masthead(kind, title, symbol, issued, state, _session(kind, text, issued), _council(head, symbol))


_TITLES = {
    "working-group-report": "Report of the Working Group on the Universal Periodic Review",
    "addendum": "Addendum to the report of the Working Group on the Universal Periodic Review",
    "decision": "Outcome of the universal periodic review",
}


def kind_of(text: str) -> str:
    """working-group-report, addendum or decision, or an empty text."""
    head = text[:HEAD]
    if re.search(r"Decision\s+adopted\s+by\s+the\s+Human\s+Rights\s+Council", head, re.I) and _DECISION.search(head):
        return "decision"
    if not re.search(r"Human\s+Rights\s+Council", head, re.I) or not (_REPORT.search(head) or _OPENING.search(text)):
        return ""
    before_contents = re.split(r"\n\s*(?:Contents|Introduction)\b", head, maxsplit=1, flags=re.I)[0]
    return "addendum" if _ADDENDUM.search(before_contents) else "working-group-report"


def day(text: str) -> str:
    """The first day that a text names, in EDTF; empty if there is none."""
    return next((found.isoformat() for found in days(text)), "")


def days(text: str) -> Iterator[date]:
    """The days that a text names, in order; days that no calendar has are passed over."""
    for match in _DAY.finditer(text):
        try:
            yield date(int(match[3]), month_of(match[2]), int(match[1]))
        except ValueError:
            continue


def ordinal(word: str) -> int:
    """The number of an ordinal such as seventh, thirty-fourth or 21st; 0 if it is none."""
    folded_word = word.strip().casefold()
    if digits := re.fullmatch(r"(\d{1,2})\s?(?:st|nd|rd|th)", folded_word):
        return int(digits[1])
    tens, _, unit = folded_word.rpartition("-")
    if unit in _UNITS and (not tens or tens in _TENS):
        return _TENS.get(tens, 0) + _UNITS.index(unit) + 1
    return _WHOLE.get(folded_word, 0)


def _symbol(kind: str, head: str) -> str:
    """The symbol of the document itself, and not of one that it names."""
    found = [re.sub(r"\s", "", m[0]) for m in _SYMBOL.finditer(head[:2500])]
    own = [symbol for symbol in found if _OWN[kind] in symbol]
    return next(iter(own), "")


_OWN = {"working-group-report": "A/HRC/", "addendum": "/Add.", "decision": "/DEC/"}


def _issued(head: str) -> str:
    """The day on which the document was issued: it stands before the word Original."""
    before = re.search(rf"({_DAY.pattern})\s*(?:English\s*)?(?=Original\b)", head)
    return day(before[0]) if before else ""


def _state(kind: str, text: str) -> str:
    if kind == "decision":
        found = _DECISION.search(text[:HEAD])
        return code_of(_plain(found[1])) if found else ""
    reviewed = re.search(r"[Rr]eview\s+of\s+([^.;]{2,70}?),?\s+(?:was|were)\s+held\b", text)
    return (code_of(_plain(reviewed[1])) if reviewed else "") or _titled(text)


def _titled(text: str) -> str:
    """The state that a line under the title names."""
    heading = _REPORT.search(text)
    lines = text[heading.end() : heading.end() + 2000].split("\n")[:LINES] if heading else []
    return next(filter(None, (code_of(_plain(line)) for line in lines)), "")


def _plain(words: str) -> str:
    return re.sub(r"^the\s+(?=Kingdom|Netherlands)|[\s*∗.\d]+$", "", single_spaced(words))


def _name(state: str) -> str:
    return vocabulary.name_of_state(state)


def _council(head: str, symbol: str) -> int:
    found = re.search(r"Human\s+Rights\s+Council\s+([\w-]+)\s+session", head, re.I)
    number = re.match(r"A/HRC/(?:DEC/)?(\d+)/", symbol)
    return (ordinal(found[1]) if found else 0) or (int(number[1]) if number else 0)


def _session(kind: str, text: str, issued: str) -> int:
    """The session as stated, by its documents, by a day of the review, or by the day of issue."""
    if kind == "working-group-report":
        stated = re.search(r"held\s+its\s+([\w-]+)\s+session", text)
        if stated and str(ordinal(stated[1])) in vocabulary.cycles():
            return ordinal(stated[1])
    symbol = re.search(r"A/HRC/WG\.6/(\d{1,2})/", text)
    if symbol and symbol[1] in vocabulary.cycles():
        return int(symbol[1])
    return _session_by_days(text, issued) or _session_before(issued)


def _session_by_days(text: str, issued: str) -> int:
    """The one session in which a day falls that the text names, within a year before the document."""
    end = date.fromisoformat(issued) if issued else date.max
    named = {d for d in days(text[:20_000]) if end - timedelta(365) <= d < end} if issued else set(days(text[:20_000]))
    found = {number for number, first, last in sessions() if any(first <= d <= last for d in named)}
    return found.pop() if len(found) == 1 else 0


def _session_before(issued: str) -> int:
    """The session that ended as long before the document as is usual; 0 if there is not exactly one."""
    if not issued:
        return 0
    issue, usual = date.fromisoformat(issued), vocabulary.listed(dict[str, float], "reports", "issued")
    found = [n for n, _, last in sessions() if usual["soonest"] <= (issue - last).days <= usual["latest"]]
    return found[0] if len(found) == 1 else 0


@cache
def sessions() -> list[tuple[int, date, date]]:
    """Number, first and last day of every session of the Working Group."""
    spans = [(int(number), dates.parse(text)) for number, text in vocabulary.days_of_sessions().items()]
    return [(number, span.earliest, span.latest) for number, span in spans if span.earliest and span.latest]
