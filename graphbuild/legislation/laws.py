"""What readers of laws hand on: laws, their provisions and what happened to them, and the statements of all three.

A law is known by state, year and number (KAZ/2011/483-IV), in whatever source it
stands. What a reader knows only from a mention has neither title nor kind; the
settled layer gives it a name.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from graphbuild import vocabulary
from graphbuild.said.records import Paper, addressed, dated, paper_statements
from graphbuild.staged import FileMark
from graphbuild.terms import LABEL, A, Term, Triple, literal, local_id, term, thing

#: What passes for the code of an enactor that is no state.
UNION = "EU"


@dataclass(frozen=True)
class Law:
    """A law: its id, notation of law-kind, title and language, number clean and as written, and what else is said.

    `state` is an alpha-3 code, or EU. `same_as` is the address by which the source knows it; `citation` how the
    source cites it; `notes` are sentences in English.
    """

    key: str
    state: str
    kind: str = ""
    title: str = ""
    language: str = ""
    number: str = ""
    written: str = ""
    citation: str = ""
    identifiers: tuple[str, ...] = ()
    same_as: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Article:
    """A provision: its name within the law, how it is cited, and what it says, in the law's language."""

    name: str
    label: str
    text: str
    language: str = ""


@dataclass(frozen=True)
class Happening:
    """What happened to a law: the id of the law, a notation of legal-event-kind, a date in EDTF, the id of the law
    that did it, and sentences in English."""

    law: str
    kind: str
    date: str = ""
    by: str = ""
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Adoption happens once, so all sources name it alike; other events are told apart by what did them, or when.

        >>> Happening("KAZ/2011/483-IV", "adopted", "2011-10-11").key
        'KAZ/2011/483-IV/adopted/1'
        """
        mark = "1" if self.kind in ("adopted", "tabled") else f"by/{self.by}" if self.by else self.date or "undated"
        return f"{self.law}/{self.kind}/{mark}"


@dataclass(frozen=True)
class Origin:
    """Where something is said: the document, and the file."""

    document: Term
    file: str

    def of(self, subject: Term, place: str) -> list[Triple]:
        """That a thing is said there, in a place of the file; the last colon parts the two."""
        row = literal(f"{self.file}:{place.replace(':', '%3A')}")
        return [(subject, term("saidIn"), self.document), (subject, term("row"), row)]


def law_statements(law: Law, origin: Origin, place: str) -> list[Triple]:
    """What a source says of a law."""
    subject = thing("law", law.key)
    said: list[Triple] = [(subject, A, term("Law")), *enactor(subject, law.state), *origin.of(subject, place)]
    if law.kind:
        said.append((subject, term("kind"), thing("law-kind", law.kind)))
    if law.title:
        said.append((subject, term("titleAsWritten"), literal(law.title, law.language or "und")))
    plain = [("number", law.number), ("numberAsWritten", law.written), ("dcterms:bibliographicCitation", law.citation)]
    plain += [("dcterms:identifier", value) for value in law.identifiers]
    said += [(subject, term(name), literal(value)) for name, value in plain if value]
    said += [(subject, term("note"), literal(note, "en")) for note in law.notes]
    return [*said, *addressed(subject, "skos:exactMatch", law.same_as)]


def enactor(subject: Term, state: str) -> list[Triple]:
    """Whose law it is; the European Union is no state, and is introduced."""
    if state != UNION:
        return [(subject, term("enactedBy"), thing("state", state))]
    union = thing("agent", UNION)
    return [
        (subject, term("enactedBy"), union),
        (union, A, term("Organisation")),
        (union, term("kind"), thing("agent-kind", "intergovernmental")),
        (union, LABEL, literal("European Union", "en")),
    ]


def article_statements(law: Law, article: Article, origin: Origin) -> list[Triple]:
    """What a law says in one place; how it differs from an earlier text is not known."""
    subject, language = thing("provision", f"{law.key}/{article.name}"), article.language or "und"
    return [
        (subject, A, term("Provision")),
        (subject, term("ofLaw"), thing("law", law.key)),
        (subject, LABEL, literal(article.label, language)),
        (subject, term("text"), literal(article.text, language)),
        (subject, term("change"), thing("change", "unknown")),
        *origin.of(subject, article.name),
    ]


def happening_statements(happening: Happening, origin: Origin, place: str) -> list[Triple]:
    """What happened to a law. Raises ValueError if the date is none."""
    subject = thing("legal-event", happening.key)
    said: list[Triple] = [
        (subject, A, term("LegalEvent")),
        (subject, term("affects"), thing("law", happening.law)),
        (subject, term("kind"), thing("legal-event-kind", happening.kind)),
        *dated(subject, "date", happening.date),
        *origin.of(subject, place),
    ]
    if happening.by:
        said.append((subject, term("byLaw"), thing("law", happening.by)))
    return said + [(subject, term("note"), literal(note, "en")) for note in happening.notes]


def text_of_law(source: str, law: Law, file: FileMark, url: str = "") -> list[Triple]:
    """The document that a file is: the text of a law."""
    document = thing("document", source)
    paper = Paper("law-text", f"Text of {law.key}", sha256=file.sha256, language=law.language)
    return [*paper_statements(document, source, paper), *addressed(document, "url", url)]


def source_of(law: str) -> str:
    """The name of a source that holds one law.

    >>> source_of("KAZ/2026/271-VIII")
    'law-kaz-2026-271-viii'
    """
    plain = unicodedata.normalize("NFKD", law.casefold())
    letters = "".join(c if c.isascii() and c.isalnum() else "-" for c in plain if not unicodedata.combining(c))
    return "law-" + "-".join(filter(None, letters.split("-")))


def enactor_of(word: str) -> str:
    """The alpha-3 code of the state that a code or name means, EU for the Union, or an empty text.

    >>> [enactor_of(word) for word in ("es", "ita", "GB-UKM", "eu", "ak")]
    ['ESP', 'ITA', 'GBR', 'EU', '']
    """
    if word.casefold() in ("eu", "eur"):
        return UNION
    state = vocabulary.state(word) or vocabulary.state(word.partition("-")[0])
    return local_id(state or "")


def kind_of_law(word: str) -> str:
    """The notation of the kind of law that a word in any of the listed languages means, or an empty text."""
    return _words("law-kind").get(_folded(word), "")


def kind_of_legal_event(word: str) -> str:
    """The notation of the kind of legal event that a word in any of the listed languages means, or an empty text."""
    return _words("legal-event-kind").get(_folded(word), "")


@cache
def _words(scheme: str) -> dict[str, str]:
    concepts = vocabulary.concepts()[scheme].items()
    return {_folded(word): local_id(concept) for word, concept in concepts}


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.strip().casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))
