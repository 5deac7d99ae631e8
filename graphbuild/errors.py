"""What can go wrong, said in one sentence that names the place and the remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphbuild.plurals import number_of


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the data.

    `row` counts as a spreadsheet does: the header is row 1; in a text it is the
    paragraph, such as ¶95.1. `remedy` says what to do; `severity` is `violation` (the source is refused) or `warning`.
    """

    source: str
    file: str
    row: int | str | None
    column: str | None
    value: str | None
    message: str
    remedy: str = ""
    severity: str = "violation"

    def __str__(self) -> str:
        row = f"row {self.row}" if isinstance(self.row, int) else self.row
        place = self.file + (f", {row}" if row else "")
        place += f", column {self.column}" if self.column else ""
        value = f": {self.value!r}" if self.value is not None else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{place}{value}: {self.message}{remedy}"


class CellError(ValueError):
    """A cell that cannot be understood: what is wrong, what to do, its column, and the value if not the whole cell."""

    def __init__(self, message: str, remedy: str = "", column: str = "", value: str | None = None) -> None:
        super().__init__(message)
        self.remedy, self.column, self.value = remedy, column, value


class GraphbuildError(Exception):
    """Wrong use or unusable input; the message is one sentence for the user. Exit code 2."""

    exit_code = 2

    def __reduce__(self) -> tuple[object, ...]:
        """As it is, whatever its class takes: errors of readers come from other processes."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[GraphbuildError], args: tuple[object, ...], more: dict[str, object]) -> GraphbuildError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(more)
    return error


class DataRefusedError(GraphbuildError):
    """The data was read and does not pass. Exit code 1."""

    exit_code = 1

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(f"{number_of(len(self.problems), 'problem')} found; nothing was loaded")


class StoreBusyError(GraphbuildError):
    """Another process is writing to the store, or wrote to it meanwhile."""


class StoreDamagedError(GraphbuildError):
    """The store does not hold what its ledger says. Exit code 1."""

    exit_code = 1


def cut(value: str) -> str:
    """A value as a sentence shows it: of a long one the beginning."""
    return value if len(value) <= 80 else value[:77] + "…"


def meant(word: str, words: Sequence[str]) -> str:
    """The end of a sentence about a word that is not known: which of those known is near it; empty if none is.

    >>> meant("religon", ["religion", "movement"]), meant("x", ["religion"])
    ("; did you mean 'religion'?", '')
    """
    from difflib import get_close_matches

    near = get_close_matches(word, words, 1)
    return f"; did you mean {near[0]!r}?" if near else ""
