"""The command line: data on stdout, talk on stderr, exit codes 0, 1 and 2, and never a traceback."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from conftest import ROOT, Folder, Process, Run, environment

from graphbuild import __version__, build
from graphbuild.cli import main
from graphbuild.commands.console import guarded
from graphbuild.deriving import rules
from graphbuild.files.workbooks import read_sheets
from graphbuild.questions.catalogue import Question, questions
from graphbuild.stores.ondisk import OxigraphStore

ALL = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o"
REVIEWS = "PREFIX upr: <https://w3id.org/graphbuild/upr#> SELECT ?review { ?review a upr:Review }"
#: Each command, as it is run once on the example casebook.
RUNS: dict[str, list[str]] = {
    "load": ["load", "tiny"],
    "validate": ["validate", "tiny"],
    "kinds": ["kinds"],
    "new": ["new", "fresh"],
    "suggest": ["suggest", str(ROOT / "README.md"), "-o", "suggested"],
    "queries": ["queries"],
    "query": ["query", "recommendations", "-p", "state=KAZ"],
    "explain": ["explain", "KAZ/1/95.73", "KAZ/2011/483-IV"],
    "export": ["export", "--format", "nquads", "--output", "out.nq"],
    "sources": ["sources"],
    "remove": ["remove", "tiny"],
    "stats": ["stats"],
    "check": ["check"],
}
WITH_JSON = ["load", "validate", "kinds", "queries", "query", "explain", "sources", "stats"]


@pytest.fixture
def here(casebook: Folder, loaded: OxigraphStore, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the example casebook `tiny` and the store `graph` that holds it."""
    monkeypatch.chdir(casebook.path.parent)
    return casebook.path.parent


