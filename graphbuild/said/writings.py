"""Texts that people publish: what a file holds of them, and the paragraphs and sentences they are made of.

Positions count characters, from zero, in the decoded text in Unicode's form C
with LF as line end; a hash is the SHA-256 of those characters in UTF-8.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from graphbuild.files.intake import InputError, decode, form_of, with_line_feeds
from graphbuild.files.jsonfiles import parse_json
from graphbuild.files.texts import read_text

#: What a line of a JSONL file must have to be a published text.
_KEYS = {"text", "publisher"}
_SENTENCE_END = re.compile(r"[.!?…][\"”’»)]*\s*$")
_BREAK = re.compile(r"\n[ \t]*\n\s*|\f\s*|\n(?=[ \t]*(?:[•▪●◦*–-]|\(?[0-9a-z]{1,3}[.)])[ \t])")
_LINE = re.compile(r"(?<!\s)[^\S\n]*+\n\s*+")
_STOP = re.compile(r"[.!?…][\"”’»)]*\s+(?=[\"“‘«(]?[A-Z])")
#: Before these a full stop ends no sentence.
_SHORT = re.compile(r"(?:\b(?:[A-Z]|Art|Arts|No|Nos|Mr|Mrs|Ms|Dr|Prof|St|para|paras|vs|cf|Sr|Jr)|\.\.)\.$")
#: Lines that code has and prose has not.
_CODE = re.compile(
    r"^(?:from [\w.]+ import |import [\w.]+$|def \w+\(|class \w+[(:]|@prefix |PREFIX \w*:|#!|#include |<\?)", re.M
)
_MENU = re.compile(
    r"(?:skip to (?:main )?(?:content|navigation)|(?:main )?(?:menu|navigation)|home|search|share(?: this)?|print|"
    r"donate(?: now)?|subscribe|sign (?:in|up)|log ?in|register|close|back(?: to top)?|read more|follow us|"
    r"contact(?: us)?|about(?: us)?|newsletter|(?:accept|manage) (?:all )?cookies|english|français|español|"
    r"русский|العربية|中文|facebook|twitter|email|x|whatsapp|region / country)",
    re.I,
)


@dataclass(frozen=True)
class Place:
    """A stretch of a text: the number of its paragraph, and where it starts and ends, in characters."""

    paragraph: int
    start: int
    end: int

    @property
    def name(self) -> str:
        """The paragraph as people cite it."""
        return f"¶{self.paragraph}"


@dataclass(frozen=True)
class Writing:
    """One published text: its id in the file (empty if it is the whole file), the text, and what is said of it.

    `sha256` is that of the bytes it was read from; `row` is the line of a JSONL file, 0 elsewhere.
    """

    key: str
    text: str
    sha256: str
    form: str = "text"
    row: int = 0
    fields: dict[str, str] = field(default_factory=dict)

    def hash_of(self, place: Place) -> str:
        """The SHA-256 of a place's characters in UTF-8."""
        return sha256(self.text[place.start : place.end].encode())


