"""From a path to a staged source: which reader fits, by content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from graphbuild.errors import GraphbuildError
from graphbuild.staged import Staged
from graphbuild.terms import A, iri, literal, said_graph, term

#: What `graphbuild load` accepts, in the order in which it is tried. Kind K is read by
#: sources/K.py, which has is_K(path) and read_K(path) and is imported when it is its turn.
KINDS = {
    "casebook": "a casebook (a folder with about.csv)",
    "decisions": "decisions of people on uncertain joins (a CSV file made from `graphbuild query joins`)",
    "uprinfo": "an export of UPR Info's database as CSV",
    "rdf": "RDF of our vocabulary (Turtle, TriG, N-Triples, N-Quads, JSON-LD, RDF/XML), our own exports included",
}


def read_source(path: Path, kind: str = "") -> Staged:
    """Read and map one source, recognised by its content or read as the kind named.

    Raises GraphbuildError if there is nothing there or no reader knows it.
    """
    if not path.exists():
        raise GraphbuildError(f"{path}: there is no such file or folder")
    kind = kind or kind_of(path)
    if not kind:
        raise GraphbuildError(f"{path}: not recognised; graphbuild loads {'; '.join(KINDS.values())}")
    staged: Staged = getattr(_reader(kind), f"read_{kind}")(path)
    _describe(staged)
    return staged


def kind_of(path: Path) -> str:
    """The kind of source that a file or folder is, or an empty text."""
    return next((kind for kind in KINDS if getattr(_reader(kind), f"is_{kind}")(path)), "")


def _reader(kind: str) -> object:
    return import_module(f"graphbuild.sources.{kind}")


def each_source(paths: Iterable[Path]) -> Iterator[Path]:
    """The paths themselves; for a folder that is no source, the files in it, each a source of its own."""
    for path in paths:
        if path.is_dir() and not kind_of(path):
            yield from _files(path)
        else:
            yield path


def _files(folder: Path) -> list[Path]:
    found = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    if not found:
        raise GraphbuildError(f"{folder}: the folder is empty; name a folder or file that holds a source")
    return found


def _describe(staged: Staged) -> None:
    """Say of the source itself what it is."""
    subject = iri(said_graph(staged.source))
    staged.say(
        [
            (subject, A, term("Source")),
            (subject, term("dcterms:identifier"), literal(staged.source)),
            (subject, term("dcterms:title"), literal(staged.title or staged.source, "en")),
        ]
    )
