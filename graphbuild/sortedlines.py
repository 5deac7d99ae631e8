"""Lines in order, each once: in memory while they are few, in temporary files when they are many.

What a source says is handed on by its sorted lines; five million of them do not
fit into the memory of a small machine.
"""

from __future__ import annotations

import hashlib
import heapq
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO

from graphbuild.errors import GraphbuildError

#: How many lines are held in memory before they are written to a file; about 100 MB.
MOST = 200_000


_MODULUS = 1 << 256


@dataclass(frozen=True)
class Account:
    """One graph: how many statements it holds, and the sum of the SHA-256 of its N-Triples lines.

    A sum does not depend on order, and two accounts of different lines add up; so a graph
    can be accounted for part by part.
    """

    quads: int
    digest: str

    def __add__(self, other: Account) -> Account:
        """The account of the lines of both, which have none in common."""
        return _account(self.quads + other.quads, int(self.digest, 16) + int(other.digest, 16))

    def __sub__(self, other: Account) -> Account:
        """The account of what is left without the lines of the other."""
        return _account(self.quads - other.quads, int(self.digest, 16) - int(other.digest, 16))


def _account(quads: int, total: int) -> Account:
    return Account(quads, f"{total % _MODULUS:064x}")


def account(lines: Iterable[str]) -> Account:
    """Count and hash lines, each given once."""
    found = [Account(0, "")]
    for _ in accounted(lines, found.append):
        pass
    return found[-1]


def accounted(lines: Iterable[str], done: Callable[[Account], None]) -> Iterator[str]:
    """The same lines; when they are at their end, their account is told."""
    count = total = 0
    for text in lines:
        total += int.from_bytes(hashlib.sha256(text.encode()).digest())
        count += 1
        yield text
    done(_account(count, total))


class SortedLines:
    """A set of lines without line ends that is iterated in order of code points: often, but not twice at a time.

    The files are private to the process and gone when it ends; TMPDIR says where they lie.
    """

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._few: set[str] = set()
        self._runs: list[IO[str]] = []
        self.update(lines)

    def update(self, lines: Iterable[str]) -> None:
        """Add lines; one that is there already is not added again."""
        for text in lines:
            self._few.add(text)
            if len(self._few) >= MOST:
                self._spill()

    def __iter__(self) -> Iterator[str]:
        if not self._runs:
            return iter(sorted(self._few))
        if self._few:
            self._spill()
        if len(self._runs) > 1:
            self._runs = [_written(_merged(self._runs))]
        return _read(self._runs[0])

    def __getstate__(self) -> str:
        """For another process: the name of a file of the lines, which that process removes."""
        with _on_disk():
            handle, name = tempfile.mkstemp(prefix="graphbuild-")
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{text}\n" for text in self)
        return name

    def __setstate__(self, name: str) -> None:
        self._few = set()
        # Closed by its owner's end, as all runs are.
        self._runs = [Path(name).open("r+", encoding="utf-8", newline="\n")]  # noqa: SIM115
        Path(name).unlink()

    def _spill(self) -> None:
        self._runs.append(_written(sorted(self._few)))
        self._few = set()


def unmatched(old: Iterable[str], new: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """The lines that only one of two sorted sequences has, and whether it is the new one."""
    olds, news = iter(old), iter(new)
    one, other = next(olds, None), next(news, None)
    while one is not None or other is not None:
        if one == other:
            one, other = next(olds, None), next(news, None)
        elif other is None or (one is not None and one < other):
            yield str(one), False
            one = next(olds, None)
        else:
            yield other, True
            other = next(news, None)


def _written(lines: Iterable[str]) -> IO[str]:
    with _on_disk():
        # Closed by its owner's end: the lines are read again and again until then.
        file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n", prefix="graphbuild-")  # noqa: SIM115
        file.writelines(f"{text}\n" for text in lines)
        file.flush()
    return file


@contextmanager
def _on_disk() -> Iterator[None]:
    """Name the folder of temporary files, or it would be looked for where the store lies."""
    try:
        yield
    except OSError as error:
        raise GraphbuildError(
            f"{tempfile.gettempdir()}: temporary files cannot be written ({error.strerror}); "
            "make room there, or name a folder on another disk with TMPDIR"
        ) from error


def _merged(runs: list[IO[str]]) -> Iterator[str]:
    return (text for text, _ in groupby(heapq.merge(*map(_read, runs))))


def _read(run: IO[str]) -> Iterator[str]:
    run.seek(0)
    return (text[:-1] for text in run)
