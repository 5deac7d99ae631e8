"""Several processes: what becomes of the work if one of them ends, and what they leave behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from conftest import Folder, environment

from graphbuild import build, workers
from graphbuild.errors import GraphbuildError
from graphbuild.stores.ondisk import OxigraphStore

resource = pytest.importorskip("resource", reason="this system has no limits to open files")


def end(process: int) -> None:
    os.kill(process or os.getpid(), signal.SIGKILL)


def test_a_process_that_the_system_ends_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    with pytest.raises(GraphbuildError, match="a process was ended by the system, perhaps for want of memory"):
        list(workers.each(end, [0, 0], at_once=True))


WAITS = """
import os, time
from graphbuild import workers
os.cpu_count = lambda: 2
for _ in workers.each(time.sleep, [0, 600, 600], at_once=True):
    print(flush=True)
"""


def children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children of a process are looked up in /proc")
def test_processes_end_when_their_caller_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", WAITS], stdout=subprocess.PIPE) as caller:
        assert caller.stdout and caller.stdout.readline() == b"\n"
        working = children(caller.pid)
        caller.kill()
    assert len(working) >= 2
    for _ in range(200):
        if not any(Path(f"/proc/{one}").exists() for one in working):
            return
        time.sleep(0.1)
    for one in working:
        os.kill(one, signal.SIGKILL)
    raise AssertionError("processes are left")


def test_what_nobody_waits_for_any_more_is_not_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    began, results = time.monotonic(), workers.each(time.sleep, [0, 60, 60], at_once=True)
    next(results)
    del results
    assert time.monotonic() - began < 50


ENDED = """
import sys, time
from graphbuild import build
from graphbuild.cli import run
build.LARGE_INPUT = 1
sys.argv[1:] = ["--store", "graph", "load", "one", "two", "three"]
build.each = lambda *_, **__: (print(flush=True), time.sleep(60))
run()
"""


def test_a_load_that_is_asked_to_end_leaves_nothing(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        Folder(tmp_path / name)
    (tmp_path / "temporary").mkdir()
    variables = environment(TMPDIR=str(tmp_path / "temporary"))
    with subprocess.Popen([sys.executable, "-c", ENDED], env=variables, cwd=tmp_path, stdout=subprocess.PIPE) as load:
        assert load.stdout and load.stdout.readline() == b"\n"
        assert list((tmp_path / "temporary").iterdir())
        load.terminate()
    assert load.returncode == 128 + signal.SIGTERM
    assert not list((tmp_path / "temporary").iterdir())


def test_on_one_processor_temporary_files_lie_where_they_lay_before(
    casebook: Folder, other: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    monkeypatch.setattr(build, "LARGE_INPUT", 1)
    before = tempfile.tempdir
    build.load(OxigraphStore(tmp_path / "graph"), [casebook.path, other.path, Folder(tmp_path / "third").path])
    assert tempfile.tempdir == before


def test_where_the_limit_that_is_named_is_not_allowed_a_lower_one_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS, which names no limit and allows 10,240."""
    asked: list[tuple[int, int]] = []

    def limited(_: int, limits: tuple[int, int]) -> None:
        asked.append(limits)
        if limits[0] > 10_240:
            raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 1 << 40))
    monkeypatch.setattr(resource, "setrlimit", limited)
    workers.allow_many_files()
    assert asked == [(1 << 40, 1 << 40), (10_240, 1 << 40)]
