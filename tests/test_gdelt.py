"""GDELT: made-up rows of both versions; a machine's reading is a claim and never an event."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from test_acled import found, things

from graphbuild import resources
from graphbuild.build import load, validate
from graphbuild.errors import GraphbuildError
from graphbuild.exports.profiles import quads
from graphbuild.read import kind_of, read_source
from graphbuild.sources.gdelt import VERSIONS, states_by_fips
from graphbuild.staged import Staged
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import UPR

ROW = {
    "GLOBALEVENTID": "410412347", "SQLDATE": "20150218", "MonthYear": "201502", "Year": "2015",
    "FractionDate": "2015.1315", "Actor1Code": "OPP", "Actor1Name": "OPPOSITION", "Actor2Code": "COP",
    "Actor2Name": "POLICE", "IsRootEvent": "1", "EventCode": "141", "EventBaseCode": "141", "EventRootCode": "14",
    "QuadClass": "3", "GoldsteinScale": "-6.5", "NumMentions": "4", "ActionGeo_Type": "4",
    "ActionGeo_FullName": "Almaty, Almaty, Kazakhstan", "ActionGeo_CountryCode": "KZ", "ActionGeo_ADM1Code": "KZ02",
    "DATEADDED": "20150218230000", "SOURCEURL": "https://example.org/news/1",
}


class File:
    """A made-up file, named .CSV and separated by tabs as GDELT does."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, *rows: dict[str, str], width: int = 61) -> Path:
        columns = VERSIONS[width][1]
        lines = [
            "\t".join((ROW | {"GLOBALEVENTID": str(n)} | row).get(c, "") for c in columns)
            for n, row in enumerate(rows, 1)
        ]
        self.path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return self.path

    def read(self, *rows: dict[str, str]) -> Staged:
        return read_source(self.write(*rows))


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path / "20150218230000.export.CSV")


@pytest.mark.parametrize(("width", "version"), [(61, "2.0"), (58, "1.0"), (57, "1.0")])
def test_a_file_is_known_by_its_shape(file: File, width: int, version: str) -> None:
    path = file.write({}, width=width)
    staged = read_source(path)
    assert (kind_of(path), staged.source) == ("gdelt", "gdelt-20150218230000-export")
    assert (staged.problems, staged.read, staged.loaded) == ([], 1, 1)
    assert staged.remarks[0] == f"version {version}; by root code of CAMEO: 1 14"


def test_a_row_is_a_claim_about_a_state_and_no_event(file: File) -> None:
    staged = file.read({})
    assert len(things(staged, "Claim")) == 1
    assert not things(staged, "Event")
    assert found(staged, "about") == {"state/KAZ": 1}
    assert found(staged, "modality") == {"modality/machine-coded": 1}
    assert found(staged, "assertedBy") == {"agent/GDELT": 1}
    assert found(staged, "kind")["cameo-root/14"] == 1
    assert found(staged, "kindAsWritten") == {"141": 1}
    assert set(found(staged, "actorAsWritten")) == {"OPPOSITION", "POLICE"}
    assert found(staged, "date") == {"date/2015-02-18": 1}
    assert found(staged, "placeName") == {"Almaty, Almaty, Kazakhstan": 1}
    assert found(staged, "url") == {"https://example.org/news/1": 1}
    assert any("coded by a machine" in remark for remark in staged.remarks)


