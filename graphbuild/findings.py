"""From what the shapes find to what a person can mend: file, row, column, value."""

from __future__ import annotations

import pyoxigraph as ox

from graphbuild import gate
from graphbuild.errors import Problem
from graphbuild.staged import Staged
from graphbuild.store import SETTLED, Staging
from graphbuild.tables import load_tables
from graphbuild.terms import ID, PREFIXES, UPR, said_graph

_ROW = ox.NamedNode(UPR + "row")

#: Where a thing was read: source, file, row.
Origin = tuple[str, str, int]


def find_problems(staging: Staging, staged: list[Staged]) -> None:
    """Check what is staged and give each source the problems that its rows cause."""
    data, origins = _merged(staging, staged)
    by_name = {s.source: s for s in staged}
    for result in gate.check(data):
        if origin := _origin(data, result.focus, origins):
            by_name[origin[0]].problems.append(_problem(result, origin))


def place_of(problem: Problem) -> tuple[str, str, int, str]:
    """How problems are sorted: by source, file and row."""
    return problem.source, problem.file, problem.row or 0, problem.column or ""


def _merged(staging: Staging, staged: list[Staged]) -> tuple[ox.Store, dict[str, Origin]]:
    """One graph of the settled layer and what the new sources say, and where each thing was read."""
    data, origins = ox.Store(), dict[str, Origin]()
    data.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in staging.triples(SETTLED))
    for s in staged:
        said = list(staging.triples(said_graph(s.source)))
        data.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in said)
        for t in said:
            if t.predicate == _ROW:
                file, _, row = t.object.value.rpartition(":")  # type: ignore[union-attr]
                origins[t.subject.value] = (s.source, file, int(row))  # type: ignore[union-attr]
    return data, origins


def _origin(data: ox.Store, focus: str, origins: dict[str, Origin]) -> Origin | None:
    """The row of a thing, or of something read from a row that speaks of it."""
    if focus in origins:
        return origins[focus]
    node = ox.NamedNode(focus)
    near = [q.subject.value for q in data.quads_for_pattern(None, None, node) if isinstance(q.subject, ox.NamedNode)]
    near += [q.object.value for q in data.quads_for_pattern(node, None, None) if isinstance(q.object, ox.NamedNode)]
    return min((origins[n] for n in near if n in origins), default=None)


def _problem(result: gate.Result, origin: Origin) -> Problem:
    source, file, row = origin
    return Problem(
        source, file, row, _column(file, result.path), _short(result.value), result.message, severity=result.severity
    )


def _column(file: str, path: str | None) -> str | None:
    """The column of a casebook that becomes this property."""
    table = load_tables().get(file.removesuffix(".csv"))
    if not table or not path:
        return None
    for prefix, namespace in (("", UPR), *((f"{p}:", n) for p, n in PREFIXES.items())):
        for column in table.columns:
            if path == namespace + column.property.removeprefix(prefix) and column.property.startswith(prefix):
                return column.name
    return None


def _short(value: str | None) -> str | None:
    if value is None:
        return None
    return value.removeprefix(ID) if len(value) <= 80 else value.removeprefix(ID)[:77] + "…"
