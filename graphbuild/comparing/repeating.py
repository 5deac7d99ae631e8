"""Recommendations made again in a later cycle: which one repeats which, how, and how surely.

Each recommendation is held against all those that the same state received in
each earlier cycle. What two share counts by how rare it is: words that most
recommendations to a state use count little, and those that nearly all use are not
looked for. The numbers stand in ontology/rules/comparing.toml, the kinds in
ontology/schemes/repetitions.ttl.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from graphbuild.comparing.likeness import folded, limits
from graphbuild.stores.staging import Staging
from graphbuild.terms import ID, A, Term, Triple, id_of, literal, term, thing

_STATES = """
PREFIX upr: <https://w3id.org/graphbuild/upr#>
SELECT DISTINCT ?state
WHERE {
  { ?review upr:reviewOf ?node . BIND (STRAFTER(STR(?node), "/id/state/") AS ?state) }
  UNION {
    GRAPH ?graph { ?decision upr:earlierMade ?earlier }
    BIND (STRBEFORE(STRAFTER(STR(?earlier), "/id/recommendation/"), "/") AS ?state)
  }
}
"""
_RECOMMENDATIONS = """
PREFIX upr: <https://w3id.org/graphbuild/upr#>
SELECT ?recommendation ?cycle ?text ?issue ?action
WHERE {
  ?recommendation a upr:Recommendation ; upr:stateUnderReview %s ; upr:inCycle/upr:number ?cycle .
  { ?recommendation upr:text ?text } UNION { ?recommendation upr:paraphrase ?text }
  OPTIONAL { ?recommendation upr:issue ?issue }
  OPTIONAL { ?recommendation upr:action/<http://www.w3.org/2004/02/skos/core#notation> ?action }
}
"""
_DECISIONS = """
PREFIX upr: <https://w3id.org/graphbuild/upr#>
SELECT ?earlier ?later ?verdict
WHERE {
  GRAPH ?graph {
    ?decision upr:earlierMade ?earlier ; upr:laterMade ?later ; upr:verdict ?verdict .
    OPTIONAL { ?decision upr:date/upr:earliest ?day }
  }
  FILTER (STRSTARTS(STR(?earlier), "%s"))
}
# The last decision on a pair counts; of several of one day, that there is no repetition.
ORDER BY ?day STRENDS(STR(?verdict), "/none") DESC(?verdict)
"""


@dataclass
class Made:
    """A recommendation as far as repetition looks at it; names are IRIs, words folded."""

    recommendation: str
    cycle: int
    texts: set[str] = field(default_factory=set)
    issues: set[str] = field(default_factory=set)
    action: int = 0
    words: frozenset[str] = frozenset()
    weight: float = 0.0


@dataclass(frozen=True)
class Repetition:
    """A later recommendation, the earlier one it repeats, the kind (a notation), the score, and the status."""

    earlier: str
    later: str
    kind: str
    score: float
    status: str


def repetitions(staging: Staging) -> Iterator[Repetition]:
    """Find what was recommended again, and follow what people decided; one state at a time."""
    for state in sorted(row["state"].value for row in staging.select(_STATES)):
        yield from repetitions_of(staging, state)


def repetitions_of(staging: Staging, state: str) -> Iterator[Repetition]:
    """What one state, by its alpha-3 code, was recommended again: by earlier and later, with what people decided."""
    found = {(r.earlier, r.later): r for r in _of_state(_made(staging, state))}
    for row in staging.select(_DECISIONS % f"{ID}recommendation/{state}/"):
        pair, kind = (row["earlier"].value, row["later"].value), row["verdict"].value.rpartition("/")[2]
        score = found[pair].score if pair in found else 0.0
        found[pair] = Repetition(*pair, kind, score, "refused" if kind == "none" else "decided")
    yield from (found[pair] for pair in sorted(found))


def repetition_statements(found: Iterable[Repetition]) -> Iterator[Triple]:
    """What the graph says of repetitions."""
    for one in found:
        subject = thing("repetition", id_of(one.later), "of", id_of(one.earlier))
        yield subject, A, term("Repetition")
        yield subject, term("earlierMade"), Term(f"<{one.earlier}>")
        yield subject, term("laterMade"), Term(f"<{one.later}>")
        yield subject, term("score"), literal(f"{one.score:.3f}", datatype="xsd:decimal")
        yield subject, term("status"), thing("link-status", one.status)
        if one.kind != "none":
            yield subject, term("kind"), thing("repetition-kind", one.kind)


def _made(staging: Staging, state: str) -> list[Made]:
    """The recommendations that a state received."""
    found: dict[str, Made] = {}
    for row in staging.select(_RECOMMENDATIONS % thing("state", state)):
        name = row["recommendation"].value
        made = found.setdefault(name, Made(name, int(row["cycle"].value)))
        made.texts.add(folded(row["text"].value))
        if row["issue"] is not None:
            made.issues.add(row["issue"].value)
        if row["action"] is not None:
            made.action = max(made.action, int(row["action"].value))
    return [found[name] for name in sorted(found)]


def _of_state(made: list[Made]) -> Iterator[Repetition]:
    for one in made:
        one.words = frozenset(word for text in one.texts for word in text.split())
    count = Counter(word for one in made for word in one.words)
    weights = _weights(count, len(made))
    for one in made:
        one.weight = math.fsum(weights[word] for word in one.words)
    usual = {word for word, number in count.items() if number > max(1, limits("repeating")["usual"] * len(made))}
    for cycle in sorted({one.cycle for one in made})[:-1]:
        earlier = _Earlier([one for one in made if one.cycle == cycle], weights, usual)
        for later in (one for one in made if one.cycle > cycle):
            yield from earlier.repeated_by(later)


def _weights(count: Counter[str], made: int) -> dict[str, float]:
    """For each word how much it tells: the square of the logarithm of its rarity."""
    return {word: math.log((1 + made) / number) ** 2 for word, number in count.items()}


class _Earlier:
    """The recommendations of one earlier cycle, found by the words they share with a later one."""

    def __init__(self, made: list[Made], weights: dict[str, float], usual: set[str]) -> None:
        self._made, self._weights, self._usual = made, weights, usual
        self._wholes = [one.weight for one in made]
        self._with: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(made):
            for word in one.words:
                self._with[word].append(number)

    def repeated_by(self, later: Made) -> Iterator[Repetition]:
        """The best earlier one, if it is good enough to be linked or to be shown to a person."""
        scored = [(self._score(self._made[number], later, shared), number) for number, shared in self._nearest(later)]
        if not scored:
            return
        score, number = max(scored, key=lambda one: (one[0], -one[1]))
        earlier, limit = self._made[number], limits("repeating")
        apart = bool(earlier.issues and later.issues and not earlier.issues & later.issues)
        if score >= limit["uncertain"] and not (apart and score < limit["untagged"]):
            status = "joined" if score >= limit["linked"] else "uncertain"
            kind = self._kind(earlier, later, score)
            yield Repetition(earlier.recommendation, later.recommendation, kind, score, status)

    def _nearest(self, later: Made) -> list[tuple[int, float]]:
        """Number and share of the weight of words in common, of those that share most by their rarest words."""
        common = defaultdict[int, float](float)
        for word, weight in self._telling(later):
            for number in self._with.get(word, ()):
                common[number] += weight
        total, wholes = later.weight, self._wholes
        shares = {number: w / (wholes[number] + total - w) for number, w in common.items()}
        best = sorted(shares, key=shares.__getitem__, reverse=True)[: int(limits("repeating")["shortlist"])]
        return [(number, self._share(number, later)) for number in best]

    def _telling(self, later: Made) -> Iterator[tuple[str, float]]:
        """The rarest words with their weights, until they hold most of what the text tells."""
        told, enough = 0.0, limits("repeating")["telling"] * later.weight
        for weight, word in sorted(((self._weights[word], word) for word in later.words), reverse=True):
            if told >= enough:
                return
            told += weight
            yield word, weight

    def _share(self, number: int, later: Made) -> float:
        """The weight of the words that both have, of all that either has; exact sums do not hang on an order."""
        earlier = self._made[number]
        common = math.fsum(self._weights[word] for word in earlier.words & later.words)
        return common / (earlier.weight + later.weight - common)

    @staticmethod
    def _score(earlier: Made, later: Made, shared: float) -> float:
        """Half by the words in common, half by the wording."""
        wording = max(fuzz.token_sort_ratio(a, b) for a in earlier.texts for b in later.texts)
        return round((shared + wording / 100) / 2, 3)

    def _kind(self, earlier: Made, later: Made, score: float) -> str:
        limit = limits("repeating")
        if score >= limit["same"]:
            return "same"
        wider = later.weight >= limit["wider"] * earlier.weight and self._extra(earlier, later) >= limit["extra"]
        if later.action > earlier.action > 0 or wider:
            return "build-up"
        return "general" if earlier.weight >= limit["wider"] * later.weight else "similar"

    def _extra(self, earlier: Made, later: Made) -> int:
        """How many words the later one adds that are not usual, nor other forms of words of the earlier one."""
        stem = int(limits("repeating")["stem"])
        known = {word[:stem] for word in earlier.words}
        return sum(word[:stem] not in known for word in later.words - self._usual)
