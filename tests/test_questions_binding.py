"""Questions: what is given is put in as escaped terms, and no query leaves the house."""

from __future__ import annotations

import http.server
import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphbuild.errors import GraphbuildError
from graphbuild.questions.answers import QueryAnswer, ask
from graphbuild.questions.catalogue import (
    Parameter,
    Question,
    bind,
    find_question,
    is_worldwide,
    parse_question,
    questions,
    read_question,
    read_question_from,
)
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.syntax import fault, unknown_words
from graphbuild.terms import ID, UPR

TEXT = """#+ summary: Which laws
#+   there are.
#+ params:
#+   state = @state: the state
#+   right = @right: the right
#+   day = @date: not after this day
#+   most = @number (5): how many
#+   mode = short|long (short): how
#+   word: any word
#+ columns: law, title
#+ lists: title
PREFIX upr: <https://w3id.org/graphbuild/upr#>
SELECT ?law ?title WHERE {
  VALUES (?_state ?_right ?_day ?_most ?_mode ?_word) { (UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF) }
  BIND (?_state AS ?law) BIND (?_word AS ?title)
}
"""
QUESTION = parse_question("laws", TEXT)
#: The same without a column that is a list.
PLAIN = replace(QUESTION, lists=())


class Memory(OxigraphStore):
    """A store in memory."""

    def __init__(self) -> None:
        super().__init__(Path("nowhere"))
        self.database = ox.Store()

    def published(self) -> ox.Store:
        return self.database

    def folder(self) -> Path:
        return self.root


def given_row(question: Question, **values: str) -> str:
    """The row of the VALUES line."""
    return bind(question, values).partition("{ (")[2].partition(") }")[0]


# --- The header --------------------------------------------------------------------


def test_a_header_says_what_is_asked_taken_and_given() -> None:
    assert QUESTION.summary == "Which laws there are."
    assert QUESTION.columns == ("law", "title")
    assert QUESTION.lists == ("title",)
    assert [p.name for p in QUESTION.parameters] == ["state", "right", "day", "most", "mode", "word"]


def test_a_parameter_has_a_meaning_choices_and_a_default() -> None:
    assert QUESTION.parameters[4] == Parameter("mode", "how", ("short", "long"), "short")
    assert QUESTION.parameters[5] == Parameter("word", "any word")


def test_a_query_without_a_header_is_a_question_without_parameters() -> None:
    question = parse_question("q", "# a comment\nASK {}")
    assert (question.summary, question.parameters, question.columns) == ("", (), ())
    assert bind(question, {}) == question.text


@pytest.mark.parametrize("spoil", [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text])
def test_a_file_as_windows_writes_it_is_read_as_any_other(tmp_path: Path, spoil: Callable[[str], str]) -> None:
    data = spoil(NARROWED.text).encode()
    (tmp_path / "narrowed.rq").write_bytes(data)
    assert read_question(tmp_path / "narrowed.rq") == replace(NARROWED, name="narrowed")
    assert read_question_from(io.BytesIO(data)) == replace(NARROWED, name="standard input")


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT ?a WHERE { VALUES ?a { 1e3 9e0 -2e1 } }\nORDER BY ?a", [["-20"], ["9"], ["1000"]]),
        (
            'SELECT ?a WHERE { VALUES ?a { "2011-01-01T01:00:00+09:00"^^xsd:dateTime "2010-12-31T20:00:00Z"^^xsd:dateTime } }'
            "\nORDER BY ?a",
            [["2011-01-01T01:00:00+09:00"], ["2010-12-31T20:00:00Z"]],
        ),
        ("SELECT ?a WHERE { VALUES ?a { 2 10 } }\nORDER BY DESC(?a)", [["10"], ["2"]]),
        ("SELECT ?a WHERE { VALUES (?a ?b) { (1 2) (2 1) } }\nORDER BY ?b LIMIT 1", [["2"]]),
        ("SELECT * WHERE { FILTER (true) }", [[]]),
        (
            "CONSTRUCT { ?a ?a ?b } WHERE { {\nSELECT ?a ?b WHERE { VALUES (?a ?b) { (<a:b> 1) } }\n} }\nORDER BY ?a",
            [["a:b", "a:b", "1"]],
        ),
    ],
)
def test_a_query_of_ones_own_is_answered_as_it_says(memory: Memory, query: str, rows: list[list[str]]) -> None:
    text = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n" + query
    assert ask(memory, parse_question("own", text), {}).rows == rows


