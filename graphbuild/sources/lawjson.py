"""Laws as JSON from legal information systems: one act with its requisites, dates and text.

Known are the fields of Kazakhstan (adilet), Slovenia (the database of its
parliament), Uzbekistan and Azerbaijan. What the act says of itself goes before
what the database says of it. Names of proposers and signatories are not read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypedDict

from graphbuild import resources, vocabulary
from graphbuild.errors import CellError
from graphbuild.files.intake import LARGEST, form_of
from graphbuild.files.jsonfiles import read_object
from graphbuild.legislation import articles
from graphbuild.legislation.lawnumbers import id_part, normal_number
from graphbuild.legislation.laws import (
    Happening,
    Law,
    Origin,
    article_statements,
    enactor_of,
    happening_statements,
    kind_of_law,
    law_statements,
    source_of,
    text_of_law,
)
from graphbuild.staged import Staged, mark
from graphbuild.terms import thing
from graphbuild.writtendates import inlaws

#: Where texts give a day, and what stands beside it; the phrases are in ontology/words/laws.toml.
_PATTERNS = {
    "requisites": r"(?P<what>\D{1,300}?)(?<!\s)\s++%(dated)s\s+%(day)s\s+%(year)s\s+%(numbered)s\s*+"
                  r"(?P<number>[^.\s]++(?:\s++[^.\s]++)*+)\s*+(?:\.\s*+(?P<rest>.*))?",
    "registered": r"%(registered)s.{0,300}?%(day)s\s+%(year)s",
    "begins": r"%(this_act)s\s++[^.\n]{3,60}?(?<!\s)\s++%(in_force)s\s+%(day)s\s+%(year)s",
    "passed": r"%(passed)s\s[^.]{0,160}?(?=\d{1,2}\.\s?(?:[a-zč]+|\d{1,2}\.)\s?\d{4})",
    "proclaimed": r"%(proclaimed)s (?=\d)",
}
_DAY = r"(?P<day>\d{1,2}\s+\w+\s+\d{4})"


class _Phrases(TypedDict):
    """What texts say beside days."""

    dated: str
    year: str
    numbered: str
    registered: str
    this_act: str
    in_force: str
    passed: str
    proclaimed: str


@cache
def _pattern(what: str) -> re.Pattern[str]:
    phrases = vocabulary.listed(_Phrases, "laws", "json", "phrases").items()
    return re.compile(_PATTERNS[what] % {"day": _DAY, **{name: _worded(str(said)) for name, said in phrases}}, re.S)


def _worded(phrase: str) -> str:
    """The pattern of a phrase: any spaces part its words, … is the end of a word, and a comma need not be there."""
    return r"\s+".join(re.escape(w).replace(",", ",?").replace("…", r"\w{0,9}") for w in phrase.split())


def _named(what: str) -> list[str]:
    """The names of the fields in which something stands, the first that is there before the others."""
    return vocabulary.listed(list[str], "laws", "json", "fields", what)


def _field(what: str, fields: dict[str, str]) -> str:
    return next((name for name in _named(what) if name in fields), "")


def is_lawjson(path: Path) -> bool:
    """A JSON object of a national legal database: its fields say so."""
    if not path.is_file() or path.stat().st_size > LARGEST or form_of(path) != "json":
        return False
    head = path.read_bytes()[:65_536].decode("utf-8", "replace")
    national = re.search(r'"_source"\s*:\s*"[A-Z]{2}/', head) and re.search(r'"_type"\s*:\s*"legislation"', head)
    return head.lstrip("\ufeff \r\n\t").startswith("{") and bool(
        national or any(re.search(rf'"{field}"\s*:', head) for field in _named("telling"))
    )


def read_lawjson(path: Path) -> Staged:
    """Read one act: the law, its articles, and the dates of which the file says what they are."""
    fields = _fields(path)
    staged = Staged("lawjson-" + (id_part(path.stem).lower() or "law"), "Law as JSON", files=[mark(path)])
    staged.read = 1
    try:
        law = _law(fields)
        staged.source, staged.title = source_of(law.key), f"Text of {law.key}"
        _say(law, fields, path, staged)
    except CellError as error:
        staged.complain(path.name, None, error, fields)
    return staged


def _fields(path: Path) -> dict[str, str]:
    found = read_object(path, "one law")
    return {k: v.strip() if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for k, v in found.items() if v}


def _say(law: Law, fields: dict[str, str], path: Path, staged: Staged) -> None:
    origin, text = Origin(thing("document", staged.source), path.name), fields.get("text", "")
    staged.say(text_of_law(staged.source, law, staged.files[0], fields.get("url", "")))
    staged.say(law_statements(law, origin, fields.get("_id", "law")))
    for happening in _happenings(law, fields):
        staged.say(happening_statements(happening, origin, fields.get("_id", "law")))
    found = list(articles.articles_of(text, law.language))
    for article in found:
        staged.say(article_statements(law, article, origin))
    staged.read, staged.loaded = 1 + len(found), 1 + len(found)
    if not found:
        staged.remarks.append("the text has no articles; of it only the SHA-256 of the file is kept")
    known = vocabulary.listed(dict[str, list[str]], "laws", "json", "fields").values()
    if unused := sorted(fields.keys() - set().union(*known)):
        staged.remarks.append("fields not used: " + ", ".join(unused))


# --- The law ------------------------------------------------------------------


def _law(fields: dict[str, str]) -> Law:
    state = _state(fields)
    if "title" not in fields:
        raise CellError("the law has no title", "write its title", "title")
    kind, day, written, own = _requisites(fields) if "requisites" in fields else _plain(fields)
    number = normal_number(written)
    language = vocabulary.language(fields.get("language") or _language_of(state))
    if not language:
        raise CellError("is no code of a language", "write two or three letters", "language")
    identifiers = tuple(filter(None, (fields.get("abbreviation", ""),)))
    return Law(
        f"{state}/{day[:4]}/{own or id_part(number)}", state, kind, " ".join(fields["title"].split()), language,
        number, written if written != number else "", _citation(fields), identifiers, notes=tuple(_notes(fields)),
    )


def _state(fields: dict[str, str]) -> str:
    written = fields.get("_source", "").partition("/")[0]
    known = vocabulary.listed(dict[str, str], "laws", "json", "states")
    state = enactor_of(written) if written else next((known[field] for field in known if field in fields), "")
    if not state:
        raise CellError("names no state we know", "begin it with the code of the state, as in KZ/Adilet", "_source")
    return state


def _language_of(state: str) -> str:
    """The language of a database that does not say it."""
    return vocabulary.listed(dict[str, str], "laws", "json", "languages").get(state, "und")


def _requisites(fields: dict[str, str]) -> tuple[str, str, str, str]:
    """Kind, day and number as the act cites itself; acts of lower rank are known by the code of the database,
    because every council numbers its decisions from 1."""
    match = _pattern("requisites").fullmatch(fields["requisites"])
    if not match:
        remedy = "write it as Закон … от 18 марта 2026 года № 271-VIII"
        raise CellError("does not say kind, date and number", remedy, "requisites")
    day = _day("requisites", match["day"])
    kind = _kind("requisites", match["what"], fields)
    numbered = vocabulary.listed(list[str], "laws", "json", "numbered_for_the_state")
    own = "" if kind in numbered else fields.get("code", "")
    return kind, day, match["number"], f"adilet-{id_part(own)}" if own else ""


def _plain(fields: dict[str, str]) -> tuple[str, str, str, str]:
    """Kind, day and number from fields of their own; in the id stands a gazette's number without its year."""
    field = _field("day", fields) or "date"
    day = _day(field, fields.get(field, ""))
    type_ = _field("kind", fields)
    kind = _kind(type_, fields[type_], fields) if type_ else _particular("", fields) or "unspecified"
    written = fields.get(_field("number", fields), "")
    if not written:
        raise CellError("the law has no number", "write its number", "doc_number")
    own = id_part(normal_number(written).removeprefix(f"{day[:4]}-")) if "sop_number" in fields else ""
    return kind, day, written, own


