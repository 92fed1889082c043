# Every target sets up what it needs first. python3.11, pip and make are enough.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test test-slow lint bench fuzz dev score lock clean

help:            ## what can be made
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/'

$(VENV)/.installed: locks/requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# The second DuckDB, in a folder of its own, is the oldest that a warehouse has to open in; tests run it in a process of its own.
$(VENV)/.installed-dev: locks/requirements-dev.lock locks/duckdb-1.4.lock $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --upgrade --target $(VENV)/duckdb-1.4 -r locks/duckdb-1.4.lock
	@touch $@

setup: $(VENV)/.installed          ## .venv with the command cardhouse and the Python packages
setup-dev: $(VENV)/.installed-dev

demo: setup      ## crawl the bundled sample hub, build the warehouse, print the flagship answer
	@$(BIN)/cardhouse run --source sample --home data/demo $(DEMO_ARGS)

test: setup-dev  ## the fast suite
	$(BIN)/python -m pytest -n auto --dist worksteal

test-slow: setup-dev  ## kill tests, the whole corpus, fuzzing, the Dagster daemon
	$(BIN)/python -m pytest -m slow

lint: setup-dev  ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: setup-dev  ## performance, as ratios against a named rival in the same run
	$(BIN)/python -m benchmarks

fuzz: setup-dev  ## ten minutes of hurt cards; FUZZ_SECONDS=60 for one
	$(BIN)/python -m benchmarks.fuzz $(or $(FUZZ_SECONDS),600)

score: setup-dev  ## accuracy on the labelled cards of ../shared
	$(BIN)/python -m benchmarks.score

# The sample hub unless CARDHOUSE_SOURCE says otherwise; `dg dev`, which the silenced warning recommends, needs one more package.
dev: setup-dev   ## Dagster's UI, on the sample hub (CARDHOUSE_SOURCE=hub make dev: on the real one)
	CARDHOUSE_SOURCE=$${CARDHOUSE_SOURCE:-sample} CARDHOUSE_HOME=$${CARDHOUSE_HOME:-$(CURDIR)/data/demo} \
	DAGSTER_HOME=$(CURDIR)/dagster_home PYTHONWARNINGS='ignore:Function' $(BIN)/dagster dev -m etl.definitions

lock:            ## renew the locks (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-annotate --no-emit-index-url -o locks/requirements.lock locks/requirements.in
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-annotate --no-emit-index-url -c locks/requirements.lock -o locks/requirements-dev.lock locks/requirements-dev.in
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-annotate --no-emit-index-url -o locks/duckdb-1.4.lock locks/duckdb-1.4.in

clean:           ## remove the virtual environment and the demo's data
	rm -rf $(VENV) data/demo
