"""Suggested claims: a casebook of the sentences of a text that name a state, law, person or right of the graph.

Nothing is asserted. What is found becomes rows in which a person fills in what is
said, how and by whom, and writes `yes` into `keep`; other rows are left out on loading.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from graphbuild.casebooks.newcasebook import make_empty
from graphbuild.casebooks.tables import load_tables
from graphbuild.errors import GraphbuildError
from graphbuild.said.writings import Place, Writing, is_writing, menu_before, paragraphs, read_writings, sentences
from graphbuild.stores.anystore import Store
from graphbuild.suggestions.mentions import Gazetteer, Mention, gazetteer, mentions
from graphbuild.terms import slug

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


@dataclass(frozen=True)
class Suggestion:
    """A sentence with what it names."""

    writing: Writing
    place: Place
    mentions: tuple[Mention, ...]


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
    make_empty(folder, private=True)
    tables = {"about": _about(folder, document), "sources": [_source(w, document) for w in writings],
              "agents": [], "claims": [_claim(n, s) for n, s in enumerate(found, 1)]}
    for name, rows in tables.items():
        _write(folder / f"{name}.csv", name, rows)
    (folder / "README.md").write_text(_README, encoding="utf-8")
    (folder / "passages.md").write_text("\n".join(_quoted(n, s) for n, s in enumerate(found, 1)), encoding="utf-8")
    return found


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
