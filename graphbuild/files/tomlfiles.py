"""TOML files of the ontology: what they list, or one sentence on what is wrong with them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from graphbuild.files.intake import InputError


@cache
def read_toml(path: Path) -> dict[str, Any]:
    """What a file says; raises InputError if it is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(path, f"is not TOML ({error})", "correct the line") from error
