"""The store: one writer, generations that are swapped whole, private files, and no traceback for damage."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Folder, environment, snapshot

from graphbuild.build import check
from graphbuild.errors import GraphbuildError, StoreBusyError, StoreDamagedError
from graphbuild.stores.ledger import LEDGER, Ledger
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.stores.staging import SETTLED
from graphbuild.terms import is_concluded, is_said, said_graph

GRAPH = said_graph("tiny")
STATEMENT = ox.Triple(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal("text"))


def publish(store: OxigraphStore, name: str, *texts: str) -> None:
    """Write a generation with one statement per text."""
    with store.writing(), store.stage(name) as staging:
        staging.add(GRAPH, (ox.Triple(STATEMENT.subject, STATEMENT.predicate, ox.Literal(text)) for text in texts))
        staging.add(SETTLED, [STATEMENT])
        store.swap(staging, name, Ledger(graphs=staging.accounts()))


def texts(store: OxigraphStore) -> set[str]:
    return {t.object.value for t in store.triples(GRAPH)}


@pytest.fixture
def empty(tmp_path: Path) -> OxigraphStore:
    return OxigraphStore(tmp_path / "graph")


@pytest.mark.parametrize("left", ["lock", "db-0.part/CURRENT"])
def test_a_store_in_which_nothing_was_loaded_is_not_damaged(empty: OxigraphStore, left: str) -> None:
    (empty.root / left).parent.mkdir(parents=True)
    (empty.root / left).touch()
    with pytest.raises(GraphbuildError, match="nothing was loaded yet"):
        check(empty)


def test_where_a_file_cannot_have_a_second_name_it_is_copied(
    filled: OxigraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refuse)
    with filled.writing(), filled.stage("db-2", copy=True) as staging:
        assert staging.graphs() == [GRAPH]


@pytest.fixture
def filled(empty: OxigraphStore) -> OxigraphStore:
    publish(empty, "db-1", "old")
    return empty


@contextmanager
def umask(mode: int) -> Iterator[None]:
    before = os.umask(mode)
    try:
        yield
    finally:
        os.umask(before)


# --- Generations -------------------------------------------------------------------


def test_what_is_published_can_be_read(filled: OxigraphStore) -> None:
    assert filled.graphs() == [GRAPH]
    assert texts(filled) == {"old"}
    assert list(filled.triples(SETTLED)) == [STATEMENT]
    assert filled.accounts() == filled.ledger.graphs


def test_a_query_without_a_graph_sees_the_settled_layer_alone(filled: OxigraphStore) -> None:
    result = filled.query("SELECT ?o { ?s ?p ?o }")
    assert isinstance(result, ox.QuerySolutions)
    assert [row["o"].value for row in result] == ["text"]


def test_a_new_generation_takes_the_place_of_the_old(filled: OxigraphStore) -> None:
    publish(filled, "db-2", "new")
    assert texts(filled) == {"new"}
    assert {path.name for path in filled.root.iterdir()} == {"db-2", "lock", LEDGER}


def test_a_reader_that_was_open_sees_the_new_generation(filled: OxigraphStore) -> None:
    reader = OxigraphStore(filled.root)
    assert texts(reader) == {"old"}
    publish(filled, "db-2", "new")
    assert texts(reader) == {"new"}


def test_a_reader_in_the_middle_of_the_old_generation_never_gets_a_part_of_it_for_the_whole(
    filled: OxigraphStore,
) -> None:
    publish(filled, "db-2", *map(str, range(5000)))
    rows = OxigraphStore(filled.root).triples(GRAPH)
    found = {next(rows).object.value}
    publish(filled, "db-3", "new")
    try:
        found.update(t.object.value for t in rows)
    except OSError as error:
        assert "No such file" in str(error)
    else:
        assert len(found) == 5000


def test_what_is_not_swapped_in_is_gone(filled: OxigraphStore) -> None:
    before = snapshot(filled.root)
    with filled.writing(), filled.stage("db-2") as staging:
        staging.add(GRAPH, [STATEMENT])
    assert snapshot(filled.root) == before


def test_an_error_while_staging_leaves_the_old_generation(filled: OxigraphStore) -> None:
    before = snapshot(filled.root)
    with pytest.raises(ZeroDivisionError), filled.writing(), filled.stage("db-2") as staging:
        staging.add(GRAPH, [STATEMENT])
        raise ZeroDivisionError
    assert snapshot(filled.root) == before
    publish(filled, "db-2", "new")
    assert texts(filled) == {"new"}


def test_what_a_killed_writer_left_is_swept_away(filled: OxigraphStore) -> None:
    for name in ("db-2.part", "db-3"):
        (filled.root / name).mkdir()
        (filled.root / name / "000001.sst").write_text("half", encoding="utf-8")
    with filled.writing():
        assert {path.name for path in filled.root.glob("db-*")} == {"db-1"}


def test_what_is_not_its_own_is_not_swept_away(filled: OxigraphStore) -> None:
    (filled.root / "db-backup").mkdir()
    (filled.root / "db-backup" / "notes.txt").write_text("mine", encoding="utf-8")
    publish(filled, "db-2", "new")
    assert (filled.root / "db-backup" / "notes.txt").exists()


def test_reading_changes_no_file(filled: OxigraphStore) -> None:
    before = snapshot(filled.root)
    reader = OxigraphStore(filled.root)
    assert texts(reader) == {"old"}
    assert check(reader) == []
    assert snapshot(filled.root) == before


def test_graphs_are_said_or_concluded_by_their_names() -> None:
    assert is_said(GRAPH)
    assert not is_concluded(GRAPH)
    assert not is_said(SETTLED)


# --- One writer ----------------------------------------------------------------------


def test_a_second_writer_is_told_to_wait(filled: OxigraphStore) -> None:
    with (
        filled.writing(),
        pytest.raises(StoreBusyError, match="another graphbuild is writing to this store; try again"),
    ):
        with OxigraphStore(filled.root).writing():
            pass


def test_a_second_writer_in_a_thread_is_told_to_wait(filled: OxigraphStore) -> None:
    caught: list[Exception] = []

    def write() -> None:
        try:
            publish(OxigraphStore(filled.root), "db-2", "new")
        except StoreBusyError as error:
            caught.append(error)

    with filled.writing():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert len(caught) == 1


def test_a_writer_in_another_process_is_told_to_wait(filled: OxigraphStore, casebook: Folder) -> None:
    with filled.writing():
        done = subprocess.run(
            [sys.executable, "-m", "graphbuild", "--store", filled.root, "load", casebook.path],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = [line for line in done.stderr.splitlines() if not line.endswith(" …")]
    assert line.startswith("Error: ") and "another graphbuild is writing to this store" in line


def test_a_writer_does_not_keep_readers_out(filled: OxigraphStore) -> None:
    with filled.writing(), filled.stage("db-2"):
        assert texts(OxigraphStore(filled.root)) == {"old"}


def test_the_next_writer_may_write_after_an_error(filled: OxigraphStore) -> None:
    with pytest.raises(ZeroDivisionError), filled.writing():
        raise ZeroDivisionError
    publish(filled, "db-2", "new")
    assert texts(filled) == {"new"}


def test_a_bug_while_writing_keeps_its_traceback(filled: OxigraphStore) -> None:
    with pytest.raises(RuntimeError, match="^our own mistake$"), filled.writing():
        raise RuntimeError("our own mistake")


# --- Private files ---------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")
def test_only_its_owner_can_read_a_store(empty: OxigraphStore) -> None:
    with umask(0o022):
        publish(empty, "db-1", "name of a person")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [empty.root, *empty.root.rglob("*")]}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")
def test_a_folder_that_was_open_to_all_is_closed(empty: OxigraphStore) -> None:
    with umask(0o022):
        empty.root.mkdir()
        publish(empty, "db-1", "name of a person")
    assert stat.S_IMODE(empty.root.stat().st_mode) == 0o700


def test_the_umask_of_the_process_is_left_as_it_was(empty: OxigraphStore) -> None:
    with umask(0o022):
        publish(empty, "db-1", "text")
        assert os.umask(0o022) == 0o022


# --- Places that are no store -------------------------------------------------------------


def test_a_folder_with_other_files_is_not_made_a_store(empty: OxigraphStore) -> None:
    empty.root.mkdir()
    (empty.root / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(GraphbuildError, match=r"the folder holds other files \(thesis.txt\); choose an empty one"):
        publish(empty, "db-1", "text")
    assert snapshot(empty.root).keys() == {"thesis.txt"}


def test_an_empty_folder_is_made_a_store(empty: OxigraphStore) -> None:
    empty.root.mkdir()
    publish(empty, "db-1", "text")
    assert texts(empty) == {"text"}


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_file_is_not_made_a_store(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(GraphbuildError, match=r"cannot be used as a store \(.+\); choose another with --store"):
        publish(OxigraphStore(tmp_path / place), "db-1", "text")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("place", ["missing", "folder", "file"])
def test_where_nothing_was_loaded_there_is_nothing_to_ask(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(GraphbuildError, match="nothing was loaded yet; run `graphbuild load --bundled` first"):
        OxigraphStore(tmp_path / place).query("ASK {}")
    assert not (tmp_path / "missing").exists()


# --- Damage ------------------------------------------------------------------------------


def damage(store: OxigraphStore) -> str:
    """What `check` says of a store that is damaged, as a list or as an error with exit code 1."""
    try:
        return "\n".join(check(OxigraphStore(store.root)))
    except StoreDamagedError as error:
        return str(error)


def test_a_store_is_whole_after_it_was_written(filled: OxigraphStore) -> None:
    assert check(filled) == []


def test_a_missing_database_is_one_sentence(filled: OxigraphStore) -> None:
    shutil.rmtree(filled.root / "db-1")
    for ask in (filled.accounts, filled.graphs, lambda: filled.query("ASK {}"), lambda: list(filled.triples(GRAPH))):
        with pytest.raises(StoreDamagedError, match="db-1: the database is missing"):
            ask()


def test_a_graph_that_lacks_a_statement_is_named(filled: OxigraphStore) -> None:
    database = ox.Store(str(filled.root / "db-1"))
    database.remove(ox.Quad(STATEMENT.subject, STATEMENT.predicate, ox.Literal("old"), ox.NamedNode(GRAPH)))
    database.flush()
    del database
    assert damage(filled)


def test_a_statement_that_was_added_is_noticed(filled: OxigraphStore) -> None:
    database = ox.Store(str(filled.root / "db-1"))
    database.add(ox.Quad(STATEMENT.subject, STATEMENT.predicate, ox.Literal("smuggled in")))
    database.flush()
    del database
    assert damage(filled)


def test_a_ledger_that_says_something_else_is_noticed(filled: OxigraphStore) -> None:
    ledger = filled.root / LEDGER
    ledger.write_text(ledger.read_text(encoding="utf-8").replace('"quads": 1', '"quads": 2'), encoding="utf-8")
    assert "the ledger says 2 statements" in damage(filled)
    assert "the store holds 1 statements" in damage(filled)


def test_a_flipped_byte_in_any_file_of_the_database_is_noticed(loaded: OxigraphStore) -> None:
    """In every index, also in those that a count of the graphs does not read."""
    for path in sorted((loaded.root / loaded.ledger.database).glob("*.sst")):
        content = path.read_bytes()
        place = len(content) // 3
        path.write_bytes(content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :])
        assert damage(loaded), path.name
        path.write_bytes(content)
    assert not damage(loaded)


@pytest.mark.parametrize("pattern", ["*.sst", "*.log", "CURRENT", "MANIFEST-*"])
def test_a_missing_file_of_the_database_is_noticed(loaded: OxigraphStore, pattern: str) -> None:
    for path in sorted((loaded.root / loaded.ledger.database).glob(pattern)):
        content = path.read_bytes()
        path.unlink()
        assert damage(loaded), path.name
        path.write_bytes(content)
    assert not damage(loaded)


@pytest.mark.parametrize("size", [0, 100])
def test_a_file_of_the_database_that_was_cut_is_noticed(loaded: OxigraphStore, size: int) -> None:
    for path in sorted((loaded.root / loaded.ledger.database).glob("*.sst")):
        content = path.read_bytes()
        path.write_bytes(content[:size])
        assert damage(loaded), path.name
        path.write_bytes(content)


def test_a_database_that_cannot_be_opened_is_one_sentence(loaded: OxigraphStore) -> None:
    for path in (loaded.root / loaded.ledger.database).glob("*.sst"):
        path.write_bytes(b"\x00" * path.stat().st_size)
    reader = OxigraphStore(loaded.root)
    for ask in (
        reader.accounts,
        reader.graphs,
        lambda: list(reader.triples(SETTLED)),
        lambda: list(reader.query("SELECT * { ?s ?p ?o }")),
    ):
        with pytest.raises(StoreDamagedError):
            ask()
