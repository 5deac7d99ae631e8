"""ACLED: made-up rows in the columns of its codebook, for every quirk and everything that can be wrong."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from graphbuild import vocabulary
from graphbuild.build import load, validate
from graphbuild.errors import GraphbuildError
from graphbuild.exports.profiles import quads
from graphbuild.read import kind_of, read_source
from graphbuild.staged import Staged
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import ID, UPR

COLUMNS = [
    "event_id_cnty",
    "event_date",
    "year",
    "time_precision",
    "disorder_type",
    "event_type",
    "sub_event_type",
    "actor1",
    "assoc_actor_1",
    "inter1",
    "actor2",
    "assoc_actor_2",
    "inter2",
    "interaction",
    "civilian_targeting",
    "iso",
    "region",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "source_scale",
    "notes",
    "fatalities",
    "tags",
    "timestamp",
]
ROW = dict.fromkeys(COLUMNS, "") | {
    "event_id_cnty": "KAZ1", "event_date": "2022-01-05", "year": "2022", "time_precision": "1",
    "disorder_type": "Demonstrations", "event_type": "Protests", "sub_event_type": "Peaceful protest",
    "actor1": "Protesters (Kazakhstan)", "assoc_actor_1": "Labor Group (Kazakhstan); Oil Workers (Kazakhstan)",
    "inter1": "Protesters", "iso": "398", "country": "Kazakhstan", "admin1": "Mangystau", "location": "Zhanaozen",
    "latitude": "43.3", "longitude": "52.8", "source": "First Paper; Second Paper", "notes": "People gathered.",
    "fatalities": "0", "tags": "crowd size=about 100", "timestamp": "1641900000",
}


class Export:
    """A made-up export, written as ACLED's API writes one: UTF-8 with a byte-order mark."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, *rows: dict[str, str], columns: list[str] = COLUMNS, encoding: str = "utf-8-sig") -> Path:
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(ROW | row for row in rows)
        self.path.write_bytes(text.getvalue().encode(encoding))
        return self.path

    def read(self, *rows: dict[str, str]) -> Staged:
        return read_source(self.write(*rows))


@pytest.fixture
def export(tmp_path: Path) -> Export:
    return Export(tmp_path / "Central Asia.csv")


def found(staged: Staged, name: str) -> Counter[str]:
    said = [t[2] for t in staged.triples if t[1] == f"<{UPR}{name}>"]
    return Counter(v.partition("@en")[0].partition("^^")[0].strip('<>"').removeprefix(ID) for v in said)


def things(staged: Staged, class_: str) -> set[str]:
    return {t[0] for t in staged.triples if t[2] == f"<{UPR}{class_}>"}


KNOWN = {name for part in ("used", "unused") for name in vocabulary.listed(list[str], "acled", part)}


def test_the_columns_of_an_export_are_all_used_or_said_not_to_be(export: Export) -> None:
    assert len(COLUMNS) == 31
    assert set(COLUMNS) <= KNOWN
    remarks = export.read({}).remarks
    assert any(r.startswith("columns not used: disorder_type, event_type, interaction") for r in remarks)


