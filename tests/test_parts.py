"""What belongs together is derived together; in how many parts and processes makes no difference."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Folder, environment
from hypothesis import given
from hypothesis import strategies as st

from graphbuild import build, sortedlines
from graphbuild.build import load, validate
from graphbuild.deriving import generation
from graphbuild.deriving.packs import pack
from graphbuild.deriving.parts import Parts, grouped
from graphbuild.errors import GraphbuildError
from graphbuild.resources import bundled_casebooks
from graphbuild.stores.ledger import LEDGER
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import Term, line, said_graph, term, thing

LAW, PROVISION, EFFECT = thing("law", "x", "1"), thing("provision", "x", "1"), thing("effect", "x", "1")
EVENT, REVIEW, DOCUMENT = thing("event", "x", "1"), thing("review", "KAZ/1"), thing("document", "x")
KAZ, UZB = thing("state", "KAZ"), thing("state", "UZB")


def parts(*said: tuple[Term, str, Term]) -> Callable[[Term], str]:
    found = Parts()
    found.look(sorted(line((s, term(p), o)) for s, p, o in said))
    found.sizes()
    return found.of


def test_what_is_linked_is_in_one_part_however_long_the_chain() -> None:
    of = parts((EFFECT, "ofProvision", PROVISION), (PROVISION, "ofLaw", LAW), (EVENT, "note", Term('"x"')))
    assert of(EFFECT) == of(PROVISION) == of(LAW) != of(EVENT)


def test_laws_events_and_reviews_of_a_state_are_in_one_part() -> None:
    of = parts((LAW, "enactedBy", KAZ), (EVENT, "inState", KAZ), (REVIEW, "reviewOf", KAZ))
    assert of(LAW) == of(EVENT) == of(REVIEW)


def test_a_state_that_recommends_or_speaks_does_not_link() -> None:
    one, other = thing("claim", "x", "1"), thing("claim", "x", "2")
    of = parts((one, "assertedBy", UZB), (one, "about", LAW), (other, "assertedBy", UZB), (other, "about", EVENT))
    assert of(one) == of(LAW) != of(other)


def test_documents_and_words_do_not_link_and_are_in_no_part() -> None:
    right = thing("right", "expression")
    of = parts((LAW, "saidIn", DOCUMENT), (EVENT, "saidIn", DOCUMENT), (LAW, "right", right), (EVENT, "right", right))
    assert of(LAW) != of(EVENT)
    assert of(DOCUMENT) == of(right) == of(KAZ) == ""


def test_a_name_with_the_code_of_a_state_is_in_the_part_of_that_state() -> None:
    of = parts((thing("record", "x", "KAZ/1/95.1"), "note", Term('"x"')), (LAW, "enactedBy", KAZ))
    assert of(thing("record", "x", "KAZ/1/95.1")) == of(thing("recommendation", "KAZ/1/95.1")) == of(LAW)


def test_things_with_names_of_others_are_linked_if_something_is_said_of_them() -> None:
    own, page = Term("<http://example.org/thing>"), Term("<http://example.org/page>")
    of = parts((own, "about", LAW), (EVENT, "about", own), (EVENT, "seeAlso", page), (PROVISION, "seeAlso", page))
    assert of(own) == of(LAW) == of(EVENT) != of(PROVISION)


LINKS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12)


@given(LINKS)
def test_parts_are_the_connected_pieces(links: list[tuple[int, int]]) -> None:
    names = [thing("law", "x", str(n)) for n in range(10)]
    of = parts(*((names[a], "replaces", names[b]) for a, b in links))
    reached = {n: {n} for n in range(10)}
    for _ in range(10):
        for a, b in links:
            reached[a] = reached[b] = reached[a] | reached[b]
            for n in reached[a]:
                reached[n] = reached[n] | reached[a]
    assert all((of(names[a]) == of(names[b])) == (b in reached[a]) for a in range(10) for b in range(10))


def test_lines_are_grouped_by_subject() -> None:
    said = ["<a> <p> <x> .", "<a> <q> <y> .", "<ab> <p> <x> ."]
    assert list(grouped(said)) == [("<a>", said[:2]), ("<ab>", said[2:])]


def test_a_pack_repeats_what_is_said_of_the_shared_things_it_speaks_of(tmp_path: Path) -> None:
    agent, date, other = thing("agent", "A"), thing("date", "2011"), thing("document", "other")
    said = [(LAW, "saidIn", DOCUMENT), (DOCUMENT, "publisher", agent), (agent, "date", date), (date, "edtf", Term('"2011"')),
            (other, "publisher", agent), (EVENT, "saidIn", other)]
    lines = sorted(line((s, term(p), o)) for s, p, o in said)
    first, second, third = pack({said_graph("x"): lambda: lines}, tmp_path / "packs", most=1)
    held = [{row.partition(" ")[0] for row in path.read_text().splitlines()} for path in (first, second, third)]
    assert held[0] == {DOCUMENT, agent, date, other}
    assert sorted(map(sorted, held[1:])) == sorted(map(sorted, ({LAW, DOCUMENT, agent, date}, {EVENT, other, agent, date})))


@pytest.fixture
def small_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits at which a casebook is a large source."""
    monkeypatch.setattr(sortedlines, "MOST", 500)
    monkeypatch.setattr(generation, "MOST", 60)
    monkeypatch.setattr(build, "LARGE_INPUT", 1)


