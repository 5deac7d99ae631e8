"""The words that cells may use: each means one thing, and what is not known is never guessed."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TypedDict

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphbuild import resources, vocabulary
from graphbuild.errors import GraphbuildError
from graphbuild.terms import PREFIXES, thing


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("KAZ", "KAZ"),
        ("kz", "KAZ"),
        ("Kazakhstan", "KAZ"),
        ("KAZAKHSTAN", "KAZ"),
        ("Republic  of\u00a0Kazakhstan", "KAZ"),
        ("Türkiye", "TUR"),
        ("Turkey", "TUR"),
        ("Côte d'Ivoire", "CIV"),
        ("DPR Korea", "PRK"),
        ("St Lucia", "LCA"),
        ("Guinea Bissau", "GNB"),
        ("Swaziland", "SWZ"),
        ("Holy See", "VAT"),
        ("State of Palestine", "PSE"),
    ],
)
def test_a_state_is_known_by_its_codes_and_names(word: str, code: str) -> None:
    assert vocabulary.state(word) == thing("state", code)


@pytest.mark.parametrize(
    "word", ["", " ", "Absurdistan", "Kazak", "Kazakhstan?", "(Unknown)", "Soviet Union", "XXX", "KAZ; NLD"]
)
def test_a_word_that_is_no_state_is_not_guessed(word: str) -> None:
    assert vocabulary.state(word) is None


def test_what_to_do_about_a_word_that_is_no_state_begins_with_the_state_that_is_near() -> None:
    adding = f"add the spelling to other_names in {resources.WORLD / 'states.csv'}"
    assert vocabulary.add_spelling("Kazahkstan") == f"write 'Kazakhstan' if that is meant, or {adding}"
    assert vocabulary.add_spelling("Absurdistan") == adding


def test_a_code_of_a_language_has_one_tag() -> None:
    listed = vocabulary.listed(dict[str, list[str]], "languages")
    codes = [code for codes in listed.values() for code in codes]
    assert len(codes) == len({*codes})
    assert all(re.fullmatch("[a-z]{2}", tag) for tag in listed)
    assert all(re.fullmatch("[a-z]{3}", code) for code in codes)


def test_a_slip_in_a_list_is_told_with_file_and_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "names.toml").write_text('no_state = ["Korea"]\nofseveral\n', encoding="utf-8")
    (tmp_path / "laws.ttl").write_text("<https://a.example/> a\n", encoding="utf-8")
    monkeypatch.setattr(resources, "WORDS", tmp_path)
    monkeypatch.setattr(resources, "VOCABULARY", (tmp_path / "laws.ttl", tmp_path))
    with pytest.raises(GraphbuildError, match=r"names\.toml: is not TOML \(.+ \(at line 2, .+; correct the line"):
        vocabulary.listed(list[str], "names", "no_state")
    with pytest.raises(GraphbuildError, match=r"laws\.ttl: is not Turtle \(.+ line 2 .+; correct the line"):
        list(vocabulary.vocabulary_quads())
    with pytest.raises(GraphbuildError, match=r"laws\.ttl: is not Turtle \(.+ line 2 .+; correct the line"):
        vocabulary.ranges.__wrapped__()


class Phrases(TypedDict):
    phrases: list[str]


@pytest.mark.parametrize(
    ("form", "said", "sentence"),
    [
        (list[str], "lst = []", "has no 'list'; write it, under this name"),
        (list[str], 'list = "UPR"', """'list' is not a list, such as ["One", "Two"]; correct it"""),
        (list[str], 'list = ["UPR", 3]', "'list, number 2' is not text in quotes; correct it"),
        (str, "list = true", "'list' is not text in quotes; correct it"),
        (dict[str, float], 'list = {joined = "0.8"}', "'list.joined' is not a number; correct it"),
        (dict[str, float], "list = {joined = true}", "'list.joined' is not a number; correct it"),
        (dict[str, str], "list = 1", "'list' is not a table, with a name before each value; correct it"),
        (list[Phrases], "list = [{}]", "'list, number 1' has no 'phrases'; correct it"),
        (list[Phrases], "list = [{phrases = [], x = 1}]", "'list, number 1' has the unknown key 'x'; correct it"),
        (list[Phrases], 'list = [{phrases = "x"}]', """'list, number 1.phrases' is not a list, such as ["One", "Two"]"""),
    ],
)
def test_a_list_in_another_form_is_told_with_its_place(
    form: type, said: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "WORDS", tmp_path)
    (tmp_path / "names.toml").write_text(said, encoding="utf-8")
    with pytest.raises(GraphbuildError, match=re.escape(f"names.toml: {sentence}")):
        vocabulary.listed(form, "names", "list")


def test_a_whole_number_in_a_list_will_do_for_any_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "WORDS", tmp_path)
    (tmp_path / "names.toml").write_text("soonest = 60\n", encoding="utf-8")
    assert vocabulary.listed(dict[str, float], "names") == {"soonest": 60}


def test_no_two_states_share_a_word() -> None:
    with (resources.WORLD / "states.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    words = {
        (w.strip().casefold(), r["state"])
        for r in rows
        for w in (r["state"], r["alpha2"], r["name"], *r["other_names"].split(";"))
        if w.strip()
    }
    assert len(words) == len(dict(words))


def test_no_two_concepts_of_a_scheme_share_a_word() -> None:
    words = {
        (quad.subject.value.rpartition("/")[0], quad.object.value.casefold(), quad.subject.value)
        for quad in vocabulary.vocabulary_quads()
        if quad.predicate.value.removeprefix(PREFIXES["skos"]) in ("notation", "prefLabel", "altLabel")
    }
    assert len({word[:2] for word in words}) == len(words)


def test_every_word_of_a_scheme_is_a_concept_in_it() -> None:
    said = {quad.triple for quad in vocabulary.vocabulary_quads()}
    for scheme, words in vocabulary.concepts().items():
        for concept in words.values():
            node = ox.NamedNode(concept[1:-1])
            assert (
                ox.Triple(node, ox.NamedNode(PREFIXES["skos"] + "inScheme"), ox.NamedNode(thing(scheme)[1:-1])) in said
            )


@pytest.mark.parametrize(
    ("scheme", "word", "notation"),
    [
        ("issue", "Freedom of religion and belief", "freedom-of-religion-and-belief"),
        ("issue", "freedom-of-religion-and-belief", "freedom-of-religion-and-belief"),
        ("right", "RELIGION", "religion"),
        ("position", "accepted", "accepted"),
        ("stage", "workingGroup", "workingGroup"),
        ("action", "5", "5"),
    ],
)
def test_a_concept_is_known_by_its_notation_and_its_label(scheme: str, word: str, notation: str) -> None:
    assert vocabulary.concepts()[scheme][word.casefold()] == thing(scheme, notation)


@pytest.mark.parametrize(
    ("scheme", "number"),
    [("issue", 54), ("action", 5), ("position", 6), ("stage", 5), ("force", 4), ("polarity", 2), ("sensitivity", 5)],
)
def test_a_scheme_has_as_many_words_as_we_say(scheme: str, number: int) -> None:
    words = vocabulary.notations(scheme)
    assert words == sorted(set(words))
    assert len(words) == number


def test_an_unknown_scheme_has_no_words() -> None:
    assert vocabulary.notations("nonsense") == []


@given(st.text())
def test_whatever_is_written_a_state_is_one_we_know_or_none(word: str) -> None:
    assert vocabulary.state(word) in {None, *vocabulary.states().values()}


def test_properties_are_known_by_their_local_names() -> None:
    assert vocabulary.properties()["askOf"] == "<https://w3id.org/graphbuild/upr#askOf>"
    assert "Pledge" not in vocabulary.properties()


def test_the_vocabulary_names_everything_it_speaks_of() -> None:
    """Nodes without a name would be new ones at each load."""
    assert not [q for q in vocabulary.vocabulary_quads() if ox.BlankNode in (type(q.subject), type(q.object))]
