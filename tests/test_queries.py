"""The catalogue: every question runs as it is, in two engines, and answers what the sources say."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from graphbuild import resources
from graphbuild.build import load
from graphbuild.questions import answers
from graphbuild.questions.answers import QueryAnswer, ask
from graphbuild.questions.catalogue import Question, bind, find_question, is_worldwide, questions
from graphbuild.questions.ordering import unsorted
from graphbuild.stores.ondisk import OxigraphStore

ALL = questions()
NAMES = [q.name for q in ALL]

EXPECTED = Path(__file__).parent / "expected"

#: What the questions of tests/expected are given there; the others are given nothing.
GIVEN = {
    "acts-in-event": {"event": "E-07"},
    "claims-in-document": {"document": "SEED"},
    "event-figures": {"event": "E-02", "measure": "killed"},
    "law-history": {"law": "289-IV"},
    "laws-in-force": {"day": "2011-10-20"},
    "older-laws-still-in-force": {"as_of": "2015-06-01"},
    "recommendations-on-right": {"right": "defamation"},
}

#: Answers of which tests/expected holds every row; of the others it holds rows worth a check by hand.
WHOLE = {
    "acts-in-event",
    "event-figures",
    "law-history",
    "persons-in-recommendations",
    "prosecuted-under-provision",
    "recommendations-by-regional-group",
    "recommendations-on-right",
    "responses-by-issue",
    "reviews",
    "who-recommended-what",
}

#: Questions that nothing bundled answers; the tests of the sources that do have rows for them.
UNANSWERED = {"joins", "observations", "voluntary-pledges"}

#: What questions are given where two engines are compared: nothing, or what is typical.
USES = [(use, name) for use in ("plain", "typical") for name in NAMES]
#: Questions that take rdflib a third of all the time of the tests: compared in tests/soak. Servers are asked them always.
SLOW = {
    "claims-in-document", "claims-that-disagree", "laws-in-force", "pledges-without-later-law", "position-history",
    "recommendations",
}

#: Rows that would be wrong: question, what it is given, cells of a row.
WRONG = [
    ("broken-refrain-pledges", {}, {"paragraph": "97.11"}),  # asks to change a law, not to refrain
    ("claims-that-disagree", {}, {"about": "KAZ/1/97.11"}),  # every source says accepted
    ("claims-that-disagree", {}, {"about": "KAZ/2014/231-V"}),  # July 2014 and 4 July 2014 can both be right
    ("claims-that-disagree", {}, {"about": "A-05", "value": "art. 241(1)"}),  # as settled, in other words
    ("claims-on-right", {}, {"claim": "CL-049"}),  # the date of a law
    ("claims-on-right", {"right": "religious-association"}, {"claim": "CP-066"}),  # religion as a whole
    ("laws-in-force", {"day": "2011-10-20"}, {"law": "483-IV"}),  # adopted, and in force five days later
    ("laws-in-force", {}, {"law": "KAZ/2021/religion-law-amendments"}),  # passed by one chamber only
    ("laws-that-fulfil", {}, {"law": "214-IV"}),  # older than every answer
    ("laws-that-fulfil", {}, {"law": "KAZ/2020/trade-union-amendments"}),  # nobody affirms it
    ("laws-that-fulfil", {}, {"paragraph": "95.74"}),  # to go on with a dialogue is no demand on the law
    ("laws-that-fulfil", {}, {"paragraph": "97.14", "law": "349-VI"}),  # another right
    ("older-laws-still-in-force", {"as_of": "2015-06-01"}, {"law": "167-I"}),  # the old code had ended
    ("older-laws-still-in-force", {"as_of": "2014-01-01"}, {"cycle": "2"}),  # not yet accepted
    ("pledge-conflicts", {}, {"paragraph": "97.10"}),  # not accepted
    ("pledge-conflicts", {}, {"law": "178-IV"}),  # older than every pledge
    ("pledges-without-later-law", {}, {"paragraph": "95.73"}),  # the religion law of 2011
    ("pledges-without-later-law", {}, {"paragraph": "95.66"}),  # the preventive mechanism of 2013
    ("prosecuted-after-pledge", {}, {"paragraph": "97.19"}),  # acceptance disputed
    ("prosecuted-after-pledge", {}, {"law": "167-I", "link": "conflict"}),  # the old code is older than the pledge
    ("prosecuted-after-pledge", {}, {"person": "P-11"}),  # an offence that no pledge touches
    ("said-implemented-yet-in-conflict", {}, {"paragraph": "97.11"}),  # nothing was said of its implementation
]

#: One typical use of each question that takes parameters.
TYPICAL = {
    "accepted-here-noted-there": {"state": "KAZ", "right": "expression"},
    "acts-in-event": {"event": "E-05"},
    "broken-refrain-pledges": {"state": "KAZ", "right": "religion"},
    "claims-in-document": {"document": "SEED"},
    "claims-that-disagree": {"state": "KAZ"},
    "claims-on-right": {"state": "KAZ", "right": "religion"},
    "event-figures": {"event": "E-02"},
    "law-history": {"law": "226-V"},
    "laws-in-force": {"state": "KAZ", "day": "2012-06-01"},
    "laws-that-fulfil": {"state": "KAZ", "right": "assembly", "position": "noted"},
    "observations": {"state": "KAZ", "kind": "recommendation"},
    "older-laws-still-in-force": {"state": "KAZ", "right": "religion"},
    "persons-in-recommendations": {"state": "KAZ"},
    "persons-in-source": {"source": "kazakhstan", "script": "kk"},
    "pledge-conflicts": {"state": "KAZ", "right": "religion", "as_of": "2014-10-30", "acceptance": "plenary"},
    "pledges-without-later-law": {"state": "KAZ", "cycle": "1"},
    "position-history": {"state": "KAZ", "cycle": "1", "paragraph": "97.19"},
    "prosecuted-after-pledge": {"state": "KAZ"},
    "prosecuted-under-provision": {"provision": "art. 164"},
    "provisions-restricting": {"state": "KAZ", "right": "religion"},
    "joins": {"state": "KAZ"},
    "repetitions": {"state": "KAZ"},
    "raised-again": {"state": "KAZ", "recommending_state": "NLD"},
    "recommendations-by-regional-group": {"state": "KAZ", "cycle": "2"},
    "recommendations-on-right": {"state": "KAZ", "right": "assembly"},
    "recommendations": {"state": "KAZ", "cycle": "1", "issue": "Freedom of religion and belief", "position": "noted"},
    "responses-by-issue": {"state": "KAZ", "cycle": "1"},
    "reviews": {"state": "KAZ"},
    "said-implemented-yet-in-conflict": {"state": "KAZ"},
    "timeline": {"state": "KAZ"},
    "unconfirmed-facts": {"state": "KAZ"},
    "voluntary-pledges": {"state": "KAZ"},
    "who-recommended-what": {"state": "KAZ", "cycle": "1"},
}


@pytest.fixture(scope="module")
def kazakhstan(tmp_path_factory: pytest.TempPathFactory) -> OxigraphStore:
    made = OxigraphStore(tmp_path_factory.mktemp("queries") / "graph")
    assert not load(made, [resources.DATA / "kazakhstan"]).refused
    return made


@pytest.fixture(scope="module")
def second_engine(kazakhstan: OxigraphStore) -> rdflib.Dataset:
    return in_rdflib(kazakhstan)


def in_rdflib(store: OxigraphStore) -> rdflib.Dataset:
    """The same quads in rdflib; without GRAPH it sees the default graph only, as the standard says."""
    lines = [f"{t} ." for t in store.triples("settled")]
    for graph in store.graphs():
        lines += [f"{t} <{graph}> ." for t in store.triples(graph)]
    return rdflib.Dataset(default_union=False).parse(data="\n".join(lines), format="nquads")


def rows(answer: QueryAnswer) -> list[dict[str, str]]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def asked(store: OxigraphStore, name: str, **given: str) -> list[dict[str, str]]:
    return rows(ask(store, find_question(name), given))


def by_rdflib(dataset: rdflib.Dataset, question: Question, given: dict[str, str]) -> list[list[str]]:
    result = dataset.query(bind(question, given))
    return sorted([_text(row[v], str(v) in question.lists) for v in result.vars or ()] for row in result)


def same_rows(store: OxigraphStore, second: rdflib.Dataset, question: Question, use: str) -> None:
    """Both engines give the same rows, and some, to a question in one of its uses."""
    given = TYPICAL[question.name] if use == "typical" else {}
    mine = sorted(ask(store, question, given).rows)
    assert mine == by_rdflib(second, question, given)
    assert mine or question.name in UNANSWERED


def _text(value: object, is_list: bool) -> str:
    text = "" if value is None else str(value)
    return "; ".join(sorted({p.strip() for p in text.split(";") if p.strip()})) if is_list else text


# --- Form ---------------------------------------------------------------------------------


def test_there_are_questions_enough_and_each_has_a_typical_use() -> None:
    assert len(ALL) >= 17
    assert sorted(TYPICAL) == sorted(NAMES)


@pytest.mark.parametrize("question", ALL, ids=NAMES)
def test_a_question_says_what_it_asks_takes_and_gives(question: Question) -> None:
    assert question.summary.endswith("?")
    known = [p.name for p in question.parameters]
    lines = re.findall(r"VALUES\s*\(([^)]*)\)\s*\{\s*\((?:\s*(?:UNDEF|\"[^\"]*\"))+\s*\)\s*\}", question.text)
    written = [[n.removeprefix("?").removeprefix("_") for n in line.split()] for line in lines]
    assert sorted(known) == sorted({*itertools.chain(*written)})
    assert all(len({*line}) == len(line) for line in written)
    assert all(p.meaning for p in question.parameters)
    assert set(question.lists) <= set(question.columns)


@pytest.mark.parametrize("question", ALL, ids=NAMES)
def test_the_columns_are_those_of_the_query(question: Question) -> None:
    result = ox.Store().query(question.text)
    assert isinstance(result, ox.QuerySolutions)
    assert [v.value for v in result.variables] == list(question.columns)


@pytest.mark.parametrize("question", ALL, ids=NAMES)
def test_no_question_gives_names_of_persons(question: Question) -> None:
    assert not re.search(r"upr:name(Of)?\b", question.text)


@pytest.mark.parametrize("question", ALL, ids=NAMES)
def test_rows_are_sorted_by_what_cannot_fail(question: Question) -> None:
    pattern, _, order = question.text.rpartition("ORDER BY")
    always = re.findall(r"BIND \(COALESCE\(STR\(\?\w+\), \"\"\) AS (\?\w+)\)", pattern)
    order = re.sub(r"REPLACE\((\?\w+), [^()]*\)", lambda m: m[1] if m[1] in always else m[0], order)
    while (flat := re.sub(r"\([^()]*\)", "", order)) != order:
        order = flat
    assert all(word.startswith("?") or word in {"COALESCE", "DESC"} for word in order.split())


@pytest.mark.parametrize("question", ALL, ids=NAMES)
def test_no_number_is_made_of_a_text_that_may_be_empty(question: Question) -> None:
    """Where that fails in one row, Virtuoso gives others no number either, and sorts them wrongly."""
    assert not re.search(r"xsd:integer\((?!CONCAT\(\"0\", )", question.text)


@pytest.mark.parametrize("question", ALL, ids=NAMES)
def test_a_question_that_may_be_asked_in_parts_is_one_whose_rows_are_sorted_here(question: Question) -> None:
    assert not question.apart or unsorted(bind(question, {}, whole=True))


@pytest.mark.parametrize("question", ALL, ids=NAMES)
def test_no_pattern_binds_a_parameter_that_is_asked_whether_it_is_bound(question: Question) -> None:
    """It would be bound to all that there are, and what is meant for a value given be worked out without one."""
    assert not re.search(r"FILTER \(BOUND\(\?_(\w+)\)\)[^{}]*?[\w*] \?_\1\b", question.text)


@pytest.mark.parametrize("question", ALL, ids=NAMES)
def test_every_parameter_narrows_an_answer(kazakhstan: OxigraphStore, question: Question) -> None:
    nowhere = {"@state": "ISL", "@number": "99", "": "nowhere"}
    for parameter in question.parameters:
        kind = parameter.choices[0] if parameter.choices and not parameter.is_name else ""
        if kind in nowhere:
            assert ask(kazakhstan, question, {parameter.name: nowhere[kind]}).rows == [], parameter.name
        for choice in parameter.choices if kind and not kind.startswith("@") else ():
            ask(kazakhstan, question, {parameter.name: choice})


# --- Two engines --------------------------------------------------------------------------


@pytest.mark.parametrize(("use", "name"), [use for use in USES if use[1] not in SLOW])
def test_two_engines_give_the_same_rows(
    kazakhstan: OxigraphStore, second_engine: rdflib.Dataset, use: str, name: str
) -> None:
    same_rows(kazakhstan, second_engine, find_question(name), use)


def test_an_answer_is_begun_with_the_paragraph(kazakhstan: OxigraphStore) -> None:
    question, given = find_question("position-history"), {"paragraph": "97.19", "recommending_state": "NOR"}
    found = asked(kazakhstan, "position-history", paragraph="97.19")
    assert found == [row for row in asked(kazakhstan, "position-history") if row["paragraph"] == "97.19"] != []
    norwegian = [row for row in found if "NOR" in row["recommending_states"].split("; ")]
    assert asked(kazakhstan, "position-history", **given) == norwegian != []
    assert not is_worldwide(question, given) and not is_worldwide(question, {"paragraph": "97.19"})


# --- What the sources say -----------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(EXPECTED.glob("*.csv")), ids=lambda path: path.stem)
def test_an_answer_has_the_rows_that_were_checked_by_hand(kazakhstan: OxigraphStore, path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    answer = asked(kazakhstan, path.stem, **GIVEN.get(path.stem, {}))
    cells = [{column: row[column] for column in expected[0]} for row in answer]
    assert [row for row in expected if row not in cells] == []
    assert path.stem not in WHOLE or len(answer) == len(expected)


def test_every_question_with_an_answer_was_checked_by_hand() -> None:
    assert {path.stem for path in EXPECTED.glob("*.csv")} == set(NAMES) - UNANSWERED


@pytest.mark.parametrize(("name", "given", "cells"), WRONG)
def test_an_answer_has_no_row_that_would_be_wrong(
    kazakhstan: OxigraphStore, name: str, given: dict[str, str], cells: dict[str, str]
) -> None:
    assert [row for row in asked(kazakhstan, name, **given) if cells.items() <= row.items()] == []


def test_the_figures_of_zhanaozen_all_stay(kazakhstan: OxigraphStore) -> None:
    killed = {r["value"] for r in asked(kazakhstan, "event-figures", event="E-02") if r["measure"] == "killed"}
    assert {"12", "11", "16", "64", "at least 15", "at least 16", "at least 17"} <= killed


def test_both_positions_of_the_disputed_recommendations_are_told(kazakhstan: OxigraphStore) -> None:
    told = {(r["about"], r["value"], r["source"]) for r in asked(kazakhstan, "claims-that-disagree", state="KAZ")}
    assert {("KAZ/1/97.19", "noted", "CSV"), ("KAZ/1/97.19", "accepted", "NR2")} <= told
    assert {("KAZ/2/126.27", "accepted", "CSV"), ("KAZ/2/126.27", "noted", "WG2")} <= told


def test_the_history_of_an_answer_has_its_stages(kazakhstan: OxigraphStore) -> None:
    history = asked(kazakhstan, "position-history", state="KAZ", cycle="1", paragraph="97.11")
    assert [(r["stage"], r["position"]) for r in history if r["document"] != "NR2"] == [
        ("workingGroup", "pending"),
        ("plenary", "accepted"),
    ]


@pytest.mark.parametrize(
    ("day", "there", "gone"),
    [
        ("2010-01-01", {"167-I", "2126", "178-IV"}, {"483-IV", "226-V"}),
        ("2012-06-01", {"167-I", "483-IV", "545-IV", "289-IV"}, {"226-V", "93-VIII"}),
        ("2016-01-01", {"483-IV", "226-V", "211-V"}, {"167-I"}),
        ("2024-09-01", {"226-V", "333-VI", "93-VIII"}, {"545-IV", "289-IV", "167-I"}),
    ],
)
def test_laws_in_force_on_a_day(kazakhstan: OxigraphStore, day: str, there: set[str], gone: set[str]) -> None:
    laws = {r["law"] for r in asked(kazakhstan, "laws-in-force", state="KAZ", day=day)}
    assert there <= laws
    assert not gone & laws


def test_persons_are_told_by_their_opaque_ids(kazakhstan: OxigraphStore) -> None:
    found = asked(kazakhstan, "prosecuted-under-provision", law="167-I", provision="art. 164")
    persons = {r["person"] for r in found if r["person"]}
    assert {"P-01", "P-06", "P-13"} <= persons
    assert all(re.fullmatch(r"P-\d\d", p) for p in persons)


def test_answers_to_an_issue_add_up(kazakhstan: OxigraphStore) -> None:
    found = {r["issue"]: r for r in asked(kazakhstan, "responses-by-issue", state="KAZ", cycle="1")}
    religion = found["Freedom of religion and belief"]
    assert [religion[c] for c in ("answers", "accepted", "noted", "contested")] == ["10", "8", "1", "1"]


def test_the_reviews_have_their_documents_and_published_totals(kazakhstan: OxigraphStore) -> None:
    third = next(r for r in asked(kazakhstan, "reviews", state="KAZ") if r["cycle"] == "3")
    assert [third[c] for c in ("stated_received", "stated_accepted", "stated_noted")] == ["245", "214", "31"]


@pytest.mark.parametrize("name", [q.name for q in ALL if any(p.name == "law" for p in q.parameters)])
def test_a_law_is_asked_for_by_its_number_or_an_id(kazakhstan: OxigraphStore, name: str) -> None:
    number = next(row["law"] for row in asked(kazakhstan, name) if row["law"] in ("226-V", "167-I"))
    ids = {"226-V": ("KAZ/2014/226-V", "L-12"), "167-I": ("KAZ/1997/167-I", "L-01")}[number]
    by_number, *by_ids = (asked(kazakhstan, name, law=law) for law in (number, *ids))
    assert by_number and by_ids == [by_number, by_number]


@pytest.mark.parametrize("name", [q.name for q in ALL if any(p.name == "provision" for p in q.parameters)])
def test_a_provision_is_asked_for_as_it_is_cited_or_by_its_id(kazakhstan: OxigraphStore, name: str) -> None:
    as_cited = asked(kazakhstan, name, law="167-I", provision="art. 164")
    assert as_cited and as_cited == asked(kazakhstan, name, provision="KAZ/1997/167-I/art-164")


def test_every_statement_of_the_press_release_has_its_passage(kazakhstan: OxigraphStore) -> None:
    statements = asked(kazakhstan, "claims-in-document", document="SEED")
    claims = [r for r in statements if r["kind"] == "claim"]
    assert len(claims) >= 60
    assert all(int(r["start"]) < int(r["end"]) for r in claims)
    assert {r["asserted_by"] for r in claims} == {"HRW"}


def test_claims_on_narrower_rights_are_claims_on_a_right(kazakhstan: OxigraphStore) -> None:
    told = {r["claim"]: r for r in asked(kazakhstan, "claims-on-right", state="KAZ", right="expression")}
    # On libel, through the article; on speech, through the effect; on the code as a whole, whose other rights go unsaid.
    assert (told["CL-005"]["rights"], told["CL-006"]["through"]) == ("defamation", "claim; effect")
    assert told["CL-078"]["rights"] == "defamation; media-freedom; speech-offences"
    assert "CL-043" not in told  # on the registration of religious groups


@pytest.mark.parametrize("question", [q for q in ALL if q.apart], ids=lambda q: q.name)
def test_parts_that_are_asked_at_once_are_the_whole(
    beside: OxigraphStore, question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several states or documents; with what narrows nothing, too, as a cycle."""
    monkeypatch.setattr(answers, "AT_ONCE", 3)
    parts = answers._parts(beside.published().query, question, {})
    assert len(parts) == 3
    assert question.apart != "state" or not any({"KAZ", "KGZ"} <= set(part) for part in parts)
    for given in ({}, {"cycle": "2"} if any(p.name == "cycle" for p in question.parameters) else {}):
        whole = ask(beside, replace(question, apart=""), given)
        assert ask(beside, question, given) == whole
        assert whole.rows


