"""Pictures of a conflict network: one to print, one to click on.

Both need nothing from the network: the picture is a PNG, the page carries its
data, its style and the drawing library in itself.
"""

from __future__ import annotations

import html
import io
import json
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphbuild import resources
from graphbuild.errors import GraphbuildError
from graphbuild.exports.layout import COLUMNS, KINDS, Box, Layout, arrange, spoken
from graphbuild.exports.networks import CONFLICT, GRADES, narrowed

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.axes import Axes


#: Fill and outline of each kind of box.
COLOURS = {
    "State": ("#e9eef8", "#44639f"),
    "Pledge": ("#e4f3ea", "#2a7a4b"),
    "Right": ("#f2eaf8", "#74489d"),
    "Provision": ("#fdf1e2", "#ab5f14"),
    "Law": ("#f9e6e4", "#9c2f2a"),
}
#: Colour, dash pattern and width of a finding's line.
LINES: dict[str, tuple[str, Any, float]] = {
    "strong": ("#b2182b", "solid", 1.7),
    "medium": ("#d97a0b", (0, (6, 2.2)), 1.5),
    "weak": ("#777777", (0, (1.2, 2.2)), 1.4),
    "": ("#b9c0c8", "solid", 0.9),
}
CAUTION = ("A line from a pledge through a right to a provision is a finding of the rule pledge-conflict: "
           "a candidate for a person's judgement, not a fact.")

_DATES = ("accepted", "adopted", "inForce", "ended")

#: Inches of a line of text, of a character, and between two columns.
_LINE, _LETTER, _BETWEEN, _MARGIN = 0.155, 0.0655, 0.75, 0.25


def title_of(network: nx.DiGraph[str]) -> str:
    """What a picture of the network shows; one without boxes says why it has none."""
    if not network:
        return f"{network.graph['state']}: no accepted pledge was found to conflict with a later law"
    return f"{network.graph['state']}: accepted pledges and the later laws that conflict with them"


