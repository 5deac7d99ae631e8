"""The made-up world of the benchmarks, of two states: the same bytes each time, read whole, with conflicts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from conftest import ROOT, snapshot

from graphbuild.build import load
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import find_question
from graphbuild.stores.ondisk import OxigraphStore


def make(folder: Path) -> dict[str, int]:
    command = [sys.executable, ROOT / "benchmarks" / "world.py", folder, "--states", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    counts: dict[str, int] = json.loads(done.stdout)
    return counts


def test_a_world_is_the_same_each_time_and_loads_whole_with_conflicts(tmp_path: Path) -> None:
    counts = make(tmp_path / "one")
    assert make(tmp_path / "two") == counts
    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "two")
    store = OxigraphStore(tmp_path / "graph")
    report = load(store, [tmp_path / "one"])
    assert report.violations == []
    assert sum(o.loaded for o in report.outcomes if o.staged.source.startswith("uprinfo-")) == counts["rows"]
    assert len(ask(store, find_question("reviews"), {}).rows) == counts["reviews"]
    assert ask(store, find_question("pledge-conflicts"), {}).rows
