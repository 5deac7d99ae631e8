"""The gate: what the shapes find wrong with the data, before any of it is published.

A shape that finds nothing because it looked at nothing is no good news: terms
that SHACL does not have and data that no shape looks at are errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache, total_ordering
from pathlib import Path

import pyoxigraph as ox

from graphbuild import resources
from graphbuild.errors import GraphbuildError
from graphbuild.shacl.checks import Check, Data, Inventory, Needs, Violation
from graphbuild.shacl.compiler import Compiler
from graphbuild.shacl.referee import by_pyshacl
from graphbuild.shacl.shapes import (
    NotCompiledError,
    Shapes,
    Value,
    is_property,
    message_of,
    named,
    read_shapes,
    severity_of,
)
from graphbuild.terms import PREFIXES

__all__ = ["Data", "Gate", "Result", "check", "gate_of", "second_opinion"]

#: Shapes about the vocabulary itself; they guard the ontology when it is changed, not the data of each load.
STYLE = resources.SHAPES / "style.ttl"

_SUBCLASS = ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")
_VARIABLE = re.compile(r"\{[?$](\w+)\}")

#: A class and one that the data puts right above it.
Subclass = tuple[object, object]


@total_ordering
@dataclass(frozen=True)
class Result:
    """One thing that a shape finds wrong: with which node, along which path, at which value."""

    focus: str
    path: str | None
    value: str | None
    message: str
    severity: str
    shape: str

    def __lt__(self, other: Result) -> bool:
        """By focus node, path and value; what is missing comes first."""
        return self._order() < other._order()

    def _order(self) -> tuple[str, ...]:
        return (self.focus, self.path or "", self.value or "", self.message, self.severity, self.shape)


@dataclass
class CompiledShapes:
    """Shapes compiled for data with certain subclasses: their checks, the shapes left to pySHACL, what they look at."""

    compiler: Compiler
    checks: list[Check] = field(default_factory=list)
    left: list[Value] = field(default_factory=list)
    seen: list[tuple[Needs, ...]] = field(default_factory=list)


class Gate:
    """Shapes made ready to be applied to any number of stores, one after the other."""

    def __init__(self, shapes: Path) -> None:
        self.name, self.written = shapes, read_shapes(_files(shapes))
        self._compiled: dict[frozenset[Subclass], CompiledShapes] = {}

    def check(self, data: Data) -> list[Result]:
        """What the shapes find wrong with the default graph of a store, sorted.

        Raises GraphbuildError if not one of the shapes has a node to look at.
        """
        return sorted({self.result(found) for found in self.violations(data)})

    def violations(self, data: Data) -> Iterator[Violation]:
        """The same, one for each validation result of SHACL."""
        compiled, there = self.compiled(data), Inventory(data)
        if not any(map(there.holds, compiled.seen)):
            raise GraphbuildError(f"{self.name}: no shape has anything to look at; load data, or correct the targets")
        for check in compiled.checks:
            if there.may_violate(check):
                yield from _violations(self.written, data, check)
        if compiled.left:
            yield from by_pyshacl(data, self.written, compiled.left)

    def second_opinion(self, data: Data) -> Iterator[Violation]:
        """What pySHACL alone finds."""
        return by_pyshacl(data, self.written, self.compiled(data).compiler.targets())

    def compiled(self, data: Data) -> CompiledShapes:
        """The shapes compiled for the classes of the data, once for all data with the same."""
        pairs = _subclasses(data)
        if pairs not in self._compiled:
            self._compiled[pairs] = _compile(self.written, pairs)
        return self._compiled[pairs]

    def result(self, found: Violation) -> Result:
        """A violation for people."""
        value = None if found.value is None else _text(found.value)
        return Result(_text(found.focus), _prefixed(found.path) or None, value, found.message,
                      severity_of(self.written, found.shape), named(self.written, found.shape))


def gate_of(shapes: Path = resources.SHAPES) -> Gate:
    """The gate of a file or folder of shapes, made once for as long as the files stay the same."""
    return _made(shapes, tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in _files(shapes)))


@lru_cache(maxsize=16)
def _made(shapes: Path, _files_as_they_are: tuple[tuple[Path, int, int], ...]) -> Gate:
    return Gate(shapes)


def check(data: Data, shapes: Path = resources.SHAPES) -> list[Result]:
    """What the shapes of a file or folder find wrong with the default graph of a store, sorted.

    Raises GraphbuildError if the shapes use a term that SHACL does not have, or
    if not one of them has a node to look at.
    """
    return gate_of(shapes).check(data)


def second_opinion(data: Data, shapes: Path = resources.SHAPES) -> list[Result]:
    """The same as `check`, found by pySHACL alone: slow, and blind to some ill-formed values."""
    gate = gate_of(shapes)
    return sorted({gate.result(found) for found in gate.second_opinion(data)})


def _files(shapes: Path) -> list[Path]:
    """A file as it is, or the files of a folder but the one about style."""
    files = [shapes] if shapes.is_file() else sorted(p for p in shapes.glob("*.ttl") if p.name != STYLE.name)
    if not files:
        raise GraphbuildError(f"{shapes}: there are no shapes; name a Turtle file or a folder of them")
    return files


# --- Compiling ---------------------------------------------------------------


def _compile(written: Shapes, subclasses: frozenset[Subclass]) -> CompiledShapes:
    compiled = CompiledShapes(Compiler(written, lambda name: _below(subclasses, name)))
    for shape in compiled.compiler.targets():
        needs: tuple[Needs, ...] = ()
        try:
            needs = compiled.compiler.focus(shape).needs
            compiled.checks += compiled.compiler.checks(shape)
        except NotCompiledError:
            compiled.left.append(shape)
        compiled.seen.append(needs)
    return compiled


def _subclasses(data: Data) -> frozenset[Subclass]:
    found = data.quads_for_pattern(None, _SUBCLASS, None, ox.DefaultGraph())
    return frozenset((q.subject, q.object) for q in found)


def _below(subclasses: frozenset[Subclass], name: str) -> list[str]:
    """A class and the classes below it, sorted."""
    found: set[object] = {ox.NamedNode(name)}
    while more := {lower for lower, upper in subclasses if upper in found} - found:
        found |= more
    names = [c.value for c in found if isinstance(c, ox.NamedNode)]
    if len(names) < len(found):
        raise NotCompiledError(f"a class without a name below {name}")
    return sorted(names)


# --- Running -----------------------------------------------------------------


def _violations(written: Shapes, data: Data, check: Check) -> Iterator[Violation]:
    solutions = _rows(data, check.query)
    names = [variable.value for variable in solutions.variables]
    for row in solutions:
        bound = {name: row[name] for name in names if row[name] is not None}
        focus = bound[check.this[1:]]
        value = bound.get(check.value[1:]) if check.value else None
        value = focus if value is None and check.constraint and not check.path else value
        path = bound.get(check.path[1:] if check.path.startswith("?") else "path", check.path)
        message = message_of(written, check.shape, check.constraint)
        yield Violation(focus, str(path), value, check.component, check.shape, _filled(message, bound))


def _rows(data: Data, query: str) -> ox.QuerySolutions:
    try:
        found = data.query(query)
    except (SyntaxError, RuntimeError) as error:
        raise GraphbuildError(f"a shape cannot be used, since its SPARQL fails: {error}\n{query}") from error
    assert isinstance(found, ox.QuerySolutions)
    return found


# --- For people --------------------------------------------------------------


def _filled(message: str, bound: dict[str, Value]) -> str:
    """A message with the values of a row in the place of {$this}, {?value} and other variables."""
    return _VARIABLE.sub(lambda match: _text(bound[match[1]]) if match[1] in bound else match[0], message)


def _text(value: Value) -> str:
    return str(value) if isinstance(value, ox.BlankNode) else value.value


def _prefixed(path: str) -> str:
    """A path for people: the IRI of a property as it is, in longer paths prefixes."""
    if is_property(path):
        return path[1:-1]
    for prefix, namespace in PREFIXES.items():
        path = re.sub(rf"<{re.escape(namespace)}([\w.-]+)>", rf"{prefix}:\1", path)
    return path
