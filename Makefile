# Everything runs in a virtual environment of its own, made on first use from the pinned set.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := PIP_CONSTRAINT=$(CURDIR)/constraints.txt $(BIN)/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test serve lint types imports docs pictures tests bench documents quality mutants format clean

help: ## List the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

run: $(VENV)/.tool ## Run every scenario in scenarios/ in all its project types
	@$(BIN)/iterable-harness run

serve: $(VENV)/.tool ## Serve the simulator on http://127.0.0.1:8585 until interrupted
	@$(BIN)/iterable-harness serve

test: lint types imports docs tests ## Check everything: lint, types, import rules, documents, tests

lint: $(VENV)/.checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/deptry .

types: $(VENV)/.checks
	$(BIN)/mypy

imports: $(VENV)/.checks
	$(BIN)/lint-imports

docs: $(VENV)/.checks ## Build the documents into a site with search, in build/docs; a dead link is an error
	$(BIN)/python -m sphinx --quiet --nitpicky --fail-on-warning --keep-going -c docs -d build/doctrees . build/docs

tests: $(VENV)/.checks
	$(BIN)/pytest -p xdist -n 2 -q -rs

bench: $(VENV)/.checks ## Time the hot paths
	$(BIN)/pytest tests/benchmarks --benchmark-enable --benchmark-only -p no:randomly

documents: $(VENV)/.checks ## Write the parts of the documents that follow from the code
	$(BIN)/python tests/system/documents/generated_parts.py

pictures: $(VENV)/.checks ## Take the pictures of the README anew
	$(BIN)/python tests/system/documents/pictures.py

quality: $(VENV)/.checks ## Plant mistakes and write down how each is found
	PYTHONPATH=tests/quality:tests/reference $(BIN)/python tests/quality/table.py

mutants: $(VENV)/.checks ## Change the code in thousands of places and list which changes no test notices (over an hour)
	$(PIP) install 'mutmut>=3.6,<4'
	PYTHONPATH=tests/quality HYPOTHESIS_PROFILE=mutants $(BIN)/python tests/quality/run_mutants.py run
	PYTHONPATH=tests/quality $(BIN)/python tests/quality/mutants.py

format: $(VENV)/.checks ## Format the code and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove the virtual environment and every cache
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .harness dist build

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed, and no python3 was found." >&2; exit 2; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; $(PYTHON) is older. Name another: make PYTHON=/path/to/python3.11 ..." >&2; exit 2; }
	@echo "making the virtual environment $(VENV) (once)" >&2
	@"$(PYTHON)" -m venv $(VENV)

$(VENV)/.tool: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "installing the pinned packages (once)" >&2
	@$(PIP) install -e .
	@touch $@

$(VENV)/.checks: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "installing the pinned packages and the checkers (once)" >&2
	@$(PIP) install -e '.[dev]'
	@touch $(VENV)/.tool $@
