"""The tables a casebook may hold, as written down in `ontology/tables.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from graphbuild import resources
from graphbuild.files.intake import InputError
from graphbuild.files.tomlfiles import read_toml
from graphbuild.terms import Term, thing


@dataclass(frozen=True)
class Column:
    """One column: what it may contain and the property it becomes."""

    name: str
    help: str
    example: str = ""
    kind: str = "string"
    property: str = ""
    scheme: str = ""
    table: tuple[str, ...] = ()
    iri: str = ""
    within: str = ""
    under: str = ""
    value_of: str = ""
    required: bool = False
    many: bool = False


@dataclass(frozen=True)
class Table:
    """One file of a casebook: what a row is, how it is named, which columns it has."""

    name: str
    what: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    class_: str = ""
    iri: str = ""
    scoped: bool = False
    items: tuple[tuple[str, str], ...] = ()

    def subject(self, casebook: str, key: str) -> Term:
        """The thing a row describes."""
        return thing(self.iri, casebook, key) if self.scoped else thing(self.iri, key)

    def referent(self, casebook: str, key: str) -> Term:
        """What other rows mean when they name this row."""
        for column in self.columns:
            if column.kind == "new":
                return thing(column.iri, key)
        return self.subject(casebook, key)

    def column(self, name: str) -> Column | None:
        """The column of this name, if the table has one."""
        return next((c for c in self.columns if c.name == name), None)


@cache
def load_tables() -> dict[str, Table]:
    """All tables by name, in the order in which a casebook is best written.

    Raises InputError if a table lacks something, or a column has a key that none has.
    """
    written, found, name = dict(read_toml(resources.TABLES)), dict[str, Table](), "common"
    try:
        common = tuple(_column(c) for c in written.pop(name)["columns"])
        for name, table in written.items():
            found[name] = _table(name, table, common)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"the table {name!r} is not as it must be ({error})"
        raise InputError(resources.TABLES, message, "correct it; the lines above the first table say how") from error
    return found


def _table(name: str, written: dict[str, Any], common: tuple[Column, ...]) -> Table:
    own = tuple(_column(c) for c in written["columns"])
    return Table(
        name=name,
        what=str(written["what"]),
        key=tuple(written["key"]),
        columns=own + common if written.get("common", True) else own,
        class_=str(written.get("class", "")),
        iri=str(written.get("iri", "")),
        scoped=bool(written.get("scoped", False)),
        items=tuple(written.get("items", {}).items()),
    )


def _column(written: dict[str, Any]) -> Column:
    values = dict(written)
    values["table"] = tuple(values.get("table", ()))
    return Column(**values)
