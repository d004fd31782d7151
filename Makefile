# The template's own verbs; "make" alone lists them.

# The first Python on PATH that is new enough, or what you say: make test PYTHON=python3.12
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; \
	done)
DEMO = build/demo
# Where real servers of other releases live, some 2 GB: make servers SERVERS=/srv/servers
SERVERS ?= build/servers
OURS = hooks tests $(wildcard benchmarks)
# Of the service only the machinery: it holds no Jinja. The other files are Jinja's before they are
# Python, and the tests check what comes of them.
ENGINE = '{{cookiecutter.project_slug}}/src/{{cookiecutter.package_name}}/online'
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help demo test quick bench catalogue servers servers-stop lint format

help:  ## list these verbs
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 22

demo: .venv/installed  ## write a service, migrate it on a PostgreSQL of its own, show the result
	@rm -rf $(DEMO)
	cookiecutter . --no-input --output-dir $(DEMO)
	@echo
	cat $(DEMO)/invoice-service/src/invoice_service/db/alembic/versions/*.py
	cd $(DEMO)/invoice-service && uv run alembic upgrade head
	cd $(DEMO)/invoice-service && uv run invoice-service db check
	cd $(DEMO)/invoice-service && uv run alembic check
	cd $(DEMO)/invoice-service && uv run alembic current

test: .venv/installed  ## run the template's tests (ARGS="-k name" for some of them)
	pytest $(ARGS)

quick: .venv/installed  ## run those that take no time, a slice of each kind (a few minutes)
	pytest -m "not slow" $(ARGS)

bench: .venv/installed  ## print the figures that the README quotes (about half an hour)
	python benchmarks/live_traffic.py
	python benchmarks/mysql_traffic.py
	python benchmarks/waiting.py
	python benchmarks/check_among_strangers.py
	python benchmarks/commands.py
	python benchmarks/embedded_server.py
	python benchmarks/readiness.py
	python benchmarks/autogenerate.py
	python benchmarks/estimates.py
	python benchmarks/kept_in_sync.py
	python benchmarks/random_pairs.py
	python benchmarks/generation.py
	python benchmarks/service_tests.py

catalogue: .venv/installed  ## write docs/catalogue.md from a run of every row
	python tests/write_catalogue.py

servers:  ## install and start MySQL 9.7, MariaDB 11.8, PostgreSQL 17 and 19; print their URLs (root, Debian)
	@python3 tests/servers start $(SERVERS)

servers-stop:  ## stop them; they and their data stay in $(SERVERS)
	@python3 tests/servers stop $(SERVERS)

lint: .venv/installed  ## check format, style and types of hooks, tests and the machinery
	ruff check $(OURS)
	ruff format --check $(OURS)
	ruff check --config pyproject.toml $(ENGINE)
	ruff format --check --config pyproject.toml $(ENGINE)
	mypy
	python tests/lint_engine.py

format: .venv/installed  ## put hooks, tests and the machinery in the project's format
	ruff check --fix $(OURS)
	ruff format $(OURS)
	ruff check --fix --config pyproject.toml $(ENGINE)
	ruff format --config pyproject.toml $(ENGINE)

.venv/installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "This needs Python 3.11 or later; say which: make PYTHON=…" >&2; exit 1; }
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	python -m pip install --quiet --upgrade pip
	python -m pip install --quiet --group dev
	@touch $@
