"""The ledger beside the store: what was loaded, and what the store must therefore hold.

Writing the ledger is what publishes a load: it names the database directory,
so that one rename swaps the sources, the database and the accounts together.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from graphbuild.errors import GraphbuildError, StoreDamagedError
from graphbuild.sortedlines import Account
from graphbuild.staged import FileMark, sha256_of

LEDGER = "ledger.json"
#: Raised when the layout of the store changes so that older stores must be built anew.
FORMAT = 3


@dataclass
class Entry:
    """One loaded source. `read` = `loaded` + `left_out`, counted in rows, numbered items or entities."""

    source: str
    kind: str
    title: str
    files: list[FileMark]
    read: int
    loaded: int
    left_out: int


@dataclass
class Ledger:
    """All sources, all graphs, the directory of the database that holds them, with its files, and the rules' hash."""

    database: str = ""
    sources: dict[str, Entry] = field(default_factory=dict)
    graphs: dict[str, Account] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    ontology: str = ""

    def refuse_unknown(self, source: str) -> None:
        """Raise GraphbuildError if no source of this name was loaded that can be removed again."""
        if source == "world":
            raise GraphbuildError("the source 'world' comes with graphbuild and is part of every store")
        known = sorted(self.sources.keys() - {"world"})
        if source not in known:
            raise GraphbuildError(f"no source {source!r} is loaded; loaded are: {', '.join(known) or 'none'}")


def file_hashes(database: Path, known: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """The SHA-256 of every file that holds data; a published database is never written to again."""
    kept = [p for p in sorted(database.iterdir()) if not p.name.startswith(("LOG", "LOCK"))]
    return {p.name: known.get(p.name) or sha256_of(p) for p in kept}


def read_ledger(root: Path) -> Ledger:
    """The ledger of a store; an empty one if nothing was ever loaded."""
    path = root / LEDGER
    if not path.exists():
        return Ledger()
    try:
        return parse_ledger(path.read_text(encoding="utf-8"), str(path))
    except UnicodeDecodeError as error:
        raise _unreadable(str(path), error) from error


def parse_ledger(text: str, place: str) -> Ledger:
    """A ledger from the text that `ledger_text` gives; `place` tells people where it lies."""
    try:
        written = json.loads(text)
        if written["format"] != FORMAT:
            raise StoreDamagedError(f"{place}: written by another version of graphbuild; load the sources again")
        sources = {name: _entry(entry) for name, entry in written["sources"].items()}
        graphs = {name: Account(**a) for name, a in written["graphs"].items()}
        database, files, ontology = written["database"], dict(written["files"]), written["ontology"]
        if not isinstance(database, str) or not isinstance(ontology, str):
            raise TypeError("a name is no text")
        return Ledger(database, sources, graphs, files, ontology)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(place, error) from error


def _unreadable(place: str, error: Exception) -> StoreDamagedError:
    return StoreDamagedError(f"{place}: cannot be read ({error}); remove the store and load the sources again")


def _entry(written: dict[str, Any]) -> Entry:
    files = [FileMark(**f) for f in written.pop("files")]
    return Entry(files=files, **written)


def ledger_text(ledger: Ledger) -> str:
    """A ledger as JSON."""
    return json.dumps({"format": FORMAT, **asdict(ledger)}, indent=2, sort_keys=True, ensure_ascii=False)


def write_ledger(root: Path, ledger: Ledger) -> None:
    """Replace the ledger in one step that survives a crash."""
    text = ledger_text(ledger)
    part = root / (LEDGER + ".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(root / LEDGER)
    _sync_folder(root)


def _sync_folder(root: Path) -> None:
    if os.name == "posix":
        handle = os.open(root, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
