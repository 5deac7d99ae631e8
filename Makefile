# Needs Python 3.11 or newer, and nothing else.
PYTHON ?= python3
BIN := .venv/bin
STORE := build/demo
KAZ := --param state=KAZ
SHORT := paragraph,law,provision,accepted,adopted,later,grade,flags

.PHONY: demo test check soak docs clean help

demo: .venv/graphbuild  ## build the bundled graph and say which accepted pledges conflict with later laws
	$(BIN)/graphbuild --store $(STORE) load --bundled
	$(BIN)/graphbuild --store $(STORE) query pledge-conflicts $(KAZ) --columns $(SHORT)
	$(BIN)/graphbuild --store $(STORE) explain KAZ/1/95.73 KAZ/2011/483-IV

test: check  ## lint, types and all tests
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

check: .venv/tests  ## lint and types
	$(BIN)/ruff check graphbuild tests notebooks benchmarks
	$(BIN)/mypy

soak: .venv/tests  ## long runs: kill a load 200 times and look at what is left, ask a second engine what takes it minutes
	$(BIN)/python -m pytest tests/soak

docs: .venv/graphbuild  ## write the documentation that is made from the tables
	$(BIN)/python -c 'from graphbuild.casebooks.newcasebook import documentation; print(documentation(), end="")' > docs/casebook.md
	$(BIN)/python -c 'from graphbuild.exports.jsonld import make_context; print(make_context(), end="")' > ontology/context.jsonld

clean:  ## remove the environment and what was built
	rm -rf .venv build dist

help:  ## say what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-6s %s\n", $$1, $$2 }'

.venv/graphbuild: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/tests: .venv/graphbuild
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@
