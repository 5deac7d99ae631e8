"""Long runs, asked for by name: `pytest tests/soak`. A store is killed, disturbed and damaged many times over."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Folder, environment

from graphbuild.build import check, load
from graphbuild.errors import StoreBusyError, StoreDamagedError
from graphbuild.stores.ledger import LEDGER
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import UPR

KILLS, FLIPS, LOADERS, SOURCES = 200, 100, 4, 5


def laws(store: OxigraphStore) -> set[str]:
    found = store.query(f"SELECT ?law {{ ?law a <{UPR}Law> }}")
    assert isinstance(found, ox.QuerySolutions)
    return {row["law"].value.partition("/id/law/")[2] for row in found}


def source(folder: Path, number: int) -> Path:
    """A casebook with one law of its own."""
    made = Folder(folder / f"source-{number}")
    for path in made.path.glob("*.csv"):
        if path.stem not in ("about", "laws"):
            path.unlink()
    made.put("laws", "law", f"KAZ/2012/{number}")
    return made.path


def start_load(store: Path, path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "graphbuild", "--store", store, "load", path],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_load_that_is_killed_leaves_the_old_store_or_the_new_one(loaded: OxigraphStore, tmp_path: Path) -> None:
    """At any moment from its start to its end; each source that got in whole stays in."""
    chance, inside = random.Random(7), laws(loaded)
    longest = 2.0
    killed = 0
    for number in range(KILLS):
        started = time.monotonic()
        process = start_load(loaded.root, source(tmp_path, number))
        try:
            process.wait(chance.uniform(0.1, longest))
            longest = max(0.5, time.monotonic() - started)
        except subprocess.TimeoutExpired:
            process.kill()
        killed += process.wait() == -signal.SIGKILL
        assert check(loaded) == []
        assert inside <= laws(loaded) <= inside | {f"KAZ/2012/{number}"}
        inside = laws(loaded)
    assert killed >= KILLS // 4
    load(loaded, [source(tmp_path, KILLS)])
    assert laws(loaded) == inside | {f"KAZ/2012/{KILLS}"}
    assert {path.name for path in loaded.root.iterdir()} == {loaded.ledger.database, "lock", LEDGER}


def test_a_flipped_bit_anywhere_is_noticed(loaded: OxigraphStore) -> None:
    chance = random.Random(7)
    tables = sorted((loaded.root / loaded.ledger.database).glob("*.sst"))
    for path in chance.choices(tables, weights=[table.stat().st_size for table in tables], k=FLIPS):
        content = bytearray(path.read_bytes())
        place = chance.randrange(len(content))
        content[place] ^= 1 << chance.randrange(8)
        whole, _ = path.read_bytes(), path.write_bytes(content)
        with pytest.raises((StoreDamagedError, AssertionError)):
            assert check(OxigraphStore(loaded.root)) == []
        path.write_bytes(whole)
    assert check(OxigraphStore(loaded.root)) == []


def test_many_writers_lose_nothing(loaded: OxigraphStore, tmp_path: Path) -> None:
    """Each waits for its turn, as it is told to; all the while a reader sees whole generations only."""
    before, seen = laws(loaded), set[int]()

    def write(first: int) -> None:
        for number in range(first, first + SOURCES):
            path = source(tmp_path, number)
            while start_load(loaded.root, path).wait() != 0:
                time.sleep(0.1)

    writers = [threading.Thread(target=write, args=(n * SOURCES,)) for n in range(LOADERS)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        try:
            seen.add(len(laws(OxigraphStore(loaded.root))))
        except (OSError, RuntimeError, StoreBusyError, StoreDamagedError):
            time.sleep(0.01)  # the generation was replaced between its being opened and read
    assert laws(loaded) == before | {f"KAZ/2012/{n}" for n in range(LOADERS * SOURCES)}
    assert seen <= set(range(len(before), len(before) + LOADERS * SOURCES + 1))
    assert check(loaded) == []


def test_a_store_does_not_grow_by_being_read_and_written(loaded: OxigraphStore, tmp_path: Path) -> None:
    load(loaded, [source(tmp_path, 0)])
    size = sum(path.stat().st_size for path in loaded.root.rglob("*") if path.is_file())
    for _ in range(20):
        shutil.rmtree(tmp_path / "source-1", ignore_errors=True)
        load(loaded, [source(tmp_path, 1)])
        load(loaded, [change(tmp_path / "source-1")])
        assert laws(OxigraphStore(loaded.root))
    now = sum(path.stat().st_size for path in loaded.root.rglob("*") if path.is_file())
    assert now < 1.2 * size


def change(path: Path) -> Path:
    table = path / "laws.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("On Religious", "On Other"), encoding="utf-8")
    return path
