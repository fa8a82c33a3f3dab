# `make serve` and `make test` each do all the set-up; nothing is done twice while nothing changes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv)
INSTALL = $(if $(UV),uv pip install --quiet --python $(1)/python,$(1)/pip install --quiet --disable-pip-version-check)

# Node comes as a wheel among the tools for development, so that everybody's is the same.
NODE_TOOLS := openapi/node_modules/.package-lock.json
NPM = cd openapi && PATH="$(CURDIR)/$(BIN):$$PATH" REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true npm

# The generators of clients in Python and Java, in an environment of their own.
SDK_TOOLS := build/tools

# What the service is measured beside, likewise.
NEIGHBOURS := build/neighbours

COMPILE = $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.PHONY: serve test check lint bench lock openapi sdk clean

serve: $(VENV)/.serve
	$(BIN)/sayso serve --seeds

# The tests start processes by the hundred, each of which would compile the service anew where no bytecode may be kept.
# Files go in the order of their names: by how many tests they have, the longest of all would come last.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.develop $(NODE_TOOLS) $(SDK_TOOLS)/.ready $(NEIGHBOURS)/.ready
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: lint test

lint: $(VENV)/.develop $(NODE_TOOLS)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile
	$(NPM) run --silent lint

# By way of a second file: a command that fails leaves the document as it was.
openapi: $(VENV)/.develop
	$(BIN)/sayso openapi > $(VENV)/openapi.json
	mv $(VENV)/openapi.json openapi/openapi.json

# Clients in build/sdk, one folder a language. The tests make their own, and drive them.
sdk: $(VENV)/.develop $(NODE_TOOLS) $(SDK_TOOLS)/.ready
	PATH="$(CURDIR)/$(SDK_TOOLS)/bin:$(CURDIR)/$(BIN):$$PATH" sh openapi/generate.sh build/sdk python typescript java

# A minute to make the databases once, and five to measure; CLAIMS=5000000 measures so many beside 100,000.
bench: $(VENV)/.develop $(NEIGHBOURS)/.ready
	@command -v wrk >/dev/null || { echo "make bench drives the servers by wrk: apt-get install wrk"; exit 1; }
	$(BIN)/python -m tests.benchmarks.serving $(CLAIMS)

# The locks hold hashes and no addresses. They are remade only here.
lock: $(VENV)/.develop
	$(COMPILE) pyproject.toml --extra build --output-file requirements.lock
	$(COMPILE) pyproject.toml --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(COMPILE) --group pyproject.toml:sdk --output-file openapi/requirements.lock
	$(COMPILE) --group pyproject.toml:neighbours --output-file tests/benchmarks/serving/requirements.lock
	$(NPM) install --silent --package-lock-only

clean:
	rm -rf $(VENV) openapi/node_modules build dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "sayso needs Python 3.11 or later; name one: make PYTHON=python3.12"; exit 1; }
	@echo "Setting up $(VENV): this takes about a minute, once."
	$(PYTHON) -m venv $(VENV)

$(VENV)/.serve: requirements.lock pyproject.toml | $(BIN)/python
	$(call INSTALL,$(BIN)) --require-hashes -r requirements.lock
	$(call INSTALL,$(BIN)) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.develop: requirements-dev.lock $(VENV)/.serve
	$(call INSTALL,$(BIN)) --require-hashes -r requirements-dev.lock
	@touch $@

$(NODE_TOOLS): openapi/package-lock.json openapi/.npmrc | $(VENV)/.develop
	$(NPM) ci --silent
	@touch $@

$(SDK_TOOLS)/.ready: openapi/requirements.lock | $(BIN)/python
	$(PYTHON) -m venv $(SDK_TOOLS)
	$(call INSTALL,$(SDK_TOOLS)/bin) --require-hashes -r openapi/requirements.lock
	@touch $@

$(NEIGHBOURS)/.ready: tests/benchmarks/serving/requirements.lock | $(BIN)/python
	$(PYTHON) -m venv $(NEIGHBOURS)
	$(call INSTALL,$(NEIGHBOURS)/bin) --require-hashes -r $<
	@touch $@
