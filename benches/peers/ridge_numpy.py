"""Test error of ridge regression on one layer of random features over 1000 widths by the usual fixed point: ridge_numpy.py RIDGE

In units of the input dimension, n samples and N features of which a is linear and s is not:

    k1 = ridge + k1 D1/n,   k0 = (k1 + s)/(a N) + k0 D0/N,   D0 = 1/(1 + k0),   D1 = N - k1 (N - D0)/(k1 + s),

iterated from 1 with a half of the new value for all widths together until the largest relative change is below 1e-8, or 1000 times.
Prints seconds of processor time, and the errors.
"""

import json
import sys

import numpy as np
from clock import least

WIDTHS, SAMPLES, SLOPE, REST, NOISE = 0.1 + 5 * np.arange(1000) / 1000, 2.0, 0.25, 0.09, 0.25
MOST, SETTLED = 1000, 1e-8


def solve(ridge):
    k0, k1 = np.ones_like(WIDTHS), np.ones_like(WIDTHS)
    for count in range(1, MOST + 1):
        d0 = 1 / (1 + k0)
        d1 = WIDTHS - k1 * (WIDTHS - d0) / (k1 + REST)
        new1 = (k1 + ridge + k1 * d1 / SAMPLES) / 2
        new0 = (k0 + (k1 + REST) / (SLOPE * WIDTHS) + k0 * d0 / WIDTHS) / 2
        change = max(np.max(np.abs(new1 - k1) / new1), np.max(np.abs(new0 - k0) / new0))
        k0, k1 = new0, new1
        if change < SETTLED:
            break
    d0, fall0 = 1 / (1 + k0), -1 / (1 + k0) ** 2
    nu = k1 + REST
    rise = SLOPE * (WIDTHS - d0 - k0 * fall0)
    d1 = WIDTHS - k1 * (WIDTHS - d0) / nu
    fall1 = -(rise * (WIDTHS - d0) - k1 * fall0) / nu + k1 * (WIDTHS - d0) * rise / nu**2
    loss, loss_rise = NOISE + k0 / (1 + k0), 1 / (1 + k0) ** 2
    error = loss - k1 * loss_rise / rise
    return error / (1 - (d1 + k1 * fall1 / rise) / SAMPLES), count


def main():
    ridge = float(sys.argv[1])
    seconds, (errors, count) = least(lambda: solve(ridge))
    print(json.dumps({"seconds": seconds, "note": f"{count} iterations", "errors": list(errors)}))


main()
