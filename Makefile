# All that one does with Confab. The first use of a target installs what it needs into .venv.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: run serve test check format bench clean

run: .venv/runtime ## everything on the embedded engines, for development
	$(BIN)/python -m project.launch run

serve: .venv/runtime ## the production servers on this machine
	$(BIN)/python -m project.launch serve

test: .venv/dev ## the whole suite
	$(BIN)/python -m pytest $(ARGS)

check: .venv/dev ## format, lint, types, floors, migrations, settings, documents
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	DEBUG=1 $(BIN)/mypy .
	DEBUG=1 $(BIN)/lint-imports
	DEBUG=1 $(BIN)/python manage.py makemigrations --check --dry-run
	SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(48))') \
		ALLOWED_HOSTS=chat.example PUBLIC_URL=https://chat.example \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	DEBUG=1 $(BIN)/python manage.py check_documents

format: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/dev ## the benchmarks; see benchmarks/README.md
	$(BIN)/python -m benchmarks $(ARGS)

clean:
	rm -rf .venv var

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/runtime: requirements.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

.venv/dev: requirements-dev.lock .venv/runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@
