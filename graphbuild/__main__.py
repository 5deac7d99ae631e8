"""`python -m graphbuild`."""

from graphbuild.cli import run

run()
