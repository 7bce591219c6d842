"""Edges of the law of M = Y Y^T/m: edges.py WAY DIGITS THETA1 THETA2 PHI PSI

The critical points of z(q) = A(q)/B(q) are the roots of A'B - AB' (degree 5 after its trivial factors); the edges are z at
the real ones that pass the true-edge test. WAY is `flint` (fmpz_poly.complex_roots, certified) or `mpmath` (polyroots, not).
theta1 and theta2 are taken as the decimals given. Prints seconds of processor time and the edges.
"""

import json
import sys
from fractions import Fraction
from math import gcd

from clock import least


def multiplied(a, b):
    product = [Fraction(0)] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            product[i + j] += x * y
    return product


def derived(a):
    return [k * x for k, x in enumerate(a)][1:]


def critical(theta1, theta2, phi, psi):
    """Integer coefficients, lowest first. A = u U s^2 and B = q s^2, so that A'B - AB' has the factor s^1 and no others."""
    c, gamma, delta = theta2 / psi, phi / psi, theta1 - theta2
    s = [Fraction(1), -c]
    first = multiplied(s, [Fraction(1), delta])
    first[1] += theta2
    second = multiplied(s, [Fraction(1), gamma * delta])
    second[1] += gamma * theta2
    a = multiplied(first, second)
    left = multiplied(multiplied(derived(a), [0, Fraction(1)]), s)
    right = multiplied(a, [Fraction(1), -3 * c])
    difference = [x - y for x, y in zip(left, right + [Fraction(0)] * (len(left) - len(right)))]
    scale = 1
    for x in difference:
        scale = scale * x.denominator // gcd(scale, x.denominator)
    return [int(x * scale) for x in difference]


def z_and_test(q, theta1, theta2, phi, psi):
    c, gamma, s = theta2 / psi, phi / psi, 1 - theta2 / psi * q
    r = theta1 - theta2 + theta2 / s
    return (1 + q * r) * (1 + gamma * q * r) / q, s * s - theta2 * c * q * q


def with_flint(digits, theta1, theta2, phi, psi):
    from flint import arb, ctx, fmpq, fmpz_poly

    ctx.dps = digits + 20
    parameters = [arb(fmpq(v.numerator, v.denominator)) for v in (theta1, theta2, phi, psi)]
    polynomial = fmpz_poly(critical(theta1, theta2, phi, psi))
    real = [root.real for root, _ in polynomial.complex_roots() if root.imag == 0]
    pairs = [z_and_test(q, *parameters) for q in real]
    edges = [z for z, test in pairs if test > 0 and z > 0]
    certain = min(z.rel_accuracy_bits() for z in edges) * 0.30103
    return sorted((z.str(digits, radius=False) for z in edges), key=float), f"{certain:.0f} digits certain"


def with_mpmath(digits, theta1, theta2, phi, psi):
    import mpmath as mp

    mp.mp.dps = digits + 20
    parameters = [mp.mpf(v.numerator) / v.denominator for v in (theta1, theta2, phi, psi)]
    coefficients = critical(theta1, theta2, phi, psi)[::-1]
    roots = mp.polyroots([mp.mpf(x) for x in coefficients], maxsteps=400, extraprec=4 * digits + 100)
    real = [mp.re(root) for root in roots if abs(mp.im(root)) < mp.mpf(10) ** (-digits)]
    pairs = [z_and_test(q, *parameters) for q in real]
    return [mp.nstr(z, digits) for z in sorted(z for z, test in pairs if test > 0 and z > 0)], "not certified"


def main():
    way, digits = sys.argv[1], int(sys.argv[2])
    parameters = [Fraction(text) for text in sys.argv[3:7]]
    solve = {"flint": with_flint, "mpmath": with_mpmath}[way]
    seconds, (edges, note) = least(lambda: solve(digits, *parameters))
    print(json.dumps({"seconds": seconds, "note": note, "values": dict(enumerate(edges))}))


main()
