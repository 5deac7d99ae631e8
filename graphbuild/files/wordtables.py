"""The tables and paragraphs of a DOCX file, as a reader sees them.

Insertions, fields and content controls are in, deletions and what was moved away are out.
The library python-docx gives a merged cell once per column and loses text
outside of plain runs; here each cell stands once, with all its visible text.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from graphbuild.files.intake import InputError, open_office
from graphbuild.files.xmlfiles import Element, parse_xml

#: The cells of a row, from left to right.
Cells = list[str]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": "\t", f"{_W}noBreakHyphen": "-"}
#: What no reader sees: deleted and moved text, and the second copy of what old programs cannot show.
_UNSEEN = {
    f"{_W}del",
    f"{_W}moveFrom",
    f"{_W}instrText",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}


def read_tables(path: Path) -> list[list[Cells]]:
    """The outer tables of a document, each as rows of cells; lines of a cell are separated by line feeds.

    Raises InputError if the file is damaged or hostile.
    """
    return _tables(path, path.stat().st_mtime_ns, path.stat().st_size)


@lru_cache(maxsize=2)
def _tables(path: Path, _changed: int, _size: int) -> list[list[Cells]]:
    """Read once, though a file is looked at to know what it is before it is read."""
    with open_office(path) as archive:
        body = _parsed(path, archive, "word/document.xml")
    return [[_cells(row) for row in _within(table, "tr") if not _is_deleted(row)] for table in _within(body, "tbl")]


def read_margins(path: Path) -> list[str]:
    """What stands around the text: the title of the file, and the headers and footers of its pages."""
    with open_office(path) as archive:
        names = sorted(n for n in archive.namelist() if n.startswith(("word/header", "word/footer", "docProps/core")))
        parts = [_parsed(path, archive, name) for name in names if name.endswith(".xml")]
    return [" ".join(_text(part).split()) or " ".join(" ".join(part.itertext()).split()) for part in parts]


def _parsed(path: Path, archive: zipfile.ZipFile, name: str) -> Element:
    try:
        return parse_xml(path, archive.read(name))
    except KeyError as error:
        raise InputError(path, f"the file is damaged ({error})", "download it again") from error


def _within(element: Element, name: str) -> Iterator[Element]:
    """The outermost elements of a name, also inside content controls, and in no table within a table."""
    for child in element:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag not in _UNSEEN and child.tag != f"{_W}tbl":
            yield from _within(child, name)


def _is_deleted(row: Element) -> bool:
    return row.find(f"{_W}trPr/{_W}del") is not None


def _cells(row: Element) -> Cells:
    return ["\n".join(visible_lines(cell)).strip() for cell in _within(row, "tc")]


def _paragraphs(element: Element) -> Iterator[Element]:
    for child in element:
        if child.tag == f"{_W}p":
            yield child
        elif child.tag not in _UNSEEN:
            yield from _paragraphs(child)


def visible_lines(element: Element) -> list[str]:
    """The text of each outermost paragraph, as a reader sees it."""
    return [_text(p) for p in _paragraphs(element)]


def _text(element: Element) -> str:
    return "".join(_pieces(element))


def _pieces(element: Element) -> Iterator[str]:
    if element.tag == f"{_W}t":
        yield element.text or ""
    elif element.tag in _BREAKS:
        yield _BREAKS[element.tag]
    elif element.tag not in _UNSEEN and not _is_hidden(element):
        for child in element:
            yield from "\n" if child.tag == f"{_W}p" else ""  # a paragraph of a text box
            yield from _pieces(child)


def _is_hidden(element: Element) -> bool:
    """Whether a run is hidden from readers."""
    mark = element.find(f"{_W}rPr/{_W}vanish") if element.tag == f"{_W}r" else None
    return mark is not None and mark.get(f"{_W}val", "true") not in ("0", "false", "off")
