"""JSON files of entities: one object on each line, a list of objects, or one object."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphbuild.files.intake import LARGEST, InputError, decode, form_of
from graphbuild.plurals import number_of

#: An object of a JSON file with the number of its line, or its place in the list.
Placed = tuple[int, dict[str, Any]]

#: How JSON of objects begins, and tables of TOML or remarks in brackets do not.
_OBJECTS = re.compile(r"\s*(?:\[\s*)?\{\s*\"")
#: What may be half of a character, which JSON can write and no text can hold.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def read_objects(path: Path) -> list[Placed]:
    """The objects of a file with their places, counted from 1.

    Raises InputError if the file is no JSON, ends too early or holds something else than objects.
    """
    return list(_placed(path, _values(path, _text(path))))


def read_object(path: Path, what: str) -> dict[str, Any]:
    """The one object of a file, which is `what`. Raises InputError if the file is no JSON or holds another number."""
    objects = read_objects(path)
    if len(objects) != 1:
        held = number_of(len(objects), "object")
        raise InputError(path, f"holds {held}, not {what}", "write each in a file of its own")
    return objects[0][1]


def head_of(path: Path) -> str:
    """The beginning of a file if its first character can begin JSON; an empty text otherwise."""
    if not path.is_file() or form_of(path) != "json":
        return ""
    with path.open("rb") as file:
        return file.read(65536).decode("utf-8-sig", errors="replace")


def damage_of(path: Path) -> str:
    """Where a file that begins like JSON is no JSON; an empty text if it is whole, or too large to be held."""
    try:
        if not _OBJECTS.match(head_of(path)) or path.stat().st_size > LARGEST:
            return ""
        text = _text(path)
        for _ in _values(path, text):
            pass
    except InputError as error:
        return str(error).removeprefix(f"{path}: ")
    return ""


def _text(path: Path) -> str:
    if (form := form_of(path)) != "json":
        called = "an HTML page" if form == "html" else f"in the form {form}"
        raise InputError(path, f"is {called}, not JSON", "download the JSON file itself")
    if path.stat().st_size > LARGEST:
        raise InputError(path, f"is larger than {LARGEST:,} bytes", "split it by lines")
    return decode(path, path.read_bytes())


def _values(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    first = text.lstrip().partition("\n")[0]
    return _whole(path, text) if _is_list(text) or not _parses(first) else _lines(path, text)


def _is_list(text: str) -> bool:
    return text.lstrip()[:1] == "["


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text.rstrip()[-1:] == "}"  # a damaged line, rather than the first line of a spread-out object
    return True


def _whole(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    found = parse_json(path, text, "the file")
    yield from enumerate(found if isinstance(found, list) else [found], start=1)


def _lines(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, parse_json(path, line, f"line {number}")


def parse_json(path: Path, text: str, place: str) -> Any:
    """The value that a text is, in a place of a file. Raises InputError if it is none, or holds what no text can."""
    try:
        found = json.loads(text)
        if _HALF.search(text):
            json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        where = f"character {error.pos + 1}: {error.msg}"
        raise InputError(path, f"{place} is not whole JSON ({where})", "download the file again") from None
    except RecursionError:
        raise InputError(path, f"{place} is nested too deeply", "download the file again") from None
    except UnicodeEncodeError as error:
        half = f"\\u{ord(error.object[error.start]):x}"
        raise InputError(path, f"{place} holds half of a character, {half}", "write the character whole") from None
    except ValueError:  # Python reads no integer of thousands of digits
        raise InputError(path, f"{place} holds a number that is too long", "write it as text, in quotes") from None
    return found


def _placed(path: Path, found: Iterator[tuple[int, Any]]) -> Iterator[Placed]:
    for number, value in found:
        if not isinstance(value, dict):
            raise InputError(path, f"entity {number} is not an object", "give every entity as a JSON object")
        yield number, value
