"""Where the ontology, the queries and the bundled data lie.

In a wheel they travel inside the package; in a checkout they are the folders
beside it. Nothing is read here, only located.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _room(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


ONTOLOGY = _room("ontology")
QUERIES = _room("queries")
DATA = _room("data")
ASSETS = _PACKAGE / "assets"

TABLES = ONTOLOGY / "tables.toml"
SCHEMES = ONTOLOGY / "schemes"
WORDS = ONTOLOGY / "words"
VOCABULARY = (ONTOLOGY / "upr.ttl", SCHEMES)
SHAPES = ONTOLOGY / "shapes"
RULES = ONTOLOGY / "rules"
SETTLE = RULES / "settle"
CONCLUDE = RULES / "conclude"
COMPARING = ONTOLOGY / "rules" / "comparing.toml"
PROFILES = ONTOLOGY / "profiles"
WORLD = DATA / "world"


def bundled_casebooks() -> list[Path]:
    """The casebooks that come with graphbuild, the world's reference data aside."""
    return sorted(p.parent for p in DATA.glob("*/about.csv") if p.parent != WORLD)
