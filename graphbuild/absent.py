"""Why an answer has no rows: which of the values that were asked for the graph does not hold."""

from __future__ import annotations

from graphbuild import vocabulary
from graphbuild.anystore import Store, select
from graphbuild.errors import meant
from graphbuild.questions import Parameter, Question, accepted
from graphbuild.terms import PREFIXES, literal, local_id

_PREFIXES = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("dcterms", "rdfs", "upr"))
_OF_STATE = "ASK { ?state upr:alpha3 %s ; ^upr:reviewOf|^upr:enactedBy|^upr:inState ?thing }"
#: Who speaks may be asked for by tag alone, and be known to who asks by its full name.
_TAGGED = """SELECT ?tag { ?thing a upr:Organisation ; rdfs:label ?label ; dcterms:identifier ?tag
  FILTER (LCASE(STR(?label)) = LCASE(%s)) } ORDER BY ?tag"""
#: Persons are called by their opaque ids alone, provisions as they are cited or by id, laws by number or id.
_CALLED = """SELECT DISTINCT ?name {
  VALUES ?class { %s }
  { ?thing a ?class ; dcterms:identifier|upr:number|upr:alpha3 ?name }
  UNION { ?thing a ?class . ?thing a upr:Provision ; rdfs:label ?name }
  UNION { ?thing a ?class . ?thing a upr:Law BIND (STRAFTER(STR(?thing), "/id/law/") AS ?name) }
  UNION { ?thing a ?class . ?thing a upr:Provision BIND (STRAFTER(STR(?thing), "/id/provision/") AS ?name) }
} ORDER BY ?name"""


def absent(store: Store, question: Question, given: dict[str, str]) -> list[str]:
    """A sentence for each given value that nothing in the store is called, with a name that is near it.

    So for a state of which nothing is loaded, too. Words of a closed list say nothing.
    """
    known = {p.name: p for p in question.parameters}
    said = (_said(store, known[name], value) for name, value in given.items())
    return [sentence for sentence in said if sentence]


def _said(store: Store, parameter: Parameter, value: str) -> str:
    asked = f"{parameter.name}={value}"
    if parameter.name == "state" and parameter.choices == ("@state",):
        code = literal(accepted(parameter, value))
        is_there = bool(store.query(_PREFIXES + _OF_STATE % code))
        return "" if is_there else f"{asked}: no review, law or event of this state is loaded"
    if not parameter.is_name:
        return ""
    kinds = [kind[1:] for kind in parameter.choices]
    query = _CALLED % " ".join(f"upr:{kind}" for kind in kinds)
    names = [row["name"].value for row in select(store, _PREFIXES + query)]
    if value in names:
        return ""
    if tag := _tag(store, value, kinds):
        return f"{asked}: is known by its tag; write {parameter.name}={tag}"
    return f"{asked}: there is no {' or '.join(kinds).lower()} of this name{meant(value, names)}"


def _tag(store: Store, name: str, kinds: list[str]) -> str:
    """The code of a state or the tag of an organisation that is asked for by its full name; or an empty text."""
    if "State" in kinds and (state := vocabulary.state_named(name)):
        return local_id(state)
    if "Organisation" not in kinds:
        return ""
    return next((row["tag"].value for row in select(store, _PREFIXES + _TAGGED % literal(name))), "")
