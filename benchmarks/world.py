"""A made-up world of recommendations, laws, events and acts, as sources that `graphbuild load` reads.

    python benchmarks/world.py FOLDER [--scale 1]

Scale 1 is about 41,000 recommendations to all member states in three cycles,
3 about 123,000, which is the world today. Laws do not grow with the scale: some
4,000 with 12,000 provisions. The same scale gives the same bytes every time, on
every machine. Nothing in it was said or done by anybody.

The sources: one export in the shape of UPR Info's for each session; for each
state a casebook with reviews, laws, effects, claims, events and acts; and for
each session a file of asks in RDF. For every sixth state, and for Kazakhstan,
the casebook also lists the recommendations by paragraph, with answers of two
stages and asks: there the rows of the exports are joined to the list.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from worldlaws import law_tables
from worldwords import ANSWERS, GROUPS, MATTERS, PLACES, TAILS, VERBS

from graphbuild import dates, resources
from graphbuild.terms import A, Triple, digest, line, term, thing

#: Recommendations at scale 1, recommended wordings that stand in a review, and cycles.
RECOMMENDATIONS = 41_000
#: First and last session of each cycle.
CYCLES = {1: (1, 12), 2: (13, 26), 3: (27, 40)}
#: The paragraphs under which a cycle's reports list what was accepted and what was noted.
LISTS = {1: ("95", "97"), 2: ("126", "128"), 3: ("139", "141")}
HEADER = ["To", "To-Rgrp", "To-Org", "Text", "From", "From-Rgrp", "From-Org", "Response", "Action", "Issue", "Session"]

Tables = dict[str, list[dict[str, str]]]


@dataclass(frozen=True)
class State:
    """A state, and whether its casebook lists recommendations by paragraph."""

    code: str
    name: str
    place: int
    listed: bool


@dataclass(frozen=True)
class Wording:
    """The parts of a recommendation, as places in the lists of words."""

    verb: int
    matter: int
    group: int
    place: int
    tail: int
    step: int = 0

    @property
    def text(self) -> str:
        """The sentence."""
        verb, matter = VERBS[self.verb][0], MATTERS[self.matter][0]
        parts = [verb, matter, GROUPS[self.group][0], PLACES[self.place], TAILS[self.tail]]
        return " ".join(filter(None, parts)) + (f", step {self.step}" if self.step else "")


@dataclass(frozen=True)
class Made:
    """A recommendation in a review."""

    state: State
    cycle: int
    session: int
    wording: Wording
    by: tuple[State, ...]
    accepted: bool
    number: str
    asks: bool

    @property
    def key(self) -> str:
        """The id of the recommendation in the graph."""
        review = f"{self.state.code}/{self.cycle}"
        if self.state.listed:
            return f"{review}/{self.number}"
        return f"{review}/u-{digest(self.state.code, str(self.session), self.wording.text)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--states", type=int, help="how many states are reviewed; all, otherwise")
    given = parser.parse_args()
    print(json.dumps(write(given.folder, given.scale, given.states), indent=1))


def write(folder: Path, scale: int, states: int | None = None) -> dict[str, int]:
    """Write the sources of a world into a folder; how many there are of what. `states` is how many are reviewed."""
    counts: Counter[str] = Counter()
    by_session: dict[int, list[Made]] = defaultdict(list)
    everyone = members()
    for state in everyone[:states]:
        made = [one for cycle in CYCLES for one in recommendations(state, cycle, everyone, scale)]
        made = [*again(state, made)]
        for one in made:
            by_session[one.session].append(one)
        counts.update(write_casebook(folder / "casebooks" / state.code.lower(), state, made))
    for session, made in sorted(by_session.items()):
        counts["rows"] += write_export(folder / "exports" / f"session-{session:02}.csv", made)
        asks = [one for one in made if one.asks and not one.state.listed]
        counts["asks"] += write_asks(folder / "asks" / f"asks-{session:02}.nt", asks)
        counts["recommendations"] += len({one.key for one in made})
    return dict(sorted(counts.items()))


def members() -> list[State]:
    with (resources.WORLD / "states.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["membership"] == "member"]
    return [State(r["state"], r["name"], i, i % 6 == 0 or r["state"] == "KAZ") for i, r in enumerate(rows)]


def pick(chance: random.Random, words: Sequence[object]) -> int:
    """A place in a list; only `random` itself gives the same in every version of Python."""
    return int(chance.random() * len(words))


def recommendations(state: State, cycle: int, everyone: list[State], scale: int) -> Iterator[Made]:
    """What a state is recommended in one review; numbers are given later."""
    chance = random.Random(f"{state.code} {cycle}")
    first, last = CYCLES[cycle]
    session = first + state.place * (last - first + 1) // len(everyone)
    usual = RECOMMENDATIONS * scale / len(everyone) / len(CYCLES)
    for _ in range(round(usual * (0.5 + chance.random()))):
        wording = Wording(*(pick(chance, words) for words in (VERBS, MATTERS, GROUPS, PLACES, TAILS)))
        if chance.random() < 0.02:
            wording = replace(wording, group=0, place=0, tail=0)
        others = [s for s in everyone if s != state]
        several = 1 if chance.random() < 0.8 else 2 + int(chance.random() * 3)
        by = {others[pick(chance, others)].code: None for _ in range(several)}
        names = tuple(s for s in others if s.code in by)
        soft = VERBS[wording.verb][1] in "12"
        accepted = chance.random() < (0.95 if soft else 0.68)
        yield Made(state, cycle, session, wording, names, accepted, "", chance.random() < 0.3)


def again(state: State, made: list[Made]) -> Iterator[Made]:
    """The same with numbers; every seventh of a later cycle repeats an earlier one, mostly in other words."""
    chance = random.Random(f"{state.code} again")
    before: dict[int, list[Made]] = defaultdict(list)
    number, seen = Counter[str](), set[tuple[int, str]]()
    for one in made:
        if one.cycle > 1 and chance.random() < 0.15:
            old = before[one.cycle - 1][pick(chance, before[one.cycle - 1])].wording
            changed = {} if chance.random() < 0.2 else {"verb": one.wording.verb, "tail": one.wording.tail}
            one = replace(one, wording=replace(old, **changed))
        if (one.cycle, one.wording.text) in seen:  # one wording to one review is one recommendation
            continue
        seen.add((one.cycle, one.wording.text))
        place = LISTS[one.cycle][not one.accepted]
        number[place] += 1
        one = replace(one, number=f"{place}.{number[place]}")
        before[one.cycle].append(one)
        yield one


# --- Files -----------------------------------------------------------------------------


def write_export(path: Path, made: list[Made]) -> int:
    """An export of one session; how many rows it has."""
    rows = [[one.state.name, "", "", one.wording.text, by.name, "", "", "Accepted" if one.accepted else "Noted",
             VERBS[one.wording.verb][1], MATTERS[one.wording.matter][1], str(one.session)]
            for one in made for by in one.by]
    for state, session in sorted({(one.state.name, one.session) for one in made}):
        text = f"Report on what became of the recommendations of session {session}"
        rows.append([state, "", "", text, state, "", "", "Voluntary Pledge", "", "UPR process", str(session)])
    write_csv(path, [HEADER, *rows])
    return len(rows)


def write_csv(path: Path, rows: Iterable[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def write_asks(path: Path, made: list[Made]) -> int:
    """What the recommendations of a session ask, as N-Triples; how many asks."""
    if not made:
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line(triple)}\n" for one in made for triple in ask_statements(one))
    return len(made)


def ask_statements(one: Made) -> Iterator[Triple]:
    ask = thing("ask", one.key, "1")
    yield ask, A, term("Ask")
    yield ask, term("askOf"), thing("recommendation", one.key)
    for name, value in ask_cells(one).items():
        if value and name in TERMS:
            yield ask, term(TERMS[name][0]), thing(TERMS[name][1], value)


#: Columns of an ask: property and scheme.
TERMS = {
    "right": ("right", "right"),
    "direction": ("askedDirection", "asked-direction"),
    "force": ("force", "force"),
    "scope": ("scope", "scope"),
    "beneficiary": ("beneficiary", "group"),
}


def ask_cells(one: Made) -> dict[str, str]:
    """An ask as a row of a casebook."""
    _, _, direction, force = VERBS[one.wording.verb]
    scope = "specific" if one.wording.place or one.wording.tail else "general"
    return {"ask": f"{one.key}/1", "of": one.key, "right": MATTERS[one.wording.matter][2], "direction": direction,
            "force": force, "scope": scope, "beneficiary": GROUPS[one.wording.group][1]}


def write_casebook(folder: Path, state: State, made: list[Made]) -> Counter[str]:
    """The casebook of a state; how many rows each table has."""
    tables = law_tables(state.code, state.place) | review_tables(state, made)
    if state.listed:
        tables |= listed_tables(made)
    about = [["item", "value"], ["id", f"book-{state.code.lower()}"], ["title", f"Made-up casebook of {state.name}"]]
    write_csv(folder / "about.csv", about)
    for name, rows in tables.items():
        write_csv(folder / f"{name}.csv", [list(rows[0]), *(list(row.values()) for row in rows)])
    return Counter({name: len(rows) for name, rows in tables.items() if name not in ("recommendations", "sources")})


def review_tables(state: State, made: list[Made]) -> Tables:
    rows = []
    for cycle, session in sorted({(one.cycle, one.session) for one in made}):
        rows.append({"review": f"{state.code}/{cycle}", "state": state.code, "cycle": str(cycle),
                     "session": str(session), "date": day(session, state.place % 10),
                     "report_adopted": day(session, 10 + state.place % 4),
                     "outcome_adopted": day(session, 130)})
    return {"reviews": rows}


@cache
def opened() -> dict[int, date]:
    """The first day of each session."""
    with (resources.WORLD / "sessions.csv").open(encoding="utf-8-sig", newline="") as file:
        spans = {int(row["session"]): dates.parse(row["date"]) for row in csv.DictReader(file)}
    return {session: span.earliest for session, span in spans.items() if span.earliest}


def day(session: int, later: int) -> str:
    """So many days after a session opened."""
    return (opened()[session] + timedelta(days=later)).isoformat()


def listed_tables(made: list[Made]) -> Tables:
    """The recommendations by paragraph, with what they ask and how they were answered."""
    recommendations = [
        {"recommendation": one.key, "review": f"{one.state.code}/{one.cycle}", "paragraph": one.number,
         "states": "; ".join(by.code for by in one.by), "text": one.wording.text,
         "issues": MATTERS[one.wording.matter][1], "action": VERBS[one.wording.verb][1], "sources": f"WG{one.cycle}"}
        for one in made
    ]
    answers = [answer for one in made for answer in answers_to(one)]
    return {"recommendations": recommendations, "responses": answers, "asks": [ask_cells(o) for o in made if o.asks]}


def answers_to(one: Made) -> Iterator[dict[str, str]]:
    """The answer in the report, and for some that were left open there the answer of the addendum."""
    chance = random.Random(f"{one.key} answer")
    late, under_way = chance.random() < 0.25, chance.random() < 0.1
    position = "accepted" if one.accepted else "noted"
    said = "implementedOrUnderWay" if under_way and one.accepted else ""
    stages = [("workingGroup", day(one.session, 11), "pending" if late else position, "" if late else said)]
    if late:
        stages.append(("addendum", day(one.session, 90), position, said))
    for stage, when, answer, said in stages:
        source = f"WG{one.cycle}" if stage == "workingGroup" else f"ADD{one.cycle}"
        yield {"recommendation": one.key, "states": "", "stage": stage, "date": when, "position": answer,
               "recorded_as": ANSWERS[answer], "implementation": said, "source": source,
               "place": f"¶{one.number.partition('.')[0]}"}


if __name__ == "__main__":
    main()
