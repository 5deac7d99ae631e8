"""Lists of people: real files with known totals, made-up ones for every oddity, and nothing of them in public."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphbuild import dates
from graphbuild.build import load, validate
from graphbuild.errors import GraphbuildError
from graphbuild.exports.formats import export
from graphbuild.exports.profiles import quads, withheld
from graphbuild.files.intake import InputError
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import find_question
from graphbuild.read import kind_of, read_source
from graphbuild.said.people import citizen_of
from graphbuild.said.spelling import ALONE, ordinary, words
from graphbuild.sources.sanctions import NEEDED
from graphbuild.sources.wikidata import edtf_of_time
from graphbuild.staged import Staged
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import ID, PREFIXES, UPR
from graphbuild.vocabulary import listed_names
from graphbuild.writtendates.inlists import edtf_of

SAMPLES = {"donations.ijson": "ftm", "eu-32006R0765.csv": "sanctions", "q254220.json": "wikidata",
           "experts.csv": "uwazipeople"}
#: Import fixtures of Uwazi that hold no persons.
FIXTURES = ("test.csv", "zipData_languages_import.csv", "arrangeThesauriTest.csv")


def found(staged: Staged, property_: str) -> Counter[str]:
    """How often each value of a property is said, without namespaces, language and quotation marks."""
    name = property_ if property_.startswith("<") else f"<{UPR}{property_}>"
    said = [re.sub(r"(@[\w-]+|\^\^<[^>]*>)$", "", t[2]) for t in staged.triples if t[1] == name]
    return Counter(v.strip('<>"').removeprefix(ID) for v in said)


def things(staged: Staged, class_: str) -> set[str]:
    return {t[0] for t in staged.triples if t[2] == f"<{UPR}{class_}>"}


def languages(staged: Staged) -> Counter[str]:
    names = things(staged, "Name")
    return Counter(
        t[2].strip('"') for t in staged.triples if t[0] in names and t[1] == f"<{PREFIXES['dcterms']}language>"
    )


# --- Real files ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def individuals(shared: Path) -> Path:
    return shared / "samples" / "individuals"


@pytest.fixture(scope="module")
def samples(individuals: Path) -> dict[str, Staged]:
    return {kind: read_source(individuals / name) for name, kind in SAMPLES.items()}


@pytest.fixture(scope="module")
def totals(shared: Path) -> dict[str, Any]:
    known: dict[str, Any] = json.loads((shared / "samples" / "known-totals.json").read_text(encoding="utf-8"))
    return known


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_known_by_its_content_and_nothing_of_it_is_lost(individuals: Path, name: str) -> None:
    assert kind_of(individuals / name) == SAMPLES[name]
    staged = read_source(individuals / name)
    assert staged.problems == []
    assert staged.read == staged.loaded + len(staged.left_out)


def test_no_other_sample_is_taken_for_a_list_of_people(shared: Path) -> None:
    for path in (shared / "samples").rglob("*"):
        if path.is_file() and path.name not in SAMPLES:
            assert kind_of(path) not in SAMPLES.values(), path


def test_every_entity_of_followthemoney_is_read(samples: dict[str, Staged], totals: dict[str, Any]) -> None:
    staged, known = samples["ftm"], totals["ftm_donations"]
    assert staged.read == staged.loaded == known["entities"]
    assert len(things(staged, "Person")) == known["schema"]["Person"]
    assert len(things(staged, "Organisation")) == known["schema"]["Company"] + known["schema"]["Organization"]
    assert found(staged, "kindAsWritten") == {"Payment": known["schema"]["Payment"]}
    assert found(staged, "fromParty").total() == found(staged, "toParty").total() == 290
    assert (
        found(staged, "amount").total()
        == found(staged, "dateAsWritten").total()
        == found(staged, "date").total()
        == 290
    )


def test_every_address_stands_with_whoever_has_it(samples: dict[str, Staged]) -> None:
    addresses = [field for field in found(samples["ftm"], "field").elements() if field.startswith("address: ")]
    assert len(addresses) == 10 + 24 + 69
    assert all(address.endswith(", DE") for address in addresses if "Hamburg" in address)


def test_titles_stay_with_the_names(samples: dict[str, Staged]) -> None:
    names = found(samples["ftm"], "name")
    assert len(names) == 22
    assert sum(name.startswith(("Frau ", "Herr ")) for name in names) == 20


def test_every_row_of_the_european_list_is_accounted_for(samples: dict[str, Staged], totals: dict[str, Any]) -> None:
    staged, known = samples["sanctions"], totals["eu-32006R0765"]
    assert (staged.read, staged.loaded, len(staged.left_out)) == (known["rows"], 407, known["schema"]["Asset"])
    assert len(things(staged, "Person")) == known["schema"]["Person"]
    assert len(things(staged, "Organisation")) == known["schema"]["LegalEntity"] + 1  # and the Union itself
    numbers = {field for field in found(staged, "field") if field.startswith("recordId: ")}
    assert len(numbers | {""}) == known["distinct_records"]


def test_every_birth_date_of_the_european_list_is_understood(
    samples: dict[str, Staged], totals: dict[str, Any]
) -> None:
    staged, known = samples["sanctions"], totals["eu-32006R0765"]["birthDate_forms"]
    written = found(staged, "bornAsWritten")
    assert written.total() == found(staged, "born").total() == known["d.m.yyyy"] + known["yyyy"] + known["other"]
    assert sum(bool(re.fullmatch(r"\d+\.\d+\.\d{4}", w)) for w in written.elements()) == known["d.m.yyyy"]
    odd = {
        "21.11.1964 / 1965": "[1964-11-21,1965]",
        "28.01 1966": "1966-01-28",
        "1979, 1980 or 1981": "[1979,1980,1981]",
    }
    assert set(totals["eu-32006R0765"]["birthDate_other"]) == set(odd) <= set(written)
    assert set(odd.values()) <= set(found(staged, "edtf"))


def test_every_listing_is_a_claim_of_the_union_with_its_day(samples: dict[str, Staged], totals: dict[str, Any]) -> None:
    staged, known = samples["sanctions"], totals["eu-32006R0765"]
    listings = [text for text in found(staged, "text").elements() if text.startswith("Listed in annex ")]
    assert len(listings) == 407
    undated = dict(known["startDate_forms"])[""]
    assert (
        found(staged, "dateAsWritten").total() == known["rows"] - undated - 1
    )  # the asset, which is left out, is dated
    assert found(staged, "date").total() == found(staged, "dateAsWritten").total()
    assert len(found(staged, "assertedBy")) == 1
    reasons = [t for t in staged.triples if "/claim/" in t[0] and "/reason-" in t[0] and t[1] == f"<{UPR}text>"]
    assert len(reasons) == 372


def test_names_of_the_european_list_stand_in_their_scripts(samples: dict[str, Staged]) -> None:
    staged = samples["sanctions"]
    assert set(languages(staged)) == {"und-Latn", "und-Cyrl"}
    assert languages(staged)["und-Cyrl"] > 300
    assert found(staged, "nameOf").total() == found(staged, "name").total() == len(things(staged, "Name")) > 1200
    assert set(found(staged, "citizenOf")) == {"state/BLR", "state/RUS", "state/SRB"}


def test_the_person_of_wikidata_has_names_in_four_spellings_and_three_states(samples: dict[str, Staged]) -> None:
    staged = samples["wikidata"]
    assert languages(staged) == {"en": 2, "ru": 1, "tt": 1}
    assert set(found(staged, "edtf")) == {"1983-05-12"}
    assert set(found(staged, "citizenOf")) == {"state/RUS", "state/UZB"} | {"state/KAZ"}
    assert found(staged, "citizenshipAsWritten").total() == 4
    assert "P102" in staged.remarks[0] and "P569" not in staged.remarks[0]


def test_a_table_of_experts_is_a_table_of_persons(samples: dict[str, Staged]) -> None:
    staged = samples["uwazipeople"]
    assert len(things(staged, "Person")) == staged.loaded == 14
    assert found(staged, "citizenOf").total() == 14


@pytest.mark.parametrize("name", FIXTURES)
def test_fixtures_without_persons_are_read_as_persons_only_if_one_says_so(individuals: Path, name: str) -> None:
    assert kind_of(individuals / name) != "uwazipeople"
    staged = read_source(individuals / name, "uwazipeople")
    assert staged.problems == [] and staged.read == staged.loaded > 0


# --- Nothing of them leaves in public ---------------------------------------------------------


@pytest.fixture(scope="module")
def store(individuals: Path, tmp_path_factory: pytest.TempPathFactory) -> OxigraphStore:
    made = OxigraphStore(tmp_path_factory.mktemp("people") / "graph")
    report = load(made, [individuals / name for name in SAMPLES])
    assert not report.refused and report.problems == []
    return made


@pytest.fixture(scope="module")
def public(store: OxigraphStore, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The texts of public exports: all layers in two formats, the settled layer as tables."""
    folder = tmp_path_factory.mktemp("public")
    for form in ("nquads", "jsonld", "csv"):
        export(store, form, folder / form)
    tables = "\n".join(path.read_text(encoding="utf-8") for path in sorted((folder / "csv").iterdir()))
    texts = {form: (folder / form).read_text(encoding="utf-8") for form in ("nquads", "jsonld")}
    return {"csv": tables, "nquads": texts["nquads"],
            "jsonld": json.dumps(json.loads(texts["jsonld"]), ensure_ascii=False)}


