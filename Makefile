# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
with_chromium = tools/debian-packages chromium-headless-shell $(1) || tools/debian-packages chromium $(1)
PINNED := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt

# Hundreds of processes start in a run: what one has compiled, the next one does not.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-fast lint format bench soak pictures clean

demo: .venv/installed
	$(BIN)/paylink demo

test: .venv/installed-dev
	$(call with_chromium,pgbouncer postgresql systemd)
	$(MAKE) --no-print-directory lint
	$(BIN)/pytest -n 5 --dist loadfile --no-loadscope-reorder -m "not browser"
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder -m browser tests/browser tests/example_backend

test-fast: .venv/installed-dev
	$(BIN)/pytest -q -n 3 -m "not slow" tests/unit tests/architecture

lint: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: .venv/installed-dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/installed-dev
	$(call with_chromium,postgresql)
	$(BIN)/python -m bench

soak: FAULTS_SEED ?= $(shell shuf -i 1-9999 -n 1)
soak: .venv/installed-dev
	tools/debian-packages postgresql
	FAULTS=long FAULTS_SEED=$(FAULTS_SEED) $(BIN)/pytest -n 2 tests/faults tests/scenario/test_killed_at_any_step.py
	$(BIN)/python -m tests.soak $(SOAK)

pictures: .venv/installed-dev
	$(call with_chromium,fonts-noto-color-emoji)
	$(BIN)/python -m tools.pictures

clean:
	rm -rf .venv build *.egg-info

.venv/bin/python:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c "import ensurepip" 2>/dev/null || tools/debian-packages python3-venv
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing what Paylink is built on; this happens once."
	$(PINNED) $(BIN)/pip install -q --disable-pip-version-check -e .
	@touch $@

.venv/installed-dev: .venv/installed
	@echo "Installing what the tests need; this happens once."
	$(PINNED) $(BIN)/pip install -q --disable-pip-version-check -e ".[dev]"
	@touch $@
