"""Articles in the plain text of a law, by the lines that begin them: `Статья 5.`, `5. člen`, `Article 5`.

A law that changes others quotes their articles; a line inside quotation marks, or
out of order, begins none. What follows the last article (place, day, names of
those who signed) is not part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from typing import TypedDict

from graphbuild import vocabulary
from graphbuild.legislation.laws import Article

#: How an article begins, by where the word for it stands: its number and letter, and its title.
_FORMS = {
    "before_number": r"{word}\s+(?P<n>\d{{1,4}})(?P<x>-\d{{1,4}})?(?!\d|-\d{{5}})\s*\.?\s*(?P<title>.*)",
    "behind_point": r"(?P<n>\d{{1,4}})\.(?P<x>\s?[a-zčšž])?\s*{word}(?P<title>)",
    "behind_hyphen": r"(?P<n>\d{{1,4}})(?P<x>-\d{{1,4}})?-{word}\.?\s*(?P<title>.*)",
}
#: A heading by its form alone: a Roman number, or capitals.
_CAPITALS = r"[IVXLC]+\.\s|(?:\d+\.\s)?[^a-zа-яčšž]{4,}$"
_APOSTROPHES = str.maketrans(dict.fromkeys("ʻʼ‘’`", "'"))


class _Word(TypedDict):
    """The word for an article in a language, and its short form in our ids."""

    word: str
    id: str


@dataclass(frozen=True)
class _Start:
    line: int
    number: int
    letter: str
    label: str


def articles_of(text: str, language: str) -> Iterator[Article]:
    """The articles of a law in its own language; none if the language is not one we can read."""
    pattern, short = _beginnings().get(language, (None, ""))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    starts = list(_starts(lines, pattern, language)) if pattern else []
    for start, following in zip_longest(starts, starts[1:]):
        body = _body(lines[start.line + 1 : following.line if following else None], last=following is None)
        if title := _title(lines[start.line], pattern):
            body = body or [title]
        if body:
            name = f"{short}-{start.number}{start.letter}"
            yield Article(name, start.label, " ".join(body), language)


@cache
def _beginnings() -> dict[str, tuple[re.Pattern[str], str]]:
    """How an article begins, and its short word in ids, by language."""
    return {
        language: (re.compile(form.format(word=re.escape(said["word"]))), said["id"])
        for where, form in _FORMS.items()
        for language, said in vocabulary.listed(dict[str, _Word], "laws", "articles", where).items()
    }


@cache
def _closing() -> re.Pattern[str]:
    """Lines with which a law ends: its number, place and day, and who signed."""
    return re.compile("|".join(map(_beginning, vocabulary.listed(list[str], "laws", "articles", "closing"))))


def _beginning(phrase: str) -> str:
    """The pattern of a phrase in which … stands for anything; its last word is whole, unless … follows."""
    words = ".*".join(map(re.escape, phrase.removesuffix("…").split("…")))
    return words if phrase.endswith("…") else rf"{words}\b"


@cache
def _heading() -> re.Pattern[str]:
    """Headings of chapters, which stand before an article and belong to none."""
    words = "|".join(map(re.escape, vocabulary.listed(list[str], "laws", "articles", "headings")))
    return re.compile(rf"(?:{words})\s+\S+|{_CAPITALS}")


def _title(line: str, pattern: re.Pattern[str] | None) -> str:
    match = pattern.fullmatch(line) if pattern else None
    return match["title"] if match else ""


def _starts(lines: list[str], pattern: re.Pattern[str], language: str) -> Iterator[_Start]:
    depth, last = 0, 0
    for n, line in enumerate(lines):
        match = pattern.fullmatch(line)
        if match:
            number = int(match["n"])
            letter = (match["x"] or "").strip(" -")
            following = number == last + 1 and not letter
            if following or (not depth and (number > last or (number == last and letter))):
                depth, last = 0, number
                yield _Start(n, number, f"-{letter}" if letter else "", line.rstrip(". "))
                continue
        depth = max(0, depth + _opened(line, language))


def _opened(line: str, language: str) -> int:
    """Quotation marks opened and not closed: some languages write »…«, the others «…»."""
    balance = line.count("«") - line.count("»")
    return -balance if language in vocabulary.listed(list[str], "laws", "articles", "quoted_inwards") else balance


def _body(lines: list[str], last: bool) -> list[str]:
    kept = [line for line in lines if line]
    if last:
        end = next((n for n, line in enumerate(kept) if _closing().match(line.translate(_APOSTROPHES))), len(kept))
        kept = kept[:end]
    while kept and _heading().match(kept[-1]):
        kept.pop()
    return kept
