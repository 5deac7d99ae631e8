"""When a node conforms to a shape: the whole of SHACL Core as one boolean expression in SPARQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import pyoxigraph as ox

from graphbuild.errors import GraphbuildError
from graphbuild.shacl.quantifiers import Quantifiers, Test, all_of, one_of
from graphbuild.shacl.shapes import SH, SILENT, NotCompiledError, Shapes, Value, is_true, members, steps_of, values
from graphbuild.shacl.values import constant, fails_by_value, follows_not

#: The shapes that refer to a shape.
Above = tuple[Value, ...]

ORDERS = {"lessThan": "<", "lessThanOrEquals": "<="}
#: Constraints on how many values there are.
COUNTS = {"minCount", "maxCount", "qualifiedMinCount", "qualifiedMaxCount"}
#: Constraints on a node and all its values; what violates them is no single value.
OF_NODE = COUNTS | {"hasValue"}
#: Parameters of other constraints.
_PARAMETERS = {"qualifiedValueShape", "qualifiedValueShapesDisjoint"}


class Conformance:
    """Expressions that are true of nodes and values that violate.

    `subclasses` gives for a class itself and what the data puts below it.
    """

    def __init__(self, shapes: Shapes, subclasses: Callable[[str], list[str]]) -> None:
        self.shapes, self.subclasses = shapes, subclasses
        self.quantifiers = Quantifiers()

    def constraints(self, shape: Value, above: Above) -> Iterator[tuple[str, Value]]:
        """The names and arguments of the constraints of a shape; `above` are the shapes that refer to it."""
        if shape in above:
            raise GraphbuildError(f"the shape {shape} refers to itself, and SHACL does not say what that means")
        if shape not in self.shapes and not isinstance(shape, ox.BlankNode):
            raise GraphbuildError(f"{above[-1]} refers to the shape {shape}, which is not there; correct its name")
        if is_true(self.shapes, shape, "deactivated"):
            return
        for name, arguments in self.shapes.get(shape, {}).items():
            if name in self._declared:
                raise NotCompiledError(f"the constraint component of {name}")
            local = name.removeprefix(SH)
            if name.startswith(SH) and local not in SILENT | _PARAMETERS:
                yield from ((local, argument) for argument in arguments)

    @cached_property
    def _declared(self) -> set[str]:
        """The properties that the shapes themselves declare to be constraints."""
        declared = [p for node in self.shapes for p in values(self.shapes, node, "parameter")]
        return {path.value for p in declared for path in values(self.shapes, p, "path")}

    def fails(self, shape: Value, node: str, above: Above) -> str:
        """That a node violates a shape."""
        inside = (*above, shape)
        return one_of([self._fails(shape, *c, node, inside) for c in self.constraints(shape, above)])

    def _fails(self, shape: Value, name: str, argument: Value, node: str, above: Above) -> str:
        steps = steps_of(self.shapes, shape)
        if name in OF_NODE:
            return self.fails_of_node(shape, name, argument, node, above)
        if name == "equals":
            return one_of(self.differences(shape, argument, node))
        return self.quantifiers.some(
            node, steps, lambda value: self.fails_of_value(shape, name, argument, node, value, above)
        )

    # --- Constraints on a node and all its values ---

    def fails_of_node(self, shape: Value, name: str, argument: Value, node: str, above: Above) -> str:
        """That a node has too few or too many values, or not the one it should have."""
        steps = steps_of(self.shapes, shape)
        if name == "hasValue":
            return "!" + self.quantifiers.reaches(node, steps, constant(argument))
        enough = self.quantifiers.at_least(deciding(name, argument), node, steps, self.counted(shape, name, above))
        return f"!{enough}" if is_minimum(name) else enough

    def counted(self, shape: Value, name: str, above: Above) -> Test:
        """What is true of the values that a constraint counts."""
        if not steps_of(self.shapes, shape):
            raise NotCompiledError(f"sh:{name} on a node shape")
        if not name.startswith("qualified"):
            return lambda _: "true"
        wanted = values(self.shapes, shape, "qualifiedValueShape")
        if len(wanted) != 1:
            raise NotCompiledError(f"sh:{name} of {len(wanted)} shapes")
        return self._qualifies(shape, wanted[0], above)

    def _qualifies(self, shape: Value, wanted: Value, above: Above) -> Test:
        others = self._siblings(shape) if is_true(self.shapes, shape, "qualifiedValueShapesDisjoint") else []
        return lambda value: all_of(
            ["!" + self.fails(wanted, value, above), *(self.fails(s, value, above) for s in others if s != wanted)]
        )

    def _siblings(self, shape: Value) -> list[Value]:
        """The qualified shapes of a property shape and of those beside it."""
        lists = [values(self.shapes, parent, "property") for parent in self.shapes]
        beside = {p for properties in lists if shape in properties for p in properties}
        return sorted({s for p in beside for s in values(self.shapes, p, "qualifiedValueShape")}, key=str)

    def differences(self, shape: Value, other: Value, node: str) -> tuple[str, str]:
        """That a value of the path is none of another property; and the other way round."""
        steps, q = steps_of(self.shapes, shape), self.quantifiers
        return (
            q.some(node, steps, lambda value: "!" + q.reaches(node, (str(other),), value)),
            q.some(node, (str(other),), lambda value: "!" + q.reaches(node, steps, value)),
        )

    # --- Constraints on each value ---

    def fails_of_value(self, shape: Value, name: str, argument: Value, node: str, value: str, above: Above) -> str:
        """That a value of a node violates a constraint."""
        if name in ("node", "property"):
            return self.fails(argument, value, above)
        if name in ("not", "and", "or", "xone"):
            return self._logical(name, argument, value, above)
        if name == "class":
            return "!" + self.is_instance(value, argument)
        if name == "disjoint":
            return self.quantifiers.reaches(node, (str(argument),), value)
        if name in ORDERS:
            return self.quantifiers.some(node, (str(argument),), lambda v: follows_not(ORDERS[name], value, v))
        if name == "uniqueLang":
            return self._repeats_language(shape, argument, node, value)
        if name == "closed":
            name, anything = self.quantifiers.variable(), self.quantifiers.variable()
            return f"EXISTS {{ {value} {name} {anything} FILTER ({self.not_allowed(shape, argument, name)}) }}"
        return fails_by_value(self.shapes, shape, name, argument, value)

    def _logical(self, name: str, argument: Value, value: str, above: Above) -> str:
        parts = [argument] if name == "not" else members(self.shapes, argument)
        failing = [self.fails(part, value, above) for part in parts]
        if name == "not":
            return "!" + failing[0]
        if name == "and":
            return one_of(failing)
        if name == "or":
            return all_of(failing)
        return f"({' + '.join(f'IF({f}, 0, 1)' for f in failing) or '0'} != 1)"

    def is_instance(self, value: str, name: Value) -> str:
        """That a value is of a class or of one below it."""
        return one_of(f"EXISTS {{ {value} a <{below}> }}" for below in self.subclasses(constant(name)[1:-1]))

    def _repeats_language(self, shape: Value, argument: Value, node: str, value: str) -> str:
        """That another value is in the same language; IF, since an engine may turn the sides of && around."""
        if argument.value != "true":
            return "false"
        steps = steps_of(self.shapes, shape)
        same = self.quantifiers.some(
            node, steps, lambda o: f"(!sameTerm({value}, {o}) && COALESCE(LANG({value}) = LANG({o}), false))"
        )
        return f'IF(COALESCE(LANG({value}) != "", false), {same}, false)'

    def not_allowed(self, shape: Value, argument: Value, name: str) -> str:
        """That a property is none of those that a closed shape names; Oxigraph fails at NOT IN an empty list."""
        if argument.value != "true":
            return "false"
        owned = [p for s in values(self.shapes, shape, "property") for p in values(self.shapes, s, "path")]
        ignored = [p for head in values(self.shapes, shape, "ignoredProperties") for p in members(self.shapes, head)]
        allowed = ", ".join(str(p) for p in [*owned, *ignored] if isinstance(p, ox.NamedNode))
        return f"{name} NOT IN ({allowed})" if allowed else "true"


def is_minimum(name: str) -> bool:
    """Whether a count says how many values there are at least."""
    return name in ("minCount", "qualifiedMinCount")


def deciding(name: str, argument: Value) -> int:
    """With how many values a minimum is met, or a maximum passed."""
    try:
        return int(argument.value) + (not is_minimum(name))
    except ValueError as error:
        raise NotCompiledError(f"{argument} as a number of values") from error
