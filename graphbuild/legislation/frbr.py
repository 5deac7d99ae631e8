"""What the metadata of Akoma Ntoso says of a work: its address, year, title, language, number and named dates."""

from __future__ import annotations

from collections.abc import Iterator

from graphbuild import vocabulary
from graphbuild.files.xmlfiles import Element, child, first, local, walk, words_in
from graphbuild.legislation.lawnumbers import Address, address_of

_NOTES = frozenset({"noteRef", "authorialNote"})


def value(works: list[Element], name: str) -> str:
    """The value of the first element of a name in the works of an act and of the collection that holds it."""
    found = (e.get("value", "").strip() for work in works if (e := child(work, name)) is not None)
    return next(filter(None, found), "")


def address(works: list[Element]) -> Address:
    """The address of the work."""
    return address_of(value(works, "FRBRuri") or value(works, "FRBRthis"))


def year(works: list[Element]) -> str:
    """The year of the first date of the work, or `undated`."""
    found = (day[:4] for work in works for _, day in work_dates(work))
    return next((y for y in found if y.isdigit()), "undated")


def work_dates(work: Element) -> list[tuple[str, str]]:
    """The dates of a work or expression with their names, as written."""
    return [(e.get("name", ""), e.get("date", "")) for e in work if local(e) == "FRBRdate"]


def named_dates(meta: Element) -> Iterator[tuple[str, str]]:
    """The dates of the work, and that of publication."""
    if (work := first(meta, "FRBRWork")) is not None:
        yield from work_dates(work)
    yield from (("published", e.get("date", "")) for e in meta if local(e) == "publication" and e.get("date"))


def dates_of(meta: Element) -> Iterator[tuple[str, str, str]]:
    """The dates of work and expression: level, name, day."""
    for level in ("FRBRWork", "FRBRExpression"):
        if (part := first(meta, level)) is not None:
            yield from ((level.removeprefix("FRBR").lower(), name, day) for name, day in work_dates(part))


def title(element: Element) -> str:
    """The title printed on an act, or its short title, long title or other name; empty if it has none."""
    heads = [e for e in element if local(e) in ("coverPage", "preface")]
    for name in ("docTitle", "shortTitle", "longTitle"):
        for part in (*heads, element):
            if (found := first(part, name)) is not None and (words := words_in(found, _NOTES)):
                return words
    alias = first(element, "FRBRalias")
    return alias.get("value", "") if alias is not None else ""


def printed_number(element: Element) -> str:
    """The number printed on an act."""
    heads = (e for e in element if local(e) in ("coverPage", "preface"))
    return next((words_in(e, _NOTES) for head in heads for e in walk(head) if local(e) == "docNumber"), "")


def language(element: Element) -> str:
    """The tag of the language of the expression, of two letters where there is one; empty if it is not said."""
    found = first(element, "FRBRlanguage")
    return vocabulary.language(found.get("language", "")) if found is not None else ""
