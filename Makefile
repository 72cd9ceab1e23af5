# ckptlint's workshop: `make help` lists what it does.
#
# Each environment is made once, and again when pyproject.toml or constraints.txt changes.

PYTHON ?= $(shell for candidate in python3.11 python3; do \
	"$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo "$$candidate"; break; }; done)
VENV ?= .venv
BENCH_VENV ?= .venv-bench
# `make test VERIFY=1` also installs Earth2Studio and torch, for the tests that run rollouts.
VERIFY ?=
PYTEST_ARGUMENTS ?= -n auto

REQUIREMENTS := pyproject.toml constraints.txt
PIP := -m pip --disable-pip-version-check
INSTALL := $(VENV)/bin/python $(PIP) install --quiet --constraint constraints.txt
LINTED := ckptlint rules tests benchmarks docs editors README.md
SHOWN_IN_FULL := fixtures/ckp201/bad_initial_condition.py

.DEFAULT_GOAL := help
.PHONY: help demo test lint types pages site vsix verdicts bench bench-typing bench-verify clean

help:  ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

# All findings on one line each, one of them in full, and last how many there are of each rule.
demo: $(VENV)/installed-ckptlint  ## Install ckptlint and show what it finds in fixtures/.
	@for arguments in "--output-format concise fixtures" "$(SHOWN_IN_FULL)" "--statistics fixtures"; do \
		printf '\n$$ ckptlint %s\n' "$$arguments"; \
		$(VENV)/bin/ckptlint $$arguments; status=$$?; \
		if [ $$status -eq 0 ]; then echo "fixtures/ has mistakes, and ckptlint found none" >&2; exit 2; fi; \
		[ $$status -eq 1 ] || exit $$status; \
	done

test: $(VENV)/installed-test $(if $(VERIFY),$(VENV)/installed-verify)  ## Run the tests.
	$(VENV)/bin/python -m pytest $(PYTEST_ARGUMENTS)

lint: $(VENV)/installed-lint  ## Check style and the import contract, and run ckptlint on itself.
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/lint-imports --no-logo
	$(VENV)/bin/ckptlint $(LINTED)

types: $(VENV)/installed-test $(VENV)/installed-verify  ## Check the types.
	$(VENV)/bin/mypy
	$(VENV)/bin/mypy benchmarks
	$(VENV)/bin/mypy editors/vscode/package.py

pages: $(VENV)/installed-ckptlint  ## Write the pages of docs/ that are made from the code.
	$(VENV)/bin/python docs/pages

site: $(VENV)/installed-docs  ## Build the documentation site, site/index.html.
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --strict --quiet

vsix: $(VENV)/made  ## Package the VS Code extension, dist/ckptlint-*.vsix.
	npm ci --prefix editors/vscode --ignore-scripts --prefer-offline --no-audit --no-fund
	$(VENV)/bin/python editors/vscode/package.py

verdicts: $(VENV)/installed-test $(VENV)/installed-verify  ## Run all fixtures; writes docs/fixture-verdicts.md.
	$(VENV)/bin/python tests/verify/fixture_verdicts.py

bench: $(BENCH_VENV)/installed  ## Time ckptlint beside other linters; writes benchmarks/RESULTS.md.
	$(BENCH_VENV)/bin/python $(PIP) install --quiet --no-deps --force-reinstall .
	$(BENCH_VENV)/bin/python benchmarks/speed.py

bench-typing: $(BENCH_VENV)/installed  ## Time keystrokes beside other servers; writes benchmarks/TYPING.md.
	$(BENCH_VENV)/bin/python $(PIP) install --quiet --no-deps --force-reinstall .
	$(BENCH_VENV)/bin/python benchmarks/keystrokes.py

bench-verify: $(VENV)/installed-verify  ## Time verify against the bare rollout; writes benchmarks/VERIFY.md.
	$(VENV)/bin/python benchmarks/verify_cost.py

clean:  ## Remove the environments, caches and builds.
	rm -rf $(VENV) $(BENCH_VENV) build dist site editors/vscode/node_modules
	rm -rf .ckptlint_cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

$(VENV)/made:
	@$(call make-environment,$(VENV))
	@touch $@

# An editable install, so that it is always the checkout that runs.
$(VENV)/installed-ckptlint: $(VENV)/made $(REQUIREMENTS)
	$(INSTALL) --editable .
	@touch $@

$(VENV)/installed-verify: $(VENV)/made $(REQUIREMENTS)
	$(INSTALL) --editable '.[verify]'
	@touch $@

# A dependency group of pyproject.toml.
$(VENV)/installed-%: $(VENV)/made $(REQUIREMENTS)
	$(INSTALL) --group $* --editable .
	@touch $@

$(BENCH_VENV)/made:
	@$(call make-environment,$(BENCH_VENV))
	@touch $@

# Only Earth2Studio's own files are read, so none of what it requires is installed.
$(BENCH_VENV)/installed: $(BENCH_VENV)/made $(REQUIREMENTS)
	$(BENCH_VENV)/bin/python $(PIP) install --quiet --constraint constraints.txt --group bench '.[server]'
	$(BENCH_VENV)/bin/python $(PIP) install --quiet --constraint constraints.txt --no-deps earth2studio
	@touch $@

# pip knows dependency groups from 25.1 on.
define make-environment
"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo 'ckptlint needs Python 3.11 or later: make PYTHON=/path/to/python3.11' >&2; exit 2; }; \
echo 'Making $(1) with $(PYTHON)'; \
"$(PYTHON)" -m venv --clear $(1) && \
$(1)/bin/python $(PIP) install --quiet --constraint constraints.txt --upgrade pip
endef
