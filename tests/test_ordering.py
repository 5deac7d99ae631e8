"""Rows sorted beside the engine: as the engine sorts them, and total where SPARQL leaves it open."""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphbuild.questions.ordering import plain, sort_rows, unsorted

#: As terms of SPARQL; what a column of a table may hold beside each other and any engine sorts alike.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
NUMBERS = st.integers(-(10**9), 10**9).map(Decimal) | st.decimals(-1000, 1000, places=2).map(Decimal.normalize)
IRIS = st.from_regex(r"https://example\.org/[a-z0-9]{0,6}", fullmatch=True)


def written(value: str | Decimal | None) -> str:
    """A value as a term of SPARQL."""
    if value is None:
        return "UNDEF"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(ox.NamedNode(value) if value.startswith("https://example.org/") else ox.Literal(value))


def table(query: str) -> list[list[str]]:
    """Rows of cells as SPARQL's TSV has them."""
    found = ox.Store().query(query)
    assert isinstance(found, ox.QuerySolutions)
    text = (found.serialize(format=ox.QueryResultsFormat.TSV) or b"").decode()
    return [line.split("\t") for line in text.split("\n")[1:-1]]


@pytest.mark.parametrize("kind", [TEXTS, NUMBERS, IRIS], ids=["texts", "numbers", "iris"])
def test_rows_are_sorted_as_the_engine_sorts_them(kind: st.SearchStrategy[str | Decimal]) -> None:
    cell = st.none() | kind

    @given(st.lists(st.tuples(cell, cell, NUMBERS), max_size=12))
    def sorts(rows: list[tuple[str | Decimal | None, ...]]) -> None:
        values = " ".join(f"({' '.join(map(written, row))})" for row in rows)
        query = f"SELECT ?a ?b ?c\nWHERE {{ VALUES (?a ?b ?c) {{ {values} }} }}\nORDER BY ?b ?a ?c"
        order = unsorted(query)
        assert order and order.keys == (1, 0, 2)
        mine = table(order.query)
        sort_rows(mine, order.keys)
        assert mine == table(query)

    sorts()


def test_what_sparql_leaves_open_has_one_order() -> None:
    cells = ['"a"', "10", "9", "-1", "-1.5", "", "<https://a/b>", '"10"', "_:b", '"9"@en', "0.5", "-0", '"a b"']
    rows = [[cell] for cell in cells]
    sort_rows(rows, (0,))
    assert [cell for (cell,) in rows] == (
        ["", "_:b", "<https://a/b>", "-1.5", "-1", "-0", "0.5", "9", "10", '"10"', '"9"@en', '"a"', '"a b"']
    )


@pytest.mark.parametrize("kind", ["double", "float", "dateTime", "date", "int", "gYear"])
def test_a_key_of_another_datatype_is_not_sorted_as_a_text(kind: str) -> None:
    rows = [[f'"9"^^<http://www.w3.org/2001/XMLSchema#{kind}>'], [""]]
    with pytest.raises(ValueError, match="compared by its datatype"):
        sort_rows(rows, (0,))
    assert rows[1] == [""]


def test_what_is_alike_by_the_keys_is_sorted_by_the_row() -> None:
    rows = [["1", '"b"'], ["1", '"a"'], ["0", '"c"']]
    sort_rows(rows, (0,))
    assert rows == [["0", '"c"'], ["1", '"a"'], ["1", '"b"']]


def test_an_expression_becomes_a_column_behind_those_that_are_asked_for() -> None:
    query = 'SELECT ?a (COUNT(?b) AS ?n)\nWHERE { ?a ?p ?b }\nGROUP BY ?a\nORDER BY REPLACE(STR(?a), "[)(]", ")") ?n'
    order = unsorted(query)
    assert order and order.columns == 2 and order.keys == (2, 1)
    assert order.query == (
        'SELECT ?a (COUNT(?b) AS ?n) (REPLACE(STR(?a), "[)(]", ")") AS ?sorted_by_0)\nWHERE { ?a ?p ?b }\nGROUP BY ?a\n'
    )


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { ?a ?p ?b } ORDER BY ?a",
        "SELECT ?a WHERE { ?a ?p ?b }",
        "SELECT ?a WHERE { ?a ?p ?b } ORDER BY DESC(?a)",
        "SELECT ?a WHERE { ?a ?p ?b } ORDER BY ASC(?a)",
        "SELECT ?a WHERE { ?a ?p ?b } ORDER BY desc(?a)",
        "SELECT ?a WHERE { ?a ?p ?b } ORDER BY ?a LIMIT 3",
        "SELECT ?a WHERE { ?a ?p ?b } ORDER BY ?a OFFSET 3",
        "SELECT ?a WHERE { ?a ?p ?b } ORDER BY ?a # {",
        "SELECT ?a WHERE { ?a ?p ?b } ORDER BY ?a VALUES ?a { 1 }",
        "SELECT DISTINCT ?a WHERE { ?a ?p ?b } ORDER BY ?b",
        "SELECT ?a WHERE { ?a ?p ?b } GROUP BY ?a ?b ORDER BY ?b",
        "SELECT ?a WHERE { { SELECT ?a { ?a ?p ?b } ORDER BY ?a LIMIT 1 } }",
        "SELECT ?a # not ?c\n ?b WHERE { ?a ?p ?b } ORDER BY ?b",
        "SELECT ?a FROM <https://a/b> WHERE { ?a ?p ?b } ORDER BY ?a",
        "SELECT ?a WHERE { ?a ?p ?b } ORDER BY ?a # not by ?b\n ?p",
        "ASK { ?a ?p ?b }",
        "CONSTRUCT { ?a ?p ?b } WHERE { {\nSELECT ?a ?p ?b WHERE { ?a ?p ?b }\n} } ORDER BY ?a",
    ],
)
def test_what_is_not_plain_is_left_to_the_engine(query: str) -> None:
    assert unsorted(query) is None


def test_a_mark_of_a_comment_within_a_text_or_a_name_is_none() -> None:
    assert unsorted('SELECT ?a WHERE { ?a ?p ?b } ORDER BY STRAFTER(STR(?a), "#") <https://a#b>(?a)')


@given(TEXTS)
def test_a_cell_is_read_as_it_was_written(text: str) -> None:
    ((cell, tagged),) = table(f"SELECT * {{ VALUES (?a ?b) {{ ({ox.Literal(text)} {ox.Literal(text)}@en) }} }}")
    assert plain(cell) == plain(tagged) == text


def test_cells_are_told_as_people_read_them() -> None:
    cells = ["", "<https://a/b>", "12", "true", "_:b1", '"2011"^^<http://www.w3.org/2001/XMLSchema#gYear>']
    assert [plain(cell) for cell in cells] == ["", "https://a/b", "12", "true", "b1", "2011"]
