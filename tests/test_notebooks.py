"""The notebook runs as it stands, and what it leaves behind can be shown anywhere."""

import csv
import re
from pathlib import Path

import pytest

from graphbuild import resources
from graphbuild.said.spelling import words

jupytext = pytest.importorskip("jupytext", reason="the notebook needs the extra `notebook`")
nbclient = pytest.importorskip("nbclient", reason="the notebook needs the extra `notebook`")
pytest.importorskip("ipykernel", reason="the notebook needs the extra `notebook`")
pytest.importorskip("matplotlib", reason="the notebook needs the extra `notebook`")

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
OUTPUTS = ("kazakhstan-conflicts.png", "kazakhstan-conflicts.html")


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    folder = tmp_path_factory.mktemp("notebook")
    notebook = jupytext.read(NOTEBOOKS / "kazakhstan.py")
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return folder, notebook


def shown(notebook: dict, kind: str) -> list[str]:
    outputs = [o for cell in notebook["cells"] for o in cell.get("outputs", [])]
    return [o["data"][kind] for o in outputs if kind in o.get("data", {})]


def test_every_cell_runs_and_shows_what_it_should(executed: tuple[Path, dict]) -> None:
    _, notebook = executed
    assert not [o for c in notebook["cells"] for o in c.get("outputs", []) if o["output_type"] == "error"]
    assert len(shown(notebook, "image/png")) == 1
    assert sum("<iframe" in text for text in shown(notebook, "text/html")) == 1
    assert sum("<table" in text for text in shown(notebook, "text/html")) == 1


def test_the_picture_is_whole_and_of_a_size_to_read(executed: tuple[Path, dict]) -> None:
    for folder in (executed[0], NOTEBOOKS):
        picture = (folder / OUTPUTS[0]).read_bytes()
        width, height = (int.from_bytes(picture[n : n + 4], "big") for n in (16, 20))
        assert picture.startswith(b"\x89PNG\r\n\x1a\n")
        assert 900 <= width <= 2600
        assert 400 <= height <= 3000
        assert 30_000 < len(picture) < 1_500_000


def test_the_page_loads_nothing_from_anywhere(executed: tuple[Path, dict]) -> None:
    library = (resources.ASSETS / "cytoscape.min.js").read_text(encoding="utf-8")
    for folder in (executed[0], NOTEBOOKS):
        page = (folder / OUTPUTS[1]).read_text(encoding="utf-8")
        assert library in page
        own = page.replace(library, "")
        assert not re.search(r"""(?:src|href)\s*=|@import|\burl\(|\bfetch\(|XMLHttpRequest|WebSocket""", own, re.I)
        assert not re.search(r"fetch\(|XMLHttpRequest|WebSocket|importScripts", library)


def test_the_page_beside_the_notebook_is_the_one_it_makes(executed: tuple[Path, dict]) -> None:
    fresh, kept = (folder / OUTPUTS[1] for folder in (executed[0], NOTEBOOKS))
    assert fresh.read_bytes() == kept.read_bytes(), "run `python notebooks/kazakhstan.py` again"


def test_nothing_shown_holds_a_name_of_the_casebook(executed: tuple[Path, dict]) -> None:
    with (resources.DATA / "kazakhstan" / "names.csv").open(encoding="utf-8", newline="") as file:
        surnames = {words(row["name"])[-1] for row in csv.DictReader(file)}
    texts = [(NOTEBOOKS / OUTPUTS[1]).read_text(encoding="utf-8"), *shown(executed[1], "text/html")]
    for text in texts:
        assert not surnames & set(words(text))
