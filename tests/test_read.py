"""Which reader fits: looked at once, and what is said where none does."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from graphbuild import read
from graphbuild.errors import GraphbuildError
from graphbuild.read import each_source, kind_of, read_source

ROWS = "To,To-Rgrp,To-Org,Text,From,From-Rgrp,From-Org,Response,Action,Issue,Session\n"


@pytest.mark.parametrize(("text", "words"), [
    ('{"title": "A", "items": [1, 2', r"the file is not whole JSON \(character 30: Expecting ',' delimiter\)"),
    ('{"a": 1}\n{"a": 2}\n{"a":}\n', r"line 3 is not whole JSON \(character 6: Expecting value\)"),
    ('[{"a": 1}, {"a": 2}', "the file is not whole JSON"),
])
def test_damaged_json_of_no_kind_is_said_to_be_damaged_and_where(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "cut.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GraphbuildError, match=f"cut.json: not recognised; as JSON it is damaged: {words}"):
        read_source(path)


@pytest.mark.parametrize("text", ['{"title": "A"}', "[build-system]\nrequires = 1\n", "[Draft] {", "[]", "{}"])
def test_whole_json_and_other_brackets_of_no_kind_are_only_not_recognised(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GraphbuildError, match="other.json: not recognised; `graphbuild kinds` lists"):
        read_source(path)


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "nothing.csv").touch()
    with pytest.raises(GraphbuildError, match="nothing.csv: not recognised; it is empty; download it again"):
        read_source(tmp_path / "nothing.csv")


def test_a_folder_tells_why_a_file_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "cut.json").write_text('{"title": "A"', encoding="utf-8")
    told = list[str]()
    assert [path.name for path in each_source([tmp_path], told.append)] == ["rows.csv"]
    assert len(told) == 1 and "cut.json: not recognised; as JSON it is damaged: " in told[0]


def test_a_link_that_leads_in_a_circle_is_followed_once(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "self").symlink_to(tmp_path)
    told = list[str]()
    assert [path.name for path in each_source([tmp_path], told.append)] == ["rows.csv"]
    assert told == [f"left out {tmp_path / 'self'}: it leads to a folder that is read already"]


def test_a_file_of_a_folder_is_recognised_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS, encoding="utf-8")
    looked = list[Path]()
    recognised = read._recognised
    monkeypatch.setattr(read, "_recognised", lambda path: looked.append(path) or recognised(path))
    for found in each_source([tmp_path]):
        read_source(found)
    assert looked.count(path) == 1


def test_a_file_that_changed_is_looked_at_again(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(ROWS, encoding="utf-8")
    assert kind_of(path) == "uprinfo"
    path.write_text("x" * len(ROWS), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert kind_of(path) != "uprinfo"


@pytest.mark.parametrize("kind", [kind for kind in read.KINDS if kind not in ("casebook", "esf")])
def test_no_folder_is_read_as_a_kind_of_file(tmp_path: Path, kind: str) -> None:
    with pytest.raises(GraphbuildError, match=f"is a folder, which no {kind} is; `graphbuild kinds`"):
        read_source(tmp_path, kind)


def test_no_file_is_read_as_a_casebook(tmp_path: Path) -> None:
    (tmp_path / "laws.csv").write_text("law\n", encoding="utf-8")
    with pytest.raises(GraphbuildError, match="is a file, which no casebook is"):
        read_source(tmp_path / "laws.csv", "casebook")


def test_what_is_no_export_is_not_read_as_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(GraphbuildError, match="has no table with the columns of an export"):
        read_source(tmp_path / "a.csv", "uprinfo")


@pytest.mark.parametrize("at", [2, 4, 8, 40, 60])
def test_an_office_file_with_spoilt_bytes_is_damaged(tmp_path: Path, at: int) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<document>" + "some words that pack well " * 50 + "</document>")
    content = bytearray(path.read_bytes())
    start = content.index(b"PK\x01\x02") if at < 40 else 0  # its table of contents, or what it holds
    content[start + at : start + at + 4] = b"\xff" * 4
    path.write_bytes(content)
    with pytest.raises(GraphbuildError):
        read_source(path, "document")
