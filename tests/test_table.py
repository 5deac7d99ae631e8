"""Mapping files: laws, events and recommendations out of made-up tables, and everything that can be wrong with one."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from conftest import ROOT

from graphbuild.build import load, validate
from graphbuild.files.intake import InputError
from graphbuild.read import kind_of, read_source
from graphbuild.staged import Staged
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import ID, UPR

LAWS = """
[table]
file = "acts.csv"
title = "Acts of a ministry"
ignore = ["Remarks"]

[[things]]
class = "Law"
id = "{Country}/{Adopted:.4}/{No.}"
columns = [
  { name = "Country", property = "enactedBy" },
  { name = "No.", property = "number" },
  { name = "Name", property = "dcterms:title" },
  { name = "Type", property = "kind", lookup = "types" },
  { name = "Adopted", kind = "date", format = ["%d.%m.%Y", "%m/%Y", "%Y"] },
]

[[things]]
class = "LegalEvent"
id = "{Country}/{Adopted:.4}/{No.}/adopted"
columns = [
  { value = "{Country}/{Adopted:.4}/{No.}", kind = "ref", iri = "law", property = "affects" },
  { name = "Country", kind = "state" },
  { name = "Adopted", property = "date", format = ["%d.%m.%Y", "%m/%Y", "%Y"] },
  { value = "adopted", property = "kind" },
]

[lookups]
types = { "lege" = "law", "cod" = "code" }
"""
ACTS = (
    "Country,No.,Name,Type,Adopted,Remarks\nMoldova,48/3,On assembly,lege,11.10.2011,x\nMDA,7,On faith,cod,03/2012,\n"
)

RECOMMENDATIONS = """
[table]
file = "asked.csv"

[[things]]
class = "Record"
id = "{State}/{Cycle}/{No}"
columns = [
  { name = "State", kind = "state" },
  { name = "No", property = "paragraph" },
  { value = "{State}/{Cycle}/{No}", property = "recordOf" },
  { value = "{State}/{Cycle}", property = "inReview" },
  { name = "Text", property = "text" },
  { name = "By", property = "recommendedBy", split = "/" },
  { name = "Answer", property = "recordedAs" },
  { name = "Answer", property = "position", lookup = "answers" },
  { value = "final", property = "stage" },
]

[[things]]
class = "Review"
id = "{State}/{Cycle}"
repeats = true
columns = [
  { name = "State", property = "reviewOf" },
  { name = "Cycle", property = "inCycle" },
  { name = "Session", property = "inSession" },
]

[lookups]
answers = "answers.csv"
"""
ASKED = """State;Cycle;Session;No;Text;By;Answer
Moldova;3;40;121.1;Join;Norway / Spain;yes
Moldova;3;40;121.2;Report;Chile;no
"""

EVENTS = """
[table]
file = "happened.xlsx"
sheet = "2011"

