"""Memory does not grow with the number of calls."""

import gc
import os

import numpy as np
import pytest

import resolvent as rs


def resident() -> float:
    """Megabytes of this process."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="memory is read from /proc")
def test_a_hundred_thousand_calls_grow_memory_by_less_than_five_megabytes():
    m = rs.features("tanh(x)", phi="1/2", psi="3/4")
    grid = np.linspace(0.1, 2, 8)

    def calls(count):
        for number in range(count):
            kind = number % 5
            if kind == 0:
                rs.evaluate("1/3 + 1/7")
            elif kind == 1:
                m.density(grid)
            elif kind == 2:
                rs.simplify(rs.x + number % 11)
            elif kind == 3:
                m.atom()
            else:
                try:
                    rs.evaluate("taanh(x)")
                except rs.StatementError:
                    pass
        gc.collect()

    calls(5_000)
    before = resident()
    calls(100_000)
    assert resident() - before < 5.0
