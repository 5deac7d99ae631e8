"""Long runs, asked for by name: `pytest tests/soak`. What takes rdflib minutes on the bundled data."""

from __future__ import annotations

import pytest
import rdflib
from test_queries import SLOW, USES, in_rdflib, same_rows

from graphbuild.questions.catalogue import find_question
from graphbuild.stores.ondisk import OxigraphStore


@pytest.fixture(scope="module")
def second_engine(store: OxigraphStore) -> rdflib.Dataset:
    return in_rdflib(store)


@pytest.mark.parametrize(("use", "name"), [use for use in USES if use[1] in SLOW])
def test_two_engines_give_the_same_rows(
    store: OxigraphStore, second_engine: rdflib.Dataset, use: str, name: str
) -> None:
    same_rows(store, second_engine, find_question(name), use)
