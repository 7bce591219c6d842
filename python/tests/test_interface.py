"""Calls become statements of the language, and answers objects that keep their digits."""

import decimal
import fractions
import json
import math
import pickle

import numpy as np
import pytest

import resolvent as rs


@pytest.fixture(scope="module")
def tanh():
    return rs.features("tanh(x)", phi="1/2", psi=fractions.Fraction(3, 4))


def test_functions_and_methods_are_the_same_query(tanh):
    assert rs.spectrum(tanh).json == tanh.spectrum().json
    assert tanh.edges() == rs.evaluate("edges(features(tanh(x), phi = 1/2, psi = 3/4))")


def test_every_query_of_the_language_is_here_under_its_name():
    from resolvent import _native

    for row in _native.queries():
        assert callable(getattr(rs, row["name"])), row["name"]


def test_every_example_of_the_help_means_the_same_in_python_or_runs_as_text():
    from resolvent import _native

    slow = {"check", "compare", "train", "plot", "cycle_cumulants", "save", "load", "gram", "eigenvalues", "transpose"}
    for row in _native.queries():
        if row["name"] not in slow:
            assert rs.evaluate(row["example"]) is not None or row["name"] == "isospectrality", row["name"]


@pytest.mark.parametrize(
    "ratio", [fractions.Fraction(1, 10), decimal.Decimal("0.1"), "1/10", 0.1, np.float64(0.1), np.float32(0.1), "0.1"]
)
def test_a_ratio_is_its_shortest_decimal_however_it_is_given(ratio):
    model = rs.features(rs.tanh(rs.x), phi=ratio, psi=1)
    assert model.phi.fraction == fractions.Fraction(1, 10)


def test_expressions_mean_what_python_means(seed=7):
    a = fractions.Fraction(-3, 2)
    built = [
        ((2 - rs.x) - (3 - rs.x) * 2, lambda x: (2 - x) - (3 - x) * 2),
        (-(rs.x**2) + (-rs.x) ** 2 - rs.x / (2 / rs.x), lambda x: -(x**2) + (-x) ** 2 - x / (2 / x)),
        (a * rs.x - rs.x * a**3, lambda x: float(a) * x - x * float(a) ** 3),
        (2**-rs.x / rs.x / 3, lambda x: 2**-x / x / 3),
        ((rs.x / 3) ** 2 * (1 - rs.x) ** 3, lambda x: (x / 3) ** 2 * (1 - x) ** 3),
        (rs.where(rs.x > 0, rs.x, rs.exp(rs.x) - 1) * 2, lambda x: (x if x > 0 else math.exp(x) - 1) * 2),
        (abs(rs.x - 1) - 1e-3 * rs.x, lambda x: abs(x - 1) - 1e-3 * x),
        (np.tanh(rs.x) + np.float64(0.25) * rs.x, lambda x: math.tanh(x) + 0.25 * x),
        (rs.tanh(rs.x)(2 * rs.x - 1), lambda x: math.tanh(2 * x - 1)),
    ]
    for expression, meant in built:
        for point in (fractions.Fraction(7, 5), fractions.Fraction(-2, 3)):
            value = rs.evaluate(f"f(x) = {expression}; f({point})")
            assert float(value) == pytest.approx(meant(float(point)), rel=1e-13), str(expression)


def test_numbers_keep_exact_text_digits_and_error():
    g = rs.gaussian("relu(x)")
    assert g.theta1.exact == "1/2 - 1/(2*pi)"
    assert g.theta1.text == "0.340845056908105" and float(g.theta1) == 0.340845056908105
    assert g.theta1.error == 1e-15 and g.theta1.certified
    assert g.theta2.fraction == fractions.Fraction(1, 4) and g.theta2.error == 0.0
    long = rs.gaussian("relu(x)", digits=60).theta1
    assert len(long.text) == 62 and long.decimal == decimal.Decimal(long.text)
    import mpmath

    mpmath.mp.dps = 60
    assert abs(long.mpmath() - (mpmath.mpf(1) / 2 - 1 / (2 * mpmath.pi))) < mpmath.mpf(10) ** -59


def test_digits_are_an_argument_and_leave_nothing_behind(tanh):
    assert len(tanh.edges(digits=40)[0][0].text) > 40
    assert tanh.edges()[0][0].text == "0.00209826786111623"


