"""What one act does to another, as Akoma Ntoso marks it: textual modifications, events of a life cycle, amendments.

Each becomes an event of the law that is changed, by the law that changes it. What a bill would change has not happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from graphbuild import dates, vocabulary
from graphbuild.errors import Problem
from graphbuild.files.xmlfiles import Element, first, local, walk
from graphbuild.legislation import frbr
from graphbuild.legislation.lawnumbers import address_of
from graphbuild.legislation.laws import Happening, Law, Origin, enactor_of, kind_of_legal_event, law_statements
from graphbuild.staged import LeftOut, Staged
from graphbuild.terms import thing


@dataclass
class Reading:
    """One act or draft on its way in: its element, what it is, what happened to it and by it, and where that goes."""

    element: Element
    law: Law
    staged: Staged
    file: str
    happenings: list[Happening] = field(default_factory=list)

    def problem(self, place: str, value: str, message: str, remedy: str) -> None:
        """Say what is wrong in a place of the file."""
        self.staged.problems.append(Problem(self.staged.source, self.file, place, None, value, message, remedy))

    def leave(self, place: str, what: str, why: str) -> None:
        """Say what is not loaded, and why."""
        self.staged.left_out.append(LeftOut(place, what, why))

    def is_day(self, name: str, day: str) -> bool:
        """Whether a date is one; it is a problem if not."""
        possible = dates.is_date(day[:10])
        if not possible:
            message = f"the date named {name!r} is no day of the calendar"
            self.problem("meta", day, message, "write it as 2011-10-11")
        return possible


@cache
def _modifications() -> dict[str, str]:
    """Textual modifications, and what each does to a whole act."""
    return vocabulary.listed(dict[str, str], "laws", "akn", "modifications")


def changes_its_work(element: Element, works: list[Element]) -> bool:
    """Whether it is an amendment made, whose work is the law that it changes, and not one proposed."""
    names = [kind_of_legal_event(name) for name, _ in frbr.work_dates(works[0])] if works else []
    return local(element) == "amendment" and "amended" in names


def find_changes(reading: Reading, meta: Element, work: Element) -> None:
    """Add what the act does to others, and what others did to it, to its happenings."""
    references = {e.get("eId") or e.get("id") or "": e for e in walk(meta) if e.get("href")}
    for group in walk(meta):
        if local(group) in ("activeModifications", "passiveModifications"):
            for change in walk(group):
                if local(change) == "textualMod":
                    _read_change(reading, change, local(group)[0] == "a", references)
        elif local(group) == "eventRef" and group.get("type") in ("amendment", "repeal"):
            _read_event(reading, group, references)
    if changes_its_work(reading.element, [work]):
        _amend_work(reading, work)


def _read_change(reading: Reading, change: Element, active: bool, references: dict[str, Element]) -> None:
    reading.staged.read += 1
    place, type_ = change.get("eId") or change.get("id") or "textualMod", change.get("type", "")
    if type_ not in _modifications():
        reading.problem(place, type_, "is no kind of textual modification", "use " + ", ".join(_modifications()))
    elif reading.law.kind == "bill":
        reading.leave(place, type_, "a bill has changed nothing yet")
    elif not (found := _other_law(change, active, references)):
        reading.leave(place, type_, "nothing says which law changes or is changed")
    else:
        _change(reading, type_, active, *found)


def _other_law(change: Element, active: bool, references: dict[str, Element]) -> tuple[Law, str] | None:
    """The other law of a change, and the place that is changed."""
    end = first(change, "destination" if active else "source")
    href = end.get("href", "") if end is not None else ""
    if href.startswith("#"):
        reference = references.get(href[1:])
        href = reference.get("href", "") if reference is not None else ""
    changed = first(change, "destination")
    place = address_of(href).place if active or changed is None else changed.get("href", "").lstrip("#~")
    law = _mentioned(href)
    return (law, place) if law else None


def _mentioned(href: str) -> Law | None:
    """The law at an address, of which nothing else is known; None if the address names no law of a state."""
    address = address_of(href)
    state = enactor_of(address.country)
    return Law(f"{state}/{address.year or 'undated'}/{address.name}", state) if state and address.name else None


def _change(reading: Reading, type_: str, active: bool, other: Law, place: str) -> None:
    changed, by = (other.key, reading.law.key) if active else (reading.law.key, other.key)
    kind = "amended" if place else _modifications()[type_]
    day = next((h.date for h in reading.happenings if h.kind == "adopted"), "") if active else ""
    _introduce(reading, other)
    _add(reading, Happening(changed, kind, day, by, (f"{type_}: {place or 'the whole act'}",)))
    reading.staged.loaded += 1


def _read_event(reading: Reading, event: Element, references: dict[str, Element]) -> None:
    """An event of the life cycle that another act brought about."""
    reading.staged.read += 1
    place, type_ = event.get("eId") or event.get("id") or "eventRef", event.get("type", "")
    reference = references.get(event.get("source", "").lstrip("#"))
    other = _mentioned(reference.get("href", "") if reference is not None else "")
    if not other or other.key == reading.law.key:
        reading.leave(place, type_, "nothing says which law changes or is changed")
    elif reading.is_day(type_, event.get("date", "")):
        _introduce(reading, other)
        _add(reading, Happening(reading.law.key, kind_of_legal_event(type_), event.get("date", "")[:10], other.key))
        reading.staged.loaded += 1


def _add(reading: Reading, new: Happening) -> None:
    """One event for all that one act does to another, with what it does in its notes."""
    for n, old in enumerate(reading.happenings):
        if old.key == new.key:
            notes = tuple(sorted({*old.notes, *new.notes}))
            reading.happenings[n] = Happening(old.law, old.kind, old.date or new.date, old.by, notes)
            return
    reading.happenings.append(new)


def _amend_work(reading: Reading, work: Element) -> None:
    """An amendment whose work is the law that it changes."""
    day = next(day for name, day in frbr.work_dates(work) if kind_of_legal_event(name) == "amended")[:10]
    changed = frbr.address([work])
    base = Law(f"{reading.law.state}/{changed.year or 'undated'}/{changed.name}", reading.law.state)
    changes = [e for e in walk(reading.element) if local(e) == "articleChange"]
    reading.staged.read += len(changes)
    reading.staged.loaded += len(changes)
    if reading.is_day("amendment", day):
        _introduce(reading, base)
        notes = tuple(sorted(f"{e.get('type', 'change')}: {e.get('article', 'the act')}" for e in changes))
        _add(reading, Happening(base.key, "amended", day, reading.law.key, notes))


def _introduce(reading: Reading, other: Law) -> None:
    """Say that another law exists, as far as its address tells."""
    if other.key != reading.law.key:
        origin = Origin(thing("document", reading.staged.source), reading.file)
        reading.staged.say(law_statements(other, origin, "meta"))
