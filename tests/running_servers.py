"""Servers that the tests start, Oxigraph's and Virtuoso, each empty and for one module; and stores on them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT, Folder

from graphbuild.build import load
from graphbuild.stores.addresses import addresses
from graphbuild.stores.anystore import Store, open_store
from graphbuild.stores.connection import Connection
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.terms import ID

VIRTUOSO = ROOT / "tests" / "servers" / "virtuoso.sh"
PASSWORD = "for-tests-only"


def start_oxigraph(folder: Path) -> Iterator[str]:
    program = Path(sys.executable).with_name("oxigraph")
    if not program.exists():
        pytest.skip("the program oxigraph is not installed: pip install oxigraph")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    with subprocess.Popen([program, "serve", "-l", folder, "-b", place], stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(place)
            yield f"http://{place}"
        finally:
            process.kill()


def wait_for(place: str) -> None:
    host, port = place.split(":")
    for _ in range(100):
        try:
            socket.create_connection((host, int(port)), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nothing listens at {place}")


def start_virtuoso(folder: Path) -> Iterator[str]:
    if not shutil.which("virtuoso-t") or not shutil.which("isql-vt"):
        pytest.skip("Virtuoso is not installed: tests/servers/virtuoso.sh install")
    variables = {**os.environ, "VIRTUOSO_PASSWORD": PASSWORD}
    started = subprocess.run([VIRTUOSO, "start", folder], env=variables, stdout=subprocess.PIPE, text=True, check=True)
    try:
        yield started.stdout.strip()
    finally:
        subprocess.run([VIRTUOSO, "stop", folder], check=True)


STARTS: dict[str, Callable[[Path], Iterator[str]]] = {"oxigraph": start_oxigraph, "virtuoso": start_virtuoso}


@pytest.fixture(scope="module", params=STARTS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server; the environment holds what it wants to know of us."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRAPHBUILD_USER", "dba" if request.param == "virtuoso" else "")
        patch.setenv("GRAPHBUILD_PASSWORD", PASSWORD)
        yield from STARTS[request.param](tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def speaking(server: str) -> Connection:
    return Connection(addresses(server, has_user=bool(os.environ["GRAPHBUILD_USER"])))


def copied(store: OxigraphStore, server: str) -> Store:
    """A store on a server that holds what one on disk holds."""
    made, name = open_store(server), store.ledger.database
    with made.writing(), made.stage(name) as staging:
        for graph in store.ledger.graphs:
            staging.add(graph, store.triples(graph))
        made.swap(staging, name, store.ledger)
    return made


def ours(speaking: Connection) -> set[str]:
    # Virtuoso counts graphs at once, and lists them in minutes.
    rows = speaking.rows("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    return {row["g"].value for row in rows if row["g"].value.startswith(ID)}


def drop_ours(speaking: Connection) -> None:
    for graph in ours(speaking):
        speaking.update(f"DROP SILENT GRAPH <{graph}>")


@pytest.fixture
def empty(server: str, speaking: Connection) -> Store:
    """A store on a server that holds nothing yet."""
    drop_ours(speaking)
    return open_store(server)


@pytest.fixture
def filled(server: str, speaking: Connection, casebook: Folder) -> Store:
    """A store on a server with the example casebook and no more, as it is there already or loaded now."""
    made = open_store(server)
    if made.ledger.sources.keys() != {"tiny", "world"}:
        drop_ours(speaking)
    load(made, [casebook.path])
    return made
