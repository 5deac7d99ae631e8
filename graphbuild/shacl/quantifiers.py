"""That a path leads to some value, to one value or to so many values, as expressions in SPARQL.

Each step of a path is an EXISTS of its own with one pattern in it. In an EXISTS with two
patterns Oxigraph does not know which variables are bound, and joins all that there is,
once for each row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count

from graphbuild.shacl.shapes import NotCompiledError

#: An expression about a variable or constant.
Test = Callable[[str], str]
#: So many different values can be told apart in one expression.
MOST = 4


class Quantifiers:
    """Expressions with variables of their own."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def variable(self) -> str:
        """A variable that no other expression has."""
        return f"?v{next(self._numbers)}"

    def some(self, start: str, steps: tuple[str, ...], test: Test) -> str:
        """That a test is true of some value of a path; without steps, of the start itself."""
        if not steps:
            return test(start)
        end = self.variable()
        return f"EXISTS {{ {start} {steps[0]} {end} {filtered(self.some(end, steps[1:], test))} }}"

    def reaches(self, start: str, steps: tuple[str, ...], end: str) -> str:
        """That a path leads to a value."""
        if not steps:
            return f"sameTerm({start}, {end})"
        if len(steps) == 1:
            return f"EXISTS {{ {start} {steps[0]} {end} }}"
        return self.some(start, steps[:1], lambda middle: self.reaches(middle, steps[1:], end))

    def at_least(self, number: int, start: str, steps: tuple[str, ...], test: Test, found: tuple[str, ...] = ()) -> str:
        """That a test is true of so many different values of a path."""
        if number > MOST:
            raise NotCompiledError(f"{number} values in one expression")
        if number <= 0:
            return "true"

        def another(value: str) -> str:
            further = self.at_least(number - 1, start, steps, test, (*found, value))
            return all_of([*(f"!sameTerm({value}, {other})" for other in found), test(value), further])

        return self.some(start, steps, another)


def one_of(expressions: Iterable[str]) -> str:
    """The expression that is true where one of some expressions is."""
    return f"({' || '.join(expressions) or 'false'})"


def all_of(expressions: Iterable[str]) -> str:
    """The expression that is true where all of some expressions are."""
    parts = [e for e in expressions if e != "true"]
    return f"({' && '.join(parts)})" if parts else "true"


def filtered(test: str) -> str:
    """A pattern that lets through what a test is true of."""
    return "" if test == "true" else f"FILTER ({test})"
