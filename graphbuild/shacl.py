"""SHACL by sets: every constraint becomes one SELECT whose rows are its violations.

A validator that visits node after node needs minutes where a store needs
seconds. What is not understood here raises NotCompiledError and never passes:
gate.py then gives the whole shape to pySHACL. Oxigraph casts and compares
strictly, so an ill-formed date, or one that cannot be compared, is a violation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from graphbuild.errors import GraphbuildError
from graphbuild.shapes import (
    SH,
    SILENT,
    NotCompiledError,
    Shapes,
    Value,
    is_true,
    members,
    path_of,
    prefixes_of,
    values,
)
from graphbuild.terms import PREFIXES

_XSD = PREFIXES["xsd"]
_TYPE = PREFIXES["rdf"] + "type"
CLASSES = {PREFIXES["rdfs"] + "Class", PREFIXES["owl"] + "Class"}


@dataclass(frozen=True)
class Focus:
    """The nodes to look at: the pattern that binds them, and how deep in nested shapes they are."""

    pattern: str
    depth: int = 0

    @property
    def this(self) -> str:
        """The variable of the nodes."""
        return f"?this{self.depth or ''}"

    def along(self, path: str) -> tuple[str, str]:
        """The variable of the value nodes of a path and the pattern that binds it; without a path, the nodes."""
        value = f"?this{self.depth + 1}"
        return (value, f"{self.this} {path} {value} .") if path else (self.this, "")


@dataclass(frozen=True)
class Check:
    """One constraint: the pattern of its violations, and the variables of what is wrong with whom.

    `path` is the path of the shape, or the variable of a property; `constraint`
    is the node of a constraint in SPARQL, which may have a message of its own.
    """

    shape: Value
    component: str
    pattern: str
    this: str
    value: str | None = None
    path: str = ""
    constraint: Value | None = None
    prologue: str = ""
    projection: str = ""

    @property
    def query(self) -> str:
        """The SELECT that finds what violates the constraint."""
        own = dict.fromkeys([self.this, self.value or "", self.path if self.path.startswith("?") else ""])
        return f"{self.prologue}SELECT DISTINCT {self.projection or ' '.join(own)} WHERE {{ {self.pattern} }}"


# --- Constraints on one value: the expression that is true of a value that violates ---

#: Datatypes whose lexical forms Oxigraph checks when it casts to them.
_CAST = {_XSD + name for name in (
    "boolean", "integer", "decimal", "float", "double", "date", "dateTime", "time", "gYear", "gYearMonth", "gMonth",
    "gMonthDay", "gDay", "duration", "dayTimeDuration", "yearMonthDuration")}
_KINDS = {"IRI": "isIRI({0})", "BlankNode": "isBlank({0})", "Literal": "isLiteral({0})",
          "BlankNodeOrIRI": "!isLiteral({0})", "IRIOrLiteral": "!isBlank({0})", "BlankNodeOrLiteral": "!isIRI({0})"}


def _datatype(argument: Value, value: str) -> str:
    name = argument.value
    if name.startswith(_XSD) and name not in _CAST | {_XSD + "string"}:
        raise NotCompiledError(f"the datatype {name}")
    test = f"COALESCE(DATATYPE({value}) != {argument}, true)"
    return f"{test} || COALESCE(DATATYPE({argument}(STR({value}))) != {argument}, true)" if name in _CAST else test


def _bound(operator: str) -> Callable[[Value, str], str]:
    return lambda argument, value: f"COALESCE(!({value} {operator} {argument}), true)"


def _length(operator: str) -> Callable[[Value, str], str]:
    return lambda argument, value: f"isBlank({value}) || STRLEN(STR({value})) {operator} {argument.value}"


_VALUE_TESTS: dict[str, Callable[[Value, str], str]] = {
    "datatype": _datatype,
    "nodeKind": lambda argument, value: f"!({_KINDS[argument.value.removeprefix(SH)].format(value)})",
    "minExclusive": _bound(">"), "minInclusive": _bound(">="), "minLength": _length("<"),
    "maxExclusive": _bound("<"), "maxInclusive": _bound("<="), "maxLength": _length(">"),
}

# --- Constraints on all values of a property: the pattern of what violates, from focus, steps, value, argument ---


def _count(focus: Focus, steps: str, value: str, condition: str) -> str:
    return (f"{{ SELECT {focus.this} WHERE {{ {focus.pattern} {steps} }} GROUP BY {focus.this} "
            f"HAVING (COUNT(DISTINCT {value}) {condition}) }}")


def _has_value(focus: Focus, steps: str, value: str, argument: Value) -> str:
    if isinstance(argument, ox.BlankNode):
        raise NotCompiledError("a blank node as the value to have")
    return f"{focus.pattern} MINUS {{ {steps.replace(value, str(argument))} }}"


def _unique_language(focus: Focus, steps: str, value: str, argument: Value) -> str:
    if argument.value != "true":
        return f"{focus.pattern} FILTER (false)"
    return (f"{{ SELECT {focus.this} WHERE {{ {focus.pattern} {steps} BIND (LANG({value}) AS ?language) "
            f'FILTER (?language != "") }} GROUP BY {focus.this} ?language HAVING (COUNT(DISTINCT {value}) > 1) }}')


def _equals(focus: Focus, steps: str, value: str, argument: Value) -> str:
    other = f"{focus.this} {argument} {value} ."
    return f"{focus.pattern} {{ {{ {steps} }} MINUS {{ {other} }} }} UNION {{ {{ {other} }} MINUS {{ {steps} }} }}"


def _less(operator: str) -> Callable[[Focus, str, str, Value], str]:
    def test(focus: Focus, steps: str, value: str, argument: Value) -> str:
        condition = f"COALESCE(!({value} {operator} ?other), true)"
        return f"{focus.pattern} {steps} {focus.this} {argument} ?other . FILTER ({condition})"

    return test


_SET_TESTS: dict[str, Callable[[Focus, str, str, Value], str]] = {
    "minCount": lambda focus, steps, value, n: _count(focus, f"OPTIONAL {{ {steps} }}", value, f"< {n.value}"),
    "maxCount": lambda focus, steps, value, n: _count(focus, steps, value, f"> {n.value}"),
    "hasValue": _has_value, "equals": _equals,
    "disjoint": lambda focus, steps, value, other: f"{focus.pattern} {steps} {focus.this} {other} {value} .",
    "lessThan": _less("<"), "lessThanOrEquals": _less("<="), "uniqueLang": _unique_language,
}
#: Constraints whose results are about a node, not about one of its values.
_WITHOUT_VALUE = {"minCount", "maxCount", "hasValue", "uniqueLang"}

# --- From shapes to checks --------------------------------------------------

_SELECT = re.compile(r"\s*SELECT\s+(DISTINCT\s+)?(?P<projection>[^{}]*[$?]this\b[^{}]*?)\s+WHERE\s*\{(?P<body>.*)\}\s*",
                     re.DOTALL | re.IGNORECASE)
#: What would not mean the same if the focus nodes were joined to a constraint in SPARQL as it stands.
_UNSAFE = re.compile(r"\b(UNION|MINUS|VALUES|SERVICE|GRAPH|BIND|GROUP|SELECT|LIMIT)\b|OPTIONAL\s*\{[^}]*OPTIONAL"
                     r"|\$(PATH|shapesGraph|currentShape|value)\b", re.IGNORECASE)
_OPENING = re.compile(r"(\w*)\s*\{")


def _joins(body: str) -> bool:
    """Whether a constraint in SPARQL may be joined to its focus nodes."""
    return not _UNSAFE.search(body) and all(w.upper() in ("EXISTS", "OPTIONAL") for w in _OPENING.findall(body))


@dataclass(frozen=True)
class Compiler:
    """Turns shapes into checks; `subclasses` gives for a class itself and what the data puts below it."""

    shapes: Shapes
    subclasses: Callable[[str], list[str]]

    def target(self, shape: Value) -> str:
        """The pattern that binds the focus nodes of a shape to ?this; empty if it has no target."""
        classes = values(self.shapes, shape, "targetClass")
        if isinstance(shape, ox.NamedNode) and CLASSES & {t.value for t in self.shapes[shape].get(_TYPE, [])}:
            classes = [*classes, shape]
        found = [self._instances("?this", c, "?type") for c in classes]
        found += [f"VALUES ?this {{ {node} }}" for node in values(self.shapes, shape, "targetNode")]
        found += [f"?this {p} ?target ." for p in values(self.shapes, shape, "targetSubjectsOf")]
        found += [f"?target {p} ?this ." for p in values(self.shapes, shape, "targetObjectsOf")]
        return " UNION ".join(f"{{ {pattern} }}" for pattern in found)

    def checks(self, shape: Value) -> list[Check]:
        """The checks of a shape that has a target; NotCompiledError if any part of it is not understood."""
        return list(self._checks(shape, Focus(self.target(shape))))

    @cached_property
    def _parameters(self) -> set[str]:
        """The properties that the shapes themselves declare to be constraints."""
        declared = [p for node in self.shapes for p in values(self.shapes, node, "parameter")]
        return {path.value for p in declared for path in values(self.shapes, p, "path")}

    def _instances(self, variable: str, name: Value, type_: str) -> str:
        below = self.subclasses(name.value)
        if len(below) == 1:
            return f"{variable} a <{below[0]}> ."
        return f"VALUES {type_} {{ {' '.join(f'<{c}>' for c in below)} }} {variable} a {type_} ."

    def _checks(self, shape: Value, focus: Focus, above: tuple[Value, ...] = ()) -> Iterator[Check]:
        if shape in above:
            raise GraphbuildError(f"the shape {shape} refers to itself, and SHACL does not say what that means")
        if shape not in self.shapes:
            raise GraphbuildError(f"{above[-1]} refers to the shape {shape}, which is not there; correct its name")
        if is_true(self.shapes, shape, "deactivated"):
            return
        for name, arguments in self.shapes.get(shape, {}).items():
            if name in self._parameters:
                raise NotCompiledError(f"the constraint component of {name}")
            if name.startswith(SH) and (local := name.removeprefix(SH)) not in SILENT:
                for argument in arguments:
                    yield from self._constraint(shape, local, argument, focus, (*above, shape))

    def _constraint(self, shape: Value, name: str, argument: Value, focus: Focus, above: tuple[Value, ...]
                    ) -> Iterator[Check]:
        path = path_of(self.shapes, shape)
        value, steps = focus.along(path)
        if name == "property" and not path:
            yield from self._checks(argument, focus, above)
        elif name == "sparql":
            yield self._sparql(shape, argument, focus, path)
        elif name == "closed":
            yield self._closed(shape, argument, focus, path)
        elif name in _SET_TESTS and path:
            pattern = _SET_TESTS[name](focus, steps, value, argument)
            yield Check(shape, name, pattern, focus.this, None if name in _WITHOUT_VALUE else value, path)
        elif name in ("node", "and", "or", "not"):
            yield Check(shape, name, self._conforming(name, argument, focus, path, above), focus.this, value, path)
        else:
            test = self._value_test(shape, name, argument, value)
            yield Check(shape, name, f"{focus.pattern} {steps} FILTER ({test})", focus.this, value, path)

    def _value_test(self, shape: Value, name: str, argument: Value, value: str) -> str:
        if name in _VALUE_TESTS:
            return _VALUE_TESTS[name](argument, value)
        if name == "class":
            return f"NOT EXISTS {{ {self._instances(value, argument, '?class')} }}"
        if name == "pattern":
            return f"isBlank({value}) || COALESCE(!REGEX(STR({value}), {self._expression(shape, argument)}), true)"
        if name == "in":
            return f"!({' || '.join(f'sameTerm({value}, {m})' for m in members(self.shapes, argument)) or 'false'})"
        if name == "languageIn":
            ranges = [f"COALESCE(LANGMATCHES(LANG({value}), {m}), false)" for m in members(self.shapes, argument)]
            return f"!({' || '.join(ranges) or 'false'})"
        raise NotCompiledError(f"sh:{name} here")

    def _expression(self, shape: Value, argument: Value) -> str:
        """A regular expression with its flags, if Oxigraph can read it."""
        text = ", ".join(str(v) for v in (argument, *values(self.shapes, shape, "flags")))
        if not ox.Store().query(f'ASK {{ FILTER (COALESCE(STR(REGEX("", {text})) != "", false)) }}'):
            raise NotCompiledError(f"the regular expression {text}")
        return text

    def _conforming(self, name: str, argument: Value, focus: Focus, path: str, above: tuple[Value, ...]) -> str:
        """The pattern of the values that conform to none, or to all, of some shapes where they should not."""
        value, steps = focus.along(path)
        inner = Focus(f"{{ SELECT DISTINCT {value} WHERE {{ {focus.pattern} {steps} }} }}", focus.depth + 1)
        parts = [argument] if name in ("node", "not") else members(self.shapes, argument)
        failing = [self._failing(part, inner if path else focus, above) for part in parts]
        if name == "not":
            return f"{focus.pattern} {steps} MINUS {{ {failing[0]} }}"
        return f"{focus.pattern} {steps} " + (" " if name == "or" else " UNION ").join(failing)

    def _failing(self, shape: Value, focus: Focus, above: tuple[Value, ...]) -> str:
        """The pattern of the nodes that do not conform to a shape."""
        checks = [check.pattern for check in self._checks(shape, focus, above)] or [f"{focus.pattern} FILTER (false)"]
        union = " UNION ".join(f"{{ {pattern} }}" for pattern in checks)
        return f"{{ SELECT DISTINCT {focus.this} WHERE {{ {union} }} }}"

    def _closed(self, shape: Value, argument: Value, focus: Focus, path: str) -> Check:
        if path:
            raise NotCompiledError("sh:closed on a property shape")
        named = [p for owned in values(self.shapes, shape, "property") for p in values(self.shapes, owned, "path")]
        ignored = [p for head in values(self.shapes, shape, "ignoredProperties") for p in members(self.shapes, head)]
        allowed = ", ".join(str(p) for p in [*named, *ignored] if isinstance(p, ox.NamedNode))
        test = f"{argument.value} && ?path NOT IN ({allowed})"
        pattern = f"{focus.pattern} {focus.this} ?path ?value . FILTER ({test})"
        return Check(shape, "closed", pattern, focus.this, "?value", "?path")

    def _sparql(self, shape: Value, constraint: Value, focus: Focus, path: str) -> Check:
        texts = [v.value for v in values(self.shapes, constraint, "select")]
        match = _SELECT.fullmatch(texts[0]) if texts else None
        if not match or not _joins(match["body"]) or focus.depth or values(self.shapes, constraint, "deactivated"):
            raise NotCompiledError("this constraint in SPARQL")
        return Check(shape, "sparql", f"{focus.pattern} {match['body']}", focus.this, "?value", path, constraint,
                     prefixes_of(self.shapes, constraint), match["projection"])
