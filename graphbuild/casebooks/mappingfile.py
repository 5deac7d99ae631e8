"""A mapping file: how the columns of any table become statements, written down in TOML.

It compiles to tables like those of a casebook, so that both are read by the same
code. What a casebook says of a class (its IRIs) and of its properties (kind of
value, list of words) need not be said again.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphbuild import vocabulary
from graphbuild.casebooks.tables import Column, Table, load_tables
from graphbuild.files.intake import InputError, decode
from graphbuild.files.rows import read_rows

KINDS = ("text", "string", "integer", "date", "state", "concept", "url", "ref")
#: Classes that readers of their own take care of, because of what must not leave the graph.
REFUSED = ("Person", "Name")

#: Types of TOML, as a remedy names them.
_TYPES: dict[Any, str] = {
    str: 'text in quotes, such as "Laws"',
    bool: "true or false, without quotes",
    list: 'a list, such as ["One", "Two"], or of tables under a name in double brackets',
    dict: "a table: its name in brackets, and key = value in the lines below",
    (str, list): 'text in quotes, or a list such as ["One", "Two"]',
}
_FORMAT = re.compile(r"(?:[^%]|%[dmYbB])+")
_FIELD = re.compile(r"\{([^{}]+?)(?::\.([0-9]{1,9}))?\}")


@dataclass(frozen=True)
class Given:
    """A column of a thing: where its text comes from, and the column of a casebook that it is like.

    The text is that of a cell, or a pattern in which `{Column}` stands for one; `{Column:.4}` for its first four signs.
    """

    column: Column
    pattern: str = ""
    split: str = ""
    formats: tuple[str, ...] = ()
    lookup: str = ""

    @property
    def names(self) -> set[str]:
        """The columns of the table that it takes."""
        return {name for name, _ in fields(self.pattern)} if self.pattern else {self.column.name}


@dataclass(frozen=True)
class Thing:
    """What a row speaks of: its class and IRI as a table of a casebook, the pattern of its id, its columns."""

    table: Table
    id: str
    columns: tuple[Given, ...]
    repeats: bool


@dataclass(frozen=True)
class Mapping:
    """A mapping file as read: the table it names, the things its rows speak of, and its lookups by name."""

    path: Path
    file: Path
    sheet: str = ""
    title: str = ""
    ignore: frozenset[str] = frozenset()
    things: tuple[Thing, ...] = ()
    lookups: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """The columns of the table that are used."""
        used = {name for thing in self.things for given in thing.columns for name in given.names}
        return used | {name for thing in self.things for name, _ in fields(thing.id)}


def fields(pattern: str) -> list[tuple[str, str]]:
    """The columns that a pattern names, and how many of their signs it takes.

    >>> fields("KAZ/{Year:.4}/{No.}")
    [('Year', '4'), ('No.', '')]
    """
    return [(match[1], match[2] or "") for match in _FIELD.finditer(pattern)]


def fill(pattern: str, values: dict[str, str]) -> str:
    """A pattern with the values of its columns; a slash in a value becomes a hyphen.

    >>> fill("KAZ/{Day:.4}/{No.}", {"Day": "2011-10-11", "No.": "48/3"})
    'KAZ/2011/48-3'
    """
    return _FIELD.sub(lambda m: values[m[1]][: int(m[2]) if m[2] else None].replace("/", "-"), pattern)


class _MappingError(ValueError):
    """What is wrong with a mapping file, and what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def load_mapping(path: Path, source: str) -> Mapping:
    """Read and check a mapping file; things that belong to the source alone are named after it.

    Raises InputError, in one sentence, if it cannot be used.
    """
    try:
        return _mapping(path, tomllib.loads(decode(path, path.read_bytes())), source)
    except tomllib.TOMLDecodeError as error:
        raise InputError(path, f"is not TOML ({error})", "correct the line") from error
    except RecursionError:
        raise InputError(path, "is nested too deeply", "write the lookups as tables") from None
    except _MappingError as error:
        raise InputError(path, str(error), error.remedy) from error
    except ValueError:  # Python reads no integer of thousands of digits
        raise InputError(path, "holds a number that is too long", "shorten it") from None


def _mapping(path: Path, written: dict[str, Any], source: str) -> Mapping:
    _only(written, "the file", {"table": dict, "things": list, "lookups": dict})
    table = written.get("table", {})
    _only(table, "[table]", {"file": str, "sheet": str, "title": str, "ignore": list}, ("file",))
    file = path.parent / table["file"]
    if not file.is_file():
        raise _MappingError(f"the table {table['file']!r} is not there", "write its path as seen from the mapping file")
    lookups = {name: _lookup(path, words) for name, words in written.get("lookups", {}).items()}
    things = tuple(_thing(thing, source, lookups) for thing in written.get("things", []))
    if not things:
        raise _MappingError("has no [[things]]", "say what a row speaks of")
    ignore = frozenset(map(str, table.get("ignore", [])))
    return Mapping(path, file, table.get("sheet", ""), table.get("title", ""), ignore, things, lookups)


def _only(written: object, where: str, known: dict[str, Any], needed: tuple[str, ...] = ()) -> None:
    """Refuse what is not a table of TOML with these keys, each of its type."""
    if not isinstance(written, dict):
        raise _MappingError(f"{where} is not a table", "write it as key = value")
    for name in needed:
        if name not in written:
            raise _MappingError(f"{where} has no {name!r}", "add it")
    for name, value in written.items():
        if name not in known:
            raise _MappingError(f"{where} has the unknown key {name!r}", "use " + ", ".join(known))
        if not isinstance(value, known[name]):
            raise _MappingError(f"{name!r} of {where} is of the wrong type", f"write {_TYPES[known[name]]}")


