"""What others collected to break software: it is loaded, or refused with a sentence, and nothing else happens."""

from __future__ import annotations

import json
import os
import pickle
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT, Folder, Run

from graphbuild.build import check, load
from graphbuild.casebooks.tables import load_tables
from graphbuild.errors import CellError, GraphbuildError
from graphbuild.files import markdown, markup
from graphbuild.files.intake import InputError, form_of
from graphbuild.files.texts import read_text
from graphbuild.legislation.articles import articles_of
from graphbuild.legislation.laws import Law
from graphbuild.read import read_source
from graphbuild.said import ohchr, uprwords, writings
from graphbuild.said.records import Review
from graphbuild.sources import lawjson, matrix
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.stores.staging import SETTLED
from graphbuild.terms import UPR, slug
from graphbuild.undocuments.numbering import paragraphs
from graphbuild.undocuments.wording import split_wordings
from graphbuild.writtendates import inlaws

SHARED = ROOT.parent / "shared" / "suites" / "hostile"
XML = sorted((SHARED / "xml" / "xmltestdata").glob("*"))


@pytest.fixture(scope="module")
def naughty(shared: Path) -> list[str]:
    """The strings, without those that are nothing but spaces."""
    text = (shared / "suites" / "hostile" / "naughty-strings" / "blns.json").read_text(encoding="utf-8")
    return [string for string in json.loads(text) if string.strip()]


def fill(folder: Folder, table: str, column: str, strings: list[str]) -> None:
    """Below the example row, write one for each string; its id is numbered unless that is the column."""
    (header, row), (key, *_) = folder.rows(table)[:2], load_tables()[table].key
    example = row[header.index(key)]
    cells = ({key: f"{example}/{n}", column: string} for n, string in enumerate(strings))
    folder.write(table, [header, row, *([made.get(h, c) for h, c in zip(header, row, strict=True)] for made in cells)])


def as_read(string: str) -> str:
    """A cell as it is read: without outer spaces and control characters, its line ends unified."""
    clean = "".join(
        "\ufffd" if c in "\x7f\ufffe\uffff" or (c < " " and c not in "\t\n\r") else c for c in string.strip()
    )
    return clean.replace("\r\n", "\n").replace("\r", "\n")


def test_there_are_as_many_strings_as_we_think(naughty: list[str]) -> None:
    assert len(naughty) > 450


def test_every_string_can_be_a_text(casebook: Folder, naughty: list[str], tmp_path: Path) -> None:
    fill(casebook, "laws", "text", naughty)
    store = OxigraphStore(tmp_path / "graph")
    (outcome,) = load(store, [casebook.path]).outcomes
    assert (outcome.status, outcome.left_out, check(store)) == ("loaded", 0, [])
    found = store.query(f"SELECT DISTINCT ?text {{ ?law a <{UPR}Law> ; <{UPR}text> ?text }}")
    assert isinstance(found, ox.QuerySolutions)
    assert {row["text"].value for row in found} == {as_read(string) for string in naughty}


def test_every_string_is_an_id_or_is_refused_with_its_row(casebook: Folder, naughty: list[str], tmp_path: Path) -> None:
    fill(casebook, "laws", "law", naughty)
    problems = read_source(casebook.path).problems
    assert all(p.file == "laws.csv" and p.row and p.message and p.remedy for p in problems)
    kept = [string for number, string in enumerate(naughty, start=3) if number not in {p.row for p in problems}]
    fill(casebook, "laws", "law", kept)
    store = OxigraphStore(tmp_path / "graph")
    assert not load(store, [casebook.path]).refused
    laws = {t.subject for t in store.triples(SETTLED) if t.predicate == ox.NamedNode(UPR + "enactedBy")}
    assert len(laws) == len(kept) + 1 > 350


CELLS = [
    ("laws", "kind"), ("laws", "state"), ("laws", "number"), ("laws", "title"), ("laws", "sources"), ("laws", "unconfirmed"),
    ("sources", "url"), ("sources", "date"), ("claims", "property"), ("claims", "about"), ("claims", "place"),
    ("claims", "start"), ("reviews", "received"), ("recommendations", "paragraph"), ("pledges", "issues"),
    ("reviews", "troika"), ("asks", "right"),
]


@pytest.mark.parametrize(("table", "column"), CELLS)
def test_every_string_in_any_cell_is_read_or_refused_with_its_place(
    casebook: Folder, naughty: list[str], table: str, column: str
) -> None:
    fill(casebook, table, column, naughty)
    staged = read_source(casebook.path)
    assert all((p.file, p.column) == (f"{table}.csv", column) and p.row and p.remedy for p in staged.problems)
    assert staged.read == staged.loaded + len({p.row for p in staged.problems})
    lines = "\n".join(staged.lines())
    assert len(list(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))) == len(staged.triples)


