"""Press releases and other texts: where their passages stand and when they say they were published.

The words of others are not copied: a passage has its place, positions and
hash. Dates in the header, the dateline, the address and the fields of a
collection are claims; one is settled only if all of them can be true. A text
is protected (S2), since nobody has looked whom its title and address name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from graphbuild import vocabulary
from graphbuild.dates import Span, is_date, parse
from graphbuild.files.csvfiles import first_rows
from graphbuild.files.intake import form_of
from graphbuild.files.webaddresses import address, unwrapped
from graphbuild.said.records import Paper, paper_statements
from graphbuild.said.writings import Place, Writing, is_writing, menu_before, paragraphs, read_writings
from graphbuild.staged import LeftOut, Staged, mark
from graphbuild.terms import LABEL, A, Term, Triple, integer, literal, slug, term, thing
from graphbuild.writtendates.intext import find_dates, find_scattered, read_date

#: So many cells in the first row are a header; if they may be a sentence, in which spaces follow commas, where the
#: second has as many.
_COLUMNS = 4
USED = ("publisher", "title", "url", "language", "date_published_raw", "date_in_text_raw", "dateline")
DATED = ("date_published_raw", "date_in_text_raw", "dateline")
MENU = "it leads around a website and stands before the text"
NO_DATE = "holds no whole date that can be read"

_RELEASE = re.compile(r"for immediate release|press release|media advisory", re.I)
#: A town and perhaps a date before a dash: (Geneva) –, CAIRO (2 February 2025) –, WASHINGTON, D.C. -
_DATELINE = re.compile(
    r"(?:\([A-Z][\w .,'-]{1,60}\)|[A-Z][A-Z .,'-]{2,60}(?:\([^()]{6,40}\)|,? [\w ,.]{6,30})?"
    r"|[A-Z][\w/.'-]*(?: [A-Z][\w.'-]*){0,2}(?:, | ?\()[0-9A-Z][\w ,.]{5,30}[0-9]{4}\)?)\s*[–—-]\s"
)
_HEADER_LINES = 8
_ADDRESS_DATES = (
    re.compile(r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})[/-](?P<m>0[1-9]|1[0-2])(?:[/-](?P<d>[0-3][0-9]))?(?![0-9])"),
    re.compile(
        r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})[/-](?P<name>[a-z]{3,9})(?:[/-](?P<d>[0-3]?[0-9])(?=/|$))?(?![\w])", re.I
    ),
)


@dataclass(frozen=True)
class Dated:
    """A date that a document gives for itself: where, in EDTF, and the characters if it stands in the text."""

    where: str
    edtf: str
    place: Place | None = None


def is_document(path: Path) -> bool:
    """A text that no other reader knows: prose as plain text, PDF or DOCX, or JSON lines of press releases."""
    return is_writing(path) and not _is_table(path)


def _is_table(path: Path) -> bool:
    """A table that no reader knows is no prose, however long the sentences in its cells."""
    header, *second = (first_rows(path, 2) if form_of(path) == "text" else []) or [[]]
    of_prose = any(cell.startswith(" ") or ". " in cell for cell in header)
    return len(header) >= _COLUMNS and (not of_prose or [len(row) for row in second] == [len(header)])


def read_document(path: Path) -> Staged:
    """Read the texts of a file: every paragraph becomes a passage, or is left out with the reason."""
    staged = Staged(f"document-{slug(path.stem, 'text')}", "document", path.stem, [mark(path)])
    writings = read_writings(path)
    for writing in writings:
        _read_writing(writing, path.name, staged)
    unused = sorted({name for writing in writings for name in writing.fields} - {*USED})
    if unused:
        staged.remarks.append("fields not used: " + ", ".join(unused))
    return staged


def _read_writing(writing: Writing, file: str, staged: Staged) -> None:
    document = thing("document", staged.source, *filter(None, [writing.key]))
    places = paragraphs(writing)
    menu = menu_before(writing, places)
    found = [*_field_dates(writing), *_text_dates(writing, places[len(menu) :]), *_address_dates(writing)]
    staged.read += len(places)
    staged.loaded += len(places) - len(menu)
    staged.left_out += [LeftOut(f"{writing.key} {p.name}".strip(), "navigation", MENU) for p in menu]
    staged.say(_document(document, writing, found, places[len(menu) :], staged.source, file))
    for place in places[len(menu) :]:
        staged.say(_passage(document, writing, place, _row(file, writing, place)))
    for number, one in enumerate(found, start=1):
        staged.say(_claim(document, writing, one, number, staged.source, file))
    staged.remarks += _remarks(writing, found)


def _row(file: str, writing: Writing, place: Place | None = None) -> str:
    return f"{file}:{writing.row or (place.name if place else '¶1')}"


def _document(
    document: Term, writing: Writing, found: list[Dated], places: list[Place], source: str, file: str
) -> Iterator[Triple]:
    name = "/".join(filter(None, (source, writing.key)))
    title = writing.fields.get("title") or name
    paper = Paper(_kind(writing, places), title, date=settled([one.edtf for one in found]), sha256=writing.sha256,
                  language=writing.fields.get("language", ""), titled=_language_of_title(writing.fields))
    yield from paper_statements(document, name, paper)
    yield document, term("row"), literal(_row(file, writing))
    yield document, term("sensitivity"), thing("sensitivity", "S2")
    yield from _publisher(document, writing, source)
    yield from _address(document, writing.fields.get("url", ""))
    if writing.text:
        yield from _passage(document, writing, Place(0, 0, len(writing.text)), _row(file, writing))


def _language_of_title(fields: dict[str, str]) -> str:
    """The tag of the language of a title: English, unless it is the source's and the source says otherwise."""
    if not (fields.get("title") and fields.get("language")):
        return "en"
    return vocabulary.language(fields["language"].partition("-")[0]) or "und"


