"""From what the shapes find to what a person can mend: file, row, column, value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox

from graphbuild import gate, resources
from graphbuild.casebooks.tables import load_tables
from graphbuild.errors import GraphbuildError, Problem, cut
from graphbuild.stores.staging import SETTLED, Staging, View
from graphbuild.terms import ID, PREFIXES, SAID_GRAPHS, UPR, id_of, is_concluded, is_said, said_graph

_ROW = UPR + "row"
_RECORD_OF = ox.NamedNode(UPR + "recordOf")

#: Where a thing was read: source, file, row.
Origin = tuple[str, str, int | str]


def find_problems(staging: Staging, sources: Sequence[str]) -> list[Problem]:
    """Check what is settled together with what some sources say, and where these say it.

    What the sources say is then part of the settled layer of the staging, which is good for nothing else.
    """
    there = set(staging.graphs())
    for graph in (g for g in map(said_graph, sources) if g in there):
        staging.settle_as_said(graph)
    data, origins, found = staging.database, _Origins(staging, sources), list[Problem]()
    for result in gate.check(data):
        if origin := _origin(data, result, origins):
            told = None if origins.get(result.focus) else _as_written(result.focus)
            found.append(_problem(result, origin, told, _contradicted(staging, result, origin)))
        elif result.severity == "violation" and sources:
            found.append(_elsewhere(result, sources[0]))
    return found


def refuse_bad_findings(staging: Staging) -> None:
    """Check what the rules concluded; a bad finding is a fault of a rule, so nothing is published."""
    concluded = [graph for graph in staging.graphs() if is_concluded(graph)]
    found = gate.check(View(staging, [SETTLED, *concluded]), resources.SHAPES / "concluded.ttl")
    if bad := [r for r in found if r.severity == "violation"]:
        rules = [graph for graph in concluded if f"<{bad[0].focus}> " in "\n".join(staging.lines(graph))]
        raise GraphbuildError(f"the rule of {rules[0]} concludes what it must not: {bad[0].focus}: {bad[0].message}")


def place_of(problem: Problem) -> tuple[str, str, int, str, str]:
    """How problems are sorted: by source, file and row."""
    return problem.source, problem.file, *_row_of(problem.row), problem.column or ""


def _row_of(row: int | str | None) -> tuple[int, str]:
    """Rows in order of number; paragraphs after them, as they are written."""
    return (0, row) if isinstance(row, str) else (row or 0, "")


class _Origins:
    """Where things were read, looked up one by one, since a source may have many rows and few problems."""

    def __init__(self, staging: Staging, sources: Sequence[str]) -> None:
        self._staging, self._sources = staging, {said_graph(source): source for source in sources}
        self._order = {graph: number for number, graph in enumerate(self._sources)}

    def get(self, name: str) -> Origin | None:
        """Of a thing that several sources speak of, the place in the last of them."""
        rows = [(graph, row) for graph, row in self._staging.said(name, _ROW) if graph in self._sources]
        if not rows:
            return None
        graph, place = max(rows, key=lambda one: (self._order[one[0]], one[1]))
        return self._sources[graph], *_place(place)


def _origin(data: gate.Data, result: gate.Result, origins: _Origins) -> Origin | None:
    """The row of a thing; or of a row that speaks of it, first of all one that says what was found."""
    if origin := origins.get(result.focus):
        return origin
    node = ox.NamedNode(result.focus)
    near = set[tuple[object, ox.NamedNode, bool]]()
    near |= {(q.subject, q.predicate, _is_said(q)) for q in data.quads_for_pattern(None, None, node)}
    near |= {(q.object, q.predicate, _is_said(q)) for q in data.quads_for_pattern(node, None, None)}
    ranked = [
        (not _says(data, n, result), p != _RECORD_OF, not said, origin[:2], _row_of(origin[2]))
        for n, p, said in near
        if isinstance(n, ox.NamedNode) and (origin := origins.get(n.value))
    ]
    if not ranked:
        return None
    *_, (source, file), (number, paragraph) = min(ranked)
    return source, file, paragraph or number


def _is_said(quad: ox.Quad) -> bool:
    """Whether a source says it, and not only the rules that settle."""
    return isinstance(quad.graph_name, ox.NamedNode) and is_said(quad.graph_name.value)


def _says(data: gate.Data, node: ox.NamedNode, result: gate.Result) -> bool:
    """Whether a thing has the property, and the value, that a result is about."""
    if not result.path or not result.path.startswith("http"):
        return False
    said = data.quads_for_pattern(node, ox.NamedNode(result.path), None)
    return any(result.value is None or getattr(q.object, "value", None) == result.value for q in said)


def _contradicted(staging: Staging, result: gate.Result, origin: Origin) -> str:
    """What other sources give, and where, if a thing has several values of which it can have one."""
    if result.value is not None or not result.path or not result.path.startswith("http"):
        return ""
    node, path = ox.NamedNode(result.focus), ox.NamedNode(result.path)
    values = {q.object for q in staging.database.quads_for_pattern(node, path, None, ox.DefaultGraph())}
    said = _given(staging, node, values) if len(values) > 1 else set()
    mine = {value for graph, value, _ in said if graph == said_graph(origin[0])}
    others = sorted(one for one in said if one[1] not in mine)
    return "".join(f" The source {_source(graph)!r} gives {value}{place}." for graph, value, place in others[:3])


def _given(staging: Staging, node: ox.NamedNode, values: set[Any]) -> set[tuple[str, str, str]]:
    """Which source gives which of some values, and where: to a thing itself, or in a row that speaks of it."""
    data = staging.database
    speaking = {node, *(q.subject for q in data.quads_for_pattern(None, None, node))}
    return {
        (q.graph_name.value, _as_written(getattr(value, "value", "")) or "", _row_in(staging, q.graph_name, thing))
        for thing in speaking
        for value in values
        for q in data.quads_for_pattern(thing, None, value)
        if isinstance(q.graph_name, ox.NamedNode) and is_said(q.graph_name.value)
    }


def _row_in(staging: Staging, graph: ox.NamedNode, thing: Any) -> str:
    """Where a source speaks of a thing, in brackets."""
    rows = staging.database.quads_for_pattern(thing, ox.NamedNode(_ROW), None, graph)
    places = sorted((_place(getattr(q.object, "value", "")) for q in rows), key=lambda one: (one[0], _row_of(one[1])))
    return "".join(f" ({file}, {f'row {row}' if isinstance(row, int) else row})" for file, row in places[:1])


def _source(graph: str) -> str:
    return unquote(graph.removeprefix(SAID_GRAPHS))


def _place(written: str) -> tuple[str, int | str]:
    """File and row, or paragraph, as a source gives them."""
    file, _, row = written.rpartition(":")
    return file, int(row) if row.isdecimal() else row.replace("%3A", ":")


def _elsewhere(result: gate.Result, source: str) -> Problem:
    """Something found in what earlier sources say; it does not stand against the new one."""
    return Problem(source, "settled layer", None, _as_written(result.focus), _as_written(result.value), result.message,
                   severity="warning")


def _problem(result: gate.Result, origin: Origin, told: str | None, contradicted: str) -> Problem:
    """What was found, with its value; or else `told`, which is what the row speaks of if it is not the row's own."""
    source, file, row = origin
    column, value = _column(file, result.path), told if result.value is None else _as_written(result.value)
    return Problem(source, file, row, column, value, result.message + contradicted, severity=result.severity)


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


def _as_written(value: str | None) -> str | None:
    """A value as a person wrote it: the id of a thing without its kind."""
    if value is None:
        return None
    if value.startswith(ID):
        value = unquote(id_of(value))
    return cut(value)
