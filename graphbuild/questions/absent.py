"""Why an answer has no rows: which of the values that were asked for the graph does not hold."""

from __future__ import annotations

from collections.abc import Iterator

from graphbuild import vocabulary
from graphbuild.errors import meant
from graphbuild.plurals import number_of
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import Parameter, Question, accepted, is_worldwide
from graphbuild.stores.anystore import Store, select
from graphbuild.syntax import names_graphs, terms_of
from graphbuild.terms import PREFIXES, literal, local_id

_PREFIXES = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("dcterms", "rdfs", "upr"))
_OF_STATE = "ASK { ?state upr:alpha3 %s ; ^upr:reviewOf|^upr:enactedBy|^upr:inState ?thing }"
#: What people code: whether there is any, of a state if one is given, and how it is called.
_CODED = "ASK { ?thing a upr:%s ; %s/upr:alpha3 %s }"
_CODINGS = {
    "Ask": ("upr:askOf/upr:stateUnderReview", "what recommendations ask"),
    "Effect": ("upr:ofProvision/upr:ofLaw/upr:enactedBy", "what provisions of laws do"),
}
#: Numbers that reviews have, under the names of the parameters that take them.
_NUMBERS = {"cycle": "upr:inCycle/upr:number", "session": "upr:inSession/upr:number"}
_NUMBERED = """SELECT DISTINCT ?number {
  ?review a upr:Review ; %s ?number ; upr:reviewOf/upr:alpha3 %s
} ORDER BY ?number"""
#: Whether there is a thing of a class with a value; and values that there are, as many as are soon read.
_HAS = "ASK { ?thing a upr:%s ; %s %s }"
_HAD = """SELECT DISTINCT ?value {
  { SELECT ?value { ?thing a upr:%s ; %s ?value } LIMIT 100000 }
} ORDER BY ?value LIMIT 5000"""
#: Whether a term is used as a class or property: in the settled layer, and in a named graph.
_USES = "ASK { { ?thing a %s } UNION { ?thing %s ?value } }"
_USES_THERE = "ASK { GRAPH ?graph { { ?thing a %s } UNION { ?thing %s ?value } } }"
_READ = "LIMIT 100000"
_SOME = 12
#: Of so many kinds of things each is named.
_NAMED = 3
#: Who speaks may be asked for by tag alone, and be known to who asks by its full name.
_TAGGED = """SELECT ?tag { ?thing a upr:Organisation ; rdfs:label ?label ; dcterms:identifier ?tag
  FILTER (LCASE(STR(?label)) = LCASE(%s)) } ORDER BY ?tag"""
#: Persons are called by their opaque ids alone, provisions as they are cited too, laws by number, all by id.
_CALLED = """{
  VALUES ?class { %s }
  { ?thing a ?class ; dcterms:identifier|upr:number|upr:alpha3 ?name }
  UNION { ?thing a ?class . ?thing a upr:Provision ; rdfs:label ?name }
  UNION { ?thing a ?class BIND (REPLACE(STR(?thing), "^.*/id/((act|event|person)/[^/]+|[a-z-]+)/", "") AS ?name) }
  %s
}"""


def absent(store: Store, question: Question, given: dict[str, str]) -> list[str]:
    """A sentence for each given value that nothing in the store is called, with a name that is near it.

    So for a state of which nothing is loaded, too. Words of a closed list say nothing.
    """
    known = {p.name: p for p in question.parameters}
    values = {name: accepted(known[name], value) for name, value in given.items()}
    said = [(name, sentence) for name in given if (sentence := _said(store, known[name], values))]
    if not said and (uncoded := list(_uncoded(store, question, values.get("state", "")))):
        return uncoded
    return [f"{name}={given[name]}: {sentence}" for name, sentence in said or _apart(store, question, given)]


def in_named_graphs(store: Store, query: str) -> Iterator[str]:
    """A sentence for each of our terms in a query without GRAPH that only what is said or concluded uses."""
    for written, iri in terms_of(query).items() if not names_graphs(query) else ():
        word = f"<{iri}>"
        if not store.query(_USES % (word, word)) and store.query(_USES_THERE % (word, word)):
            yield f"{written} is used in named graphs only; put what is asked of it into GRAPH ?graph {{ … }}"


