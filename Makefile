# The commands of the README. Each works on a fresh machine with Python >= 3.11.
PYTHON ?= python3
PORT ?= 8000
# Three on two cores: a third of the time is spent waiting for servers, clocks and pages.
WORKERS ?= 3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Where Python is told to keep no compiled code, each of the hundred processes that the tests start compiles it all anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo journey screenshots test eval bench promises lint clean

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Answerdesk needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-compile --constraint constraints.txt --editable '.[llm,copilot,postgres,test]'
	touch $(STAMP)

demo: $(STAMP)
	$(BIN)/python -m bot demo --port $(PORT)

journey: $(STAMP)
	DEMO_URL=http://127.0.0.1:$(PORT) $(BIN)/python -m pytest tests/browser/test_demo_journey.py

screenshots: $(STAMP)
	DEMO_URL=http://127.0.0.1:$(PORT) $(BIN)/python -m pytest tests/browser/screenshots.py

# The types are checked beside the first tests: alone they would leave a core idle for a minute.
test: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy & types=$$!; $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder; \
	tests=$$?; wait $$types && exit $$tests

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy

eval: $(STAMP)
	$(BIN)/python -m eval run

bench: $(STAMP)
	$(BIN)/python -m eval.bench

promises: $(STAMP)
	$(BIN)/python -m pytest -rs --durations=0 --promise-table var/promises.md \
		$(if $(FAST),$$($(BIN)/python tests/promise_table.py),tests/faults tests/property tests/contracts tests/unit tests/browser tests/architecture -m 'full or not full')
	$(if $(FAST),,$(BIN)/python -m pytest --postgres tests/unit tests/journeys --ignore tests/unit/bot/storage)

clean:
	rm -rf $(VENV) var
