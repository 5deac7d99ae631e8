"""UPR Info's export: known totals on real files, and made-up files for everything that can be odd in one."""

from __future__ import annotations

import csv
import io
import json
import re
import struct
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from graphbuild import resources, vocabulary
from graphbuild.build import validate
from graphbuild.errors import GraphbuildError
from graphbuild.files.csvfiles import parse_csv
from graphbuild.files.intake import InputError
from graphbuild.read import read_source
from graphbuild.sources.uprinfo import HEADERS
from graphbuild.staged import Staged
from graphbuild.terms import ID, UPR

ISSUES = resources.SCHEMES / "issues.ttl"

ROW = {
    "To": "Kazakhstan", "To-Rgrp": "Asia", "To-Org": "OIC", "Text": "Protect journalists", "From": "Norway",
    "From-Rgrp": "WEOG", "From-Org": "", "Response": "Accepted", "Action": "4",
    "Issue": "Freedom of the press,Freedom of opinion and expression", "Session": "20",
}
PLEDGE = ROW | {"From": "Kazakhstan", "Response": "Voluntary Pledge"}


class Export:
    """A made-up export; it is written as UPR Info writes one if nothing else is said."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(
        self, *rows: dict[str, str], header: int = 0, encoding: str = "mac_roman", end: str = "\r", separator: str = ","
    ) -> Path:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator=end, delimiter=separator)
        writer.writerows([HEADERS[header], *((ROW | row).values() for row in rows)])
        self.path.write_bytes(text.getvalue().encode(encoding))
        return self.path

    def read(self, *rows: dict[str, str]) -> Staged:
        return read_source(self.write(*rows))


@pytest.fixture
def export(tmp_path: Path) -> Export:
    return Export(tmp_path / "Sessions 20.csv")


def found(staged: Staged, property_: str) -> Counter[str]:
    """How often each value of a property is said, without namespaces, language and quotation marks."""
    said = [t[2] for t in staged.triples if t[1] == f"<{UPR}{property_}>"]
    return Counter(v.removesuffix("@en").strip('<>"').removeprefix(ID) for v in said)


def things(staged: Staged, class_: str) -> set[str]:
    return {t[0] for t in staged.triples if t[2] == f"<{UPR}{class_}>"}


# --- Real files, with totals that were counted by others -----------------------------

SAMPLES = ["sessions-01-02-04-05", "sessions-06-07", "sessions-12-13", "session-19"]
#: Texts that differ from another one to the same state in spacing alone: they are one recommendation.
SPACED = {"sessions-01-02-04-05": 1, "sessions-06-07": 1}
#: Pledges of the sample that stand there twice.
TWICE = 2


@pytest.fixture(scope="module")
def samples(shared: Path) -> dict[str, Staged]:
    return {p.stem: read_source(p) for p in (shared / "samples" / "uprinfo").glob("*.csv")}


@pytest.fixture(scope="module")
def totals(shared: Path) -> dict[str, dict[str, int]]:
    known = json.loads((shared / "samples" / "known-totals.json").read_text(encoding="utf-8"))
    return {name: known["uprinfo_dev_" + name.partition("-")[2]] for name in SAMPLES}


Known = dict[str, dict[str, int]]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_row_of_a_sample_is_read(samples: dict[str, Staged], totals: Known, name: str) -> None:
    staged, known = samples[name], totals[name]
    assert staged.problems == []
    assert staged.read == staged.loaded == known["rows"] == len(things(staged, "Record"))


@pytest.mark.parametrize("name", SAMPLES)
def test_the_answers_of_a_sample_are_the_known_ones(samples: dict[str, Staged], totals: Known, name: str) -> None:
    known = totals[name]
    positions = {"position/accepted": known["accepted"], "position/noted": known["noted"]}
    assert found(samples[name], "position") == positions
    assert found(samples[name], "recordedAs") == {"Accepted": known["accepted"], "Noted": known["noted"]}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_states_of_a_sample_are_the_known_ones(samples: dict[str, Staged], totals: Known, name: str) -> None:
    staged, known = samples[name], totals[name]
    unknown = found(staged, "recommenderAsWritten")["(Unknown)"]
    assert unknown == known["from_unknown"]
    assert len(found(staged, "reviewOf")) == known["states_under_review"]
    assert len(found(staged, "recommendedBy")) + bool(unknown) == known["recommending_states"]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_busiest_recommenders_of_a_sample_are_the_known_ones(
    samples: dict[str, Staged], totals: Known, name: str
) -> None:
    written = found(samples[name], "recommenderAsWritten")
    assert {state: written[state] for state, _ in totals[name]["top_recommending"]} == dict(
        totals[name]["top_recommending"]
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_the_issues_and_actions_of_a_sample_are_the_known_ones(
    samples: dict[str, Staged], totals: Known, name: str
) -> None:
    staged, known = samples[name], totals[name]
    assert found(staged, "issue").total() == known["issue_mentions"]
    assert len(found(staged, "issue")) == known["distinct_issues"]
    assert found(staged, "action") == {f"action/{n}": count for n, count in known["actions"].items()}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_recommendations_of_a_sample_are_its_texts(samples: dict[str, Staged], totals: Known, name: str) -> None:
    recommendations = found(samples[name], "recordOf")
    assert len(recommendations) == totals[name]["distinct_recommendation_texts"] - SPACED.get(name, 0)
    shared_texts = sum(count > 1 for count in recommendations.values())
    assert shared_texts == totals[name]["texts_with_several_recommending_states"] + SPACED.get(name, 0)


def test_the_pledges_of_the_sample_are_pledges_and_not_recommendations(samples: dict[str, Staged]) -> None:
    staged = samples["voluntary"]
    assert staged.problems == []
    assert staged.read == staged.loaded == len(found(staged, "row")) == 947
    assert len(things(staged, "VoluntaryPledge")) == 947 - TWICE
    assert not things(staged, "Record")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("sessions-06-07", "Guaraní"),
        ("sessions-12-13", "Síochána"),
        ("session-19", "Côte d'Ivoire"),
        ("sessions-01-02-04-05", "Hissène"),
    ],
)
def test_accented_letters_are_read_right(samples: dict[str, Staged], name: str, word: str) -> None:
    assert any(word in text for text in found(samples[name], "text"))


@pytest.mark.parametrize("name", [*SAMPLES, "voluntary"])
def test_a_sample_saved_as_windows_1252_is_refused(shared: Path, tmp_path: Path, name: str) -> None:
    text = (shared / "samples" / "uprinfo" / f"{name}.csv").read_bytes().decode("mac_roman")
    (tmp_path / "saved.csv").write_bytes(text.encode("cp1252"))
    with pytest.raises(InputError, match=r"saved.csv: byte \d+ is neither UTF-8 nor the Mac Roman of the old exports"):
        read_source(tmp_path / "saved.csv")


@pytest.mark.parametrize("name", [*SAMPLES, "voluntary"])
def test_a_sample_saved_as_utf_8_says_the_same(
    shared: Path, tmp_path: Path, samples: dict[str, Staged], name: str
) -> None:
    text = (shared / "samples" / "uprinfo" / f"{name}.csv").read_bytes().decode("mac_roman")
    (tmp_path / f"{name}.csv").write_bytes(text.replace("\r", "\r\n").encode("utf-8-sig"))
    differ = samples[name].triples ^ read_source(tmp_path / f"{name}.csv").triples
    assert {t[1] for t in differ} == {f"<{UPR}sha256>"}


# --- Ways in which a file may be written -------------------------------------------


@pytest.mark.parametrize("header", [0, 1])
@pytest.mark.parametrize("encoding", ["mac_roman", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize(("end", "separator"), [("\r", ","), ("\n", ","), ("\r\n", ";"), ("\r\n", "\t")])
def test_every_way_to_save_an_export_says_the_same(
    export: Export, header: int, encoding: str, end: str, separator: str
) -> None:
    row = {"Text": "Protect the Guaraní; and others", "From": "Côte d'Ivoire"}
    staged = read_source(export.write(row, header=header, encoding=encoding, end=end, separator=separator))
    assert staged.problems == []
    assert found(staged, "text") == {"Protect the Guaraní; and others": 1}
    assert found(staged, "recommendedBy") == {"state/CIV": 1}


@pytest.mark.parametrize("text", ["Protect the Guaraní", "Mettre fin à la détention", "Protéger Côte", "Fin à Réunion"])
def test_windows_1252_is_refused_and_not_misread(export: Export, text: str) -> None:
    with pytest.raises(InputError, match="is neither UTF-8 nor the Mac Roman .*; save the file as UTF-8"):
        read_source(export.write({"Text": text}, encoding="cp1252"))


@pytest.mark.parametrize(("first", "last"), [("sep=,\r", ""), ("\r\r", ""), ("", ",,")], ids=["separator", "lines", "columns"])
def test_what_a_spreadsheet_adds_around_an_export_is_no_part_of_it(export: Export, first: str, last: str) -> None:
    export.write({})
    rows = export.path.read_bytes().decode("mac_roman").replace("\r", last + "\r")
    export.path.write_bytes((first + rows).encode("mac_roman"))
    staged = read_source(export.path)
    assert (staged.problems, staged.kind, staged.loaded) == ([], "UPR Info export", 1)


def test_an_export_without_rows_is_said_to_have_none(export: Export) -> None:
    export.write()
    assert "no rows; 0 states under review, 0 recommending states" in read_source(export.path).remarks


def test_utf_16_is_not_taken_for_an_export(export: Export) -> None:
    with pytest.raises(GraphbuildError, match="not recognised; it is a text in UTF-16; save it as UTF-8"):
        read_source(export.write({}, encoding="utf-16"))


def test_another_table_is_not_taken_for_an_export(export: Export) -> None:
    export.path.write_text("To,From,Text\rKazakhstan,Norway,Protect\r", encoding="ascii")
    with pytest.raises(GraphbuildError, match=r"Sessions 20.csv: not recognised; `graphbuild kinds` lists"):
        read_source(export.path)


@pytest.mark.parametrize(("old", "new", "sentences"), [
    ("To,To-Rgrp", "State,To-Rgrp", ["column State: the column is not known; rename it back", "column To: the column is missing"]),
    (",Session", "", ["column Session: the column is missing; download the export again"]),
    ("To,To-Rgrp", "To-Rgrp,To", ["the columns stand in another order"]),
])
def test_a_changed_column_is_one_clear_sentence(export: Export, old: str, new: str, sentences: list[str]) -> None:
    export.write({})
    export.path.write_bytes(export.path.read_bytes().replace(old.encode(), new.encode(), 1))
    staged = read_source(export.path)
    assert (staged.kind, staged.loaded) == ("UPR Info export", 0)
    assert all(sentence in str(problem) for sentence, problem in zip(sentences, staged.problems, strict=True))


def test_the_source_is_called_after_the_file(export: Export) -> None:
    staged = export.read({})
    assert (staged.source, staged.kind) == ("uprinfo-sessions-20", "UPR Info export")


# --- Workbooks, as the database gives them -----------------------------------------

SHEET = "UPR Info database export"
NUMBERS = ("Action", "Session")


def cells_of(rows: Iterable[dict[str, str]]) -> list[list[str | float]]:
    """Rows as the database writes them into a sheet: with the other header, and numbers as floats."""
    table = [[float(v) if k in NUMBERS and v else v for k, v in row.items()] for row in rows]
    return [list(HEADERS[1]), *table]


def write_xlsx(path: Path, rows: Iterable[dict[str, str]], sheets: tuple[str, ...] = (SHEET,)) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(cells_of(rows) if name == SHEET else []):
                sheet.write_row(number, 0, cells)
    return path


def write_xls(path: Path, rows: Iterable[dict[str, str]]) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet(SHEET)
    for row, cells in enumerate(cells_of(rows)):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    book.save(str(path))
    return path


def without_place(staged: Staged) -> set[tuple[str, ...]]:
    """What is said, but for the SHA-256 of the file and the ending of its name."""
    return {(s, p, re.sub(r"\.(csv|xlsx?):", ":", o)) for s, p, o in staged.triples if not p.endswith("#sha256>")}


ODD = [{}, PLEDGE, {"From": "Côte d'Ivoire", "Text": "Protect women &amp; men ", "Action": ""}, {"Response": "Noted"}]


@pytest.mark.parametrize("write", [write_xlsx, write_xls])
def test_a_workbook_says_the_same_as_the_csv_file(export: Export, write: Callable[..., Path]) -> None:
    rows = [ROW | row for row in ODD]
    staged = read_source(write(export.path.with_suffix(f".{write.__name__[6:]}"), rows))
    assert (staged.problems, staged.read, staged.loaded) == ([], 4, 4)
    assert without_place(staged) == without_place(export.read(*ODD))


@pytest.mark.parametrize(("name", "write"), [("sessions-12-13", write_xls), ("voluntary", write_xlsx)])
def test_a_sample_saved_as_a_workbook_says_the_same(
    shared: Path, tmp_path: Path, samples: dict[str, Staged], name: str, write: Callable[..., Path]
) -> None:
    table = parse_csv((shared / "samples" / "uprinfo" / f"{name}.csv").read_bytes().decode("mac_roman"), name, "")
    staged = read_source(write(tmp_path / f"{name}.{write.__name__[6:]}", [row.cells for row in table.rows]))
    assert without_place(staged) == without_place(samples[name])
    assert staged.remarks == samples[name].remarks


def test_the_sheet_is_known_by_its_header_wherever_it_stands(tmp_path: Path) -> None:
    staged = read_source(write_xlsx(tmp_path / "a.xlsx", [ROW], ("Search", SHEET)))
    assert (staged.loaded, found(staged, "row")) == (1, {"a.xlsx:2": 1})


def test_a_problem_in_a_workbook_has_the_row_of_the_sheet(tmp_path: Path) -> None:
    (problem,) = read_source(write_xlsx(tmp_path / "a.xlsx", [ROW, ROW | {"Response": "Rejected"}])).problems
    assert str(problem).startswith("a.xlsx, row 3, column Response: 'Rejected': is not a response we know")


def test_another_workbook_is_not_taken_for_an_export(tmp_path: Path) -> None:
    with pytest.raises(GraphbuildError, match="a.xlsx: not recognised"):
        read_source(write_xlsx(tmp_path / "a.xlsx", [ROW], ("Search",)))


def first_entry(content: bytes) -> int:
    """Where the directory of an OLE container begins."""
    return 512 * (1 + int.from_bytes(content[0x30:0x34], "little"))


def test_the_broken_containers_that_the_database_writes_are_read(tmp_path: Path) -> None:
    """Its small streams claim sectors of the workbook; xlrd calls that a corruption, and the cells are whole."""
    content = bytearray(write_xls(tmp_path / "a.xls", [ROW] * 50).read_bytes())
    entry = first_entry(content)
    content[entry + 0x74 : entry + 0x7C] = struct.pack("<II", 2, 4096)
    (tmp_path / "a.xls").write_bytes(content)
    assert read_source(tmp_path / "a.xls").loaded == 50


@pytest.mark.parametrize("session", ["49", "52", "54"])
def test_rows_of_every_session_of_the_fourth_cycle_load(tmp_path: Path, session: str) -> None:
    """An export of today holds sessions since 48, and one row that is not known would keep all of it out."""
    staged = read_source(write_xlsx(tmp_path / "a.xlsx", [ROW | {"Session": session}]))
    assert (staged.loaded, staged.problems) == (1, [])


# --- What is wrong with a row ---------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("To", "Absurdistan", f"is not a state we know; {vocabulary.add_spelling('')}"),
        ("From", "Absurdistan", f"is not a state we know; {vocabulary.add_spelling('')}"),
        ("From", "Kazahkstan", f"is not a state we know; {vocabulary.add_spelling('Kazahkstan')}"),
        ("From", "", "is not a state we know"),
        ("Text", "", "the cell is empty; write the text of the recommendation"),
        ("Response", "Rejected", "is not a response we know; use Accepted, Noted, Voluntary Pledge"),
        ("Response", "", "is not a response we know"),
        ("Response", "accepted", "is not a response we know"),
        ("Issue", "Happiness", f"'Happiness' is not an issue we know; correct it, or add it to {ISSUES}"),
        ("Issue", "Detention,Happiness", "'Happiness' is not an issue we know"),
        ("Action", "6", "is not an action category; write a number from 1 to 5"),
        ("Action", "four", "is not an action category"),
        ("Session", "99", "is not a session we know; write a number from 1 to 54"),
        ("Session", "", "is not a session we know"),
        ("Session", "7th", "is not a session we know"),
    ],
)
def test_an_unknown_word_stops_and_says_where(export: Export, column: str, value: str, words: str) -> None:
    staged = export.read({}, {column: value, "From-Org": "EU"}, {})
    (problem,) = staged.problems
    assert (problem.file, problem.row, problem.column, problem.value) == ("Sessions 20.csv", 3, column, value)
    assert f"{problem.message}; {problem.remedy}".startswith(words)
    assert (staged.read, staged.loaded) == (3, 2)


def test_a_pledge_of_another_state_is_refused(export: Export) -> None:
    (problem,) = export.read(PLEDGE | {"From": "Norway"}).problems
    assert str(problem).endswith("a voluntary pledge is made by the State under review; correct one of the two states")


def test_a_row_with_a_cell_too_many_is_refused(export: Export) -> None:
    content = export.write({}).read_bytes().replace(b",20\r", b",20,extra\r")
    export.path.write_bytes(content)
    (problem,) = read_source(export.path).problems
    assert str(problem).startswith("Sessions 20.csv, row 2: has 12 cells, the header 11")


# --- What a row means -----------------------------------------------------------------


@pytest.mark.parametrize("column", ["Session", "Action"])
def test_numbers_that_a_spreadsheet_wrote_as_floats_are_numbers(export: Export, column: str) -> None:
    floats = export.read({column: ROW[column] + ".0"})
    assert floats.problems == []
    assert found(floats, "action") == {"action/4": 1}
    assert found(floats, "inSession") == {"session/20": 1}


def test_entities_are_letters(export: Export) -> None:
    staged = export.read({"Text": "Protect women &amp; men", "From": "St Vincent &amp; the Grenadines"})
    assert staged.problems == []
    assert found(staged, "text") == {"Protect women & men": 1}
    assert found(staged, "recommendedBy") == {"state/VCT": 1}


def test_an_unknown_recommender_is_kept_as_written_and_not_guessed(export: Export) -> None:
    staged = export.read({"From": "&#40;Unknown&#41;", "From-Rgrp": "&#40;Unknown&#41;"})
    assert staged.problems == []
    assert found(staged, "recommenderAsWritten") == {"(Unknown)": 1}
    assert not found(staged, "recommendedBy")


def test_several_states_with_one_text_make_one_recommendation(export: Export) -> None:
    staged = export.read({}, {"From": "Spain"}, {"From": "Chile", "Text": " Protect  journalists "})
    assert len(things(staged, "Record")) == 3
    assert len(found(staged, "recordOf")) == 1
    assert found(staged, "recommendedBy") == {"state/NOR": 1, "state/ESP": 1, "state/CHL": 1}


@pytest.mark.parametrize(
    "change", [{"To": "Norway", "From": "Spain"}, {"Session": "7"}, {"Text": "Protect journalists!"}]
)
def test_another_review_or_another_text_makes_another_recommendation(export: Export, change: dict[str, str]) -> None:
    assert len(found(export.read({}, change), "recordOf")) == 2


def test_a_voluntary_pledge_is_no_recommendation(export: Export) -> None:
    staged = export.read(PLEDGE)
    assert len(things(staged, "VoluntaryPledge")) == 1
    assert not things(staged, "Record")
    assert not found(staged, "position")


def test_a_row_that_stands_there_twice_is_said_once_and_counted(export: Export) -> None:
    staged = export.read({}, {})
    assert (staged.read, staged.loaded, len(things(staged, "Record"))) == (2, 2, 1)
    assert found(staged, "row") == {"Sessions 20.csv:2": 1, "Sessions 20.csv:3": 1}
    assert any("1 row stands there twice" in remark for remark in staged.remarks)


def test_issues_are_separated_by_commas(export: Export) -> None:
    staged = export.read({"Issue": "Detention, Women's rights,Rights of the Child"})
    assert found(staged, "issue") == {"issue/detention": 1, "issue/womens-rights": 1, "issue/rights-of-the-child": 1}


@pytest.mark.parametrize(
    ("session", "cycle"), [("1", "1"), ("12", "1"), ("13", "2"), ("26", "2"), ("27", "3"), ("41", "4")]
)
def test_the_session_tells_the_cycle(export: Export, session: str, cycle: str) -> None:
    assert found(export.read({"Session": session}), "inCycle") == {f"cycle/{cycle}": 1}


def test_the_summary_says_what_was_read_and_what_was_not_used(export: Export) -> None:
    remarks = export.read({}, {"Response": "Noted"}, {"From": "&#40;Unknown&#41;"}).remarks
    assert remarks[0] == "2 accepted, 1 noted; 1 state under review, 1 recommending state"
    assert remarks[1].startswith("columns not used: To-Rgrp, To-Org, From-Rgrp, From-Org")


def test_an_export_passes_the_gate(export: Export) -> None:
    assert validate([export.write({}, {"From": "Spain"}, {"Text": "Another", "Response": "Noted"})]) == []


def test_a_state_that_recommends_to_itself_is_refused_with_its_row(export: Export) -> None:
    problems = [
        p for p in validate([export.write({}, {"From": "Kazakhstan", "Text": "x"})]) if p.severity == "violation"
    ]
    assert [(p.file, p.row) for p in problems] == [("Sessions 20.csv", 3)]
