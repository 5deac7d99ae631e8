"""What is protected stays: not the person, not a way back to the person, not the name in any text."""

import csv
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from small_store import PROTECTED, small_store

from graphbuild import resources
from graphbuild.errors import GraphbuildError
from graphbuild.exports import names, profiles
from graphbuild.exports.formats import FORMATS, export
from graphbuild.said.spelling import words
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import ID, UPR


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> OxigraphStore:
    return small_store(tmp_path_factory.mktemp("profiles") / "graph")


def spoken_of(store: OxigraphStore, profile: str) -> set[str]:
    nodes = {n for q in profiles.quads(store, profile) for n in (q.subject, q.object)}
    return {n.value.removeprefix(ID) for n in nodes if isinstance(n, ox.NamedNode)}


# --- What the query withholds -----------------------------------------------------


@pytest.mark.parametrize("thing, why", [
    ("person/sample/P-1", "a person at level 2"),
    ("person/sample/P-4", "a person without a level"),
    ("name/sample/P-1/2", "a name"),
    ("act/sample/A-1", "an act done to the person"),
    ("event/sample/E-2", "an event at level 3"),
    ("event/sample/E-3", "a part of such an event"),
    ("act/sample/A-2", "an act in such a part"),
    ("claim/sample/C-2", "a claim about the person"),
    ("figure/sample/F-2", "a figure about such an act"),
    ("claim/sample/C-3", "a claim about a law, made in a protected document"),
    ("document/sample/CASE", "a document about one person"),
    ("passage/sample/CASE/p3", "a passage of such a document"),
    ("passage/sample/DOC/p2", "a passage that only a withheld claim needs"),
    ("date/1960-08-10", "a date that only a withheld person needs"),
])
def test_public_leaves_out(sample: OxigraphStore, thing: str, why: str) -> None:
    assert thing in spoken_of(sample, "internal") or "P-4" in thing, why
    assert thing not in spoken_of(sample, "public"), why


@pytest.mark.parametrize("thing, why", [
    ("person/sample/P-3", "a person in a public office"),
    ("name/sample/P-3/1", "and the name"),
    ("event/sample/E-1", "an event that protects nobody"),
    ("act/sample/A-3", "an act done to nobody in particular"),
    ("record/sample/r1", "a record that mentions a protected person"),
    ("recommendation/AAA/1/95.1", "a recommendation that mentions one"),
    ("figure/sample/F-1", "a figure about an open event"),
    ("passage/sample/DOC/p1", "a passage that an open claim needs"),
    ("date/2010", "a date that others need"),
])
def test_public_keeps(sample: OxigraphStore, thing: str, why: str) -> None:
    assert thing in spoken_of(sample, "public"), why


def test_what_stays_loses_only_its_links_to_what_goes(sample: OxigraphStore) -> None:
    hidden = profiles.withheld(sample, "public")
    quads = set(profiles.quads(sample, "public"))
    lost = {q for q in profiles.quads(sample, "internal") if q not in quads}
    gone = hidden | {f"<{ID}{thing}>" for thing in ("date/1960-08-10", "passage/sample/DOC/p2", "claim/sample/C-3")}
    assert all(str(q.subject) in gone or str(q.object) in gone for q in lost)
    recommendation = [q for q in quads if q.subject.value == ID + "recommendation/AAA/1/95.1"]
    assert {UPR + "text", UPR + "position"} <= {q.predicate.value for q in recommendation}
    assert UPR + "mentions" not in {q.predicate.value for q in recommendation}


@pytest.mark.parametrize(("change", "found"), [("?level < 2)", "0 places"), ("?level <= 1 &&\n?level <= 1)", "2 places")])
def test_a_profile_that_compares_levels_otherwise_is_told_and_not_taken_for_another(
    sample: OxigraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, found: str
) -> None:
    written = (resources.PROFILES / "public.rq").read_text(encoding="utf-8")
    (tmp_path / "public.rq").write_text(written.replace("?level <= 1)", change), encoding="utf-8")
    monkeypatch.setattr(resources, "PROFILES", tmp_path)
    with pytest.raises(GraphbuildError, match=rf"public\.rq: compares \?level with 1 in {found}"):
        profiles.withheld(sample, "internal")


