"""Hermite coefficients by mpmath.quad, nothing certified: hermite_mpmath.py FUNCTION DIGITS [COUNT]

H_k = E f(Z) He_k(Z), k = 0 ... 32, one call a coefficient on [0, inf]; symmetry, COUNT and output as in hermite_arb.py.
"""

import json
import sys

import mpmath as mp
from clock import least

ORDER = 32
FUNCTIONS = {
    "tanh(x)": (mp.tanh, 1),
    "atan(x)": (mp.atan, 1),
    "softplus(x)": (lambda x: mp.log1p(mp.exp(-x)) + x / 2, 0),
}


def hermite(k, x):
    last, value = mp.mpf(0), mp.mpf(1)
    for j in range(k):
        last, value = value, x * value - j * last
    return value


def main():
    name, digits = sys.argv[1], int(sys.argv[2])
    f, parity = FUNCTIONS[name]
    mp.mp.dps = digits + 10
    orders = list(range(parity, ORDER + 1, 2))
    count = int(sys.argv[3]) if len(sys.argv) > 3 else len(orders)
    chosen = [orders[(2 * i + 1) * len(orders) // (2 * count)] for i in range(count)]
    seconds, values = least(lambda: {k: 2 * mp.quad(lambda x: f(x) * hermite(k, x) * mp.npdf(x), [0, mp.inf]) for k in chosen})
    seconds *= len(orders) / count
    shown = {k: mp.nstr(value, digits) for k, value in values.items()}
    print(json.dumps({"seconds": seconds, "note": f"not certified, {count} of {len(orders)} integrals", "values": shown}))


main()
