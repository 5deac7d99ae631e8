"""Tables as people save them: read whole, or refused with the place and a remedy."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphbuild.files.csvfiles import LONGEST_CELL, CsvTable, header_of, parse_csv, read_csv

GOOD = "id,text\n1,one\n2,two\n"
ROWS = [{"id": "1", "text": "one"}, {"id": "2", "text": "two"}]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def read(file: Path, content: str | bytes) -> CsvTable:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_csv(file, "tiny")


def cells(table: CsvTable) -> list[dict[str, str]]:
    assert not table.problems, table.problems
    return [row.cells for row in table.rows]


def complaint(table: CsvTable) -> str:
    (problem,) = table.problems
    return str(problem)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte-order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_every_way_to_save_a_table_gives_the_same_rows(file: Path, mark: bytes, end: str, separator: str) -> None:
    table = read(file, mark + GOOD.replace("\n", end).replace(",", separator).encode())
    assert table.header == ["id", "text"]
    assert cells(table) == ROWS


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("id,text\n1,one\n2,two", ROWS),
        ("\n\n" + GOOD, ROWS),
        (GOOD.replace("\n", "\n\n"), ROWS),
        (GOOD + ",\n,\n\n", ROWS),
        (GOOD.replace("\n", ",,\n"), ROWS),
        ("id , text\n 1,one \n2\t,\u00a0two", ROWS),
        ("id,text\n1\n2,", [{"id": "1", "text": ""}, {"id": "2", "text": ""}]),
        ('id,text\n1,"a, b; c"', [{"id": "1", "text": "a, b; c"}]),
        ('id;text\n1;"a, b; c"', [{"id": "1", "text": "a, b; c"}]),
        ('id,text\n1,"say ""no"""', [{"id": "1", "text": 'say "no"'}]),
        ('id,text\n1,5\' 11"', [{"id": "1", "text": "5' 11\""}]),
        ("id,text\n1,a\u2028b\x85c\x0bd\x1ce", [{"id": "1", "text": "a\u2028b\x85c\x0bd\x1ce"}]),
        ("id\n1\n2\n", [{"id": "1"}, {"id": "2"}]),
        ("id,text\n", []),
        ("id,text\n1," + "x" * 200_000, [{"id": "1", "text": "x" * 200_000}]),
    ],
    ids=[
        "no last line end", "empty lines first", "empty lines between", "empty rows at the end", "empty columns at the end",
        "spaces around", "short rows", "separators in quotes", "the other separator in quotes", "quotes in quotes",
        "quotes inside a cell", "rare line marks", "one column", "no rows", "a long cell",
    ],
)
def test_what_is_odd_but_clear_is_read(file: Path, content: str, rows: list[dict[str, str]]) -> None:
    assert cells(read(file, content)) == rows


def test_rows_are_counted_as_a_spreadsheet_counts_them(file: Path) -> None:
    table = read(file, 'id,text\n\n1,"one\r\nand a half"\n2,two\n')
    assert [(row.number, row.cells["text"]) for row in table.rows] == [(3, "one\nand a half"), (4, "two")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "table.csv: the file is empty"),
        (b"\n\n,,\n", "table.csv: the file is empty"),
        (b"\xef\xbb\xbf", "table.csv: the file is empty"),
        (b"id,text\n1,\xe9t\xe9\n", "table.csv: byte 10 is not utf-8; save the file as CSV UTF-8"),
        (GOOD.encode("utf-16"), "table.csv: byte 0 is not utf-8; save the file as CSV UTF-8"),
        (b"id,text,id\n1,one,2\n", "table.csv, row 1, column id: the column appears twice"),
        (b"id,text\n1,one\n2,two,three\n", "table.csv, row 3: has 3 cells, the header 2; put cells"),
        (b'id,text\n1,"one\n2,two\n3,three\n', "table.csv, row 2: the row cannot be read"),
        (b'id,text\n1,"a\nb"\n2,"two\n3,three\n', "table.csv, row 3: the row cannot be read"),
        (b'id,text\n1,one\n2,"two" or three\n', "table.csv, row 3: the row cannot be read"),
        (b"id,text\n1," + b"x" * (LONGEST_CELL + 1), "table.csv, row 2: the row cannot be read"),
    ],
    ids=[
        "empty", "empty rows only", "byte-order mark only", "Latin-1", "UTF-16", "a column twice", "too many cells",
        "an open quotation mark", "an open quotation mark after a line end in a cell", "text after a quoted cell", "endless cell",
    ],
)
def test_what_is_unclear_is_refused_with_its_place(file: Path, content: bytes, words: str) -> None:
    assert complaint(read(file, content)).startswith(words)


