"""Much in little memory: sorted runs on disk."""

from __future__ import annotations

import os
import pickle
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphbuild import sortedlines
from graphbuild.errors import GraphbuildError
from graphbuild.sortedlines import SortedLines, account
from graphbuild.staged import TELL, Staged
from graphbuild.terms import A, literal, term, thing

LINES = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=5))


@given(LINES, LINES, st.integers(1, 4))
def test_lines_on_disk_are_those_in_memory(first: list[str], more: list[str], most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sortedlines, "MOST", most)
        lines = SortedLines(first)
        assert list(lines) == sorted(set(first))
        lines.update(more)
        assert list(lines) == list(lines) == sorted({*first, *more})
        assert account(lines) == account(sorted({*first, *more}))


@given(LINES, st.integers(1, 4))
def test_lines_that_go_to_another_process_are_the_same(lines: list[str], most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sortedlines, "MOST", most)
        there = pickle.loads(pickle.dumps(SortedLines(lines)))
        assert list(there) == list(there) == sorted(set(lines))
        there.update(["more"])
        assert list(there) == sorted({*lines, "more"})


def test_a_disk_without_room_for_lines_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sortedlines, "MOST", 2)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    told = "missing: temporary files cannot be written (.*); make room there, or name a folder on another disk with"
    with pytest.raises(GraphbuildError, match=told):
        SortedLines(["a", "b"])
    with pytest.raises(GraphbuildError, match=told):
        pickle.dumps(SortedLines(["a"]))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_lines_that_find_no_room_are_missed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not when they are read, by whoever has a disk of his own in mind."""
    monkeypatch.setattr(sortedlines, "MOST", 2)
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(tempfile, "TemporaryFile", lambda *_, **__: full)
        with pytest.raises(GraphbuildError, match="No space left on device"):
            SortedLines(["a", "b"])
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())  # or closing it fails, too


def test_statements_come_back_from_disk_in_their_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sortedlines, "MOST", 2)
    said = [(thing("law", str(n)), A, literal(f'a "b" . {n}')) for n in range(5)]
    staged = Staged("x", "y")
    staged.say([*said, *said])
    assert staged.triples == set(said)
    assert staged.account().quads == 5
    staged.say([(thing("law", "6"), A, term("Law"))])
    assert staged.account().quads == 6


def test_reading_tells_how_far_it_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphbuild.staged.EVERY", 2)
    told: list[str] = []
    token = TELL.set(told.append)
    staged = Staged("x", "y", loaded=7)
    staged.say((thing("law", str(n)), A, term("Law")) for n in range(5))
    TELL.reset(token)
    assert told == [f"reading x: {n} statements, 7 rows or items" for n in (2, 4)]
