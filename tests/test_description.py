"""The description beside an export: what it counts is in the file, and what it says of sources left with it."""

import hashlib
import os
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from conftest import Folder, Run
from rdflib.namespace import DCTERMS, FOAF, OWL, RDF, VOID
from small_store import small_store

from graphbuild.build import load
from graphbuild.errors import GraphbuildError
from graphbuild.exports.formats import FORMATS, export
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import UPR, said_graph

HERE = "https://example.org/data/"
DATASET = rdflib.URIRef(HERE + "about.ttl#dataset")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
RDF_FORMATS = {
    "nquads": (ox.RdfFormat.N_QUADS, "application/n-quads"), "trig": (ox.RdfFormat.TRIG, "application/trig"),
    "jsonld": (ox.RdfFormat.JSON_LD, "application/ld+json"), "turtle": (ox.RdfFormat.TURTLE, "text/turtle"),
    "rdfxml": (ox.RdfFormat.RDF_XML, "application/rdf+xml"),
}
#: What the makers of VoID ask for its counts, over all graphs.
ANYWHERE = "{ { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
COUNTS = {
    VOID.triples: f"SELECT (COUNT(*) AS ?n) {ANYWHERE}",
    VOID.distinctSubjects: f"SELECT (COUNT(DISTINCT ?s) AS ?n) {ANYWHERE}",
    VOID.entities: f"SELECT (COUNT(DISTINCT ?s) AS ?n) {ANYWHERE.replace('?p', 'a')}",
    VOID.classes: f"SELECT (COUNT(DISTINCT ?o) AS ?n) {ANYWHERE.replace('?p', 'a')}",
    VOID.properties: f"SELECT (COUNT(DISTINCT ?p) AS ?n) {ANYWHERE}",
}
CLASSES = f"SELECT ?o (COUNT(DISTINCT ?s) AS ?n) {ANYWHERE.replace('?p', 'a')} GROUP BY ?o"
PROPERTIES = f"SELECT ?p (COUNT(*) AS ?n) {ANYWHERE} GROUP BY ?p"


def described(
    store: OxigraphStore, folder: Path, form: str = "nquads", profile: str = "public", layer: str = "settled"
) -> rdflib.Graph:
    export(store, form, folder / f"x{FORMATS[form]}", profile, layer, description=folder / "about.ttl")
    return rdflib.Graph().parse(folder / "about.ttl", publicID=HERE + "about.ttl")


def parts(graph: rdflib.Graph, link: rdflib.URIRef, key: rdflib.URIRef, number: rdflib.URIRef) -> dict[str, int]:
    return {str(graph.value(part, key)): graph.value(part, number).toPython() for part in graph.objects(DATASET, link)}


def rows(engine: ox.Store, query: str) -> dict[str, int]:
    found = engine.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return {row[0].value: int(row[1].value) for row in found}


@pytest.mark.parametrize("profile", ["public", "internal"])
@pytest.mark.parametrize("form", RDF_FORMATS)
def test_every_count_is_that_of_the_file(store: OxigraphStore, form: str, profile: str, tmp_path: Path) -> None:
    graph = described(store, tmp_path, form, profile)
    engine = ox.Store()
    engine.bulk_load(path=tmp_path / f"x{FORMATS[form]}", format=RDF_FORMATS[form][0])
    for count, query in COUNTS.items():
        [row] = engine.query(query)
        assert graph.value(DATASET, count).toPython() == int(row["n"].value) > 0, count
    assert parts(graph, VOID.classPartition, VOID["class"], VOID.entities) == rows(engine, CLASSES)
    assert parts(graph, VOID.propertyPartition, VOID.property, VOID.triples) == rows(engine, PROPERTIES)
    names = [str(name.value) for name in engine.named_graphs()]
    subsets = {str(s): graph.value(s, VOID.triples).toPython() for s in graph.objects(DATASET, VOID.subset)}
    assert {name: count for name, count in subsets.items() if not name.startswith(HERE)} \
        == {name: len(list(engine.quads_for_pattern(None, None, None, ox.NamedNode(name)))) for name in names}
    assert sum(subsets.values()) in (0, len(engine))