def test_records_are_mappings_with_attributes_and_json(tanh):
    s = tanh.spectrum()
    assert s.edges is s["edges"] and "moments" in s and dict(s)["degree"] == 4
    assert s.to_dict()["edges"] == [[0.00209826786111623, 2.51008631651981]]
    assert json.loads(s.json)["edges"] == s.to_dict()["edges"]
    assert np.asarray(s.moments).shape == (6,)
    with pytest.raises(AttributeError, match="it has atom, edges"):
        s.edge


def test_a_part_of_an_answer_stands_in_the_next_question_with_all_of_its_digits(tanh):
    top = tanh.edges()[0][1]
    doubled = rs.gaussian(rs.tanh(rs.x) * top, digits=30)
    direct = rs.evaluate(
        "top = edges(features(tanh(x), phi = 1/2, psi = 3/4))[0][1]; gaussian(tanh(x)*top).theta1", digits=30
    )
    assert doubled.theta1.text == direct.text


def test_models_stand_in_models():
    inner = rs.kernel("tanh(x)", gamma=[1, fractions.Fraction(1, 2)])
    outer = rs.covariance(inner.spectrum(), gamma="1/3")
    assert outer.edges() == rs.evaluate("edges(covariance(spectrum(kernel(tanh(x), gamma = [1, 1/2])), gamma = 1/3))")


def test_models_travel_as_plain_data(tanh):
    again = pickle.loads(pickle.dumps(tanh))
    assert again.edges() == tanh.edges()
    kept = pickle.loads(pickle.dumps(tanh.spectrum()))
    assert kept.to_dict() == tanh.spectrum().to_dict()


def test_texts_of_the_language_go_with_expressions():
    m = rs.jacobian(rs.relu(rs.x), sigma_w2=2, depth=4, weights="orthogonal")
    assert m.edges()[0][1].text == "9.48148148148148"
    assert rs.alignment(rs.ansatz("x^2 - 1", n_over_d=2, n_over_k=2, labels="x1*x2")).limit.exact == "sqrt(6889/7485)"


def test_searches_over_functions_and_over_texts():
    one = rs.find(lambda a: rs.gaussian(rs.tanh(rs.x) - a * rs.x).slope == 0, a=(0, 2))
    other = rs.find("gaussian(tanh(x) - a*x).slope == 0", a=(0, 2))
    assert one == other and len(one) == 1
    best = rs.minimize(lambda a: rs.gaussian(rs.tanh(rs.x) - a * rs.x).theta1, a=(0, 2))
    assert float(best.a) == pytest.approx(float(one[0]), rel=1e-10)


def test_sessions_keep_names():
    session = rs.Session(digits=20)
    session.run("f = tanh(x)")
    theta1 = session.run("gaussian(f).theta1").text
    assert len(theta1) == 22 and theta1.startswith("0.3942944903978411")


def test_data_of_arrays_are_those_of_files(tmp_path):
    rng = np.random.default_rng(1)
    data = rng.normal(size=(12, 30))
    np.save(tmp_path / "X.npy", data)
    with pytest.warns(rs.Warning, match="data_scaled"):
        ours = rs.kernel("tanh(x)", gamma=["1/2"], data=data).edges()
    session = rs.Session()
    with pytest.warns(rs.Warning):
        theirs = session.run(f'X = load("{tmp_path}/X.npy"); edges(kernel(tanh(x), gamma = [1/2], data = X))')
    assert ours == theirs
    symmetric = data @ data.T
    assert np.asarray(rs.eigenvalues(symmetric)) == pytest.approx(np.linalg.eigvalsh(symmetric)[::-1], rel=1e-8)


def test_figures_are_svg_data_and_axes(tanh, tmp_path):
    import matplotlib

    matplotlib.use("Agg")
    figure = rs.plot(tanh)
    assert figure.svg.startswith("<svg") and figure.data["curves"][0]["x"]
    axes = figure.matplotlib()
    assert axes.get_xlabel() == figure.data["x"]["label"]
    line = axes.get_lines()[0]
    assert np.allclose(line.get_xdata(), figure.data["curves"][0]["x"])
    rs.plot(tanh, file=str(tmp_path / "a.svg"))
    assert (tmp_path / "a.svg").read_text().startswith("<svg") and (tmp_path / "a.json").exists()


def test_help_is_the_programs():
    assert "the limiting law of the eigenvalues" in rs.spectrum.__doc__.lower()
    assert rs.explain("phi").startswith("phi, an argument of features")
