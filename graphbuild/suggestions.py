"""Suggested anchors: sentences of a text that name a state, law, person or right that the graph knows.

Nothing is asserted. What is found becomes rows of a casebook in which a person
fills in what is said, how and by whom, and writes `yes` into `keep`; other rows
are left out on loading. Names are found whole, the longest first, and with their
capitals; whatever two things are called is listed with both.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox

from graphbuild import resources, vocabulary
from graphbuild.casebooks.tables import load_tables
from graphbuild.errors import GraphbuildError
from graphbuild.said.writings import Place, Writing, is_writing, menu_before, paragraphs, read_writings, sentences
from graphbuild.stores.anystore import Store, select
from graphbuild.terms import ID, PREFIXES, UPR, slug

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
class Known:
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
    known: tuple[Known, ...]


@dataclass(frozen=True)
class Suggestion:
    """A sentence with what it names."""

    writing: Writing
    place: Place
    mentions: tuple[Mention, ...]


@dataclass
class Gazetteer:
    """Names by their words in lower case; a name without things hides shorter ones inside it."""

    names: dict[Words, set[Known]] = field(default_factory=dict)

    def add(self, known: Known) -> None:
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
            made.add(Known(kind, row["thing"].value, name, state))
    rights = _rights_of_issues()
    for row in select(store, _ISSUES):
        for right in rights.get(row["thing"].value, []) if _names_a_right(row["name"].value) else ():
            made.add(Known("right", right, row["name"].value))
    return made


def _names_a_right(issue: str) -> bool:
    return any(word in issue.casefold() for word in vocabulary.listed_names("naming_rights"))


def _rights_of_issues() -> dict[str, list[str]]:
    """The right beside each issue that has one alone; to look at next, which is all that a suggestion does."""
    found: dict[str, list[str]] = {}
    for quad in ox.parse(path=resources.ONTOLOGY / "alignments" / "issues.ttl", format=ox.RdfFormat.TURTLE):
        found.setdefault(quad.subject.value, []).append(quad.object.value)
    return {issue: rights for issue, rights in found.items() if len(rights) == 1}


def _is_sure(known: Known, words: Words) -> bool:
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


def _fits(known: Known, text: str, start: int, end: int) -> bool:
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


def suggest(writings: Iterable[Writing], names: Gazetteer) -> Iterator[Suggestion]:
    """The sentences that name something; a law counts only where the text speaks of its state."""
    for writing in writings:
        here = {k.thing for m in mentions(writing.text, names) for k in m.known if k.kind == "state"}
        places = paragraphs(writing)
        for paragraph in places[len(menu_before(writing, places)) :]:
            for place in sentences(writing.text, paragraph):
                found = [_of_states(m, here) for m in mentions(writing.text[place.start : place.end], names)]
                if kept := tuple(m for m in found if m.known):
                    yield Suggestion(writing, place, kept)


def _of_states(mention: Mention, here: set[str]) -> Mention:
    known = tuple(k for k in mention.known if not k.state or k.state in here)
    return Mention(mention.start, mention.end, mention.words, known)


# --- The casebook ------------------------------------------------------------------

_README = """# Suggested claims

PRIVATE: `passages.md` quotes the text and may name persons. Do not pass this folder on.

Each row of `claims.csv` is a sentence that names something the graph knows; nothing is asserted yet.
Read the sentence in `passages.md`. To accept a row:

1. correct `about` and `right`: a name that two things share is listed with both; add `about` where it is empty;
2. write `text` (in your own words, without names of protected persons), `polarity`, `modality`, `asserted_by`
   (a code of a state, or a row of `agents.csv`);
3. write `yes` into `keep`.

Rows without `yes` are left out on loading. `graphbuild validate` says what is missing.
"""


def write_suggestions(document: Path, store: Store, folder: Path) -> list[Suggestion]:
    """Write a casebook of suggested claims into a new folder that only its owner can read.

    Raises GraphbuildError if the document is no text, names nothing known, or the folder is in use.
    """
    if not document.is_file() or not is_writing(document):
        what = "is no text" if document.exists() else "there is no such file"
        raise GraphbuildError(
            f"{document}: {what}; name a press release or another text (TXT, PDF, DOCX, JSON lines)"
        )
    writings = read_writings(document)
    found = list(suggest(writings, gazetteer(store)))
    if not found:
        raise GraphbuildError(f"{document}: names no state, law, person or right that the graph knows; load more first")
    _make(folder)
    tables = {"about": _about(folder, document), "sources": [_source(w, document) for w in writings],
              "agents": [], "claims": [_claim(n, s) for n, s in enumerate(found, 1)]}
    for name, rows in tables.items():
        _write(folder / f"{name}.csv", name, rows)
    (folder / "README.md").write_text(_README, encoding="utf-8")
    (folder / "passages.md").write_text("\n".join(_quoted(n, s) for n, s in enumerate(found, 1)), encoding="utf-8")
    return found


def _make(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise GraphbuildError(f"{folder}: is not an empty folder; name a new one")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise GraphbuildError(f"{folder}: cannot be made ({error.strerror}); name another") from error


def _about(folder: Path, document: Path) -> list[dict[str, str]]:
    return [{"item": "id", "value": f"suggested-{slug(folder.resolve().name, 'casebook')}"},
            {"item": "title", "value": f"Claims suggested from {document.name}"}]


def _tag(writing: Writing) -> str:
    return writing.key or "DOC"


def _source(writing: Writing, document: Path) -> dict[str, str]:
    return {"source": _tag(writing), "title": ", ".join(filter(None, (document.stem, writing.key))),
            "kind": "press-release" if writing.fields.get("publisher") else "other",
            "sha256": writing.sha256, "sensitivity": "S2"}


def _claim(number: int, said: Suggestion) -> dict[str, str]:
    known = [k for mention in said.mentions for k in mention.known]
    things = dict.fromkeys(k.id for k in known if k.kind != "right")
    rights = dict.fromkeys(k.id for k in known if k.kind == "right")
    return {"claim": f"S-{number:03}", "about": "; ".join(things), "right": "; ".join(rights),
            "source": _tag(said.writing), "place": said.place.name, "start": str(said.place.start),
            "end": str(said.place.end), "sha256": said.writing.hash_of(said.place)}


def _write(path: Path, table: str, rows: list[dict[str, str]]) -> None:
    columns = [c.name for c in load_tables()[table].columns] + (["keep"] if table == "claims" else [])
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\r\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


def _quoted(number: int, said: Suggestion) -> str:
    sentence = " ".join(said.writing.text[said.place.start : said.place.end].split())
    lines = [f"## S-{number:03}, {_tag(said.writing)} {said.place.name}\n\n> {sentence}\n"]
    for mention in said.mentions:
        meant = " or ".join(f"{k.kind} {k.id}" for k in mention.known)
        lines.append(f"- “{mention.words}”: {meant}{' (ambiguous: keep one)' * (len(mention.known) > 1)}")
    return "\n".join(lines) + "\n"