def names_of(samples: dict[str, Staged]) -> set[str]:
    return {name for staged in samples.values() for name in found(staged, "name")}


@pytest.mark.parametrize("form", ["nquads", "jsonld", "csv"])
def test_nothing_of_a_register_of_people_leaves_in_public(
    public: dict[str, str], samples: dict[str, Staged], form: str
) -> None:
    text, names = public[form], names_of(samples)
    assert len(names) > 1200
    assert [name for name in names if name in text] == []
    telling = {word for name in names for word in words(name) if len(word) >= ALONE} - ordinary()
    assert telling & set(words(text)) == set()
    assert "/person/" not in text and "/relation/" not in text and "/claim/sanctions" not in text


@pytest.mark.parametrize("form", ["nquads", "jsonld", "csv"])
def test_no_identifier_and_no_reason_leaves_in_public(
    public: dict[str, str], samples: dict[str, Staged], form: str
) -> None:
    fields = [field.partition(": ") for staged in samples.values() for field in found(staged, "field")]
    numbers = {
        value for name, _, value in fields if name in ("id", "passportNumber", "idNumber", "uri") and len(value) > 5
    }
    assert len(numbers) > 150
    reasons = {text[:40] for text in found(samples["sanctions"], "text")}
    secrets = numbers | reasons | {"Q254220", "donations", "experts.csv", "-experts", "eu-32006R0765.csv"}
    assert [secret for secret in secrets if secret in public[form]] == []


