"""The phase diagram of erf by neural-tangents: phase_diagram_nt.py POINTS

chi_1 and the depth scale xi_c on POINTS x POINTS values of sigma_w2 in [1, 3] and sigma_b2 in [1/50, 3/10], as the library's own
notebook has it: the layer Erf then Dense, its kernel iterated to a fixed point, a derivative by jax, all points at once by vmap.
How far the fixed point is after so many layers is not known; near the edge of chaos, where xi_c grows, it is far.
"""

import json
import os
import sys
import warnings

warnings.filterwarnings("ignore")
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np
from clock import least
from neural_tangents import stax

jax.config.update("jax_enable_x64", True)
# layers
DEPTH = 200


def layer(w, b, x1, x2):
    # an activation comes after a dense layer; the first one leaves the products as they are
    own = stax.Dense(1, W_std=jnp.sqrt(w), b_std=jnp.sqrt(b))
    kernel = stax.serial(stax.Dense(1, W_std=1.0, b_std=0.0), stax.Erf(), own)[2]
    return kernel(x1, x2, "nngp")[0, 0]


def variance(w, b, q):
    x = jnp.sqrt(q) * jnp.ones((1, 1))
    return layer(w, b, x, x)


def correlation(w, b, q, c):
    # two inputs of two entries, so that x.y/2 is qc
    size = jnp.sqrt(2 * q)
    x = size * jnp.array([[1.0, 0.0]])
    y = size * jnp.stack([c, jnp.sqrt(jnp.maximum(1 - c * c, 0.0))])[None, :]
    return layer(w, b, x, y) / q


def point(w, b):
    q = jax.lax.fori_loop(0, DEPTH, lambda _, q: variance(w, b, q), jnp.asarray(1.0))
    c = jax.lax.fori_loop(0, DEPTH, lambda _, c: correlation(w, b, q, c), jnp.asarray(0.5))
    # E f'^2 of erf in closed form is not in the library: the slope of the map beside 1
    one = 1 - 1e-9
    chi_1, chi_c = (jax.grad(lambda c: correlation(w, b, q, c))(jnp.minimum(c, one)) for c in (jnp.asarray(one), c))
    return q, chi_1, -1 / jnp.log(chi_c), jnp.abs(correlation(w, b, q, c) - c)


def main():
    count = int(sys.argv[1])
    w, b = (grid.ravel() for grid in np.meshgrid(np.linspace(1, 3, count), np.linspace(0.02, 0.3, count)))
    diagram = jax.jit(jax.vmap(point))
    diagram(w, b)[0].block_until_ready()
    seconds, (_, _, _, moving) = least(lambda: [np.asarray(part) for part in diagram(w, b)])
    print(json.dumps({"seconds": seconds, "note": f"c still moves by more than 1e-9 at {int((moving > 1e-9).sum())} of {len(w)} points"}))


main()
