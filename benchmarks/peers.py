"""Engines that answer the same questions on the same quads: graphbuild's store, rdflib, Oxigraph server, Virtuoso.

    python benchmarks/peers.py ENGINE WHERE QUESTIONS.json LIMIT

Is run by run.py, one engine in a process of its own. WHERE is graphbuild's
store, a file of N-Quads, a folder of an Oxigraph database, or a folder for
Virtuoso's database with the file `quads.nq` in it. Prints one line of JSON for
each question: seconds of every run, and a hash of its rows whatever their order.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import Question, bind, find_question
from graphbuild.stores.ondisk import OxigraphStore

Rows = list[list[str]]
Engine = Callable[[Question, dict[str, str]], Rows]
RUNS = 4
#: Where Virtuoso keeps the settled layer: it has no default graph of its own.
SETTLED = "urn:graphbuild:settled"


def main() -> None:
    name, where, asked, limit = sys.argv[1], Path(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text()), sys.argv[4]
    began = time.perf_counter()
    with ENGINES[name](where, float(limit)) as engine:
        print(json.dumps({"ready": time.perf_counter() - began}), flush=True)
        for question, given in asked:
            found = find_question(question)
            print(json.dumps({"question": question, "given": given, **timed(engine, found, given, float(limit))}))
            sys.stdout.flush()


def timed(engine: Engine, question: Question, given: dict[str, str], limit: float) -> dict[str, object]:
    """Put a question several times; once only if it takes more than a fifth of the limit."""
    seconds: list[float] = []
    while len(seconds) < RUNS and (not seconds or seconds[0] < limit / 5):
        began = time.perf_counter()
        try:
            with within(limit):
                rows = engine(question, given)
        except Exception as error:  # whatever it is, the next question may go better
            return {"failed": f"{type(error).__name__}: {error}"[:200]}
        seconds.append(time.perf_counter() - began)
    plain = sorted(json.dumps(tidy(row, question), ensure_ascii=False) for row in rows)
    return {"seconds": seconds, "rows": len(rows), "hash": hashlib.sha256("\n".join(plain).encode()).hexdigest()[:12]}


def tidy(row: list[str], question: Question) -> list[str]:
    """The cells in the order of the question's columns; what is a list in order of its words."""
    cells = zip(question.columns, row, strict=True)
    return ["; ".join(sorted({p.strip() for p in c.split(";")} - {""})) if n in question.lists else c for n, c in cells]


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in Python code that takes longer; code in other languages is killed with its process."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TimeoutError(f"more than {seconds:.0f} s")

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_PROF, seconds + 5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)


@contextlib.contextmanager
def graphbuild(where: Path, _: float) -> Iterator[Engine]:
    store = OxigraphStore(where)
    yield lambda question, given: ask(store, question, given).rows


@contextlib.contextmanager
def rdflib(where: Path, _: float) -> Iterator[Engine]:
    from rdflib import Dataset

    data = Dataset(default_union=False)
    data.parse(where, format="nquads")

    def put(question: Question, given: dict[str, str]) -> Rows:
        result = data.query(bind(question, given))
        names = result.vars or []
        return [["" if row[v] is None else str(row[v]) for v in names] for row in result]

    yield put


@contextlib.contextmanager
def oxigraph(where: Path, limit: float) -> Iterator[Engine]:
    port = free_port()
    address = f"127.0.0.1:{port}"
    command = ["oxigraph", "serve-read-only", "--location", str(where), "--bind", address]
    command += ["--timeout-s", f"{limit:.0f}"]
    with server(command, port):
        yield lambda question, given: by_protocol(f"http://{address}/query", bind(question, given), question, limit)


@contextlib.contextmanager
def virtuoso(where: Path, limit: float) -> Iterator[Engine]:
    sql, http = free_port(), free_port()
    settings = INI.format(where=where.resolve(), sql=sql, http=http, limit=round(limit))
    (where / "virtuoso.ini").write_text(settings, encoding="utf-8")
    with server(["virtuoso-t", "+configfile", str(where / "virtuoso.ini"), "+foreground"], http, where):
        fill(where, sql)
        url = f"http://127.0.0.1:{http}/sparql?default-graph-uri={urllib.parse.quote(SETTLED, safe='')}"
        yield lambda question, given: by_protocol(url, bind(question, given), question, limit)


INI = """
[Database]
DatabaseFile = {where}/virtuoso.db
ErrorLogFile = {where}/virtuoso.log
LockFile = {where}/virtuoso.lck
TransactionFile = {where}/virtuoso.trx
xa_persistent_file = {where}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {where}/virtuoso-temp.db
TransactionFile = {where}/virtuoso-temp.trx
[Parameters]
ServerPort = {sql}
DirsAllowed = {where}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
[HTTPServer]
ServerPort = {http}
[SPARQL]
ResultSetMaxRows = 10000000
MaxQueryExecutionTime = {limit}
DefaultGraph = urn:graphbuild:settled
"""


def fill(where: Path, port: int) -> None:
    """Load the quads with Virtuoso's bulk loader."""
    isql = shutil.which("isql-vt") or shutil.which("isql-v") or shutil.which("isql") or "isql-vt"
    orders = f"ld_dir('{where.resolve()}', 'quads.nq', '{SETTLED}'); rdf_loader_run(); checkpoint;"
    subprocess.run([isql, f"127.0.0.1:{port}", "dba", "dba", f"exec={orders}"], check=True, stdout=subprocess.DEVNULL)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def server(command: list[str], port: int, folder: Path | None = None) -> Iterator[None]:
    """A server that runs until the block ends."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended with code {process.returncode}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def by_protocol(url: str, query: str, question: Question, limit: float) -> Rows:
    """The rows of a query by the SPARQL 1.1 protocol."""
    # As a form: Virtuoso does not end its answer to a query that is sent as it is.
    form = urllib.parse.urlencode({"query": query}).encode()
    request = urllib.request.Request(url, form, {"Accept": "application/sparql-results+json"})
    with urllib.request.urlopen(request, timeout=limit) as answer:
        result = json.load(answer)
    return [[row.get(c, {}).get("value", "") for c in question.columns] for row in result["results"]["bindings"]]


ENGINES = {"graphbuild": graphbuild, "rdflib": rdflib, "oxigraph": oxigraph, "virtuoso": virtuoso}

if __name__ == "__main__":
    main()
