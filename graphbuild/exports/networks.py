"""Networks: the graph as nodes and edges, for programs that draw and measure networks.

Two views: every thing with its links, and the conflicts of one state. Node and
edge attributes are text, so that every program reads them alike.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyoxigraph as ox

from graphbuild import vocabulary
from graphbuild.errors import GraphbuildError
from graphbuild.exports import profiles
from graphbuild.exports.flat import Things, local_name, text_of
from graphbuild.stores.anystore import Store
from graphbuild.terms import CONCLUDED_GRAPHS, ID, UPR, thing

if TYPE_CHECKING:
    import networkx as nx

GRADES = ("strong", "medium", "weak")
#: The label of the edge from a pledge to a provision.
CONFLICT = "conflicts with"

#: Attribute names that GEXF keeps for itself.
_RESERVED = {"id", "start", "end", "pid", "parents", "viz", "weight"}
_CLOCK = re.compile(r' lastmodifieddate="[^"]*"')


def resource_network(layer: Iterable[ox.Triple], known: Iterable[ox.Triple] = ()) -> nx.MultiDiGraph[str]:
    """Things as nodes and their links as edges; concepts and dates become attributes of the nodes.

    `known` holds further statements from which classes, labels and notations are taken.
    """
    import networkx as nx

    layer = sorted(set(layer), key=str)
    things = Things(layer, known)
    spoken_of = sorted({node for t in layer for node in (text_of(t.subject), text_of(t.object))})
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    network.add_nodes_from((iri, _attributes(things, iri)) for iri in spoken_of if _is_thing(things, iri))
    for number, t in enumerate(layer):
        ends = text_of(t.subject), text_of(t.object)
        if isinstance(t.object, ox.NamedNode) and ends[0] in network and ends[1] in network:
            name = t.predicate.value
            network.add_edge(*ends, key=f"e{number}", label=local_name(name), iri=name)
    return network


def _is_thing(things: Things, iri: str) -> bool:
    return bool(things.classes(iri)) and not things.is_date(iri)


def _attributes(things: Things, iri: str) -> dict[str, str]:
    classes = things.classes(iri)
    words = {name: cell for name, cell in things.row(iri).items() if not cell.startswith("http")}
    plain = {name: cell for name, cell in words.items() if name not in _RESERVED and not name.endswith("_label")}
    return plain | {"iri": iri, "type": classes[0], "types": "; ".join(classes)}


def graphml(network: nx.Graph[str]) -> bytes:
    """A network as GraphML."""
    import networkx as nx

    written = io.BytesIO()
    nx.write_graphml_xml(network, written)
    return written.getvalue() + b"\n"


def gexf(network: nx.Graph[str]) -> bytes:
    """A network as GEXF, without the clock that the format would like."""
    import networkx as nx

    return (_CLOCK.sub("", "\n".join(nx.generate_gexf(network))) + "\n").encode()


# --- The conflicts of a state ------------------------------------------------------


def conflict_network(store: Store, state: str, profile: str = "public") -> nx.DiGraph[str]:
    """Who recommended which pledge, and which later provision of which law conflicts with it.

    Edges run from recommending states to pledges, from pledges to provisions
    (with the grade, the flags and the findings behind them) and on to laws;
    from pledges and provisions also to the rights they are about. A pledge
    counts as accepted from its first public acceptance. Raises GraphbuildError
    if the state is not in the store, or a protected name would leave.
    """
    import networkx as nx

    wanted = (vocabulary.state(state) or thing("state", state))[1:-1]
    graphs = (ox.DefaultGraph(), ox.NamedNode(CONCLUDED_GRAPHS + "pledge-conflict"))
    things = Things(q.triple for q in profiles.quads(store, profile) if q.graph_name in graphs)
    if wanted not in things.said:
        raise GraphbuildError(f"{state!r} is not a state in the store; write its ISO 3166-1 alpha-3 code, such as KAZ")
    network: nx.DiGraph[str] = nx.DiGraph(state=things.label(wanted))
    for finding in things.said:
        if things.values(finding, UPR + "acceptanceRule") == ["first-support"]:
            pledge, provision, law = (things.values(finding, UPR + p)[0] for p in ("pledge", "provision", "law"))
            if wanted in things.values(law, UPR + "enactedBy"):
                _add_pledge(network, things, pledge)
                _add_provision(network, things, provision, law)
                _add_finding(network, things, finding, pledge, provision)
    return network


def narrowed(network: nx.DiGraph[str], grades: Iterable[str] = GRADES, rights: Iterable[str] = ()) -> nx.DiGraph[str]:
    """The part of a conflict network that has these grades and, if any are named, these rights."""
    grades, rights = set(grades), set(rights)
    part = network.copy()
    for *ends, edge in network.edges(data=True):
        if edge["label"] == CONFLICT and not (
            edge["grade"] in grades and (not rights or rights & set(edge["rights"].split("; ")))
        ):
            part.remove_edge(*ends)
    kept = {node for u, v, edge in part.edges(data=True) if edge["label"] == CONFLICT for node in (u, v)}
    near = {n for node in kept for n in (*part.predecessors(node), *part.successors(node))}
    return part.subgraph(kept | near).copy()


def _add_pledge(network: nx.DiGraph[str], things: Things, pledge: str) -> None:
    if pledge in network:
        return
    paragraph = things.label(pledge).split("/", 2)[-1]
    disputed = "yes" if ID + "position/contested" in things.values(pledge, UPR + "position") else ""
    accepted = _date(things, pledge, "firstSupported")
    _add(network, things, pledge, "Pledge", label=paragraph, accepted=accepted, disputed=disputed)
    for state in things.values(pledge, UPR + "recommendedBy"):
        _add(network, things, state, "State")
        network.add_edge(state, pledge, label="recommended", iri=UPR + "recommendedBy")


def _add_provision(network: nx.DiGraph[str], things: Things, provision: str, law: str) -> None:
    if provision in network:
        return
    dates = {name: _date(things, provision, name) for name in ("adopted", "inForce", "ended")}
    _add(network, things, provision, "Provision", **dates)
    _add(network, things, law, "Law")
    network.add_edge(provision, law, label="is part of", iri=UPR + "ofLaw")


def _add_finding(network: nx.DiGraph[str], things: Things, finding: str, pledge: str, provision: str) -> None:
    ask, effect = (things.values(finding, UPR + p)[0] for p in ("ask", "effect"))
    for node, spoken, label in ((pledge, ask, "asks about"), (provision, effect, "touches")):
        for right in things.values(spoken, UPR + "right"):
            _add(network, things, right, "Right")
            network.add_edge(node, right, label=label, iri=UPR + "right")
    edge = {
        "iri": finding,
        "grade": "; ".join(map(local_name, things.values(finding, UPR + "grade"))),
        "rights": "; ".join(map(things.label, things.values(ask, UPR + "right"))),
        "later": "; ".join(things.values(finding, UPR + "later")),
        "flags": "; ".join(map(things.label, things.values(finding, UPR + "flag"))),
    }
    before = network.get_edge_data(pledge, provision, {})
    network.add_edge(pledge, provision, **_both(before, edge), label=CONFLICT)


def _both(before: dict[str, str], edge: dict[str, str]) -> dict[str, str]:
    """Several findings on one pair: the best grade, and everything else side by side."""
    joined = {key: _merged(before.get(key, ""), value) for key, value in edge.items()}
    return joined | {"grade": min(joined["grade"].split("; "), key=GRADES.index)}


def _merged(*texts: str) -> str:
    return "; ".join(sorted({word for text in texts for word in text.split("; ") if word}))


def _add(network: nx.DiGraph[str], things: Things, iri: str, type_: str, **more: str) -> None:
    text = "; ".join(things.values(iri, UPR + "text"))
    said = {"label": things.label(iri), "type": type_, "iri": iri, "text": text, **more}
    network.add_node(iri, **{key: value for key, value in said.items() if value})


def _date(things: Things, iri: str, property_: str) -> str:
    return "; ".join(e for d in things.values(iri, UPR + property_) for e in things.values(d, UPR + "edtf"))
