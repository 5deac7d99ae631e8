"""What UN mechanisms other than the review recommend to states or observe about them, and its statements."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphbuild.terms import A, Term, Triple, literal, term, thing

#: The number of a paragraph, at the beginning of one of the first lines: some have a heading or two above it.
_PARAGRAPH = re.compile(r"^(\d{1,3})\s?\.(?!\d)")
_HEADINGS = 3


@dataclass(frozen=True)
class Observation:
    """A recommendation or concern of a treaty body, special procedure or other mechanism.

    `name` is the id that the source gives it, `kinds` notations of observation-kind, `states` alpha-3 codes,
    `bodies` the mechanisms as the source names them, `row` its place in the file. `themes` and `affected`
    are OHCHR's words, `goals` numbers of goals or targets; `written` is the text as the source has it, if
    `text` is cleaned.
    """

    name: str
    kinds: tuple[str, ...]
    states: tuple[str, ...]
    bodies: tuple[str, ...]
    text: str
    row: str
    themes: tuple[str, ...] = ()
    affected: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    written: str = ""

    @property
    def paragraph(self) -> str:
        """The number of the paragraph, where the text begins with one; headings may stand above it."""
        found = map(_PARAGRAPH.match, self.text.split("\n")[:_HEADINGS])
        return next((match[1] for match in found if match), "")


def observation_statements(observation: Observation, file: str, document: Term) -> list[Triple]:
    """What is said in one place of a document about one or more states."""
    subject = thing("observation", observation.name)
    return [
        (subject, A, term("Observation")),
        *((subject, term("kind"), thing("observation-kind", kind)) for kind in observation.kinds),
        *((subject, term("ofState"), thing("state", code)) for code in observation.states),
        *_given(subject, "body", *observation.bodies),
        (subject, term("text"), literal(observation.text, "en")),
        (subject, term("saidIn"), document),
        (subject, term("row"), literal(f"{file}:{observation.row}")),
        *_given(subject, "paragraph", observation.paragraph),
        *_given(subject, "textAsWritten", observation.written),
        *_given(subject, "theme", *observation.themes),
        *_given(subject, "affected", *observation.affected),
        *_given(subject, "goal", *observation.goals),
    ]


def _given(subject: Term, name: str, *values: str) -> list[Triple]:
    return [(subject, term(name), literal(value)) for value in values if value]
