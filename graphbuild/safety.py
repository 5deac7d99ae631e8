"""What a query may not do: reach another server, or break the engine, whose parser is recursive.

The engine has no switch for either, so that the text decides, before it is run. SERVICE is looked
for in the whole text, strings and comments included: a guard that first takes those out can be led
to take out more than the engine does.
"""

from __future__ import annotations

import re

from graphbuild.errors import GraphbuildError

#: A query is refused above this size, this depth of brackets, or this many operators and patterns.
LONGEST, DEEPEST, MOST = 65536, 64, 500

#: SERVICE with the name of a server. The engine wants no space before or after the word; names it reads to their end.
_GAP = r"(?:\s|\#[^\n\r]*+)*+"
_SERVICE = re.compile(
    rf"(?:(?<![^\W\d])|(?<=true)|(?<=false))(?<![?$:@/#-])SERVICE{_GAP}(?:SILENT{_GAP})?"
    r"(?:[<?$]|[^\x00-\x20<>\"'{}()|^`\\,;=]*:)",
    re.I,
)
#: What holds no brackets and operators of the query itself: escapes, IRIs, strings, comments.
QUIET = re.compile(
    r"""\\.|<(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>|\"\"\"(?:\\.|[^\\])*?\"\"\"|"""
    r"""'''(?:\\.|[^\\])*?'''|"(?:\\.|[^"\\\n\r])*"|'(?:\\.|[^'\\\n\r])*'|\#[^\n\r]*""",
    re.S,
)
_UPDATE = re.compile(
    r"(?:\s*(?:PREFIX\s[^:]*:|BASE\b))*\s*(?:INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD|WITH)\b", re.I
)
_OPERATORS = re.compile(r"[!|&*/^+-]|\b(?:UNION|MINUS|BIND|OPTIONAL|FILTER)\b", re.I)


def refuse_unsafe(query: str) -> None:
    """Refuse what would reach the network, break the parser or change data; raises GraphbuildError."""
    if _SERVICE.search(query):
        raise GraphbuildError("the query asks another server (SERVICE); graphbuild answers from its own store only")
    bare = QUIET.sub(" ", query)
    if _UPDATE.match(bare):
        raise GraphbuildError("this is no question but an update; change a store by loading and removing sources")
    if len(query) > LONGEST or _depth(bare) > DEEPEST or len(_OPERATORS.findall(bare)) > MOST:
        raise GraphbuildError(
            f"the query is longer than {LONGEST} characters, nested deeper than {DEEPEST} brackets "
            f"or has more than {MOST} operators and patterns"
        )


def _depth(text: str) -> int:
    depth = deepest = 0
    for sign in text:
        depth += (sign in "({[") - (sign in ")}]")
        deepest = max(deepest, depth)
    return deepest
