"""The Kazakhstan casebook: what a careful analyst concludes by hand, the rule must conclude from the facts."""

import csv
import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphbuild import resources
from graphbuild.build import load
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import find_question
from graphbuild.questions.explain import explain
from graphbuild.stores.ondisk import OxigraphStore

CASEBOOK = resources.DATA / "kazakhstan"

Rows = list[dict[str, str]]


def rows_of(store: OxigraphStore, question: str, **given: str) -> Rows:
    answer = ask(store, find_question(question), given)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def graded(rows: Rows, *grades: str) -> set[tuple[str, str, str]]:
    return {
        (r["paragraph"], r["law"], r["provision"])
        for r in rows
        if r["grade"] in (grades or ("strong", "medium", "weak"))
    }


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> OxigraphStore:
    made = OxigraphStore(tmp_path_factory.mktemp("kazakhstan") / "graph")
    assert not load(made, [CASEBOOK]).refused
    return made


@pytest.fixture(scope="module")
def conflicts(store: OxigraphStore) -> Rows:
    return rows_of(store, "pledge-conflicts", state="KAZ")


def test_recommendations_and_answers_have_the_known_totals(store: OxigraphStore) -> None:
    rows = rows_of(store, "recommendations", state="KAZ")
    positions = Counter((r["cycle"], r["position"]) for r in rows)
    assert Counter(r["cycle"] for r in rows) == {"1": 129, "2": 198}
    assert positions == {
        ("1", "accepted"): 122,
        ("1", "noted"): 6,
        ("1", "contested"): 1,
        ("2", "accepted"): 146,
        ("2", "noted"): 51,
        ("2", "contested"): 1,
    }


# Verbs of the report that a paraphrase may neither harden nor soften.
VERBS = [
    ("95.49", "Keep stepping up"),  # to continue to increase its efforts
    ("95.55", "Take measures so that nothing"),  # to take measures to prevent: it does not say that there is interference
    ("97.14", "Make an effort"),  # to make efforts to speedily draft
    ("97.19", "Consider"),  # to consider, not to reconsider
    ("97.24", "Counter"),  # to counter the trend, not to reverse it
]


@pytest.mark.parametrize(("paragraph", "verb"), VERBS)
def test_a_paraphrase_is_as_strong_as_the_recommendation(store: OxigraphStore, paragraph: str, verb: str) -> None:
    (row,) = [r for r in rows_of(store, "recommendations", state="KAZ") if r["paragraph"] == paragraph]
    assert row["text"].startswith(verb)


STRONG = [
    ("95.73", "483-IV", "registration"),  # equal rights for believers x compulsory registration
    ("97.20", "226-V", "art. 130"),  # review libel x libel, punished more heavily
    ("97.20", "226-V", "art. 131"),
    ("97.11", "226-V", "art. 130"),
    ("97.21", "226-V", "art. 130"),
    ("97.22", "226-V", "art. 130"),
    ("97.25", "226-V", "art. 130"),
    ("95.13", "200-V", "art. 41-1"),  # internet law respects rights x shutdown without a court
    ("97.20", "200-V", "art. 41-1"),  # no blocking of sites
    ("97.21", "200-V", "art. 41-1"),
]


@pytest.mark.parametrize(("paragraph", "law", "provision"), STRONG)
def test_a_strong_pair_is_reported_strong(conflicts: Rows, paragraph: str, law: str, provision: str) -> None:
    found = [r for r in conflicts if (r["paragraph"], r["law"]) == (paragraph, law) and provision in r["provision"]]
    assert "strong" in {r["grade"] for r in found}
    assert all(r["later"] == "certain" and r["asserted_by"] for r in found if r["grade"] == "strong")


def test_incitement_is_punished_more_than_under_the_old_code(conflicts: Rows) -> None:
    """Ten years or a fine became twenty years and no fine, so article 174 does not merely repeat article 164."""
    found = {r["grade"] for r in conflicts if (r["paragraph"], r["provision"]) == ("95.75", "art. 174")}
    assert found == {"medium"}


MEDIUM = [("95.75", "545-IV"), ("97.13", "545-IV"), ("97.24", "545-IV"), ("97.23", "226-V"), ("95.75", "289-IV")]


