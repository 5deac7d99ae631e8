"""What leaves can be loaded again: every profile, every format that is loaded, whatever is protected."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Folder

from graphbuild.build import load
from graphbuild.exports.formats import export
from graphbuild.exports.profiles import PROFILES, quads
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import find_question
from graphbuild.read import read_source
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.stores.staging import SETTLED
from graphbuild.terms import ID, PREFIXES, UPR, said_graph

HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())


def nameless(store: OxigraphStore) -> set[str]:
    """The settled layer without what names the sources: of an export they become one."""
    return {line for line in store.lines(SETTLED) if "/graph/said/" not in line}


def findings(store: OxigraphStore) -> set[object]:
    return {q.subject for q in quads(store, "internal") if str(q.subject).startswith(f"<{ID}finding/")}


# --- The bundled data ---------------------------------------------------------------------


@pytest.mark.parametrize("profile", PROFILES)
def test_the_bundled_data_comes_back_with_its_conflicts(profile: str, store: OxigraphStore, tmp_path: Path) -> None:
    export(store, "nquads", tmp_path / "back.nq", profile)
    again = OxigraphStore(tmp_path / "graph")
    report = load(again, [tmp_path / "back.nq"])
    assert not report.refused, [str(p) for p in report.violations[:3]]
    question = find_question("pledge-conflicts")
    rows = ask(again, question, {"state": "KAZ"}).rows
    assert rows == ask(store, question, {"state": "KAZ"}).rows and len(rows) == 183
    left = {f"{q.triple} ." for q in quads(store, profile) if isinstance(q.graph_name, ox.DefaultGraph)}
    assert nameless(again) == {line for line in left if "/graph/said/" not in line}


@pytest.mark.parametrize("profile", PROFILES)
def test_every_format_that_is_loaded_comes_back_the_same(profile: str, store: OxigraphStore, tmp_path: Path) -> None:
    said = []
    for form, name in (("nquads", "back.nq"), ("trig", "back.trig"), ("jsonld", "back.jsonld")):
        export(store, form, tmp_path / name, profile)
        said.append(read_source(tmp_path / name).triples)
    assert said[0] and said[0] == said[1] == said[2]
    for form, name in (("turtle", "back.ttl"), ("rdfxml", "back.rdf")):
        export(store, form, tmp_path / name, profile, "said")
        assert set(said[0]) <= set(read_source(tmp_path / name).triples)


def test_what_is_kept_back_is_told(store: OxigraphStore) -> None:
    told = list[str]()
    left = {str(q.subject) for q in quads(store, "public", told.append)}
    assert told == ["kept back 2 things that cannot stand without what is protected (Figure 2)"]
    assert not {f"<{ID}figure/kazakhstan/{name}>" for name in ("F-12", "F-20")} & left


# --- Casebooks in which others are protected -------------------------------------------------


def leaves_whole(store: OxigraphStore, folder: Path, profile: str = "public") -> str:
    """An export passes the gate, refers to nothing that was described and is not, and concludes the same; its text."""
    path = folder / f"{profile}.nq"
    export(store, "nquads", path, profile)
    left = list(ox.parse(path=path))
    described = {q.subject for q in left}
    assert not [q for q in left if q.object not in described and str(q.object).startswith(f"<{ID}")
                and any(store.said(subject=str(q.object)))]
    again = OxigraphStore(folder / profile)
    report = load(again, [path])
    assert not report.refused, [str(p) for p in report.violations]
    assert findings(again) == {q.subject for q in left if str(q.subject).startswith(f"<{ID}finding/")}
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("table", ["persons", "sources", "events", "acts"])
def test_a_casebook_with_a_protected_row_comes_back(
    table: str, profile: str, casebook: Folder, tmp_path: Path
) -> None:
    casebook.put(table, "sensitivity", "S4")
    store = OxigraphStore(tmp_path / "graph")
    assert not load(store, [casebook.path]).refused
    leaves_whole(store, tmp_path, profile)


@pytest.mark.parametrize("table, column", [
    ("sources", "title"), ("laws", "title"), ("provisions", "text"), ("pledges", "text"), ("recommendations", "text"),
    ("responses", "recorded_as"), ("claims", "place"), ("claims", "text"), ("events", "title"), ("agents", "name"),
])
def test_a_casebook_with_a_protected_name_in_a_text_comes_back(
    table: str, column: str, casebook: Folder, tmp_path: Path
) -> None:
    casebook.put("persons", "sensitivity", "S4")
    casebook.put("names", "name", "Quillfeather")
    casebook.put(table, column, "of Quillfeather")
    store = OxigraphStore(tmp_path / "graph")
    assert not load(store, [casebook.path]).refused
    assert "Quillfeather" not in leaves_whole(store, tmp_path)


KINDS = ["Law", "Provision", "Effect", "Ask", "Review", "Record", "Claim", "Figure", "Passage", "Organisation",
         "VoluntaryPledge"]


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_a_source_protects_the_rest_comes_back(kind: str, casebook: Folder, tmp_path: Path) -> None:
    """Only RDF can protect any kind of thing."""
    store = OxigraphStore(tmp_path / "graph")
    load(store, [casebook.path])
    of_kind = [t.subject for t in store.triples(said_graph("tiny")) if str(t.object) == f"<{UPR}{kind}>"]
    assert of_kind
    more = tmp_path / "more.ttl"
    level = f"upr:sensitivity <{ID}sensitivity/S4>"
    more.write_text(HEAD + "".join(f"{subject} {level} .\n" for subject in of_kind), encoding="utf-8")
    assert not load(store, [more]).refused
    leaves_whole(store, tmp_path)
