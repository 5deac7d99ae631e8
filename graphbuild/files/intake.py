"""Files as they come: what they are by their first bytes, and how they are opened, read within limits.

Whatever is damaged, hostile or not what it claims to be is refused here, in
one sentence, before a reader sees it.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from graphbuild.errors import GraphbuildError
from graphbuild.files.containers import ContainerError, check_container

#: Largest file read whole, in bytes; larger inputs have readers that stream.
LARGEST = 200_000_000
#: What a document or workbook may unpack to, in bytes and in parts, and how much more than it weighs.
UNPACKED, PARTS, RATIO = 300_000_000, 5_000, 200
#: Cells between the first and the last of a sheet, empty ones included.
CELLS = 20_000_000

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"{\\rtf", "rtf"),
    (b"\x1f\x8b", "gzip"),
)
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|script|table)\b", re.I | re.S
)
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.I)
#: What zipfile raises on spoilt bytes; RuntimeError for an encrypted part, and a kind of it for a compression that it
#: does not know.
_SPOILT = (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, EOFError, OSError)
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
#: In Mac Roman these bytes are capitals and signs: inside a word, or alone, they betray Windows-1252.
_WINDOWS = re.compile(rb"[A-Za-z][\xe0-\xff]|\s[\xe0-\xff]\s")
_APOSTROPHE = {"mac_roman": re.compile(rb"[a-z]\xd5s\b"), "cp1252": re.compile(rb"[a-z]\x92s\b")}
#: What a cell of a workbook may hold; an empty one holds "".
Cell = str | float | bool | date | datetime | time | timedelta

class InputError(GraphbuildError):
    """A file that cannot be read: which, why, and what to do. Exit code 2."""

    def __init__(self, path: Path, message: str, remedy: str) -> None:
        super().__init__(f"{path}: {message}; {remedy}")


def form_of(path: Path) -> str:
    """pdf, docx, xlsx, xls, rtf, gzip, zip, html, xml, json, text or binary, by content and not by name."""
    with path.open("rb") as file:
        head = file.read(4096)
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
    return {"html": "an HTML page", "zip": "an archive or a damaged office file", "binary": "in no form we know"}.get(
        form, f"in the form {form.upper()}"
    )


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


def read_sheets(path: Path) -> dict[str, list[list[Cell]]]:
    """The sheets of an XLSX or XLS workbook by name, as rows of cells: str, float, bool, date, datetime, or "".

    The first row of the list is row 1 of the sheet. Raises InputError if the workbook is damaged or hostile.
    """
    weigh(path)
    status = path.stat()
    return _sheets_of(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)
def _sheets_of(path: Path, _changed: int, _size: int) -> dict[str, list[list[Cell]]]:
    """Read once, though every kind of table looks at the header to know whether it is its own."""
    import python_calamine

    if form_of(path) == "xlsx":
        with open_office(path) as archive:
            _refuse_vast(path, archive)
    elif form_of(path) != "xls":
        raise InputError(path, f"is {called(form_of(path))}, not a workbook", "save it as XLSX")
    content = path.read_bytes()
    if form_of(path) == "xls":
        content = _whole(path, content)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = {n: workbook.get_sheet_by_name(n) for n in workbook.sheet_names}
        return {name: list[list[Cell]](sheet.to_python(skip_empty_area=False)) for name, sheet in sheets.items()}
    except (python_calamine.CalamineError, OSError) as error:
        raise InputError(path, f"the workbook cannot be read ({error})", "save it anew as XLSX") from error


def _whole(path: Path, content: bytes) -> bytes:
    """The container of an XLS file, followed to its ends; some databases leave the last part short."""
    try:
        check_container(content)
    except ContainerError as error:
        raise InputError(path, f"the workbook is damaged ({error})", "download it again, or save it as XLSX") from error
    return content + bytes(-len(content) % 4096)


def _refuse_vast(path: Path, archive: zipfile.ZipFile) -> None:
    """A single cell in the last row and column makes a sheet of 17 thousand million cells."""
    for name in archive.namelist():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            found = _CELL.findall(archive.read(name))
            columns = {_column_number(letters) for letters, _ in found}
            rows = {int(number) for _, number in found}
            if found and max(columns) * max(rows) > CELLS:
                message = f"{name} inside it reaches to row {max(rows):,} and column {max(columns):,}"
                raise InputError(path, message, "delete the stray cells, and save it anew")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
