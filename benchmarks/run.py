"""Build worlds of several sizes and answer questions, beside the peers, in one run.

    python benchmarks/run.py --output FOLDER [--scale 1 3 10] [--work FOLDER]

Everything is done on this machine, one thing after the other: generate the
sources, load them with the command line, load the very same quads with bare
bulk loading (the floor) and with rdflib, map the exports, also with morph-kgc, check
a thousand recommendations with the gate and with pySHACL, put the questions to each engine that is installed,
and start the program. Writes results.json, benchmark.md with the ratios, and
growth.svg. A peer that is not there is said to be absent.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import measure
import world
from mapping import mapped
from report import write_report

from graphbuild.questions.catalogue import questions
from graphbuild.sortedlines import account
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.stores.staging import SETTLED

HERE = Path(__file__).parent
#: Put to the peers, with and without a state; the others are put to graphbuild alone.
ASKED = ("pledge-conflicts", "recommendations", "responses-by-issue", "recommendations-on-right", "reviews")
STATE = "KAZ"

FLOOR = "import sys, pyoxigraph as ox; ox.Store(sys.argv[1]).bulk_load(path=sys.argv[2], format=ox.RdfFormat.N_QUADS)"
RDFLIB = "import sys, rdflib; rdflib.Dataset().parse(sys.argv[1], format='nquads')"
EMPTY = "import click\n\n@click.group()\ndef main():\n    'An empty program.'\n\nmain()\n"

Results = dict[str, Any]
#: A question and its parameters.
Asked = tuple[str, dict[str, str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True, help="where the report is written")
    parser.add_argument("--scale", type=int, nargs="+", default=[1, 3])
    parser.add_argument("--work", type=Path, help="where worlds and stores are kept; a temporary folder otherwise")
    parser.add_argument("--limit", type=float, default=120, help="seconds after which a peer's answer is given up")
    parser.add_argument("--gate-up-to", type=int, default=3, help="the largest scale of which the gate is timed alone")
    parser.add_argument("--rdflib-up-to", type=int, default=1, help="the largest scale that rdflib is given")
    parser.add_argument("--questions-up-to", type=int, default=3, help="the largest scale that is asked questions")
    parser.add_argument("--servers-up-to", type=int, default=3, help="the largest scale that servers are given")
    parser.add_argument("--spark-up-to", type=int, default=3, help="the largest scale that is built by PySpark too")
    parser.add_argument("--morph-kgc", default="", help="a Python that has morph-kgc, which wants one of its own")
    given = parser.parse_args()
    os.environ["PATH"] += os.pathsep + str(Path(sys.executable).parent)  # where `oxigraph` is, if pip installed it
    given.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = given.work or Path(folder)
        results: Results = {"machine": machine(), "start": start_up(work), "gate": gate(work)}
        results |= {"builds": [], "mapped": [], "asked": []}
        for scale in given.scale:
            results["builds"].append(build(work / f"x{scale}", scale, given))
            say(f"x{scale}: mapping")
            results["mapped"].append(mapped(work / f"x{scale}/world/exports", work / "mapping", given.morph_kgc))
            if scale <= given.questions_up_to:
                results["asked"].append(ask_all(work / f"x{scale}", scale, given))
            (given.output / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
            write_report(given.output, results)


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def machine() -> dict[str, str]:
    """What all this was measured on."""
    cpus = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in cpus if line.startswith("model name")]
    model = (models or [platform.machine()])[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ("pyoxigraph", "rdflib", "pyshacl")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    return {"processor": f"{model}, {os.cpu_count()} processors", "memory": f"{memory:.0f} GiB",
            "system": platform.platform(terse=True), "python": platform.python_version(),
            "packages": versions}


# --- Start and gate ----------------------------------------------------------------------


def start_up(work: Path, runs: int = 20) -> Results:
    """Medians of `--help` of ours and of an empty Click program, run in turn."""
    work.mkdir(parents=True, exist_ok=True)
    (work / "empty.py").write_text(EMPTY, encoding="utf-8")
    commands = {"graphbuild": ["-m", "graphbuild", "--help"], "empty": [str(work / "empty.py"), "--help"]}
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs + 1):
        for name, arguments in commands.items():
            began = time.perf_counter()
            subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
            seconds[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(times[1:]) for name, times in seconds.items()}
    return medians | {"ratio": medians["graphbuild"] / medians["empty"]}


GATE = """
import json, sys, time
from pathlib import Path
import pyoxigraph as ox
from graphbuild import gate
from graphbuild.stores.ondisk import OxigraphStore
store, data = OxigraphStore(Path(sys.argv[1])), ox.Store()
for graph in ["settled", *(g for g in store.graphs() if "/said/" in g)]:
    data.extend(ox.Quad(t.subject, t.predicate, t.object) for t in store.triples(graph))
found = {}
for name, check in (("gate", gate.check), ("pyshacl", gate.second_opinion)):
    began = time.perf_counter()
    results = check(data)
    found[name] = {"seconds": time.perf_counter() - began, "results": len(results), "all": sorted(map(str, results))}
