"""What a catalogue must know of an export: its description as VoID and DCAT have it, in Turtle.

It says nothing that is not in what leaves: sources and licences are read from the statements that do, and what is
counted stands in the file. Its addresses are relative, so that it holds wherever both files are put together.
"""

from __future__ import annotations

import heapq
import os
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from graphbuild import __version__
from graphbuild.plurals import number_of
from graphbuild.staged import sha256_of
from graphbuild.stores.ondisk import is_said
from graphbuild.stores.staging import Lines
from graphbuild.terms import PREFIXES, UPR, A, literal, said_graph, term

#: The formats that can be described, by what is told of each: its name, IANA's name of it, and W3C's.
DESCRIBED = {
    "turtle": ("Turtle", "text/turtle", "Turtle"),
    "nquads": ("N-Quads", "application/n-quads", "N-Quads"),
    "trig": ("TriG", "application/trig", "TriG"),
    "jsonld": ("JSON-LD", "application/ld+json", "JSON-LD"),
    "rdfxml": ("RDF/XML", "application/rdf+xml", "RDF_XML"),
}
_ACCESS = "http://publications.europa.eu/resource/authority/access-right/"
_MEDIA_TYPES, _FORMATS = "https://www.iana.org/assignments/media-types/", "http://www.w3.org/ns/formats/"
#: Who may have an export of each profile, as the catalogues of the European Union call it, and what it lacks.
_PROFILES = {
    "public": ("PUBLIC", "It leaves out what identifies protected persons, and every text with their names."),
    "internal": ("NON_PUBLIC", "It may identify protected persons and is for the owner of the data."),
}
_PREFIXES = PREFIXES | {
    "dcat": "http://www.w3.org/ns/dcat#", "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#", "void": "http://rdfs.org/ns/void#",
}
_ONTOLOGY, _WORLD = f"<{UPR[:-1]}>", f"<{said_graph('world')}>"
_TITLE, _LICENCE = term("dcterms:title"), term("dcterms:license")
_CREATIVE_COMMONS = re.compile(r"<https?://creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/(\d\.\d)/?>")
_SPDX = "http://spdx.org/licenses/"
#: A licence that asks for nothing, so that what is under another may be under that one as a whole.
_FREE = f"<{_SPDX}CC0-1.0>"
_SUBJECT = "What states promise in the Universal Periodic Review"
#: Of the sources, the titles of so many stand in the title of the whole.
_NAMED = 3

#: What is said of something: properties, by prefix, and values, as Turtle has them.
Said = list[tuple[str, str]]
#: What each source says of itself: values by property, as N-Triples have them.
Sources = dict[str, dict[str, list[str]]]


@dataclass(frozen=True)
class Export:
    """What is described: a file, in which form and profile it is, its graphs, and all that left beside them."""

    file: Path
    name: str
    format: str
    profile: str
    holds: str
    graphs: Lines
    all_layers: Lines


@dataclass
class Counts:
    """Statements, subjects, subjects with a class, and the subjects of each class and statements of each property."""

    statements: int = 0
    subjects: int = 0
    entities: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)


def count(graphs: Lines) -> Counts:
    """Count sorted lines, subject by subject over all graphs at once, so that nothing is held but the counts."""
    found = Counts(sum(map(len, graphs.values())))
    merged = heapq.merge(*map(_parted, graphs.values()), key=lambda parts: parts[0])
    for _, said in groupby(merged, key=lambda parts: parts[0]):
        classes = set[str]()
        for _, property_, value in said:
            found.properties[property_] += 1
            if property_ == A:
                classes.add(value)
        found.classes.update(classes)
        found.subjects += 1
        found.entities += bool(classes)
    return found