# --- Beside another source ----------------------------------------------------------------

EXPORT = """To,To-Rgrp,To-Org,Text,From,From-Rgrp,From-Org,Response,Action,Issue,Session
Kazakhstan,Asia,,Protect the freedom to hold meetings,Norway,WEOG,,Accepted,4,Freedom of association and peaceful assembly,7
Kyrgyzstan,Asia,,Protect everyone,Norway,WEOG,,Noted,4,General,8
Kyrgyzstan,Asia,,Share what was learnt,Kazakhstan,Asia,,Accepted,1,General,8
Kyrgyzstan,Asia,,Report on progress every year,Kyrgyzstan,Asia,,Voluntary Pledge,,UPR process,8
"""


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OxigraphStore]:
    folder = tmp_path_factory.mktemp("beside")
    (folder / "export.csv").write_text(EXPORT, encoding="utf-8")
    made = OxigraphStore(folder / "graph")
    assert not load(made, [resources.DATA / "kazakhstan", Path(folder / "export.csv")]).refused
    yield made


@pytest.mark.parametrize("name", ["position-history", "recommendations", "reviews", "who-recommended-what"])
def test_a_second_engine_sorts_rows_of_exports_which_have_no_numbers(tmp_path: Path, name: str) -> None:
    (tmp_path / "export.csv").write_text(EXPORT, encoding="utf-8")
    made, question = OxigraphStore(tmp_path / "graph"), find_question(name)
    assert not load(made, [tmp_path / "export.csv"]).refused
    mine = ask(made, question, {}).rows
    assert len(mine) >= 2
    assert sorted(mine) == by_rdflib(in_rdflib(made), question, {})


