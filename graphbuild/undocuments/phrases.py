"""What the phrases of reports and addenda mean; they are listed in ontology/words/reports.toml for people to judge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TypedDict

from graphbuild import vocabulary


@dataclass(frozen=True)
class Phrase:
    """A phrase as it was found, and what it means: notations of position and implementation, or a comment."""

    found: str
    position: str = ""
    implementation: str = ""
    comments: bool = False


class _Listed(TypedDict):
    phrases: list[str]


class _Entry(_Listed, total=False):
    """Phrases that mean the same, as the list has them; `meaning` says it in a sentence for people."""

    meaning: str
    position: str
    implementation: str
    comments: bool


def answer_in(text: str) -> Phrase | None:
    """The position that the paragraph before a list gives, or None if no phrase is known."""
    return next(iter(_found("answer", text)), None)


def replies_in(text: str) -> list[Phrase]:
    """The positions that a state gives in a passage of an addendum, the phrases of each kind counted once."""
    return _found("reply", text)


def stance_of(text: str) -> Phrase | None:
    """The position that a passage begins with, such as "Noted." or "Partially accepted: …"; or None."""
    for phrase in _found("stance", text[:60]):
        if re.match(rf"\s*{re.escape(phrase.found)}(?=\s*(?:[.:;,–—-]|$)|\s+[A-Z(])", text):
            return phrase
    return None


def _found(kind: str, text: str) -> list[Phrase]:
    folded = " ".join(text.split()).replace("’", "'")
    found: list[Phrase] = []
    for pattern, phrase in _patterns(kind):
        if match := pattern.search(folded):
            found.append(Phrase(match[0], phrase.position, phrase.implementation, phrase.comments))
            folded = pattern.sub(" ", folded)
    return found


@cache
def _patterns(kind: str) -> list[tuple[re.Pattern[str], Phrase]]:
    """For each entry, in order, one expression for all its phrases, the longest first."""
    found = []
    for entry in vocabulary.listed(list[_Entry], "reports", kind):
        words = sorted(entry["phrases"], key=len, reverse=True)
        expression = "|".join(re.escape(p).replace("…", r".{1,80}?") for p in words)
        meaning = Phrase("", entry.get("position", ""), entry.get("implementation", ""), entry.get("comments", False))
        found.append((re.compile(rf"(?<![a-z])(?:{expression})", re.I), meaning))
    return found


def office_in(words: str) -> str:
    """The office at the beginning of some words, up to the first word that could be a name; empty if there is none."""
    known, taken = _offices(), list[str]()
    tokens = re.sub(r"^\W*(?:the|his|her)\s+", "", words.strip(), flags=re.I).split()
    if not tokens or tokens[0].strip(",;.()").casefold() not in known[0]:
        return ""
    before = ""
    for token in tokens:
        bare = token.strip(",;.()").casefold().replace("’", "'")
        of_state = bare in _words_of_states() and (before in ("of", "the", "to") or before in _words_of_states())
        if bare and bare not in known[1] and not of_state:
            break
        taken.append(token)
        before = bare
        if token.endswith((",", ";", ".")):
            break
    return _trimmed(" ".join(taken))


def _trimmed(office: str) -> str:
    """Without the joints that were left at the end."""
    return re.sub(r"(?:[\s,;.(]|\b(?:and|of|for|to|the|in|at|on|de|la|et)\b)+$", "", office)


@cache
def _offices() -> tuple[frozenset[str], frozenset[str]]:
    """The words that an office begins with, and all that one is made of."""
    begins, words = (vocabulary.listed(list[str], "reports", "office", which) for which in ("begins", "words"))
    first = frozenset(map(str.casefold, begins))
    return first, first | frozenset(words)


@cache
def _words_of_states() -> frozenset[str]:
    """The words of reviewed names of states: Kazakhstan's ministers are of Kazakhstan."""
    return frozenset(word.strip("(),.") for name in vocabulary.names_of_states() for word in name.split())
