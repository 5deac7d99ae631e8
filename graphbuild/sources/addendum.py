"""An addendum to a report: how the state answers the recommendations that it put off."""

from __future__ import annotations

from pathlib import Path

from graphbuild.errors import Problem
from graphbuild.files.texts import read_text
from graphbuild.said.records import (
    Answer,
    Paper,
    Record,
    Review,
    paper_statements,
    record_statements,
    review_statements,
)
from graphbuild.staged import LeftOut, Staged, mark
from graphbuild.terms import thing
from graphbuild.undocuments.masthead import Masthead, is_review_document, read_masthead, source_of
from graphbuild.undocuments.replies import Reply, read_replies

KIND = "addendum"


def is_addendum(path: Path) -> bool:
    """A text, PDF or DOCX file with the head of an addendum to a report of the Working Group."""
    return is_review_document(path, KIND)


def read_addendum(path: Path) -> Staged:
    """Read an addendum: each number that is answered for certain becomes a record without a text."""
    text = read_text(path, old=True)
    head = read_masthead(text) or Masthead(KIND, path.stem)
    staged = Staged(source_of("addendum", head, path), "addendum", head.title, [mark(path)])
    if problem := _problem(head):
        staged.problems.append(Problem(staged.source, path.name, None, None, None, *problem))
        return staged
    try:
        replies, unread = read_replies(text)
    except ValueError as error:
        staged.problems.append(
            Problem(staged.source, path.name, None, None, None, str(error), "correct the numbers in a copy as text")
        )
        return staged
    _say(head, replies, staged)
    staged.left_out = [LeftOut(passage.place, passage.words, passage.why) for passage in unread]
    staged.read = staged.loaded + len(staged.left_out)
    return staged


def _problem(head: Masthead) -> tuple[str, str] | None:
    if missing := head.missing():
        return (
            f"the addendum does not say which {missing} it is about",
            "write the day of the review into a copy as text",
        )
    if not head.date:
        return (
            "the addendum does not say when it was issued",
            "write the day before the word Original in a copy as text",
        )
    return None


def _say(head: Masthead, replies: list[Reply], staged: Staged) -> None:
    document, file = thing("document", staged.source), staged.files[0]
    review = Review(head.state, head.session)
    paper = Paper(KIND, head.title, head.symbol, head.date, sha256=file.sha256, language="en")
    staged.say([*review_statements(review), *paper_statements(document, staged.source, paper)])
    for reply in replies:
        said = reply.phrase
        answer = Answer(said.position, said.found, KIND, head.date, said.implementation)
        record = Record(review, "", f"¶{reply.number}", reply.number, answer=answer, place=reply.place)
        staged.say(record_statements(record, staged.source, file.name, document))
        staged.loaded += 1
