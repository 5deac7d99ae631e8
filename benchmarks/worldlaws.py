"""The laws, events and acts of a made-up state, as tables of a casebook."""

from __future__ import annotations

import random
from collections.abc import Iterator

from worldwords import ACTS, CHANGES, DIRECTIONS, EVENTS, GROUPS, LAWS, MATTERS, MECHANISMS, SUBJECTS

Row = dict[str, str]

#: Laws of a state (193 states have some 4,000), and events, persons and acts.
STATE_LAWS, STATE_EVENTS, STATE_PERSONS, STATE_ACTS = 21, 4, 4, 8
SPEAKERS = ("WATCH", "LEAGUE")
SOURCES = (
    ("LAWS", "Texts of laws", "law-text"),
    ("WATCH-REPORT", "Report of a watch group", "ngo-report"),
    ("PRESS", "Press reports", "media"),
    *((f"WG{c}", f"Report of the Working Group, cycle {c}", "working-group-report") for c in (1, 2, 3)),
    *((f"ADD{c}", f"Addendum to the report, cycle {c}", "addendum") for c in (1, 2, 3)),
)


def law_tables(code: str, place: int) -> dict[str, list[Row]]:
    """Every table of a state's casebook but its reviews and recommendations."""
    chance = random.Random(f"{code} laws")
    laws = [law for number in range(STATE_LAWS) for law in [_law(chance, code, number)]]
    provisions = replacing(chance, [p for law in laws for p in _provisions(chance, law["law"])])
    effects = [e for p in provisions for e in _effects(chance, p["provision"])]
    return {
        "sources": [{"source": s, "title": title, "kind": kind} for s, title, kind in SOURCES],
        "agents": [{"agent": f"{code}-{s}", "name": f"{s.title()} of {code}", "kind": "ngo"} for s in SPEAKERS],
        "laws": laws,
        "provisions": provisions,
        "legal_events": list(_legal_events(chance, laws)),
        "effects": effects,
        "claims": list(_claims(chance, code, effects)),
        **_happenings(chance, code, provisions, place),
    }


def _of(chance: random.Random, words: tuple[str, ...]) -> str:
    return words[int(chance.random() * len(words))]


def _law(chance: random.Random, code: str, number: int) -> Row:
    year = 1995 + int(chance.random() * 27)
    return {"law": f"{code}/{year}/{100 + number}", "state": code, "number": f"{100 + number}",
            "title": f"On {_of(chance, SUBJECTS)}, number {number}", "kind": _of(chance, LAWS), "sources": "LAWS",
            "unconfirmed": "number" if chance.random() < 0.03 else ""}


def _provisions(chance: random.Random, law: str) -> Iterator[Row]:
    for number in range(1, 6 if chance.random() < 0.25 else 1 + 1 + int(chance.random() * 3)):
        yield {"provision": f"{law}/art-{number}", "law": law, "label": f"art. {number}",
               "text": f"Rules of article {number} on {MATTERS[int(chance.random() * len(MATTERS))][0]}",
               "change": _of(chance, CHANGES), "replaces": "", "sources": f"LAWS art. {number}"}


def replacing(chance: random.Random, provisions: list[Row]) -> list[Row]:
    """The same; what differs from another replaces one of an earlier law, or is new where there is none left."""
    free = {p["provision"]: _year(p["law"]) for p in provisions}
    for one in sorted(provisions, key=lambda p: _year(p["law"])):
        if one["change"] in ("new", "unknown"):
            continue
        earlier = tuple(name for name, year in free.items() if year < _year(one["law"]))
        one["replaces"] = _of(chance, earlier) if earlier else ""
        one["change"] = one["change"] if earlier else "new"
        free.pop(one["replaces"], None)
    return provisions


def _year(law: str) -> int:
    return int(law.split("/")[1])


def _effects(chance: random.Random, provision: str) -> Iterator[Row]:
    for number in range(1, 3 if chance.random() < 0.2 else 2):
        words, _, right = MATTERS[int(chance.random() * len(MATTERS))]
        group = GROUPS[int(chance.random() * len(GROUPS))][1] if chance.random() < 0.5 else ""
        direction = _of(chance, DIRECTIONS)
        yield {"effect": f"{provision}/{number}", "provision": provision, "right": right, "direction": direction,
               "addressee": group, "mechanism": _of(chance, MECHANISMS),
               "text": f"What it does to {words}: {direction}"}


