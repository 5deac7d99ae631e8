"""What is wrong with a query that the engine cannot read, in one sentence."""

from __future__ import annotations

import re

from graphbuild import vocabulary
from graphbuild.safety import QUIET
from graphbuild.terms import ID, PREFIXES

_USED = re.compile(r"(?<![\w?$:.-])([A-Za-z][\w.-]*|):(?=[\w%-])")
_DECLARED = re.compile(r"\bPREFIX\s+([\w.-]*):", re.I)
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


def _meant(prefix: str) -> str:
    """The namespace that we know by a prefix."""
    return PREFIXES.get(prefix) or (f"{ID}{prefix}/" if prefix in vocabulary.concepts() else "http://…")


def _place(said: str) -> str:
    """Line and column, and the signs that might stand there, without the parser's other notes."""
    place = _PLACE.search(said)
    signs = " or ".join(_SIGN.findall(said))
    where = f"line {place[1]}, column {place[2]}" if place else said
    return f"{where}: " + (f"write {signs} there, or before" if signs else "what stands there, or before, is no SPARQL")
