"""Where the boxes of a conflict network stand: in columns, from who asked to which law.

Pledges that conflict with the same provisions on the same right and in the same
grade meet in one box of that right, so that a line through it never joins a pair
that is not a finding.
"""

from __future__ import annotations

import random
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphbuild.exports.networks import CONFLICT

if TYPE_CHECKING:
    import networkx as nx

#: The columns from left to right: kind, heading, characters in a line, most lines.
COLUMNS = (
    ("State", "Who recommended it", 20, 2),
    ("Pledge", "What the state accepted", 46, 3),
    ("Right", "About which right", 24, 4),
    ("Provision", "What a later law does", 46, 3),
    ("Law", "In which law", 30, 4),
)
KINDS = [kind for kind, *_ in COLUMNS]

#: Space between two boxes of a column, in lines of text.
GAP = 1.1
_SWEEPS = 8


@dataclass
class Box:
    """A box: what it stands for, its lines of text, and its middle, counted in lines from above."""

    key: str
    kind: str
    lines: list[str]
    middle: float = 0.0

    @property
    def height(self) -> float:
        """In lines of text."""
        return len(self.lines) + 0.7


@dataclass
class Layout:
    """Boxes by key, and links: from, to, grade (empty for links that are not findings)."""

    boxes: dict[str, Box] = field(default_factory=dict)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    #: For each box of a right, the pledges and the provisions that meet in it.
    meetings: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict)

    def columns(self) -> list[list[Box]]:
        """The boxes of each column, from above."""
        return [sorted((b for b in self.boxes.values() if b.kind == kind), key=lambda b: b.middle) for kind in KINDS]

    @property
    def height(self) -> float:
        """In lines of text."""
        return max((b.middle + b.height / 2 for b in self.boxes.values()), default=0.0)


def arrange(network: nx.DiGraph[str]) -> Layout:
    """Boxes and links of a conflict network, in an order with few crossings."""
    layout = Layout()
    for node in sorted(network):
        about = network.nodes[node]
        if about["type"] != "Right":
            layout.boxes[node] = Box(node, about["type"], _lines(about))
    for source, target, edge in sorted(network.edges(data=True), key=lambda e: e[:2]):
        if edge["label"] in ("recommended", "is part of"):
            layout.links.append((source, target, ""))
    _meet(layout, network)
    _order(layout)
    _place(layout)
    return layout


def _lines(about: dict[str, str]) -> list[str]:
    _, _, width, most = COLUMNS[KINDS.index(about["type"])]
    text = about["label"]
    if about.get("text") and about["type"] in ("Pledge", "Provision"):
        text += f": {about['text']}"
    dates = ", ".join(f"{name} {spoken(about[name])}" for name in ("accepted", "adopted", "ended") if about.get(name))
    dates += " (disputed)" if about.get("disputed") else ""
    return textwrap.wrap(text, width, max_lines=most, placeholder=" …") + textwrap.wrap(dates, width)


def spoken(date: str) -> str:
    """A date in EDTF as people say it.

    >>> spoken("2011-10-11"), spoken("[2010-05-31..2010-06-18]"), spoken("[..2014-10-29]")
    ('2011-10-11', 'between 2010-05-31 and 2010-06-18', '2014-10-29 or before')
    """
    first, dots, last = date.strip("[]").partition("..")
    if date.startswith("[") and dots:
        both = f"between {first} and {last}"
        return both if first and last else f"{first} or after" if first else f"{last} or before"
    return date.strip("[]").replace(",", " or ").replace("/", " to ")


def _meet(layout: Layout, network: nx.DiGraph[str]) -> None:
    found: dict[tuple[str, str, str], list[str]] = {}
    for pledge, provision, edge in sorted(network.edges(data=True), key=lambda e: e[:2]):
        if edge["label"] == CONFLICT:
            found.setdefault((pledge, edge["rights"], edge["grade"]), []).append(provision)
    groups: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for (pledge, rights, grade), all_provisions in found.items():
        groups.setdefault((rights, grade, tuple(all_provisions)), []).append(pledge)
    for number, ((rights, grade, provisions), pledges) in enumerate(sorted(groups.items())):
        key = f"right {number}"
        layout.boxes[key] = Box(key, "Right", _lines({"label": rights, "type": "Right"}))
        layout.meetings[key] = (pledges, list(provisions))
        layout.links += [(pledge, key, grade) for pledge in pledges] + [(key, p, grade) for p in provisions]


