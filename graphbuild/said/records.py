"""What readers of reviews hand on: reviews, documents and records, and their statements.

A reader turns a row, a paragraph or an object of its source into these; how
they become a graph is said here once for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphbuild import dates, vocabulary
from graphbuild.files.webaddresses import address
from graphbuild.terms import A, Term, Triple, digest, literal, term, thing


@dataclass(frozen=True)
class Review:
    """A review: alpha-3 code of the state and number of the session; dates in EDTF, as far as the source gives them.

    Where a source gives the cycle only, `session` is 0 and `known_cycle` its number.
    """

    state: str
    session: int
    date: str = ""
    report_adopted: str = ""
    outcome_adopted: str = ""
    troika: tuple[str, ...] = ()
    head_of_delegation: str = ""
    known_cycle: str = ""

    @property
    def cycle(self) -> str:
        """The number of the cycle, from the session where that is known."""
        return vocabulary.cycles()[str(self.session)] if self.session else self.known_cycle

    @property
    def key(self) -> str:
        """State and cycle, such as KAZ/1."""
        return f"{self.state}/{self.cycle}"


@dataclass(frozen=True)
class Paper:
    """A document or database: a notation of document-kind, a title, and what else the source gives.

    The date is in EDTF. `language` is that of the document, and `titled` that of the title, which may be our own.
    """

    kind: str
    title: str
    symbol: str = ""
    date: str = ""
    url: str = ""
    sha256: str = ""
    language: str = ""
    titled: str = "en"


@dataclass(frozen=True)
class Answer:
    """A state's answer: notations of position, stage and implementation, the source's words, the date in EDTF."""

    position: str
    recorded_as: str
    stage: str
    date: str = ""
    implementation: str = ""


@dataclass(frozen=True)
class Record:
    """What one row or paragraph says of one recommendation.

    `number` is list paragraph and number (95.1), empty where the source has none; `part` is
    a, b … where one number holds several wordings; `row` is where it stands in the file: a
    row number, or a paragraph written ¶95.1. `states` are alpha-3 codes, `recommenders` the
    names as written. `themes` and `affected` are OHCHR's words, `goals` numbers of goals or
    targets (16, 16.3). `written` is the text as the source has it, if `text` is cleaned;
    `language` is that of both. `heading` is what it stands under in the source; `name` the id
    of the record, where the source gives it one.
    """

    review: Review
    text: str
    row: str
    number: str = ""
    part: str = ""
    states: tuple[str, ...] = ()
    recommenders: tuple[str, ...] = ()
    answer: Answer | None = None
    issues: tuple[Term, ...] = ()
    action: str = ""
    themes: tuple[str, ...] = ()
    affected: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    written: str = ""
    place: str = ""
    note: str = ""
    language: str = "en"
    heading: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """The id of the recommendation: by its number, or by its text where the source has no numbers."""
        if self.number:
            return "/".join(filter(None, (self.review.key, self.number, self.part)))
        held = str(self.review.session or f"cycle {self.review.cycle}")
        return f"{self.review.key}/u-{digest(self.review.state, held, self.text)}"


def letter(number: int) -> str:
    """The part that a wording is, counted from 0.

    >>> letter(0), letter(26), letter(702)
    ('a', 'aa', 'aaa')
    """
    return (letter(number // 26 - 1) if number >= 26 else "") + chr(ord("a") + number % 26)


def review_statements(review: Review) -> list[Triple]:
    """What a source says of a review."""
    subject = thing("review", review.key)
    said: list[Triple] = [
        (subject, A, term("Review")),
        (subject, term("reviewOf"), thing("state", review.state)),
        (subject, term("inCycle"), thing("cycle", review.cycle)),
        *((subject, term("troika"), thing("state", code)) for code in review.troika),
    ]
    if review.session:
        said.append((subject, term("inSession"), thing("session", str(review.session))))
    for name in ("date", "report_adopted", "outcome_adopted"):
        said += dated(subject, _DATES[name], getattr(review, name))
    if review.head_of_delegation:
        said.append((subject, term("headOfDelegation"), literal(review.head_of_delegation, "en")))
    return said


_DATES = {"date": "date", "report_adopted": "reportAdopted", "outcome_adopted": "outcomeAdopted"}


def dated(subject: Term, name: str, text: str) -> list[Triple]:
    """A date of a thing, in EDTF; nothing if the text is empty. Raises ValueError if it is no date."""
    return [*dates.triples(text), (subject, term(name), dates.node(text))] if text else []


def addressed(subject: Term, name: str, written: str) -> list[Triple]:
    """The web address of a thing; as a note, if it is written so that it is none. Nothing if the text is empty."""
    if found := address(written):
        return [(subject, term(name), found)]
    return [(subject, term("note"), literal(f"address as written: {written}", "en"))] if written else []


def paper_statements(document: Term, name: str, paper: Paper) -> list[Triple]:
    """What is known of a document; `name` is the short id that questions show."""
    said: list[Triple] = [
        (document, A, term("Document")),
        (document, term("kind"), thing("document-kind", paper.kind)),
        (document, term("dcterms:identifier"), literal(name)),
        (document, term("dcterms:title"), literal(paper.title, paper.titled)),
        *dated(document, "date", paper.date),
    ]
    for property_ in ("symbol", "sha256"):
        if value := getattr(paper, property_):
            said.append((document, term(property_), literal(value)))
    if paper.language:
        said.append((document, term("dcterms:language"), literal(paper.language)))
    return said


def record_statements(record: Record, source: str, file: str, document: Term) -> list[Triple]:
    """What a source says in one place about one recommendation; `document` is what it is said in."""
    subject = thing("record", source, record_name(record))
    return [
        (subject, A, term("Record")),
        (subject, term("recordOf"), thing("recommendation", record.key)),
        *_place(subject, record, file, document),
        *((subject, term("recommendedBy"), thing("state", code)) for code in record.states),
        *((subject, term("recommenderAsWritten"), literal(name)) for name in record.recommenders),
        *_words(subject, record),
        *_answer(subject, record.answer),
        *_tags(subject, record),
    ]


def pledge_statements(record: Record, file: str, document: Term) -> list[Triple]:
    """What a source says of a voluntary pledge: like a recommendation, but made by the State under review itself."""
    subject = thing("pledge", record.key)
    return [
        (subject, A, term("VoluntaryPledge")),
        *_place(subject, record, file, document),
        *_words(subject, record),
        *_tags(subject, record),
    ]


def _place(subject: Term, record: Record, file: str, document: Term) -> list[Triple]:
    return [
        (subject, term("inReview"), thing("review", record.review.key)),
        (subject, term("saidIn"), document),
        (subject, term("row"), literal(f"{file}:{record.row}")),
    ]


def record_name(record: Record) -> str:
    """The id of a record within its source: its own, or the recommendation, and the states where it has no number."""
    if record.name:
        return "/".join(filter(None, (record.name, record.part)))
    return record.key if record.number else f"{record.key}-{'-'.join(record.states) or 'unknown'}"


def _words(subject: Term, record: Record) -> list[Triple]:
    said: list[Triple] = []
    if record.text:
        said.append((subject, term("text"), literal(record.text, record.language)))
    given = {"paragraph": record.number, "textAsWritten": record.written, "place": record.place}
    for name, value in (given | {"heading": record.heading}).items():
        if value:
            said.append((subject, term(name), literal(value)))
    if record.note:
        said.append((subject, term("note"), literal(record.note, "en")))
    return said


def _answer(subject: Term, answer: Answer | None) -> list[Triple]:
    if not answer:
        return []
    said: list[Triple] = [
        (subject, term("position"), thing("position", answer.position)),
        (subject, term("recordedAs"), literal(answer.recorded_as)),
        (subject, term("stage"), thing("stage", answer.stage)),
        *dated(subject, "date", answer.date),
    ]
    if answer.implementation:
        said.append((subject, term("implementation"), thing("implementation", answer.implementation)))
    return said


def _tags(subject: Term, record: Record) -> list[Triple]:
    said: list[Triple] = [(subject, term("issue"), issue) for issue in record.issues]
    if record.action:
        said.append((subject, term("action"), thing("action", record.action)))
    said += [(subject, term("theme"), literal(word)) for word in record.themes]
    said += [(subject, term("affected"), literal(word)) for word in record.affected]
    return said + [(subject, term("goal"), literal(number)) for number in record.goals]