def _kind(field: str, words: str, fields: dict[str, str]) -> str:
    """The kind that the longest row of first words means."""
    row = words.split()
    found = (kind_of_law(" ".join(row[:n])) for n in range(min(len(row), 3), 0, -1))
    kind = next(filter(None, found), "")
    if not kind:
        remedy = f"add the word to a kind of law in {resources.SCHEMES / 'laws.ttl'}, as skos:altLabel"
        raise CellError("begins with no kind of law we know", remedy, field)
    return _particular(kind, fields) or kind


class _Titles(TypedDict):
    """Beginnings of titles, and the kind of law that they tell."""

    kind: str
    begins: list[str]


def _particular(kind: str, fields: dict[str, str]) -> str:
    """What an ordinary act of parliament does, if its title says so."""
    title = fields["title"].casefold()
    entries = vocabulary.listed(list[_Titles], "laws", "json", "title") if kind in ("", "law") else ()
    return next((e["kind"] for e in entries if title.startswith(tuple(map(str.casefold, e["begins"])))), "")


def _citation(fields: dict[str, str]) -> str:
    return " ".join(fields.get(_field("citation", fields), "").split())


def _notes(fields: dict[str, str]) -> Iterator[str]:
    for field in _named("notes"):
        if field in fields:
            yield f"{field} in the source: {fields[field]}"


