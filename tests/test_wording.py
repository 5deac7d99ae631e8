"""One numbered item and its wordings: whose each is, and what in a parenthesis is no state."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphbuild.undocuments.wording import Wording, split_wordings


def split(item: str) -> list[tuple[str, str]]:
    return [(w.text, " ".join(w.states)) for w in split_wordings(item)]


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        ("(Algeria)", "DZA"),
        ("(Spain, Chile)", "ESP CHL"),
        ("(Spain and Chile)", "ESP CHL"),
        ("(Spain, Peru, and Chile)", "ESP PER CHL"),
        ("(Spain; Chile)", "ESP CHL"),
        ("(Spain/Chile)", "ESP CHL"),
        ("(France) (Lithuania)", "FRA LTU"),
        ("(Chile); (Estonia)", "CHL EST"),
        ("(Chile), (Estonia) and (Norway)", "CHL EST NOR"),
        ("(Bosnia and Herzegovina)", "BIH"),
        ("(Spain, Bosnia and Herzegovina and Chile)", "ESP BIH CHL"),
        ("(Trinidad and Tobago and Antigua and Barbuda)", "TTO ATG"),
        ("(Saint Vincent and the Grenadines)", "VCT"),
        ("(United Kingdom of Great Britain and Northern Ireland, Spain)", "GBR ESP"),
        ("(Venezuela (Bolivarian Republic of))", "VEN"),
        ("(Iran (Islamic Republic of), Bolivia (Plurinational State of), Cuba)", "IRN BOL CUB"),
        ("(Venezuela (Bolivarian Republic of)", "VEN"),
        ("(Korea, Republic of; Cuba)", "KOR CUB"),
        ("(the former Yugoslav Republic of Macedonia)", "MKD"),
        ("(Timor-Leste, Guinea-Bissau)", "TLS GNB"),
        ("(Côte d’Ivoire)", "CIV"),
        ("(Guinea.Bissau, Lao People.s Democratic Republic)", "GNB LAO"),
        ("(Russian\nFederation)", "RUS"),
        ("(UK, US)", "GBR USA"),
        ("(Holy See, State of Palestine)", "VAT PSE"),
        ("(Uruguay 3)", "URY"),
        ("(Spain)*", "ESP"),
        ("(Spain)2", "ESP"),
        ("(Spain, Chile, Spain)", "ESP CHL"),
        ("(Spain", "ESP"),
    ],
)
@pytest.mark.parametrize("end", ["", ";", ".", " ; \n"])
def test_states_stand_behind_the_wording(names: str, codes: str, end: str) -> None:
    assert split(f"To free prisoners {names}{end}") == [("To free prisoners", codes)]


@pytest.mark.parametrize(
    ("item", "wordings"),
    [
        ("To do A (Italy); to do B (Spain, Chile).", [("To do A", "ITA"), ("to do B", "ESP CHL")]),
        ("Ratify A (Algeria)/sign B (Egypt)/ratify C (Cuba);", [("Ratify A", "DZA"), ("sign B", "EGY"), ("ratify C", "CUB")]),
        ("Do A (Iraq), study B (Peru) and abolish C (Cuba)", [("Do A", "IRQ"), ("study B", "PER"), ("abolish C", "CUB")]),
        ("(a) Do A (Iraq); (b) Do B (Peru)", [("(a) Do A", "IRQ"), ("(b) Do B", "PER")]),
        ("(a) Do A; (b) Do B (Peru)", [("(a) Do A; (b) Do B", "PER")]),
        ("Do A (Italy); Do B (Spain); Do A (Chile)", [("Do A", "ITA CHL"), ("Do B", "ESP")]),
        ("Do A (Venezuela (Bolivarian Republic of); Do B (Spain); Do C (Cuba", [("Do A", "VEN"), ("Do B", "ESP"), ("Do C", "CUB")]),
        ("Do A (Italy); Do B", [("Do A", "ITA"), ("Do B", "")]),
        ("Do A", [("Do A", "")]),
        ("Do A. (None)", [("Do A", "")]),
        ("", [("", "")]),
    ],
)
def test_an_item_of_several_wordings_is_several(item: str, wordings: list[tuple[str, str]]) -> None:
    assert split(item) == wordings


@pytest.mark.parametrize(
    "words",
    ["(No. 29)", "(ICRMW)", "(arts. 21, 22)", "(LGBT)", "(Law 84 of 2002)", "(2009-2014)", "(CAT)", "(CRC)",
     "(Kampala Convention)", "(a)", "(no)", "(Republika Srpska)", "(the Bangkok Rules)", "(ombudsman)"],
)
def test_a_parenthesis_without_states_stays_in_the_text(words: str) -> None:
    assert split(f"Apply the text {words} soon (Spain);") == [(f"Apply the text {words} soon", "ESP")]
    assert split(f"Apply the text {words} (Spain);") == [(f"Apply the text {words}", "ESP")]


@pytest.mark.parametrize("words", ["(No. 29)", "(ICRMW)", "(Kampala Convention)", "(such as schools)", "(CAT)"])
def test_a_parenthesis_at_the_end_that_could_be_no_state_stays_in_the_text(words: str) -> None:
    assert split_wordings(f"Apply it {words};") == [Wording(f"Apply it {words}")]


def test_a_name_at_the_end_that_nobody_knows_is_kept_and_not_guessed() -> None:
    (wording,) = split_wordings("Free prisoners (Absurdistan);")
    assert wording == Wording("Free prisoners", (), ("Absurdistan",), ("Absurdistan",))


def test_a_name_that_nobody_knows_among_states_is_kept_with_them() -> None:
    (wording,) = split_wordings("Free prisoners (Spain, United Kingdom France, Chile);")
    assert wording.states == ("ESP", "CHL")
    assert wording.recommenders == ("Spain", "United Kingdom France", "Chile")
    assert wording.unresolved == ("United Kingdom France",)


def test_names_are_kept_as_written() -> None:
    (wording,) = split_wordings("Free prisoners (Bolivarian Republic\n of  Venezuela)")
    assert wording.recommenders == ("Bolivarian Republic of Venezuela",)


@pytest.mark.parametrize(
    "break_",
    [
        "\n\n\n2\n                    A/HRC/43/15\n\n",
        "\n\n A/HRC/28/15\n\n16 GE.14-24600\n\f",
        "\nGE.10-12345\n\n\f14\n",
    ],
)
def test_a_page_break_in_the_middle_leaves_no_trace(break_: str) -> None:
    assert split(f"Free all{break_}prisoners (Spain)") == [("Free all prisoners", "ESP")]


def test_a_number_in_a_line_of_text_is_no_page() -> None:
    assert split("Free the\n25 prisoners (Spain)") == [("Free the 25 prisoners", "ESP")]


@given(st.text(alphabet="(); ,aAnd/Spain.1*", max_size=60))
def test_whatever_is_written_no_word_is_lost_and_there_is_a_wording(item: str) -> None:
    wordings = split_wordings(item)
    assert wordings
    assert all(set(w.unresolved) <= set(w.recommenders) for w in wordings)


def test_a_long_text_without_an_end_is_read_at_once() -> None:
    assert len(split_wordings("(" + "Spain, and very long lists " * 20_000)) == 1
