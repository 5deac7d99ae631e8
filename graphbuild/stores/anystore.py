"""A store, wherever it lies: what every store can do, and the one that an address names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import pyoxigraph as ox

from graphbuild.errors import GraphbuildError
from graphbuild.sortedlines import Account
from graphbuild.staged import Tell
from graphbuild.stores.addresses import is_server
from graphbuild.stores.ledger import Ledger
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.stores.staging import Staging


class Store(Protocol):
    """What every store can do; OxigraphStore says what each verb means."""

    @property
    def root(self) -> object: ...
    @property
    def ledger(self) -> Ledger: ...
    def query(self, query: str) -> object: ...
    def graphs(self) -> list[str]: ...
    def triples(self, graph: str) -> Iterator[ox.Triple]: ...
    def lines(self, graph: str) -> Iterator[str]: ...
    def said(self, *, subject: str = "", value: str = "") -> Iterator[tuple[str, str]]: ...
    def with_value(self, value: str) -> Iterator[tuple[str, str]]: ...
    def has(self, graph: str, line: str) -> bool: ...
    def accounts(self) -> dict[str, Account]: ...
    def damaged_files(self) -> list[str]: ...
    def writing(self) -> AbstractContextManager[None]: ...
    def working(self, name: str) -> AbstractContextManager[Path]: ...
    def stage(self, name: str, *, copy: bool = False) -> AbstractContextManager[Staging]: ...
    def swap(self, staging: Staging, name: str, ledger: Ledger) -> None: ...


def select(store: Store, query: str) -> ox.QuerySolutions:
    """The rows that a SELECT query gives."""
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return found


def open_store(place: str, tell: Tell = lambda _: None) -> Store:
    """The store in a folder, or on the server at an address such as http://localhost:7878."""
    if not is_server(place):
        if "://" in place:
            raise GraphbuildError(f"{place}: is no address of a SPARQL server; begin it with http:// or https://")
        if Path(place).exists() and not Path(place).is_dir():
            raise GraphbuildError(f"{place}: is a file, and a store is a folder; name another with --store")
        return OxigraphStore(Path(place))
    from graphbuild.stores.onserver import ServerStore

    return ServerStore(place, tell)


@contextmanager
def nearby(store: Store) -> Iterator[Store]:
    """The store itself if it lies on disk; of one on a server a copy on disk, private, and gone in the end."""
    if isinstance(store, OxigraphStore):
        yield store
        return
    from graphbuild.stores.onserver import ServerStore

    assert isinstance(store, ServerStore)
    with TemporaryDirectory(prefix="graphbuild-") as folder:
        copy = OxigraphStore(Path(folder) / "graph")
        store.copy_into(copy)
        yield copy