def test_no_day_of_birth_leaves_in_public(public: dict[str, str], samples: dict[str, Staged]) -> None:
    born = {t for s in samples.values() for t in found(s, "born")}
    assert len(born) > 250
    assert not born & set(re.findall(re.escape(ID) + r"(date/[^>]*)>", public["nquads"]))


def test_the_owner_keeps_all_of_it(store: OxigraphStore) -> None:
    assert withheld(store, "internal") == set()
    assert len(withheld(store, "public")) > 2000


def test_no_iri_holds_an_identifier_or_a_name(samples: dict[str, Staged]) -> None:
    for staged in samples.values():
        persons = things(staged, "Person") | things(staged, "Name")
        assert all(re.search(r"/P-[0-9a-f]{12}(/\d+)?>$", person) for person in persons)
        assert len(found(staged, "sensitivity")) == 1 and set(found(staged, "sensitivity")) == {"sensitivity/S2"}


def test_a_claim_that_is_protected_itself_does_not_leave(tmp_path: Path) -> None:
    from small_store import small_store

    more = "id:claim/sample/C-1 upr:sensitivity id:sensitivity/S2 .\n"
    without, beside = small_store(tmp_path / "one"), small_store(tmp_path / "two", more)
    for made, there in ((without, True), (beside, False)):
        claims = {str(quad.subject) for quad in quads(made, "public")}
        assert (f"<{ID}claim/sample/C-1>" in claims) is there