def _legal_events(chance: random.Random, laws: list[Row]) -> Iterator[Row]:
    for law in laws:
        year = _year(law["law"])
        day = f"{1 + int(chance.random() * 12):02}-{1 + int(chance.random() * 28):02}"
        tabled = chance.random() < 0.04
        yield {"affects": law["law"], "kind": "tabled" if tabled else "adopted", "n": "1", "date": f"{year}-{day}",
               "by": "", "sources": "LAWS"}
        if not tabled and chance.random() < 0.4:
            yield {"affects": law["law"], "kind": "inForce", "n": "1", "date": f"{year + 1}-01-01", "by": "",
                   "sources": "LAWS"}
        later = [other["law"] for other in laws if _year(other["law"]) > year]
        if not tabled and later and chance.random() < 0.15:
            by = later[int(chance.random() * len(later))]
            yield {"affects": law["law"], "kind": "repealed", "n": "1", "date": by.split("/")[1], "by": by,
                   "sources": "LAWS"}


def _claims(chance: random.Random, code: str, effects: list[Row]) -> Iterator[Row]:
    for number, effect in enumerate(effects, 1):
        said = ["affirmed"] if chance.random() < 0.95 else ["affirmed", "denied"]
        for polarity in said if chance.random() < 0.97 else []:
            speaker = code if polarity == "denied" else f"{code}-{_of(chance, SPEAKERS)}"
            yield {"claim": f"C-{number}-{polarity[0]}", "about": effect["effect"], "polarity": polarity,
                   "modality": "implied" if chance.random() < 0.1 else "asserts", "asserted_by": speaker,
                   "text": f"Statement {number} on an article", "source": "WATCH-REPORT",
                   "place": f"p. {number}"}


def _happenings(chance: random.Random, code: str, provisions: list[Row], place: int) -> dict[str, list[Row]]:
    days = [f"{2009 + int(chance.random() * 12)}-{1 + int(chance.random() * 12):02}" for _ in range(STATE_ACTS)]
    days[2] = days[1]  # one event is part of another
    events = [{"event": f"E-{n}", "kind": _of(chance, EVENTS), "title": f"Event {n} of {code}", "date": days[n],
               "state": code, "part_of": "E-1" if n == 2 else "", "sensitivity": "S0", "sources": "PRESS"}
              for n in range(1, STATE_EVENTS + 1)]
    persons = [{"person": f"P-{n}", "sensitivity": "S2", "text": "A made-up person", "sources": "PRESS"}
               for n in range(1, STATE_PERSONS + 1)]
    names = [{"person": p["person"], "n": "1", "name": f"Nobody {p['person']} {code}", "language": "en"}
             for p in persons]
    acts = [{"act": f"A-{n}", "kind": _of(chance, ACTS), "date": days[n - 1], "event": f"E-{1 + n % STATE_EVENTS}",
             "state": code, "actor": code, "person": f"P-{1 + n % STATE_PERSONS}",
             "provision": _of(chance, _before(provisions, days[n - 1])),
             "right": MATTERS[(place + n) % len(MATTERS)][2], "sources": "PRESS"}
            for n in range(1, STATE_ACTS + 1)]
    figures = [{"figure": f"F-{n}-{low}", "event": f"E-{n}", "measure": "detained", "value": str(low),
                "min": str(low), "max": str(low), "asserted_by": f"{code}-{speaker}", "source": "PRESS"}
               for n in range(1, STATE_EVENTS + 1) for low, speaker in zip((10 * n, 12 * n), SPEAKERS, strict=True)
               if chance.random() < 0.8]
    return {"events": events, "persons": persons, "names": names, "acts": acts,
            **({"figures": figures} if figures else {})}


def _before(provisions: list[Row], day: str) -> tuple[str, ...]:
    """The provisions of laws of earlier years than a day, or else of the oldest law."""
    oldest = min(_year(p["law"]) for p in provisions)
    return tuple(p["provision"] for p in provisions if _year(p["law"]) < max(int(day[:4]), oldest + 1))