# --- Help ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_has_help(run: Run, name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: graphbuild {name}") or f" {name} " in result.stdout.splitlines()[0]
    assert not main.commands[name].get_short_help_str(limit=80).endswith("...")


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_option_has_help(name: str) -> None:
    options = [parameter for parameter in main.commands[name].params if isinstance(parameter, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_the_exit_codes_are_documented(run: Run) -> None:
    assert "Exit codes: 0 done, 1 the data does not pass, 2 wrong use or input." in run("--help").stdout


def test_the_version_is_the_version_of_the_package(python: Callable[..., Process]) -> None:
    done = python("-m", "graphbuild", "--version")
    assert done.stdout.rstrip().endswith(__version__)


@pytest.mark.parametrize("arguments", [["--help"], ["load", "--help"], ["--version"]])
def test_help_does_not_wait_for_heavy_libraries(python: Callable[..., Process], arguments: list[str]) -> None:
    heavy = "{'requests', 'pyoxigraph', 'rdflib', 'pyshacl', 'networkx', 'matplotlib', 'pyld'}"
    code = (
        "import sys, atexit; from graphbuild.cli import run; "
        f"atexit.register(lambda: print('heavy:', sorted({heavy} & set(sys.modules)))); "
        f"sys.argv[1:] = {arguments!r}; run()"
    )
    assert python("-c", code).stdout.endswith("heavy: []\n")


def test_help_loads_little_more_than_an_empty_program(python: Callable[..., Process]) -> None:
    """What starts quickly is what loads little; the ratio of the times is in the benchmarks."""
    listed = "atexit.register(lambda: print('loaded:', *sys.modules)); sys.argv[1:] = ['--help']; "
    empty = "import atexit, sys, click; " + listed + "click.group(lambda: None)()"
    ours = "import atexit, sys; from graphbuild.cli import run; " + listed + "run()"
    plain, loaded = ({*python("-c", code).stdout.rpartition("loaded: ")[2].split()} for code in (empty, ours))
    assert "click" in plain
    more = loaded - plain
    assert {name for name in more if name.startswith("graphbuild")} == {
        "graphbuild", "graphbuild.cli", "graphbuild.commands", "graphbuild.commands.console",
        "graphbuild.commands.asking", "graphbuild.commands.keeping", "graphbuild.errors", "graphbuild.plurals",
    }
    assert len(more) <= 19, sorted(more)


# --- Every command, once ----------------------------------------------------------------


def test_every_command_is_run() -> None:
    """But for `shards`, which needs Java and has tests of its own."""
    assert RUNS.keys() | {"shards"} == main.commands.keys()


@pytest.mark.parametrize("name", RUNS)
def test_a_command_does_its_work_and_exits_with_0(run: Run, here: Path, name: str) -> None:
    result = run(*RUNS[name])
    assert result.exit_code == 0, result.stderr


@pytest.mark.parametrize("name", WITH_JSON)
def test_json_on_stdout_is_json_and_nothing_else(run: Run, here: Path, name: str) -> None:
    assert isinstance(json.loads(run(*RUNS[name], "--format", "json").stdout), list)


@pytest.mark.parametrize("question", questions(), ids=lambda q: q.name)
def test_a_question_tells_what_it_asks_takes_and_gives(run: Run, question: Question) -> None:
    told = " ".join(run("queries", question.name).stdout.split())
    assert all(part in told for part in (question.summary, *question.columns, *(p.meaning for p in question.parameters)))
    listed = json.loads(run("queries", question.name, "--format", "json").stdout)
    assert [(one["parameter"], one["default"]) for one in listed] == [(p.name, p.default) for p in question.parameters]
    assert all(one["takes"] for one in listed)


def test_the_words_that_a_parameter_takes_are_told(run: Run) -> None:
    taken = {p["parameter"]: p["takes"] for p in json.loads(run("queries", "laws-in-force", "--format", "json").stdout)}
    assert taken["day"] == "a day, such as 2015-01-31"
    assert "religion-manifestation" in taken["right"].split(", ")
    assert run("queries", "nosuch").exit_code == 2


@pytest.mark.parametrize("name", ["queries", "query", "sources"])
@pytest.mark.parametrize(("form", "separator"), [("csv", ","), ("tsv", "\t")])
def test_a_table_on_stdout_has_a_header_and_whole_rows(
    run: Run, here: Path, name: str, form: str, separator: str
) -> None:
    rows = list(csv.reader(io.StringIO(run(*RUNS[name], "--format", form).stdout), delimiter=separator))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}


@pytest.mark.parametrize("name", ["load", "validate", "new", "query", "export", "remove", "check"])
def test_talk_goes_to_stderr(run: Run, here: Path, name: str) -> None:
    result = run(*RUNS[name])
    assert result.stderr
    assert not set(result.stderr.splitlines()) & set(result.stdout.splitlines())


def test_a_load_says_what_it_did(run: Run, here: Path) -> None:
    (row,) = json.loads(run("load", "tiny", "--format", "json").stdout)
    assert row == {
        "source": "tiny",
        "kind": "casebook",
        "status": "unchanged",
        "joined": 0,
        "omissions": [],
        "read": 17,
        "loaded": 17,
        "left_out": 0,
        "statements": 172,
        "remarks": [],
    }


def test_a_new_casebook_can_be_validated_and_loaded(run: Run, here: Path) -> None:
    for arguments in (["new", "fresh"], ["validate", "fresh"], ["load", "fresh"]):
        assert run(*arguments, store=here / "another").exit_code == 0


def test_a_removed_source_is_no_longer_listed(run: Run, here: Path) -> None:
    assert "tiny" in run("sources").stdout
    run("remove", "tiny")
    assert "tiny" not in run("sources").stdout


# --- Questions -----------------------------------------------------------------------------


def test_a_question_is_read_from_standard_input(run: Run, here: Path) -> None:
    result = run("query", "-", "--format", "json", input=REVIEWS)
    assert json.loads(result.stdout) == [{"review": "https://w3id.org/graphbuild/id/review/KAZ/1"}]
    assert result.stderr.startswith("1 row")


def test_a_query_for_a_word_that_there_is_not_says_so(run: Run, here: Path) -> None:
    result = run("query", "-", input=REVIEWS.replace("upr:Review", "upr:Reviews"))
    assert result.stderr.splitlines() == ["0 rows", "upr:Reviews is not in the vocabulary; did you mean 'Review'?"]


def test_a_question_is_read_from_a_file(run: Run, here: Path) -> None:
    (here / "reviews.sparql").write_text(REVIEWS, encoding="utf-8")
    assert run("query", "reviews.sparql", "--format", "csv").stdout.splitlines()[1].endswith("/review/KAZ/1")


def test_an_answer_is_written_to_a_file(run: Run, here: Path) -> None:
    result = run("query", "-", "--format", "csv", "--output", "answer.csv", input=REVIEWS)
    assert result.stdout == ""
    assert (here / "answer.csv").read_text(encoding="utf-8").startswith("review\nhttps://")
    assert not list(here.glob("*.part"))


def test_an_answer_is_written_as_a_workbook_in_which_numbers_can_be_added_up(run: Run, here: Path) -> None:
    asked = "SELECT ?count ?paragraph ?text { VALUES (?count ?paragraph ?text) { (12 '95.10' 'Құқық') (UNDEF '' '=1') } }"
    assert run("query", "-", "--output", "Answer.XLSX", input=asked).stdout == ""
    cells = read_sheets(here / "Answer.XLSX")["Sheet1"]
    assert cells == [["count", "paragraph", "text"], [12, "95.10", "Құқық"], ["", "", "=1"]]


@pytest.mark.parametrize("arguments", [["-o", "a.ods"], ["-o", "a.xls"], ["-o", "a.xlsx", "-f", "csv"]])
def test_no_table_is_written_into_what_is_called_a_workbook(run: Run, here: Path, arguments: list[str]) -> None:
    done = run("query", "reviews", *arguments)
    assert done.exit_code == 2 and "a workbook is written as .xlsx, without --format" in done.stderr
    assert not list(here.glob("a.*"))


def test_chosen_columns_come_in_their_order(run: Run, here: Path) -> None:
    result = run("query", "-", "--columns", "p,s", "--format", "csv", input=ALL)
    assert result.stdout.startswith("p,s\n")


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("ASK { ?s a <https://w3id.org/graphbuild/upr#Review> }", "answer\ntrue"),
        ("ASK { <http://e/nobody> ?p ?o }", "answer\nfalse"),
        ("SELECT ?x { VALUES ?x { 1 UNDEF } }", 'x\n1\n""'),
    ],
)
def test_every_form_of_query_has_an_answer(run: Run, here: Path, query: str, rows: str) -> None:
    assert run("query", "-", "--format", "csv", input=query).stdout == rows + "\n"