def _lookup(path: Path, words: object) -> dict[str, str]:
    """Words as written and ours, in the mapping file itself or in a CSV file with two columns."""
    if isinstance(words, str) and (path.parent / words).is_file():
        table = read_rows(path.parent / words, "", ("written", "code"))
        if table.problems:
            raise _MappingError(str(table.problems[0]), "correct the lookup")
        words = {row.cells["written"]: row.cells["code"] for row in table.rows}
    if not isinstance(words, dict):
        raise _MappingError(f"the lookup {words!r} is not there", "write a table, or the path of a CSV file")
    return {str(word): str(code) for word, code in words.items()}


def _thing(written: dict[str, Any], source: str, lookups: dict[str, dict[str, str]]) -> Thing:
    keys = {"class": str, "id": str, "iri": str, "scoped": bool, "repeats": bool, "columns": list}
    _only(written, "[[things]]", keys, ("class", "id", "columns"))
    name = written["class"]
    if name not in vocabulary.classes() or name in REFUSED:
        why = "is read from casebooks only" if name in REFUSED else "is not known"
        usable = sorted(vocabulary.classes() - {*REFUSED})
        raise _MappingError(f"the class {name!r} {why}", f"use one of {', '.join(usable)}")
    like = next((t for t in load_tables().values() if t.class_ == name), None)
    iri = written.get("iri") or (like.iri if like else "")
    if not iri:
        raise _MappingError(f"{name!r} has no 'iri'", "write the first part of the ids of these things")
    columns = tuple(_given(column, name, source, lookups) for column in written["columns"])
    scoped = written.get("scoped", bool(like and like.iri == iri and like.scoped))
    table = Table(iri, "", (), tuple(c.column for c in columns), name, iri, scoped)
    return Thing(table, written["id"], columns, written.get("repeats", False))


def _given(written: dict[str, Any], class_: str, source: str, lookups: dict[str, dict[str, str]]) -> Given:
    texts = dict.fromkeys(("name", "value", "property", "kind", "scheme", "iri", "split", "lookup"), str)
    _only(written, "a column", texts | {"format": (str, list), "required": bool})
    name = written.get("name") or written.get("value", "")
    if not name or ("name" in written and "value" in written):
        raise _MappingError(f"a column has not one of 'name' and 'value': {written}", "write which column, or the text")
    lookup, format_ = written.get("lookup", ""), written.get("format", [])
    if lookup and lookup not in lookups:
        raise _MappingError(f"{name!r} uses the lookup {lookup!r}, which is not there", "add it to [lookups]")
    formats = (format_,) if isinstance(format_, str) else tuple(map(str, format_))
    for text in formats:
        if not _FORMAT.fullmatch(text) or "%Y" not in text:
            raise _MappingError(f"the format {text!r} cannot be used", "use %Y with %m, %b or %B, and %d")
    column = _column(name, written, class_, source)
    return Given(column, written.get("value", ""), written.get("split", ""), formats, lookup)


def _column(name: str, written: dict[str, Any], class_: str, source: str) -> Column:
    property_ = written.get("property", "")
    like = _like(class_, property_)
    if property_ and not like and property_ not in vocabulary.properties():
        raise _MappingError(f"{property_!r} is not a property we know", f"use one of {', '.join(_usable(class_))}")
    kind = written.get("kind") or (like.kind if like else "string")
    if kind not in KINDS and kind != "new":
        raise _MappingError(f"{name!r} has the unknown kind {kind!r}", "use one of " + ", ".join(KINDS))
    scheme = written.get("scheme") or (like.scheme if like else "")
    if kind == "concept" and scheme not in vocabulary.concepts():
        there = ", ".join(sorted(vocabulary.concepts()))
        raise _MappingError(f"{name!r} has no list of words {scheme!r}", f"write as its 'scheme' one of {there}")
    iri = _referred(name, written, like, source) if kind in ("ref", "new") else ""
    kind = "new" if kind == "ref" else kind
    return Column(name, "", "", kind, property_, scheme, iri=iri, required=written.get("required", False))


def _usable(class_: str) -> list[str]:
    """The properties of a class that casebooks have columns for; all there are, if they have no table for it."""
    tables = (table for table in load_tables().values() if table.class_ == class_)
    return sorted({c.property for t in tables for c in t.columns if c.property} or vocabulary.properties())


def _like(class_: str, property_: str) -> Column | None:
    """The column of a casebook that holds a property of things of a class; of any class, if none of this one does."""
    tables = sorted(load_tables().values(), key=lambda table: table.class_ != class_)
    found = ((table, column) for table in tables for column in table.columns if column.property == property_)
    return next((c for t, c in found if property_ and (t.class_ == class_ or ":" in property_)), None)


def _referred(name: str, written: dict[str, Any], like: Column | None, source: str) -> str:
    """The first part of the ids of what a column refers to."""
    iri = written.get("iri") or (like.iri if like else "")
    tables = [load_tables()[t] for t in (like.table if like else ()) if t in load_tables()]
    iri = iri or (tables[0].iri if len(tables) == 1 else "")
    if not iri:
        raise _MappingError(f"{name!r} has no 'iri'", "write the first part of the ids it refers to, such as law")
    scoped = any(table.iri == iri and table.scoped for table in load_tables().values())
    return f"{iri}/{source}" if scoped else iri
