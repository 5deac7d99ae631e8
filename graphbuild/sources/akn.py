"""Acts and bills in Akoma Ntoso (2.0 and 3.0), the XML of parliaments and gazettes.

The name of a date decides what it means, and a name that is in no list is kept
as a note; a bill is proposed and never adopted; quoted articles belong to
another act. Names of persons who voted or signed are not read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from graphbuild import resources, vocabulary
from graphbuild.errors import Problem
from graphbuild.files.intake import InputError, form_of
from graphbuild.files.xmlfiles import Element, child, first, local, read_xml, walk, words_in
from graphbuild.legislation import frbr
from graphbuild.legislation.lawchanges import Reading, changes_its_work, find_changes
from graphbuild.legislation.lawnumbers import id_part, normal_number
from graphbuild.legislation.laws import (
    Article,
    Happening,
    Law,
    Origin,
    article_statements,
    enactor_of,
    happening_statements,
    kind_of_law,
    kind_of_legal_event,
    law_statements,
    source_of,
    text_of_law,
)
from graphbuild.plurals import number_of
from graphbuild.staged import LeftOut, Staged, mark
from graphbuild.terms import thing

#: Elements that are acts or drafts, and those that hold one paper of several.
ACTS = ("act", "bill", "amendment", "portion")
PARCELS = ("component", "attachment")
_POINTERS = ("documentCollection", "componentRef", "documentRef", "heading", "num", "subheading", "")
QUOTED = frozenset({"quotedStructure", "quotedText", "embeddedStructure", "embeddedText"})
_ROOT = re.compile(rb"<(?:[\w.-]+:)?akomaNtoso\b")
_SPACE = re.compile(r"akn/|akomantoso\.org")
_NO_WORDS = frozenset({"noteRef", "authorialNote", "remark", "meta"})


def is_akn(path: Path) -> bool:
    """An XML file whose root is akomaNtoso."""
    if not path.is_file() or form_of(path) != "xml":
        return False
    with path.open("rb") as file:
        return bool(_ROOT.search(file.read(65_536)))


def read_akn(path: Path) -> Staged:
    """Read the acts and drafts of a file; every article and every change is loaded, or left out with a reason."""
    root = read_xml(path)
    if local(root) != "akomaNtoso" or not _SPACE.search(root.tag):
        raise InputError(path, "is no Akoma Ntoso of version 2.0 or 3.0", "check the namespace of its first element")
    elements = [e for e in walk(root, frozenset({"meta"})) if local(e) in ACTS and child(e, "meta") is not None]
    if not elements:
        raise InputError(path, "holds no act, bill, amendment or portion of one", "load the file that holds the act")
    staged = Staged("akn", "Akoma Ntoso", files=[mark(path)])
    for element in elements:
        _read_act(element, root, path, staged)
    _leave_papers(root, staged)
    staged.remarks += _remarks(root)
    return staged


def _read_act(element: Element, root: Element, path: Path, staged: Staged) -> None:
    metas = [e for e in (child(element, "meta"), first(root, "meta")) if e is not None]
    works = [e for meta in metas if (e := first(meta, "FRBRWork")) is not None]
    staged.read += 1
    law = _law(element, works, path, staged)
    if not law:
        return
    if staged.source == "akn":
        staged.source, staged.title = source_of(law.key), f"Text of {law.key}"
    reading = Reading(element, law, staged, path.name)
    origin = Origin(thing("document", staged.source), path.name)
    _find_dates(reading, metas[0])
    find_changes(reading, metas[0], works[0])
    staged.say(text_of_law(staged.source, law, staged.files[0]))
    staged.say(law_statements(_with_notes(reading, metas[0]), origin, local(element)))
    staged.loaded += 1
    for happening in reading.happenings:
        staged.say(happening_statements(happening, origin, "meta"))
    _say_articles(reading, origin)


# --- The law ------------------------------------------------------------------


def _law(element: Element, works: list[Element], path: Path, staged: Staged) -> Law | None:
    address = frbr.address(works)
    state = _state(works, address.country, path, staged)
    if not state:
        return None
    title, language = frbr.title(element), frbr.language(element)
    name = address.name or id_part(element.get("name") or path.stem)
    if changes_its_work(element, works):
        day = next((day for _, day in frbr.work_dates(works[0])), "undated")
        return Law(f"{state}/{day[:4]}/{name}-amendment-{day}", state, "unspecified", title, language)
    kind = _kind(element)
    name = f"bill-{name}" if kind == "bill" and not name.startswith("bill") else name
    law = Law(f"{state}/{address.year or frbr.year(works)}/{name}", state, kind, title, language)
    return _numbered(law, name, element, works)


def _state(works: list[Element], of_address: str, path: Path, staged: Staged) -> str:
    """Whose law it is, as FRBRcountry or the address says; empty, and a problem, if neither says it."""
    country = frbr.value(works, "FRBRcountry") or of_address
    state = enactor_of(country)
    if not state:
        what = "is no country we know" if country else "nothing says which state's law it is"
        remedy = f"correct FRBRcountry, or add the code to {resources.WORLD / 'states.csv'}"
        staged.problems.append(Problem("akn", path.name, "FRBRWork", "FRBRcountry", country or None, what, remedy))
    return state


def _numbered(law: Law, name: str, element: Element, works: list[Element]) -> Law:
    """The law with its number, which is its name where it has none, and with what else it is known by."""
    written, uri = frbr.value(works, "FRBRnumber"), frbr.value(works, "FRBRuri")
    number, is_address = normal_number(written) or name, uri.startswith("http")
    return replace(
        law,
        number=number,
        written=written if written != number else "",
        citation=frbr.printed_number(element),
        identifiers=(uri,) if uri and not is_address else (),
        same_as=uri if is_address else "",
    )


def _kind(element: Element) -> str:
    """The kind that the act's own name says, or else that of an act or a draft."""
    if local(element) in ("bill", "amendment"):
        return "bill"
    found = kind_of_law(element.get("name", ""))
    return found if found and found != "bill" else "law"