@pytest.mark.parametrize("level", ["S2", "S3"])
def test_an_act_that_identifies_a_person_stays_with_all_that_is_said_of_it(level: str, tmp_path: Path) -> None:
    more = f"""id:act/sample/A-3 upr:sensitivity id:sensitivity/{level} .
id:claim/sample/C-4 a upr:Claim ; upr:about id:act/sample/A-3 ; upr:text "Four attackers of one writer"@en .
"""
    assert not {"act/sample/A-3", "claim/sample/C-4"} & spoken_of(small_store(tmp_path / "graph", more), "public")


def test_a_recommendation_of_which_a_protected_record_speaks_stays(tmp_path: Path) -> None:
    left = spoken_of(small_store(tmp_path / "graph", "id:record/sample/r2 upr:sensitivity id:sensitivity/S2 .\n"), "public")
    assert not [name for name in left if "AAA/1/95.1" in name or name.startswith("record/")]
    assert "law/AAA/2014/5" in left


def test_internal_leaves_out_level_4_alone(sample: OxigraphStore) -> None:
    left = spoken_of(sample, "internal")
    assert "person/sample/P-1" in left
    assert not {"person/sample/P-2", "name/sample/P-2/1", "person/sample/P-4"} & left


def test_a_level_that_is_not_known_protects(tmp_path: Path) -> None:
    more = "id:person/sample/P-3 upr:sensitivity id:sensitivity/S9 ."
    assert "person/sample/P-3" not in spoken_of(small_store(tmp_path / "graph", more), "public")


def test_the_query_holds_the_number_that_tells_the_profiles_apart() -> None:
    text = (resources.PROFILES / "public.rq").read_text(encoding="utf-8")
    assert text.count("(?level <= 1)") == text.count("?level <= ") - 1 == 1


# --- No name leaves in a text ---------------------------------------------------------


def texts_of(quads: list[ox.Quad]) -> list[str]:
    return [q.object.value for q in quads if isinstance(q.object, ox.Literal)]


@pytest.mark.parametrize("text", [
    "\"A letter by Testina Quillfeather\"@en",
    "\"the QUILLFEATHER case\"@en",
    "\"Quíllfeather's case\"@en",
    "\"(quillfeather)\"",
    "\"письмо Квиллфезеровой\"@ru",
    "\"о деле Тестины\"@ru",
    "\"see https://example.org/hushington\"@en",
])
def test_a_text_with_a_protected_name_stays_alone_and_is_told(text: str, tmp_path: Path) -> None:
    told = list[str]()
    without = list(profiles.quads(small_store(tmp_path / "without"), "public"))
    store = small_store(tmp_path / "graph", f"id:law/AAA/2014/5 upr:note {text} .\n")
    assert list(profiles.quads(store, "public", told.append)) == without, "all else leaves as if it had not been said"
    message = told[0]
    assert message.startswith("kept back 1 text with a protected name (")
    assert "laws.csv:2" in message and "law/AAA/2014/5" in message and "note" in message
    assert not set(words(message)) & {w for name in PROTECTED for w in words(name)}


def test_of_many_texts_that_stay_the_first_are_told(tmp_path: Path) -> None:
    told = list[str]()
    notes = "".join(f'id:law/AAA/2014/5 upr:{p} "Quillfeather" .\n' for p in ("note", "place", "title", "stated", "url"))
    list(profiles.quads(small_store(tmp_path / "graph", notes), "public", told.append))
    assert "kept back 5 texts" in told[0]
    assert told[0].count("law/AAA/2014/5: ") == profiles.SHOWN and "…" in told[0]


def test_nothing_is_told_of_texts_where_each_leaves(sample: OxigraphStore) -> None:
    told = list[str]()
    assert list(profiles.quads(sample, "public", told.append))
    assert told == ["kept back 1 thing that cannot stand without what is protected (Claim 1)"]


def test_a_text_of_a_thing_whose_id_holds_a_name_does_not_save_the_rest(tmp_path: Path) -> None:
    store = small_store(tmp_path / "graph", 'id:document/sample/hushington upr:note "Hushington" .\n')
    with pytest.raises(GraphbuildError, match="nothing was written"):
        list(profiles.quads(store, "public"))