def test_the_columns_of_the_codebook_are_known(shared: Path) -> None:
    with (shared / "samples" / "events" / "acled_codebook.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["Variable"] for row in csv.DictReader(file)} <= KNOWN


def test_the_words_of_the_codebook_are_known(shared: Path) -> None:
    with (shared / "samples" / "events" / "acled_codebook.csv").open(encoding="utf-8-sig", newline="") as file:
        values = {row["Variable"]: row["Values"] for row in csv.DictReader(file)}
    words = [word.strip().casefold() for word in values["sub_event_type"].split(";")]
    assert len(words) == 25
    assert set(words) <= vocabulary.concepts()["acled-sub-event"].keys()
    actors = [pair.partition(" = ") for pair in values["inter1"].split("; ")]
    known = vocabulary.concepts()["acled-actor"]
    assert all(known[number] == known[name.casefold()] for number, _, name in actors)


def test_a_row_is_an_event_with_kind_state_date_and_place(export: Export) -> None:
    staged = export.read({})
    assert (staged.source, staged.kind) == ("acled-central-asia", "ACLED export")
    assert (staged.problems, staged.read, staged.loaded, staged.left_out) == ([], 1, 1, [])
    assert things(staged, "Event") == {f"<{ID}event/acled-central-asia/KAZ1>"}
    assert found(staged, "inState") == {"state/KAZ": 1}
    assert found(staged, "date") == {"date/2022-01-05": 1}
    assert found(staged, "placeName") == {"Zhanaozen, Mangystau": 1}
    assert found(staged, "kindAsWritten") == {"Peaceful protest": 1}
    assert found(staged, "kind")["event-kind/protest"] == 1
    assert found(staged, "note") == {"reported by: First Paper; Second Paper": 1}


def test_actors_are_kept_as_written_and_empty_ones_are_none(export: Export) -> None:
    staged = export.read({})
    assert set(found(staged, "actorAsWritten")) == {
        "Protesters (Kazakhstan)", "Labor Group (Kazakhstan)", "Oil Workers (Kazakhstan)"}
    assert found(staged, "actorKind") == {"acled-actor/6": 1}


@pytest.mark.parametrize("word", ["6", "Protesters", "protesters", "Protestors"])
def test_old_numbers_and_new_words_for_actors_mean_the_same(export: Export, word: str) -> None:
    assert found(export.read({"inter1": word, "inter2": "0"}), "actorKind") == {"acled-actor/6": 1}


@pytest.mark.parametrize(
    "written", ["2022-01-05", "05 January 2022", "5 January 2022", "05-01-2022", "05-January-2022", "05/01/2022"]
)
def test_every_way_to_write_a_day_is_that_day(export: Export, written: str) -> None:
    assert found(export.read({"event_date": written}), "date") == {"date/2022-01-05": 1}


@pytest.mark.parametrize(
    ("precision", "earliest", "latest"),
    [("1", "2022-01-05", "2022-01-05"), ("2", "2021-12-29", "2022-01-12"), ("3", "2022-01-01", "2022-01-31")],
)
def test_a_date_is_as_wide_as_its_precision(export: Export, precision: str, earliest: str, latest: str) -> None:
    staged = export.read({"time_precision": precision})
    assert set(found(staged, "earliest")) == {earliest}
    assert set(found(staged, "latest")) == {latest}


def test_the_dead_are_a_figure_of_acled_and_not_a_fact(export: Export) -> None:
    staged = export.read({"fatalities": "3", "tags": ""})
    (figure,) = things(staged, "Figure")
    said = {t[1].removeprefix(f"<{UPR}")[:-1]: t[2].partition("^^")[0] for t in staged.triples if t[0] == figure}
    assert said["assertedBy"] == f"<{ID}agent/ACLED>"
    assert said["saidIn"] == f"<{ID}document/acled-central-asia>"
    assert (said["measure"], said["stated"]) == (f"<{ID}measure/killed>", '"3"')
    assert said["minimum"] == said["maximum"] == '"3"'


def test_no_reported_dead_are_no_figure(export: Export) -> None:
    staged = export.read({"tags": "crowd size=no report"})
    assert not things(staged, "Figure")
    assert any("no figure from 1 row with 0 fatalities" in remark for remark in staged.remarks)


def test_the_size_of_a_crowd_is_a_figure_in_the_words_of_the_source(export: Export) -> None:
    staged = export.read({"tags": "crowd size=about 100; local administrators"})
    assert found(staged, "stated") == {"about 100": 1}
    assert not found(staged, "minimum")
    assert "tags not used: local administrators" in staged.remarks


@pytest.mark.parametrize("country", [("Taiwan", "158"), ("Kosovo", "0"), ("Atlantis", "999")])
def test_what_happened_in_no_state_of_ours_is_left_out_with_the_reason(
    export: Export, country: tuple[str, str]
) -> None:
    staged = export.read({}, {"event_id_cnty": "X1", "country": country[0], "iso": country[1]})
    assert [(o.place, o.what, o.why) for o in staged.left_out] == [
        ("row 3", "X1", "the place is in no state that the graph knows")]
    assert (staged.problems, staged.read, staged.loaded) == ([], 2, 1)


def test_a_state_is_known_by_its_number_alone(export: Export) -> None:
    assert found(export.read({"country": "République kazakhe", "iso": "398"}), "inState") == {"state/KAZ": 1}
    assert found(export.read({"country": "Afghanistan", "iso": "4"}), "inState") == {"state/AFG": 1}


def test_a_row_that_stands_there_twice_is_said_once(export: Export) -> None:
    staged = export.read({}, {})
    assert [o.why for o in staged.left_out] == ["the same row stands there twice"]
    assert (staged.read, staged.loaded) == (2, 1)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("sub_event_type", "Picnic", "is not one of the list 'acled-sub-event'; correct it, or add the word"),
        ("sub_event_type", "", "the cell is empty"),
        ("inter1", "9", "is not one of the list 'acled-actor'"),
        ("time_precision", "4", "is not a precision of ACLED; write 1 for a day, 2 a week, 3 a month"),
        ("time_precision", "", "is not a precision of ACLED"),
        ("event_date", "2022-02-30", "is not a day; write 2024-03-05 or 05 March 2024"),
        ("event_date", "soon", "is not a day"),
        ("event_date", "January 2022", "is not a day"),
        ("year", "2021", "is not the year of 2022-01-05; correct one of the two"),
        ("country", "Norway", "is not the state with the number 398; correct one of the two"),
        ("fatalities", "some", "is not a whole number; write digits only"),
        ("fatalities", "-1", "is not a whole number"),
        ("event_id_cnty", "", "is not the id of an event"),
        ("event_id_cnty", "../../KAZ", "is not the id of an event"),
    ],
)
def test_what_is_wrong_is_said_with_row_and_column(export: Export, column: str, value: str, words: str) -> None:
    staged = export.read({"event_id_cnty": "KAZ0"}, {column: value})
    (problem,) = staged.problems
    assert (problem.file, problem.row, problem.column, problem.value) == ("Central Asia.csv", 3, column, value)
    assert f"{problem.message}; {problem.remedy}".startswith(words)
    assert (staged.read, staged.loaded) == (2, 1)


