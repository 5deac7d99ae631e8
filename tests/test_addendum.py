"""Addenda and decisions: how a state answers, number by number, and when the Council adopted the outcome."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphbuild.build import load, validate
from graphbuild.errors import GraphbuildError
from graphbuild.read import kind_of, read_source
from graphbuild.staged import Staged
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import ID, UPR
from graphbuild.undocuments.ranges import numbers_in
from graphbuild.undocuments.replies import IN_PROSE, TWO_ANSWERS

ADDENDUM = """United Nations A/HRC/28/99/Add.1
General Assembly Distr.: General
5 March 2015
Original: English
Human Rights Council
Twenty-eighth session
Universal Periodic Review
Report of the Working Group on the Universal Periodic Review*
Slovenia
Addendum
Views on conclusions and/or recommendations, voluntary commitments
and replies presented by the State under review
* The present document was not edited.
1. Slovenia thanks all states for the review on 4 November 2014, in which 55 states spoke.
"""
DECISION = """United Nations A/HRC/DEC/43/112
General Assembly Distr.: General
25 March 2020
Original: English
Human Rights Council
Forty-third session
Decision adopted by the Human Rights Council
on 12 March 2020
43/112. Outcome of the universal periodic review: Slovenia
The Human Rights Council,
Having conducted the review of Slovenia on 12 November 2019 in conformity with all relevant provisions,
Adopts the outcome of the review of Slovenia, comprising the report (A/HRC/43/15 and A/HRC/43/15/Add.1).
32nd meeting
12 March 2020
[Adopted without a vote.]
"""


class Paper:
    """A made-up document in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "paper.txt"

    def write(self, text: str) -> Path:
        self.path.write_text(text, encoding="utf-8")
        return self.path

    def read(self, text: str) -> Staged:
        return read_source(self.write(text))

    def answers(self, text: str) -> dict[str, str]:
        """The position of each number, after the head of an addendum."""
        return positions(self.read(ADDENDUM + text))


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path)


def positions(staged: Staged) -> dict[str, str]:
    said = {t[0]: t[2] for t in staged.triples if t[1] == f"<{UPR}position>"}
    numbers = {t[0]: t[2].strip('"') for t in staged.triples if t[1] == f"<{UPR}paragraph>"}
    return {numbers[record]: value.strip("<>").rpartition("/")[2] for record, value in said.items()}


def values(staged: Staged, property_: str) -> set[str]:
    said = {t[2] for t in staged.triples if t[1] == f"<{UPR}{property_}>"}
    return {v.removesuffix("@en").strip('<>"').removeprefix(ID) for v in said}


# --- Lists of numbers ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "paragraph", "numbers"),
    [
        ("122.17-18", "", "122.17 122.18"),
        ("122.34- 35", "", "122.34 122.35"),
        ("122.62-\n64", "", "122.62 122.63 122.64"),
        ("122.141-142,122.146", "", "122.141 122.142 122.146"),
        ("140.35. 140.36", "", "140.35 140.36"),
        ("140.11-140.13", "", "140.11 140.12 140.13"),
        ("140.1 and 140.3", "", "140.1 140.3"),
        ("1–3, 14 – 15 and 20", "115", "115.1 115.2 115.3 115.14 115.15 115.20"),
        ("5., 6., 7.", "111", "111.5 111.6 111.7"),
        ("Nos. 7, 8", "", "7 8"),
        ("in 2010, by resolution 60/251", "111", ""),
        ("", "111", ""),
    ],
)
def test_ranges_are_written_out(text: str, paragraph: str, numbers: str) -> None:
    assert numbers_in(text, paragraph) == numbers.split()


@pytest.mark.parametrize("text", ["122.18-17", "5-3", "122.1-123.4"])
def test_a_range_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="the range .* runs"):
        numbers_in(text)


@given(st.lists(st.integers(1, 300), min_size=1, unique=True))
def test_a_list_of_numbers_is_read_back(numbers: list[int]) -> None:
    assert numbers_in(", ".join(f"122.{n}" for n in numbers)) == [f"122.{n}" for n in numbers]


# --- Real files ------------------------------------------------------------------------------

POSITIONS = {"Supported": "accepted", "Noted": "noted"}


@pytest.fixture(scope="module")
def slovenia(shared: Path) -> Path:
    return shared / "samples" / "slovenia"


