"""Web addresses: what is one, and the address of the page itself inside that of a tracker."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import pyoxigraph as ox

from graphbuild.terms import Term, iri

_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
#: Parameters in which redirects carry the original address, and those that only follow a reader around.
_CARRYING = ("url", "u", "q", "to", "target", "dest", "destination", "redirect", "redirect_url", "goto", "link")
_TRACKING = re.compile(r"(utm_\w+|fbclid|gclid|mc_[ce]id|igshid)$")


def address(written: str) -> Term | None:
    """A web address as an IRI, or None if it is not one.

    >>> address("https://example.org/a b"), address("BBC Monitoring")
    (None, None)
    """
    if not _WEB.fullmatch(written):
        return None
    found = iri(written)
    try:
        ox.NamedNode(found[1:-1])
        return found if urlsplit(written).hostname else None
    except ValueError:
        return None


def unwrapped(written: str) -> str:
    """The original address: out of redirects that carry it as a parameter, and without trackers' marks.

    >>> unwrapped("https://l.example.com/l.php?u=https%3A%2F%2Fexample.org%2Fnews%3Fid%3D1%26fbclid%3Dx&h=A")
    'https://example.org/news?id=1'
    """
    found = written.strip()
    for _ in range(5):
        inner = _carried(found)
        if not inner:
            break
        found = inner
    return _without_marks(found)


def _carried(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    given = dict(parse_qsl(parts.query))
    values = [given[name] for name in _CARRYING if name in given] + [unquote(parts.query)]
    return next((value for value in values if _WEB.fullmatch(value)), "")


def _without_marks(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    given = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in given if not _TRACKING.match(name)]
    return url if len(kept) == len(given) else urlunsplit(parts._replace(query=urlencode(kept)))
