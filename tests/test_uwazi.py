"""UPR Info's database of today: made-up answers of its API and tables in the shape that Uwazi writes."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import xlsxwriter

from graphbuild import resources
from graphbuild.build import check, load, validate
from graphbuild.errors import GraphbuildError
from graphbuild.files.intake import InputError
from graphbuild.read import kind_of, read_source
from graphbuild.staged import Staged
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.stores.staging import SETTLED
from graphbuild.terms import ID, UPR, literal

ISSUES = resources.SCHEMES / "issues.ttl"

#: Words as the database has them; in JSON some are {value, label}, the value being an id.
ENTITY = {
    "recommendation": "Protect journalists",
    "state_under_review": "Kazakhstan",
    "recommending_state": "Norway",
    "response": "Supported",
    "action_category": "4 - General action",
    "issues": "Freedom of the press",
    "session": "44 - November 2023",
    "regional_group": "Asia",
}
LABELLED = set(ENTITY) - {"recommendation"}


def entity(shared: str = "a1", language: str = "en", **changes: Any) -> dict[str, Any]:
    """An entity of the API; a property given as None is missing, several values are separated by `|`."""
    values = {k: v for k, v in (ENTITY | changes).items() if v is not None}
    metadata = {
        name: [
            {"value": f"id-{word}", "label": word} if name in LABELLED else {"value": word}
            for word in text.split("|")
            if word
        ]
        for name, text in values.items()
    }
    return {"_id": f"{shared}-{language}", "title": "Title", "template": "t1", "language": language, "sharedId": shared, "published": True, "creationDate": 1700000000000, "metadata": metadata}


def api(path: Path, *rows: object, total: int | None = None, relation: str = "eq") -> Path:
    answer = {"rows": rows, "totalRows": len(rows) if total is None else total, "relation": relation}
    path.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    return path


def table(path: Path, *rows: dict[str, str], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def found(staged: Staged, property_: str) -> Counter[str]:
    said = [t[2] for t in staged.triples if t[1] == f"<{UPR}{property_}>"]
    return Counter(v.removesuffix("@en").strip('<>"').removeprefix(ID) for v in said)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "Page 1.json"


# --- What an entity means -------------------------------------------------------------


def test_an_entity_becomes_a_record(file: Path) -> None:
    staged = read_source(api(file, entity()))
    assert (staged.source, staged.problems, staged.read, staged.loaded) == ("uwazi-page-1", [], 1, 1)
    assert found(staged, "text") == {"Protect journalists": 1}
    assert found(staged, "recommendedBy") == {"state/NOR": 1}
    assert found(staged, "recommenderAsWritten") == {"Norway": 1}
    assert found(staged, "issue") == {"issue/freedom-of-the-press": 1}
    assert found(staged, "action") == {"action/4": 1}
    assert (found(staged, "inSession"), found(staged, "inCycle")) == ({"session/44": 1}, {"cycle/4": 1})
    assert found(staged, "row") == {"Page 1.json:a1": 1}
    assert found(staged, "saidIn") == {"document/uwazi-page-1": 1}


@pytest.mark.parametrize(
    ("response", "position"), [("Supported", "accepted"), ("Noted", "noted"), ("Not Supported", "noted")]
)
def test_the_three_responses_keep_their_words(file: Path, response: str, position: str) -> None:
    staged = read_source(api(file, entity(response=response)))
    assert found(staged, "position") == {f"position/{position}": 1}
    assert found(staged, "recordedAs") == {response: 1}
    assert staged.remarks[0] == f"1 {response.casefold()}"


def test_a_recommendation_is_the_same_thing_as_in_the_old_export(file: Path, tmp_path: Path) -> None:
    old = "To,To-Rgrp,To-Org,Text,From,From-Rgrp,From-Org,Response,Action,Issue,Session\n"
    (tmp_path / "old.csv").write_text(
        old + "Kazakhstan,Asia,,Protect journalists,Spain,WEOG,,Accepted,4,Detention,44\n"
    )
    new = read_source(api(file, entity()))
    assert found(read_source(tmp_path / "old.csv"), "recordOf") == found(new, "recordOf")


def test_several_recommending_states_make_one_record(file: Path) -> None:
    staged = read_source(api(file, entity(recommending_state="Norway|Côte d'Ivoire", issues="Detention|Justice")))
    assert found(staged, "recommendedBy") == {"state/NOR": 1, "state/CIV": 1}
    assert found(staged, "issue") == {"issue/detention": 1, "issue/justice": 1}
    assert len(found(staged, "recordOf")) == 1


@pytest.mark.parametrize("empty", [None, ""])
def test_what_may_be_missing_is_not_made_up(file: Path, empty: str | None) -> None:
    optional = ("response", "action_category", "issues", "recommending_state", "regional_group")
    staged = read_source(api(file, entity(**dict.fromkeys(optional, empty))))
    assert (staged.problems, staged.loaded) == ([], 1)
    assert not any(found(staged, name) for name in ("position", "action", "issue", "recommendedBy"))
    assert staged.remarks[0] == "1 without a response"


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**Ratify** the *Covenant*", "Ratify the Covenant"),
        ("Ratify the [Covenant](https://example.org/a_b_c)\n\nand report", "Ratify the Covenant and report"),
        ("- Ratify;\n- report", "Ratify; report"),
        ("<p>Ratify&nbsp;&amp; report</p>", "Ratify & report"),
        ("95\\. Ratify", "95. Ratify"),
    ],
)
def test_markdown_becomes_plain_text_and_is_kept_as_written(file: Path, markdown: str, text: str) -> None:
    staged = read_source(api(file, entity(recommendation=markdown)))
    assert found(staged, "text") == {text: 1}
    assert [t[2] for t in staged.triples if t[1] == f"<{UPR}textAsWritten>"] == [literal(markdown)]


def test_plain_text_is_not_kept_twice(file: Path) -> None:
    assert not found(read_source(api(file, entity(recommendation=" Keep  snake_case "))), "textAsWritten")


def test_a_voluntary_pledge_is_no_recommendation(file: Path) -> None:
    staged = read_source(api(file, entity(response="Voluntary Pledge", recommending_state="Kazakhstan")))
    assert {t[2] for t in staged.triples} >= {f"<{UPR}VoluntaryPledge>"}
    assert not {t[2] for t in staged.triples} & {f"<{UPR}Record>"}


# --- What is left out, and what the file does not hold ------------------------------


def test_an_entity_is_read_in_english_and_its_other_languages_are_left_out(file: Path) -> None:
    rows = [entity(language="es", recommendation="Proteger a los periodistas"), entity(), entity("b2", "fr", recommendation="Protéger")]
    staged = read_source(api(file, *rows))
    assert (staged.read, staged.loaded) == (3, 2)
    assert [(o.place, o.why) for o in staged.left_out] == [("a1", "is the same in another language")]
    texts = {t[2] for t in staged.triples if t[1] == f"<{UPR}text>"}
    assert texts == {'"Protect journalists"@en', '"Protéger"@fr'}


def test_what_is_no_recommendation_or_not_published_is_left_out(file: Path) -> None:
    document = {"sharedId": "d", "language": "en", "metadata": {"state_reviewed": [{"value": "x", "label": "Chile"}]}}
    staged = read_source(api(file, entity(), document, entity("b") | {"published": False}))
    assert [(o.place, o.why) for o in staged.left_out] == [("d", "is not a recommendation"), ("b", "is not published")]
    assert staged.read == staged.loaded + len(staged.left_out) == 3


@pytest.mark.parametrize(
    ("total", "relation", "words"),
    [
        (117_289, "eq", "the file is only a part: it holds 1 row, and the database has 117,289"),
        (10_000, "gte", "the file is only a part: it holds 1 row, and the database has at least 10,000"),
        (1, "gte", "the file may be only a part: it holds 1 row, and the database counts no further"),
    ],
)
def test_a_page_says_that_it_is_only_a_part(file: Path, total: int, relation: str, words: str) -> None:
    assert words in read_source(api(file, entity(), total=total, relation=relation)).remarks


def test_a_whole_answer_does_not(file: Path) -> None:
    assert not any("part" in remark for remark in read_source(api(file, entity())).remarks)


def test_properties_that_are_not_used_are_named(file: Path) -> None:
    remark = read_source(api(file, entity())).remarks[1]
    assert remark == "not used: _id, creationDate, regional_group, template, title"


# --- What is wrong ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("state_under_review", "Absurdistan", "is not a state we know; add the spelling to other_names"),
        ("state_under_review", "", "is not a state we know"),
        ("recommending_state", "Absurdistan", "is not a state we know"),
        ("recommendation", None, "the cell is empty; write the text of the recommendation"),
        ("recommendation", "****", "the cell is empty"),
        ("response", "Rejected", "is not a response we know; use Supported, Noted, Not Supported"),
        ("response", "Noted|Supported", "has several values; keep the one that holds"),
        ("action_category", "6 - Grand action", "is not an action category"),
        ("action_category", "4 - Specific action", "is a number with the name of another action category"),
        ("issues", "Justice|Happiness", f"'Happiness' is not an issue we know; correct it, or add it to {ISSUES}"),
        ("session", "November 2023", "is not a session we know"),
        ("session", None, "is not a session we know; write a number from 1 to 54"),
    ],
)
def test_an_unknown_word_stops_and_says_where(file: Path, column: str, value: str | None, words: str) -> None:
    staged = read_source(api(file, entity(), entity("b2", **{column: value})))
    (problem,) = staged.problems
    assert (problem.file, problem.row, problem.column) == ("Page 1.json", "b2", column)
    assert f"{problem.message}; {problem.remedy}".startswith(words)
    assert (staged.read, staged.loaded) == (2, 1)


def test_a_byte_order_mark_does_no_harm(file: Path) -> None:
    plain = read_source(api(file, entity(), total=5))
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    marked = read_source(file)
    assert (marked.loaded, marked.remarks) == (plain.loaded, plain.remarks)


def test_a_text_is_settled_in_its_own_language(file: Path, tmp_path: Path) -> None:
    store = OxigraphStore(tmp_path / "graph")
    load(store, [api(file, entity(language="es", recommendation="Ratificar el Convenio"))])
    texts = {t.object for t in store.triples(SETTLED) if t.predicate == ox.NamedNode(UPR + "text")}
    assert texts == {ox.Literal("Ratificar el Convenio", language="es")}


def test_json_that_ends_early_is_refused_in_one_sentence(file: Path) -> None:
    file.write_bytes(api(file, entity(), entity("b")).read_bytes()[:-300])
    with pytest.raises(InputError, match=r"Page 1.json: the file breaks off after record 1,.*; download it again"):
        read_source(file)


@pytest.mark.parametrize(
    "row", ["text", {"metadata": [1]}, {"metadata": {"response": "Noted"}}, {"metadata": {"a": ["b"]}}]
)
def test_json_of_another_shape_is_refused_in_one_sentence(file: Path, row: object) -> None:
    with pytest.raises(InputError, match="Page 1.json: row 2 is not an entity of Uwazi; download it again"):
        read_source(api(file, entity(), row))


def test_a_total_that_is_no_number_is_refused_in_one_sentence(file: Path) -> None:
    with pytest.raises(InputError, match="totalRows is 'many', not a number; download it again"):
        read_source(api(file, entity(), total="many"))


def test_other_json_is_not_taken_for_it(file: Path) -> None:
    file.write_text('{"rows": [{"metadata": {"name": [{"value": "x"}]}}]}', encoding="utf-8")
    with pytest.raises(GraphbuildError, match="not recognised"):
        read_source(file)


# --- Tables, and other ways to hold the same ---------------------------------------------

LABELS = {name: name.replace("_", " ").capitalize() for name in ENTITY}


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("suffix", ["", "__en"])
@pytest.mark.parametrize("labels", [True, False])
def test_a_table_says_the_same_as_the_api(
    tmp_path: Path, file: Path, labels: bool, suffix: str, delimiter: str
) -> None:
    row = ENTITY | {"recommending_state": "Norway|Spain", "issues": "Justice|Detention"}
    names = {name: LABELS[name] if labels else name for name in ENTITY}
    written = {names[k] + (suffix if k == "recommendation" else ""): f" {v} " for k, v in row.items()}
    staged = read_source(table(tmp_path / "Page 1.csv", written, delimiter=delimiter))
    other = read_source(api(file, entity(**row)))
    assert (staged.problems, found(staged, "row")) == ([], {"Page 1.csv:2": 1})
    differ = staged.triples ^ other.triples
    assert {t[1] for t in differ} == {f"<{UPR}row>", f"<{UPR}sha256>"}


def test_a_workbook_says_the_same_as_the_table(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "Page 1.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list(LABELS.values()))
        sheet.write_row(1, 0, list(ENTITY.values()))
    differ = read_source(tmp_path / "Page 1.xlsx").triples ^ read_source(table(tmp_path / "Page 1.csv", ENTITY)).triples
    assert {t[1] for t in differ} == {f"<{UPR}row>", f"<{UPR}sha256>"}


def test_english_comes_first_and_other_languages_are_named(tmp_path: Path) -> None:
    texts = {"recommendation__es": "Proteger", "recommendation__en": "Protect"}
    rest = {name: word for name, word in ENTITY.items() if name != "recommendation"}
    staged = read_source(table(tmp_path / "t.csv", texts | rest, texts | rest | {"recommendation__en": ""}))
    assert {t[2] for t in staged.triples if t[1] == f"<{UPR}text>"} == {'"Protect"@en', '"Proteger"@es'}
    assert staged.remarks[1] == "not used: recommendation__es, regional_group"


def test_a_problem_in_a_table_has_its_row(tmp_path: Path) -> None:
    (problem,) = read_source(table(tmp_path / "t.csv", ENTITY, ENTITY | {"response": "Rejected"})).problems
    assert (problem.row, problem.column, problem.value) == (3, "response", "Rejected")


def test_a_list_of_entities_is_read_like_an_answer(tmp_path: Path, file: Path) -> None:
    (tmp_path / "list.json").write_text(json.dumps([entity()]), encoding="utf-8")
    assert read_source(tmp_path / "list.json").loaded == 1


def test_a_table_of_persons_in_uwazi_is_not_taken_for_it(shared: Path) -> None:
    tables = list((shared / "samples" / "individuals").glob("*.csv"))
    assert len(tables) == 5
    assert not any(kind_of(path) == "uwazi" for path in tables)


def test_it_passes_the_gate_and_is_settled(file: Path, tmp_path: Path) -> None:
    rows = [entity(), entity("b", recommendation="Report", response="Not Supported"), entity("c", recommendation="Join", response=None)]
    assert validate([api(file, *rows)]) == []
    store = OxigraphStore(tmp_path / "graph")
    assert not load(store, [file]).refused
    query = f"SELECT ?text ?position {{ ?r <{UPR}text> ?text ; <{UPR}position> ?position ; a <{UPR}Recommendation> }}"
    settled = {(row["text"].value, row["position"].value.rpartition("/")[2]) for row in store.query(query)}
    assert settled >= {("Protect journalists", "accepted"), ("Report", "noted")}


def test_a_tag_of_a_language_is_written_as_engines_write_it(file: Path, tmp_path: Path) -> None:
    store = OxigraphStore(tmp_path / "store")
    load(store, [api(file, entity(language="zh-Hans"))])
    assert check(store) == []


def test_what_is_no_tag_of_a_language_is_refused(file: Path) -> None:
    with pytest.raises(InputError, match="row 1: 'en_US' is not the tag of a language; write a tag such as en"):
        read_source(api(file, entity(language="en_US")))
