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
from itertools import chain
from pathlib import Path

import pyoxigraph as ox

from graphbuild.errors import GraphbuildError
from graphbuild.exports import description as describing
from graphbuild.exports import flat, jsonld, profiles
from graphbuild.staged import Tell
from graphbuild.stores.anystore import Store
from graphbuild.stores.ondisk import is_concluded, is_said
from graphbuild.stores.staging import Lines
from graphbuild.terms import PREFIXES, A

#: What can be written, and how such a file is usually named.
FORMATS = {
    "turtle": ".ttl", "nquads": ".nq", "trig": ".trig", "jsonld": ".jsonld", "rdfxml": ".rdf",
    "csv": "", "graphml": ".graphml", "gexf": ".gexf",
}
LAYERS = ("settled", "said", "concluded")
#: A line whose value is an IRI that ends in a name, as almost all classes do; an element of XML needs one.
_ENDS_IN_A_NAME = re.compile(r"[^\W\d][\w.-]*> \.$")


def export(
    store: Store, format: str, target: Path, profile: str = "public", layer: str = "settled",
    tell: Tell = lambda _: None, *, description: Path | None = None,
) -> int:
    """Write what a profile lets out to a file, or to a folder for `csv`; what was there is replaced.

    A `description` is a file beside the target that tells a catalogue what the target holds (`description.py`).

    Gives the number of statements that were let out (of the layer, where the format holds one), and tells how many
    texts stayed. Raises GraphbuildError, and leaves all files as they were, if the format, the profile or the layer is
    not known, a file cannot be written, or an address or id holds a protected name.
    """
    _known(format, "an export format", FORMATS)
    _known(layer, "a layer", LAYERS)
    _refuse_describing(format, target, description)
    lines = _lines(profiles.quads(store, profile, tell))
    write = _FOLDERS.get(format) or _FILES[format]
    targets = [target, description] if description else [target]
    with _replacing(targets, format in _FOLDERS, open_to_all=profile == "public") as (part, *beside):
        write(lines, layer, part)
        held = lines if format in _HOLD_ALL else {layer: _merged(lines, layer)}
        for other in beside:
            holds = "all layers" if format in _HOLD_ALL else f"the {layer} layer"
            of = describing.Export(part, target.name, format, profile, holds, held, lines)
            other.write_text(describing.description(of), encoding="utf-8", newline="\n")
    return sum(map(len, held.values()))


def _refuse_describing(format: str, target: Path, description: Path | None) -> None:
    """What is no RDF cannot be described; and a description speaks of a file beside it, which is no other place."""
    if description is None:
        return
    if format not in describing.DESCRIBED:
        raise GraphbuildError(f"a description is of RDF, not of {format}; use one of {', '.join(describing.DESCRIBED)}")
    if description.resolve() == target.resolve():
        raise GraphbuildError(f"{description}: is the export itself; name another file for its description")
    if description.parent.resolve() != target.parent.resolve():
        raise GraphbuildError(f"{description}: does not lie beside {target}, of which it speaks by its name alone; "
                              "name a file in the same folder")


def _known(word: str, what: str, words: Iterable[str]) -> None:
    if word not in words:
        raise GraphbuildError(f"{word!r} is not {what}; use one of {', '.join(words)}")


def _lines(quads: Iterable[ox.Quad]) -> Lines:
    """What leaves, as sorted lines by graph, of which the settled layer is "" here; classes stand first.

    Text takes a third of the room, and sorts the same everywhere.
    """
    lines: Lines = {"": []}
    for quad in quads:
        name = "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value
        lines.setdefault(name, []).append(f"{quad.triple} .")
    for found in lines.values():
        found.sort(key=_order)
    return {name: lines[name] for name in sorted(lines)}


def _order(line: str) -> str:
    """What a line sorts by: its subject, then classes first; but last one of which RDF/XML can make no element."""
    if f" {A} " not in line:
        return line
    return line.replace(f" {A} ", " ! " if _ENDS_IN_A_NAME.search(line) else " ~ ", 1)


def _triples(lines: Iterable[str]) -> Iterator[ox.Triple]:
    return (q.triple for q in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES))


def _of_layer(lines: Lines, layer: str) -> Iterator[ox.Triple]:
    return _triples(_merged(lines, layer))


def _merged(lines: Lines, layer: str) -> list[str]:
    """The statements of one layer, each once."""
    graphs = [lines[name] for name in lines if _layer(name) == layer]
    return graphs[0] if len(graphs) == 1 else sorted({line for graph in graphs for line in graph}, key=_order)