def test_every_state_has_a_code_and_every_code_a_state() -> None:
    with (resources.WORLD / "states.csv").open(encoding="utf-8-sig", newline="") as table:
        states = {row["state"] for row in csv.DictReader(table)}
    assert {term.strip("<>").rpartition("/")[2] for term in states_by_fips().values()} == states
    assert len(states_by_fips()) == len(states) + 2, "Serbia and Palestine have two codes"


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("GM", "DEU"),
        ("RI", "SRB"),
        ("GZ", "PSE"),
        ("WE", "PSE"),
        ("CH", "CHN"),
        ("SZ", "CHE"),
        ("AS", "AUS"),
        ("AU", "AUT"),
    ],
)
def test_codes_are_those_of_fips_and_not_of_iso(file: File, code: str, state: str) -> None:
    assert found(file.read({"ActionGeo_CountryCode": code}), "about") == {f"state/{state}": 1}


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("", "no country is given for what is said to have happened"),
        ("TW", "the country code is that of no state that the graph knows"),
        ("OS", "the country code is that of no state that the graph knows"),
    ],
)
def test_a_row_without_a_state_is_left_out_with_the_reason(file: File, code: str, why: str) -> None:
    staged = file.read({}, {"ActionGeo_CountryCode": code})
    assert [(o.place, o.what, o.why) for o in staged.left_out] == [("row 2", "2", why)]
    assert (staged.problems, staged.read, staged.loaded) == ([], 2, 1)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("EventRootCode", "21", "is not one of the list 'cameo-root'"),
        ("EventRootCode", "", "the cell is empty"),
        ("SQLDATE", "20150230", "is not a day of the calendar; download the file again"),
        ("SQLDATE", "today", "is not a day of the calendar"),
        ("GLOBALEVENTID", "x", "is not a number"),
    ],
)
def test_what_is_wrong_is_said_with_row_and_column(file: File, column: str, value: str, words: str) -> None:
    staged = file.read({}, {column: value})
    (problem,) = staged.problems
    assert (problem.row, problem.column, problem.value) == (2, column, value)
    assert f"{problem.message}; {problem.remedy}".startswith(words)
    assert (staged.read, staged.loaded) == (2, 1)


def test_a_root_code_that_a_spreadsheet_cut_is_still_one(file: File) -> None:
    assert found(file.read({"EventRootCode": "4"}), "kind")["cameo-root/04"] == 1


def test_a_row_that_is_cut_off_is_a_problem(file: File) -> None:
    path = file.write({}, {})
    path.write_text(path.read_text(encoding="utf-8") + "3\t20150218\t2015", encoding="utf-8")
    (problem,) = read_source(path).problems
    assert str(problem).endswith("row 3: has 3 cells, the first row 61; the file is cut or mixed; download it again")


def test_the_same_row_twice_is_said_once_and_another_under_its_number_is_refused(file: File) -> None:
    assert [o.why for o in file.read({"GLOBALEVENTID": "7"}, {"GLOBALEVENTID": "7"}).left_out] == [
        "the same row stands there twice"
    ]
    (problem,) = file.read({"GLOBALEVENTID": "7"}, {"GLOBALEVENTID": "7", "EventCode": "145"}).problems
    assert problem.message == "stands in row 1 with other values"


@pytest.mark.parametrize(
    "address", ["BBC Monitoring", "javascript:alert(1)", "https://", "http://[::1", "https://x.org/<b>"]
)
def test_what_is_no_web_address_is_not_made_one(file: File, address: str) -> None:
    staged = file.read({"SOURCEURL": address})
    assert (staged.problems, found(staged, "url")) == ([], {})


@pytest.mark.parametrize("text", ["a\tb\tc\n", "\t" * 60 + "\n", "1\t20150218\t201503" + "\t" * 58 + "\n"])
def test_another_table_of_tabs_is_not_taken_for_one(file: File, text: str) -> None:
    file.path.write_text(text, encoding="utf-8")
    with pytest.raises(GraphbuildError, match="not recognised"):
        read_source(file.path)


def test_a_file_passes_the_gate_and_nothing_of_it_is_settled_or_published(file: File, tmp_path: Path) -> None:
    path = file.write(*({"EventRootCode": f"{n:02}"} for n in range(1, 21)))
    assert validate([path]) == []
    store = OxigraphStore(tmp_path / "graph")
    assert not load(store, [path]).refused
    assert not store.query(f"ASK {{ {{ ?x a <{UPR}Event> }} UNION {{ ?x a <{UPR}Claim> }} }}")
    assert not [q for q in quads(store, "public") if "/claim/" in str(q.subject)]
