# The academy's commands. `make demo` and `make test` are the two a newcomer needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help

VENV := .venv
PYTHON := $(VENV)/bin/python
PORT ?= 8000
GROUP ?= opening
# Compiled code is kept, whatever the shell around says: each process would compile nine hundred files at its start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo demo-data test check bench services stop-services lock messages clean

help: ## Say what each command does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*## "} {printf "  make %-14s %s\n", $$1, $$2}'

demo: $(VENV)/.runs node_modules/.ready ## Start the demo academy (honours PORT)
	@$(PYTHON) manage.py demo --port $(PORT)

demo-data: $(VENV)/.runs node_modules/.ready ## Everything the demo needs, without the server
	@$(PYTHON) manage.py demo --data-only --port $(PORT)

test: $(VENV)/.tests node_modules/.ready ## Run every test, on SQLite then on PostgreSQL and Redis
	@deploy/test.sh

check: $(VENV)/.tests node_modules/.ready ## Lint, types, layers, templates, migrations, translations
	@deploy/check.sh

bench: $(VENV)/.tests node_modules/.ready ## Measure GROUP and write var/bench.json
	@$(PYTHON) -m tests.bench $(GROUP)

services: ## Start a private PostgreSQL and Redis, and Janus and coturn where Debian has them
	@deploy/services.sh start --media

stop-services: ## Stop them
	@deploy/services.sh stop

lock: $(VENV)/.tests ## Pin the requirements again, with hashes
	@for set in base dev; do $(VENV)/bin/uv pip compile --quiet --generate-hashes --no-header --universal --python-version 3.12 --upgrade requirements/$$set.in -o requirements/$$set.txt || exit 1; done

messages: $(VENV)/.tests ## Collect the texts to translate
	@deploy/messages.sh

clean: ## Remove what was built; uploads and the database in var/ stay
	@rm -rf $(VENV) node_modules

# --- what the commands above stand on ---------------------------------------------------------------------------------

$(VENV)/bin/python:
	@deploy/venv.sh $(VENV)

$(VENV)/.runs: requirements/base.txt | $(VENV)/bin/python
	@echo "Installing the libraries the academy runs on…"
	@deploy/install.sh $(VENV) base
	@touch $@

$(VENV)/.tests: requirements/dev.txt | $(VENV)/bin/python
	@echo "Installing the tools of the tests and checks…"
	@deploy/install.sh $(VENV) dev
	@touch $@ $(VENV)/.runs

node_modules/.ready: package.json package-lock.json | $(VENV)/.runs
	@echo "Fetching the fonts…"
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" deploy/node.sh
	@touch $@
