"""What the tests of executors ask: functions at the top of a module, as executors want them."""

import os
import signal
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor

import resolvent as rs

GRID = {"a": [0, "1/4", "1/2", "3/4", 1, "5/4"], "g": ["1/2", 2]}
TEXT = "edges(features(tanh(x) - a*x/2, phi = g, psi = 1))[0][1]"


def traced(a, g):
    """One call of the names."""
    return rs.features(rs.tanh(rs.x) - a * rs.x / 2, phi=g, psi=1).edges()[0][1]


def looking(a, g):
    """A function that looks at values."""
    if g == 2:
        raise ValueError(f"g = {g} is above 1")
    return rs.features(rs.tanh(rs.x) - rs.function(str(a)) * rs.x / 2, phi=g, psi=1).moments(count=2)


def deadly(a, killed):
    """Kills its worker the first time that it comes to a = 2, and each time that it comes to a = 4."""
    if killed and a in (2, 4):
        mark = f"{killed}/{a}"
        first = not os.path.exists(mark)
        open(mark, "a").close()
        if first or a == 4:
            os.kill(os.getpid(), signal.SIGKILL)
    return rs.gaussian(rs.tanh(rs.x) * a).theta1


def slow(a):
    """A point that takes a while."""
    time.sleep(0.15)
    return rs.gaussian(rs.tanh(rs.x) * rs.function(str(a))).theta1


def answers(executor):
    """The JSON of a sweep and of a check."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        swept = rs.sweep(traced, GRID, executor=executor)
        looked = rs.sweep(looking, GRID, executor=executor)
        m = rs.features("tanh(x)", phi="1/2", psi="3/4")
        checked = rs.check(m, n=60, trials=3, executor=executor)
    return "\n".join([swept.json, looked.json, checked.json])


def with_mpi(path, task):
    """What the master of an MPI pool runs."""
    from mpi4py.futures import MPIPoolExecutor

    with MPIPoolExecutor() as executor:
        if task == "answers":
            text = answers(executor)
        else:
            text = rs.sweep(slow, a=list(range(1, 21)), executor=executor, file=task).json
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def with_dask(points):
    """A sweep on Dask that writes its points, until it is killed."""
    from dask.distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster, Client(cluster) as client:
        rs.sweep(slow, a=list(range(1, 21)), executor=client.get_executor(), file=points)


if __name__ == "__main__":
    if sys.argv[1] == "dask":
        with_dask(sys.argv[2])
    else:
        with_mpi(sys.argv[2], sys.argv[3])