def draw(network: nx.DiGraph[str], path: Path | None = None, title: str = "") -> bytes:
    """A conflict network as PNG, written to `path` too if one is given. Needs matplotlib."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise GraphbuildError("pictures need matplotlib; run pip install 'graphbuild[notebook]'") from error
    layout = arrange(network)
    width, height = _left(len(COLUMNS)) - _BETWEEN + _MARGIN, (layout.height + 9.5) * _LINE
    figure = Figure(figsize=(width, height), dpi=110, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(layout.height + 4.0, -5.5))
    axes.axis("off")
    _draw_all(axes, layout, title or title_of(network))
    written = io.BytesIO()
    figure.savefig(written, format="png", metadata={"Software": None})
    if path:
        path.write_bytes(written.getvalue())
    return written.getvalue()


def _left(column: int) -> float:
    """Where a column begins, in inches."""
    return _MARGIN + sum(width * _LETTER + 0.2 + _BETWEEN for _, _, width, _ in COLUMNS[:column])


def _width(kind: str) -> float:
    return COLUMNS[KINDS.index(kind)][2] * _LETTER + 0.2


def _draw_all(axes: Axes, layout: Layout, title: str) -> None:
    axes.text(_MARGIN, -4.3, title, fontsize=13, weight="bold", va="center")
    for number, (kind, heading, *_) in enumerate(COLUMNS):
        axes.text(_left(number), -1.7, heading, fontsize=9.5, weight="bold", color=COLOURS[kind][1], va="center")
    for source, target, grade in layout.links:
        _draw_link(axes, layout.boxes[source], layout.boxes[target], grade)
    for box in layout.boxes.values():
        _draw_box(axes, box)
    _draw_legend(axes, layout.height + 1.7, {grade for *_, grade in layout.links})


def _draw_link(axes: Axes, source: Box, target: Box, grade: str) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Curve

    x1, x2 = _left(KINDS.index(source.kind)) + _width(source.kind), _left(KINDS.index(target.kind))
    bend = (x2 - x1) / 2
    points = [(x1, source.middle), (x1 + bend, source.middle), (x2 - bend, target.middle), (x2, target.middle)]
    colour, dash, width = LINES[grade]
    curve = Curve(points, [Curve.MOVETO, Curve.CURVE4, Curve.CURVE4, Curve.CURVE4])
    axes.add_patch(PathPatch(curve, fill=False, edgecolor=colour, linestyle=dash, linewidth=width, zorder=1))


def _draw_box(axes: Axes, box: Box) -> None:
    from matplotlib.patches import Rectangle

    fill, outline = COLOURS[box.kind]
    left = _left(KINDS.index(box.kind))
    corner = (left, box.middle - box.height / 2)
    axes.add_patch(Rectangle(corner, _width(box.kind), box.height, facecolor=fill, edgecolor=outline, zorder=2))
    text = "\n".join(box.lines).replace("$", r"\$")
    axes.text(left + 0.1, box.middle, text, fontsize=8, va="center", linespacing=1.3, zorder=3)


def _draw_legend(axes: Axes, below: float, drawn: set[str]) -> None:
    left = _MARGIN
    for grade in (g for g in GRADES if g in drawn):
        colour, dash, width = LINES[grade]
        axes.plot([left, left + 0.5], [below, below], color=colour, linestyle=dash, linewidth=width)
        axes.text(left + 0.6, below, f"{grade} finding", fontsize=8.5, va="center")
        left += 1.75
    axes.text(left, below, CAUTION, fontsize=8.5, va="center", style="italic", color="#444444")


# --- The page ------------------------------------------------------------------------


def interactive(network: nx.DiGraph[str], title: str = "") -> str:
    """One HTML document that shows a conflict network and works without a server or a network."""
    page = (resources.ASSETS / "conflicts.html").read_text(encoding="utf-8")
    parts = {
        "TITLE": html.escape(title or title_of(network)),
        "LIBRARY": (resources.ASSETS / "cytoscape.min.js").read_text(encoding="utf-8"),
        "DATA": _json(_data(network)),
    }
    before, *rest = page.split("%%")
    return before + "".join(parts[part] if n % 2 == 0 else part for n, part in enumerate(rest))


def iframe(page: str, height: int = 720) -> str:
    """A page inside a notebook: shut off from it, and from everything else."""
    return (f'<iframe srcdoc="{html.escape(page)}" sandbox="allow-scripts" '
            f'style="width:100%;height:{height}px;border:1px solid #ccc"></iframe>')


def _json(value: object) -> str:
    """JSON for a script element: no text can end the element or open a comment."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c").replace("\u2028", "\\u2028")


def _data(network: nx.DiGraph[str]) -> dict[str, object]:
    findings = [{"pledge": u, "provision": v, **{k: e[k] for k in ("grade", "rights", "flags", "later")}}
                for u, v, e in sorted(network.edges(data=True), key=lambda e: e[:2]) if e["label"] == CONFLICT]
    about = {node: {k: spoken(v) if k in _DATES else v for k, v in network.nodes[node].items()} for node in network}
    return {
        "about": about,
        "findings": findings,
        "plans": {" ".join(grades): _boxes_and_links(narrowed(network, grades)) for grades in _choices()},
        "colours": COLOURS,
        "lines": {grade: LINES[grade][0] for grade in (*GRADES, "")},
        "headings": {kind: heading for kind, heading, *_ in COLUMNS},
        "caution": CAUTION,
    }


def _choices() -> list[tuple[str, ...]]:
    """Every choice of grades."""
    return [choice for length in range(len(GRADES) + 1) for choice in combinations(GRADES, length)]


def _boxes_and_links(network: nx.DiGraph[str]) -> dict[str, object]:
    layout = arrange(network)
    return {
        "boxes": [_box(box) for box in layout.boxes.values()],
        "links": [{"source": s, "target": t, "grade": g} for s, t, g in layout.links],
        "meetings": layout.meetings,
    }


def _box(box: Box) -> dict[str, object]:
    """A box in pixels, from its middle."""
    middle = _left(KINDS.index(box.kind)) + _width(box.kind) / 2
    return {"id": box.key, "kind": box.kind, "lines": "\n".join(box.lines), "x": round(100 * middle),
            "y": round(16 * box.middle), "w": round(100 * _width(box.kind)), "h": round(16 * box.height)}
