"""The command line: parse, call, print, exit code. stdout is data, stderr is talk."""

from __future__ import annotations

import click

from graphbuild import __version__
from graphbuild.commands import asking, keeping
from graphbuild.commands.console import Commands, write_any_letter, write_whole


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "GRAPHBUILD"},
)
@click.version_option(__version__)
@click.option(
    "--store",
    default="graph",
    metavar="FOLDER|URL",
    envvar="GRAPHBUILD_STORE",
    show_default=True,
    help="The folder of the store, or the address of a SPARQL server.",
)
@click.pass_context
def main(context: click.Context, store: str) -> None:
    """What states promise at the United Nations, as a graph that can be questioned.

    Load casebooks and exports, check them, and ask which accepted pledges
    conflict with later laws, with every premise and its source.

    Exit codes: 0 done, 1 the data does not pass, 2 wrong use or input.
    """
    if not store.strip():
        raise click.UsageError("--store is empty; name a folder, or the address of a SPARQL server")
    context.obj = store


for command in (
    keeping.load,
    keeping.validate,
    keeping.kinds,
    keeping.new,
    keeping.suggest,
    keeping.shards,
    asking.queries,
    asking.query,
    asking.explain,
    asking.export,
    keeping.sources,
    keeping.remove,
    keeping.stats,
    keeping.check,
):
    main.add_command(command)


def run() -> None:
    """The entry point."""
    write_any_letter()
    write_whole()
    main()