# --- Dates --------------------------------------------------------------------


def _find_dates(reading: Reading, meta: Element) -> None:
    """Dates of the work by their names, and of the publication; what a name does not tell is a note."""
    for name, day in frbr.named_dates(meta):
        kind = kind_of_legal_event(name)
        if reading.is_day(name, day) and _can_happen(reading, kind):
            _happen(reading, kind, day)
    if reading.law.kind == "bill" and all(h.kind != "tabled" for h in reading.happenings):
        _happen(reading, "tabled", "")


def _can_happen(reading: Reading, kind: str) -> bool:
    """Whether a kind of event can happen to a draft; or to an act, if not only another act can bring it about."""
    if reading.law.kind == "bill":
        return kind in vocabulary.listed(list[str], "laws", "akn", "of_drafts")
    return kind not in ("", *vocabulary.listed(list[str], "laws", "akn", "by_others"))


def _happen(reading: Reading, kind: str, day: str) -> None:
    happening = Happening(reading.law.key, kind, day[:10])
    if happening not in reading.happenings:
        reading.happenings.append(happening)


def _with_notes(reading: Reading, meta: Element) -> Law:
    """The law with the dates whose names tell nothing, each in a sentence."""
    taken = {(h.kind, h.date) for h in reading.happenings}
    notes = [
        f'The {level} has the date {day}, named "{name}".'
        for level, name, day in frbr.dates_of(meta)
        if level != "work" or (kind_of_legal_event(name), day[:10]) not in taken
    ]
    return replace(reading.law, notes=tuple(notes))


# --- Articles -----------------------------------------------------------------


def _say_articles(reading: Reading, origin: Origin) -> None:
    seen = Counter[str]()
    for number, unit in enumerate(_units(reading.element), 1):
        reading.staged.read += 1
        name = unit.get("eId") or unit.get("id") or unit.get("wId") or f"{local(unit)}-{number}"
        seen[name] += 1
        name = id_part(name) + (f"-{seen[name]}" if seen[name] > 1 else "")
        text = words_in(unit, _NO_WORDS | {"num", "heading"}) or words_in(unit, _NO_WORDS)
        if not text:
            reading.leave(name, local(unit), "the article has no text")
            continue
        parts = (words_in(e, _NO_WORDS) for e in unit if local(e) in ("num", "heading"))
        label = " ".join(filter(None, parts)) or name
        reading.staged.say(article_statements(reading.law, Article(name, label, text, reading.law.language), origin))
        reading.staged.loaded += 1
    for quoted in _quoted(reading.element):
        reading.staged.read += 1
        place = quoted.get("eId") or quoted.get("id") or local(quoted)
        reading.leave(place, local(quoted), "quoted: it is to stand in another act")


def _units(element: Element) -> Iterator[Element]:
    """Articles, and sections that are not groups of articles; what stands inside one belongs to it."""
    waiting = list(reversed(element))
    while waiting:
        inner = waiting.pop()
        if local(inner) in QUOTED or local(inner) in ("meta", *PARCELS):
            continue
        grouping = local(inner) == "section" and any(local(e) in ("article", "section") for e in walk(inner, QUOTED))
        if local(inner) in ("article", "section") and not grouping:
            yield inner
        else:
            waiting += reversed(inner)


def _quoted(element: Element) -> Iterator[Element]:
    for quotation in walk(element):
        if local(quotation) in QUOTED:
            yield from (e for e in quotation.iter() if local(e) in ("article", "section"))


# --- What is left out -----------------------------------------------------------


def _leave_papers(root: Element, staged: Staged) -> None:
    """Memoranda and statements that travel with a bill."""
    for component in walk(root):
        for paper in component if local(component) in PARCELS else ():
            if local(paper) not in (*ACTS, *_POINTERS):
                staged.read += 1
                name = paper.get("name") or local(paper)
                staged.left_out.append(LeftOut(component.get("eId") or name, name, "is no act and no bill"))


def _remarks(root: Element) -> list[str]:
    voters = sum(local(e) == "voter" for e in root.iter())
    remarks = ["dates of the file itself (FRBRManifestation) and persons of its metadata are not used"]
    return remarks + ([f"not read: {number_of(voters, 'name')} of voters"] if voters else [])
