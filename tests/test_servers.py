"""A store on a real server, Oxigraph's and Virtuoso: the same answers as on disk, and whole whatever happens."""

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
from conftest import ROOT, Folder, Run, environment
from test_queries import GIVEN

from graphbuild.anystore import Store, open_store
from graphbuild.build import check, load, remove
from graphbuild.errors import GraphbuildError, StoreBusyError, StoreDamagedError
from graphbuild.explain import explain
from graphbuild.exports import export
from graphbuild.questions import Question, ask, parse_question, questions
from graphbuild.resources import bundled_casebooks
from graphbuild.servers import lease, sending
from graphbuild.servers.addresses import addresses
from graphbuild.servers.connection import Connection
from graphbuild.servers.lease import Lease
from graphbuild.servers.sending import LEDGER_GRAPH
from graphbuild.servers.serverstore import ServerStore
from graphbuild.statistics import count
from graphbuild.store import OxigraphStore
from graphbuild.terms import ID, UPR, said_graph

VIRTUOSO = ROOT / "tests" / "servers" / "virtuoso.sh"
PASSWORD = "for-tests-only"
#: What an engine gets wrong, and we cannot write in another way; docs/servers.md tells of it.
WRONG = {("virtuoso", "raised-again"): "Virtuoso 7.2.5 misreads a path between two variables inside EXISTS"}
STRANGER = "http://example.org/graph-of-others"
LAW = f"<http://example.org/law> a <{UPR}Law> ."


# --- Servers ---------------------------------------------------------------------------


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
    yield started.stdout.strip()
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


@pytest.fixture(scope="module")
def published(server: str, store: OxigraphStore) -> Store:
    """The bundled casebooks on a server. It is shared: read it; tests that write come after those that read."""
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


@pytest.fixture
def empty(server: str, speaking: Connection) -> Store:
    """A store on a server that holds nothing yet."""
    for graph in ours(speaking):
        speaking.update(f"DROP SILENT GRAPH <{graph}>")
    return open_store(server)


@pytest.fixture
def filled(server: str, casebook: Folder) -> Store:
    """A store on a server with the example casebook, as it is there already or loaded now."""
    made = open_store(server)
    for source in made.ledger.sources.keys() - {"tiny", "world"}:
        remove(made, source)
    load(made, [casebook.path])
    return made


def same(one: Store, other: Store) -> bool:
    """Whether two stores hold the same statements by the same ledger, files of the database aside."""
    left, right = one.ledger, other.ledger
    left.files = right.files = {}
    return left == right and one.accounts() == other.accounts()


# --- The same answers --------------------------------------------------------------------


def test_a_store_on_a_server_is_the_store_on_disk(published: Store, store: OxigraphStore) -> None:
    assert same(published, store)
    assert check(published) == []
    assert published.graphs() == store.graphs()


@pytest.mark.parametrize("given", ["nothing", "something"])
@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_a_question_has_the_same_rows(
    published: Store, store: OxigraphStore, request: pytest.FixtureRequest, question: Question, given: str
) -> None:
    if reason := WRONG.get((request.node.callspec.params["server"], question.name)):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    taken = {p.name for p in question.parameters}
    chosen = GIVEN.get(question.name, {"state": "KAZ"} if "state" in taken else {}) if given == "something" else {}
    expected, found = ask(store, question, chosen), ask(published, question, chosen)
    assert found.columns == expected.columns
    assert found.rows == expected.rows


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?s a upr:State }",
        "CONSTRUCT { ?s a upr:Here } WHERE { ?s a upr:Cycle }",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
        "SELECT DISTINCT ?c { ?s a ?c } ORDER BY ?c",
    ],
)
def test_any_query_has_the_same_answer(published: Store, store: OxigraphStore, query: str) -> None:
    question = parse_question("test", f"PREFIX upr: <{UPR}> {query}")
    assert ask(published, question, {}) == ask(store, question, {})


def test_counts_are_the_same(published: Store, store: OxigraphStore) -> None:
    assert count(published) == count(store)


def test_an_explanation_is_the_same(published: Store, store: OxigraphStore) -> None:
    asked = "KAZ/1/95.73", "KAZ/2014/235-V", "first-support"
    assert explain(published, *asked) == explain(store, *asked)


def test_exports_are_the_same_bytes(published: Store, store: OxigraphStore, tmp_path: Path) -> None:
    for made, name in ((published, "server.nq"), (store, "disk.nq")):
        export(made, "nquads", tmp_path / name)
    assert (tmp_path / "server.nq").read_bytes() == (tmp_path / "disk.nq").read_bytes()


