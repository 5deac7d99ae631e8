"""An empty casebook to begin with: one file per table, one example row, and what each column means."""

from __future__ import annotations

import csv
from pathlib import Path

from graphbuild.casebooks.tables import Column, Table, load_tables
from graphbuild.errors import GraphbuildError
from graphbuild.terms import slug
from graphbuild.vocabulary import notations

#: Tables of the reference data; a casebook of one state does not need them.
REFERENCE = ("states", "sessions", "cycles")

#: Words of a list that are told with the column that takes them.
LONG = 24

_START = """# Casebook

Every file here is one table; open it in a spreadsheet, and save it as CSV (UTF-8; comma or semicolon).
Row 1 names the columns and stays. Row 2 is an example: replace it. Delete the files you do not need;
`about.csv` must stay, it makes the folder a casebook.

    graphbuild validate .      check it: each problem with file, row, column and remedy
    graphbuild load .          load it; loading again replaces it

- Format columns of ids, paragraphs and dates as *text*, so that the spreadsheet does not turn 95.10 into 95.1.
- Several values in one cell are separated by semicolons.
- Dates are written as far as they are known: `2011-10-11`, `2011-10`, `2011`; a duration
  `2010-02-08/2010-02-19`; one day out of a range `[2010-05-31..2010-06-18]`; at the latest `[..2014-10-29]`.
- What you know from general knowledge only has a source of the kind `general-knowledge`; list the columns that rest
  on it in `unconfirmed`.
- Names of persons go to `names.csv` and nowhere else.
"""


def write_casebook(folder: Path) -> list[str]:
    """Write the files; refuses a folder that holds something already. Returns their names."""
    make_empty(folder)
    tables = [t for t in load_tables().values() if t.name not in REFERENCE]
    for table in tables:
        _write_table(folder / f"{table.name}.csv", table, folder.resolve().name)
    (folder / "README.md").write_text(_START + "".join(map(describe, tables)) + _long_lists(tables), encoding="utf-8")
    return [f"{t.name}.csv" for t in tables]


def make_empty(folder: Path, *, private: bool = False) -> None:
    """Make a folder, which only its owner can read if it is `private`; one that is there and empty will do.

    Raises GraphbuildError if it holds something, or cannot be made.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise GraphbuildError(f"{folder}: is not an empty folder; name a new one")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if private:
            folder.chmod(0o700)
    except OSError as error:
        raise GraphbuildError(f"{folder}: cannot be made ({error.strerror}); name another") from error


def _write_table(path: Path, table: Table, name: str) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(c.name for c in table.columns)
        if table.name == "about":
            writer.writerows([["id", slug(name, "casebook")], ["title", f"Casebook {name}"]])
        else:
            writer.writerow(c.example for c in table.columns)


def describe(table: Table) -> str:
    """The chapter of the documentation about one table."""
    lines = [f"\n## {table.name}.csv\n\n{table.what}\n\n", "| column | must | holds |\n|---|---|---|\n"]
    lines += [f"| `{c.name}` | {'yes' if c.required else ''} | {_holds(c)} |\n" for c in table.columns]
    return "".join(lines)


def _holds(column: Column) -> str:
    text = column.help
    if column.kind == "date":
        text += " (date)"
    if column.kind == "ref" and column.table != ("any",):
        text += f" (an id of {', '.join(column.table)})"
    if column.many:
        text += "; several allowed"
    words = notations(column.scheme) if column.scheme else []
    if 0 < len(words) <= LONG:
        text += ": " + ", ".join(f"`{w}`" for w in words)
    elif words:
        text += f": one of the {len(words)} words of the list *{column.scheme}*, below"
    return text


def _long_lists(tables: list[Table]) -> str:
    """The words of the lists that are too long for the row of a column."""
    schemes = sorted({column.scheme for table in tables for column in table.columns if column.scheme})
    long = {scheme: words for scheme in schemes if len(words := notations(scheme)) > LONG}
    return "".join(f"\n## Words of the list {s}\n\n{', '.join(f'`{w}`' for w in ws)}\n" for s, ws in long.items())


def documentation() -> str:
    """All tables, as docs/casebook.md shows them."""
    tables = list(load_tables().values())
    return _START + "".join(map(describe, tables)) + _long_lists(tables)
