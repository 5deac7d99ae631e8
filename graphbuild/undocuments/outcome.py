"""The conclusions of a report: what was recommended, how the state answered, what it pledged of its own accord."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from graphbuild.undocuments.numbering import Item, Paragraph, paragraphs
from graphbuild.undocuments.phrases import Phrase, answer_in
from graphbuild.undocuments.ranges import numbers_in

_HEADING = re.compile(r"\bII\.?\s*Conclusions?\s*and\s*/?\s*(?:or)?\s*recommendations", re.I)
_LIST = re.compile(r"\n\s*\d{2,3}\.\s+(?=(?:The|All|In)\s[^.;:]{0,80}recommendations[^;]{0,300}:)")
_PLEDGES = re.compile(r"\bIII\.?\s*Voluntary\s+(?:pledges|commitments)[^\n]*", re.I)
_ANNEX = re.compile(r"\n\s*(?:Annex(?:es)?|Appendix)\b|\bComposition\s+of\s+the\s+delegation\s*\n", re.I)
_CLOSING = re.compile(r"reflects?\s+the\s+positions?\s+of\s+the\s+submitting|be\s+construed\s+as", re.I)
_ELSEWHERE = re.compile(r"paragraphs?\s+\d", re.I)
_WHOLE_LIST = re.compile(r"\b(?:these|all|the)\s+(?:of\s+the\s+)?(?:above\s+)?recommendations\b", re.I)
#: What is said behind the last item of a list on all of them.
_SAID_LAST = re.compile(r"(?<=[.;)])\s+(?:The|All|These)\s+(?:above\s+)?recommendations\s+listed\s+above[^();]*$")
_BULLET = re.compile(r"\s*[•·]\s*|(?:(?<=[:;.,])|(?<=\band)|^)\s*\((?:[a-z]|[ivx]{1,4})\)\s+")
_REFERENCE = re.compile(r"^(?:Reference is made|The commitments .{0,80} (?:are|is) (?:contained|reflected))", re.I)


@dataclass(frozen=True)
class Listed:
    """One item of a list: its paragraph, the item, and what the state answered, if it did."""

    paragraph: int
    item: Item
    answer: Phrase | None

    @property
    def number(self) -> str:
        """Paragraph and number, such as 95.1."""
        return f"{self.paragraph}.{self.item.number}"


@dataclass
class Outcome:
    """The items of all lists in order, pledges by their numbers, and paragraphs that are neither."""

    listed: list[Listed] = field(default_factory=list)
    pledges: list[tuple[str, str]] = field(default_factory=list)
    others: list[Paragraph] = field(default_factory=list)
    unanswered: list[Paragraph] = field(default_factory=list)


def read_outcome(text: str) -> Outcome | None:
    """The conclusions of the report, or None if it has no such section."""
    start = _start(text)
    if start < 0:
        return None
    section = text[start:]
    if annex := _ANNEX.search(section, 200):
        section = section[: annex.start()]
    pledged = list(_PLEDGES.finditer(section))
    outcome = Outcome()
    for paragraph in paragraphs(section[: pledged[-1].start()] if pledged else section):
        _take(paragraph, outcome)
    if pledged:
        outcome.pledges = [p for found in paragraphs(section[pledged[-1].end() :]) for p in _pledged(found, outcome)]
    return outcome


def _start(text: str) -> int:
    """Where the section begins: at its last heading, the first being in the contents; or else at the first list."""
    headings = [match.start() for match in _HEADING.finditer(text)]
    if headings and _LIST.search(text, headings[-1]):
        return headings[-1]
    first = _LIST.search(text)
    return first.start() if first else headings[-1] if headings else -1


def _take(paragraph: Paragraph, outcome: Outcome) -> None:
    """A list with its answer; or a later word on a list before it; or something else."""
    if paragraph.items:
        answer = answer_in(paragraph.text)
        items, last = list(paragraph.items), paragraph.items[-1]
        if said := _SAID_LAST.search(last.text):
            items[-1], answer = replace(last, text=last.text[: said.start()]), answer_in(said[0])
        outcome.listed += [Listed(paragraph.number, item, answer) for item in items]
        if not answer:
            outcome.unanswered.append(paragraph)
    elif not _CLOSING.search(paragraph.text) and not _answers_before(paragraph, outcome):
        outcome.others.append(paragraph)


def _answers_before(paragraph: Paragraph, outcome: Outcome) -> bool:
    """Whether the paragraph says of a list before it how it is answered, or which items are implemented."""
    answer = answer_in(paragraph.text)
    if not answer or not outcome.listed or "recommendation" not in paragraph.text:
        return False
    if answer.implementation:
        return _implemented(paragraph.text, answer, outcome)
    open_lists = [e.paragraph for e in outcome.listed if not (e.answer and e.answer.position)]
    if _ELSEWHERE.search(paragraph.text) or not open_lists or not _WHOLE_LIST.match(paragraph.text):
        return False
    outcome.listed = [replace(e, answer=answer) if e.paragraph in open_lists else e for e in outcome.listed]
    return bool(answer.position)


def _implemented(text: str, said: Phrase, outcome: Outcome) -> bool:
    """Items that are named by number, or the whole list above, are said to be implemented."""
    where = re.search(r"paragraph\s+(\d{1,3})", text)
    paragraph = int(where[1]) if where else outcome.listed[-1].paragraph
    named = set(numbers_in(re.sub(r"paragraphs?\s+\d{1,3}", "", text), str(paragraph)))
    if not named and re.search(r"\b(?:above|these)\b", text):
        named = {e.number for e in outcome.listed if e.paragraph == paragraph}
    known = {e.number for e in outcome.listed}
    if not named or not named <= known:
        return False
    outcome.listed = [_with(e, said) if e.number in named else e for e in outcome.listed]
    return True


def _with(entry: Listed, said: Phrase) -> Listed:
    """An item with what is said of its implementation; its answer stays."""
    answer = entry.answer or said
    return replace(entry, answer=replace(answer, implementation=said.implementation))


def _pledged(paragraph: Paragraph, outcome: Outcome) -> Iterator[tuple[str, str]]:
    """The pledges of a paragraph, by number: its items, its points, or the paragraph itself."""
    points = [i.text for i in paragraph.items] or [p for p in _BULLET.split(paragraph.text)[1:] if p.strip(" ;.")]
    if points:
        yield from ((f"{paragraph.number}.{at}", _bare(point)) for at, point in enumerate(points, 1))
    elif _REFERENCE.match(paragraph.text):
        outcome.others.append(paragraph)
    elif not paragraph.text.endswith(":"):
        yield str(paragraph.number), _bare(paragraph.text)


def _bare(text: str) -> str:
    return re.sub(r"(?:[;,\s]|\band)+$", "", text)
