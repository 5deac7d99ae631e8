"""The rule, test by test: each one decides something, and each can be taken out to see what."""

import csv
import re
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from graphbuild import resources
from graphbuild.casebooks.newcasebook import write_casebook
from graphbuild.deriving.rules import blocks, conclude, settle
from graphbuild.errors import GraphbuildError
from graphbuild.read import read_source
from graphbuild.stores.staging import SETTLED, Staging
from graphbuild.terms import CONCLUDED_GRAPHS, ID, PREFIXES, UPR, A, line, literal, said_graph, term, thing
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

    def findings(self, rules: Path = resources.CONCLUDE, acceptance: str = "first-support") -> list[dict[str, str]]:
        """The findings under one rule of acceptance: grade, later and flags of each."""
        staging = self.settled()
        conclude(staging, rules)
        return [row for row in _read(staging) if row["acceptanceRule"] == acceptance]

    def settled(self) -> Staging:
        """What is settled from the casebook."""
        staging = Staging(ox.Store())
        staging.add(SETTLED, (ox.Triple(q.subject, q.predicate, q.object) for q in vocabulary_quads()))
        staging.add(SETTLED, self.vocabulary)
        for path in (resources.WORLD, self.folder):
            staged = read_source(path)
            assert not staged.problems, staged.problems
            staging.add_lines(said_graph(staged.source), staged.lines())
        settle(staging)
        return staging


def _read(staging: Staging) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for t in staging.triples(FINDINGS):
        name = t.predicate.value.removeprefix(UPR)
        value = t.object.value.rpartition("/")[2]
        row = found.setdefault(t.subject.value, {})
        row[name] = " ".join(sorted({*row.get(name, "").split(), value}))
    return [row for row in found.values() if "acceptanceRule" in row]


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


@pytest.mark.parametrize("value", ["true", "TRUE"])  # as a spreadsheet writes it
def test_a_recommender_who_welcomed_the_law_is_told(world: World, value: str) -> None:
    world.add("claims", claim="C-002", about="KAZ/2011/483-IV", property="welcomes", value=value)
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


def answers(world: World, *rows: dict[str, str]) -> None:
    """The answers to the example's recommendation, which the Netherlands and Switzerland make together."""
    world.change("recommendations", states="CHE; NLD")
    (first,) = world.rows("responses")
    world.write("responses", [first, *(first | {"stage": "addendum", "date": ""} | row for row in rows)])


def test_a_later_refusal_without_a_date_came_with_the_outcome(world: World) -> None:
    answers(world, {"position": "noted"})
    assert world.findings() == []  # the outcome was adopted in 2010, the law in 2011


@pytest.mark.parametrize("position", ["noted", "partly"])
def test_an_acceptance_that_a_later_answer_takes_back_or_narrows_is_no_pledge_any_more(
    world: World, position: str
) -> None:
    answers(world, {"position": position, "date": "2010-06-01"})
    assert world.findings() == []


def test_an_acceptance_that_was_withdrawn_after_the_law_is_flagged(world: World) -> None:
    answers(world, {"position": "noted", "stage": "later", "date": "2014"})
    (finding,) = world.findings()
    assert (finding["grade"], finding["flag"]) == ("strong", "withdrawn")


def test_an_acceptance_withdrawn_nobody_knows_when_is_flagged_and_softer(world: World) -> None:
    answers(world, {"position": "noted", "stage": "later"})
    (finding,) = world.findings()
    assert (finding["grade"], finding["flag"]) == ("medium", "withdrawn")


def test_a_last_answer_that_is_unclear_is_flagged_and_softer(world: World) -> None:
    answers(world, {"position": "unclear", "date": "2010-06-01"})
    (finding,) = world.findings()
    assert (finding["grade"], finding["flag"]) == ("medium", "withdrawn")


def test_a_refusal_to_one_state_leaves_the_pledge_to_the_other(world: World) -> None:
    answers(world, {"states": "NLD", "position": "noted", "date": "2010-06-01"})
    (finding,) = world.findings()
    assert (finding["grade"], finding.get("flag")) == ("strong", None)


