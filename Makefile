# make help lists the targets.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo demo-http test test-all test-postgres unattended lint format bench bench-http lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

.venv/installed: requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python >= 3.11 is needed: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv || { echo "venv is missing: apt install python3-venv" >&2; exit 1; }
	@echo "Installing the locked dependencies into .venv (about a minute) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: .venv/installed ## one record's whole life, told in French, left to look at in demo/
	@$(BIN)/python -m tests.demo

demo-http: .venv/installed ## the same with nothing but HTTP between them, left in demo-http/
	@$(BIN)/python -m tests.demo --http --folder demo-http

test: .venv/installed ## the tests, long ones as seeded samples
	@$(BIN)/pytest -n 2 --dist worksteal -m "not long"

test-all: .venv/installed ## every test, unabridged
	@$(BIN)/pytest -n 2 --dist worksteal

test-postgres: .venv/installed ## the tests of homes and storage, each home on a real PostgreSQL server
	@SPIE_EXCHANGE_TEST_DATABASE=postgresql $(BIN)/pytest -n 2 --dist worksteal -m "not long" tests/e2e tests/unit/exchange/storage

unattended: .venv/installed ## eight schedulers, 200 periods, killed at random for two minutes
	@$(BIN)/python -m tests.unattended --database sqlite
	@$(BIN)/python -m tests.unattended --database postgresql

lint: .venv/installed ## format, lint, types, who imports whom
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/installed ## rewrite the code in the house format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench-http: .venv/installed ## the HTTP service beside a bare one, measured in one run
	@$(BIN)/python -m benchmarks.service

bench: .venv/installed ## measured ratios against peers, in one run
	@$(BIN)/python -m benchmarks

lock: .venv/installed ## re-resolve the locked dependencies (hashes, no addresses)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-emit-index-url --no-emit-find-links --no-header --no-emit-package spie-exchange \
		pyproject.toml requirements-dev.in -o requirements-dev.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-emit-index-url --no-emit-find-links --no-header --no-emit-package spie-exchange \
		-c requirements-dev.txt pyproject.toml -o requirements.txt

clean: ## remove what the targets above made
	@rm -rf .venv build dist demo demo-http .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
