"""The small worlds that the tests live in: a casebook, a store that holds it, and the command line."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

from graphbuild import resources
from graphbuild.build import load
from graphbuild.casebooks.newcasebook import write_casebook
from graphbuild.cli import main
from graphbuild.gate import gate_of
from graphbuild.resources import bundled_casebooks
from graphbuild.shacl.shapes import named
from graphbuild.stores.ondisk import OxigraphStore

pytest_plugins = ["running_servers"]

ROOT = Path(__file__).resolve().parent.parent

# Laws are tried on the same examples everywhere, however slow the machine, and nothing is left behind.
settings.register_profile("house", deadline=None, database=None, derandomize=True)
settings.load_profile("house")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The long runs of tests/soak are asked for by name: `pytest tests/soak`."""
    if collection_path.name == "soak" and not any("soak" in argument for argument in config.args):
        return True
    return None


@pytest.fixture(scope="session")
def shared() -> Path:
    """Suites and samples that others made; they lie beside a checkout, and not in it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: the suites and samples of others do not travel with the project")
    return folder


# --- Casebooks -------------------------------------------------------------------


class Folder:
    """A casebook on disk whose cells can be changed; it begins as `graphbuild new` writes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        write_casebook(path)

    def rows(self, table: str) -> list[list[str]]:
        with (self.path / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))

    def write(self, table: str, rows: list[list[str]]) -> None:
        with (self.path / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)

    def put(self, table: str, column: str, value: str, row: int = 2) -> None:
        """Write one cell; rows are counted as a spreadsheet counts them."""
        rows = self.rows(table)
        rows[row - 1][rows[0].index(column)] = value
        self.write(table, rows)

    def add(self, table: str, **cells: str) -> None:
        """Add a row like the example row, with some cells changed."""
        rows = self.rows(table)
        self.write(table, [*rows, [cells.get(name, cell) for name, cell in zip(rows[0], rows[1], strict=True)]])


@pytest.fixture
def casebook(tmp_path: Path) -> Folder:
    """The example casebook, called tiny."""
    return Folder(tmp_path / "tiny")


@pytest.fixture
def other(tmp_path: Path) -> Folder:
    """A second casebook, called other, of which nothing is in the first but what both refer to."""
    folder = Folder(tmp_path / "other")
    for path in folder.path.glob("*.csv"):
        if path.stem not in ("about", "laws"):
            path.unlink()
    folder.put("laws", "law", "KAZ/2014/226-V")
    folder.put("laws", "title", "The other law")
    return folder


# --- Stores ----------------------------------------------------------------------


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> OxigraphStore:
    """A store with the bundled casebooks. It is shared: read it, and never write to it."""
    made = OxigraphStore(tmp_path_factory.mktemp("bundled") / "graph")
    assert not load(made, bundled_casebooks()).refused
    return made


@pytest.fixture(scope="session")
def tiny_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with the example casebook. It is shared: read it, and never write to it."""
    folder = tmp_path_factory.mktemp("example")
    load(OxigraphStore(folder / "graph"), [Folder(folder / "tiny").path])
    return folder / "graph"


@pytest.fixture
def loaded(tiny_store: Path, tmp_path: Path) -> OxigraphStore:
    """A store of one's own that holds the example casebook as the fixture `casebook` has it."""
    return OxigraphStore(shutil.copytree(tiny_store, tmp_path / "graph"))


def snapshot(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file in a folder, by its path."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


# --- The command line ------------------------------------------------------------

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Run a command in this process, on the store of the fixture `loaded` if no other is named.

    What is not one of our own errors is raised, so that no traceback passes for an exit code.
    """
    before = signal.getsignal(signal.SIGINT)

    def call(*arguments: object, store: Path = tmp_path / "graph", input: str | None = None) -> Result:
        result = CliRunner().invoke(main, ["--store", str(store), *map(str, arguments)], input=input)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    yield call
    signal.signal(signal.SIGINT, before)


Process = subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def python() -> Callable[..., Process]:
    """Run Python in a process of its own: `python("-m", "graphbuild", "--help")`; keywords are the environment."""

    def call(*arguments: object, input: str | None = None, **variables: str) -> Process:
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            env=environment(**variables),
            input=input,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )

    return call


def environment(**variables: str) -> dict[str, str]:
    """The environment in which a child process finds this very graphbuild."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "PYTHONPATH": path, **variables}


# --- Shapes ----------------------------------------------------------------------


def focus_counts(data: ox.Store, shapes: Path = resources.SHAPES) -> dict[str, int]:
    """For each shape that has a target, how many nodes it looks at."""
    gate = gate_of(shapes)
    compiler = gate.compiled(data).compiler
    count = "SELECT (COUNT(DISTINCT ?this) AS ?n) WHERE {{ {} }}"
    found = {shape: data.query(count.format(compiler.focus(shape).pattern)) for shape in compiler.targets()}
    return {named(gate.written, shape): sum(int(row["n"].value) for row in rows) for shape, rows in found.items()}
