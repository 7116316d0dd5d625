# Everything starts from a clone and python3; each target first brings the set-up up to date.
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
ASSETS := node_modules/copied
# Keeps compiled modules whatever the environment says: tests start some two hundred processes that import everything.
REMEMBER := PYTHONDONTWRITEBYTECODE=
LOCK := .venv/lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: setup demo kafka test run-tests lint-beside lint faults contract bench lock clean

setup: $(INSTALLED) $(ASSETS)

demo: setup
	@exec $(BIN)/throughline demo --port $(PORT)

# Apache Kafka on its usual port, for trying out; needs Java and Maven.
kafka: setup
	@exec $(BIN)/python -m tests.broker

# Linting runs beside the tests, which now and then wait for a disk, a browser or a process; both have to pass.
test: setup
	@sh tests/install-debian-packages.sh
	@$(MAKE) --no-print-directory --jobs=2 --keep-going run-tests lint-beside

run-tests:
	$(REMEMBER) $(BIN)/pytest -n auto --dist worksteal -m "not bench"

# Speaks once, when it is done, so that its lines stand together.
lint-beside:
	@said="$$($(MAKE) --no-print-directory lint 2>&1)"; code=$$?; echo; echo "$$said"; exit $$code

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

faults: setup
	@sh tests/install-debian-packages.sh
	$(REMEMBER) THROUGHLINE_CRASH_ROUNDS=200 THROUGHLINE_THOROUGH=1 $(BIN)/pytest -m faults

# Publishes the schemas of events that are new or have new optional fields; refuses what would break a consumer.
contract: setup
	$(BIN)/python -m api.contract.publishing

bench: setup
	@sh tests/install-debian-packages.sh
	$(BIN)/throughline bench all

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Throughline needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv

$(INSTALLED): requirements.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-compile --require-hashes --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(ASSETS): package.json package-lock.json deploy/assets.py | $(INSTALLED)
	$(BIN)/python -m deploy.assets
	@touch $@

# Raises the pinned versions, those of the container image (without development packages) in deploy/requirements.txt: pip-tools lives in a folder of its own, since it would pin pip itself.
lock:
	$(PYTHON) -m venv .venv/lock
	.venv/lock/bin/python -m pip install --quiet pip-tools
	$(LOCK) --upgrade --extra dev --extra telemetry --output-file requirements.txt pyproject.toml
	$(LOCK) --extra telemetry --extra build --constraint requirements.txt --output-file deploy/requirements.txt pyproject.toml
	npm install --package-lock-only --ignore-scripts

clean:
	rm -rf .venv node_modules api/static/vendor tests/vendor deploy/kafka/jars throughline.egg-info \
		.mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
