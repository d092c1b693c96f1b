# Needs only make and Python >= 3.11 with venv and pip; everything else goes into .venv.
# Another interpreter: make test PYTHON=python3.12

PYTHON ?= python3
CORPUS ?= corpus
OUTPUT ?= output
export LOWER ACCEPT

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
RUN_READY := $(VENV)/.run-ready
CORE_READY := $(VENV)/.core-ready
DEV_READY := $(VENV)/.dev-ready

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help extract test score soak bench check corpus setup ocr compiled clean

help: ## list these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

extract: $(CORE_READY) ## set up, then read CORPUS= (corpus) and write the dataset to OUTPUT= (output); ACCEPT="why" over a gate
	@"$(BIN)/zhengju" run "$(CORPUS)" --output "$(OUTPUT)" $(if $(ACCEPT),--accept "$$ACCEPT")

test: $(DEV_READY) ## set up, then run the test suite
	@"$(BIN)/python" -m pytest -n auto

score: $(DEV_READY) ## measure against answers (ANSWERS= REPORTS= LOWER="why" RAISE=1 RULES=all PAGES=1)
	@"$(BIN)/python" -m tests.score $(if $(ANSWERS),--answers "$(ANSWERS)" --reports "$(REPORTS)") \
	  $(if $(PAGES),--pages) $(if $(RAISE),--raise-floors) $(if $(RULES),--rules "$(RULES)") \
	  $(if $(LOWER),--lower-floors "$$LOWER")

soak: $(DEV_READY) ## run the tests that take longer
	@"$(BIN)/python" -m pytest -m soak

bench: $(DEV_READY) ## measure speed and memory against the peers, which go into an environment of their own (RECORD=1: renew docs/speed.*)
	@"$(BIN)/python" -m extract.translate || true
	@"$(BIN)/python" -m tests.bench $(if $(RECORD),--record)

check: $(DEV_READY) ## lint and type-check
	@"$(BIN)/ruff" check .
	@"$(BIN)/ruff" format --check .
	@"$(BIN)/mypy"

corpus: $(DEV_READY) ## make the sample reports in corpus/ anew
	@"$(BIN)/python" -m tests.samples.make_corpus

setup: $(DEV_READY) ## only set up, with everything that the tests need

ocr: $(RUN_READY) ## add what reads scanned pages (about 400 MB); `make extract` uses it from then on
	@$(PIP) install --no-build-isolation --require-hashes -r requirements/ocr.txt

compiled: $(RUN_READY) ## translate the hot modules to C again after a change to them; till then Python runs
	@"$(BIN)/python" -m extract.translate

clean: ## remove the environment, caches and build files (not output/)
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# jieba comes as source only, so its builder is installed first and pinned like the rest.
$(VENV)/.build-ready: requirements/build.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "set-up: $(PYTHON) is missing or older than Python 3.11; name another: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "set-up: $(PYTHON) has no venv or ensurepip; install them (Debian, Ubuntu: the package python3-venv)" >&2; exit 1; }
	@echo "set-up: making $(VENV) with $$("$(PYTHON)" --version)" >&2
	@"$(PYTHON)" -m venv --clear $(VENV)
	@$(PIP) install --require-hashes -r requirements/build.txt
	@touch $@

$(RUN_READY): requirements/run.txt pyproject.toml $(VENV)/.build-ready
	@echo "set-up: installing the packages of requirements/run.txt" >&2
	@$(PIP) install --no-build-isolation --require-hashes -r requirements/run.txt
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

# Once, and not again after every change: without a core that fits, the sources run.
$(CORE_READY): $(RUN_READY)
	@echo "set-up: compiling the core, a minute or two (ZHENGJU_PURE=1 make … leaves it out)" >&2
	@"$(BIN)/python" -m extract.translate || true
	@touch $@

$(DEV_READY): requirements/dev.txt $(RUN_READY)
	@echo "set-up: installing the packages of requirements/dev.txt" >&2
	@$(PIP) install --no-build-isolation --require-hashes -r requirements/dev.txt
	@touch $@