def test_no_string_names_a_casebook_that_is_not_a_plain_word(casebook: Folder, naughty: list[str]) -> None:
    assert {character for string in naughty for character in slug(string)} <= set(
        "abcdefghijklmnopqrstuvwxyz0123456789-"
    )


def test_no_string_as_a_question_or_a_parameter_is_more_than_a_sentence(
    run: Run, casebook: Folder, loaded: OxigraphStore, naughty: list[str]
) -> None:
    for string in naughty[::7]:
        for arguments in (
            ["query", "recommendations", "--param", f"state={string}"],
            ["explain", "--", string],
            ["remove", "--", string],
        ):
            result = run(*arguments)
            assert result.exit_code == 2, (arguments, result.stdout)
            assert result.stderr


# --- Files that are no sources -----------------------------------------------------------


@pytest.mark.skipif(not XML, reason="the suites of others do not travel with the project")
@pytest.mark.parametrize("path", XML, ids=lambda path: path.name)
def test_xml_is_not_even_read(run: Run, loaded: OxigraphStore, path: Path) -> None:
    """Entity bombs, external entities and stylesheets that write files."""
    result = run("load", path)
    assert result.exit_code == 2
    assert "not recognised; " in result.stderr


class Pwned:
    """What a pickle that is read would do."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (Path("pwned"),)


@pytest.mark.parametrize(
    "name", ["a.pkl", "a.py", "a.ipynb", "a.sqlite", "a.xlsx", "a.csv", "empty.csv", "null.csv"]
)
def test_a_file_of_another_kind_is_refused_and_not_run(
    run: Run, loaded: OxigraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    contents = {
        "a.pkl": pickle.dumps(Pwned()),
        "a.py": b"open('pwned', 'w')\n",
        "empty.csv": b"",
        "null.csv": b"\x00" * 5000,
        "a.csv": b"To,From\nKazakhstan,Norway\n",
    }
    Path(name).write_bytes(contents.get(name, b"PK\x03\x04" + bytes(range(256)) * 50))
    result = run("load", name)
    assert (result.exit_code, Path("pwned").exists()) == (2, False)
    assert f"{name}: not recognised" in result.stderr


def test_a_database_is_not_a_source(run: Run, loaded: OxigraphStore, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "a.db").execute("CREATE TABLE laws (law TEXT)").connection.close()
    for path in (tmp_path / "a.db", loaded.root):
        assert run("load", path).exit_code == 2


@pytest.mark.parametrize("name", ["/dev/null", "/dev/zero", "/proc/self/environ"])
def test_a_device_is_not_a_source(run: Run, loaded: OxigraphStore, name: str) -> None:
    if not Path(name).exists():
        pytest.skip(f"{name} is not there")
    assert run("load", name).exit_code == 2


@pytest.mark.parametrize("kind", ["ftm", "document", "rdf", "table", "gdelt", "akn"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, kind: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(GraphbuildError, match="is a device or a pipe, which cannot be read twice; name a file"):
        read_source(tmp_path / "pipe", kind)


def test_a_page_that_unpacks_to_far_more_text_than_it_weighs_is_refused(tmp_path: Path) -> None:
    words = zlib.compress(b"BT /F 12 Tf 72 720 Td " + b"(Kazakhstan) Tj 0 -10 Td " * 3_000_000 + b" ET", 9)
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
             b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
             b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(words), words),
             b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    objects = b"".join(b"%d 0 obj\n%b\nendobj\n" % (n, part) for n, part in enumerate(parts, 1))
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n" + objects + b"trailer<</Size 6/Root 1 0 R>>\n%%EOF\n")
    with pytest.raises(InputError, match="asks for more memory or time than a file of its size needs"):
        read_text(tmp_path / "a.pdf")


def test_a_number_of_thousands_of_digits_in_a_mapping_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(f'[table]\nfile = "a.csv"\n[[things]]\nrepeats = {"9" * 6000}\n', encoding="utf-8")
    with pytest.raises(InputError, match="holds a number that is too long"):
        read_source(tmp_path / "a.toml", "table")


def test_words_in_a_text_box_of_a_document_stand_once(tmp_path: Path) -> None:
    box = "<w:p><w:r><w:t>boxed</w:t></w:r></w:p>"
    body = f"<w:p><w:r><w:t>before</w:t></w:r><m:Choice>{box}</m:Choice><m:Fallback>{box}</m:Fallback></w:p>"
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", '<w:document xmlns:m="http://schemas.openxmlformats.org/markup-compatibility/'
                         f'2006" xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{body}</w:document>')
    assert read_text(tmp_path / "a.docx") == "before\nboxed"


def test_a_link_that_leads_nowhere_is_refused(run: Run, casebook: Folder, loaded: OxigraphStore) -> None:
    (casebook.path / "claims.csv").unlink()
    (casebook.path / "claims.csv").symlink_to("nowhere")
    result = run("load", casebook.path)
    assert result.exit_code == 1
    assert "claims.csv: is not a table of a casebook" in result.stderr


@pytest.mark.parametrize("name", ["../outside", "a/../../outside", "/tmp/outside", "..", "."])
def test_a_source_cannot_be_called_something_outside(
    casebook: Folder, run: Run, loaded: OxigraphStore, name: str
) -> None:
    casebook.write("about", [["item", "value"], ["id", name]])
    result = run("load", casebook.path)
    assert result.exit_code == 2
    assert "is missing or not usable; add a row `id` with lower-case letters" in result.stderr


# --- Texts in which a pattern could lose itself -------------------------------------------

_LAW = "Закон от 18 марта 2026 года № 1"


def _listed_cell(text: str) -> object:
    """A cell of a thematic list."""
    cells = {"text": text, "": "", "position": "Noted", "note": text}
    return matrix._records(matrix._Row(1, "", cells), Review("SVN", 34))


def _titled(text: str) -> object:
    return matrix._review(Path("list.docx"), matrix._Table([text], []))


def _required(text: str) -> object:
    return lawjson._requisites({"requisites": text, "title": "A"})


def _begun(text: str) -> object:
    return lawjson._happenings(Law("KAZ/2026/1", "KAZ"), {"requisites": _LAW, "text": text})


def _categorised(text: str) -> object:
    return uprwords.action(text)


def _in_paragraphs(text: str) -> object:
    return writings.paragraphs(writings.Writing("1", text, "docx"))


def _dated(text: str) -> object:
    return inlaws.edtf("a " + text)


def test_comments_at_the_beginning_of_a_file_do_not_double_the_time_each(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<!-- a -->" * 300 + "<law/>", encoding="utf-8")
    (tmp_path / "a.html").write_text("<!-- a --> " * 300 + "<html>", encoding="utf-8")
    assert (form_of(tmp_path / "a.xml"), form_of(tmp_path / "a.html")) == ("xml", "html")


@pytest.mark.parametrize("sign", ["<a", "</a", "<!", "<!--", "<a b=\"", "[", "![", "**x ", "__x ", "_a ", "*a ", "."])
def test_a_long_text_of_one_sign_is_read_in_a_moment(sign: str) -> None:
    text = sign * (300_000 // len(sign))
    assert markup.plain(text) is not None and markdown.plain(text) and paragraphs(text) == []


#: What a run of signs is put between, and who reads it. A pattern that goes through the rest of the text from each
#: sign of a run does not come back from 300,000 in any time that a test may take, so that no clock is needed.
READERS: list[tuple[str, str, str, Callable[[str], object]]] = [
    *(("a", sign, "b", ohchr.source_of_position) for sign in (" ", "\n", "\u00a0", "Source of Position ")),
    *(("1.1 Do (Chile)", sign, "b", _listed_cell) for sign in (" ", "\n", "\t\n", "\nComments ", "(", "( ")),
    *(("UPR of ", sign, "b", _titled) for sign in (" ", "UPR of ", "UPR of the ", "a ", "a (1st cycle ")),
    ("UPR of Slovenia (3rd cycle", " ", "x", _titled),
    *((_LAW, sign, "b", _required) for sign in (" ", "\n", "1 ", ". ")),
    ("Закон", " ", "от 1", _required),
    ("", "Настоящ", "", _begun),
    ("Настоящий", " ", "b", _begun),
    ("1", " ", "b", _categorised),
    ("Настоящий", " ящ", "", ohchr.state_code),
    ("", "2011-10-11, ", "", _dated),
    ("", "1", "b", split_wordings),
    ("a", " ", "b", _in_paragraphs),
]


@pytest.mark.parametrize(("before", "sign", "after", "read"), READERS)
def test_a_long_run_of_signs_is_read_in_a_moment(
    before: str, sign: str, after: str, read: Callable[[str], object]
) -> None:
    with suppress(CellError, ValueError):
        read(before + sign * (300_000 // len(sign)) + after)


@pytest.mark.parametrize(("language", "line"), [("ru", "Статья {}."), ("sl", "{}. člen"), ("en", "Article 1-{}")])
def test_a_number_of_ten_thousand_digits_begins_no_article(language: str, line: str) -> None:
    assert list(articles_of(f"{line.format('1' * 10_000)}\nText", language)) == []


@pytest.mark.parametrize(("written", "words"), [
    ("**a** b **c**", "a b c"), ("_a snake_case b_ c", "a snake_case b c"),
    ("[[a](https://example.org)", "[a"), ("*a **b** c*", "a b c"), ("**a b", "**a b"), ("_a (b)_, _c_", "a (b), c"),
])
def test_marks_of_markdown_go_and_words_stay(written: str, words: str) -> None:
    assert markdown.plain(written) == words
