"""Workbooks that are cut off, broken or made to fill the memory: refused in one sentence, and no process ends over them."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlwt

from graphbuild.files.containers import ContainerError, check_container
from graphbuild.files.intake import InputError
from graphbuild.files.workbooks import read_sheets


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("One")
    for row in range(100):
        for column in range(6):
            sheet.write(row, column, f"cell {row} {column}" if column else float(row))
    path = tmp_path_factory.mktemp("xls") / "whole.xls"
    book.save(str(path))
    return path.read_bytes()


def directory(content: bytes) -> int:
    """Where the directory begins."""
    return 512 * (1 + int(struct.unpack_from("<I", content, 0x30)[0]))


def changed(content: bytes, place: int, value: int, form: str = "<I") -> bytes:
    made = bytearray(content)
    struct.pack_into(form, made, place, value)
    return bytes(made)


def test_a_whole_workbook_is_read(whole: bytes, tmp_path: Path) -> None:
    check_container(whole)
    (tmp_path / "a.xls").write_bytes(whole)
    assert len(read_sheets(tmp_path / "a.xls")["One"]) == 100


@pytest.mark.parametrize("part", range(1, 40))
def test_a_workbook_that_was_cut_off_is_refused_in_one_sentence(whole: bytes, tmp_path: Path, part: int) -> None:
    (tmp_path / "a.xls").write_bytes(whole[: len(whole) * part // 40])
    with pytest.raises(
        InputError, match=r"a.xls: the workbook is damaged \(.*\); download it again, or save it as XLSX"
    ):
        read_sheets(tmp_path / "a.xls")


@pytest.mark.parametrize("change", [lambda content: content + bytes(100), lambda content: content.rstrip(b"\0")])
def test_a_length_that_is_no_multiple_of_parts_does_no_harm(
    whole: bytes, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    """Some databases write files like that."""
    content = change(whole)
    (tmp_path / "a.xls").write_bytes(content)
    assert len(content) % 512
    assert len(read_sheets(tmp_path / "a.xls")["One"]) == 100


@pytest.mark.parametrize(
    ("place", "value", "form", "words"),
    [
        (0x1E, 20, "<H", "its header is damaged"),
        (0x30, 0x0FFFFFFF, "<I", "a stream goes on in a part 268,435,455 that is not there"),
        (0x4C, 0x0FFFFFFF, "<I", "it points to a part 268,435,455 that is not there"),
        (0x44, 0x0FFFFFFF, "<I", "it points to a part 268,435,455 that is not there"),
    ],
)
def test_a_broken_header_is_refused(whole: bytes, place: int, value: int, form: str, words: str) -> None:
    with pytest.raises(ContainerError, match=words):
        check_container(changed(whole, place, value, form))


def test_a_directory_without_a_workbook_is_refused(whole: bytes) -> None:
    with pytest.raises(ContainerError, match="it holds no workbook"):
        check_container(whole.replace("Workbook".encode("utf-16-le"), "Workbuch".encode("utf-16-le")))


def test_a_workbook_shorter_than_it_states_is_refused(whole: bytes) -> None:
    place = whole.index("Workbook".encode("utf-16-le"), directory(whole)) + 0x78
    with pytest.raises(ContainerError, match="its workbook is shorter than it states"):
        check_container(changed(whole, place, 10_000_000))


def test_a_cell_far_to_the_right_is_refused(whole: bytes) -> None:
    """The library would ask for memory for every cell up to it, and the process would die."""
    number = whole.index(struct.pack("<HHHH", 0x27E, 10, 50, 0))
    with pytest.raises(ContainerError, match="a cell stands in column 60,001 of 256"):
        check_container(changed(whole, number + 6, 60_000, "<H"))


PARTS = {
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="a" Type="%s/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="s" Type="%s/worksheet" Target="sheet.dat"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="%s">'
    '<sheets><sheet name="One" sheetId="1" r:id="s"/></sheets></workbook>',
}


def workbook(path: Path, rows: str, shared: str = "<sst/>") -> Path:
    """An XLSX file whose one sheet does not lie where it usually does."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text.replace("%s", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"))
        archive.writestr("xl/sharedStrings.xml", shared)
        archive.writestr("xl/sheet.dat", f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
    return path


def test_a_workbook_of_a_million_cells_is_read(tmp_path: Path) -> None:
    cells = "".join(f'<c r="{letter}%d"><v>1</v></c>' for letter in "ABCDEFGHIJ")
    rows = "".join(f'<row r="{n}">{cells.replace("%d", str(n))}</row>' for n in range(1, 100_001))
    assert len(read_sheets(workbook(tmp_path / "a.xlsx", rows))["One"]) == 100_000


@pytest.mark.parametrize(("rows", "shared"), [
    ('<row><c r="A1"><v>1</v></c></row><row><c r="XFD1048576"><v>1</v></c></row>', "<sst/>"),
    ('<row><c r="A1"><v>1</v></c></row>', '<sst uniqueCount="4000000000000"><si><t>a</t></si></sst>'),
    ("".join(f'<row><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_000)), f"<sst><si><t>{'a' * 10**6}</t></si></sst>"),
], ids=["a far cell", "a count", "a long text many times"])
def test_a_small_workbook_does_not_fill_the_memory(tmp_path: Path, rows: str, shared: str) -> None:
    with pytest.raises(InputError, match="asks for more memory or time than a file of its size needs"):
        read_sheets(workbook(tmp_path / "a.xlsx", rows, shared))
