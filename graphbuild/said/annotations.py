"""The fields of an annotation of the Universal Human Rights Index, whatever an export calls them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from graphbuild import vocabulary
from graphbuild.errors import cut
from graphbuild.said import ohchr
from graphbuild.terms import local_id

#: Day 0 of the serial numbers by which spreadsheets count days, and the numbers of 1954 to 2119.
_DAY_ZERO, _SERIALS = date(1899, 12, 30), range(20_000, 80_000)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?=$|[T ])")
_RUN_TOGETHER = re.compile(r"(?<=[a-zé)])(?=[A-Z])|\s+-\s+|\s*;\s*")


class AnnotationError(ValueError):
    """A field that is wrong: which, its value, why, and what to do."""

    def __init__(self, field: str, value: str | None, message: str, remedy: str) -> None:
        super().__init__(message)
        self.field, self.remedy = field, remedy
        self.value = value if value is None else cut(value)


class NotUsedError(ValueError):
    """An annotation with nothing wrong that is not used: its id, what stands there, and why."""

    def __init__(self, name: str, what: str, why: str) -> None:
        super().__init__(why)
        self.name, self.what = name, what


@dataclass(frozen=True)
class Annotation:
    """One annotation, cleaned: lists without hyphens, the day in EDTF, numbers of goals, notations of its kinds."""

    name: str
    kinds: tuple[str, ...]
    bodies: tuple[str, ...]
    text: str
    countries: tuple[str, ...]
    symbol: str
    day: str
    themes: tuple[str, ...]
    affected: tuple[str, ...]
    goals: tuple[str, ...]
    cycle: str
    session: str
    recommending: tuple[str, ...]
    positions: tuple[str, ...]

    @property
    def is_review(self) -> bool:
        """Whether it comes from the Universal Periodic Review."""
        return any(body.casefold() in _bodies_of_review() for body in self.bodies)

    def states(self, counts: Counter[str]) -> tuple[str, ...]:
        """Alpha-3 codes of the states it is about; territories and organisations are counted, not returned."""
        names = [name for words in self.countries for name in _parted(words)]
        codes = {name: ohchr.state_code(name) for name in names}
        for name, code in codes.items():
            if not code and not _is_beside(name):
                raise AnnotationError("Countries", name, "is not a state we know", vocabulary.add_spelling(name))
        if not any(codes.values()):
            raise NotUsedError(self.name, "; ".join(names), "is about no state that the graph knows")
        counts["no state"] += sum(not code for code in codes.values())
        return tuple(dict.fromkeys(filter(None, codes.values())))

    def recommenders(self) -> list[str]:
        """The recommending states as written, one by one."""
        return [name for words in self.recommending for name in _parted(words)]

    def refuse_unknown(self, names: Iterable[str]) -> None:
        """Raises AnnotationError for the first of some names of states that nobody knows."""
        for name in names:
            remedy = vocabulary.add_spelling(name)
            raise AnnotationError("UprRecommendingStates", name, "is not a state we know", remedy)

    def position(self) -> tuple[str, str]:
        """The notation of the position and the words for it; both empty if none is given."""
        words = "/".join(self.positions)
        position = ohchr.position_of(words)
        if words and not position:
            remedy = "use Supported, Noted or Supported/Noted"
            raise AnnotationError("UprPosition", words, "is not a position we know", remedy)
        return position, words


def field_of(name: str) -> str:
    """What a field of this name holds; empty if that is not known or not used."""
    return "" if name.startswith("_") and name != "_id" else _holding().get(_letters(name), "")


def is_spare(name: str) -> bool:
    """Whether a column is known and not used."""
    return _letters(name) in _unused()


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.casefold())


def _names(what: str) -> list[str]:
    """The names, in small letters, that a field with this content has had in exports."""
    return vocabulary.listed(list[str], "ohchr", "annotation", "fields", what)


@cache
def _holding() -> dict[str, str]:
    """What the field of each name holds."""
    fields = vocabulary.listed(dict[str, list[str]], "ohchr", "annotation", "fields")
    return {name: what for what, names in fields.items() for name in names}


@cache
def _unused() -> frozenset[str]:
    return frozenset(vocabulary.listed(list[str], "ohchr", "annotation", "unused"))


@cache
def _bodies_of_review() -> frozenset[str]:
    return frozenset(map(str.casefold, vocabulary.listed(list[str], "ohchr", "review")))


def annotation_of(raw: Mapping[str, object]) -> Annotation:
    """An annotation from its fields.

    Raises AnnotationError if a field is missing or wrong, NotUsedError if there is nothing to be used.
    """
    held = _by_field(raw)
    name, bodies = _one("id", held), _list("body", held)
    if not name or not bodies:
        raise AnnotationError("Body" if name else "AnnotationId", "", "the field is empty", "export the record again")
    text = "\n".join(str(value) for value in held["text"] if value)
    if not text.strip():
        raise NotUsedError(name, "; ".join(bodies), "has no text")
    return Annotation(
        name=name,
        kinds=_kinds(held),
        bodies=bodies,
        text=text,
        countries=_list("countries", held),
        symbol=_one("symbol", held),
        day=_day(held),
        themes=_list("themes", held),
        affected=_list("affected", held),
        goals=_goals(held),
        cycle=_one("cycle", held),
        session=_one("session", held),
        recommending=_list("states", held),
        positions=_list("position", held),
    )


Held = Mapping[str, list[object]]


def _by_field(raw: Mapping[str, object]) -> Held:
    """The values by what their field holds; AnnotationError if a field that is needed is missing."""
    held: dict[str, list[object]] = {}
    for name, value in raw.items():
        if what := field_of(name):
            held.setdefault(what, []).append(value)
    for what in ("id", "text", "type", "countries", "body"):
        if what not in held:
            raise AnnotationError(_names(what)[-1], None, "the field is missing", "export the records with all fields")
    return held


def _list(what: str, held: Held) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry for value in held.get(what, ()) for entry in _entries(value)))


def _entries(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _entries(each)
    elif isinstance(value, float) and value.is_integer():
        yield str(int(value))
    elif value is not None:
        yield from ohchr.entries(str(value))


def _one(what: str, held: Held) -> str:
    found = _list(what, held)
    if len(found) > 1:
        raise AnnotationError(what, "; ".join(found), "holds more than one value", "keep the one that is meant")
    return found[0] if found else ""


def _kinds(held: Held) -> tuple[str, ...]:
    known = vocabulary.concepts()["observation-kind"]
    for words in _list("type", held) or ("",):
        if words.casefold() not in known:
            remedy = "use Recommendations or Concerns/Observations"
            raise AnnotationError("AnnotationType", words, "is not a type of annotation we know", remedy)
    found = (known[words.casefold()] for words in _list("type", held))
    return tuple(local_id(concept) for concept in found)


def _goals(held: Held) -> tuple[str, ...]:
    numbers = {words: ohchr.goal_number(words) for words in _list("goals", held)}
    for words, number in numbers.items():
        if not number:
            remedy = "write it as 16 or 16.3, before its title"
            raise AnnotationError("Sdgs", words, "does not begin with the number of a goal or target", remedy)
    return tuple(dict.fromkeys(numbers.values()))


def _day(held: Held) -> str:
    for value in held.get("date", ()):
        if value not in (None, ""):
            return _date(value)
    return ""


def _date(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    words = str(value).removeprefix("- ").strip()
    if _ISO.match(words):
        return words[:10]
    try:
        serial = int(float(words))
    except (ValueError, OverflowError):
        serial = 0
    if serial not in _SERIALS:
        raise AnnotationError("PublicationDate", words, "is not a date", "write it as 2026-03-23")
    return (_DAY_ZERO + timedelta(serial)).isoformat()


# --- Names of states -------------------------------------------------------


def _parted(words: str) -> list[str]:
    """The names in an entry: one, or several that run together, if each of them is a state."""
    if ohchr.state_code(words):
        return [words]
    parts = [part.strip() for part in _RUN_TOGETHER.split(words) if part.strip()]
    return parts if len(parts) > 1 and all(map(ohchr.state_code, parts)) else [words]


def _is_beside(name: str) -> bool:
    """Whether a name is that of a territory or organisation, so that it is no misspelt state."""
    import countrynames

    within = re.search(r"\(([^()]+)\)\s*$", name)
    if name.casefold() in vocabulary.listed_names("beside_states") or (within and _is_beside(within[1])):
        return True
    try:
        code = countrynames.to_code_3(name) if len(name) > 3 else None
    except KeyError:
        return False
    return code is not None and code.casefold() not in vocabulary.states()
