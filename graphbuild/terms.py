"""Names and values as N-Triples text: the one place where anything is escaped.

A term is a string such as `<https://…>` or `"95.73"`; a triple is one line.
Text travels between processes, sorts, hashes and loads without further work.
"""

from __future__ import annotations

import hashlib
import re
from typing import NewType
from urllib.parse import quote

Term = NewType("Term", str)
Triple = tuple[Term, Term, Term]

UPR = "https://w3id.org/graphbuild/upr#"
ID = "https://w3id.org/graphbuild/id/"

PREFIXES = {
    "upr": UPR,
    "id": ID,
    "dcterms": "http://purl.org/dc/terms/",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

SAID_GRAPHS = ID + "graph/said/"
CONCLUDED_GRAPHS = ID + "graph/concluded/"

#: A name that can stand in an IRI as it is, which is so of most.
_PLAIN = re.compile(r"[A-Za-z0-9/\-._~()]*").fullmatch
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL = re.compile(r'[\\"\n\r\t]')
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def iri(value: str) -> Term:
    """An absolute IRI.

    >>> iri("http://example.org/a")
    '<http://example.org/a>'
    """
    return Term("<" + quote(value, safe="/:#?=&%-._~!$'()*+,;@[]") + ">")


def term(curie: str) -> Term:
    """A term of a vocabulary, by prefix; without a prefix, one of our own.

    >>> term("askOf"), term("rdfs:label")
    ('<https://w3id.org/graphbuild/upr#askOf>', '<http://www.w3.org/2000/01/rdf-schema#label>')
    """
    prefix, _, name = curie.rpartition(":")
    return Term(f"<{PREFIXES[prefix or 'upr']}{name}>")


def thing(*path: str) -> Term:
    """A thing of our own, named by the parts of its path.

    >>> thing("recommendation", "KAZ/1/95.73")
    '<https://w3id.org/graphbuild/id/recommendation/KAZ/1/95.73>'
    >>> thing("law", "KAZ/2011/no 5")
    '<https://w3id.org/graphbuild/id/law/KAZ/2011/no%205>'
    """
    name = "/".join(path)
    return Term(f"<{ID}{name if _PLAIN(name) else quote(name, safe='/-._~()')}>")


def literal(value: str, language: str = "", datatype: str = "") -> Term:
    """A literal; control characters, which no XML can carry, become U+FFFD, and language tags small, as engines do.

    >>> literal('say "no"', "en")
    '"say \\\\"no\\\\""@en'
    >>> literal("2011-10-11", datatype="xsd:date")
    '"2011-10-11"^^<http://www.w3.org/2001/XMLSchema#date>'
    """
    clean = _CONTROL.sub("\ufffd", value)
    text = '"' + _SPECIAL.sub(lambda m: _ESCAPES[m[0]], clean) + '"'
    if language:
        return Term(f"{text}@{language.lower()}")
    return Term(f"{text}^^{term(datatype)}" if datatype else text)


def integer(value: int) -> Term:
    """An `xsd:integer`."""
    return literal(str(value), datatype="xsd:integer")


def line(triple: Triple) -> str:
    """One line of N-Triples, without the line end."""
    return " ".join(triple) + " ."


def digest(*parts: str) -> str:
    """Twelve hexadecimal digits that depend on the parts alone."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def slug(text: str, otherwise: str = "") -> str:
    """A text as the name of a source: lower-case letters, digits and hyphens; another name if none are left.

    >>> slug("Session 12 (draft)"), slug("Отчёт", "export")
    ('session-12-draft', 'export')
    """
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") or otherwise


def local_id(node: str) -> str:
    """The last part of an IRI, as which people know a state or a concept; empty if there is no IRI.

    >>> local_id("<https://w3id.org/graphbuild/id/state/KAZ>"), local_id("")
    ('KAZ', '')
    """
    return node.removesuffix(">").rpartition("/")[2]


def id_of(iri: str) -> str:
    """The id of a thing, which stands behind its kind in our IRI; of an IRI of others what is behind the first slash.

    >>> id_of("https://w3id.org/graphbuild/id/law/KAZ/2011/483-IV")
    'KAZ/2011/483-IV'
    """
    return iri.removeprefix(ID).partition("/")[2]


def said_graph(source: str) -> str:
    """The IRI of the named graph that holds what a source says."""
    return SAID_GRAPHS + quote(source, safe="-._~")


def layer_of(graph: str) -> str:
    """Which of the three layers a graph belongs to, by its name, in brackets or not.

    >>> layer_of(said_graph("world")), layer_of(f"<{CONCLUDED_GRAPHS}pledge-conflict>"), layer_of("")
    ('said', 'concluded', 'settled')
    """
    name = graph.removeprefix("<")
    return "said" if name.startswith(SAID_GRAPHS) else "concluded" if name.startswith(CONCLUDED_GRAPHS) else "settled"


def is_said(graph: str) -> bool:
    """Whether a graph holds what one source says."""
    return layer_of(graph) == "said"


def is_concluded(graph: str) -> bool:
    """Whether a graph holds what one rule concluded."""
    return layer_of(graph) == "concluded"


A = term("rdf:type")
LABEL = term("rdfs:label")
