"""Answers for people and for programs: whole, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graphbuild.errors import GraphbuildError
from graphbuild.exports import workbook
from graphbuild.exports.flat import harmless
from graphbuild.exports.workbook import as_workbook
from graphbuild.files.workbooks import read_sheets
from graphbuild.questions import explain
from graphbuild.questions.explain import Pair, Premise
from graphbuild.render import FORMATS, as_csv, as_json, as_table, as_tsv, explanation, explanation_json

COLUMNS = ["law", "title"]
ROWS = [["KAZ/1", "On speech"], ["KAZ/2", ""]]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


# --- Tables ----------------------------------------------------------------------------


def test_a_table_has_aligned_columns() -> None:
    assert as_table(COLUMNS, ROWS) == "law    title\n-----  ---------\nKAZ/1  On speech\nKAZ/2"


def test_a_table_without_rows_has_its_header() -> None:
    assert as_table(COLUMNS, []) == "law  title\n---  -----"


def test_a_line_end_in_a_cell_does_not_break_a_table() -> None:
    assert len(as_table(COLUMNS, [["a\nb", "c\r\n\td"]]).splitlines()) == 3


def test_a_table_fits_the_terminal_and_shows_what_was_shortened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    text = as_table(COLUMNS, [["KAZ/1", "word " * 100]])
    assert 30 < max(map(len, text.splitlines())) <= 40
    assert text.endswith("…")


def test_the_first_column_can_be_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """What names a row, such as the name of a question, is not shortened before the text beside it."""
    monkeypatch.setenv("COLUMNS", "60")
    name = "recommendations-by-regional-group"
    text = as_table(["question", "asks", "parameters"], [[name, "word " * 10, "word, " * 8]])
    assert text.splitlines()[-1].startswith(f"{name}  word")
    assert max(map(len, text.splitlines())) <= 60


def test_what_no_table_can_hold_is_written_as_blocks_in_which_no_word_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    text = as_table([f"column {n}" for n in range(8)], [["word " * 20] * 8])
    assert text.startswith("-- 1 of 1 --")
    assert text.count("word") == 160
    assert max(map(len, text.splitlines())) <= 40


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_writes_an_empty_answer(form: str) -> None:
    assert isinstance(FORMATS[form](COLUMNS, []), str)


@pytest.mark.parametrize("columns", [0, 1, 2, 30])
def test_every_format_writes_no_column_one_and_many(columns: int) -> None:
    names = [f"c{n}" for n in range(columns)]
    for form in FORMATS.values():
        assert form(names, [["x"] * columns, ["y"] * columns]).count("x") == columns


# --- CSV, TSV and JSON ------------------------------------------------------------------


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)


@given(st.lists(st.tuples(TEXT, TEXT)))
@example([("a\rb", "c\r\nd")])
def test_csv_is_read_back_as_it_was_but_for_formulas_and_line_ends(rows: list[tuple[str, str]]) -> None:
    read = list(csv.reader(io.StringIO(as_csv(COLUMNS, rows), newline="")))
    harmless_rows = ([harmless(cell).replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in rows)
    assert [[cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in read] == [
        COLUMNS,
        *harmless_rows,
    ]


@given(st.lists(st.tuples(TEXT, TEXT)))
def test_tsv_has_as_many_cells_in_each_row_as_columns(rows: list[tuple[str, str]]) -> None:
    read = list(csv.reader(io.StringIO(as_tsv(COLUMNS, rows), newline=""), delimiter="\t"))
    assert [len(row) for row in read] == [2] * (len(rows) + 1)


@given(st.lists(st.tuples(st.text(), st.text())))
def test_json_is_read_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    assert json.loads(as_json(COLUMNS, rows)) == [dict(zip(COLUMNS, row, strict=True)) for row in rows]


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "=HYPERLINK(\"http://e\")", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\t=1+1", "\r=1+1",
     "\n=1+1", "=", "-", "+", "@", "-a", "＝1+1", "－1+1"],
)
def test_a_formula_is_made_harmless(cell: str) -> None:
    written = as_csv(["c"], [[cell]]).removeprefix("c\n").removeprefix('"')
    assert written.startswith("'")


@pytest.mark.parametrize("cell", ["", "-5", "+3.5", "1=1", "a+b", "2011-10-11", "KAZ/1", "'quoted'", " text"])
def test_what_is_no_formula_stays_as_it_is(cell: str) -> None:
    assert json.loads(as_json(["c"], [[cell]])) == [{"c": cell}]
    assert next(iter(list(csv.reader(io.StringIO(as_csv(["c"], [[cell]]))))[1:]), [""]) == [cell]


@given(TEXT)
def test_no_cell_begins_like_a_formula_unless_it_is_a_number(cell: str) -> None:
    written = as_csv(["c"], [[cell]]).removeprefix("c\n").removeprefix('"')
    assert not written.startswith(tuple("=@\t\r\n+-")) or float(written) == float(cell)


# --- Workbooks ------------------------------------------------------------------------------


def sheet(path: Path, cells: list[str], numbers: frozenset[str] = frozenset()) -> list[list[object]]:
    path.write_bytes(as_workbook(["c"], [[cell] for cell in cells], numbers))
    return read_sheets(path)["Sheet1"][1:]


def test_a_text_in_a_workbook_is_that_text_whatever_it_looks_like(tmp_path: Path) -> None:
    cells = ["=1+1", "+7", "-1", "@SUM(1)", "95.10", "1-2", "2010-02-12", "http://e", "Қазақстан", "a\nb", "_x0041_", " a "]
    assert sheet(tmp_path / "a.xlsx", cells) == [[cell] for cell in cells]


def test_the_same_answer_gives_the_same_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    first = as_workbook(COLUMNS, ROWS)
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert as_workbook(COLUMNS, ROWS) == first
    assert b"2026" not in zipfile.ZipFile(io.BytesIO(first)).read("docProps/core.xml")


def test_what_a_workbook_cannot_hold_is_not_cut_but_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sheet(tmp_path / "a.xlsx", ["x" * 32_767]) == [["x" * 32_767]]
    with pytest.raises(GraphbuildError, match="row 1, c: 16,384 characters are more than a cell of a workbook holds"):
        as_workbook(["c"], [["😀" * 16_384]])
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    with pytest.raises(GraphbuildError, match="2 rows are more than a workbook holds; ask for less"):
        as_workbook(["c"], [["x"], ["y"]])


# --- Explanations ---------------------------------------------------------------------------

HOLDS, FAILS = explain.Test("T1", "the pledge was accepted", True), explain.Test("T2", "the law is later", False)
CONFLICT = Pair(
    "ask/KAZ/1/95.73/1",
    "effect/KAZ/2011/483-IV/registration/1",
    "first-support",
    [HOLDS],
    {"pledge": "Give believers the same rights"},
    "strong",
    "certain",
    ["contested"],
    [Premise("affirmed (asserts): it is worse", "NLD", "WG1", "¶53"), Premise("adopted 2011-10-11", "", "GK", "")],
)
MISS = Pair("ask/KAZ/1/95.73/1", "effect/KAZ/2014/226-V/art-130/1", "first-support", [HOLDS, FAILS])


def test_a_conflict_is_shown_with_its_tests_its_verdict_and_what_it_rests_on() -> None:
    text = explanation([CONFLICT], False)
    for line in (
        "KAZ/1/95.73/1 × KAZ/2011/483-IV/registration/1  (first-support)",
        "  pledge        Give believers the same rights",
        "  T1   holds  the pledge was accepted",
        "  => conflict, strong, certainly later; flags: contested",
        "  - NLD affirmed (asserts): it is worse [WG1, ¶53]",
        "  - adopted 2011-10-11 [GK]",
    ):
        assert line in text.splitlines()


def test_a_near_miss_is_shown_with_the_test_that_fails() -> None:
    text = explanation([MISS], False)
    assert "  T2   FAILS  the law is later" in text.splitlines()
    assert "  => no conflict: T2 not met" in text.splitlines()


def test_beside_a_conflict_a_miss_is_one_line_unless_everything_is_wanted() -> None:
    assert explanation([CONFLICT, MISS], False).endswith(
        "no conflict:\n  KAZ/1/95.73/1 × KAZ/2014/226-V/art-130/1: T2 fails: the law is later"
    )
    assert "=> no conflict: T2 not met" in explanation([CONFLICT, MISS], True)


def test_where_nothing_is_a_conflict_the_closest_is_shown() -> None:
    text = explanation([MISS, MISS], False)
    assert text.count("=> no conflict") == 1


def test_an_explanation_fits_a_small_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    text = explanation([replace(CONFLICT, facts={"pledge": "word " * 30})], False)
    assert text.count("word") == 30
    assert 50 < max(map(len, text.splitlines()[1:])) <= 60  # the names above it stand on one line


def test_an_explanation_for_programs_has_the_same_parts() -> None:
    conflict, miss = json.loads(explanation_json([CONFLICT, MISS]))
    assert (conflict["conflict"], conflict["grade"], conflict["flags"]) == (True, "strong", ["contested"])
    assert (miss["conflict"], miss["grade"], miss["tests"][1]["holds"]) == (False, None, False)
    assert conflict["premises"][0] == {
        "said_by": "NLD",
        "what": "affirmed (asserts): it is worse",
        "source": "WG1",
        "place": "¶53",
    }