# --- What happened ------------------------------------------------------------


def _happenings(law: Law, fields: dict[str, str]) -> list[Happening]:
    found = {
        "requisites": _of_requisites, "accept_date": _of_fields, "sop_number": _of_gazette,
    }
    reader = next((found[field] for field in found if field in fields), _of_fields)
    return [Happening(law.key, kind, day, notes=notes) for kind, day, notes in reader(fields)]


_Said = Iterator[tuple[str, str, tuple[str, ...]]]


def _of_requisites(fields: dict[str, str]) -> _Said:
    """Adoption, the first day in force where the act gives a date, and registration as a note."""
    day = _day("requisites", _requisites_day(fields["requisites"]))
    database = _day("date", fields["date"]) if "date" in fields else day
    notes = [f"The database gives {database}."] if database != day else []
    if registered := _pattern("registered").search(fields["requisites"]):
        notes.append(f"Registered at the ministry of justice on {_day('requisites', registered['day'])}.")
    yield "adopted", day, tuple(notes)
    begins = {_day("text", m["day"]) for m in _pattern("begins").finditer(fields.get("text", ""))}
    if len(begins) == 1:
        yield "inForce", begins.pop(), ()


def _requisites_day(text: str) -> str:
    match = _pattern("requisites").fullmatch(text)
    return match["day"] if match else ""


def _of_gazette(fields: dict[str, str]) -> _Said:
    """The day the gazette appeared, and the days of the vote and of the proclamation, as the text gives them."""
    yield "published", _day("date", fields.get("date", "")), ()
    text = fields.get("text", "")
    vote, proclaimed = _pattern("passed").search(text), _pattern("proclaimed").search(text)
    if vote:
        yield "adopted", _day("text", text[vote.end() : vote.end() + 30]), ("The day parliament adopted it.",)
    if proclaimed and vote and proclaimed.start() > vote.start():
        yield "signed", _day("text", text[proclaimed.end() : proclaimed.end() + 30]), ()


def _of_fields(fields: dict[str, str]) -> _Said:
    """Dates in fields of their own; a mere `date` is that of the act."""
    registered = fields.get("register_date", "")
    notes = (f"Registered on {_day('register_date', registered)}.",) if registered else ()
    for field, kind in vocabulary.listed(dict[str, str], "laws", "json", "days").items():
        if field in fields and not (field == "date" and "accept_date" in fields):
            yield kind, _day(field, fields[field]), notes if kind == "adopted" else ()


def _day(field: str, text: str) -> str:
    try:
        return inlaws.edtf(text)
    except ValueError:
        raise CellError(f"{text.strip()[:30]!r} is no day we can read", "write it as 2011-10-11", field) from None
