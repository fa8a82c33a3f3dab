# `make serve` and `make test` each do all the set-up; nothing is done twice while nothing changes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(if $(shell command -v uv),uv pip install --quiet --python $(BIN)/python,$(BIN)/pip install --quiet --disable-pip-version-check)

# Node comes as a wheel among the tools for development, so that everybody's is the same.
NODE_TOOLS := openapi/node_modules/.package-lock.json
NPM = cd openapi && PATH="$(CURDIR)/$(BIN):$$PATH" REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true npm

COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.PHONY: serve test check lint lock openapi clean

serve: $(VENV)/.serve
	$(BIN)/sayso serve --seeds

test: $(VENV)/.develop
	$(BIN)/pytest $(ARGS)

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

# The locks hold hashes and no addresses. They are remade only here.
lock: $(VENV)/.develop
	$(COMPILE) --extra build --output-file requirements.lock
	$(COMPILE) --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(NPM) install --silent --package-lock-only

clean:
	rm -rf $(VENV) openapi/node_modules build dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "sayso needs Python 3.11 or later; name one: make PYTHON=python3.12"; exit 1; }
	@echo "Setting up $(VENV): this takes about a minute, once."
	$(PYTHON) -m venv $(VENV)

$(VENV)/.serve: requirements.lock pyproject.toml | $(BIN)/python
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.develop: requirements-dev.lock $(VENV)/.serve
	$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

$(NODE_TOOLS): openapi/package-lock.json openapi/.npmrc | $(VENV)/.develop
	$(NPM) ci --silent
	@touch $@
