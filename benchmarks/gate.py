"""How fast the gate is: against pySHACL, and against a bulk load on disk of the very same statements.

    python benchmarks/gate.py [--recommendations 1000 10000] [--pyshacl 1000] [--slowest 10]

Makes an UPR Info export of so many recommendations, the same each time, reads and settles
it as a load does, spoils one in a hundred, and gates what is said and settled in an
in-memory store. pySHACL checks the same data with the same shapes up to --pyshacl
recommendations, and must find the same. Prints a Markdown table; times are of the wall and,
in brackets, of the processors.
"""

from __future__ import annotations

import argparse
import csv
import logging
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from graphbuild import gate, resources
from graphbuild.deriving.rules import settle
from graphbuild.read import read_source
from graphbuild.shacl.checks import Inventory
from graphbuild.shacl.shapes import named
from graphbuild.sources.uprinfo import HEADERS
from graphbuild.stores.staging import SETTLED, Staging
from graphbuild.terms import UPR, said_graph
from graphbuild.vocabulary import concepts, vocabulary_quads

VERBS = ("Adopt", "Amend", "Consider", "Continue", "Ensure", "Establish", "Finance", "Investigate", "Ratify", "Review")
MATTERS = ("a law on assemblies", "the code of procedure", "access to schools", "an ombudsman", "prison visits",
           "the rights of migrants", "a plan against racism")
PLACES = ("in all regions", "in the capital", "at the borders", "in remote districts", "without delay")
#: Recommendations that a state receives in one review, about as many as on average.
PER_REVIEW = 160
#: States that are reviewed in one session.
PER_SESSION = 17


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recommendations", type=int, nargs="+", default=[1000])
    parser.add_argument("--pyshacl", type=int, default=1000, help="the most that pySHACL is given")
    parser.add_argument("--slowest", type=int, default=0, help="name so many of the slowest checks")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    print(f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}")
    print("| recommendations | statements | load on disk | gate, first | gate, again | findings | pySHACL |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    for count in given.recommendations:
        with tempfile.TemporaryDirectory() as folder:
            data = data_of(count, Path(folder))
            print(row(data, count, Path(folder), count <= given.pyshacl), flush=True)
            for seconds, name, constraint in slowest(data)[: given.slowest]:
                print(f"    {seconds:.4f} s  {name} {constraint}")


def row(data: ox.Store, count: int, folder: Path, judged: bool) -> str:
    """One line of the table."""
    file = folder / "statements.nt"
    with file.open("wb") as out:
        data.dump(out, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    load, _ = timed(lambda: ox.Store(folder / "floor").bulk_load(path=str(file), format=ox.RdfFormat.N_TRIPLES))
    first, found = timed(lambda: gate.check(data))
    again, _ = timed(lambda: gate.check(data))
    theirs = "not run"
    if judged:
        theirs, others = timed(lambda: gate.second_opinion(data))
        assert found == others, "pySHACL finds something else"
    return f"| {count:,} | {len(data):,} | {load} | {first} | {again} | {len(found):,} | {theirs} |"


def timed(run: Callable[[], Any]) -> tuple[str, Any]:
    """How long something took, and what it gave."""
    wall, processor = time.perf_counter(), time.process_time()
    found = run()
    return f"{time.perf_counter() - wall:.2f} s ({time.process_time() - processor:.2f})", found


def slowest(data: ox.Store) -> list[tuple[float, str, str]]:
    """The checks that are run, with their seconds, the slowest first."""
    made, there = gate.gate_of(), Inventory(data)
    found = []
    for check in filter(there.may_violate, made.compiled(data).checks):
        began = time.perf_counter()
        list(data.query(check.query))
        found.append((time.perf_counter() - began, named(made.written, check.shape), check.component))
    return sorted(found, reverse=True)


# --- The data ----------------------------------------------------------------------


def data_of(count: int, folder: Path) -> ox.Store:
    """What is said and settled of an export with so many recommendations, as one graph."""
    export = folder / "export.csv"
    with export.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADERS[0], *rows(count)])
    staging, graphs = Staging(ox.Store()), [SETTLED]
    staging.add(SETTLED, (q.triple for q in vocabulary_quads()))
    for path in (resources.WORLD, export):
        staged = read_source(path)
        assert not staged.problems, staged.problems[0]
        graphs.append(said_graph(staged.source))
        staging.add_lines(graphs[-1], staged.lines())
    settle(staging)
    data = ox.Store()
    for graph in graphs:
        data.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in staging.triples(graph))
    spoil(data)
    return data


def rows(count: int) -> Iterator[list[str]]:
    """Rows of an export: review after review, each text once."""
    states = [row["name"] for row in world("states") if row["membership"] == "member"]
    first = {row["cycle"]: int(row["session"]) for row in reversed(world("sessions"))}
    issues = sorted(word for word in concepts()["issue"] if "," not in word)
    for number in range(count):
        review, item = divmod(number, PER_REVIEW)
        cycle, place = divmod(review, len(states))
        others = states[:place] + states[place + 1 :]
        session = first[str(cycle % len(first) + 1)] + place // PER_SESSION
        pledge = number % 23 == 22
        answer = "Voluntary Pledge" if pledge else "Noted" if number % 4 == 3 else "Accepted"
        words = VERBS[item % len(VERBS)], MATTERS[item % len(MATTERS)], PLACES[item % len(PLACES)]
        about = issues[number % len(issues)] + ("," + issues[(3 * number + 1) % len(issues)]) * (number % 2)
        by = states[place] if pledge else others[7 * item % len(others)]
        text = f"{' '.join(words)}, as item {number} asks"
        yield [states[place], "", "", text, by, "", "", answer, str(number % 5 + 1), about, str(session)]


def world(table: str) -> list[dict[str, str]]:
    with (resources.WORLD / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def spoil(data: ox.Store) -> None:
    """Take the recommending state, or the review, from some recommendations, and give others two positions."""
    kinds = ox.NamedNode(UPR + "Recommendation")
    rdf_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    names = sorted((str(q.subject), q.subject) for q in data.quads_for_pattern(None, rdf_type, kinds))
    for number, (_, name) in enumerate(names[::100]):
        if number % 3 == 2:
            data.add(ox.Quad(name, ox.NamedNode(UPR + "position"), ox.Literal("perhaps")))
            continue
        gone = ox.NamedNode(UPR + ("recommendedBy", "inReview")[number % 3])
        for quad in list(data.quads_for_pattern(name, gone, None)):
            data.remove(quad)


if __name__ == "__main__":
    main()
