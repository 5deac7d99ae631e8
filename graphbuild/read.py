"""From a path to a staged source: which reader fits, by content."""

from __future__ import annotations

from pathlib import Path

from graphbuild import resources
from graphbuild.errors import GraphbuildError
from graphbuild.sources.casebook import is_casebook, read_casebook
from graphbuild.sources.uprinfo import is_uprinfo, read_uprinfo
from graphbuild.staged import Staged
from graphbuild.terms import A, iri, literal, said_graph, term

#: What `graphbuild load` accepts, for its help and its messages.
ACCEPTED = "a casebook (a folder with about.csv) or a CSV export of UPR Info"


def read_source(path: Path) -> Staged:
    """Read and map one source, recognised by its content.

    Raises GraphbuildError if there is nothing there or no reader knows it.
    """
    if not path.exists():
        raise GraphbuildError(f"{path}: there is no such file or folder")
    if is_casebook(path):
        staged = read_casebook(path, resources.WORLD)
    elif is_uprinfo(path):
        staged = read_uprinfo(path)
    else:
        raise GraphbuildError(f"{path}: not recognised; graphbuild loads {ACCEPTED}")
    _describe(staged)
    return staged


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
