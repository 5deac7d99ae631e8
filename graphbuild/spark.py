"""The whole way on many machines: the same parts, found and derived by PySpark, written as N-Quads shards.

Nothing of what is said or follows passes through the machine that starts the job,
but for what many parts share (documents, dates, agents), which every machine
holds. The shards are loaded into any triple store by its own bulk loader. They
are the whole graph, with every name in it, and no export for others.
"""

from __future__ import annotations

import os
import signal
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from graphbuild.deriving.derive import Task, derive, follow
from graphbuild.deriving.generation import MOST, write_ground
from graphbuild.deriving.packs import quad, shared_values, with_all_behind
from graphbuild.deriving.parts import bound, grouped, is_own, key, split
from graphbuild.deriving.problems import place_of
from graphbuild.errors import DataRefusedError, GraphbuildError, Problem
from graphbuild.plurals import number_of
from graphbuild.read import read_source, read_world, refuse_doubles
from graphbuild.staged import Tell
from graphbuild.stores.staging import SETTLED, Lines
from graphbuild.terms import local_id, said_graph

if TYPE_CHECKING:
    from pyspark import RDD, SparkConf, SparkContext

#: What one graph says of one thing: its graph, its name, its N-Triples lines.
Group = tuple[str, str, list[str]]
#: `source` with its name and what to tell of it, `said` with a Group, `own` or `shared` with an N-Quads line,
#: `problem` or `error`.
Row = tuple[str, Any]


@dataclass(frozen=True)
class Written:
    """What was written: how many statements; what to tell of each source, and its problems that refuse nothing."""

    statements: int
    notes: dict[str, list[str]]
    problems: list[Problem]


@contextmanager
def spark(master: str) -> Iterator[SparkContext]:
    """A Spark of one's own: `local[2]` on this machine, `spark://…` or `yarn` on a cluster, "" as spark-submit says.

    Raises GraphbuildError if PySpark or Java is missing, or the master does not answer.
    """
    try:
        from py4j.protocol import Py4JError
        from pyspark import SparkContext
        from pyspark.errors import PySparkException
    except ImportError as missing:
        raise GraphbuildError("PySpark is not installed; run `pip install 'graphbuild[spark]'`") from missing
    try:
        with _for_the_owner_alone(), _interrupted_as_before(), SparkContext(conf=_conf(master)) as context:
            context.setLogLevel("ERROR")
            yield context
    except (PySparkException, Py4JError, ConnectionError) as error:
        if "Traceback" in str(error):  # a bug of ours, met by a worker
            raise
        raise GraphbuildError("Spark does not start, or was lost; check Java (17) and the master") from error


def _conf(master: str) -> SparkConf:
    from pyspark import SparkConf

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    conf = SparkConf().setAppName("graphbuild").set("spark.ui.enabled", "false")
    conf.set("spark.hadoop.fs.permissions.umask-mode", "077")
    return conf.setMaster(master) if master else conf


@contextmanager
def _for_the_owner_alone() -> Iterator[None]:
    """Shards, and all that Spark keeps on the way, name people: they are readable by their owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _interrupted_as_before() -> Iterator[None]:
    """Spark takes an interrupt for its jobs, and keeps doing so when it is gone."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is not before:
            signal.signal(signal.SIGINT, before)


def write_shards(context: SparkContext, paths: Iterable[Path], output: str, tell: Tell = lambda _: None) -> Written:
    """Read, check and derive sources, and write what is said and what follows below `output`.

    Paths and `output` must mean the same on every machine. Raises DataRefusedError, and writes nothing, if a source
    does not pass.
    """
    from pyspark import StorageLevel

    if "://" not in output and Path(output).is_dir() and any(Path(output).iterdir()):
        raise GraphbuildError(f"{output}: the folder holds other files; name a folder that does not exist yet")
    names = [str(path.absolute()) for path in paths]  # workers run elsewhere
    slices = min(len(names), 10 * context.defaultParallelism)
    read = context.parallelize(names, slices).flatMap(_read).persist(StorageLevel.DISK_ONLY)
    _refused(read)
    named, said = sorted(read.filter(_is("source")).values().collect()), read.filter(_is("said")).values()
    refuse_doubles((source, path) for source, path, _ in named)
    sources = [source for source, _, _ in named]
    tell(f"read {number_of(len(sources), 'source')}")
    derived = _derived(context, said, sources).persist(StorageLevel.DISK_ONLY)
    minor = _refused(derived)
    tell("writing")
    notes = {source: told for source, _, told in named}
    return Written(_write(context, said, derived, sources, output), notes, minor)


def _is(kind: str) -> Any:
    return lambda row: row[0] == kind


def _refused(rows: RDD[Row]) -> list[Problem]:
    """Raise what stands against the sources; the problems that do not."""
    if errors := rows.filter(_is("error")).values().take(1):
        raise errors[0]
    problems: list[Problem] = list(dict.fromkeys(rows.filter(_is("problem")).values().collect()))
    if bad := [p for p in problems if p.severity == "violation"]:
        raise DataRefusedError(sorted(bad, key=place_of))
    return problems