def _parted(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for line in lines:
        subject, property_, value = line[:-2].split(" ", 2)
        yield subject, property_, value


def description(export: Export) -> str:
    """The description of an export whose file is written, in Turtle."""
    counts = count(export.graphs)
    sources = _sources(export.all_layers)
    prefixes = "".join(f"@prefix {prefix}: <{name}> .\n" for prefix, name in sorted(_PREFIXES.items()))
    blocks = [
        _block("<>", [("a", "void:DatasetDescription"), ("foaf:primaryTopic", "<#dataset>")]),
        _block("<#dataset>", [*_dataset(export, sources), *_counted(counts)]),
        _block("<#file>", _distribution(export, sources)),
        *_of_sources_and_graphs(export, sources), *_of_ontology(export.all_layers),
    ]
    return "\n".join([prefixes, *blocks])


def _sources(graphs: Lines) -> Sources:
    """What the sources say of themselves: each in its own graph, and settled."""
    return {f"<{name}>": _about(f"<{name}>", {"": graphs[""], name: graphs[name]}) for name in graphs if is_said(name)}


def _dataset(export: Export, sources: Sources) -> Said:
    access, lacks = _PROFILES[export.profile]
    about = f"Reviews, recommendations, pledges, later laws, events and claims, with who says what: {export.holds}."
    return [
        ("a", "void:Dataset, dcat:Dataset"),
        ("dcterms:title", literal(_title(sources), "en")),
        ("dcterms:description", literal(f"{about} Profile: {export.profile}. {lacks}", "en")),
        ("dcat:keyword", '"human rights"@en, "Universal Periodic Review"@en'),
        ("dcterms:accessRights", f"<{_ACCESS}{access}>"),
        *_licence(export, sources),
        *(("dcterms:conformsTo", version) for version in _versions(export.all_layers)),
        *(("dcterms:source", source) for source in sources),
        ("prov:wasGeneratedBy", "[ a prov:Activity ; prov:wasAssociatedWith [ a prov:SoftwareAgent ; "
                                f'foaf:name "graphbuild {__version__}" ] ]'),
        ("dcat:distribution", "<#file>"), ("void:dataDump", _address(export)),
        ("void:feature", f"<{_FORMATS}{DESCRIBED[export.format][2]}>"),
        *(("void:subset", name) for name in _graphs(export)),
    ]


def _title(sources: Sources) -> str:
    others = [about for source, about in sources.items() if source != _WORLD]  # which every graph stands on
    titles = [_text(title) for about in others for title in about[_TITLE]]
    if len(titles) == len(others) <= _NAMED:
        return f"{_SUBJECT}, from: {'; '.join(titles)}" if titles else _SUBJECT
    return f"{_SUBJECT}, from {number_of(len(others), 'source')}"


def _licence(export: Export, sources: Sources) -> Said:
    """The licence of the whole, if everything in it has one and that one meets all of them; or else that there is none.

    The vocabulary, which the settled layer holds, has one of its own.
    """
    stated = [{*map(_known_as, about[_LICENCE])} for about in sources.values()]
    silent = sum(not licences for licences in stated)
    every = set[str]().union(*stated, map(_known_as, _about(_ONTOLOGY, export.graphs)[_LICENCE]))
    asking = every - {_FREE}
    if every and not silent and len(asking) <= 1:
        return [("dcterms:license", min(asking or every))]
    states = f"; {silent} of {number_of(len(stated), 'source')} {'states' if silent == 1 else 'state'} no licence"
    terms = "No one licence holds for the whole: each source, and the vocabulary, has its own terms"
    label = literal(f"{terms}{states if silent else ''}.", "en")
    return [("dcterms:rights", f"[ a dcterms:RightsStatement ; rdfs:label {label} ]")]


def _known_as(licence: str) -> str:
    """A licence by its id in the list of SPDX, where it is one of Creative Commons named by its address."""
    if not (found := _CREATIVE_COMMONS.fullmatch(licence)):
        return licence
    name = "CC0" if found[1] == "zero" else f"CC-{found[1].upper()}"
    return f"<{_SPDX}{name}-{found[2]}>"


def _counted(counts: Counts) -> Said:
    return [
        ("void:triples", f"{counts.statements}"), ("void:entities", f"{counts.entities}"),
        ("void:distinctSubjects", f"{counts.subjects}"), ("void:classes", f"{len(counts.classes)}"),
        ("void:properties", f"{len(counts.properties)}"),
        *(("void:vocabulary", f"<{name}>") for name in _vocabularies([*counts.classes, *counts.properties])),
        *(("void:classPartition", f"[ void:class {_short(name)} ; void:entities {number} ]")
          for name, number in sorted(counts.classes.items())),
        *(("void:propertyPartition", f"[ void:property {_short(name)} ; void:triples {number} ]")
          for name, number in sorted(counts.properties.items())),
    ]


def _vocabularies(names: Iterable[str]) -> list[str]:
    """The vocabularies of some terms: what stands before the last part of their names, without a # in the end."""
    found = {re.sub(r"[^#/]*$", "", name[1:-1]).removesuffix("#") for name in names}
    return sorted(found - {""})  # urn:a:b is of none


def _graphs(export: Export) -> dict[str, int]:
    """The graphs of a file that has several, each a dataset of its own, with how many statements it holds."""
    several = export.graphs if len(export.graphs) > 1 else {}
    return {f"<{name}>" if name else "<#settled>": len(lines) for name, lines in several.items()}


def _distribution(export: Export, sources: Sources) -> Said:
    name, media_type, _ = DESCRIBED[export.format]
    checksum = f'"{sha256_of(export.file)}"^^xsd:hexBinary'
    return [
        ("a", "dcat:Distribution"), ("dcterms:title", literal(name, "en")),
        ("dcat:accessURL", _address(export)), ("dcat:downloadURL", _address(export)),
        ("dcat:mediaType", f"<{_MEDIA_TYPES}{media_type}>"),
        ("dcat:byteSize", f'"{export.file.stat().st_size}"^^xsd:nonNegativeInteger'),
        *_licence(export, sources),
        ("spdx:checksum", f"[ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ; "
                          f"spdx:checksumValue {checksum} ]"),
    ]


def _of_sources_and_graphs(export: Export, sources: Sources) -> Iterator[str]:
    """What left of what each source says of itself, its licence too, and what each graph holds: one is the other."""
    graphs, told = _graphs(export), ("dcterms:identifier", "dcterms:title", "dcterms:license")
    for name in dict.fromkeys([*graphs, *sources]):
        said = [("a", "upr:Source")] if name in sources else []
        said += ((property_, value) for property_ in told for value in sources.get(name, {}).get(term(property_), ()))
        said += [("a", "void:Dataset"), ("void:triples", f"{graphs[name]}")] if name in graphs else []
        yield _block(name, said)


def _of_ontology(graphs: Lines) -> Iterator[str]:
    for version in _versions(graphs):
        about = _about(_ONTOLOGY, graphs)
        told = ("dcterms:title", "dcterms:license", "owl:versionInfo")
        yield _block(version, [("a", "owl:Ontology"), *((name, v) for name in told for v in about[term(name)])])


def _versions(graphs: Lines) -> list[str]:
    """The version of the ontology that the graph was made with, as it says itself."""
    return _about(_ONTOLOGY, graphs)[term("owl:versionIRI")]


def _about(subject: str, graphs: Lines) -> dict[str, list[str]]:
    """What is said of one thing in any graph, by property; the lines of a graph are sorted."""
    found = defaultdict[str, set[str]](set)
    for lines in graphs.values():
        for _, property_, value in _parted(_beginning(lines, f"{subject} ")):
            found[property_].add(value)
    return defaultdict(list, {property_: sorted(values) for property_, values in found.items()})


def _beginning(lines: Sequence[str], start: str) -> Iterator[str]:
    at = bisect_left(lines, start)
    while at < len(lines) and lines[at].startswith(start):
        yield lines[at]
        at += 1


def _text(value: str) -> str:
    """The text of a literal."""
    [quad] = ox.parse(f"<x:s> <x:p> {value} .", format=ox.RdfFormat.N_TRIPLES)
    return str(getattr(quad.object, "value", ""))


def _address(export: Export) -> str:
    return f"<{quote(os.fsencode(export.name), safe='-._~()')}>"


def _short(name: str) -> str:
    """An IRI by prefix where that is easy to read."""
    for prefix, namespace in _PREFIXES.items():
        if re.fullmatch(r"[A-Za-z]\w*", local := name[1:-1].removeprefix(namespace), re.ASCII):
            return f"{prefix}:{local}"
    return name


def _block(subject: str, said: Said) -> str:
    return subject + "\n" + " ;\n".join(f"    {property_} {value}" for property_, value in said) + " .\n"
