"""The report of a run: Markdown tables with ratios, and a picture of how time and memory grow."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Results = dict[str, Any]
PEERS = ("oxigraph", "virtuoso", "rdflib")


def write_report(folder: Path, results: Results) -> None:
    """Write benchmark.md and growth.svg."""
    parts = [machine(results["machine"]), start(results["start"]), gate(results["gate"]), builds(results["builds"])]
    parts += [stages(one) for one in results["builds"]]
    parts += [mapping(results["mapped"])]
    parts += [part for asked in results["asked"] for part in (peers(asked), answers(asked))]
    text = "\n\n".join("\n".join(part) for part in parts)
    (folder / "benchmark.md").write_text(text + "\n", encoding="utf-8")
    growth(folder / "growth.svg", [one for one in results["builds"] if "floor" in one])


def machine(found: Results) -> Iterator[str]:
    yield "# Benchmark"
    yield ""
    yield "Measured on: " + "; ".join(f"{name}: {value}" for name, value in found.items()) + "."


def start(found: Results) -> Iterator[str]:
    yield "## Start"
    yield ""
    yield (f"`graphbuild --help` {found['graphbuild']:.3f} s, an empty Click program {found['empty']:.3f} s "
           f"(medians): {found['ratio']:.2f} times as long.")


def gate(found: Results) -> Iterator[str]:
    yield "## Gate"
    yield ""
    if "failed" in found:
        yield f"Not measured: {found['failed']}"
        return
    ours, theirs = found["gate"], found["pyshacl"]
    yield (f"{found['recommendations']:,} recommendations, {found['quads']:,} triples: "
           f"the gate {ours['seconds']:.2f} s "
           f"({ours['results']:,} results), pySHACL {theirs['seconds']:.1f} s ({theirs['results']:,} results, "
           f"{'the same' if found['same'] else '**not the same**'}): {theirs['seconds'] / ours['seconds']:.0f} times "
           "as long.")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(head)
    yield "| " + " | ".join(names) + " |"
    yield "|---" + "|--:" * (len(names) - 1) + "|"
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def builds(found: list[Results]) -> Iterator[str]:
    yield "## Build"
    yield ""
    yield "The floor is `bulk_load` on disk of the very same quads. Memory is that of all processes together."
    yield ""
    head = ("scale", "recommendations", "quads", "graphbuild s", "MB", "floor s", "MB", "times the floor", "rdflib s",
            "MB", "PySpark s", "MB")
    yield from table(head, map(_build, found))
    yield ""
    yield ("Seconds of all processors together, and of one process for the gate alone, which checks what is said and "
           "settled part by part as the build does:")
    yield ""
    yield from table(("scale", "graphbuild", "floor", "times the floor", "gate", "of the floor's s"), map(_work, found))
    yield ""
    yield "PySpark writes shards on this machine alone, where it can only be slower; they hold the same quads."


def _build(one: Results) -> list[str]:
    ours = one["graphbuild"]
    row = [f"x{one['scale']}", f"{one['counts']['recommendations']:,}"]
    if ours["code"]:
        return [*row, "", f"failed: {(ours['said'] or [''])[-1]}", *[""] * 8]
    floor, rdflib = one["floor"], one.get("rdflib")
    row += [f"{one['quads']:,}", f"{ours['seconds']:,.0f}", f"{ours['peak']:,.0f}"]
    row += [f"{floor['seconds']:,.1f}", f"{floor['peak']:,.0f}", f"{ours['seconds'] / floor['seconds']:.1f}"]
    row += [f"{rdflib['seconds']:,.0f}", f"{rdflib['peak']:,.0f}"] if rdflib else ["not run", ""]
    return row + _spark(one.get("spark", {"absent": "not run"}))


def _work(one: Results) -> list[str]:
    if "floor" not in one:
        return [f"x{one['scale']}", *[""] * 5]
    ours, floor = one["graphbuild"]["processor"], one["floor"]["processor"]
    checked = one.get("gate", {"failed": "not run"})
    row = [f"x{one['scale']}", f"{ours:,.0f}", f"{floor:,.0f}", f"{ours / floor:.1f}"]
    if "failed" in checked:
        return [*row, checked["failed"], ""]
    return [*row, f"{checked['seconds']:.1f}", f"{checked['seconds'] / one['floor']['seconds']:.2f}"]


def _spark(found: Results) -> list[str]:
    if "absent" in found or found["code"]:
        return [found.get("absent") or f"failed: {(found['said'] or [''])[-1]}", ""]
    return [f"{found['seconds']:,.0f}{'' if found['same'] else ' **other quads**'}", f"{found['peak']:,.0f}"]


def stages(one: Results) -> Iterator[str]:
    yield f"Stages of the build x{one['scale']}, as it tells them:"
    yield ""
    found = one["graphbuild"]["stages"].items()
    yield from table(("stage", "s", "peak MB"), ([n, f"{s:,.1f}", f"{p:,.0f}"] for n, (s, p) in found))


def mapping(found: list[Results]) -> Iterator[str]:
    yield "## Mapping"
    yield ""
    yield ("All exports in one file, read into sorted N-Triples; morph-kgc with an RML mapping that gives about as "
           "many statements, without look-ups, checks and origins.")
    yield ""
    head = ("rows", "graphbuild s", "MB", "statements", "morph-kgc s", "MB", "statements", "times as long")
    yield from table(head, map(_mapping, found))


def _mapping(one: Results) -> list[str]:
    ours, theirs = one["graphbuild"], one["morph-kgc"]
    row = [f"{one['rows']:,}", *_mapped(ours)]
    if "absent" in theirs or theirs["code"]:
        return [*row, theirs.get("absent") or f"failed: {(theirs['said'] or [''])[-1]}", "", "", ""]
    return [*row, *_mapped(theirs), f"{theirs['seconds'] / ours['seconds']:.1f}"]


def _mapped(one: Results) -> list[str]:
    return [f"{one['seconds']:.1f}", f"{one['peak']:,.0f}", f"{one['statements']:,}"]


def peers(asked: Results) -> Iterator[str]:
    yield f"## Questions beside the peers, x{asked['scale']}"
    yield ""
    engines = asked.get("engines", {})
    yield ("Median seconds without the first run, and how many times as long as graphbuild; *other rows* where an "
           "engine answers otherwise.")
    yield ""
    for name, found in engines.items():
        if why := found.get("absent") or found.get("failed"):
            yield f"- {name}: {why}"
    yield ""
    ours = {_key(a): a for a in engines.get("graphbuild", {}).get("answers", [])}
    theirs = {name: {_key(a): a for a in engines.get(name, {}).get("answers", [])} for name in PEERS}
    keys = [key for key in ours if any(key in found for found in theirs.values())]
    yield from table(("question", "rows", "graphbuild", *PEERS), (
        [key, str(ours[key].get("rows", "")), _seconds(ours[key]),
         *(_beside(found.get(key), ours[key]) for found in theirs.values())] for key in keys))


def answers(asked: Results) -> Iterator[str]:
    yield f"## Every question on graphbuild, x{asked['scale']}"
    yield ""
    found = asked.get("engines", {}).get("graphbuild", {}).get("answers", [])
    names = dict.fromkeys(a["question"] for a in found)
    by = {(a["question"], bool(a["given"])): a for a in found}
    yield from table(("question", "one state s", "first", "rows", "world s", "first", "rows"), (
        [name, *_cells(by.get((name, True))), *_cells(by.get((name, False)))] for name in names))


def _key(answer: Results) -> str:
    return f"{answer['question']} {' '.join(answer['given'].values()) or 'world'}"


def median(answer: Results) -> float:
    """The median of the warm runs."""
    return statistics.median(answer["seconds"][1:] or answer["seconds"])


def _seconds(answer: Results) -> str:
    return answer["failed"] if "failed" in answer else f"{median(answer):.3f}"


def _beside(theirs: Results | None, ours: Results) -> str:
    if not theirs or "failed" in theirs or "failed" in ours:
        return "" if not theirs else theirs.get("failed", _seconds(theirs))
    note = "" if theirs["hash"] == ours["hash"] else " *other rows*"
    return f"{median(theirs):.3f} ({median(theirs) / median(ours):.1f}){note}"


def _cells(answer: Results | None) -> list[str]:
    if not answer:
        return ["", "", ""]
    if "failed" in answer:
        return [answer["failed"], "", ""]
    return [f"{median(answer):.3f}", f"{answer['seconds'][0]:.3f}", f"{answer['rows']:,}"]


def growth(path: Path, found: list[Results]) -> None:
    """Seconds and memory of the build and of the floor, by number of quads."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "graphbuild"  # else its names differ from run to run
    from matplotlib import pyplot

    figure, (time, memory) = pyplot.subplots(1, 2, figsize=(9, 4))
    quads = [one["quads"] / 1e6 for one in found]
    for name, label, mark in (("graphbuild", "graphbuild load", "o-"), ("floor", "bulk load alone", "s--")):
        time.plot(quads, [one[name]["seconds"] for one in found], mark, label=label)
        memory.plot(quads, [one[name]["peak"] for one in found], mark, label=label)
    for axes, what in ((time, "seconds"), (memory, "peak memory, MB")):
        axes.set(xlabel="million quads", ylabel=what, ylim=(0, None), xlim=(0, None))
        axes.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
