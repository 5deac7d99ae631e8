"""Laws from files: real ones with totals counted another way, and made-up ones for every quirk and every refusal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from graphbuild.build import load, validate
from graphbuild.errors import GraphbuildError
from graphbuild.files.tomlfiles import read_toml
from graphbuild.legislation.articles import articles_of
from graphbuild.legislation.lawnumbers import normal_number
from graphbuild.read import kind_of, read_source
from graphbuild.resources import WORDS, bundled_casebooks
from graphbuild.staged import Staged
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import ID, UPR
from graphbuild.vocabulary import notations

#: Articles and sections of each file, and how many of them are quoted for another act.
ARTICLES = {
    "BOE-A-2018-16673_01-act-original": (142, 0), "BOE-A-2018-16673_02-amendment-1": (0, 0),
    "BOE-A-2018-16673_03-amendment-2": (0, 0), "eu_COM-2013-0619_EN-8": (24, 0), "it_senato_ddl_2013": (8, 2),
    "us_Act_2011-11-29": (6, 0), "us_Title9-Chap3-eng": (7, 0), "uy_bill_2010-09-27": (3, 0),
    "za_bill_2006-12-23": (2, 0),
}
SLOVENE = {
    "1991-01-0598": 4, "1991-01-0599": 10, "1999-01-4814": 127, "2006-01-3452": 7, "2018-01-1348": 4,
    "2018-01-1357": 12, "2018-01-1409": 28, "2018-01-1411": 4, "2022-01-2603": 35, "2023-01-2527": 5,
}


def provisions(staged: Staged) -> set[str]:
    return {t[0] for t in staged.triples if t[2] == f"<{UPR}Provision>"}


def values(staged: Staged, subject: str, property_: str) -> set[str]:
    return {t[2] for t in staged.triples if t[0] == f"<{ID}{subject}>" and t[1] == f"<{UPR}{property_}>"}


def events(staged: Staged) -> dict[str, str]:
    """The date of every legal event by its id, or an empty text."""
    named = [t[0] for t in staged.triples if t[2] == f"<{UPR}LegalEvent>"]
    dated = {t[0]: t[2] for t in staged.triples if t[1] == f"<{UPR}date>"}
    return {n[len(ID) + 13 : -1]: dated.get(n, "").rpartition("/")[2].rstrip(">") for n in named}


def violations(path: Path) -> list[str]:
    return [str(p) for p in validate([path]) if p.severity == "violation"]


# --- Real files ----------------------------------------------------------------


@pytest.mark.parametrize("name", ARTICLES)
def test_articles_and_sections_are_counted(shared: Path, name: str) -> None:
    path = shared / "samples" / "laws" / "akn" / f"{name}.xml"
    tags = re.findall(r"<(?:\w+:)?(?:article|section)[\s>]", path.read_text(encoding="utf-8"))
    staged = read_source(path)
    quoted = [o for o in staged.left_out if o.why.startswith("quoted")]
    assert (len(tags), len(quoted)) == ARTICLES[name]
    assert len(provisions(staged)) == len(tags) - len(quoted)
    assert staged.read == staged.loaded + len(staged.left_out)
    assert list(staged.lines()) == list(read_source(path).lines())


@pytest.mark.parametrize("name", SLOVENE)
def test_slovene_laws_have_their_articles_and_the_day_parliament_adopted_them(shared: Path, name: str) -> None:
    staged = read_source(shared / "samples" / "laws" / "si-legislation" / f"{name}.json")
    assert len(provisions(staged)) == SLOVENE[name]
    happened = {key.split("/")[3]: day for key, day in events(staged).items()}
    assert happened["adopted"] <= happened["signed"] <= happened["published"]
    assert not any("člen se" in t[2] for t in staged.triples if t[1].endswith("label>"))
    assert not any(" l. r." in t[2] or "Predsednik Državnega zbora Republike Slovenije J" in t[2] for t in staged.triples)


def test_all_real_laws_load_together_with_the_casebook(shared: Path, tmp_path: Path) -> None:
    laws = shared / "samples" / "laws"
    store = OxigraphStore(tmp_path / "graph")
    report = load(store, [*bundled_casebooks(), laws, shared / "samples" / "un-docs"])
    assert not report.violations
    loaded = [o for o in report.outcomes if o.status == "loaded"]
    assert [sum(o.staged.kind == kind for o in loaded) for kind in ("Akoma Ntoso", "Law as JSON", "UN document")] == [9, 20, 6]
    rows = store.query(f"SELECT ?law (COUNT(?title) AS ?n) {{ ?law a <{UPR}Law> ; <http://purl.org/dc/terms/title> ?title }} GROUP BY ?law HAVING (?n != 1)")
    assert list(rows) == []
    assert not store.query(f"ASK {{ GRAPH ?g {{ ?f a <{UPR}Finding> ; <{UPR}law> ?l }} FILTER (STRSTARTS(STR(?l), '{ID}law/KAZ/2026')) }}")


def test_amendments_of_a_law_affect_the_law_itself(shared: Path) -> None:
    for number, day in ((2, "2019-06-25"), (3, "2021-01-19")):
        staged = read_source(next((shared / "samples/laws/akn").glob(f"BOE*_0{number}-*")))
        key = f"ESP/{day[:4]}/lo-3-amendment-{day}"
        assert events(staged) == {f"ESP/2018/lo-3/amended/by/{key}": day}
        assert values(staged, f"legal-event/ESP/2018/lo-3/amended/by/{key}", "affects") == {f"<{ID}law/ESP/2018/lo-3>"}
        assert not any("voter" in t[2] or "diputado" in t[2] for t in staged.triples)


def test_un_documents_have_the_date_they_bear(shared: Path) -> None:
    found = {}
    for path in (shared / "samples" / "un-docs").glob("*.json"):
        staged = read_source(path)
        found[staged.source] = next(t[2] for t in staged.triples if t[1] == f"<{UPR}date>").rpartition("/")[2][:-1]
    assert found == {
        "undocs-a-hrc-wg-6-29-brb-1": "2018-01-04", "undocs-a-hrc-wg-6-29-brb-2": "2017-11-02",
        "undocs-a-hrc-wg-6-29-brb-3": "2017-10-25", "undocs-a-hrc-wg-6-33-brn-1": "2019-02-22",
        "undocs-iv-11": "1989-11-20", "undocs-iv-8": "1979-12-18",
    }


# --- Akoma Ntoso ---------------------------------------------------------------

AKN = """<?xml version="1.0"?><akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><{root}><meta>
<identification source="#x"><FRBRWork><FRBRuri value="/akn/za/act/2005-01-26/24"/>{dates}<FRBRcountry value="{country}"/>
</FRBRWork><FRBRExpression><FRBRlanguage language="eng"/></FRBRExpression></identification>{meta}</meta>
<preface><p><docTitle>Schools Act</docTitle></p></preface><body>{body}</body></{root}></akomaNtoso>"""
ARTICLE = '<article eId="art_1"><num>1.</num><heading>Aim</heading><content><p>To <b>teach</b> all.</p></content></article>'


def akn(folder: Path, root: str = "act", dates: str = "", country: str = "za", meta: str = "", body: str = ARTICLE) -> Path:
    path = folder / "act.xml"
    path.write_text(AKN.format(root=root, dates=dates, country=country, meta=meta, body=body), encoding="utf-8")
    return path


def date(name: str, day: str) -> str:
    return f'<FRBRdate name="{name}" date="{day}"/>'


def test_the_name_of_a_date_decides_what_happened(tmp_path: Path) -> None:
    dates = date("enacted", "2005-01-26") + date("publicacion", "2005-02-01") + date("vigente", "2005-03-01") + date("Hearing", "2004-01-01")
    staged = read_source(akn(tmp_path, dates=dates))
    assert events(staged) == {
        "ZAF/2005/24/adopted/1": "2005-01-26", "ZAF/2005/24/published/2005-02-01": "2005-02-01",
        "ZAF/2005/24/inForce/2005-03-01": "2005-03-01",
    }
    assert values(staged, "law/ZAF/2005/24", "note") == {'"The work has the date 2004-01-01, named \\"Hearing\\"."@en'}


def test_a_bill_is_never_adopted_and_changes_nothing(tmp_path: Path) -> None:
    change = '<analysis><activeModifications><textualMod type="repeal" eId="m"><destination href="/akn/za/act/1996-01-01/84"/></textualMod></activeModifications></analysis>'
    staged = read_source(akn(tmp_path, "bill", date("Enactment", "2005-01-26"), meta=change))
    assert events(staged) == {"ZAF/2005/bill-24/tabled/1": ""}
    assert [o.why for o in staged.left_out] == ["a bill has changed nothing yet"]


def test_an_act_repeals_and_is_amended(tmp_path: Path) -> None:
    meta = """<references><passiveRef eId="r" href="/akn/za/act/2010-05-05/7"/></references><analysis><activeModifications>
    <textualMod type="repeal" eId="a"><destination href="/akn/za/act/1996-01-01/84/!main"/></textualMod></activeModifications>
    <passiveModifications><textualMod type="substitution" eId="p"><source href="#r"/><destination href="#art_1"/></textualMod>
    </passiveModifications></analysis>"""
    path = akn(tmp_path, dates=date("enacted", "2005-01-26"), meta=meta)
    assert events(read_source(path)) == {
        "ZAF/2005/24/adopted/1": "2005-01-26", "ZAF/1996/84/repealed/by/ZAF/2005/24": "2005-01-26",
        "ZAF/2005/24/amended/by/ZAF/2010/7": "",
    }
    assert violations(path) == []


def test_text_keeps_its_words_and_sections_that_hold_articles_are_no_provisions(tmp_path: Path) -> None:
    staged = read_source(akn(tmp_path, body=f"<section><heading>General</heading>{ARTICLE}</section>"))
    assert provisions(staged) == {f"<{ID}provision/ZAF/2005/24/art_1>"}
    assert values(staged, "provision/ZAF/2005/24/art_1", "text") == {'"To teach all."@en'}


def test_bad_akoma_ntoso_is_refused_in_one_sentence(tmp_path: Path) -> None:
    for country, dates, words in (
        ("ak", "", "'ak': is no country we know"),
        ("za", date("enacted", "2005-02-30"), "the date named 'enacted' is no day of the calendar"),
    ):
        assert [words in str(p) for p in read_source(akn(tmp_path, country=country, dates=dates)).problems] == [True]
    path = akn(tmp_path)
    text = path.read_text(encoding="utf-8")
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    for damaged, words in (
        (text[:-30], "the file is damaged"),
        (text.replace("?>", f"?>{bomb}", 1), "holds a DOCTYPE"),
        (text.replace("<body>", "<body>" + "<p>" * 600).replace("</body>", "</p>" * 600 + "</body>"), "nests more than"),
        (text.replace("<act>", "<debate>").replace("</act>", "</debate>"), "holds no act"),
    ):
        path.write_text(damaged, encoding="utf-8")
        with pytest.raises(GraphbuildError, match=words):
            read_source(path)


# --- JSON ----------------------------------------------------------------------

KAZAKH = {
    "_id": "1", "_source": "KZ/Adilet", "_type": "legislation", "title": "О религиозной деятельности", "date": "2011-10-11",
    "language": "ru", "code": "1", "requisites": "Закон Республики Казахстан от 11 октября 2011 года № 483-ІV ЗРК",
    "text": "Статья 1. Цель\nЦель закона «О религии».\nСтатья 2.\nИзменить:\n«Статья 9. Чужая\nтекст»\nПрезидент\nИ. Имя",
}


def written(folder: Path, fields: dict[str, object]) -> Path:
    path = folder / "law.json"
    path.write_text(json.dumps(fields, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_law_of_the_casebook_and_the_same_law_from_a_file_are_one(tmp_path: Path) -> None:
    path, store = written(tmp_path, KAZAKH), OxigraphStore(tmp_path / "graph")
    staged = read_source(path)
    assert staged.source == "law-kaz-2011-483-iv"
    assert values(staged, "law/KAZ/2011/483-IV", "numberAsWritten") == {'"483-ІV ЗРК"'}
    assert not any("Имя" in t[2] or "Чужая" in t[1] for t in staged.triples)
    assert len(provisions(staged)) == 2
    assert not load(store, [*bundled_casebooks(), path]).violations
    titles = store.query(f"SELECT ?t {{ <{ID}law/KAZ/2011/483-IV> <http://purl.org/dc/terms/title> ?t }}")
    assert [row["t"].language for row in titles] == ["en"]
    dates = store.query(f"SELECT ?d {{ <{ID}law/KAZ/2011/483-IV> <{UPR}adopted> ?d }}")
    assert len(list(dates)) == 1


@pytest.mark.parametrize("code", ["ru", "rus", "RUS"])
def test_a_code_of_a_language_is_the_same_in_two_letters_and_in_three(code: str, tmp_path: Path) -> None:
    staged = read_source(written(tmp_path, KAZAKH | {"language": code}))
    assert values(staged, "law/KAZ/2011/483-IV", "titleAsWritten") == {'"О религиозной деятельности"@ru'}
    assert len(provisions(staged)) == 2


def test_laws_of_azerbaijan_have_three_dates(tmp_path: Path) -> None:
    fields = {"_source": "AZ/x", "_type": "legislation", "title": "Din haqqında", "doc_number": "5", "doc_type": "QANUN",
              "accept_date": "2009-05-08", "effect_date": "2009-05-31", "register_date": "2009-06-01"}
    assert events(read_source(written(tmp_path, fields))) == {
        "AZE/2009/5/adopted/1": "2009-05-08", "AZE/2009/5/inForce/2009-05-31": "2009-05-31",
    }
    assert violations(written(tmp_path, fields)) == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("_source", "XX/y", "names no state we know"),
        ("requisites", "Закон от 31 февраля 2011 года № 1", "is no day we can read"),
        ("requisites", "Закон", "does not say kind, date and number"),
        ("requisites", "Бумага Казахстана от 1 мая 2011 года № 1", "begins with no kind of law we know"),
        ("title", "", "the law has no title"),
    ],
)
def test_bad_json_is_refused_in_one_sentence(tmp_path: Path, field: str, value: str, words: str) -> None:
    staged = read_source(written(tmp_path, KAZAKH | {field: value}))
    assert [words in str(p) for p in staged.problems] == [True]
    assert staged.loaded == 0


@pytest.mark.parametrize("address", ["https://example.org/100%", "https://example.org/a[b", "example.org/law"])
def test_an_address_that_is_none_is_kept_as_a_note(tmp_path: Path, address: str) -> None:
    treaty = {"_id": "1", "_source": "UN/TreatyCollection", "mtdsg_no": "IV-9", "title": "A", "date": "1984-12-10"}
    for path in (written(tmp_path, KAZAKH | {"url": address}), written(tmp_path, treaty | {"url": address})):
        assert any(f"address as written: {address}" in t[2] for t in read_source(path).triples)
        assert violations(path) == []
    path = akn(tmp_path, dates=date("enacted", "2005-01-26"))
    path.write_text(path.read_text(encoding="utf-8").replace('"/akn/za', '"https://example.org/[/akn/za'), encoding="utf-8")
    assert any("address as written: https://example.org/[" in t[2] for t in read_source(path).triples)
    assert violations(path) == []


def test_half_a_character_and_two_laws_in_a_file_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, KAZAKH)
    text = path.read_text(encoding="utf-8")
    for damaged, words in (
        (text.replace("Президент", "\\ud800"), r"holds half of a character, \\ud800; write"),
        (f"{text}\n{text}", "holds 2 objects, not one law; write each in a file of its own"),
    ):
        path.write_text(damaged, encoding="utf-8")
        with pytest.raises(GraphbuildError, match=words):
            read_source(path)


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("ru", "Статья 1. Цель\nЖить.\nГлава 2\nПрезидент Республики", "st-1"),
        ("sl", "1. člen\nŽivi.\nŠt. 5-1", "clen-1"),
        ("az", "Maddə 1. Məqsəd\nYaşa.\nPrezident X", "madde-1"),
        ("uz", "1-modda. Maqsad\nYasha.\nO‘zbekiston Respublikasining Prezidenti", "modda-1"),
        ("en", "Article 1. Aim\nLive.", "article-1"),
    ],
)
def test_an_article_ends_where_the_law_does_in_each_language(language: str, text: str, name: str) -> None:
    assert [(a.name, a.text) for a in articles_of(text, language)] == [(name, text.splitlines()[1])]


def test_cut_json_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, KAZAKH)
    path.write_text(path.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    with pytest.raises(GraphbuildError, match="the file is not whole JSON"):
        read_source(path)


def test_numbers_have_one_spelling() -> None:
    assert {normal_number(n) for n in ("333-VІ ЗРК", "333 – VI", "№ 333-VI", "333-VI ЗРК")} == {"333-VI"}


# --- ELI -----------------------------------------------------------------------

TURTLE = """@prefix eli: <http://data.europa.eu/eli/ontology#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<http://data.legilux.public.lu/eli/etat/leg/loi/2016/07/23/n1/jo> a eli:LegalResource ; eli:id_local "n1" ;
  eli:date_document "2016-07-23"^^xsd:date ; eli:date_publication "2016-07-28"^^xsd:date ;
  eli:type_document <http://data.legilux.public.lu/resource/authority/resource-type/LOI> ;
  eli:is_realized_by <http://example.org/fr> ; eli:repeals <http://data.legilux.public.lu/eli/etat/leg/loi/1990/01/02/n3/jo> .
