"""One recommendation from several sources: joined where it is clear, listed where it is not, decided by people."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from graphbuild import resources
from graphbuild.build import load, remove
from graphbuild.comparing import joining
from graphbuild.comparing.joining import Joined, count_joined
from graphbuild.comparing.likeness import alike, folded
from graphbuild.exports.workbook import as_workbook
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import find_question
from graphbuild.read import read_source
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import is_said, said_graph

Run = Callable[..., Result]

HEADER = "To,To-Rgrp,To-Org,Text,From,From-Rgrp,From-Org,Response,Action,Issue,Session\n"
LIST = """\
Human Rights Council
Report of the Working Group on the Universal Periodic Review
Kazakhstan
"""


def export(path: Path, *rows: tuple[str, str, str, str]) -> Path:
    """An export of UPR Info on Kazakhstan's first review: text, recommending state, response, action."""
    lines = [f'Kazakhstan,Asia,,"{t}",{by},WEOG,,{response},{action},Other,7\n' for t, by, response, action in rows]
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


def listing(path: Path, *rows: tuple[str, str, str, str]) -> Path:
    """A casebook that lists recommendations by paragraph: number, state, words, position in the report."""
    path.mkdir()
    (path / "about.csv").write_text("item,value\nid,list\n", encoding="utf-8")
    write = csv.writer(out := io.StringIO())
    write.writerow(["source", "title", "kind"])
    write.writerow(["WG", "Report", "working-group-report"])
    (path / "sources.csv").write_text(out.getvalue(), encoding="utf-8")
    reviews = "review,state,cycle,session,date\nKAZ/1,KAZ,1,7,2010-02-12\n"
    (path / "reviews.csv").write_text(reviews, encoding="utf-8")
    made, answered = csv.writer(a := io.StringIO()), csv.writer(b := io.StringIO())
    made.writerow(["recommendation", "review", "paragraph", "states", "text", "sources"])
    answered.writerow(["recommendation", "stage", "position", "recorded_as", "source"])
    for number, by, words, position in rows:
        made.writerow([f"KAZ/1/{number}", "KAZ/1", number.partition("/")[0], by, words, "WG"])
        if position:
            answered.writerow([f"KAZ/1/{number}", "workingGroup", position, position, "WG"])
    (path / "recommendations.csv").write_text(a.getvalue(), encoding="utf-8")
    (path / "responses.csv").write_text(b.getvalue(), encoding="utf-8")
    return path


