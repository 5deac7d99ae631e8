"""Only what changed is derived anew, and the store is the same, statement by statement, as one made anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Folder

import graphbuild.stores.ledger
from graphbuild import build
from graphbuild.build import check, load, remove
from graphbuild.casebooks.tables import load_tables
from graphbuild.deriving import derive
from graphbuild.deriving.changes import Change
from graphbuild.staged import sha256_of
from graphbuild.stores.ledger import LEDGER
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import ID, PREFIXES, Term, line, term, thing

TEXTS = ("title", "note", "text", "name", "quote", "paraphrase", "other_names")
ANEW = "settling, checking and concluding"
TABLES = [name for name in load_tables() if name != "about"]


@pytest.fixture(autouse=True)
def any_change_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "LARGE", 10)


def ledger(store: OxigraphStore) -> dict[str, object]:
    """The ledger but for the files, into which the engine writes the time."""
    written = json.loads((store.root / LEDGER).read_text(encoding="utf-8"))
    return {key: value for key, value in written.items() if key != "files"}


def is_same_as_anew(store: OxigraphStore, paths: list[Path], anew: Path) -> bool:
    fresh = OxigraphStore(anew)
    load(fresh, paths)
    return check(store) == [] and ledger(store) == ledger(fresh)


def with_another_text(folder: Folder, table: str) -> None:
    rows = folder.rows(table)
    column = next((name for name in rows[0] if name in TEXTS), "")
    if not column:
        pytest.skip("the table has no text")
    folder.put(table, column, rows[1][rows[0].index(column)] + " again")


def without_its_row(folder: Folder, table: str) -> None:
    folder.write(table, folder.rows(table)[:1])


@pytest.mark.parametrize("edit", [with_another_text, without_its_row])
@pytest.mark.parametrize("table", TABLES)
def test_a_change_in_any_table_gives_what_a_new_build_gives(
    loaded: OxigraphStore, casebook: Folder, table: str, edit: Callable[[Folder, str], None], tmp_path: Path
) -> None:
    if not (casebook.path / f"{table}.csv").exists():
        pytest.skip("the example casebook has no such table")
    edit(casebook, table)
    told: list[str] = []
    if load(loaded, [casebook.path], told.append).refused:
        assert load(OxigraphStore(tmp_path / "anew"), [casebook.path]).refused
        return
    assert not [text for text in told if text == ANEW], "derived anew"
    assert is_same_as_anew(loaded, [casebook.path], tmp_path / "anew")


def test_a_source_that_comes_and_one_that_goes_are_changes(
    loaded: OxigraphStore, casebook: Folder, other: Folder, tmp_path: Path
) -> None:
    told: list[str] = []
    load(loaded, [other.path], told.append)
    assert is_same_as_anew(loaded, [casebook.path, other.path], tmp_path / "both")
    remove(loaded, "tiny", told.append)
    assert is_same_as_anew(loaded, [other.path], tmp_path / "one")
    assert ANEW not in told


def test_a_store_that_is_changed_again_and_again_does_not_fill_with_logs(loaded: OxigraphStore, other: Folder) -> None:
    many = set()
    for title in ("One", "Two", "Three", "Four"):
        other.put("laws", "title", title)
        load(loaded, [other.path])
        many.add(len(list((loaded.root / loaded.ledger.database).glob("LOG*"))))
    assert len(many) == 1


def test_tables_that_a_changed_store_shares_with_the_one_before_are_hashed_once(
    loaded: OxigraphStore, other: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the change, to see that they are whole; what is recorded of them is still what they were when written."""
    hashed: list[str] = []

    def counted(path: Path) -> str:
        hashed.append(path.name)
        return sha256_of(path)

    other.put("laws", "title", "One")
    load(loaded, [other.path])
    tables = loaded.ledger.files.keys()
    monkeypatch.setattr(graphbuild.stores.ledger, "sha256_of", counted)
    other.put("laws", "title", "Two")
    load(loaded, [other.path])
    shared = [name for name in tables & loaded.ledger.files.keys() if name.endswith(".sst")]
    assert shared and [hashed.count(name) for name in shared] == [1] * len(shared)
    assert loaded.damaged_files() == [] == check(loaded)


DAY = '<date/{0}> a upr:Date ; upr:edtf "{0}"^^edtf:EDTF ; upr:earliest "{1}"^^xsd:date ; upr:latest "{2}"^^xsd:date .'
OCTOBER, FEBRUARY = DAY.format(*["2011-10-13"] * 3), DAY.format("2010-02-08/2010-02-19", "2010-02-08", "2010-02-19")
LAW = '<{0}> a upr:Law ; upr:enactedBy <state/{1}> ; upr:kind <law-kind/law> ; dcterms:title "A law"@en .'
HAPPENED = "<{0}> a upr:LegalEvent ; upr:affects <{1}> ; upr:kind <legal-event-kind/{2}> ; upr:date <date/{3}> ."
REVIEW = "<review/KAZ/1> a upr:Review ; upr:reviewOf <state/KAZ> ; upr:inCycle <cycle/1> ; upr:inSession <session/{0}> ."
WORDING = """<record/{0}> a upr:Record ; upr:recordOf <recommendation/{0}> ; upr:inReview <review/KAZ/1> ;
    upr:paragraph "95.1" ; upr:text "Do it"@en ; upr:recommendedBy <state/BRA> ."""