def _layer(graph: str) -> str:
    return "said" if is_said(graph) else "concluded" if is_concluded(graph) else "settled"


def _for_people(lines: Lines, layer: str) -> tuple[Iterator[ox.Triple], Iterator[ox.Triple]]:
    """A layer for tables and networks, and everything, for the labels of what it speaks of."""
    findings = _of_layer(lines, "concluded") if layer == "settled" else iter(())
    return chain(_of_layer(lines, layer), findings), (t for graph in lines.values() for t in _triples(graph))


# --- Formats -------------------------------------------------------------------


def _turtle(lines: Lines, layer: str, part: Path) -> None:
    ox.serialize(_of_layer(lines, layer), part, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)


def _rdfxml(lines: Lines, layer: str, part: Path) -> None:
    ox.serialize(_of_layer(lines, layer), part, format=ox.RdfFormat.RDF_XML, prefixes=PREFIXES)


def _quads(lines: Lines) -> Iterator[ox.Quad]:
    for name, graph in lines.items():
        node = ox.NamedNode(name) if name else ox.DefaultGraph()
        yield from (ox.Quad(t.subject, t.predicate, t.object, node) for t in _triples(graph))


def _nquads(lines: Lines, _: str, part: Path) -> None:
    text = (f"{line[:-2]} <{name}> .\n" if name else f"{line}\n" for name, graph in lines.items() for line in graph)
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(sorted(text))


def _trig(lines: Lines, _: str, part: Path) -> None:
    ox.serialize(_quads(lines), part, format=ox.RdfFormat.TRIG, prefixes=PREFIXES)


def _jsonld(lines: Lines, _: str, part: Path) -> None:
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(jsonld.document({name: _triples(graph) for name, graph in lines.items()}))


def _csv(lines: Lines, layer: str, part: Path) -> None:
    for name, text in flat.tables(*_for_people(lines, layer)).items():
        (part / f"{name}.csv").write_text(text, encoding="utf-8", newline="")


def _graphml(lines: Lines, layer: str, part: Path) -> None:
    from graphbuild.exports import networks

    part.write_bytes(networks.graphml(networks.resource_network(*_for_people(lines, layer))))


def _gexf(lines: Lines, layer: str, part: Path) -> None:
    from graphbuild.exports import networks

    part.write_bytes(networks.gexf(networks.resource_network(*_for_people(lines, layer))))


Writer = Callable[[Lines, str, Path], None]

_FILES: dict[str, Writer] = {"turtle": _turtle, "nquads": _nquads, "trig": _trig, "jsonld": _jsonld,
                             "rdfxml": _rdfxml, "graphml": _graphml, "gexf": _gexf}
_FOLDERS: dict[str, Writer] = {"csv": _csv}
#: The formats that hold every graph; the others hold one layer.
_HOLD_ALL = ("nquads", "trig", "jsonld")


# --- Putting in place ------------------------------------------------------------


@contextmanager
def _replacing(targets: list[Path], folder: bool, open_to_all: bool) -> Iterator[list[Path]]:
    """Files, or a folder, beside the targets that take their places when all are whole, and are gone if not."""
    for target in targets:
        _refuse_foreign(target, folder)
    targets = [target.resolve() for target in targets]  # what a link names is written, and the link stays
    parts: list[Path] = []
    try:
        for target in targets:
            parts.append(_beside(target, folder))
        yield parts
        for path in [path for part in parts for path in (*part.glob("*"), part)]:
            _settle_on_disk(path, open_to_all)
        for part, target in zip(parts, targets, strict=True):
            _swap(part, target)
    except OSError as error:
        reason, places = error.strerror or error, ", ".join(map(str, targets))
        raise GraphbuildError(f"{places}: cannot be written ({reason}); choose another place") from error
    finally:
        for part in parts:
            _discard(part)


def _refuse_foreign(target: Path, folder: bool) -> None:
    """Replace only what an export could have written."""
    if not folder and target.is_dir():
        raise GraphbuildError(f"{target}: is a folder; name a file")
    if not folder and target.exists() and not target.is_file():
        raise GraphbuildError(f"{target}: is a device or a pipe, which a file cannot replace; name a file")
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


def _discard(part: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part, ignore_errors=True)
    else:
        part.unlink(missing_ok=True)