def _kind(writing: Writing, places: list[Place]) -> str:
    """A press release says so, has a dateline, or stands in a collection with its publisher."""
    start = [writing.text[p.start : p.end] for p in places[:_HEADER_LINES]]
    told = any(_RELEASE.match(text) or _DATELINE.match(text) for text in start)
    return "press-release" if told or writing.fields.get("publisher") else "other"


def _publisher(document: Term, writing: Writing, source: str) -> Iterator[Triple]:
    """Who published it, as written; somebody unnamed answers for the dates of a text that does not say."""
    agent = _agent(writing, source)
    name = writing.fields.get("publisher", "") or f"unnamed publisher of {writing.key or source}"
    yield document, term("publisher"), agent
    yield agent, A, term("Organisation")
    yield agent, LABEL, literal(name, "en")
    yield agent, term("dcterms:identifier"), literal(agent.removesuffix(">").partition("/agent/")[2])
    yield agent, term("sensitivity"), thing("sensitivity", "S2")


def _agent(writing: Writing, source: str) -> Term:
    return thing(
        "agent", source, slug(writing.fields.get("publisher", "")) or f"unnamed-{slug(writing.key, 'publisher')}"
    )


def _address(document: Term, written: str) -> Iterator[Triple]:
    clean = unwrapped(written)
    if found := address(clean):
        yield document, term("url"), found
    if written and (clean != written or not found):
        yield document, term("note"), literal(f"address as written: {written}", "en")


def _passage(document: Term, writing: Writing, place: Place, row: str) -> list[Triple]:
    """Where a passage stands, without its words; paragraph 0 is the whole text."""
    passage = _passage_of(document, place)
    said: list[Triple] = [
        (passage, A, term("Passage")),
        (passage, term("inDocument"), document),
        (passage, term("start"), integer(place.start)),
        (passage, term("end"), integer(place.end)),
        (passage, term("sha256"), literal(writing.hash_of(place))),
        (passage, term("row"), literal(row)),
    ]
    return [*said, (passage, term("place"), literal(place.name))] if place.paragraph else said


def _passage_of(document: Term, place: Place) -> Term:
    return thing("passage", document.removesuffix(">").partition("/document/")[2], f"{place.start}-{place.end}")


