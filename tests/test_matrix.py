"""Thematic lists of the UN human rights office: known totals of a real one, and made-up ones for what can be odd."""

from __future__ import annotations

import csv
import json
import zipfile
from collections import Counter
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import xlsxwriter

from graphbuild.build import load, validate
from graphbuild.errors import GraphbuildError
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import find_question
from graphbuild.read import kind_of, read_source
from graphbuild.staged import Staged
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import ID, UPR

Things = dict[str, dict[str, set[str]]]


def things(staged: Staged, kind: str) -> Things:
    """What is said of each thing of a kind: values by property, without namespaces, language and quotation marks."""
    found: Things = {}
    for subject, property_, value in staged.triples:
        if subject.startswith(f"<{ID}{kind}/"):
            name = subject.removeprefix(f"<{ID}{kind}/").removesuffix(">").removeprefix(f"{staged.source}/")
            cell = value[1:-1].removeprefix(ID) if value.startswith("<") else value.rpartition('"')[0][1:]
            found.setdefault(name, {}).setdefault(property_.strip("<>").removeprefix(UPR), set()).add(cell)
    return found


# --- A real list, counted by others ------------------------------------------------------


@pytest.fixture(scope="module")
def slovenia(shared: Path) -> Path:
    return shared / "samples" / "slovenia" / "UPR34_Slovenia_Thematic_list_of_Recommendations.docx"


@pytest.fixture(scope="module")
def sample(slovenia: Path) -> Staged:
    return read_source(slovenia)


@pytest.fixture(scope="module")
def known(shared: Path) -> dict[str, dict[str, int]]:
    totals = json.loads((shared / "samples" / "known-totals.json").read_text(encoding="utf-8"))
    return dict(totals["slovenia_c3"])


def by_number(staged: Staged, property_: str) -> dict[str, set[str]]:
    """The values of a property by number, those of several wordings together."""
    found: dict[str, set[str]] = {}
    for said in things(staged, "record").values():
        (number,) = said["paragraph"]
        found.setdefault(number, set()).update(said.get(property_, ()))
    return found


def test_the_sample_is_known_by_its_content_and_named_by_its_review(slovenia: Path, sample: Staged) -> None:
    assert kind_of(slovenia) == "matrix"
    assert (sample.source, sample.problems, sample.left_out, sample.remarks) == ("matrix-svn-3", [], [], [])
    assert things(sample, "review")["SVN/3"]["inSession"] == {"session/34"}


def test_every_recommendation_of_the_sample_is_read(sample: Staged, known: dict[str, int]) -> None:
    assert sample.read == sample.loaded == known["rows"] == len(by_number(sample, "position"))


