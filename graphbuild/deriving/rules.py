"""Rules: SPARQL files that settle what was said, and that conclude from it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from graphbuild import __version__, resources
from graphbuild.comparing.joining import join
from graphbuild.comparing.repeating import repetition_statements, repetitions
from graphbuild.errors import GraphbuildError
from graphbuild.staged import sha256_of
from graphbuild.stores.staging import SETTLED, Staging
from graphbuild.syntax import fault
from graphbuild.terms import CONCLUDED_GRAPHS, LABEL, A, Triple, iri, line, literal, said_graph, term, thing

#: The name of what concludes repetitions; its numbers stand in comparing.toml.
REPETITION = "repetition"
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


def settle(staging: Staging) -> None:
    """Compute the settled layer from what is said, rule by rule in order of name.

    Records are joined after the rules that say what sources state (those that begin with 0 and 1).
    """
    stating, settling = [sorted(resources.SETTLE.glob(names)) for names in ("[01]*.rq", "[!01]*.rq")]
    for path in stating:
        _apply(path, SETTLED, staging)
    join(staging)
    for path in settling:
        _apply(path, SETTLED, staging)


def conclude(staging: Staging, folder: Path = resources.CONCLUDE) -> None:
    """Let every rule write its findings into a graph of its own; likewise what was repeated."""
    for path in sorted(folder.glob("*.rq")):
        _apply(path, CONCLUDED_GRAPHS + path.stem, staging)
    repeated = repetition_statements(repetitions(staging))
    staging.add_lines(CONCLUDED_GRAPHS + REPETITION, map(line, repeated))


def _apply(rule: Path, graph: str, staging: Staging) -> None:
    query = rule.read_text(encoding="utf-8")
    try:
        staging.conclude(query, graph)
    except SyntaxError as error:
        raise GraphbuildError(f"{rule}: {fault(query, error)}") from error


def accounts_of_rules(sources: Iterable[str]) -> dict[str, list[str]]:
    """For each concluded graph the lines that name its rule, the rule's hash and the sources it was run on."""
    rules = {path.stem: path for path in sorted(resources.CONCLUDE.glob("*.rq"))} | {REPETITION: resources.COMPARING}
    return {CONCLUDED_GRAPHS + name: [*map(line, _account_of(path, sources, name))] for name, path in rules.items()}


def _account_of(path: Path, sources: Iterable[str], name: str) -> Iterator[Triple]:
    rule, run = thing("rule", name), thing("run", name)
    yield rule, A, term("Rule")
    yield rule, A, term("prov:Plan")
    yield rule, LABEL, literal(name.replace("-", " "), "en")
    yield rule, term("sha256"), literal(sha256_of(path))
    yield run, A, term("prov:Activity")
    yield run, term("prov:used"), rule
    for source in sources:
        yield run, term("prov:used"), iri(said_graph(source))


def hash_of_rules() -> str:
    """The hash of the vocabulary and the rules; another version of graphbuild counts as other rules."""
    digest = hashlib.sha256(__version__.encode())
    for path in sorted(p for p in resources.ONTOLOGY.rglob("*") if p.suffix in (".ttl", ".rq", ".toml")):
        digest.update(path.relative_to(resources.ONTOLOGY).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


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
