"""Rules: SPARQL files that settle what was said, and that conclude from it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from graphbuild import resources
from graphbuild.joining import join
from graphbuild.repeating import repetition_statements, repetitions
from graphbuild.sortedlines import SortedLines
from graphbuild.store import SETTLED, Staging
from graphbuild.terms import CONCLUDED_GRAPHS, LABEL, A, Triple, iri, line, literal, said_graph, term, thing

_MARK = "urn:variable:"
_TEST = re.compile(r"^\s*#(?P<name>T\d+|[a-z]+)\s+(?P<text>.+)$")


@dataclass(frozen=True)
class Block:
    """A part of a rule: its name (`T4`), its sentence and its graph pattern."""

    name: str
    text: str
    pattern: str

    @property
    def is_test(self) -> bool:
        """Whether it decides; the other parts name the pair, grade it and flag it."""
        return self.name.startswith("T")


def settle(staging: Staging, folder: Path = resources.SETTLE) -> None:
    """Compute the settled layer from what is said, rule by rule in order of name.

    Records are joined after the rules that say what sources state (those that begin with 0 and 1).
    """
    stating, settling = [sorted(folder.glob(names)) for names in ("[01]*.rq", "[!01]*.rq")]
    for path in stating:
        _settle(staging, path)
    join(staging)
    for path in settling:
        _settle(staging, path)


def _settle(staging: Staging, path: Path) -> None:
    if staging.is_large:
        staging.tell(f"settling: {path.stem.partition('-')[2].replace('-', ' ')}")
    staging.add(SETTLED, _streamed(staging, path.read_text(encoding="utf-8")))


def conclude(staging: Staging, sources: list[str], folder: Path = resources.CONCLUDE) -> None:
    """Let every rule write its findings into a graph of its own, with its own hash; likewise what was repeated."""
    for path in sorted(folder.glob("*.rq")):
        findings = _construct(staging, path)
        staging.add(CONCLUDED_GRAPHS + path.stem, findings)
        staging.add_lines(CONCLUDED_GRAPHS + path.stem, map(line, _account_of(path, sources)))
    run = _account_of(resources.COMPARING, sources, "repetition")
    repeated = chain(repetition_statements(repetitions(staging)), run)
    staging.add_lines(CONCLUDED_GRAPHS + "repetition", SortedLines(map(line, repeated)))


def _construct(staging: Staging, path: Path) -> Iterator[ox.Triple]:
    return staging.construct(path.read_text(encoding="utf-8"))


def _streamed(staging: Staging, query: str) -> Iterator[ox.Triple]:
    """What a CONSTRUCT gives, some triples more than once: the engine would remember each, to give none twice."""
    head, _, pattern = query.partition("WHERE {")
    prefixes, _, template = head.partition("CONSTRUCT {")
    names = sorted(set(re.findall(r"\?(\w+)", template)))
    made = _template(prefixes, template, names)
    last: list[ox.Triple | None] = [None] * len(made)
    for row in staging.select(f"{prefixes} SELECT {' '.join('?' + n for n in names)} WHERE {{ {pattern}"):
        bound = {_MARK + name: row[name] for name in names}
        for number, parts in enumerate(made):
            triple = _filled(parts, bound)
            if triple and triple != last[number]:
                last[number] = triple
                yield triple


def _template(prefixes: str, template: str, names: list[str]) -> list[ox.Triple]:
    """The triples of a template, with an IRI in the place of each variable."""
    marks = " ".join(f"<{_MARK}{name}>" for name in names)
    variables = " ".join(f"?{name}" for name in names)
    values = f"VALUES ({variables}) {{ ({marks}) }}"
    return list(ox.Store().query(f"{prefixes} CONSTRUCT {{ {template} WHERE {{ {values} }}"))  # type: ignore[arg-type]


def _filled(triple: ox.Triple, bound: dict[str, Any]) -> ox.Triple | None:
    """A triple of a template with the values of a row; None if one is missing or cannot stand there."""
    subject, predicate, value = (bound.get(getattr(part, "value", ""), part) for part in triple)
    if isinstance(subject, ox.NamedNode | ox.BlankNode) and isinstance(predicate, ox.NamedNode) and value is not None:
        return ox.Triple(subject, predicate, value)
    return None


def _account_of(path: Path, sources: list[str], called: str = "") -> Iterator[Triple]:
    name = called or path.stem
    rule, run = thing("rule", name), thing("run", name)
    yield rule, A, term("Rule")
    yield rule, A, term("prov:Plan")
    yield rule, LABEL, literal(name.replace("-", " "), "en")
    yield rule, term("sha256"), literal(hashlib.sha256(path.read_bytes()).hexdigest())
    yield run, A, term("prov:Activity")
    yield run, term("prov:used"), rule
    for source in sources:
        yield run, term("prov:used"), iri(said_graph(source))


def blocks(path: Path) -> list[Block]:
    """The parts of a rule, in the order of the file."""
    body = _where(path.read_text(encoding="utf-8"))
    found: list[Block] = []
    for text in body.splitlines():
        if match := _TEST.match(text):
            found.append(Block(match["name"], match["text"], ""))
        elif found:
            last = found.pop()
            found.append(Block(last.name, last.text, last.pattern + text + "\n"))
    return found


def prologue(path: Path) -> str:
    """The prefix declarations of a rule."""
    return "\n".join(t for t in path.read_text(encoding="utf-8").splitlines() if t.startswith("PREFIX")) + "\n"


def _where(text: str) -> str:
    return text[text.index("WHERE {") + len("WHERE {") : text.rindex("}")]
