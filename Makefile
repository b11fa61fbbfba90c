# Every target sets up what it needs: an environment of its own in .venv, from a lock file with hashes.
PYTHON ?= python3
BIN := .venv/bin
LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11

.PHONY: demo test check bench bars looks mutants crash fuzz metamorphic lock clean chromium

demo: .make/demo
	$(BIN)/ziggurat demo

test: .make/dev chromium check
	$(BIN)/pytest -n 3 --dist loadfile

check: .make/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/complete.py

bench: .make/dev
	$(BIN)/python -m bench $(if $(ROWS),--rows $(ROWS))

# Is influence silent where there is nothing, and does it find what is there? Each bar, its value, and whether it is met.
bars: .make/dev
	$(BIN)/python -m bench bars $(if $(LOGS),--logs $(LOGS)) $(PARTS)

# Every page in all its looks: light and dark, wide and narrow, of two demonstrations and of a hostile log.
looks: .make/dev chromium
	ZIGGURAT_LOOKS=all $(BIN)/pytest -q -n 0 tests/browser/test_accessibility.py

# Damaged files of every format: each is read or refused; requests of every kind to a server: each is answered; every
# property on all the examples it names; all of the tests that are alike; and every command on every damage. FILES says
# how many of each format, EXAMPLES how many of each operation.
fuzz: .make/dev
	$(BIN)/python -m tests.fuzz $(if $(FILES),--files $(FILES))
	$(BIN)/python -m tests.server.requests $(if $(EXAMPLES),--examples $(EXAMPLES))
	ZIGGURAT_EXAMPLES=all $(BIN)/pytest -q -n 2 --dist loadfile -m "hypothesis or alike"
	ZIGGURAT_EXAMPLES=all $(BIN)/pytest -q -n 0 tests/test_border.py

# Every figure of every page is broken once, and its tests are run: COUNT of them, drawn by SEED; all takes hours. Then as
# many faults as FAULTS says (30) are planted in a copy of the code, and the tests that can see them are run.
mutants: .make/dev
	$(BIN)/python -m tests.mutants $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))
	$(BIN)/python -m tests.faulty $(if $(FAULTS),--count $(FAULTS)) $(if $(SEED),--seed $(SEED))

# The same log told otherwise in each way by itself, from several seeds: answers are the same, or just what they must be.
metamorphic: .make/dev
	ZIGGURAT_METAMORPHIC=$(or $(SEEDS),1,2,3) $(BIN)/pytest -q -n 0 tests/test_metamorphic.py

# The power fails in thousands of ways, and hundreds of processes are killed at work: what was told is whole, and
# nothing else is there. REPLAYS and KILLS say how many.
crash: .make/dev
	ZIGGURAT_REPLAYS=$(or $(REPLAYS),2000) $(BIN)/pytest -q -n 0 tests/log/test_power.py
	$(BIN)/python -m tests.log.kills $(if $(KILLS),--kills $(KILLS))
	$(BIN)/python -m tests.inbox.kills $(if $(KILLS),--kills $(KILLS))
	$(BIN)/python -m tests.inbox.http_kills $(if $(KILLS),--kills $(KILLS))

# The fast installer and what builds are fetched by pip into the environment, so that a bare Python is enough.
.make/build: requirements-build.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.lock
	@mkdir -p .make && touch $@

.make/demo: .make/build requirements-demo.lock pyproject.toml
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-demo.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@mkdir -p .make && touch $@

.make/dev: .make/build requirements-dev.lock pyproject.toml
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@mkdir -p .make && touch $@ .make/demo

# Browser tests use Debian's chromium where we may install it, and any chromium or chrome that is there elsewhere.
chromium:
	@sh tests/chromium.sh

lock: .make/build
	$(LOCK) pyproject.toml --extra demo -o requirements-demo.lock
	$(LOCK) pyproject.toml --extra demo --extra spark --group dev -o requirements-dev.lock
	$(LOCK) --group build -c requirements-dev.lock -o requirements-build.lock

clean:
	rm -rf .venv .make
