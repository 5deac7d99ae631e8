"""Objects of a JSON file one after the other, however large it is: an array, one object, or one object per line."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from graphbuild.files.intake import InputError

#: Bytes in which the names of the first object's fields are looked for.
HEAD = 65_536
#: Levels of a value; the parser keeps the whole way to each, so that its memory grows with their square.
DEEPEST = 500
_BOM = b"\xef\xbb\xbf"
_ESCAPE, _STRING = re.compile(rb"\\.", re.S), re.compile(rb'"[^"]*(?:"|\Z)')
_BRACKETS = re.compile(rb"[\[{]+|[\]}]+")


def first_fields(path: Path) -> set[str]:
    """The names of the fields of the first object, as far as the beginning of the file shows them."""
    import ijson

    with path.open("rb") as file:
        head = io.BytesIO(file.read(HEAD).removeprefix(_BOM))
    names, depth = set[str](), 0
    try:  # use_float, since the parser ends the whole process at an integer of thousands of digits without it
        for event, value in ijson.basic_parse(head, multiple_values=True, buf_size=1024, use_float=True):
            depth += event == "start_map"
            if event == "map_key" and depth == 1:
                names.add(value)
            if event == "end_map" and not (depth := depth - 1):
                break
    except (ijson.JSONError, UnicodeDecodeError):
        return names  # the head ends in the middle of an object; a file that is broken is refused when it is read
    return names


def each_object(path: Path, within: str = "") -> Iterator[Any]:
    """The values of an array, or the values that follow each other; only one is held at a time.

    Of one object, the values at `within`, in the words of ijson: `rows.item`. Raises InputError, with the number
    of the value, where the file is damaged or ends too early.
    """
    import ijson

    number = 0
    with path.open("rb") as file:
        prefix = "item" if _begins(file) == b"[" else within
        try:
            for value in ijson.items(_Shallow(path, file), prefix, multiple_values=not prefix, use_float=True):
                number += 1
                yield value
        except (ijson.JSONError, UnicodeDecodeError) as error:
            message = f"the file breaks off after record {number:,}, or is no JSON in UTF-8 from there"
            raise InputError(path, message, "download it again") from error


class _Shallow:
    """A file whose brackets are counted on their way to the parser; strings, which may hold some, are skipped."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path, self._file, self._rest, self._depth = path, file, b"", 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises InputError where a value stands too deep in others."""
        chunk = self._file.read(size)
        plain = _ESCAPE.sub(b"", self._rest + chunk)
        self._rest = b'"' * (plain.count(b'"') % 2) + b"\\" * plain.endswith(b"\\")
        for run in _BRACKETS.findall(_STRING.sub(b"", plain)):
            self._depth += len(run) if run[:1] in b"[{" else -len(run)
            if self._depth > DEEPEST:
                raise InputError(self._path, "the JSON is nested too deeply", "download the file again")
        return chunk


def _begins(file: BinaryIO) -> bytes:
    """The first byte of the first value; the file stands there then."""
    start = len(_BOM) if file.read(len(_BOM)) == _BOM else 0
    file.seek(start)
    while (byte := file.read(1)) and byte.isspace():
        start += 1
    file.seek(start)
    return byte
