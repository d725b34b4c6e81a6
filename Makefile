# make run     start everything for development: engines, worker, server; Ctrl-C stops it all
# make serve   the same on the production servers, DEBUG off
# make test    the test-suite, against engines of its own; make test ARGS="tests/test_launch.py -x"
# make check   format, lint, types, floors, migrations, deployment, documents, the npm package
# make bench   the benchmarks
# make lock    resolve the dependencies anew into the two lock files
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin/python
# Two at once: tests mostly wait. A file stays in one process, with the servers that it starts.
SPREAD := --numprocesses 2 --dist loadfile --no-loadscope-reorder --max-worker-restart 0
PRODUCTION := DEBUG=0 SECRET_KEY=only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ \
	ALLOWED_HOSTS=chat.example PUBLIC_URL=https://chat.example CELERY_WORKER=1
# Set where images are built. Here it would have each of many processes compile all of Confab anew.
unexport PYTHONDONTWRITEBYTECODE
.DELETE_ON_ERROR:
.PHONY: run serve test check bench lock format clean

run: $(VENV)/run.lock
	@exec $(BIN) -m project.launch run --with-parent

serve: $(VENV)/run.lock
	@exec $(BIN) -m project.launch serve --with-parent

test: $(VENV)/dev.lock
	$(BIN) -m pytest $(or $(ARGS),$(SPREAD))

bench: $(VENV)/dev.lock
	$(BIN) -m benchmarks $(ARGS)

check: $(VENV)/dev.lock
	$(BIN) -m ruff format --check .
	$(BIN) -m ruff check .
	$(PRODUCTION) $(BIN) -m mypy
	$(BIN) -c "from importlinter.cli import lint_imports_command as lint; lint()"
	$(PRODUCTION) $(BIN) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN) manage.py check --deploy --fail-level WARNING
	$(PRODUCTION) $(BIN) manage.py check_documents
	$(BIN) -m pytest --noconftest -q tests/browser/test_client_package.py

format: $(VENV)/dev.lock
	$(BIN) -m ruff format .
	$(BIN) -m ruff check --fix .

# Installed is what the copy of the lock file in the environment says, so an unchanged lock costs
# nothing and needs no network. The development lock holds every version of the other one. A lock is
# complete, so nothing is resolved (--no-deps): what is published later cannot make it fail.
$(VENV)/run.lock: requirements.lock
	@$(MAKE) --no-print-directory $(BIN)
	@cmp -s requirements.lock $@ || $(BIN) -m pip install -q --no-compile --disable-pip-version-check \
		--no-input --no-deps --require-hashes -r requirements.lock
	@cp requirements.lock $@

$(VENV)/dev.lock: requirements-dev.lock
	@$(MAKE) --no-print-directory $(BIN)
	@cmp -s requirements-dev.lock $@ || $(BIN) -m pip install -q --no-compile --disable-pip-version-check \
		--no-input --no-deps --require-hashes -r requirements-dev.lock
	@cp requirements-dev.lock $@
	@cp requirements.lock $(VENV)/run.lock

$(BIN):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Confab needs Python 3.11 or later; name one with PYTHON=..." >&2; exit 1; }
	@echo "Installing into $(VENV); this is done once."
	@$(PYTHON) -m venv $(VENV)

lock:
	uv pip compile pyproject.toml -o requirements.lock --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --python-version 3.11
	uv pip compile pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock \
		--generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
