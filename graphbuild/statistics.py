"""What a store holds, counted by class, layer and source."""

from __future__ import annotations

import pyoxigraph as ox

from graphbuild.anystore import Store
from graphbuild.store import is_concluded
from graphbuild.terms import UPR

_COUNT = """
SELECT ?graph ?class (COUNT(DISTINCT ?thing) AS ?things) WHERE {
  { ?thing a ?class } UNION { GRAPH ?graph { ?thing a ?class } }
  FILTER (STRSTARTS(STR(?class), "%s"))
} GROUP BY ?graph ?class
"""


def count(store: Store) -> tuple[list[str], list[list[str]]]:
    """Columns and rows: layer, source or rule, class, number of things."""
    result = store.query(_COUNT % UPR)
    assert isinstance(result, ox.QuerySolutions)
    rows = [[*_layer(row["graph"]), row["class"].value.removeprefix(UPR), row["things"].value] for row in result]
    order = {"settled": 0, "said": 1, "concluded": 2}
    return ["layer", "source", "class", "things"], sorted(rows, key=lambda r: (order[r[0]], r[1], r[2]))


def _layer(graph: object) -> tuple[str, str]:
    if graph is None:
        return "settled", ""
    name = str(getattr(graph, "value", graph))
    return "concluded" if is_concluded(name) else "said", name.rpartition("/")[2]
