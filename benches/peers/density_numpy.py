"""Density of the law of M = Y Y^T/m by solving the quartic with numpy: density_numpy.py WAY POINTS THETA1 THETA2 PHI PSI LOW HIGH

The curve z q (1 - c q)^2 = u(q) U(q), u = (1 - c q)(1 + d q) + theta2 q, U the same with gamma q before R, is a quartic in q
for each z; m = -q (1 - c q)/U. WAY is `roots` (numpy.roots a point), `companion` (all companion matrices in one eigvals) or
`continuation` (Newton's method on all points together, from far up in the half plane down to the axis).
The root is that with Im q < 0 and Im(1/q + R) > 0. Prints seconds of processor time and the mass.
"""

import json
import sys

import numpy as np
from clock import least

HEIGHT = 1e-9


def quartic(z, theta1, theta2, gamma, c):
    """Coefficients, highest first, one row a point."""
    delta = theta1 - theta2
    first = np.polymul([-c, 1], [delta, 1]) + np.array([0, theta2, 0])
    second = np.polymul([-c, 1], [gamma * delta, 1]) + np.array([0, gamma * theta2, 0])
    constant = np.polymul(first, second)
    linear = np.array([0, c * c, -2 * c, 1, 0])
    return constant[None, :] - z[:, None] * linear[None, :]


def all_roots(coefficients, way):
    if way == "roots":
        return np.array([np.roots(row) for row in coefficients])
    matrices = np.zeros((len(coefficients), 4, 4), complex)
    matrices[:, 0, :] = -coefficients[:, 1:] / coefficients[:, :1]
    matrices[:, [1, 2, 3], [0, 1, 2]] = 1
    return np.linalg.eigvals(matrices)


def physical(roots, theta1, theta2, c):
    w = 1 / roots + (theta1 - theta2) + theta2 / (1 - c * roots)
    sign = np.minimum(-roots.imag, w.imag)
    return np.take_along_axis(roots, np.argmax(sign, axis=1)[:, None], axis=1)[:, 0]


def continued(x, theta1, theta2, gamma, c):
    q = -1 / (x + 50j)
    for height in np.geomspace(50, HEIGHT, 60):
        coefficients = quartic(x + 1j * height, theta1, theta2, gamma, c).T
        for _ in range(8):
            value, slope = coefficients[0], 0
            for coefficient in coefficients[1:]:
                slope = slope * q + value
                value = value * q + coefficient
            step = value / slope
            q = q - step
            if np.max(np.abs(step / q)) < 1e-12:
                break
    return q


def main():
    way, points = sys.argv[1], int(sys.argv[2])
    theta1, theta2, phi, psi, low, high = map(float, sys.argv[3:9])
    gamma, c = phi / psi, theta2 / psi
    x = low + (high - low) * (np.arange(points) + 0.5) / points

    def solve():
        if way == "continuation":
            q = continued(x, theta1, theta2, gamma, c)
        else:
            q = physical(all_roots(quartic(x + 1j * HEIGHT, theta1, theta2, gamma, c), way), theta1, theta2, c)
        r = theta1 - theta2 + theta2 / (1 - c * q)
        return (-q / (1 + gamma * q * r)).imag / np.pi

    seconds, density = least(solve)
    print(json.dumps({"seconds": seconds, "note": f"mass {np.sum(density) * (high - low) / points:.6f}"}))


main()
