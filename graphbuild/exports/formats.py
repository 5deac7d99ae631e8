"""Exports: the graph as files, the same bytes for the same graph, never half written.

`nquads`, `trig` and `jsonld` hold all three layers, each in its graph. A file
that knows no graphs (`turtle`, `rdfxml`) holds one layer. `csv` (a folder with a
table for each class), `graphml` and `gexf` hold one layer too; with `settled`
come the findings, which are what people look for in a table or a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from graphbuild.errors import GraphbuildError
from graphbuild.exports import description as describing
from graphbuild.exports import flat, jsonld
from graphbuild.exports.inplace import in_place
from graphbuild.exports.profiles import leaving
from graphbuild.exports.statements import Statement, by_graph, line, of_layer, parsed
from graphbuild.exports.tally import Tally
from graphbuild.staged import Tell
from graphbuild.stores.anystore import Store
from graphbuild.terms import PREFIXES, layer_of

#: What can be written, and how such a file is usually named.
FORMATS = {
    "turtle": ".ttl", "nquads": ".nq", "trig": ".trig", "jsonld": ".jsonld", "rdfxml": ".rdf",
    "csv": "", "graphml": ".graphml", "gexf": ".gexf",
}
LAYERS = ("settled", "said", "concluded")


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
    of_file = Tally(None if format in _HOLD_ALL else layer)
    left = of_file.passing(leaving(store, profile, tell))
    targets = [target, description] if description else [target]
    with in_place(targets, folder=format in _FOLDERS, open_to_all=profile == "public") as (part, *beside):
        _WRITERS[format](left, layer, part)
        for other in beside:
            holds = "all layers" if format in _HOLD_ALL else f"the {layer} layer"
            of = describing.Export(part, target.name, format, profile, holds, of_file)
            other.write_text(describing.description(of), encoding="utf-8", newline="\n")
    return of_file.statements


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


# --- Formats -------------------------------------------------------------------


def _turtle(left: Iterable[Statement], layer: str, part: Path) -> None:
    ox.serialize(_triples(map(line, of_layer(left, layer))), part, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)


def _rdfxml(left: Iterable[Statement], layer: str, part: Path) -> None:
    ox.serialize(_triples(map(line, of_layer(left, layer))), part, format=ox.RdfFormat.RDF_XML, prefixes=PREFIXES)


def _nquads(left: Iterable[Statement], _: str, part: Path) -> None:
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(map(line, left))


def _trig(left: Iterable[Statement], _: str, part: Path) -> None:
    ox.serialize(parsed(map(line, by_graph(left))), part, format=ox.RdfFormat.TRIG, prefixes=PREFIXES)


def _jsonld(left: Iterable[Statement], _: str, part: Path) -> None:
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(jsonld.document(parsed(map(line, by_graph(left)))))


def _csv(left: Iterable[Statement], layer: str, part: Path) -> None:
    for name, text in flat.tables(*_for_people(left, layer)):
        (part / f"{name}.csv").write_text(text, encoding="utf-8", newline="")


def _graphml(left: Iterable[Statement], layer: str, part: Path) -> None:
    from graphbuild.exports import networks

    part.write_bytes(networks.graphml(networks.resource_network(*_for_people(left, layer))))


def _gexf(left: Iterable[Statement], layer: str, part: Path) -> None:
    from graphbuild.exports import networks

    part.write_bytes(networks.gexf(networks.resource_network(*_for_people(left, layer))))


def _for_people(left: Iterable[Statement], layer: str) -> tuple[Iterator[ox.Triple], Iterator[ox.Triple]]:
    """A layer for tables and networks, the settled one with the findings; and what tells what it speaks of."""
    layers = {layer, "concluded"} if layer == "settled" else {layer}
    held, telling = list[str](), list[str]()
    for said in left:
        if layer_of(said[3]) in layers:
            held.append(line(said))
        elif said[1][1:-1] in flat.TELLING:
            telling.append(line(said))
    return _triples(held), _triples(telling)


def _triples(lines: Iterable[str]) -> Iterator[ox.Triple]:
    return (quad.triple for quad in parsed(lines))


_WRITERS: dict[str, Callable[[Iterable[Statement], str, Path], None]] = {
    "turtle": _turtle, "nquads": _nquads, "trig": _trig, "jsonld": _jsonld, "rdfxml": _rdfxml,
    "csv": _csv, "graphml": _graphml, "gexf": _gexf,
}
_FOLDERS = ("csv",)
#: The formats that hold every graph; the others hold one layer.
_HOLD_ALL = ("nquads", "trig", "jsonld")
