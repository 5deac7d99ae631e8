"""Exports of the Universal Human Rights Index: the sample records, and made-up ones in every form."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import rdflib
import xlsxwriter

from graphbuild import resources
from graphbuild.build import load, validate
from graphbuild.errors import GraphbuildError
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import bind, find_question
from graphbuild.read import kind_of, read_source
from graphbuild.staged import Staged
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import ID, UPR

CYCLES = resources.WORLD / "cycles.csv"

Fields = dict[str, object]
Things = dict[str, dict[str, set[str]]]

REVIEW: Fields = {
    "AnnotationId": "5f7d2c1a-0000-4000-8000-000000000001",
    "DocumentId": "12",
    "Symbol": "A/HRC/28/16",
    "Text": "<p>166.105 Protect the&nbsp;press</p>",
    "AnnotationType": "- Recommendations",
    "PublicationDate": "2014-12-24T00:00:00",
    "Countries": ["- Egypt"],
    "Regions": ["- Africa"],
    "Body": "- UPR",
    "Themes": ["- Freedom of opinion & expression", "- Children: definition; protection"],
    "AffectedPersons": ["- Journalists"],
    "Sdgs": ["- 16 - PEACE", "- 16.a - Institutions"],
    "UprCycle": "- 28th Session - Cycle 2",
    "UprRecommendingCountry": ["- Chile", "- Timor-Leste"],
    "UprPosition": "- Supported",
}
TREATY: Fields = {
    "AnnotationId": "5f7d2c1a-0000-4000-8000-000000000002",
    "Symbol": "CCPR/C/EGY/CO/5",
    "Text": "<h3>The press</h3><p>12. The Committee is concerned.</p><p>It recommends more.</p>",
    "AnnotationType": "- Concerns/Observations",
    "PublicationDate": "2023-04-14",
    "Countries": ["Egypt"],
    "Body": "- CCPR",
    "Themes": ["Freedom of opinion & expression"],
    "AffectedPersons": [],
    "Sdgs": [],
    "UprCycle": None,
    "UprRecommendingCountry": [],
}


def things(staged: Staged, kind: str) -> Things:
    """What is said of each thing of a kind: values by property, without namespaces, language and quotation marks."""
    found: Things = {}
    for subject, property_, value in staged.triples:
        if subject.startswith(f"<{ID}{kind}/"):
            name = subject.removeprefix(f"<{ID}{kind}/").removesuffix(">").removeprefix(f"{staged.source}/")
            cell = value[1:-1].removeprefix(ID) if value.startswith("<") else value.rpartition('"')[0][1:]
            found.setdefault(name, {}).setdefault(property_.strip("<>").removeprefix(UPR), set()).add(cell)
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.json"


def read(file: Path, *records: Fields) -> Staged:
    file.write_text(json.dumps(records), encoding="utf-8")
    return read_source(file)


def record(file: Path, **changed: object) -> dict[str, set[str]]:
    """What is said of the one recommendation of the review, some of its fields changed."""
    staged = read(file, {**REVIEW, **changed})
    assert staged.problems == [] == staged.left_out
    (said,) = things(staged, "record").values()
    return said


def observation(file: Path, **changed: object) -> dict[str, set[str]]:
    staged = read(file, {**TREATY, **changed})
    assert staged.problems == [] == staged.left_out
    (said,) = things(staged, "observation").values()
    return said


def problem(file: Path, fields: Fields, **changed: object) -> str:
    staged = read(file, {**fields, **changed})
    assert (staged.read, staged.loaded) == (1, 0)
    (found,) = staged.problems
    return str(found)


# --- The samples -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def samples(shared: Path) -> list[Path]:
    return sorted((shared / "samples" / "uhri").glob("*.json"))


def test_eight_of_eight_samples_load_as_sources_of_their_own(samples: list[Path], tmp_path: Path) -> None:
    report = load(OxigraphStore(tmp_path / "graph"), [samples[0].parent])
    assert report.problems == []
    assert [(o.status, o.staged.read, o.loaded) for o in report.outcomes] == [("loaded", 1, 1)] * 8
    assert {o.staged.source for o in report.outcomes} == {f"uhri-{path.stem}" for path in samples}


def test_the_same_eight_as_one_array_say_the_same(samples: list[Path], file: Path) -> None:
    staged = read(file, *(json.loads(path.read_text(encoding="utf-8")) for path in samples))
    assert (staged.source, staged.read, staged.loaded, staged.problems) == ("uhri-export", 8, 8, [])
    found = things(staged, "observation")
    assert set(found) == {path.stem for path in samples}
    assert Counter(kind for said in found.values() for kind in said["kind"]) == {
        "observation-kind/recommendation": 4,
        "observation-kind/concern": 4,
    }
    assert sorted(int(n) for said in found.values() for n in said["paragraph"]) == [3, 7, 8, 9, 10, 13, 14, 15]
    assert staged.remarks[0] == (
        "0 recommendations of the review, 4 recommendations and 4 concerns of other mechanisms, about 1 state"
    )


def test_a_sample_is_told_in_full(samples: list[Path]) -> None:
    raw = json.loads(samples[3].read_text(encoding="utf-8"))
    (said,) = things(read_source(samples[3]), "observation").values()
    assert said["theme"] == set(raw["themes"])
    assert said["affected"] == set(raw["affected_persons"])
    assert said["goal"] == {"8", "12", "8.8", "4.7", "8.7", "12.6"}
    assert (said["ofState"], said["body"]) == ({"state/AUS"}, {"CESCR"})
    assert said["saidIn"] == {"document/un/E/C.12/AUS/CO/6"}
    assert said["row"] == {f"{samples[3].name}:{raw['_id']}"}


# --- Recommendations of the review -------------------------------------------------------


def test_a_recommendation_of_the_review_is_a_record(file: Path) -> None:
    said = record(file)
    assert said["recordOf"] == {"recommendation/EGY/2/166.105"}
    assert (said["text"], said["paragraph"]) == ({"Protect the press"}, {"166.105"})
    assert said["textAsWritten"] == {"<p>166.105 Protect the&nbsp;press</p>"}
    assert said["recommendedBy"] == {"state/CHL", "state/TLS"}
    assert said["recommenderAsWritten"] == {"Chile", "Timor-Leste"}
    assert (said["position"], said["recordedAs"], said["stage"]) == (
        {"position/accepted"},
        {"Supported"},
        {"stage/final"},
    )
    assert said["theme"] == {"Freedom of opinion & expression", "Children: definition; protection"}
    assert (said["affected"], said["goal"]) == ({"Journalists"}, {"16", "16.a"})
    assert (said["place"], said["saidIn"]) == ({"A/HRC/28/16"}, {"document/uhri-export"})
    assert said["row"] == {f"export.json:{REVIEW['AnnotationId']}"}


def test_the_id_of_a_record_is_that_of_the_annotation(file: Path) -> None:
    assert set(things(read(file, REVIEW), "record")) == {REVIEW["AnnotationId"]}


@pytest.mark.parametrize(
    ("cycle", "symbol", "sessions"),
    [
        ("- 28th Session - Cycle 2", "A/HRC/28/16", None),  # a session of the Council
        ("- 20th Session - Cycle 2", "A/HRC/28/16", {"session/20"}),  # the Council's was the 28th
        ("- 25th Session - Cycle 2", "A/HRC/25/16", None),  # both have a session 25 in that cycle
        ("- 25th Session - Cycle 2", "", None),
        ("2", "A/HRC/28/16", None),
        ("Cycle 2", "A/HRC/28/16", None),
        (2, "A/HRC/28/16", None),
        ("2nd cycle", "A/HRC/28/16", None),
        ("20th session", "A/HRC/28/16", {"session/20"}),
    ],
)
def test_the_cycle_decides_the_review_and_the_session_is_told_if_certain(
    file: Path, cycle: object, symbol: str, sessions: set[str] | None
) -> None:
    staged = read(file, {**REVIEW, "UprCycle": cycle, "Symbol": symbol})
    assert staged.problems == []
    assert {name: said.get("inSession") for name, said in things(staged, "review").items()} == {"EGY/2": sessions}


def test_session_and_cycle_may_stand_in_two_fields(file: Path) -> None:
    staged = read(file, {**REVIEW, "UprCycle": "2", "UprSession": "20"})
    assert things(staged, "review")["EGY/2"]["inSession"] == {"session/20"}


def test_a_review_known_by_its_cycle_passes_the_gate_and_answers_questions(file: Path, tmp_path: Path) -> None:
    read(file, REVIEW, TREATY)
    store = OxigraphStore(tmp_path / "graph")
    assert load(store, [file]).problems == []
    question = find_question("recommendations")
    rows = ask(store, question, {"state": "EGY"}).rows
    assert [row[:6] for row in rows] == [["EGY", "2", "", "166.105", code, "accepted"] for code in ("CHL", "TLS")]
    assert ask(store, question, {"session": "20"}).rows == []
    ((state, cycle, session, *_),) = ask(store, find_question("reviews"), {"state": "EGY"}).rows
    assert (state, cycle, session) == ("EGY", "2", "")
    dated = f"SELECT ?day {{ ?p a <{UPR}Pledge> ; <{UPR}firstSupported>/<{UPR}earliest> ?day }}"
    assert [str(row["day"].value) for row in store.query(dated)] == ["2012-01-01"]


@pytest.mark.parametrize(
    ("text", "number", "said"),
    [
        ("105.12 Protect the press", "105.12", "Protect the press"),
        ("105.12. Protect the press", "105.12", "Protect the press"),
        ("105.12Protect the press", "105.12", "Protect the press"),
        ("R 105.1 Protect the press", "105.1", "Protect the press"),
        ("Recommendation No. 105.1: Protect the press", "105.1", "Protect the press"),
        ("[...] 105.1 Protect the press", "105.1", "Protect the press"),
        ("Recommendations contained in para. 98: Protect the press", None, "Protect the press"),
        ("Protect the 105.1 press", None, "Protect the press".replace("the", "the 105.1")),
        ("<div>105.1 Protect <b>the</b> press (Chile, Timor-Leste);</div>", "105.1", "Protect the press"),
        ("105.1 Protect the press;\nSource of position: A/HRC/28/16/Add.1", "105.1", "Protect the press"),
        ("105.1 Protect &lt;the&gt; press &amp; all", "105.1", "Protect <the> press & all"),
    ],
)
def test_number_and_words_of_a_text_are_told_apart(file: Path, text: str, number: str | None, said: str) -> None:
    found = record(file, Text=text)
    assert found.get("paragraph") == ({number} if number else None)
    assert found["text"] == {said}


def test_the_paragraph_that_a_text_opens_with_is_kept_as_its_place(file: Path) -> None:
    text = "Recommendations contained in para. 98: Protect the press"
    found = record(file, Text=text)
    assert (found["place"], found["textAsWritten"]) == ({"A/HRC/28/16, para. 98"}, {text})


def test_two_wordings_of_one_number_are_parts_with_their_states(file: Path) -> None:
    text = "105.1 Protect the press (Chile); Protect everyone (Timor-Leste)"
    staged = read(file, {**REVIEW, "Text": text})
    found = {said["text"].pop(): said["recommendedBy"] for said in things(staged, "record").values()}
    assert found == {"Protect the press": {"state/CHL"}, "Protect everyone": {"state/TLS"}}
    assert (staged.read, staged.loaded) == (1, 1)


def test_where_text_and_list_name_other_states_the_list_counts(file: Path) -> None:
    staged = read(file, {**REVIEW, "Text": "105.1 Protect the press (Norway)"})
    (said,) = things(staged, "record").values()
    assert said["recommendedBy"] == {"state/CHL", "state/TLS"}
    assert "other states in the text than in the list: 1; the list was taken" in staged.remarks


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("- Guinea-Bissau\n- Timor-Leste", {"GNB", "TLS"}),
        ("ChileEstoniaSlovenia", {"CHL", "EST", "SVN"}),
        ("Chile; Estonia", {"CHL", "EST"}),
        (["Bosnia and Herzegovina"], {"BIH"}),
        ([], None),
        (None, None),
    ],
)
def test_recommending_states_are_told_apart(file: Path, written: object, codes: set[str] | None) -> None:
    found = record(file, UprRecommendingCountry=written)
    assert found.get("recommendedBy") == (codes and {f"state/{code}" for code in codes})


@pytest.mark.parametrize(
    ("written", "position"),
    [("Noted", "noted"), ("- Supported/Noted", "partly"), (["- Supported", "- Noted"], "partly"), (None, None)],
)
def test_positions_are_told(file: Path, written: object, position: str | None) -> None:
    assert record(file, UprPosition=written).get("position") == ({f"position/{position}"} if position else None)


def test_the_other_names_of_the_fields_are_known_too(file: Path) -> None:
    names = {"UprRecommendingCountry": "UprRecommendingStates", "UprCycle": "UprSession", "UprPosition": "UprPositions"}
    staged = read(file, {names.get(name, name): value for name, value in REVIEW.items()})
    (said,) = things(staged, "record").values()
    assert said["recommendedBy"] == {"state/CHL", "state/TLS"}
    assert said["position"] == {"position/accepted"}


# --- Other mechanisms --------------------------------------------------------------------


def test_what_a_treaty_body_says_is_an_observation(file: Path) -> None:
    said = observation(file)
    assert said["kind"] == {"observation-kind/concern"}
    assert (said["ofState"], said["body"], said["paragraph"]) == ({"state/EGY"}, {"CCPR"}, {"12"})
    assert said["text"] == {r"The press\n12. The Committee is concerned.\nIt recommends more."}
    assert said["textAsWritten"] == {TREATY["Text"]}
    assert said["saidIn"] == {"document/un/CCPR/C/EGY/CO/5"}


def test_the_document_has_its_symbol_and_day(file: Path) -> None:
    document = things(read(file, TREATY), "document")["un/CCPR/C/EGY/CO/5"]
    assert (document["symbol"], document["date"]) == ({"CCPR/C/EGY/CO/5"}, {"date/2023-04-14"})


def test_without_a_symbol_it_is_said_in_the_export(file: Path) -> None:
    assert observation(file, Symbol=None)["saidIn"] == {"document/uhri-export"}


def test_an_annotation_may_be_of_two_types_about_two_states_and_by_two_bodies(file: Path) -> None:
    said = observation(
        file,
        AnnotationType="- Concerns/Observations\n- Recommendations",
        Countries=["Egypt", "Chile"],
        Body=["CEDAW", "CRC"],
    )
    assert said["kind"] == {"observation-kind/concern", "observation-kind/recommendation"}
    assert said["ofState"] == {"state/EGY", "state/CHL"}
    assert said["body"] == {"CEDAW", "CRC"}


def test_a_text_that_differs_in_spaces_only_is_not_kept_twice(file: Path) -> None:
    said = observation(file, Text="The press \n12.The  Committee is concerned.")
    assert said["text"] == {r"The press\n12.The Committee is concerned."}
    assert "textAsWritten" not in said


def test_what_the_review_observes_without_recommending_is_an_observation(file: Path) -> None:
    staged = read(file, {**REVIEW, "AnnotationType": "Concerns/Observations"})
    assert not things(staged, "record")
    assert len(things(staged, "observation")) == 1


@pytest.mark.parametrize("place", ["Hong Kong", "China (Hong Kong)", "Cook Islands", "Kosovo", "European Union"])
def test_what_is_about_no_state_is_left_out_with_a_reason(file: Path, place: str) -> None:
    staged = read(file, {**TREATY, "Countries": [place]})
    assert (staged.read, staged.loaded, staged.problems) == (1, 0, [])
    (left,) = staged.left_out
    assert (left.place, left.what, left.why) == (
        TREATY["AnnotationId"],
        place,
        "is about no state that the graph knows",
    )


def test_a_territory_beside_a_state_is_counted(file: Path) -> None:
    staged = read(file, {**TREATY, "Countries": ["Egypt", "Kosovo"]})
    assert staged.loaded == 1
    assert "not said: 1 mention of territories and organisations that are no states" in staged.remarks


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"Text": ""}, "has no text"),
        ({"UprCycle": ""}, "names no cycle of the review"),
        ({"UprCycle": "28th Session"}, "names no cycle of the review"),
        ({"Countries": []}, "is about no state that the graph knows"),
    ],
)
def test_what_cannot_be_placed_is_left_out_with_a_reason(file: Path, changed: Fields, why: str) -> None:
    staged = read(file, {**REVIEW, **changed}, TREATY)
    assert (staged.read, staged.loaded, staged.problems) == (2, 1, [])
    assert [left.why for left in staged.left_out] == [why]


def test_an_annotation_that_stands_there_twice_counts_once(file: Path) -> None:
    staged = read(file, TREATY, TREATY)
    assert (staged.read, staged.loaded) == (2, 1)
    assert [left.why for left in staged.left_out] == ["the annotation stands there twice"]


def test_fields_that_are_not_used_are_named(file: Path) -> None:
    assert "fields not used: Colour, DocumentId, Regions" in read(file, {**REVIEW, "Colour": "red"}).remarks


# --- Forms -------------------------------------------------------------------------------

HEADERS = [
    "Text", "Countries Concerned", "Reccomending Body", "Document Symbol", "Themes", "Affected Persons", "Sdgs",
    "Document Publication Date", "UPR Reccomending States", "UPR Position", "Type", "OHCHR Annotation Id",
    "UPR Session", "Regions Concerned", "Recommending Regions", "Date of publication on UHRI",
]
CELLS: list[object] = [
    "<p>166.105 Protect the press</p>", "- Egypt", "- UPR", "A/HRC/28/16", "- Children: definition; protection\n- Press",
    "- Journalists", "- 16 - PEACE\n- 16.a - Institutions", 46078, "- Chile\n- Timor-Leste", "- Supported",
    "- Recommendations", "5f7d2c1a-0000-4000-8000-000000000001", "- 28th Session - Cycle 2", "- Africa", "- Africa",
    46125.4996,
]
OBSERVED: list[object] = [
    "12. The Committee is concerned.", "- Egypt\n- Chile", "- CCPR", "CCPR/C/EGY/CO/5", "- Press", "", "", 46078.4996,
    "", "", "- Concerns/Observations", "5f7d2c1a-0000-4000-8000-000000000002", "", "- Africa", "", 46125.4996,
]


def xlsx(path: Path, header: list[str], *rows: list[object]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("Annotations")
        for number, row in enumerate([header, *rows]):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                else:
                    sheet.write(number, column, cell)
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "export.xlsx"


def test_a_workbook_is_read_with_its_misspelt_headers(book: Path) -> None:
    staged = read_source(xlsx(book, HEADERS, CELLS, OBSERVED))
    assert (kind_of(book), staged.problems, staged.read, staged.loaded) == ("uhri", [], 2, 2)
    (said,) = things(staged, "record").values()
    assert said["recommendedBy"] == {"state/CHL", "state/TLS"}
    assert said["theme"] == {"Children: definition; protection", "Press"}
    assert (said["goal"], said["row"]) == ({"16", "16.a"}, {"export.xlsx:2"})
    (seen,) = things(staged, "observation").values()
    assert (seen["ofState"], seen["row"]) == ({"state/EGY", "state/CHL"}, {"export.xlsx:3"})
    assert things(staged, "document")["un/CCPR/C/EGY/CO/5"]["date"] == {"date/2026-02-25"}
    assert validate([book]) == []


def test_the_columns_may_stand_in_any_order_and_be_spelt_correctly(book: Path) -> None:
    header = [name.replace("Reccomending", "Recommending") for name in reversed(HEADERS)]
    staged = read_source(xlsx(book, header, CELLS[::-1]))
    assert (staged.problems, staged.loaded) == ([], 1)
    (said,) = things(staged, "record").values()
    assert said["recommendedBy"] == {"state/CHL", "state/TLS"}
    unused = "Date of publication on UHRI, Recommending Regions, Regions Concerned"
    assert f"fields not used: {unused}" in staged.remarks


@pytest.mark.parametrize("day", [46078, 46078.4996, "46078", "2026-02-25", "2026-02-25T10:00:00", date(2026, 2, 25)])
def test_days_are_serial_numbers_or_dates(book: Path, day: object) -> None:
    staged = read_source(xlsx(book, HEADERS, [day if cell == OBSERVED[7] else cell for cell in OBSERVED]))
    assert things(staged, "document")["un/CCPR/C/EGY/CO/5"]["date"] == {"date/2026-02-25"}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(TREATY, indent=2),
        json.dumps(REVIEW) + "\n" + json.dumps(TREATY) + "\n",
        "\ufeff" + json.dumps([REVIEW, TREATY]),
        "\n  " + json.dumps([REVIEW, TREATY], ensure_ascii=False),
    ],
    ids=["one object", "lines", "byte-order mark", "spaces before"],
)
def test_json_comes_in_several_forms(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    staged = read_source(file)
    assert (kind_of(file), staged.problems) == ("uhri", [])
    assert staged.read == staged.loaded == text.count('"AnnotationId"')


def test_other_json_is_not_taken_for_an_export(file: Path) -> None:
    file.write_text(json.dumps([{"title": "x", "text": "y", "date": "2020-01-01", "symbol": "A/1"}]), encoding="utf-8")
    assert kind_of(file) != "uhri"


def test_the_same_content_gives_the_same_statements(file: Path) -> None:
    one, two = read(file, REVIEW, TREATY), read(file, TREATY, REVIEW)
    assert [x for x in one.lines() if "sha256" not in x] == [x for x in two.lines() if "sha256" not in x]


# --- What is wrong with an export --------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"Countries": ["Atlantis"]}, "column Countries: 'Atlantis': is not a state we know; add the spelling to"),
        ({"Countries": ["Egypt", "Chile"]}, "'EGY; CHL': a review is of one state; split the record by states"),
        ({"UprPosition": "Perhaps"}, "column UprPosition: 'Perhaps': is not a position we know; use Supported, Noted"),
        (
            {"UprRecommendingCountry": ["Atlantis"]},
            "'Atlantis': is not a state we know; add the spelling to other_names",
        ),
        ({"UprCycle": "Cycle 9"}, f"column UprCycle: '9': is not a cycle we know; correct it, or add it to {CYCLES}"),
        (
            {"AnnotationType": "Praise"},
            "'Praise': is not a type of annotation we know; use Recommendations or Concerns",
        ),
        ({"Sdgs": ["PEACE"]}, "column Sdgs: 'PEACE': does not begin with the number of a goal or target; write it as"),
        ({"Body": ""}, "column Body: '': the field is empty; export the record again"),
        ({"PublicationDate": "soon"}, "column PublicationDate: 'soon': is not a date; write it as 2026-03-23"),
    ],
)
def test_a_bad_field_is_named_with_its_record_and_a_remedy(file: Path, changed: Fields, words: str) -> None:
    said = problem(file, REVIEW, **changed)
    assert said.startswith("export.json") and words in said


def test_a_renamed_field_is_missed(file: Path) -> None:
    fields = {("Wording" if name == "Text" else name): value for name, value in TREATY.items()}
    assert problem(file, fields) == (
        "export.json, record 1, column text: the field is missing; export the records with all fields"
    )


def test_a_value_that_is_no_object_is_a_problem(file: Path) -> None:
    file.write_text(json.dumps([TREATY, 5]), encoding="utf-8")
    (found,) = read_source(file).problems
    assert str(found).startswith("export.json, record 2")


def test_a_renamed_column_is_named(book: Path) -> None:
    header = ["Wording" if name == "Text" else name for name in HEADERS]
    staged = read_source(xlsx(book, header, CELLS))
    (found,) = staged.problems
    assert str(found) == (
        "export.xlsx, row 1, column Wording: the column is not known; "
        "give it the name that UHRI gives it; missing are: Text"
    )
    assert staged.loaded == 0


def test_a_missing_column_is_named(book: Path) -> None:
    at = HEADERS.index("Type")
    (found,) = read_source(xlsx(book, HEADERS[:at] + HEADERS[at + 1 :], CELLS[:at] + CELLS[at + 1 :])).problems
    assert str(found) == "export.xlsx, row 1, column Type: the column is missing; add it"


def test_a_column_that_stands_there_twice_is_named(book: Path) -> None:
    (found, *_) = read_source(xlsx(book, [*HEADERS, "Themes"], [*CELLS, ""])).problems
    assert str(found) == "export.xlsx, row 1, column Themes: the column stands there twice; remove one"


def refusal(path: Path) -> str:
    with pytest.raises(GraphbuildError) as refused:
        read_source(path)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("cut", [0.5, 0.999])
def test_a_truncated_file_is_refused_in_one_sentence(file: Path, cut: float) -> None:
    text = json.dumps([REVIEW, {**TREATY, "AnnotationId": "3"}, {**TREATY, "AnnotationId": "4"}])
    file.write_text(text[: int(len(text) * cut)], encoding="utf-8")
    said = refusal(file)
    assert "the file breaks off after record" in said and said.endswith("; download it again")


def test_an_error_within_the_json_is_refused_in_one_sentence(file: Path) -> None:
    file.write_text(json.dumps([REVIEW, TREATY]).replace('"Countries": ["Egypt"]', '"Countries": [Egypt]'))
    assert "the file breaks off after record 1, or is no JSON in UTF-8 from there; download" in refusal(file)


def test_another_encoding_is_refused_in_one_sentence(file: Path) -> None:
    file.write_bytes(json.dumps([{**TREATY, "Body": "Comité"}], ensure_ascii=False).encode("latin-1"))
    assert "after record 0" in refusal(file)


def test_a_page_saved_as_a_workbook_is_refused_in_one_sentence(book: Path) -> None:
    book.write_text("<html><body><table><tr><td>Text</td></tr></table></body></html>", encoding="utf-8")
    assert "not recognised" in refusal(book)


def test_a_workbook_that_would_fill_the_memory_is_refused_in_one_sentence(book: Path) -> None:
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 60_000_000)
    assert "would unpack to 60,000,000 bytes" in refusal(book)


# --- The question ------------------------------------------------------------------------

SEVERAL = [
    TREATY,
    {**TREATY, "AnnotationId": "a-3", "AnnotationType": "Recommendations", "Body": "CRC", "Symbol": "CRC/C/CHL/CO/6",
     "Countries": ["Chile"], "Themes": ["Children: definition; protection", "Right to health"], "Text": "9. Act.",
     "Sdgs": ["3 - HEALTH", "3.2 - Deaths"], "AffectedPersons": ["Children", "Girls"]},
    {**TREATY, "AnnotationId": "a-4", "Symbol": "", "Text": "Is worried.", "Countries": ["Chile", "Egypt"]},
    REVIEW,
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> OxigraphStore:
    folder = tmp_path_factory.mktemp("observations")
    (folder / "export.json").write_text(json.dumps(SEVERAL), encoding="utf-8")
    made = OxigraphStore(folder / "graph")
    assert load(made, [folder / "export.json"]).problems == []
    return made


@pytest.fixture(scope="module")
def second_engine(store: OxigraphStore) -> rdflib.Dataset:
    lines = [f"{t} ." for t in store.triples("settled")]
    lines += [f"{t} <{graph}> ." for graph in store.graphs() for t in store.triples(graph)]
    return rdflib.Dataset(default_union=False).parse(data="\n".join(lines), format="nquads")


GIVEN: list[tuple[dict[str, str], int]] = [
    ({}, 4),
    ({"state": "EGY"}, 2),
    ({"body": "CRC"}, 1),
    ({"kind": "recommendation"}, 1),
    ({"kind": "concern"}, 3),
    ({"theme": "Children: definition; protection"}, 1),
    ({"symbol": "CCPR/C/EGY/CO/5"}, 1),
    ({"state": "NOR"}, 0),
    ({"body": "CAT"}, 0),
]


@pytest.mark.parametrize(("given", "count"), GIVEN)
def test_observations_are_asked_for_in_two_engines(
    store: OxigraphStore, second_engine: rdflib.Dataset, given: dict[str, str], count: int
) -> None:
    question = find_question("observations")
    mine = ask(store, question, given)
    assert len(mine.rows) == count
    result = second_engine.query(bind(question, given))
    theirs = [[text(row[v], str(v) in question.lists) for v in result.vars or ()] for row in result]
    assert sorted(mine.rows) == sorted(theirs)


def text(value: object, is_list: bool) -> str:
    words = "" if value is None else str(value)
    return "; ".join(sorted({p.strip() for p in words.split(";") if p.strip()})) if is_list else words


def test_a_row_tells_all_that_is_said_of_an_observation(store: OxigraphStore) -> None:
    answer = ask(store, find_question("observations"), {"body": "CRC"})
    assert dict(zip(answer.columns, answer.rows[0], strict=True)) == {
        "state": "CHL", "body": "CRC", "kind": "recommendation", "symbol": "CRC/C/CHL/CO/6", "published": "2023-04-14",
        "paragraph": "9", "themes": "Children: definition, protection; Right to health", "affected": "Children; Girls",
        "goals": "3; 3.2", "text": "9. Act.", "source": "uhri-export",
    }