@pytest.mark.parametrize("question", [q for q in ALL if q.name not in UNANSWERED], ids=lambda q: q.name)
def test_an_export_of_the_same_and_of_another_review_changes_no_bundled_answer(
    kazakhstan: OxigraphStore, beside: OxigraphStore, question: Question
) -> None:
    given = {"state": "KAZ"}
    assert ask(beside, question, given).rows == ask(kazakhstan, question, given).rows


def test_what_an_export_records_can_be_asked_for(beside: OxigraphStore) -> None:
    found = asked(beside, "recommendations", source="uprinfo-export")
    assert [(r["state"], r["recommending_state"], r["position"], r["recorded_as"]) for r in found] == [
        ("KAZ", "NOR", "accepted", "Accepted"),
        ("KGZ", "KAZ", "accepted", "Accepted"),
        ("KGZ", "NOR", "noted", "Noted"),
    ]


def test_a_voluntary_pledge_of_an_export_can_be_asked_for(beside: OxigraphStore) -> None:
    (found,) = asked(beside, "voluntary-pledges")
    assert [found[c] for c in ("state", "cycle", "session", "pledge", "issues", "sources")] == [
        "KGZ",
        "1",
        "8",
        "Report on progress every year",
        "UPR process",
        "uprinfo-export",
    ]


