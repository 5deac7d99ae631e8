"""What every command shares: options, printing, and how errors reach the user."""

from __future__ import annotations

import errno
import functools
import io
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from graphbuild.errors import GraphbuildError, Problem
from graphbuild.plurals import number_of

if TYPE_CHECKING:
    from graphbuild.build import Report, SourceOutcome
    from graphbuild.stores.anystore import Store

FORMAT = click.option(
    "--format",
    "-f",
    "form",
    type=click.Choice(["table", "csv", "tsv", "json"]),
    default="table",
    show_default=True,
    help="How to print.",
)
TABLE_OR_JSON = click.option(
    "--format",
    "-f",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print.",
)
OUTPUT = click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, allow_dash=True),
    default="-",
    help="Write to this file instead of the screen; .csv, .tsv or .json gives that format if no other is asked for, "
    "and .xlsx a workbook for a spreadsheet.",
)
PARAM = click.option(
    "--param", "-p", multiple=True, metavar="NAME=VALUE", help="A parameter of the question; repeatable."
)
PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
KIND = click.option("--as", "kind", metavar="KIND", default="", help="Read PATHS as this kind; `kinds` lists them.")


_DAMAGED = "; the store is damaged: run `graphbuild check`, then load the sources again"


def _exit_with(sentence: str, code: int) -> click.exceptions.Exit:
    """Say what is wrong; the exit is to be raised."""
    say("Error: " + " ".join(sentence.split()), err=True)
    return click.exceptions.Exit(code)


def _of_system(error: OSError) -> str:
    """What the system says, with the file first, as our own errors have it."""
    denied = "; let yourself read and write it, or name another place" if isinstance(error, PermissionError) else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) and not error.filename:  # as while it is written
        return f"{error.strerror}; make room where the output goes, and where TMPDIR names"
    return f"{error.filename}: {error.strerror}{denied}" if error.filename else str(error)


def say(text: str, *, err: bool = False) -> None:
    """Write to stdout or stderr; where whoever reads has seen enough, the rest goes nowhere and the work goes on.

    So it does where talk cannot be written, as to a log on a disk that is full; data that cannot be is an error.
    """
    try:
        click.echo(text, err=err)
    except OSError as error:
        _let_go(sys.stderr if err else sys.stdout)  # or Python tries it again in the end
        if not err and not isinstance(error, BrokenPipeError):
            raise


def _let_go(stream: TextIO) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class Commands(click.Group):
    """The commands, whose help ends quietly too where whoever reads has seen enough."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the options, and write the help that they ask for."""
        with _quietly():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        with _quietly():
            return super().invoke(ctx)


@contextmanager
def _quietly() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        _let_go(sys.stdout)
        raise click.exceptions.Exit(0) from error
    except OSError as error:  # of the help; those of commands are `guarded`
        _let_go(sys.stdout)
        raise _exit_with(_of_system(error), 2) from error


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Our own errors, and a disk that fails, become one sentence and an exit code; bugs keep their traceback."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except GraphbuildError as error:
            raise _exit_with(str(error), error.exit_code) from error
        except BrokenPipeError:
            raise  # `Commands` ends quietly
        except OSError as error:
            lost = isinstance(error, FileNotFoundError) and str(error).startswith("IO error")
            raise _exit_with(f"{_of_system(error)}{_DAMAGED if lost else ''}", 1 if lost else 2) from error
        except RuntimeError as error:
            if not str(error).startswith("Corruption"):
                raise
            raise _exit_with(f"{error}{_DAMAGED}", 1) from error

    return run


def end_in_order() -> None:
    """Have SIGTERM, as of a machine that shuts down, end a command so that nothing of it is left on the disk."""

    def end(*_: object) -> None:
        raise SystemExit(128 + signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)


def open_store(context: click.Context) -> Store:
    """The store that `--store` names."""
    from graphbuild.stores.anystore import open_store as opened

    return opened(context.obj, tell)


def checked_kind(kind: str) -> str:
    """A kind of source that there is, or an empty text."""
    from graphbuild.read import KINDS

    if kind and kind not in KINDS:
        raise click.UsageError(f"--as {kind}: there is no such kind; use one of {', '.join(KINDS)}")
    return kind


