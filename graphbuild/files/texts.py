"""The text of documents: plain text, PDF and DOCX.

What is damaged, hostile or not what it claims to be is refused, in one sentence.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from graphbuild.files.apart import ApartError
from graphbuild.files.intake import (
    InputError,
    called,
    decode,
    decode_old,
    form_of,
    open_office,
    weigh,
    with_line_feeds,
)
from graphbuild.files.pages import pages_of
from graphbuild.files.wordtables import visible_lines
from graphbuild.files.xmlfiles import parse_xml


def read_text(path: Path, *, old: bool = False) -> str:
    """The text of a plain text (UTF-8; if `old`, perhaps Mac Roman), PDF or DOCX file; form feeds part pages of a PDF.

    Raises InputError if it is damaged, hostile, or of another kind.
    """
    weigh(path)
    status = path.stat()
    form = form_of(path)
    return _text_of(path, "old" if old and form == "text" else form, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=2)
def _text_of(path: Path, form: str, _changed: int, _size: int) -> str:
    """Read once, though every kind of document looks at the text to know whether it is its own."""
    if form in _TEXT:
        return _TEXT[form](path)
    raise InputError(path, f"is {called(form)}, not a text, PDF or DOCX file", "save the document as one of these")


def _plain_text(path: Path) -> str:
    return with_line_feeds(decode(path, path.read_bytes()))


def _old_text(path: Path) -> str:
    return with_line_feeds(decode_old(path, path.read_bytes()))


def _pdf_text(path: Path) -> str:
    content = path.read_bytes()
    if b"%%EOF" not in content[-2048:]:
        raise InputError(path, "the PDF ends before its end", "download it again")
    try:
        pages = pages_of(content)
    except ApartError as error:
        raise InputError(path, f"the PDF cannot be read ({error})", "download it again, or save it as text") from error
    if not any(page.strip() for page in pages):
        raise InputError(path, "the PDF holds no text, only pictures", "run text recognition over it first")
    return with_line_feeds("\f".join(pages)).replace("\ufffe", "-").replace("\xad", "-")


def _docx_text(path: Path) -> str:
    """Paragraphs in order, as a reader sees them; footnotes after the text."""
    with open_office(path) as archive:
        parts = [n for n in ("word/document.xml", "word/footnotes.xml") if n in archive.namelist()]
        roots = [parse_xml(path, archive.read(name)) for name in parts]
    return "\n".join(line for root in roots for line in visible_lines(root))


_TEXT = {"text": _plain_text, "old": _old_text, "pdf": _pdf_text, "docx": _docx_text}