def _read(name: str) -> Iterator[Row]:
    try:
        staged = read_source(Path(name))
    except GraphbuildError as error:
        yield "error", error
        return
    yield from (("problem", problem) for problem in staged.problems)
    yield "source", (staged.source, Path(name), staged.notes)
    graph = said_graph(staged.source)
    yield from (("said", (graph, subject, about)) for subject, about in grouped(staged.lines()))


def _write(context: SparkContext, said: RDD[Group], derived: RDD[Row], sources: list[str], output: str) -> int:
    from py4j.protocol import Py4JError

    with TemporaryDirectory(prefix="graphbuild-") as folder:
        known = follow(_ground(Path(folder), sources))
    first = context.parallelize([_quad(line, graph) for graph, lines in known.items() for line in lines])
    shards = {
        "said": said.flatMap(lambda group: [quad(line, group[0]) for line in group[2]]),
        "follows": derived.filter(_is("own")).values(),
        "shared": derived.filter(_is("shared")).values().union(first).distinct(context.defaultParallelism),
    }
    try:
        for name, lines in shards.items():
            lines.saveAsTextFile(f"{output}/{name}")
    except Py4JError as error:
        raise GraphbuildError(f"{output}: cannot be written; name a folder that does not exist yet") from error
    return sum(lines.count() for lines in shards.values())


def _ground(folder: Path, sources: list[str]) -> Path:
    world = read_world()
    write_ground(folder / "ground.nq", {said_graph(world.source): world.lines}, sorted([*sources, world.source]))
    return folder / "ground.nq"


def _quad(line: str, graph: str) -> str:
    return line if graph == SETTLED else quad(line, graph)


# --- Parts -------------------------------------------------------------------------


def _derived(context: SparkContext, said: RDD[Group], sources: list[str]) -> RDD[Row]:
    of_all = said.filter(lambda group: not key(group[1])).map(lambda g: (g[1], [quad(line, g[0]) for line in g[2]]))
    shared = of_all.reduceByKey(lambda one, other: one + other, context.defaultParallelism)
    behind = context.broadcast(shared.collectAsMap())
    own = said.filter(lambda group: bool(key(group[1]))).keyBy(lambda group: key(group[1]))
    packs = 1 + said.map(lambda group: len(group[2])).sum() // MOST
    spread = max(packs, context.defaultParallelism)
    parts = own.leftOuterJoin(_parts(own, spread), spread).map(lambda row: (row[1][1] or row[0], row[1][0]))
    packed = parts.partitionBy(packs, lambda part: zlib.crc32(part.encode())).values()
    of_shared = context.parallelize([None], 1).mapPartitions(lambda _: _derive(sources, behind, (), True))
    return packed.mapPartitions(partial(_derive, sources, behind)).union(of_shared)


def _parts(own: RDD[tuple[str, Group]], spread: int) -> RDD[tuple[str, str]]:
    """For each name that is linked to another, the first name of its part: told from neighbour to neighbour."""
    links = own.flatMap(lambda row: _links(*row)).distinct(spread)
    foreign = links.filter(lambda link: link[1].startswith("<") and not is_own(link[1]))
    known = own.keys().distinct(spread).map(lambda name: (name, None))
    real = foreign.map(lambda link: (link[1], link[0])).join(known, spread).map(lambda row: (row[0], row[1][0]))
    inside = links.filter(lambda link: not link[1].startswith("<") or is_own(link[1])).union(real)
    both = inside.flatMap(lambda link: [link, (link[1], link[0])]).distinct(spread).cache()
    first = both.keys().distinct(spread).map(lambda name: (name, name))
    while True:
        told = both.join(first, spread).values().union(first).reduceByKey(min, spread).cache()
        if not told.join(first, spread).filter(lambda row: row[1][0] != row[1][1]).take(1):
            return told
        first = told


def _links(mine: str, group: Group) -> set[tuple[str, str]]:
    values = {bound(predicate, value) for _, predicate, value in map(split, group[2])} - {""}
    theirs = {(key(value) or local_id(value)) if is_own(value) else value for value in values}
    return {(mine, other) for other in theirs if other != mine}


def _derive(sources: list[str], behind: Any, groups: Iterable[Group], everything: bool = False) -> Iterator[Row]:
    """Derive what is in one partition, with what is said of all it speaks of."""
    with TemporaryDirectory(prefix="graphbuild-") as name:
        folder = Path(name)
        said, spoken_of = folder / "said.nq", set(behind.value) if everything else set[str]()
        with said.open("w", encoding="utf-8", newline="\n") as file:
            for graph, _, lines in groups:
                file.writelines(f"{quad(line, graph)}\n" for line in lines)
                spoken_of |= shared_values(lines)
            for thing in with_all_behind(spoken_of, behind.value):
                file.writelines(f"{line}\n" for line in behind.value[thing])
        try:
            derived = derive(Task(_ground(folder, sources), said, tuple(sources)))
        except GraphbuildError as error:
            yield "error", error
            return
    yield from _rows("own", derived.own)
    yield from _rows("shared", derived.shared)
    yield from (("problem", problem) for problem in derived.problems)


def _rows(kind: str, lines: Lines) -> Iterator[Row]:
    return ((kind, _quad(line, graph)) for graph, some in lines.items() for line in some)
