//! The edge of chaos: chi_1 = 1 along it, its inverse, its Taylor series next to the tip, and how fast correlations merge on it, by plain
//! iteration and by other formulas.

#[path = "common/asking.rs"]
mod asking;

use asking::{answer, asked, complaint, number};

#[track_caller]
fn near(found: f64, right: f64, accuracy: f64, label: &str) {
    assert!((found - right).abs() <= accuracy * right.abs(), "{label}: {found} {right}");
}

/// On the edge the network is critical at the q that was asked for.
#[test]
fn chi_is_one_along_the_edge() {
    for (f, q) in [("tanh(x)", "1/4"), ("erf(x)", "2"), ("sin(x)", "1/2")] {
        let source = format!("g = edge_of_chaos({f}, q = {q}); propagation({f}, sigma_w2 = g.sigma_w2, sigma_b2 = g.sigma_b2)");
        let p = answer(&source);
        near(number(&p["q_star"]), q.parse().unwrap_or_else(|_| if q == "1/4" { 0.25 } else { 0.5 }), 1e-12, f);
        assert_eq!((p["phase"].as_str(), p["xi_c"].as_str()), (Some("critical"), Some("inf")), "{f}");
    }
    let e = asked("edge_of_chaos(erf(x), q = 1)", 20);
    assert_eq!((e["exact"]["sigma_w2"].as_str(), number(&e["value"]["slope"])), (Some("pi*sqrt(5)/4"), 1.0 / 3.0));
    let e = answer("edge_of_chaos(sin(x), q = 1)");
    near(number(&e["sigma_w2"]), 2.0 / (1.0 + (-2.0f64).exp()), 1e-14, "edge of sin");
}

/// The edge from sigma_b2 is the inverse of the edge from q.
#[test]
fn the_edge_from_its_bias() {
    for f in ["tanh(x)", "erf(x)", "hard_tanh(x)"] {
        let source = format!("edge_of_chaos({f}, sigma_b2 = edge_of_chaos({f}, q = 3/4).sigma_b2).q");
        near(number(&answer(&source)), 0.75, 1e-12, f);
    }
    let tip = answer("edge_of_chaos(2*tanh(x), sigma_b2 = 0)");
    assert_eq!((number(&tip["sigma_w2"]), number(&tip["q"]), tip["merging"].is_null()), (0.25, 0.0, true));
}

/// Next to its tip the edge is sigma_b2 = c₃q³ + c₄q⁴ + c₅q⁵ + …, from the Taylor series of f; and V(q) = q at sigma_w2 = 1/f′(0)² in the same way.
#[test]
fn tiny_biases() {
    let near_by_digits = |query: &str, bias: f64, series: &dyn Fn(f64) -> f64| {
        let q = number(&answer(query));
        near(series(q), bias, 1e-13 + 1e4 * q.powi(3), query);
    };
    for (f, [c3, c4, c5]) in [
        ("tanh(x)", [4.0 / 3.0, -8.0, 748.0 / 15.0]),
        ("sin(x)", [1.0 / 3.0, 0.0, -2.0 / 15.0]),
        ("x*exp(-x^2)", [12.0, -48.0, 48.0]),
    ] {
        for bias in [1e-9, 1e-12, 1e-18, 1e-30] {
            let query = format!("edge_of_chaos({f}, sigma_b2 = {bias:e}).q");
            near_by_digits(&query, bias, &|q: f64| q.powi(3) * (c3 + c4 * q + c5 * q * q));
        }
    }
    for bias in [1e-20, 1e-30] {
        let query = format!("propagation(tanh(x), sigma_w2 = 1, sigma_b2 = {bias:e}).q_star");
        near_by_digits(&query, bias, &|q: f64| q * q * (2.0 - 17.0 / 3.0 * q + 62.0 / 3.0 * q * q));
    }
}

/// Correlations on the edge, iterated by closed forms, merge as fast as is said.
#[test]
fn merging_is_what_an_iteration_shows() {
    let constant = |source: &str| number(&answer(&format!("edge_of_chaos({source}).merging.constant")));
    let pi = std::f64::consts::PI;
    let (mut c, layers) = (0.5f64, 20_000);
    for _ in 0..layers {
        c = ((1.0 - c * c).sqrt() + c * (pi - c.acos())) / pi;
    }
    near(f64::from(layers).powi(2) * (1.0 - c), constant("relu(x), q = 1"), 3e-3, "relu");
    let (mut c, w) = (0.5f64, pi / 4.0 * 5f64.sqrt());
    let b = 1.0 - w * 2.0 / pi * (2.0f64 / 3.0).asin();
    for _ in 0..layers {
        c = w * 2.0 / pi * (2.0 * c / 3.0).asin() + b;
    }
    near(f64::from(layers) * (1.0 - c), constant("erf(x), q = 1"), 3e-3, "erf");
}

/// A curvature that has no closed form, and kinks beside 0: 2/R″(1), and 18 π²/(sigma_w2 Σ J² e^{−x²/2q})² with the jumps J written down.
#[test]
fn merging_constants_elsewhere() {
    let w = number(&answer("edge_of_chaos(tanh(x), q = 3/2).sigma_w2"));
    let constant = number(&answer("edge_of_chaos(tanh(x), q = 3/2).merging.constant"));
    let second = number(&answer("gaussian((2*tanh(x)*(1 - tanh(x)^2))^2, sigma = sqrt(3/2)).mean"));
    near(constant * 1.5 * w * second, 2.0, 1e-12, "tanh");
    for (f, jumps) in
        [("relu(x - 1/2) - relu(x + 1)/2", [(0.5f64, 1.0f64), (-1.0, 0.5)]), ("abs(x + 1) - 1", [(-1.0, 2.0), (0.0, 0.0)])]
    {
        let edge = format!("edge_of_chaos({f}, q = 2)");
        let w = number(&answer(&format!("{edge}.sigma_w2")));
        let constant = number(&answer(&format!("{edge}.merging.constant")));
        let sum: f64 = jumps.iter().map(|(x, jump)| jump * jump * (-x * x / 4.0).exp()).sum();
        near(constant * (w * sum).powi(2), 18.0 * std::f64::consts::PI.powi(2), 1e-12, f);
    }
}

#[test]
fn edges_that_are_not_there_are_refused_with_their_reason() {
    let says = |source: &str, what: &str| {
        let said = complaint(source);
        assert!(said.contains(what), "{source}: {said}");
    };
    says("edge_of_chaos(tanh(x), q = 0)", "must be positive");
    says("edge_of_chaos(tanh(x))", "needs q or sigma_b2");
    says("edge_of_chaos(tanh(x), q = 1, sigma_b2 = 1)", "not both");
    says("edge_of_chaos(sign(x), q = 1)", "chi_1 = inf");
    says("edge_of_chaos(relu(x), sigma_b2 = 1/10)", "one point");
    says("edge_of_chaos(1, q = 1)", "constant");
    says("edge_of_chaos(tanh(x), sigma_b2 = 1e-60)", "give q");
}
