"""Event Standard Formats: a made-up database in the fields of the list, and everything that can be wrong in one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from test_acled import found, things

from graphbuild.build import load, validate
from graphbuild.errors import GraphbuildError
from graphbuild.exports.profiles import quads
from graphbuild.read import kind_of, read_source
from graphbuild.said.esftables import fields
from graphbuild.staged import Staged
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import ID, UPR

ROWS: dict[str, dict[str, str]] = {
    "event": {
        "event_record_number": "7", "event_title": "The case of Ana Example", "confidentiality": "n",
        "geographical_term": "Kazakhstan; Central Asia", "local_geographical_area": "Zhanaozen",
        "initial_date": "2011-12-16", "final_date": "2011-12-00", "event_description": "Ana Example was taken.",
        "violation_status": "Likely", "remarks": "seen",
    },
    "person": {
        "person_record_number": "1", "counting_unit": "Individual", "person_name": "Ana Example",
        "other_names": "Anna Example; A. Example", "confidentiality": "", "date_of_birth": "1970-00-00",
        "religion": "none", "occupation": "Teacher",
    },
    "act": {
        "act_record_number": "ACT/1", "victim": "1", "event": "7", "type_of_act": "Arbitrary arrest",
        "initial_date": "2011-12-16", "status_at_end_of_act": "Detained",
    },
    "involvement": {
        "involvement_record_number": "4", "perpetrator": "2", "event": "7", "act": "ACT/1",
        "degree_of_involvement": "Carried out the act", "type_of_perpetrator": "Police",
    },
    "information": {
        "information_record_number": "5", "source": "1", "event": "7", "date_of_source_material": "2012-01",
        "source_connection_to_information": "Eyewitness", "reliability_of_information": "Highly reliable",
    },
    "intervention": {
        "intervention_record_number": "6", "intervening_party": "1", "event": "7", "victim": "1",
        "type_of_intervention": "Letter", "date_of_intervention": "2012-02-01", "response": "None",
    },
    "chain_of_events": {
        "chain_of_events_record_number": "1", "event": "7", "related_event": "7", "type_of_chain_of_events": "precedes",
    },
}


class Folder:
    """A made-up database: one row in each table, and a second person who is accused."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        for entity, row in ROWS.items():
            self.write(entity, row)
        self.write(
            "person",
            ROWS["person"],
            dict.fromkeys(ROWS["person"], "") | {"person_record_number": "2", "person_name": "Ben Sample"},
        )

    def write(self, entity: str, *rows: dict[str, str]) -> Path:
        path = self.path / f"{entity}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        return path

    def put(self, entity: str, column: str, value: str) -> None:
        self.write(entity, ROWS[entity] | {column: value})

    def read(self) -> Staged:
        return read_source(self.path)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "Case Work")


def test_the_fields_are_those_of_the_published_list(shared: Path) -> None:
    with (shared / "samples" / "events" / "huridocs-esf-fields.csv").open(encoding="utf-8-sig", newline="") as file:
        listed: dict[str, set[str]] = {}
        for row in csv.DictReader(file):
            listed.setdefault(row["entity"].casefold(), set()).add(row["field_name"])
    assert {name: {*known["used"], *known["unused"]} for name, known in fields().items()} == listed
    assert sum(map(len, listed.values())) == 230


def test_a_folder_is_read_whole(folder: Folder) -> None:
    staged = folder.read()
    assert (kind_of(folder.path), staged.source) == ("esf", "esf-case-work")
    assert staged.problems == []
    assert (staged.read, staged.loaded) == (8, 7)
    assert [(o.place, o.why) for o in staged.left_out] == [
        ("chain_of_events.csv, row 2", "rows of this table are not loaded")
    ]
    assert "event.csv, columns not used: remarks" in staged.remarks
    assert "person.csv, columns not used: religion" in staged.remarks


def test_a_victim_suffers_an_act_in_an_event(folder: Folder) -> None:
    staged = folder.read()
    (act,) = {t[0] for t in staged.triples if t[1] == f"<{UPR}victim>"}
    said = {t[1].removeprefix(f"<{UPR}")[:-1]: t[2] for t in staged.triples if t[0] == act}
    assert said["victim"] == f"<{ID}person/esf-case-work/P-1>"
    assert said["inEvent"] == f"<{ID}event/esf-case-work/E-7>"
    assert (said["kind"], said["kindAsWritten"]) == (f"<{ID}act-kind/arrest>", '"Arbitrary arrest"')
    assert (said["inState"], said["outcome"]) == (f"<{ID}state/KAZ>", '"Detained"@en')


def test_a_perpetrator_is_alleged_on_a_claim_and_never_on_the_act(folder: Folder) -> None:
    staged = folder.read()
    accused = f"<{ID}person/esf-case-work/P-2>"
    (claim,) = {t[0] for t in staged.triples if t[1] == f"<{UPR}actor>" and t[2] == accused}
    assert claim in things(staged, "Claim")
    said = {t[1].removeprefix(f"<{UPR}")[:-1]: t[2] for t in staged.triples if t[0] == claim}
    assert said["modality"] == f"<{ID}modality/alleges>"
    assert "/act/esf-case-work/A-" in said["about"]
    assert said["text"] == '"is said to have been involved; degree: Carried out the act; type: Police"@en'


