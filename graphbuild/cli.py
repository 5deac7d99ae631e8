"""The command line: parse, call, print, exit code. stdout is data, stderr is talk."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphbuild import __version__
from graphbuild.console import (
    FORMAT,
    OUTPUT,
    PATHS,
    TABLE_OR_JSON,
    guarded,
    named_values,
    print_problems,
    print_report,
    print_rows,
    tell,
    write_any_letter,
)

if TYPE_CHECKING:
    from graphbuild.store import OxigraphStore


@click.group(context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "GRAPHBUILD"})
@click.version_option(__version__)
@click.option(
    "--store",
    type=click.Path(path_type=Path),
    default=Path("graph"),
    envvar="GRAPHBUILD_STORE",
    show_default=True,
    help="The folder of the store.",
)
@click.pass_context
def main(context: click.Context, store: Path) -> None:
    """What states promise at the United Nations, as a graph that can be questioned.

    Load casebooks and exports, check them, and ask which accepted pledges
    conflict with later laws, with every premise and its source.

    Exit codes: 0 done, 1 the data does not pass, 2 wrong use or input.
    """
    context.obj = store


def _store(context: click.Context) -> OxigraphStore:
    from graphbuild.store import OxigraphStore

    return OxigraphStore(context.obj)


@main.command()
@PATHS
@click.option("--bundled", is_flag=True, help="Load the casebooks that come with graphbuild.")
@TABLE_OR_JSON
@click.pass_context
@guarded
def load(context: click.Context, paths: tuple[Path, ...], bundled: bool, form: str) -> None:
    """Load sources, each whole or not at all.

    PATHS are casebooks (folders with about.csv) and CSV exports of UPR Info,
    recognised by their content. Each source has a graph of its own; loading
    again replaces it, and changes nothing if it is the same.
    """
    from graphbuild.build import load as load_sources
    from graphbuild.resources import bundled_casebooks

    sources = [*(bundled_casebooks() if bundled else []), *paths]
    if not sources:
        raise click.UsageError("nothing to load: name a casebook or an export, or give --bundled")
    report = load_sources(_store(context), sources, tell)
    print_problems(report.violations, "table", err=True)
    print_report(report, form)
    context.exit(1 if report.refused else 0)


@main.command()
@PATHS
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@TABLE_OR_JSON
@click.pass_context
@guarded
def validate(context: click.Context, paths: tuple[Path, ...], strict: bool, form: str) -> None:
    """Check sources without loading them.

    Lists every problem with file, row, column, value and remedy. Exits with 1
    if there is a violation (with --strict, a warning).
    """
    from graphbuild.build import validate as find

    if not paths:
        raise click.UsageError("name a casebook or an export")
    problems = find(paths, tell)
    print_problems(problems, form)
    bad = [p for p in problems if strict or p.severity == "violation"]
    click.echo(f"{len(bad)} problems" if bad else "no violations", err=True)
    context.exit(1 if bad else 0)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@guarded
def new(folder: Path) -> None:
    """Write an empty casebook to FOLDER.

    One file per table with an example row, and a README that explains every column.
    """
    from graphbuild.newcasebook import write_casebook

    names = write_casebook(folder)
    click.echo(f"wrote {len(names)} tables and a README to {folder}", err=True)


@main.command()
@FORMAT
@guarded
def queries(form: str) -> None:
    """List the questions and their parameters."""
    from graphbuild.questions import questions

    rows = [[q.name, q.summary, ", ".join(p.name for p in q.parameters)] for q in questions()]
    print_rows(["question", "asks", "parameters"], rows, form)


@main.command()
@click.argument("question")
@click.option("--param", "-p", multiple=True, metavar="NAME=VALUE", help="A parameter of the question; repeatable.")
@click.option("--columns", "-c", metavar="NAME,…", help="Only these columns, in this order.")
@FORMAT
@OUTPUT
@click.pass_context
@guarded
def query(
    context: click.Context, question: str, param: tuple[str, ...], columns: str | None, form: str, output: str
) -> None:
    """Ask a question, or the SPARQL query in a file.

    QUESTION is a name of the catalogue, a file, or - for standard input.
    """
    from graphbuild.questions import ask, find_question, read_question_from

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the engine cannot be interrupted otherwise
    wanted = read_question_from(sys.stdin.buffer) if question == "-" else find_question(question)
    answer = ask(_store(context), wanted, named_values(param))
    if columns:
        answer = answer.only([name.strip() for name in columns.split(",")])
    print_rows(answer.columns, answer.rows, form, output)
    click.echo(f"{len(answer.rows):,} rows", err=True)


@main.command()
@click.argument("recommendation")
@click.argument("law", required=False, default="")
@click.option(
    "--acceptance",
    type=click.Choice(["first-support", "plenary"]),
    default="first-support",
    show_default=True,
    help="How the date of acceptance is taken.",
)
@click.option("--all", "everything", is_flag=True, help="Show every pair in full.")
@TABLE_OR_JSON
@click.pass_context
@guarded
def explain(
    context: click.Context, recommendation: str, law: str, acceptance: str, everything: bool, form: str
) -> None:
    """Say why a pledge and a law conflict, or why not.

    Shows every test of the rule with its outcome, premises and sources.

    RECOMMENDATION is written KAZ/1/95.73; LAW is KAZ/2011/483-IV, 483-IV, or left out for all laws of the state.
    """
    from graphbuild.explain import explain as explain_pairs
    from graphbuild.render import explanation, explanation_json

    pairs = explain_pairs(_store(context), recommendation, law, acceptance)
    click.echo(explanation_json(pairs) if form == "json" else explanation(pairs, everything))


@main.command()
@click.option(
    "--format",
    "-f",
    "form",
    required=True,
    help="The format to write.",
    type=click.Choice(["turtle", "nquads", "trig", "jsonld", "rdfxml", "csv", "graphml", "gexf"]),
)
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), help="File to write; for csv a folder.")
@click.option(
    "--profile",
    type=click.Choice(["public", "internal"]),
    default="public",
    show_default=True,
    help="public leaves out what identifies protected persons; internal is for the owner of the data.",
)
@click.option(
    "--layer",
    type=click.Choice(["settled", "said", "concluded"]),
    default="settled",
    show_default=True,
    help="The layer for formats that hold one graph; nquads, trig and jsonld hold all.",
)
@click.pass_context
@guarded
def export(context: click.Context, form: str, output: Path, profile: str, layer: str) -> None:
    """Write the graph to a file, safe by default.

    The same store gives the same bytes every time.
    """
    from graphbuild.exports import export as write

    count = write(_store(context), form, output, profile, layer)
    click.echo(f"wrote {count:,} statements to {output} ({profile} profile)", err=True)


@main.command()
@FORMAT
@click.pass_context
@guarded
def sources(context: click.Context, form: str) -> None:
    """List what is loaded."""
    from graphbuild.terms import said_graph

    ledger = _store(context).ledger
    rows = [
        [
            e.source,
            e.kind,
            e.title,
            str(e.read),
            str(e.loaded),
            str(ledger.graphs[said_graph(e.source)].quads),
            ", ".join(f.name for f in e.files[:3]) + (" …" if len(e.files) > 3 else ""),
        ]
        for e in ledger.sources.values()
    ]
    print_rows(["source", "kind", "title", "read", "loaded", "statements", "files"], rows, form)


@main.command()
@click.argument("source")
@click.pass_context
@guarded
def remove(context: click.Context, source: str) -> None:
    """Remove a source.

    The store is then as if it had never been loaded.
    """
    from graphbuild.build import remove as take_out

    take_out(_store(context), source, tell)
    click.echo(f"removed {source}", err=True)


@main.command()
@TABLE_OR_JSON
@click.pass_context
@guarded
def stats(context: click.Context, form: str) -> None:
    """Count what the store holds, by layer, source and class."""
    from graphbuild.statistics import count

    print_rows(*count(_store(context)), form)


@main.command()
@click.pass_context
@guarded
def check(context: click.Context) -> None:
    """Verify the store against its ledger.

    Every graph is counted and hashed anew; exits with 1 if one differs.
    """
    from graphbuild.build import check as compare

    differences = compare(_store(context))
    for text in differences:
        click.echo(text)
    click.echo("the store is damaged; load the sources again" if differences else "the store is whole", err=True)
    context.exit(1 if differences else 0)


def run() -> None:
    """The entry point: a reader that closes the pipe early is not an error."""
    write_any_letter()
    try:
        main()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
