"""Long runs, asked for by name: `pytest tests/soak`. Questions are put to servers that were just begun.

Virtuoso plans a question by samples of its own choice: of 28 servers five gave other rows where a path was
followed in a filter, and the others gave the right ones. Filters were forgotten only where two parameters were given.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import combinations
from pathlib import Path

import pytest
from running_servers import PASSWORD, copied, start_virtuoso
from test_queries import GIVEN, TYPICAL

from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import Question, questions
from graphbuild.stores.ondisk import OxigraphStore


def some_of(given: dict[str, str]) -> list[dict[str, str]]:
    """None, each, and each two of what a question may be given, and all of it."""
    sizes = sorted({0, 1, 2, len(given)})
    return [{name: given[name] for name in names} for size in sizes for names in combinations(given, size)]


ASKED = [(q, given) for q in questions() for given in some_of(TYPICAL.get(q.name, {}))]
ASKED += [(q, GIVEN[q.name]) for q in questions() if q.name in GIVEN]


@pytest.mark.parametrize("number", range(6))
def test_questions_have_the_same_rows(
    number: int, store: OxigraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHBUILD_USER", "dba")
    monkeypatch.setenv("GRAPHBUILD_PASSWORD", PASSWORD)
    with contextmanager(start_virtuoso)(tmp_path) as server:
        published = copied(store, server)
        assert [told(q, given) for q, given in ASKED if ask(published, q, given) != ask(store, q, given)] == []


def told(question: Question, given: dict[str, str]) -> str:
    return " ".join([question.name, *(f"{name}={value}" for name, value in given.items())])