@pytest.mark.parametrize("asked", [("query", "reviews"), ("explain", "KAZ/1/95.73")])
def test_a_store_that_other_rules_made_says_so_until_a_source_is_loaded_again(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...]
) -> None:
    said, current = "the store was made with another vocabulary or other rules", run(*asked)
    assert said not in current.stderr
    for module in (rules, build):
        monkeypatch.setattr(module, "hash_of_rules", lambda: "0" * 64)
    old = run(*asked)
    assert said in old.stderr
    assert (old.exit_code, old.stdout) == (current.exit_code, current.stdout)
    run("load", "tiny")
    again = run(*asked)
    assert said not in again.stderr
    assert again.stdout == current.stdout != ""


def test_a_construct_query_gives_sorted_triples(run: Run, here: Path) -> None:
    result = run(
        "query", "-", "--format", "csv", input="CONSTRUCT WHERE { ?s <https://w3id.org/graphbuild/upr#troika> ?o }"
    )
    lines = result.stdout.splitlines()
    assert lines[0] == "subject,predicate,object"
    assert [line.rpartition("/")[2] for line in lines[1:]] == ["BGD", "CUB", "MUS"]


# --- Exit code 2: wrong use or input ----------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["load"], "nothing to load: name a casebook or an export, or give --bundled"),
        (["load", "missing"], "missing: there is no such file or folder"),
        (["load", str(ROOT / "pyproject.toml")], "not recognised; `graphbuild kinds` lists what can be loaded"),
        (["load", "graph"], "graph: nothing in the folder is recognised; `graphbuild kinds` lists"),
        (["load", "tiny", "tiny"], "one name: 'tiny' (tiny, tiny); load one of each, or give the others another name (the `id` "),
        (["validate"], "name a casebook or an export"),
        (["validate", "missing"], "missing: there is no such file or folder"),
        (["new", "tiny"], "tiny: is not an empty folder; name a new one"),
        (["new", "tiny/about.csv"], "tiny/about.csv: is not an empty folder; name a new one"),
        (["new", "tiny/about.csv/below"], "tiny/about.csv/below: "),
        (["query", "nonsense"], "there is no question or file 'nonsense'; the questions are: "),
        (["query", "tiny"], "there is no question or file 'tiny'"),
        (["query", "pledge-conflict"], "'pledge-conflict'; did you mean 'pledge-conflicts'? The questions are: "),
        (["query", "../recommendations"], "there is no question or file '../recommendations'"),
        (["query", "SELECT ?s { ?s ?p ?o } " + "# " * 300], "there is no question or file 'SELECT"),
        (["query", "recommendations", "-p", "state"], "--param state: write it as NAME=VALUE"),
        (["query", "recommendations", "-p", "state=KAZ", "-p", "state=UZB"], "--param state is given twice"),
        (
            ["query", "recommendations", "-p", "planet=Mars"],
            "recommendations has no parameter 'planet'; it takes: state",
        ),
        (["query", "recommendations", "-p", "state=Mars"], "state=Mars: is not a state; write its alpha-3 code"),
        (["query", "recommendations", "-p", "state=KAZ", "-c", "colour"], "colour"),
        (
            ["query", "recommendations", "-p", "state=KAZ", "-o", "missing/out.csv"],
            "missing/out.csv: cannot be written (No such file or directory); choose another place",
        ),
        (["explain", "KAZ/9/9"], "KAZ/9/9: "),
        (["explain", "95.73"], "write it as KAZ/1/95.73; near it are KAZ/1/95.73"),
        (["explain", "kaz/1/95.73"], "near it are KAZ/1/95.73"),
        (["explain", "KAZ/1/¶95.73"], "near it are KAZ/1/95.73"),
        (["explain", "KAZ/1/95.73", "483-iv"], "near it are KAZ/2011/483-IV"),
        (["explain", "KAZ/1/95.73", "KAZ/1900/1"], "KAZ/1900/1: no such law is loaded"),
        (["remove", "nothing"], "no source 'nothing' is loaded; loaded are: tiny"),
        (["export", "-f", "nquads", "-o", "missing/out.nq"], "missing/out.nq: cannot be written"),
        (["export", "-f", "nquads", "-o", "tiny"], "tiny: is a folder; name a file"),
        (["export", "-f", "nquads", "-o", "-"], "--output -: an export is written to a file; name one"),
        (["--store", " ", "sources"], "--store is empty; name a folder, or the address of a SPARQL server"),
    ],
)
def test_wrong_use_is_one_sentence_and_exits_with_2(run: Run, here: Path, arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in result.stderr
    assert last_lines(result.stderr) == 1


def test_nothing_is_removed_where_there_is_no_store(run: Run, tmp_path: Path) -> None:
    result = run("remove", "tiny", store=tmp_path / "mistyped")
    assert (result.exit_code, "no source 'tiny' is loaded; loaded are: none" in result.stderr) == (2, True)
    assert not (tmp_path / "mistyped").exists()


def test_an_answer_that_cannot_be_put_in_place_leaves_nothing_beside_it(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    (here / "out.csv.part").write_text("of somebody else")
    before = sorted(here.iterdir())
    result = run("query", "reviews", "-o", "out.csv")
    assert (result.exit_code, "out.csv: cannot be written (No space left" in result.stderr) == (2, True)
    assert sorted(here.iterdir()) == before
    assert (here / "out.csv.part").read_text() == "of somebody else"


def test_an_answer_may_be_read_by_whoever_could_before_and_goes_through_no_link_of_others(run: Run, here: Path) -> None:
    (here / "out.csv").touch(mode=0o600)
    (here / "theirs").write_text("precious", encoding="utf-8")
    assert run("query", "reviews", "-o", "out.csv").exit_code == 0
    assert (here / "out.csv").stat().st_mode & 0o777 == 0o600
    (here / f".out.csv.{os.getpid()}.part").symlink_to("theirs")
    assert run("query", "reviews", "-o", "out.csv").exit_code == 2
    assert (here / "theirs").read_text(encoding="utf-8") == "precious"


def test_an_answer_goes_through_links_and_into_pipes_and_replaces_neither(run: Run, here: Path) -> None:
    (here / "real.csv").write_text("old", encoding="utf-8")
    (here / "link.csv").symlink_to("real.csv")
    os.mkfifo(here / "pipe")
    reader = os.open(here / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    for name in ("link.csv", "pipe"):
        assert run("query", "reviews", "-f", "csv", "-o", name).exit_code == 0
    assert (here / "link.csv").is_symlink()
    assert (here / "real.csv").read_text(encoding="utf-8").startswith("state,")
    assert os.read(reader, 6) == b"state,"
    os.close(reader)


def test_an_answer_to_a_place_without_a_name_is_refused(run: Run, here: Path) -> None:
    result = run("query", "reviews", "-o", "")
    assert (result.exit_code, "is a folder; name a file" in result.stderr) == (2, True)


def last_lines(stderr: str) -> int:
    """How many lines the error itself has: without usage, and without what was told before."""
    lines = [line for line in stderr.splitlines() if line and not line.endswith(" …")]
    return len([line for line in lines if not line.startswith(("Usage:", "Try "))])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT", "the query cannot be read: "),
        ("", "the query cannot be read: "),
        ("SELECT ?s {\n ?s ?p }", "the query cannot be read: line 2, column 9: "),
        ("SELECT ?s { ?s a <http://e/c> ", 'write "," or "." or'),
        ("SELECT ?s { ?s a upr:Law # a:b\n}", "the prefix upr: is not declared; write PREFIX upr: <https://w3id.org/graph"),
        ("SELECT ?s { ?s ?p grade:strong }", "write PREFIX grade: <https://w3id.org/graphbuild/id/grade/> above"),
        ("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", "a variable that is not in GROUP BY"),
        ("INSERT DATA { <http://e/s> <http://e/p> 1 }", "no question but an update"),
        ("DELETE WHERE { ?s ?p ?o }", "no question but an update"),
        ("DROP ALL", "no question but an update"),
        ("LOAD <http://127.0.0.1:9/x>", "no question but an update"),
        ("SELECT ?x { BIND (<http://e/f>(1) AS ?x) }", "the query cannot be answered: "),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "the query asks another server (SERVICE)"),
        ("PREFIX a: <http://a/>\nbase <http://b/> # so\ninsert data { a:b a:c 1 }", "no question but an update"),
        ("ASK " + "{" * 3000 + "}" * 3000, "nested deeper than"),
        ("ASK { FILTER (" + "(" * 3000 + "1" + ")" * 3000 + ") }", "nested deeper than"),
        ("ASK { ?s ?p " + "(" * 3000 + ")" * 3000 + " }", "nested deeper than"),
        ("ASK { ?s ?p " + "[ ?p " * 3000 + "]" * 3000 + " }", "nested deeper than"),
        ("ASK { FILTER (" + "!" * 20_000 + "true) }", "operators"),
        ("ASK {} # " + "x" * 100_000, "the query is longer than"),
    ],
)
def test_a_query_that_is_not_answered_is_one_sentence_and_exits_with_2(
    run: Run, here: Path, query: str, words: str
) -> None:
    result = run("query", "-", input=query)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert words in result.stderr