def named_values(written: tuple[str, ...]) -> dict[str, str]:
    """NAME=VALUE options as a dictionary."""
    for text in written:
        if "=" not in text:
            raise click.UsageError(f"--param {text}: write it as NAME=VALUE")
    named = [(name.strip(), value.strip()) for name, _, value in (text.partition("=") for text in written)]
    if twice := next((name for name, times in Counter(name for name, _ in named).items() if times > 1), ""):
        raise click.UsageError(f"--param {twice} is given twice; a parameter takes one value")
    return dict(named)


def write_any_letter() -> None:
    """A terminal may not know every letter; show the others by their code instead of stopping."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def write_whole() -> None:
    """Buffer stdout even where PYTHONUNBUFFERED asks for none: Python then drops what a full disk takes no more."""
    out = sys.stdout
    if isinstance(out, io.TextIOWrapper) and isinstance(out.buffer, io.RawIOBase):
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(out.detach()), out.encoding, out.errors)


def tell(text: str) -> None:
    """Say on stderr what is going on."""
    say(text + " …", err=True)


def print_report(report: Report, form: str) -> None:
    """What a load did, one line per source; read = loaded + left out."""
    columns = ["source", "kind", "status", "read", "loaded", "joined", "left_out", "statements"]
    rows = [
        [o.staged.source, o.staged.kind, o.status, o.staged.read, o.loaded, o.joined, o.left_out, o.statements]
        for o in report.outcomes
    ]
    if form == "json":
        _say_json(
            [
                dict(zip(columns, row, strict=True))
                | {"remarks": o.staged.remarks, "omissions": [vars(one) for one in o.staged.left_out]}
                for row, o in zip(rows, report.outcomes, strict=True)
            ]
        )
        return
    print_rows(columns, [[str(c) for c in row] for row in rows], "table")
    for outcome in report.outcomes:
        _print_outcome(outcome)


def _say_json(value: object) -> None:
    import json

    say(json.dumps(value, indent=2, ensure_ascii=False))


def _print_outcome(outcome: SourceOutcome) -> None:
    staged = outcome.staged
    if outcome.status == "refused":
        print_notes(staged.source, ["refused; nothing of it was loaded"], [])
        return
    where = f"`graphbuild query joins --param source={staged.source}` lists what a person can decide"
    records = f"settling nothing until joined: {number_of(outcome.alone, 'record')}; {where}"
    print_notes(staged.source, [*staged.notes, *([records] if outcome.alone else [])], staged.problems)


def print_notes(source: str, notes: Sequence[str], problems: Sequence[Problem]) -> None:
    """What there is to tell of a source, one line each; of the small problems with it, how many."""
    minor = sum(p.severity != "violation" for p in problems)
    hint = f"{number_of(minor, 'remark')} on the data; `graphbuild validate` on the same input lists them"
    for note in [*notes, *([hint] if minor else [])]:
        say(f"{source}: {note}", err=True)


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[str]], form: str, output: str = "-") -> None:
    """Rows in one of the formats, to stdout or to a file."""
    from graphbuild.render import FORMATS

    text = FORMATS[form](columns, rows)
    if output == "-":
        say(text)
    else:
        write_file((text + "\n").encode("utf-8"), output)


def write_file(content: bytes, output: str) -> None:
    """Write a file whole or not at all."""
    target = Path(output).resolve()  # what a link names is written, and the link stays
    if target.is_dir():
        raise GraphbuildError(f"{target}: is a folder; name a file")
    if target.exists() and not target.is_file():  # a device or a pipe takes what comes
        target.write_bytes(content)
        return
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:  # never through a link that somebody else laid there
            if target.exists():
                part.chmod(target.stat().st_mode & 0o777)  # who might read it before may read it now
            file.write(content)
        part.replace(target)
    except OSError as error:
        raise GraphbuildError(f"{target}: cannot be written ({error.strerror}); choose another place") from error
    finally:
        with suppress(OSError):  # it is in place, or was never there
            part.unlink()


def print_problems(problems: list[Problem], form: str, err: bool = False) -> None:
    """Problems, one line each, or as JSON."""
    if form == "json":
        _say_json([vars(p) for p in problems])
        return
    for problem in problems[:200]:
        say(f"{problem.severity}: {problem}", err=err)
    if len(problems) > 200:
        say(f"… and {len(problems) - 200:,} more; --format json of `graphbuild validate` lists all", err=err)
