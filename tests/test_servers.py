"""A store on a real server, Oxigraph's and Virtuoso: the same answers as on disk, and whole whatever happens."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from conftest import Folder, Run
from running_servers import PASSWORD, copied, ours
from test_absent import ASKED
from test_queries import CHANGED, SUSPENDED, TYPICAL, made_of

from graphbuild.build import check, load, remove
from graphbuild.errors import GraphbuildError, StoreBusyError, StoreDamagedError
from graphbuild.exports.formats import export
from graphbuild.questions.absent import absent
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import Question, find_question, parse_question, questions
from graphbuild.questions.explain import explain
from graphbuild.questions.statistics import count
from graphbuild.stores import lease, sending
from graphbuild.stores.anystore import Store, open_store
from graphbuild.stores.connection import Connection
from graphbuild.stores.lease import Lease
from graphbuild.stores.ledger import Ledger
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.stores.onserver import ServerStore
from graphbuild.stores.sending import LEDGER_GRAPH
from graphbuild.terms import UPR, said_graph

STRANGER = "http://example.org/graph-of-others"
LAW = f"<http://example.org/law> a <{UPR}Law> ."


@pytest.fixture(scope="module")
def published(server: str, store: OxigraphStore) -> Store:
    """The bundled casebooks on a server. It is shared: read it; tests that write come after those that read."""
    return copied(store, server)


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


def test_a_query_may_see_any_number_of_graphs(speaking: Connection) -> None:
    named = [f"http://example.org/graph/{number}" for number in range(1000)]
    assert b'"bindings"' in speaking.select("SELECT ?g { GRAPH ?g { ?s ?p 1 } }", named[0], named)


@pytest.mark.parametrize("given", ["nothing", "something"])
@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_a_question_has_the_same_rows(
    published: Store, store: OxigraphStore, question: Question, given: str
) -> None:
    chosen = TYPICAL.get(question.name, {}) if given == "something" else {}
    expected, found = ask(store, question, chosen), ask(published, question, chosen)
    assert found.columns == expected.columns
    assert found.rows == expected.rows


def test_what_one_source_says_has_the_same_rows(published: Store, store: OxigraphStore) -> None:
    (question,) = (q for q in questions() if q.name == "recommendations")
    for given in ({"source": "kazakhstan"}, {"source": "kazakhstan", "cycle": "2"}, {"source": "world"}):
        assert ask(published, question, given).rows == ask(store, question, given).rows


@pytest.mark.parametrize("question", [q for q in questions() if any(p.name == "law" for p in q.parameters)],
                         ids=lambda question: question.name)
def test_a_law_by_its_id_has_the_same_rows(published: Store, store: OxigraphStore, question: Question) -> None:
    found = ask(published, question, {"law": "KAZ/2014/226-V"}).rows
    assert found == ask(store, question, {"law": "226-V"}).rows != []


@pytest.mark.parametrize(("question", "name", "value", "said"), ASKED, ids=[asked[1] for asked in ASKED])
def test_what_the_store_does_not_hold_is_said_alike(
    published: Store, store: OxigraphStore, question: str, name: str, value: str, said: str
) -> None:
    asked = find_question(question), {name: value}
    assert absent(published, *asked) == absent(store, *asked) != []


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?s a upr:State }",
        "CONSTRUCT { ?s a upr:Here } WHERE { ?s a upr:Cycle }",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
        "SELECT DISTINCT ?c { ?s a ?c } ORDER BY ?c",
        "\nSELECT ?s ?c WHERE { ?s a ?c }\nORDER BY ?c",  # many are alike by this, and have one order nevertheless
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


# --- Loading, again and differently --------------------------------------------------------


def test_exports_are_the_same_bytes(filled: Store, loaded: OxigraphStore, tmp_path: Path) -> None:
    for made, name in ((filled, "server.nq"), (loaded, "disk.nq")):
        export(made, "nquads", tmp_path / name)
    assert (tmp_path / "server.nq").read_bytes() == (tmp_path / "disk.nq").read_bytes()


def test_what_was_loaded_before_is_unchanged_and_nothing_is_sent(
    filled: Store, casebook: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "update", lambda *_: pytest.fail("something was written"))
    monkeypatch.setattr(Connection, "add", lambda *_: pytest.fail("something was sent"))
    assert {o.status for o in load(filled, [casebook.path]).outcomes} == {"unchanged"}


def test_an_update_in_the_place_of_a_query_is_refused(filled: Store) -> None:
    for update in ("DROP ALL", "INSERT DATA { <http://e/s> <http://e/p> 1 }", "CLEAR DEFAULT"):
        with pytest.raises(GraphbuildError, match="this is no question but an update"):
            ask(filled, parse_question("test", update), {})
    assert check(filled) == []


def test_what_changed_is_replaced_and_only_that_is_sent(
    filled: Store, casebook: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    add = Connection.add

    def noted(self: Connection, graph: str, lines: object, *done: object) -> None:
        kept = list(lines)
        sent.extend(line for line in kept if LEDGER_GRAPH not in line and "/writers/" not in line)
        add(self, graph, kept, *done)

    monkeypatch.setattr(Connection, "add", noted)
    casebook.put("laws", "title", "On something else")
    load(filled, [casebook.path])
    on_disk = OxigraphStore(tmp_path / "graph")
    load(on_disk, [casebook.path])
    assert same(filled, on_disk)
    assert 0 < len(sent) < 20


def test_a_copy_that_is_kept_is_not_fetched_again(
    filled: Store, casebook: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    read = Connection.read

    def noted(self: Connection, graph: str) -> object:
        fetched.append(graph)
        return read(self, graph)

    monkeypatch.setenv("GRAPHBUILD_COPIES", str(tmp_path / "copies"))
    casebook.put("laws", "title", "On something else")
    load(filled, [casebook.path])
    casebook.put("laws", "title", "On this and that")
    with monkeypatch.context() as patch:
        patch.setattr(Connection, "read", noted)
        load(filled, [casebook.path])
    assert fetched == [LEDGER_GRAPH]
    assert check(filled) == []
    assert [path.stat().st_mode & 0o077 for path in (tmp_path / "copies").iterdir()] == [0]


def test_a_copy_of_what_is_no_more_published_is_fetched_again(
    filled: Store, other: Folder, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHBUILD_COPIES", str(tmp_path / "copies"))
    load(filled, [other.path])
    monkeypatch.delenv("GRAPHBUILD_COPIES")
    remove(open_store(server), "other")
    monkeypatch.setenv("GRAPHBUILD_COPIES", str(tmp_path / "copies"))
    load(filled, [other.path])
    assert check(filled) == []
    remove(filled, "other")
    assert check(filled) == []


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


def break_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every update fail that would publish something."""
    update = Connection.update

    def broken(self: Connection, text: str) -> None:
        if "?minus" in text:
            raise GraphbuildError("the cable is out")
        update(self, text)

    monkeypatch.setattr(Connection, "update", broken)