@pytest.mark.parametrize(("paragraph", "law"), MEDIUM)
def test_a_medium_pair_is_reported_but_not_strong(conflicts: Rows, paragraph: str, law: str) -> None:
    grades = {r["grade"] for r in conflicts if (r["paragraph"], r["law"]) == (paragraph, law)}
    assert "medium" in grades
    assert "strong" not in grades


NEAR_MISSES = [
    ("97.10", "483-IV"),  # not accepted
    ("95.31", "483-IV"),  # asks for limits: same direction
    ("97.14", "483-IV"),  # another right
    ("97.24", "178-IV"),  # law older than the pledge
    ("124.23", "483-IV"),  # law older than the pledge
    ("124.21", "483-IV"),
    ("95.65", "111-V"),  # fulfils the pledge
    ("95.66", "111-V"),
    ("95.67", "111-V"),
    ("124.47", "226-V"),  # adopted before acceptance, in force after
    ("126.35", "226-V"),  # noted
    ("124.46", "KAZ/2021/religion-law-amendments"),  # adoption not confirmed
]


@pytest.mark.parametrize(("paragraph", "law"), NEAR_MISSES)
def test_a_near_miss_is_not_reported_and_explain_knows_why(
    store: OxigraphStore, conflicts: Rows, paragraph: str, law: str
) -> None:
    recommendation = f"KAZ/{1 if paragraph.startswith('9') else 2}/{paragraph}"
    assert all(pair.failed for pair in explain(store, recommendation, law, "first-support"))
    assert not [r for r in conflicts if (r["paragraph"], r["law"]) == (paragraph, law)]


def test_no_conflict_is_strong_with_a_law_older_than_every_pledge(conflicts: Rows) -> None:
    assert not {r["law"] for r in conflicts} & {"167-I", "2126", "178-IV"}


def test_the_disputed_recommendation_is_contested_and_never_plain(store: OxigraphStore, conflicts: Rows) -> None:
    (position,) = {r["position"] for r in rows_of(store, "recommendations", state="KAZ") if r["paragraph"] == "97.19"}
    found = [r for r in conflicts if r["paragraph"] == "97.19"]
    assert position == "contested"
    assert found
    assert all("contested" in r["flags"] and r["grade"] == "weak" for r in found)


def test_the_assembly_law_of_2020_is_contested_never_strong(conflicts: Rows) -> None:
    found = [r for r in conflicts if r["law"] == "333-VI"]
    assert {r["paragraph"] for r in found} >= {"97.14", "124.40"}
    assert all("contested" in r["flags"] and r["grade"] != "strong" for r in found)


def test_a_recommender_who_welcomed_the_law_is_not_counted_as_plain(conflicts: Rows) -> None:
    found = [r for r in conflicts if (r["paragraph"], r["law"]) == ("95.77", "545-IV")]
    assert found
    assert all(r["grade"] == "weak" and "welcomedByRecommender" in r["flags"] for r in found)


def test_the_boundary_pair_changes_with_the_rule_of_acceptance(store: OxigraphStore, conflicts: Rows) -> None:
    def pair(rows: Rows) -> set[tuple[str, str]]:
        return {(r["later"], r["accepted"]) for r in rows if (r["paragraph"], r["law"]) == ("95.75", "289-IV")}

    assert pair(conflicts) == {("certain", "2010-02-16")}
    assert pair(rows_of(store, "pledge-conflicts", state="KAZ", acceptance="plenary")) == {
        ("possible", "[2010-05-31..2010-06-18]")
    }
    assert all("boundary" in r["flags"] for r in conflicts if (r["paragraph"], r["law"]) == ("95.75", "289-IV"))


def test_every_strong_conflict_is_insensitive_to_the_rule_of_acceptance(store: OxigraphStore, conflicts: Rows) -> None:
    plenary = rows_of(store, "pledge-conflicts", state="KAZ", acceptance="plenary")
    assert graded(conflicts, "strong") == graded(plenary, "strong")


def test_a_conflict_ends_with_its_law(store: OxigraphStore) -> None:
    def laws(day: str) -> set[str]:
        return {r["law"] for r in rows_of(store, "pledge-conflicts", state="KAZ", as_of=day)}

    assert "545-IV" in laws("2013-01-01")
    assert "545-IV" not in laws("2024-09-01")
    assert "483-IV" not in laws("2011-01-01")


