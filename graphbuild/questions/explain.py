"""Why a pledge and a law are a conflict, or why not: each test of the rule for one pair.

The tests are the blocks of the rule file itself, asked one by one; whoever
changes the rule changes the explanation with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from graphbuild import resources
from graphbuild.deriving.rules import Block, blocks, prologue
from graphbuild.errors import GraphbuildError
from graphbuild.stores.anystore import Store, select
from graphbuild.terms import CONCLUDED_GRAPHS, ID, literal, thing

#: How engines write that a pattern is there; Virtuoso 7.2 has no booleans.
_TRUE = ("true", "1")
RULE = resources.CONCLUDE / "pledge-conflict.rq"


@dataclass(frozen=True)
class Test:
    """One test of the rule and whether it holds for the pair."""

    name: str
    text: str
    holds: bool


@dataclass(frozen=True)
class Premise:
    """Something a verdict rests on: a claim, a response or a legal event, with its source."""

    what: str
    said_by: str
    source: str
    place: str


@dataclass
class Pair:
    """An ask and an effect, the outcome of every test, and the finding if there is one."""

    ask: str
    effect: str
    acceptance: str
    tests: list[Test]
    facts: dict[str, str] = field(default_factory=dict)
    grade: str = ""
    later: str = ""
    flags: list[str] = field(default_factory=list)
    premises: list[Premise] = field(default_factory=list)

    @property
    def failed(self) -> list[Test]:
        """The tests that do not hold."""
        return [t for t in self.tests if not t.holds]


def explain(store: Store, recommendation: str, law: str, acceptance: str, rule: Path = RULE) -> list[Pair]:
    """Every pair of an ask of the recommendation and an effect of the law (or of all laws of its state).

    Raises GraphbuildError if either is not in the store or nothing was coded for it.
    """
    pledge = _pledge(store, recommendation)
    laws = [_law(store, law, pledge)] if law else _laws_of(store, pledge)
    parts = blocks(rule)
    rows = list(select(store, _tests_query(rule, parts, pledge, laws, acceptance)))
    if not rows:
        raise GraphbuildError(_nothing_coded(store, pledge, laws))
    pairs = [_pair(store, row, parts, pledge, acceptance, rule) for row in rows]
    return sorted(pairs, key=lambda p: (len(p.failed), p.ask, p.effect))


def _tests_query(rule: Path, parts: list[Block], pledge: str, laws: list[str], acceptance: str) -> str:
    pair = next(b.pattern for b in parts if b.name == "pair")
    tests = "".join(f"BIND (EXISTS {{ {b.pattern} }} AS ?{b.name})\n" for b in parts if b.is_test)
    chosen = f"VALUES (?pledge ?acceptance) {{ ({pledge} {literal(acceptance)}) }} VALUES ?law {{ {' '.join(laws)} }}"
    return f"{prologue(rule)}SELECT * WHERE {{ {chosen}\n{pair}\n{tests} }} ORDER BY ?ask ?effect"


def _pair(
    store: Store, row: ox.QuerySolution, parts: list[Block], pledge: str, acceptance: str, rule: Path
) -> Pair:
    ask, effect = str(row["ask"]), str(row["effect"])
    tests = [Test(b.name, b.text, row[b.name].value in _TRUE) for b in parts if b.is_test]
    pair = Pair(_named(ask), _named(effect), acceptance, tests)
    pair.facts = _facts(store, pledge, row)
    pair.premises = _premises(store, pledge, row)
    _add_verdict(store, pair, ask, effect, rule)
    return pair


def _add_verdict(store: Store, pair: Pair, ask: str, effect: str, rule: Path) -> None:
    """The finding that the rule concluded for the pair, if it did."""
    query = f"""PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX upr: <https://w3id.org/graphbuild/upr#>
    SELECT ?later ?grade ?flag WHERE {{
      GRAPH <{CONCLUDED_GRAPHS}{rule.stem}> {{
        ?finding upr:ask {ask} ; upr:effect {effect} ; upr:acceptanceRule {literal(pair.acceptance)} ;
          upr:later ?later ; upr:grade ?gradeNode .
      }}
      ?gradeNode skos:notation ?grade .
      OPTIONAL {{
        GRAPH <{CONCLUDED_GRAPHS}{rule.stem}> {{ ?finding upr:flag ?flagNode }}
        ?flagNode skos:notation ?flag
      }}
    }} ORDER BY ?flag"""
    for row in select(store, query):
        pair.later, pair.grade = row["later"].value, row["grade"].value
        pair.flags += [row["flag"].value] if row["flag"] else []


def _facts(store: Store, pledge: str, row: ox.QuerySolution) -> dict[str, str]:
    acceptance, *others = (str(row[name]) for name in ("acceptedOn", "ask", "law", "provision", "effect"))
    nodes = (acceptance, pledge, *others)
    found: dict[str, str] = {}
    for fact, value in ((r["fact"].value, r["value"].value) for r in select(store, _asked("facts", nodes))):
        found[fact] = f"{found[fact]}, {value}" if fact in found else value
    return found


def _asked(name: str, nodes: tuple[str, ...]) -> str:
    """A query of queries/explain/ with its VALUES filled in, in the order in which they stand."""
    text = (resources.QUERIES / "explain" / f"{name}.rq").read_text(encoding="utf-8")
    given = iter(nodes)
    return re.sub(r"\bUNDEF\b", lambda _: next(given), text)


def _premises(store: Store, pledge: str, row: ox.QuerySolution) -> list[Premise]:
    effect, *affected = (str(row[name]) for name in ("effect", "provision", "law"))
    nodes = (effect, pledge, *affected)
    rows = select(store, _asked("premises", nodes))
    return [Premise(*(r[c].value if r[c] else "" for c in ("what", "who", "document", "place"))) for r in rows]


def _pledge(store: Store, written: str) -> str:
    key = written.strip().removeprefix(ID).removeprefix("recommendation/").removeprefix("pledge/")
    for kind in ("recommendation", "pledge"):
        node = thing(kind, key)
        if _exists(store, f"{node} <https://w3id.org/graphbuild/upr#inReview> ?x"):
            return node
    near = _near(store, "recommendation", key)
    raise GraphbuildError(f"{written}: no such recommendation or pledge is loaded; write it as KAZ/1/95.73{near}")


def _law(store: Store, written: str, pledge: str) -> str:
    key = written.strip().removeprefix(ID).removeprefix("law/")
    if _exists(store, f"{thing('law', key)} a <https://w3id.org/graphbuild/upr#Law>"):
        return thing("law", key)
    query = f"""PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX upr: <https://w3id.org/graphbuild/upr#>
    SELECT ?x WHERE {{ {pledge} upr:stateUnderReview ?state .
      ?x a upr:Law ; upr:enactedBy ?state ; upr:number|dcterms:identifier {literal(key)} }} ORDER BY ?x"""
    if found := [str(row["x"]) for row in select(store, query)]:
        return found[0]
    raise GraphbuildError(
        f"{written}: no such law is loaded; write it as KAZ/2011/483-IV or 483-IV{_near(store, 'law', key)}"
    )


def _laws_of(store: Store, pledge: str) -> list[str]:
    query = f"""PREFIX upr: <https://w3id.org/graphbuild/upr#>
    SELECT ?x WHERE {{ {pledge} upr:stateUnderReview ?state . ?x a upr:Law ; upr:enactedBy ?state }} ORDER BY ?x"""
    return [str(row["x"]) for row in select(store, query)]


def _near(store: Store, kind: str, key: str) -> str:
    """Up to five ids that end alike, or else begin alike, as a hint."""
    start, _, end = key.rpartition("/")
    last = literal("/" + end.strip(" ¶").casefold())
    found = _ids(store, kind, "", f"&& STRENDS(LCASE(STR(?x)), {last})") or _ids(store, kind, start)
    return "; near it are " + ", ".join(found) if found else ""


def _ids(store: Store, kind: str, start: str, more: str = "") -> list[str]:
    test = f"STRSTARTS(STR(?x), {literal(f'{ID}{kind}/{start}')}) {more}"
    query = f"SELECT DISTINCT ?x WHERE {{ ?x a ?c FILTER ({test}) }} ORDER BY ?x LIMIT 5"
    return [_named(str(row["x"])).removeprefix(kind + "/") for row in select(store, query)]


def _nothing_coded(store: Store, pledge: str, laws: list[str]) -> str:
    if not _exists(store, f"?x <https://w3id.org/graphbuild/upr#askOf> {pledge}"):
        return f"{_named(pledge)}: nobody has coded what it asks; add rows to asks.csv"
    named = ", ".join(map(_named, laws)) or "the state"
    return f"{named}: no effects are coded; add rows to provisions.csv and effects.csv"


def _exists(store: Store, pattern: str) -> bool:
    return bool(store.query(f"ASK {{ {pattern} }}"))


def _named(node: str) -> str:
    """A thing by its kind and id, for people."""
    return node.strip("<>").removeprefix(ID)
