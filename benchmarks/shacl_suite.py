"""The gate and pySHACL on the SHACL test suite of the W3C, case by case.

    python benchmarks/shacl_suite.py [--suite ../shared/suites/w3c-shacl] [--cases]

A case passes if the report is the expected one: the same number of results with the
same focus node, path, constraint, value and severity, or a refusal where the suite
expects a failure. Blank nodes are taken to be alike, and numbers are compared as the
store keeps them. Prints a Markdown table by folder, and every case that does not pass.
"""

from __future__ import annotations

import argparse
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from graphbuild.errors import GraphbuildError
from graphbuild.gate import Gate
from graphbuild.shacl.checks import Violation
from graphbuild.shacl.referee import by_pyshacl
from graphbuild.shacl.shapes import SH, Shapes, Value, constraint_of, path_of, severity_of
from graphbuild.terms import PREFIXES

SUITE = Path(__file__).resolve().parents[2] / "shared" / "suites" / "w3c-shacl"
MF, SHT = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#", "http://www.w3.org/ns/shacl-test#"

#: Focus node, path, constraint, value and severity, each as text.
Key = tuple[str, str, str, str, str]
#: A report; None is a refusal.
Report = Counter[Key] | None


@dataclass(frozen=True)
class Case:
    """A test of the suite: where it stands, what it validates, and the report it expects."""

    folder: str
    name: str
    data: Path
    shapes: Path
    expected: Report


@dataclass(frozen=True)
class Outcome:
    """What became of a case: who found the results, and whether they were the expected ones."""

    case: Case
    by: str
    ours: Report
    theirs: Report

    @property
    def passes(self) -> bool:
        return self.ours == self.case.expected

    @property
    def pyshacl_passes(self) -> bool:
        return self.theirs == self.case.expected


def cases(suite: Path) -> Iterator[Case]:
    for path in sorted(suite.rglob("*.ttl")):
        said = statements(path)
        for test, known in said.items():
            if ox.NamedNode(SHT + "Validate") in known.get(PREFIXES["rdf"] + "type", []):
                action = said[known[MF + "action"][0]]
                graphs = (action[SHT + name][0].value for name in ("dataGraph", "shapesGraph"))
                data, shapes = (Path(graph.removeprefix("file://")) for graph in graphs)
                folder = path.parent.relative_to(suite).as_posix()
                yield Case(folder, test.value.rpartition("/")[2], data, shapes, expected(said, known[MF + "result"][0]))


def statements(path: Path) -> Shapes:
    said: Shapes = {}
    for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=path.as_uri()):
        said.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
    return said


def expected(said: Shapes, report: Value) -> Report:
    if report == ox.NamedNode(SHT + "Failure"):
        return None
    return Counter(expected_key(said, node) for node in said[report].get(SH + "result", []))


def expected_key(said: Shapes, node: Value) -> Key:
    known = {name: found[0] for name, found in said[node].items()}
    path = path_of({**said, node: {SH + "path": said[node].get(SH + "resultPath", [])}}, node)
    severity = known[SH + "resultSeverity"].value.removeprefix(SH).lower()
    constraint = constraint_of(known[SH + "sourceConstraintComponent"].value)
    return kept(known[SH + "focusNode"]), path, constraint, kept(known.get(SH + "value")), severity


def kept(value: Value | None) -> str:
    """A term as the store keeps it; blank nodes have no name that another file could know."""
    if value is None or isinstance(value, ox.BlankNode):
        return "" if value is None else "blank"
    store, name = ox.Store(), ox.NamedNode("urn:x")
    store.add(ox.Quad(name, name, value))
    return str(next(iter(store)).object)


def run(case: Case) -> Outcome:
    store, shapes = ox.Store(), statements(case.shapes)
    store.extend(ox.parse(path=case.data, format=ox.RdfFormat.TURTLE, base_iri=case.data.as_uri()))
    theirs = report(shapes, lambda: by_pyshacl(store, shapes, list(shapes)))
    try:
        gate = Gate(case.shapes)
        by = "pySHACL" if gate.compiled(store).left else "compiled"
    except GraphbuildError:
        return Outcome(case, "refused", None, theirs)
    ours = report(gate.written, lambda: gate.violations(store))
    return Outcome(case, "refused" if ours is None else by, ours, theirs)


def report(shapes: Shapes, find: Callable[[], Iterable[Violation]]) -> Report:
    try:
        found = list(find())
    except GraphbuildError:
        return None
    return Counter((kept(v.focus), v.path, v.component, kept(v.value), severity_of(shapes, v.shape)) for v in found)


def table(outcomes: list[Outcome]) -> Iterator[str]:
    yield "| folder | cases | compiled | left to pySHACL | refused | gate as expected | pySHACL as expected |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for folder in [*dict.fromkeys(o.case.folder for o in outcomes), ""]:
        some = [o for o in outcomes if folder in ("", o.case.folder)]
        by = Counter(o.by for o in some)
        right, theirs = sum(o.passes for o in some), sum(o.pyshacl_passes for o in some)
        ways = " | ".join(str(by[way]) for way in ("compiled", "pySHACL", "refused"))
        yield f"| {folder or '**all**'} | {len(some)} | {ways} | {right} | {theirs} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", type=Path, default=SUITE)
    parser.add_argument("--cases", action="store_true", help="print what became of each case")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    outcomes = [run(case) for case in cases(given.suite)]
    print("\n".join(table(outcomes)))
    for o in outcomes:
        if given.cases or not (o.passes and o.pyshacl_passes) or o.by == "pySHACL":
            print(
                f"{o.case.folder}/{o.case.name} ({o.by}): gate {'as expected' if o.passes else 'differs'},"
                f" pySHACL {'as expected' if o.pyshacl_passes else 'differs'}"
            )
            if not o.passes:
                print(f"    expected {o.case.expected}\n    found    {o.ours}")


if __name__ == "__main__":
    main()