@pytest.mark.usefixtures("small_machine")
def test_a_graph_in_many_parts_is_the_same_as_in_one(store: OxigraphStore, tmp_path: Path) -> None:
    told: list[str] = []
    large = OxigraphStore(tmp_path / "graph")
    assert not load(large, bundled_casebooks(), told.append).refused
    assert large.ledger.graphs == store.ledger.graphs
    assert large.accounts() == large.ledger.graphs
    assert large.ledger.database == store.ledger.database
    assert [text for text in told if text.startswith("settling, checking and concluding: part 2 of")]


@pytest.mark.usefixtures("small_machine")
def test_sources_read_by_several_processes_are_told_as_by_one(
    casebook: Folder, other: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    casebook.put("laws", "kind", "edict")
    third = Folder(tmp_path / "third")
    paths = [casebook.path, other.path, third.path]
    several = load(OxigraphStore(tmp_path / "several"), paths)
    monkeypatch.setattr(build, "LARGE_INPUT", 10**9)
    one = load(OxigraphStore(tmp_path / "one"), paths)
    assert [(o.staged.source, o.status, o.staged.problems) for o in several.outcomes] == [
        (o.staged.source, o.status, o.staged.problems) for o in one.outcomes
    ]
    assert (tmp_path / "several" / LEDGER).read_text().partition('"files"')[0] == (
        tmp_path / "one" / LEDGER
    ).read_text().partition('"files"')[0]


@pytest.mark.usefixtures("small_machine")
def test_a_file_that_cannot_be_read_is_told_by_another_process_too(
    casebook: Folder, other: Folder, tmp_path: Path
) -> None:
    (tmp_path / "broken.csv").write_bytes(b"\x00\xff")
    with pytest.raises(GraphbuildError, match=r"broken\.csv"):
        load(OxigraphStore(tmp_path / "graph"), [casebook.path, other.path, tmp_path / "broken.csv"])


@pytest.mark.usefixtures("small_machine")
def test_the_gate_finds_the_same_in_many_parts(
    casebook: Folder, other: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    casebook.put("laws", "title", "")
    casebook.put("laws", "state", "KAZ;UZB")
    found = validate([casebook.path, other.path])
    monkeypatch.setattr(generation, "MOST", 10**9)
    assert validate([casebook.path, other.path]) == found
    assert found


FEW_FILES = """
import resource, sys
from pathlib import Path
from graphbuild import build
from graphbuild.deriving import generation
from graphbuild.resources import bundled_casebooks
from graphbuild.stores.ondisk import OxigraphStore

resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
generation.MOST = 60
assert not build.load(OxigraphStore(Path(sys.argv[1])), bundled_casebooks()).refused
"""


def test_a_load_opens_as_many_files_as_the_system_allows(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="this system has no limit of open files")
    command = [sys.executable, "-c", FEW_FILES, str(tmp_path / "graph")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
    assert done.returncode == 0, done.stderr
