"""The whole way: a source is in the store whole or not at all, and a store is what its sources say."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Folder, Process, environment, snapshot

from graphbuild import resources
from graphbuild.build import Report, check, load, remove, validate
from graphbuild.errors import GraphbuildError, StoreDamagedError
from graphbuild.read import refuse_doubles
from graphbuild.stores.ledger import LEDGER
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import said_graph

PERSON = b"Example Name"


def statuses(report: Report) -> dict[str, str]:
    return {outcome.staged.source: outcome.status for outcome in report.outcomes}


def laws(store: OxigraphStore) -> set[str]:
    result = store.query("""PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX upr: <https://w3id.org/graphbuild/upr#>
                            SELECT ?title { ?law a upr:Law ; dcterms:title ?title }""")
    assert isinstance(result, ox.QuerySolutions)
    return {row["title"].value for row in result}


FIRST, SECOND = "On Religious Activities and Religious Associations", "The other law"


# --- Loading, again, and differently -------------------------------------------------


def test_loading_again_what_did_not_change_changes_no_byte(loaded: OxigraphStore, casebook: Folder) -> None:
    before = snapshot(loaded.root)
    assert statuses(load(loaded, [casebook.path])) == {"tiny": "unchanged"}
    assert snapshot(loaded.root) == before


def test_loading_again_what_changed_replaces_it(loaded: OxigraphStore, casebook: Folder) -> None:
    casebook.put("laws", "title", "On something else")
    assert statuses(load(loaded, [casebook.path])) == {"tiny": "replaced"}
    assert laws(loaded) == {"On something else"}
    assert check(loaded) == []


def test_sources_stand_side_by_side_and_one_can_be_taken_out_again(loaded: OxigraphStore, other: Folder) -> None:
    before = (loaded.root / LEDGER).read_bytes()
    assert statuses(load(loaded, [other.path])) == {"other": "loaded"}
    assert laws(loaded) == {FIRST, SECOND}
    remove(loaded, "other")
    assert laws(loaded) == {FIRST}
    assert as_if(loaded) == as_if(before)


def as_if(ledger: OxigraphStore | bytes) -> object:
    """A ledger without its file marks: the engine writes the time into the files of a database."""
    text = ledger if isinstance(ledger, bytes) else (ledger.root / LEDGER).read_bytes()
    return {key: value for key, value in json.loads(text).items() if key != "files"}


def test_the_order_of_loading_makes_no_difference(
    loaded: OxigraphStore, casebook: Folder, other: Folder, tmp_path: Path
) -> None:
    load(loaded, [other.path])
    together = OxigraphStore(tmp_path / "together")
    load(together, [other.path, casebook.path])
    assert as_if(together) == as_if(loaded)
    assert together.accounts() == loaded.accounts()


def test_a_ledger_counts_rows_and_names_files(loaded: OxigraphStore, casebook: Folder) -> None:
    entry = loaded.ledger.sources["tiny"]
    assert (entry.read, entry.loaded, entry.left_out) == (17, 17, 0)
    assert {file.name for file in entry.files} == {path.name for path in casebook.path.glob("*.csv")}
    assert {file.size for file in entry.files} == {path.stat().st_size for path in casebook.path.glob("*.csv")}


def test_every_graph_of_the_store_stands_in_the_ledger(loaded: OxigraphStore) -> None:
    assert loaded.ledger.graphs.keys() == {"settled", *loaded.graphs()}
    assert loaded.ledger.graphs[said_graph("tiny")].quads == 172


def test_the_world_is_part_of_every_store_and_stays(loaded: OxigraphStore) -> None:
    assert set(loaded.ledger.sources) == {"tiny", "world"}
    with pytest.raises(GraphbuildError, match="the source 'world' comes with graphbuild and is part of"):
        remove(loaded, "world")


def test_what_is_not_loaded_cannot_be_removed(loaded: OxigraphStore) -> None:
    before = snapshot(loaded.root)
    with pytest.raises(GraphbuildError, match="no source 'tinny' is loaded; loaded are: tiny"):
        remove(loaded, "tinny")
    assert snapshot(loaded.root) == before


def test_the_bundled_casebooks_are_in_the_store_and_it_is_whole(store: OxigraphStore) -> None:
    assert {entry.source for entry in store.ledger.sources.values()} >= {"kazakhstan", "world"}
    assert all(entry.read == entry.loaded > 0 for entry in store.ledger.sources.values())
    assert check(store) == []


# --- Whole or not at all ---------------------------------------------------------------


def test_nothing_of_a_refused_source_is_loaded_and_the_others_are(
    casebook: Folder, other: Folder, tmp_path: Path
) -> None:
    casebook.put("laws", "kind", "edict")
    store = OxigraphStore(tmp_path / "graph")
    report = load(store, [casebook.path, other.path])
    assert statuses(report) == {"tiny": "refused", "other": "loaded"}
    assert laws(store) == {SECOND}
    assert set(store.ledger.sources) == {"other", "world"}
    assert not [graph for graph in store.graphs() if "tiny" in graph]


def test_nothing_of_a_source_that_the_gate_refuses_is_loaded_and_the_others_are(
    casebook: Folder, other: Folder, tmp_path: Path
) -> None:
    casebook.put("responses", "date", "2009-02-16")
    store = OxigraphStore(tmp_path / "graph")
    report = load(store, [casebook.path, other.path])
    assert statuses(report) == {"tiny": "refused", "other": "loaded"}
    assert [p.file for p in report.problems if p.severity == "violation"] == ["responses.csv"]
    assert len(report.problems) == len(set(report.problems))
    assert set(store.ledger.sources) == {"other", "world"}
    assert laws(store) == {SECOND}


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("laws", "kind", "edict"), ("responses", "date", "2009-02-16")],
    ids=["by the reader", "by the gate"],
)
def test_a_source_that_is_refused_leaves_what_was_loaded_before(
    loaded: OxigraphStore, casebook: Folder, table: str, column: str, value: str
) -> None:
    before = snapshot(loaded.root)
    casebook.put(table, column, value)
    assert statuses(load(loaded, [casebook.path])) == {"tiny": "refused"}
    assert snapshot(loaded.root) == before


def test_rows_that_are_read_are_loaded_or_left_out(casebook: Folder, other: Folder, tmp_path: Path) -> None:
    casebook.put("laws", "kind", "edict")
    report = load(OxigraphStore(tmp_path / "graph"), [casebook.path, other.path])
    assert [(o.staged.read, o.loaded, o.left_out) for o in report.outcomes] == [(17, 0, 17), (1, 1, 0)]


def test_who_contradicts_whom_is_said_with_the_place(casebook: Folder, tmp_path: Path) -> None:
    """One value stands in the row of the law itself, the other in one that speaks of it; what both give is not told."""
    second = Folder(tmp_path / "second")
    second.put("laws", "kind", "decree")
    second.put("legal_events", "date", "2011-10-13")
    report = load(OxigraphStore(tmp_path / "graph"), [casebook.path, second.path])
    found = {str(p): p.source for p in report.violations if p.file == "laws.csv"}
    assert set(found.values()) == {"second"}
    dated, kind = found
    assert dated.endswith(" as claims. The source 'tiny' gives 2011-10-11 (legal_events.csv, row 2).")
    assert kind.endswith(" of laws. The source 'tiny' gives law (laws.csv, row 2).")


def test_a_source_that_contradicts_itself_is_told_of_no_other(casebook: Folder, tmp_path: Path) -> None:
    second = Folder(tmp_path / "second")
    second.add("legal_events", n="2", date="2011-10-13")
    report = load(OxigraphStore(tmp_path / "graph"), [casebook.path, second.path])
    assert [p.message for p in report.violations if "one date of adoption" in p.message]
    assert not [p for p in report.violations if "The source" in p.message]


def test_two_sources_of_one_name_are_refused_before_anything_is_written(casebook: Folder, tmp_path: Path) -> None:
    again = Folder(tmp_path / "again" / "tiny")
    both = f"several sources have one name: 'tiny' ({casebook.path}, {again.path}); load one of each"
    with pytest.raises(GraphbuildError, match=re.escape(both)):
        load(OxigraphStore(tmp_path / "graph"), [casebook.path, again.path])
    assert not (tmp_path / "graph").exists()
    with pytest.raises(GraphbuildError, match=re.escape(both)):
        validate([casebook.path, again.path])


def test_all_names_that_come_twice_are_told_with_their_files() -> None:
    read = [("b", Path("1")), ("a", Path("2")), ("b", Path("3")), ("c", Path("4")), ("a", Path("5"))]
    with pytest.raises(GraphbuildError, match=re.escape("one name: 'b' (1, 3); 'a' (2, 5); load one")):
        refuse_doubles(read)


def test_a_path_that_is_wrong_stops_before_anything_is_written(casebook: Folder, tmp_path: Path) -> None:
    with pytest.raises(GraphbuildError, match="missing: there is no such file or folder"):
        load(OxigraphStore(tmp_path / "graph"), [casebook.path, tmp_path / "missing"])
    assert not (tmp_path / "graph").exists()


def test_validating_writes_nothing(casebook: Folder, tmp_path: Path) -> None:
    before = snapshot(tmp_path)
    validate([casebook.path])
    assert snapshot(tmp_path) == before


def test_the_reference_data_passes_its_own_gate() -> None:
    assert validate([resources.WORLD]) == []


# --- Damage that can be mended --------------------------------------------------------


def test_loading_again_mends_a_store_whose_database_is_missing(loaded: OxigraphStore, casebook: Folder) -> None:
    shutil.rmtree(loaded.root / loaded.ledger.database)
    load(loaded, [casebook.path])
    assert check(loaded) == []
    assert laws(loaded) == {FIRST}


def test_loading_again_mends_a_store_with_a_damaged_file(loaded: OxigraphStore, casebook: Folder) -> None:
    for path in (loaded.root / loaded.ledger.database).glob("*.sst"):
        path.write_bytes(b"\x00" * path.stat().st_size)
    load(OxigraphStore(loaded.root), [casebook.path])
    assert check(OxigraphStore(loaded.root)) == []


def test_what_a_store_lost_is_not_taken_for_what_it_should_hold(loaded: OxigraphStore, other: Folder) -> None:
    database = ox.Store(str(loaded.root / loaded.ledger.database))
    database.remove(next(iter(database.quads_for_pattern(None, None, None, ox.NamedNode(said_graph("tiny"))))))
    database.flush()
    del database
    with pytest.raises(StoreDamagedError, match="the store lost statements of .*/said/tiny; load that source again"):
        load(loaded, [other.path])


# --- What was removed is gone ------------------------------------------------------------


def files_with(folder: Path, words: bytes) -> list[str]:
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and words in path.read_bytes()
    )


def test_a_name_that_was_removed_is_in_no_file_of_the_store(loaded: OxigraphStore, other: Folder) -> None:
    assert files_with(loaded.root, PERSON)
    load(loaded, [other.path])
    remove(loaded, "tiny")
    assert files_with(loaded.root, PERSON) == []
    assert files_with(loaded.root, b"P-01") == []


def test_a_name_that_was_replaced_is_in_no_file_of_the_store(loaded: OxigraphStore, casebook: Folder) -> None:
    casebook.put("names", "name", "Another Name")
    load(loaded, [casebook.path])
    assert files_with(loaded.root, PERSON) == []
    assert files_with(loaded.root, b"Another Name")


# --- The same everywhere -------------------------------------------------------------------


def test_two_builds_in_two_places_are_the_same(casebook: Folder, other: Folder, tmp_path: Path) -> None:
    ledgers = []
    for seed, zone, sources in (("1", "Pacific/Kiritimati", (casebook, other)), ("2", "Etc/GMT+12", (other, casebook))):
        store = tmp_path / f"seed {seed}" / "graph"
        subprocess.run(
            [sys.executable, "-m", "graphbuild", "--store", store, "load", *(s.path for s in sources)],
            env=environment(PYTHONHASHSEED=seed, TZ=zone, LC_ALL="C"),
            check=True,
            capture_output=True,
        )
        ledgers.append(as_if(OxigraphStore(store)))
    assert ledgers[0] == ledgers[1]


# --- Crashes ---------------------------------------------------------------------------------


def start_load(store: Path, source: Path, stderr: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "graphbuild", "--store", store, "load", source]
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a shell makes what it runs aside ignore SIGINT
    return subprocess.Popen(
        command, env=environment(), stdout=subprocess.DEVNULL, stderr=stderr, preexec_fn=heed if os.name == "posix" else None
    )


def wait_for_staging(process: subprocess.Popen[bytes], store: Path) -> None:
    """Until it began to make its generation."""
    while process.poll() is None and not list(store.glob("db-*.work")):
        time.sleep(0.01)


def kill_while_staging(process: subprocess.Popen[bytes], store: Path, delay: float) -> None:
    wait_for_staging(process, store)
    time.sleep(delay)
    process.kill()
    process.wait()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of POSIX")
@pytest.mark.parametrize("delay", [0, 0.1, 0.3, 0.6])
def test_a_load_that_is_killed_leaves_the_old_store(loaded: OxigraphStore, other: Folder, delay: float) -> None:
    before = as_if(loaded)
    process = start_load(loaded.root, other.path)
    kill_while_staging(process, loaded.root, delay)
    assert process.returncode in (-signal.SIGKILL, 0)
    assert check(loaded) == []
    assert laws(loaded) == ({FIRST} if as_if(loaded) == before else {FIRST, SECOND})


@pytest.mark.skipif(os.name != "posix", reason="SIGINT is sent as on POSIX")
def test_a_load_that_is_interrupted_cleans_up(loaded: OxigraphStore, other: Folder) -> None:
    for _ in range(5):
        before = snapshot(loaded.root)
        process = start_load(loaded.root, other.path, stderr=subprocess.PIPE)
        wait_for_staging(process, loaded.root)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
        if process.returncode:
            break
        remove(loaded, "other")  # the signal came when all was done, as can happen on a busy machine
    assert (process.returncode, b"Traceback" in said) == (1, False)
    assert snapshot(loaded.root) == before


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of POSIX")
def test_after_a_load_that_was_killed_the_next_one_succeeds(loaded: OxigraphStore, other: Folder) -> None:
    kill_while_staging(start_load(loaded.root, other.path), loaded.root, 0)
    load(loaded, [other.path])
    assert laws(loaded) == {FIRST, SECOND}
    assert {path.name for path in loaded.root.iterdir()} == {loaded.ledger.database, "lock", LEDGER}


def limited(number: int, size: int, *arguments: str | Path) -> Process:
    """Run graphbuild in a process that has less of something: file sizes stand in for a full disk."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(number, (size, size))

    return subprocess.run(
        [sys.executable, "-m", "graphbuild", *arguments],
        env=environment(),
        preexec_fn=limit,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


@pytest.mark.skipif(os.name != "posix", reason="limits are those of POSIX")
@pytest.mark.parametrize(
    ("what", "size"),
    [(resource.RLIMIT_FSIZE, 1_000), (resource.RLIMIT_FSIZE, 100_000), (resource.RLIMIT_NOFILE, 24)],
    ids=["tiny disk", "small disk", "few files"],
)
def test_a_disk_that_is_full_leaves_the_old_store(loaded: OxigraphStore, other: Folder, what: int, size: int) -> None:
    before = snapshot(loaded.root)
    done = limited(what, size, "--store", loaded.root, "load", other.path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert snapshot(loaded.root) == before
