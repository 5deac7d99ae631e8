"""Which recommendations of a review the records of another source speak of, by state and by words.

What is clear is joined first, then what is clear once that is taken. A record
that unites several wordings of one numbered item, as rows of databases do, is
joined to the one it is most like, and answers for the others too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from graphbuild.likeness import alike, folded, limits

#: Where the record names another state than the recommendation, only a person can tell.
OTHER = "other state"
SAME_TAGS = "same state and tags"
SEVERAL = "several wordings, same state"
WITHIN = "words within the text, same state"


@dataclass
class Said:
    """A record as far as joining looks at it; names are IRIs, the paragraph is empty if it gives none."""

    graph: str
    record: str
    recommendation: str
    review: str
    paragraph: str
    texts: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)

    @property
    def numbered(self) -> bool:
        """Whether it says where in the list of the report the recommendation stands."""
        return bool(self.paragraph)

    @cached_property
    def words(self) -> dict[str, frozenset[str]]:
        """Its texts, folded, with the words of each."""
        return {text: frozenset(text.split()) for text in map(folded, self.texts)}


@dataclass(frozen=True)
class Link:
    """A record and a recommendation: joined, united (the record answers for it too), uncertain or refused."""

    record: str
    recommendation: str
    score: float
    method: str
    status: str


#: A record and a recommendation, and whether a person took them for the same.
Decided = dict[tuple[str, str], bool]
#: Candidates, best first: score, recommendation, method.
Ranked = list[tuple[float, str, str]]


@dataclass
class _Known:
    """What the records say of one recommendation: texts folded, with the words of each."""

    paragraph: str = ""
    texts: dict[str, frozenset[str]] = field(default_factory=dict)
    states: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)


class Anchors:
    """The recommendations of a review that records can be joined to."""

    def __init__(self, records: Iterable[Said]) -> None:
        self._known: dict[str, _Known] = defaultdict(_Known)
        self._worded: dict[str, set[str]] = defaultdict(set)
        self._made_by: dict[str, set[str]] = defaultdict(set)
        self._wordings: dict[str, set[str]] = defaultdict(set)
        self.extend(records)

    def __bool__(self) -> bool:
        return bool(self._known)

    def extend(self, records: Iterable[Said]) -> None:
        """Let these records be joined to as well."""
        for said in records:
            known = self._known[said.recommendation]
            known.texts |= said.words
            known.states |= said.states
            known.tags |= said.tags
            known.paragraph = known.paragraph or said.paragraph
            if said.numbered and not said.recommendation.endswith(f"/{said.paragraph}"):
                self._wordings[said.paragraph].add(said.recommendation)
        self._index()

    def _index(self) -> None:
        self._unnamed = {name for name, known in self._known.items() if not known.states}
        for name, known in self._known.items():
            for text in known.texts:
                self._worded[text].add(name)
            for state in known.states:
                self._made_by[state].add(name)

    def match(self, records: list[Said], decided: Decided) -> list[Link]:
        """Link the records of one source."""
        refused = {s.record: {r for (record, r), same in decided.items() if record == s.record and not same}
                   for s in records}  # fmt: skip
        chosen, more = self._decided(records, decided)
        taken = {link.recommendation for link in chosen.values()}
        ranked = {said.record: self._ranked(said, refused[said.record], taken) for said in records}
        while found := _clear(ranked, chosen) or self._several(records, ranked, chosen):
            chosen |= found
        links = [Link(s, r, 0.0, "decision", "refused") for s, rs in sorted(refused.items()) for r in sorted(rs)]
        links += [x for s in ranked for x in ([chosen[s]] if s in chosen else _uncertain(s, ranked[s]))]
        return [*links, *more, *self._united(records, chosen, {(x.record, x.recommendation) for x in [*links, *more]})]

    def _decided(self, records: list[Said], decided: Decided) -> tuple[dict[str, Link], list[Link]]:
        """What people decided: the recommendation a record is joined to, and others that it answers for."""
        names = {said.record for said in records}
        chosen, more = dict[str, Link](), list[Link]()
        for (record, recommendation), same in sorted(decided.items()):
            if same and record in names and recommendation in self._known:
                if record in chosen:
                    more.append(Link(record, recommendation, 1.0, "decision", "united"))
                else:
                    chosen[record] = Link(record, recommendation, 1.0, "decision", "joined")
        return chosen, more

    def _ranked(self, said: Said, refused: set[str], taken: set[str]) -> Ranked:
        near = {r for text in said.words for r in self._worded.get(text, ())}
        same = [r for r in near - refused if r != said.recommendation and self._known[r].states & said.states]
        if len(same) == 1 and same[0] not in taken:  # nothing else can be as good
            return [(1.0, same[0], "same words, same state")]
        near |= self._unnamed.union(*(self._made_by.get(state, ()) for state in said.states))
        near |= set() if said.states else self._known.keys()
        scored = ((*self._score(said, r), r) for r in near - refused if r != said.recommendation)
        return sorted(((score, r, method) for score, method, r in scored), key=lambda one: (-one[0], one[1]))

    def _score(self, said: Said, recommendation: str) -> tuple[float, str]:
        known, number = self._known[recommendation], limits("joining")
        tagged = bool(known.states & said.states and said.tags and said.tags == known.tags)
        least = 2 * number["uncertain"] - 1 if tagged else number["uncertain"]
        score, words = max(alike(one, other, least) for one in said.words for other in known.texts)
        if known.states & said.states:
            if score < 0.95 and tagged:
                return round((1 + score) / 2, 3), f"{words}, {SAME_TAGS}"  # the same tags halve the doubt
            return score, f"{words}, same state"
        if not known.states or not said.states:
            return round(score * number["unnamed"], 3), f"{words}, state not given"
        return round(score * number["other_state"], 3), f"{words}, {OTHER}"

    def _several(self, records: list[Said], ranked: dict[str, Ranked], chosen: dict[str, Link]) -> dict[str, Link]:
        """Records whose best candidates are wordings of one item: what keeps them apart is no doubt about the item."""
        taken = {link.recommendation for link in chosen.values()}
        found = {}
        for said in records:
            free = [one for one in ranked[said.record] if one[1] not in taken]
            if said.record not in chosen and free and (link := self._several_of(said, free)):
                found[said.record] = link
        return found

    def _several_of(self, said: Said, free: Ranked) -> Link | None:
        number, (best, recommendation, _) = limits("joining"), free[0]
        sisters = {r for r in self._sisters(recommendation) | {recommendation} if self._holds(said, r)}
        rival = next((score for score, r, _ in free if r not in sisters), 0.0)
        if len(sisters) < 2 or recommendation not in sisters or best < number["uncertain"]:
            return None
        if best - rival < number["margin"]:
            return None
        return Link(said.record, recommendation, best, SEVERAL, "joined")

    def _united(self, records: list[Said], chosen: dict[str, Link], known: set[tuple[str, str]]) -> Iterator[Link]:
        """The other wordings of the item that a joined record holds, where its state has no record of their own."""
        own = {(chosen[s.record].recommendation, state) for s in records if s.record in chosen for state in s.states}
        for said in records:
            for sister in sorted(self._sisters(chosen[said.record].recommendation)) if said.record in chosen else ():
                states = self._known[sister].states & said.states
                if (said.record, sister) not in known and any((sister, state) not in own for state in states):
                    if share := self._holds(said, sister):
                        yield Link(said.record, sister, share, WITHIN, "united")

    def _sisters(self, recommendation: str) -> set[str]:
        """The other wordings of the numbered item that a wording stands in."""
        wordings = self._wordings.get(self._known[recommendation].paragraph, set())
        return wordings - {recommendation} if recommendation in wordings else set()

    def _holds(self, said: Said, recommendation: str) -> float:
        """The share of a wording's words that stand in a record of the same state; 0 if they are too few."""
        known, words = self._known[recommendation], frozenset[str]().union(*said.words.values())
        if not known.states & said.states:
            return 0.0
        share = max(len(own & words) / max(len(own), 1) for own in known.texts.values())
        return round(share, 3) if share >= limits("joining")["united"] else 0.0


