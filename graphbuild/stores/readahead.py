"""Tables of a database read from first to last, while a question asks for bits of them here and there.

A question for the whole world reads much of a store. If its disk was at rest, the engine waits
for each of many thousand small pieces; read in order, two gigabytes take seconds.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

#: Bytes read at a time.
_CHUNK = 1 << 20
#: Places of a table at which we look whether it is in memory already.
_PLACES = 16


@contextmanager
def reading_ahead(folder: Path) -> Iterator[None]:
    """While the block runs, have the system take the tables in a folder into memory, as far as they are not there.

    Nothing is read where all of them would fill more than half of the memory, or where the system does not say
    what it holds, as only Linux does.
    """
    cold = [path for path in sorted(folder.glob("*.sst")) if not in_memory(path)]
    ended = Event()
    reader = Thread(target=_read, args=(cold, ended), name="reading ahead", daemon=True)
    if cold and _fits(folder):
        reader.start()
    try:
        yield
    finally:
        ended.set()
        if reader.ident:
            reader.join()


def in_memory(path: Path) -> bool:
    """Whether the system holds a file in memory, as far as a few places tell; True where it does not say."""
    if not hasattr(os, "RWF_NOWAIT"):
        return True
    try:
        size, file = path.stat().st_size, os.open(path, os.O_RDONLY)
    except OSError:  # gone, since a load replaced the database
        return True
    try:
        return all(_is_there(file, size * number // _PLACES) for number in range(_PLACES))
    finally:
        os.close(file)


def _is_there(file: int, place: int) -> bool:
    try:
        os.preadv(file, [bytearray(1)], place, os.RWF_NOWAIT)
    except BlockingIOError:
        return False
    except OSError:  # a file system that does not say
        return True
    return True


def _fits(folder: Path) -> bool:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return sum(path.stat().st_size for path in folder.glob("*.sst")) < memory / 2


def _read(paths: list[Path], ended: Event) -> None:
    chunk = bytearray(_CHUNK)
    for path in paths:
        try:
            with path.open("rb", buffering=0) as file:
                while not ended.is_set() and file.readinto(chunk):
                    pass
        except OSError:  # the engine will say what is wrong with it, if it needs it
            return
