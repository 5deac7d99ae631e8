"""TOML files of the ontology: what they list, or one sentence on what is wrong with them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints, is_typeddict

from graphbuild.files.intake import InputError

Form = TypeVar("Form")

#: Forms as a sentence calls them.
_CALLED = {
    str: "text in quotes",
    bool: "true or false",
    float: "a number",
    list: 'a list, such as ["One", "Two"]',
    dict: "a table, with a name before each value",
}


@cache
def read_toml(path: Path) -> dict[str, Any]:
    """What a file says; raises InputError if it is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(path, f"is not TOML ({error})", "correct the line") from error


def read_part(path: Path, headings: Sequence[str], form: type[Form]) -> Form:
    """What stands in a file under headings within headings, in a form such as `list[str]`, `dict[str, float]` or a
    TypedDict, which has no other keys; a whole number will do for a `float`.

    Raises InputError if it is not there, or anything in it is of another form: a text taken for a list would be
    read letter by letter.
    """
    found: Any = read_toml(path)
    for number, heading in enumerate(headings):
        if not isinstance(found, dict) or heading not in found:
            raise InputError(path, f"has no {'.'.join(headings[: number + 1])!r}", "write it, under this name")
        found = found[heading]
    if fault := next(_faults(found, form, ".".join(headings)), ""):
        raise InputError(path, fault, "correct it")
    fitting: Form = found
    return fitting


def _faults(found: Any, form: Any, where: str) -> Iterator[str]:
    """What is in another form, in words; the list or table that a value stands in comes before it."""
    kind = dict if is_typeddict(form) else get_origin(form) or form
    if not _is(found, kind):
        yield f"{where!r} is not {_CALLED[kind]}"
    elif kind is list:
        for number, one in enumerate(found, start=1):
            yield from _faults(one, get_args(form)[0], f"{where}, number {number}")
    elif kind is dict:
        forms = get_type_hints(form) if is_typeddict(form) else dict.fromkeys(found, get_args(form)[-1])
        needed = form.__required_keys__ if is_typeddict(form) else frozenset()
        yield from (f"{where!r} has no {name!r}" for name in sorted(needed - found.keys()))
        yield from (f"{where!r} has the unknown key {name!r}" for name in sorted(found.keys() - forms.keys()))
        for name, one in found.items():
            yield from _faults(one, forms[name], f"{where}.{name}".lstrip("."))


def _is(found: object, kind: type) -> bool:
    """Whether a value is of a kind; to Python, true is a whole number too."""
    return isinstance(found, int | float if kind is float else kind) and isinstance(found, bool) is (kind is bool)