def test_a_given_name_that_many_protected_persons_bear_gives_nobody_away(tmp_path: Path) -> None:
    from small_store import small_store

    def people(number: int) -> str:
        return "".join(
            f'id:person/sample/P-{n} a upr:Person ; upr:sensitivity id:sensitivity/S2 . '
            f'id:name/sample/P-{n}/1 a upr:Name ; upr:nameOf id:person/sample/P-{n} ; upr:name "Wilhelma Quorn{"x" * n}" .\n'
            for n in range(50, 50 + number)
        ) + 'id:law/AAA/2014/5 upr:note "Wilhelma" .\n'

    def notes(number: int) -> list[str]:
        made = quads(small_store(tmp_path / str(number), people(number)), "public")
        return [quad.object.value for quad in made if quad.predicate.value.endswith("#note")]

    assert "Wilhelma" in notes(5)
    assert "Wilhelma" not in notes(4)


def test_persons_can_be_asked_for_by_source_and_script(store: OxigraphStore) -> None:
    question = find_question("persons-in-source")
    assert len(ask(store, question, {"source": "sanctions-32006r0765"}).rows) == 312
    cyrillic = ask(store, question, {"source": "sanctions-32006r0765", "script": "und-Cyrl"}).rows
    assert 150 < len(cyrillic) < 312
    assert all("und-Cyrl" in row[question.columns.index("scripts")] for row in cyrillic)
    (one,) = ask(store, question, {"state": "KAZ"}).rows
    assert one[3:] == ["1983-05-12", "1983-05-12", "4", "en; ru; tt", "KAZ; RUS; UZB"]


# --- Dates in words ---------------------------------------------------------------------------


@pytest.mark.parametrize(("written", "edtf"), [
    ("26.7.1977", "1977-07-26"), ("26.07.1977", "1977-07-26"), ("1966", "1966"), ("9 March 2026", "2026-03-09"),
    ("9th of March", ""), ("March 9, 2026", "2026-03-09"), ("Jan. 1958", "1958-01"), ("9. März 1950", "1950-03-09"),
    ("between 1.1.1961 and 31.12.1963", "[1961-01-01..1963-12-31]"), ("zwischen 1961 und 1963", "[1961..1963]"),
    ("around 1970", "1970~"), ("ca. 1970", "1970~"), ("etwa 1970", "1970~"), ("circa May 1970", "1970-05~"),
    ("1954 or 1955", "[1954,1955]"), ("1980-1990", "[1980..1990]"), ("1980 – 1990", "[1980..1990]"),
    ("1964/1965", "[1964,1965]"), ("1977-07-26", "1977-07-26"), ("1977-07", "1977-07"), ("1970s", "197X"),
    ("00.00.1966", "1966"), ("00.05.1966", "1966-05"), ("3/4/1960", "[1960-03-04,1960-04-03]"),
    ("4/4/1960", "1960-04-04"), ("12/31/1960", "1960-12-31"), ("2002-07-04T00:00:00", "2002-07-04"),
    ("31.2.1960", ""), ("13.13.1960", ""), ("unknown", ""), ("", ""), ("1990-1980", ""), ("Smarch 1960", ""),
    ("before 1960", ""), ("0000", ""), ("21/13/1960", ""),
])
def test_a_written_date_is_understood_or_refused(written: str, edtf: str) -> None:
    if edtf:
        assert edtf_of(written) == edtf
        assert dates.parse(edtf)
    else:
        with pytest.raises(ValueError):
            edtf_of(written)


