"""SHACL by sets: every constraint becomes one SELECT whose rows are its violations.

A validator that visits node after node needs minutes where a store needs
seconds. What is not understood here raises NotCompiledError and never passes:
gate.py then gives the whole shape to pySHACL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from graphbuild.shacl.checks import RDF_TYPE, Check, Focus, Need, Needs
from graphbuild.shacl.conformance import COUNTS, OF_NODE, ORDERS, Above, Conformance, deciding, is_minimum
from graphbuild.shacl.quantifiers import MOST, filtered
from graphbuild.shacl.shapes import (
    NotCompiledError,
    Shapes,
    Value,
    is_property,
    path_of,
    properties_on,
    steps_of,
    values,
)
from graphbuild.shacl.sparql import sparql_check
from graphbuild.shacl.values import constant, follows_not
from graphbuild.terms import PREFIXES

CLASSES = {PREFIXES["rdfs"] + "Class", PREFIXES["owl"] + "Class"}
#: What stands behind a path that also leads from a node to itself.
_NO_STEP = re.compile("[>)][?*]")
TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")


def is_class(shapes: Shapes, shape: Value) -> bool:
    """Whether a shape is a class itself, and looks at what is of that class."""
    kinds = {t.value for t in shapes[shape].get(RDF_TYPE.value, [])}
    return isinstance(shape, ox.NamedNode) and bool(CLASSES & kinds)


class Compiler(Conformance):
    """Turns shapes into checks."""

    def targets(self) -> list[Value]:
        """The shapes that look at something by themselves."""
        return sorted((s for s in self.shapes if self._classes(s) or any(self._named(s, t) for t in TARGETS)), key=str)

    def checks(self, shape: Value) -> list[Check]:
        """The checks of a shape that has a target; NotCompiledError if any part of it is not understood."""
        made = list(self._checks(shape, self.focus(shape), ()))
        if self._named(shape, "targetNode") and any(_NO_STEP.search(check.pattern) for check in made):
            raise NotCompiledError("a path without a step from a node that the data may not have")
        return made

    def focus(self, shape: Value) -> Focus:
        """The focus nodes of a shape that has a target."""
        below = [b for c in self._classes(shape) for b in self.subclasses(constant(c)[1:-1])]
        found = [(f"?this a <{b}> .", Need(RDF_TYPE.value, b)) for b in below]
        found += [(f"?this {p} ?_object .", Need(p.value)) for p in self._named(shape, "targetSubjectsOf")]
        found += [(f"?_subject {p} ?this .", Need(p.value)) for p in self._named(shape, "targetObjectsOf")]
        nodes = [f"VALUES ?this {{ {constant(n)} }}" for n in self._named(shape, "targetNode")]
        pattern = " UNION ".join(f"{{ {p} }}" for p in [*(p for p, _ in found), *nodes])
        if self._named(shape, "targetObjectsOf"):
            pattern = f"{{ SELECT DISTINCT ?this WHERE {{ {pattern} }} }}"
        return Focus(pattern, "?this", () if nodes else (frozenset(need for _, need in found),))

    def _named(self, shape: Value, name: str) -> list[Value]:
        return values(self.shapes, shape, name)

    def _classes(self, shape: Value) -> list[Value]:
        """The classes of a target; a class that is a shape itself is one."""
        return [*self._named(shape, "targetClass"), *([shape] if is_class(self.shapes, shape) else [])]

    def _checks(self, shape: Value, focus: Focus, above: Above) -> Iterator[Check]:
        inside = (*above, shape)
        for name, argument in self.constraints(shape, above):
            if name == "property":
                yield from self._checks(argument, self._along(shape, focus), inside)
            else:
                yield self._check(shape, name, argument, focus, inside)

    def _along(self, shape: Value, focus: Focus) -> Focus:
        """The values of the path of a shape as nodes to look at."""
        if not (path := path_of(self.shapes, shape)):
            return focus
        value = self.quantifiers.variable()
        pattern = f"{{ SELECT DISTINCT {value} WHERE {{ {focus.pattern} {focus.this} {path} {value} . }} }}"
        return Focus(pattern, value, self._needs(shape, focus))

    def _needs(self, shape: Value, focus: Focus) -> tuple[Needs, ...]:
        """What there must be for a focus node to have a value."""
        on_path = properties_on(self.shapes, shape)
        return (*focus.needs, *(frozenset(map(Need, properties)) for properties in on_path))

    def _check(self, shape: Value, name: str, argument: Value, focus: Focus, above: Above) -> Check:
        if name == "sparql":
            return sparql_check(self.shapes, shape, argument, focus)
        if name in OF_NODE:
            return self._of_node(shape, name, argument, focus, above)
        if name == "equals":
            return self._equals(shape, argument, focus)
        return self._of_value(shape, name, argument, focus, above)

    # --- Constraints on a node and all its values ---

    def _of_node(self, shape: Value, name: str, argument: Value, focus: Focus, above: Above) -> Check:
        path, steps, needs = path_of(self.shapes, shape), steps_of(self.shapes, shape), focus.needs
        number = deciding(name, argument) if name in COUNTS else 1
        if steps and (number > MOST or (number > 1 and len(steps) > 1)):
            pattern = self._counted(shape, name, number, focus, above)
        else:
            pattern = f"{focus.pattern} FILTER ({self.fails_of_node(shape, name, argument, focus.this, above)})"
        if name == "maxCount":
            needs = self._needs(shape, focus)
            needs += (frozenset([Need(path[1:-1], twice=True)]),) if number > 1 and is_property(path) else ()
        return Check(shape, name, pattern, focus.this, None, path, needs)

    def _counted(self, shape: Value, name: str, number: int, focus: Focus, above: Above) -> str:
        """Nodes by the number of their values, where an expression would compare too many of them."""
        value, test = self.quantifiers.variable(), self.counted(shape, name, above)
        steps = f"{focus.pattern} {focus.this} {path_of(self.shapes, shape)} {value} . {filtered(test(value))}"
        enough = f"GROUP BY {focus.this} HAVING (COUNT(DISTINCT {value}) >= {number})"
        counted = f"{{ SELECT {focus.this} WHERE {{ {steps} }} {enough} }}"
        return f"{focus.pattern} MINUS {counted}" if is_minimum(name) else counted

    def _equals(self, shape: Value, argument: Value, focus: Focus) -> Check:
        """The values that only one of two paths leads to."""
        value, path, q = self.quantifiers.variable(), path_of(self.shapes, shape), self.quantifiers
        here, there = (steps_of(self.shapes, shape), path), ((str(argument),), str(argument))
        ways = [
            f"{{ {focus.pattern} {self._binding(focus, on, value)} FILTER (!{q.reaches(focus.this, other, value)}) }}"
            for (_, on), (other, _) in ((here, there), (there, here))
        ]
        return Check(shape, "equals", " UNION ".join(ways), focus.this, value, path, focus.needs)

    @staticmethod
    def _binding(focus: Focus, path: str, value: str) -> str:
        """The pattern that binds the values of a path; without one, the nodes themselves."""
        return f"{focus.this} {path} {value} ." if path else f"BIND ({focus.this} AS {value})"

    # --- Constraints on each value ---

    def _of_value(self, shape: Value, name: str, argument: Value, focus: Focus, above: Above) -> Check:
        path = path_of(self.shapes, shape)
        value = self.quantifiers.variable() if path else focus.this
        steps = f"{focus.pattern} {self._binding(focus, path, value) if path else ''}"
        needs = self._needs(shape, focus)
        if name == "closed":
            pattern = f"{steps} {value} ?_path ?_value . FILTER ({self.not_allowed(shape, argument, '?_path')})"
            return Check(shape, name, pattern, focus.this, "?_value", "?_path", needs)
        if name in ORDERS and path:
            wrong = follows_not(ORDERS[name], value, "?_other")
            pattern = f"{steps} {focus.this} {argument} ?_other . FILTER ({wrong})"
            return Check(shape, name, pattern, focus.this, value, path, needs, f"{focus.this} {value} ?_other")
        pattern = f"{steps} FILTER ({self.fails_of_value(shape, name, argument, focus.this, value, above)})"
        if name == "uniqueLang":
            pattern += f" BIND (LANG({value}) AS ?_language)"
            return Check(shape, name, pattern, focus.this, None, path, needs, f"{focus.this} ?_language")
        return Check(shape, name, pattern, focus.this, value, path, needs)
