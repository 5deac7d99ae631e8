"""How a server is spoken to: SPARQL 1.1 Protocol and Graph Store Protocol, with patience and clear errors.

Every request of graphbuild can be made twice without harm: statements have no
blank nodes, so that adding them again changes nothing, and an update names what
it deletes and adds. So whatever failed on the way is tried again.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from graphbuild.errors import GraphbuildError
from graphbuild.staged import Tell
from graphbuild.stores.addresses import Addresses

if TYPE_CHECKING:
    from requests import Response
    from requests.auth import AuthBase

#: Seconds to wait before a request is made again.
WAITS = (0.5, 1.0, 2.0, 4.0)
#: Seconds in which a server must take a connection.
REACHED = 10.0
#: Answers of a server, or of what stands before it, that is not ready or has too much to do.
_NOT_READY = (429, 502, 503, 504)
#: Statements sent in one request: some 3 MB of text, so that no server needs a large memory or a raised limit.
BLOCK = 20_000

#: What the standard library calls its limit, of which it says nothing to others.
_MOST_HEADERS = "_MAXHEADERS"

_TRIPLES = "application/n-triples"
_ROWS = "application/sparql-results+json"


def timeout() -> float:
    """Seconds that a server may be silent during a request: GRAPHBUILD_TIMEOUT, or ten minutes."""
    written = os.environ.get("GRAPHBUILD_TIMEOUT", "600")
    if not re.fullmatch(r"[1-9]\d{0,5}", written):
        raise GraphbuildError(f"GRAPHBUILD_TIMEOUT={written}: write whole seconds, such as 600")
    return float(written)


def login() -> tuple[str, str] | None:
    """The user and password that the environment holds, if any."""
    user, password = (os.environ.get(f"GRAPHBUILD_{name}", "") for name in ("USER", "PASSWORD"))
    return (user, password) if user else None


class Connection:
    """Requests to one server. Raises GraphbuildError, in one sentence and without credentials, for all that fails."""

    def __init__(self, addresses: Addresses, tell: Tell = lambda _: None) -> None:
        import requests

        _take_many_headers()
        self.addresses = addresses
        self.tell = tell
        self._session = requests.Session()
        self._auth: Callable[[Any], Any] | AuthBase = lambda request: request  # not what a file in the home folder says
        self._knows_auth = login() is None

    def select(self, query: str, default: str = "", named: Iterable[str] = ()) -> bytes:
        """The answer to a SELECT or ASK query, as JSON, over these graphs and no other."""
        return self._ask(query, default, named, _ROWS)

    def rows(self, query: str) -> ox.QuerySolutions:
        """The rows of a SELECT query over named graphs of our own, whatever else is published."""
        found = ox.parse_query_results(self.select(query), format=ox.QueryResultsFormat.JSON)
        assert isinstance(found, ox.QuerySolutions)
        return found

    def construct(self, query: str, default: str, named: Iterable[str]) -> bytes:
        """The answer to a CONSTRUCT or DESCRIBE query, as N-Triples, over these graphs and no other."""
        return self._ask(query, default, named, _TRIPLES)

    def update(self, update: str) -> None:
        """Run an update."""
        self._send("POST", self.addresses.update, data={"update": update}).close()

    def add(self, graph: str, lines: Iterable[str], done: Callable[[int], None] = lambda _: None) -> None:
        """Add N-Triples lines to a graph, block by block; `done` is told how many have arrived."""
        rest, count = iter(lines), 0
        while block := list(islice(rest, BLOCK)):
            body = "\n".join([*block, ""]).encode()
            where: dict[str, Any] = {"params": {"graph": graph}, "headers": {"Content-Type": _TRIPLES}}
            self._send("POST", self.addresses.graphs, data=body, **where).close()
            count += len(block)
            done(count)

    def read(self, graph: str) -> Iterator[ox.Triple]:
        """The statements of a graph, none if there is no such graph, as they arrive."""
        where: dict[str, Any] = {"params": {"graph": graph}, "headers": {"Accept": _TRIPLES}}
        answer = self._send("GET", self.addresses.graphs, accept=(404,), stream=True, **where)
        with answer, self._whole():
            if answer.status_code != 404:
                body: Any = answer.raw
                body.decode_content = True
                for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES):
                    yield quad.triple

    @contextmanager
    def _whole(self) -> Iterator[None]:
        from urllib3.exceptions import HTTPError

        try:
            yield
        except (SyntaxError, OSError, HTTPError) as error:
            raise GraphbuildError(f"{self.addresses.name}: the answer broke off, or cannot be read") from error

    def _ask(self, query: str, default: str, named: Iterable[str], kind: str) -> bytes:
        fields = [("query", query), *(("default-graph-uri", default) for _ in default[:1])]
        fields += [("named-graph-uri", graph) for graph in named]
        answer = self._send("POST", self.addresses.query, data=fields, headers={"Accept": kind})
        self._refuse_cut(answer)
        if kind == _ROWS and not _is_json(answer.content):
            raise GraphbuildError(
                f"{self.addresses.name}: the answer broke off, or is none of a SPARQL server; is the address right?"
            )
        return answer.content

    def _refuse_cut(self, answer: Response) -> None:
        """Virtuoso says in headers that it gave only a part: so many rows, or what it found in the time."""
        most = answer.headers.get("X-SPARQL-MaxRows", "")
        cut = most.isdecimal() and answer.content.count(b'"value"') and _rows(answer.content) >= int(most)
        if cut or answer.headers.get("X-SQL-State") == "S1TAT" or answer.status_code == 206:
            raise GraphbuildError(
                f"{self.addresses.name}: the server gave only a part of the answer; "
                "raise its limits of rows and time (in Virtuoso ResultSetMaxRows and MaxQueryExecutionTime)"
            )

    def _send(self, method: str, url: str, accept: tuple[int, ...] = (), **more: Any) -> Response:
        """Make a request until it is answered, with growing pauses."""
        for wait in (*WAITS, None):
            answer = self._try(method, url, more)
            if not isinstance(answer, str):
                return self._accepted(answer, accept)
            if wait is None:
                break
            self.tell(f"{self.addresses.name} {answer}; trying again in {wait:g} s")
            time.sleep(wait)
        raise GraphbuildError(f"{self.addresses.name}: the server {answer}; is it running, and is the address right?")

    def _try(self, method: str, url: str, more: dict[str, Any]) -> Response | str:
        """The answer, or why there is none yet."""
        import requests

        try:
            answer = self._session.request(method, url, timeout=(REACHED, timeout()), auth=self._auth, **more)
            if answer.status_code == 401 and not self._knows_auth:
                self._learn_auth(answer)
                answer = self._session.request(method, url, timeout=(REACHED, timeout()), auth=self._auth, **more)
        except requests.exceptions.SSLError as error:
            raise GraphbuildError(f"{self.addresses.name}: the certificate of the server is not trusted") from error
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            if _broke_off_late(error):
                raise self._too_late() from error
            return "cannot be reached"
        except requests.Timeout as error:
            raise self._too_late() from error
        except requests.RequestException as error:
            raise GraphbuildError(f"{self.addresses.name}: the request failed ({type(error).__name__})") from error
        return f"is not ready ({answer.status_code})" if answer.status_code in _NOT_READY else answer

    def _too_late(self) -> GraphbuildError:
        advice = "ask for less, or set GRAPHBUILD_TIMEOUT to more"
        return GraphbuildError(f"{self.addresses.name}: no answer in {timeout():g} seconds; {advice}")

    def _learn_auth(self, answer: Response) -> None:
        """Take the way of proving who one is that the server names; nothing was sent of it before."""
        from requests.auth import HTTPBasicAuth, HTTPDigestAuth

        known = login()
        if known:
            offered = answer.headers.get("WWW-Authenticate", "").lower()
            self._auth = HTTPDigestAuth(*known) if "digest" in offered else HTTPBasicAuth(*known)
        self._knows_auth = True

    def _accepted(self, answer: Response, accept: tuple[int, ...]) -> Response:
        code = answer.status_code
        self._refuse_sent_on(answer)
        if code < 300 or code in accept:
            return answer
        if code in (401, 403):
            hint = "give the user the right to it, or check" if login() else "set"
            raise GraphbuildError(
                f"{self.addresses.name}: the server does not allow it ({code}); "
                f"{hint} GRAPHBUILD_USER and GRAPHBUILD_PASSWORD"
            )
        raise GraphbuildError(f"{self.addresses.name}: the server answered {code}: {_first_words(answer.text)}")

    def _refuse_sent_on(self, answer: Response) -> None:
        """What a server sends on in the old way arrives as a question for a page, without the update that it was."""
        if answer.history and answer.request.method != answer.history[0].request.method:
            elsewhere = answer.url.partition("?")[0]
            raise GraphbuildError(f"{self.addresses.name}: the server sends on to {elsewhere}; name that one instead")


def _take_many_headers() -> None:
    """Virtuoso repeats each graph that a query may see in a header of its answer; Python takes only a hundred."""
    import http.client

    setattr(http.client, _MOST_HEADERS, 1_000_000)


def _broke_off_late(error: Exception) -> bool:
    """Whether an answer had begun and its rest took too long, which `requests` calls a failed connection."""
    from urllib3.exceptions import ReadTimeoutError

    return isinstance(next(iter(error.args), None), ReadTimeoutError)


def _is_json(body: bytes) -> bool:
    """Whether something begins and ends as rows do, which may be too many to be read twice."""
    return bool(re.match(rb"\s*\{", body)) and body[-64:].rstrip().endswith(b"}")


def _rows(body: bytes) -> int:
    import json

    return len(json.loads(body).get("results", {}).get("bindings", []))


def _first_words(text: str) -> str:
    """What a server says is wrong, without markup and without the query that some repeat."""
    plain = re.sub(r"<[^>]*>", " ", re.split(r"SPARQL query:", text)[0])
    return " ".join(plain.split())[:300] or "nothing"