def test_a_fault_is_told_where_it_stands_in_the_query_as_it_was_written(memory: Memory) -> None:
    text = "SELECT ?a WHERE { ?a ?b }\nORDER BY STR(?a)"
    with pytest.raises(SyntaxError) as engine:
        memory.database.query(text)
    with pytest.raises(GraphbuildError) as told:
        ask(memory, parse_question("own", text), {})
    assert str(told.value) == f"own: {fault(text, engine.value)}"


# --- What is given -------------------------------------------------------------------


def test_what_is_not_given_is_left_open_or_has_its_default() -> None:
    assert given_row(QUESTION) == 'UNDEF UNDEF UNDEF "5" "short" UNDEF'


@pytest.mark.parametrize(
    ("name", "value", "bound"),
    [
        ("state", "KAZ", '"KAZ"'),
        ("state", "kazakhstan", '"KAZ"'),
        ("state", "Republic of Kazakhstan", '"KAZ"'),
        ("right", "religion", '"religion"'),
        ("right", "Religion", '"religion"'),
        ("day", "2014-10-29", '"2014-10-29"'),
        ("most", "12", '"12"'),
        ("mode", "long", '"long"'),
        ("word", 'say "no"\\\n', '"say \\"no\\"\\\\\\n"'),
    ],
)
def test_a_value_is_put_in_as_the_graph_writes_it(name: str, value: str, bound: str) -> None:
    assert bound in given_row(QUESTION, **{name: value})


PREFIXES = {"upr": "https://w3id.org/graphbuild/upr#"}
NARROWED = parse_question(
    "narrowed",
    """#+ params:
#+   state = @state: the state
#+   cycle = @number: the cycle
#+   word: any word
SELECT * {
  VALUES (?_word) { (UNDEF) }
  VALUES (?kind ?state) { (UNDEF UNDEF) }
  { SELECT ?state ?cycle { VALUES (?state ?cycle) { (UNDEF UNDEF) } } #few
  }
  ?made upr:inReview ?review . #whole
  OPTIONAL { ?made upr:paragraph ?paragraph } #whole
}
""",
)


def test_a_value_is_put_into_every_line_of_parameters_and_no_other() -> None:
    text = bind(NARROWED, {"state": "KAZ", "word": "one"})
    assert 'VALUES (?_word) { ("one") }' in text
    assert 'VALUES (?state ?cycle) { ("KAZ" UNDEF) }' in text
    assert "VALUES (?kind ?state) { (UNDEF UNDEF) }" in text


@pytest.mark.parametrize("name", ["sta(te", "s\\1te", "a*"])
def test_the_name_of_a_parameter_is_no_pattern(name: str) -> None:
    question = parse_question("mine", f"#+ params:\n#+   {name}: a word\nSELECT * WHERE {{ ?a ?b ?c }}")
    assert bind(question, {name: "x"}) == question.text


def test_a_number_that_the_pattern_itself_has_is_a_number() -> None:
    assert "{ (UNDEF 2) }" in bind(NARROWED, {"cycle": "02"})


def test_what_has_no_value_is_left_out_beside_what_is_read_whole() -> None:
    assert "VALUES (?cycle) { (2) }" in bind(NARROWED, {"cycle": "2"}, whole=True)
    assert "VALUES (?_word) { (UNDEF) }" in bind(NARROWED, {"cycle": "2"}, whole=True)


def test_values_by_which_rows_fall_apart_are_put_in_as_rows() -> None:
    question = parse_question("q", TEXT.replace("#+ columns", "#+ apart: state\n#+ columns"))
    text = bind(question, {"right": "life"}, among=["KAZ", "KGZ"])
    assert '{ ("KAZ" "life" UNDEF "5" "short" UNDEF) ("KGZ" "life" UNDEF "5" "short" UNDEF) }' in text


def test_a_value_that_the_patterns_have_narrows_the_world_and_a_number_too_little() -> None:
    assert is_worldwide(NARROWED, {}) and is_worldwide(NARROWED, {"cycle": "2", "word": "one"})
    assert not is_worldwide(NARROWED, {"state": "KAZ"})


def test_a_subquery_is_said_to_give_few_where_a_value_narrows_it() -> None:
    assert "} LIMIT 100000000\n" in bind(NARROWED, {"state": "KAZ"})
    for values in ({}, {"word": "state"}):
        assert "LIMIT" not in bind(NARROWED, values)
        ox.Store().query(bind(NARROWED, values), prefixes=PREFIXES)


