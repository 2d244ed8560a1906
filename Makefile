# Shoprelay's commands. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
# Each purpose is pinned within the versions of the ones before it.
PURPOSES := build main local tests lint
REQUIREMENTS := $(PURPOSES:%=requirements/%.txt)

.DEFAULT_GOAL := help
.PHONY: help install demo test check format chaos bench relay schemas up down lock

help: ## List the commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/.installed ## Make .venv with all that the other commands need (a second call is instant)

.venv/.installed: $(REQUIREMENTS) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Shoprelay needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the pinned packages into .venv (once, about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes $(addprefix -r ,$(REQUIREMENTS))
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: install ## Run everything on this machine: two simulated shops, six services, a bill; Ctrl-C ends it
	@$(BIN)/shoprelay demo

test: check ## Everything that a change must pass: check, then unit, contract and integration tests
	@$(BIN)/pytest

check: install ## Lint, types, import rules, and whether the generated files are current
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m shoprelay_cli.references --check

format: install ## Format the code and fix what the linter can
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

chaos: install ## Kill each service at each point between two stores, then storms and their audit (CHAOS_SEEDS=20, CHAOS_SECONDS, CHAOS_SEED: the first)
	@$(BIN)/pytest --ignore tests/chaos/test_storm.py tests/chaos tests/integration/test_normalizer_crashes.py tests/integration/test_normalizer_group.py
	@$(BIN)/python -m tests.chaos.series --seeds $${CHAOS_SEEDS:-1} --seconds $${CHAOS_SECONDS:-120} $${CHAOS_SEED:+--first $$CHAOS_SEED}

relay: install ## Begin a relay for another platform: make relay name=acme_shop (see ADDING_A_RELAY.md)
	@$(BIN)/python -m shoprelay_relays.scaffold "$(name)"

schemas: install ## Write docs/reference/ and docs/settings.md anew from the models
	@$(BIN)/python -m shoprelay_cli.references

bench: install .venv-peers/.installed ## Measure every figure against its baseline in the same run, into bench/RESULTS.md (BENCH="--only latency --runs 2")
	@$(BIN)/python -m bench.results $(BENCH)

# What our figures stand beside may ask for other versions than we do.
.venv-peers/.installed: requirements/peers.txt
	@test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	@echo "Installing what the benches compare with into .venv-peers (once, about a minute)"
	@.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/peers.txt
	@touch $@

up: install ## Start Kafka and MongoDB on this machine
	@$(BIN)/shoprelay local up

down: install ## Stop what `make up` started
	@$(BIN)/shoprelay local down

lock: install ## Pin the packages anew (requirements/*.in to *.txt)
	@cd requirements && for purpose in $(PURPOSES); do \
		../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
			--no-emit-index-url --no-emit-find-links $$constraints $$purpose.in -o $$purpose.txt || exit 1; \
		constraints="$$constraints --constraint=$$purpose.txt"; \
	done; \
	../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links peers.in -o peers.txt
