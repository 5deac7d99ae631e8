"""How long every question takes with each of its parameters, for one state and for the world.

    python benchmarks/parameters.py STORE [--limit 30] [--state KAZ]

A question that is quick as it stands may be slow with a parameter. A value is taken from the answer
for the state where a column is called as the parameter, or else from the vocabulary. Prints CSV,
the slowest first; what takes longer than the limit is ended.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import queue
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from graphbuild import vocabulary
from graphbuild.questions.answers import QueryAnswer, ask
from graphbuild.questions.catalogue import Parameter, Question, find_question, questions
from graphbuild.stores.ondisk import OxigraphStore

Given = dict[str, str]
#: Where the answer has no column to take a value from.
SOME = {"@state": "FRA", "@date": "2015-06-01", "@number": "2"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path, help="the folder of a store")
    parser.add_argument("--limit", type=float, default=30, help="seconds after which an answer is given up")
    parser.add_argument("--state", default="KAZ")
    given = parser.parse_args()
    timed = []
    for question in questions():
        for values in combinations(given.store, question, given.state):
            print(question.name, values, file=sys.stderr)
            timed.append((*in_time(given.store, question.name, values, given.limit), question.name, values))
    writer = csv.writer(sys.stdout)
    writer.writerow(["seconds", "rows", "question", "parameters"])
    for seconds, rows, name, values in sorted(timed, key=lambda row: -row[0]):
        writer.writerow([f"{seconds:.2f}", rows, name, ", ".join(f"{k}={v}" for k, v in values.items())])


def combinations(store: Path, question: Question, state: str) -> Iterator[Given]:
    """Each parameter alone, and beside the state if the question takes one."""
    of: Given = {"state": state} if any(p.name == "state" for p in question.parameters) else {}
    answer = ask(OxigraphStore(store), question, of)
    for parameter in question.parameters:
        if value := of.get(parameter.name) or found(parameter, answer):
            yield {parameter.name: value}
            if of and parameter.name not in of:
                yield of | {parameter.name: value}


def found(parameter: Parameter, answer: QueryAnswer) -> str:
    """A value that a parameter takes; empty if none is at hand."""
    if parameter.name in answer.columns:
        place = answer.columns.index(parameter.name)
        if held := next((row[place] for row in answer.rows if row[place]), ""):
            return held.split(";")[0]
    kind = parameter.choices[0] if parameter.choices and not parameter.is_name else ""
    if kind in SOME or not kind.startswith("@"):
        return SOME.get(kind, parameter.choices[-1] if kind else "")
    return vocabulary.notations(kind[1:])[0]


def in_time(store: Path, name: str, values: Given, limit: float) -> tuple[float, int | str]:
    """Seconds and rows; asked in a process of its own, since the engine cannot be interrupted."""
    told: multiprocessing.Queue[tuple[float, int]] = multiprocessing.Queue()
    process = multiprocessing.Process(target=put, args=(store, name, values, told))
    process.start()
    try:
        return told.get(timeout=limit)
    except queue.Empty:
        process.kill()
        return limit, "given up"
    finally:
        process.join()


def put(store: Path, name: str, values: Given, told: multiprocessing.Queue[tuple[float, int]]) -> None:
    opened, question = OxigraphStore(store), find_question(name)
    opened.graphs()
    began = time.perf_counter()
    rows = len(ask(opened, question, values).rows)
    told.put((time.perf_counter() - began, rows))


if __name__ == "__main__":
    main()