@pytest.mark.parametrize("address", [
    "https://example.org/2014/testina-quillfeather",
    "https://testinaquillfeather.example.org/",
    "http://purl.org/dc/terms/quillfeather",
    "https://example.org/%D0%9A%D0%B2%D0%B8%D0%BB%D0%BB%D1%84%D0%B5%D0%B7%D0%B5%D1%80%D0%BE%D0%B2%D0%B0",
])
def test_a_protected_name_in_an_address_stops_the_export(address: str, tmp_path: Path) -> None:
    store = small_store(tmp_path / "graph", f"id:document/sample/DOC upr:url <{address}> .\n")
    with pytest.raises(GraphbuildError, match="document/sample/DOC: url holds a protected name"):
        list(profiles.quads(store, "public"))


def test_a_protected_name_in_an_id_is_not_repeated_in_the_message(tmp_path: Path) -> None:
    more = 'id:event/sample/hushington a upr:Event ; rdfs:label "A trial"@en ; upr:sensitivity id:sensitivity/S0 .\n'
    with pytest.raises(GraphbuildError) as stopped:
        list(profiles.quads(small_store(tmp_path / "graph", more), "public"))
    assert "hushington" not in str(stopped.value).lower()


def test_a_protected_name_in_a_row_or_property_is_not_repeated_in_the_message(tmp_path: Path) -> None:
    told = list[str]()
    row = 'id:law/AAA/2014/9 upr:row "quillfeather.csv:2" ; upr:note "Quillfeather" .\n'
    list(profiles.quads(small_store(tmp_path / "row", row), "public", told.append))
    with pytest.raises(GraphbuildError, match="a property holds a protected name") as stopped:
        list(profiles.quads(small_store(tmp_path / "graph", 'id:law/AAA/2014/5 rdfs:quillfeather "x" .\n'), "public"))
    assert "kept back 2 texts" in told[0] and "quillfeather" not in f"{told} {stopped.value}".lower()


@pytest.mark.parametrize("name", ["Definition", "Broader", "Derived", "String"])
def test_whoever_is_called_like_a_property_or_a_kind_of_value_stops_nothing(name: str, tmp_path: Path) -> None:
    more = f'id:name/sample/P-4/9 a upr:Name ; upr:nameOf id:person/sample/P-4 ; upr:name "{name}" .\n'
    left = list(profiles.quads(small_store(tmp_path / "graph", more), "public"))
    assert "On +Speech" in texts_of(left)
    assert {q.predicate.value.split("#")[-1] for q in left} >= {"definition", "broader", "wasDerivedFrom"}


@pytest.mark.parametrize("value", ['"x"^^<https://example.org/quillfeather>', '"x"@en-x-hush-hushingt'])
def test_a_protected_name_in_the_kind_of_a_value_stays_with_it(value: str, tmp_path: Path) -> None:
    name = 'id:name/sample/P-4/9 a upr:Name ; upr:nameOf id:person/sample/P-4 ; upr:name "Hushingt" .\n'
    store = small_store(tmp_path / "graph", f"{name}id:law/AAA/2014/5 upr:note {value} .\n")
    assert "x" not in texts_of(list(profiles.quads(store, "public")))


def test_nothing_is_written_when_an_address_holds_a_name(tmp_path: Path) -> None:
    store = small_store(tmp_path / "graph", "id:document/sample/DOC upr:url <https://example.org/quillfeather> .\n")
    folder = tmp_path / "out"
    folder.mkdir()
    for form in FORMATS:
        with pytest.raises(GraphbuildError, match="nothing was written"):
            export(store, form, folder / form)
    assert list(folder.iterdir()) == []
    export(store, "turtle", folder / "all.ttl", profile="internal")


def test_no_file_holds_a_text_that_stays(tmp_path: Path) -> None:
    store = small_store(tmp_path / "graph", 'id:law/AAA/2014/5 upr:note "Quillfeather" .\n')
    for form in FORMATS:
        for text in leaving(store, tmp_path, form, "settled"):
            assert "quillfeather" not in text.casefold(), form


