# Vitrine: `make demo` shows it, `make test` proves it. Needs Python 3.11 or 3.12 (with venv), git and make.

UV_VERSION := 0.13.9
PYTHON := $(shell for p in python3 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin

.DEFAULT_GOAL := test
.PHONY: demo test setup lint format screenshots clean

setup: .venv/.ready

.venv/.ready: pyproject.toml uv.lock
	@test -n "$(PYTHON)" || { echo "Vitrine needs Python 3.11 or 3.12 with venv (Debian, Ubuntu: apt-get install python3-venv)."; exit 1; }
	@test -x .uv/bin/uv || { $(PYTHON) -m venv .uv && .uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); }
	@UV_PYTHON_DOWNLOADS=never .uv/bin/uv sync --locked --all-extras --all-groups --python "$$(command -v $(PYTHON))"
	@touch $@

demo: setup
	@$(BIN)/vitrine demo

test: lint
	@$(BIN)/pytest

lint: setup
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports --no-cache

format: setup
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

screenshots: setup
	@$(BIN)/vitrine screenshots docs/pictures

clean:
	rm -rf .venv .uv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