@pytest.mark.parametrize("layer", ["said", "concluded"])
def test_the_counts_of_a_layer_are_those_of_its_file(store: OxigraphStore, layer: str, tmp_path: Path) -> None:
    graph = described(store, tmp_path, "turtle", layer=layer)
    held = list(ox.parse(path=tmp_path / "x.ttl", format=ox.RdfFormat.TURTLE))
    assert graph.value(DATASET, VOID.triples).toPython() == len(held)
    assert graph.value(DATASET, VOID.distinctSubjects).toPython() == len({q.subject for q in held})
    assert graph.value(DATASET, DCTERMS.conformsTo) == rdflib.URIRef(f"{UPR[:-1]}/0.1.0")


@pytest.mark.parametrize("form", RDF_FORMATS)
def test_the_file_is_named_measured_and_hashed(store: OxigraphStore, form: str, tmp_path: Path) -> None:
    graph = described(store, tmp_path, form)
    name = f"x{FORMATS[form]}"
    held = (tmp_path / name).read_bytes()
    [file] = graph.objects(DATASET, DCAT.distribution)
    assert graph.value(file, DCAT.downloadURL) == graph.value(DATASET, VOID.dataDump) == rdflib.URIRef(HERE + name)
    assert str(graph.value(file, DCAT.mediaType)) \
        == f"https://www.iana.org/assignments/media-types/{RDF_FORMATS[form][1]}"
    assert int(graph.value(file, DCAT.byteSize)) == len(held)
    checksum = graph.value(file, SPDX.checksum)
    assert graph.value(checksum, SPDX.algorithm) == SPDX.checksumAlgorithm_sha256
    assert str(graph.value(checksum, SPDX.checksumValue)).lower() == hashlib.sha256(held).hexdigest()
    assert graph.value(rdflib.URIRef(HERE + "about.ttl"), FOAF.primaryTopic) == DATASET


def test_it_says_of_each_source_what_the_graph_does(store: OxigraphStore, tmp_path: Path) -> None:
    graph = described(store, tmp_path, "turtle")
    terms = {str(s): str(graph.value(s, DCTERMS.license)) for s in graph.objects(DATASET, DCTERMS.source)}
    assert terms == {said_graph("kazakhstan"): "http://spdx.org/licenses/CC-BY-4.0",
                     said_graph("world"): "http://spdx.org/licenses/CC0-1.0"}
    assert str(graph.value(DATASET, DCTERMS.license)) == "http://spdx.org/licenses/CC-BY-4.0"  # CC0 asks for nothing
    assert str(graph.value(rdflib.URIRef(said_graph("kazakhstan")), DCTERMS.title)).startswith("Kazakhstan in")
    assert {UPR[:-1], "http://www.w3.org/2004/02/skos/core", "http://purl.org/dc/terms/"} \
        <= {str(v) for v in graph.objects(DATASET, VOID.vocabulary)}
    assert (rdflib.URIRef(f"{UPR[:-1]}/0.1.0"), OWL.versionInfo, rdflib.Literal("0.1.0")) in graph
    assert set(graph.objects(DATASET, RDF.type)) == {VOID.Dataset, DCAT.Dataset}


def test_no_licence_is_claimed_for_the_whole_where_a_source_states_none(
    casebook: Folder, other: Folder, tmp_path: Path
) -> None:
    casebook.write("about", [*casebook.rows("about"), ["licence", "CC-BY-4.0"]])
    load(store := OxigraphStore(tmp_path / "graph"), [casebook.path, other.path])
    graph = described(store, tmp_path)
    assert graph.value(DATASET, DCTERMS.license) is None
    [rights] = graph.objects(DATASET, DCTERMS.rights)
    assert "1 of 3 sources states no licence" in str(graph.value(rights, rdflib.RDFS.label))


def test_each_profile_says_who_may_see_it(store: OxigraphStore, tmp_path: Path) -> None:
    found = [described(store, tmp_path, "turtle", profile).value(DATASET, DCTERMS.accessRights)
             for profile in ("public", "internal")]
    assert [str(access).rpartition("/")[2] for access in found] == ["PUBLIC", "NON_PUBLIC"]


def test_a_protected_name_in_the_title_of_a_source_is_not_told(tmp_path: Path) -> None:
    title = f'<{said_graph("sample")}> a upr:Source ; dcterms:title "Papers of Testina Quillfeather"@en .'
    graph = described(small_store(tmp_path / "graph", title), tmp_path)
    assert graph.value(DATASET, DCTERMS.source) == rdflib.URIRef(said_graph("sample"))
    assert "quillfeather" not in (tmp_path / "about.ttl").read_text(encoding="utf-8").casefold()