class World:
    """A store in which things can be loaded and asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store = folder, OxigraphStore(folder / "graph")

    def load(self, *paths: Path) -> None:
        report = load(self.store, paths)
        assert [str(p) for p in report.violations] == []

    def ask(self, name: str, **given: str) -> list[dict[str, str]]:
        answer = ask(self.store, find_question(name), given)
        return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]

    def joins(self) -> list[tuple[str, str, str]]:
        return [(r["status"], r["recommendation"], r["text"]) for r in self.ask("joins")]

    def positions(self) -> dict[str, str]:
        return {r["paragraph"] or r["text"]: r["position"] for r in self.ask("recommendations")}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


# --- How alike two wordings are -------------------------------------------------------------


def likeness(one: str, other: str) -> tuple[float, str]:
    return alike(folded(one), folded(other))


@pytest.mark.parametrize(("one", "other"), [
    ("To ratify the Convention;", "Ratify the Convention"),
    ("Ratify the Convention (ICRMW)", "ratify the convention"),
    ("End well-being’s decline.", "End well being s decline"),
    ("Adopt a law - amend another", "Adopt a law; amend another"),
])
def test_what_editors_change_does_not_count(one: str, other: str) -> None:
    assert likeness(one, other) == (1.0, "same words")


def test_another_word_counts() -> None:
    assert likeness("Ratify ILO Convention 169 on indigenous peoples", "Ratify ILO Convention 189 on domestic workers")[0] < 0.82
    assert folded("Not to execute") != folded("To execute")


def test_a_short_text_is_not_found_inside_another() -> None:
    assert likeness("Ratify", "Ratify the Convention against Torture and its Optional Protocol")[0] < 0.6


# --- Joining ---------------------------------------------------------------------------------


def test_a_row_is_joined_to_the_item_with_the_same_words_and_state(world: World, tmp_path: Path) -> None:
    world.load(
        listing(tmp_path / "list", ("95.1", "NOR", "To protect journalists;", "accepted"), ("95.2", "SWE", "Protect judges", "accepted")),
        export(tmp_path / "rows.csv", ("Protect journalists", "Norway", "Accepted", "4")),
    )
    (row,) = world.ask("joins")
    assert (row["status"], row["recommendation"], row["method"]) == ("joined", "KAZ/1/95.1", "same words, same state")
    assert world.positions() == {"95.1": "accepted", "95.2": "accepted"}
    assert {r["source"] for r in world.ask("recommendations") if r["paragraph"] == "95.1"} == {"list; uprinfo-rows"}


def test_the_same_words_of_two_states_are_joined_to_the_item_of_each(world: World, tmp_path: Path) -> None:
    world.load(
        listing(tmp_path / "list", ("95.1", "NOR", "Ratify the Covenant", ""), ("95.2", "SWE", "Ratify the Covenant", "")),
        export(tmp_path / "rows.csv", ("Ratify the Covenant", "Norway", "Accepted", "5"), ("Ratify the Covenant", "Sweden", "Noted", "5")),
    )
    assert {r["recommendation"]: r["recommending_state"] for r in world.ask("joins")} == {"KAZ/1/95.1": "NOR", "KAZ/1/95.2": "SWE"}
    assert world.positions() == {"95.1": "accepted", "95.2": "noted"}


def test_a_row_of_another_state_is_listed_and_not_joined(world: World, tmp_path: Path) -> None:
    world.load(
        listing(tmp_path / "list", ("95.1", "NOR", "Ratify the Covenant on civil rights", "accepted")),
        export(tmp_path / "rows.csv", ("Ratify the Covenant on civil rights", "Sweden", "Noted", "5")),
    )
    assert world.joins() == [("uncertain", "KAZ/1/95.1", "Ratify the Covenant on civil rights")]
    assert world.positions() == {"95.1": "accepted"}


def test_what_nothing_is_like_is_listed_without_a_candidate(world: World, tmp_path: Path) -> None:
    world.load(
        listing(tmp_path / "list", ("95.1", "NOR", "Ratify the Covenant", "accepted")),
        export(tmp_path / "rows.csv", ("Build roads in the mountains of the south", "Norway", "Noted", "5")),
    )
    assert world.joins() == [("none", "", "Build roads in the mountains of the south")]
    assert len(world.ask("recommendations")) == 1


def test_two_parts_of_one_item_are_both_joined_to_it(world: World, tmp_path: Path) -> None:
    words = "Ratify the Convention against Torture, and establish a national preventive mechanism"
    world.load(
        listing(tmp_path / "list", ("95.1", "NOR", words, "")),
        export(
            tmp_path / "rows.csv",
            ("Ratify the Convention against Torture", "Norway", "Accepted", "5"),
            ("Establish a national preventive mechanism", "Norway", "Noted", "5"),
        ),
    )
    assert [(s, r) for s, r, _ in world.joins()] == [("joined", "KAZ/1/95.1")] * 2
    assert world.positions() == {"95.1": "partly"}, "one source, two answers for two parts of the wording"


def test_without_a_list_the_first_source_by_name_gives_the_recommendation(world: World, tmp_path: Path) -> None:
    world.load(
        export(tmp_path / "a.csv", ("Protect the freedom of the press", "Norway", "Accepted", "4")),
        export(tmp_path / "b.csv", ("To protect the freedom of the Press.", "Norway", "Accepted", "4")),
    )
    (row,) = world.ask("recommendations")
    assert (row["text"], row["source"]) == ("Protect the freedom of the press", "uprinfo-a; uprinfo-b")


def test_the_order_of_loading_does_not_matter(tmp_path: Path) -> None:
    one, other = World(tmp_path / "one"), World(tmp_path / "other")
    paths = [
        listing(tmp_path / "list", ("95.1", "NOR", "Protect journalists everywhere", "accepted")),
        export(tmp_path / "rows.csv", ("Protect journalists everywhere", "Norway", "Accepted", "4")),
    ]
    one.load(*paths)
    for path in reversed(paths):
        other.load(path)
    assert one.store.ledger.graphs == other.store.ledger.graphs


# --- Several wordings of one item -------------------------------------------------------------

TORTURE, WOMEN = "Ratify the Convention against Torture", "Ratify the Convention on discrimination against women"
BOTH = "Ratify the Convention against Torture and the Convention on discrimination against women"
SISTERS = (("95.1/a", "NOR", TORTURE, "pending"), ("95.1/b", "NOR", WOMEN, "pending"), ("95.1/c", "SWE", "Ratify both Conventions", "pending"))
ITEMS = (*SISTERS, ("95.2", "NOR", "Build roads in the mountains of the south", "pending"))


def by_wording(world: World) -> dict[str, str]:
    rows = world.store.query(
        "PREFIX upr: <https://w3id.org/graphbuild/upr#> SELECT ?r ?p WHERE { ?r a upr:Recommendation ; upr:position ?p }"
    )
    return {r["r"].value.rpartition("KAZ/1/")[2]: r["p"].value.rpartition("/")[2] for r in rows}


def test_a_row_that_unites_wordings_answers_for_each_of_its_state(world: World, tmp_path: Path) -> None:
    world.load(listing(tmp_path / "list", *ITEMS), export(tmp_path / "rows.csv", (BOTH, "Norway", "Accepted", "5")))
    assert by_wording(world) == {"95.1/a": "accepted", "95.1/b": "accepted", "95.1/c": "pending", "95.2": "pending"}
    links = {r["recommendation"]: (r["status"], r["method"], r["score"]) for r in world.ask("joins")}
    assert links == {
        "KAZ/1/95.1/a": ("joined", "part of the text, same state", "0.95"),
        "KAZ/1/95.1/b": ("united", "words within the text, same state", "1"),
    }


WATER = [f"Bring running water to all {part} schools" for part in "xyz"]
WATERS = ("Bring clean running water to all x, y and z schools", "Norway", "Accepted", "5")


def test_a_row_that_is_as_like_one_wording_as_another_of_its_item_is_joined(world: World, tmp_path: Path) -> None:
    wordings = [(f"95.1/{part}", "NOR", words, "") for part, words in zip("xyz", WATER, strict=True)]
    world.load(listing(tmp_path / "list", *wordings), export(tmp_path / "rows.csv", WATERS))
    assert sorted((r["status"], r["method"]) for r in world.ask("joins")) == [
        ("joined", "several wordings, same state"), *[("united", "words within the text, same state")] * 2,
    ]
    assert by_wording(world) == {f"95.1/{part}": "accepted" for part in "xyz"}


def test_a_wording_with_a_row_of_its_own_is_not_answered_by_another(world: World, tmp_path: Path) -> None:
    rows = ((BOTH, "Norway", "Accepted", "5"), (WOMEN, "Norway", "Noted", "5"))
    world.load(listing(tmp_path / "list", *ITEMS), export(tmp_path / "rows.csv", *rows))
    assert by_wording(world) == {"95.1/a": "accepted", "95.1/b": "noted", "95.1/c": "pending", "95.2": "pending"}


def test_a_row_does_not_answer_for_a_wording_that_it_does_not_hold(world: World, tmp_path: Path) -> None:
    world.load(listing(tmp_path / "list", *ITEMS), export(tmp_path / "rows.csv", (WOMEN, "Norway", "Accepted", "5")))
    assert by_wording(world)["95.1/a"] == "pending", "the share of its words is under the limit"
    assert [(s, r) for s, r, _ in world.joins()] == [("joined", "KAZ/1/95.1/b")]


def test_wordings_of_two_items_stay_rivals(world: World, tmp_path: Path) -> None:
    apart = [("95.1/a", "NOR", WATER[0], ""), ("95.1/b", "NOR", "Build roads", ""), ("95.2", "NOR", WATER[1], "")]
    world.load(listing(tmp_path / "list", *apart), export(tmp_path / "rows.csv", WATERS))
    assert {s for s, _, _ in world.joins()} == {"uncertain"}


def test_a_person_decides_on_each_wording_that_a_row_unites(world: World, tmp_path: Path) -> None:
    world.load(listing(tmp_path / "list", *ITEMS), export(tmp_path / "rows.csv", (BOTH, "Norway", "Accepted", "5")))
    path = decide(world, tmp_path / "decisions.csv", "same")
    world.load(path)
    assert [(r["status"], r["recommendation"], r["method"]) for r in world.ask("joins")] == [
        ("joined", "KAZ/1/95.1/a", "decision"), ("united", "KAZ/1/95.1/b", "decision"),
    ]
    path.write_text(path.read_text(encoding="utf-8").replace("95.1/b,same", "95.1/b,different"), encoding="utf-8")
    world.load(path)
    assert {(r["status"], r["recommendation"]) for r in world.ask("joins")} == {
        ("joined", "KAZ/1/95.1/a"), ("refused", "KAZ/1/95.1/b"),
    }
    assert by_wording(world)["95.1/b"] == "pending"


def test_states_that_made_one_recommendation_each_have_a_row(world: World, tmp_path: Path) -> None:
    """Sweden's row is not kept from the item because Norway's, which is clearer, was joined to it first."""
    item = "Protect journalists, bloggers and defenders of human rights from attacks"
    world.load(
        listing(tmp_path / "list", ("95.1", "NOR; SWE", item, ""), ("95.2", "SWE", "Build roads in the south", "")),
        export(
            tmp_path / "rows.csv",
            (item, "Norway", "Accepted", "4"),
            ("Protect journalists, bloggers, and defenders of human rights", "Sweden", "Accepted", "4"),
        ),
    )
    assert [(s, r) for s, r, _ in world.joins()] == [("joined", "KAZ/1/95.1")] * 2


def test_a_short_form_stands_for_the_name_of_the_treaty(world: World, tmp_path: Path) -> None:
    world.load(
        listing(tmp_path / "list", ("95.1", "NOR", "Ratify the Optional Protocol to the Convention against Torture", "")),
        export(tmp_path / "rows.csv", ("Ratify the OP-CAT", "Norway", "Accepted", "5")),
    )
    assert [(s, r) for s, r, _ in world.joins()] == [("joined", "KAZ/1/95.1")]


def test_a_short_form_that_both_texts_use_counts_no_more_than_it_is_long(world: World, tmp_path: Path) -> None:
    world.load(
        listing(tmp_path / "list", ("95.1", "NOR", "Harmonise norms on citizenship and bring these in line with CEDAW soon", "")),
        export(tmp_path / "rows.csv", ("End polygamy and bring the norms in line with CEDAW soon", "Norway", "Noted", "5")),
    )
    assert "joined" not in {s for s, _, _ in world.joins()}


# --- What is settled -------------------------------------------------------------------------


def test_a_document_and_a_database_that_disagree_make_the_position_contested(world: World, tmp_path: Path) -> None:
    world.load(
        listing(tmp_path / "list", ("95.1", "NOR", "Protect journalists everywhere", "accepted")),
        export(tmp_path / "rows.csv", ("Protect journalists everywhere", "Norway", "Noted", "4")),
    )
    assert world.positions() == {"95.1": "contested"}
    found = {(r["matter"], r["value"], r["source"]) for r in world.ask("claims-that-disagree")}
    assert found == {("position: workingGroup", "accepted", "WG"), ("position: final", "noted", "uprinfo-rows")}


def test_what_was_pending_in_the_report_has_the_answer_of_the_database(world: World, tmp_path: Path) -> None:
    world.load(
        listing(tmp_path / "list", ("97.1", "NOR", "Protect journalists everywhere", "pending")),
        export(tmp_path / "rows.csv", ("Protect journalists everywhere", "Norway", "Accepted", "4")),
    )
    assert world.positions() == {"97.1": "accepted"}
    assert [r["position"] for r in world.ask("position-history")] == ["pending", "accepted"]


def test_states_that_two_sources_name_differently_are_listed(world: World, tmp_path: Path) -> None:
    world.load(
        listing(tmp_path / "list", ("95.1", "NOR; SWE", "Protect journalists everywhere", "accepted")),
        export(tmp_path / "rows.csv", ("Protect journalists everywhere", "Norway", "Accepted", "4")),
    )
    found = {(r["value"], r["source"]) for r in world.ask("claims-that-disagree") if r["matter"] == "recommending state"}
    assert found == {("NOR", "WG"), ("SWE", "WG"), ("NOR", "uprinfo-rows")}


# --- Decisions -------------------------------------------------------------------------------


def decide(world: World, path: Path, verdict: str, **more: str) -> Path:
    """The answer to `joins` as a file, with one decision filled in, as a person would."""
    rows = world.ask("joins")
    for row in rows:
        row |= {"decision": verdict, "decided_by": "coder", "date": "2026-11-30", **more}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def uncertain(tmp_path: Path) -> list[Path]:
    return [
        listing(tmp_path / "list", ("95.1", "NOR", "Ratify the Covenant on civil rights", "accepted")),
        export(tmp_path / "rows.csv", ("Ratify the Covenant on civil rights", "Sweden", "Accepted", "5")),
    ]


def test_a_decision_joins_stays_and_can_be_undone(world: World, tmp_path: Path) -> None:
    world.load(*uncertain(tmp_path))
    before = dict(world.store.ledger.graphs)
    world.load(decide(world, tmp_path / "decisions.csv", "same"))
    assert [(s, r) for s, r, _ in world.joins()] == [("joined", "KAZ/1/95.1")]
    world.load(export(tmp_path / "rows.csv", ("Ratify the Covenant on civil rights", "Sweden", "Noted", "5")))
    assert [(s, r) for s, r, _ in world.joins()] == [("joined", "KAZ/1/95.1")], "applied again at the next load"
    world.load(export(tmp_path / "rows.csv", ("Ratify the Covenant on civil rights", "Sweden", "Accepted", "5")))
    remove(world.store, "decisions-all")
    assert world.store.ledger.graphs == before


def test_a_decision_may_be_filled_in_in_a_workbook(world: World, tmp_path: Path) -> None:
    world.load(*uncertain(tmp_path))
    rows = [row | {"decision": "same", "date": "2026-11-30"} for row in world.ask("joins")]
    (tmp_path / "decisions.xlsx").write_bytes(as_workbook([*rows[0]], [[*row.values()] for row in rows]))
    world.load(tmp_path / "decisions.xlsx")
    assert [(s, r) for s, r, _ in world.joins()] == [("joined", "KAZ/1/95.1")]


def test_decisions_that_take_the_place_of_others_are_told(world: World, tmp_path: Path) -> None:
    world.load(*uncertain(tmp_path))
    first = decide(world, tmp_path / "decisions.csv", "same")
    world.load(first)
    first.write_text(first.read_text(encoding="utf-8").replace(",same,", ",different,"), encoding="utf-8")
    (outcome,) = load(world.store, [first]).outcomes
    assert outcome.staged.remarks == [
        "replaces 1 decision loaded under this name; a file of another name would keep them"
    ]


def test_a_refusal_keeps_apart_what_looks_the_same(world: World, tmp_path: Path) -> None:
    world.load(
        listing(tmp_path / "list", ("95.1", "NOR", "Protect journalists everywhere", "accepted")),
        export(tmp_path / "rows.csv", ("Protect journalists everywhere", "Norway", "Accepted", "4")),
    )
    world.load(decide(world, tmp_path / "decisions.csv", "different"))
    assert [(s, r) for s, r, _ in world.joins()] == [("refused", "KAZ/1/95.1")]
    assert {r["source"] for r in world.ask("recommendations")} == {"list"}


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        (("same", "2026-11-30"), ("different", "2026-12-01"), "refused"),
        (("different", "2026-11-30"), ("same", "2026-12-01"), "joined"),
        (("different", ""), ("same", "2026-12-01"), "joined"),
        (("same", "2026-11-30"), ("different", "2026-11-30"), "refused"),
        (("same", ""), ("different", ""), "refused"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_of_two_decisions_the_later_counts_whatever_the_files_are_called(
    world: World, tmp_path: Path, first: tuple[str, str], second: tuple[str, str], status: str, *, turned: bool
) -> None:
    world.load(*uncertain(tmp_path))
    names = ("b", "a") if turned else ("a", "b")
    files = [
        decide(world, tmp_path / f"{name}.csv", verdict, date=day)
        for name, (verdict, day) in zip(names, (first, second), strict=True)
    ]
    world.load(*files)
    assert [found for found, *_ in world.joins()] == [status]


def test_two_decisions_on_one_pair_in_one_file_are_refused(world: World, tmp_path: Path) -> None:
    world.load(*uncertain(tmp_path))
    path = decide(world, tmp_path / "decisions.csv", "same")
    header, row = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, row, row, row.replace("same", "different", 1)]), encoding="utf-8")
    assert [str(problem) for problem in read_source(path).problems] == [
        "decisions.csv, row 4, column decision: 'different': row 2 decides the same pair as 'same'; keep one of the two"
    ]


def test_rows_without_a_decision_are_left_for_later(world: World, tmp_path: Path) -> None:
    world.load(*uncertain(tmp_path))
    staged = read_source(decide(world, tmp_path / "decisions.csv", ""))
    assert (staged.read, staged.loaded, [o.why for o in staged.left_out]) == (1, 0, ["not decided yet"])


@pytest.mark.parametrize(("cells", "message"), [
    ({"decision": "perhaps"}, "row 2, column decision: 'perhaps': is not a decision; write one of different, same, or leave it empty"),
    ({"record": "x"}, "row 2, column record: 'x': is not an id; copy it from the answer to `graphbuild query joins`"),
    ({"date": "30.11.26"}, "row 2, column date: '30.11.26': is not a date; write it as 2026-11-30"),
    ({"colour": "red"}, "row 1, column colour: the column is not known"),
])
def test_a_decision_that_cannot_be_read_is_one_sentence(world: World, tmp_path: Path, cells: dict[str, str], message: str) -> None:
    world.load(*uncertain(tmp_path))
    path = decide(world, tmp_path / "decisions.csv", **({"verdict": "same"} | cells | {"decision": cells.get("decision", "same")}))
    (problem,) = read_source(path).problems
    assert message in str(problem)


# --- Kazakhstan ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def first_review(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("first-review"))
    samples = shared / "samples"
    world.load(
        resources.DATA / "kazakhstan",
        samples / "wg-reports" / "uprs-txt" / "kazakhstan2010.txt",
        samples / "uprinfo" / "sessions-06-07.csv",
    )
    return world


def test_casebook_report_and_database_are_the_129_recommendations(first_review: World) -> None:
    rows = first_review.ask("recommendations", state="KAZ", cycle="1")
    assert len(rows) == 129 == len({(r["paragraph"], r["recommending_state"], r["text"]) for r in rows})
    assert {r["source"] for r in rows} == {"kazakhstan; uprinfo-sessions-06-07; wg-report-kaz-1"}
    assert {r["status"] for r in first_review.ask("joins", state="KAZ")} == {"joined"}


def test_both_positions_of_9719_stay_and_nothing_else_of_the_review_is_disputed(first_review: World) -> None:
    rows = [r for r in first_review.ask("claims-that-disagree", state="KAZ") if r["about"].startswith("KAZ/1/")]
    assert {r["about"] for r in rows} == {"KAZ/1/97.19"}
    assert {(r["matter"], r["value"]) for r in rows} == {
        ("position: plenary", "accepted"), ("position: plenary", "noted"), ("position: final", "noted"),
    }


def test_the_text_is_that_of_the_report_and_the_paraphrase_stays(first_review: World) -> None:
    graph = first_review.store.query(
        "PREFIX upr: <https://w3id.org/graphbuild/upr#> SELECT ?t ?p WHERE {"
        "<https://w3id.org/graphbuild/id/recommendation/KAZ/1/95.73> upr:text ?t ; upr:paraphrase ?p }"
    )
    (row,) = list(graph)
    assert row["t"].value.startswith("To ") and not row["p"].value.startswith("To ")


# --- Slovenia --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def slovenia(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("slovenia"))
    folder = shared / "samples" / "slovenia"
    world.load(*sorted([*folder.glob("c*.pdf"), *folder.glob("*.docx")]))
    return world


def test_report_addendum_and_thematic_list_are_the_215_recommendations(slovenia: World) -> None:
    rows = slovenia.ask("recommendations", state="SVN", cycle="3")
    assert len(rows) == 223, "one row for each recommending state"
    assert len({r["paragraph"] for r in rows}) == 215
    by_number = {r["paragraph"]: r["position"] for r in rows}
    assert sorted(by_number.values()) == ["accepted"] * 182 + ["noted"] * 33
    assert all({"matrix-svn-3", "wg-report-svn-3"} <= {*r["source"].split("; ")} for r in rows)
    assert slovenia.ask("claims-that-disagree", state="SVN") == []


def test_what_was_pending_is_answered_in_the_addendum_and_in_the_list(slovenia: World) -> None:
    history = slovenia.ask("position-history", state="SVN", cycle="3", paragraph="122.18")
    assert [(r["stage"], r["position"]) for r in history] == [
        ("workingGroup", "pending"), ("addendum", "accepted"), ("final", "accepted"),
    ]


def test_an_early_addendum_answers_by_the_numbers_of_the_only_list(slovenia: World) -> None:
    positions = {r["paragraph"]: r["position"] for r in slovenia.ask("recommendations", state="SVN", cycle="1")}
    assert len(positions) == 97
    assert sorted(n for n, p in positions.items() if p == "pending") == ["111.1", "111.15", "111.3", "111.32", "111.58"]
    assert slovenia.ask("joins", state="SVN", status="none") == []


# --- Japan -----------------------------------------------------------------------------------


def test_the_row_of_albania_answers_for_all_its_wordings_of_one_item(shared: Path, tmp_path: Path) -> None:
    world, samples = World(tmp_path), shared / "samples"
    rows = (samples / "uprinfo" / "sessions-01-02-04-05.csv").read_bytes().split(b"\r")
    (tmp_path / "japan.csv").write_bytes(b"\r".join([rows[0], *(row for row in rows if row.startswith(b"Japan,"))]))
    world.load(samples / "wg-reports" / "uprs-txt" / "japan2008.txt", tmp_path / "japan.csv")
    found = [r for r in world.ask("joins", state="JPN") if r["recommending_state"] == "ALB"]
    mine = {r["recommendation"]: r["status"] for r in found if "/60.1/" in r["recommendation"]}
    assert mine == {f"JPN/1/60.1/{part}": "joined" if part == "f" else "united" for part in "abcf"}
    history = world.ask("position-history", state="JPN", paragraph="60.1", recommending_state="ALB")
    assert len({r["text"] for r in history if r["stage"] == "final"}) == 4


def test_what_was_joined_is_counted_alike_of_a_few_sources_and_of_all(
    first_review: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    graphs = [graph for graph in first_review.store.graphs() if is_said(graph)]
    few = count_joined(first_review.store, graphs)
    monkeypatch.setattr(joining, "FEW", 0)
    assert few == count_joined(first_review.store, graphs) and len(few.shared) == 3
    assert count_joined(first_review.store, []) == Joined({}, {})


def test_of_a_source_that_is_asked_for_alone_only_it_is_counted(first_review: World) -> None:
    listed = said_graph("wg-report-kaz-1")
    assert count_joined(first_review.store, [listed]).shared.keys() == {listed}
