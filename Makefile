# Two commands do all the set-up on a fresh machine: `make round` and `make test`.
PYTHON ?= python3
UV = .venv/bin/uv
RUN = $(UV) run --frozen --no-sync

.PHONY: console round safety test check fix bench docs clean mutants cover soak wheel-check check-pythons site

round: .venv/ready          ## hold the ward round on the three example programmes
	@for name in flu-households xanomeline-pilot warfarin; do $(RUN) nanoward round examples/$$name --fail-on findings || test $$? -eq 1 || exit 1; done

test: .venv/ready           ## all tests
	$(RUN) pytest -n 2

check: .venv/ready          ## formatting, lint, types, who may import whom
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) lint-imports

SAFETY = src/nanoward/control/gate.py,src/nanoward/control/orders.py,src/nanoward/control/killcode.py,src/nanoward/control/flush.py,src/nanoward/control/sealed.py,src/nanoward/control/overdue.py,src/nanoward/control/strength.py,src/nanoward/control/fleet.py

mutants: .venv/ready        ## seeded faults, every one of which a test must catch
	$(RUN) python tools/mutants.py

cover: .venv/ready          ## every branch of the rooms that can harm somebody
	$(RUN) coverage run --branch --include=$(SAFETY) -m pytest tests/control -q
	$(RUN) coverage report --fail-under=100 --show-missing

safety: .venv/ready         ## every mutation in every format, every harmless rewrite (8 minutes)
	$(RUN) pytest -n 2 tests/safety -m "soak or not soak"

soak: .venv/ready           ## faults by the thousand and long runs, with figures (an hour)
	$(RUN) python tests/faults/soak.py
	$(RUN) pytest -m soak -p no:randomly -s

fix: .venv/ready            ## what a machine can put right
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

bench: .venv/ready          ## benchmarks with claims; fails where one is missed
	@$(RUN) python benchmarks/bench_ledger.py; ledger=$$?; \
	$(RUN) pytest benchmarks -p no:randomly --benchmark-only -o python_files='bench_*.py' \
		-o python_functions='bench_*' -o timeout=1800 && exit $$ledger

docs: .venv/ready           ## write the reference pages from the code
	$(RUN) python docs/write_reference.py

site: .venv/ready           ## the documentation as pages in site/, tutorials run, no warning (a minute)
	$(UV) sync --quiet --frozen --inexact --group site
	NO_MKDOCS_2_WARNING=1 $(RUN) mkdocs build --quiet --strict

console: .venv/ready        ## a simulated ward in the browser, one link for each role (loopback alone)
	$(RUN) python tools/demo_console.py

wheel-check: .venv/ready    ## the built wheel, elsewhere, runs every command of the README (a minute of CPU)
	$(RUN) python tools/check_wheel.py

check-pythons: .venv/ready  ## a selection of tests under Python 3.11 to 3.14 (FULL=1: all)
	$(RUN) python tools/check_pythons.py $(if $(FULL),--full)

clean:
	rm -rf .venv console-ward site examples/*/.nanoward examples/*/rounds

.venv/ready: pyproject.toml uv.lock
	test -x $(UV) || ($(PYTHON) -m venv .venv && .venv/bin/python -m pip install --quiet uv)
	$(UV) sync --frozen --inexact --compile-bytecode
	.venv/bin/python -m compileall -q src
	@touch $@
