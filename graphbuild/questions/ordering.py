"""Rows sorted as the ORDER BY of a query says, beside the engine.

Our engine works the keys of two rows out anew whenever it compares them, and looks long
texts up on disk each time: of 215,000 rows it sorts for longer than it searches. So it
only gives the keys, once for each row, and the rows of several queries are sorted together.
What is not plain (`DESC`, a `LIMIT` behind, `SELECT *`, a key that is a date or a float) it sorts as before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

#: The clause behind the last bracket, and nothing after it.
_ORDER = re.compile(r"\}\s*(?P<group>GROUP BY[^{}#]*?)?ORDER BY(?P<keys>[^{}]*)$")
_SELECT = re.compile(r"^SELECT(?P<distinct> DISTINCT)?(?P<columns>[^{}*]+?)(?=\s+WHERE\s*\{)", re.M)
_TOKEN = re.compile(r"""\s+|\?\w+|[()]|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>|[^\s?()"'<>]+|.""")
_VARIABLE = re.compile(r"\?\w+")
_DIRECTED = re.compile(r"(ASC|DESC)\b", re.I)
#: In which a # begins no comment.
_TEXT = re.compile(r"""<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""")
_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<whole>[0-9]+)(\.(?P<part>[0-9]+))?")
_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r"}
_COMPLEMENT = str.maketrans("0123456789", "9876543210")
#: More digits than a number that people write.
_DIGITS = 40
#: Digits of a number that a float holds as they are.
_EXACT = 15


@dataclass(frozen=True)
class Unsorted:
    """A query that gives rows in any order, how many of its columns were asked for, and those to sort by."""

    query: str
    columns: int
    keys: tuple[int, ...]


def unsorted(query: str) -> Unsorted | None:
    """The query without its ORDER BY and with a column for each key; None where the engine has to sort."""
    order, select = _ORDER.search(query), _SELECT.search(query)
    columns = [_VARIABLE.findall(column)[-1] for column in _expressions(select["columns"])] if select else []
    keys = _expressions(order["keys"]) if order else []
    if not order or not select or not columns or not keys or any(_DIRECTED.match(key) for key in keys):
        return None
    if "{" in query[: select.start()]:
        return None  # a SELECT within another query
    if (select["distinct"] or order["group"]) and not set(_VARIABLE.findall(order["keys"])) <= set(columns):
        return None  # what else is there may tell rows apart, or has no one value
    added = [key for key in dict.fromkeys(keys) if key not in columns]
    told = "".join(f" {key if key[0] == '?' else f'({key} AS ?sorted_by_{n})'}" for n, key in enumerate(added))
    text = query[: select.end()] + told + query[select.end() : order.start("keys") - len("ORDER BY")]
    return Unsorted(text, len(columns), tuple((columns + added).index(key) for key in keys))


def _expressions(clause: str) -> list[str]:
    """What stands behind SELECT or ORDER BY: variables, and expressions to the bracket that closes them.

    Nothing where something else is there, as a comment or FROM.
    """
    depth, found, part = 0, [], ""
    for token in _TOKEN.findall(clause.strip()):
        part += token
        depth += (token == "(") - (token == ")")
        if depth == 0 and (token == ")" or token[0] == "?"):
            found.append(part.strip())
            part = ""
    return [] if part.strip() or "#" in _TEXT.sub("", clause) else found


def sort_rows(rows: list[list[str]], keys: tuple[int, ...]) -> None:
    """Sort rows of cells, as SPARQL's TSV writes them, by these columns, and by all where these are alike.

    Nothing comes first, then IRIs, numbers, and texts by code points. Where SPARQL leaves the order open, as
    between numbers and texts, this one is ours. Raises ValueError at a key of another datatype, which has an
    order of its own; the rows are then as they were.
    """
    key = cache(_key)  # for these rows alone: most cells stand in many of them
    rows.sort(key=lambda row: ("\0".join([key(row[place]) for place in keys]), row))


def _key(cell: str) -> str:
    """A text that compares as the cell does."""
    if not cell:
        return "0"
    if cell[0] == '"' and cell[-1] == ">":
        raise ValueError(f"{cell} is compared by its datatype")
    if cell[0] in "<_":
        return ("2" if cell[0] == "<" else "1") + plain(cell)
    number = _NUMBER.fullmatch(cell)
    return "3" + _comparable(number) if number else "4" + plain(cell)


def _comparable(number: re.Match[str]) -> str:
    """Digits in their places; of what is below nothing the complement, so that the greater comes first."""
    digits = f"{number['whole'].zfill(_DIGITS)}.{(number['part'] or '').rstrip('0')}"
    below = number["sign"] == "-" and digits.strip("0.")
    return "-" + digits.translate(_COMPLEMENT) + "~" if below else "0" + digits


def is_number(cell: str) -> bool:
    """Whether the graph has a number in this cell, not longer than any program can hold.

    >>> is_number("12"), is_number('"12"')
    (True, False)
    """
    return len(cell) <= _EXACT and _NUMBER.fullmatch(cell) is not None


def plain(cell: str) -> str:
    """A cell of SPARQL's TSV as people read it: a text without quotes, language and datatype, an IRI as it is."""
    if cell[:1] == '"':
        text = cell[1 : cell.rindex('"')]
        return _ESCAPED.sub(lambda m: _ESCAPES.get(m[1], m[1]), text) if "\\" in text else text
    if cell[:1] == "<" and cell[:3] != "<<(":
        return cell[1:-1]
    return cell.removeprefix("_:")
