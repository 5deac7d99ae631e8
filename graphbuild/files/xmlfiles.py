"""XML files, read without the doors that XML leaves open: no DOCTYPE, so no entities and nothing from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from graphbuild.files.intake import InputError, weigh

#: How deep elements may stand in each other; laws and documents stay far below.
DEEPEST = 500
Element = ElementTree.Element


class _DoctypeError(Exception):
    """A DOCTYPE was met."""


class _DepthError(Exception):
    """Elements stand too deep in each other."""


class _Builder(ElementTree.TreeBuilder):
    depth = 0

    def doctype(self, name: str, pubid: str, system: str) -> None:
        """Refuse it before any entity it declares is read."""
        raise _DoctypeError

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _DepthError
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        self.depth -= 1
        return super().end(tag)


def read_xml(path: Path) -> Element:
    """The root of an XML file. Raises InputError if it is damaged, hostile or too large."""
    weigh(path)
    return parse_xml(path, path.read_bytes())


def parse_xml(path: Path, content: bytes) -> Element:
    """The root of XML that is a file, or a part of one. Raises InputError if it is damaged or hostile."""
    parser = ElementTree.XMLParser(target=_Builder())
    try:
        parser.feed(content)
        root: Element = parser.close()
    except _DoctypeError:
        remedy = "take it out, and write out the entities it declares"
        raise InputError(path, "the XML holds a DOCTYPE", remedy) from None
    except _DepthError:
        message = f"the XML nests more than {DEEPEST} elements in each other"
        raise InputError(path, message, "no document needs so many; check the file") from None
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise InputError(path, f"the file is damaged ({error})", "download it again") from error
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: Element, name: str) -> Element | None:
    """The first child of a name."""
    return next((e for e in element if local(e) == name), None)


def first(element: Element, name: str) -> Element | None:
    """The first element of a name anywhere inside one."""
    return next((e for e in walk(element) if local(e) == name), None)


def walk(element: Element, without: frozenset[str] = frozenset()) -> Iterator[Element]:
    """The elements inside one, in order, not entering those of the names given."""
    waiting = list(reversed(element))
    while waiting:
        inner = waiting.pop()
        if local(inner) not in without:
            yield inner
            waiting += reversed(inner)


#: Elements inside a line of text; all others stand apart from what is around them.
_INLINE = {
    "a", "abbr", "affectedDocument", "b", "concept", "date", "def", "del", "docDate", "docNumber", "docTitle",
    "docType", "docketNumber", "entity", "i", "inline", "ins", "legislature", "location", "mod", "mref", "noteRef",
    "organization", "person", "placeholder", "quantity", "quotedText", "ref", "role", "rref", "shortTitle", "span",
    "sub", "sup", "term", "u",
}


def words_in(element: Element, without: frozenset[str] = frozenset()) -> str:
    """The text of an element with single spaces, without what stands in elements of the names given."""
    said: list[str] = [element.text or ""]
    waiting = [(inner, False) for inner in reversed(element)]
    while waiting:
        inner, closing = waiting.pop()
        said.append("" if local(inner) in _INLINE else " ")
        if closing:
            said.append(inner.tail or "")
            continue
        waiting.append((inner, True))
        if local(inner) and local(inner) not in without:
            said.append(inner.text or "")
            waiting += [(deeper, False) for deeper in reversed(inner)]
    return re.sub(r"\s+", " ", "".join(said)).strip()
