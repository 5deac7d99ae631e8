"""An answer without rows: what the store knows nothing of is said, with what was perhaps meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT, Folder
from test_joining import export

from graphbuild.build import load
from graphbuild.casebooks.tables import load_tables
from graphbuild.cli import main
from graphbuild.questions.absent import absent, in_named_graphs
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import Question, find_question, parse_question, questions
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import UPR

ASKED = [
    ("event-figures", "event", "E-99", "there is no event of this name; did you mean 'E-09'?"),
    ("law-history", "law", "483-VI", "there is no law of this name; did you mean '483-IV'?"),
    (
        "prosecuted-under-provision",
        "provision",
        "art.174",
        "there is no provision of this name; did you mean 'art. 174'?",
    ),
    ("claims-in-document", "document", "nowhere", "there is no document of this name"),
    ("claims-on-right", "asserted_by", "Nobody", "there is no organisation or state of this name"),
    ("claims-on-right", "asserted_by", "Netherlands", "is known by its tag; write asserted_by=NLD"),
    ("claims-on-right", "asserted_by", "human rights watch", "is known by its tag; write asserted_by=HRW"),
    ("claims-that-disagree", "about", "KAZ/2011/483-VI", "there is no thing of this name; did you mean 'KAZ/2011/483-IV'?"),
    ("claims-that-disagree", "about", "Kazakhstan", "is known by its tag; write about=KAZ"),
    ("recommendations", "source", "kazakstan", "there is no source of this name; did you mean 'kazakhstan'?"),
    ("acts-in-event", "person", "P-1000", "there is no person of this name"),
    ("reviews", "state", "Moldova", "no review, law or event of this state is loaded"),
    ("recommendations", "cycle", "9", "no review of this cycle is loaded; there are 1, 2, 3, 4"),
    ("recommendations", "session", "8", "no review of this session is loaded; there are 7, 20, 34, 48"),
    ("position-history", "paragraph", "97.1.9", "there is no recommendation with this paragraph; did you mean '97.19'?"),
    ("persons-in-source", "script", "Cyrillic", "there is no person with this script; write one such as "),
    ("observations", "body", "CESCR", "there is no observation with this body"),
    ("observations", "theme", "Food", "there is no observation with this theme"),
    ("observations", "symbol", "E/C.12/KAZ/CO/2", "there is no observation with this symbol"),
]


@pytest.mark.parametrize(("question", "name", "value", "said"), ASKED, ids=[a[1] for a in ASKED])
def test_what_the_store_does_not_hold_is_said(
    store: OxigraphStore, question: str, name: str, value: str, said: str
) -> None:
    sentence, *others = absent(store, find_question(question), {name: value})
    assert sentence.startswith(f"{name}={value}: {said}") and not others


@pytest.mark.parametrize(
    ("question", "name", "value"),
    [
        ("event-figures", "event", "E-01"),
        ("law-history", "law", "483-IV"),
        ("law-history", "law", "KAZ/2011/483-IV"),
        ("law-history", "law", "KAZ/2020/trade-union-amendments"),  # has no number
        ("law-history", "law", "L-06"),
        ("prosecuted-under-provision", "provision", "art. 174"),
        ("prosecuted-under-provision", "provision", "KAZ/2014/226-V/art-174"),
        ("claims-on-right", "asserted_by", "USA"),
        ("recommendations", "source", "kazakhstan"),
        ("reviews", "state", "Kazakhstan"),
        ("recommendations", "position", "pending"),
        ("recommendations", "cycle", "3"),
        ("recommendations", "session", "07"),
        ("persons-in-source", "script", "kk"),
        ("who-recommended-what", "recommending_state", "MDA"),
        ("position-history", "paragraph", "97.19"),
        ("claims-that-disagree", "about", "KAZ/1/97.19"),
        ("claims-that-disagree", "about", "HRW"),
    ],
)
def test_of_what_is_there_or_has_no_name_nothing_is_said(
    store: OxigraphStore, question: str, name: str, value: str
) -> None:
    assert absent(store, find_question(question), {name: value}) == []


def test_names_of_persons_are_never_suggested(store: OxigraphStore) -> None:
    """Whoever asks for a person by name is answered with nothing that is near it but an opaque id."""
    names = [row.split(",")[2] for row in (ROOT / "data/kazakhstan/names.csv").read_text().splitlines()[1:]]
    for name in names:
        for said in absent(store, find_question("acts-in-event"), {"person": name[:-1]}):
            assert name not in said


@pytest.mark.parametrize("question", questions(), ids=lambda q: q.name)
def test_the_classes_of_the_catalogue_are_terms_of_the_ontology(question: Question) -> None:
    said = (ROOT / "ontology/upr.ttl").read_text(encoding="utf-8")
    for parameter in question.parameters:
        for choice in parameter.choices if parameter.is_name else ():
            kind, *steps = choice[1:].split("/")
            assert f"upr:{kind} a owl:Class" in said
            assert all(re.search(f"^upr:{step} a owl:", said, re.M) for step in steps)


def test_the_kinds_of_unconfirmed_facts_are_those_of_the_tables() -> None:
    (kinds,) = (p.choices for p in find_question("unconfirmed-facts").parameters if p.name == "kind")
    assert {table.class_.lower() for table in load_tables().values() if table.class_} - {"name"} <= set(kinds)


def test_reviews_are_looked_for_among_those_of_the_state(store: OxigraphStore) -> None:
    question = find_question("reviews")
    assert absent(store, question, {"state": "Kazakhstan", "cycle": "05"}) == [
        "cycle=05: no review of KAZ in this cycle is loaded; there are 1, 2, 3, 4"
    ]
    assert [said[:11] for said in absent(store, question, {"state": "MDA", "cycle": "1"})] == ["state=MDA: "]


def test_of_values_that_are_never_together_it_is_said_without_which_there_are_rows(store: OxigraphStore) -> None:
    question = find_question("position-history")
    assert absent(store, question, {"state": "KAZ", "cycle": "2", "paragraph": "97.19"}) == [
        f"cycle=2: without it there are {len(ask(store, question, {'state': 'KAZ', 'paragraph': '97.19'}).rows)} rows",
        f"paragraph=97.19: without it there are {len(ask(store, question, {'state': 'KAZ', 'cycle': '2'}).rows)} rows",
    ]
    assert absent(store, question, {"state": "KAZ", "paragraph": "x"})[0].startswith("paragraph=x: there is no recomm")


UNCODED = "on which this question rests"


@pytest.mark.parametrize("question", [q for q in questions() if q.rests], ids=lambda q: q.name)
def test_no_rows_mean_nothing_where_nobody_coded_what_they_rest_on(
    store: OxigraphStore, tmp_path: Path, question: Question
) -> None:
    """Of a state whose recommendations were loaded and never read, no law is in conflict with what it accepted."""
    bare = OxigraphStore(tmp_path / "graph")
    load(bare, [export(tmp_path / "rows.csv", ("Protect journalists everywhere", "Norway", "Accepted", "4"))])
    assert not ask(bare, question, {"state": "KAZ"}).rows
    said = absent(bare, question, {"state": "KAZ"})
    assert said and all(s.startswith("state=KAZ: nobody coded what ") and s.endswith(UNCODED) for s in said)
    assert all(s.startswith("nobody coded what ") for s in absent(bare, question, {}))
    assert not [s for s in absent(store, question, {"state": "KAZ"}) if UNCODED in s]


def test_no_law_is_not_a_law_that_never_touched(tmp_path: Path, casebook: Folder) -> None:
    """Of a state whose laws nobody coded, every pledge would be without a later law."""
    casebook.write("effects", casebook.rows("effects")[:1])
    casebook.write("claims", casebook.rows("claims")[:1])
    store = OxigraphStore(tmp_path / "graph")
    assert load(store, [casebook.path]).violations == []
    question = find_question("pledges-without-later-law")
    assert ask(store, question, {}).rows == []
    assert absent(store, question, {}) == [f"nobody coded what provisions of laws do, {UNCODED}"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?f a upr:Finding ; upr:grade ?grade", ["upr:Finding", "upr:grade"]),
        ("?c upr:assertedBy ?who . ?x upr:position ?y # GRAPH", ["upr:assertedBy"]),
        ("GRAPH ?g { ?f a upr:Finding }", []),
        ("?p a upr:Pledge ; upr:text ?text", []),
        ("?p a upr:Nothing", []),
    ],
)
def test_what_stands_in_named_graphs_is_told_to_who_asks_without(
    store: OxigraphStore, query: str, words: list[str]
) -> None:
    said = list(in_named_graphs(store, f"PREFIX upr: <{UPR}> SELECT * {{ {query} }}"))
    assert [sentence.split(" is used in named graphs only; ")[0] for sentence in said] == words


def test_what_was_asked_of_one_state_is_not_asked_of_the_world_for_a_hint(store: OxigraphStore) -> None:
    asked = {"state": "KAZ", "law": "271-VIII"}
    assert ask(store, find_question("law-history"), {"law": "483-IV"}).rows
    assert all("state" not in said for said in absent(store, find_question("law-history"), asked))


def test_what_is_said_of_a_value_costs_the_same_however_many_there_are(
    store: OxigraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two queries, of which the first is a look-up and the second reads no more than so many rows."""
    put: list[str] = []

    def query(self: OxigraphStore, text: str) -> object:
        put.append(text)
        return asked(self, text)

    asked = OxigraphStore.query
    monkeypatch.setattr(OxigraphStore, "query", query)
    assert absent(store, find_question("position-history"), {"paragraph": "97.19"}) == []
    assert len(absent(store, find_question("position-history"), {"paragraph": "nowhere"})) == 1
    assert [("ASK" in text, text.count("LIMIT")) for text in put] == [(True, 0), (True, 0), (False, 2)]


def test_a_question_of_ones_own_names_classes_too(store: OxigraphStore) -> None:
    header = "#+ params:\n#+   body = @Organisation|@Person: who\n#+   state: of health\n"
    mine = parse_question("mine", header + "SELECT ?x {}")
    assert absent(store, mine, {"body": "?", "state": "ill"}) == ["body=?: there is no organisation or person of this name"]


def test_the_command_says_it_after_the_rows(store: OxigraphStore) -> None:
    asked = ["--store", str(store.root), "query", "event-figures", "-p", "event=E-99"]
    done = CliRunner().invoke(main, [*asked, "-f", "csv"])
    assert done.exit_code == 0 and done.stdout.startswith("state,event")
    assert done.stderr.splitlines() == ["0 rows", "event=E-99: there is no event of this name; did you mean 'E-09'?"]
    rows = CliRunner().invoke(main, [*asked[:-1], "event=E-01"])
    assert rows.stderr.splitlines()[-1].endswith("rows")
