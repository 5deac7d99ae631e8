"""Tables are read into memory while much is asked, and only then."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from graphbuild.questions import answers
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import find_question, parse_question
from graphbuild.stores import readahead
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.stores.readahead import in_memory, reading_ahead


@pytest.fixture
def cold(tmp_path: Path) -> Path:
    """A table that lies on the disk alone."""
    path = tmp_path / "000001.sst"
    with path.open("wb") as file:
        file.write(bytes(8 << 20))
        file.flush()
        os.fsync(file.fileno())
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    if in_memory(path):
        pytest.skip("this system does not say which files it holds in memory")
    return path


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "reading ahead"]


@pytest.mark.skipif(not hasattr(os, "RWF_NOWAIT"), reason="this system does not say which files it holds in memory")
@pytest.mark.parametrize(("told", "there"), [(BlockingIOError, False), (OSError, True), (None, True)])
def test_a_file_is_in_memory_unless_the_system_says_that_it_would_have_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: type[OSError] | None, there: bool
) -> None:
    places: list[int] = []

    def look(_: int, __: list[bytearray], place: int, flags: int) -> int:
        places.append(place)
        assert flags == os.RWF_NOWAIT
        if told and place == 750:
            raise told
        return 1

    (tmp_path / "table").write_bytes(bytes(1000))
    monkeypatch.setattr(os, "preadv", look)
    assert in_memory(tmp_path / "table") is there
    assert 750 in places
    assert in_memory(tmp_path / "gone")


def test_a_table_is_in_memory_after_a_while(cold: Path) -> None:
    with reading_ahead(cold.parent):
        until = time.monotonic() + 60
        while not in_memory(cold) and time.monotonic() < until:
            time.sleep(0.01)
        assert in_memory(cold)
    assert readers() == []


def test_nothing_is_read_that_is_in_memory_or_that_would_fill_it(
    cold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[list[Path]] = []
    monkeypatch.setattr(readahead, "_read", lambda paths, _: read.append(paths))
    monkeypatch.setattr(os, "sysconf", lambda name: {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 1024}[name])
    with reading_ahead(cold.parent):
        pass
    assert read == []
    monkeypatch.undo()
    monkeypatch.setattr(readahead, "_read", lambda paths, _: read.append(paths))
    with reading_ahead(cold.parent):
        pass
    assert read == [[cold]]
    cold.read_bytes()
    with reading_ahead(cold.parent):
        pass
    assert read == [[cold]]


def test_it_ends_with_the_question_and_with_a_table_that_is_gone(cold: Path) -> None:
    with pytest.raises(ZeroDivisionError), reading_ahead(cold.parent):
        cold.unlink()
        raise ZeroDivisionError
    assert readers() == []


@pytest.mark.parametrize(
    ("name", "given", "much"),
    [
        ("recommendations", {}, True),
        ("recommendations", {"cycle": "2"}, True),
        ("recommendations", {"state": "KAZ"}, False),
        ("of one's own", {}, True),
    ],
)
def test_a_store_is_read_ahead_where_the_world_is_asked(
    store: OxigraphStore, monkeypatch: pytest.MonkeyPatch, name: str, given: dict[str, str], much: bool
) -> None:
    read: list[Path] = []

    @contextmanager
    def noted(folder: Path) -> Iterator[None]:
        read.append(folder)
        yield

    monkeypatch.setattr(answers, "reading_ahead", noted)
    own = name == "of one's own"
    ask(store, parse_question(name, "SELECT ?s { ?s ?p 1 }") if own else find_question(name), given)
    assert read == [store.root / store.ledger.database] * much