def test_a_property_is_read_whole_where_no_value_narrows_the_question() -> None:
    for values in ({}, {"cycle": "2"}, {"word": "one"}):
        text = bind(NARROWED, values, whole=True)
        assert "\n  { SELECT * WHERE { ?made upr:inReview ?review } }\n" in text
        assert "\n  OPTIONAL { SELECT * WHERE { { ?made upr:paragraph ?paragraph } } }\n" in text
        ox.Store().query(text, prefixes=PREFIXES)
    assert "#whole" in bind(NARROWED, {"state": "KAZ"}, whole=True)
    assert bind(NARROWED, {}) == NARROWED.text


MUST = parse_question(
    "must",
    """#+ params:
#+   state = @state: the state
#+   word: any word
SELECT * WHERE {
  VALUES (?word) { (UNDEF) }
  ?a <http://x/word> ?word
  OPTIONAL {
    VALUES (?state) { (UNDEF) } GRAPH ?g { ?a <http://x/state> ?state } #whole
  } #must
}""",
)


def test_what_must_be_is_not_optional_where_its_own_value_is_given() -> None:
    assert "OPTIONAL" not in bind(MUST, {"state": "KAZ"})
    for values in ({}, {"word": "} #must {"}):
        assert "  OPTIONAL {\n" in bind(MUST, values)
    for values in ({}, {"word": "} #must {"}, {"state": "KAZ"}):
        ox.Store().query(bind(MUST, values))
        ox.Store().query(bind(MUST, values, whole=True))


def test_a_number_beside_a_value_that_is_only_compared_narrows_too_little() -> None:
    question = parse_question(
        "both",
        """#+ params:
#+   cycle = @number: the cycle
#+   word: any word
SELECT * WHERE {
  VALUES (?_word) { (UNDEF) }
  VALUES (?cycle) { (UNDEF) }
  ?made <http://x/cycle> ?cycle . #whole
}""",
    )
    assert "SELECT * WHERE { ?made" in bind(question, {"cycle": "2", "word": "one"}, whole=True)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("planet", "Mars", "laws has no parameter 'planet'; it takes: state, right, day, most, mode, word"),
        ("state", "Mars", "state=Mars: is not a state; write its alpha-3 code, such as KAZ"),
        ("state", "Kazahkstan", "such as KAZ; did you mean 'Kazakhstan'?"),
        ("state", "", "state=: is not a state"),
        ("right", "happiness", "right=happiness: must be one of "),
        ("right", "Religon", "; did you mean 'religion'?"),
        ("day", "2014", "day=2014: is not a day; write it as 2015-01-31"),
        ("day", "2014-02-30", "day=2014-02-30: is not a day"),
        ("day", "29.10.2014", "is not a day"),
        ("day", "２０１４-10-29", "is not a day"),
        ("most", "many", "most=many: is not a number"),
        ("most", "-1", "most=-1: is not a number"),
        ("most", "१२", "is not a number"),
        ("word", "", "word=: is empty"),
        ("mode", "medium", "mode=medium: must be one of short, long"),
        ("mode", "Short", "mode=Short: must be one of short, long"),
    ],
)
def test_a_value_that_is_not_meant_is_refused_with_what_is(name: str, value: str, words: str) -> None:
    with pytest.raises(GraphbuildError) as caught:
        bind(QUESTION, {name: value})
    assert words in str(caught.value)


def test_a_number_is_written_as_the_graph_has_it() -> None:
    reviews = find_question("reviews")  # of which one number is compared as a text
    assert bind(reviews, {"cycle": "01", "session": "07"}) == bind(reviews, {"cycle": "1", "session": "7"})
    assert bind(reviews, {"cycle": "00"}) == bind(reviews, {"cycle": "0"}) != bind(reviews, {})
    assert "9" * 5000 in bind(reviews, {"cycle": "9" * 5000})


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    question = find_question("timeline")
    with pytest.raises(GraphbuildError, match="^from=2012-01-01 is after until=2011-12-31; write the earlier day as from"):
        bind(question, {"from": "2012-01-01", "until": "2011-12-31"})
    for one, other in ("2012-01-01", "2012-01-01"), ("0999-12-31", "2011-12-31"):
        assert other in bind(question, {"from": one, "until": other})


def test_words_that_are_no_days_have_no_order() -> None:
    question = parse_question("own", "#+ params:\n#+   from: a place\n#+   until: a place\nSELECT * {}")
    assert bind(question, {"from": "Oslo", "until": "Bern"})


def test_a_question_without_parameters_says_that_it_takes_none() -> None:
    with pytest.raises(GraphbuildError, match="q has no parameter 'state'; it takes: none"):
        bind(parse_question("q", "ASK {}"), {"state": "KAZ"})


