"""What a reader hands on: one source, read and mapped, not yet checked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from graphbuild.errors import CellError, Problem
from graphbuild.sortedlines import Account, SortedLines, account
from graphbuild.terms import Term, Triple, line

#: Who is told how far some work has come, a sentence at a time.
Tell = Callable[[str], None]
#: Who is told how far the reading of a source has come, every so many statements.
TELL: ContextVar[Tell] = ContextVar("tell", default=lambda _: None)
EVERY = 500_000


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

    `read` counts data rows, numbered items or entities; `loaded` those of which statements
    were said; `left_out` names the others. `remarks` are sentences for the summary.
    """

    source: str
    kind: str
    title: str = ""
    files: list[FileMark] = field(default_factory=list)
    read: int = 0
    loaded: int = 0
    problems: list[Problem] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    _lines: SortedLines = field(default_factory=SortedLines, repr=False)
    _said: int = 0
    _account: Account | None = None

    def say(self, triples: Iterable[Triple]) -> None:
        """Add statements; saying a thing twice is saying it once."""
        self._account = None
        self._lines.update(self._counted(map(line, triples)))

    def _counted(self, lines: Iterable[str]) -> Iterable[str]:
        for text in lines:
            self._said += 1
            if self._said % EVERY == 0:
                TELL.get()(f"reading {self.source}: {self._said:,} statements, {self.loaded:,} rows or items")
            yield text

    def complain(self, file: str, row: int | str | None, error: CellError, cells: Mapping[str, str]) -> None:
        """Take note of a cell that cannot be understood."""
        value = cells.get(error.column) if error.value is None else error.value
        self.problems.append(Problem(self.source, file, row, error.column, value, str(error), error.remedy))

    @property
    def triples(self) -> frozenset[Triple]:
        """All statements at once, in memory: for small sources, such as those of tests."""
        return frozenset(_parts(text) for text in self._lines)

    def lines(self) -> SortedLines:
        """The statements as sorted N-Triples lines: the same for the same content."""
        return self._lines

    def account(self) -> Account:
        """Count and hash of the statements."""
        self._account = self._account or account(self._lines)
        return self._account

    @property
    def notes(self) -> list[str]:
        """What to tell of it: its remarks, and what was not loaded, by reason: how many, and the first three."""
        reasons: dict[str, list[LeftOut]] = {}
        for one in self.left_out:
            reasons.setdefault(one.why, []).append(one)
        return [*self.remarks, *(f"left out {len(ones):,}: {why} ({_first(ones)})" for why, ones in reasons.items())]


def _first(ones: list[LeftOut]) -> str:
    return "; ".join(f"{one.place} {one.what}".strip() for one in ones[:3]) + " …" * (len(ones) > 3)


def _parts(text: str) -> Triple:
    subject, predicate, value = text.removesuffix(" .").split(" ", 2)
    return Term(subject), Term(predicate), Term(value)


def mark(path: Path) -> FileMark:
    """Name, size and SHA-256 of a file."""
    return FileMark(path.name, path.stat().st_size, sha256_of(path))


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