def test_two_rows_that_differ_under_one_id_are_refused(export: Export) -> None:
    (problem,) = export.read({}, {"fatalities": "5"}).problems
    assert str(problem).endswith("stands in row 2 with other values; keep the newer row")


def test_an_unknown_column_is_a_problem(export: Export) -> None:
    (problem,) = read_source(export.write({}, columns=[*COLUMNS, "mood"])).problems
    assert (problem.column, problem.message) == ("mood", "is not a column of ACLED that we know")


def test_another_encoding_is_refused(export: Export) -> None:
    (problem, *_) = read_source(export.write({"location": "Aktöbe"}, encoding="cp1252")).problems
    assert "is not utf-8; save the file as CSV UTF-8" in str(problem)


def test_a_table_that_lacks_what_every_export_has_is_not_taken_for_one(export: Export) -> None:
    export.write({}, columns=["event_id_cnty", "event_date", "country"])
    with pytest.raises(GraphbuildError, match="not recognised"):
        read_source(export.path)


def test_formulas_and_markup_in_notes_are_text(export: Export) -> None:
    notes = '=HYPERLINK("http://x") <script>alert(1)</script> \u202eevil\x07'
    assert any("<script>" in text for text in found(export.read({"notes": notes}), "text"))


def test_an_export_passes_the_gate_and_nothing_of_its_events_is_published(export: Export, tmp_path: Path) -> None:
    words = sorted(w for w in vocabulary.concepts()["acled-sub-event"] if "/" not in w)
    path = export.write(
        *({"event_id_cnty": f"KAZ{n}", "sub_event_type": w, "fatalities": "2"} for n, w in enumerate(words))
    )
    assert kind_of(path) == "acled"
    assert [p for p in validate([path]) if p.severity == "violation"] == []
    store = OxigraphStore(tmp_path / "graph")
    assert not load(store, [path]).refused
    published = {str(quad.subject) for quad in quads(store, "public")}
    assert not [s for s in published if "/event/" in s or "/figure/" in s]
    assert any("/document/acled-central-asia" in s for s in published)
