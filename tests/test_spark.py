"""The same graph by PySpark: in local mode, against the build of this machine."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest
from conftest import Folder, Run
from test_uwazi import api, entity

from graphbuild import spark
from graphbuild.errors import GraphbuildError
from graphbuild.resources import bundled_casebooks
from graphbuild.stores.ondisk import OxigraphStore

pytest.importorskip("pyspark", reason="PySpark is not installed: pip install 'graphbuild[spark]'")
pytestmark = pytest.mark.skipif(not shutil.which("java"), reason="Java is not installed")


def held(folder: Path) -> ox.Store:
    store = ox.Store()
    for path in sorted(folder.rglob("part-*")):
        store.load(path=path, format=ox.RdfFormat.N_QUADS)
    return store


#: Workers in this process; and a cluster, with two workers in processes of their own that run elsewhere.
MASTERS = ("local[2]", "local-cluster[2,1,1024]")


@pytest.mark.parametrize("master", MASTERS)
def test_shards_hold_the_same_as_a_store(
    run: Run, store: OxigraphStore, casebook: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, master: str
) -> None:
    monkeypatch.setattr(spark, "MOST", 5_000)
    monkeypatch.chdir(bundled_casebooks()[0].parent)
    names = [path.name for path in bundled_casebooks()]
    result = run("shards", *names, "-o", tmp_path / "shards", "--master", master)
    assert result.exit_code == 0, result.stderr
    shards = held(tmp_path / "shards")
    assert {str(quad) for quad in shards} == {
        str(quad) for graph in ("settled", *store.graphs()) for quad in _quads(store, graph)
    }
    assert [p for p in (tmp_path / "shards").rglob("*") if p.stat().st_mode & 0o077] == []
    again = run("shards", casebook.path, "-o", tmp_path / "shards", "--master", "local[2]")
    assert (again.exit_code, "name a folder that does not exist yet" in again.stderr) == (2, True)


def _quads(store: OxigraphStore, graph: str) -> list[ox.Quad]:
    name = ox.DefaultGraph() if graph == "settled" else ox.NamedNode(graph)
    return [ox.Quad(t.subject, t.predicate, t.object, name) for t in store.triples(graph)]


def test_the_same_is_told_of_sources_as_by_load(run: Run, casebook: Folder, other: Folder, tmp_path: Path) -> None:
    """What was left out and why; and that there are remarks, here on a law without the promises of its state."""
    rows = [entity(), entity(language="es")]
    paths = [other.path, api(tmp_path / "two.json", *rows)]
    loaded = run("load", *paths).stderr.splitlines()
    told = [line for line in loaded if line.startswith(("other: ", "uwazi-two: "))]
    assert "left out 1: is the same in another language (a1)" in "\n".join(told)
    assert "1 remark on the data" in "\n".join(told)
    shards = run("shards", *paths, "-o", tmp_path / "shards", "--master", "local[2]").stderr.splitlines()
    assert [line for line in shards if line.startswith(("other: ", "uwazi-two: "))] == told


def test_nothing_is_written_if_a_source_does_not_pass(run: Run, casebook: Folder, tmp_path: Path) -> None:
    casebook.put("responses", "date", "2009-02-16")
    result = run("shards", casebook.path, "-o", tmp_path / "shards", "--master", "local[2]")
    assert result.exit_code == 1
    assert "responses.csv, row 2" in result.stderr
    assert not (tmp_path / "shards").exists()


def test_a_file_that_cannot_be_read_is_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "about.json").write_text("{")
    result = run("shards", tmp_path / "about.json", "-o", tmp_path / "shards", "--master", "local[2]")
    assert result.exit_code == 2
    assert "about.json: not recognised" in result.stderr
    assert "Traceback" not in result.stderr


def test_two_sources_of_one_name_are_refused(run: Run, casebook: Folder, tmp_path: Path) -> None:
    copy = shutil.copytree(casebook.path, tmp_path / "copies" / "tiny")
    result = run("shards", casebook.path, copy, "-o", tmp_path / "shards", "--master", "local[2]")
    assert (result.exit_code, "several sources have one name: 'tiny'" in result.stderr) == (2, True)
    assert not (tmp_path / "shards").exists()


def test_two_problems_of_one_row_are_listed_in_order(run: Run, casebook: Folder, tmp_path: Path) -> None:
    (casebook.path / "laws.csv").write_text("law,,foo\n", encoding="utf-8")
    casebook.put("responses", "date", "2009-02-16")
    result = run("shards", casebook.path, "-o", tmp_path / "shards", "--master", "local[2]")
    assert result.exit_code == 1
    found = [line.partition(",")[0] for line in result.stderr.splitlines() if line.startswith("violation")]
    assert found == sorted(found)
    assert len([line for line in found if "laws.csv" in line]) > 1


def test_an_error_in_a_worker_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise GraphbuildError("the rule concludes what it must not")

    monkeypatch.setattr(spark, "derive", fail)
    ((kind, error),) = spark._derive([], SimpleNamespace(value={}), [])
    assert (kind, str(error)) == ("error", "the rule concludes what it must not")


def test_a_bug_in_a_worker_keeps_its_traceback_and_an_interrupt_is_what_it_was() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(Exception, match="ZeroDivisionError"):
        with spark.spark("local[1]") as context:
            assert signal.getsignal(signal.SIGINT) is not before
            context.parallelize([0]).map(lambda number: 1 / number).collect()
    assert signal.getsignal(signal.SIGINT) is before