@pytest.mark.parametrize("start", ["ASK { FILTER(", "ASK { ?s a/"])
@pytest.mark.parametrize("part", ["1||", "1&&", "1+", "1*", "a/", "a|"])
def test_endless_operators_do_not_break_the_parser(
    here: Path, python: Callable[..., Process], start: str, part: str
) -> None:
    done = python("-m", "graphbuild", "query", "-", input=start + part * (60_000 // len(part)) + "1) }")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("part", ["{} UNION ", "MINUS {} ", "BIND (1 AS ?x_) ", "OPTIONAL { ?a ?b ?c } "])
def test_endless_patterns_do_not_break_the_engine(here: Path, python: Callable[..., Process], part: str) -> None:
    parts = "".join(part.replace("_", str(n)) for n in range(60_000 // len(part) - 500))
    done = python("-m", "graphbuild", "query", "-", input=f"ASK {{ {parts} {{}} }}")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_a_question_that_is_no_text_is_refused(here: Path) -> None:
    (here / "latin.rq").write_bytes("SELECT ?é { }".encode("latin-1"))
    for arguments, content in ((["latin.rq"], None), (["-"], (here / "latin.rq").read_bytes())):
        done = subprocess.run(
            [sys.executable, "-m", "graphbuild", "query", *arguments],
            input=content,
            env=environment(),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 2
        assert b"UTF-8" in done.stderr and b"Traceback" not in done.stderr


def test_a_store_in_which_nothing_was_loaded_says_what_to_do(run: Run, tmp_path: Path) -> None:
    for arguments in (
        ["query", "recommendations"],
        ["stats"],
        ["check"],
        ["explain", "KAZ/1/95.73"],
        ["export", "-f", "nquads", "-o", str(tmp_path / "out.nq")],
    ):
        result = run(*arguments, store=tmp_path / "nothing")
        assert result.exit_code == 2
        assert "nothing was loaded yet; run `graphbuild load --bundled` first" in result.stderr
    assert list(tmp_path.iterdir()) == []


# --- Exit code 1: the data does not pass ---------------------------------------------------------


def test_a_casebook_that_does_not_pass_exits_with_1_and_names_the_cell(run: Run, here: Path, casebook: Folder) -> None:
    casebook.put("laws", "kind", "edict")
    complaint = "violation: laws.csv, row 2, column kind: 'edict': is not one of the list 'law-kind'; use one of"
    validated, loaded_ = run("validate", "tiny"), run("load", "tiny")
    assert (validated.exit_code, loaded_.exit_code) == (1, 1)
    assert validated.stdout.startswith(complaint)
    assert complaint in loaded_.stderr and "refused" in loaded_.stdout


def test_problems_as_json_have_every_part(run: Run, here: Path, casebook: Folder) -> None:
    casebook.put("laws", "kind", "edict")
    (problem,) = json.loads(run("validate", "tiny", "--format", "json").stdout)
    assert {key: problem[key] for key in ("source", "file", "row", "column", "value", "severity")} == {
        "source": "tiny",
        "file": "laws.csv",
        "row": 2,
        "column": "kind",
        "value": "edict",
        "severity": "violation",
    }


def test_a_warning_fails_only_if_one_is_strict(run: Run, here: Path, other: Folder) -> None:
    relaxed, strict = run("validate", "other"), run("validate", "other", "--strict")
    assert relaxed.stdout.startswith("warning: ") and relaxed.stdout == strict.stdout
    assert (relaxed.exit_code, strict.exit_code) == (0, 1)


def test_what_comes_with_the_project_can_be_checked_as_it_can_be_loaded(run: Run) -> None:
    bundled = run("validate", "--bundled", "--format", "json")
    assert bundled.exit_code == 0 and "no violations" in bundled.stderr
    assert "kazakhstan" in {problem["source"] for problem in json.loads(bundled.stdout)}
    nothing = run("validate")
    assert nothing.exit_code == 2 and "nothing to check" in nothing.stderr


def test_where_nothing_was_loaded_the_list_of_sources_says_so(run: Run, loaded: OxigraphStore, tmp_path: Path) -> None:
    assert run("sources").stderr == "2 sources\n"
    assert run("sources", store=tmp_path / "none").stderr.startswith("nothing was loaded yet")


def test_many_problems_are_cut_and_the_rest_is_counted(run: Run, here: Path, casebook: Folder) -> None:
    header, row = casebook.rows("laws")
    casebook.write("laws", [header, *([f"KAZ/2012/{n}", *row[1:4], "edict", *row[5:]] for n in range(250)), row])
    result = run("validate", "tiny")
    assert len(result.stdout.splitlines()) <= 201
    assert "… and 50 more" in result.stdout + result.stderr


def test_a_damaged_store_exits_with_1_and_says_so(run: Run, here: Path, loaded: OxigraphStore) -> None:
    for path in (loaded.root / loaded.ledger.database).glob("*.sst"):
        path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    result = run("check")
    assert result.exit_code == 1
    assert "load" in result.stderr


@pytest.mark.parametrize("name", ["query", "explain", "export", "stats", "check"])
@pytest.mark.parametrize("kind", ["cut", "flipped", "missing"])
def test_a_damaged_store_answers_with_a_sentence(
    run: Run, here: Path, loaded: OxigraphStore, name: str, kind: str
) -> None:
    for path in (loaded.root / loaded.ledger.database).glob("*.sst"):
        content = path.read_bytes()
        path.write_bytes(
            content[:100] if kind == "cut" else bytes(byte ^ 255 for byte in content[:-200]) + content[-200:]
        )
        path.unlink() if kind == "missing" else None
    result = run(*RUNS[name])
    assert result.exit_code == 1
    assert "load the sources again" in result.stderr or "graphbuild check" in result.stderr


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_the_timings_have_every_question_and_the_slowest_first(run: Run, here: Path, form: str) -> None:
    result = run("stats", "--timings", "--format", form)
    assert result.exit_code == 0, result.stderr
    if form == "json":
        rows = json.loads(result.stdout)
    elif form == "csv":
        rows = list(csv.DictReader(io.StringIO(result.stdout)))
    else:
        rows = [dict(zip(("question", "seconds", "rows"), line.split(), strict=True))
                for line in result.stdout.splitlines()[2:]]
    assert sorted(row["question"] for row in rows) == sorted(q.name for q in questions())
    seconds = [float(row["seconds"]) for row in rows]
    assert seconds == sorted(seconds, reverse=True)
    assert all(one > 0 for one in seconds)
    found = {row["question"]: int(row["rows"]) for row in rows}
    assert found["reviews"] == 1 and found["recommendations"] >= 1 and found["joins"] == 0


def test_the_timings_are_for_the_parameters_that_a_question_takes(run: Run, here: Path) -> None:
    asked = run("stats", "--timings", "-p", "state=NOR", "-f", "csv").stdout
    found = {row["question"]: int(row["rows"]) for row in csv.DictReader(io.StringIO(asked))}
    assert found["reviews"] == 0
    assert found["claims-in-document"] == 0
    assert found["persons-in-source"] == 0


def test_a_parameter_that_no_question_takes_is_refused(run: Run, here: Path) -> None:
    result = run("stats", "--timings", "-p", "planet=Mars")
    assert result.exit_code == 2
    assert "no question has a parameter 'planet'; there are: about, " in result.stderr
    assert run("stats", "-p", "state=KAZ").exit_code == 2


def test_a_damaged_ledger_is_a_sentence_for_every_command(run: Run, here: Path, loaded: OxigraphStore) -> None:
    (loaded.root / "ledger.json").write_text("{}", encoding="utf-8")
    for name in set(RUNS) - {"kinds", "new", "queries", "validate"}:
        result = run(*RUNS[name])
        assert result.exit_code == 1, name
        assert "ledger.json: cannot be read" in result.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuntimeError("Corruption: block checksum mismatch"), 1),
        (FileNotFoundError("IO error: No such file or directory: 000100.sst"), 1),
        (OSError("IO error: While appending to file: No space left on device"), 2),
        (OSError(28, "No space left on device"), 2),
    ],
)
def test_a_disk_that_fails_is_a_sentence(error: Exception, code: int) -> None:
    @click.command()
    @guarded
    def fail() -> None:
        raise error

    result = CliRunner().invoke(fail)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (code, "", 1)


def test_a_file_that_may_not_be_read_is_named_first() -> None:
    @click.command()
    @guarded
    def fail() -> None:
        raise PermissionError(13, "Permission denied", "graph/lock")

    said = CliRunner().invoke(fail).stderr
    assert said == "Error: graph/lock: Permission denied; let yourself read and write it, or name another place\n"


def test_a_bug_keeps_its_traceback() -> None:
    @guarded
    def fail() -> None:
        raise RuntimeError("our own mistake")

    with pytest.raises(RuntimeError, match="our own mistake"):
        fail()


# --- In a shell --------------------------------------------------------------------------------


def test_the_store_is_taken_from_the_environment(here: Path, python: Callable[..., Process], tmp_path: Path) -> None:
    (here / "graph").rename(here / "elsewhere")
    assert "tiny" not in python("-m", "graphbuild", "sources").stdout
    assert "tiny" in python("-m", "graphbuild", "sources", GRAPHBUILD_STORE=str(here / "elsewhere")).stdout


def test_a_reader_that_closes_the_pipe_early_is_no_error(here: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "graphbuild", "query", "-", "-f", "csv"],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin and process.stdout and process.stderr
    process.stdin.write(b"SELECT ?s ?p ?o { ?s ?p ?o }")
    process.stdin.close()
    assert process.stdout.readline() == b"s,p,o\n"
    process.stdout.close()
    said, code = process.stderr.read(), process.wait()
    assert (b"Error" in said, b"Traceback" in said, code) == (False, False, 0)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["load", "--help"], ["queries"], ["load", "tiny"]])