def test_what_a_load_that_broke_off_had_sent_is_swept_away_by_the_next(
    filled: Store, other: Folder, speaking: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, graphs = filled.ledger, ours(speaking)
    with monkeypatch.context() as patch:
        break_off(patch)
        with pytest.raises(GraphbuildError, match="the cable is out"):
            load(filled, [other.path])
    assert filled.ledger == before
    assert said_graph("other") in ours(speaking)
    with pytest.raises(StoreBusyError, match="another graphbuild has been writing"):  # the update may still run there
        load(filled, [other.path])
    monkeypatch.setattr(lease, "MARGIN", -1_000_000)
    load(filled, [other.path])
    remove(filled, "other")
    assert (filled.ledger, ours(speaking)) == (before, graphs)


def test_who_loaded_while_a_generation_was_sent_is_not_written_over(
    filled: Store, other: Folder, speaking: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other writer took the first for a killed one; so it is looked at again before the end."""
    before, add = filled.ledger, Connection.add

    def slow(self: Connection, graph: str, *more: Any) -> None:
        add(self, graph, *more)
        if graph.endswith("/ledger/plus"):
            patch.setattr(sending, "ledger_there", lambda _: Ledger("db-0"))

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "add", slow)
        with pytest.raises(StoreBusyError, match="another graphbuild loaded something meanwhile; load again"):
            load(filled, [other.path])
    assert filled.ledger == before
    monkeypatch.setattr(lease, "MARGIN", -1_000_000)
    load(filled, [other.path])
    remove(filled, "other")


def test_who_reads_for_long_says_that_he_is_still_there(
    filled: Store, casebook: Folder, speaking: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(Lease, "renew", lambda self: said.append(self.name))
    monkeypatch.setattr(sending, "BLOCK", 50)
    reading = sending.Sending(speaking, Lease(speaking), filled.ledger, OxigraphStore(casebook.path), said.append)
    assert len(reading._differing(said_graph("tiny"), [])) == 2
    assert len(said) == 172 // 50


@pytest.mark.parametrize(("tables", "name", "day", "days"), [
    (CHANGED, "laws-in-force", "day", ("2011-01-01", "2014-03-31", "2014-04-01", "2016-05-01")),
    (SUSPENDED, "older-laws-still-in-force", "as_of", ("2012-03-31", "2012-04-01", "2014-01-01")),
])  # fmt: skip
def test_laws_stand_on_a_day_as_they_do_on_disk(
    empty: Store, tmp_path: Path, tables: dict[str, str], name: str, day: str, days: tuple[str, ...]
) -> None:
    """With one that was suspended, and an article of another that ended before a second one came."""
    question, made = find_question(name), made_of(tables, tmp_path)
    load(empty, [tmp_path / "made"])
    for value in days:
        expected = ask(made, question, {day: value}).rows
        assert ask(empty, question, {day: value}).rows == expected != []


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
