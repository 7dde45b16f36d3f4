# What newcomers run: `make demo` and `make test`. Both set up all they need the first time, and are quick the second.
# The other targets are for those who change the code; `make help` lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
# Node: the system's, or the one that setup puts into the virtual environment.
export PATH := $(PATH):$(CURDIR)/.venv/bin
FORGE := node_modules/@foundry-rs/forge-linux-amd64/bin/forge
WORKERS ?= 2

.PHONY: help demo test test-ganache test-days test-long check analyse symbolic coverage mutation format artifacts picture screenshots api-check reference gas bench bench-circulation bench-rating setup clean bench-web

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

demo: build/.artifacts ## Watch the main job on a local chain: deploy, attest, issue 1,000 orders, circulate, burn
	@$(BIN)/zuan demo

# On two cores Ganache takes ten minutes for what an EVM in the process does in one: tests/brownie takes a cross-section there.
test: build/.artifacts build/.brownie ## All tests; those of the contracts on an EVM in the process, and a part of them on Ganache
	@ZUAN_ENGINE=pyrevm $(BIN)/python -m pytest -n $(WORKERS) tests

test-ganache: build/.artifacts build/.brownie ## The contract tests on Brownie and Ganache, all of them (ten minutes)
	@$(BIN)/python -m pytest -n $(WORKERS) tests/contracts

test-days: build/.artifacts build/.brownie ## The tests on other days, in other zones and languages, a core busy (an hour; needs faketime)
	@$(BIN)/python tools/other_days.py --workers $(WORKERS)

test-long: build/.artifacts ## The long runs: a million calls on all contracts, millions of steps of serials (about an hour)
	ZUAN_PROPERTY_CALLS=1000000 ZUAN_TRACE_SEEDS=1000 ZUAN_TRACE_STEPS=300000 ZUAN_CIRCULATION_SEEDS=500 \
		$(BIN)/python -m pytest -p no:pytest-brownie --timeout 14400 tests/properties tests/tracing tests/circulation

check: build/.artifacts ## Format, lint, types, then all tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	@if [ -x $(FORGE) ]; then $(FORGE) fmt --check contracts; else echo "forge is not installed here: contracts' format unchecked"; fi
	$(BIN)/python tools/solc/build.py --check
	@$(MAKE) --no-print-directory analyse
	@$(MAKE) --no-print-directory test

analyse: build/.artifacts .venv-analysis/.done ## Static analysis (Slither): every finding is fixed or explained
	@.venv-analysis/bin/python tools/analyse.py

symbolic: build/.artifacts .venv-analysis/.done ## Proofs by halmos, and a bug planted for each to see that it can fail (10 minutes)
	ZUAN_EACH_BUG=1 $(BIN)/python -m pytest -p no:pytest-brownie -n $(WORKERS) tests/symbolic

coverage: build/.artifacts ## Branch coverage of the contracts by their tests; fails below 100 %
	@$(BIN)/python tools/coverage/branches.py --workers $(WORKERS)

# All of them take about an hour and a half: `make mutation` is a sample; SAMPLE=0 goes on to all, and keeps what is known.
SAMPLE ?= 300
mutation: build/.artifacts ## Mutants of the contracts against the tests: a random sample (20 minutes), or all with SAMPLE=0
	@$(BIN)/python tools/mutation/mutate.py --sample $(SAMPLE) --workers $(WORKERS)

format: setup ## Format Python and Solidity
	$(BIN)/ruff check --fix-only -q .
	$(BIN)/ruff format .
	$(FORGE) fmt contracts

artifacts: setup ## Compile the contracts into the artifacts that the package ships
	@$(BIN)/python tools/solc/build.py

picture: ## Build the part of ECharts that pages written with --html carry
	@tools/picture/build.sh

screenshots: build/.artifacts ## Take the pictures of the page that the documentation shows (needs Debian's chromium)
	@$(BIN)/python tools/screenshots.py

api-check: build/.artifacts .venv-api/.done ## Try the page's API by its OpenAPI document (schemathesis, a minute)
	@$(BIN)/python tools/api_check.py

reference: setup ## Write docs/reference again: commands, options, zuan.toml
	@$(BIN)/python tools/reference.py

gas: build/.artifacts ## Measure gas again and rewrite the snapshot
	ZUAN_WRITE_GAS=1 $(BIN)/python -m pytest -q tests/toolchain/test_gas.py -k snapshot_and

bench: build/.artifacts ## Measure speed and memory beside the peers (takes about 10 minutes)
	$(BIN)/python bench/startup.py
	$(BIN)/python bench/issue.py

bench-circulation: build/.artifacts ## The same for circulation: a million logs beside the peers, the index to 100 million (an hour)
	$(BIN)/python bench/circulation/sync.py
	$(BIN)/python bench/circulation/index.py

bench-rating: build/.artifacts ## Precision and recall of `zuan check` on tokens whose powers are known, and how long it takes (25 minutes)
	$(BIN)/python bench/rating/measure.py
	$(BIN)/python bench/rating/speed.py

bench-web: build/.artifacts ## The page with a million transfers behind it: views, lists, files, readers at once, memory (five minutes)
	$(BIN)/python bench/web/measure.py

setup: .venv/.done node_modules/.done ## Virtual environment and npm packages

clean: ## Remove all that setup, builds and local chains made; keys, and deployments on other chains, stay
	@[ ! -d build/.brownie/accounts ] || $(PYTHON) -c 'import sys; sys.path.insert(0, "tools"); import brownie_hook as b; b.keep_keys()'
	rm -rf .venv .venv-analysis .venv-api .venv-cluster .bench node_modules tools/picture/node_modules bench/rating/node_modules build dist src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis reports
	rm -rf deployments/local* circulation/local-*
	@rmdir interfaces deployments circulation 2>/dev/null || true
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.done: requirements.txt requirements-node.txt pyproject.toml tools/setup.sh
	@PYTHON=$(PYTHON) tools/setup.sh
	@touch $@

# Tools that cannot live beside Brownie, in environments of their own: slither and halmos (analysis), schemathesis (api). Where
# the environment was made without pip, the system's fills these too.
.venv-%/.done: requirements-%.txt | .venv/.done
	@echo "Installing $$(sed -n '2s/[=,].*//p' requirements-$*.in) and what it needs into .venv-$* (about a minute, once) ..."
	@rm -rf .venv-$*
	@$(BIN)/python -m venv --without-pip .venv-$*
	@pip=$(BIN)/python; $$pip -m pip --version >/dev/null 2>&1 || pip=$(PYTHON); \
		$$pip -m pip --python .venv-$*/bin/python install -qq --disable-pip-version-check --require-hashes \
		-r requirements-$*.txt
	@touch $@

node_modules/.done: package-lock.json | .venv/.done
	@echo "Installing the compiler and Ganache ..."
	@npm ci --silent --no-progress
	@touch $@

build/.artifacts: .venv/.done node_modules/.done brownie-config.yaml tools/solc/build.py $(shell find contracts -name '*.sol')
	@echo "Compiling the contracts ..."
	@$(BIN)/python tools/solc/build.py
	@touch $@

# Before the tests start in parallel: Brownie's workers and their master must find the same build.
build/.brownie: build/.artifacts
	@$(BIN)/brownie compile > build/brownie.log 2>&1 || { cat build/brownie.log; exit 1; }
	@touch $@
