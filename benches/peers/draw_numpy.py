"""One draw of M = Y Y^T/n, Y = tanh(W X/sqrt(n)), and its eigenvalues with numpy and scipy on one thread: draw_numpy.py N TRIALS

Prints the least seconds of each stage.
"""

import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
from scipy.linalg import eigvalsh
from scipy.linalg.blas import dsyrk

STAGES = ["random entries", "W X", "activation", "Y Y^T, one triangle", "eigenvalues"]


def draw(n, generator):
    clock = [time.process_time()]
    weights, data = generator.standard_normal((n, n)), generator.standard_normal((n, n))
    clock.append(time.process_time())
    outputs = weights @ data
    clock.append(time.process_time())
    outputs *= n**-0.5
    np.tanh(outputs, out=outputs)
    clock.append(time.process_time())
    gram = dsyrk(1 / n, outputs.T, trans=1, lower=1)
    clock.append(time.process_time())
    eigvalsh(gram, lower=True, overwrite_a=True, check_finite=False)
    clock.append(time.process_time())
    return np.diff(clock)


def main():
    n, trials = int(sys.argv[1]), int(sys.argv[2])
    generator = np.random.default_rng(0)
    seconds = np.min([draw(n, generator) for _ in range(trials)], axis=0)
    print(json.dumps({"stages": dict(zip(STAGES, seconds)), "seconds": float(seconds.sum()), "note": f"numpy {np.__version__}"}))


main()