def sha256(content: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def is_writing(path: Path) -> bool:
    """A PDF, DOCX or plain text with at least one sentence, or JSON lines with texts and publishers."""
    if not path.is_file():
        return False
    form = form_of(path)
    if form == "json":
        return _first_object(path).keys() >= _KEYS
    return form in ("pdf", "docx") or (form == "text" and _is_prose(path))


def _first_object(path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        line = file.readline(1_000_000)
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_prose(path: Path) -> bool:
    """A text, and not a table, markup or code without a reader: it has a sentence, and its lines are no rows."""
    with path.open("rb") as file:
        text = with_line_feeds(file.read(20_000).decode("utf-8", errors="replace"))
    lines = [line for line in text.splitlines() if line.strip()]
    rows = any(len(counts := {line.count(sign) for line in lines[:5]}) == 1 and min(counts) > 0 and len(lines) > 1
               for sign in "\t;")
    commas = {line.count(",") for line in lines[:5]}
    if rows or _CODE.search(text) or text.startswith("<") or (len(commas) == 1 and min(commas) > 1):
        return False
    parted = bool(re.search(r"\n\s*\n", text))
    blocks = [block.split() for block in re.split(r"\n\s*\n" if parted else r"\n", text)]
    told = sum(len(block) for block in blocks if len(block) >= 8 and _is_told(block, parted))
    return any(map(_SENTENCE_END.search, text.split())) and told > 0.4 * sum(map(len, blocks))


def _is_told(block: list[str], parted: bool) -> bool:
    """Whether a paragraph has a sentence in it, or a line is long where no blank lines part the text; no comment is."""
    return (not parted or any(map(_SENTENCE_END.search, block))) and not block[0].startswith(
        ("#", "//", "/*", "--", "%")
    )


def read_writings(path: Path) -> list[Writing]:
    """The texts of a file; raises InputError if it is damaged or a line of JSON is not a text."""
    form = form_of(path)
    if form == "json":
        return list(_lines(path))
    return [Writing("", unicodedata.normalize("NFC", read_text(path)), sha256(path.read_bytes()), form)]


def _lines(path: Path) -> Iterator[Writing]:
    seen: dict[str, int] = {}
    for number, line in enumerate(decode(path, path.read_bytes()).split("\n"), start=1):
        if line.strip():
            found = _object(path, line, number)
            key = str(found.get("id") or number)
            if not re.fullmatch(r"[\w.-]{1,100}", key) or key.strip(".") == "":
                raise InputError(
                    path, f"line {number}: the id {key[:40]!r} cannot be used", "use letters, digits, hyphens"
                )
            if key in seen:
                raise InputError(
                    path, f"line {number}: the id {key!r} stands in line {seen[key]} already", "rename one"
                )
            seen[key] = number
            fields = {k: _written(v) for k, v in found.items() if k not in ("id", "text") and v is not None}
            text = unicodedata.normalize("NFC", with_line_feeds(str(found["text"])))
            yield Writing(key, text, sha256(line.encode().strip()), "text", number, fields)


def _object(path: Path, line: str, number: int) -> dict[str, object]:
    found = parse_json(path, line, f"line {number}")
    if not isinstance(found, dict) or not isinstance(found.get("text"), str) or not found["text"].strip():
        raise InputError(
            path, f"line {number} holds no text", 'give each object a "text" with the words of the document'
        )
    return found


def _written(value: object) -> str:
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def paragraphs(writing: Writing) -> list[Place]:
    """The paragraphs in order: by blank lines, pages and bullets; by lines where a text has no blank lines."""
    by_lines = writing.form == "docx" or not re.search(r"\n[ \t]*\n|\f", writing.text)
    breaks = [m.span() for m in (_LINE if by_lines else _BREAK).finditer(writing.text)]
    edges = [0, *(edge for span in breaks for edge in span), len(writing.text)]
    trimmed = (_trimmed(writing.text, start, end) for start, end in list(pairwise(edges))[::2])
    return [Place(n, start, end) for n, (start, end) in enumerate((t for t in trimmed if t[0] < t[1]), start=1)]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def sentences(text: str, paragraph: Place) -> Iterator[Place]:
    """The sentences of a paragraph; where it is not sure that one ends, it goes on."""
    start = paragraph.start
    for stop in _STOP.finditer(text, paragraph.start, paragraph.end):
        before = text[start : stop.end()].rstrip().rstrip('"”’»)')
        if not _SHORT.search(before):
            yield Place(paragraph.paragraph, *_trimmed(text, start, stop.end()))
            start = stop.end()
    if start < paragraph.end:
        yield Place(paragraph.paragraph, start, paragraph.end)


def menu_before(writing: Writing, places: list[Place]) -> list[Place]:
    """The paragraphs before the body that only lead around a website."""
    count = 0
    for place in places:
        lines = writing.text[place.start : place.end].split("\n")
        if not all(_MENU.fullmatch(line.strip()) for line in lines):
            break
        count += 1
    return places[:count]
