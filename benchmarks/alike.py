"""Whether a server gives the rows that a store on disk gives: every question, with each of its parameters.

    python benchmarks/alike.py STORE http://…/sparql [--state KAZ]

Both hold the same graph. Prints CSV: the questions whose rows differ, and those that the server did not
answer; exit code 1 if there are any. User and password are taken from the environment, as by graphbuild.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

from parameters import Given, combinations

from graphbuild.errors import GraphbuildError
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import Question, questions
from graphbuild.stores.anystore import Store, open_store


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path, help="the folder of a store")
    parser.add_argument("server", help="the address of a store on a server")
    parser.add_argument("--state", default="KAZ")
    given = parser.parse_args()
    disk, server, differing = open_store(str(given.store)), open_store(given.server), 0
    writer = csv.writer(sys.stdout)
    writer.writerow(["question", "parameters", "what differs"])
    for question in questions():
        for values in [{}, *combinations(given.store, question, given.state)]:
            print(question.name, values, file=sys.stderr)
            if differs := difference(disk, server, question, values):
                writer.writerow([question.name, ", ".join(f"{k}={v}" for k, v in values.items()), differs])
                differing += 1
    raise SystemExit(1 if differing else 0)


def difference(disk: Store, server: Store, question: Question, values: Given) -> str:
    """How the rows of the server differ from those on disk; empty if they do not."""
    expected = ask(disk, question, values).rows
    try:
        found = ask(server, question, values).rows
    except GraphbuildError as error:
        return str(error)
    left, right = ({tuple(row) for row in rows} for rows in (expected, found))
    if left != right:
        return f"{len(left - right)} of {len(expected)} rows are missing, {len(right - left)} should not be there"
    return "" if found == expected else "the order of the rows"


if __name__ == "__main__":
    main()
