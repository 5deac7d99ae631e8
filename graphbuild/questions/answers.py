"""Answers: a question put to a store, and its rows as people read them.

Engines give rows in any order, which are sorted here, so that all give them in the same. Where
those of the whole world fall apart by a parameter, as by the state, a store on disk is asked for
several parts at once, since a query uses one processor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache

import pyoxigraph as ox

from graphbuild.errors import GraphbuildError
from graphbuild.questions.catalogue import Question, bind, is_worldwide
from graphbuild.questions.ordering import is_number, plain, sort_rows, unsorted
from graphbuild.safety import refuse_unsafe
from graphbuild.stores.anystore import Store
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.stores.readahead import reading_ahead
from graphbuild.syntax import fault
from graphbuild.terms import PREFIXES

#: Of states or documents, those that a part is about; none for all there are.
Names = Sequence[str]
#: Queries at a time. Each holds in memory what it reads whole, however many there are.
AT_ONCE = 2
_NAMES = f"""PREFIX dcterms: <{PREFIXES["dcterms"]}> PREFIX upr: <{PREFIXES["upr"]}>
SELECT DISTINCT ?name {{ ?thing a upr:%s ; upr:alpha3|dcterms:identifier ?name }} ORDER BY ?name"""


@dataclass
class QueryAnswer:
    """Rows of text, each cell as people read it; empty for what is not bound. Which columns are of numbers alone."""

    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)
    numbers: frozenset[str] = frozenset()

    def only(self, names: list[str]) -> QueryAnswer:
        """The same rows with these columns."""
        for name in names:
            if name not in self.columns:
                raise GraphbuildError(f"there is no column {name!r}; the columns are: {', '.join(self.columns)}")
        places = [self.columns.index(name) for name in names]
        return QueryAnswer(names, [[row[i] for i in places] for row in self.rows], self.numbers)


def ask(store: Store, question: Question, given: dict[str, str]) -> QueryAnswer:
    """Put a question to a store."""
    query = bind(question, given, whole=True)
    refuse_unsafe(query)
    with _one_sentence(question, query), _read_ahead(store, question, given):
        answer = _sorted_here(store, question, given, query) or _as_it_comes(store.query(query))
    for place in (answer.columns.index(c) for c in question.lists if c in answer.columns):
        for row in answer.rows:
            row[place] = _sorted_list(row[place])
    return answer


def _read_ahead(store: Store, question: Question, given: dict[str, str]) -> AbstractContextManager[None]:
    """Have a store on disk read into memory while it is asked for much; a server does so as it likes."""
    if isinstance(store, OxigraphStore) and is_worldwide(question, given):
        return reading_ahead(store.folder())
    return nullcontext()


@contextmanager
def _one_sentence(question: Question, query: str) -> Iterator[None]:
    try:
        yield
    except SyntaxError as error:
        raise GraphbuildError(f"{question.name}: {fault(query, error)}") from error
    except (ValueError, RuntimeError, OSError) as error:
        raise GraphbuildError(f"{question.name}: the query cannot be answered: {error}") from error


def _as_it_comes(result: object) -> QueryAnswer:
    if isinstance(result, ox.QueryBoolean):
        return QueryAnswer(["answer"], [["true" if result else "false"]])
    if isinstance(result, ox.QueryTriples):
        rows = sorted([_text(t.subject), _text(t.predicate), _text(t.object)] for t in result)
        return QueryAnswer(["subject", "predicate", "object"], rows)
    return _readable(*_table(result))


def _text(value: object) -> str:
    return str(getattr(value, "value", value))


def _sorted_here(store: Store, question: Question, given: dict[str, str], query: str) -> QueryAnswer | None:
    """The rows in the same order from every engine; None where it has to sort them, or to say what is wrong."""
    if not (order := unsorted(query)):
        return None
    put, among = _asked(store, question, given)
    parts = [bind(question, given, whole=True, among=part) for part in among]
    texts = [part.query for part in map(unsorted, parts) if part]
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            tables = list(pool.map(lambda text: _table(put(text)), texts))
        rows = [row for _, part in tables for row in part]
        sort_rows(rows, order.keys)
    except (SyntaxError, ValueError):
        return None
    return _readable(tables[0][0][: order.columns], rows)


def _asked(store: Store, question: Question, given: dict[str, str]) -> tuple[Callable[[str], object], Sequence[Names]]:
    """What answers a query, and the parts in which the question is put to it; a server has more to do than ours."""
    if not isinstance(store, OxigraphStore):
        return store.query, [()]
    put = store.published().query
    return put, _parts(put, question, given)


def _readable(columns: list[str], rows: list[list[str]]) -> QueryAnswer:
    """These columns of the rows, which may have more for sorting, as people read them; made in place, being many."""
    text = cache(plain)
    numbers = frozenset(name for n, name in enumerate(columns) if _of_numbers(row[n] for row in rows))
    for row in rows:
        row[:] = map(text, row[: len(columns)])
    return QueryAnswer(columns, rows, numbers)


def _of_numbers(cells: Iterable[str]) -> bool:
    """Whether there are numbers among the cells, and beside them only empty ones."""
    some = False
    for cell in filter(None, cells):
        if not is_number(cell):
            return False
        some = True
    return some


def _parts(put: Callable[[str], object], question: Question, given: dict[str, str]) -> list[Names]:
    """The values by which the rows of the world fall apart, in as many parts as are asked at once."""
    kinds = [kind for p in question.parameters if p.name == question.apart for kind in p.choices]
    if len(kinds) != 1 or question.apart in given or not is_worldwide(question, given):
        return [()]
    names = [name for (name,) in _table(put(_NAMES % kinds[0][1:].capitalize()))[1]]
    return [[plain(name) for name in names[n::AT_ONCE]] for n in range(min(AT_ONCE, len(names)))] or [()]


def _table(result: object) -> tuple[list[str], list[list[str]]]:
    """Columns and rows of cells as SPARQL's TSV has them: the engine writes it while Python does other work."""
    assert isinstance(result, ox.QuerySolutions)
    columns = [variable.value for variable in result.variables]
    lines = (result.serialize(format=ox.QueryResultsFormat.TSV) or b"").decode("utf-8").split("\n")[1:-1]
    return columns, [line.split("\t")[: len(columns)] for line in lines]


def _sorted_list(cell: str) -> str:
    if ";" not in cell:
        return cell.strip()
    return "; ".join(sorted({part.strip() for part in cell.split(";") if part.strip()}))
