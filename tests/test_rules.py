"""The rule, test by test: each one decides something, and each can be taken out to see what."""

import csv
import re
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from graphbuild import resources
from graphbuild.newcasebook import write_casebook
from graphbuild.read import read_source
from graphbuild.rules import blocks, conclude, settle
from graphbuild.staging import SETTLED, Staging
from graphbuild.terms import CONCLUDED_GRAPHS, ID, PREFIXES, UPR, said_graph
from graphbuild.vocabulary import vocabulary_quads

RULE = resources.CONCLUDE / "pledge-conflict.rq"
FINDINGS = CONCLUDED_GRAPHS + "pledge-conflict"


class World:
    """The example casebook, in which one pledge conflicts with one law, with some cells changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "example"
        self.vocabulary: list[ox.Triple] = []
        write_casebook(self.folder)

    def change(self, table: str, row: int = 0, **cells: str) -> None:
        rows = self.rows(table)
        rows[row].update(cells)
        self.write(table, rows)

    def add(self, table: str, **cells: str) -> None:
        rows = self.rows(table)
        self.write(table, [*rows, rows[0] | cells])

    def empty(self, table: str) -> None:
        header = list(self.rows(table)[0])
        (self.folder / f"{table}.csv").write_text(",".join(header) + "\n", encoding="utf-8")

    def rows(self, table: str) -> list[dict[str, str]]:
        with (self.folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def write(self, table: str, rows: list[dict[str, str]]) -> None:
        with (self.folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)

    def findings(self, rules: Path = resources.CONCLUDE) -> list[dict[str, str]]:
        """The findings under first support: grade, later and flags of each."""
        staging = Staging(ox.Store())
        staging.add(SETTLED, (ox.Triple(q.subject, q.predicate, q.object) for q in vocabulary_quads()))
        staging.add(SETTLED, self.vocabulary)
        for path in (resources.WORLD, self.folder):
            staged = read_source(path)
            assert not staged.problems, staged.problems
            staging.add_lines(said_graph(staged.source), staged.lines())
        settle(staging)
        conclude(staging, rules)
        return _read(staging)


def _read(staging: Staging) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for t in staging.triples(FINDINGS):
        name = t.predicate.value.removeprefix(UPR)
        value = t.object.value.rpartition("/")[2]
        row = found.setdefault(t.subject.value, {})
        row[name] = " ".join(sorted({*row.get(name, "").split(), value}))
    return [row for row in found.values() if row.get("acceptanceRule") == "first-support"]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def a_strong_conflict(world: World) -> None:
    """As it is."""


def another_state(world: World) -> None:
    world.change("laws", state="KGZ")


def only_noted(world: World) -> None:
    world.change("responses", position="noted")


def same_direction(world: World) -> None:
    world.change("effects", direction="protects")


def another_right(world: World) -> None:
    world.change("effects", right="assembly")


def broader_right(world: World) -> None:
    world.change("effects", right="religion")


def another_group(world: World) -> None:
    world.change("effects", addressee="journalists")


def an_older_law(world: World) -> None:
    world.change("legal_events", date="2009-07-10")


def the_same_day(world: World) -> None:
    world.change("legal_events", date="2010-02-16")


def a_bill(world: World) -> None:
    world.change("legal_events", kind="passed")


def nobody_affirms(world: World) -> None:
    world.empty("claims")


def only_denied(world: World) -> None:
    world.change("claims", polarity="denied")


def a_share_of_experience(world: World) -> None:
    world.change("asks", force="share")


def withdrawn_before(world: World) -> None:
    world.add("responses", stage="plenary", date="2010-06-10", position="noted")


def lighter_than_before(world: World) -> None:
    world.change("provisions", change="lighter")


NO_CONFLICT = {
    "T1": [another_state],
    "T2": [only_noted],
    "T3": [same_direction],
    "T4": [another_right, broader_right],
    "T5": [another_group],
    "T6": [an_older_law, the_same_day],
    "T7": [a_bill],
    "T8": [nobody_affirms, only_denied],
    "T9": [a_share_of_experience],
    "T10": [withdrawn_before],
    "T11": [lighter_than_before],
}
CASES = [(test, change) for test, changes in NO_CONFLICT.items() for change in changes]


def test_the_rule_has_exactly_eleven_tests_and_its_text_tells_them() -> None:
    tests = [b.name for b in blocks(RULE) if b.is_test]
    assert tests == list(NO_CONFLICT)
    assert re.findall(r"^\| (T\d+) ", RULE.with_suffix(".md").read_text(encoding="utf-8"), re.M) == tests


def test_the_example_is_a_strong_conflict(world: World) -> None:
    (finding,) = world.findings()
    assert (finding["grade"], finding["later"], finding.get("flag")) == ("strong", "certain", None)


@pytest.mark.parametrize(("test", "change"), CASES, ids=[f"{t}-{c.__name__}" for t, c in CASES])
def test_one_failing_test_is_enough_for_no_conflict(world: World, test: str, change) -> None:
    change(world)
    assert world.findings() == []


@pytest.mark.parametrize(("test", "change"), CASES, ids=[f"{t}-{c.__name__}" for t, c in CASES])
def test_taking_a_test_out_of_the_rule_changes_the_answer(world: World, test: str, change, tmp_path: Path) -> None:
    change(world)
    assert world.findings(without(test, tmp_path)), f"{test} decides nothing"


def without(test: str, folder: Path) -> Path:
    """The rules with one test taken out of the file, as a mutation."""
    rules = folder / "rules"
    shutil.copytree(resources.CONCLUDE, rules)
    text = RULE.read_text(encoding="utf-8")
    pattern = next(b.pattern for b in blocks(RULE) if b.name == test)
    # What a test binds for the grade and the flags must stay bound.
    keep = {"T4": "?ask upr:right ?askedRight .\n", "T6": pattern.rpartition("FILTER")[0]}.get(test, "\n")
    assert text.count(pattern) == 1
    (rules / RULE.name).write_text(text.replace(pattern, keep), encoding="utf-8")
    return rules


def siblings(world: World) -> None:
    """Two groups that only share a parent: the vocabulary is given one more, so that there are such groups."""
    group = ID + "group/"
    world.vocabulary.append(ox.Triple(*(ox.NamedNode(n) for n in (
        group + "journalists", PREFIXES["skos"] + "broader", group + "civil-society"))))
    world.change("asks", beneficiary="human-rights-defenders")
    world.change("effects", addressee="journalists")


SOFT_MARKS = {
    "force": lambda w: w.change("asks", force="consider"),
    "possible": lambda w: w.change("responses", date="[2010-02-16..2011-12-31]"),
    "same": lambda w: w.change("provisions", change="same"),
    "general": lambda w: w.change("asks", scope="general"),
    "siblings": lambda w: siblings(w),
    "inferred": lambda w: w.change("claims", modality="implied"),
    "denied": lambda w: w.add("claims", claim="C-002", polarity="denied", asserted_by="KAZ"),
    "unconfirmed": lambda w: w.change("legal_events", unconfirmed="date"),
}


@pytest.mark.parametrize("mark", SOFT_MARKS)
def test_one_soft_mark_is_one_step_down(world: World, mark: str) -> None:
    SOFT_MARKS[mark](world)
    assert [f["grade"] for f in world.findings()] == ["medium"]


def test_two_soft_marks_are_weak(world: World) -> None:
    SOFT_MARKS["force"](world)
    SOFT_MARKS["same"](world)
    assert [f["grade"] for f in world.findings()] == ["weak"]


def test_a_disputed_acceptance_is_contested_and_weak_never_plain(world: World) -> None:
    world.add("sources", source="OTHER")
    world.add("responses", source="OTHER", position="noted")
    (finding,) = world.findings()
    assert (finding["grade"], finding["flag"]) == ("weak", "contested")


def test_a_recommender_who_welcomed_the_law_is_told(world: World) -> None:
    world.add("claims", claim="C-002", about="KAZ/2011/483-IV", property="welcomes", value="true")
    (finding,) = world.findings()
    assert (finding["grade"], finding["flag"]) == ("weak", "welcomedByRecommender")


def test_the_boundary_is_flagged_where_the_two_dates_of_acceptance_disagree(world: World) -> None:
    world.change("legal_events", date="2010-06-14")
    (finding,) = world.findings()
    assert (finding["later"], finding["flag"]) == ("certain", "boundary")


def test_a_decree_is_flagged(world: World) -> None:
    world.change("laws", kind="decree")
    assert [f["flag"] for f in world.findings()] == ["lowerInstrument"]


def test_a_finding_names_its_premises(world: World) -> None:
    (finding,) = world.findings()
    assert {"C-001", "1"} <= set(finding["http://www.w3.org/ns/prov#wasDerivedFrom"].split())
