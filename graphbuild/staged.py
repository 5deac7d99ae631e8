"""What a reader hands on: one source, read and mapped, not yet checked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from graphbuild.errors import Problem
from graphbuild.terms import Triple, line


@dataclass(frozen=True)
class FileMark:
    """A file that was read: its name, size in bytes and SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class LeftOut:
    """Something that was read and not loaded, though nothing is wrong with the source: where, what, why.

    `why` is the same text for all of a kind, so that the summary can count them.
    """

    place: str
    what: str
    why: str


@dataclass
class Staged:
    """A source on its way in.

    `read` counts data rows, numbered items or entities; `loaded` those whose statements are
    in `triples`; `left_out` names the others. `remarks` are sentences for the summary.
    """

    source: str
    kind: str
    title: str = ""
    files: list[FileMark] = field(default_factory=list)
    read: int = 0
    loaded: int = 0
    triples: set[Triple] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def say(self, triples: Iterable[Triple]) -> None:
        """Add statements; saying a thing twice is saying it once."""
        self.triples.update(triples)

    def lines(self) -> list[str]:
        """The statements as sorted N-Triples lines: the same for the same content."""
        return sorted(line(t) for t in self.triples)


def mark(path: Path, name: str = "") -> FileMark:
    """Name, size and SHA-256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileMark(name or path.name, path.stat().st_size, digest)
