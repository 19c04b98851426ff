# Everything a fresh machine needs: python3, make and the package index.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: help setup demo tour test check lint types imports pytest format clean

help:
	@echo "make demo    set up, train the demo study on built-in images, print its table"
	@echo "make tour    set up, walk docs/first-steps.md and docs/guides.md in the app, and take their pictures again"
	@echo "make test    set up, then run every check: ruff, mypy, import contracts, pytest"
	@echo "make format  let ruff format and fix what it can"

setup: $(BIN)/.ready

$(BIN)/.ready: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

demo: setup
	$(BIN)/netlab --db demo.db run recipes/demo.yaml --jobs 2
	@$(BIN)/netlab --db demo.db export demo

tour: setup
	$(BIN)/python docs/tour.py
	$(BIN)/python docs/guided.py

test: setup lint types imports pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

pytest: setup
	$(BIN)/pytest --numprocesses auto --dist worksteal

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis demo.db demo.runs
