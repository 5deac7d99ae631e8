"""Networks and pictures: true to the findings, readable, and at home without a network."""

import hashlib
import html
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest
from small_store import small_store

from graphbuild import resources
from graphbuild.errors import GraphbuildError
from graphbuild.exports import layout, pictures
from graphbuild.exports.networks import CONFLICT, GRADES, conflict_network, graphml, narrowed
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import find_question
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import ID

PLEDGE, PROVISION = ID + "recommendation/AAA/1/95.1", ID + "provision/AAA/2014/5/art-1"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> nx.DiGraph:
    return conflict_network(small_store(tmp_path_factory.mktemp("networks") / "graph"), "AAA")


@pytest.fixture(scope="module")
def kazakhstan(store: OxigraphStore) -> nx.DiGraph:
    return conflict_network(store, "KAZ")


# --- The network -------------------------------------------------------------------


def test_a_finding_joins_states_pledges_provisions_laws_and_rights(small: nx.DiGraph) -> None:
    edges = {(u.removeprefix(ID), d["label"], v.removeprefix(ID)) for u, v, d in small.edges(data=True)}
    assert edges == {
        ("state/BBB", "recommended", "recommendation/AAA/1/95.1"),
        ("recommendation/AAA/1/95.1", CONFLICT, "provision/AAA/2014/5/art-1"),
        ("provision/AAA/2014/5/art-1", "is part of", "law/AAA/2014/5"),
        ("recommendation/AAA/1/95.1", "asks about", "right/expression"),
        ("provision/AAA/2014/5/art-1", "touches", "right/expression"),
    }
    assert small.edges[PLEDGE, PROVISION]["grade"] == "strong"
    assert small.nodes[PLEDGE] == {
        "label": "95.1", "type": "Pledge", "iri": PLEDGE, "accepted": "2010",
        "text": "=Guarantee \\ free speech\nand the press"}
    assert small.nodes[PROVISION]["adopted"] == "2014-07-03"


def test_every_finding_of_the_question_is_in_the_network_and_no_other(
    store: OxigraphStore, kazakhstan: nx.DiGraph
) -> None:
    answer = ask(store, find_question("pledge-conflicts"), {"state": "KAZ"})
    asked = {row[answer.columns.index("finding")] for row in answer.rows}
    drawn = [f for *_, e in kazakhstan.edges(data=True) if e["label"] == CONFLICT for f in e["iri"].split("; ")]
    assert set(drawn) == asked
    assert len(drawn) == len(asked) > 20


def test_several_findings_on_one_pair_have_the_best_grade(
    store: OxigraphStore, kazakhstan: nx.DiGraph
) -> None:
    answer = ask(store, find_question("pledge-conflicts"), {"state": "KAZ"})
    place = {name: n for n, name in enumerate(answer.columns)}
    grades = {row[place["finding"]]: row[place["grade"]] for row in answer.rows}
    for *_, edge in kazakhstan.edges(data=True):
        if edge["label"] == CONFLICT:
            assert edge["grade"] == min((grades[f] for f in edge["iri"].split("; ")), key=GRADES.index)


def test_a_disputed_acceptance_is_called_so(kazakhstan: nx.DiGraph) -> None:
    disputed = [d for _, d in kazakhstan.nodes(data=True) if d.get("disputed")]
    assert "97.19" in {d["label"] for d in disputed}
    boxes = layout.arrange(kazakhstan).boxes
    assert all("(disputed)" in " ".join(boxes[d["iri"]].lines) for d in disputed)


def test_narrowed_keeps_what_was_asked_for_and_what_hangs_on_it(kazakhstan: nx.DiGraph) -> None:
    part = narrowed(kazakhstan, grades=["strong"])
    kept = [d for *_, d in part.edges(data=True) if d["label"] == CONFLICT]
    assert {d["grade"] for d in kept} == {"strong"}
    assert len(kept) == sum(d.get("grade") == "strong" for *_, d in kazakhstan.edges(data=True))
    assert not list(nx.isolates(part))
    assert len(narrowed(kazakhstan, rights=["no such right"])) == 0


def test_the_network_opens_elsewhere(kazakhstan: nx.DiGraph, tmp_path: Path) -> None:
    (tmp_path / "x.graphml").write_bytes(graphml(kazakhstan))
    back = nx.read_graphml(tmp_path / "x.graphml")
    assert dict(back.nodes(data=True)) == dict(kazakhstan.nodes(data=True))


