"""A report of the Working Group: who recommended what to a state, and how the state answered on the spot."""

from __future__ import annotations

from pathlib import Path

from graphbuild import vocabulary
from graphbuild.errors import Problem
from graphbuild.files.intake import InputError
from graphbuild.files.texts import read_text
from graphbuild.plurals import number_of
from graphbuild.said.records import (
    Answer,
    Paper,
    Record,
    Review,
    dated,
    letter,
    paper_statements,
    pledge_statements,
    record_statements,
    review_statements,
)
from graphbuild.staged import LeftOut, Staged, mark
from graphbuild.terms import thing
from graphbuild.undocuments.masthead import Masthead, is_review_document, read_masthead, source_of
from graphbuild.undocuments.opening import read_opening
from graphbuild.undocuments.outcome import Listed, Outcome, read_outcome
from graphbuild.undocuments.wording import single_spaced, split_wordings

KIND = "working-group-report"
_COMMENT = "a comment or conclusion, and no recommendation"
_NO_LIST = "a paragraph of the conclusions that lists no recommendations"


def is_report(path: Path) -> bool:
    """A text, PDF or DOCX file with the head of a report of the Working Group."""
    return is_review_document(path, KIND)


def read_report(path: Path) -> Staged:
    """Read a report: each numbered item becomes one record for each of its wordings.

    Raises InputError if the text holds no section with conclusions.
    """
    text = read_text(path, old=True)
    head = read_masthead(text) or Masthead(KIND, path.stem)
    outcome = read_outcome(text)
    if not outcome or not outcome.listed:
        raise InputError(path, "is a report without a list of recommendations", "load the whole report")
    staged = Staged(source_of("wg-report", head, path), "Working Group report", head.title, [mark(path)])
    if missing := head.missing():
        message = f"the document does not say which {missing} it is about"
        staged.problems.append(
            Problem(staged.source, path.name, "¶1", None, None, message, "complete the text of its first paragraph")
        )
        return staged
    opening = read_opening(text)
    review = Review(
        head.state, head.session, opening.date, opening.report_adopted, "", opening.troika, opening.head_of_delegation
    )
    _say(review, head, outcome, staged)
    staged.remarks += _remarks(outcome)
    return staged


def _say(review: Review, head: Masthead, outcome: Outcome, staged: Staged) -> None:
    document, file = thing("document", staged.source), staged.files[0]
    paper = Paper(KIND, head.title, head.symbol, head.date, sha256=file.sha256, language="en")
    staged.say([*review_statements(review), *paper_statements(document, staged.source, paper)])
    for entry in outcome.listed:
        if entry.answer and entry.answer.comments:
            staged.left_out.append(LeftOut(f"¶{entry.number}", entry.item.text[:80], _COMMENT))
            continue
        for record in _records(review, entry):
            _warn(record, staged)
            staged.say(record_statements(record, staged.source, file.name, document))
        staged.loaded += 1
    for number, text in outcome.pledges:
        pledge = Record(review, text, f"¶{number}", number)
        staged.say(pledge_statements(pledge, file.name, document))
        staged.say(dated(thing("pledge", pledge.key), "date", _pledged(review)))
        staged.loaded += 1
    staged.left_out += [LeftOut(f"¶{p.number}", p.text[:80], _NO_LIST) for p in outcome.others]
    staged.read = staged.loaded + len(staged.left_out)


def _pledged(review: Review) -> str:
    """A pledge was made between the dialogue and the adoption of the report, both included."""
    if review.date and review.report_adopted:
        return f"[{review.date}..{review.report_adopted}]"
    return review.report_adopted or review.date


def _records(review: Review, entry: Listed) -> list[Record]:
    """One record for each wording of an item; parts are a, b … where there are several."""
    wordings = split_wordings(entry.item.text)
    written = single_spaced(entry.item.text)
    return [
        Record(
            review,
            wording.text or written,
            f"¶{entry.number}",
            entry.number,
            letter(at) if len(wordings) > 1 else "",
            wording.states,
            wording.recommenders,
            _answer(review, entry),
            written=written if written != wording.text else "",
            note=_note(entry, wording.unresolved),
        )
        for at, wording in enumerate(wordings)
    ]


def _answer(review: Review, entry: Listed) -> Answer | None:
    said = entry.answer
    if not said or not said.position:
        return None
    return Answer(said.position, said.found, "workingGroup", review.report_adopted, said.implementation)


def _note(entry: Listed, unknown: tuple[str, ...]) -> str:
    """Footnote, number as printed, and names that are no state we know."""
    printed = f"Printed as {entry.item.printed}." if entry.item.printed else ""
    return " ".join(filter(None, (entry.item.note, printed, *(f"Unknown state: {name}." for name in unknown))))


def _warn(record: Record, staged: Staged) -> None:
    if "Unknown state: " in record.note:
        name = record.note.partition("Unknown state: ")[2]
        remedy = vocabulary.add_spelling(name.removesuffix("."))
        staged.remarks.append(f"{record.row}: {name} Kept as written; {remedy}")


def _remarks(outcome: Outcome) -> list[str]:
    lists: dict[int, list[Listed]] = {}
    for entry in outcome.listed:
        lists.setdefault(entry.paragraph, []).append(entry)
    told = [f"¶{number}: {number_of(len(items), 'item')}, {_told(items[0])}" for number, items in lists.items()]
    unknown = [
        f"¶{p.number}: no phrase of ontology/words/reports.toml says how the state answered: {p.text[:120]!r}"
        for p in outcome.unanswered
    ]
    named = number_of(len(outcome.pledges), "voluntary pledge") if outcome.pledges else ""
    return [*told, *unknown, *filter(None, [named])]


def _told(entry: Listed) -> str:
    return (entry.answer.position or "no answer") if entry.answer else "no answer"