def test_a_clear_acceptance_after_a_disputed_one_is_a_pledge_from_then_on(world: World) -> None:
    world.add("sources", source="OTHER")
    answers(world, {"source": "OTHER", "stage": "workingGroup", "position": "noted"},
            {"position": "accepted", "date": "2010-06-01"})
    (finding,) = world.findings()
    assert (finding["grade"], finding.get("flag")) == ("strong", None)


def test_what_was_accepted_after_the_outcome_was_not_adopted_with_it(world: World) -> None:
    world.change("responses", position="noted")
    answers(world, {"stage": "later", "date": "2014-06-01", "position": "accepted"})
    assert world.findings(acceptance="plenary") == world.findings() == []


@pytest.mark.parametrize(("one", "other", "settled"), [
    ("2010-02-16", "2012-02-16", "[2010-02-16..2012-02-16]"),
    ("2011", "2010-06-17", "[2010-06-17..2011-12-31]"),
    ("2011-06-20", "[2010-05-31..2011-12-18]", "[2010-05-31..2011-12-18]"),
    ("2010-06-17", "[2010-05-31..]", "[2010-05-31..]"),
    ("2012-06-17", "[..2010-06-17]", "[..2012-06-17]"),
])
def test_where_sources_date_the_first_acceptance_differently_it_is_only_possibly_earlier(
    world: World, one: str, other: str, settled: str
) -> None:
    world.change("responses", date=one)
    world.add("sources", source="OTHER")
    answers(world, {"source": "OTHER", "stage": "workingGroup", "date": other})
    (finding,) = world.findings()
    assert (finding["later"], finding["grade"]) == ("possible", "medium")
    assert first_supported(world) == settled


def first_supported(world: World) -> str:
    """When the example's pledge was first accepted, in EDTF."""
    found = world.settled().select(
        f"SELECT DISTINCT ?day {{ <{ID}recommendation/KAZ/1/95.73> <{UPR}firstSupported>/<{UPR}edtf> ?day }}"
    )
    (day,) = [row["day"].value for row in found]
    return day


@pytest.mark.parametrize(("stage", "day", "flags"), [
    ("workingGroup", "2010-02-16", []),
    ("plenary", "[2010-05-31..2010-06-18]", ["unconfirmed"]),
    ("addendum", "[2010-02-08..2010-06-18]", ["unconfirmed"]),
    ("final", "[2010-02-08..]", ["boundary"]),
])  # fmt: skip
def test_an_acceptance_without_a_date_has_that_of_the_report_or_outcome_in_which_it_stands(
    world: World, stage: str, day: str, flags: list[str]
) -> None:
    world.change("responses", stage=stage, date="")
    world.change("reviews", unconfirmed="outcome_adopted")
    (finding,) = world.findings()
    assert (first_supported(world), finding.get("flag", "").split()) == (day, flags)
    assert finding["later"] == ("possible" if day.endswith("..]") else "certain")


def test_an_acceptance_without_a_date_may_be_older_than_one_of_its_stage_that_has_one(world: World) -> None:
    answers(world, {"states": "NLD", "stage": "workingGroup", "date": "2012-02-16", "position": "accepted"})
    world.change("responses", states="CHE", date="")
    assert [f["later"] for f in world.findings()] == ["possible"]
    assert first_supported(world) == "[2010-02-16..2012-02-16]"


@pytest.mark.parametrize("cells", [
    {"modality": "machine-coded"},
    {"modality": "questions"},
    {"property": "effectDirection", "value": "protects"},
], ids=lambda cells: " ".join(cells.values()))
def test_a_claim_that_does_not_affirm_the_effect_is_none_that_does(world: World, cells: dict[str, str]) -> None:
    world.change("claims", **cells)
    assert world.findings() == []
    world.change("claims", modality="asserts", property="", value="")
    world.add("claims", **({"claim": "C-002", "polarity": "denied", "asserted_by": "KAZ"} | cells))
    assert [f["grade"] for f in world.findings()] == ["strong"]


@pytest.mark.parametrize("modality", ["urges", "announces"])
def test_calling_for_an_end_or_announcing_is_softer_than_asserting(world: World, modality: str) -> None:
    world.change("claims", modality=modality)
    assert [f["grade"] for f in world.findings()] == ["medium"]


