"""Casebooks: what is wrong is said with file, row, column, value and remedy; what is right is read whole."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Folder
from hypothesis import given
from hypothesis import strategies as st

from graphbuild import resources
from graphbuild.build import validate
from graphbuild.casebooks.mapping import Casebook, CellError, map_cell
from graphbuild.casebooks.tables import load_tables
from graphbuild.errors import GraphbuildError
from graphbuild.read import read_source
from graphbuild.staged import Staged
from graphbuild.terms import ID, UPR, iri, literal, said_graph, term

NOWHERE = Path("nowhere")


def complaints(folder: Folder) -> list[str]:
    return [str(problem) for problem in read_source(folder.path).problems]


def values(staged: Staged, table: str, property_: str) -> set[str]:
    """The values of a property of all things of a table, without namespaces and quotation marks."""
    names = [ID + load_tables()[table].iri + "/", UPR]
    found = [t for t in staged.triples if t[0].startswith("<" + names[0]) and t[1] == f"<{UPR}{property_}>"]
    return {t[2].strip("<>").removeprefix(ID).removeprefix(UPR) for t in found}


def test_the_example_casebook_has_nothing_wrong(casebook: Folder) -> None:
    staged = read_source(casebook.path)
    assert (staged.source, staged.kind, staged.problems) == ("tiny", "casebook", [])
    assert staged.read == staged.loaded == len(list(casebook.path.glob("*.csv"))) - 1


def test_the_example_casebook_passes_the_gate(casebook: Folder) -> None:
    assert validate([casebook.path]) == []


# --- One broken cell ---------------------------------------------------------------

DATE_REMEDY = "format the column as text so that a spreadsheet does not change it"


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("recommendations", "states", "Absurdistan", "is not a state we know; write its ISO 3166-1 alpha-3 code"),
        ("laws", "state", "XXX", "is not a state we know"),
        ("reviews", "date", "2010-02-30", "is not a day of the calendar"),
        ("reviews", "date", "11.10.2011", f"is not a date in EDTF; write 2011-10-11; {DATE_REMEDY}"),
        ("reviews", "date", "31/01/2012", f"is not a date in EDTF; write 2012-01-31; {DATE_REMEDY}"),
        ("reviews", "date", "Okt 2011", "is not a date in EDTF; write 2011-10; "),
        ("responses", "date", "10/11/2011", f"write 2011-10-11 or 2011-11-10, whichever is meant; {DATE_REMEDY}"),
        ("legal_events", "date", "40827", DATE_REMEDY),
        ("events", "date", "2012/2011", "ends before it begins"),
        ("events", "date", "[2012..2011]", "ends before it begins"),
        ("laws", "kind", "edict", "is not one of the list 'law-kind'; use one of amending-law, bill, code"),
        ("asks", "right", "happiness", "is not one of the list 'right'; use one of accountability, "),
        ("responses", "position", "perhaps", "is not one of the list 'position'; use one of accepted, contested"),
        ("recommendations", "action", "6", "is not one of the list 'action'; use one of 1, 2, 3, 4, 5"),
        (
            "recommendations",
            "paragraph",
            "95.7",
            "does not occur in 'KAZ/1/95.73'; if a spreadsheet changed it, format",
        ),
        ("responses", "recommendation", "KAZ/1/95.10", "is not in recommendations.csv; add a row for it there"),
        ("responses", "source", "WG2", "is not in sources.csv; add a row for it there, or correct the id"),
        ("reviews", "session", "99", "is not in sessions.csv"),
        ("claims", "about", "KAZ/9/9", "is not in any table; add a row for it there, or correct the id"),
        ("claims", "asserted_by", "NOBODY", "is not in agents.csv or states.csv"),
        ("claims", "property", "happiness", "is not a property of the ontology"),
        ("claims", "start", "-1", "is not a whole number; write digits only"),
        ("reviews", "received", "1.5", "is not a whole number; write digits only"),
        ("reviews", "received", "1,024", "is not a whole number; write digits only"),
        ("figures", "min", "10000000000", "is not a whole number"),
        ("figures", "min", "१२", "is not a whole number"),
        ("sources", "url", "www.example.org", "is not a web address; write it whole, beginning with https://"),
        ("sources", "url", "javascript:alert(1)", "is not a web address"),
        ("sources", "url", "file:///etc/hosts", "is not a web address"),
        ("sources", "url", "https://a b.org/", "is not a web address"),
        ("sources", "url", "https://[", "is not a web address"),
        ("sources", "url", "https://example.org/100%", "is not a web address"),
        ("sources", "url", "https://example.org/[a]", "is not a web address"),
        ("sources", "url", "https://example.org:port/", "is not a web address"),
        ("sources", "url", "https://a@b@c.org/", "is not a web address"),
        ("laws", "sources", "WG9 ¶5", "is not in sources.csv"),
        (
            "asks",
            "ask",
            "KAZ/1/95.74/1",
            "does not begin with 'KAZ/1/95.73' and a slash; correct it, or the column of; it is recommendation or pledge",
        ),
        ("pledges", "pledge", "pledge-1", "does not begin with 'KAZ/1' and a slash"),
        ("laws", "unconfirmed", "colour", "is not a column of laws.csv; write the name of a column of this file"),
        ("claims", "claim", "C/../1", "cannot be used as an id; write parts of letters and digits between slashes"),
        ("claims", "claim", "..", "cannot be used as an id"),
        ("claims", "claim", "/C-1", "cannot be used as an id"),
        ("claims", "claim", "C//1", "cannot be used as an id"),
        ("claims", "claim", "C" * 201, "cannot be used as an id"),
        ("claims", "claim", "C-\u200b1", "cannot be used as an id"),
        ("claims", "claim", "C-\u202e1", "cannot be used as an id"),
        ("claims", "claim", "C-\u00a01", "cannot be used as an id"),
        ("claims", "claim", "C-\x011", "cannot be used as an id"),
        ("claims", "claim", "C-\n1", "cannot be used as an id"),
        (
            "claims",
            "claim",
            "\u0421L-1",
            "has letters of another script that look like Latin ones; write 'CL-1', in Latin letters",
        ),
        (
            "claims",
            "asserted_by",
            "UN-\u041dRC",
            "is not in agents.csv or states.csv, but 'UN-HRC' is, written with other signs; copy that, or add a row",
        ),
        ("responses", "source", "wg1", "is not in sources.csv, but 'WG1' is, written with other signs; copy that"),
        ("acts", "event", "E-O1", "is not in events.csv, but 'E-01' is"),
        ("acts", "event", "E\u201301", "is not in events.csv, but 'E-01' is"),
        ("acts", "event", "E-\u200b01", "is not in events.csv, but 'E-01' is"),
        ("claims", "about", "kaz/2011/483-IV", "is not in any table, but 'KAZ/2011/483-IV' is"),
    ],
)
def test_a_broken_cell_is_refused_with_its_place(
    casebook: Folder, table: str, column: str, value: str, words: str
) -> None:
    casebook.put(table, column, value)
    (problem,) = read_source(casebook.path).problems
    assert (problem.file, problem.row, problem.column, problem.value) == (f"{table}.csv", 2, column, value)
    assert words in f"{problem.message}; {problem.remedy}"


@pytest.mark.parametrize(
    ("table", "column", "cell", "value"),
    [
        ("recommendations", "states", "NLD; Absurdistan; FRA", "Absurdistan"),
        ("recommendations", "issues", "Detention; Happiness", "Happiness"),
        ("asks", "target", "KAZ/2011/483-IV; KAZ/1", "KAZ/1"),
        ("laws", "sources", "WG1 ¶5; WG9 ¶5", "WG9 ¶5"),
        ("reviews", "troika", "BGD; CUB, MUS", "CUB, MUS"),
    ],
)
def test_of_several_values_the_wrong_one_is_named(
    casebook: Folder, table: str, column: str, cell: str, value: str
) -> None:
    casebook.put(table, column, cell)
    (problem,) = read_source(casebook.path).problems
    assert problem.value == value


@pytest.mark.parametrize(
    ("table", "column", "cell"),
    [("reviews", "troika", "BGD, CUB, MUS"), ("reviews", "troika", "BGD\nCUB"), ("laws", "sources", "WG1, WG1 ¶5"),
     ("claims", "about", "KAZ/1, KAZ/1/95.73"), ("recommendations", "issues", "Detention, Justice")],
)  # fmt: skip
def test_what_parts_several_values_is_said_where_something_else_does(
    casebook: Folder, table: str, column: str, cell: str
) -> None:
    casebook.put(table, column, cell)
    (problem,) = read_source(casebook.path).problems
    assert problem.value == cell
    assert problem.remedy.endswith("; separate several values by semicolons")


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "  "])
def test_a_space_that_does_not_break_parts_tag_and_place_as_well(casebook: Folder, space: str) -> None:
    casebook.put("laws", "sources", f"WG1{space}¶5")
    assert complaints(casebook) == []
    assert values(read_source(casebook.path), "laws", "evidence") == {"passage/tiny/WG1/%C2%B65"}


@pytest.mark.parametrize(
    ("property_", "value", "words"),
    [
        ("adopted", "11.10.2011", f"is not a date in EDTF; write 2011-10-11; {DATE_REMEDY}"),
        ("date", "October 2011", "is not a date in EDTF; write 2011-10; "),
        ("inForce", "2011-02-30", "is not a day of the calendar; write 2011-10-11, 2011-10 or 2011"),
        ("statedAccepted", "about 195", "is not a whole number, which 'statedAccepted' is; write digits only"),
        ("welcomes", "yes", "is not what 'welcomes' can be; write true or false"),
    ],
)
def test_a_claimed_value_that_the_property_never_has_is_refused(
    casebook: Folder, property_: str, value: str, words: str
) -> None:
    casebook.put("claims", "property", property_)
    casebook.put("claims", "value", value)
    (problem,) = read_source(casebook.path).problems
    assert (problem.file, problem.row, problem.column, problem.value) == ("claims.csv", 2, "value", value)
    assert words in f"{problem.message}; {problem.remedy}"


@pytest.mark.parametrize(
    ("property_", "value"), [("adopted", "[2011-10-11..2011-10-13]"), ("welcomes", "TRUE"), ("outcome", "11 to 14 years")]
)
def test_a_claimed_value_is_kept_as_it_is_written(casebook: Folder, property_: str, value: str) -> None:
    casebook.put("claims", "property", property_)
    casebook.put("claims", "value", value)
    assert complaints(casebook) == []
    assert values(read_source(casebook.path), "claims", "value") == {f'"{value}"'}


REQUIRED = [(t.name, c.name) for t in load_tables().values() for c in t.columns if c.required and t.name != "about"]
WORLD_TABLES = ("states", "sessions", "cycles")


@pytest.mark.parametrize(("table", "column"), [pair for pair in REQUIRED if pair[0] not in WORLD_TABLES])
def test_an_empty_cell_that_is_needed_is_named(casebook: Folder, table: str, column: str) -> None:
    casebook.put(table, column, " ")
    assert any(
        f"{table}.csv, row 2, column {column}: the cell is empty; write" in text for text in complaints(casebook)
    )


@pytest.mark.parametrize(("table", "column"), [pair for pair in REQUIRED if pair[0] not in WORLD_TABLES])
def test_a_column_that_is_missing_is_named(casebook: Folder, table: str, column: str) -> None:
    rows = casebook.rows(table)
    at = rows[0].index(column)
    casebook.write(table, [row[:at] + row[at + 1 :] for row in rows])
    assert any(f"{table}.csv, row 1, column {column}: the column is missing; add it" in c for c in complaints(casebook))


def test_what_is_wrong_with_a_cell_is_said_once(casebook: Folder) -> None:
    casebook.put("legal_events", "affects", "")
    (text,) = complaints(casebook)
    assert text.startswith("legal_events.csv, row 2, column affects: the cell is empty; write the law")


def test_a_missing_column_is_not_told_of_row_by_row(casebook: Folder) -> None:
    casebook.write("claims", [row[1:] for row in casebook.rows("claims")])
    (text,) = complaints(casebook)
    assert text.startswith("claims.csv, row 1, column claim: the column is missing; add it")


def test_a_source_that_is_not_there_is_no_fault_of_the_place(casebook: Folder) -> None:
    casebook.put("claims", "source", "WG2")
    (text,) = complaints(casebook)
    assert text.startswith("claims.csv, row 2, column source: 'WG2': is not in sources.csv")


def test_an_effect_of_another_provision_than_its_id_names_is_refused(casebook: Folder) -> None:
    casebook.add("provisions", provision="KAZ/2011/483-IV/other")
    casebook.put("effects", "provision", "KAZ/2011/483-IV/other")
    assert complaints(casebook) == [
        "effects.csv, row 2, column effect: 'KAZ/2011/483-IV/registration/1': does not begin with "
        "'KAZ/2011/483-IV/other' and a slash; correct it, or the column provision; it is provision / running number"
    ]


ERRORS = ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#¿NOMBRE?", "Err:502", "#ССЫЛКА!", "########"]


@pytest.mark.parametrize("value", ERRORS)
def test_what_a_spreadsheet_could_not_work_out_is_no_text(casebook: Folder, value: str) -> None:
    casebook.put("provisions", "text", value)
    assert complaints(casebook) == [
        f"provisions.csv, row 2, column text: {value!r}: is an error of the spreadsheet; write the value itself"
    ]


@pytest.mark.parametrize("text", ["#1", "# of seats", "Error", "#METOO", "#Н/Д об отказе"])
def test_what_only_begins_like_such_an_error_is_text(casebook: Folder, text: str) -> None:
    casebook.put("provisions", "text", text)
    assert complaints(casebook) == []


def test_a_column_that_is_not_known_is_refused(casebook: Folder) -> None:
    header, row = casebook.rows("laws")
    casebook.write("laws", [[*header, "colour"], [*row, "red"]])
    (text,) = complaints(casebook)
    assert text.startswith(
        "laws.csv, row 1, column colour: the column is not known; remove or rename it; the columns are"
    )


@pytest.mark.parametrize("name", ["Title", "titel", "t\u0456tle"])
def test_the_column_that_was_meant_is_named(casebook: Folder, name: str) -> None:
    header, row = casebook.rows("laws")
    casebook.write("laws", [[name if cell == "title" else cell for cell in header], row])
    assert complaints(casebook)[1].endswith("; did you mean 'title'?")


def test_a_file_that_is_no_table_is_refused(casebook: Folder) -> None:
    (casebook.path / "law.csv").write_text("law\n", encoding="utf-8")
    (text,) = complaints(casebook)
    assert text.startswith("law.csv: is not a table of a casebook; use one of about, states, sessions")


def test_a_folder_that_is_called_like_a_table_is_refused(casebook: Folder) -> None:
    (casebook.path / "notes.csv").mkdir()
    (text,) = complaints(casebook)
    assert text.startswith("notes.csv: is not a table of a casebook")


def test_files_that_are_not_csv_are_left_alone(casebook: Folder) -> None:
    (casebook.path / "laws.xlsx").write_bytes(b"PK")
    assert complaints(casebook) == []


@pytest.mark.parametrize("name", ["laws.CSV", "Laws.csv", "LAWS.CSV"])
def test_a_table_with_large_letters_is_not_passed_over(casebook: Folder, name: str) -> None:
    (casebook.path / "laws.csv").rename(casebook.path / name)
    assert any(
        text.startswith(f"{name}: is not a table of a casebook; use one of about") for text in complaints(casebook)
    )


def test_an_id_that_appears_twice_is_refused(casebook: Folder) -> None:
    casebook.add("claims")
    (text,) = complaints(casebook)
    assert text == "claims.csv, row 3, column claim: 'C-001': stands in row 2 already; give each row an id of its own"


def test_an_id_that_looks_like_another_is_refused(casebook: Folder) -> None:
    casebook.add("claims", claim="\u0421-001")
    (text,) = complaints(casebook)
    assert text == (
        "claims.csv, row 3, column claim: '\u0421-001': looks like the id of row 2, in other letters; "
        "give each row an id of its own"
    )


def test_an_id_in_letters_of_another_script_is_an_id(casebook: Folder) -> None:
    casebook.add("claims", claim="\u0421-002")
    casebook.add("claims", claim="\u0416\u0430\u043b\u043e\u0431\u0430-KZ-1")
    assert complaints(casebook) == []


def test_an_id_of_several_columns_that_appears_twice_is_refused(casebook: Folder) -> None:
    casebook.add("legal_events", date="2012")
    (text,) = complaints(casebook)
    assert text.startswith(
        "legal_events.csv, row 3, column affects + kind + n: 'KAZ/2011/483-IV/adopted/1': stands in row 2"
    )


def test_a_spreadsheet_that_turns_95_10_into_95_1_is_found_out(casebook: Folder) -> None:
    casebook.add("recommendations", recommendation="KAZ/1/95.10", paragraph="95.1")
    (text,) = complaints(casebook)
    assert text.startswith("recommendations.csv, row 3, column paragraph: '95.1': does not occur in 'KAZ/1/95.10'")


def test_every_problem_is_said_and_not_only_the_first(casebook: Folder) -> None:
    casebook.put("laws", "kind", "edict")
    casebook.put("reviews", "date", "2010-02-30")
    casebook.put("reviews", "troika", "BGD; CUBA; MUZ")
    assert [(p.file, p.column) for p in read_source(casebook.path).problems] == [
        ("reviews.csv", "date"),
        ("reviews.csv", "troika"),
        ("laws.csv", "kind"),
    ]


def test_rows_are_counted_whether_good_or_not(casebook: Folder) -> None:
    casebook.add("claims", claim="C-002", about="nothing")
    staged = read_source(casebook.path)
    assert (staged.read, staged.loaded) == (18, 17)


# --- Rules of the gate ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "column", "value", "place"),
    [
        ("responses", "date", "2009-02-16", "responses.csv, row 2, column date: "),
        ("reviews", "date", "2009-02-12", "reviews.csv, row 2, column date: "),
        ("recommendations", "states", "KAZ", "recommendations.csv, row 2, column states: "),
        ("provisions", "replaces", "KAZ/2011/483-IV/registration", "provisions.csv, row 2, column replaces: "),
        ("figures", "max", "3", "figures.csv, row 2, column min: "),
    ],
    ids=["an answer before the review", "a review outside its session", "a state that recommends to itself",
         "a provision that replaces itself", "more at least than at most"],
)
def test_what_contradicts_itself_is_refused_by_the_gate(
    casebook: Folder, table: str, column: str, value: str, place: str
) -> None:
    casebook.put(table, column, value)
    assert complaints(casebook) == []
    (problem,) = validate([casebook.path])
    assert str(problem).startswith(place)
    assert problem.severity == "violation"


def test_a_law_of_another_state_than_its_id_begins_with_is_refused(casebook: Folder) -> None:
    casebook.put("laws", "state", "NLD")
    refused = [str(problem) for problem in validate([casebook.path]) if problem.severity == "violation"]
    assert refused == [
        "laws.csv, row 2, column state: 'NLD': The id of a law begins with the code of the state that enacted "
        "it; correct the state, or the id wherever it stands."
    ]


def warnings(folder: Folder) -> list[str]:
    """What is only odd in a casebook in which nothing is refused."""
    found = validate([folder.path])
    assert [problem.severity for problem in found] == ["warning"] * len(found)
    return [str(problem) for problem in found]


def test_a_law_whose_id_begins_with_no_code_is_odd(casebook: Folder) -> None:
    casebook.add("laws", law="КАЗ/2012/1")
    (text,) = [w for w in warnings(casebook) if "begins with the code" in w]
    assert text.startswith("laws.csv, row 3: 'КАЗ/2012/1': The id of a law begins with the code of its state")


def test_a_law_that_was_adopted_long_after_the_year_in_its_id_is_odd(casebook: Folder) -> None:
    casebook.put("legal_events", "date", "2021-10-11")
    (text,) = [w for w in warnings(casebook) if "year in its id" in w]
    assert text.startswith("laws.csv, row 2: '2021-10-11': This law was adopted more than a year before or after the year")


def test_a_claim_about_what_nobody_knows_names_it(casebook: Folder) -> None:
    casebook.put("claims", "about", "KAZ/1; law/KAZ/1999/9")
    (text,) = [w for w in warnings(casebook) if w.startswith("claims.csv")]
    assert text.startswith("claims.csv, row 2: 'KAZ/1999/9': A claim is about this, but no source at hand says what it is")


def test_an_event_that_follows_itself_is_refused(casebook: Folder) -> None:
    casebook.put("events", "follows", "E-01")
    (problem,) = validate([casebook.path])
    assert str(problem).startswith("events.csv, row 2, column follows: 'tiny/E-01': This event is said to follow itself or")


def test_a_date_out_of_time_is_told_of_the_row_that_gives_it(casebook: Folder) -> None:
    casebook.put("persons", "born", "2206-01-01")
    assert {(p.file, p.row, p.value) for p in validate([casebook.path]) if "day between" in p.message} == {
        ("persons.csv", 2, "2206-01-01")
    }
    casebook.put("persons", "born", "1960")
    casebook.put("legal_events", "date", "2206-01-01")
    assert {(p.file, p.row) for p in validate([casebook.path]) if "day between" in p.message} == {("legal_events.csv", 2)}


def test_a_new_provision_that_replaces_another_is_odd(casebook: Folder) -> None:
    casebook.add("provisions", provision="KAZ/2011/483-IV/old", change="unknown")
    casebook.put("provisions", "replaces", "KAZ/2011/483-IV/old")
    (text,) = [w for w in warnings(casebook) if "column change" in w]
    assert text.startswith("provisions.csv, row 2, column change: 'new': Where a provision is new nothing stood before")
    assert text.endswith("choose heavier, same, lighter or unknown, or replace nothing.")


@pytest.mark.parametrize(
    ("kind", "event", "words"),
    [
        ("law", "adopted", "The law that did this was adopted later; correct one of the two dates or the law"),
        ("law", "passed", "Nothing says that the law that did this was adopted, and a draft changes nothing; add its"),
        ("bill", "", "Nothing says that the law that did this was adopted"),
    ],
)
def test_a_repeal_by_a_law_that_was_not_yet_there_is_odd(casebook: Folder, kind: str, event: str, words: str) -> None:
    casebook.add("laws", law="KAZ/2016/1-VI", kind=kind)
    casebook.add("legal_events", kind="repealed", date="2015-01-01", by="KAZ/2016/1-VI")
    if event:
        casebook.add("legal_events", affects="KAZ/2016/1-VI", kind=event, date="2016-01-01", by="")
    (text,) = [w for w in warnings(casebook) if "column by" in w]
    assert text.startswith(f"legal_events.csv, row 3, column by: 'KAZ/2016/1-VI': {words}")


# --- The file that makes a folder a casebook ------------------------------------------


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ("item,value\ntitle,No id\n", "the casebook's id '' is missing or not usable; add a row `id`"),
        ("item,value\nid,\n", "the casebook's id '' is missing or not usable"),
        ("item,value\nid,My Casebook\n", "the casebook's id 'My Casebook' is missing or not usable"),
        ("item,value\nid,../world\n", "the casebook's id '../world' is missing or not usable"),
        ("item,value\nid,a--b\n", "the casebook's id 'a--b' is missing or not usable"),
        ("item,value\nid,world\n", "the id 'world' is that of the reference data; use another"),
        ("", "about.csv: the file is empty"),
        ("item,value\nid,a,b\n", "about.csv, row 2: has 3 cells, the header 2"),
        ("Item,value\nid,tiny\n", "about.csv, row 1, column item: the column is missing; add it"),
        ("item,value,why\nid,tiny,\n", "about.csv, row 1, column why: the column is not known; remove or rename it"),
    ],
)
def test_a_casebook_that_does_not_say_what_it_is_called_is_refused(casebook: Folder, about: str, words: str) -> None:
    (casebook.path / "about.csv").write_text(about, encoding="utf-8")
    with pytest.raises(GraphbuildError, match="tiny/about.csv") as caught:
        read_source(casebook.path)
    assert words in str(caught.value)


def test_what_about_csv_does_not_know_or_says_twice_is_refused(casebook: Folder) -> None:
    casebook.write("about", [["item", "value"], ["id", "tiny"], ["licens", "CC0"], ["title", "A"], ["title", "B"]])
    assert complaints(casebook) == [
        "about.csv, row 5, column item: 'title': stands in row 4 already; give each row an id of its own",
        "about.csv, row 3, column item: 'licens': is not an item of about.csv; "
        "write one of id, title, licence, coded_by, note; did you mean 'licence'?",
    ]


def test_what_a_casebook_says_of_itself_is_said_of_the_source(casebook: Folder) -> None:
    about = "item,value\nid,tiny\ntitle,T\nlicence,CC-BY-NC-SA-3.0-IGO\ncoded_by,UN-HRC\nnote,Two laws only\n"
    (casebook.path / "about.csv").write_text(about, encoding="utf-8")
    staged = read_source(casebook.path)
    said = {(t[1], t[2]) for t in staged.triples if t[0] == iri(said_graph("tiny"))}
    assert staged.problems == []
    assert said >= {
        (term("dcterms:license"), iri("http://spdx.org/licenses/CC-BY-NC-SA-3.0-IGO")),
        (term("codedBy"), iri(f"{ID}agent/UN-HRC")),
        (term("note"), literal("Two laws only", "en")),
    }


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("license,CC0-1.0", "column item: 'license': is not an item of about.csv; write one of id, title, licence, coded_by, note"),
        ("licence,free for all", "column value: 'free for all': is no licence that can be looked up; write its id in"),
        ("licence,CC0", "column value: 'CC0': is no licence that can be looked up; write its id in"),
        ("coded_by,nobody", "column value: 'nobody': is not in agents.csv; add a row for it there"),
    ],
)
def test_what_a_casebook_says_of_itself_and_nobody_understands_is_a_problem(
    casebook: Folder, row: str, words: str
) -> None:
    (casebook.path / "about.csv").write_text(f"item,value\nid,tiny\n{row}\n", encoding="utf-8")
    [found] = complaints(casebook)
    assert found.startswith(f"about.csv, row 3, {words}")


def test_a_table_that_is_a_workbook_only_is_not_missed_in_silence(casebook: Folder) -> None:
    (casebook.path / "legal_events.csv").rename(casebook.path / "legal_events.xlsx")
    (casebook.path / "laws.xlsx").write_bytes(b"")  # what laws.csv was saved from
    assert "legal_events.xlsx: is no CSV file; save it as CSV UTF-8, under the name legal_events.csv" in complaints(casebook)
    assert not [text for text in complaints(casebook) if text.startswith("laws.xlsx")]


@pytest.mark.parametrize("name", ["Claims.xlsx", "claims.txt", "claims.csv.txt", "CLAIMS.TSV"])
def test_a_table_in_another_form_is_not_missed_whatever_its_letters(casebook: Folder, name: str) -> None:
    (casebook.path / "claims.csv").rename(casebook.path / name)
    assert complaints(casebook) == [f"{name}: is no CSV file; save it as CSV UTF-8, under the name claims.csv"]


@pytest.mark.parametrize(("name", "table"), [("law.csv", "laws"), ("legal-events.csv", "legal_events"),
                                             ("Laws.csv", "laws"), ("laws (1).csv", "laws")])  # fmt: skip
def test_the_table_that_a_file_was_meant_to_be_is_named(casebook: Folder, name: str, table: str) -> None:
    (casebook.path / name).write_text("law\n", encoding="utf-8")
    (text,) = complaints(casebook)
    assert text.endswith(f"; did you mean '{table}'?")


def test_files_that_an_operating_system_hides_are_none_of_ours(casebook: Folder) -> None:
    (casebook.path / "._laws.csv").write_bytes(b"\x00\x05\x16\x07")
    assert complaints(casebook) == []


def test_a_second_mark_of_the_order_of_bytes_is_no_part_of_a_name(casebook: Folder) -> None:
    path = casebook.path / "laws.csv"
    path.write_bytes(b"\xef\xbb\xbf\xef\xbb\xbf" + path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    assert complaints(casebook) == []


def test_a_file_that_is_missing_is_called_missing(casebook: Folder) -> None:
    (casebook.path / "persons.csv").unlink()
    assert min(complaints(casebook)) == (
        "acts.csv, row 2, column person: 'P-01': is not in persons.csv; "
        "the file is missing; write it, with a row for this, or correct the id"
    )


def test_a_folder_of_tables_is_told_what_makes_it_a_casebook(casebook: Folder) -> None:
    (casebook.path / "about.csv").unlink()
    with pytest.raises(GraphbuildError, match="tiny: has tables of a casebook and no about.csv; write one: "):
        validate([casebook.path])


def test_a_folder_without_about_is_not_a_casebook(casebook: Folder) -> None:
    (casebook.path / "about.csv").unlink()
    with pytest.raises(
        GraphbuildError, match="not recognised; `graphbuild kinds` lists what can be loaded"
    ):
        read_source(casebook.path)


def test_nothing_is_not_a_casebook() -> None:
    with pytest.raises(GraphbuildError, match="nowhere: there is no such file or folder"):
        read_source(NOWHERE)


def test_a_casebook_of_which_only_about_is_left_is_an_empty_one(casebook: Folder) -> None:
    for path in casebook.path.glob("*.csv"):
        if path.stem != "about":
            path.unlink()
    staged = read_source(casebook.path)
    assert (staged.read, staged.loaded, staged.problems) == (0, 0, [])


# --- What becomes of good cells --------------------------------------------------------


def test_several_values_become_several_statements(casebook: Folder) -> None:
    casebook.put("recommendations", "states", "NLD; France;  US ;")
    found = values(read_source(casebook.path), "recommendations", "recommendedBy")
    assert found == {"state/NLD", "state/FRA", "state/USA"}


def test_the_written_and_the_clean_position_stand_side_by_side(casebook: Folder) -> None:
    staged = read_source(casebook.path)
    assert values(staged, "responses", "position") == {"position/accepted"}
    assert values(staged, "responses", "recordedAs") == {'"enjoy the support"'}


def test_each_thing_knows_the_row_it_was_read_from(casebook: Folder) -> None:
    casebook.add("laws", law="KAZ/2012/1", number="1")
    assert values(read_source(casebook.path), "laws", "row") == {'"laws.csv:2"', '"laws.csv:3"'}


def test_evidence_is_a_document_and_a_place_in_it(casebook: Folder) -> None:
    casebook.put("laws", "sources", "WG1 ¶5; WG1")
    staged = read_source(casebook.path)
    assert values(staged, "laws", "saidIn") == {"document/tiny/WG1"}
    assert values(staged, "laws", "evidence") == {"passage/tiny/WG1/%C2%B65"}


def test_unconfirmed_columns_become_their_properties(casebook: Folder) -> None:
    casebook.put("laws", "unconfirmed", "number; kind")
    assert values(read_source(casebook.path), "laws", "unconfirmed") == {"number", "kind"}


@pytest.mark.parametrize("table", ["persons", "events", "acts", "claims", "sources"])
def test_things_of_two_casebooks_with_one_id_are_two(casebook: Folder, table: str) -> None:
    assert load_tables()[table].subject("one", "X-1") != load_tables()[table].subject("two", "X-1")


def test_ids_are_the_same_however_their_accents_are_composed(casebook: Folder) -> None:
    name = "Ligue-des-droits-de-l’homme-de-Guinée"
    casebook.add("agents", agent=unicodedata.normalize("NFD", name))
    casebook.put("claims", "asserted_by", unicodedata.normalize("NFD", name))
    assert complaints(casebook) == []
    casebook.put("claims", "asserted_by", unicodedata.normalize("NFC", name))
    assert complaints(casebook) == []


def test_a_casebook_reads_the_same_whatever_the_order_of_its_rows(casebook: Folder) -> None:
    casebook.add("laws", law="KAZ/2012/1", number="1")
    before = [line for line in read_source(casebook.path).lines() if "#row>" not in line]
    header, *rows = casebook.rows("laws")
    casebook.write("laws", [header, *reversed(rows)])
    assert [line for line in read_source(casebook.path).lines() if "#row>" not in line] == before


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map("https://".__add__))
def test_a_web_address_is_refused_or_can_be_read(address: str) -> None:
    table = load_tables()["sources"]
    column = table.column("url")
    assert column
    try:
        said = map_cell(table, column, "WG1", {"url": address}, Casebook("tiny", {}))
    except CellError:
        return
    lines = "\n".join(" ".join(triple) + " ." for triple in said)
    assert len(list(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))) == 1


@pytest.mark.parametrize("folder", [resources.WORLD, *resources.bundled_casebooks()], ids=lambda path: path.name)
def test_the_bundled_casebooks_have_nothing_wrong(folder: Path) -> None:
    assert read_source(folder).problems == []


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("[about]\n", "the table 'common' is not as it must be ('common')"),
        ("[common]\ncolumns = []\n[laws]\nkey = []\n", "the table 'laws' is not as it must be ('columns')"),
        ("[common]\ncolumns = [{name = 'a', helps = 'b'}]\n", "the table 'common' is not as it must be (Column."),
    ],
)
def test_a_slip_in_the_list_of_tables_is_told_with_its_table(
    said: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tables.toml").write_text(said, encoding="utf-8")
    monkeypatch.setattr(resources, "TABLES", tmp_path / "tables.toml")
    with pytest.raises(GraphbuildError, match=re.escape(f"tables.toml: {sentence}")):
        load_tables.__wrapped__()
