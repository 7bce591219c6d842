"""Figures of the package, beside the program, NumPy, freealg and neural-tangents, in one run: run.py PYTHON

PYTHON is the interpreter of an environment with neural-tangents, which asks for an older NumPy than the others have.
Times are the least of several runs, as on a machine that does something else beside.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, Callable

import numpy as np

import resolvent as rs

ROWS: list[tuple[str, str, str]] = []


def least(work: Callable[[], Any], times: int = 5) -> float:
    """The least time of several runs, in seconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def row(name: str, value: str, beside: str = "") -> None:
    """A line of the table."""
    ROWS.append((name, value, beside))
    print(f"{name:52}  {value:>14}  {beside}", flush=True)


def imported() -> None:
    """What an import costs over that of an empty interpreter."""
    run = lambda code: least(lambda: subprocess.run([sys.executable, "-c", code], check=True), 7)
    empty, ours, numpys = run("pass"), run("import resolvent"), run("import numpy")
    row("import", f"{1e3 * (ours - empty):.0f} ms", f"numpy {1e3 * (numpys - empty):.0f} ms; goal 50 ms")


def arrays() -> None:
    """A law on a million points."""
    m = rs.features("tanh(x)", phi="1/2", psi="3/4")
    grid = np.linspace(0.001, 2.6, 1_000_000)
    law = m.law()
    ours = least(lambda: m.density(grid), 3)
    crate = min(law.seconds_of_density(grid) for _ in range(3))
    row("density, 10^6 points", f"{1e3 * ours:.0f} ms", f"the crate's own loop {1e3 * crate:.0f} ms, ratio {ours / crate:.3f}; goal 1.1")
    numpys = least(lambda: np.interp(grid, grid[::1000], grid[::1000]), 3)
    row("  NumPy's interp on them", f"{1e3 * numpys:.0f} ms")
    import freealg

    try:
        law = freealg.distributions.MarchenkoPastur(0.5)
        theirs = least(lambda: law.density(grid), 3)
        row("  freealg, Marchenko-Pastur on them", f"{1e3 * theirs:.0f} ms")
    except Exception as error:
        row("  freealg", "-", f"{type(error).__name__}: {error}")


def texts() -> None:
    """From a text to the edges, over what the evaluator itself takes."""
    text = "edges(features(theta1 = 1, theta2 = 1/3, phi = 1/2, psi = 3/4))"
    ours = least(lambda: rs.evaluate(text), 200)
    crate = rs._native.seconds_of(text, 200)
    row("a law from text to edges", f"{1e3 * ours:.2f} ms", f"the crate {1e3 * crate:.2f} ms, over it {1e3 * (ours - crate):.2f} ms; goal 0.2")
    m = rs.features(theta1=1, theta2="1/3", phi="1/2", psi="3/4")
    row("  edges of a model that is there", f"{1e3 * least(m.edges, 200):.2f} ms")


def diagrams(peer: str) -> None:
    """Depth scales of erf over variances of weights and biases, beside those that neural-tangents iterates to."""
    count, digits = 20, 12
    grid = {"w": rs.points(1, 3, count=count), "b": rs.points("1/50", "3/10", count=count)}
    question = "propagation(erf(x), sigma_w2 = w, sigma_b2 = b).xi_c"
    ours = least(lambda: rs.sweep(question, grid, digits=digits), 1)
    row(f"depth scale of erf at {count} x {count}, {digits} digits", f"{1e3 * ours:.0f} ms", "all proved")
    peers = pathlib.Path(__file__).resolve().parents[2] / "benches" / "peers"
    run = subprocess.run([peer, "-B", str(peers / "phase_diagram_nt.py"), str(count)], check=True, capture_output=True, text=True)
    theirs = json.loads(run.stdout)
    row("  neural-tangents, 200 layers in doubles", f"{1e3 * theirs['seconds']:.0f} ms", theirs["note"])


def trivial(a: Any) -> Any:
    """A point that costs nothing."""
    return rs.evaluate(f"{a}")


def costly(a: Any) -> Any:
    """A point of some milliseconds."""
    return rs.gaussian(rs.tanh(rs.x) - a * rs.x / 7 + rs.x**2 / 9, digits=40).theta2


def executors() -> None:
    """Sweeps on two processes, and what a task costs."""
    points = rs.points(0, 1, count=1000)
    with ProcessPoolExecutor(2) as two, ProcessPoolExecutor(1) as one:
        rs.sweep(costly, a=[1, 2, 3, 4], executor=two)
        rs.sweep(costly, a=[1, 2], executor=one)
        single = least(lambda: rs.sweep(costly, a=points, executor=one), 2)
        double = least(lambda: rs.sweep(costly, a=points, executor=two), 2)
        row("1000-point sweep, 2 processes over 1", f"{single / double:.2f}", f"{single:.2f} s and {double:.2f} s; goal 1.8; {os.cpu_count()} processors")
        text = "a^2"
        here = least(lambda: rs.sweep(text, a=points), 2)
        tasks = least(lambda: rs.sweep(text, a=points, executor=one), 2)
        row("overhead of a task, ProcessPool", f"{tasks - here:.2f} ms", "goal 1 ms")
    try:
        from dask.distributed import Client, LocalCluster
    except ImportError:
        return
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        executor = client.get_executor(pure=False)
        rs.sweep(text, a=[1, 2, 3], executor=executor)
        tasks = least(lambda: rs.sweep(text, a=points, executor=executor), 2)
        own = least(lambda: [future.result() for future in [executor.submit(abs, k) for k in range(1000)]], 2)
        row("overhead of a task, Dask", f"{tasks - here:.2f} ms", f"Dask's own {own:.2f} ms; goal 5 ms")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    imported()
    arrays()
    texts()
    diagrams(sys.argv[1])
    executors()