@given(st.text(min_size=1))
def test_whatever_is_given_comes_back_as_it_is_and_does_nothing_else(word: str) -> None:
    """Quotation marks, brackets and whole queries stay text."""
    shown = "".join("\ufffd" if c in "\x7f\ufffe\uffff" or (c < " " and c not in "\t\n\r") else c for c in word)
    assert ask(Memory(), PLAIN, {"word": word}) == QueryAnswer(["law", "title"], [["", shown]])


@pytest.mark.parametrize(
    "word", ['x" } ; DROP ALL #', "x> } ; DROP ALL #", "\\", '\\"', "?_state", ") } (", '") } #', "$&\\1\\g<0>"]
)
def test_a_value_does_not_break_out_of_its_place(word: str) -> None:
    assert ask(Memory(), PLAIN, {"word": word}).rows == [["", word]]


def test_a_list_is_sorted_so_that_the_order_of_rows_does_not_show() -> None:
    assert ask(Memory(), QUESTION, {"word": "b; a;b ;; c"}).rows == [["", "a; b; c"]]


@pytest.mark.parametrize("name", ["nonsense", "", ".", "..", "/", "a/b", "x" * 300, "recommendations.rq", "\n"])
def test_a_question_that_is_not_there_is_one_sentence_with_those_that_are(name: str) -> None:
    with pytest.raises(GraphbuildError, match="[Tt]he questions are: accepted-here-noted-there, "):
        find_question(name)


# --- Nothing leaves the house --------------------------------------------------------------