def test_a_source_answers_for_its_information(folder: Folder) -> None:
    staged = folder.read()
    asserted = found(staged, "assertedBy")
    assert asserted["person/esf-case-work/P-1"] == 1
    assert any(
        text.startswith("gave information on the event; connection: Eyewitness") for text in found(staged, "text")
    )


def test_names_stand_in_name_records_and_nowhere_else_that_is_public(folder: Folder) -> None:
    staged = folder.read()
    assert set(found(staged, "name")) == {"Ana Example", "Anna Example", "A. Example", "Ben Sample"}
    assert len(things(staged, "Name")) == 4
    assert not [t for t in staged.triples if "Example" in t[0] + t[1] or (t[2].startswith("<") and "Example" in t[2])]
    labels = [t[2] for t in staged.triples if t[1].endswith(("label>", "title>"))]
    assert labels
    assert not [label for label in labels if "Example" in label or "Sample" in label]


@pytest.mark.parametrize(
    ("mark", "level"), [("n", "S3"), ("", "S3"), ("Y", "S4"), ("yes", "S4"), ("1", "S4"), ("false", "S3")]
)
def test_what_is_confidential_is_protected_most(folder: Folder, mark: str, level: str) -> None:
    folder.put("event", "confidentiality", mark)
    staged = folder.read()
    event = f"<{ID}event/esf-case-work/E-7>"
    assert [t[2] for t in staged.triples if t[0] == event and t[1] == f"<{UPR}sensitivity>"] == [
        f"<{ID}sensitivity/{level}>"
    ]
    assert all(n in ("sensitivity/S3", "sensitivity/S4") for n in found(staged, "sensitivity"))


def test_unknown_days_and_months_of_a_database_stay_unknown(folder: Folder) -> None:
    staged = folder.read()
    assert found(staged, "born") == {"date/1970": 1}
    assert "date/2011-12-16_to_2011-12" in found(staged, "date")


def test_places_that_are_no_state_are_kept_as_written(folder: Folder) -> None:
    assert found(folder.read(), "placeName") == {"Central Asia; Zhanaozen": 1}


@pytest.mark.parametrize(
    ("entity", "column", "value", "words"),
    [
        ("act", "type_of_act", "Tickling", "is not one of the list 'act-kind'; correct it, or add the word"),
        ("act", "type_of_act", "", "the cell is empty"),
        ("act", "victim", "99", "is not in person.csv; load the folder that holds person.csv with that record"),
        ("act", "victim", "", "the cell is empty; write the record number of the person"),
        ("act", "event", "99", "is not in event.csv"),
        ("involvement", "perpetrator", "99", "is not in person.csv"),
        ("involvement", "act", "99", "is not in act.csv"),
        ("information", "source", "99", "is not in person.csv"),
        ("intervention", "victim", "99", "is not in person.csv"),
        ("event", "initial_date", "", "the cell is empty; write when it began, at least the year"),
        ("event", "initial_date", "16/12/2011", "'16/12/2011' "),
        ("event", "final_date", "2010", "is before the initial date; correct one of the two"),
        ("event", "confidentiality", "perhaps", "is neither yes nor no; write y or n"),
    ],
)
def test_what_is_wrong_is_said_with_row_and_column(
    folder: Folder, entity: str, column: str, value: str, words: str
) -> None:
    folder.put(entity, column, value)
    staged = folder.read()
    problem = next(p for p in staged.problems if p.file == f"{entity}.csv")
    assert (problem.row, problem.column, problem.value) == (2, column, value)
    if not words.startswith("'"):
        assert f"{problem.message}; {problem.remedy}".startswith(words)


def test_an_unknown_column_is_a_problem(folder: Folder) -> None:
    folder.put("act", "mood", "sad")
    (problem,) = folder.read().problems
    assert (problem.file, problem.row, problem.column) == ("act.csv", 1, "mood")
    assert problem.message == "is no field of act in the Event Standard Formats"


def test_a_number_that_stands_there_twice_is_a_problem(folder: Folder) -> None:
    folder.write("event", ROWS["event"], ROWS["event"] | {"initial_date": "2012"})
    assert any(p.message == "stands in another row already" for p in folder.read().problems)


def test_one_table_alone_is_read_if_it_refers_to_nothing_else(folder: Folder) -> None:
    staged = read_source(folder.path / "event.csv")
    assert (staged.source, staged.problems, staged.loaded) == ("esf-event", [], 1)
    staged = read_source(folder.path / "act.csv")
    assert "load the folder that holds person.csv" in str(staged.problems[0])


def test_a_strange_file_in_the_folder_is_one_sentence(folder: Folder) -> None:
    (folder.path / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(GraphbuildError, match=r"notes.csv: is no table of the Event Standard Formats; take it out"):
        folder.read()


def test_a_database_passes_the_gate_and_nothing_of_its_people_is_published(folder: Folder, tmp_path: Path) -> None:
    assert [p for p in validate([folder.path]) if p.severity == "violation"] == []
    store = OxigraphStore(tmp_path / "graph")
    assert not load(store, [folder.path]).refused
    published = " ".join(str(quad) for quad in quads(store, "public"))
    assert "Example" not in published and "Sample" not in published
    assert not any(f"/{kind}/esf-case-work/" in published for kind in ("person", "name", "act", "event", "claim"))
