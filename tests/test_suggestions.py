"""Suggested claims: what a text names is found whole and sure, and nothing is asserted until a person says yes."""

from __future__ import annotations

import csv
import hashlib
import shutil
import stat
from pathlib import Path

import pytest
from conftest import Run

from graphbuild.build import load, validate
from graphbuild.errors import GraphbuildError
from graphbuild.said.writings import Writing, read_writings
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.suggestions.claims import Suggestion, suggest, write_suggestions
from graphbuild.suggestions.mentions import Gazetteer, gazetteer, mentions
from graphbuild.terms import UPR


@pytest.fixture(scope="module")
def names(store: OxigraphStore) -> Gazetteer:
    return gazetteer(store)


def named(text: str, names: Gazetteer) -> list[tuple[str, ...]]:
    return [tuple(known.id for known in mention.known) for mention in mentions(text, names)]


def of(text: str, names: Gazetteer) -> list[Suggestion]:
    return list(suggest([Writing("", text, "")], names))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kazakhstan’s record", [("KAZ",)]),
        ("the Republic of Kazakhstan", [("KAZ",)]),
        ("Equatorial Guinea and Guinea-Bissau, then Guinea", [("GNQ",), ("GNB",), ("GIN",)]),
        ("Papua New Guinea and South Sudan", [("PNG",), ("SSD",)]),
        ("CÔTE D’IVOIRE and Côte d'Ivoire", [("CIV",), ("CIV",)]),
        ("Northern Ireland, New Mexico, Mexico City", []),
        ("the Republic of Georgia, not Atlanta, Georgia", [("GEO",)]),
        ("no chad, turkey or jordan here", []),
        ("Kazakhstani, Nigeriens, Malinois", []),
        ("the US said; the US Commission said", [("USA",)]),
        ("us, Us and it", []),
        ("Freedom of peaceful assembly", [("assembly",)]),
        ("the Commission on International Religious Freedom", []),
        ("freedom of thought, conscience and religion", [("religion",)]),
        ("privacy and asylum", []),
        ("the death penalty", [("death-penalty-abolition",)]),
        ("Law No. 483-IV of 2011", [("law/KAZ/2011/483-IV",)]),
        ("the Criminal Code", [("law/KAZ/1997/167-I", "law/KAZ/2014/226-V")]),
        ("a criminal code", []),
        ("Vladimir Kozlov and Mr. Kozlov", [("person/kazakhstan/P-01",)]),
        ("Владимир Козлов", [("person/kazakhstan/P-01",)]),
    ],
)
def test_names_are_found_whole_and_the_longest_first(names: Gazetteer, text: str, found: list[tuple[str, ...]]) -> None:
    assert named(text, names) == found


def test_a_name_does_not_reach_over_a_paragraph(names: Gazetteer) -> None:
    assert named("freedom of\n\nassociation", names) == []
    assert named("freedom of\nassociation", names) == [("association",)]


def test_a_law_counts_only_where_the_text_speaks_of_its_state(names: Gazetteer) -> None:
    assert of("The Criminal Code was changed.", names) == []
    (suggestion,) = of("Kazakhstan changed its Criminal Code.", names)
    assert [len(m.known) for m in suggestion.mentions] == [1, 2]


# --- On real texts, read by hand: 32 suggestions, of which one (an address in Geneva, Switzerland) is of no use -----


@pytest.mark.parametrize(
    ("file", "rows", "count"), [("hrw-2014-10-kazakhstan-upr.txt", 15, 25), ("press-releases-dev.jsonl", 5, 7)]
)
def test_the_suggestions_on_the_samples_are_those_that_were_read(
    shared: Path, names: Gazetteer, file: str, rows: int, count: int
) -> None:
    found = list(suggest(read_writings(shared / "samples" / "press-releases" / file), names))
    assert len(found) == rows
    assert sum(len(mention.known) for s in found for mention in s.mentions) == count
    persons = [k.id for s in found for m in s.mentions for k in m.known if k.kind == "person"]
    assert persons == ([f"person/kazakhstan/P-0{n}" for n in range(1, 6)] if rows == 15 else [])


# --- The casebook that a person fills in ---------------------------------------------

TEXT = "Menu\n\nKazakhstan holds Vladimir Kozlov under its Criminal Code. Nothing is named here.\n\nFreedom of assembly matters to everyone in this town.\n"