def test_numbers_positions_and_states_of_the_sample_are_the_known_ones(shared: Path, sample: Staged) -> None:
    with (shared / "samples" / "slovenia" / "c3-known-recommendations.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["number"]: row for row in csv.DictReader(file)}
    assert by_number(sample, "recordedAs") == {n: {row["position"]} for n, row in rows.items()}
    words = {"Supported": "position/accepted", "Noted": "position/noted"}
    assert by_number(sample, "position") == {n: {words[row["position"]]} for n, row in rows.items()}
    states = {n: {f"state/{code}" for code in row["recommending_iso3"].split()} for n, row in rows.items()}
    assert by_number(sample, "recommendedBy") == states
    assert by_number(sample, "heading") == {n: {row["theme"].removeprefix("Theme: ")} for n, row in rows.items()}


def test_the_totals_of_the_sample_are_the_known_ones(sample: Staged, known: dict[str, dict[str, int]]) -> None:
    positions = Counter(p for said in by_number(sample, "recordedAs").values() for p in said)
    assert positions == known["positions"]
    headings = Counter(h for said in by_number(sample, "heading").values() for h in said)
    assert {f"Theme: {heading}": count for heading, count in headings.items()} == known["theme_counts"]
    assert len(headings) == known["themes"]


def test_the_states_of_the_sample_are_the_known_ones(sample: Staged, known: dict[str, object]) -> None:
    pairs = Counter[str]()
    states = Counter[str]()
    for said in things(sample, "record").values():
        states.update(code.removeprefix("state/") for code in said["recommendedBy"])
        pairs[next(iter(said["recordedAs"]))] += len(said["recommendedBy"])
    assert (pairs, pairs.total(), len(states)) == (
        known["pairs_by_position"],
        known["state_pairs"],
        known["distinct_states"],
    )
    assert all(states[code] == count for code, count in known["top_states"])


def test_themes_goals_persons_and_the_place_of_the_position_are_told(sample: Staged) -> None:
    (said,) = (r for name, r in things(sample, "record").items() if name == "SVN/3/122.20")
    assert said["theme"] == {
        "Constitutional & legislative framework",
        "Administration of justice & fair trial",
        "Right to health",
    }
    assert said["goal"] == {"3", "16"}
    assert said["place"] == {"A/HRC/43/15/Add.1 - Para.4"}
    (first,) = (r for name, r in things(sample, "record").items() if name == "SVN/3/121.1")
    assert first["affected"] == {"Disappeared persons"}


def test_an_item_with_two_wordings_gives_two_parts(sample: Staged) -> None:
    parts = {name: said["recommendedBy"] for name, said in things(sample, "record").items() if "/121.2/" in name}
    assert parts == {"SVN/3/121.2/a": {"state/UKR"}, "SVN/3/121.2/b": {"state/SVK"}}


def test_the_sample_passes_the_gate_and_answers_questions(
    slovenia: Path, known: dict[str, int], tmp_path: Path
) -> None:
    store = OxigraphStore(tmp_path / "graph")
    assert load(store, [slovenia]).problems == []
    rows = ask(store, find_question("recommendations"), {"state": "SVN"}).rows
    assert len(rows) == known["state_pairs"]
    (review,) = ask(store, find_question("reviews"), {"state": "SVN"}).rows
    assert review[-4:] == ["223", "185", "38", "0"]


# --- Made-up lists -----------------------------------------------------------------------

HEADER = ["Recommendation", "Position", "Full list of themes", "Assessment/comments on level of implementation"]
CELL = "121.1 Protect the press (Norway);\nSource of Position: A/HRC/43/15 - Para 121"
ROW = [CELL, "Supported", "- Freedom of the press\nSDGs:\n- 16.10 - Access\nAffected persons:\n- Journalists", ""]
TITLE = "UPR of Slovenia (3rd Cycle - 34th Session)  Thematic list of recommendations"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

Rows = list[list[str]]


def cell_xml(text: str) -> str:
    """A cell; what begins with < is XML already."""
    lines = [x if x.startswith("<") else f"<w:r><w:t>{escape(x)}</w:t></w:r>" for x in text.split("\n")]
    return "<w:tc>" + "".join(f"<w:p>{line}</w:p>" for line in lines) + "</w:tc>"


def table_xml(rows: Rows) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(map(cell_xml, row))}</w:tr>" for row in rows) + "</w:tbl>"


def docx(path: Path, body: str, title: str = TITLE) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/header1.xml", f"<w:hdr {W}><w:p><w:r><w:t>{title}</w:t></w:r></w:p></w:hdr>")
    return path


def xlsx(path: Path, rows: Rows) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("List")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "list.docx"


def read(file: Path, *rows: list[str], header: list[str] = HEADER, title: str = TITLE) -> Staged:
    return read_source(docx(file, table_xml([header, ["Theme: The press"], *rows]), title))


def record(staged: Staged) -> dict[str, set[str]]:
    assert staged.problems == []
    (said,) = things(staged, "record").values()
    return said


def test_a_made_up_list_is_read_as_the_real_one(file: Path) -> None:
    staged = read(file, ROW)
    said = record(staged)
    assert (staged.read, staged.loaded) == (1, 1)
    assert said["text"] == {"Protect the press"}
    assert (said["heading"], said["theme"]) == ({"The press"}, {"Freedom of the press"})
    assert (said["goal"], said["affected"]) == ({"16.10"}, {"Journalists"})
    assert (said["row"], said["saidIn"]) == ({"list.docx:3"}, {"document/matrix-svn-3"})
    assert things(staged, "document")["matrix-svn-3"]["kind"] == {"document-kind/thematic-list"}
    assert validate([file]) == []


@pytest.mark.parametrize(
    ("words", "position"),
    [("Supported", "accepted"), ("noted", "noted"), ("Supported/Noted", "partly"), ("Supported / Noted", "partly")],
)
def test_the_position_is_known_and_kept_as_written(file: Path, words: str, position: str) -> None:
    said = record(read(file, [CELL, words, *ROW[2:]]))
    assert (said["position"], said["recordedAs"]) == ({f"position/{position}"}, {words})
    assert said["stage"] == {"stage/final"}


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("Source of position: A/HRC/28/15/Add.1, para. 3 - Para. 3", {"A/HRC/28/15/Add.1, para. 3 - Para. 3"}),
        ("Source of Position : A/HRC/59/15/Add.1 - Para.3vv", {"A/HRC/59/15/Add.1 - Para.3vv"}),
        ("", None),
    ],
)
def test_the_source_of_the_position_is_kept_as_written(file: Path, line: str, place: set[str] | None) -> None:
    said = record(read(file, [f"121.1 Protect the press (Norway);\n{line}", *ROW[1:]]))
    assert said.get("place") == place
    assert said["text"] == {"Protect the press"}