def test_words_for_people_of_several_states_name_none() -> None:
    assert citizen_of(["Belarusian", "Kazakh", "belarusian"]) != ()
    assert citizen_of([*listed_names("of_several_states")]) == ()


# --- Made-up files ----------------------------------------------------------------------------

PERSON = {"id": "p1", "schema": "Person", "properties": {"name": ["Testina Quillfeather"], "birthDate": ["1954", "1955"],
          "nationality": ["kz", "suhh"], "wikidataId": ["Q123"], "gender": ["female"]}}
FIRM = {"id": "c1", "schema": "Company", "properties": {"name": ["Made Up Ltd", "MU"], "addressEntity": ["a1", "a9"]}}
ADDRESS = {"id": "a1", "schema": "Address", "properties": {"full": ["1 Road"], "country": ["kz"]}}
OWNERSHIP = {"id": "o1", "schema": "Ownership", "properties": {"owner": ["p1"], "asset": ["c1", "zz"],
             "startDate": ["2001-02"], "endDate": ["2003"], "percentage": ["50"]}}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def call(*entities: Any, name: str = "made.json", text: str = "") -> Path:
        path = tmp_path / name
        path.write_text(text or "\n".join(json.dumps(e, ensure_ascii=False) for e in entities), encoding="utf-8")
        return path

    return call


def test_followthemoney_entities_keep_what_has_no_term(write: Write) -> None:
    path = write(PERSON, FIRM, ADDRESS, OWNERSHIP)
    staged = read_source(path)
    assert staged.problems == [] and staged.read == staged.loaded == 4
    assert {
        "gender: female",
        "id: p1",
        "address: 1 Road, KZ",
        "addressEntity: a9",
        "percentage: 50",
        "asset: zz",
    } <= set(found(staged, "field"))
    assert set(found(staged, "edtf")) == {"[1954,1955]", "2001-02/2003"}
    assert set(found(staged, "citizenOf")) == {"state/KAZ"} and "suhh" in found(staged, "citizenshipAsWritten")
    assert set(found(staged, "wikidata")) == {"http://www.wikidata.org/entity/Q123"}
    assert validate([path]) == []


def test_an_entity_on_two_lines_is_one(write: Write) -> None:
    other = PERSON | {"properties": {"name": ["Тестина Квиллфезерова"]}}
    staged = read_source(write(PERSON, other))
    assert staged.loaded == 2 and len(things(staged, "Person")) == 1
    assert languages(staged) == {"und-Latn": 1, "und-Cyrl": 1}


@pytest.mark.parametrize("form", ["list", "object", "spread"])
def test_followthemoney_may_come_as_a_list_or_as_one_object(write: Write, form: str) -> None:
    text = json.dumps([PERSON] if form == "list" else PERSON, indent=2 if form == "spread" else None)
    assert read_source(write(text=text)).loaded == 1


def test_what_nobody_refers_to_or_no_term_fits_is_left_out_with_its_reason(write: Write) -> None:
    staged = read_source(write(PERSON, ADDRESS, {"id": "v", "schema": "Vessel", "properties": {}}))
    assert [(left.place, left.why) for left in staged.left_out] == [
        ("made.json:2", "nobody in the file has this address"),
        ("made.json:3", "its schema is not used"),
    ]


@pytest.mark.parametrize(("broken", "column", "message"), [
    (PERSON | {"schema": "Persona"}, "schema", "is no schema of FollowTheMoney"),
    ({"schema": "Person", "properties": {}}, "id", "has no id"),
    (PERSON | {"properties": ["name"]}, "properties", "has no properties"),
    (PERSON | {"properties": {"name": "Testina"}}, "name", "is not a list of texts"),
    (PERSON | {"properties": {"name": [1]}}, "name", "is not a list of texts"),
    (PERSON | {"schema": "Company"}, "id", "is Company here and Person in row 1"),
])
def test_a_broken_entity_is_named_with_its_line(
    write: Write, broken: dict[str, Any], column: str, message: str
) -> None:
    staged = read_source(write(PERSON, broken))
    (problem,) = staged.problems
    assert (problem.row, problem.column) == (2, column)
    assert message in str(problem)


