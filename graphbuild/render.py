"""Answers for people and for programs: table, CSV, TSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import shutil
import textwrap
from collections.abc import Callable, Sequence

from graphbuild.exports.flat import harmless
from graphbuild.files.intake import with_line_feeds
from graphbuild.questions.catalogue import Question, takes
from graphbuild.questions.explain import Pair

Rows = Sequence[Sequence[str]]

#: A column of a table on the screen is not shortened below this many characters.
SHORTEST = 10
#: The first names what the row is about, so that it is not shortened below this many.
NAME = 40
#: Text in paragraphs is no wider than this.
WIDEST = 100


def as_table(columns: Sequence[str], rows: Rows) -> str:
    """Aligned columns, shortened to fit the terminal; one block per row where even that is too wide.

    Nothing is shortened in the other formats.
    """
    width = _terminal()
    cells = [[" ".join(c.split()) for c in row] for row in rows]
    widths = [max([len(name), *(len(row[i]) for row in cells)]) for i, name in enumerate(columns)]
    least = [min(w, NAME if i == 0 else SHORTEST) for i, w in enumerate(widths)]
    widths = _fitted(widths, least, width - 2 * len(columns))
    if not widths:
        return _blocks(columns, cells, width)
    lines = [columns, ["-" * w for w in widths], *cells]
    return "\n".join("  ".join(map(_cut, line, widths)).rstrip() for line in lines)


def _terminal() -> int:
    return shutil.get_terminal_size((160, 24)).columns


def _fitted(widths: list[int], least: list[int], room: int) -> list[int]:
    """Widths that fit the room, taken from the widest first; none if the least do not fit."""
    fitted = list(widths)
    while sum(fitted) > room:
        loose = [i for i, w in enumerate(fitted) if w > least[i]]
        if not loose:
            return []
        widest = max(loose, key=lambda i: fitted[i])
        fitted[widest] -= 1
    return fitted


def _cut(cell: str, width: int) -> str:
    return (cell if len(cell) <= width else cell[: width - 1] + "…").ljust(width)


def _blocks(columns: Sequence[str], rows: Rows, width: int) -> str:
    wide = max(map(len, columns), default=0)
    blocks = []
    for number, row in enumerate(rows, start=1):
        lines = [f"-- {number} of {len(rows)} ".ljust(min(width, 60), "-")]
        for name, cell in zip(columns, row, strict=True):
            if cell:
                lines.append(
                    textwrap.fill(
                        cell,
                        max(width, 40),
                        initial_indent=f"{name.ljust(wide)}  ",
                        subsequent_indent=" " * (wide + 2),
                        break_long_words=False,
                        break_on_hyphens=False,
                    )
                )
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def as_csv(columns: Sequence[str], rows: Rows, delimiter: str = ",") -> str:
    """CSV that opens in a spreadsheet; formulas are made harmless."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([with_line_feeds(harmless(c)) for c in row] for row in rows)
    return text.getvalue().rstrip("\n")


def as_tsv(columns: Sequence[str], rows: Rows) -> str:
    """Tab-separated values."""
    return as_csv(columns, [[" ".join(c.split()) for c in row] for row in rows], "\t")


def as_json(columns: Sequence[str], rows: Rows) -> str:
    """A list of objects; every cell as it stands in the graph."""
    return json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False, indent=2)


FORMATS: dict[str, Callable[[Sequence[str], Rows], str]] = {
    "table": as_table,
    "csv": as_csv,
    "tsv": as_tsv,
    "json": as_json,
}


def description(question: Question) -> str:
    """What a question asks, what it takes and what it gives."""
    wide = max((len(p.name) for p in question.parameters), default=0)
    lines = [_wrapped(f"{question.name}  ", question.summary), ""]
    for p in question.parameters:
        default = f"; {p.default} if none is given" if p.default else ""
        lines.append(_wrapped(f"  {p.name.ljust(wide)}  ", f"{p.meaning} ({takes(p)}{default})"))
    return "\n".join([*lines, "", _wrapped("gives  ", ", ".join(question.columns))])


def explanation(pairs: list[Pair], everything: bool) -> str:
    """The verdict on every pair; in full where it is a conflict, else for the closest one."""
    full = [p for p in pairs if everything or not p.failed] or pairs[:1]
    brief = [p for p in pairs if p not in full]
    text = "\n\n".join(_in_full(p) for p in full)
    if brief:
        text += "\n\nno conflict:\n" + "\n".join(
            f"  {_title(p)}: {p.failed[0].name} fails: {p.failed[0].text}" for p in brief
        )
    return text


def _title(pair: Pair) -> str:
    return f"{pair.ask.removeprefix('ask/')} × {pair.effect.removeprefix('effect/')}"


def _in_full(pair: Pair) -> str:
    lines = [f"{_title(pair)}  ({pair.acceptance})", ""]
    lines += [_wrapped(f"  {fact:<14}", value) for fact, value in pair.facts.items()]
    lines += [
        "",
        *(_wrapped(f"  {t.name:<4} {'holds' if t.holds else 'FAILS'}  ", t.text) for t in pair.tests),
        "",
        _verdict(pair),
    ]
    lines += ["", "  rests on:"] if pair.premises else []
    for p in pair.premises:
        source = ", ".join(filter(None, (p.source, p.place)))
        lines.append(_wrapped("  - ", f"{p.said_by + ' ' if p.said_by else ''}{p.what} [{source}]"))
    return "\n".join(lines)


def _wrapped(start: str, text: str) -> str:
    return textwrap.fill(
        " ".join(text.split()),
        max(min(_terminal(), WIDEST), 40),
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _verdict(pair: Pair) -> str:
    if pair.failed:
        return f"  => no conflict: {', '.join(t.name for t in pair.failed)} not met"
    flags = f"; flags: {', '.join(pair.flags)}" if pair.flags else ""
    return f"  => conflict, {pair.grade}, {'certainly' if pair.later == 'certain' else 'possibly'} later{flags}"


def explanation_json(pairs: list[Pair]) -> str:
    """The same for programs."""
    return json.dumps([_pair_as_dict(p) for p in pairs], ensure_ascii=False, indent=2)


def _pair_as_dict(pair: Pair) -> dict[str, object]:
    return {
        "ask": pair.ask.removeprefix("ask/"),
        "effect": pair.effect.removeprefix("effect/"),
        "acceptance": pair.acceptance,
        "conflict": not pair.failed,
        "grade": pair.grade or None,
        "later": pair.later or None,
        "flags": pair.flags,
        "facts": pair.facts,
        "tests": [{"test": t.name, "holds": t.holds, "text": t.text} for t in pair.tests],
        "premises": [
            {"said_by": p.said_by, "what": p.what, "source": p.source, "place": p.place} for p in pair.premises
        ],
    }
