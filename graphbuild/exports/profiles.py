"""Profiles: what may leave the graph, and a check that no protected name leaves with it.

What is withheld is decided in SPARQL (`ontology/profiles/public.rq`). Text is the
one place where a rule over statements cannot see a name, so every text and every
address that leaves is read, word by word, before anything is published. A text
with a protected name, in its words, language or datatype, stays behind; where an
address or id holds one, nothing leaves. What cannot stand without something that
stays behind is kept back too (`bereft.py`), so that what leaves passes the gate.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set

import pyoxigraph as ox

from graphbuild import resources
from graphbuild.errors import GraphbuildError, StoreBusyError
from graphbuild.exports import bereft
from graphbuild.exports.flat import local_name
from graphbuild.exports.names import Names, in_address, in_text, in_written, protected_names
from graphbuild.exports.statements import Everything, Statement, line, parsed
from graphbuild.plurals import number_of
from graphbuild.staged import Tell
from graphbuild.stores.anystore import Store, nearby, select
from graphbuild.terms import UPR, A

#: The highest sensitivity level that leaves under each profile.
PROFILES = {"public": 1, "internal": 3}

#: The comparison of a level in `public.rq` in which profiles differ, not what a comment says of it.
_HIGHEST = re.compile(r"^([^#\n]*\?level\s*<=\s*)1\b", re.M)

#: Of the texts that are kept back, the places of so many are told.
SHOWN = 3

#: Classes whose members mean nothing without something that refers to them.
_SERVING = {f"<{UPR}Date>", f"<{UPR}Passage>"}


def quads(store: Store, profile: str, tell: Tell = lambda _: None) -> Iterator[ox.Quad]:
    """Every statement that leaves under a profile, as `leaving` gives it."""
    return parsed(map(line, leaving(store, profile, tell)))


def leaving(store: Store, profile: str, tell: Tell = lambda _: None) -> Iterator[Statement]:
    """Every statement that leaves under a profile, in the order of N-Quads; sentences on the texts that stay since they
    hold a name, and on the things that cannot stand without what stays.

    Raises GraphbuildError where an address or an id holds a protected name. What lies on a server is copied
    first: what is withheld must not depend on how well another engine reads our query.
    """
    with nearby(store) as near:
        generation = near.ledger.database
        everything = Everything(near)
        away, texts = _kept_back(near, everything, profile, tell)
        if near.ledger.database != generation:
            raise StoreBusyError(f"{store.root}: the store changed while it was read; try again")
    for said in everything:
        if _stays(said, away) and said not in texts:
            yield said


def _stays(said: Statement, away: Set[str]) -> bool:
    return said[0] not in away and said[2] not in away


def _kept_back(
    store: Store, everything: Iterable[Statement], profile: str, tell: Tell
) -> tuple[Set[str], Set[Statement]]:
    """The things that stay behind, and the statements that do so for the name in their text."""
    hidden = withheld(store, profile)
    names = protected_names(store, hidden)
    texts, addresses = _with_a_name(everything, names)
    lost = set(bereft.lost(store, everything, hidden, texts))
    gone = bereft.bereft(store, hidden, {said[0] for said in lost}, lambda value: in_written(str(value), names))
    away = hidden | gone.keys()
    away |= _lonely(everything, away)
    for said in addresses:
        if _stays(said, away):
            raise GraphbuildError(_complaint(store, said, names))
    alone = {said[:3] for said in texts if said in lost or _stays(said, away)}  # once, in whatever layers it stands
    for sentence in filter(None, (_kept(store, sorted(alone), names), _incomplete(gone))):
        tell(sentence)
    return away, texts


def _with_a_name(everything: Iterable[Statement], names: Names) -> tuple[set[Statement], list[Statement]]:
    """The statements with a protected name in their text, and those with one in an address."""
    texts, addresses = set[Statement](), list[Statement]()
    for said in everything if names.whole else ():
        subject, property_, value, graph = said
        is_text = value.startswith('"')
        if in_written(value, names):
            (texts.add if is_text else addresses.append)(said)
        if in_address(subject, names) or in_address(property_, names) or in_address(graph, names):
            addresses.append(said)
    return texts, addresses


def _incomplete(gone: dict[str, str]) -> str:
    """How many things of each class are taken along, in a sentence; none if there are none."""
    if not gone:
        return ""
    counted = ", ".join(f"{kind} {count:,}" for kind, count in sorted(Counter(gone.values()).items()))
    return f"kept back {number_of(len(gone), 'thing')} that cannot stand without what is protected ({counted})"


def _kept(store: Store, said: list[tuple[str, ...]], names: Names) -> str:
    if not said:
        return ""
    places = dict.fromkeys(_place(store, subject, property_, names) for subject, property_, _ in said[:SHOWN])
    more = " …" if len(said) > SHOWN else ""
    stayed = f"kept back {number_of(len(said), 'text')} with a protected name"
    return f"{stayed} ({'; '.join(places)}{more}); read what leaves before you publish it"


def _lonely(everything: Iterable[Statement], away: Set[str]) -> set[str]:
    """Dates and passages to which nothing that stays refers."""
    serving = {said[0] for said in everything if said[1] == A and said[2] in _SERVING and _stays(said, away)}
    for said in everything:
        if said[2] in serving and _stays(said, away):
            serving.remove(said[2])
    return serving


def withheld(store: Store, profile: str) -> set[str]:
    """The resources that stay behind under a profile, as N-Triples terms."""
    if profile not in PROFILES:
        raise GraphbuildError(f"{profile!r} is not a profile; use one of {', '.join(PROFILES)}")
    path = resources.PROFILES / "public.rq"
    query, found = _HIGHEST.subn(rf"\g<1>{PROFILES[profile]}", path.read_text(encoding="utf-8"))
    if found != 1:
        raise GraphbuildError(f"{path}: compares ?level with 1 in {number_of(found, 'place')}; it must in one")
    return {str(row["withheld"]) for row in select(store, query)}


def _complaint(store: Store, said: Statement, names: Names) -> str:
    return (f"{_place(store, said[0], said[1], names)} holds a protected name; nothing was written; "
            "take the name out of it, or give its row sensitivity S2 or higher")


def _place(store: Store, subject: str, property_: str, names: Names) -> str:
    """What holds a name, without the name: an id that holds it is not shown."""
    found = select(store, f"SELECT ?row WHERE {{ {{ {subject} <{UPR}row> ?row }} "
                        f"UNION {{ GRAPH ?source {{ {subject} <{UPR}row> ?row }} }} }}")
    where = sorted({row["row"].value for row in found if not in_text(row["row"].value, names)})
    if not in_address(subject, names):
        where.append(subject.strip("<>"))
    place = ", ".join(where) or "an id of the casebook"
    return f"{place}: {'a property' if in_address(property_, names) else local_name(property_[1:-1])}"