def test_what_was_loaded_before_is_unchanged_and_nothing_is_sent(
    published: Store, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "update", lambda *_: pytest.fail("something was written"))
    monkeypatch.setattr(Connection, "add", lambda *_: pytest.fail("something was sent"))
    assert {o.status for o in load(open_store(server), bundled_casebooks()).outcomes} == {"unchanged"}


@pytest.mark.parametrize("update", ["DROP ALL", "INSERT DATA { <http://e/s> <http://e/p> 1 }", "CLEAR DEFAULT"])
def test_an_update_in_the_place_of_a_query_is_refused(published: Store, update: str) -> None:
    with pytest.raises(GraphbuildError, match="the query cannot be read"):
        ask(published, parse_question("test", update), {})
    assert check(published) == []


# --- Loading, again and differently --------------------------------------------------------


def test_what_changed_is_replaced_and_only_that_is_sent(
    filled: Store, casebook: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    add = Connection.add

    def noted(self: Connection, graph: str, lines: object, *done: object) -> None:
        kept = list(lines)  # type: ignore[call-overload]
        sent.extend(line for line in kept if LEDGER_GRAPH not in line and "/writers/" not in line)
        add(self, graph, kept, *done)  # type: ignore[arg-type]

    monkeypatch.setattr(Connection, "add", noted)
    casebook.put("laws", "title", "On something else")
    load(filled, [casebook.path])
    on_disk = OxigraphStore(tmp_path / "graph")
    load(on_disk, [casebook.path])
    assert same(filled, on_disk)
    assert 0 < len(sent) < 20


def test_a_source_comes_and_goes_as_if_it_had_never_been(filled: Store, other: Folder, speaking: Connection) -> None:
    ledger, accounts, graphs = filled.ledger, filled.accounts(), ours(speaking)
    load(filled, [other.path])
    assert said_graph("other") in filled.graphs()
    assert check(filled) == []
    remove(filled, "other")
    assert (filled.ledger, filled.accounts(), ours(speaking)) == (ledger, accounts, graphs)


def test_a_store_in_which_nothing_was_loaded_says_what_to_do(empty: Store) -> None:
    with pytest.raises(GraphbuildError, match="nothing was loaded yet; run `graphbuild load --bundled` first"):
        count(empty)


def test_a_ledger_longer_than_a_piece_is_read_as_it_was_written(
    empty: Store, casebook: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PIECE", 100)
    load(empty, [casebook.path])
    assert check(empty) == []


def test_what_others_keep_on_the_server_is_neither_seen_nor_touched(
    empty: Store, casebook: Folder, speaking: Connection
) -> None:
    speaking.update(f"INSERT DATA {{ GRAPH <{STRANGER}> {{ {LAW} }} }}")
    load(empty, [casebook.path])
    query = f"SELECT ?s {{ {{ ?s a <{UPR}Law> }} UNION {{ GRAPH ?g {{ ?s a <{UPR}Law> }} }} }}"
    rows = ask(empty, parse_question("test", query), {}).rows
    remove(empty, "tiny")
    assert rows
    assert [row for row in rows if "example.org" in row[0]] == []
    assert [f"{triple} ." for triple in speaking.read(STRANGER)] == [
        LAW.replace(" a ", " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ")
    ]
    speaking.update(f"DROP SILENT GRAPH <{STRANGER}>")


def test_a_statement_that_was_lost_is_noticed_and_mended(filled: Store, casebook: Folder, speaking: Connection) -> None:
    graph = said_graph("tiny")
    speaking.update(f"DELETE WHERE {{ GRAPH <{graph}> {{ ?s a <{UPR}Law> }} }}")
    assert [text.partition(":")[2].partition(":")[0] for text in check(filled)] == [
        "//w3id.org/graphbuild/id/graph/said/tiny"
    ]
    with pytest.raises(StoreDamagedError, match="gave 171 of 172 statements"):
        list(filled.triples(graph))
    load(filled, [casebook.path])
    assert check(filled) == []


# --- Several writers, and killed ones ---------------------------------------------------------


def test_who_comes_second_is_told_to_wait(filled: Store, other: Folder, speaking: Connection) -> None:
    before = filled.ledger
    first = Lease(speaking)
    first.take()
    with pytest.raises(StoreBusyError, match="another graphbuild has been writing to this store since"):
        load(filled, [other.path])
    first.give_back()
    assert filled.ledger == before
    load(filled, [other.path])


def test_of_two_that_begin_at_once_never_both_go_on(filled: Store, speaking: Connection) -> None:
    one, another = Lease(speaking), Lease(speaking)
    one.renew()
    with pytest.raises(StoreBusyError):
        another.take()
    with pytest.raises(StoreBusyError):
        another.renew()
        one.refuse_others()
    one.give_back()
    another.give_back()
    assert Lease(speaking).writers() == []


def test_what_somebody_else_loaded_meanwhile_is_not_written_over(
    filled: Store, server: str, casebook: Folder, other: Folder
) -> None:
    meanwhile = open_store(server)
    with filled.writing(), filled.stage("db-0") as staging:
        load(meanwhile, [other.path])
        with pytest.raises(StoreBusyError, match="another graphbuild loaded something meanwhile; load again"):
            filled.swap(staging, "db-0", meanwhile.ledger)
    assert check(meanwhile) == []
    assert said_graph("other") in meanwhile.graphs()


LOAD = "import sys; sys.argv[1:] = ['--store', {store!r}, 'load', {path!r}]; from graphbuild.cli import run; run()"


@pytest.mark.parametrize(("sign", "times"), [("sending", 1), ("sending ledger", 2), ("publishing", 1)])
def test_a_load_that_is_killed_leaves_the_old_store_or_the_new_one(
    filled: Store,
    other: Folder,
    server: str,
    speaking: Connection,
    monkeypatch: pytest.MonkeyPatch,
    sign: str,
    times: int,
) -> None:
    before, graphs = filled.ledger, ours(speaking)
    kill_at(sign, times, [sys.executable, "-c", LOAD.format(store=server, path=str(other.path))])
    assert check(filled) == []
    after = filled.ledger
    assert after.sources.keys() in (before.sources.keys(), before.sources.keys() | {"other"})
    assert after == before or sign == "publishing"
    monkeypatch.setattr(lease, "MARGIN", -1_000_000)  # the word of the killed writer counts no longer
    load(filled, [other.path])
    remove(filled, "other")
    assert (filled.ledger, ours(speaking)) == (before, graphs)


def kill_at(sign: str, times: int, command: list[str]) -> None:
    """Run a command and kill it when it says something for so many times."""
    with subprocess.Popen(
        command, env=environment(), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stderr
        for line in process.stderr:
            times -= line.startswith(sign)
            if not times:
                process.kill()
                break
        else:
            pytest.fail(f"it never said {sign!r}")


def test_nothing_of_a_load_that_breaks_off_is_seen_and_it_is_swept_away(
    filled: Store, other: Folder, speaking: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, graphs = filled.ledger, ours(speaking)
    update = Connection.update

    def broken(self: Connection, text: str) -> None:
        if "?minus" in text:
            raise GraphbuildError("the cable is out")
        update(self, text)

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "update", broken)
        patch.setattr(Lease, "give_back", lambda _: None)
        with pytest.raises(GraphbuildError, match="the cable is out"):
            load(filled, [other.path])
    assert filled.ledger == before
    assert ours(speaking) > graphs
    monkeypatch.setattr(lease, "MARGIN", -1_000_000)
    load(filled, [other.path])
    remove(filled, "other")
    assert ours(speaking) == graphs


# --- The command line ---------------------------------------------------------------------------


def test_every_command_works_on_a_server(empty: Store, server: str, run: Run, casebook: Folder, tmp_path: Path) -> None:
    for arguments in (
        ["load", casebook.path],
        ["sources"],
        ["stats"],
        ["check"],
        ["query", "reviews"],
        ["export", "--format", "turtle", "--output", tmp_path / "out.ttl"],
        ["remove", "tiny"],
    ):
        result = run(*arguments, store=server)
        assert result.exit_code == 0, result.stderr
        assert PASSWORD not in result.stdout + result.stderr


def test_a_user_without_the_right_is_one_sentence(
    empty: Store, server: str, run: Run, casebook: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not os.environ["GRAPHBUILD_USER"]:
        pytest.skip("this server lets in everybody")
    monkeypatch.setenv("GRAPHBUILD_PASSWORD", "wrong")
    result = run("load", casebook.path, store=server)
    assert result.exit_code == 2
    assert "does not allow it (401)" in result.stderr.splitlines()[-1]
    assert isinstance(empty, ServerStore)