def test_a_column_that_appears_twice_is_not_a_row_that_is_lost(file: Path) -> None:
    table = read(file, "id,text,id\n1,one,2\n")
    assert len(table.rows) == len(table.problems) == 1


def test_given_columns_replace_the_names_in_the_header() -> None:
    assert cells(parse_csv("Rgrp,Rgrp\n1,2\n", "table.csv", "tiny", ["a", "b"])) == [{"a": "1", "b": "2"}]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line", ["sep={}\r\n", '"sep={}"\r\n', "\ufeffSEP={}\n"], ids=["plain", "quoted", "marked"])
def test_a_line_that_tells_excel_the_separator_is_no_row(file: Path, line: str, separator: str) -> None:
    table = read(file, line.format(separator) + GOOD.replace(",", separator))
    assert (header_of(file), cells(table), table.rows[0].number) == (["id", "text"], ROWS, 2)


def test_the_separator_is_found_behind_empty_lines(file: Path) -> None:
    assert cells(read(file, "\n" + GOOD.replace(",", ";"))) == ROWS


@pytest.mark.parametrize(
    "content",
    [b"a;b\n1;2", b"\xef\xbb\xbfa,b", b"a\tb\r1\t2", b'"a","b"\r\n', b"\n\na;b\n1;2", b";;\na;b;\n1;2;", b"a,b,,,\n1,2,,,"],
)
def test_a_header_is_found_without_reading_the_table(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert header_of(file) == ["a", "b"]


def test_a_header_may_hold_a_line_break_and_rarer_marks_that_end_no_line(file: Path) -> None:
    file.write_text('"a\nb",c\u2028d\n1,2\n', encoding="utf-8")
    assert header_of(file) == ["a\nb", "c\u2028d"]


def test_nothing_and_a_folder_have_no_header(tmp_path: Path, file: Path) -> None:
    file.touch()
    assert header_of(file) == header_of(tmp_path) == header_of(tmp_path / "missing.csv") == []


CELL = st.text(st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"]), max_size=20).map(str.strip)


@given(st.lists(st.tuples(CELL.filter(bool), CELL), max_size=5), st.sampled_from(",;\t"))
def test_what_a_spreadsheet_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], separator: str
) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=separator, lineterminator="\r\n").writerows([("id", "text"), *rows])
    table = read(tmp_path_factory.getbasetemp() / "written.csv", written.getvalue())
    assert [tuple(row.values()) for row in cells(table)] == rows


# --- Awkward but legal tables that others collected --------------------------------

#: The expected rows of location_coordinates are those of another table.
SPECTRUM = [
    "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines", "newlines_crlf", "quotes_and_newlines",
    "simple", "simple_crlf", "utf8",
]


@pytest.mark.parametrize("name", SPECTRUM)
def test_the_csv_spectrum_is_read_as_its_authors_expect(shared: Path, name: str) -> None:
    suite = shared / "suites" / "csv-spectrum"
    expected = (suite / "json" / f"{name}.json").read_text(encoding="utf-8").replace("\\r\\n", "\\n")
    assert cells(read_csv(suite / "csvs" / f"{name}.csv", "tiny")) == json.loads(expected)


def test_no_table_of_the_csv_spectrum_is_left_out(shared: Path) -> None:
    names = {path.stem for path in (shared / "suites" / "csv-spectrum" / "csvs").glob("*.csv")}
    assert names == {*SPECTRUM, "location_coordinates"}


def test_a_header_of_a_hundred_thousand_columns_is_read_in_a_moment(file: Path) -> None:
    names = ",".join(f"c{n}" for n in range(100_000))
    assert len(read(file, names + ",c7\n").header) == 100_001


def test_short_rows_under_a_wide_header_do_not_fill_the_memory(file: Path) -> None:
    table = read(file, ",".join(f"c{n}" for n in range(20_000)) + "\n" + "1\n" * 100_000)
    (problem,) = table.problems
    assert (problem.row, len(table.rows)) == (102, 100)
    assert "cells less than the header of 20,000 asks for" in problem.message