[[things]]
class = "Event"
id = "{Id}"
columns = [
  { name = "Id", property = "dcterms:identifier", required = true },
  { name = "What", property = "rdfs:label" },
  { name = "When", property = "date" },
  { name = "After", property = "follows", split = "," },
  { value = "KAZ", property = "inState" },
  { value = "strike", property = "kind" },
  { value = "S0", property = "sensitivity" },
]
"""


def write(folder: Path, mapping: str, **tables: str) -> Path:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    return folder / "mapping.toml"


@pytest.fixture
def laws(tmp_path: Path) -> Path:
    return write(tmp_path, LAWS, acts=ACTS)


def found(staged: Staged, property_: str) -> Counter[str]:
    said = [t[2] for t in staged.triples if t[1].endswith((f"#{property_}>", f"/{property_}>"))]
    return Counter(v.removesuffix("@en").strip('<>"').removeprefix(ID) for v in said)


def subjects(staged: Staged, class_: str) -> set[str]:
    return {t[0].strip("<>").removeprefix(ID) for t in staged.triples if t[2] == f"<{UPR}{class_}>"}


# --- What a mapping does ------------------------------------------------------------------


def test_rows_become_laws_and_their_events(laws: Path) -> None:
    staged = read_source(laws)
    assert (staged.problems, staged.source, staged.read, staged.loaded) == ([], "table-mapping", 2, 2)
    assert subjects(staged, "Law") == {"law/MDA/2011/48-3", "law/MDA/2012/7"}
    assert found(staged, "enactedBy") == {"state/MDA": 2}
    assert found(staged, "number") == {"48/3": 1, "7": 1}
    assert '"On assembly"@en' in {t[2] for t in staged.triples}
    assert found(staged, "kind") >= Counter({"law-kind/law": 1, "law-kind/code": 1, "legal-event-kind/adopted": 2})
    assert found(staged, "date") == {"date/2011-10-11": 1, "date/2012-03": 1}
    assert found(staged, "affects") == {"law/MDA/2011/48-3": 1, "law/MDA/2012/7": 1}


def test_every_thing_says_where_it_stands(laws: Path) -> None:
    staged = read_source(laws)
    assert found(staged, "row") == {"acts.csv:2": 2, "acts.csv:3": 2}
    assert found(staged, "saidIn") == {"document/table-mapping": 4}
    assert staged.remarks == ["columns not used: Remarks"]
    assert [file.name for file in staged.files] == ["mapping.toml", "acts.csv"]


def test_laws_pass_the_gate_and_are_dated(laws: Path, tmp_path: Path) -> None:
    assert validate([laws]) == []
    store = OxigraphStore(tmp_path / "graph")
    assert not load(store, [laws]).refused
    query = f"SELECT ?law {{ ?law a <{UPR}Law> ; <{UPR}adopted> ?date }}"
    assert {row["law"].value.removeprefix(ID) for row in store.query(query)} == subjects(read_source(laws), "Law")


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    answers = "written,code\nyes,accepted\nno,noted\n"
    return write(tmp_path, RECOMMENDATIONS, asked=ASKED, answers=answers)


def test_rows_become_recommendations_that_are_settled(asked: Path, tmp_path: Path) -> None:
    assert [p for p in validate([asked]) if p.severity == "violation"] == []
    store = OxigraphStore(tmp_path / "graph")
    assert not load(store, [asked]).refused
    query = f"""SELECT ?paragraph ?position ?by {{ ?r a <{UPR}Recommendation> ; <{UPR}paragraph> ?paragraph ;
        <{UPR}stateUnderReview> <{ID}state/MDA> ; <{UPR}position> ?position ; <{UPR}recommendedBy> ?by }}"""
    rows = {
        tuple(row[n].value.rpartition("/")[2] for n in ("paragraph", "position", "by")) for row in store.query(query)
    }
    assert rows == {("121.1", "accepted", "NOR"), ("121.1", "accepted", "ESP"), ("121.2", "noted", "CHL")}


def test_records_belong_to_the_source_and_keep_its_words(asked: Path) -> None:
    staged = read_source(asked)
    assert subjects(staged, "Record") == {"record/table-mapping/MDA/3/121.1", "record/table-mapping/MDA/3/121.2"}
    assert found(staged, "recordOf") == {"recommendation/MDA/3/121.1": 1, "recommendation/MDA/3/121.2": 1}
    assert found(staged, "recordedAs") == {"yes": 1, "no": 1}
    assert subjects(staged, "Review") == {"review/MDA/3"}


def happened(folder: Path, *rows: tuple[object, ...]) -> Path:
    with xlsxwriter.Workbook(folder / "happened.xlsx", {"default_date_format": "d.m.yyyy"}) as book:
        book.add_worksheet("Read me")
        sheet = book.add_worksheet("2011")
        for number, row in enumerate([("Id", "What", "When", "After"), *rows]):
            sheet.write_row(number, 0, row)
    return write(folder, EVENTS)


def test_rows_of_a_workbook_become_events(tmp_path: Path) -> None:
    day = datetime(2011, 12, 16)
    path = happened(
        tmp_path, (1.0, "A strike", day, ""), (2.0, "Another", "2011-12-16~", "1"), (3, "Third", "", "1, 2")
    )
    staged = read_source(path)
    assert staged.problems == []
    assert subjects(staged, "Event") == {f"event/table-mapping/{n}" for n in (1, 2, 3)}
    assert found(staged, "date") == {"date/2011-12-16": 1, "date/2011-12-16_about": 1}
    assert found(staged, "follows") == {"event/table-mapping/1": 2, "event/table-mapping/2": 1}
    assert [p for p in validate([path]) if p.severity == "violation" and p.row != 4] == []


@pytest.mark.parametrize(
    ("format_", "cell", "date"),
    [
        ("%d.%m.%Y", "3.2.2011", "2011-02-03"),
        ("%d %B %Y", "3 February 2011", "2011-02-03"),
        ("%m/%d/%Y", "2/3/2011", "2011-02-03"),
        ("%b %Y", "Feb 2011", "2011-02"),
        ("%Y", "2011", "2011"),
        ("%d.%m.%Y", "2011-02-03", "2011-02-03"),
    ],
)
def test_a_date_is_as_precise_as_its_format(tmp_path: Path, format_: str, cell: str, date: str) -> None:
    mapping = EVENTS.replace('happened.xlsx"\nsheet = "2011', "e.csv").replace('property = "date"', f'property = "date", format = "{format_}"')
    staged = read_source(write(tmp_path, mapping, e=f"Id,What,When,After\n1,Strike,{cell},\n"))
    assert (staged.problems, found(staged, "date")) == ([], {f"date/{date}": 1})


PAGE = (ROOT / "docs" / "sources" / "table.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "example", re.findall(r"^```toml\n(.*?)^```$", PAGE, re.M | re.S), ids=["laws", "recommendations"]
)
def test_the_examples_of_the_documentation_can_be_loaded(tmp_path: Path, example: str) -> None:
    row = ACTS.partition("MDA")[0]
    path = write(tmp_path, example, acts=row, asked=ASKED)
    assert [p for p in validate([path]) if p.severity == "violation"] == []
    assert subjects(read_source(path), "Law") in ({"law/MDA/2011/48-3"}, set())


# --- What is wrong with the table -------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "words"),
    [
        ("Moldova", "Absurdistan", 2, "Country", "is not a state we know; write its ISO 3166-1 alpha-3 code, such as KAZ"),
        ("lege", "legea", 2, "Type", "is not in the lookup 'types'; add it to lookups.types in mapping.toml"),
        ("11.10.2011", "31.2.2011", 2, "Adopted", "is not a date of the form %d.%m.%Y or %m/%Y or %Y; correct it"),
        ("11.10.2011", "", 2, "Adopted", "the cell is empty, and the id needs it; fill it in"),
        ("MDA,7,On faith,cod,03/2012", "MDA,48-3,X,cod,2011", 3, "{Country}/{Adopted:.4}/{No.}", "stands in row 2 already"),
        ("48/3", ".", 2, "No.", "cannot be used as an id; write parts of letters and digits between slashes"),
        ("48/3", "483-\u0406V", 2, "No.", "has letters of another script that look like Latin ones; write '483-IV', in Latin"),
        ("48/3", "48\u200b3", 2, "No.", "cannot be used as an id"),
        ("48/3", "48\u00a0 3", 2, "No.", "cannot be used as an id"),
        ("48/3", "4" * 201, 2, "No.", "cannot be used as an id, which has 200 signs at most; take something shorter"),
        ("48/3", "4" * 195, 2, "{Country}/{Adopted:.4}/{No.}", "cannot be used as an id, which has 200 signs at most"),
    ],
)
def test_a_bad_cell_is_named_with_its_remedy(laws: Path, old: str, new: str, row: int, column: str, words: str) -> None:
    write(laws.parent, LAWS, acts=ACTS.replace(old, new))
    staged = read_source(laws)
    problem = staged.problems[0]
    assert (problem.file, problem.row, problem.column) == ("acts.csv", row, column)
    assert f"{problem.message}; {problem.remedy}".startswith(words)
    assert (staged.read, staged.loaded) == (2, 1)


def test_a_concept_that_is_not_in_the_list_is_named(laws: Path) -> None:
    write(laws.parent, LAWS.replace('"lege" = "law"', '"lege" = "happiness"'))
    assert [p.message for p in read_source(laws).problems] == ["is not one of the list 'law-kind'"]


def test_a_column_neither_mapped_nor_ignored_is_a_problem(laws: Path) -> None:
    write(laws.parent, LAWS.replace('ignore = ["Remarks"]', ""))
    (problem,) = read_source(laws).problems
    assert str(problem) == "acts.csv, row 1, column Remarks: the column is neither mapped nor ignored; add it to columns, or to ignore, in mapping.toml"


def test_a_mapped_column_that_is_not_there_is_a_problem(laws: Path) -> None:
    write(laws.parent, LAWS, acts=ACTS.replace("No.", "Number"))
    assert [(p.column, p.message) for p in read_source(laws).problems] == [
        ("Number", "the column is neither mapped nor ignored"),
        ("No.", "the column is missing"),
    ]


def test_a_required_cell_that_is_empty_is_a_problem(tmp_path: Path) -> None:
    mapping = LAWS.replace('property = "dcterms:title" }', 'property = "dcterms:title", required = true }')
    staged = read_source(write(tmp_path, mapping, acts=ACTS.replace("On faith", "")))
    assert [(p.row, p.column, p.message) for p in staged.problems] == [(3, "Name", "the cell is empty")]


# --- What is wrong with the mapping -------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[lookups", "x = " + "[" * 5000 + "]" * 5000 + "\n[lookups", "is nested too deeply; write the lookups"),
        ('title = "Acts', "title = Acts", r"is not TOML \(Invalid value \(at line 4, .*\); correct the line"),
        ('"acts.csv"', '"none.csv"', "the table 'none.csv' is not there; write its path as seen from the mapping file"),
        ('file = "acts.csv"', "", "has no 'file'; add it"),
        ('title = "', 'titel = "', r"\[table\] has the unknown key 'titel'; use file, sheet, title, ignore"),
        ('ignore = ["Remarks"]', 'ignore = "Remarks"', "'ignore' of .* is of the wrong type; write a list, such as"),
        ('class = "Law"', 'class = "Statute"', "the class 'Statute' is not known; use one of Act, .*, Law, "),
        ('class = "Law"', 'class = "Person"', "the class 'Person' is read from casebooks only"),
        ('property = "enactedBy"', 'property = "madeBy"', "'madeBy' is not a property we know; use one of .*, enactedBy, "),
        ('kind = "date",', 'kind = "day",', "'Adopted' has the unknown kind 'day'; use one of text, string, integer"),
        ('kind = "date",', 'kind = "concept",', "'Adopted' has no list of words ''; write as its 'scheme' one of .*law-kind, "),
        ('iri = "law", ', "", "has no 'iri'; write the first part of the ids it refers to, such as law"),
        ('lookup = "types"', 'lookup = "kinds"', "'Type' uses the lookup 'kinds', which is not there; add it to"),
        ('"%m/%Y"', '"%m/%y"', "the format '%m/%y' cannot be used; use %Y with %m, %b or %B, and %d"),
        ("{ name = \"Country\", property", '{ name = "Country", value = "x", property', "not one of 'name' and 'value'"),
        ('types = { "lege" = "law", "cod" = "code" }', 'types = "no.csv"', "the lookup 'no.csv' is not there"),
    ],
)
def test_a_bad_mapping_is_refused_in_one_sentence(laws: Path, old: str, new: str, words: str) -> None:
    assert old in LAWS
    write(laws.parent, LAWS.replace(old, new, 1))
    with pytest.raises(InputError, match=f"mapping.toml: .*{words}") as refused:
        read_source(laws)
    assert "\n" not in str(refused.value)


def test_a_mapping_without_things_is_refused(laws: Path) -> None:
    write(laws.parent, LAWS.partition("[[things]]")[0])
    with pytest.raises(InputError, match=r"has no \[\[things\]\]; say what a row speaks of"):
        read_source(laws)


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = happened(tmp_path, (1, "A strike", "2011", ""))
    write(tmp_path, EVENTS.replace('"2011"', '"2012"'))
    with pytest.raises(InputError, match="has no sheet '2012'; name one of Read me, 2011"):
        read_source(path)


def test_other_texts_are_not_taken_for_mappings(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")
    assert kind_of(tmp_path / "a.toml") != "table"
