"""What the documentation says is run, so that it stays true."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from graphbuild.casebooks.newcasebook import documentation
from graphbuild.exports.formats import export
from graphbuild.stores.anystore import select
from graphbuild.stores.ondisk import OxigraphStore

ROOT = Path(__file__).resolve().parent.parent
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
COMMANDS = [b for b in BLOCKS if b.startswith(("graphbuild", "echo"))]


def shell(block: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": path},
    )


def test_the_shell_blocks_of_the_readme_run_in_the_order_of_the_page(tmp_path: Path) -> None:
    said = ""
    for block in COMMANDS:
        done = shell(block, tmp_path)
        assert done.returncode == 0, f"{block}\n{done.stderr}"
        said += done.stdout
    assert "=> conflict, strong" in said
    assert "=> no conflict: T2" in said


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
@pytest.mark.parametrize("block", [b.strip() for b in BLOCKS if b.startswith("make")])
def test_the_make_commands_of_the_readme_exist(block: str) -> None:
    done = subprocess.run([*block.split(), "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_make_help_says_what_each_target_does() -> None:
    done = subprocess.run(["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    targets = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)[0].split()
    assert [line.split()[1] for line in done.stdout.splitlines()] == targets


def test_every_shell_block_of_the_readme_is_run() -> None:
    assert len(COMMANDS) + sum(b.startswith("make") for b in BLOCKS) == len(BLOCKS) >= 8


def test_the_casebook_documentation_is_made_from_the_tables() -> None:
    assert (ROOT / "docs" / "casebook.md").read_text(encoding="utf-8") == documentation(), "run `make docs`"


@pytest.mark.parametrize("query", re.findall(r"^```sparql\n(.*?)^```$", (ROOT / "docs" / "model.md").read_text(encoding="utf-8"),
                                             re.M | re.S))
def test_the_queries_of_the_model_have_answers(store: OxigraphStore, query: str) -> None:
    assert list(select(store, query))


def test_the_model_reads_tables_so_that_nothing_is_lost(store: OxigraphStore, tmp_path: Path) -> None:
    """What it warns of is so: numbers and words that a guessing reader changes."""
    export(store, "csv", tmp_path / "tables")
    with (tmp_path / "tables" / "Recommendation.csv").open(encoding="utf-8", newline="") as file:
        paragraphs = {row["paragraph"] for row in csv.DictReader(file)}
    assert {"95.1", "95.10"} <= paragraphs
    with (tmp_path / "tables" / "State.csv").open(encoding="utf-8", newline="") as file:
        assert "NA" in {row["alpha2"] for row in csv.DictReader(file)}


LINKS = [
    (page, link)
    for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("page", "link"), LINKS, ids=[f"{p.name}-{link}" for p, link in LINKS])
def test_links_between_pages_lead_somewhere(page: Path, link: str) -> None:
    assert (page.parent / link).exists()