def test_a_recommender_who_denies_to_welcome_the_law_does_not(world: World) -> None:
    law = {"about": "KAZ/2011/483-IV", "property": "welcomes"}
    world.add("claims", claim="C-002", **law, value="true", polarity="denied")
    world.add("claims", claim="C-003", **law, value="false")
    assert [f["grade"] for f in world.findings()] == ["strong"]


@pytest.mark.parametrize(("table", "what"), [("effects", "direction"), ("asks", "direction"), ("provisions", "text")])
def test_what_the_rule_rests_on_and_nobody_confirms_is_flagged(world: World, table: str, what: str) -> None:
    world.change(table, unconfirmed=what)
    assert [(f["grade"], f["flag"]) for f in world.findings()] == [("medium", "unconfirmed")]


def test_an_unconfirmed_label_is_nothing_that_the_rule_rests_on(world: World) -> None:
    world.change("provisions", unconfirmed="label")
    assert [(f["grade"], f.get("flag")) for f in world.findings()] == [("strong", None)]


def test_an_unconfirmed_plenary_is_flagged_where_it_dates_the_acceptance(world: World) -> None:
    world.change("reviews", unconfirmed="outcome_adopted")
    assert [f.get("flag") for f in world.findings()] == [None]
    assert [f.get("flag") for f in world.findings(acceptance="plenary")] == ["unconfirmed"]


@pytest.mark.parametrize(("column", "made", "flags"), [
    ("date", "2010-02-12", ["unconfirmed", None]),
    ("date", "2010-07-01", ["unconfirmed", "unconfirmed"]),  # after the plenary, which then dates nothing
    ("text", "2010-02-12", ["unconfirmed", "unconfirmed"]),
    ("issues", "2010-02-12", [None, None]),
])
def test_an_unconfirmed_voluntary_pledge_is_flagged(
    world: World, column: str, made: str, flags: list[str | None]
) -> None:
    world.change("asks", ask="KAZ/1/pledge-1/1", of="KAZ/1/pledge-1")
    world.change("pledges", unconfirmed=column, date=made)
    found = [world.findings(acceptance=rule) for rule in ("first-support", "plenary")]
    assert [[f.get("flag") for f in findings] for findings in found] == [[flag] for flag in flags]


@pytest.mark.parametrize("kind", ["signed", "published", "inForce"])
def test_a_law_that_was_signed_published_or_in_force_was_adopted_by_then(world: World, kind: str) -> None:
    world.change("legal_events", kind=kind)
    assert [(f["later"], f["grade"]) for f in world.findings()] == [("possible", "medium")]


@pytest.mark.parametrize(("step", "day", "later"), [
    ("passed", "2011-09-29", "certain"),
    ("tabled", "2010-01-15", "possible"),  # before the acceptance
    ("passed", "2012-01-01", "possible"),  # cannot be: after it was signed
])
def test_a_law_was_not_adopted_before_it_was_tabled_or_passed(world: World, step: str, day: str, later: str) -> None:
    world.change("legal_events", kind="signed")
    world.add("legal_events", kind=step, date=day)
    assert [f["later"] for f in world.findings()] == [later]


def law_dates(world: World) -> dict[tuple[str, str], str]:
    """The dates of laws and provisions in the settled layer: by text and property."""
    staging = world.settled()
    written = {t.subject: t.object.value for t in staging.triples(SETTLED) if t.predicate.value == UPR + "edtf"}
    found: dict[tuple[str, str], str] = {}
    for t in staging.triples(SETTLED):
        if t.predicate.value in (UPR + "adopted", UPR + "inForce", UPR + "ended"):
            key = (t.subject.value.rpartition("/")[2], t.predicate.value.removeprefix(UPR))
            assert key not in found, key
            found[key] = written[t.object]
    return found


def amended(world: World, **second: str) -> None:
    """The example's law is of 1997, and one of its provisions was replaced by another in 2011."""
    world.change("legal_events", date="1997-07-16")
    world.add("legal_events", kind="inForce", date="1998-01-01")
    world.add("provisions", provision="KAZ/2011/483-IV/registration-2011", replaces="KAZ/2011/483-IV/registration")
    world.add("legal_events", affects="KAZ/2011/483-IV/registration-2011", date="2011-10-11")
    if second:
        world.add("legal_events", affects="KAZ/2011/483-IV/registration-2011", **second)