# --- A pledge that was withdrawn ----------------------------------------------------------

WITHDRAWN = {
    "about": "item,value\nid,made\ntitle,Made up\n",
    "agents": "agent,name,kind\nNGO-1,An NGO,ngo\n",
    "sources": "source,title,publisher,kind,date,sensitivity\nOTH,A report,NGO-1,ngo-report,2016-05-01,S0\n",
    "reviews": "review,state,cycle,session,date,report_adopted,outcome_adopted\n"
    "MDA/1,MDA,1,12,2011-10-12,2011-10-14,2012-03-15\n",
    "recommendations": "recommendation,review,paragraph,states,text\n"
    "MDA/1/73.1,MDA/1,73.1,NLD,Abstain from interfering with believers\n",
    "responses": "recommendation,stage,date,position,recorded_as,source\n"
    "MDA/1/73.1,workingGroup,2011-10-14,accepted,yes,OTH\nMDA/1/73.1,later,2015-02-01,noted,no,OTH\n",
    "asks": "ask,of,right,direction,force,scope\nMDA/1/73.1/1,MDA/1/73.1,religion,abstain,firm,specific\n",
    "laws": "law,state,number,title,kind\nMDA/2013/10,MDA,10,On religion,law\nMDA/2005/1,MDA,1,On religion,law\n",
    "provisions": "provision,law,label,text,change\nMDA/2013/10/art-1,MDA/2013/10,art. 1,Register,new\n"
    "MDA/2005/1/art-1,MDA/2005/1,art. 1,Register,new\n",
    "legal_events": "affects,kind,n,date\nMDA/2013/10,adopted,1,2013-05-01\nMDA/2005/1,adopted,1,2005-05-01\n",
    "effects": "effect,provision,right,direction\nMDA/2013/10/art-1/1,MDA/2013/10/art-1,religion,restricts\n"
    "MDA/2005/1/art-1/1,MDA/2005/1/art-1,religion,restricts\n",
    "claims": "claim,about,polarity,modality,asserted_by,text,source\n"
    "C-1,MDA/2013/10/art-1/1,affirmed,asserts,NGO-1,It restricts,OTH\n"
    "C-2,MDA/2005/1/art-1/1,affirmed,asserts,NGO-1,It restricts,OTH\n",
}


