"""Hermite coefficients by Arb's rigorous integrator: hermite_arb.py FUNCTION DIGITS [COUNT]

H_k = E f(Z) He_k(Z), k = 0 ... 32, one acb.integral a coefficient on the half line that symmetry leaves; coefficients that
symmetry makes zero are free. softplus is integrated without its linear part x/2. With COUNT, only that many integrals are
done, spread over k, and the time is scaled to all of them. The tail beyond the last point is below the digits asked.
Prints seconds of processor time, the integrals done, and the values.
"""

import json
import math
import sys

from clock import least
from flint import acb, arb, ctx, fmpz_poly

ORDER = 32
GUARD = 25


def hermite_polynomials():
    x = fmpz_poly([0, 1])
    found = [fmpz_poly([1]), x]
    for k in range(2, ORDER + 1):
        found.append(x * found[-1] - (k - 1) * found[-2])
    return found


def tanh(z, analytic):
    return z.tanh()


def atan(z, analytic):
    # the cuts run from i and -i along the imaginary axis
    if analytic and z.real.contains(0) and not (abs(z.imag) < 1):
        return acb("nan")
    return z.atan()


def even_softplus(z, analytic):
    return (1 + z.exp()).log(analytic=analytic) - z / 2


FUNCTIONS = {"tanh(x)": (tanh, 1), "atan(x)": (atan, 1), "softplus(x)": (even_softplus, 0)}


def integral(f, polynomial, digits):
    tolerance = arb(10) ** (-digits - 2)
    end = int(math.sqrt(2 * (digits + GUARD) * math.log(10))) + 9

    def integrand(z, analytic):
        return f(z, analytic) * polynomial(z) * (-z * z / 2).exp()

    value = acb.integral(integrand, 0, end, rel_tol=tolerance, abs_tol=tolerance, deg_limit=3 * digits + 200, eval_limit=10**7)
    return 2 * value.real / (2 * arb.pi()).sqrt()


def main():
    name, digits = sys.argv[1], int(sys.argv[2])
    f, parity = FUNCTIONS[name]
    ctx.dps = digits + GUARD
    orders = list(range(parity, ORDER + 1, 2))
    count = int(sys.argv[3]) if len(sys.argv) > 3 else len(orders)
    chosen = [orders[(2 * i + 1) * len(orders) // (2 * count)] for i in range(count)]
    polynomials = hermite_polynomials()
    seconds, values = least(lambda: {k: integral(f, polynomials[k], digits) for k in chosen})
    seconds *= len(orders) / count
    certain = min(value.rel_accuracy_bits() for value in values.values()) * math.log10(2)
    shown = {k: value.str(digits, radius=False) for k, value in values.items()}
    print(json.dumps({"seconds": seconds, "note": f"{certain:.0f} digits certain, {count} of {len(orders)} integrals", "values": shown}))


main()
