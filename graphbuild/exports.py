"""Exports: the graph as files, the same bytes for the same graph, never half written.

`nquads`, `trig` and `jsonld` hold all three layers, each in its graph. A file
that knows no graphs (`turtle`, `rdfxml`) holds one layer. `csv` (a folder with a
table for each class), `graphml` and `gexf` hold one layer too; with `settled`
come the findings, which are what people look for in a table or a picture.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from graphbuild import flat, jsonld, profiles
from graphbuild.errors import GraphbuildError
from graphbuild.store import OxigraphStore, is_concluded, is_said
from graphbuild.terms import PREFIXES, A

#: What can be written, and how such a file is usually named.
FORMATS = {
    "turtle": ".ttl", "nquads": ".nq", "trig": ".trig", "jsonld": ".jsonld", "rdfxml": ".rdf",
    "csv": "", "graphml": ".graphml", "gexf": ".gexf",
}
LAYERS = ("settled", "said", "concluded")

Triples = list[ox.Triple]


def export(store: OxigraphStore, format: str, target: Path, profile: str = "public", layer: str = "settled") -> int:
    """Write what a profile lets out to a file, or to a folder for `csv`; what was there is replaced.

    Gives the number of statements that were let out. Raises GraphbuildError, and
    leaves the target as it was, if the format, the profile or the layer is not
    known, the target cannot be written, or a protected name would leave.
    """
    _known(format, "an export format", FORMATS)
    _known(layer, "a layer", LAYERS)
    quads = list(profiles.quads(store, profile))
    write = _FOLDERS.get(format) or _FILES[format]
    with _replacing(target, format in _FOLDERS, open_to_all=profile == "public") as part:
        write(quads, layer, part)
    return len(quads)


def _known(word: str, what: str, words: Iterable[str]) -> None:
    if word not in words:
        raise GraphbuildError(f"{word!r} is not {what}; use one of {', '.join(words)}")


def of_layer(quads: Iterable[ox.Quad], layer: str) -> Triples:
    """The statements of one layer, each once and in order, with the class of a thing first."""
    return sorted({q.triple for q in quads if _layer(q) == layer}, key=_order)


def _layer(quad: ox.Quad) -> str:
    graph = _graph(quad)
    return "said" if is_said(graph) else "concluded" if is_concluded(graph) else "settled"


def _graph(quad: ox.Quad) -> str:
    return "" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name.value)


def _order(statement: ox.Triple | ox.Quad) -> tuple[str, bool, str, str]:
    predicate = str(statement.predicate)
    return str(statement.subject), predicate != A, predicate, str(statement.object)


def _for_people(quads: list[ox.Quad], layer: str) -> tuple[Triples, Triples]:
    """A layer for tables and networks, and everything, for the labels of what it speaks of."""
    findings = of_layer(quads, "concluded") if layer == "settled" else []
    return [*of_layer(quads, layer), *findings], [q.triple for q in quads]


# --- Formats -------------------------------------------------------------------


def _turtle(quads: list[ox.Quad], layer: str, part: Path) -> None:
    ox.serialize(of_layer(quads, layer), part, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)


def _rdfxml(quads: list[ox.Quad], layer: str, part: Path) -> None:
    ox.serialize(of_layer(quads, layer), part, format=ox.RdfFormat.RDF_XML, prefixes=PREFIXES)


def _nquads(quads: list[ox.Quad], _: str, part: Path) -> None:
    written = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    part.write_bytes(b"".join(sorted(written.splitlines(keepends=True))))


def _trig(quads: list[ox.Quad], _: str, part: Path) -> None:
    ox.serialize(sorted(quads, key=lambda q: (_graph(q), _order(q))), part, format=ox.RdfFormat.TRIG, prefixes=PREFIXES)


def _jsonld(quads: list[ox.Quad], _: str, part: Path) -> None:
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(jsonld.document(quads))


def _csv(quads: list[ox.Quad], layer: str, part: Path) -> None:
    for name, text in flat.tables(*_for_people(quads, layer)).items():
        (part / f"{name}.csv").write_text(text, encoding="utf-8", newline="")


def _graphml(quads: list[ox.Quad], layer: str, part: Path) -> None:
    from graphbuild import networks

    part.write_bytes(networks.graphml(networks.resource_network(*_for_people(quads, layer))))


def _gexf(quads: list[ox.Quad], layer: str, part: Path) -> None:
    from graphbuild import networks

    part.write_bytes(networks.gexf(networks.resource_network(*_for_people(quads, layer))))


Writer = Callable[[list[ox.Quad], str, Path], None]

_FILES: dict[str, Writer] = {"turtle": _turtle, "nquads": _nquads, "trig": _trig, "jsonld": _jsonld,
                             "rdfxml": _rdfxml, "graphml": _graphml, "gexf": _gexf}
_FOLDERS: dict[str, Writer] = {"csv": _csv}


# --- Putting in place ------------------------------------------------------------


@contextmanager
def _replacing(target: Path, folder: bool, open_to_all: bool) -> Iterator[Path]:
    """A file or folder beside the target that takes its place when it is whole, and is gone if it never is."""
    _refuse_foreign(target, folder)
    part: Path | None = None
    try:
        part = _beside(target, folder)
        yield part
        for path in [*part.glob("*"), part]:
            _settle_on_disk(path, open_to_all)
        _swap(part, target)
    except OSError as error:
        reason = error.strerror or error
        raise GraphbuildError(f"{target}: cannot be written ({reason}); choose another place") from error
    finally:
        _discard(part)


def _refuse_foreign(target: Path, folder: bool) -> None:
    """Replace only what an export could have written."""
    if not folder and target.is_dir():
        raise GraphbuildError(f"{target}: is a folder; name a file")
    if folder and target.exists() and not target.is_dir():
        raise GraphbuildError(f"{target}: is a file; name a folder")
    foreign = [p.name for p in target.glob("*") if not re.fullmatch(r"[A-Z][A-Za-z]*\.csv", p.name)] if folder else []
    if foreign:
        raise GraphbuildError(f"{target}: the folder holds other files ({min(foreign)}); name a new or empty one")


def _beside(target: Path, folder: bool) -> Path:
    if folder:
        return Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    os.close(handle)
    return Path(name)


def _settle_on_disk(path: Path, open_to_all: bool) -> None:
    """What is public may be read by all, anything else by its owner alone."""
    if path.is_dir():
        path.chmod(0o755 if open_to_all else 0o700)
        return
    path.chmod(0o644 if open_to_all else 0o600)
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _swap(part: Path, target: Path) -> None:
    if not part.is_dir() or not target.exists():
        part.replace(target)
        return
    old = part.with_suffix(".old")
    target.rename(old)
    part.rename(target)
    shutil.rmtree(old)


def _discard(part: Path | None) -> None:
    if part and part.is_dir():
        shutil.rmtree(part, ignore_errors=True)
    elif part:
        part.unlink(missing_ok=True)