<http://example.org/fr> a eli:LegalExpression ; eli:title "Loi"@fr .
"""


def test_eli_becomes_laws_with_what_happened_to_them(tmp_path: Path) -> None:
    path = tmp_path / "law.ttl"
    path.write_text(TURTLE, encoding="utf-8")
    staged = read_source(path)
    assert (kind_of(path), staged.source, staged.read, staged.loaded) == ("eli", "law-lux-2016-n1", 1, 1)
    assert events(staged) == {
        "LUX/2016/n1/adopted/1": "2016-07-23", "LUX/2016/n1/published/2016-07-28": "2016-07-28",
        "LUX/1990/etat-leg-loi-n3/repealed/by/LUX/2016/n1": "2016-07-23",
    }
    assert values(staged, "law/LUX/2016/n1", "kind") == {f"<{ID}law-kind/law>"}
    assert violations(path) == []


@pytest.mark.parametrize(("code", "tag"), [("FRA", "fr"), ("ARA", "ar"), ("HUN", "hu"), ("1A0", "und")])
def test_the_title_of_a_law_in_eli_has_the_language_of_its_expression(code: str, tag: str, tmp_path: Path) -> None:
    path, authority = tmp_path / "law.ttl", "http://publications.europa.eu/resource/authority/language/"
    path.write_text(TURTLE.replace('"Loi"@fr', f'"Loi" ; eli:language <{authority}{code}>'), encoding="utf-8")
    assert values(read_source(path), "law/LUX/2016/n1", "titleAsWritten") == {f'"Loi"@{tag}'}


def test_a_finding_on_eli_names_the_file_and_the_law(tmp_path: Path) -> None:
    path = tmp_path / "law.ttl"
    path.write_text(TURTLE.replace("eli:type_document", "eli:unused"), encoding="utf-8")
    found = {(p.file, p.row) for p in validate([path])}
    assert ("law.ttl", "http://data.legilux.public.lu/eli/etat/leg/loi/2016/07/23/n1/jo") in found


def test_bad_eli_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "law.ttl"
    path.write_text(TURTLE[:-40], encoding="utf-8")
    with pytest.raises(GraphbuildError, match=r"law.ttl: line \d+: "):
        read_source(path)
    path.write_text(TURTLE.replace("2016-07-23", "2016-02-30").replace("data.legilux.public.lu", "example.org"), encoding="utf-8")
    assert "nothing says which state's law it is" in str(read_source(path).problems[0])
    path.write_text(TURTLE.replace('"2016-07-23"', '"2016-02-30"'), encoding="utf-8")
    assert any("is no day" in str(p) for p in read_source(path).problems)


def test_every_kind_that_a_source_means_is_a_concept() -> None:
    meant = read_toml(WORDS / "laws.toml")
    national, eli, akn = meant["json"], meant["eli"], meant["akn"]
    laws = {*national["numbered_for_the_state"], *(entry["kind"] for entry in national["title"])}
    tables = [national["days"], *eli.values(), akn["modifications"]]
    events = {*akn["of_drafts"], *akn["by_others"], *(kind for table in tables for kind in table.values())}
    assert laws <= set(notations("law-kind"))
    assert events <= set(notations("legal-event-kind"))
