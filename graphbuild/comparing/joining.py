"""The same recommendation from several sources: which record speaks of which.

Where a review has a list by paragraph, records without a number are joined to
it by their words and the recommending state; where it has none, to the records
of the source that comes first by name. Every link keeps what it rests on and a
score. What is too uncertain is not joined but listed, for a person to decide;
decisions are a source like any other, and are followed at every load.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphbuild.comparing.matching import Anchors, ComparedRecord, Decided, Link
from graphbuild.stores.anystore import Store, select
from graphbuild.stores.staging import SETTLED, Staging
from graphbuild.terms import A, Term, Triple, id_of, iri, line, literal, term, thing

#: Graphs of which it takes less time to look at each than to look through all.
FEW = 10

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
    OPTIONAL { ?decision upr:date/upr:earliest ?day }
  }
}
ORDER BY ?day DESC(?verdict)
"""


_JOINED = """
PREFIX upr: <https://w3id.org/graphbuild/upr#>
SELECT ?graph (COUNT(DISTINCT ?recommendation) AS ?count)
WHERE { %s ?recommendation a upr:Recommendation ; upr:inSource ?graph, ?other FILTER (?graph != ?other) }
GROUP BY ?graph
"""
_ALONE = """
PREFIX upr: <https://w3id.org/graphbuild/upr#>
SELECT ?graph (COUNT(DISTINCT ?record) AS ?count)
WHERE {
  %s
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


def count_joined(store: Store, graphs: Sequence[str]) -> Joined:
    """What the joining of a published store came to for some said graphs, and maybe for others."""
    if not graphs:
        return Joined({}, {})
    asked = f"VALUES ?graph {{ {' '.join(map(iri, graphs))} }}" if len(graphs) < FEW else ""
    shared, alone = (
        {row["graph"].value: int(row["count"].value) for row in select(store, query % asked)}
        for query in (_JOINED, _ALONE)
    )
    return Joined(shared, alone)


def join(staging: Staging) -> list[Link]:
    """Find which records of different sources speak of the same recommendation, and write it into the settled layer."""
    decided = _decisions(staging)
    links = [link for review in _by_review(staging) for link in _join_review(review, decided)]
    staging.add_lines(SETTLED, [line(t) for link in links for t in _statements(link)])
    return links


def _read(staging: Staging, review: str) -> list[ComparedRecord]:
    found: dict[tuple[str, str], ComparedRecord] = {}
    for row in staging.select(_RECORDS % f"<{review}>"):
        graph, record = row["graph"].value, row["record"].value
        recommendation, paragraph = row["recommendation"].value, row["paragraph"].value if row["paragraph"] else ""
        said = found.setdefault((graph, record), ComparedRecord(graph, record, recommendation, review, paragraph))
        said.texts.add(row["text"].value)
        if row["state"] is not None:
            said.states.add(row["state"].value)
        if row["tag"] is not None:
            said.tags.add(row["tag"].value)
    return sorted(found.values(), key=lambda said: (said.graph, said.record))


def _decisions(staging: Staging) -> Decided:
    """What people decided: of several decisions on a pair the last, and of one day that the two are different."""
    rows = staging.select(_DECISIONS)
    return {(r["record"].value, r["recommendation"].value): r["verdict"].value.endswith("/same") for r in rows}


def _by_review(staging: Staging) -> Iterator[list[ComparedRecord]]:
    """The records of each review of which several sources speak, one review at a time."""
    speak = Counter(row["review"].value for row in staging.select(_REVIEWS))
    for review in sorted(review for review, count in speak.items() if count > 1):
        records = _read(staging, review)
        if len({said.graph for said in records}) > 1:
            yield records


def _join_review(records: list[ComparedRecord], decided: Decided) -> list[Link]:
    """Link what has no number: to the list, or else source by source to what the earlier ones gave."""
    anchors = Anchors(said for said in records if said.numbered)
    listed, links = bool(anchors), list[Link]()
    rest: dict[str, list[ComparedRecord]] = defaultdict(list)
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


def _statements(link: Link) -> Iterator[Triple]:
    record, recommendation = Term(f"<{link.record}>"), Term(f"<{link.recommendation}>")
    subject = thing("link", id_of(link.record), id_of(link.recommendation))
    yield subject, A, term("Link")
    yield subject, term("onRecord"), record
    yield subject, term("onRecommendation"), recommendation
    yield subject, term("score"), literal(f"{link.score:.3f}", datatype="xsd:decimal")
    yield subject, term("method"), literal(link.method)
    yield subject, term("status"), thing("link-status", link.status)
    if link.status == "joined":
        yield record, term("joinedTo"), recommendation
    if link.status == "united":
        yield record, term("answersFor"), recommendation