def made_of(tables: dict[str, str], folder: Path) -> OxigraphStore:
    """A store of a made-up casebook."""
    (folder / "made").mkdir()
    for table, text in tables.items():
        (folder / "made" / f"{table}.csv").write_text(text, encoding="utf-8")
    made = OxigraphStore(folder / "graph")
    refused = load(made, [folder / "made"]).refused
    assert not refused
    return made


def test_a_pledge_stands_until_it_was_withdrawn(tmp_path: Path) -> None:
    made = made_of(WITHDRAWN, tmp_path)
    assert asked(made, "pledges-without-later-law") == []
    for name in ("pledge-conflicts", "older-laws-still-in-force"):
        assert [len(asked(made, name, as_of=day)) for day in ("2014-01-01", "2020-01-01")] == [1, 0], name


PUNISHED = WITHDRAWN | {
    "laws": "law,state,number,title,kind\nMDA/2013/on-religion,MDA,,On religion,law\n",
    "provisions": "provision,law,label,text,replaces,change\n"
    "MDA/2013/on-religion/art-1,MDA/2013/on-religion,art. 1,Register,,new\n"
    "MDA/2013/on-religion/art-2,MDA/2013/on-religion,art. 1,Register all,MDA/2013/on-religion/art-1,heavier\n",
    "legal_events": "affects,kind,n,date\nMDA/2013/on-religion,adopted,1,2013-05-01\n"
    "MDA/2013/on-religion/art-2,adopted,1,2014-05-01\n",
    "effects": "effect,provision,right,direction\n"
    "MDA/2013/on-religion/art-1/1,MDA/2013/on-religion/art-1,religion,restricts\n",
    "claims": "claim,about,polarity,modality,asserted_by,text,source\n"
    "C-1,MDA/2013/on-religion/art-1/1,affirmed,asserts,NGO-1,It restricts,OTH\n",
    "acts": "act,kind,date,state,provision\nA-1,fine,2016,MDA,MDA/2013/on-religion/art-2\n",
}


