"""The phrases of reports: each means what stands beside it, and no phrase hides another one."""

from __future__ import annotations

import tomllib

import pytest

from graphbuild.resources import WORDS
from graphbuild.said.uprwords import responses
from graphbuild.undocuments.phrases import answer_in, office_in, replies_in, stance_of
from graphbuild.vocabulary import notations

LISTED = tomllib.loads((WORDS / "reports.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("entry", LISTED["answer"], ids=lambda e: e["meaning"])
def test_a_phrase_before_a_list_means_what_stands_beside_it(entry: dict[str, str]) -> None:
    for phrase in entry["phrases"]:
        found = answer_in(f"All {phrase} X")
        assert found, phrase
        assert (found.position, found.implementation) == (entry.get("position", ""), entry.get("implementation", ""))
        assert found.found == phrase


@pytest.mark.parametrize("entry", LISTED["reply"], ids=lambda e: e["meaning"])
def test_a_phrase_of_an_addendum_means_what_stands_beside_it_and_nothing_else(entry: dict[str, str]) -> None:
    for phrase in entry["phrases"]:
        assert [found.position for found in replies_in(f"X {phrase} Y")] == [entry["position"]], phrase


@pytest.mark.parametrize("entry", LISTED["stance"], ids=lambda e: e["meaning"])
def test_a_passage_that_begins_with_its_answer_means_it(entry: dict[str, str]) -> None:
    for phrase in entry["phrases"]:
        found = stance_of(f"{phrase.capitalize()}. More words")
        assert found and found.position == entry["position"], phrase


def test_every_position_and_implementation_is_a_concept() -> None:
    entries = [*LISTED["answer"], *LISTED["reply"], *LISTED["stance"]]
    assert {e["position"] for e in entries if "position" in e} <= set(notations("position"))
    assert {e["implementation"] for e in entries if "implementation" in e} <= set(notations("implementation"))


def test_every_kind_of_a_record_is_a_kind_of_document() -> None:
    assert set(LISTED["record"].values()) <= set(notations("document-kind"))


@pytest.mark.parametrize("database", ["export", "database"])
def test_every_answer_of_upr_info_is_a_position(database: str) -> None:
    assert set(responses(database).values()) <= set(notations("position"))


@pytest.mark.parametrize(
    "text", ["", "It warms the heart", "have been examined by X", "noteworthy", "Supported by facts, X goes on"]
)
def test_other_words_mean_nothing(text: str) -> None:
    assert (answer_in(text), replies_in(text), stance_of(text)) == (None, [], None)


@pytest.mark.parametrize(
    ("words", "office"),
    [
        ("the Deputy Prime Minister and Minister of Foreign Affairs, Ivan Ivanov", "Deputy Prime Minister and Minister of Foreign Affairs"),
        ("the Minister of Justice Ivan Ivanov", "Minister of Justice"),
        ("Minister of Justice of the Republic of Kazakhstan", "Minister of Justice of the Republic of Kazakhstan"),
        ("Minister of Justice Chad Ivanov", "Minister of Justice"),
        ("Ivan Ivanov", ""),
        ("", ""),
    ],
)
def test_an_office_ends_where_a_name_could_begin(words: str, office: str) -> None:
    assert office_in(words) == office
