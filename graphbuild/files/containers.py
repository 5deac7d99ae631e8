"""Whether the container of an old workbook (XLS, an OLE compound file) is whole.

The library that reads the cells trusts the container, and brings the whole
process down where it points outside the file; so it is followed here first.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

#: What an entry of a table of sectors means if it is no number of a sector; all are at least this.
_SPECIAL = 0xFFFFFFFA
_END = 0xFFFFFFFE
_SMALL = 4096
#: Records of a workbook that are about cells and begin with row and column; and the columns that XLS has.
_CELLS = {0x06, 0x7E, 0xBD, 0xBE, 0xD6, 0xFD, 0x201, 0x203, 0x204, 0x205, 0x206, 0x27E, 0x406}
_COLUMNS = 256
_STREAMS = ("Workbook", "Book")


class ContainerError(ValueError):
    """Why a container cannot be followed."""


@dataclass(frozen=True)
class _Container:
    content: bytes
    size: int

    def sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        if number >= _SPECIAL or start >= len(self.content):
            raise ContainerError(f"it points to a part {number:,} that is not there")
        return self.content[start : start + self.size].ljust(self.size, b"\0")

    def chain(self, first: int, table: list[int]) -> list[int]:
        """The numbers of the sectors of a stream."""
        found: list[int] = []
        while first != _END:
            if first >= len(table) or len(found) > len(table):
                raise ContainerError(f"a stream goes on in a part {first:,} that is not there")
            found.append(first)
            first = table[first]
        return found


def check_container(content: bytes) -> None:
    """Follow tables, directory and the stream of the workbook; ContainerError if one leads astray."""
    if len(content) < 1024:
        raise ContainerError("it ends in its header")
    shift, mini = struct.unpack_from("<HH", content, 0x1E)
    if (shift, mini) not in ((9, 6), (12, 6)):
        raise ContainerError("its header is damaged")
    container = _Container(content, 1 << shift)
    table = _numbers(container, _table_sectors(container))
    directory = container.chain(_at(content, 0x30), table)
    entries = b"".join(container.sector(number) for number in directory)
    _follow(container, table, _entries(entries))


def _at(content: bytes, place: int) -> int:
    return int(struct.unpack_from("<I", content, place)[0])


def _numbers(container: _Container, sectors: list[int]) -> list[int]:
    return [n for s in sectors for n in struct.unpack(f"<{container.size // 4}I", container.sector(s))]


def _table_sectors(container: _Container) -> list[int]:
    """The sectors that hold the table of sectors: the first 109 stand in the header, the others in a chain."""
    found = list(struct.unpack_from("<109I", container.content, 0x4C))
    following, seen = _at(container.content, 0x44), 0
    while following < _SPECIAL:
        seen += 1
        if seen * container.size > len(container.content):
            raise ContainerError("its table of parts goes in circles")
        *more, following = struct.unpack(f"<{container.size // 4}I", container.sector(following))
        found += more
    return [number for number in found if number < _SPECIAL]


def _entries(directory: bytes) -> dict[str, tuple[int, int]]:
    """For each stream and storage, its first sector and its length in bytes; the first one is the root."""
    found: dict[str, tuple[int, int]] = {}
    for place in range(0, len(directory), 128):
        length = struct.unpack_from("<H", directory, place + 0x40)[0]
        if length > 64:
            raise ContainerError("its directory is damaged")
        name = directory[place : place + max(length - 2, 0)].decode("utf-16-le", errors="replace")
        found.setdefault("" if place == 0 else name, struct.unpack_from("<II", directory, place + 0x74))
    return found


def _follow(container: _Container, table: list[int], entries: dict[str, tuple[int, int]]) -> None:
    streams = [entries[name] for name in _STREAMS if name in entries]
    if not streams:
        raise ContainerError("it holds no workbook")
    root = entries[""][0]
    for number in container.chain(root, table) if root < _SPECIAL else []:
        container.sector(number)
    small = _numbers(container, container.chain(_at(container.content, 0x3C), table))
    for first, length in streams:
        chain = container.chain(first, table if length >= _SMALL else small)
        if len(chain) * (container.size if length >= _SMALL else 64) < length:
            raise ContainerError("its workbook is shorter than it states")
        if length >= _SMALL:
            _refuse_vast(b"".join(container.sector(number) for number in chain)[:length])


def _refuse_vast(workbook: bytes) -> None:
    """One cell far to the right would make a sheet of thousands of millions of cells."""
    place = 0
    while place + 4 <= len(workbook):
        kind, length = struct.unpack_from("<HH", workbook, place)
        place += 4
        if kind in _CELLS and place + 4 <= len(workbook):
            column = struct.unpack_from("<H", workbook, place + 2)[0]
            if column >= _COLUMNS:
                raise ContainerError(f"a cell stands in column {column + 1:,} of {_COLUMNS}")
        place += length