@pytest.mark.parametrize("text", [
    "\"quillfeathery prose\"@en",
    "\"On elections and other rights\"@en",
    "\"Minister Openhand signed\"@en",
])
def test_other_words_leave(text: str, tmp_path: Path) -> None:
    store = small_store(tmp_path / "graph", f"""id:law/AAA/2014/5 upr:note {text} .
id:name/sample/P-1/9 a upr:Name ; upr:nameOf id:person/sample/P-1 ; upr:name "Elections Openhand" .
""")
    assert text.split('"')[1] in texts_of(list(profiles.quads(store, "public")))


OTHERWISE = """id:person/sample/P-5 a upr:Person ; upr:sensitivity id:sensitivity/S2 .
id:name/sample/P-5/1 a upr:Name ; upr:nameOf id:person/sample/P-5 ; upr:name "Yevgeny Kozlov" .
id:name/sample/P-5/2 a upr:Name ; upr:nameOf id:person/sample/P-5 ; upr:name "Евгений Козлов" .
"""


@pytest.mark.parametrize("word", [
    "Kozlow", "Kozlova", "Kozloff", "Kozlowa", "KOZLÓV", "Козловой", "Jewgeni", "Evgeniy", "Evgenij",
])
def test_a_name_is_found_as_others_write_it(word: str, tmp_path: Path) -> None:
    note = f'id:law/AAA/2014/5 upr:note "Trial of {word} (and others)"@en .\n'
    store = small_store(tmp_path / "graph", OTHERWISE + note)
    assert not [text for text in texts_of(list(profiles.quads(store, "public"))) if word in text]


@pytest.mark.parametrize(("documents", "leaves"), [
    ("id:document/sample/DOC", True),
    ("id:document/sample/CASE", False),
    ("id:document/sample/DOC, id:document/sample/CASE", False),
])
def test_a_claim_leaves_where_all_that_it_is_made_in_does(documents: str, leaves: bool, tmp_path: Path) -> None:
    claim = f"""id:claim/sample/C-9 a upr:Claim ; upr:about id:law/AAA/2014/5 ; upr:polarity id:polarity/affirmed ;
    upr:modality id:modality/asserts ; upr:assertedBy id:agent/NGO ; upr:text "told once"@en ; upr:saidIn {documents} .
"""
    made = small_store(tmp_path / "graph", claim)
    assert ("told once" in texts_of(list(profiles.quads(made, "public")))) == leaves


@pytest.mark.parametrize("name", ["Quill Ash", "Quill Elm", "Elm Quill"])
def test_of_names_that_begin_alike_each_is_found(name: str, tmp_path: Path) -> None:
    """Words as short as these are not looked for alone."""
    persons = "".join(f"""id:person/sample/P-{n} a upr:Person ; upr:sensitivity id:sensitivity/S2 .
id:name/sample/P-{n}/1 a upr:Name ; upr:nameOf id:person/sample/P-{n} ; upr:name "Quill {word}" .
id:name/sample/P-{n}/2 a upr:Name ; upr:nameOf id:person/sample/P-9 ; upr:name "Quill" .
""" for n, word in ((6, "Ash"), (7, "Elm")))
    note = f'id:law/AAA/2014/5 upr:note "Trial of {name}"@en .\n'
    made = small_store(tmp_path / "graph", persons + note + 'id:person/sample/P-9 a upr:Person ; upr:sensitivity id:sensitivity/S0 .\n')
    assert not [text for text in texts_of(list(profiles.quads(made, "public"))) if text.startswith("Trial of ")]


HIDDEN = {
    "soft hyphen": "Koz\u00adlov", "no space": "Koz\u200blov", "word joiner": "Yev\u2060geny", "hyphen": "Koz\u2011lov",
    "break": "Koz-\\nlov", "hashtag": "#FreeKozlovNow", "mail": "ykozlov@example.org", "handle": "@evgenykozlov",
    "address": "https://example.org/free-evgenykozlov", "percent": "%4Bozlov", "entity": "&#75;ozlov",
    "apostrophe": "Kozlov\u02bcs", "two scripts": "K\u043ezlov", "plural": "Козловых", "genitive": "Козловтың",
    "the other way round": "Wei, Li", "as one": "LiWei", "stroke": "\u0141odzki", "joiner": "Koz\u034flov",
    "variant": "Koz\ufe0flov", "filler": "Koz\u3164lov", "tag": "Koz\U000e0041lov", "into Cyrillic": "Жаксыбекова",
    "out of Cyrillic": "Zhambylova", "Chinese": "关于李伟案", "Thai": "คดีของสมชาย", "Korean": "김철수의",
}


