"""Which recommendations of a review the records of another source speak of, by state and by words.

What is clear is joined first, then what is clear once that is taken. A record
that unites several wordings of one numbered item, as rows of databases do, is
joined to the one it is most like, and answers for the others too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from graphbuild.comparing.likeness import SAME_WORDS, alike, folded, limits, same_or_part, written_out

#: Where the record names another state than the recommendation, only a person can tell.
OTHER = "other state"
SAME_STATE = "same state"
SAME_TAGS = "same state and tags"
SEVERAL = "several wordings, same state"
WITHIN = "words within the text, same state"


@dataclass
class ComparedRecord:
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
    def plain(self) -> set[str]:
        """Its texts, folded."""
        return {folded(text) for text in self.texts}

    @cached_property
    def long(self) -> set[str]:
        """Those of them that have short forms of names, with these written out."""
        return {folded(written_out(text)) for text in self.texts} - self.plain


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
class _Anchor:
    """What the records say of one recommendation; texts as in a record."""

    paragraph: str = ""
    plain: set[str] = field(default_factory=set)
    long: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)


class Anchors:
    """The recommendations of a review that records can be joined to."""

    def __init__(self, records: Iterable[ComparedRecord]) -> None:
        self._known: dict[str, _Anchor] = defaultdict(_Anchor)
        self._worded: dict[str, set[str]] = defaultdict(set)
        self._made_by: dict[str, set[str]] = defaultdict(set)
        self._wordings: dict[str, set[str]] = defaultdict(set)
        self.extend(records)

    def __bool__(self) -> bool:
        return bool(self._known)

    def extend(self, records: Iterable[ComparedRecord]) -> None:
        """Let these records be joined to as well."""
        for said in records:
            known = self._known[said.recommendation]
            known.plain |= said.plain
            known.long |= said.long
            known.states |= said.states
            known.tags |= said.tags
            known.paragraph = known.paragraph or said.paragraph
            if said.numbered and not said.recommendation.endswith(f"/{said.paragraph}"):
                self._wordings[said.paragraph].add(said.recommendation)
        self._index()

    def _index(self) -> None:
        self._unnamed = {name for name, known in self._known.items() if not known.states}
        for name, known in self._known.items():
            for text in known.plain | known.long:
                self._worded[text].add(name)
            for state in known.states:
                self._made_by[state].add(name)

    def match(self, records: list[ComparedRecord], decided: Decided) -> list[Link]:
        """Link the records of one source."""
        return _Source(self, records, decided).links()

    def knows(self, recommendation: str) -> bool:
        """Whether records can be joined to it."""
        return recommendation in self._known

    def shared(self, said: ComparedRecord, recommendation: str) -> set[str]:
        """The states that a record and a recommendation both name."""
        return self._known[recommendation].states & said.states

    def same(self, said: ComparedRecord) -> set[str]:
        """The recommendations with the same words."""
        return {r for text in said.plain | said.long for r in self._worded.get(text, ())}

    def near(self, said: ComparedRecord) -> set[str]:
        """The recommendations of the same words or states, and where one of the two names no state, all."""
        made = self._unnamed.union(*(self._made_by.get(state, ()) for state in said.states))
        return self.same(said) | made | (set() if said.states else set(self._known))

    def score(self, said: ComparedRecord, recommendation: str) -> tuple[float, str]:
        """How surely a record speaks of a recommendation, and what that rests on."""
        known, number = self._known[recommendation], limits("joining")
        shared = self.shared(said, recommendation)
        tagged = bool(shared and said.tags and said.tags == known.tags)
        least = 2 * number["uncertain"] - 1 if tagged else number["uncertain"]
        score, words = max(_likenesses(said, known, least))
        if shared and tagged and score < number["sure"]:
            return round((1 + score) / 2, 3), f"{words}, {SAME_TAGS}"  # the same tags halve the doubt
        if shared:
            return score, f"{words}, {SAME_STATE}"
        if not known.states or not said.states:
            return round(score * number["unnamed"], 3), f"{words}, state not given"
        return round(score * number["other_state"], 3), f"{words}, {OTHER}"

    def sisters(self, recommendation: str) -> set[str]:
        """The other wordings of the numbered item that a wording stands in."""
        wordings = self._wordings.get(self._known[recommendation].paragraph, set())
        return wordings - {recommendation} if recommendation in wordings else set()

    def held(self, said: ComparedRecord, wording: str, beside: str) -> float:
        """The share of what a wording says beside another that stands in a record; 0 if it is too little."""
        whole, words = self._words(wording), _words(said.plain | said.long)
        own = whole - self._words(beside) or whole
        share = round(len(own & words) / max(len(own), 1), 3)
        return share if share >= limits("joining")["united"] and self.shared(said, wording) else 0.0

    def _words(self, recommendation: str) -> set[str]:
        known = self._known[recommendation]
        return _words(known.long or known.plain)


def _likenesses(said: ComparedRecord, known: _Anchor, least: float) -> Iterator[tuple[float, str]]:
    """How alike texts are. A name that both give in short counts no more for being long when written out."""
    for ones, others in ((said.plain, known.plain), (said.long, known.plain), (said.plain, known.long)):
        yield from (alike(one, other, least) for one in ones for other in others)
    yield from filter(None, (same_or_part(one, other) for one in said.long for other in known.long))


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in text.split()}


class _Source:
    """The records of one source, and what they are joined to so far."""

    def __init__(self, anchors: Anchors, records: list[ComparedRecord], decided: Decided) -> None:
        self._anchors, self._records = anchors, {said.record: said for said in records}
        self._refused: dict[str, set[str]] = defaultdict(set)
        self._chosen: dict[str, Link] = {}
        self._more: list[Link] = []
        self._taken: set[tuple[str, str]] = set()
        for (record, recommendation), same in sorted(decided.items()):
            if record in self._records:
                self._decide(record, recommendation, same)
        self._take(self._chosen)
        self._ranked = {said.record: self._rank(said) for said in records}

    def _decide(self, record: str, recommendation: str, same: bool) -> None:
        """Follow a person: a record is joined to the first that is the same, and answers for the others."""
        if not same:
            self._refused[record].add(recommendation)
        elif record in self._chosen and self._anchors.knows(recommendation):
            self._more.append(Link(record, recommendation, 1.0, "decision", "united"))
        elif self._anchors.knows(recommendation):
            self._chosen[record] = Link(record, recommendation, 1.0, "decision", "joined")

    def links(self) -> list[Link]:
        """What is refused, joined or uncertain, then what joined records answer for besides."""
        while found := self._join(self._clear) or self._join(self._several):
            self._take(found)
        refused = [(record, r) for record, names in sorted(self._refused.items()) for r in sorted(names)]
        links = [Link(*pair, 0.0, "decision", "refused") for pair in refused]
        for record, ranked in self._ranked.items():
            links += [self._chosen[record]] if record in self._chosen else _uncertain(record, ranked)
        return [*links, *self._more, *self._united({(link.record, link.recommendation) for link in links + self._more})]

    def _take(self, found: dict[str, Link]) -> None:
        self._chosen |= found
        for link in found.values():
            self._taken |= {(link.recommendation, state) for state in ("", *self._records[link.record].states)}

    def _is_free(self, said: ComparedRecord, recommendation: str) -> bool:
        """Whether no other record was joined to it that names one of the same states."""
        states = self._anchors.shared(said, recommendation) or {""}
        return any((recommendation, state) not in self._taken for state in states)

    def _rank(self, said: ComparedRecord) -> Ranked:
        refused = self._refused.get(said.record, set()) | {said.recommendation}
        same = [r for r in self._anchors.same(said) - refused if self._anchors.shared(said, r)]
        if len(same) == 1 and self._is_free(said, same[0]):  # nothing else can be as good
            return [(1.0, same[0], f"{SAME_WORDS}, {SAME_STATE}")]
        scored = ((*self._anchors.score(said, r), r) for r in self._anchors.near(said) - refused)
        return sorted(((score, r, method) for score, method, r in scored), key=lambda one: (-one[0], one[1]))

    def _join(self, choose: Callable[[ComparedRecord, Ranked], Link | None]) -> dict[str, Link]:
        """The records not yet joined of which a way of choosing is sure, by what other records have left."""
        found = {}
        for record, said in self._records.items():
            ranked = [] if record in self._chosen else self._ranked[record]
            free = [one for one in ranked if self._is_free(said, one[1])]
            if free and (link := choose(said, free)):
                found[record] = link
        return found

    def _clear(self, said: ComparedRecord, free: Ranked) -> Link | None:
        """The best candidate, if it is good, and better than all others."""
        score, recommendation, method = free[0]
        number = limits("joining")
        second = free[1][0] if len(free) > 1 else 0.0
        enough = score >= number["tagged" if SAME_TAGS in method else "joined"] and OTHER not in method
        near_best = score >= self._ranked[said.record][0][0] - 2 * number["margin"]
        if enough and near_best and (score == 1.0 > second or score - second >= number["margin"]):
            return Link(said.record, recommendation, score, method, "joined")
        return None

    def _several(self, said: ComparedRecord, free: Ranked) -> Link | None:
        """The best candidate, if the record holds it and others of the item, and only these come near it."""
        number, (score, recommendation, _) = limits("joining"), free[0]
        sisters = {r for r in self._anchors.sisters(recommendation) if self._anchors.held(said, r, recommendation)}
        rival = next((other for other, r, _ in free if r not in {recommendation, *sisters}), 0.0)
        if sisters and score >= number["uncertain"] and score - rival >= number["margin"]:
            return Link(said.record, recommendation, score, SEVERAL, "joined")
        return None

    def _united(self, known: set[tuple[str, str]]) -> Iterator[Link]:
        """The other wordings of the item that a joined record holds, where its state has no record of their own."""
        for record, link in self._chosen.items():
            said = self._records[record]
            for sister in sorted(self._anchors.sisters(link.recommendation)):
                share = self._anchors.held(said, sister, link.recommendation)
                if share and (record, sister) not in known and self._is_free(said, sister):
                    yield Link(record, sister, share, WITHIN, "united")


def _uncertain(record: str, ranked: Ranked) -> list[Link]:
    """What a person has to choose from: the best that are nearly as good as the very best."""
    number = limits("joining")
    best = ranked[: int(number["choices"])]
    close = [one for one in best if one[0] >= max(number["uncertain"], best[0][0] - 2 * number["margin"])]
    return [Link(record, recommendation, score, method, "uncertain") for score, recommendation, method in close]