@pytest.fixture(scope="module")
def matrix(slovenia: Path) -> dict[str, dict[str, str]]:
    with (slovenia / "c3-known-recommendations.csv").open(encoding="utf-8") as file:
        return {row["number"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("form", ["txt", "pdf"])
def test_the_addendum_of_the_third_cycle_agrees_with_the_matrix(
    slovenia: Path, matrix: dict[str, dict[str, str]], form: str
) -> None:
    staged = read_source(slovenia / f"c3-A_HRC_43_15_Add.1.{form}")
    assert (staged.source, staged.problems, staged.left_out, staged.read) == ("addendum-svn-3", [], [], 157)
    answered = positions(staged)
    assert Counter(answered.values()) == {"accepted": 124, "noted": 33}
    assert answered == {n: POSITIONS[r["position"]] for n, r in matrix.items() if n.startswith("122.")}
    assert sum(t[1] == f"<{UPR}implementation>" for t in staged.triples) == 44


def test_report_and_addendum_together_give_the_matrix(
    slovenia: Path, matrix: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    store = OxigraphStore(tmp_path / "graph")
    names = ("c3-A_HRC_43_15.txt", "c3-A_HRC_43_15_Add.1.txt", "c3-A_HRC_DEC_43_112.txt")
    assert not load(store, [slovenia / name for name in names]).violations
    rows = store.query(
        f"SELECT ?paragraph ?position ?by WHERE {{ ?r a <{UPR}Recommendation> ; <{UPR}paragraph> ?paragraph ; "
        f"<{UPR}position> ?position ; <{UPR}recommendedBy> ?by }}"
    )
    found: dict[str, tuple[str, set[str]]] = {}
    for row in rows:
        number, position, by = (str(row[name].value).rpartition("/")[2] for name in ("paragraph", "position", "by"))
        found.setdefault(number, (position, set()))[1].add(by)
    assert found == {n: (POSITIONS[r["position"]], set(r["recommending_iso3"].split())) for n, r in matrix.items()}
    assert Counter(position for position, _ in found.values()) == {"accepted": 182, "noted": 33}


@pytest.mark.parametrize("form", ["txt", "pdf"])
def test_prose_of_the_first_cycle_is_read_where_it_is_certain(slovenia: Path, tmp_path: Path, form: str) -> None:
    """The addendum does not say which paragraph it answers; a copy that does gives the same 92 of 97 answers."""
    bare = read_source(slovenia / f"c1-A_HRC_14_15_Add.1.{form}")
    assert {o.why for o in bare.left_out} == {IN_PROSE}
    assert (bare.read, bare.loaded) == (97, 92)
    from graphbuild.files.texts import read_text

    copy = tmp_path / "copy.txt"
    copy.write_text(
        read_text(slovenia / f"c1-A_HRC_14_15_Add.1.{form}") + "\nThe numbers are those of paragraph 111.\n"
    )
    staged = read_source(copy)
    assert Counter(positions(staged).values()) == {"accepted": 89, "noted": 3}
    assert [n for n, p in positions(staged).items() if p == "noted"].sort() == ["111.84", "111.88", "111.93"].sort()
    assert [o.place for o in staged.left_out] == ["1.", "3.", "15.", "32.", "58."]


@pytest.mark.parametrize("form", ["txt", "pdf"])
@pytest.mark.parametrize(
    ("name", "review", "held", "adopted"),
    [("c1-A_HRC_DEC_14_105", "SVN/1", "2010-02-16", "2010-06-09"), ("c3-A_HRC_DEC_43_112", "SVN/3", "2019-11-12", "2020-03-12")],
)
def test_a_decision_gives_the_day_of_the_outcome(
    slovenia: Path, name: str, form: str, review: str, held: str, adopted: str
) -> None:
    staged = read_source(slovenia / f"{name}.{form}")
    assert (staged.problems, staged.read, staged.loaded) == ([], 1, 1)
    assert staged.source == f"decision-{review.lower().replace('/', '-')}"
    assert values(staged, "outcomeAdopted") == {f"date/{adopted}"}
    assert values(staged, "date") == {f"date/{held}", f"date/{read_date(name)}"}


def read_date(name: str) -> str:
    """When the decision was issued."""
    return {"c1-A_HRC_DEC_14_105": "2010-06-23", "c3-A_HRC_DEC_43_112": "2020-03-25"}[name]


# --- Ways to answer -----------------------------------------------------------------------------


def test_a_sentence_answers_for_the_numbers_it_lists(paper: Paper) -> None:
    text = "2. The Government accepts the following recommendations: 120.1, 120.3-4.\n\n3. It notes recommendations 120.2.\n"
    assert paper.answers(text) == {"120.1": "accepted", "120.3": "accepted", "120.4": "accepted", "120.2": "noted"}


def test_bare_numbers_belong_to_the_one_paragraph_that_is_named(paper: Paper) -> None:
    text = "2. Of the recommendations in paragraph 115, Slovenia accepts the recommendations 1–3, 5 and 7 – 8.\n"
    assert list(paper.answers(text)) and set(paper.answers(text)) == {f"115.{n}" for n in (1, 2, 3, 5, 7, 8)}


@pytest.mark.parametrize(
    "words", ["", "See paragraphs 115 and 116. ", "See paragraph 15 (a), and paragraph 25 of the annex. "]
)
def test_numbers_without_their_paragraph_stay_bare_until_a_list_is_known(paper: Paper, words: str) -> None:
    staged = paper.read(f"{ADDENDUM}2. {words}Slovenia accepts the recommendations 1–2.\n")
    assert set(positions(staged)) == {"1", "2"}
    assert (staged.read, staged.left_out) == (2, [])


def test_numbers_head_a_passage(paper: Paper) -> None:
    text = "120.1\nSlovenia accepts this recommendation.\n120.2.  Slovenia cannot accept the recommendation.\n"
    assert paper.answers(text) == {"120.1": "accepted", "120.2": "noted"}


def test_numbers_of_a_table_go_on_in_the_next_line(paper: Paper) -> None:
    text = "In paragraph 120:\n1., 2., 3.,   Slovenia accepts these recommendations and refers to the\n4., 5.       law of 2003.\n6.  Slovenia cannot accept the recommendation.\n"
    assert paper.answers(text) == {f"120.{n}": "accepted" for n in range(1, 6)} | {"120.6": "noted"}


def test_a_passage_may_begin_with_the_answer(paper: Paper) -> None:
    text = "120.1 Supported. X cannot accept delay.\n120.2 Noted\n120.3 Partially accepted: X does B.\n120.4 Not supported\n120.5 Accepted\n"
    assert paper.answers(text) == {
        "120.1": "accepted", "120.2": "noted", "120.3": "partly", "120.4": "noted", "120.5": "accepted",
    }


def test_an_acceptance_in_part_is_partly(paper: Paper) -> None:
    assert paper.answers("120.1\nSlovenia partially accepts this.\n120.2\nSlovenia accepts this recommendation.\n") == {
        "120.1": "partly", "120.2": "accepted",
    }


@pytest.mark.parametrize(
    "words",
    [
        "Slovenia accepts the recommendation on aid. It cannot accept the recommendation on courts.",
        "Slovenia cannot, at this point in time, make a definitive statement.",
        "Slovenia has always thought well of this.",
    ],
)
def test_what_is_not_certain_is_left_for_a_person(paper: Paper, words: str) -> None:
    staged = paper.read(f"{ADDENDUM}120.1\n{words}\n120.2\nSlovenia accepts this recommendation.\n")
    assert positions(staged) == {"120.2": "accepted"}
    assert [(o.place, o.why) for o in staged.left_out] == [("120.1", IN_PROSE)]
    assert staged.read == staged.loaded + 1


def test_a_number_with_two_answers_is_left_for_a_person(paper: Paper) -> None:
    text = (
        "2. Slovenia accepts recommendations 120.1 and 120.2.\n\n3. Slovenia notes recommendations 120.2 and 120.3.\n"
    )
    staged = paper.read(ADDENDUM + text)
    assert positions(staged) == {"120.1": "accepted", "120.3": "noted"}
    assert [(o.place, o.why) for o in staged.left_out] == [("120.2", TWO_ANSWERS)]


def test_an_answer_has_the_stage_and_the_day_of_the_addendum(paper: Paper) -> None:
    staged = paper.read(ADDENDUM + "2. Slovenia accepts recommendations 120.1-2.\n")
    assert (staged.source, staged.kind) == ("addendum-svn-2", "addendum")
    assert values(staged, "stage") == {"stage/addendum"}
    assert values(staged, "date") == {"date/2015-03-05"}
    assert values(staged, "symbol") == {"A/HRC/28/99/Add.1"}
    assert values(staged, "inSession") == {"session/20"}
    assert values(staged, "text") == set()


# --- What is broken --------------------------------------------------------------------------------


def test_a_range_that_runs_backwards_stops_the_addendum(paper: Paper) -> None:
    (problem,) = paper.read(ADDENDUM + "2. Slovenia accepts recommendations 120.9-2.\n").problems
    assert (
        str(problem)
        == "paper.txt: the range '120.9-2' runs backwards or too far; correct the numbers in a copy as text"
    )


def test_an_addendum_of_an_unknown_state_is_refused(paper: Paper) -> None:
    (problem,) = paper.read(ADDENDUM.replace("Slovenia", "Absurdistan")).problems
    assert "the addendum does not say which state it is about" in str(problem)


def test_an_addendum_without_its_day_is_refused(paper: Paper) -> None:
    (problem,) = paper.read(ADDENDUM.replace("5 March 2015\n", "")).problems
    assert "the addendum does not say when it was issued" in str(problem)


def test_a_decision_without_its_day_is_refused(paper: Paper) -> None:
    staged = paper.read(DECISION.replace("32nd meeting\n12 March 2020", "").replace("on 12 March 2020\n", ""))
    assert "does not say which day of adoption" in str(staged.problems[0])
    assert (staged.read, staged.loaded) == (1, 0)


def test_the_session_of_an_addendum_follows_from_its_day_if_nothing_else_tells_it(paper: Paper) -> None:
    head = ADDENDUM.replace(" for the review on 4 November 2014", "")
    assert values(paper.read(head + "2. Slovenia accepts recommendations 120.1-2.\n"), "inSession") == {"session/20"}


def test_addendum_and_decision_pass_the_gate(paper: Paper, tmp_path: Path) -> None:
    other = tmp_path / "decision.txt"
    other.write_text(DECISION, encoding="utf-8")
    paths = [paper.write(ADDENDUM + "2. Slovenia accepts recommendations 120.1-2.\n"), other]
    assert [p for p in validate(paths) if p.severity == "violation"] == []
    assert [kind_of(path) for path in paths] == ["addendum", "decision"]


def test_a_broken_pdf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 and no more")
    with pytest.raises(GraphbuildError, match=r"a.pdf: the PDF ends before its end"):
        read_source(tmp_path / "a.pdf")
