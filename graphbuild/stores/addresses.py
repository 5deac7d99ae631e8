"""Where a server listens: three addresses from the one that `--store` names, or from the environment.

SPARQL 1.1 says how a server is spoken to, and not at which paths. What is known
of a few servers is in one table; GRAPHBUILD_QUERY_URL, GRAPHBUILD_UPDATE_URL and
GRAPHBUILD_GRAPHS_URL name the addresses of any other.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from graphbuild.errors import GraphbuildError


@dataclass(frozen=True)
class Addresses:
    """A server by the name that people gave it, and where it takes queries, updates and graphs."""

    name: str
    query: str
    update: str
    graphs: str


#: How the path of a server ends, and what its three addresses are. `{auth}` is `-auth` for a known user.
_KNOWN = (
    (r"/sparql(?:-auth)?", "/sparql{auth}", "/sparql{auth}", "/sparql-graph-crud{auth}"),  # Virtuoso
    (r"(?P<repository>/repositories/[^/]+)", "{0}", "{0}/statements", "{0}/rdf-graphs/service"),  # GraphDB, RDF4J
    (r"", "/query", "/update", "/store"),  # Oxigraph
)
_VARIABLES = ("GRAPHBUILD_QUERY_URL", "GRAPHBUILD_UPDATE_URL", "GRAPHBUILD_GRAPHS_URL")


def is_server(place: str) -> bool:
    """Whether `--store` names a server and not a folder.

    >>> is_server("https://example.org/sparql"), is_server("graph")
    (True, False)
    """
    return re.match(r"https?:", place, re.I) is not None


def addresses(place: str, has_user: bool = False) -> Addresses:
    """The addresses of a server.

    >>> addresses("http://localhost:7878").graphs
    'http://localhost:7878/store'
    >>> addresses("http://localhost:8890/sparql", has_user=True).graphs
    'http://localhost:8890/sparql-graph-crud-auth'
    """
    _refuse_strange(place)
    place = place.rstrip("/")
    for ending, *paths in _KNOWN:
        if found := re.fullmatch(rf"(?P<host>https?://.*?){ending}", place, re.I):
            auth = "-auth" if has_user or place.endswith("-auth") else ""
            known = (found["host"] + path.format(*found.groups()[1:], auth=auth) for path in paths)
            return Addresses(place, *map(_given, _VARIABLES, known))
    raise GraphbuildError(f"{place}: is not the address of a server; write it as http://localhost:7878")


def _given(variable: str, known: str) -> str:
    written = os.environ.get(variable, "")
    if written:
        _refuse_strange(written)
    return written or known


def _refuse_strange(place: str) -> None:
    """Refuse what is no address, and passwords, which the list of processes and every message would show."""
    try:
        parts = urlsplit(place)
    except ValueError as error:
        raise GraphbuildError(f"{place}: is not the address of a server ({error})") from error
    if "@" in parts.netloc:
        raise GraphbuildError(
            f"{parts.scheme}://{parts.hostname}: the address holds a user or password; "
            "take them out and set GRAPHBUILD_USER and GRAPHBUILD_PASSWORD"
        )
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise GraphbuildError(f"{place}: is not the address of a server; write it as http://localhost:7878")
