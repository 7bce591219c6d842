# One command each; a fresh Debian with a Rust toolchain, cc and make is enough.
# The first build compiles GMP, MPFR and MPC with their test suites: about five minutes, once (cached in ~/.cache/gmp-mpfr-sys).

CARGO ?= cargo

.PHONY: demo figures build test test-long bench peers effort clean setup

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

# The calibrations that take longer: false alarms and power of the witness over 200 seeds and over 2000 random models (about a
# day on one core; RESOLVENT_MODELS=200 takes less), 10^5 random laws, 400 rounds of zeros, ends and gaps that are close together.
test-long: setup
	RESOLVENT_LONG=1 PROPTEST_CASES=2000 $(CARGO) test --release

# Our own figures, beside the limits of the machine.
bench: setup
	$(CARGO) bench --bench figures --bench kernels

# Our figures beside those of other programs, in one run; they are installed under target/ from the Python package index.
PEERS = target/peers-venv
peers: build
	@test -x $(PEERS)/bin/python || python3 -m venv $(PEERS)
	$(PEERS)/bin/pip install -q mpmath gmpy2 python-flint "numpy<2" "scipy<1.14"
	@# the last versions that work together
	$(PEERS)/bin/pip install -q neural-tangents==0.6.5 jax==0.4.30 jaxlib==0.4.30 tf2jax==0.3.6
	$(PEERS)/bin/python benches/peers/run.py

# The slowest of many random activations at 15 digits, and whether 30 digits agree.
effort: build
	python3 benches/effort/run.py 2000 1 --digits

clean:
	$(CARGO) clean
	rm -rf out
