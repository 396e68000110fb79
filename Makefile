# make run   screen the example records        make test   everything that must hold
# make ci    test, lint, types, imports        make soak   long runs     make bench   the measured claims
# make native  the package with its reader compiled, as it is installed
# make learn   what words cases are told in, anew from the labelled cases
PYTHON ?= python3
BIN := .venv/bin
# How long make soak lets the fuzzer search.
FUZZ_SECONDS ?= 3600

.PHONY: run setup test soak ci lint native bench accuracy learn clean

run: setup
	mkdir -p out
	$(BIN)/screening screen examples/records.jsonl --output out/results.jsonl --table

setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' || { echo "需要 Python 3.11 或 3.12（可用 make run PYTHON=python3.11 指定）"; exit 1; }
	$(PYTHON) -m venv .venv || { echo "建立虚拟环境失败。Debian 上请先 apt-get install python3-venv python3-dev gcc"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

test: setup
	$(BIN)/screening check
	$(BIN)/screening test
	$(BIN)/pytest

soak: setup
	$(BIN)/pytest -m soak -n 0
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r tests/fuzz/requirements.txt
	$(BIN)/python tests/fuzz/atheris_reader.py $(FUZZ_SECONDS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

ci: test lint

# The package as it is installed, reader and measuring compiled (docs/adr/0004), in build/native.
native: setup
	rm -rf build/native build/source
	mkdir -p build/source
	cp -r pyproject.toml README.md screening api thresholds rules examples build/source/
	cd build/source && HATCH_BUILD_HOOKS_ENABLE=1 ../../$(BIN)/python -m hatchling build -t wheel -d ../native
	$(BIN)/python -m zipfile -e build/native/*.whl build/native
	rm -rf build/source

bench: native
	PYTHONPATH=build/native $(BIN)/python benchmarks/speed.py
	PYTHONPATH=build/native $(BIN)/python benchmarks/rescore.py
	@for claim in benchmarks/[a-z]*.py; do echo "== $$claim"; $(BIN)/python $$claim || exit 1; done

accuracy: setup
	$(BIN)/python benchmarks/own_cases.py
	$(BIN)/python benchmarks/accuracy.py

# From what was looked at alone: what is held is measured (benchmarks/own_cases.py).
learn: setup
	mkdir -p build
	$(BIN)/python benchmarks/own_cases.py --list > build/cases.jsonl
	$(BIN)/screening lexicon learn build/cases.jsonl $(filter-out %/fresh.jsonl,$(wildcard tests/cases/deeds/*.jsonl))

clean:
	rm -rf .venv build out .mypy_cache .ruff_cache .pytest_cache .hypothesis
