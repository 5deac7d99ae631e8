"""Names and values as text: whatever goes in, the engine reads the same back."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graphbuild.terms import PREFIXES, A, Term, digest, integer, iri, line, literal, said_graph, term, thing

SUBJECT = iri("http://example.org/s")
#: What XML cannot carry, and so must not be in the graph either.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def read_back(value: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
    statement = line((SUBJECT, A, value))
    (quad,) = ox.parse(statement, format=ox.RdfFormat.N_TRIPLES)
    return quad.object


@given(st.text())
@example("\x00\x7f\ufffe\uffff")
@example('\\u0041 \\" \\')
def test_a_literal_is_read_back_as_it_was_but_for_control_characters(text: str) -> None:
    assert read_back(literal(text)) == ox.Literal(UNWRITABLE.sub("\ufffd", text))


@given(st.text(), st.sampled_from(["en", "ru", "kk"]))
def test_the_language_of_a_text_is_read_back(text: str, language: str) -> None:
    found = read_back(literal(text, language))
    assert isinstance(found, ox.Literal)
    assert found.language == language


@given(st.text())
@example("\x00\x7f\ufffe\uffff")
@example("\t \u2028\x85\ufeff \\u0041")
def test_a_line_is_written_as_the_store_writes_it(text: str) -> None:
    """Accounts are kept of both, so that they must not differ."""
    statement = line((SUBJECT, A, literal(text)))
    (quad,) = ox.parse(statement, format=ox.RdfFormat.N_TRIPLES)
    assert f"{quad.triple} ." == statement


@given(st.text())
def test_a_literal_is_one_line(text: str) -> None:
    assert not {"\n", "\r"} & set(literal(text))


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_every_thing_has_an_iri_that_can_be_read(path: list[str]) -> None:
    assert isinstance(read_back(thing(*path)), ox.NamedNode)


@given(st.text(), st.text())
def test_different_names_are_different_things(one: str, two: str) -> None:
    assert (thing("law", one) == thing("law", two)) == (one == two)


@given(st.text())
def test_every_source_has_a_graph_that_can_be_read(name: str) -> None:
    assert isinstance(read_back(Term(f"<{said_graph(name)}>")), ox.NamedNode)


@given(st.text(), st.text())
def test_different_sources_have_different_graphs(one: str, two: str) -> None:
    assert (said_graph(one) == said_graph(two)) == (one == two)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/",
        "https://example.org/a b",
        "https://example.org/é?q=ш#top",
        "https://example.org/%D1%88",
        "https://пример.рф/страница",
        "https://example.org:8080/~a/(b);c,d",
        "https://[2001:db8::1]/",
    ],
)
def test_a_web_address_can_be_read(address: str) -> None:
    assert isinstance(read_back(iri(address)), ox.NamedNode)


@pytest.mark.parametrize("value", [0, 7, -3, 10**9])
def test_an_integer_is_written_in_its_only_form(value: int) -> None:
    assert read_back(integer(value)) == ox.Literal(str(value), datatype=ox.NamedNode(PREFIXES["xsd"] + "integer"))


@pytest.mark.parametrize("curie", ["nonsense:label", "RDFS:label"])
def test_an_unknown_prefix_is_not_a_term(curie: str) -> None:
    with pytest.raises(KeyError):
        term(curie)


@given(st.lists(st.text(), min_size=2, max_size=2), st.lists(st.text(), min_size=2, max_size=2))
def test_a_digest_depends_on_each_of_its_parts(one: list[str], two: list[str]) -> None:
    same = "\x1f".join(one) == "\x1f".join(two)
    assert (digest(*one) == digest(*two)) == same


def test_a_digest_is_the_same_everywhere_and_always() -> None:
    assert digest("KAZ", "7", "text") == "bd19e124b632"
