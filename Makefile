# One command each; a fresh Debian with a Rust toolchain, cc and make is enough.
# The first build compiles GMP, MPFR and MPC with their test suites: about five minutes, once (cached in ~/.cache/gmp-mpfr-sys).

CARGO ?= cargo

.PHONY: demo figures build test test-long bench peers effort clean setup wheel test-python bench-python setup-python setup-peers stubs

demo: build
	@mkdir -p out
	target/release/resolvent --out out examples/tour.rsv
	@echo "figures and their data are in out/"

# Every figure of the examples with an index page, out/figures/index.html.
figures: build
	sh examples/figures.sh target/release/resolvent out/figures

build: setup
	$(CARGO) build --release

# GMP's configure needs m4, and nothing else that is not on such a machine.
setup:
	@command -v m4 >/dev/null 2>&1 || { \
	  if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
	    echo "installing m4 (needed once, to build GMP)"; apt-get update -qq && apt-get install -y -qq m4 >/dev/null; \
	  else \
	    echo "m4 is missing: install it first (Debian, Ubuntu: sudo apt-get install -y m4; Fedora: sudo dnf install m4; macOS: brew install m4)" >&2; exit 1; \
	  fi; }

test: setup
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets -- -D warnings
	$(CARGO) test
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --no-deps

# The calibrations that take longer: false alarms and power of the witness over 200 seeds and over 2000 random models (an hour or
# two on one core; RESOLVENT_MODELS=200 takes less), 10^5 random laws, 400 rounds of zeros, ends and gaps that are close together.
test-long: setup
	RESOLVENT_LONG=1 PROPTEST_CASES=2000 $(CARGO) test --release

# Our own figures, beside the limits of the machine.
bench: setup
	$(CARGO) bench --bench figures --bench kernels

# Our figures beside those of other programs, in one run; they are installed under target/ from the Python package index.
PEERS = target/peers-venv
peers: build setup-peers
	$(PEERS)/bin/pip install -q mpmath gmpy2 python-flint
	$(PEERS)/bin/python benches/peers/run.py

# neural-tangents, and the last versions of what it needs that work together
setup-peers: setup-python
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/pip install -q "numpy<2" "scipy<1.14" neural-tangents==0.6.5 jax==0.4.30 jaxlib==0.4.30 tf2jax==0.3.6

# The Python package: a wheel for CPython 3.10 and later, in target/wheels/. Nothing else of the project needs Python.
PYTHON ?= python3
WHEEL_VENV = target/python-wheel
TEST_VENV = target/python-test
wheel: setup setup-python
	@test -x $(WHEEL_VENV)/bin/maturin || { $(PYTHON) -m venv $(WHEEL_VENV) && $(WHEEL_VENV)/bin/pip install -q maturin==1.16.0; }
	@rm -rf target/wheels
	$(WHEEL_VENV)/bin/maturin build --release --manifest-path python/Cargo.toml --out target/wheels

# The tests of the wheel in an environment of its own, away from the sources.
test-python: wheel
	@rm -rf $(TEST_VENV) target/python-tests
	$(PYTHON) -m venv $(TEST_VENV)
	$(TEST_VENV)/bin/pip install -q target/wheels/*.whl -r python/tests/requirements.txt
	cp -r python/tests target/python-tests
	cp -r python/notebooks docs/python.md docs/clusters.md target/python-tests/
	mkdir target/python-tests/stubs && cp python/resolvent/__init__.pyi target/python-tests/stubs/
	cd target/python-tests && PATH="$(CURDIR)/$(TEST_VENV)/bin:$$PATH" ../python-test/bin/python -m pytest -q -p no:cacheprovider
	cd target/python-tests && ../python-test/bin/python -m mypy --strict examples.py

# Writes the type stubs of the package anew, from the table of queries in the wheel that was tested last.
stubs:
	$(TEST_VENV)/bin/python -m resolvent._stubs python/resolvent/__init__.pyi

# Figures of the package beside NumPy, freealg and neural-tangents, in one run.
bench-python: wheel build setup-peers
	@test -x $(TEST_VENV)/bin/python || $(PYTHON) -m venv $(TEST_VENV)
	$(TEST_VENV)/bin/pip install -q --force-reinstall --no-deps target/wheels/*.whl
	$(TEST_VENV)/bin/pip install -q -r python/tests/requirements.txt freealg
	$(TEST_VENV)/bin/python python/benches/run.py $(PEERS)/bin/python

# pip and virtual environments are apart from Python on Debian.
setup-python:
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
	    echo "installing python3-venv"; apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; \
	  else \
	    echo "Python 3.10 or later with venv is missing: install it first (Debian, Ubuntu: sudo apt-get install -y python3-venv)" >&2; exit 1; \
	  fi; }

# The slowest of many random activations at 15 digits, and whether 30 digits agree.
effort: build
	python3 benches/effort/run.py 2000 1 --digits

clean:
	$(CARGO) clean
	rm -rf out
