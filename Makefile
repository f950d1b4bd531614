# Everything runs in .venv inside the checkout. See README.md.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INPUTS := pyproject.toml constraints.txt deploy/setup.sh

.PHONY: help setup run demo test check bench lock clean

help: ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(VENV)/.ready ## .venv with voice-agent in it, weights included

run: setup ## the hotline serves, until Ctrl-C
	$(BIN)/voice-agent serve

demo: setup ## one real call to a hotline of its own, as it happens
	$(BIN)/voice-agent demo

test: $(VENV)/.ready-test ## everything, real peers included
	$(BIN)/pytest -n 2 --dist loadfile -m "not peers"
	$(BIN)/pytest -n 3 --dist loadfile -m "peers and not alone"
	$(BIN)/pytest -m "peers and alone"

check: $(VENV)/.ready-test ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Human recordings are not part of the project: recognition is measured where some are at hand.
CLIPS ?= ../shared/speech/human/manifest.tsv

bench: $(VENV)/.ready-test ## figures (CLIPS=manifest.tsv measures recognition too)
	$(BIN)/voice-agent bench latency
	$(BIN)/voice-agent bench capacity --write docs/benchmarks.md
	@if [ -f "$(CLIPS)" ]; then $(BIN)/voice-agent bench hearing --clips "$(CLIPS)"; \
	else echo "bench hearing skipped: name recordings with CLIPS=manifest.tsv (columns file, transcript)"; fi

lock: $(VENV)/.ready-test ## write constraints.txt anew from what is installed
	$(BIN)/pip freeze --exclude-editable | grep -v ' @ ' | sed 's/+cpu$$//' > constraints.txt

clean: ## forget .venv and caches
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/.ready: $(INPUTS)
	PYTHON=$(PYTHON) deploy/setup.sh $(VENV) run
	touch $@

$(VENV)/.ready-test: $(INPUTS)
	PYTHON=$(PYTHON) deploy/setup.sh $(VENV) test
	touch $@ $(VENV)/.ready