def test_an_act_after_the_pledge_was_withdrawn_says_so_and_laws_without_number_are_named(tmp_path: Path) -> None:
    made = made_of(PUNISHED, tmp_path)
    (row,) = asked(made, "prosecuted-after-pledge")
    assert [row[c] for c in ("met", "accepted", "withdrawn", "after")] == [
        "art. 1 of MDA/2013/on-religion",
        "2011-10-14",
        "2015-02-01",
        "certain",
    ]
    assert "art. 1 of MDA/2013/on-religion" in {r["replaces"] for r in asked(made, "law-history")}


@pytest.mark.parametrize("day", ["1860-10-06", "1351", "18XX"])
def test_a_law_of_an_earlier_century_still_stands(tmp_path: Path, day: str) -> None:
    old = WITHDRAWN | {"legal_events": f"affects,kind,n,date\nMDA/2005/1,adopted,1,{day}\n"}
    (row,) = asked(made_of(old, tmp_path), "older-laws-still-in-force", as_of="2014-01-01")
    assert (row["law"], row["adopted"], row["older"]) == ("1", day, "certain")


IN_FORCE = WITHDRAWN | {
    "legal_events": "affects,kind,n,date\nMDA/2013/10,adopted,1,2013-05-01\nMDA/2013/10,inForce,1,2013\n"
    "MDA/2005/1,signed,1,2005-05-01\nMDA/2005/1,inForce,1,2014-01-01\n",
}


def test_a_law_stands_from_the_day_it_may_have_been_in_force(tmp_path: Path) -> None:
    made = made_of(IN_FORCE, tmp_path)
    found = [
        [(r["law"], r["status"]) for r in asked(made, "laws-in-force", day=day) if not r["provision"]]
        for day in ("2013-04-30", "2013-05-01", "2014-01-01")
    ]
    # A year may begin before the adoption, but not the force of what was adopted in it.
    assert found == [[], [("10", "possible")], [("1", "certain"), ("10", "certain")]]
    for day, laws in (("2013-12-31", []), ("2014-01-01", ["1"])):
        assert [r["law"] for r in asked(made, "older-laws-still-in-force", as_of=day)] == laws


CHANGED = IN_FORCE | {
    "provisions": WITHDRAWN["provisions"] + "MDA/2005/1/art-2,MDA/2005/1,art. 2,Register all,new\n",
    "legal_events": "affects,kind,n,date\nMDA/2005/1,adopted,1,2005-05-01\nMDA/2005/1,inForce,1,2005-06-01\n"
    "MDA/2005/1/art-1,repealed,1,2010-01-01\nMDA/2005/1/art-2,adopted,1,2012-01-01\n"
    "MDA/2005/1/art-2,inForce,1,2012-02-01\nMDA/2005/1/art-2,suspended,1,2014-03-01/2014-03-31\n"
    "MDA/2005/1,suspended,1,2016-05\n",
}


@pytest.mark.parametrize(("day", "stands"), [
    ("2005-05-15", []),
    ("2009-01-01", [("", "certain"), ("art. 1", "certain")]),
    ("2011-01-01", [("", "certain")]),  # the one article has ended, and the other came later
    ("2014-02-28", [("", "certain"), ("art. 2", "certain")]),
    ("2014-03-31", [("", "certain"), ("art. 2", "suspended")]),
    ("2014-04-01", [("", "certain"), ("art. 2", "certain")]),
    ("2016-05-01", [("", "suspended"), ("art. 2", "suspended")]),
    ("2020-01-01", [("", "suspended"), ("art. 2", "suspended")]),  # nothing says that it is over
])  # fmt: skip
def test_a_law_stands_whatever_became_of_its_articles_and_a_suspended_one_says_so(
    tmp_path: Path, day: str, stands: list[tuple[str, str]]
) -> None:
    made, question = made_of(CHANGED, tmp_path), find_question("laws-in-force")
    found = asked(made, "laws-in-force", day=day)
    assert [(r["provision"], r["status"]) for r in found] == stands
    assert sorted(ask(made, question, {"day": day}).rows) == by_rdflib(in_rdflib(made), question, {"day": day})