def test_comments_become_a_note(file: Path) -> None:
    said = record(read(file, ["121.1 Protect (Norway);\nComments: Sent in a letter", *ROW[1:3], "Begun in 2020"]))
    assert (said["note"], said["text"]) == ({"Sent in a letter Begun in 2020"}, {"Protect"})


def test_entities_are_the_characters_they_mean(file: Path) -> None:
    said = record(read(file, ["121.1 Sign &amp; ratify (Norway)", "Noted", "- Name &amp; identity"]))
    assert (said["text"], said["theme"]) == ({"Sign & ratify"}, {"Name & identity"})


def test_the_columns_of_the_newer_lists_are_known(file: Path) -> None:
    header = [
        "Recommendation and recommending State",
        "Position of the State under review",
        "Human rights themes and groups of persons",
        "Relevant SDGs",
    ]
    themes = "- The press\nAffected persons:\n- Journalists"
    said = record(read(file, [CELL, "Noted", themes, "- 16 - PEACE\n- 5.c - Policies"], header=header))
    assert (said["theme"], said["affected"], said["goal"]) == ({"The press"}, {"Journalists"}, {"16", "5.c"})


def test_states_may_have_a_column_of_their_own(file: Path) -> None:
    header = ["Recommendation", "Recommending state/s", "Position", "Full list of rights/affected persons"]
    rows = [["Right or area: 2.1. Treaties"], ["121.1 Sign it", "Chile\nTimor-Leste", "Noted", "2.1. Treaties"]]
    said = record(read(file, *rows, header=header))
    assert said["recommendedBy"] == {"state/CHL", "state/TLS"}
    assert said["heading"] == {"2.1. Treaties"}


def test_all_visible_text_of_a_cell_counts_and_no_other(file: Path) -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    text = (
        run.format("121.1 A")
        + f"<w:ins>{run.format('B')}</w:ins><w:sdt><w:sdtContent>{run.format('C')}</w:sdtContent></w:sdt>"
        + f"<w:hyperlink>{run.format('D')}</w:hyperlink><w:fldSimple>{run.format('E')}</w:fldSimple>"
        + "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        + f"<w:moveFrom>{run.format('moved')}</w:moveFrom>"
        + "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        + run.format(" (Norway)")
    )
    assert record(read(file, [text, "Noted", "- The press"]))["text"] == {"ABCDE"}


def test_rows_in_content_controls_count_and_deleted_rows_do_not(file: Path) -> None:
    cells = "".join(map(cell_xml, [CELL, "Noted", "- The press", ""]))
    gone = "".join(map(cell_xml, [CELL.replace("121.1", "121.2"), "Noted", "- The press", ""]))
    row = f"<w:sdt><w:sdtContent><w:tr>{cells}</w:tr></w:sdtContent></w:sdt>"
    row += f"<w:tr><w:trPr><w:del/></w:trPr>{gone}</w:tr>"
    body = table_xml([HEADER]).replace("</w:tbl>", row + "</w:tbl>")
    assert record(read_source(docx(file, body)))["paragraph"] == {"121.1"}


def test_a_list_may_be_broken_into_tables_and_other_tables_are_named(file: Path) -> None:
    second = ["121.2 Protect all (Chile)", *ROW[1:]]
    body = table_xml([["Legend"]]) + table_xml([HEADER, ROW]) + table_xml([HEADER, second])
    staged = read_source(docx(file, body))
    assert (staged.read, staged.loaded) == (2, 2)
    assert staged.remarks == ["not read: 1 other table of the document"]


def test_a_workbook_with_the_same_columns_is_the_same(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "list.xlsx", [[TITLE], [], HEADER, ["Theme: The press"], ROW])
    staged = read_source(path)
    assert (staged.source, kind_of(path)) == ("matrix-svn-3", "matrix")
    said = record(staged)
    assert (said["heading"], said["row"]) == ({"The press"}, {"list.xlsx:5"})
    assert (said["goal"], said["affected"]) == ({"16.10"}, {"Journalists"})


