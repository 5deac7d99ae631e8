"""What is said, in files that are derived one by one: parts packed together, each with all that it speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO

from graphbuild.deriving.parts import Parts, grouped, key, packed

#: What a graph says, as N-Triples lines grouped by subject; read twice.
Said = dict[str, Callable[[], Iterable[str]]]


def pack(said: Said, folder: Path, most: int) -> list[Path]:
    """Write what is said into N-Quads files; the first holds what is shared, which others repeat as they need it."""
    parts = Parts()
    for lines in said.values():
        parts.look(lines())
    numbers = packed(parts.sizes(), most)
    packs = _Packs(folder, 1 + max(numbers.values(), default=0))
    for graph, lines in said.items():
        for subject, about in grouped(lines()):
            part, quads = parts.of(subject), [quad(line, graph) for line in about]
            if part:
                packs.add(numbers[part], quads)
            else:
                packs.share(subject, quads)
    return packs.close()


def quad(line: str, graph: str) -> str:
    """An N-Quads line."""
    return f"{line[:-1]}<{graph}> ."


class _Packs:
    """The files while they are written; what is shared is kept in memory until the end."""

    def __init__(self, folder: Path, count: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.paths = [folder / f"{number}.nq" for number in range(count)]
        self._files: list[IO[str]] = [path.open("w", encoding="utf-8", newline="\n") for path in self.paths]
        self._shared: dict[str, list[str]] = defaultdict(list)
        self._spoken_of: list[set[str]] = [set() for _ in self.paths]

    def add(self, number: int, quads: list[str]) -> None:
        """Add what is said of one thing to a pack."""
        self._write(number, quads)
        self._spoken_of[number] |= shared_values(quads)

    def share(self, subject: str, quads: list[str]) -> None:
        """Keep what is said of a shared thing."""
        self._shared[subject] += quads

    def close(self) -> list[Path]:
        """Add to each pack what it speaks of."""
        for number, names in enumerate(self._spoken_of):
            for name in with_all_behind(names, self._shared) if number else sorted(self._shared):
                self._write(number, self._shared[name])
        for file in self._files:
            file.close()
        return self.paths

    def _write(self, number: int, quads: list[str]) -> None:
        self._files[number].write("\n".join(quads) + "\n")


def with_all_behind(names: set[str], said: Mapping[str, list[str]]) -> list[str]:
    """Shared things and all that they speak of in turn, of which something is said, sorted."""
    found, pending = set[str](), names
    while pending:
        found = found | pending
        pending = shared_values(line for name in pending for line in said.get(name, [])) - found
    return sorted(found & said.keys())


def shared_values(lines: Iterable[str]) -> set[str]:
    """The shared things that N-Triples lines or N-Quads lines speak of."""
    return {value for line in lines if (value := line.split(" ", 3)[2]).startswith("<") and not key(value)}