ANSWER = """<record/answer/KAZ/1/95.1> a upr:Record ; upr:recordOf <recommendation/KAZ/1/95.1> ;
    upr:position <position/accepted> ; upr:stage <stage/workingGroup> ; upr:recordedAs "accepted" ."""
#: What stays, and what goes and comes again, where the one bears on the other though no source links them.
LINKED = {
    "a date that a rule makes too": (
        f"""{LAW.format("law/ALB/1", "ALB")} {HAPPENED.format("legal-event/ALB/1/published/1", "law/ALB/1", "published", "2011-10-13")}
        {OCTOBER}""",
        f"""{LAW.format("law/KAZ/2", "KAZ")} {HAPPENED.format("legal-event/KAZ/2/adopted/1", "law/KAZ/2", "adopted", "oneof_open_2011-10-13")}
        <date/oneof_open_2011-10-13> a upr:Date ; upr:edtf "[..2011-10-13]"^^edtf:EDTF ; upr:latest "2011-10-13"^^xsd:date .""",
    ),
    "a date that a rule makes and a source says beside": (
        '<date/oneof_open_2011-10-13> a upr:Date ; upr:edtf "[..2011-10-13]"^^edtf:EDTF ; upr:latest "2011-10-13"^^xsd:date .',
        f"""{LAW.format("law/ALB/1", "ALB")} {HAPPENED.format("legal-event/ALB/1/published/1", "law/ALB/1", "published", "2011-10-13")}
        {OCTOBER}""",
    ),
    "what a shared thing leads to": (
        f"{REVIEW.format(99)} {WORDING.format('KAZ/1/95.1')} {ANSWER} {FEBRUARY}",
        "<session/99> a upr:Session ; upr:number 99 ; upr:inCycle <cycle/1> ; upr:date <date/2010-02-08/2010-02-19> .",
    ),
    "an answer to a whole item": (
        f"{REVIEW.format(7)} {WORDING.format('KAZ/1/95.1/a')} {WORDING.format('KAZ/1/95.1/b')}",
        ANSWER,
    ),
    "wordings of an item that is answered": (
        ANSWER,
        f"{REVIEW.format(7)} {WORDING.format('KAZ/1/95.1/a')} {WORDING.format('KAZ/1/95.1/b')}",
    ),
    "the days of the review that holds an answer": (
        f"{REVIEW.format(7)} {WORDING.format('KAZ/1/95.1')} {ANSWER} {FEBRUARY}",
        "<review/KAZ/1> a upr:Review ; upr:reportAdopted <date/2010-02-08/2010-02-19> .",
    ),
    "when the outcome was adopted that holds an answer": (
        f"{REVIEW.format(7)} {WORDING.format('KAZ/1/95.1')} {ANSWER.replace('workingGroup', 'addendum')} {FEBRUARY}",
        "<review/KAZ/1> a upr:Review ; upr:outcomeAdopted <date/2010-02-08/2010-02-19> .",
    ),
    "things with names of others": (
        """<http://a.org/provision/L/1> a upr:Provision ; upr:ofLaw <http://a.org/law/L> ; upr:change <change/new> ;
        rdfs:label "1" ; upr:text "It is"@en .""",
        f"""{LAW.format("http://a.org/law/L", "ALB")} {OCTOBER}
        {HAPPENED.format("http://a.org/event/L/1", "http://a.org/law/L", "adopted", "2011-10-13")}""",
    ),
}


def turtle(path: Path, said: str) -> Path:
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> . " for prefix, namespace in PREFIXES.items())
    path.write_text(f"@base <{ID}> . {prefixes}\n{said}", encoding="utf-8")
    return path


@pytest.mark.parametrize(("stays", "goes"), LINKED.values(), ids=LINKED)
def test_what_goes_and_comes_again_changes_all_that_it_bears_on(
    stays: str, goes: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derive, "find_problems", lambda *_: [])  # what stays would not pass alone
    one, two = turtle(tmp_path / "one.ttl", stays), turtle(tmp_path / "two.ttl", goes)
    store, told = OxigraphStore(tmp_path / "graph"), list[str]()
    load(store, [one, two])
    remove(store, "rdf-two", told.append)
    assert is_same_as_anew(store, [one], tmp_path / "without")
    load(store, [two], told.append)
    assert is_same_as_anew(store, [one, two], tmp_path / "with")
    assert ANEW not in told


PUBLIC = ("law/KAZ/2011/483-IV", "title", '"x"'), ("record/tiny/KAZ/1/95.73", "issue", "issue/freedom-of-religion")
PERSONAL = (
    ("name/tiny/P-01/1", "name", '"x"'),
    ("claim/tiny/CL-1", "text", '"x"'),
    ("record/tiny/KAZ/1/95.73", "mentions", "person/tiny/P-01"),
    ("document/tiny/PR1", "title", '"x"'),
)


def removed(thing_: str, property_: str, value: str) -> Change:
    said = (thing(thing_), term(property_), Term(value) if value.startswith('"') else thing(value))
    return Change(removed={"g": {line(said)}})


def test_what_is_of_public_record_is_changed_in_place(loaded: OxigraphStore) -> None:
    assert all(removed(*said).in_place(loaded) for said in PUBLIC)


@pytest.mark.parametrize("said", PERSONAL)
def test_what_is_personal_or_has_a_sensitivity_leaves_the_disk_at_once(
    loaded: OxigraphStore, casebook: Folder, said: tuple[str, str, str]
) -> None:
    source = casebook.rows("sources")[1][0]
    said = (said[0].replace("PR1", source), *said[1:])
    assert not removed(*said).in_place(loaded)