def test_a_class_of_no_vocabulary_adds_none(tmp_path: Path) -> None:
    graph = described(small_store(tmp_path / "graph", "id:law/AAA/2014/5 a <urn:example:law> ."), tmp_path)
    assert "urn:example:law" in parts(graph, VOID.classPartition, VOID["class"], VOID.entities)
    assert rdflib.URIRef(HERE + "about.ttl") not in set(graph.objects(DATASET, VOID.vocabulary))


def test_it_has_the_same_bytes_every_time(store: OxigraphStore, tmp_path: Path) -> None:
    found = set()
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        described(store, tmp_path / name)
        found.add((tmp_path / name / "about.ttl").read_bytes())
    assert len(found) == 1


def test_an_odd_name_of_a_file_is_an_address_all_the_same(store: OxigraphStore, tmp_path: Path) -> None:
    target = tmp_path / "a:b #1?é%.nq"
    export(store, "nquads", target, description=tmp_path / "about.ttl")
    graph = rdflib.Graph().parse(tmp_path / "about.ttl", publicID=HERE + "about.ttl")
    assert str(graph.value(DATASET, VOID.dataDump)) == HERE + "a%3Ab%20%231%3F%C3%A9%25.nq"


def test_both_files_are_replaced_or_none(store: OxigraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    described(store, tmp_path, profile="internal")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    full, calls = os.fsync, []

    def fail_in_the_end(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        full(handle)

    monkeypatch.setattr(os, "fsync", fail_in_the_end)
    with pytest.raises(GraphbuildError, match="No space left"):
        described(store, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("form, output, description, why", [
    ("csv", "tables", "about.ttl", "turtle, nquads, trig, jsonld, rdfxml"),
    ("nquads", "x.nq", "x.nq", "name another file"),
    ("nquads", "x.nq", "elsewhere/about.ttl", "beside"),
    ("nquads", "x.nq", "elsewhere", "is a folder"),
    ("nquads", "x.nq", "-", "name one"),
])
def test_what_cannot_be_described_is_refused_and_nothing_written(
    run: Run, loaded: OxigraphStore, form: str, output: str, description: str, why: str, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    before = sorted(tmp_path.iterdir())
    named = description if description == "-" else tmp_path / description
    result = run("export", "-f", form, "-o", tmp_path / output, "--description", named)
    assert result.exit_code == 2
    assert why in " ".join(result.stderr.split())
    assert sorted(tmp_path.iterdir()) == before


def test_the_command_says_what_it_wrote(run: Run, loaded: OxigraphStore, tmp_path: Path) -> None:
    result = run("export", "-f", "trig", "-o", tmp_path / "x.trig", "--description", tmp_path / "about.ttl")
    assert result.exit_code == 0, result.stderr
    assert f"described it in {tmp_path / 'about.ttl'}" in result.stderr


@pytest.mark.parametrize("licence, whole", [
    ("CC0-1.0", "http://spdx.org/licenses/CC-BY-4.0"),  # of the vocabulary
    ("https://creativecommons.org/licenses/by/4.0/", "http://spdx.org/licenses/CC-BY-4.0"),
    ("CC-BY-NC-4.0", "None"),
])
def test_the_whole_has_a_licence_that_meets_all_of_its_parts(
    casebook: Folder, licence: str, whole: str, tmp_path: Path
) -> None:
    rows = [row for row in casebook.rows("about") if row[0] != "licence"]
    casebook.write("about", [*rows, ["licence", licence]])
    load(store := OxigraphStore(tmp_path / "graph"), [casebook.path])
    graph = described(store, tmp_path)
    assert str(graph.value(DATASET, DCTERMS.license)) == whole
    assert (graph.value(DATASET, DCTERMS.rights) is None) == (whole != "None")


def test_an_export_comes_back_from_a_folder_with_its_description(run: Run, tiny_store: Path, tmp_path: Path) -> None:
    (folder := tmp_path / "downloaded").mkdir()
    described(OxigraphStore(tiny_store), folder)
    result = run("load", folder)
    assert result.exit_code == 0, result.stderr
    assert "about.ttl: describes an export; load the file that it speaks of" in result.stderr
    result = run("load", folder / "about.ttl")
    assert (result.exit_code, "describes an export" in result.stderr) == (2, True)
