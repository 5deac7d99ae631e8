"""How servers are found and spoken to: addresses, credentials, patience, and one sentence for what fails."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from graphbuild.errors import GraphbuildError
from graphbuild.stores import connection
from graphbuild.stores.addresses import Addresses, addresses, is_server
from graphbuild.stores.anystore import open_store
from graphbuild.stores.connection import Connection

TRIPLE = "<http://e/s> <http://e/p> <http://e/o> ."
ROWS = b'{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "literal", "value": "x"}}]}}'
SECRET = "not-to-be-told"


class Pretender(ThreadingHTTPServer):
    """A server that gives the answers that it was told to give, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    server: Pretender

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        code, headers, content = self.server.answers.pop(0) if self.server.answers else (200, {}, ROWS)
        if not code:
            self.close_connection = True
            return
        self.send_response(code)
        for name, value in ({"Content-Length": str(len(content))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = answer  # noqa: N815 - the names that http.server looks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pretender]:
    monkeypatch.setattr(connection, "WAITS", (0.01, 0.01))
    for name in ("GRAPHBUILD_USER", "GRAPHBUILD_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    with Pretender() as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHBUILD_USER", "somebody")
    monkeypatch.setenv("GRAPHBUILD_PASSWORD", SECRET)


def to(server: Pretender) -> Connection:
    return Connection(addresses(server.address))


# --- Addresses -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "query", "update", "graphs"),
    [
        ("http://h:7878", "http://h:7878/query", "http://h:7878/update", "http://h:7878/store"),
        ("https://h/a/b/", "https://h/a/b/query", "https://h/a/b/update", "https://h/a/b/store"),
        ("http://h:8890/sparql", "http://h:8890/sparql", "http://h:8890/sparql", "http://h:8890/sparql-graph-crud"),
        (
            "http://h:7200/repositories/upr",
            "http://h:7200/repositories/upr",
            "http://h:7200/repositories/upr/statements",
            "http://h:7200/repositories/upr/rdf-graphs/service",
        ),
    ],
)
def test_the_addresses_of_known_servers(place: str, query: str, update: str, graphs: str) -> None:
    assert addresses(place) == Addresses(place.rstrip("/"), query, update, graphs)


def test_a_user_of_virtuoso_goes_through_the_doors_that_ask_for_a_password() -> None:
    found = addresses("http://h:8890/sparql", has_user=True)
    assert (found.query, found.graphs) == ("http://h:8890/sparql-auth", "http://h:8890/sparql-graph-crud-auth")


def test_the_environment_names_any_other_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHBUILD_GRAPHS_URL", "http://h:3030/upr/data")
    found = addresses("http://h:3030/upr")
    assert (found.query, found.graphs) == ("http://h:3030/upr/query", "http://h:3030/upr/data")


@pytest.mark.parametrize("place", ["graph", "./http", "httpd", "/srv/http:x"])
def test_a_folder_is_no_server(place: str) -> None:
    assert not is_server(place)


@pytest.mark.parametrize("place", ["http:/h", "http://", "http://h/?default", "http://h/#a", "http://[::1"])
def test_what_is_no_address_is_refused(place: str) -> None:
    assert is_server(place)
    with pytest.raises(GraphbuildError, match="is not the address of a server"):
        addresses(place)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(GraphbuildError, match="set GRAPHBUILD_USER and GRAPHBUILD_PASSWORD") as refused:
        addresses(f"http://somebody:{SECRET}@h:8890/sparql")
    assert SECRET not in str(refused.value)


def test_an_answer_may_have_any_number_of_headers(server: Pretender) -> None:
    """Virtuoso repeats each graph that was named."""
    server.answers = [(200, {f"X-Graph-{number}": "http://example.org/graph" for number in range(1000)}, ROWS)]
    assert to(server).select("ASK {}") == ROWS
    assert len(server.asked) == 1


# --- Patience ------------------------------------------------------------------------


@pytest.mark.parametrize("code", [429, 502, 503, 504, 0])
def test_a_server_that_is_not_ready_is_asked_again(server: Pretender, code: int) -> None:
    said: list[str] = []
    server.answers = [(code, {}, b"")] * 2
    assert Connection(addresses(server.address), said.append).select("ASK {}") == ROWS
    assert len(server.asked) == 3
    assert [text.rpartition(";")[2] for text in said] == [" trying again in 0.01 s"] * 2


def test_patience_has_an_end(server: Pretender) -> None:
    server.answers = [(503, {}, b"")] * 9
    with pytest.raises(GraphbuildError, match=r"the server is not ready \(503\)"):
        to(server).update("CLEAR ALL")
    assert len(server.asked) == 3


@pytest.mark.parametrize("code", [400, 404, 500])
def test_an_error_of_the_server_is_told_at_once_in_its_first_words(server: Pretender, code: int) -> None:
    server.answers = [(code, {}, b"<p>Virtuoso 37000 Error:\n no such thing</p>\n\nSPARQL query:\nSELECT secrets")]
    with pytest.raises(GraphbuildError, match=f"answered {code}: Virtuoso 37000 Error: no such thing$"):
        to(server).select("ASK {}")
    assert len(server.asked) == 1


def test_nobody_there_is_one_sentence(server: Pretender) -> None:
    nobody = Connection(Addresses("http://127.0.0.1:9", *["http://127.0.0.1:9"] * 3))
    with pytest.raises(GraphbuildError, match="cannot be reached; is it running, and is the address right"):
        nobody.select("ASK {}")


def test_a_server_that_takes_too_long_is_one_sentence(server: Pretender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "timeout", lambda: 0.2)
    monkeypatch.setattr(Answering, "answer", lambda _: threading.Event().wait(2))
    monkeypatch.setattr(Answering, "do_POST", Answering.answer)
    with pytest.raises(GraphbuildError, match="no answer in 0.2 seconds; ask for less, or set GRAPHBUILD_TIMEOUT"):
        to(server).select("ASK {}")


def test_an_answer_that_begins_and_then_takes_too_long_is_not_asked_for_again(
    server: Pretender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "timeout", lambda: 0.2)

    def slow(self: Answering) -> None:
        self.server.asked.append((self.command, self.path, {}, b""))
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.flush()
        threading.Event().wait(1)

    monkeypatch.setattr(Answering, "do_POST", slow)
    with pytest.raises(GraphbuildError, match="no answer in 0.2 seconds; ask for less, or set GRAPHBUILD_TIMEOUT"):
        to(server).select("ASK {}")
    assert len(server.asked) == 1


@pytest.mark.parametrize("written", ["soon", "0", "-1", "1.5", "²"])
def test_a_time_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("GRAPHBUILD_TIMEOUT", written)
    with pytest.raises(GraphbuildError, match="write whole seconds, such as 600"):
        connection.timeout()


# --- Answers that are not whole ----------------------------------------------------------


def test_a_graph_that_breaks_off_is_not_taken_for_the_whole(server: Pretender) -> None:
    server.answers = [(200, {"Content-Length": "1000"}, f"{TRIPLE}\n".encode())]
    with pytest.raises(GraphbuildError, match="the answer broke off, or cannot be read"):
        list(to(server).read("http://e/g"))


def test_a_graph_that_is_not_there_is_empty(server: Pretender) -> None:
    server.answers = [(404, {}, b"no such graph")]
    assert list(to(server).read("http://e/g")) == []


@pytest.mark.parametrize("headers", [{"X-SPARQL-MaxRows": "1"}, {"X-SQL-State": "S1TAT"}])
def test_an_answer_that_the_server_cut_is_refused(server: Pretender, headers: dict[str, str]) -> None:
    server.answers = [(200, headers, ROWS)]
    with pytest.raises(GraphbuildError, match="gave only a part of the answer"):
        to(server).select("SELECT ?s { ?s ?p ?o }")


def test_an_answer_within_the_limit_of_the_server_is_whole(server: Pretender) -> None:
    server.answers = [(200, {"X-SPARQL-MaxRows": "2"}, ROWS)]
    assert to(server).select("SELECT ?s { ?s ?p ?o }") == ROWS


# --- Sending -------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"<html>Welcome</html>", b"", ROWS[:-20], b"<?xml version='1.0'?><sparql/>"])
def test_what_is_no_answer_of_a_sparql_server_is_one_sentence(server: Pretender, body: bytes) -> None:
    server.answers = [(200, {}, body)]
    with pytest.raises(GraphbuildError, match="none of a SPARQL server; is the address right?"):
        open_store(server.address).query("SELECT ?s { ?s ?p ?o }")


def test_an_update_that_is_sent_on_as_a_question_is_not_taken_for_done(server: Pretender) -> None:
    elsewhere = f"{server.address}/elsewhere"
    server.answers = [(301, {"Location": elsewhere}, b""), (200, {}, b"Welcome")]
    with pytest.raises(GraphbuildError, match=f"sends on to {elsewhere}; name that one instead"):
        to(server).update("CLEAR ALL")


def test_an_update_that_is_sent_on_whole_is_done(server: Pretender) -> None:
    server.answers = [(308, {"Location": f"{server.address}/elsewhere"}, b""), (204, {}, b"")]
    to(server).update("CLEAR ALL")
    assert [(method, body) for method, _, _, body in server.asked] == [("POST", b"update=CLEAR+ALL")] * 2


def test_statements_are_sent_in_blocks(server: Pretender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BLOCK", 2)
    counts: list[int] = []
    to(server).add("http://e/g?a&b", [TRIPLE] * 5, counts.append)
    assert counts == [2, 4, 5]
    assert {path for _, path, _, _ in server.asked} == {"/store?graph=http%3A%2F%2Fe%2Fg%3Fa%26b"}
    assert [body.count(b"\n") for *_, body in server.asked] == [2, 2, 1]


def test_a_query_names_the_graphs_that_it_may_see(server: Pretender) -> None:
    to(server).select("ASK {}", "http://e/d", ["http://e/1", "http://e/2"])
    (_, _, _, body) = server.asked[0]
    wanted = b"query=ASK+%7B%7D&default-graph-uri=http%3A%2F%2Fe%2Fd&named-graph-uri=http%3A%2F%2Fe%2F1&named-graph-uri=http%3A%2F%2Fe%2F2"
    assert body == wanted


# --- Credentials ---------------------------------------------------------------------


def credentials(server: Pretender) -> list[str]:
    return [headers.get("Authorization", "") for _, _, headers, _ in server.asked]


def test_the_password_is_sent_only_when_the_server_asks(server: Pretender, known: None) -> None:
    server.answers = [(401, {"WWW-Authenticate": 'Basic realm="x"'}, b"")]
    speaking = to(server)
    speaking.select("ASK {}")
    speaking.select("ASK {}")
    basic = "Basic " + base64.b64encode(f"somebody:{SECRET}".encode()).decode()
    assert credentials(server) == ["", basic, basic]


def test_a_server_that_wants_a_digest_never_sees_the_password(server: Pretender, known: None) -> None:
    wanted = 'Digest realm="SPARQL", nonce="1", qop="auth", algorithm="MD5"'
    server.answers = [(401, {"WWW-Authenticate": wanted}, b"")] * 2
    to(server).update("CLEAR ALL")
    assert credentials(server)[-1].startswith("Digest username")
    assert SECRET not in str(server.asked)
    assert base64.b64encode(SECRET.encode())[:8].decode() not in str(server.asked)


def test_a_wrong_password_is_one_sentence_without_it(server: Pretender, known: None) -> None:
    server.answers = [(401, {"WWW-Authenticate": 'Basic realm="x"'}, b"")] * 2
    with pytest.raises(
        GraphbuildError, match=r"does not allow it \(401\); give the user the right to it, or check"
    ) as no:
        to(server).select("ASK {}")
    assert SECRET not in str(no.value)


def test_without_a_user_the_server_that_wants_one_is_one_sentence(server: Pretender) -> None:
    server.answers = [(401, {"WWW-Authenticate": 'Basic realm="x"'}, b"")]
    with pytest.raises(GraphbuildError, match="set GRAPHBUILD_USER and GRAPHBUILD_PASSWORD"):
        to(server).select("ASK {}")
    assert len(server.asked) == 1


def test_an_address_that_is_no_address_of_a_server_makes_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GraphbuildError, match="ftp://h/x: is no address of a SPARQL server; begin it with http://"):
        open_store("ftp://h/x")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("", encoding="utf-8")
    with pytest.raises(GraphbuildError, match="notes: is a file, and a store is a folder"):
        open_store(str(tmp_path / "notes"))
