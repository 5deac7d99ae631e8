"""Objects of a JSON file one after the other, however large it is: an array, one object, or one object per line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from graphbuild.files.intake import InputError

#: Bytes in which the names of the first object's fields are looked for.
HEAD = 65_536
_BOM = b"\xef\xbb\xbf"


def first_fields(path: Path) -> set[str]:
    """The names of the fields of the first object, as far as the beginning of the file shows them."""
    import ijson

    with path.open("rb") as file:
        head = io.BytesIO(file.read(HEAD).removeprefix(_BOM))
    names = set[str]()
    try:
        for prefix, event, value in ijson.parse(head, multiple_values=True, buf_size=1024):
            if prefix in ("", "item") and event in ("map_key", "end_map"):
                if event == "end_map":
                    break
                names.add(value)
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
            for value in ijson.items(file, prefix, multiple_values=not prefix, use_float=True):
                number += 1
                yield value
        except (ijson.JSONError, UnicodeDecodeError) as error:
            message = f"the file breaks off after record {number:,}, or is no JSON in UTF-8 from there"
            raise InputError(path, message, "download it again") from error


def _begins(file: BinaryIO) -> bytes:
    """The first byte of the first value; the file stands there then."""
    start = len(_BOM) if file.read(len(_BOM)) == _BOM else 0
    file.seek(start)
    while (byte := file.read(1)) and byte.isspace():
        start += 1
    file.seek(start)
    return byte
