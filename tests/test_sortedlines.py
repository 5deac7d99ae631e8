"""Much in little memory: sorted runs on disk, and a large store that is the same as a small one."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Folder
from hypothesis import given
from hypothesis import strategies as st

from graphbuild import sortedlines
from graphbuild import store as stores
from graphbuild.build import load, validate
from graphbuild.resources import bundled_casebooks
from graphbuild.sortedlines import SortedLines, account
from graphbuild.staged import TELL, Staged
from graphbuild.store import OxigraphStore
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


@pytest.fixture
def small_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits at which the bundled casebook is a large source."""
    monkeypatch.setattr(sortedlines, "MOST", 500)
    for name, value in (("BATCH", 300), ("LARGE", 1000), ("EVERY", 1000)):
        monkeypatch.setattr(stores, name, value)


@pytest.mark.usefixtures("small_machine")
def test_a_large_store_holds_the_same_as_a_small_one(store: OxigraphStore, tmp_path: Path) -> None:
    told: list[str] = []
    large = OxigraphStore(tmp_path / "graph")
    assert not load(large, bundled_casebooks(), told.append).refused
    assert large.ledger.graphs == store.ledger.graphs
    assert large.ledger.database == store.ledger.database
    assert any(text.startswith("settling: ") for text in told)
    assert any(text.startswith("writing settled: ") for text in told)


@pytest.mark.usefixtures("small_machine")
@pytest.mark.parametrize("few", [0, 4], ids=["copied to disk", "where it is"])
def test_the_gate_finds_the_same_in_a_large_store(casebook: Folder, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    casebook.put("laws", "title", "")
    casebook.put("laws", "state", "KAZ;UZB")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stores, "LARGE", 10**9)
        expected = validate([casebook.path])
    monkeypatch.setattr("graphbuild.findings._FEW", few)
    assert validate([casebook.path]) == expected
    assert expected
