"""What a text names of what the graph knows: states, laws, persons and rights.

Names are found whole, the longest first, and with their capitals; whatever two
things are called is given with both.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise

from graphbuild import resources, vocabulary
from graphbuild.exports.flat import text_of
from graphbuild.stores.anystore import Store, select
from graphbuild.terms import ID, PREFIXES, UPR

#: What each kind of name is and how it is written; a law is a law of a state.
_NAMES = {
    "state": f"SELECT ?thing ?name {{ ?thing a <{UPR}State> ; "
    f"<{PREFIXES['rdfs']}label>|<{PREFIXES['skos']}altLabel> ?name }}",
    "law": f"SELECT ?thing ?name ?state {{ ?thing a <{UPR}Law> ; <{UPR}enactedBy> ?state ; "
    f"<{PREFIXES['dcterms']}title>|<{UPR}number> ?name }}",
    "person": f"SELECT ?thing ?name {{ ?record <{UPR}nameOf> ?thing ; <{UPR}name> ?name }}",
    "right": f"SELECT ?thing ?name {{ ?thing <{PREFIXES['skos']}inScheme> <{ID}right> ; "
    f"<{PREFIXES['skos']}prefLabel>|<{PREFIXES['skos']}altLabel> ?name }}",
}
_ISSUES = (
    f"SELECT ?thing ?name {{ ?thing <{PREFIXES['skos']}inScheme> <{ID}issue> ; <{PREFIXES['skos']}prefLabel> ?name }}"
)
_WORD = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[\s.,'&()/–-]{0,3}")
_YEAR_AFTER = re.compile(r"\s*\((?:1[89]|20)[0-9]{2}\)$")

Words = tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """Something by one of its names: its kind, its IRI, the name as written, the state of a law."""

    kind: str
    thing: str
    name: str
    state: str = ""

    @property
    def id(self) -> str:
        """How a cell names it: a code, a notation, or the whole id."""
        path = self.thing.removeprefix(ID)
        return path.partition("/")[2] if self.kind in ("state", "right") else path


@dataclass(frozen=True)
class Mention:
    """A stretch of a text in which something is named; `known` has several members if the name is ambiguous."""

    start: int
    end: int
    words: str
    known: tuple[Named, ...]


@dataclass
class Gazetteer:
    """Names by their words in lower case; a name without things hides shorter ones inside it."""

    names: dict[Words, set[Named]] = field(default_factory=dict)

    def add(self, known: Named) -> None:
        """Take in a name, unless it is too short or too common to be sure of."""
        words = _words(known.name)
        if "(" not in known.name and _is_sure(known, words):
            self.names.setdefault(words, set()).add(known)


def gazetteer(store: Store) -> Gazetteer:
    """The names of the states, laws, persons and rights that a store holds."""
    made = Gazetteer({_words(name): set() for name in vocabulary.listed_names("within_longer_names")})
    for kind, query in _NAMES.items():
        for row in select(store, query):
            state = row["state"].value if kind == "law" else ""
            name = _YEAR_AFTER.sub("", row["name"].value)
            made.add(Named(kind, row["thing"].value, name, state))
    rights = _rights_of_issues()
    for row in select(store, _ISSUES):
        for right in rights.get(row["thing"].value, []) if _names_a_right(row["name"].value) else ():
            made.add(Named("right", right, row["name"].value))
    return made


def _names_a_right(issue: str) -> bool:
    return any(word in issue.casefold() for word in vocabulary.listed_names("naming_rights"))


def _rights_of_issues() -> dict[str, list[str]]:
    """The right beside each issue that has one alone; to look at next, which is all that a suggestion does."""
    found: dict[str, list[str]] = {}
    for quad in vocabulary.read_turtle(resources.ONTOLOGY / "alignments" / "issues.ttl"):
        found.setdefault(text_of(quad.subject), []).append(text_of(quad.object))
    return {issue: rights for issue, rights in found.items() if len(rights) == 1}


def _is_sure(known: Named, words: Words) -> bool:
    if known.kind == "state":
        return len("".join(words)) > 2
    if known.kind == "law" and len(words) < 3 and re.search(r"[0-9]", known.name):
        return len(known.name) >= 4 and not known.name.isdecimal()
    return len(words) > 1


def _words(text: str) -> Words:
    return tuple(unicodedata.normalize("NFKC", word).casefold() for word in _WORD.findall(text))


def mentions(text: str, names: Gazetteer) -> list[Mention]:
    """What a text names, from left to right; of names that overlap, the longest."""
    tokens = list(_WORD.finditer(text))
    folded = _words(text)
    longest = max(map(len, names.names), default=0)
    found, n = list[Mention](), 0
    while n < len(tokens):
        length, mention = _longest(text, tokens, folded, n, longest, names)
        if mention and mention.known:
            found.append(mention)
        n += length
    return found


def _longest(
    text: str, tokens: list[re.Match[str]], folded: Words, n: int, longest: int, names: Gazetteer
) -> tuple[int, Mention | None]:
    """The longest name that begins at a word, and how many words it takes; one word and None if there is none."""
    for length in range(min(longest, len(tokens) - n), 0, -1):
        named = names.names.get(folded[n : n + length])
        if named is not None and _is_joined(text, tokens[n : n + length]):
            start, end = tokens[n].start(), tokens[n + length - 1].end()
            fitting = sorted((k for k in named if _fits(k, text, start, end)), key=lambda k: (k.kind, k.thing, k.name))
            if fitting or not named:
                unique = {known.thing: known for known in reversed(fitting)}
                return length, Mention(
                    start, end, text[start:end], tuple(sorted(unique.values(), key=lambda k: k.thing))
                )
    return 1, None


def _is_joined(text: str, tokens: list[re.Match[str]]) -> bool:
    """Whether only a space, a comma or the like stands between words, and no end of a paragraph."""
    gaps = [text[one.end() : other.start()] for one, other in pairwise(tokens)]
    return all(_GAP.fullmatch(gap.replace("’", "'")) and gap.count("\n") < 2 for gap in gaps)


def _fits(known: Named, text: str, start: int, end: int) -> bool:
    """Whether the capitals are those of a name: a law's all of them, of states and persons each first one."""
    written = text[start:end]
    if known.kind == "right":
        # Inside a row of capitals it is part of the name of somebody: the Commission on Religious Freedom.
        return not (written.istitle() and re.search(r"[A-Z]\w*(?: (?:of|on|for|and|the))? $", text[:start]))
    if known.kind == "law":
        return _WORD.findall(written) == _WORD.findall(known.name)
    if not any(sign.islower() for sign in known.name.removeprefix("the ")):
        # An abbreviation before a capital is an adjective: US Commission.
        as_written = written[0].casefold() + written[1:] == known.name[0].casefold() + known.name[1:].rstrip(".")
        return as_written and written[-1].isupper() and not re.match(r"\.?\s+[A-Z][a-z]", text[end:])
    if known.kind == "person":
        return all(word[0].isupper() or not word[0].isalpha() for word in _WORD.findall(written))
    return written[0].isupper() or written.startswith("the ")
