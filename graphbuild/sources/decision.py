"""A decision by which the Human Rights Council adopts the outcome of a review: it gives the day."""

from __future__ import annotations

import re
from pathlib import Path

from graphbuild.errors import Problem
from graphbuild.files.texts import read_text
from graphbuild.said.records import Paper, Review, paper_statements, review_statements
from graphbuild.staged import Staged, mark
from graphbuild.terms import thing
from graphbuild.undocuments.masthead import Masthead, day, is_review_document, read_masthead, source_of

KIND = "decision"
_HELD = re.compile(r"conducted\s+the\s+review\s+of\s+.{2,80}?\s+on\s+(.{8,40})", re.S)
_MEETING = re.compile(r"\d{1,2}(?:st|nd|rd|th)\s+(?:\([^)]*\)\s+)?meeting\s+(.{8,60})", re.S)
_ADOPTED = re.compile(r"Human\s+Rights\s+Council\s+on\s+(\d{1,2}\s+\w+\s+\d{4})")


def is_decision(path: Path) -> bool:
    """A text, PDF or DOCX file with the head of a decision on the outcome of a review."""
    return is_review_document(path, KIND)


def read_decision(path: Path) -> Staged:
    """Read a decision: the review it is about, and the day on which its outcome was adopted."""
    text = read_text(path, old=True)
    head = read_masthead(text) or Masthead(KIND, path.stem)
    staged = Staged(source_of("decision", head, path), "decision of the Human Rights Council", head.title, [mark(path)])
    staged.read = 1
    adopted = _adopted(text)
    missing = head.missing() or ("" if adopted else "day of adoption")
    if missing:
        message = f"the decision does not say which {missing} it is about"
        staged.problems.append(
            Problem(staged.source, path.name, None, None, None, message, "load the whole decision, with its last lines")
        )
        return staged
    held = _HELD.search(text)
    review = Review(head.state, head.session, day(held[1]) if held else "", outcome_adopted=adopted)
    paper = Paper(KIND, head.title, head.symbol, head.date, sha256=staged.files[0].sha256, language="en")
    document = thing("document", staged.source)
    staged.say([*review_statements(review), *paper_statements(document, staged.source, paper)])
    staged.loaded = 1
    return staged


def _adopted(text: str) -> str:
    """The day that stands under the number of the meeting, or in the heading; in EDTF."""
    meeting, heading = _MEETING.search(text), _ADOPTED.search(text)
    return (day(meeting[1]) if meeting else "") or (day(heading[1]) if heading else "")
