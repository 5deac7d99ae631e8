"""Peak memory and time of loading an export of the Universal Human Rights Index as large as the real one.

    python benchmarks/uhri_large.py [--megabytes 360] [--keep FOLDER]

Writes an export of made-up records in the shape of the real one (the review and
treaty bodies mixed, all states), the same bytes every time, loads it in a
process of its own, and prints size, records, seconds and peak memory.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from graphbuild import resources

VERBS = ("Adopt", "Amend", "Consider", "Continue", "Ensure", "Establish", "Investigate", "Ratify", "Review")
MATTERS = ("a law on assemblies", "the code of procedure", "access to schools", "an ombudsman", "prison visits")
GROUPS = ("children", "journalists", "migrants", "older persons", "persons with disabilities", "rural women")
PLACES = ("in all regions", "in the capital", "at the borders", "in remote districts", "without delay", "by law")
BODIES = ("CESCR", "CEDAW", "CRC", "CAT", "CCPR")
#: Words of which each record has its own hundred, so that it is as long as the real ones and like no other.
WORDS = (
    "measures taken cost reach obstacles year report budget training judges police schools clinics women data "
    "courts remedy reform inquiry consult monitor housing work health water land language family custody trial "
    "appeal torture speech faith press vote party union strike migration asylum border birth age poverty wage peace"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=360)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.keep) as folder:
        path = Path(folder) / "export.json"
        records = write(path, given.megabytes * 1e6)
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "graphbuild", "--store", str(Path(folder) / "graph"), "load", str(path)], check=False
        )
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"machine: {os.cpu_count()} processors, Python {platform.python_version()}, {platform.system()}")
        print(f"export: {path.stat().st_size / 1e6:,.0f} MB, {records:,} records; exit code {done.returncode}")
        print(f"load: {seconds:,.0f} s, peak memory {peak:,.0f} MiB")


def write(path: Path, size: float) -> int:
    """Write records until the file has its size; how many there are."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for record in records():
            if file.tell() > size:
                break
            file.write((",\n" if count else "") + json.dumps(record, ensure_ascii=False))
            count += 1
        file.write("]")
    return count


def records() -> Iterator[dict[str, object]]:
    """Made-up records without end: every second one of the review."""
    with (resources.WORLD / "states.csv").open(encoding="utf-8-sig", newline="") as file:
        states = [row["name"] for row in csv.DictReader(file) if row["membership"] == "member"]
    number = 0
    while True:
        yield record(number, states)
        number += 1


def rest_of(number: int) -> str:
    words = WORDS.split()
    return " ".join(words[(number * 7919 + step * step * 31 + step * number) % len(words)] for step in range(150))


def record(number: int, states: list[str]) -> dict[str, object]:
    def of(words: Sequence[str], step: int) -> str:
        return words[number // step % len(words)]

    away = 1 + number // len(states) % (len(states) - 1)
    about, by = states[number % len(states)], states[(number + away) % len(states)]
    words = f"{of(VERBS, 1)} {of(MATTERS, 3)} for {of(GROUPS, 5)} {of(PLACES, 11)}; {rest_of(number)}"
    cycle = 1 + number // 2 % 4
    position = "Noted" if number % 3 == 0 else "Supported"
    review = {"UprCycle": f"Cycle {cycle}", "UprRecommendingStates": [by], "UprPosition": position}
    council, committee = f"A/HRC/{10 + cycle * 10}/{number % 40 + 1}", f"{of(BODIES, 2)}/C/{number % 97}/CO/{cycle}"
    return {
        "AnnotationId": str(uuid.UUID(int=number)),
        "DocumentId": str(number // 40),
        "Symbol": council if number % 2 else committee,
        "Text": f"<p>{words}</p>",
        "AnnotationType": "- Recommendations",
        "PublicationDate": f"{2008 + cycle * 4}-05-{number % 28 + 1:02}",
        "Countries": [about],
        "Regions": [],
        "Body": "- UPR" if number % 2 else f"- {of(BODIES, 2)}",
        "Themes": [of(MATTERS, 3).title()],
        "AffectedPersons": [of(GROUPS, 5).title()],
        "Sdgs": ["16 - PEACE, JUSTICE AND STRONG INSTITUTIONS"],
        **(review if number % 2 else {}),
    }


if __name__ == "__main__":
    main()
