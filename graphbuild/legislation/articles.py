"""Articles in the plain text of a law, by the lines that begin them: `Статья 5.`, `5. člen`, `Article 5`.

A law that changes others quotes their articles; a line inside quotation marks, or
out of order, begins none. What follows the last article (place, day, names of
those who signed) is not part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from graphbuild.legislation.laws import Article

#: How an article begins, by language: its number and letter, and its title.
_BEGINNINGS = {
    "ru": re.compile(r"Статья\s+(?P<n>\d{1,4})(?P<x>-\d{1,4})?(?!\d|-\d{5})\s*\.?\s*(?P<title>.*)"),
    "sl": re.compile(r"(?P<n>\d{1,4})\.(?P<x>\s?[a-zčšž])?\s*člen(?P<title>)"),
    "az": re.compile(r"Maddə\s+(?P<n>\d{1,4})(?P<x>-\d{1,4})?(?!\d|-\d{5})\s*\.?\s*(?P<title>.*)"),
    "uz": re.compile(r"(?P<n>\d{1,4})(?P<x>-\d{1,4})?-modda\.?\s*(?P<title>.*)"),
    "en": re.compile(r"Article\s+(?P<n>\d{1,4})(?P<x>-\d{1,4})?(?!\d|-\d{5})\s*\.?\s*(?P<title>.*)"),
}
_WORDS = {"ru": "st", "sl": "clen", "az": "madde", "uz": "modda", "en": "article"}
#: Lines with which a law ends: its number, place and day, and who signed.
_CLOSING = re.compile(r"(?:Št\. |Ljubljana,|Президент\b|Премьер|Председатель|Prezident\b|O.zbekiston .*Prezidenti)")
#: Headings of chapters, which stand before an article and belong to none.
_HEADING = re.compile(r"(?:(?:Глава|Раздел|Параграф|Bob|Fəsil)\s+\S+|[IVXLC]+\.\s|(?:\d+\.\s)?[^a-zа-яčšž]{4,}$)")


@dataclass(frozen=True)
class _Start:
    line: int
    number: int
    letter: str
    label: str


def articles_of(text: str, language: str) -> Iterator[Article]:
    """The articles of a law in its own language; none if the language is not one we can read."""
    pattern = _BEGINNINGS.get(language)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    starts = list(_starts(lines, pattern, language)) if pattern else []
    for start, following in zip_longest(starts, starts[1:]):
        body = _body(lines[start.line + 1 : following.line if following else None], last=following is None)
        if title := _title(lines[start.line], pattern):
            body = body or [title]
        if body:
            name = f"{_WORDS[language]}-{start.number}{start.letter}"
            yield Article(name, start.label, " ".join(body), language)


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
    """Quotation marks opened and not closed; Slovene writes »…«, the others «…»."""
    balance = line.count("«") - line.count("»")
    return -balance if language == "sl" else balance


def _body(lines: list[str], last: bool) -> list[str]:
    kept = [line for line in lines if line]
    if last:
        end = next((n for n, line in enumerate(kept) if _CLOSING.match(line)), len(kept))
        kept = kept[:end]
    while kept and _HEADING.match(kept[-1]):
        kept.pop()
    return kept
