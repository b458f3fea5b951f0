# The front door: makes .venv from a hash-pinned lock, finds a browser, and hands over.
#
# make turns every failure into exit code 2. The codes that mean something (docs/exit-codes.md) are
# doit's: scripts and CI call `make setup && .venv/bin/doit run nightly`.
#
# For Linux and macOS; GNU make 3.81 is enough.

SHELL = /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL = help
.NOTPARALLEL:

# An older or newer one, or one in another place: make quick PYTHON=/opt/python3.12/bin/python3
PYTHON ?= python3
# More words for doit or pytest: make quick ARGS="journey=checkout headed=1"
ARGS ?=

BIN = .venv/bin
# A copy of the lock that .venv was made from. Written last: without it .venv is half-made.
INSTALLED = .venv/installed.lock

.PHONY: help setup quick nightly test lint types format lock clean environment dev-environment

help: ## say what there is
	@echo 'make TARGET [ARGS="..."] [PYTHON=python3.12]'
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' Makefile

setup: environment ## make .venv and find a browser; install one if there is none
	@$(BIN)/python -m executors.toolchain --ensure

quick: setup ## ride every journey once in a browser and once with k6
	@$(BIN)/doit run quick $(ARGS)

nightly: setup ## ride the full matrix
	@$(BIN)/doit run nightly $(ARGS)

# Files in their order: the longest rides come first, and nobody waits for one that began last. What
# Python compiles is kept, whatever an image says: tests start hundreds of processes.
test: dev-environment ## run the tests
	@$(BIN)/python -m executors.toolchain --ensure
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

lint: dev-environment ## check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

types: ## check k6 scripts against the types of k6's modules; asks for node and npm
	@npm ci --prefix tests/generators/types --no-audit --no-fund --loglevel error
	@cd tests/generators/types && node node_modules/typescript/bin/tsc

format: dev-environment ## bring the code into its style
	@$(BIN)/ruff check --select I --fix .
	@$(BIN)/ruff format .

lock: dev-environment ## make both locks anew from pyproject.toml
	@$(call compile,-o requirements.lock)
	@$(call compile,--group dev -o requirements-dev.lock)
	@! grep -nE '^ *--(extra-index-url|index-url|find-links)' requirements.lock requirements-dev.lock

compile = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 \
	--generate-hashes -q $(1)

clean: ## remove what was built; results, the history of nights and .venv stay
	@rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@[ ! -d .tandem ] || find .tandem -mindepth 1 -maxdepth 1 ! -name history -exec rm -rf {} +
	@find . -path ./.venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# The development lock holds all of the other one: where it is installed, both are.
environment:
	@$(call there,requirements-dev.lock) || $(call there,requirements.lock) \
		|| { $(call install,requirements.lock); }

dev-environment:
	@$(call there,requirements-dev.lock) || { $(call install,requirements-dev.lock); }

# Shell: is .venv made from this lock, does its Python run, and was it made in this very folder?
there = { cmp -s $(1) $(INSTALLED) && $(BIN)/python -c '' 2>/dev/null \
	&& grep -qF '$(CURDIR)/.venv/bin/python' $(BIN)/doit; }

# Shell: install a lock. A .venv that holds the runtime lock as it is now gets what is added to it;
# any other one, and a half-made one, is made anew. Only wheels: a source package would be built with
# whatever its build tools are today, which no hash pins.
install = set -e; \
	$(call there,requirements.lock) || { $(check_python); $(make_venv); }; \
	rm -f $(INSTALLED); \
	echo "installing $(1) into .venv (this takes a minute)"; \
	if $(BIN)/python -c 'import pip' 2>/dev/null; then pip="$(BIN)/python -m pip"; \
	else pip="$(PYTHON) -m pip --python $(BIN)/python"; fi; \
	$$pip --disable-pip-version-check install --quiet --no-input \
		--require-hashes --only-binary :all: -r $(1); \
	cp $(1) $(INSTALLED).new; \
	mv $(INSTALLED).new $(INSTALLED)

check_python = \
	command -v $(PYTHON) >/dev/null || { $(call fail,there is no $(PYTHON)); }; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { $(call fail,$(PYTHON) is older or does not run: $$($(PYTHON) --version 2>&1 | head -n 1)); }

fail = echo "Tandem needs Python 3.11 or newer; $(1). Name another one: make quick PYTHON=python3.12" \
	>&2; exit 1

# Debian keeps ensurepip, which puts pip into a venv, in a package of its own; a pip outside of the
# venv does as well.
make_venv = \
	if $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then pip=; \
	elif $(PYTHON) -c 'import pip, venv' 2>/dev/null; then pip=--without-pip; \
	else echo "$(PYTHON) has neither ensurepip nor pip, so no .venv can be made." \
		"On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; fi; \
	echo "making .venv with $$($(PYTHON) --version)"; \
	rm -rf .venv; \
	$(PYTHON) -m venv $$pip .venv