@pytest.mark.parametrize("word", HIDDEN.values(), ids=HIDDEN)
def test_a_name_is_found_however_it_is_hidden(word: str, tmp_path: Path) -> None:
    more = "".join(f"""id:person/sample/P-{n} a upr:Person ; upr:sensitivity id:sensitivity/S2 .
id:name/sample/P-{n}/1 a upr:Name ; upr:nameOf id:person/sample/P-{n} ; upr:name "{name}" .
""" for n, name in ((6, "Li Wei"), (7, "Lodzki"), (8, "Жамбылов"), (9, "李伟"), (10, "สมชาย"), (11, "김철수"),
                    (12, "Zhaksybekov")))
    store = small_store(tmp_path / "graph", OTHERWISE + more + f'id:law/AAA/2014/5 upr:note "The case of {word}"@en .\n')
    assert not [text for text in texts_of(list(profiles.quads(store, "public"))) if text.startswith("The case of ")]


@pytest.mark.parametrize("property_", ["rdfs:label", "skos:prefLabel", "skos:altLabel"])
def test_a_spelling_that_is_a_label_of_a_name_record_is_found(property_: str, tmp_path: Path) -> None:
    more = f'''id:name/sample/P-1/1 {property_} "Orgula Hintermann" .
id:law/AAA/2014/5 upr:note "the Hintermann case"@en .
'''
    assert "the Hintermann case" not in texts_of(list(profiles.quads(small_store(tmp_path / "graph", more), "public")))


# --- Names as they stand in texts ------------------------------------------------------

BORNE = ("Жамбылов", "Қасқырбаева", "Айгүл", "Серік", "Бекмағанбет", "Зияда", "Zhambylov", "Айша", "Карим", "Мади", "Алма",
         "Васильев", "Ковалёв", "Жанболат", "Щербаков", "Хасенов", "Чайковский", "Ильин", "O'Brennan", "Størk", "Żółkiewicz-Dąb",
         "Пётр Зим", "Юн Рой Тестович", "Пробус Тестович Образцов", *(f"{word} Образцов" for word in ("Аян", "Бек", "Дин", "Еля")),
         *(f"Пробус {word}" for word in ("Зей", "Кру", "Лот", "Мун")))


@pytest.fixture(scope="module")
def borne(tmp_path_factory: pytest.TempPathFactory) -> names.Names:
    people = "".join(f"""id:person/sample/P-{n} a upr:Person ; upr:sensitivity id:sensitivity/S2 .
id:name/sample/P-{n}/1 a upr:Name ; upr:nameOf id:person/sample/P-{n} ; upr:name "{name}" .
""" for n, name in enumerate(BORNE, 20))
    made = small_store(tmp_path_factory.mktemp("borne") / "graph", people)
    return names.protected_names(made, profiles.withheld(made, "public"))


@pytest.mark.parametrize("words_", [
    "Жамбыловқа Жамбыловты Жамбыловта Жамбыловтан Жамбыловпен Жамбыловтың Жамбыловка",
    "Қасқырбаеваға Қасқырбаеваны Қасқырбаевада Қасқырбаевадан Қасқырбаевамен Қасқырбаеваның",
    "Айгүлге Айгүлді Айгүлде Айгүлден Айгүлмен Айгүлдің Айгулге",
    "Серікке Серікті Серікте Серіктен Серікпен Серіктің",
    "Бекмағанбетке Бекмағанбетті Бекмағанбеттен Бекмағанбетпен Зиядаға Зиядою",
    "Zhambylovqa Zhambylovty Zhambylovta Zhambylovtan Zhambylovpen Zhambylovtyng Serikke Serikti Serikten Aigulge",
    "Айша Айши Карим Карима Каримом Karim Мади",
])
def test_a_name_is_found_in_every_case(words_: str, borne: names.Names) -> None:
    assert [word for word in words_.split() if not names.in_text(f"({word})", borne)] == []


