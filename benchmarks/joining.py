"""How well reports and UPR Info's rows are joined, and how far their positions agree.

    python benchmarks/joining.py REPORTS… EXPORTS… [--sample 100 --to sample.csv]

Reads Working Group reports and UPR Info exports, joins them as a load does, and
prints: items of reports that found a row, rows that found an item, positions
that a report states against those of its rows, and every disagreement; also
how many wordings of items that hold several have an answer to each of their
states. The sample, chosen by hash, is for checking by hand.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections import Counter, defaultdict
from pathlib import Path

import pyoxigraph as ox

from graphbuild import resources
from graphbuild.comparing.joining import _by_review as records_by_review
from graphbuild.comparing.joining import join
from graphbuild.comparing.matching import ComparedRecord, Link
from graphbuild.errors import GraphbuildError
from graphbuild.read import each_source, read_source
from graphbuild.stores.staging import SETTLED, Staging
from graphbuild.terms import UPR, said_graph

#: Words of reports that state a position; pending says that none was given yet.
STATED = {"accepted", "noted", "partly"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--to", type=Path)
    given = parser.parse_args()
    staging = stage(given.paths)
    links = join(staging)
    records = {said.record: said for review in records_by_review(staging) for said in review}
    positions = positions_of(staging)
    report(links, records, positions)
    if given.to:
        write_sample(given.to, links, records, given.sample)


def stage(paths: list[Path]) -> Staging:
    staging = Staging(ox.Store())
    for path in [resources.WORLD, *each_source(paths)]:
        try:
            staged = read_source(path)
        except GraphbuildError as error:
            print(f"not read: {error}")
            continue
        for problem in staged.problems[:3]:
            print(f"{path.name}: {problem}")
        if not staged.problems:
            staging.add_lines(said_graph(staged.source), staged.lines())
    for rule in sorted(resources.SETTLE.glob("[01]*.rq")):
        staging.conclude(rule.read_text(encoding="utf-8"), SETTLED)
    return staging


def positions_of(staging: Staging) -> dict[str, str]:
    rows = staging.select(f"SELECT ?r ?p WHERE {{ GRAPH ?g {{ ?r <{UPR}position> ?p }} }}")
    return {row["r"].value: row["p"].value.rpartition("/")[2] for row in rows}


def report(links: list[Link], records: dict[str, ComparedRecord], positions: dict[str, str]) -> None:
    numbered = {r.recommendation: r for r in records.values() if r.numbered and r.texts}
    plain = [r for r in records.values() if not r.numbered]
    both = {r.review for r in numbered.values()} & {r.review for r in plain}
    joined = {link.record: link for link in links if link.status == "joined"}
    items = {item_of(r.recommendation) for r in numbered.values() if r.review in both}
    found = {item_of(link.recommendation) for link in joined.values()} & items
    rows = [r for r in plain if r.review in both]
    print(f"reviews with a report and rows: {len(both)}")
    print(f"items of reports: {len(items):,}, with a row: {len(found):,} ({len(found) / len(items):.2%})")
    matched = sum(r.record in joined for r in rows)
    print(f"rows: {len(rows):,}, joined: {matched:,} ({matched / len(rows):.2%})")
    print("links:", Counter((link.status, link.method) for link in links).most_common())
    by_review(items, found)
    answered = [link for link in links if link.status in ("joined", "united")]
    of_several(answered, numbered, records)
    agreement(answered, numbered, positions)


def item_of(recommendation: str) -> str:
    """State, cycle and number; the parts of an item are one item."""
    return "/".join(recommendation.split("/recommendation/")[1].split("/")[:3])


def by_review(items: set[str], found: set[str]) -> None:
    total, hit = defaultdict[str, int](int), defaultdict[str, int](int)
    for item in items:
        total[item[:5]] += 1
        hit[item[:5]] += item in found
    worst = sorted(total, key=lambda review: hit[review] / total[review])[:12]
    print("lowest reviews:", ", ".join(f"{r} {hit[r]}/{total[r]}" for r in worst))


def of_several(answered: list[Link], numbered: dict[str, ComparedRecord], records: dict[str, ComparedRecord]) -> None:
    count = Counter(item_of(r) for r in numbered)
    wanted = {(r, s) for r, said in numbered.items() if count[item_of(r)] > 1 for s in said.states}
    given = {(link.recommendation, state) for link in answered for state in records[link.record].states} & wanted
    wordings = len({r for r, _ in wanted})
    print(f"wordings of items that hold several: {wordings:,}; with each of their states: {len(wanted):,} pairs")
    print(f"  with a row: {len(given):,}")
    without = sorted(f"{r.split('/recommendation/')[1]} {state[-3:]}" for r, state in wanted - given)
    print("  without:", ", ".join(without))


def agreement(answered: list[Link], numbered: dict[str, ComparedRecord], positions: dict[str, str]) -> None:
    pairs = [
        (positions[numbered[link.recommendation].record], positions[link.record], link)
        for link in sorted(answered, key=lambda link: (link.record, link.recommendation))
        if positions.get(numbered[link.recommendation].record) in STATED and link.record in positions
    ]
    apart = [one for one in pairs if one[0] != one[1]]
    share = 1 - len(apart) / len(pairs) if pairs else 1
    print(f"positions stated in reports and given by rows: {len(pairs):,}, the same: {share:.2%}")
    for (in_report, in_row), count in sorted(Counter((a, b) for a, b, _ in pairs).items()):
        print(f"  report {in_report}, row {in_row}: {count:,}")
    for in_report, in_row, link in apart:
        print(f"  {item_of(link.recommendation)}: report {in_report}, row {in_row} ({link.method}, {link.score})")


def write_sample(to: Path, links: list[Link], records: dict[str, ComparedRecord], size: int) -> None:
    joined = [link for link in links if link.status == "joined"]
    chosen = sorted(joined, key=lambda link: hashlib.sha256(link.record.encode()).hexdigest())[:size]
    texts = {r.recommendation: sorted(r.texts)[0] for r in records.values() if r.numbered and r.texts}
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["score", "method", "recommendation", "item", "row"])
        for link in chosen:
            row = sorted(records[link.record].texts)[0]
            writer.writerow([link.score, link.method, item_of(link.recommendation), texts[link.recommendation], row])


if __name__ == "__main__":
    main()
