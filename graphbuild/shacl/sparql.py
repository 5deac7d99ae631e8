"""Constraints in SPARQL, joined to their focus nodes where that means the same as binding them first."""

from __future__ import annotations

import re

import pyoxigraph as ox

from graphbuild.errors import GraphbuildError
from graphbuild.shacl.checks import Check, Focus
from graphbuild.shacl.shapes import NotCompiledError, Shapes, Value, path_of, prefixes_of, values

_SELECT = re.compile(r"\s*SELECT\s+(DISTINCT\s+)?(?P<projection>[^{}]*[$?]this\b[^{}]*?)\s+WHERE\s*\{(?P<body>.*)\}\s*",
                     re.DOTALL | re.IGNORECASE)
#: What would not mean the same if the focus nodes were joined to a constraint as it stands.
_UNSAFE = re.compile(r"\b(UNION|MINUS|VALUES|SERVICE|GRAPH|BIND|GROUP|SELECT|LIMIT)\b|OPTIONAL\s*\{[^}]*OPTIONAL"
                     r"|\$(shapesGraph|currentShape|value)\b|[?$]_", re.IGNORECASE)
_OPENING = re.compile(r"(\w*)\s*\{")
_PATH = re.compile(r"\$PATH\b")


def sparql_check(shapes: Shapes, shape: Value, constraint: Value, focus: Focus) -> Check:
    """The check of a constraint in SPARQL; NotCompiledError if it cannot be joined to its focus nodes."""
    path, prologue = path_of(shapes, shape), prefixes_of(shapes, constraint)
    texts = [_PATH.sub(lambda _: path, v.value) for v in values(shapes, constraint, "select")]
    for text in texts:
        _refuse_bad(prologue + text)
    match = _SELECT.fullmatch(texts[0]) if len(texts) == 1 else None
    if not match or not _joins(match["body"]) or focus.this != "?this" or values(shapes, constraint, "deactivated"):
        raise NotCompiledError("this constraint in SPARQL")
    return Check(
        shape, "sparql", f"{focus.pattern} {match['body']}", "?this", "?value", path, focus.needs,
        projection=match["projection"], constraint=constraint, prologue=prologue,
    )


def _refuse_bad(query: str) -> None:
    try:
        ox.Store().query(query)
    except (SyntaxError, RuntimeError) as error:
        raise GraphbuildError(f"a shape cannot be used, since its SPARQL fails: {error}\n{query}") from error


def _joins(body: str) -> bool:
    return not _UNSAFE.search(body) and all(w.upper() in ("EXISTS", "OPTIONAL") for w in _OPENING.findall(body))
