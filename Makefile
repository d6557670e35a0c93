# Everything goes into .venv, .servers and var below this folder; nothing needs root.
.DEFAULT_GOAL := help
BIN := .venv/bin
RUNTIME := .venv/.installed-runtime
DEV := .venv/.installed-dev
# Hundreds of processes are started by the tests, and each would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo demo-operate test check types others gen bench up down lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: $(RUNTIME) ## Install what is needed, run the whole loop on real servers, and show it
	$(BIN)/vvtvctl demo

demo-operate: $(RUNTIME) ## Show a drift pause, an emergency pause, and the way back
	$(BIN)/vvtvctl demo operate

# For two cores: of the three workers one plays tests/stack, and mostly waits.
test: $(DEV) ## Install what is needed and run every test
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

check: $(DEV) ## Lint, types, import contracts, generated files, golden cases
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target types others

types: $(DEV)
	$(BIN)/mypy

others: $(DEV)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/vvtvctl compile --check
	$(BIN)/vvtvctl test golden --config autopilot.yaml --no-cache

gen: $(RUNTIME) ## Write the generated rules, routes, dashboards and docker-compose.yml
	$(BIN)/vvtvctl compile

bench: $(DEV) ## Measure, side by side with peers
	$(BIN)/python -m benchmarks

up: $(RUNTIME) ## Start the stack on this machine's loopback
	$(BIN)/vvtvctl up

down: $(RUNTIME) ## Stop the stack
	$(BIN)/vvtvctl down

lock: ## Resolve the dependencies anew into both lock files
	scripts/lock

clean: ## Stop the stack; remove all that make installs and caches; keep var/stack, its data
	-@if [ -x $(BIN)/vvtvctl ]; then $(BIN)/vvtvctl down; fi
	rm -rf .venv .servers var/demo dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(RUNTIME): requirements.lock pyproject.toml
	@scripts/need-python >/dev/null
	scripts/make-venv requirements.lock
	@touch $@

$(DEV): requirements-dev.lock pyproject.toml
	@scripts/need-python >/dev/null
	scripts/make-venv requirements-dev.lock
	@touch $@ $(RUNTIME)
