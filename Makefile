# The two commands of the README are `make run` and `make test`; `make help` lists the rest.

PYTHON ?= python3
VENV ?= .venv
ADDRESS ?= 127.0.0.1
PORT ?= 8501
WORKERS ?= auto
TORCH_INDEX ?=
TORCH_BUILD ?= auto
export VENV TORCH_INDEX TORCH_BUILD

ENVIRONMENT = $(PYTHON) .ci/environment.py
RUN = $(VENV)/bin/python
PYTEST = $(RUN) -m pytest -n $(WORKERS) --maxprocesses 8

.DEFAULT_GOAL := help
# The steps of `make test` share an environment and the machine's cores.
.NOTPARALLEL:
.PHONY: help run test lint format types walls unit browser bench cards weights screenshots python runtime development clean

help: ## show this list
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile
	@echo "  knobs: PORT=8501 ADDRESS=127.0.0.1 PYTHON=python3 TORCH_BUILD=auto|cpu|cuda TORCH_INDEX=<address> WORKERS=auto"

run: runtime ## install what is missing and start the app
	@echo "Perceptorium opens at http://$(ADDRESS):$(PORT) (stop it with Ctrl+C)"
	@exec $(RUN) -m streamlit run app.py --server.address $(ADDRESS) --server.port $(PORT)

test: lint types walls unit browser ## everything: lint, types, walls, tests, browser tests

lint: development ## ruff: rules and format
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .

format: development ## let ruff rewrite what it can
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .

types: development ## mypy on engine and pages
	@$(RUN) -m mypy

walls: development ## who may import whom
	@$(VENV)/bin/lint-imports

# One torch thread a process: two workers with two threads each are slower on two cores than with one each.
unit: development ## tests of engine, figures, pages, architecture, and the doctests
	@OMP_NUM_THREADS=1 $(PYTEST) --doctest-modules engine tests --ignore=tests/browser

# A browser on a busy machine may miss a beat: one more try, and the summary names every test that needed it.
browser: development ## tests in a real Chromium
	@$(ENVIRONMENT) browser
	@OMP_NUM_THREADS=1 $(PYTEST) --reruns 1 -rR tests/browser

bench: development ## measure the claims
	@$(RUN) -m benchmarks

cards: development ## draw the home page's pictures again
	@$(RUN) -m engine.figures.cards

weights: development ## teach the shipped LeNet again: a minute
	@$(RUN) -m engine.core.networks.shipped

screenshots: development ## take the README's pictures again
	@$(RUN) -m docs.screenshots

python:
	@command -v $(PYTHON) >/dev/null || { echo "perceptorium: $(PYTHON) was not found; install Python 3.11 or newer"; exit 1; }

runtime: python
	@$(ENVIRONMENT) runtime

development: python
	@$(ENVIRONMENT) development

clean: ## remove the environment and what the tools left
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
