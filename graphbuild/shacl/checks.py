"""One constraint as one SELECT, what the data must hold for it to find anything, and what it finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from graphbuild.shacl.shapes import Value
from graphbuild.stores.staging import View
from graphbuild.terms import PREFIXES

RDF_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")


#: What is checked: the default graph of a store, or several graphs seen as one.
Data = ox.Store | View


@dataclass(frozen=True)
class Need:
    """A form of statement: with this property, and this value; or one subject with two values of the property."""

    property: str
    value: str | None = None
    twice: bool = False


#: One of these must be there.
Needs = frozenset[Need]


@dataclass(frozen=True)
class Focus:
    """The nodes to look at: the pattern that binds them, their variable, and what there must be for one to exist."""

    pattern: str
    this: str = "?this"
    needs: tuple[Needs, ...] = ()


@dataclass(frozen=True)
class Check:
    """One constraint: the pattern of its violations, and the variables of what is wrong with whom.

    `path` is the path of the shape, or the variable of a property; `projection` is what to
    select if it is more than these; `constraint` is the node of a constraint in SPARQL,
    which may have a message of its own.
    """

    shape: Value
    component: str
    pattern: str
    this: str
    value: str | None = None
    path: str = ""
    needs: tuple[Needs, ...] = ()
    projection: str = ""
    constraint: Value | None = None
    prologue: str = ""

    @property
    def query(self) -> str:
        """The SELECT that finds what violates the constraint."""
        own = dict.fromkeys([self.this, self.value or "", self.path if self.path.startswith("?") else ""])
        return f"{self.prologue}SELECT DISTINCT {self.projection or ' '.join(own)} WHERE {{ {self.pattern} }}"


@dataclass(frozen=True)
class Violation:
    """A validation result: with which node, along which path, at which value, by which constraint of which shape."""

    focus: Value
    path: str
    value: Value | None
    component: str
    shape: Value
    message: str


class Inventory:
    """What the data holds, asked once for each form of statement, so that hopeless checks are not run."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._found: dict[Need, bool] = {}

    def may_violate(self, check: Check) -> bool:
        """Whether the data holds what a check must find to find anything."""
        return self.holds(check.needs)

    def holds(self, needs: Iterable[Needs]) -> bool:
        """Whether there is one statement of each group of forms."""
        return all(any(map(self._holds, group)) for group in needs)

    def _holds(self, need: Need) -> bool:
        if need not in self._found:
            self._found[need] = self._is_twice(need) if need.twice else self._is_there(need)
        return self._found[need]

    def _is_there(self, need: Need) -> bool:
        value = ox.NamedNode(need.value) if need.value else None
        found = self._data.quads_for_pattern(None, ox.NamedNode(need.property), value, ox.DefaultGraph())
        return next(iter(found), None) is not None

    def _is_twice(self, need: Need) -> bool:
        query = f"SELECT (COUNT(*) > COUNT(DISTINCT ?s) AS ?twice) WHERE {{ ?s <{need.property}> ?o }}"
        found = self._data.query(query)
        assert isinstance(found, ox.QuerySolutions)
        return any(row["twice"].value == "true" for row in found)