def _uncoded(store: Store, question: Question, state: str) -> Iterator[str]:
    """That no rows mean nothing, since nobody coded what they would rest on."""
    for kind in question.rests:
        path, what = _CODINGS[kind]
        if not store.query(_PREFIXES + _CODED % (kind, path, literal(state) if state else "?state")):
            yield f"{f'state={state}: ' if state else ''}nobody coded {what}, on which this question rests"


def _apart(store: Store, question: Question, given: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Of values that are there, but never together: without which of them there are rows, and how many.

    What was narrow is not asked of the whole world for that.
    """
    for name in given if len(given) > 1 else ():
        rest = {other: value for other, value in given.items() if other != name}
        if is_worldwide(question, rest) and not is_worldwide(question, given):
            continue
        if rows := len(ask(store, question, rest).rows):
            yield name, f"without it there {'is' if rows == 1 else 'are'} {number_of(rows, 'row')}"


def _said(store: Store, parameter: Parameter, values: dict[str, str]) -> str:
    value = values[parameter.name]
    if parameter.name == "state" and parameter.choices == ("@state",):
        is_there = bool(store.query(_PREFIXES + _OF_STATE % literal(value)))
        return "" if is_there else "no review, law or event of this state is loaded"
    if parameter.name in _NUMBERS and parameter.choices == ("@number",):
        return _number(store, parameter, value, values.get("state", ""))
    if not parameter.is_name:
        return ""
    return _value(store, parameter, value) if parameter.is_value else _name(store, parameter, value)


def _number(store: Store, parameter: Parameter, value: str, state: str) -> str:
    """Of which cycles or sessions reviews are loaded, of the state if one is given; it is said if it has none."""
    query = _NUMBERED % (_NUMBERS[parameter.name], literal(state) if state else "?state")
    numbers = [row["number"].value for row in select(store, _PREFIXES + query)]
    if value in numbers or not numbers:
        return ""
    sought = f"{state} in this {parameter.name}" if state else f"this {parameter.name}"
    return f"no review of {sought} is loaded; there are {', '.join(numbers)}"


def _value(store: Store, parameter: Parameter, value: str) -> str:
    """That nothing has a value, with one that is near it, or else some that there are."""
    kind, *steps = parameter.choices[0][1:].split("/")
    path = "/".join(f"upr:{step}" for step in steps)
    if store.query(_PREFIXES + _HAS % (kind, path, literal(value))):
        return ""
    had = [row["value"].value for row in select(store, _PREFIXES + _HAD % (kind, path))]
    instead = meant(value, had) or (f"; write one such as {', '.join(had[:_SOME])}" if had else "")
    return f"there is no {kind.lower()} with this {parameter.name}{instead}"


def _name(store: Store, parameter: Parameter, value: str) -> str:
    kinds = [kind[1:] for kind in parameter.choices]
    classes = " ".join(f"upr:{kind}" for kind in kinds)
    if store.query(_PREFIXES + "ASK " + _CALLED % (classes, f"FILTER (STR(?name) = {literal(value)})")):
        return ""
    if tag := _tag(store, value, kinds):
        return f"is known by its tag; write {parameter.name}={tag}"
    some = f"SELECT DISTINCT ?name {{ {{ SELECT ?name {_CALLED % (classes, '')} {_READ} }} }}"
    names = sorted({row["name"].value for row in select(store, _PREFIXES + some)})  # the engine aborts on mixed kinds
    what = " or ".join(kinds).lower() if len(kinds) <= _NAMED else "thing"
    return f"there is no {what} of this name{meant(value, names)}"


def _tag(store: Store, name: str, kinds: list[str]) -> str:
    """The code of a state or the tag of an organisation that is asked for by its full name; or an empty text."""
    if "State" in kinds and (state := vocabulary.state_named(name)):
        return local_id(state)
    if "Organisation" not in kinds:
        return ""
    return next((row["tag"].value for row in select(store, _PREFIXES + _TAGGED % literal(name))), "")
