"""How long the gate alone takes for everything that is said in a store.

    python benchmarks/gate_world.py STORE FOLDER

Packs and settles what sources say, part by part as a load does, in one process, and
times only the checking. FOLDER must not exist; it takes what is packed. Prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from graphbuild.deriving.generation import MOST, write_ground
from graphbuild.deriving.packs import Said, pack
from graphbuild.deriving.problems import find_problems
from graphbuild.deriving.rules import settle
from graphbuild.read import read_world
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.stores.staging import Staging
from graphbuild.terms import said_graph


def main() -> None:
    store, folder = OxigraphStore(Path(sys.argv[1])), Path(sys.argv[2])
    sources = [source for source in sorted(store.ledger.sources) if source != "world"]
    said: Said = {graph: partial(store.lines, graph) for graph in map(said_graph, sources)}
    paths, ground, world = pack(said, folder, MOST), folder / "ground.nq", read_world()
    write_ground(ground, {said_graph(world.source): world.lines}, sources)
    seconds, problems = 0.0, 0
    for path in paths:
        staging = Staging(ox.Store())
        staging.load(ground, path)
        settle(staging)
        began = time.perf_counter()
        problems += len(find_problems(staging, sources))
        seconds += time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "parts": len(paths), "problems": problems}))


if __name__ == "__main__":
    main()