def _order(layout: Layout) -> None:
    """Try several orders to begin with, improve each, and keep the one with the fewest crossings."""
    fewest, best = len(layout.links) ** 2, dict[str, float]()
    near = [_neighbours(layout, sides) for sides in ((False,), (True,), (True, False))]
    for start in range(max(4, min(40, 1500 // (len(layout.links) + 1)))):
        for column in layout.columns():
            column.sort(key=lambda b: b.key)
            if start:
                random.Random(start).shuffle(column)
            _stack(column)
        for sweep in range(_SWEEPS):
            _sweep(layout, near[sweep % 2], near[2], bool(sweep % 2))
            if (now := crossings(layout)) < fewest:
                fewest, best = now, {key: box.middle for key, box in layout.boxes.items()}
    for key, middle in best.items():
        layout.boxes[key].middle = middle


def _sweep(layout: Layout, near: dict[str, list[str]], all_near: dict[str, list[str]], back: bool) -> None:
    """Sort each column by the places of its neighbours in the column just sorted, left to right or back."""
    for column in reversed(layout.columns()) if back else layout.columns():
        _stack(sorted(column, key=lambda b: (_mean(layout, near[b.key], b.middle), b.key)))
        _exchange(layout, all_near, column)


def _exchange(layout: Layout, near: dict[str, list[str]], column: list[Box]) -> None:
    """Let two boxes that stand together change places wherever that saves a crossing."""
    column.sort(key=lambda b: b.middle)
    changed = True
    while changed:
        changed = False
        for n in range(len(column) - 1):
            above, below = column[n], column[n + 1]
            if _saved(layout, near[above.key], near[below.key]) > 0:
                above.middle, below.middle = below.middle, above.middle
                column[n], column[n + 1] = below, above
                changed = True


def _saved(layout: Layout, above: list[str], below: list[str]) -> int:
    """How many crossings fewer there are if the boxes with these neighbours change places."""
    pairs = [(layout.boxes[a], layout.boxes[b]) for a in above for b in below]
    steps = [a.middle - b.middle for a, b in pairs if a.kind == b.kind]
    return sum(step > 0 for step in steps) - sum(step < 0 for step in steps)


def _neighbours(layout: Layout, sides: tuple[bool, ...]) -> dict[str, list[str]]:
    """For each box, those it is linked to on its right (True), its left (False), or both."""
    near: dict[str, list[str]] = {key: [] for key in layout.boxes}
    for source, target, _ in layout.links:
        if True in sides:
            near[source].append(target)
        if False in sides:
            near[target].append(source)
    return near


def _mean(layout: Layout, keys: list[str], otherwise: float) -> float:
    return sum(layout.boxes[k].middle for k in keys) / len(keys) if keys else otherwise


def _stack(column: list[Box]) -> None:
    """One below the other, as parts of the column's height."""
    for place, box in enumerate(column):
        box.middle = (place + 0.5) / len(column)


def crossings(layout: Layout) -> int:
    """How many pairs of links cross."""
    spans: dict[str, list[tuple[float, float]]] = {}
    for source, target, _ in layout.links:
        box = layout.boxes[source]
        spans.setdefault(box.kind, []).append((box.middle, layout.boxes[target].middle))
    return sum(
        (a[0] - b[0]) * (a[1] - b[1]) < 0
        for links in spans.values() for n, a in enumerate(links) for b in links[:n]
    )


def _place(layout: Layout) -> None:
    """Give every box its height, near its neighbours and clear of the boxes above and below."""
    near, columns = _neighbours(layout, (True, False)), layout.columns()
    for column in columns:
        _clear(column, lambda b: b.middle * _fullest(columns))
    for sweep in range(3 * _SWEEPS):
        for column in columns if sweep % 2 else reversed(columns):
            _clear(column, lambda b: _mean(layout, near[b.key], b.middle))
    top = min((b.middle - b.height / 2 for b in layout.boxes.values()), default=0.0)
    for box in layout.boxes.values():
        box.middle -= top


def _fullest(columns: list[list[Box]]) -> float:
    """The height of the fullest column."""
    return max(sum(b.height + GAP for b in column) for column in columns)


def _clear(column: list[Box], wanted: Callable[[Box], float]) -> None:
    """Boxes in their order, as near as can be to where each would stand, without overlap."""
    blocks: list[tuple[float, list[Box]]] = []
    for box in column:
        goal, block = wanted(box), [box]
        while blocks and blocks[-1][0] + _length(blocks[-1][1]) / 2 > goal - _length(block) / 2:
            above, boxes = blocks.pop()
            goal = (above * len(boxes) + goal * len(block)) / (len(boxes) + len(block))
            block = boxes + block
        blocks.append((goal, block))
    for goal, block in blocks:
        edge = goal - _length(block) / 2
        for box in block:
            box.middle = edge + (box.height + GAP) / 2
            edge += box.height + GAP


def _length(block: list[Box]) -> float:
    return sum(b.height + GAP for b in block)
