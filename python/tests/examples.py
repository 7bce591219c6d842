"""What types say of usual code: `mypy --strict` passes on it, and it runs."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np

import resolvent as rs


def law(f: rs.Expression, ratio: Fraction) -> list[float]:
    """The ends of the first bulk of features."""
    model: rs.Model = rs.features(f, phi=ratio, psi="3/4")
    edges: rs.List = model.edges(digits=20)
    atom: rs.Number = rs.atom(model)
    assert float(atom) == 0.0
    return [float(end) for end in edges[0]]


def curve(model: rs.Model) -> float:
    """The mass under the density."""
    grid = np.linspace(0.001, 2.6, 20_001)
    density = model.density(grid)
    return float(np.sum(density) * (grid[1] - grid[0]))


def swept() -> list[float]:
    """A sweep on threads."""
    with ThreadPoolExecutor(2) as executor:
        table: rs.List = rs.sweep(
            lambda a: rs.gaussian(rs.tanh(rs.x) - a * rs.x).theta2, a=rs.points(0, 1, count=3), executor=executor
        )
    return [float(point.value) for point in table]


def main() -> None:
    """Runs them."""
    low, high = law(rs.tanh(rs.x), Fraction(1, 2))
    assert 0 < low < high
    model = rs.features("tanh(x)", phi=0.5, psi=0.75)
    assert abs(curve(model) - 1.0) < 1e-3
    assert len(swept()) == 3
    record: rs.Record = rs.gaussian("relu(x)")
    theta1: rs.Number = record.theta1
    assert theta1.exact == "1/2 - 1/(2*pi)" and theta1 < 0.5
    sample = model.sample(10, seed=1)
    assert sample.shape == (10,)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rs.Warning)
        report: rs.Record = model.check(n=60, trials=2)
    figure: rs.Figure = rs.plot(report)
    assert figure.svg.startswith("<svg")
    try:
        rs.features("exp(x^2)", phi=1, psi=1).edges()
    except rs.DomainError as error:
        assert error.help is None or error.message


if __name__ == "__main__":
    main()
