"""Long runs, asked for by name: `pytest tests/soak`. Loads to servers are killed."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import Folder, environment
from running_servers import ours

from graphbuild.build import check, load, remove
from graphbuild.stores import lease
from graphbuild.stores.anystore import Store
from graphbuild.stores.connection import Connection

LOAD = "import sys; sys.argv[1:] = ['--store', {store!r}, 'load', {path!r}]; from graphbuild.cli import run; run()"


@pytest.mark.parametrize(("sign", "times"), [("sending", 1), ("sending ledger", 2), ("publishing", 1)])
def test_a_load_that_is_killed_leaves_the_old_store_or_the_new_one(
    filled: Store,
    other: Folder,
    server: str,
    speaking: Connection,
    monkeypatch: pytest.MonkeyPatch,
    sign: str,
    times: int,
) -> None:
    before, graphs = filled.ledger, ours(speaking)
    kill_at(sign, times, [sys.executable, "-c", LOAD.format(store=server, path=str(other.path))])
    assert check(filled) == []
    after = filled.ledger
    assert after.sources.keys() in (before.sources.keys(), before.sources.keys() | {"other"})
    assert after == before or sign == "publishing"
    monkeypatch.setattr(lease, "MARGIN", -1_000_000)  # the word of the killed writer counts no longer
    load(filled, [other.path])
    remove(filled, "other")
    assert (filled.ledger, ours(speaking)) == (before, graphs)


def kill_at(sign: str, times: int, command: list[str]) -> None:
    """Run a command and kill it when it says something for so many times."""
    with subprocess.Popen(
        command, env=environment(), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stderr
        for line in process.stderr:
            times -= line.startswith(sign)
            if not times:
                process.kill()
                break
        else:
            pytest.fail(f"it never said {sign!r}")