SUSPENDED = WITHDRAWN | {
    "legal_events": "affects,kind,n,date\nMDA/2005/1,adopted,1,2005-05-01\nMDA/2005/1/art-1,suspended,1,2012-03-01/2012-03-31\n"
    "MDA/2005/1,suspended,1,2013-05\n",
}


@pytest.mark.parametrize(("day", "suspended"), [
    ({"as_of": "2012-02-28"}, ""),
    ({"as_of": "2012-03-31"}, "2012-03-01/2012-03-31"),
    ({"as_of": "2012-04-01"}, ""),
    ({"as_of": "2014-01-01"}, "2013-05"),
    ({}, "2012-03-01/2012-03-31; 2013-05"),
])  # fmt: skip
def test_an_older_law_that_is_suspended_stands_and_says_so(
    tmp_path: Path, day: dict[str, str], suspended: str
) -> None:
    tables = SUSPENDED | {"responses": SUSPENDED["responses"].replace("MDA/1/73.1,later,2015-02-01,noted,no,OTH\n", "")}
    made, question = made_of(tables, tmp_path), find_question("older-laws-still-in-force")
    assert [r["suspended"] for r in asked(made, question.name, **day)] == [suspended]
    assert sorted(ask(made, question, day).rows) == by_rdflib(in_rdflib(made), question, day)


FULFILLED = WITHDRAWN | {
    "recommendations": "recommendation,review,paragraph,states,text\n"
    "MDA/1/73.1,MDA/1,73.1,NLD,Abstain from interfering with believers\n"
    "MDA/1/73.2,MDA/1,73.2,CHE,Ease the registration of groups and report on it\n"
    "MDA/1/73.3,MDA/1,73.3,CHE,Share what was learnt of religion\n",
    "responses": WITHDRAWN["responses"] + "MDA/1/73.2,workingGroup,2011-10-14,noted,no,OTH\n",
    "asks": "ask,of,right,direction,force,scope,beneficiary\n"
    "MDA/1/73.1/1,MDA/1/73.1,religion,abstain,firm,specific,women\n"
    "MDA/1/73.1/2,MDA/1/73.1,religious-association,protect,firm,specific,\n"
    "MDA/1/73.2/1,MDA/1/73.2,religious-association,removeRestriction,firm,specific,\n"
    "MDA/1/73.2/2,MDA/1/73.2,religion,procedural,firm,specific,\n"
    "MDA/1/73.3/1,MDA/1/73.3,religion,protect,share,general,\n",
    "laws": "law,state,number,title,kind\n"
    + "".join(f"MDA/2013/{n},MDA,{n},On religion,{kind}\n" for n, kind in enumerate(["law"] * 9 + ["bill"])),
    "provisions": "provision,law,label,text,change\n"
    + "".join(
        f"MDA/2013/{n}/art-1,MDA/2013/{n},art. 1,Register,{change}\n"
        for n, change in enumerate(["lighter", "new", "new", "heavier"] + ["new"] * 6)
    ),
    "legal_events": "affects,kind,n,date\nMDA/2013/0,adopted,1,2013-05-01\nMDA/2013/1,adopted,1,[..2012-05-01]\n"
    "MDA/2013/2,adopted,1,[..2012-05-01]\nMDA/2013/2,repealed,1,2010-01-01\nMDA/2013/3,adopted,1,2013-05-01\n"
    "MDA/2013/4,adopted,1,2013-05-01\nMDA/2013/5,adopted,1,2013-05-01\nMDA/2013/6,adopted,1,2011-10-14\n"
    # The law is old, and its text of today came later.
    "MDA/2013/7,adopted,1,2001-01-01\nMDA/2013/7/art-1,adopted,1,2014-01-01\nMDA/2013/8,adopted,1,2013-05-01\n"
    "MDA/2013/9,tabled,1,2013-05-01\n",
    "effects": "effect,provision,right,direction,addressee\n"
    + "".join(
        f"MDA/2013/{n}/art-1/1,MDA/2013/{n}/art-1,{right},{direction},{group}\n"
        for n, (right, direction, group) in enumerate(
            [("religious-association", "removesRestriction", "")] * 8
            + [("religion", "protects", "journalists"), ("religious-association", "protects", "")]
        )
    ),
    "claims": "claim,about,property,value,polarity,modality,asserted_by,text,source\n"
    + "".join(f"C-{n},MDA/2013/{n}/art-1/1,,,affirmed,asserts,NGO-1,It eases,OTH\n" for n in (0, 1, 2, 3, 6, 7, 8, 9))
    + "C-10,MDA/2013/0/art-1/1,,,denied,asserts,MDA,It does not,OTH\n"
    "C-11,MDA/2013/4/art-1/1,,,affirmed,machine-coded,NGO-1,It eases,OTH\n"
    "C-12,MDA/2013/5/art-1/1,,,denied,asserts,NGO-1,It does not,OTH\n"
    "C-13,MDA/2013/5/art-1/1,text,It eases,affirmed,asserts,NGO-1,So it reads,OTH\n",
}


