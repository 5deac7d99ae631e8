"""RDF files: every syntax gives the same, our own exports come back, and nothing hostile or unknown slips in."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import RDF

from graphbuild import resources
from graphbuild.build import load, validate
from graphbuild.errors import GraphbuildError
from graphbuild.exports.formats import export
from graphbuild.files.rdffiles import CONTEXT
from graphbuild.read import kind_of, read_source
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.stores.staging import SETTLED
from graphbuild.terms import ID, PREFIXES, UPR

TERMS = resources.ONTOLOGY / "upr.ttl"

LAW = f"""@prefix upr: <{UPR}> . @prefix id: <{ID}> . @prefix dcterms: <{PREFIXES["dcterms"]}> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<{ID}law/KAZ/2031/1-I> a upr:Law ; upr:enactedBy <{ID}state/KAZ> ; dcterms:title "A law"@en ;
    upr:kind <{ID}law-kind/statute> ; foaf:maker "somebody" .
<http://example.org/other> a foaf:Document ; foaf:name "of no interest" .
"""


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def law(tmp_path: Path) -> Path:
    kinds = read_kinds()
    return write(tmp_path / "law.ttl", LAW.replace("law-kind/statute", f"law-kind/{kinds[0]}"))


def read_kinds() -> list[str]:
    from graphbuild.vocabulary import notations

    return notations("law-kind")


def test_things_of_our_vocabulary_are_loaded_and_others_left_out_with_a_reason(law: Path) -> None:
    staged = read_source(law)
    assert (staged.source, staged.read, staged.loaded) == ("rdf-law", 2, 1)
    assert [(x.what, x.why) for x in staged.left_out] == [
        ("http://example.org/other", "has no class and no property of our vocabulary")
    ]
    assert any("http://xmlns.com/foaf/0.1/maker (1)" in remark for remark in staged.remarks)
    rows = [t[2] for t in staged.triples if t[1] == f"<{UPR}row>"]
    assert rows == ['"law.ttl:KAZ/2031/1-I"']
    assert not any("foaf" in t[1] for t in staged.triples)


@pytest.mark.parametrize(
    ("suffix", "syntax"),
    [("nt", ox.RdfFormat.N_TRIPLES), ("nq", ox.RdfFormat.N_QUADS), ("trig", ox.RdfFormat.TRIG),
     ("rdf", ox.RdfFormat.RDF_XML), ("jsonld", ox.RdfFormat.JSON_LD), ("txt", ox.RdfFormat.N_TRIPLES)],
)
def test_every_syntax_says_the_same(law: Path, tmp_path: Path, suffix: str, syntax: ox.RdfFormat) -> None:
    folder = tmp_path / suffix
    folder.mkdir()
    path = folder / f"law.{suffix}"
    ox.serialize((q.triple for q in ox.parse(path=law, format=ox.RdfFormat.TURTLE)), path, format=syntax)
    assert kind_of(path) == "rdf"
    found = {t for t in read_source(path).triples if not t[1].endswith("#row>")}
    assert found == {t for t in read_source(law).triples if not t[1].endswith("#row>")}


def test_it_passes_the_gate_and_a_finding_names_the_thing(law: Path, tmp_path: Path) -> None:
    assert [p.severity for p in validate([law])] == ["warning"], "no legal event says when it was adopted"
    assert not load(OxigraphStore(tmp_path / "graph"), [law]).refused
    broken = write(
        tmp_path / "broken.ttl", law.read_text(encoding="utf-8").replace(f"upr:enactedBy <{ID}state/KAZ> ;", "")
    )
    assert [str(p) for p in validate([broken]) if p.severity == "violation"] == [
        "broken.ttl, KAZ/2031/1-I: A law was enacted by exactly one state; write its code."
    ]


def test_an_export_comes_back_to_the_same_settled_layer(store: OxigraphStore, tmp_path: Path) -> None:
    for form, name in (("nquads", "back.nq"), ("trig", "back.trig"), ("jsonld", "back.jsonld")):
        export(store, form, tmp_path / name, profile="internal")
    again = OxigraphStore(tmp_path / "graph")
    report = load(again, [tmp_path / "back.nq"])
    assert not report.refused, [str(p) for p in report.violations[:3]]
    sources = [s for s in store.ledger.sources if s != "world"]

    def settled(one: OxigraphStore) -> set[str]:
        lines = {str(t) for t in one.triples(SETTLED)}
        said = [f"<{ID}graph/said/{name}>" for name in [*sources, "rdf-back"]]
        return {line for line in lines if not any(name in line for name in said)}

    assert settled(again) == settled(store)
    whys = [x.why for x in report.outcomes[0].staged.left_out]
    assert any(why.startswith("is the settled layer") for why in whys)
    assert any(why.startswith("holds conclusions") for why in whys)
    said = read_source(tmp_path / "back.nq").triples
    assert read_source(tmp_path / "back.trig").triples == said
    assert read_source(tmp_path / "back.jsonld").triples == said


def test_a_settled_layer_is_told_to_settle_nothing(store: OxigraphStore, tmp_path: Path) -> None:
    counts: dict[str, list[str]] = {}
    for layer in ("settled", "said"):
        export(store, "turtle", tmp_path / f"{layer}.ttl", "internal", layer)
        staged = read_source(tmp_path / f"{layer}.ttl")
        counts[layer] = [r for r in staged.remarks if r.startswith("no record says anything of ")]
    assert [len(told) for told in counts.values()] == [1, 0]
    with (tmp_path / "settled.ttl").open("a", encoding="utf-8") as file:
        file.write(f"<{ID}record/a/1> a <{UPR}Record> .\n")
    assert not any(r.startswith("no record says") for r in read_source(tmp_path / "settled.ttl").remarks)


def test_our_context_may_be_named_and_no_other_is_fetched(law: Path, tmp_path: Path) -> None:
    node = {"@context": CONTEXT, "@id": f"{ID}law/KAZ/2031/1-I", "@type": "Law", "enactedBy": f"{ID}state/KAZ"}
    staged = read_source(write(tmp_path / "a.jsonld", json.dumps(node)))
    assert (f"<{ID}law/KAZ/2031/1-I>", f"<{UPR}enactedBy>", f"<{ID}state/KAZ>") in staged.triples
    node["@context"] = "http://127.0.0.1:9/context.jsonld"
    with pytest.raises(GraphbuildError, match="nothing is fetched from the network; write the context into the file"):
        read_source(write(tmp_path / "b.jsonld", json.dumps(node)))


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.ttl", f"@prefix upr: <{UPR}> .\n\n<http://e/a> a upr:Law ; upr:kind foo .", "line 3: "),
        ("a.ttl", f"<a> a <{UPR}Law> .", "the IRI <a> is relative; write it whole"),
        ("a.nt", f"<http://e/a> <{UPR}kind> <http://e/b> .\n<a> <{UPR}kind> <http://e/b> .",
         "line 2: an IRI is relative"),
        ("a.jsonld", json.dumps({"@id": "a", "@type": UPR + "Law"}), "the IRI <a> is relative"),
        ("a.jsonld", '{"@id": "http://e/a", ', "a.jsonld: line 1: "),
        ("a.jsonld", f'{{"@context":"{CONTEXT}","@graph":{"[" * 20_000}{"]" * 20_000}}}', "is nested too deeply"),
        ("a.jsonld", f'{{"@context":"{CONTEXT}","@graph":{"[" * 300}{"]" * 300}}}', "is nested too deeply"),
        ("a.rdf", '<!DOCTYPE a [<!ENTITY b "c">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
         "holds a DOCTYPE, which could bring in other files; save it anew"),
        ("a.rdf", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<rdf:Description></b></rdf:RDF>',
         "line 2: "),
        ("a.ttl", f"_:a <{UPR}kind> _:b . _:b <{UPR}kind> _:a .", "blank nodes that refer to each other"),
    ],
)
def test_what_is_damaged_or_hostile_is_refused_in_a_sentence(
    tmp_path: Path, name: str, text: str, sentence: str
) -> None:
    with pytest.raises(GraphbuildError) as caught:
        read_source(write(tmp_path / name, text))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_nested_as_deep_as_documents_are_is_read(tmp_path: Path) -> None:
    deep = f'{{"@context":"{CONTEXT}","@graph":{"[" * 150}{"]" * 150}}}'
    (problem,) = read_source(write(tmp_path / "a.jsonld", deep)).problems
    assert problem.message == "nothing in it is of our vocabulary"


def test_a_term_that_we_do_not_have_is_a_problem(tmp_path: Path) -> None:
    staged = read_source(write(tmp_path / "a.ttl", f"<http://e/law/x> a <{UPR}Lawx> ; <{UPR}foo> 1 ; <{UPR}foo> 2 ."))
    assert [str(p) for p in staged.problems] == [
        f"a.ttl, x: '{UPR}Lawx': upr:Lawx is not a term of our vocabulary; choose one from {TERMS}",
        f"a.ttl, x: '{UPR}foo': upr:foo is not a term of our vocabulary; choose one from {TERMS}",
    ]


@pytest.mark.parametrize("text", [
    '<id:law/KAZ/2031/1-I> a upr:Law .', f'<{ID}law/KAZ/2031/1-I> a upr:Law ; upr:url <prov:entity/1> .',
    f'<{ID}law/KAZ/2031/1-I> a upr:Law ; <dcterms:title> "A law"@en .',
])
def test_a_prefix_that_is_not_declared_is_a_problem(text: str, tmp_path: Path) -> None:
    """JSON-LD has no way to write such an address: it would come back as another."""
    [problem] = read_source(write(tmp_path / "law.ttl", f"@prefix upr: <{UPR}> . {text}")).problems
    assert "which is not declared there" in problem.message
    assert f"declare it as {PREFIXES[str(problem.value).partition(':')[0]]}" in problem.remedy


def test_what_xml_cannot_name_leaves_rdf_xml_whole(law: Path, tmp_path: Path) -> None:
    odd = f'a <http://example.org/types/300026877> ; <{PREFIXES["dcterms"]}a/> "x" ; <{PREFIXES["dcterms"]}1> "y"'
    law.write_text(f"{law.read_text(encoding='utf-8')} <{ID}law/KAZ/2031/1-I> {odd} .", encoding="utf-8")
    load(store := OxigraphStore(tmp_path / "graph"), [law])
    export(store, "rdfxml", tmp_path / "x.rdf", layer="said")
    graph = rdflib.Graph().parse(tmp_path / "x.rdf", format="xml")
    subject = rdflib.URIRef(f"{ID}law/KAZ/2031/1-I")
    assert {str(c) for c in graph.objects(subject, RDF.type)} == {UPR + "Law", "http://example.org/types/300026877"}
    assert not [p for p in graph.predicates(subject) if p.endswith(("/a/", "/1"))]


def test_a_file_with_nothing_of_ours_is_a_problem(tmp_path: Path) -> None:
    staged = read_source(write(tmp_path / "a.ttl", '<http://e/a> <http://e/b> "c" .'))
    assert [p.message for p in staged.problems] == ["nothing in it is of our vocabulary"]
    assert staged.read == len(staged.left_out) == 1


def test_blank_nodes_get_the_same_names_whatever_their_labels_and_order(tmp_path: Path) -> None:
    one = f'_:a <{UPR}edtf> "2011" . <http://e/x> <{UPR}date> _:a . _:b <{UPR}edtf> "2012" .'
    two = f'_:z <{UPR}edtf> "2012" . _:y <{UPR}edtf> "2011" . <http://e/x> <{UPR}date> _:y .'
    first = read_source(write(tmp_path / "a.ttl", one)).triples
    assert first == read_source(write(tmp_path / "a.ttl", two)).triples
    assert not any("_:" in part for triple in first for part in triple)


def test_the_hostile_documents_of_others_are_not_rdf(shared: Path) -> None:
    folder = shared / "suites" / "hostile" / "xml" / "xmltestdata"
    assert [path.name for path in sorted(folder.glob("*.x*")) if kind_of(path) == "rdf"] == []
