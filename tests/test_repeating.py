"""What was recommended again in a later cycle: which, how, how surely; and what a person decides about it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from graphbuild import resources
from graphbuild.build import load, remove
from graphbuild.comparing.likeness import limits
from graphbuild.comparing.repeating import repetitions, repetitions_of
from graphbuild.errors import GraphbuildError
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import find_question
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.stores.staging import SETTLED

REVIEWS = """review,state,cycle,session,date
KAZ/1,KAZ,1,7,2010-02-12
KAZ/2,KAZ,2,20,2014-10-30
KGZ/2,KGZ,2,21,2015-01-19
"""
#: Recommendations of both cycles that have nothing to do with the others; words are rare only among many.
OTHERS = [
    ("KAZ/1/95.90", "Provide clean drinking water in villages", "4", "Environment"),
    ("KAZ/1/95.91", "Train teachers for minority languages", "4", "Minorities"),
    ("KAZ/2/125.90", "Reduce infant mortality in rural hospitals", "4", "Right to health"),
]
Row = tuple[str, str, str, str]


class World:
    """A store with one casebook, made of recommendations: id, words, action category, issue."""

    def __init__(self, folder: Path, *rows: Row) -> None:
        self.folder, self.store = folder, OxigraphStore(folder / "graph")
        book = folder / "book"
        book.mkdir()
        (book / "about.csv").write_text("item,value\nid,book\n", encoding="utf-8")
        (book / "reviews.csv").write_text(REVIEWS, encoding="utf-8")
        with (book / "recommendations.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["recommendation", "review", "paragraph", "states", "text", "action", "issues"])
            for made, words, action, issue in [*rows, *OTHERS]:
                review, _, number = made.rpartition("/")
                writer.writerow([made, review, number, "NOR", words, action, issue])
        self.load(book)

    def load(self, *paths: Path) -> None:
        assert [str(p) for p in load(self.store, [*paths]).violations] == []

    def rows(self) -> list[dict[str, str]]:
        answer = ask(self.store, find_question("repetitions"), {})
        return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]

    def found(self) -> list[tuple[str, str, str, str]]:
        return [(r["earlier"], r["later"], r["kind"], r["status"]) for r in self.rows()]


MORE = "Abolish the death penalty for all crimes, peacetime, wartime, military, terrorist"
FIRST = ("KAZ/1/95.1", "Abolish the death penalty for all crimes", "5", "Death penalty")


@pytest.mark.parametrize(("words", "action", "kind"), [
    ("To abolish the death penalty for all crimes.", "5", "same"),
    ("Abolish the death penalty for all crimes soon", "5", "similar"),
    (MORE, "5", "build-up"),
    ("Abolish the death penalty for all crimes, peacetime, wartime, terrorist", "5", "similar"),  # too few words more
    ("Complete the abolishing of the death penalty for all crimes soon", "5", "similar"),  # one is another form
])
def test_the_kind_of_a_repetition(tmp_path: Path, words: str, action: str, kind: str) -> None:
    world = World(tmp_path, FIRST, ("KAZ/2/125.1", words, action, "Death penalty"))
    assert world.found() == [("KAZ/1/95.1", "KAZ/2/125.1", kind, "joined")]


def test_a_firmer_action_on_the_same_matter_is_a_build_up(tmp_path: Path) -> None:
    world = World(
        tmp_path,
        ("KAZ/1/95.1", "Consider abolishing the death penalty entirely", "3", "Death penalty"),
        ("KAZ/2/125.1", "Proceed to abolishing the death penalty entirely", "5", "Death penalty"),
    )
    assert [kind for _, _, kind, _ in world.found()] == ["build-up"]


def test_the_same_matter_in_much_less_detail_is_general(tmp_path: Path) -> None:
    world = World(tmp_path, ("KAZ/1/95.1", MORE, *FIRST[2:]), ("KAZ/2/125.1", *FIRST[1:]))
    assert [kind for _, _, kind, _ in world.found()] == ["general"]


def test_usual_words_do_not_make_a_build_up(tmp_path: Path) -> None:
    usual = "without any further delay"
    others = [(f"KAZ/1/96.{n}", f"{words} {usual}", "", "") for n, words in enumerate(["Plant forests", "Teach music"])]
    world = World(tmp_path, FIRST, ("KAZ/2/125.1", f"{FIRST[1]} {usual}", "5", "Death penalty"), *others)
    assert ("KAZ/1/95.1", "KAZ/2/125.1", "similar", "joined") in world.found()


def test_states_are_taken_one_at_a_time_and_in_order(tmp_path: Path) -> None:
    again = [(f"{state}/{n}", f"{words} in every district", "5", "") for state in ("KAZ/1", "KAZ/2", "KGZ/2")
             for n, words in (("95.2", "Open libraries"), ("95.1", "Build clinics"))]
    world = World(tmp_path, *again)
    with world.store.stage("other") as staging:
        staging.add(SETTLED, world.store.triples(SETTLED))
        found = list(repetitions_of(staging, "KAZ"))
        assert [(r.earlier[-10:], r.later[-10:]) for r in found] == [
            ("KAZ/1/95.1", "KAZ/2/95.1"), ("KAZ/1/95.2", "KAZ/2/95.2"),
        ]
        assert list(repetitions_of(staging, "KGZ")) == []
        assert list(repetitions(staging)) == found


def test_nothing_is_repeated_within_a_cycle_or_by_another_state_under_review(tmp_path: Path) -> None:
    again = FIRST[1:]
    assert World(tmp_path, FIRST, ("KAZ/1/95.2", *again), ("KGZ/2/117.1", *again)).found() == []


def test_the_best_of_the_earlier_ones_is_chosen(tmp_path: Path) -> None:
    world = World(
        tmp_path, FIRST,
        ("KAZ/1/95.2", "Abolish the death penalty for crimes of minors", "5", "Death penalty"),
        ("KAZ/2/125.1", "Abolish the death penalty for crimes committed by minors", "5", "Death penalty"),
    )
    assert [(earlier, later) for earlier, later, *_ in world.found()] == [("KAZ/1/95.2", "KAZ/2/125.1")]


def test_other_issues_keep_apart_what_is_only_alike(tmp_path: Path) -> None:
    other = "Torture and other CID treatment"
    world = World(
        tmp_path, FIRST,
        ("KAZ/2/125.1", MORE, "5", other),
        ("KAZ/2/125.2", MORE, "5", ""),
        ("KAZ/2/125.3", FIRST[1], "5", other),
    )
    assert {r["later"] for r in world.rows()} == {"KAZ/2/125.2", "KAZ/2/125.3"}, "no issues, and the same words"
    assert float(world.rows()[0]["score"]) < limits("repeating")["untagged"]


def test_what_is_less_alike_is_listed_for_a_person(tmp_path: Path) -> None:
    world = World(tmp_path, FIRST, ("KAZ/2/125.1", "Commute death sentences for all crimes", "5", "Death penalty"))
    (row,) = world.rows()
    assert limits("repeating")["uncertain"] <= float(row["score"]) < limits("repeating")["linked"]
    assert row["status"] == "uncertain"


def test_words_that_most_recommendations_use_count_little(tmp_path: Path) -> None:
    usual = "Take all necessary measures to "
    pair = [("KAZ/1/95.1", usual + "free hostages", "", ""), ("KAZ/2/125.1", usual + "vaccinate infants", "", "")]
    others = ["plant forests", "teach music", "repair bridges", "print maps", "train pilots", "dig wells"]
    (tmp_path / "few").mkdir()
    (tmp_path / "many").mkdir()
    few = World(tmp_path / "few", *pair)
    many = World(tmp_path / "many", *pair, *((f"KAZ/1/96.{n}", usual + w, "", "") for n, w in enumerate(others)))
    assert [r["status"] for r in few.rows()] == ["joined"]
    assert "joined" not in [r["status"] for r in many.rows()]


def test_what_is_hardly_alike_is_not_linked(tmp_path: Path) -> None:
    world = World(tmp_path, FIRST, ("KAZ/2/125.1", "Build more schools in the capital", "5", FIRST[3]))
    assert world.found() == [], "the same issue and action alone are not enough"


# --- Decisions -------------------------------------------------------------------------------


@pytest.mark.parametrize(("verdict", "kind", "status"), [("build-up", "build-up", "decided"), ("none", "", "refused")])
def test_a_person_decides_and_can_take_it_back(tmp_path: Path, verdict: str, kind: str, status: str) -> None:
    world = World(tmp_path, FIRST, ("KAZ/2/125.1", *FIRST[1:]))
    before = dict(world.store.ledger.graphs)
    path = tmp_path / "repeated.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        (row,) = world.rows()
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row | {"decision": verdict, "decided_by": "coder", "date": "2026-11-30"})
    world.load(path)
    assert world.found() == [("KAZ/1/95.1", "KAZ/2/125.1", kind, status)]
    made = tmp_path / "book" / "recommendations.csv"
    rows = made.read_text(encoding="utf-8")
    made.write_text(rows + "KAZ/2/125.2,KAZ/2,125.2,NOR,Open libraries in every town,5,\n", encoding="utf-8")
    world.load(made.parent)
    assert world.found() == [("KAZ/1/95.1", "KAZ/2/125.1", kind, status)], "applied again at the next load"
    made.write_text(rows, encoding="utf-8")
    world.load(made.parent)
    remove(world.store, "decisions-repeated")
    assert world.store.ledger.graphs == before


@pytest.mark.parametrize(
    ("decisions", "status"),
    [
        ({"a": ("none", "2026-11-30"), "b": ("similar", "2026-12-01")}, "decided"),
        ({"b": ("none", "2026-11-30"), "a": ("similar", "2026-12-01")}, "decided"),
        ({"a": ("none", ""), "b": ("similar", "")}, "refused"),
        ({"b": ("none", ""), "a": ("similar", "")}, "refused"),
    ],
)
def test_of_two_decisions_the_later_counts(tmp_path: Path, decisions: dict[str, tuple[str, str]], status: str) -> None:
    world = World(tmp_path, FIRST, ("KAZ/2/125.1", *FIRST[1:]))
    (row,) = world.rows()
    for name, (verdict, day) in decisions.items():
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, row)
            writer.writeheader()
            writer.writerow(row | {"decision": verdict, "date": day})
    world.load(*(tmp_path / f"{name}.csv" for name in decisions))
    assert [found for *_, found in world.found()] == [status]


def test_kazakhstan_was_asked_again_what_people_see_that_it_was(store: OxigraphStore) -> None:
    expected = Path(__file__).parent / "expected" / "repetitions.csv"
    with expected.open(encoding="utf-8", newline="") as file:
        pairs = {(r["earlier"], r["later"], r["kind"]) for r in csv.DictReader(file)}
    answer = ask(store, find_question("repetitions"), {"state": "KAZ"})
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    assert resources.COMPARING.is_file()
    assert pairs <= {(r["earlier"], r["later"], r["kind"]) for r in rows}


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "'joining' has no 'margin'; correct it"),
        ("margin = 0.04\nmargim = 0.05", "'joining' has the unknown key 'margim'; correct it"),
    ],
)
def test_a_missing_limit_is_told_with_file_and_name(
    written: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "comparing.toml"
    path.write_text(resources.COMPARING.read_text(encoding="utf-8").replace("margin = 0.04", written), encoding="utf-8")
    monkeypatch.setattr(resources, "COMPARING", path)
    with pytest.raises(GraphbuildError, match=re.escape(f"comparing.toml: {sentence}")):
        limits.__wrapped__("joining")


def test_all_words_find_what_the_rarest_find(store: OxigraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.stage("other") as staging:
        staging.add(SETTLED, store.triples(SETTLED))
        found = list(repetitions_of(staging, "KAZ"))
        monkeypatch.setitem(limits("repeating"), "telling", 1.0)
        assert list(repetitions_of(staging, "KAZ")) == found
        monkeypatch.setitem(limits("repeating"), "telling", 0.2)
        assert list(repetitions_of(staging, "KAZ")) != found, "fewer words would miss some"
