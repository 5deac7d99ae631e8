"""The schemata of FollowTheMoney, which its JSON and tables made from it share; they stand in ontology/."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from graphbuild import vocabulary


@dataclass(frozen=True)
class Schemata:
    """Properties that hold names and citizenship; schemata of organisations with their kind, of relations with the
    properties in which these begin and end, and those that are known and not used.
    """

    names: tuple[str, ...]
    parts_of_name: tuple[str, ...]
    citizenship: tuple[str, ...]
    unused: tuple[str, ...]
    bodies: dict[str, str]
    relations: dict[str, tuple[str, ...]]


@cache
def schemata() -> Schemata:
    """What ontology/words/followthemoney.toml says."""
    file, names = "followthemoney", ("names", "parts_of_name", "citizenship", "unused")
    lists = {name: tuple(vocabulary.listed(list[str], file, name)) for name in names}
    roles = vocabulary.listed(dict[str, list[str]], file, "relations")
    relations = {schema: tuple(both) for schema, both in roles.items()}
    return Schemata(**lists, bodies=vocabulary.listed(dict[str, str], file, "bodies"), relations=relations)
