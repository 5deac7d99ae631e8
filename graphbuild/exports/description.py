"""What a catalogue must know of an export: its description as VoID and DCAT have it, in Turtle.

It says nothing that is not in what leaves: sources and licences are read from the statements that do, and what is
counted stands in the file. Its addresses are relative, so that it holds wherever both files are put together.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from graphbuild import __version__
from graphbuild.exports.tally import ONTOLOGY, Tally
from graphbuild.plurals import number_of
from graphbuild.staged import sha256_of
from graphbuild.terms import PREFIXES, literal, said_graph, term

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
_WORLD = f"<{said_graph('world')}>"
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
    """What is described: a file, in which form and profile it is, which layers it holds, and what was counted of it."""

    file: Path
    name: str
    format: str
    profile: str
    holds: str
    counts: Tally


def description(export: Export) -> str:
    """The description of an export whose file is written, in Turtle."""
    sources = {source: export.counts.about(source) for source in export.counts.sources}
    prefixes = "".join(f"@prefix {prefix}: <{name}> .\n" for prefix, name in sorted(_PREFIXES.items()))
    blocks = [
        _block("<>", [("a", "void:DatasetDescription"), ("foaf:primaryTopic", "<#dataset>")]),
        _block("<#dataset>", [*_dataset(export, sources), *_counted(export.counts)]),
        _block("<#file>", _distribution(export, sources)),
        *_of_sources_and_graphs(export, sources), *_of_ontology(export.counts),
    ]
    return "\n".join([prefixes, *blocks])


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
        *(("dcterms:conformsTo", version) for version in _versions(export.counts)),
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
    every = set[str]().union(*stated, map(_known_as, export.counts.about(ONTOLOGY, held=True)[_LICENCE]))
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


def _counted(counts: Tally) -> Said:
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
    several = export.counts.graphs if len(export.counts.graphs) > 1 else {}
    return {name or "<#settled>": several[name] for name in sorted(several)}


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


def _of_ontology(counts: Tally) -> Iterator[str]:
    about = counts.about(ONTOLOGY)
    for version in _versions(counts):
        told = ("dcterms:title", "dcterms:license", "owl:versionInfo")
        yield _block(version, [("a", "owl:Ontology"), *((name, v) for name in told for v in about[term(name)])])


def _versions(counts: Tally) -> list[str]:
    """The version of the ontology that the graph was made with, as it says itself."""
    return counts.about(ONTOLOGY)[term("owl:versionIRI")]


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
