"""Exports come back as they went out, the same bytes every time, and never half written."""

import csv
import hashlib
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld as pyld
from rdflib.namespace import RDF, SKOS
from small_store import SOURCE, small_store

from graphbuild import resources, sortedlines
from graphbuild.errors import GraphbuildError
from graphbuild.exports import jsonld, profiles
from graphbuild.exports.flat import Things, harmless
from graphbuild.exports.formats import FORMATS, LAYERS, export
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import find_question
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import ID, PREFIXES, UPR, said_graph

WITH_GRAPHS = {"nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "jsonld": ox.RdfFormat.JSON_LD}
WITHOUT = {"turtle": ox.RdfFormat.TURTLE, "rdfxml": ox.RdfFormat.RDF_XML}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> OxigraphStore:
    return small_store(tmp_path_factory.mktemp("exports") / "graph")


def of_layer(store: OxigraphStore, layer: str) -> set[ox.Triple]:
    graphs = {"settled": "DEFAULT", "said": "/graph/said/", "concluded": "/graph/concluded/"}
    return {q.triple for q in profiles.quads(store, "internal") if graphs[layer] in str(q.graph_name)}


def written(store: OxigraphStore, form: str, folder: Path, profile: str = "internal", layer: str = "settled") -> Path:
    target = folder / f"x{FORMATS[form]}"
    export(store, form, target, profile, layer)
    return target


# --- Round trips ---------------------------------------------------------------


@pytest.mark.parametrize("profile", profiles.PROFILES)
@pytest.mark.parametrize("form", WITH_GRAPHS)
def test_all_layers_come_back_with_their_graphs(sample: OxigraphStore, form: str, profile: str, tmp_path: Path) -> None:
    back = set(ox.parse(path=written(sample, form, tmp_path, profile), format=WITH_GRAPHS[form]))
    assert back == set(profiles.quads(sample, profile))
    assert {str(q.graph_name) for q in back} >= {"DEFAULT", f"<{said_graph(SOURCE)}>"}


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("form", WITHOUT)
def test_a_layer_comes_back(sample: OxigraphStore, form: str, layer: str, tmp_path: Path) -> None:
    back = {q.triple for q in ox.parse(path=written(sample, form, tmp_path, layer=layer), format=WITHOUT[form])}
    assert back == of_layer(sample, layer)
    assert back


@pytest.mark.parametrize("form, name", [("turtle", "turtle"), ("rdfxml", "xml")])
def test_another_library_reads_the_same_graph(sample: OxigraphStore, form: str, name: str, tmp_path: Path) -> None:
    graph = rdflib.Graph().parse(written(sample, form, tmp_path), format=name)
    assert len(graph) == len(of_layer(sample, "settled"))


def test_the_reference_json_ld_library_reads_the_same_dataset(sample: OxigraphStore, tmp_path: Path) -> None:
    document = json.loads(written(sample, "jsonld", tmp_path).read_text(encoding="utf-8"))
    back = pyld.to_rdf(document, {"format": "application/n-quads", "documentLoader": refuse})
    assert set(ox.parse(back, format=ox.RdfFormat.N_QUADS)) == set(profiles.quads(sample, "internal"))


def refuse(url: str, _: object) -> None:
    raise AssertionError(f"{url} was asked for")


# --- JSON-LD for people ----------------------------------------------------------


def test_json_ld_is_short_and_names_types(sample: OxigraphStore, tmp_path: Path) -> None:
    document = json.loads(written(sample, "jsonld", tmp_path).read_text(encoding="utf-8"))
    nodes = {node["@id"]: node for node in document["@graph"]}
    assert nodes["id:recommendation/AAA/1/95.1"]["@type"] == ["Pledge", "Recommendation"]
    assert nodes["id:recommendation/AAA/1/95.1"]["position"] == "id:position/accepted"
    assert nodes["id:state/AAA"]["label"] == {"en": "Aland"}
    assert nodes["id:date/2010"] == {
        "@id": "id:date/2010", "@type": "Date", "earliest": "2010-01-01", "edtf": "2010", "latest": "2010-12-31"}
    assert nodes["id:cycle/1"]["number"] == 1
    assert len(nodes) == len(document["@graph"])


def test_every_link_of_the_bundled_graph_has_a_short_name(store: OxigraphStore, tmp_path: Path) -> None:
    document = json.loads(written(store, "jsonld", tmp_path).read_text(encoding="utf-8"))
    nodes = [node for graph in document["@graph"] for node in graph.get("@graph", [graph])]
    links = {key for node in nodes for key, value in node.items() if '"@id"' in json.dumps(value)} - {"@graph"}
    assert links == set()


def test_json_ld_ends_no_script_element(sample: OxigraphStore, tmp_path: Path) -> None:
    assert "</" not in written(sample, "jsonld", tmp_path).read_text(encoding="utf-8")


def test_a_value_that_does_not_fit_its_term_is_spelled_out() -> None:
    subject, graph = ox.NamedNode(ID + "law/x"), ox.DefaultGraph()
    values = [ox.Literal("never", datatype=ox.NamedNode(PREFIXES["xsd"] + "string")), ox.Literal("007"),
              ox.Literal("07", datatype=ox.NamedNode(PREFIXES["xsd"] + "integer")), ox.Literal("x", language="fr"),
              ox.Literal("1", datatype=ox.NamedNode("http://example.org/kind")), ox.NamedNode("http://example.org//y")]
    properties = [UPR + name for name in ("earliest", "number", "text", "recommendedBy", "text", "about")]
    quads = {ox.Quad(subject, ox.NamedNode(p), v, graph) for p in (*properties, "http://example.org/p") for v in values}
    written = "".join(jsonld.document(quads))
    assert set(ox.parse(written, format=ox.RdfFormat.JSON_LD)) == quads


def test_the_context_is_made_from_the_ontology_and_the_tables() -> None:
    kept = (resources.ONTOLOGY / "context.jsonld").read_text(encoding="utf-8")
    assert kept == jsonld.make_context(), "run `make docs`"
    terms = jsonld.read_context().terms
    assert terms[UPR + "position"]["@type"] == "@id"
    assert terms[UPR + "opposedBy"]["@type"] == "@id"
    assert terms[UPR + "earliest"]["@type"] == PREFIXES["xsd"] + "date"
    assert terms[UPR + "text"]["@container"] == "@language"
    assert terms[UPR + "alpha3"].keys() == {"term", "@id"}


def test_each_list_of_words_says_where_it_begins(store: OxigraphStore, tmp_path: Path) -> None:
    graph = rdflib.Graph().parse(written(store, "turtle", tmp_path, "public"), format="turtle")
    tops = {(concept, scheme) for scheme, concept in graph.subject_objects(SKOS.hasTopConcept)}
    assert tops == {(c, s) for c, s in graph.subject_objects(SKOS.inScheme) if not list(graph.objects(c, SKOS.broader))}
    assert tops == set(graph.subject_objects(SKOS.topConceptOf))
    assert {scheme for _, scheme in tops} == set(graph.subjects(RDF.type, SKOS.ConceptScheme))


# --- The same bytes ----------------------------------------------------------------


def digests(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


PROGRAM = """
import sys
from pathlib import Path
from graphbuild.exports.formats import FORMATS, export
from graphbuild.stores.ondisk import OxigraphStore
for form in FORMATS:
    export(OxigraphStore(Path(sys.argv[1])), form, Path(sys.argv[2], form))
"""


def test_every_format_has_the_same_bytes_in_any_process(sample: OxigraphStore, tmp_path: Path) -> None:
    found = []
    for seed, zone in (("0", "UTC"), ("4242", "Asia/Almaty")):
        folder = tmp_path / seed
        folder.mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
        subprocess.run([sys.executable, "-c", PROGRAM, sample.root, folder], check=True, env=environment)
        found.append(digests(folder))
    assert found[0] == found[1]
    assert set(FORMATS) <= {name.partition("/")[0] for name in found[0]}


# --- Tables --------------------------------------------------------------------------


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_tables_hold_one_class_each_with_words_for_concepts_and_dates(sample: OxigraphStore, tmp_path: Path) -> None:
    folder = written(sample, "csv", tmp_path)
    [pledge] = rows_of(folder / "Pledge.csv")
    assert pledge["iri"] == ID + "recommendation/AAA/1/95.1"
    assert (pledge["position"], pledge["recommendedBy_label"]) == ("accepted", 'Côte de "B", </script><b>')
    assert (pledge["firstSupported"], pledge["firstSupported_latest"]) == ("2010", "2010-12-31")
    assert {r["grade"] for r in rows_of(folder / "Finding.csv")} == {"strong"}
    assert {r["notation"] for r in rows_of(folder / "Concept.csv")} >= {"accepted", "expression"}
    assert not (folder / "Date.csv").exists()


@pytest.mark.parametrize("form", ["nquads", "trig", "jsonld", "turtle"])
def test_an_export_is_the_same_where_it_does_not_fit_into_memory(
    sample: OxigraphStore, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = written(sample, form, tmp_path).read_bytes()
    monkeypatch.setattr(sortedlines, "MOST", 100)
    assert written(sample, form, tmp_path).read_bytes() == whole


def test_a_table_of_one_layer_holds_nothing_of_another(sample: OxigraphStore, tmp_path: Path) -> None:
    settled, said = (rows_of(written(sample, "csv", tmp_path, layer=layer) / "Record.csv") for layer in ("settled", "said"))
    assert {*settled[0]} == {"iri", "label", "speaksOf", "speaksOf_label"}
    assert {row["recordedAs"] for row in said} >= {"enjoy the support"}


def test_a_thing_is_labelled_as_its_layer_has_it_and_otherwise_as_it_is_known() -> None:
    law, court = ox.NamedNode("https://example.org/law"), ox.NamedNode("https://example.org/court")
    title, by = ox.NamedNode(PREFIXES["dcterms"] + "title"), ox.NamedNode(UPR + "enactedBy")
    layer = [ox.Triple(law, title, ox.Literal("On speech")), ox.Triple(law, by, court)]
    things = Things(layer, [ox.Triple(law, title, ox.Literal("On a gag")), ox.Triple(court, title, ox.Literal("A court"))])
    assert (things.label(law.value), things.label(court.value)) == ("On speech", "A court")
    assert things.row(law.value)["title"] == "On speech"


def test_tables_of_what_was_said_hold_claims(sample: OxigraphStore, tmp_path: Path) -> None:
    claims = rows_of(written(sample, "csv", tmp_path, layer="said") / "Claim.csv")
    assert {r["polarity"] for r in claims} == {"affirmed"}
    assert "A group" in {r["assertedBy_label"] for r in claims}


def test_no_cell_is_a_formula(sample: OxigraphStore, tmp_path: Path) -> None:
    for layer in LAYERS:
        for path in written(sample, "csv", tmp_path, layer=layer).glob("*.csv"):
            for row in rows_of(path):
                for cell in row.values():
                    assert not cell.startswith(tuple("=+-@\t\r")) or cell.lstrip("+-").replace(".", "", 1).isdigit()


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "\rx", "＝1", "-"])
def test_what_a_spreadsheet_would_run_is_marked_as_text(cell: str) -> None:
    assert harmless(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["-12.5", "+3", "2011-10-11", "a=b", ""])
def test_what_is_no_formula_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell


# --- Networks --------------------------------------------------------------------------


@pytest.mark.parametrize("form, read", [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_networks_open_again_with_addresses_and_labels(sample: OxigraphStore, form: str, read: object,
                                                       tmp_path: Path) -> None:
    network = read(written(sample, form, tmp_path))
    law, state = ID + "law/AAA/2014/5", ID + "state/BBB"
    assert network.nodes[law]["label"] == "On +Speech (-5)"
    assert network.nodes[law]["type"] == "Law"
    assert network.nodes[state]["label"] == 'Côte de "B", </script><b>'
    assert {d["iri"] for *_, d in network.edges(data=True)} >= {UPR + "ofLaw", UPR + "pledge"}
    assert all(d["iri"] == node and d["label"] for node, d in network.nodes(data=True))
    assert all(d["label"] and d["iri"] for *_, d in network.edges(data=True))
    assert not any(node.startswith(ID + "date/") or node.startswith(ID + "right/") for node in network)


def test_gexf_holds_no_clock(sample: OxigraphStore, tmp_path: Path) -> None:
    assert b"lastmodified" not in written(sample, "gexf", tmp_path).read_bytes()


# --- Putting in place ---------------------------------------------------------------------


@pytest.mark.parametrize("profile, mode", [("public", 0o644), ("internal", 0o600)])
def test_only_what_is_public_can_be_read_by_others(sample: OxigraphStore, profile: str, mode: int,
                                                   tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        paths = [written(sample, form, tmp_path, profile) for form in ("turtle", "csv")]
    finally:
        os.umask(before)
    assert stat.S_IMODE(paths[0].stat().st_mode) == mode
    assert {stat.S_IMODE(p.stat().st_mode) for p in paths[1].iterdir()} == {mode}
    assert stat.S_IMODE(paths[1].stat().st_mode) == (0o755 if profile == "public" else 0o700)


@pytest.mark.parametrize("form", FORMATS)
def test_a_failed_export_leaves_what_was_there(sample: OxigraphStore, form: str, tmp_path: Path,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    target = written(sample, form, tmp_path)
    before = digests(tmp_path)

    def stop(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(GraphbuildError, match="No space left"):
        export(sample, form, target)
    assert digests(tmp_path) == before
    assert [p.name for p in tmp_path.iterdir()] == [target.name]


def test_a_folder_with_other_files_is_left_alone(sample: OxigraphStore, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear all")
    with pytest.raises(GraphbuildError, match=r"letter\.txt"):
        export(sample, "csv", tmp_path)
    with pytest.raises(GraphbuildError, match="is a folder"):
        export(sample, "turtle", tmp_path)
    with pytest.raises(GraphbuildError, match="is a file"):
        export(sample, "csv", tmp_path / "letter.txt")
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_an_earlier_folder_of_tables_is_replaced_whole(sample: OxigraphStore, tmp_path: Path) -> None:
    folder = written(sample, "csv", tmp_path)
    (folder / "Stale.csv").write_text("")
    assert "Stale.csv" not in {p.name for p in written(sample, "csv", tmp_path).iterdir()}


def test_what_is_not_known_is_refused_with_the_choices(sample: OxigraphStore, tmp_path: Path) -> None:
    with pytest.raises(GraphbuildError, match="use one of turtle"):
        export(sample, "xlsx", tmp_path / "x")
    with pytest.raises(GraphbuildError, match="use one of public"):
        export(sample, "turtle", tmp_path / "x", profile="secret")
    with pytest.raises(GraphbuildError, match="use one of settled"):
        export(sample, "turtle", tmp_path / "x", layer="top")
    with pytest.raises(GraphbuildError, match="cannot be written"):
        export(sample, "turtle", tmp_path / "nowhere" / "x.ttl")


# --- Alignments ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(path.stem for path in (resources.ONTOLOGY / "alignments").glob("*.ttl")))
def test_an_alignment_speaks_of_terms_that_exist_and_says_what_it_is(name: str) -> None:
    vocabulary = {q.subject for q in ox.parse(path=resources.VOCABULARY[0], format=ox.RdfFormat.TURTLE)}
    path = resources.ONTOLOGY / "alignments" / f"{name}.ttl"
    quads = list(ox.parse(path=path, format=ox.RdfFormat.TURTLE))
    assert {q.subject for q in quads if q.subject.value.startswith(UPR)} <= vocabulary
    assert not any(q.predicate.value == PREFIXES["owl"] + "imports" for q in quads)
    itself = {q.predicate.value for q in quads if q.subject.value == f"https://w3id.org/graphbuild/alignments/{name}"}
    assert itself >= {PREFIXES["dcterms"] + "title", PREFIXES["dcterms"] + "license"}
    assert "http://schema.org" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["turtle", "nquads"])
def test_the_count_is_that_of_the_statements_written(sample: OxigraphStore, form: str, tmp_path: Path) -> None:
    rdf = ox.RdfFormat.TURTLE if form == "turtle" else ox.RdfFormat.N_QUADS
    count = export(sample, form, tmp_path / "out")
    assert count == len(list(ox.parse(path=tmp_path / "out", format=rdf)))


def test_a_link_stays_and_what_it_names_is_written(sample: OxigraphStore, tmp_path: Path) -> None:
    (tmp_path / "real.nq").write_text("old", encoding="utf-8")
    (tmp_path / "link.nq").symlink_to(tmp_path / "real.nq")
    export(sample, "nquads", tmp_path / "link.nq")
    assert (tmp_path / "link.nq").is_symlink()
    assert (tmp_path / "real.nq").read_text(encoding="utf-8") != "old"


def test_what_is_no_file_is_not_replaced(sample: OxigraphStore, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(GraphbuildError, match="a device or a pipe"):
        export(sample, "nquads", tmp_path / "pipe")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_questions_run_as_they_are_on_a_public_export(store: OxigraphStore, tmp_path: Path) -> None:
    export(store, "nquads", tmp_path / "public.nq")
    endpoint = ox.Store()
    endpoint.bulk_load(path=tmp_path / "public.nq", format=ox.RdfFormat.N_QUADS)
    for name in ("pledge-conflicts", "recommendations", "older-laws-still-in-force", "laws-in-force"):
        question = find_question(name)
        found = endpoint.query(question.text)
        assert isinstance(found, ox.QuerySolutions)
        columns = [c for c in question.columns if c not in question.lists]  # the order of lists is the engine's
        expected = sorted(ask(store, question, {}).only(columns).rows)
        assert sorted([cell(row[c]) for c in columns] for row in found) == expected, name
        assert expected, name


def cell(value: object) -> str:
    return "" if value is None else str(getattr(value, "value", value))
