"""The empty casebook: one file per table, each of its columns explained, and nothing of one's own overwritten."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from graphbuild.casebooks.newcasebook import REFERENCE, documentation, write_casebook
from graphbuild.casebooks.tables import load_tables
from graphbuild.errors import GraphbuildError
from graphbuild.read import read_source
from graphbuild.terms import slug
from graphbuild.vocabulary import notations

TABLES = [table for name, table in load_tables().items() if name not in REFERENCE]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_casebook(tmp_path / "My Casebook")
    return tmp_path / "My Casebook"


def test_there_is_a_file_for_every_table_but_those_of_the_reference_data(folder: Path) -> None:
    assert {path.stem for path in folder.glob("*.csv")} == {table.name for table in TABLES}


def test_what_was_written_is_said(tmp_path: Path) -> None:
    assert write_casebook(tmp_path / "new") == [f"{table.name}.csv" for table in TABLES]


@pytest.mark.parametrize("table", [table for table in TABLES if table.name != "about"], ids=lambda table: table.name)
def test_a_file_has_every_column_and_one_example_row(folder: Path, table) -> None:
    with (folder / f"{table.name}.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == [column.name for column in table.columns]
    assert rows == [[column.example for column in table.columns]]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_readme_explains_every_column(folder: Path, table) -> None:
    chapter = (
        (folder / "README.md").read_text(encoding="utf-8").partition(f"## {table.name}.csv\n")[2].partition("\n## ")[0]
    )
    assert table.what in chapter
    for column in table.columns:
        assert f"| `{column.name}` | {'yes' if column.required else ''} | {column.help}" in chapter


@pytest.mark.parametrize("name", load_tables())
def test_the_documentation_explains_every_table(name: str) -> None:
    assert f"\n## {name}.csv\n" in documentation()


def test_files_open_in_a_spreadsheet(folder: Path) -> None:
    for path in folder.glob("*.csv"):
        content = path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.count(b"\n") == content.count(b"\r\n")


def test_it_is_called_after_its_folder(folder: Path) -> None:
    staged = read_source(folder)
    assert (staged.source, staged.title, staged.problems) == ("my-casebook", "Casebook My Casebook", [])


def test_here_is_a_folder_with_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    write_casebook(Path())
    assert (read_source(Path()).source, read_source(Path()).title) == ("here", "Casebook here")


@pytest.mark.parametrize(
    ("name", "id_"),
    [("Kazakhstan", "kazakhstan"), ("My  Casebook (2)", "my-casebook-2"), ("-a-", "a"), ("Қазақстан", "casebook"),
     ("---", "casebook"), ("", "casebook"), ("a/b", "a-b"), ("é", "casebook")],
)
def test_an_id_is_made_of_the_letters_that_it_may_have(name: str, id_: str) -> None:
    assert slug(name, "casebook") == id_


def test_the_readme_has_every_word_that_a_cell_may_hold(folder: Path) -> None:
    readme = (folder / "README.md").read_text(encoding="utf-8")
    schemes = {column.scheme for table in TABLES for column in table.columns if column.scheme}
    assert [word for scheme in schemes for word in notations(scheme) if f"`{word}`" not in readme] == []
    assert "adequate-living" in notations("right")


@pytest.mark.parametrize("name", ["README.md", "laws.csv", ".hidden"])
def test_a_folder_that_holds_something_is_not_touched(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(GraphbuildError, match="is not an empty folder; name a new one"):
        write_casebook(tmp_path)
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_file_is_not_made_a_casebook(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(GraphbuildError, match=r"(is not an empty folder|cannot be made \(.+\)); name a"):
        write_casebook(tmp_path / place)


def test_the_example_of_each_concept_column_is_a_word_of_its_list() -> None:
    from graphbuild.vocabulary import concepts

    for table in TABLES:
        for column in table.columns:
            if column.scheme and column.example:
                assert column.example.casefold() in concepts()[column.scheme], (table.name, column.name)
