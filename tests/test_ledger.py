"""The ledger: what was loaded, written so that a crash leaves the old one and damage is noticed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphbuild.errors import StoreDamagedError
from graphbuild.sortedlines import Account, account
from graphbuild.staged import FileMark
from graphbuild.stores.ledger import LEDGER, Entry, Ledger, ledger_text, read_ledger, write_ledger

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
ENTRY = Entry("tiny", "casebook", "Größe, “quoted”", [FileMark("laws.csv", 12, EMPTY)], 5, 3, 2)
FULL = Ledger("db-0123456789abcdef", {"tiny": ENTRY}, {"settled": Account(7, EMPTY)})


def test_a_store_in_which_nothing_was_loaded_has_an_empty_ledger(tmp_path: Path) -> None:
    assert read_ledger(tmp_path) == read_ledger(tmp_path / "missing") == Ledger()


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    write_ledger(tmp_path, FULL)
    assert read_ledger(tmp_path) == FULL


def test_the_same_ledger_is_the_same_bytes(tmp_path: Path) -> None:
    write_ledger(tmp_path, Ledger("db-1", graphs={"b": Account(1, ""), "a": Account(2, "")}))
    before = (tmp_path / LEDGER).read_bytes()
    write_ledger(tmp_path, Ledger("db-1", graphs={"a": Account(2, ""), "b": Account(1, "")}))
    assert (tmp_path / LEDGER).read_bytes() == before


def test_half_a_ledger_from_a_crash_is_not_read(tmp_path: Path) -> None:
    write_ledger(tmp_path, FULL)
    (tmp_path / (LEDGER + ".part")).write_text('{"format": 1, "sou', encoding="utf-8")
    assert read_ledger(tmp_path) == FULL


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 100, b"\xff\xfe{", b"null", b"[]", b"7", b'"text"', b"{}", b'{"format": 3, "database": "db-1", "sou'],
)
def test_a_damaged_ledger_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / LEDGER).write_bytes(content)
    with pytest.raises(StoreDamagedError, match=r"ledger\.json: .*load the sources again") as caught:
        read_ledger(tmp_path)
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    "wrong", [{"database": 5}, {"sources": []}, {"sources": {"tiny": {}}}, {"graphs": {"settled": 5}}, {"ontology": 5}, {"files": 5}]
)
def test_a_ledger_with_one_field_of_the_wrong_kind_is_one_sentence(tmp_path: Path, wrong: dict[str, object]) -> None:
    written = json.loads(ledger_text(FULL))
    (tmp_path / LEDGER).write_text(json.dumps(written | wrong), encoding="utf-8")
    with pytest.raises(StoreDamagedError, match=r"ledger\.json: cannot be read .*load the sources again"):
        read_ledger(tmp_path)


def test_a_ledger_of_another_version_says_so(tmp_path: Path) -> None:
    (tmp_path / LEDGER).write_text(json.dumps({"format": 1}), encoding="utf-8")
    with pytest.raises(StoreDamagedError, match="written by another version of graphbuild"):
        read_ledger(tmp_path)


def test_no_flipped_byte_of_a_ledger_breaks_the_reader(tmp_path: Path) -> None:
    write_ledger(tmp_path, FULL)
    content = (tmp_path / LEDGER).read_bytes()
    for place in range(len(content)):
        (tmp_path / LEDGER).write_bytes(content[:place] + bytes([content[place] ^ 16]) + content[place + 1 :])
        try:
            assert isinstance(read_ledger(tmp_path).database, str)
        except StoreDamagedError as error:
            assert "load the sources again" in str(error)


LINES = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])), max_size=4)


@given(LINES, LINES)
def test_an_account_tells_lines_from_others_in_any_order(one: list[str], two: list[str]) -> None:
    assert (account(one) == account(two)) == (sorted(one) == sorted(two))


@given(LINES, LINES)
def test_accounts_add_up(one: list[str], two: list[str]) -> None:
    assert account(one) + account(two) == account([*two, *one])
    assert account([*one, *two]) - account(two) == account(one)


def test_an_account_counts_and_hashes() -> None:
    assert account([]) == Account(0, "0" * 64)
    assert account(["a", "b"]).quads == 2
