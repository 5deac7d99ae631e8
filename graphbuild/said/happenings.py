"""What readers of events share: the words of a database, who keeps it, and the claims it makes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from graphbuild import resources, vocabulary
from graphbuild.errors import CellError
from graphbuild.said.records import Paper, dated, paper_statements
from graphbuild.staged import Staged
from graphbuild.terms import LABEL, PREFIXES, A, Term, Triple, integer, literal, term, thing


@dataclass(frozen=True)
class Keeper:
    """The database that rows stand in and who answers for it; `source` is the loaded source."""

    source: str
    document: Term
    agent: Term


@dataclass(frozen=True)
class Spoken:
    """A claim without its content: its id in the source, what it is about, how it is said, and the row."""

    key: str
    about: tuple[Term, ...]
    modality: str
    text: str
    row: str
    speaker: Term | None = None


def keeper(staged: Staged, tag: str, name: str) -> Keeper:
    """Say which database it is and which organisation keeps it."""
    document, agent = thing("document", staged.source), thing("agent", tag)
    sha256 = staged.files[0].sha256 if len(staged.files) == 1 else ""
    staged.say(paper_statements(document, staged.source, Paper("database", staged.title, sha256=sha256)))
    staged.say(
        [
            (document, term("publisher"), agent),
            (agent, A, term("Organisation")),
            (agent, LABEL, literal(name, "en")),
            (agent, term("kind"), thing("agent-kind", "ngo")),
            (agent, term("dcterms:identifier"), literal(tag)),
        ]
    )
    return Keeper(staged.source, document, agent)


def concept(scheme: str, column: str, word: str) -> Term:
    """The concept of a word; raises CellError if the list does not have it."""
    found = vocabulary.concepts()[scheme].get(word.casefold())
    if not found:
        message = f"is not one of the list {scheme!r}" if word else "the cell is empty"
        raise CellError(message, f"correct it, or add the word to {scheme!r} in {resources.SCHEMES}", column)
    return found


@cache
def _broader() -> dict[str, Term]:
    quads = (q for q in vocabulary.vocabulary_quads() if q.predicate.value == PREFIXES["skos"] + "broadMatch")
    return {str(q.subject): Term(str(q.object)) for q in quads}


def kind_of_event(word: Term) -> Term:
    """Our kind of event for a concept of a database's own list."""
    return _broader()[word]


def claim(by: Keeper, said: Spoken, extra: Iterable[tuple[str, Term]] = (), date: str = "") -> list[Triple]:
    """A claim of the database, or of `said.speaker`; it is protected, since nobody has looked at it."""
    subject = thing("claim", by.source, said.key)
    return [
        (subject, A, term("Claim")),
        *_common(subject, by, said, said.speaker or by.agent),
        (subject, term("polarity"), thing("polarity", "affirmed")),
        (subject, term("modality"), thing("modality", said.modality)),
        (subject, term("text"), literal(said.text, "en")),
        *dated(subject, "date", date),
        *((subject, term(name), value) for name, value in extra),
    ]


def figure(by: Keeper, said: Spoken, measure: str, stated: str) -> list[Triple]:
    """A number that the database gives for an event, as it states it; exact only if it is a number alone."""
    subject = thing("figure", by.source, said.key)
    exact = [integer(int(stated))] * 2 if re.fullmatch(r"[0-9]{1,9}", stated) else []
    return [
        (subject, A, term("Figure")),
        *_common(subject, by, said, by.agent),
        (subject, term("measure"), thing("measure", measure)),
        (subject, term("stated"), literal(stated)),
        (subject, term("text"), literal(said.text, "en")),
        *((subject, term(name), value) for name, value in zip(("minimum", "maximum"), exact, strict=False)),
    ]


def _common(subject: Term, by: Keeper, said: Spoken, speaker: Term) -> list[Triple]:
    return [
        *((subject, term("about"), one) for one in said.about),
        (subject, term("assertedBy"), speaker),
        (subject, term("saidIn"), by.document),
        (subject, term("row"), literal(said.row)),
        (subject, term("sensitivity"), thing("sensitivity", "S2")),
        (subject, term("dcterms:identifier"), literal(said.key)),
    ]


def counted(words: Iterable[str]) -> str:
    """How often each word occurs, the most frequent first."""
    count = Counter(words)
    return ", ".join(f"{n:,} {word}" for word, n in sorted(count.items(), key=lambda pair: (-pair[1], pair[0])))
