"""From a path to a staged source: which reader fits, by content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from graphbuild import resources
from graphbuild.casebooks.tables import load_tables
from graphbuild.errors import DataRefusedError, GraphbuildError
from graphbuild.files.csvfiles import header_of
from graphbuild.files.intake import form_of
from graphbuild.files.jsonfiles import damage_of
from graphbuild.files.rdffiles import is_description
from graphbuild.staged import Staged, Tell
from graphbuild.stores.ledger import LEDGER
from graphbuild.terms import A, iri, literal, said_graph, term

#: What `graphbuild load` accepts, in the order in which it is tried. Kind K is read by
#: sources/K.py, which has is_K(path) and read_K(path) and is imported when it is its turn.
KINDS = {
    "casebook": "a casebook (a folder with about.csv)",
    "decisions": "decisions of people on uncertain joins (CSV or XLSX, made from `graphbuild query joins`)",
    "uprinfo": "an export of UPR Info's database as CSV, XLSX or XLS",
    "table": "a mapping file (TOML) that names a table",
    "uwazi": "UPR Info's database of today (Uwazi) as JSON, CSV or XLSX",
    "report": "a report of the UPR Working Group as text, PDF or DOCX",
    "addendum": "an addendum to such a report",
    "decision": "a decision of the Human Rights Council on the outcome of a review",
    "matrix": "a thematic list of recommendations by the UN human rights office (DOCX or XLSX)",
    "uhri": "an export of the Universal Human Rights Index (JSON, JSON lines or XLSX)",
    "akn": "an act or bill in Akoma Ntoso",
    "eli": "laws described in ELI as RDF (Turtle, RDF/XML, JSON-LD)",
    "undocs": "a record of a UN document or treaty as JSON",
    "lawjson": "a law as JSON from a national legal database",
    "ftm": "FollowTheMoney entities as JSON lines",
    "wikidata": "entities of Wikidata as JSON",
    "sanctions": "a list of the European Union's restrictive measures as CSV",
    "uwazipeople": "a table of persons as CSV, such as Uwazi imports",
    "acled": "an export of ACLED's events as CSV",
    "gdelt": "a file of GDELT events",
    "esf": "tables of HURIDOCS' Event Standard Formats (a folder of CSV files, or one)",
    "rdf": "RDF of our vocabulary (Turtle, TriG, N-Triples, N-Quads, JSON-LD, RDF/XML), our own exports included",
    "document": "a press release or other text (TXT, PDF, DOCX, or JSON lines)",
}


KNOWN = "`graphbuild kinds` lists what can be loaded"
#: Kinds that are a folder of tables; `esf` may be one or the other.
_FOLDERS = ("casebook",)
#: What people save by mistake, and what to do instead.
_NAMED = {
    "html": "an HTML page; download the file that the page links to",
    "zip": "an archive or a damaged office file; unpack it or download it again",
    "gzip": "a compressed file; unpack it first",
    "utf-16": "a text in UTF-16; save it as UTF-8, which spreadsheets call CSV UTF-8",
    "empty": "empty; download it again",
    "rtf": "in the form RTF; save it as DOCX or text",
}


def read_source(path: Path, kind: str = "") -> Staged:
    """Read and map one source, recognised by its content or read as the kind named.

    Raises GraphbuildError if there is nothing there or no reader knows it.
    """
    if not path.exists():
        raise GraphbuildError(f"{path}: there is no such file or folder")
    if not path.is_file() and not path.is_dir():
        raise GraphbuildError(f"{path}: is a device or a pipe, which cannot be read twice; name a file or a folder")
    if kind and path.is_dir() != (kind in _FOLDERS) and kind != "esf":
        raise GraphbuildError(f"{path}: is a {'folder' if path.is_dir() else 'file'}, which no {kind} is; {KNOWN}")
    kind = kind or kind_of(path)
    if not kind:
        raise GraphbuildError(f"{path}: {_unknown(path) or f'not recognised; {KNOWN}'}")
    staged: Staged = getattr(_reader(kind), f"read_{kind}")(path)
    _describe(staged)
    return staged


def read_world() -> Staged:
    """The reference data that every graph stands on: states, sessions and cycles."""
    world = read_source(resources.WORLD)
    if world.problems:
        raise DataRefusedError(world.problems)
    return world


def _unknown(path: Path) -> str:
    """Why no reader takes a path, and what to do; empty if nothing can be said of it."""
    table = load_tables().get(path.stem)
    if table and path.is_file() and {c.name for c in table.columns if c.required} <= {*header_of(path)}:
        return "is one table of a casebook; put it into a folder that `graphbuild new` makes, and load the folder"
    if path.is_file() and is_description(path):
        return "describes an export; load the file that it speaks of"
    if path.is_file() and form_of(path) in _NAMED:
        return f"not recognised; it is {_NAMED[form_of(path)]}"
    if path.is_file() and (damage := damage_of(path)):
        return f"not recognised; as JSON it is damaged: {damage}"
    return ""


def _nameless(folder: Path) -> str:
    """What to do where a folder holds tables of a casebook but not the one that makes it one; or an empty text."""
    tables = {path.stem for path in folder.glob("*.csv")} & load_tables().keys()
    missing = "has tables of a casebook and no about.csv; write one: the header item,value and the rows id and title"
    return missing if tables else ""


def kind_of(path: Path) -> str:
    """The kind of source that a file or folder is, or an empty text; a file that did not change is looked at once."""
    if not path.is_file():
        return _recognised(path)
    status = path.stat()
    return _of_file(path, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


@lru_cache(maxsize=100_000)
def _of_file(path: Path, *_state: int) -> str:
    return _recognised(path)


def _recognised(path: Path) -> str:
    return next((kind for kind in KINDS if getattr(_reader(kind), f"is_{kind}")(path)), "")


def _reader(kind: str) -> object:
    return import_module(f"graphbuild.sources.{kind}")


def each_source(paths: Iterable[Path], tell: Tell = lambda _: None) -> Iterator[Path]:
    """The paths themselves; for a folder that is no source, the sources in it; the files left out are told.

    Raises GraphbuildError if a folder holds no source.
    """
    for path in paths:
        if not path.is_dir() or kind_of(path):
            yield path
            continue
        found = list(_within(path, tell, set()))
        if not found:
            raise GraphbuildError(f"{path}: {_nameless(path) or f'nothing in the folder is recognised; {KNOWN}'}")
        yield from found


def _within(folder: Path, tell: Tell, seen: set[Path]) -> Iterator[Path]:
    if (folder / LEDGER).exists():
        return  # a store is no source
    seen.add(folder.resolve())
    for path in sorted(p for p in folder.iterdir() if not p.name.startswith(".")):
        if kind_of(path):
            yield path
        elif path.is_dir() and path.resolve() in seen:
            tell(f"left out {path}: it leads to a folder that is read already")
        elif path.is_dir():
            yield from _within(path, tell, seen)
        else:
            tell(f"left out {path}: {_unknown(path) or 'not recognised'}")


def refuse_doubles(sources: Iterable[tuple[str, Path]]) -> None:
    """Raise GraphbuildError if sources of several paths have one name: they would be one graph."""
    paths: dict[str, list[str]] = {}
    for name, path in sources:
        paths.setdefault(name, []).append(str(path))
    if doubles := [f"{name!r} ({', '.join(places)})" for name, places in paths.items() if len(places) > 1]:
        remedy = "load one of each, or give the others another name (the `id` in about.csv, or the name of the file)"
        raise GraphbuildError(f"several sources have one name: {'; '.join(doubles)}; {remedy}")


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