@pytest.fixture
def folder(tmp_path: Path, store: OxigraphStore) -> Path:
    (tmp_path / "release.txt").write_text(TEXT, encoding="utf-8")
    write_suggestions(tmp_path / "release.txt", store, tmp_path / "found")
    return tmp_path / "found"


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fill(folder: Path, row: int, **cells: str) -> None:
    written = rows(folder, "claims")
    written[row] |= cells
    with (folder / "claims.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, written[0])
        writer.writeheader()
        writer.writerows(written)


FILLED = {"text": "He is held", "polarity": "affirmed", "modality": "asserts", "asserted_by": "KAZ", "keep": "yes"}


def test_the_anchor_is_filled_in_and_what_is_said_is_not(folder: Path) -> None:
    first, second = rows(folder, "claims")
    assert first["about"] == "KAZ; person/kazakhstan/P-01; law/KAZ/1997/167-I; law/KAZ/2014/226-V"
    assert (second["about"], second["right"]) == ("", "assembly")
    for row in (first, second):
        passage = TEXT[int(row["start"]) : int(row["end"])]
        assert hashlib.sha256(passage.encode()).hexdigest() == row["sha256"]
        assert {row[c] for c in ("text", "polarity", "modality", "asserted_by", "keep")} == {""}
    assert first["place"] == "¶2"
    (source,) = rows(folder, "sources")
    assert source["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()


def test_only_its_owner_can_read_it_and_names_stand_in_one_file(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [p.name for p in sorted(folder.iterdir()) if "Kozlov" in p.read_text(encoding="utf-8")] == ["passages.md"]
    assert "ambiguous: keep one" in (folder / "passages.md").read_text(encoding="utf-8")


def test_rows_that_nobody_accepted_are_left_out_and_say_so(folder: Path, store: OxigraphStore, tmp_path: Path) -> None:
    copy = OxigraphStore(Path(shutil.copytree(store.root, tmp_path / "graph")))
    (outcome,) = load(copy, [folder]).outcomes
    assert outcome.status == "loaded"
    assert {o.why for o in outcome.staged.left_out} == {"a suggestion that nobody has accepted"}
    assert len(outcome.staged.left_out) == 2
    assert not copy.query(
        f"ASK {{ GRAPH ?g {{ ?c a <{UPR}Claim> ; <{UPR}row> 'claims.csv:2' }} FILTER(CONTAINS(STR(?g), 'suggested')) }}"
    )


def test_an_accepted_row_is_a_claim_about_things_of_other_sources(
    folder: Path, store: OxigraphStore, tmp_path: Path
) -> None:
    fill(folder, 0, **FILLED)
    copy = OxigraphStore(Path(shutil.copytree(store.root, tmp_path / "graph")))
    report = load(copy, [folder])
    assert (report.refused, report.problems) == (False, [])
    about = "https://w3id.org/graphbuild/id/person/kazakhstan/P-01"
    assert copy.query(
        f"ASK {{ GRAPH ?g {{ ?c a <{UPR}Claim> ; <{UPR}about> <{about}> ; <{UPR}text> 'He is held'@en }} }}"
    )


def test_an_accepted_row_that_is_not_filled_in_is_refused(folder: Path) -> None:
    fill(folder, 0, keep="yes")
    columns = {p.column for p in validate([folder]) if p.severity == "violation"}
    assert columns == {"polarity", "modality", "asserted_by", "text"}


def test_another_word_than_yes_or_no_is_refused(folder: Path) -> None:
    fill(folder, 0, **FILLED | {"keep": "maybe"})
    (problem,) = [p for p in validate([folder]) if p.severity == "violation"]
    assert str(problem).startswith(
        "claims.csv, row 2, column keep: 'maybe': is neither yes nor no; write yes to accept"
    )


def test_a_whole_id_that_no_source_knows_is_a_warning(folder: Path) -> None:
    fill(folder, 0, **FILLED | {"about": "person/kazakhstan/P-99"})
    assert any("no source at hand says what it is" in p.message for p in validate([folder]) if p.severity == "warning")


def test_suggesting_twice_writes_the_same(folder: Path, store: OxigraphStore, tmp_path: Path) -> None:
    write_suggestions(tmp_path / "release.txt", store, tmp_path / "again" / "found")
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / "found" / path.name).read_bytes()


def test_what_cannot_be_done_is_one_sentence(folder: Path, store: OxigraphStore, tmp_path: Path, run: Run) -> None:
    with pytest.raises(GraphbuildError, match="is not an empty folder; name a new one"):
        write_suggestions(tmp_path / "release.txt", store, folder)
    with pytest.raises(GraphbuildError, match="there is no such file; name a press release"):
        write_suggestions(tmp_path / "absent.txt", store, tmp_path / "other")
    (tmp_path / "plain.txt").write_text(
        "There is nothing in this sentence that the graph could know.", encoding="utf-8"
    )
    with pytest.raises(GraphbuildError, match="names no state, law, person or right"):
        write_suggestions(tmp_path / "plain.txt", store, tmp_path / "other")
    result = run("suggest", tmp_path / "release.txt", "-o", tmp_path / "other", store=tmp_path / "empty")
    assert result.exit_code == 2
    assert "nothing was loaded yet" in result.stderr
    assert not (tmp_path / "other").exists()