@pytest.mark.parametrize(("text", "message"), [
    (json.dumps(PERSON) + "\n" + json.dumps(FIRM)[:-9], "line 2 is not whole JSON"),
    (json.dumps(PERSON)[:-5], "the file is not whole JSON"),
    (json.dumps([PERSON, 5]), "entity 2 is not an object"),
    (json.dumps(PERSON) + "\n[1]", "entity 2 is not an object"),
    (json.dumps(PERSON) + "\n" + "[" * 100_000, "line 2 is n"),
    (json.dumps(PERSON) + "\n" + json.dumps(PERSON)[:-1] + ', "x": "\\udc00"}', "line 2 holds half of a character, \\udc00"),
])
def test_damaged_json_is_refused_in_one_sentence(write: Write, text: str, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as refused:
        read_source(write(text=text))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("kind", SAMPLES.values())
def test_a_page_in_place_of_a_list_is_refused_in_one_sentence(write: Write, kind: str) -> None:
    path = write(name="page.csv", text="<!DOCTYPE html><html><body>Sign in</body></html>")
    with pytest.raises(InputError, match=r"(html|HTML).*; (download|export)") as refused:
        read_source(path, kind)
    assert "\n" not in str(refused.value)
    with pytest.raises(GraphbuildError, match="not recognised"):
        read_source(path)


def test_bytes_that_are_no_utf_8_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "made.json"
    path.write_bytes(json.dumps(PERSON, ensure_ascii=False).encode() + b"\n\xff")
    with pytest.raises(InputError, match="is not UTF-8"):
        read_source(path)


# --- Wikidata ---------------------------------------------------------------------------------


def claim(value: Any, rank: str = "normal") -> dict[str, Any]:
    return {
        "rank": rank,
        "mainsnak": {"snaktype": "value", "datavalue": {"value": value}} if value else {"snaktype": "somevalue"},
    }


def item(**claims: list[Any]) -> dict[str, Any]:
    human = [claim({"id": "Q5", "numeric-id": 5})]
    return {"type": "item", "id": "Q99", "labels": {"ru": {"language": "ru", "value": "Тестина"}}, "aliases": [],
            "claims": {"P31": human} | claims}


def moment(time: str, precision: int, **more: Any) -> dict[str, Any]:
    return {"time": time, "precision": precision} | more


@pytest.mark.parametrize(("value", "edtf"), [
    (moment("+1983-05-12T00:00:00Z", 11), "1983-05-12"),
    (moment("+1983-05-00T00:00:00Z", 10), "1983-05"),
    (moment("+1983-00-00T00:00:00Z", 9), "1983"),
    (moment("+00000001983-00-00T00:00:00Z", 9), "1983"),
    (moment("+1983-00-00T00:00:00Z", 8), "198X"),
    (moment("+2000-00-00T00:00:00Z", 7), "[1901..2000]"),
    (moment("+1500-00-00T00:00:00Z", 6), ""),
    (moment("-0044-03-15T00:00:00Z", 11), ""),
    (moment("+1983-13-01T00:00:00Z", 11), ""),
    ({"time": 5, "precision": 11}, ""),
    ({"time": "+1983-05-12T00:00:00Z"}, ""),
    (moment("+1900-01-25T00:00:00Z", 11, calendarmodel="http://www.wikidata.org/entity/Q1985786"), "1900-02-06"),
    (moment("+1917-10-25T00:00:00Z", 11, calendarmodel="http://www.wikidata.org/entity/Q1985786"), "1917-11-07"),
    (moment("+1917-00-00T00:00:00Z", 9, calendarmodel="http://www.wikidata.org/entity/Q1985786"), "1917~"),
])
def test_a_time_of_wikidata_has_its_precision(value: dict[str, Any], edtf: str) -> None:
    if edtf:
        assert edtf_of_time(value) == edtf
    else:
        with pytest.raises(ValueError):
            edtf_of_time(value)


@pytest.mark.parametrize(("said", "edtf"), [
    ([claim(moment("+1954-00-00T00:00:00Z", 9)), claim(moment("+1955-00-00T00:00:00Z", 9))], {"[1954,1955]"}),
    ([claim(moment("+1954-00-00T00:00:00Z", 9)), claim(moment("+1955-00-00T00:00:00Z", 9), "preferred")], {"1955"}),
    ([claim(moment("+1954-00-00T00:00:00Z", 9)), claim(moment("+1955-00-00T00:00:00Z", 9), "deprecated")], {"1954"}),
    ([claim(moment("+1954-05-06T00:00:00Z", 11)), claim(moment("+1900-00-00T00:00:00Z", 7))], {"[1954-05-06,1801..1900]"}),
    ([claim(None)], set()),
    ([claim(moment("-0100-00-00T00:00:00Z", 9))], set()),
])
def test_several_dates_of_wikidata_are_alternatives_of_the_best_rank(
    write: Write, said: list[Any], edtf: set[str]
) -> None:
    staged = read_source(write(item(P569=said)))
    assert staged.problems == [] and staged.loaded == 1
    assert set(found(staged, "edtf")) == edtf
    assert any(field.startswith("P569: ") for field in found(staged, "field"))


@pytest.mark.parametrize("wrapped", [True, False])
def test_entities_come_wrapped_or_bare(write: Write, wrapped: bool) -> None:
    path = write({"entities": {"Q99": item()}} if wrapped else item())
    assert kind_of(path) == "wikidata"
    staged = read_source(path)
    assert languages(staged) == {"ru": 1}
    assert validate([path]) == []


def test_what_is_no_human_being_is_left_out_with_its_reason(write: Write) -> None:
    town = item(P31=[claim({"id": "Q515"})])
    staged = read_source(write({"entities": {"Q99": town, "Q98": {"id": "Q98", "missing": ""}, "Q97": item()}}))
    assert (staged.read, staged.loaded) == (3, 1)
    assert [left.why for left in staged.left_out] == [
        "it is not said to be a human being (P31 is not Q5)",
        "Wikidata has no such entity",
    ]


@pytest.mark.parametrize(("broken", "column"), [
    (item() | {"id": "five"}, "id"),
    ({"id": "Q5", "labels": {}}, "claims"),
    (item() | {"labels": {"en": "Testina"}}, "labels"),
    (item() | {"aliases": {"en": "Testina"}}, "aliases"),
    (item(P569=["1983"]), "claims"),
])
def test_an_entity_in_another_form_is_a_problem(write: Write, broken: dict[str, Any], column: str) -> None:
    (problem,) = read_source(write(broken), "wikidata").problems
    assert problem.column == column and problem.remedy


# --- The European list ------------------------------------------------------------------------

LISTED = dict.fromkeys(NEEDED, "") | {
    "celex": "32099R0001", "recordId": "1", "programKey": "EU-AAA", "annex": "I", "measure": "Asset freeze",
    "startDate": "20 March 2022", "reason": "Testina Quillfeather did it.", "schema": "Person",
    "name": "Testina QUILLFEATHER (Testyna QUILLFETHER)", "alias": "Тестина КВИЛЛФЕЗЕРОВА; تستينا", "birthDate": "1954",
}


@pytest.fixture
def table(tmp_path: Path) -> Write:
    def call(*rows: dict[str, str], rename: tuple[str, str] = ("", "")) -> Path:
        path = tmp_path / "list.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            made = [LISTED | row for row in rows]
            writer.writerow([rename[1] if name == rename[0] else name for name in made[0]])
            writer.writerows(row.values() for row in made)
        return path

    return call


def test_several_rows_of_a_record_are_one_person_with_all_names(table: Write) -> None:
    path = table({}, {"name": "Tess QUILL", "birthDate": "around 1956", "measure": "Travel ban", "startDate": ""})
    staged = read_source(path)
    assert staged.problems == [] and staged.loaded == 2
    assert len(things(staged, "Person")) == 1 and len(things(staged, "Claim")) == 4
    assert languages(staged) == {"und-Latn": 3, "und-Cyrl": 1, "und-Arab": 1}
    assert {"[1954,1956~]", "2022-03-20"} == set(found(staged, "edtf"))
    assert validate([path]) == []


def test_the_same_number_in_another_annex_is_somebody_else(table: Write) -> None:
    staged = read_source(table({}, {"annex": "II"}, {"schema": "LegalEntity"}))
    assert len(things(staged, "Person")) == 2 and len(things(staged, "Organisation")) == 2


def test_an_unknown_date_is_kept_as_written_and_told(table: Write) -> None:
    staged = read_source(table({"birthDate": "the year of the flood"}))
    assert staged.loaded == 1 and not found(staged, "born")
    assert set(found(staged, "bornAsWritten")) == {"the year of the flood"}
    assert "dates in no form we know, kept as written: rows 2" in staged.remarks


def test_a_renamed_column_is_named(table: Write) -> None:
    path = table({}, rename=("birthDate", "bornOn"))
    assert kind_of(path) == "sanctions"
    (problem,) = read_source(path).problems
    assert str(problem).startswith("list.csv, row 1, column birthDate: the column is missing; give the column")


def test_what_is_neither_person_nor_organisation_is_left_out(table: Write) -> None:
    staged = read_source(table({}, {"schema": "Vessel"}, {"schema": "Project"}))
    assert (staged.problems, [one.what for one in staged.left_out]) == ([], ["Vessel", "Project"])


@pytest.mark.parametrize(("cells", "column"), [({"schema": "Human"}, "schema"), ({"name": ""}, "name")])
def test_a_bad_row_is_named(table: Write, cells: dict[str, str], column: str) -> None:
    (problem,) = read_source(table({}, cells)).problems
    assert (problem.row, problem.column) == (3, column)


# --- Tables of persons ------------------------------------------------------------------------

UWAZI = """Title__en,Title__es,Date of birth,nationality,place_geolocation,Tags
Testina Quillfeather,Testina Plumapluma,3/4/1960,Kazakhstan,1|2,one|two
Тестина,,sometime,Atlantis,,
"""


def test_titles_in_two_languages_are_two_names(write: Write) -> None:
    path = write(name="people.csv", text=UWAZI)
    assert kind_of(path) == "uwazipeople"
    staged = read_source(path)
    assert languages(staged) == {"en": 2, "es": 1}
    assert set(found(staged, "field")) == {"place_geolocation: 1|2", "Tags: one", "Tags: two"}
    assert set(found(staged, "edtf")) == {"[1960-03-04,1960-04-03]"}
    assert set(found(staged, "citizenshipAsWritten")) == {"Kazakhstan", "Atlantis"}
    assert any("kept as written: rows 3" in remark for remark in staged.remarks)
    assert validate([path]) == []


@pytest.mark.parametrize(("text", "message"), [
    ("label,gender\nTestina,female\n", "there is no column with names"),
    ("title,gender\n,female\n", "the cell is empty"),
    ("title,gender\nTestina,female,and,more\n", "has 4 cells, the header 2"),
])
def test_a_table_that_is_not_whole_is_a_problem(write: Write, text: str, message: str) -> None:
    (problem,) = read_source(write(name="people.csv", text=text), "uwazipeople").problems
    assert message in str(problem)


@pytest.mark.parametrize("header", [
    "title,text,state under review,recommendation", "name,value", "name,nationality", "iso3,name",
])
def test_other_tables_are_not_taken_for_persons(write: Write, header: str) -> None:
    assert kind_of(write(name="other.csv", text=header + "\na,b,c,d\n")) != "uwazipeople"