def test_explain_says_why_not(store: OxigraphStore) -> None:
    def failing(recommendation: str, law: str) -> set[str]:
        return {t.name for t in explain(store, recommendation, law, "first-support")[0].failed}

    assert "T2" in failing("KAZ/1/97.10", "483-IV")
    assert "T3" in failing("KAZ/1/95.31", "483-IV")
    assert "T4" in failing("KAZ/1/97.14", "483-IV")
    assert "T6" in failing("KAZ/2/124.47", "226-V")


def test_every_claim_from_the_press_release_is_anchored_to_its_passage(shared: Path) -> None:
    release = shared / "samples" / "press-releases" / "hrw-2014-10-kazakhstan-upr.txt"
    content = release.read_bytes()
    text = content.decode("utf-8")
    with (CASEBOOK / "claims.csv").open(encoding="utf-8", newline="") as file:
        claims = [row for row in csv.DictReader(file) if row["source"] == "SEED" and row["start"]]
    with (CASEBOOK / "sources.csv").open(encoding="utf-8", newline="") as file:
        (seed,) = [row for row in csv.DictReader(file) if row["source"] == "SEED"]
    assert seed["sha256"] == hashlib.sha256(content).hexdigest()
    assert len(claims) >= 60
    for claim in claims:
        passage = text[int(claim["start"]) : int(claim["end"])]
        assert claim["sha256"] == hashlib.sha256(passage.encode()).hexdigest(), claim["claim"]


@pytest.mark.parametrize("claim", ["CL-030", "CP-070"])
def test_the_passage_of_a_claim_on_closures_speaks_of_closures(shared: Path, claim: str) -> None:
    text = (shared / "samples" / "press-releases" / "hrw-2014-10-kazakhstan-upr.txt").read_text(encoding="utf-8")
    with (CASEBOOK / "claims.csv").open(encoding="utf-8", newline="") as file:
        (row,) = [row for row in csv.DictReader(file) if row["claim"] == claim]
    passage = text[int(row["start"]) : int(row["end"])]
    assert "closure of hundreds" in passage
    assert "unable to meet membership requirements" in passage


def test_a_provision_known_only_from_general_knowledge_has_an_unconfirmed_text() -> None:
    with (CASEBOOK / "provisions.csv").open(encoding="utf-8", newline="") as file:
        known = [row for row in csv.DictReader(file) if row["sources"] == "GK"]
    assert known
    assert [row["provision"] for row in known if "text" not in row["unconfirmed"]] == []


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(CASEBOOK, tmp_path / "kazakhstan")
    yield tmp_path / "kazakhstan"


def edit(folder: Path, table: str, change) -> None:
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [row for row in rows if change(row) is not False]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(kept)


def conflicts_of(folder: Path, root: Path) -> Rows:
    made = OxigraphStore(root / "graph")
    report = load(made, [folder])
    assert not report.refused, [str(p) for p in report.problems][:3]
    return rows_of(made, "pledge-conflicts", state="KAZ")


def test_without_all_that_shows_the_laws_adoption_the_findings_are_gone(copy: Path, tmp_path: Path) -> None:
    edit(copy, "legal_events", lambda r: not (r["affects"] == "KAZ/2011/483-IV" and r["kind"] == "adopted"))
    assert {r["later"] for r in conflicts_of(copy, tmp_path) if r["law"] == "483-IV"} == {"possible"}
    edit(copy, "legal_events", lambda r: r["affects"] != "KAZ/2011/483-IV")
    assert "483-IV" not in {r["law"] for r in conflicts_of(copy, tmp_path)}


def test_changing_one_date_changes_the_verdict(copy: Path, tmp_path: Path) -> None:
    def earlier(row: dict[str, str]) -> None:
        if row["affects"] == "KAZ/2011/483-IV" and row["kind"] == "adopted":
            row["date"] = "2010-02-15"

    edit(copy, "legal_events", earlier)
    edit(copy, "legal_events", lambda r: not (r["affects"] == "KAZ/2011/483-IV" and r["kind"] != "adopted"))
    assert not [r for r in conflicts_of(copy, tmp_path) if (r["paragraph"], r["law"]) == ("95.73", "483-IV")]
