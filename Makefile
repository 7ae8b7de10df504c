# Needs Python 3.11 or newer and make; everything else is installed into .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/.installed
# What tests, checks and benchmarks need besides: Spark, a solver, engines of data.
EQUIPPED := .venv/.equipped
PEERS := benchmarks/peers
COMPILED := build/compiled
# What a quote runs through.
ENGINE := account basket benefits bounds choice compiled eligibility engine group_bounds \
	improve index outlook presolve priority rates schemes search seating space sums tender terms \
	ties turns unit_lane writing

.PHONY: help demo retail retail-spark test coverage check bench bench-peers compiled docs
.DELETE_ON_ERROR:

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make demo     price a festival over real invoices, and find and close a loophole in its rules
demo: $(INSTALLED)
	@$(BIN)/python examples/festival.py
	@$(BIN)/python -m examples.festival_loophole

## make retail   compare two rulebooks over 39,516 invoices, as Arrow batches on all cores
retail: $(EQUIPPED)
	@$(BIN)/python -m examples.retail_arrow

## make retail-spark   the same on Spark, to the penny; needs Java 17 or later
retail-spark: $(EQUIPPED)
	@$(BIN)/python -m examples.retail_spark

## make test     all tests, examples of the docs included
test: $(EQUIPPED)
	@$(BIN)/pytest -n 2

## make coverage the same with branch coverage, which takes half as long again
coverage: $(EQUIPPED)
	@$(BIN)/pytest -n 2 --cov

## make check    style, types, floors, docs
check: $(EQUIPPED)
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory docs

## make bench    carts, points and orders per second; proofs, sums, loopholes, recommendations;
##               RETAIL=FILE reads Online Retail II from its parquet file
bench: $(EQUIPPED)
	@$(BIN)/python benchmarks/quote.py
	@$(BIN)/python benchmarks/proofs.py
	@$(BIN)/python -m benchmarks.memory
	@$(BIN)/python benchmarks/points.py
	@$(BIN)/python -m benchmarks.confluence --orders 2000
	@$(BIN)/python -m benchmarks.lifecycles
	@$(BIN)/python benchmarks/lint.py
	@$(BIN)/python -m benchmarks.check
	@$(BIN)/python benchmarks/signals.py
	@$(BIN)/python -W ignore -m benchmarks.load --orders 2000
	@$(BIN)/python -W ignore -m benchmarks.load --orders 2000 --faults
	@$(BIN)/python -m benchmarks.recommend $(RETAIL)
	@$(MAKE) --no-print-directory bench-peers

## make bench-peers  mallops beside Medusa, Vendure and django-oscar; draws docs/peers.svg
bench-peers: $(EQUIPPED) .venv-peers/.installed $(PEERS)/node_modules/.installed
	@$(BIN)/python -m benchmarks.peers --plot docs/peers.svg

## make compiled  the engine as machine code, in build/compiled; asks for a C compiler
compiled: $(COMPILED)/done

## make docs     the site, in docs/_build/html
docs: $(EQUIPPED)
	@$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --jobs auto docs docs/_build/html

# A copy, so that the package itself stays plain Python, whatever is built beside it. Checking the
# types is for `make check`.
$(COMPILED)/done: $(shell find src -name '*.py') | $(EQUIPPED)
	@echo "Compiling into $(COMPILED) ..."
	@rm -rf $(COMPILED) && mkdir -p $(COMPILED) && cp -r src/mallops $(COMPILED)
	@cd $(COMPILED) && $(CURDIR)/$(BIN)/mypyc --config-file= \
		mallops/catalog/fitting.py $(ENGINE:%=mallops/promotions/%.py) >build.log \
		|| { cat build.log; exit 1; }
	@touch $@

# PIP_CONSTRAINT, unlike --constraint, pins what builds the package too.
$(INSTALLED): pyproject.toml constraints.txt
	@echo "Installing into .venv ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@PIP_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 \
		$(BIN)/python -m pip install --quiet --quiet --editable '.[cli]'
	@touch $@

$(EQUIPPED): $(INSTALLED)
	@echo "Installing what tests and checks need ..."
	@PIP_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 \
		$(BIN)/python -m pip install --quiet --quiet --editable '.[cli,arrow,spark,sql,recommend,dev]'
	@touch $@

.venv-peers/.installed: $(PEERS)/requirements.txt
	@echo "Installing django-oscar into .venv-peers ..."
	@test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	@PIP_DISABLE_PIP_VERSION_CHECK=1 .venv-peers/bin/python -m pip install --quiet --quiet \
		--requirement $(PEERS)/requirements.txt
	@touch $@

# Without Node, these peers' rows say so.
$(PEERS)/node_modules/.installed: $(PEERS)/package.json
	@mkdir -p $(@D)
	@if command -v npm >/dev/null; then \
		echo "Installing Medusa and Vendure into $(@D) ..." && \
		(cd $(PEERS) && npm install --silent) && touch $@; \
	fi
