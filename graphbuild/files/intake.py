"""Files as they come: what they are by their first bytes, and how they are opened, read within limits.

Whatever is damaged, hostile or not what it claims to be is refused here, in
one sentence, before a reader sees it.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from graphbuild.errors import GraphbuildError

#: Largest file read whole, in bytes; larger inputs have readers that stream.
LARGEST = 200_000_000
#: What a document or workbook may unpack to, in bytes and in parts, and how much more than it weighs.
UNPACKED, PARTS, RATIO = 300_000_000, 5_000, 200

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"{\\rtf", "rtf"),
    (b"\x1f\x8b", "gzip"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*+<(?:!doctype\s+html|html|head|body|script|table)\b", re.I | re.S
)
_CALLED = {
    "html": "an HTML page",
    "zip": "an archive or a damaged office file",
    "utf-16": "a text in UTF-16",
    "empty": "empty",
    "binary": "in no form we know",
}
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.I)
#: What zipfile raises on spoilt bytes; RuntimeError for an encrypted part, and a kind of it for a compression that it
#: does not know.
_SPOILT = (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, EOFError, OSError)
#: In Mac Roman these bytes are capitals and signs: inside a word, or alone, they betray Windows-1252.
_WINDOWS = re.compile(rb"[A-Za-z][\xe0-\xff]|\s[\xe0-\xff]\s")
_APOSTROPHE = {"mac_roman": re.compile(rb"[a-z]\xd5s\b"), "cp1252": re.compile(rb"[a-z]\x92s\b")}


class InputError(GraphbuildError):
    """A file that cannot be read: which, why, and what to do. Exit code 2."""

    def __init__(self, path: Path, message: str, remedy: str) -> None:
        super().__init__(f"{path}: {message}; {remedy}")


def form_of(path: Path) -> str:
    """pdf, docx, xlsx, xls, rtf, gzip, zip, html, xml, json, text, utf-16, empty or binary, whatever the name."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        return "empty"
    for magic, form in _MAGIC:
        if head.startswith(magic):
            return form
    if head.startswith(b"PK"):
        return _office(path)
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "html"
    return _written(head.removeprefix(b"\xef\xbb\xbf").lstrip())


def _office(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except _SPOILT:
        return "zip"
    return "docx" if "word/document.xml" in names else "xlsx" if "xl/workbook.xml" in names else "zip"


def _written(head: bytes) -> str:
    if b"\x00" in head:
        return "binary"
    if head.startswith(b"<") and b">" in head:
        return "xml"
    return "json" if head[:1] in (b"{", b"[") else "text"


def called(form: str) -> str:
    """A form as people call it: an HTML page, in the form XLS."""
    return _CALLED.get(form, f"in the form {form.upper()}")


def weigh(path: Path) -> None:
    """Raise InputError if a file is too large to be read whole."""
    if path.stat().st_size > LARGEST:
        raise InputError(path, f"is larger than {LARGEST:,} bytes", "split it, or load an export that is streamed")


def decode(path: Path, content: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte-order mark; another encoding is refused, never guessed."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(path, f"byte {error.start + 1} is not UTF-8", "save the file as UTF-8") from None


def decode_old(path: Path, content: bytes) -> str:
    """UTF-8, or else the Mac Roman of old exports and reports; bytes that betray Windows-1252 are refused."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if found := _betrayed(content):
            message = f"byte {found} is neither UTF-8 nor the Mac Roman of the old exports"
            raise InputError(path, message, "save the file as UTF-8") from None
        return content.decode("mac_roman")


def with_line_feeds(text: str) -> str:
    """A text whose lines end with LF, whether they ended with CR, LF or CRLF.

    >>> with_line_feeds("one\\r\\ntwo\\rthree\\n")
    'one\\ntwo\\nthree\\n'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _betrayed(content: bytes) -> int:
    """Where a text shows that it is not Mac Roman, counted from 1; 0 if it does not."""
    mac, windows = (len(p.findall(content)) for p in _APOSTROPHE.values())
    found = _APOSTROPHE["cp1252"].search(content) if windows > mac else _WINDOWS.search(content)
    return found.start() + 1 if found else 0


def open_office(path: Path) -> zipfile.ZipFile:
    """A DOCX or XLSX file, opened after a look at what it would unpack to.

    Raises InputError if it is damaged, would fill the memory, or holds a DOCTYPE.
    """
    weigh(path)
    try:
        archive = zipfile.ZipFile(path)
        _refuse_bombs(path, archive)
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")) and _DOCTYPE.search(_head(archive, name)):
                raise InputError(path, f"{name} inside it holds a DOCTYPE", "save it anew with an office program")
    except _SPOILT as error:
        raise InputError(path, f"the file is damaged ({error})", "download it again") from error
    return archive


def _refuse_bombs(path: Path, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    heavy = size > 20_000_000 and size > RATIO * max(path.stat().st_size, 1)
    if size > UNPACKED or len(parts) > PARTS or heavy:
        message = f"would unpack to {size:,} bytes in {len(parts):,} parts, far more than a document needs"
        raise InputError(path, message, "save it anew with an office program")
    if damaged := archive.testzip():
        raise zipfile.BadZipFile(f"{damaged} does not match its checksum")


def _head(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(4096)
