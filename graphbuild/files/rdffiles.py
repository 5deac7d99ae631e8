"""RDF as it comes in files: which syntax it is in, and its statements, without asking the network for anything.

What is damaged or hostile is refused in one sentence: a DOCTYPE, a context that
lies elsewhere, an IRI that has no beginning.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox

from graphbuild import resources
from graphbuild.files.intake import LARGEST, InputError, form_of

#: The IRI by which a file may name our context instead of carrying it.
CONTEXT = "https://w3id.org/graphbuild/context.jsonld"

#: What relative IRIs are resolved against, so that they can be seen and refused.
_NOWHERE = "relative://nowhere.invalid/"
_SYNTAXES = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_QUADS,
    ".nq": ox.RdfFormat.N_QUADS,
}
_TERM = rb'(?:<[a-zA-Z][\w+.-]*:[^<>"\s]*>|_:\S+)'
_VALUE = rb'(?:%b|"(?:[^"\\\n]|\\.)*"(?:@[\w-]+|\^\^<[^<>\s]*>)?)' % _TERM
#: The first line of N-Triples or N-Quads that is no comment; all N-Triples are N-Quads.
_LINE = re.compile(rb"(?:\s*#[^\n]*\n)*\s*%b\s+<[^<>\s]+>\s+%b\s*(%b)?\s*\." % (_TERM, _VALUE, _TERM))
_TURTLE = re.compile(rb"(?:\s*#[^\n]*\n)*\s*(?:@prefix|@base|prefix\s+[\w.-]*:\s*<|base\s+<)", re.I)
_RDF_XML = re.compile(
    rb"<(?:\w+:)?RDF\b.*http://www\.w3\.org/1999/02/22-rdf-syntax-ns#|"
    rb"http://www\.w3\.org/1999/02/22-rdf-syntax-ns#.*<(?:\w+:)?RDF\b",
    re.S,
)
#: A description of a data set, such as `export --description` writes: it speaks of a file beside it by relative IRIs.
_DESCRIPTION = re.compile(rb"^<>\s+a\s+void:DatasetDescription\b", re.M)
_KEYWORD = re.compile(rb'"@(?:context|graph|id|type)"\s*:')
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
#: Levels of a JSON-LD document; how many Python itself can walk down differs from version to version.
DEEPEST = 200
_PLACE = re.compile(r"Parser error (?:at|between) line (\d+)[^:]*: ?(.*)", re.S)


def syntax_of(path: Path) -> ox.RdfFormat | None:
    """The syntax of an RDF file by its content, and by its name where syntaxes look alike; None if it is none."""
    head = _head(path)
    form, named = form_of(path), _SYNTAXES.get(path.suffix.lower())
    if form == "json":
        return ox.RdfFormat.JSON_LD if _KEYWORD.search(head) else None
    if form == "xml" and (head.lstrip().startswith(b"<?xml") or _RDF_XML.search(head)):
        return ox.RdfFormat.RDF_XML if _RDF_XML.search(head) else None
    if form not in ("text", "xml"):
        return None
    return named or (ox.RdfFormat.N_QUADS if _LINE.match(head) else ox.RdfFormat.TRIG if _TURTLE.match(head) else None)


def is_description(path: Path) -> bool:
    """Whether a file describes the data set that lies beside it."""
    return bool(_DESCRIPTION.search(_head(path)))


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16384).removeprefix(b"\xef\xbb\xbf")


def read_quads(path: Path, syntax: ox.RdfFormat) -> Iterator[ox.Quad]:
    """The statements of a file, as they are met. Raises InputError if it is damaged or hostile."""
    try:
        for quad in _parsed(path, syntax):
            _refuse_strange(path, quad)
            yield quad
    except (SyntaxError, ValueError) as error:
        raise InputError(path, *_complaint(path, str(error), syntax)) from error
    except RecursionError:
        raise InputError(path, "is nested too deeply", "save it as N-Quads") from None


def _parsed(path: Path, syntax: ox.RdfFormat) -> ox.QuadParser:
    if syntax == ox.RdfFormat.RDF_XML:
        _refuse_doctype(path)
    if syntax == ox.RdfFormat.JSON_LD and CONTEXT.encode() in _small(path):
        return ox.parse(_with_context(path), format=syntax, base_iri=_NOWHERE)
    base = None if syntax == ox.RdfFormat.N_QUADS else _NOWHERE
    return ox.parse(path=path, format=syntax, base_iri=base)


def _small(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise InputError(path, f"is larger than {LARGEST:,} bytes", "save it as N-Quads, which is read line by line")
    return path.read_bytes()


def _refuse_doctype(path: Path) -> None:
    if _DOCTYPE.search(_small(path)):
        raise InputError(path, "holds a DOCTYPE, which could bring in other files", "save it anew, as Turtle")


def _with_context(path: Path) -> str:
    """The document with our context in the place of its IRI."""
    ours = json.loads((resources.ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))["@context"]

    def filled(value: object, depth: int) -> object:
        if depth > DEEPEST:
            raise RecursionError
        if isinstance(value, list):
            return [filled(member, depth + 1) for member in value]
        if isinstance(value, dict):
            return {k: _replaced(one, ours) if k == "@context" else filled(one, depth + 1) for k, one in value.items()}
        return value

    return json.dumps(filled(json.loads(path.read_text(encoding="utf-8-sig")), 0))


def _replaced(context: object, ours: object) -> object:
    if isinstance(context, list):
        return [_replaced(member, ours) for member in context]
    return ours if context == CONTEXT else context


def _refuse_strange(path: Path, quad: ox.Quad) -> None:
    for node in (quad.subject, quad.predicate, quad.object, quad.graph_name):
        if isinstance(node, ox.NamedNode) and node.value.startswith("relative:"):
            short = node.value.removeprefix(_NOWHERE)
            raise InputError(path, f"the IRI <{short}> is relative", "write it whole, or state a base in the file")
        if isinstance(node, ox.Triple):
            raise InputError(path, "holds a statement about a statement (RDF 1.2)", "write it as a upr:Claim")


def _complaint(path: Path, text: str, syntax: ox.RdfFormat) -> tuple[str, str]:
    """What is wrong, with its line, and what to do."""
    if "LoadDocumentCallback" in text:
        return "its context lies elsewhere, and nothing is fetched from the network", "write the context into the file"
    if "No scheme found" in text:
        place = _PLACE.match(text)
        line = f"line {place[1]}: " if place else ""
        return f"{line}an IRI is relative", "write it whole, beginning with its scheme"
    if syntax == ox.RdfFormat.RDF_XML and (line := _line_of(path)):
        return f"{line}: {text}", "correct it there"
    if place := _PLACE.match(text):
        return f"line {place[1]}: {place[2].removesuffix(f' (line {place[1]})')}", "correct it there"
    return text, "correct the file"


def _line_of(path: Path) -> str:
    try:
        ElementTree.parse(path)
    except ElementTree.ParseError as error:
        return f"line {error.position[0]}"
    return ""
