"""Constraints on one value: for each the expression in SPARQL that is true of a value which violates it.

The expressions never fail, so that they can be negated and counted: what cannot be cast
or compared violates. Oxigraph casts and compares strictly; an ill-formed date is a violation.
"""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox

from graphbuild.shacl.quantifiers import one_of
from graphbuild.shacl.shapes import SH, NotCompiledError, Shapes, Value, members, values
from graphbuild.terms import PREFIXES

_XSD = PREFIXES["xsd"]
#: Datatypes whose lexical forms Oxigraph checks when it casts to them.
_CAST = {_XSD + name for name in (
    "boolean", "integer", "decimal", "float", "double", "date", "dateTime", "time", "gYear", "gYearMonth", "gMonth",
    "gMonthDay", "gDay", "duration", "dayTimeDuration", "yearMonthDuration")}
#: Datatypes of XML Schema of which any text is a lexical form.
_ANY_TEXT = {_XSD + "string", _XSD + "anyURI"}
_KINDS = {
    "IRI": "!isIRI({0})",
    "BlankNode": "!isBlank({0})",
    "Literal": "!isLiteral({0})",
    "BlankNodeOrIRI": "isLiteral({0})",
    "IRIOrLiteral": "isBlank({0})",
    "BlankNodeOrLiteral": "isIRI({0})",
}


def fails_by_value(shapes: Shapes, shape: Value, name: str, argument: Value, value: str) -> str:
    """The expression that is true of a value which violates a constraint; NotCompiledError if there is none."""
    if name in _TESTS:
        return _TESTS[name](argument, value)
    if name == "pattern":
        expression = _expression(argument, *values(shapes, shape, "flags"))
        return f"(isBlank({value}) || COALESCE(!REGEX(STR({value}), {expression}), true))"
    if name == "in":
        return "!" + one_of(f"sameTerm({value}, {constant(m)})" for m in members(shapes, argument))
    if name == "languageIn":
        return "!" + one_of(f"COALESCE(LANGMATCHES(LANG({value}), {m}), false)" for m in members(shapes, argument))
    raise NotCompiledError(f"sh:{name} here")


def constant(term: Value) -> str:
    """A term as a query names it, which no query can do for a blank node."""
    if isinstance(term, ox.BlankNode):
        raise NotCompiledError("a blank node as a value")
    return str(term)


def follows_not(operator: str, value: str, other: str) -> str:
    """That two values do not stand in an order, or cannot be compared."""
    return f"COALESCE(!({value} {operator} {other}), true)"


def _datatype(argument: Value, value: str) -> str:
    name = argument.value
    if name.startswith(_XSD) and name not in _CAST | _ANY_TEXT:
        raise NotCompiledError(f"the datatype {name}")
    other = f"COALESCE(DATATYPE({value}) != {argument}, true)"
    return f"({other} || COALESCE(DATATYPE({argument}(STR({value}))) != {argument}, true))" if name in _CAST else other


def _node_kind(argument: Value, value: str) -> str:
    return _KINDS[argument.value.removeprefix(SH)].format(value)


def _bound(operator: str) -> Callable[[Value, str], str]:
    return lambda argument, value: follows_not(operator, value, str(argument))


def _length(operator: str) -> Callable[[Value, str], str]:
    return lambda argument, value: f"(isBlank({value}) || STRLEN(STR({value})) {operator} {argument.value})"


_TESTS: dict[str, Callable[[Value, str], str]] = {
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "minExclusive": _bound(">"),
    "minInclusive": _bound(">="),
    "maxExclusive": _bound("<"),
    "maxInclusive": _bound("<="),
    "minLength": _length("<"),
    "maxLength": _length(">"),
}


def _expression(*parts: Value) -> str:
    """A regular expression with its flags, if Oxigraph can read it."""
    text = ", ".join(map(str, parts))
    if not ox.Store().query(f'ASK {{ FILTER (COALESCE(STR(REGEX("", {text})) != "", false)) }}'):
        raise NotCompiledError(f"the regular expression {text}")
    return text
