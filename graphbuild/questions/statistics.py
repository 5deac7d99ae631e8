"""What a store holds, counted by class, layer and source, and how long each question of the catalogue takes on it."""

from __future__ import annotations

import time

from graphbuild.errors import GraphbuildError
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import Question, questions
from graphbuild.staged import Tell
from graphbuild.stores.anystore import Store, select
from graphbuild.terms import UPR, layer_of

_COUNT = """
SELECT ?graph ?class (COUNT(DISTINCT ?thing) AS ?things) WHERE {
  { ?thing a ?class } UNION { GRAPH ?graph { ?thing a ?class } }
  FILTER (STRSTARTS(STR(?class), "%s"))
} GROUP BY ?graph ?class
"""


def count(store: Store) -> tuple[list[str], list[list[str]]]:
    """Columns and rows: layer, source or rule, class, number of things."""
    found = select(store, _COUNT % UPR)
    counts = [[*_place(row["graph"]), row["class"].value.removeprefix(UPR), row["things"].value] for row in found]
    order = {"settled": 0, "said": 1, "concluded": 2}
    return ["layer", "source", "class", "things"], sorted(counts, key=lambda r: (order[r[0]], r[1], r[2]))


def _place(graph: object) -> tuple[str, str]:
    """The layer of a graph, and the source or rule that it is of."""
    name = str(getattr(graph, "value", ""))
    return layer_of(name), name.rpartition("/")[2]


def timings(
    store: Store, given: dict[str, str], tell: Tell = lambda _: None
) -> tuple[list[str], list[list[str]]]:
    """Columns and rows: every question, the seconds it took and the rows it gave, the slowest first.

    Each is put once, with those of the given parameters that it takes.
    """
    catalogue = questions()
    known = {p.name for q in catalogue for p in q.parameters}
    if strange := sorted(given.keys() - known):
        raise GraphbuildError(f"no question has a parameter {strange[0]!r}; there are: {', '.join(sorted(known))}")
    store.graphs()  # opening the store is no part of the first question
    timed = []
    for question in catalogue:
        tell(f"asking {question.name}")
        timed.append(_timed(store, question, given))
    rows = [[name, f"{seconds:.3f}", str(count)] for seconds, name, count in sorted(timed, key=lambda t: (-t[0], t[1]))]
    return ["question", "seconds", "rows"], rows


def _timed(store: Store, question: Question, given: dict[str, str]) -> tuple[float, str, int]:
    taken = {p.name: given[p.name] for p in question.parameters if p.name in given}
    began = time.perf_counter()
    count = len(ask(store, question, taken).rows)
    return time.perf_counter() - began, question.name, count