def test_a_state_that_is_not_there_is_refused(store: OxigraphStore) -> None:
    with pytest.raises(GraphbuildError, match="is not a state in the store"):
        conflict_network(store, "Atlantis")


# --- The plan of the picture -----------------------------------------------------------


def test_a_line_through_a_right_joins_only_pairs_that_conflict(kazakhstan: nx.DiGraph) -> None:
    plan = layout.arrange(kazakhstan)
    drawn = [(p, v) for pledges, provisions in plan.meetings.values() for p in pledges for v in provisions]
    found = [(u, v) for u, v, d in kazakhstan.edges(data=True) if d["label"] == CONFLICT]
    assert sorted(drawn) == sorted(found)
    for key, (pledges, provisions) in plan.meetings.items():
        [grade] = {g for s, t, g in plan.links if key in (s, t)}
        assert {kazakhstan.edges[p, v]["grade"] for p in pledges for v in provisions} == {grade}


def test_no_box_covers_another(kazakhstan: nx.DiGraph) -> None:
    for column in layout.arrange(kazakhstan).columns():
        for above, below in pairwise(column):
            assert above.middle + above.height / 2 < below.middle - below.height / 2


def test_the_order_has_fewer_crossings_than_the_alphabet(kazakhstan: nx.DiGraph) -> None:
    plan = layout.arrange(narrowed(kazakhstan, ["strong"]))
    best = layout.crossings(plan)
    for column in plan.columns():
        for place, box in enumerate(sorted(column, key=lambda b: b.key)):
            box.middle = place
    assert best < layout.crossings(plan)


# --- The pictures ------------------------------------------------------------------------


def test_the_picture_is_a_png_with_the_same_bytes_each_time(small: nx.DiGraph, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="pictures need the extra `notebook`")
    first = pictures.draw(small, tmp_path / "x.png")
    assert first.startswith(b"\x89PNG\r\n\x1a\n")
    assert (tmp_path / "x.png").read_bytes() == first == pictures.draw(small)


class Scripts(HTMLParser):
    """The scripts of a page, and every attribute that could load something."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.loads: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script"
        self.scripts += [""] * self.inside
        self.loads += [f"{tag} {k}" for k, _ in attrs if k in ("src", "href", "srcset", "action", "data")]

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.scripts[-1] += data


def test_a_picture_of_nothing_says_so(kazakhstan: nx.DiGraph) -> None:
    none = narrowed(kazakhstan, ())
    said = pictures.title_of(none)
    assert said == "Kazakhstan: no accepted pledge was found to conflict with a later law"
    assert pictures.title_of(kazakhstan).startswith("Kazakhstan: accepted pledges and the later laws")
    assert said in pictures.interactive(none)


def test_the_page_loads_nothing_and_says_so(kazakhstan: nx.DiGraph) -> None:
    page = Scripts()
    text = pictures.interactive(kazakhstan)
    page.feed(text)
    assert page.loads == []
    assert "default-src 'none'" in text
    own = text.replace((resources.ASSETS / "cytoscape.min.js").read_text(encoding="utf-8"), "")
    assert not re.search(r"@import|fetch\(|XMLHttpRequest|url\(|innerHTML|document\.write", own)


def test_text_on_the_page_stays_text(small: nx.DiGraph) -> None:
    page = Scripts()
    page.feed(pictures.interactive(small, title="<script>alert(1)</script>"))
    assert len(page.scripts) == 3
    data = json.loads(page.scripts[1])
    assert 'Côte de "B", </script><b>' in {about["label"] for about in data["about"].values()}
    assert [f["grade"] for f in data["findings"]] == ["strong"]


def test_a_notebook_shuts_the_page_off(small: nx.DiGraph) -> None:
    frame = pictures.iframe(pictures.interactive(small))
    assert 'sandbox="allow-scripts"' in frame
    assert html.unescape(frame.split('srcdoc="')[1].split('"')[0]) == pictures.interactive(small)


def test_the_library_is_the_one_that_is_described() -> None:
    described = (resources.ASSETS / "THIRD_PARTY.md").read_text(encoding="utf-8")
    [(file, digest)] = re.findall(r"`([^`]+\.js)` \|.*`([0-9a-f]{64})`", described)
    assert hashlib.sha256((resources.ASSETS / file).read_bytes()).hexdigest() == digest
    assert "Permission is hereby granted" in (resources.ASSETS / "cytoscape.LICENSE").read_text(encoding="utf-8")
