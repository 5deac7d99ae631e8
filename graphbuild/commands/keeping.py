"""Commands that fill a store and look after it."""

from __future__ import annotations

import signal
from pathlib import Path

import click

from graphbuild.commands.console import (
    FORMAT,
    KIND,
    PARAM,
    PATHS,
    TABLE_OR_JSON,
    checked_kind,
    end_in_order,
    guarded,
    named_values,
    open_store,
    print_notes,
    print_problems,
    print_report,
    print_rows,
    say,
    tell,
)
from graphbuild.plurals import number_of


@click.command()
@PATHS
@click.option("--bundled", is_flag=True, help="Load the casebooks that come with graphbuild.")
@KIND
@TABLE_OR_JSON
@click.pass_context
@guarded
def load(context: click.Context, paths: tuple[Path, ...], bundled: bool, kind: str, form: str) -> None:
    """Load sources, each whole or not at all.

    PATHS are files as downloaded, casebooks (folders with about.csv), or folders
    of such files, recognised by their content; `graphbuild kinds` lists what is
    known. Each source has a graph of its own; loading again replaces it, and
    changes nothing if it is the same.
    """
    from graphbuild.build import load as load_sources
    from graphbuild.resources import bundled_casebooks

    sources = [*(bundled_casebooks() if bundled else []), *paths]
    if not sources:
        raise click.UsageError("nothing to load: name a casebook or an export, or give --bundled")
    end_in_order()
    report = load_sources(open_store(context), sources, tell, checked_kind(kind))
    print_problems(report.violations, "table", err=True)
    print_report(report, form)
    context.exit(1 if report.refused else 0)


@click.command()
@PATHS
@click.option("--bundled", is_flag=True, help="Check the casebooks that come with graphbuild.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@KIND
@TABLE_OR_JSON
@click.pass_context
@guarded
def validate(
    context: click.Context, paths: tuple[Path, ...], bundled: bool, strict: bool, kind: str, form: str
) -> None:
    """Check sources without loading them.

    Lists every problem with file, row, column, value and remedy. Exits with 1
    if there is a violation (with --strict, a warning).
    """
    from graphbuild.build import validate as find
    from graphbuild.resources import bundled_casebooks

    sources = [*(bundled_casebooks() if bundled else []), *paths]
    if not sources:
        raise click.UsageError("nothing to check: name a casebook or an export, or give --bundled")
    end_in_order()
    problems = find(sources, tell, checked_kind(kind))
    print_problems(problems, form)
    bad = [p for p in problems if strict or p.severity == "violation"]
    say(number_of(len(bad), "problem") if bad else "no violations", err=True)
    context.exit(1 if bad else 0)


@click.command()
@PATHS
@click.option("--output", "-o", "folder", required=True, help="A new folder, or an address that Spark can write to.")
@click.option("--master", default="local[*]", show_default=True, help="Where Spark runs; empty: as spark-submit says.")
@guarded
def shards(paths: tuple[Path, ...], folder: str, master: str) -> None:
    """Write the graph as N-Quads shards.

    PATHS are read, checked and derived by PySpark, on this machine or on a
    cluster whose machines all see them, and nothing is written if one does not
    pass. The shards are the graph that `load` makes, for any store that has a bulk
    loader: with every name in it, so keep them to yourself; `export` is what may
    leave.
    """
    from graphbuild.errors import DataRefusedError
    from graphbuild.read import each_source
    from graphbuild.spark import spark, write_shards

    if not paths:
        raise click.UsageError("name a casebook or an export")
    try:
        with spark(master) as context:
            written = write_shards(context, list(each_source(paths, tell)), folder, tell)
    except DataRefusedError as refused:
        print_problems(refused.problems, "table", err=True)
        raise
    for source, notes in written.notes.items():
        print_notes(source, notes, [p for p in written.problems if p.source == source])
    say(f"wrote {written.statements:,} statements to {folder}", err=True)


@click.command()
@FORMAT
@guarded
def kinds(form: str) -> None:
    """List the kinds of sources that `load` knows."""
    from graphbuild.read import KINDS

    print_rows(["kind", "is"], [[kind, what] for kind, what in KINDS.items()], form)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@guarded
def new(folder: Path) -> None:
    """Write an empty casebook to FOLDER.

    One file per table with an example row, and a README that explains every column.
    """
    from graphbuild.casebooks.newcasebook import write_casebook

    names = write_casebook(folder)
    say(f"wrote {number_of(len(names), 'table')} and a README to {folder}", err=True)


@click.command()
@click.argument("document", type=click.Path(path_type=Path))
@click.option("--output", "-o", "folder", required=True, type=click.Path(path_type=Path), help="A new folder.")
@click.pass_context
@guarded
def suggest(context: click.Context, document: Path, folder: Path) -> None:
    """Suggest claims: find what a text names.

    Writes a casebook with one row for each sentence of DOCUMENT that names a
    state, law, person or right of the store. Nothing is asserted: fill in and
    keep the rows you accept, and load the folder. It quotes the text and may
    name persons, so keep it to yourself.
    """
    from graphbuild.suggestions.claims import write_suggestions

    found = write_suggestions(document, open_store(context), folder)
    wrote = f"wrote {number_of(len(found), 'suggestion')} to {folder}"
    say(f"{wrote}; passages.md quotes the text: keep it private", err=True)


@click.command()
@FORMAT
@click.pass_context
@guarded
def sources(context: click.Context, form: str) -> None:
    """List what is loaded."""
    from graphbuild.terms import said_graph

    ledger = open_store(context).ledger
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
    say(number_of(len(rows), "source") if rows else "nothing was loaded yet; `graphbuild load` does", err=True)


@click.command()
@click.argument("source")
@click.pass_context
@guarded
def remove(context: click.Context, source: str) -> None:
    """Remove a source.

    The store is then as if it had never been loaded.
    """
    from graphbuild.build import remove as take_out

    end_in_order()
    take_out(open_store(context), source, tell)
    say(f"removed {source}", err=True)


@click.command()
@click.option("--timings", "timed", is_flag=True, help="Put every question once and say how long each took.")
@PARAM
@FORMAT
@click.pass_context
@guarded
def stats(context: click.Context, timed: bool, param: tuple[str, ...], form: str) -> None:
    """Count what the store holds, or time the questions.

    Counts by layer, source and class. With --timings every question of the
    catalogue is put once, with those of the parameters that it takes, and the
    slowest stands first.
    """
    from graphbuild.questions.statistics import count, timings

    if param and not timed:
        raise click.UsageError("--param is for --timings")
    if not timed:
        print_rows(*count(open_store(context)), form)
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the engine cannot be interrupted otherwise
    print_rows(*timings(open_store(context), named_values(param), tell), form)


@click.command()
@click.pass_context
@guarded
def check(context: click.Context) -> None:
    """Verify the store against its ledger.

    Every graph is counted and hashed anew; exits with 1 if one differs.
    """
    from graphbuild.build import check as compare

    differences = compare(open_store(context))
    for text in differences:
        say(text)
    say("the store is damaged; load the sources again" if differences else "the store is whole", err=True)
    context.exit(1 if differences else 0)
