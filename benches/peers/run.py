"""Runs the peers and our own benches one after the other and prints the ratios: run.py [RESOLVENT]

A time is the least of a few runs: seconds of processor time for the peers and for our long runs, of the clock on the wall
for our short ones. Values that both sides compute are compared; a row says to how many digits they agree. RESOLVENT is the
program, which gives theta1 and theta2 to the peers and the values compared.
"""

import json
import math
import subprocess
import sys
from decimal import Decimal, getcontext
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PROGRAM = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target/release/resolvent")
PHI, PSI = "0.5", "0.75"
MODEL = "features(tanh(x), phi = 1/2, psi = 3/4)"
# the curve of test errors of ridge regression over widths, in our table and as a statement
WIDTHS = "a curve of 1000 widths in doubles"
CURVE = "sweep(w = 1/10..1019/200 count 1000, errors(regression(x/2 + 3/10*He2(x)/sqrt(2), x, n = 2, widths = [w], ridge = {}, noise = 1/2)).test)"
# a peer that takes longer has no row
PATIENCE = 900

# our figure, the peer's script and its arguments; {…} is filled in below
ROWS = [
    *((f"hermite {f} {digits}", "hermite_arb.py", [f, str(digits)]) for f in ("tanh(x)", "softplus(x)", "atan(x)") for digits in (50, 200)),
    *((f"hermite {f} 1000", "hermite_arb.py", [f, "1000", "1"]) for f in ("tanh(x)", "softplus(x)", "atan(x)")),
    *((f"hermite {f} {digits}", "hermite_trapezoid.py", [f, str(digits)]) for f in ("tanh(x)", "softplus(x)", "atan(x)") for digits in (50, 200, 1000)),
    *((f"hermite {f} 50", "hermite_mpmath.py", [f, "50"]) for f in ("tanh(x)", "softplus(x)", "atan(x)")),
    *((f"hermite {f} 200", "hermite_mpmath.py", [f, "200", "2"]) for f in ("tanh(x)", "softplus(x)", "atan(x)")),
    ("density 100000", "density_numpy.py", ["roots", "10000", "{short}"]),
    ("density 100000", "density_numpy.py", ["companion", "100000", "{short}"]),
    ("density 100000", "density_numpy.py", ["continuation", "100000", "{short}"]),
    *((f"edges {digits}", "edges.py", [way, str(digits), "{long}"]) for digits in (100, 1000) for way in ("flint", "mpmath")),
    ("phase diagram erf 20", "phase_diagram_nt.py", ["20"]),
    *((WIDTHS, "ridge_numpy.py", [ridge]) for ridge in ("1e-3", "1e-6")),
    ("draw 1000 in all", "draw_numpy.py", ["1000", "4"]),
    ("draw 2000 in all", "draw_numpy.py", ["2000", "2"]),
]


def ask(statement, digits):
    command = [PROGRAM, "--json", "--digits", str(digits), "-e", statement]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(text, parse_float=Decimal)["value"]


def our_figures():
    command = ["cargo", "bench", "--bench", "figures", "--", "--tsv", "hermite", "law", "propagation", "regression", "witness"]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout
    rows = (line.split("\t") for line in text.splitlines())
    return {row[0]: (float(row[1]), row[2]) for row in rows if len(row) == 4 and row[1]}


def arguments(template, key):
    digits = 1020 if "{long}" in template and key.endswith("1000") else 120
    law = ask(f"spectrum({MODEL})", digits)
    energies = [str(law["theta1"]), str(law["theta2"]), PHI, PSI]
    filled = {"{long}": energies, "{short}": energies + [str(end) for end in law["edges"][0]]}
    return [argument for text in template for argument in filled.get(text, [text])]


def peer(script, template, key):
    command = [sys.executable, "-B", str(HERE / script), *arguments(template, key)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    if run.returncode != 0:
        raise RuntimeError(run.stderr.strip().splitlines()[-1] if run.stderr.strip() else f"status {run.returncode}")
    return json.loads(run.stdout)


def our_values(key):
    kind, *middle, last = key.split()
    if kind == "edges":
        return [end for bulk in ask(f"edges({MODEL})", int(last)) for end in bulk]
    coefficients = ask(f"hermite({middle[0]}, order = 32)", int(last))["c"]
    return [Decimal(value) * math.factorial(k) for k, value in enumerate(coefficients)]


def agreement(key, values):
    getcontext().prec = 1100
    ours = our_values(key)
    digits = int(key.split()[-1])
    for k, text in values.items():
        value, other = Decimal(text), ours[int(k)]
        gap = abs(value - other) / abs(other)
        digits = min(digits, -gap.adjusted() - 1 if gap else digits)
    return digits


def wrong(ridge, errors):
    ours = [float(row["value"]) for row in ask(CURVE.format(ridge), 15)]
    gaps = [abs(other / own - 1) for own, other in zip(ours, errors, strict=True)]
    return f"{sum(not gap < 1e-3 for gap in gaps)} of {len(gaps)} wrong by more than 0.1 %, the worst by {100 * max(gaps):.2g} %"


def seconds_of(key, template, figure):
    value, unit = figure
    if unit == "points/s":
        return float(template[1]) / value
    return value / 1e3 if unit == "ms" else value


def shown(seconds):
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"


def main():
    ours = our_figures()
    print(f"{'figure':<26}{'peer':<32}{'peer takes':>12}{'we take':>12}{'ratio':>9}  remarks")
    for key, script, template in ROWS:
        name = script.removesuffix(".py") + (f" ({template[0]})" if script in ("density_numpy.py", "edges.py", "ridge_numpy.py") else "")
        if key not in ours:
            print(f"{key:<26}{name:<32}  no figure of our own")
            continue
        try:
            found = peer(script, template, key)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            print(f"{key:<26}{name:<32}  {error}")
            continue
        own = seconds_of(key, template, ours[key])
        remarks = [found["note"]]
        if "values" in found:
            remarks.append(f"{agreement(key, found['values'])} digits agree")
        if "errors" in found:
            remarks.append(wrong(template[0], found["errors"]))
        print(f"{key:<26}{name:<32}{shown(found['seconds']):>12}{shown(own):>12}{found['seconds'] / own:>8.1f}x  {', '.join(remarks)}", flush=True)


main()
