"""The house: imports only go down, rooms are small, and no room is a lumber room."""

from __future__ import annotations

import ast
import graphlib
import re
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "graphbuild"
MODULES = {".".join(p.relative_to(PACKAGE).with_suffix("").parts): p for p in PACKAGE.rglob("*.py")}
ROOMS = {name: path for name, path in MODULES.items() if not name.startswith("_") and "__init__" not in name}
LUMBER = {"utils", "util", "common", "helpers", "helper", "base", "misc", "constants", "core", "tools"}


def floors() -> list[str]:
    """The rooms in the order of the table in CONTRIBUTING.md: floor by floor, from left to right."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| *\d+ *\|([^|]*)\|", text, re.M)
    return [name.rstrip("/") for row in rows for name in re.findall(r"`([\w/]+)`", row)]


FLOORS = floors()


def room(module: str) -> str:
    """The room a module is in; a package is one room."""
    return module.partition(".")[0]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """The rooms that a module imports from, inside functions and for types too."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {
                alias.name.removeprefix("graphbuild.") for alias in node.names if alias.name.startswith("graphbuild.")
            }
        elif isinstance(node, ast.ImportFrom) and node.module == "graphbuild":
            found |= {alias.name for alias in node.names if not alias.name.startswith("__")}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("graphbuild."):
            found.add(str(node.module).removeprefix("graphbuild."))
    return {room(name) for name in found}


def modules(path: Path) -> set[str]:
    """The modules, not the rooms, that a module imports from."""
    froms = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom)]
    found = {f"{node.module}.{alias.name}" for node in froms for alias in node.names} | {f"{n.module}" for n in froms}
    return {name.removeprefix("graphbuild.") for name in found if name.startswith("graphbuild.")}


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]


def test_every_room_stands_in_the_table_of_the_floors() -> None:
    assert sorted(FLOORS) == sorted({room(name) for name in ROOMS})


@pytest.mark.parametrize("name", ROOMS)
def test_imports_only_go_down(name: str) -> None:
    """Down to a floor below, or to the left on the same floor, or within the same room."""
    below = set(FLOORS[: FLOORS.index(room(name))])
    assert imported(ROOMS[name]) - below - {room(name)} == set()


def test_no_imports_go_in_a_circle() -> None:
    inside = {name: {m for m in modules(path) if m in ROOMS} for name, path in ROOMS.items()}
    assert list(graphlib.TopologicalSorter(inside).static_order())


def test_readers_of_sources_do_not_know_each_other() -> None:
    for name, path in ROOMS.items():
        if name.startswith("sources."):
            assert "sources" not in imported(path)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_small(name: str) -> None:
    assert len(MODULES[name].read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("name", MODULES)
def test_a_function_is_small(name: str) -> None:
    lengths = {f.name: (f.end_lineno or 0) - f.lineno + 1 for f in functions(MODULES[name])}
    assert {name for name, length in lengths.items() if length > 40} == set()


def test_most_functions_are_very_small() -> None:
    lengths = sorted((f.end_lineno or 0) - f.lineno + 1 for path in MODULES.values() for f in functions(path))
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[len(lengths) * 9 // 10] <= 20


def test_no_room_is_a_lumber_room() -> None:
    assert {part for name in MODULES for part in name.split(".")} & LUMBER == set()


@pytest.mark.parametrize("name", MODULES)
def test_a_module_says_what_it_is_for(name: str) -> None:
    assert (ast.get_docstring(tree(MODULES[name])) or "").strip()


@pytest.mark.parametrize("name", MODULES)
def test_errors_are_caught_by_name(name: str) -> None:
    handlers = [node for node in ast.walk(tree(MODULES[name])) if isinstance(node, ast.ExceptHandler)]
    caught = {ast.unparse(handler.type) if handler.type else "everything" for handler in handlers}
    assert not caught & {"everything", "Exception", "BaseException"}


@pytest.mark.parametrize("name", MODULES)
def test_the_engines_are_imported_where_they_are_needed(name: str) -> None:
    """So that `graphbuild --help` is quick; types may be imported for the type checker."""
    heavy = {"requests", "rdflib", "pyshacl", "networkx", "pyld", "matplotlib"}
    body = tree(MODULES[name]).body
    at_once = {alias.name.partition(".")[0] for node in body if isinstance(node, ast.Import) for alias in node.names}
    at_once |= {(node.module or "").partition(".")[0] for node in body if isinstance(node, ast.ImportFrom)}
    assert not at_once & heavy
