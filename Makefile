# `make help` lists what there is. Needs make and Python 3.11 or newer, nothing else.

PORT ?= 8000
AI ?=
VENV := .venv
PY := $(VENV)/bin/python
# What is installed: a copy of the file it was installed from, so that nothing depends on file times.
INSTALLED := $(VENV)/installed.txt
HEADING = printf '\n\033[1m== %s\033[0m\n'

# What `check --deploy` looks at: settings as in production. No address here is ever connected to.
DEPLOY_ENV = DATABASE_URL=postgres://storesync@db.invalid/storesync REDIS_URL=redis://redis.invalid:6379/0 \
	EMAIL_URL=smtp+tls://mail.invalid:587 DEFAULT_FROM_EMAIL=storesync@example.com \
	ALLOWED_HOSTS=storesync.example.com BASE_URL=https://storesync.example.com \
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))')

.PHONY: help demo test lint style types floors migrations deploy-check pytest e2e faults bench messages requirements clean venv
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name what; do \
		printf '  make %-14s %s\n' "$$name" "$$what"; done

demo: venv ## run everything on this machine: make demo, make demo PORT=8010, make demo AI=sample (canned texts)
	@exec $(PY) manage.py run_demo --port $(PORT) --tied --ai "$(AI)"

test: lint migrations deploy-check pytest ## everything that must hold, first failure ends it
	@$(HEADING) 'All good'

lint: style types floors ## format, lint, types, floors

style: venv ## format and lint, Python and templates
	@$(HEADING) 'Format and lint'
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m djlint templates --check --quiet
	$(PY) -m djlint templates --lint --quiet

types: venv ## mypy --strict
	@$(HEADING) 'Types'
	$(PY) -m mypy storesync

floors: venv ## imports go down only (architecture)
	@$(HEADING) 'Floors'
	$(VENV)/bin/lint-imports

migrations: venv ## no model without its migration
	@$(HEADING) 'Migrations'
	$(PY) manage.py makemigrations --check --dry-run

deploy-check: venv ## check --deploy with settings as in production
	@$(HEADING) 'Production settings'
	$(DEPLOY_ENV) $(PY) manage.py check --deploy --fail-level WARNING

pytest: venv ## the tests, on the embedded database
	@$(HEADING) 'Tests'
	@# Three on two cores: a third of a test is waiting, for browsers, mail servers and killed workers.
	$(PY) -m pytest -n 3 --cov --cov-report=term:skip-covered

e2e: venv ## only the journeys in a browser
	$(PY) -m pytest tests/e2e

faults: venv ## only the tests that kill, cut and restart
	$(PY) -m pytest tests/faults -m 'faults or not faults'

bench: venv ## measure against peers, one JSON object a line
	@$(PY) -m tests.benchmarks

messages: venv ## collect what is to be translated into locale/*/LC_MESSAGES/django.po (needs gettext)
	$(PY) manage.py makemessages --locale de --no-obsolete --no-wrap --add-location=file \
		--ignore var --ignore tests --ignore staticfiles

requirements: venv ## pin requirements*.txt anew from pyproject.toml (needs uv)
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url -p 3.11 pyproject.toml -o requirements.txt
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url -p 3.11 pyproject.toml \
		--group dev -c requirements.txt -o requirements-dev.txt

clean: ## remove what was made, except var/ with its data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov
	find storesync tests -name __pycache__ -type d -prune -exec rm -rf {} +

venv: ## .venv with everything of requirements-dev.txt
	@cmp -s requirements-dev.txt $(INSTALLED) || $(MAKE) --no-print-directory $(VENV)/fresh

.PHONY: $(VENV)/fresh
$(VENV)/fresh:
	@$(HEADING) 'Installing (once, a minute or so)'
	@if ! $(PY) -m pip --version >/dev/null 2>&1; then \
		for python in $(PYTHON) python3.11 python3 python3.12 python3.13; do \
			command -v "$$python" >/dev/null 2>&1 || continue; \
			"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || continue; \
			"$$python" -m venv $(VENV) && exit 0; \
			echo "$$python could not make $(VENV); on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; \
		done; \
		echo 'Python 3.11 or newer is needed: install it, or name it: make PYTHON=/path/to/python3' >&2; exit 1; \
	fi
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@cp requirements-dev.txt $(INSTALLED)