class Canary(http.server.BaseHTTPRequestHandler):
    """A server that notes who calls."""

    calls: list[str]

    def do_POST(self) -> None:
        self.calls.append(self.path)
        self.send_error(500)

    do_GET = do_POST  # noqa: N815 - the name that http.server looks for

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    """The address of a server of our own, and all calls that it got."""
    handler = type("Handler", (Canary,), {"calls": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", handler.calls
    server.shutdown()


@pytest.fixture
def canary(server: tuple[str, list[str]]) -> tuple[str, list[str]]:
    """The same, and no call yet."""
    server[1].clear()
    return server


CALL = "SERVICE <URL> { ?x ?y ?z }"
#: Ways to call a server, plain and hidden. `URL` is the address; `e:a e:true true` and `e:a e:one 1` are in the store.
CALLS = {
    "plain": f"ASK {{ {CALL} }}",
    "silent": "ASK { SERVICE SILENT <URL> { ?x ?y ?z } }",
    "small letters": "ASK { service silent <URL> { ?x ?y ?z } }",
    "without spaces": "ASK{SERVICE<URL>{?x ?y ?z}}",
    "with a comment": "ASK { SERVICE # here\n SILENT # and here\r <URL> { ?x ?y ?z } }",
    "a prefix": "PREFIX é.x-y: <URL> ASK { SERVICE é.x-y: { ?x ?y ?z } }",
    "the empty prefix": "PREFIX : <URL> ASK { SERVICE :x { ?x ?y ?z } }",
    "a variable": "ASK { VALUES ?s { <URL> } SERVICE ?s { ?x ?y ?z } }",
    "the other variable": "ASK { VALUES ?s { <URL> } SERVICE $s { ?x ?y ?z } }",
    "a prefix right behind": "PREFIX e: <URL> ASK { SERVICEe:x { ?x ?y ?z } }",
    "a prefix of that name": "PREFIX SERVICE: <e:> PREFIX : <URL> ASK { SERVICE:x { ?x ?y ?z } }",
    "a prefix with a rare space": "PREFIX e\u1680x: <URL> ASK { SERVICE e\u1680x:y { ?x ?y ?z } }",
    "silent right behind": "PREFIX e: <URL> ASK { SERVICESILENTe:x { ?x ?y ?z } }",
    "EXISTS": f"ASK {{ FILTER EXISTS {{ {CALL} }} }}",
    "a subquery": f"ASK {{ {{ SELECT * {{ {CALL} }} }} }}",
    "MINUS": f"ASK {{ ?s ?p ?o MINUS {{ {CALL} }} }}",
    "after a line that ends with CR": f"ASK {{ # comment\r{CALL} }}",
    "after a name with an escaped #": f"PREFIX e: <e:> ASK {{ OPTIONAL {{ e:a e:b e:a\\#b }} {CALL} }}",
    "after a name with an escaped quote": f"PREFIX e: <e:> ASK {{ OPTIONAL {{ e:a e:b e:a\\'b }} {CALL} BIND ('' AS ?q) }}",
    "after an escape in an IRI": f"ASK {{ OPTIONAL {{ <http://e/\\u0041#> ?b ?c }} {CALL} }}",
    "after a no-break space in an IRI": f"ASK {{ OPTIONAL {{ <http://e/\u00a0#> ?b ?c }} {CALL} }}",
    "after a long text with an escaped quote": f"ASK {{ BIND ('''\\'''' AS ?a) {CALL} BIND ('''''' AS ?b) }}",
    "after what looks like an IRI": f"ASK {{ BIND (1 AS ?a) FILTER(?a<'>'||true) {CALL} BIND ('' AS ?b) }}",
    "after an escape in a text": f'ASK {{ BIND ("\\u0022 AS ?z) }} #" AS ?y) {CALL} }}',
    "right after a boolean": "ASK { <e:a> <e:true> trueSERVICE<URL>{ ?x ?y ?z } }",
    "right after a number": "ASK { <e:a> <e:one> 1SERVICE<URL>{ ?x ?y ?z } }",
}


@pytest.fixture(scope="module")
def memory() -> Memory:
    made = Memory()
    made.database.load(b"<e:a> <e:true> true ; <e:one> 1 .", ox.RdfFormat.TURTLE)
    return made


@pytest.mark.parametrize("name", CALLS)
def test_no_query_calls_a_server(memory: Memory, canary: tuple[str, list[str]], name: str) -> None:
    url, calls = canary
    with pytest.raises(
        GraphbuildError, match=r"asks another server \(SERVICE\); graphbuild answers from its own store"
    ):
        ask(memory, parse_question("q", CALLS[name].replace("URL", url)), {})
    assert calls == []


@pytest.mark.parametrize("name", [name for name in CALLS if not name.endswith("variable")])
def test_each_of_these_queries_would_call_a_server_if_it_were_run(
    memory: Memory, canary: tuple[str, list[str]], name: str
) -> None:
    url, calls = canary
    try:
        bool(memory.query(CALLS[name].replace("URL", url)))
    except OSError:
        assert calls
    assert calls


@pytest.mark.parametrize("query", ["FROM <URL>", "FROM NAMED <URL>"])
def test_a_dataset_clause_fetches_nothing(memory: Memory, canary: tuple[str, list[str]], query: str) -> None:
    url, calls = canary
    answer = ask(memory, parse_question("q", f"SELECT ?s {query.replace('URL', url)} {{ ?s ?p ?o }}"), {})
    assert (answer.rows, calls) == ([], [])


@pytest.mark.parametrize(
    "query",
    [
        "ASK { BIND ('civil service' AS ?a) }",
        "ASK { ?service ?p ?o }",
        "ASK { ?s ?p ?o } # no service here",
        "PREFIX e: <e:> ASK { ?s e:service ?o }",
        "PREFIX e: <e:> ASK { ?s e:dataservice ?o }",
        "ASK { ?s <http://e/service/1> ?o }",
        "ASK { FILTER (1 < 2 && 3 > 2) }",
    ],
)
def test_a_query_may_speak_of_service(memory: Memory, query: str) -> None:
    assert ask(memory, parse_question("q", query), {}).columns == ["answer"]


@pytest.mark.parametrize("depth", [1, 20, 60])
def test_a_query_may_be_nested_as_deep_as_people_write(memory: Memory, depth: int) -> None:
    assert ask(memory, parse_question("q", "ASK " + "{" * depth + "}" * depth), {}).rows == [["true"]]


def test_words_that_are_not_in_the_vocabulary_are_told_and_no_others() -> None:
    declared = "".join(f"PREFIX {n}: <{ID}{n}/>\n" for n in ("position", "goal", "law", "state"))
    declared += f"PREFIX upr: <{UPR}>\nPREFIX our: <http://e/>\n"
    fine = "?r upr:position position:accepted ; upr:goal goal:16.a ; upr:reviewOf/upr:alpha3 'upr:x' ; our:x state:X . # upr:y"
    assert unknown_words(declared + f"SELECT * {{ {fine} }}") == []
    wrong = "?r upr:postion/upr:x position:acepted"
    assert [said.split(" ")[0] for said in unknown_words(declared + f"ASK {{ {wrong} }}")] == [
        "upr:postion",
        "upr:x",
        "position:acepted",
    ]


@pytest.mark.parametrize("question", questions(), ids=lambda q: q.name)
def test_the_catalogue_uses_words_of_the_vocabulary_alone(question: Question) -> None:
    assert unknown_words(question.text) == []
