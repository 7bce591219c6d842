"""Hermite coefficients by a trapezoidal rule written by hand in python-flint: hermite_trapezoid.py FUNCTION DIGITS

H_k = E f(Z) He_k(Z), k = 0 ... 32, all from one set of nodes, which is how an expert would do it once for one function. Step
and cut are rules of thumb, so that nothing is certified. For tanh the step is coarse and the poles of tanh are taken off; the
density and the exponentials follow recurrences. softplus is integrated without its linear part x/2.
"""

import json
import math
import sys

from clock import least
from flint import acb, arb, ctx

ORDER = 32
GUARD = 25
# distance of the nearest singular point from the line
STRIP = {"softplus(x)": math.pi, "atan(x)": 1.0}


def trapezoid(name, digits):
    size = (digits + GUARD) * math.log(10)
    step = math.pi * math.sqrt(2 / size) if name == "tanh(x)" else 2 * math.pi * STRIP[name] / (size + 10)
    h = arb(step)
    first = 0 if name == "softplus(x)" else 1
    sums = [arb(0)] * (ORDER + 1)
    weight, ratio, decay, wave, rate = arb(1), (-h * h / 2).exp(), (-h * h).exp(), arb(1), ((-2 if name == "tanh(x)" else -1) * h).exp()
    for j in range(int((math.sqrt(2 * size) + 8) / step) + 2):
        x = h * j
        value = (1 - wave) / (1 + wave) if name == "tanh(x)" else x.atan() if name == "atan(x)" else (1 + wave).log() + x / 2
        before, now = arb(0), weight * value / (2 if j == 0 else 1)
        for k in range(ORDER + 1):
            if k % 2 == first:
                sums[k] += now
            before, now = now, x * now - k * before
        weight, ratio, wave = weight * ratio, ratio * decay, wave * rate
    sums = [2 * h * total for total in sums]
    if name == "tanh(x)":
        poles(sums, step, size)
    factor = 1 / (2 * arb.pi()).sqrt()
    return {k: sums[k] * factor for k in range(first, ORDER + 1, 2)}


def poles(sums, step, size):
    for m in range(10**6):
        y = arb.pi() * (2 * m + 1) / 2
        height = float(y)
        if height * height / 2 - 2 * math.pi * height / step < -size or height > 2 * math.pi / step:
            return
        share = 2 * arb.pi() * (y * y / 2).exp() / ((2 * arb.pi() * y / arb(step)).exp() - 1)
        before, now = acb(0), acb(1)
        for k in range(ORDER + 1):
            if k % 2 == 1:
                sums[k] -= 2 * (acb(0, 1) * now).real * share
            before, now = now, acb(0, y) * now - k * before


def main():
    name, digits = sys.argv[1], int(sys.argv[2])
    ctx.dps = digits + GUARD + 35
    seconds, values = least(lambda: trapezoid(name, digits))
    shown = {k: value.str(digits, radius=False) for k, value in values.items()}
    print(json.dumps({"seconds": seconds, "note": "by hand, not certified", "values": shown}))


main()