def test_a_pipe_that_nobody_reads_is_no_error(here: Path, arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "graphbuild", *arguments],
        env=environment(),
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, b"Error" in done.stderr, b"Traceback" in done.stderr) == (0, False, False)


@pytest.mark.parametrize(
    "variables",
    [{"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "cp1252"}],
)
def test_a_terminal_that_knows_few_letters_gets_an_answer(
    here: Path, python: Callable[..., Process], variables: dict[str, str]
) -> None:
    query = 'SELECT ?x { VALUES ?x { "Қазақстан – ¶95" } }'
    (here / "letters.rq").write_text(query, encoding="utf-8")
    for arguments in (["query", "letters.rq", "-f", "csv"], ["explain", "KAZ/1/95.73"], ["load", "tiny"], ["--help"]):
        done = subprocess.run(
            [sys.executable, "-m", "graphbuild", *arguments],
            env=environment(**variables),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr


def test_letters_arrive_as_utf_8(here: Path, python: Callable[..., Process]) -> None:
    done = python("-m", "graphbuild", "query", "-", "-f", "csv", input='SELECT ?x { VALUES ?x { "Қазақстан – ¶95" } }')
    assert done.stdout == "x\nҚазақстан – ¶95\n"


def without_reader(stream: str, *arguments: str) -> int:
    """The exit code of a command of which nobody reads stdout, or stderr."""
    reader, writer = os.pipe()
    os.close(reader)
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | {stream: writer}
    command = [sys.executable, "-m", "graphbuild", *arguments]
    done = subprocess.run(command, env=environment(), check=False, stdout=streams["stdout"], stderr=streams["stderr"])
    os.close(writer)
    return done.returncode


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_load_that_nobody_watches_goes_on_and_says_whether_it_passed(run: Run, casebook: Folder, stream: str) -> None:
    store = str(casebook.path.parent / "unwatched")
    assert without_reader(stream, "--store", store, "load", str(casebook.path)) == 0
    assert "tiny" in run("--store", store, "sources").stdout
    casebook.put("laws", "state", "Atlantis")
    assert without_reader(stream, "--store", store, "load", str(casebook.path)) == 1


def test_the_ending_of_a_file_gives_its_format_if_no_other_is_asked_for(run: Run, here: Path) -> None:
    """A table on the screen is shortened; what is called CSV is CSV, and whole."""
    for name, form in (("whole.csv", "csv"), ("whole.TSV", "tsv"), ("whole.json", "json"), ("whole.txt", "table")):
        assert run(*RUNS["query"], "-o", name).exit_code == 0
        assert (here / name).read_text(encoding="utf-8") == run(*RUNS["query"], "-f", form).stdout
    run(*RUNS["query"], "-f", "table", "-o", "table.csv")
    assert (here / "table.csv").read_text(encoding="utf-8") == (here / "whole.txt").read_text(encoding="utf-8")


def test_a_small_terminal_gets_blocks_and_not_cut_cells(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert "Give believers" in run(*RUNS["query"]).stdout


@pytest.mark.parametrize("variables", [{}, {"PYTHONUNBUFFERED": "1"}])
def test_an_answer_of_which_only_a_part_was_written_is_an_error(here: Path, variables: dict[str, str]) -> None:
    """As where the disk is full: the first part of it is written, and then no more."""
    (here / "all.rq").write_text(ALL, encoding="utf-8")
    query = [sys.executable, "-m", "graphbuild", "query", "all.rq", "-f", "csv"]
    with (here / "answer.csv").open("wb") as answer:
        limited = ["sh", "-c", 'ulimit -f 8; exec "$@"', "sh", *query]
        done = subprocess.run(
            limited, env=environment(**variables), stdout=answer, stderr=subprocess.PIPE, check=False
        )
    assert (here / "answer.csv").stat().st_size in (8 * 512, 8 * 1024)
    assert (done.returncode, done.stderr.count(b"Error"), b"Traceback" in done.stderr) == (2, 1, False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_log_on_a_full_disk_does_not_stop_the_load(run: Run, casebook: Folder) -> None:
    store = str(casebook.path.parent / "unwatched")
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "graphbuild", "--store", store, "load", str(casebook.path)]
        done = subprocess.run(command, env=environment(), stdout=subprocess.DEVNULL, stderr=full, check=False)
    assert done.returncode == 0
    assert "tiny" in run("--store", store, "sources").stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
@pytest.mark.parametrize("arguments", [["--help"], ["query", "--help"], ["queries"]])
def test_a_full_disk_is_told_with_what_to_do(arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "graphbuild", *arguments]
        done = subprocess.run(command, env=environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    told = "Error: No space left on device; make room where the output goes, and where TMPDIR names\n"
    assert (done.returncode, done.stderr) == (2, told)


def test_a_query_from_an_input_that_is_closed_is_one_sentence(here: Path) -> None:
    command = ["sh", "-c", 'exec "$@" <&-', "sh", sys.executable, "-m", "graphbuild", "query", "-"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, "standard input is closed" in done.stderr) == (2, True)