same = found["gate"].pop("all") == found["pyshacl"].pop("all")
print(json.dumps(found | {"same": same, "quads": len(data)}))
"""


def gate(work: Path) -> Results:
    """The compiled shapes and pySHACL on about a thousand recommendations, the reviews of five states."""
    say("gate at a thousand recommendations")
    folder = work / "thousand"
    counts = world.write(folder / "world", 1, states=5)
    command = [sys.executable, "-m", "graphbuild", "--store", folder / "store", "load", folder / "world"]
    subprocess.run([*map(str, command)], check=True, capture_output=True)
    done = subprocess.run([sys.executable, "-c", GATE, folder / "store"], capture_output=True, text=True, check=False)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1]}
    return {"recommendations": counts["recommendations"], **json.loads(done.stdout)}


# --- Building ------------------------------------------------------------------------------


def build(work: Path, scale: int, given: argparse.Namespace) -> Results:
    """Load a world, and the same quads by bare bulk loading and by rdflib."""
    shutil.rmtree(work, ignore_errors=True)
    say(f"x{scale}: writing the sources")
    counts = world.write(work / "world", scale)
    say(f"x{scale}: graphbuild load")
    loaded = measure.run([sys.executable, "-m", "graphbuild", "--store", work / "store", "load", work / "world"], 36000)
    result: Results = {"scale": scale, "counts": counts, "graphbuild": vars(loaded)}
    if loaded.code:
        return result
    result["quads"] = dump(OxigraphStore(work / "store"), work / "quads.nq")
    say(f"x{scale}: bare bulk load of {result['quads']:,} quads")
    result["floor"] = vars(measure.run([sys.executable, "-c", FLOOR, work / "floor", work / "quads.nq"]))
    if scale <= given.gate_up_to:
        say(f"x{scale}: the gate alone")
        result["gate"] = gate_alone(work)
    if scale <= given.rdflib_up_to:
        say(f"x{scale}: rdflib")
        result["rdflib"] = vars(measure.run([sys.executable, "-c", RDFLIB, work / "quads.nq"]))
    if scale <= given.spark_up_to:
        result["spark"] = shards(work, scale)
    return result


def gate_alone(work: Path) -> Results:
    """What the gate takes of a build, in one process."""
    command = [sys.executable, HERE / "gate_world.py", work / "store", work / "gate"]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    shutil.rmtree(work / "gate", ignore_errors=True)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1]}
    found: Results = json.loads(done.stdout)
    return found


def shards(work: Path, scale: int) -> Results:
    """The same by PySpark on this machine, and whether its shards hold the same quads as the store."""
    if not (importlib.util.find_spec("pyspark") and shutil.which("java")):
        return {"absent": "PySpark or Java is not installed"}
    say(f"x{scale}: graphbuild shards")
    command = ["-m", "graphbuild", "shards", work / "world", "-o", work / "shards", "--master", "local[*]"]
    made = measure.run([sys.executable, *command], 36000)
    parts = account(line for path in work.glob("shards/*/part-*") for line in _lines(path))
    return vars(made) | {"same": parts == account(_lines(work / "quads.nq"))}


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        yield from (line.removesuffix("\n") for line in file)


def dump(store: OxigraphStore, path: Path) -> int:
    """Write every quad of a store as N-Quads; how many there are."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for graph in [SETTLED, *store.graphs()]:
            name = "" if graph == SETTLED else f" <{graph}>"
            for triple in store.triples(graph):
                file.write(f"{triple}{name} .\n")
                count += 1
    return count


# --- Questions -----------------------------------------------------------------------------


def ask_all(work: Path, scale: int, given: argparse.Namespace) -> Results:
    """Every question on graphbuild, for a state and for the world, and some on the peers."""
    if not (work / "quads.nq").exists():
        return {"scale": scale, "failed": "the world was not loaded"}
    both: list[dict[str, str]] = [{"state": STATE}, {}]
    every = [(q.name, of) for q in questions() for of in both if {p.name for p in q.parameters} >= {*of}]
    some = [(name, of) for name in ASKED for of in both]
    engines: Results = {"graphbuild": put("graphbuild", work / "store", every, work, given.limit)}
    for name, where in (("oxigraph", work / "floor"), ("virtuoso", work / "virtuoso"), ("rdflib", work / "quads.nq")):
        if why := absent(name, scale, given):
            engines[name] = {"absent": why}
            continue
        if name == "virtuoso":
            where.mkdir(exist_ok=True)
            os.link(work / "quads.nq", where / "quads.nq")
        engines[name] = put(name, where, some, work, given.limit)
    return {"scale": scale, "engines": engines}


def absent(name: str, scale: int, given: argparse.Namespace) -> str:
    """Why an engine is not asked; empty if it is."""
    most = given.rdflib_up_to if name == "rdflib" else given.servers_up_to
    if scale > most:
        return f"not asked above x{most}"
    program = {"oxigraph": "oxigraph", "virtuoso": "virtuoso-t"}.get(name)
    return f"{program} is not installed" if program and not shutil.which(program) else ""


def put(name: str, where: Path, asked: list[Asked], work: Path, limit: float) -> Results:
    """What an engine answers, in a process of its own; begun anew after a question that it does not end."""
    say(f"questions on {name}")
    found: Results = {"answers": []}
    while rest := asked[len(found["answers"]) :]:
        (work / "asked.json").write_text(json.dumps(rest), encoding="utf-8")
        command = [sys.executable, HERE / "peers.py", name, where, work / "asked.json", limit]
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        found["ready"] = found.get("ready") or (lines[0]["ready"] if lines else None)
        found["answers"] += lines[1:]
        if lines and done.returncode == -signal.SIGPROF:
            question, of = rest[len(lines) - 1]
            found["answers"].append({"question": question, "given": of, "failed": f"more than {limit:.0f} s"})
        elif done.returncode:
            said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
            return found | {"failed": said[-1][:200]}
    return found


if __name__ == "__main__":
    main()
