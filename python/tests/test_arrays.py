"""Laws on arrays of doubles against the certified language, and draws from laws."""

import threading
import tracemalloc
import warnings

import numpy as np
import pytest

import resolvent as rs

MODELS = {
    "features": lambda: rs.features("tanh(x)", phi="1/2", psi="3/4"),
    "an atom": lambda: rs.features("tanh(x)", phi=2, psi="1/2"),
    "kernel": lambda: rs.kernel("tanh(x)", gamma=["2/3", "1/2", "2/5"]),
    "covariance": lambda: rs.covariance([[1, "1/2"], [4, "1/2"]], gamma="1/10"),
    "jacobian": lambda: rs.jacobian("relu(x)", sigma_w2=2, depth=3),
    "labels": lambda: rs.label_covariance("sign(abs(x) - 2/3)", d_over_n="1/3"),
}


@pytest.mark.parametrize("name", MODELS)
def test_arrays_are_the_certified_values(name):
    m = MODELS[name]()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ends = [float(end) for pair in m.edges() for end in pair]
        points = np.linspace(ends[0] - 0.1, ends[-1] + 0.2, 13)
        points = np.array([float(f"{point:.6f}") for point in points])
        for query in ("density", "cdf"):
            certain = getattr(m, query)(points.tolist())
            for point, certified, double in zip(points, certain, getattr(m, query)(points)):
                if certified is not None:
                    assert double == pytest.approx(float(certified), rel=1e-9, abs=1e-10), (query, point)
        p = np.array([0.6, 0.75, 0.96875])
        assert m.quantile(p) == pytest.approx(np.asarray(m.quantile(p.tolist()), dtype=float), rel=1e-9, abs=1e-10)
        for z in (0.5 + 0.25j, -1.5 + 0.125j):
            assert m.stieltjes(np.array([z]))[0] == pytest.approx(complex(m.stieltjes(z)), rel=1e-9)


def test_shapes_and_strides_are_kept():
    m = MODELS["features"]()
    grid = np.linspace(0.1, 2, 24).reshape(4, 6)
    assert m.density(grid).shape == (4, 6)
    assert np.array_equal(m.density(grid.T), m.density(grid).T)
    assert np.array_equal(m.density(grid.astype(np.float32)), m.density(grid.astype(np.float32).astype(float)))
    assert np.isnan(m.quantile(np.array([-0.5, 1.5]))).all()


def test_draws_have_the_law_and_depend_on_the_seed_alone():
    m = MODELS["an atom"]()
    drawn = m.sample(20_000, seed=3)
    assert np.array_equal(drawn, m.sample(20_000, seed=3)) and not np.array_equal(drawn, m.sample(20_000, seed=4))
    # the distance of Kolmogorov is 1.95/sqrt(n) once in a thousand
    points = np.unique(drawn)
    measured = np.searchsorted(np.sort(drawn), points, side="right") / drawn.size
    assert np.abs(measured - m.cdf(points)).max() < 1.95 / np.sqrt(drawn.size)
    assert np.mean(drawn == 0) == pytest.approx(float(m.atom()), abs=4 * np.sqrt(0.25 / drawn.size))


def test_threads_at_once_have_right_answers():
    m = MODELS["features"]()
    grid = np.linspace(0.01, 2.5, 4001)
    alone, top, first = m.density(grid), m.edges(digits=30)[0][1].text, m.moments(digits=40)[0].text
    wrong = []

    def ask(number):
        for turn in range(5):
            if not np.array_equal(m.density(grid), alone):
                wrong.append((number, turn, "density"))
            if m.edges(digits=30)[0][1].text != top:
                wrong.append((number, turn, "edges"))
            other = rs.features("tanh(x)", phi="1/2", psi="3/4").moments(digits=20 + number)
            if not other[0].text.startswith(first[:20]):
                wrong.append((number, turn, other[0].text))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not wrong


def test_the_lock_is_released():
    m = MODELS["features"]()
    m.law()
    grid = np.linspace(0.01, 2.5, 300_000)
    turns = []
    done = threading.Event()

    def count():
        while not done.is_set():
            turns.append(1)
            done.wait(0.001)

    counter = threading.Thread(target=count)
    counter.start()
    m.density(grid)
    done.set()
    counter.join()
    assert len(turns) > 5


def test_a_callable_is_simulated_and_refused_elsewhere():
    m = rs.features("tanh(x)", phi="1/2", psi="3/4")
    seen = []

    def activation(values):
        seen.append(values.shape)
        return np.tanh(values)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours = m.check(n=60, trials=2, activation=activation)
        plain = m.check(n=60, trials=2)
        other = m.check(n=60, trials=2, activation=lambda values: np.sign(values))
    assert seen and all(len(shape) == 1 for shape in seen)
    assert float(ours.rows[0].measured) == pytest.approx(float(plain.rows[0].measured), rel=1e-9)
    assert other.verdict == "disagree"
    with pytest.raises(rs.StatementError, match="of which nothing is known but values"):
        rs.features(np.tanh, phi=1, psi=1)