# --- Dates -------------------------------------------------------------------------


def settled(dates: Iterable[str]) -> str:
    """The narrowest date, if all of them can be true together; otherwise none.

    >>> settled(["2022-12-02", "2022-12"]), settled(["2010-02-01", "2010-01-02"])
    ('2022-12-02', '')
    """
    spans = {text: parse(text) for text in dates}
    inside = [text for text, span in spans.items() if all(_within(span, other) for other in spans.values())]
    return min(inside, key=lambda text: (len(text), text)) if inside else ""


def _within(span: Span, other: Span) -> bool:
    assert span.earliest and span.latest and other.earliest and other.latest, "written dates have both ends"
    return other.earliest <= span.earliest and span.latest <= other.latest


def _field_dates(writing: Writing) -> Iterator[Dated]:
    for name in DATED:
        text = writing.fields.get(name, "")
        found = list(find_dates(text)) or list(find_scattered(text))
        yield from (Dated(f"field {name}", one.edtf) for one in found[:1])


def _text_dates(writing: Writing, places: list[Place]) -> Iterator[Dated]:
    """Lines before the first sentence that are a date, and the date of the dateline."""
    for place in places[:_HEADER_LINES]:
        text = writing.text[place.start : place.end]
        if edtf := read_date(re.sub(r"^(?:date|published|posted):?\s+(?:on )?", "", text, flags=re.I)):
            yield Dated("header line", edtf, place)
        elif match := _DATELINE.match(text):
            for one in list(find_dates(match[0]))[:1]:
                yield Dated(
                    "dateline", one.edtf, Place(place.paragraph, place.start + one.start, place.start + one.end)
                )
            return
        elif len(text.split()) >= 8 and text.endswith((".", "!", "?", "”", '"')):
            return


def _address_dates(writing: Writing) -> Iterator[Dated]:
    for form in _ADDRESS_DATES:
        for match in form.finditer(unwrapped(writing.fields.get("url", ""))):
            cells = match.groupdict()
            month = cells.get("m") or read_date(f"{cells['name']} {cells['y']}")[5:7]
            edtf = "-".join(filter(None, (cells["y"], month, (cells["d"] or "").zfill(2) if cells["d"] else "")))
            if month and is_date(edtf):
                yield Dated("address", edtf)
                return


def _claim(document: Term, writing: Writing, one: Dated, number: int, source: str, file: str) -> Iterator[Triple]:
    """That a place of the document gives a date of publication."""
    key = "/".join(filter(None, (writing.key, f"date-{number}")))
    claim = thing("claim", source, key)
    yield claim, A, term("Claim")
    yield claim, term("dcterms:identifier"), literal(key)
    yield claim, term("about"), document
    yield claim, term("onProperty"), term("date")
    yield claim, term("value"), literal(one.edtf)
    yield claim, term("polarity"), thing("polarity", "affirmed")
    yield claim, term("modality"), thing("modality", "asserts")
    yield claim, term("assertedBy"), _agent(writing, source)
    yield claim, term("saidIn"), document
    yield claim, term("text"), literal(f"the {one.where} gives {one.edtf}", "en")
    yield claim, term("place"), literal(one.where)
    yield claim, term("row"), literal(_row(file, writing, one.place))
    if one.place:
        yield claim, term("evidence"), _passage_of(document, one.place)
        yield from _passage(document, writing, one.place, _row(file, writing, one.place))


def _remarks(writing: Writing, found: list[Dated]) -> Iterator[str]:
    name = f"{writing.key}: " if writing.key else ""
    if found and not settled([one.edtf for one in found]):
        told = ", ".join(f"{one.edtf} ({one.where})" for one in found)
        yield f"{name}no date is settled, since they exclude each other: {told}"
    for field in ("date_published_raw", "date_in_text_raw"):
        if writing.fields.get(field) and not any(one.where == f"field {field}" for one in found):
            yield f"{name}the field {field} {NO_DATE}"
