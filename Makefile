# Everything below sets up what it needs on a machine with only Python >= 3.11 and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# One more than there are cores: what is killed and started anew waits much of its time.
WORKERS = $(shell $(BIN)/python -c 'import os; print(os.cpu_count() + 1)')

.DEFAULT_GOAL := help
.PHONY: help run test lint bench proof tour messages review screenshots lock clean

help: ## Show what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Shouwen needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(READY) ## Start: the sandbox without a token, real Telegram with SHOUWEN_BOT_TOKEN
	@$(BIN)/shouwen run

# What is started some hundred times is compiled once, also where Python is told to keep nothing of that.
test: $(READY) ## Run the whole test suite
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

lint: $(READY) ## Check style, types and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(READY) ## Measure speed beside stock python-telegram-bot
	@$(BIN)/shouwen bench

proof: $(READY) ## The long proofs: 1,000 kills under load, some minutes on two cores
	@$(BIN)/python -m pytest -n 2 -m long $(ARGS)

messages: $(READY) ## Collect the texts into locales/, for translation
	@$(BIN)/pybabel -q extract -k text --no-default-keywords --no-location --project=Shouwen --version=1 --copyright-holder="The Shouwen authors" --last-translator="The Shouwen authors" --msgid-bugs-address="" -w 110 -o locales/messages.pot bot
	@$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -w 110 -i locales/messages.pot -d locales -D messages

review: $(READY) ## Write every text in the three languages side by side to review.html
	@$(BIN)/python -m tests.texts.review review.html

tour: $(READY) ## Take the sandbox's guided tour in all three languages (needs Chromium)
	@TOUR_LANGUAGES="en zh_Hans zh_Hant" $(BIN)/python -m pytest tests/browser/test_tour.py $(ARGS)

screenshots: $(READY) ## Make the README's pictures anew (needs Chromium)
	@$(BIN)/python -m tests.browser.screenshot

lock: ## Resolve requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --all-extras --group dev --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --output-file requirements.lock

clean: ## Remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