def _clear(ranked: dict[str, Ranked], chosen: dict[str, Link]) -> dict[str, Link]:
    """The records not yet joined whose best candidate is good, and better than all that is not taken."""
    taken = {link.recommendation for link in chosen.values()}
    found = {}
    for record, candidates in ranked.items():
        free = [] if record in chosen else [one for one in candidates if one[1] not in taken]
        if free and _is_clear(candidates, free):
            score, recommendation, method = free[0]
            found[record] = Link(record, recommendation, score, method, "joined")
    return found


def _is_clear(candidates: Ranked, free: Ranked) -> bool:
    score, _, method = free[0]
    number = limits("joining")
    second = free[1][0] if len(free) > 1 else 0.0
    enough = score >= number["tagged" if SAME_TAGS in method else "joined"] and OTHER not in method
    near_best = score >= candidates[0][0] - 2 * number["margin"]
    return enough and near_best and (score == 1.0 > second or score - second >= number["margin"])


def _uncertain(record: str, ranked: Ranked) -> list[Link]:
    """What a person has to choose from: the three best that are nearly as good as the best."""
    number = limits("joining")
    close = [one for one in ranked[:3] if one[0] >= max(number["uncertain"], ranked[0][0] - 2 * number["margin"])]
    return [Link(record, recommendation, score, method, "uncertain") for score, recommendation, method in close]