@pytest.mark.parametrize("words_", [
    "Vasiliev Vasilyev Vassiliev Wassiljew Vasil'ev Vasil’yev",
    "Kovalyov Kovaljov Kowaljow Kovaliov Kovalyova", "Zhanbolat Janbolat Dzhanbolat Djanbolat Žanbolat Z\u030canbolat",
    "Shcherbakov Scherbakov Sherbakov Ščerbakov", "Khassenov Hasenov Khasenov Hassenova",
    "Tchaikovsky Tschaikowski Chaykovskiy Čajkovskij", "Il'in Ilyin Ilin Il\u02b9in Il\u2032in",
    "O'Brennan O’Brennan OBrennan", "Stork Stoerk Størk", "ZolkiewiczDab Zolkiewicz-Dab Zolkiewicz",
])
def test_a_name_is_found_in_every_spelling(words_: str, borne: names.Names) -> None:
    assert [word for word in words_.split() if not names.in_text(f"({word})", borne)] == []


@pytest.mark.parametrize("text", ["www.freezhambylov.kz", "scans/freezhambylov.pdf", "freezhambylov.csv:2", "IMG_0zhambylov2",
                                  "freevasilyev.kz", "@kovalyovclub", "FREEKOVALEV.xn--p1ai", "https://xn--80adblos4bzf.kz/"])
def test_a_name_is_found_inside_what_looks_like_an_address_or_a_file(text: str, borne: names.Names) -> None:
    assert names.in_text(f"see {text} there", borne)


@pytest.mark.parametrize("text", [
    "Petr Zim", "Zim, Pyotr", "П. Зим", "П.Т. Зима", "Зима П.", "P. Zim", "P. A. Zim", "Юна Роя", "Юну Рою", "Юном Роем",
    "Yun Roy", "Ю. Рой", "Рой Ю. Т.", "Yu. Roi", "Пробуса Образцова", "Образцову Пробусу", "Probus Obraztsov",
    "Пробус Артурович Образцов", "А. Образцов", "Пробус Т. Образцов", "Пётр\nЗим", "Пётр  Зим",
])
def test_short_or_frequent_words_of_a_name_are_found_side_by_side(text: str, borne: names.Names) -> None:
    assert names.in_text(f"({text})", borne)


@pytest.mark.parametrize("text", ["зим", "Зима", "в зиме", "Образцов", "Пробус и Мария", "У. Образцов", "рой пчёл", "a roy"])
def test_short_or_frequent_words_of_a_name_tell_of_nobody_alone(text: str, borne: names.Names) -> None:
    assert not names.in_text(f"({text})", borne)


def test_what_only_looks_like_a_case_of_a_name_leaves(borne: names.Names) -> None:
    assert not names.in_text("Алматы Almaty Серіктестік Жамбыловск Караганды мадак marriage", borne)


@pytest.mark.parametrize("word", ["Kozlovsk", "Yevgenia", "kozol", "Kozlo"])
def test_other_names_leave(word: str, tmp_path: Path) -> None:
    store = small_store(tmp_path / "graph", OTHERWISE + f'id:law/AAA/2014/5 upr:note "{word}"@en .\n')
    assert word in texts_of(list(profiles.quads(store, "public")))


def test_a_word_that_is_ordinary_or_borne_by_many_in_any_spelling_tells_of_nobody(tmp_path: Path) -> None:
    people = "".join(f"""id:person/sample/P-{n} a upr:Person ; upr:sensitivity id:sensitivity/S2 .
id:name/sample/P-{n}/1 a upr:Name ; upr:nameOf id:person/sample/P-{n} ; upr:name "{name}" .
""" for n, name in enumerate(("Dmitri", "Dmitriy", "Dmitry", "Dmitrij", "Dmitrii", "Reviev"), 20))
    more = people + 'id:law/AAA/2014/5 upr:note "Dmitryi"@en ; upr:place "second review" .\n'
    assert {"Dmitryi", "second review"} <= set(texts_of(list(profiles.quads(small_store(tmp_path / "g", more), "public"))))


