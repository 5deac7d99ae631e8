"""Numbered paragraphs and their lists of items, out of text in which line breaks cannot be relied on.

Two ways to number are read: 95. … 1. … 2. (numbers that begin again in each
list) and 124.1. 124.2. (the paragraph and a number). A number counts only if
it is the next one expected, and stands where something ended before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graphbuild.undocuments.wording import single_spaced, without_page_breaks

#: How many numbers a list may skip where the next one begins a line.
SKIPPED = 3
_TOKEN = re.compile(r"(?<![\w.,/(–-])(\d{1,3})(?:\.[ \t]?(\d{1,3}))?(?:\.(?!\d)|(?=[ \t\n]|[A-Z“\"]))")
_ENDED = re.compile(r"[;:.)\]”\"*\d]\s*$")
_EDITED = re.compile(
    r"[*∗.]{0,9}\s{0,99}(?:The )?conclusions\s+and(?:/or)?\s+recommendations\s+"
    r"(?:have|will)\s+not\s+be(?:en)?\s+edited\.?",
    re.I,
)
_READ_OUT = (
    r"(?:The[ \t]+)?(?:text[ \t]+of[ \t]+the[ \t]+|original[ \t]+)?"
    r"recommendations?[ \t]+(?:as[ \t]+read|originally[ \t]+|read[ \t]+as)"
)
_FOOTNOTE = re.compile(
    rf"\n[ \t]*(?P<mark>\d{{1,2}})\s+(?P<note>{_READ_OUT}.+?)"
    rf"(?=\n[ \t]*\d{{1,3}}\.|\n[ \t]*\d{{1,2}}\s+{_READ_OUT}|\n[ \t]*(?:Annex\b|A/HRC)|\n[ \t]*\n|\f|\Z)",
    re.I | re.S,
)
_MARK = re.compile(r"(?<=[)A-Za-z”\"])\s?[;.]?\s?(\d{1,2})\)?\s*[;.]*$")
#: What the state says behind an item, in the same breath.
_COMMENTS = re.compile(r"(?<=[).;])\s+(?:COMMENTS?|Comments?(?: (?:by|of) [^:]{3,60})?):.*$", re.S)
_HYPHEN = re.compile(r"(?<=[^\W\d_]-)\s*\n\s*(?=[^\W\d_])")
_INTRODUCES = re.compile(r"[^;]{0,400}?(?:recommendation|conclusion|voluntary|response)", re.I)


@dataclass(frozen=True)
class Item:
    """One item of a list: its number in the list, its text, its footnote, and the number as printed."""

    number: int
    text: str
    note: str = ""
    printed: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A numbered paragraph: what it says before its list, and the items of the list."""

    number: int
    text: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class _Token:
    """A number in the text: of a paragraph or item (`first`), or of a paragraph and an item in it."""

    first: int
    second: int
    start: int
    end: int
    begins_line: bool


def paragraphs(text: str) -> list[Paragraph]:
    """The numbered paragraphs of a section, in order; text before the first number is left out."""
    text, notes = without_footnotes(_EDITED.sub("", _HYPHEN.sub("", text)))
    text = without_page_breaks(text)
    cuts = _cuts(text)
    ends = [*(token.start for token, _, _ in cuts[1:]), len(text)][: len(cuts)]
    found: list[Paragraph] = []
    for (token, paragraph, item), end in zip(cuts, ends, strict=True):
        words = single_spaced(text[token.end : end])
        if not item:
            found.append(Paragraph(paragraph, words))
            continue
        if not found or found[-1].number != paragraph:
            found.append(Paragraph(paragraph, ""))
        last = found[-1]
        found[-1] = Paragraph(last.number, last.text, (*last.items, _item(token, item, words, notes, paragraph)))
    return found


def without_footnotes(text: str) -> tuple[str, dict[str, str]]:
    """The text without notes on what was read out during the dialogue, and these notes by their marks."""
    notes = {m["mark"]: single_spaced(m["note"]) for m in _FOOTNOTE.finditer(text)}
    return _FOOTNOTE.sub("\n", text), notes


def _item(token: _Token, number: int, words: str, notes: dict[str, str], paragraph: int) -> Item:
    """An item without the mark of its footnote and without comments; both become its note."""
    comment = _COMMENTS.search(words)
    words = words[: comment.start()] if comment else words
    mark = _MARK.search(words)
    note = notes.get(mark[1], "") if mark else ""
    text = words[: mark.start()] if mark and note else words
    notes_of_item = " ".join(filter(None, (note, comment[0].strip() if comment else "")))
    printed = f"{token.first}.{token.second}" if token.second and token.first != paragraph else ""
    return Item(number, text.strip(), notes_of_item, printed)


def _tokens(text: str) -> Iterator[_Token]:
    """Numbers that stand at the beginning of a line, or behind the end of something."""
    for match in _TOKEN.finditer(text):
        before = text[max(0, match.start() - 40) : match.start()]
        begins_line = not before.rpartition("\n")[2].strip() if "\n" in before or match.start() < 40 else False
        dotted = match[2] is not None
        if (dotted or match[0].endswith(".")) and (begins_line or _ENDED.search(before)):
            yield _Token(int(match[1]), int(match[2] or 0), match.start(), match.end(), begins_line)


def _cuts(text: str) -> list[tuple[_Token, int, int]]:
    """Where a paragraph (item 0) or an item begins: the number, the paragraph, and the item."""
    found: list[tuple[_Token, int, int]] = []
    paragraph = last = 0
    dotted = False
    for token in _tokens(text):
        if token.second:
            place = _dotted(token, paragraph, last)
            dotted = dotted or place is not None
        else:
            place = _plain(token, paragraph, last, dotted, text)
            dotted = dotted and not (place and place[1] == 0)
        if place:
            paragraph, last = place
            found.append((token, paragraph, last))
    return found


def _dotted(token: _Token, paragraph: int, last: int) -> tuple[int, int] | None:
    """The paragraph and item that 124.7 begins, if it can be the next one."""
    if token.first == paragraph and (
        token.second == last + 1 or (token.begins_line and last < token.second <= last + 1 + SKIPPED)
    ):
        return paragraph, token.second
    if token.begins_line and token.second == 1 and token.first == paragraph + 1:
        return token.first, 1
    if token.begins_line and token.second == last + 1 and last > 1 and abs(token.first - paragraph) <= 1:
        return paragraph, token.second
    return None


def _plain(token: _Token, paragraph: int, last: int, dotted: bool, text: str) -> tuple[int, int] | None:
    """The paragraph or item that 7. begins, if it can be the next one."""
    is_paragraph = token.begins_line and (not paragraph or token.first == paragraph + 1)
    is_item = bool(paragraph) and not dotted and token.first == last + 1
    if is_paragraph and is_item:
        is_item = not _INTRODUCES.match(text, token.end)
    if is_item:
        return paragraph, token.first
    return (token.first, 0) if is_paragraph else None