def test_a_law_does_what_was_asked_if_it_is_later_has_force_and_somebody_says_so(tmp_path: Path) -> None:
    rows = asked(made_of(FULFILLED, tmp_path), "laws-that-fulfil")
    told = [tuple(r[c] for c in ("paragraph", "law", "asked_rights", "later", "denied_by")) for r in rows]
    # 2 had ended, 3 is heavier, 4 rests on a machine, 5 is only denied, its text apart, 6 is of the same day, 8 is for others, 9 a bill.
    rights = "religion; religious-association"
    assert sorted(told) == [
        ("73.1", "0", rights, "certain", "MDA"),
        ("73.1", "1", rights, "possible", ""),
        ("73.1", "7", rights, "certain", ""),
        ("73.2", "0", "religious-association", "certain", "MDA"),
        ("73.2", "1", "religious-association", "possible", ""),
        ("73.2", "7", "religious-association", "certain", ""),
    ]
    assert {(r["paragraph"], r["position"], r["answered"], r["withdrawn"]) for r in rows} == {
        ("73.1", "noted", "2011-10-14", "2015-02-01"),
        ("73.2", "noted", "2011-10-14", ""),
    }


def test_who_answers_for_a_claim_and_who_uttered_it_stay_apart(tmp_path: Path) -> None:
    claims = "claim,about,polarity,modality,asserted_by,stated_by,text,source\n"
    claims += "C-1,MDA/2013/0/art-1/1,affirmed,asserts,MDA,NGO-1,It eases,OTH\nC-2,MDA/2013/0,denied,asserts,NGO-1,,No,OTH\n"
    rows = asked(made_of(FULFILLED | {"claims": claims}, tmp_path), "claims-on-right", right="religion")
    assert [tuple(r[c] for c in ("claim", "asserted_by", "stated_by", "through", "directions")) for r in rows] == [
        ("C-1", "MDA", "NGO-1", "effect", "removesRestriction"),
        ("C-2", "NGO-1", "", "law", ""),
    ]


TOGETHER = WITHDRAWN | {
    "recommendations": "recommendation,review,paragraph,states,text,action\n"
    "MDA/1/73.1,MDA/1,73.1,CHE; NLD,Abstain from interfering with believers,3\n",
    "responses": "recommendation,states,stage,date,position,recorded_as,source\n"
    "MDA/1/73.1,NLD,workingGroup,2011-10-14,accepted,yes,OTH\nMDA/1/73.1,CHE,workingGroup,2011-10-14,noted,no,OTH\n",
}


def test_states_that_recommended_together_may_get_different_answers(tmp_path: Path) -> None:
    (row,) = asked(made_of(TOGETHER, tmp_path), "accepted-here-noted-there")
    assert (row["accepted_from"], row["noted_from"]) == ("NLD", "CHE")
    assert row["accepted_paragraphs"] == row["noted_paragraphs"] == "73.1"


def test_each_state_that_raises_it_again_is_told_the_answer_to_itself(tmp_path: Path) -> None:
    again = TOGETHER | {
        "reviews": TOGETHER["reviews"] + "MDA/2,MDA,2,26,2016-11-04,2016-11-08,2017-03-16\n",
        "recommendations": TOGETHER["recommendations"] + "MDA/2/121.1,MDA/2,121.1,CHE; NLD,Leave believers alone,5\n",
        "responses": TOGETHER["responses"] + "MDA/2/121.1,,workingGroup,2016-11-08,accepted,yes,OTH\n",
        "asks": TOGETHER["asks"] + "MDA/2/121.1/1,MDA/2/121.1,religion,abstain,firm,specific\n",
    }
    rows = asked(made_of(again, tmp_path), "raised-again")
    assert [tuple(r[c] for c in ("recommending_state", "first_position", "later_position")) for r in rows] == [
        ("CHE", "noted", "accepted"),
        ("NLD", "accepted", "accepted"),
    ]


def test_a_law_made_before_the_plenary_conflicts_with_no_pledge_dated_by_it(tmp_path: Path) -> None:
    later = {"legal_events": "affects,kind,n,date\nMDA/2013/10,adopted,1,2011-12-01\nMDA/2005/1,adopted,1,2005-05-01\n"}
    acts = {"acts": "act,kind,date,state,people,provision\nA-1,conviction,2014-02-01,MDA,dozens,MDA/2013/10/art-1\n"}
    made = made_of(WITHDRAWN | later | acts, tmp_path)
    for acceptance, link in (("first-support", {"conflict"}), ("plenary", set())):
        rows = asked(made, "prosecuted-after-pledge", acceptance=acceptance)
        assert {row["link"] for row in rows} == link, rows


def test_two_actions_of_one_recommendation_are_no_second_recommendation(tmp_path: Path) -> None:
    made = made_of(TOGETHER, tmp_path)
    other = TOGETHER["recommendations"].replace(",3\n", ",5\n")
    (tmp_path / "other").mkdir()
    for table, text in (WITHDRAWN | {"about": "item,value\nid,other\ntitle,Other\n", "recommendations": other}).items():
        if table in ("about", "agents", "sources", "reviews", "recommendations"):
            (tmp_path / "other" / f"{table}.csv").write_text(text, encoding="utf-8")
    load(made, [tmp_path / "other"])
    (row,) = asked(made, "recommendations-by-regional-group")
    assert (row["recommendations"], row["accepted"], row["noted"]) == ("2", "1", "1")
    assert (row["action_3"], row["action_5"]) == ("2", "2")
