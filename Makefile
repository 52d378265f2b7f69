# What can be done here? `make run` tries the product out, `make test` proves it; the rest is below.

PORT ?= 8000
PYTHON ?= python3
WORKERS ?= 2
JOBS ?= 2
DATA_DIR ?= $(CURDIR)/var
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
POSTGRES ?= postgres://root@127.0.0.1:5432/test

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
# What no page asks for is not worth compressing.
COLLECT := collectstatic --noinput -v0 -i "htmax*"
LOOKED_THROUGH := $(shell find templates referrals ot_coord/look.py -name "*.html" -o -name "*.py" -not -path "*/migrations/*")
# With the tests' settings nothing here touches the data of a server.
AS_TEST := DJANGO_SETTINGS_MODULE=tests.settings
AS_PRODUCTION := DEMO=0 DEBUG=0 HTTPS=1 ALLOWED_HOSTS=care.example \
	SECRET_KEY=for-this-check-only-and-for-nothing-else-0123456789abcdef
COMPILE := $(BIN)/uv pip compile --generate-hashes --no-emit-index-url --no-header --universal \
	--python-version 3.11 -q pyproject.toml

.PHONY: run prepared test accessibility check language format test-postgres soak fuzz bench bench-replica profile coverage lock clean
.DELETE_ON_ERROR:

# --- Set-up: a stamp per lock, so that it is done once and again only when a lock changes ---------

# Debian's python3 may come without ensurepip: then its own pip installs into the environment.
$(BIN)/python:
	@echo "Setting up .venv"
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || $(PYTHON) -m venv --without-pip --clear .venv

.venv/.run: requirements/run.txt | $(BIN)/python
	@echo "Installing what the server needs"
	@install="--quiet --disable-pip-version-check --no-deps --require-hashes -r $<"; \
	if [ -x $(BIN)/pip ]; then $(BIN)/pip install $$install; \
	else $(PYTHON) -m pip --python $(BIN)/python install $$install; fi
	@touch $@

.venv/.dev: requirements/dev.txt | $(BIN)/python
	@echo "Installing what tests and checks need"
	@install="--quiet --disable-pip-version-check --no-deps --require-hashes -r $<"; \
	if [ -x $(BIN)/pip ]; then $(BIN)/pip install $$install; \
	else $(PYTHON) -m pip --python $(BIN)/python install $$install; fi
	@touch $@

# --- Run --------------------------------------------------------------------------------------

run prepared $(DATA_DIR)/.collected: export DEMO ?= 1
run prepared $(DATA_DIR)/.collected: export DATA_DIR := $(DATA_DIR)
run: export SITE_URL ?= http://127.0.0.1:$(PORT)
run: .venv/.run
	@$(MAKE) --no-print-directory -j2 prepared $(DATA_DIR)/.collected
	@echo "Open http://127.0.0.1:$(PORT)/   (Ctrl-C ends it)"
	@set -e; \
	BIND=127.0.0.1:$(PORT) WORKERS=$(WORKERS) \
		$(BIN)/gunicorn --config python:ot_coord.server --log-level warning & server=$$!; \
	$(MANAGE) worker & worker=$$!; \
	trap 'kill $$server $$worker 2>/dev/null || true; wait; exit 0' INT TERM HUP; \
	wait $$server && ended=0 || ended=$$?; \
	kill $$worker 2>/dev/null || true; wait; exit $$ended

prepared: .venv/.run
	@$(MANAGE) prepare

# The style sheet holds what stands in templates and code: collected again when these change.
$(DATA_DIR)/.collected: .venv/.run $(wildcard referrals/static/referrals/*) $(LOOKED_THROUGH)
	@echo "Compressing styles and scripts"
	@$(MANAGE) $(COLLECT)
	@touch $@

# --- Prove ------------------------------------------------------------------------------------

# Browser tests are left out only where there is no browser, and never on CI.
ifneq ($(CHROMIUM),)
PYTEST := $(BIN)/pytest -n $(JOBS) --dist worksteal
else ifeq ($(CI),true)
PYTEST := echo "CI needs a Chromium for the browser tests." >&2; exit 1;
else
PYTEST := echo "No Chromium found: the browser tests are skipped."; $(BIN)/pytest -n $(JOBS) --dist worksteal -m "not browser"
endif

test: .venv/.dev
	@$(PYTEST)

# The same crawl as in `test`, and what it covered and found written down.
accessibility: export ACCESSIBILITY_REPORT := docs/accessibility.md
accessibility: .venv/.dev
	@$(BIN)/pytest tests/journeys/test_crawl.py

test-postgres: export DATABASE_URL ?= $(POSTGRES)
# What a page looks like and says, which rules hold and what is reckoned, `test` has proved already.
# `make test-postgres PART=` leaves out nothing.
PART ?= $(patsubst %,--ignore tests/%,architecture clinical documents journeys language templatetags \
	demo test_clinicians_only.py test_logs.py) --ignore-glob "*/test_*walk*.py" --ignore-glob "*/test_*cost.py"
test-postgres: .venv/.dev
	@$(PYTEST) $(PART)

# Fifty people for ten minutes: does anybody meet an error, does the server grow?
MINUTES ?= 10
soak: .venv/.dev
	@$(BIN)/python -m tests.load.soak --minutes $(MINUTES) $(if $(DATABASE_URL),--database "$(DATABASE_URL)")

# What does each page cost, at which size? The regions are built once, in var/bench: some gigabytes.
SIZES ?= 1000,100000
DATABASES ?= sqlite,postgres
bench: .venv/.dev
	@$(BIN)/python -m tests.benchmarks --sizes $(SIZES) --databases $(DATABASES) --server "$(POSTGRES)" $(BENCH)

# What does a replica take off the primary? Both are started for it, and gone after.
bench-replica: .venv/.dev
	@$(BIN)/python -m tests.benchmarks.replica --server "$(POSTGRES)" $(BENCH)

# A hundred thousand garbled requests: does any break the product, hang it or make it grow?
REQUESTS ?= 100000
fuzz: .venv/.dev
	@$(BIN)/python -m tests.load.garbage --requests $(REQUESTS) $(if $(DATABASE_URL),--database "$(DATABASE_URL)")

# Where does the time of each page go? In a region of a thousand children; tests/benchmarks/PROFILE.md.
profile: .venv/.dev
	@$(BIN)/python -m tests.benchmarks.profile --databases $(DATABASES) --server "$(POSTGRES)"

coverage: .venv/.dev
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -m "not browser"
	@$(BIN)/coverage combine -q && $(BIN)/coverage report

check: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check -q .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/bandit -q -c pyproject.toml -r referrals ot_coord
	$(BIN)/djlint templates --lint --quiet
	$(AS_TEST) $(MANAGE) makemigrations --check --dry-run
	$(AS_TEST) $(MANAGE) compile_templates
	$(AS_TEST) $(MANAGE) check
	$(AS_PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING

format: .venv/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# What is new to be translated, what is gone; then write the Spanish beside it in locale/, and
# once more: the catalogue that the server reads is kept with it.
language: .venv/.dev
	@$(AS_TEST) $(BIN)/python -m tests.language.catalogue

# --- Keep -------------------------------------------------------------------------------------

# New versions: `make lock UPGRADE=--upgrade`.
lock: .venv/.dev
	$(COMPILE) $(UPGRADE) -o requirements/run.txt
	$(COMPILE) $(UPGRADE) --group test --group check -c requirements/run.txt -o requirements/dev.txt

# The database and the files in var/ are records: they stay.
clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf .coverage .coverage.* var/static var/.collected
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
