# On a bare machine with python3 (3.11 to 3.13) and make: `make run` trains and extracts, `make test` tests.
PYTHON ?= python3
BIN := .venv/bin
export UV_SYSTEM_CERTS = 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run test test-full check bench docs fuzz setup lock document clean help

run: setup ## train the pipeline and extract the facts of the shipped reports
	@echo "== train, evaluate, extract, package (steps with nothing changed are skipped)"
	@$(BIN)/python -m spacy project run all
	@echo "== facts: facts/facts.parquet  metrics: training/metrics.json  pipeline: training/model-best  wheels: dist/"

test: setup ## every test that this machine can run
	@echo "== lint, types, import contract"
	@$(MAKE) --no-print-directory check
	@echo "== tests"
	@$(BIN)/python -m pytest -q -ra $(PYTEST_ARGS)

test-full: setup ## as test, and a skipped test is a failure
	@$(MAKE) --no-print-directory check
	@BAOSHU_NO_SKIPS=1 $(BIN)/python -m pytest -q -ra $(PYTEST_ARGS)

check: setup
	@$(BIN)/python -m ruff check baoshu tests scripts docs
	@$(BIN)/python -m ruff format --check baoshu tests scripts docs
	@$(BIN)/python -m mypy
	@$(BIN)/lint-imports --no-cache | tail -n 4

bench: setup ## the pipeline beside its peers, cost against size, load of the service: docs/bench.*, scale.*, load.json (QUICK=1: less of each)
	@echo "== a trained pipeline (skipped when nothing changed)"
	@$(BIN)/python -m spacy project run train
	@echo "== the pipeline beside its peers"
	@$(BIN)/python scripts/benchmark.py $(if $(QUICK),--quick --model training/model-best) $(BENCH_ARGS)
	@echo "== cost against size, memory, start-up, processes"
	@$(BIN)/python scripts/scale.py $(if $(QUICK),--quick)
	@echo "== requests a second"
	@$(BIN)/python scripts/load.py

docs: setup ## the documentation site in build/docs; a warning is an error
	@$(BIN)/python -m sphinx --quiet --fresh-env --fail-on-warning --keep-going docs build/docs
	@echo "== docs: build/docs/index.html"

fuzz: setup ## the readers and parsers against made-up files (FUZZ_SECONDS=60 for each of nine targets)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python 'atheris>=3'
	@for target in docx xml html pdf txt chunks quantity markup rows; do echo "== $$target"; \
		$(BIN)/python scripts/fuzz.py $$target -max_total_time=$(or $(FUZZ_SECONDS),60) -verbosity=0 || exit 1; done

setup: .venv/.installed ## the virtual environment, from the lock

.venv/.installed: requirements.lock pyproject.toml
	@echo "== set up .venv from requirements.lock"
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else f"baoshu needs Python 3.11 to 3.13, this is {v[0]}.{v[1]}. Run: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@awk '/^[a-z0-9]/ { on = /^uv==/ } on' requirements.lock > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --require-hashes -r .venv/uv.txt
	@$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python -e .
	@touch $@

LOCK = UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate

lock: ## write the locks anew: requirements.lock, and those of doccano and its client
	@$(LOCK) pyproject.toml --extra dev --extra bench --extra web --output-file requirements.lock
	@$(LOCK) scripts/doccano.in --output-file scripts/doccano.lock
	@$(LOCK) scripts/doccano_sync.py --output-file scripts/doccano_sync.lock

document: setup ## the table of commands in README.md and the dependencies of project.yml
	@$(BIN)/python scripts/project_deps.py --write
	@$(BIN)/python -m spacy project document --output README.md

clean: ## remove what is built, not the environment
	rm -rf training facts dist build corpus/annotated corpus/*.jsonl corpus/*.json corpus/*.spacy corpus/segmenter project.lock

help:
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/'