def test_a_name_of_ordinary_words_is_still_found_whole(tmp_path: Path) -> None:
    store = small_store(tmp_path / "graph", """id:law/AAA/2014/5 upr:note "said Free Speech, a poet"@en .
id:name/sample/P-1/9 a upr:Name ; upr:nameOf id:person/sample/P-1 ; upr:name "Free Speech" .
""")
    assert "said Free Speech, a poet" not in texts_of(list(profiles.quads(store, "public")))


def test_the_name_of_a_protected_organisation_is_found_whole_and_no_word_of_it_alone(tmp_path: Path) -> None:
    """What a register calls an organisation may be a person or bear a person's name."""
    store = small_store(tmp_path / "graph", """id:law/AAA/2014/5 upr:note "Mr Dr. Quorl Vexley gave", "by Vexley",
  "the Group of QUORL", "aid of the Open Group", "all Law Group" .
id:agent/sample/B-1 a upr:Organisation ; rdfs:label "Dr. Quorl Vexley"@en ; skos:altLabel "Open Group" ;
  upr:sensitivity id:sensitivity/S2 .
id:agent/sample/B-2 a upr:Organisation ; rdfs:label "Quorl" , "Law" ; upr:sensitivity id:sensitivity/S2 .
id:agent/sample/B-3 a upr:Organisation ; rdfs:label "Open Group" .
""")
    notes = {"Mr Dr. Quorl Vexley gave", "by Vexley", "the Group of QUORL", "aid of the Open Group", "all Law Group"}
    assert notes - {*texts_of(list(profiles.quads(store, "public")))} == {"Mr Dr. Quorl Vexley gave"}


# --- The bundled data ---------------------------------------------------------------------


def leaving(store: OxigraphStore, folder: Path, form: str, layer: str) -> list[str]:
    """The texts of the files that leave."""
    target = folder / form
    export(store, form, target, "public", layer)
    return [path.read_text(encoding="utf-8") for path in (target.iterdir() if target.is_dir() else [target])]


def protected_names() -> list[str]:
    folder = resources.DATA / "kazakhstan"
    with (folder / "persons.csv").open(encoding="utf-8", newline="") as file:
        open_ = {r["person"] for r in csv.DictReader(file) if r["sensitivity"] in ("S0", "S1")}
    with (folder / "names.csv").open(encoding="utf-8", newline="") as file:
        return [r["name"] for r in csv.DictReader(file) if r["person"] not in open_]


@pytest.mark.parametrize("form, layer", [*((form, "settled") for form in FORMATS), ("csv", "said"), ("turtle", "said")])
def test_no_protected_name_of_the_bundled_data_leaves(form: str, layer: str, store: OxigraphStore, tmp_path: Path) -> None:
    surnames = {words(name)[-1] for name in protected_names()}
    assert len(surnames) > 20
    escaped = {s.encode("ascii", "backslashreplace").decode() for s in surnames if not s.isascii()}
    for text in leaving(store, tmp_path, form, layer):
        assert not surnames & set(words(text))
        assert not [s for s in escaped if s in text.casefold()]


@pytest.mark.parametrize("thing, whose", [
    ("act/kazakhstan/A-36", "the conviction of those who attacked one journalist"),
    ("claim/kazakhstan/CP-096", "what is said of it"),
    ("claim/kazakhstan/CL-007", "the views of one writer"),
    ("claim/kazakhstan/CL-104", "one union leader in prison"),
    ("passage/kazakhstan/WG1/¶67", "a paragraph on the case of one person"),
])
def test_what_tells_of_one_protected_person_of_the_bundled_data_stays(thing: str, whose: str, store: OxigraphStore) -> None:
    internal, public = ({unquote(left) for left in spoken_of(store, p)} for p in ("internal", "public"))
    assert thing in internal, whose
    assert thing not in public, whose


def test_the_owner_gets_the_names(store: OxigraphStore, tmp_path: Path) -> None:
    export(store, "nquads", tmp_path / "all.nq", profile="internal")
    text = (tmp_path / "all.nq").read_text(encoding="utf-8")
    assert all(name in text for name in protected_names())


def test_a_text_without_a_space_is_read_in_a_moment(tmp_path: Path) -> None:
    store = small_store(tmp_path / "graph", f'id:law/AAA/2014/5 upr:note "{"b" * 300_000}" .\n')
    assert "b" * 300_000 in texts_of(list(profiles.quads(store, "public")))
