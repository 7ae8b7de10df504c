# Needs Python 3.11 or newer and make; everything else is installed into .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: help demo retail retail-spark test check bench docs
.DELETE_ON_ERROR:

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make demo     price a festival over real invoices, cart by cart
demo: $(INSTALLED)
	@$(BIN)/python examples/festival.py

## make retail   compare two rulebooks over 39,516 invoices, as Arrow batches on all cores
retail: $(INSTALLED)
	@$(BIN)/python -m examples.retail_arrow

## make retail-spark   the same on Spark, to the penny; needs Java 17 or later
retail-spark: $(INSTALLED)
	@$(BIN)/python -m examples.retail_spark

## make test     all tests, examples of the docs included, with branch coverage
test: $(INSTALLED)
	@$(BIN)/pytest -n 2 --cov

## make check    style, types, floors, docs
check: $(INSTALLED)
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory docs

## make bench    carts priced per second, and the share of choices proven
bench: $(INSTALLED)
	@$(BIN)/python benchmarks/quote.py
	@$(BIN)/python benchmarks/proofs.py

## make docs     the site, in docs/_build/html
docs: $(INSTALLED)
	@$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --jobs auto docs docs/_build/html

# PIP_CONSTRAINT, unlike --constraint, pins what builds the package too.
$(INSTALLED): pyproject.toml constraints.txt
	@echo "Installing into .venv ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@PIP_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 \
		$(BIN)/python -m pip install --quiet --quiet --editable '.[cli,arrow,spark,dev]'
	@touch $@
