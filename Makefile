# Het Ledenportal. `make help` lists what there is; everything else sets itself up first.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
TRANSLATIONS := $(patsubst %.po,%.mo,$(wildcard app/translations/*/LC_MESSAGES/*.po))
CHECKER := .cache/node_modules/vnu-jar/build/dist/vnu.jar
CHECKER_VERSION := 26.9.27
CALENDAR := .cache/node_modules/ical.js/dist/ical.js
CALENDAR_VERSION := 2.2.1
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --universal --python-version 3.11 --no-header
COUNT ?= 70
PYTEST := $(BIN)/pytest -q --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: icons help setup run test lint bench mutants lock translations screenshots

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

setup: $(STAMP) $(TRANSLATIONS) ## make .venv with the locked packages, and compile the translations

run: setup ## start the portal on this machine: web, worker and mail catcher (settings: PORT, MAIL_PORT, MAIL_WEB_PORT)
	@exec $(BIN)/python run.py

test: export PYTHONDONTWRITEBYTECODE := # what containers often set: each process would compile all tests anew
test: setup $(CHECKER) $(CALENDAR) ## the whole suite on SQLite with the browser tests, then on PostgreSQL what may go another way there
	$(PYTEST) -n 3 --database sqlite # one more than cores, for a third of it is waiting
	$(PYTEST) -n 4 --database postgresql -m "not browser" # and here each waits for the server

lint: setup ## style, types, import contracts, complete translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m devtools.translations check

bench: setup ## measure speed, also beside Django admin, Flask-Admin and stock FAB; names what misses its aim
	@$(BIN)/python -m bench

mutants: setup ## change rules at random; do the tests notice? (COUNT changes; some 20 minutes)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-mutants.txt
	$(BIN)/python -m devtools.mutants --count $(COUNT)

icons: setup ## draw the icons of home screens anew from favicon.svg (Chromium)
	$(BIN)/python -m devtools.icons

screenshots: setup ## take the pictures of the README anew (Chromium)
	$(BIN)/python -m devtools.screenshots

lock: setup ## pin the requirements*.in anew, with hashes
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt
	$(LOCK) requirements-mutants.in -o requirements-mutants.txt

translations: $(STAMP) ## collect the texts of the code in babel/messages.pot and the .po files, and compile them
	$(BIN)/python -m devtools.translations update
	$(MAKE) --no-print-directory setup

$(STAMP): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name it with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' \
		|| { echo "Python lacks its venv module; on Debian: apt install python3-venv" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements.txt -r requirements-dev.txt
	@touch $@

%.mo: %.po $(STAMP)
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# The Nu HTML checker, and a reader of calendars; without npm the tests say what they leave out. npm takes away what it
# is not asked for, so both at once.
$(CHECKER) $(CALENDAR) &:
	-@command -v npm >/dev/null && npm install --silent --no-audit --no-fund --no-save --prefix .cache \
		vnu-jar@$(CHECKER_VERSION) ical.js@$(CALENDAR_VERSION)
