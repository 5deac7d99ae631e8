"""Press releases and other texts: passages without their words, and dates that may exclude each other."""

from __future__ import annotations

import csv
import hashlib
import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from test_acled import found, things

from graphbuild import resources
from graphbuild.build import load, validate
from graphbuild.errors import GraphbuildError
from graphbuild.exports.profiles import quads
from graphbuild.files.texts import read_text
from graphbuild.files.webaddresses import unwrapped
from graphbuild.read import kind_of, read_source
from graphbuild.said.writings import Writing, paragraphs, read_writings, sentences
from graphbuild.sources.document import settled
from graphbuild.staged import Staged
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import ID, UPR, term

BODY = "The council of a small town said today that it will publish its minutes. It had been asked to for years."


class Release:
    """A made-up text, or a collection of them as JSON lines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def text(self, text: str, name: str = "release.txt", encoding: str = "utf-8") -> Path:
        (self.folder / name).write_bytes(text.encode(encoding))
        return self.folder / name

    def read(self, text: str) -> Staged:
        return read_source(self.text(text))

    def lines(self, *objects: dict[str, object]) -> Path:
        written = [json.dumps({"id": str(n), "publisher": "Town", "text": BODY} | o) for n, o in enumerate(objects, 1)]
        return self.text("\n".join(written) + "\n", "releases.jsonl")

    def collect(self, *objects: dict[str, object]) -> Staged:
        return read_source(self.lines(*objects))


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return Release(tmp_path)


def claimed(staged: Staged) -> set[tuple[str, str]]:
    """The dates that are claimed, each with its place."""
    claims = things(staged, "Claim")
    said = {(t[0], t[1]): t[2].strip('"') for t in staged.triples if t[0] in claims}
    return {(said[c, f"<{UPR}place>"], said[c, f"<{UPR}value>"]) for c in claims}


def dates_of_documents(staged: Staged) -> Counter[str]:
    documents = things(staged, "Document")
    return Counter(t[2].rpartition("/")[2].rstrip(">") for t in staged.triples
                   if t[0] in documents and t[1] == f"<{UPR}date>")


# --- Real texts --------------------------------------------------------------------


def test_the_release_the_casebook_rests_on_has_a_paragraph_for_every_claim(shared: Path) -> None:
    path = shared / "samples" / "press-releases" / "hrw-2014-10-kazakhstan-upr.txt"
    (writing,) = read_writings(path)
    with (resources.DATA / "kazakhstan" / "claims.csv").open(encoding="utf-8", newline="") as file:
        claims = [row for row in csv.DictReader(file) if row["source"] == "SEED" and row["start"]]
    assert len(claims) >= 60
    for claim in claims:
        start, end = int(claim["start"]), int(claim["end"])
        assert hashlib.sha256(writing.text[start:end].encode()).hexdigest() == claim["sha256"]
        assert len([p for p in paragraphs(writing) if p.start <= start and end <= p.end]) == 1, claim["claim"]


def test_the_release_is_read_without_the_menu_before_it(shared: Path) -> None:
    staged = read_source(shared / "samples" / "press-releases" / "hrw-2014-10-kazakhstan-upr.txt")
    assert (staged.kind, staged.problems, staged.read, staged.loaded) == ("document", [], 16, 15)
    assert [(o.place, o.why) for o in staged.left_out] == [
        ("¶1", "it leads around a website and stands before the text")
    ]
    with (resources.DATA / "kazakhstan" / "sources.csv").open(encoding="utf-8", newline="") as file:
        (seed,) = [row for row in csv.DictReader(file) if row["source"] == "SEED"]
    assert found(staged, "sha256")[seed["sha256"]] >= 1
    assert found(staged, "kind")["document-kind/press-release"] == 1


def test_the_dates_of_the_samples_are_claims_and_settled_only_where_they_agree(shared: Path) -> None:
    staged = read_source(shared / "samples" / "press-releases" / "press-releases-dev.jsonl")
    assert (staged.problems, len(things(staged, "Document")), staged.read, staged.loaded) == ([], 4, 9, 9)
    assert dates_of_documents(staged) == {"2020-07-30": 1, "2022-12-02": 1}
    assert claimed(staged) >= {
        ("field date_published_raw", "2010-02-01"), ("header line", "2010-01-02"), ("field date_in_text_raw", "2013-03-06"),
        ("field date_published_raw", "2017-10-18"), ("dateline", "2020-07-30"), ("address", "2022-12")}
    assert sum("no date is settled, since they exclude each other" in remark for remark in staged.remarks) == 2
    assert "fields not used: country, facts, rights" in staged.remarks


def test_no_words_of_a_sample_are_in_the_graph(shared: Path) -> None:
    folder = shared / "samples" / "press-releases"
    for path in (folder / "press-releases-dev.jsonl", folder / "hrw-2014-10-kazakhstan-upr.txt"):
        said = "\n".join(read_source(path).lines())
        for writing in read_writings(path):
            title = writing.fields.get("title", "")
            pieces = (writing.text[p.start : p.end] for p in paragraphs(writing))
            assert not [p for p in pieces if len(p) > 20 and p in said and p not in title]


# --- Passages ----------------------------------------------------------------------


def test_a_passage_has_place_positions_and_hash(release: Release) -> None:
    text = f"Home\nSearch\n\n{BODY}\n\nA secoñd paragraph is here."
    path = release.text(text)
    staged = read_source(path)
    passage = f"<{ID}passage/document-release/{text.index('The')}-{text.index('The') + len(BODY)}>"
    said = {t[1].removeprefix(f"<{UPR}")[:-1]: t[2] for t in staged.triples if t[0] == passage}
    assert (said["place"], said["row"]) == ('"¶2"', '"release.txt:¶2"')
    assert said["sha256"] == f'"{hashlib.sha256(BODY.encode()).hexdigest()}"'
    assert (staged.read, staged.loaded, len(staged.left_out)) == (3, 2, 1)
    assert found(staged, "sha256")[hashlib.sha256(text.encode()).hexdigest()] == 2, "of the bytes and of the text"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_positions_are_the_same_however_the_file_was_saved(release: Release, encoding: str, end: str) -> None:
    (writing,) = read_writings(
        release.text(f"{BODY}\n\nA seco\u006e\u0303d one.".replace("\n", end), encoding=encoding)
    )
    places = paragraphs(writing)
    assert [writing.text[p.start : p.end] for p in places] == [BODY, "A secoñd one."]
    assert places[1].start == len(BODY) + 2


SEEN = (
    '<w:p><w:moveFrom w:id="1"><w:r><w:t>Moved.</w:t></w:r></w:moveFrom></w:p>'
    '<w:p><w:ins w:id="2"><w:r><w:t>New</w:t></w:r></w:ins><w:del w:id="3"><w:r><w:delText>Old</w:delText></w:r></w:del>'
    "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:t>, kept.</w:t></w:r></w:p>"
    '<w:p><w:moveTo w:id="4"><w:r><w:t>Moved.</w:t></w:r></w:moveTo></w:p>'
)


def test_text_of_a_docx_file_is_what_a_reader_sees(tmp_path: Path) -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    path = tmp_path / "tracked.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{SEEN}</w:body></w:document>')
    assert read_text(path).split("\n") == ["", "New, kept.", "Moved."]


def test_each_paragraph_of_a_docx_file_is_one(tmp_path: Path) -> None:
    import docx

    made = docx.Document()
    for text in ("A title", "CAIRO (2 February 2025) – " + BODY, "Another one."):
        made.add_paragraph(text)
    made.save(tmp_path / "release.docx")
    staged = read_source(tmp_path / "release.docx")
    assert (kind_of(tmp_path / "release.docx"), staged.read, staged.loaded) == ("document", 3, 3)
    assert claimed(staged) == {("dateline", "2025-02-02")}


def test_a_pdf_is_read_with_the_hash_of_its_bytes(shared: Path) -> None:
    path = shared / "samples" / "uprinfo" / "documentation" / "Database_Pledges_Guide.pdf"
    staged = read_source(path, "document")
    assert (staged.problems, staged.read - staged.loaded, len(staged.left_out)) == ([], 0, 0)
    assert staged.read >= 5
    assert found(staged, "sha256")[hashlib.sha256(path.read_bytes()).hexdigest()] == 1


def test_bullets_and_pages_begin_paragraphs() -> None:
    text = "In particular:\n\n  • one;\n  • two.\n\fNext page.\n1. First\n2. Second"
    pieces = [text[p.start : p.end] for p in paragraphs(Writing("", text, ""))]
    assert pieces == ["In particular:", "• one;", "• two.", "Next page.", "1. First", "2. Second"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One is here. Two is here.", 2),
        ("See Art. 12 of Law No. 5. Mr. Smith and J. R. Doe agree.", 2),
        ("“Said so.” Then left.", 2),
        ("The U.S. Commission met in Washington, D.C. It left.", 1),
        ("no capitals. here", 1),
    ],
)
def test_a_sentence_ends_only_where_that_is_sure(text: str, count: int) -> None:
    (paragraph,) = paragraphs(Writing("", text, ""))
    parts = list(sentences(text, paragraph))
    assert len(parts) == count
    assert parts[0].start == 0 and parts[-1].end == len(text)


# --- Dates -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "place", "value"),
    [
        ("CAIRO (2 February 2025) – ", "dateline", "2025-02-02"),
        ("WASHINGTON DC (30 July 2020) – ", "dateline", "2020-07-30"),
        ("GENEVA, 12 March 2020 - ", "dateline", "2020-03-12"),
        ("Geneva, 12 March 2020 – ", "dateline", "2020-03-12"),
        ("New York (March 12, 2020) – ", "dateline", "2020-03-12"),
        ("January 02, 2010\n\n", "header line", "2010-01-02"),
        ("Published on 3/4/2017\n\n", "header line", "[2017-03-04,2017-04-03]"),
        ("Published: 10/18/2017\n\n", "header line", "2017-10-18"),
    ],
)
def test_a_date_before_the_text_is_a_claim(release: Release, start: str, place: str, value: str) -> None:
    assert claimed(release.read(start + BODY)) == {(place, value)}


def test_a_date_inside_the_text_is_not_its_date(release: Release) -> None:
    staged = release.read(f"(Geneva) – {BODY} The review is on October 30, 2014.")
    assert claimed(staged) == set()
    assert found(staged, "kind") == {"document-kind/press-release": 1}


@pytest.mark.parametrize(
    ("url", "value"),
    [
        ("https://example.org/2020/03/12/news", "2020-03-12"),
        ("https://example.org/archive/2022-december/17-x", "2022-12"),
        ("https://example.org/news/2010-02-01-town", "2010-02-01"),
    ],
)
def test_a_date_in_the_address_is_a_claim(release: Release, url: str, value: str) -> None:
    assert claimed(release.collect({"url": url})) == {("address", value)}


@pytest.mark.parametrize(
    "url", ["https://example.org/item/20201345", "https://example.org/2020/13/99", "https://example.org/2020/people/9"]
)
def test_numbers_in_an_address_are_no_date_unless_they_can_be_one(release: Release, url: str) -> None:
    assert claimed(release.collect({"url": url})) == set()


@pytest.mark.parametrize(
    ("dates", "one"),
    [
        (["2022-12-02", "2022-12"], "2022-12-02"),
        (["[2017-03-04,2017-04-03]", "2017-04-03"], "2017-04-03"),
        (["2020-03-12", "2020-03-13"], ""),
        ([], ""),
    ],
)
def test_a_date_is_settled_only_if_all_can_be_true(dates: list[str], one: str) -> None:
    assert settled(dates) == one


def test_a_field_without_a_date_is_named(release: Release) -> None:
    assert (
        "1: the field date_published_raw holds no whole date that can be read"
        in release.collect({"date_published_raw": "last spring"}).remarks
    )


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ({"title": "Свобода", "language": "ru"}, '"Свобода"@ru'),
        ({"title": "Свобода", "language": "RUS"}, '"Свобода"@ru'),
        ({"title": "Colour", "language": "en-GB"}, '"Colour"@en'),
        ({"title": "Свобода", "language": "Russian"}, '"Свобода"@und'),
        ({"title": "Freedom"}, '"Freedom"@en'),
        ({"language": "ru"}, '"document-releases/1"@en'),
    ],
)
def test_a_title_has_the_language_of_its_text(release: Release, written: dict[str, object], title: str) -> None:
    said = {str(t[2]) for t in release.collect(written).triples if "/document/" in t[0] and t[1] == term("dcterms:title")}
    assert said == {title}


# --- Addresses ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "https://www.google.com/url?q=https%3A%2F%2Fexample.org%2Fa&sa=D",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa%3Ffbclid%3Dxyz&h=AT0",
        "https://nam01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa&data=05",
        "https://t.example.com/r?to=https%3A%2F%2Fl.example.net%2F%3Furl%3Dhttps%253A%252F%252Fexample.org%252Fa",
        "https://href.li/?https://example.org/a",
        "https://example.org/a?utm_source=x&utm_medium=mail",
    ],
)
def test_the_original_address_is_taken_out_of_redirects(release: Release, written: str) -> None:
    assert unwrapped(written) == "https://example.org/a"
    staged = release.collect({"url": written})
    assert found(staged, "url") == {"https://example.org/a": 1}
    assert f"address as written: {written}" in found(staged, "note")


@pytest.mark.parametrize("url", ["https://example.org/a?id=1&page=2", "https://example.org/search?q=freedom"])
def test_other_addresses_stay_as_they_are(url: str) -> None:
    assert unwrapped(url) == url


# --- What is no document, and what is a broken one ----------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "a,b,c\n1,2,3\n",
        "name;text\nAna;She said that she would come back to the town soon.\n",
        "key = 1\n# This comment is a sentence of more than eight words here.\nother = [\n1,\n2,\n]\n",
        '"""A module says in a sentence what it is for and does."""\n\nimport os\n',
        "word\n",
        "",
    ],
)
def test_what_has_no_sentences_is_no_document(release: Release, text: str) -> None:
    with pytest.raises(GraphbuildError, match="not recognised"):
        release.read(text)


def test_commas_in_a_title_make_no_table_of_a_text(release: Release) -> None:
    text = "Arrests, trials, beatings, and bans before the review\n\nThe government should release those whom it holds.\n"
    assert release.read(text).kind == "document"
    assert release.read(text + "\nMines, mills, ports, and farms went on working. The rest of the country rested.\n").loaded


@pytest.mark.parametrize("first", ["", "sep=;\n", "\n\n", ";;;\n"], ids=["header", "separator", "empty lines", "empty row"])
def test_long_sentences_in_cells_make_no_text_of_a_table(release: Release, first: str) -> None:
    rows = "State;Told;Note;Day\n" + "SVN;She said that she would come back to the town soon.;What he said then;Friday\n" * 3
    with pytest.raises(GraphbuildError, match="not recognised"):
        release.read(first + rows + "SVN;only two\n")


def test_spaces_behind_the_commas_of_a_header_make_no_text_of_a_table(release: Release) -> None:
    rows = 'SVN,"She said so. She would, as others do, come back to the town soon.",What he said to her.,Friday\n'
    with pytest.raises(GraphbuildError, match="not recognised"):
        release.read("State, Told, Note, Day\n" + rows + rows.replace(", as others do,", ""))


def test_a_table_of_a_casebook_alone_is_answered_with_the_way_to_load_it(release: Release) -> None:
    path = release.text("event,kind,title,date,state,sensitivity\nE-1,strike,Strike,2011,KAZ,S0\n", "events.csv")
    with pytest.raises(GraphbuildError) as error:
        read_source(path)
    assert (
        str(error.value)
        == f"{path}: is one table of a casebook; put it into a folder that `graphbuild new` makes, and load the folder"
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 2 is not whole JSON (character 2: "),
        ("[" * 100_000, "line 2 is n"),
        ('{"id": "2", "text": "x \\ud83d y"}', "line 2 holds half of a character, \\ud83d; write the character whole"),
        ("[1]", "line 2 holds no text"),
        ('{"publisher": "x"}', "line 2 holds no text"),
        ('{"publisher": "x", "text": 5}', "line 2 holds no text"),
        ('{"id": "1", "text": "x"}', "line 2: the id '1' stands in line 1 already"),
        ('{"id": "../x", "text": "x"}', "line 2: the id '../x' cannot be used"),
    ],
)
def test_a_broken_collection_is_one_sentence(release: Release, line: str, words: str) -> None:
    path = release.lines({})
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(GraphbuildError) as error:
        read_source(path)
    assert words in str(error.value)


@pytest.mark.parametrize(("text", "encoding"), [("Статья первая запрещает. ", "cp1251"), ("COTE: CÔTE D'IVOIRE. ", "cp1252")])
@pytest.mark.parametrize("name", ["release.txt", "releases.jsonl", "x.toml"])
def test_a_text_that_is_not_utf_8_is_refused_and_never_guessed(
    release: Release, text: str, encoding: str, name: str
) -> None:
    written = json.dumps({"publisher": "x", "text": text * 20}, ensure_ascii=False) if name[-1] == "l" else text * 20
    path = release.text(f"[table]\n# {text}" if name == "x.toml" else written, name, encoding)
    with pytest.raises(GraphbuildError, match=rf"{name}: byte \d+ is not UTF-8; save the file as UTF-8"):
        read_source(path, "table" if name == "x.toml" else "document")


@pytest.mark.parametrize(("name", "content"), [("x.pdf", b"%PDF-1.4 cut"), ("x.docx", b"PK\x03\x04cut")])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GraphbuildError, match=name):
        read_source(tmp_path / name)


def test_markup_and_marks_of_direction_in_a_text_change_nothing_else(release: Release) -> None:
    staged = release.read(
        f"A <b>bold</b>\u202e\u200b word. {BODY}\n\n'; DROP TABLE x; -- is a paragraph of this text too."
    )
    assert staged.problems == []
    assert not [t for t in staged.triples if "DROP" in "".join(t)]


def test_texts_pass_the_gate_and_nothing_of_them_is_published(release: Release, tmp_path: Path) -> None:
    path = release.lines(
        {"title": "Free Ana Example", "date_published_raw": "Feb 1, 2010"}, {"url": "https://example.org/2020/03/12/x"}
    )
    text = release.text(f"GENEVA, 12 March 2020 - {BODY}")
    assert kind_of(path) == kind_of(text) == "document"
    assert [p for p in [*validate([path]), *validate([text])] if p.severity == "violation"] == []
    store = OxigraphStore(tmp_path / "graph")
    assert not load(store, [path, text]).refused
    published = " ".join(map(str, quads(store, "public")))
    assert "Ana Example" not in published
    assert "/passage/document-" not in published