def test_a_text_that_was_put_into_a_law_did_not_come_into_force_with_it(world: World) -> None:
    amended(world)
    dates = law_dates(world)
    assert dates["registration", "inForce"] == "1998-01-01"
    assert ("registration-2011", "inForce") not in dates


def test_a_text_ends_when_the_one_that_replaces_it_comes_into_force(world: World) -> None:
    amended(world, kind="inForce", date="2012-01-01")
    assert law_dates(world)["registration", "ended"] == "2012-01-01"


def test_a_text_ends_some_time_after_the_one_that_replaces_it_was_adopted(world: World) -> None:
    amended(world)
    assert law_dates(world)["registration", "ended"] == "[2011-10-11..]"


def test_what_came_into_force_and_ended_several_times_did_so_first(world: World) -> None:
    for n, date in (("1", "2014-01-01"), ("2", "2012-01-01")):
        world.add("legal_events", kind="inForce", n=n, date=date)
    world.add("legal_events", kind="repealed", date="2017-01-01")
    world.add("legal_events", kind="annulled", date="2016-01-01")
    dates = law_dates(world)
    assert dates["registration", "inForce"] == dates["483-IV", "inForce"] == "2012-01-01"
    assert dates["registration", "ended"] == dates["483-IV", "ended"] == "2016-01-01"


def test_a_pending_answer_gives_way_to_a_later_pending_one(world: World) -> None:
    world.change("responses", position="pending")
    answers(world, {"position": "pending", "date": "2010-06-01"})
    current = [t.object.value for t in world.settled().triples(SETTLED) if t.predicate.value == UPR + "currentResponse"]
    assert sorted(name.partition("95.73/")[2] for name in current) == ["addendum/CHE", "addendum/NLD"]


def test_one_source_may_give_recommending_states_different_answers(world: World) -> None:
    world.change("recommendations", states="CHE; NLD")
    world.change("responses", states="NLD")
    world.add("responses", states="CHE", position="noted")
    lines = [t for t in world.settled().triples(SETTLED) if t.predicate.value == UPR + "position"]
    found = {t.subject.value.partition("95.73")[2]: t.object.value.rpartition("/")[2] for t in lines}
    assert found == {"/workingGroup/NLD": "accepted", "/workingGroup/CHE": "noted", "": "partly"}
    assert [f["grade"] for f in world.findings()] == ["strong"]


def test_a_text_of_which_no_document_is_known_does_not_take_the_rank_of_another(world: World) -> None:
    """The thematic list comes first; a report is known too, and has nothing to do with either."""
    staging = world.settled()
    for source, document in ("a", ""), ("b", "LIST"), ("c", "REPORT"):
        record, said_in = thing("record", source, "KAZ/1/1.1"), thing("document", document)
        said = [(record, term("text"), literal(source, "en"))] if source != "c" else []
        said += [(record, term("recordOf"), thing("recommendation", "KAZ/1/1.1"))]
        said += [(record, term("saidIn"), said_in), (said_in, A, term("Document"))] if document else []
        kind = thing("document-kind", "thematic-list" if document == "LIST" else "working-group-report")
        said += [(said_in, term("kind"), kind)] if document else []
        staging.add_lines(said_graph(source), map(line, said))
    settle(staging)
    found = staging.select(f"SELECT ?text {{ <{ID}recommendation/KAZ/1/1.1> <{UPR}text> ?text }}")
    assert [row["text"].value for row in found] == ["b"]


def test_a_rule_that_cannot_be_read_is_named_with_the_place(tmp_path: Path) -> None:
    (tmp_path / "broken.rq").write_text("CONSTRUCT { ?a ?b ?c }\nWHERE { ?a ?b ?c } }\n", encoding="utf-8")
    with pytest.raises(GraphbuildError, match=r"broken\.rq: the query cannot be read: line 3"):
        conclude(Staging(ox.Store()), tmp_path)
