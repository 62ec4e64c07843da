# The two commands of the README are `make demo` and `make test`; both do all the set-up.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
WORKERS ?= 4
BENCH ?=  # which lines, and how: BENCH="giving --quick"
ROUNDS ?= 12
SEED ?=
DATES ?=
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --extra postgres \
  --generate-hashes --no-emit-index-url --no-emit-find-links --no-config --quiet \
  --custom-compile-command "make lock"
PIP := $(RUN)/pip install --quiet --disable-pip-version-check
# What pip says is shown only when it fails.
LOGGED = > $(VENV)/pip.log 2>&1 || { cat $(VENV)/pip.log; exit 1; }

.PHONY: demo quick test test-long check-dates check-fresh lint fix bench faults lock clean

demo: $(VENV)/.installed
	@$(RUN)/kudos demo

# Before each commit, a minute; before each push, ten; the rest is for CI, a quarter of an hour.
quick test test-long: $(VENV)/.installed-dev
	@$(RUN)/python -m tests $@ --workers $(WORKERS)

# The tests that know of time, on six other days; needs Debian's faketime.
# DATES=--whole: all usual tests, four years ahead.
check-dates: $(VENV)/.installed-dev
	@$(RUN)/python -m tests.dates $(DATES) --workers $(WORKERS)

# What CI does, on what is committed, in an empty folder.
check-fresh:
	@bash .ci/fresh

lint: $(VENV)/.installed-dev
	$(RUN)/ruff check
	$(RUN)/ruff format --check
	$(RUN)/mypy
	$(RUN)/lint-imports

fix: $(VENV)/.installed-dev
	$(RUN)/ruff check --fix
	$(RUN)/ruff format
	$(RUN)/python -m bot.messages.text.catalogue

bench: $(VENV)/.installed-dev
	@$(RUN)/python -m tests.supervised $(RUN)/python -m tests.bench $(BENCH)

# Long runs of the fault suite: `make faults ROUNDS=50`, and `make faults ROUNDS=1 SEED=…` again.
faults: $(VENV)/.installed-dev
	@$(RUN)/python -m tests.supervised $(RUN)/python -m tests.faults.storm --rounds $(ROUNDS) --seed "$(SEED)"

# Pins every dependency with its hashes; needs uv, and the network.
lock:
	$(LOCK) --group build -o requirements.lock
	$(LOCK) --group dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) build dist *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Kudos needs Python 3.11 or newer. Name one with: make PYTHON=python3.12 demo"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv is missing. On Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Setting up, this takes a minute the first time ..."
	@$(PIP) --require-hashes -r requirements.lock $(LOGGED)
	@$(PIP) --no-deps --no-build-isolation -e . $(LOGGED)
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@$(PIP) --require-hashes -r requirements-dev.lock $(LOGGED)
	@touch $@