def test_the_name_of_the_file_says_the_review_where_the_file_does_not(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "UPR34_Bosnia_and_Herzegovina_Thematic_list.xlsx", [HEADER, ROW])
    staged = read_source(path)
    assert staged.source == "matrix-bih-3"
    assert staged.remarks == ["state and session are taken from the name of the file"]


# --- What is wrong with a list -----------------------------------------------------------

BAD = [
    (["Protect the press (Norway)", *ROW[1:]], "does not begin with a number such as 121.1; write it before the text"),
    ([CELL, "Perhaps", *ROW[2:]], "is not a position we know; use Supported, Noted or Supported/Noted"),
    (["121.1 Protect (Norway, Atlantis)", *ROW[1:]], "is not a state we know; add the spelling to other_names"),
    ([*ROW[:2], "- A\nColours:\n- B", ""], "is not a heading we know within a cell; headings are: themes, sdgs"),
    ([*ROW[:2], "SDGs:\n- PEACE", ""], "does not begin with the number of a goal; write it as 16 or 16.3"),
    (["Protect " + 60 * "the press "], "does not begin with a number such as 121.1; write it before the text"),
    ([*ROW, "more"], "the row has more cells than the header; split or merge its cells"),
]


@pytest.mark.parametrize(("row", "words"), BAD, ids=[words[:40] for _, words in BAD])
def test_a_bad_row_is_named_with_its_number_and_a_remedy(file: Path, row: list[str], words: str) -> None:
    staged = read(file, row, ["121.2 Protect all (Chile)", *ROW[1:]])
    (problem,) = staged.problems
    assert str(problem).startswith("list.docx, row 3") and words in str(problem)
    assert (staged.read, staged.loaded) == (2, 1)


def test_a_number_that_stands_there_twice_is_a_problem(file: Path) -> None:
    (problem,) = read(file, ROW, ROW).problems
    assert str(problem).endswith("'121.1': the number stands there twice; correct one of the two")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (
            ["Recommendation", "Answer", *HEADER[2:]],
            "row 1, column Answer: the column is not known; columns begin with",
        ),
        (["Recommendation", *HEADER[2:]], "row 1, column Position: the column is missing; add it"),
        ([*HEADER[:3], "Position"], "row 1, column position: two columns hold this; remove one"),
    ],
)
def test_a_renamed_or_missing_column_is_named(file: Path, header: list[str], words: str) -> None:
    (problem,) = read(file, ROW[: len(header)], header=header).problems
    assert words in str(problem)


def test_a_list_of_no_known_review_is_refused(file: Path) -> None:
    (problem,) = read(file, ROW, title="Thematic list").problems
    assert str(problem) == (
        "list.docx: does not say which review it is of; "
        "name the file by session and state, such as UPR34_Slovenia, or put the title above the table"
    )


def test_a_title_whose_cycle_is_not_that_of_its_session_is_not_believed(file: Path) -> None:
    (problem,) = read(file, ROW, title=TITLE.replace("3rd", "2nd")).problems
    assert "does not say which review it is of" in str(problem)


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 60_000_000)


def entities(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a/>')


def broken(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w:document>")


def deep(path: Path) -> None:
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    runs = "<w:ins>" * 3000 + "<w:r><w:t>x</w:t></w:r>" + "</w:ins>" * 3000
    with zipfile.ZipFile(path, "w") as archive:
        body = f"<w:body><w:tbl><w:tr><w:tc><w:p>{runs}</w:p></w:tc></w:tr></w:tbl></w:body>"
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{namespace}">{body}</w:document>')


def late(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", f"<!--{'x' * 5000}--><!DOCTYPE a [<!ENTITY b 'c'>]><a/>")


def page(path: Path) -> None:
    path.write_text("<html><body><table><tr><td>Recommendation</td></tr></table></body></html>", encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (bomb, "would unpack to 60,000,000 bytes in 1 parts, far more than a document needs; save it anew"),
        (entities, "word/document.xml inside it holds a DOCTYPE; save it anew with an office program"),
        (broken, "the file is damaged (unbound prefix: line 1, column 0); download it again"),
        (deep, "the XML nests more than 500 elements in each other; no document needs so many"),
        (late, "the XML holds a DOCTYPE; take it out"),
        (page, "not recognised; it is an HTML page"),
    ],
)
def test_a_file_that_is_not_what_it_claims_is_refused_in_one_sentence(file: Path, make: object, words: str) -> None:
    make(file)
    with pytest.raises(GraphbuildError) as refused:
        read_source(file)
    assert words in str(refused.value) and "\n" not in str(refused.value)
