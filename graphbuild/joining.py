"""The same recommendation from several sources: which record speaks of which.

Where a review has a list by paragraph, records without a number are joined to
it by their words and the recommending state; where it has none, to the records
of the source that comes first by name. Every link keeps what it rests on and a
score. What is too uncertain is not joined but listed, for a person to decide;
decisions are a source like any other, and are followed at every load.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graphbuild.likeness import folded, likeness, limits
from graphbuild.store import SETTLED, OxigraphStore, Staging
from graphbuild.terms import ID, A, Term, Triple, line, literal, term, thing

#: Where the record names another state than the recommendation, only a person can tell.
OTHER = "other state"
SAME_TAGS = "same state and tags"

_REVIEWS = """
PREFIX upr: <https://w3id.org/graphbuild/upr#>
SELECT DISTINCT ?review ?graph WHERE { GRAPH ?graph { ?record upr:inReview ?review } }
"""
_RECORDS = """
PREFIX upr: <https://w3id.org/graphbuild/upr#>
SELECT ?graph ?record ?recommendation ?paragraph ?text ?state ?tag
WHERE {
  GRAPH ?graph {
    ?record upr:inReview %s ; upr:recordOf ?recommendation ; upr:text|upr:paraphrase ?text .
    OPTIONAL { ?record upr:paragraph ?paragraph }
    OPTIONAL { ?record upr:recommendedBy ?state }
    OPTIONAL { ?record upr:issue|upr:action ?tag }
  }
}
"""
_DECISIONS = """
PREFIX upr: <https://w3id.org/graphbuild/upr#>
SELECT ?record ?recommendation ?verdict
WHERE {
  GRAPH ?graph {
    ?decision a upr:Decision ; upr:onRecord ?record ; upr:onRecommendation ?recommendation ; upr:verdict ?verdict .
  }
}
"""


_JOINED = """
PREFIX upr: <https://w3id.org/graphbuild/upr#>
SELECT ?graph (COUNT(DISTINCT ?recommendation) AS ?count)
WHERE { ?recommendation a upr:Recommendation ; upr:inSource ?graph, ?other FILTER (?graph != ?other) }
GROUP BY ?graph
"""
_ALONE = """
PREFIX upr: <https://w3id.org/graphbuild/upr#>
SELECT ?graph (COUNT(DISTINCT ?record) AS ?count)
WHERE {
  ?review upr:numbered true .
  GRAPH ?graph { ?record upr:inReview ?review ; upr:recordOf ?named }
  FILTER NOT EXISTS { ?record upr:speaksOf ?recommendation }
  FILTER NOT EXISTS { ?record upr:answersFor ?recommendation }
}
GROUP BY ?graph
"""


@dataclass(frozen=True)
class Joined:
    """For each said graph: recommendations that another source gives too, and records that settle nothing yet."""

    shared: dict[str, int]
    alone: dict[str, int]


def count_joined(store: OxigraphStore) -> Joined:
    """What the joining of a published store came to."""
    shared, alone = (
        {row["graph"].value: int(row["count"].value) for row in store.query(query)}  # type: ignore[attr-defined]
        for query in (_JOINED, _ALONE)
    )
    return Joined(shared, alone)


@dataclass
class Said:
    """A record as far as joining looks at it; names are IRIs."""

    graph: str
    record: str
    recommendation: str
    review: str
    numbered: bool
    texts: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Link:
    """A record and the recommendation it speaks of or may speak of: status is joined, uncertain or refused."""

    record: str
    recommendation: str
    score: float
    method: str
    status: str


def join(staging: Staging) -> list[Link]:
    """Find which records of different sources speak of the same recommendation, and write it into the settled layer."""
    decided = _decisions(staging)
    links = [link for review in _by_review(staging) for link in _join_review(review, decided)]
    staging.add_lines(SETTLED, [line(t) for link in links for t in _statements(link)])
    return links


def _read(staging: Staging, review: str) -> list[Said]:
    found: dict[tuple[str, str], Said] = {}
    for row in staging.select(_RECORDS % f"<{review}>"):
        graph, record = row["graph"].value, row["record"].value
        said = found.setdefault(
            (graph, record),
            Said(graph, record, row["recommendation"].value, review, row["paragraph"] is not None),
        )
        said.texts.add(row["text"].value)
        if row["state"] is not None:
            said.states.add(row["state"].value)
        if row["tag"] is not None:
            said.tags.add(row["tag"].value)
    return sorted(found.values(), key=lambda said: (said.graph, said.record))


def _decisions(staging: Staging) -> dict[tuple[str, str], bool]:
    rows = staging.select(_DECISIONS)
    return {(r["record"].value, r["recommendation"].value): r["verdict"].value.endswith("/same") for r in rows}


def _by_review(staging: Staging) -> Iterator[list[Said]]:
    """The records of each review of which several sources speak, one review at a time."""
    speak = Counter(row["review"].value for row in staging.select(_REVIEWS))
    for review in sorted(review for review, count in speak.items() if count > 1):
        records = _read(staging, review)
        if len({said.graph for said in records}) > 1:
            yield records


Decided = dict[tuple[str, str], bool]


def _join_review(records: list[Said], decided: Decided) -> list[Link]:
    """Link what has no number: to the list, or else source by source to what the earlier ones gave."""
    anchors = _Anchors(said for said in records if said.numbered)
    listed, links = bool(anchors), list[Link]()
    rest: dict[str, list[Said]] = defaultdict(list)
    for said in records:
        if not said.numbered:
            rest[said.graph].append(said)
    for graph in sorted(rest):
        found = anchors.match(rest[graph], decided) if anchors else []
        links += found
        if not listed:
            joined = {link.record for link in found if link.status == "joined"}
            anchors.extend(said for said in rest[graph] if said.record not in joined)
    return links


class _Anchors:
    """The recommendations of a review that records can be joined to, by state and by words."""

    def __init__(self, records: Iterable[Said]) -> None:
        self._states: dict[str, set[str]] = defaultdict(set)
        self._texts: dict[str, set[str]] = defaultdict(set)
        self._tags: dict[str, set[str]] = defaultdict(set)
        self.extend(records)

    def __bool__(self) -> bool:
        return bool(self._texts)

    def extend(self, records: Iterable[Said]) -> None:
        for said in records:
            self._texts[said.recommendation] |= said.texts
            self._states[said.recommendation] |= said.states
            self._tags[said.recommendation] |= said.tags
        self._words = defaultdict[str, set[str]](set)
        for recommendation, texts in self._texts.items():
            for text in texts:
                self._words[folded(text)].add(recommendation)

    def match(self, records: list[Said], decided: Decided) -> list[Link]:
        """Link the records of one source: what is clear first, then what is clear once that is taken."""
        refused = {s.record: {r for (record, r), same in decided.items() if record == s.record and not same}
                   for s in records}  # fmt: skip
        ranked = {said.record: self._ranked(said, refused[said.record]) for said in records}
        chosen = self._chosen(records, decided)
        while found := _clear(ranked, chosen):
            chosen |= found
        links = [Link(s, r, 0.0, "decision", "refused") for s, rs in sorted(refused.items()) for r in sorted(rs)]
        return links + [x for s in ranked for x in ([chosen[s]] if s in chosen else _uncertain(s, ranked[s]))]

    def _chosen(self, records: list[Said], decided: Decided) -> dict[str, Link]:
        """What people decided."""
        names = {said.record for said in records}
        return {
            record: Link(record, recommendation, 1.0, "decision", "joined")
            for (record, recommendation), same in sorted(decided.items())
            if same and record in names and recommendation in self._texts
        }

    def _ranked(self, said: Said, refused: set[str]) -> Ranked:
        """Candidates, best first: score, recommendation, method."""
        near = {r for text in said.texts for r in self._words.get(folded(text), ())}
        near |= {r for r, states in self._states.items() if states & said.states or not states or not said.states}
        scored = [(*self._score(said, r), r) for r in near - refused if r != said.recommendation]
        return sorted(((score, r, method) for score, method, r in scored), key=lambda one: (-one[0], one[1]))

    def _score(self, said: Said, recommendation: str) -> tuple[float, str]:
        pairs = (likeness(one, other) for one in said.texts for other in self._texts[recommendation])
        score, words = max(pairs)
        states = self._states[recommendation]
        if states & said.states:
            if score < 0.95 and said.tags and said.tags == self._tags[recommendation]:
                return round((1 + score) / 2, 3), f"{words}, {SAME_TAGS}"  # the same tags halve the doubt
            return score, f"{words}, same state"
        if not states or not said.states:
            return round(score * limits("joining")["unnamed"], 3), f"{words}, state not given"
        return round(score * limits("joining")["other_state"], 3), f"{words}, {OTHER}"


Ranked = list[tuple[float, str, str]]


def _clear(ranked: dict[str, Ranked], chosen: dict[str, Link]) -> dict[str, Link]:
    """The records not yet joined whose best candidate is good, and better than all that is not taken."""
    taken = {link.recommendation for link in chosen.values()}
    found = {}
    for record, candidates in ranked.items():
        free = [one for one in candidates if one[1] not in taken]
        if record not in chosen and free and _is_clear(candidates, free):
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


def _statements(link: Link) -> Iterator[Triple]:
    record, recommendation = Term(f"<{link.record}>"), Term(f"<{link.recommendation}>")
    subject = thing("link", _short(link.record), _short(link.recommendation))
    yield subject, A, term("Link")
    yield subject, term("onRecord"), record
    yield subject, term("onRecommendation"), recommendation
    yield subject, term("score"), literal(f"{link.score:.3f}", datatype="xsd:decimal")
    yield subject, term("method"), literal(link.method)
    yield subject, term("status"), thing("link-status", link.status)
    if link.status == "joined":
        yield record, term("joinedTo"), recommendation


def _short(name: str) -> str:
    return name.removeprefix(ID).partition("/")[2]
