"""What is wrong with a query: that the engine cannot read it, or that it asks for words that there are not."""

from __future__ import annotations

import re

from graphbuild import vocabulary
from graphbuild.errors import meant
from graphbuild.safety import QUIET
from graphbuild.terms import ID, PREFIXES

_USED = re.compile(r"(?<![\w?$:.-])([A-Za-z][\w.-]*|):(?=[\w%-])")
_DECLARED = re.compile(r"\bPREFIX\s+([\w.-]*):", re.I)
_NAMESPACE = re.compile(r"\bPREFIX\s+([\w.-]*):\s*<([^<>\s]*)>", re.I)
_NAME = re.compile(r"(?<![\w?$:.-])([\w.-]*):([\w-]++(?:\.[\w-]++)*+)(?![\\%:])")
_GRAPH = re.compile(r"(?<![\w?$:@-])(?:GRAPH|FROM)\b", re.I)
_PLACE = re.compile(r"at (\d+):(\d+)")
_SIGN = re.compile(r'"[^"]+"')


def fault(query: str, error: SyntaxError) -> str:
    """A sentence on what the engine's parser found.

    >>> fault("SELECT ?x { ?x a upr:Pledge }", SyntaxError("error at 1:27: expected …"))
    'the prefix upr: is not declared; write PREFIX upr: <https://w3id.org/graphbuild/upr#> above the query'
    """
    bare = QUIET.sub(" ", query)
    if undeclared := sorted({*_USED.findall(bare)} - {*_DECLARED.findall(bare)}):
        prefix = f"{undeclared[0]}:"
        return f"the prefix {prefix} is not declared; write PREFIX {prefix} <{_meant(undeclared[0])}> above the query"
    if "variable that is unbound" in str(error):
        return "the query cannot be read: SELECT has a variable that is not in GROUP BY; put it there, or count it"
    return f"the query cannot be read: {_place(str(error))}"


def unknown_words(query: str) -> list[str]:
    """A sentence for each term or concept that the vocabulary does not have, as which nothing can be found.

    >>> unknown_words(f"PREFIX upr: <{PREFIXES['upr']}> SELECT ?x {{ ?x a upr:Pledge ; upr:postion ?y }}")
    ["upr:postion is not in the vocabulary; did you mean 'position'?"]
    """
    known = {text for q in vocabulary.vocabulary_quads() if (text := getattr(q.subject, "value", ""))}
    return [
        f"{written} is not in the vocabulary{meant(iri.removeprefix(space), _under(space, known))}"
        for written, iri, space in _words(query)
        if iri not in known
    ]


def terms_of(query: str) -> dict[str, str]:
    """The classes and properties of ours that a query names, as it writes them, and their IRIs."""
    return {written: iri for written, iri, space in _words(query) if space == PREFIXES["upr"]}


def names_graphs(query: str) -> bool:
    """Whether a query looks into named graphs."""
    return bool(_GRAPH.search(QUIET.sub(" ", query)))


def _words(query: str) -> list[tuple[str, str, str]]:
    """The terms and concepts in a query: as it writes them, their IRIs, and the namespaces of these."""
    ours = {ID + scheme + "/" for scheme in vocabulary.concepts()} | {PREFIXES["upr"]}
    spaces = {prefix: space for prefix, space in _NAMESPACE.findall(query) if space in ours}
    names = dict.fromkeys(_NAME.findall(QUIET.sub(" ", query)))
    return [(f"{prefix}:{name}", spaces[prefix] + name, spaces[prefix]) for prefix, name in names if prefix in spaces]


def _under(space: str, iris: set[str]) -> list[str]:
    return sorted(iri.removeprefix(space) for iri in iris if iri.startswith(space))


def _meant(prefix: str) -> str:
    """The namespace that we know by a prefix."""
    return PREFIXES.get(prefix) or (f"{ID}{prefix}/" if prefix in vocabulary.concepts() else "http://…")


def _place(said: str) -> str:
    """Line and column, and the signs that might stand there, without the parser's other notes."""
    place = _PLACE.search(said)
    signs = " or ".join(_SIGN.findall(said))
    where = f"line {place[1]}, column {place[2]}" if place else said
    return f"{where}: " + (f"write {signs} there, or before" if signs else "what stands there, or before, is no SPARQL")
