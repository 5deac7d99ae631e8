"""Commands that ask a store, explain its findings and take the graph elsewhere."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from graphbuild.commands.console import (
    FORMAT,
    OUTPUT,
    PARAM,
    TABLE_OR_JSON,
    end_in_order,
    guarded,
    named_values,
    open_store,
    print_rows,
    say,
    write_file,
)
from graphbuild.plurals import number_of

if TYPE_CHECKING:
    from graphbuild.questions.answers import QueryAnswer
    from graphbuild.stores.anystore import Store


@click.command()
@click.argument("question", required=False)
@FORMAT
@guarded
def queries(question: str | None, form: str) -> None:
    """List the questions, or tell what one asks and takes."""
    from graphbuild.questions.catalogue import find_question, questions, takes
    from graphbuild.render import description

    if question:
        wanted = find_question(question)
        rows = [[p.name, p.meaning, takes(p), p.default] for p in wanted.parameters]
        if form == "table":
            say(description(wanted))
        else:
            print_rows(["parameter", "means", "takes", "default"], rows, form)
        return
    rows = [[q.name, q.summary, ", ".join(p.name for p in q.parameters)] for q in questions()]
    print_rows(["question", "asks", "parameters"], rows, form)


@click.command()
@click.argument("question")
@PARAM
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
    from graphbuild.questions.absent import absent, in_named_graphs
    from graphbuild.questions.answers import ask
    from graphbuild.questions.catalogue import find_question, read_question_from
    from graphbuild.syntax import unknown_words

    form = _form(context, form, output)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the engine cannot be interrupted otherwise
    if question == "-" and sys.stdin is None:
        raise click.UsageError("standard input is closed; name a file with the query")
    wanted = read_question_from(sys.stdin.buffer) if question == "-" else find_question(question)
    store, given = open_store(context), named_values(param)
    answer = ask(store, wanted, given)
    if columns:
        answer = answer.only([name.strip() for name in columns.split(",")])
    _print_answer(answer, form, output)
    say(number_of(len(answer.rows), "row"), err=True)
    for sentence in absent(store, wanted, given) if not answer.rows else ():
        say(sentence, err=True)
    if not wanted.columns:  # what has columns is of the catalogue
        for sentence in (*unknown_words(wanted.text), *in_named_graphs(store, wanted.text)):
            say(sentence, err=True)
    _tell_of_other_rules(store)


def _print_answer(answer: QueryAnswer, form: str, output: str) -> None:
    if form != "xlsx":
        print_rows(answer.columns, answer.rows, form, output)
        return
    from graphbuild.exports.workbook import as_workbook

    write_file(as_workbook(answer.columns, answer.rows, answer.numbers), output)


def _tell_of_other_rules(store: Store) -> None:
    """Questions look for what the rules of today settle and conclude; a store may have been made by others."""
    from graphbuild.deriving.rules import hash_of_rules

    if store.ledger.ontology not in ("", hash_of_rules()):
        say("the store was made with another vocabulary or other rules, so that rows may be missing or wrong; "
            "load any of its sources again, and all of it is derived anew", err=True)


def _form(context: click.Context, form: str, output: str) -> str:
    """The format that is asked for; if none is, the one that the name of the file ends with."""
    ending = Path(output).suffix.casefold().removeprefix(".")
    asked = context.get_parameter_source("form") is not ParameterSource.DEFAULT
    if ending in ("xls", "ods") or (ending == "xlsx" and asked):  # such a file would open as a damaged one
        raise click.UsageError(f"--output {output}: a workbook is written as .xlsx, without --format")
    return form if asked or ending not in ("csv", "tsv", "json", "xlsx") else ending


@click.command()
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
    from graphbuild.questions.explain import explain as explain_pairs
    from graphbuild.render import explanation, explanation_json

    store = open_store(context)
    pairs = explain_pairs(store, recommendation, law, acceptance)
    say(explanation_json(pairs) if form == "json" else explanation(pairs, everything))
    _tell_of_other_rules(store)


@click.command()
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
@click.option(
    "--description",
    type=click.Path(path_type=Path),
    help="Also write, to a file beside it, what a catalogue must know of it: VoID and DCAT in Turtle.",
)
@click.pass_context
@guarded
def export(
    context: click.Context, form: str, output: Path, profile: str, layer: str, description: Path | None
) -> None:
    """Write the graph to a file, safe by default.

    The same store gives the same bytes every time.
    """
    from graphbuild.exports.formats import export as write

    if str(output) == "-":
        raise click.UsageError("--output -: an export is written to a file; name one")
    if str(description) == "-":
        raise click.UsageError("--description -: a description is written to a file; name one")
    end_in_order()
    store = open_store(context)
    count = write(store, form, output, profile, layer, lambda text: say(text, err=True), description=description)
    say(f"wrote {number_of(count, 'statement')} to {output} ({profile} profile)", err=True)
    if description:
        say(f"described it in {description}", err=True)
