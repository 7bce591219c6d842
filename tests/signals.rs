//! Signals that vanish, grow like a line far out, or begin as opposites: against leading powers, closed forms and a quadrature of the test's own.

#[path = "common/asking.rs"]
mod asking;

use asking::{answer, complaint, number};
use serde_json::Value;

#[track_caller]
fn near(found: f64, right: f64, accuracy: f64, label: &str) {
    assert!((found - right).abs() <= accuracy * right.abs().max(1e-3), "{label}: {found} {right}");
}

/// E g(Z): the trapezoidal rule, whose error for smooth g is far below 1e-12.
fn mean(g: impl Fn(f64) -> f64) -> f64 {
    let step = 0.05;
    let at = |j: i32| f64::from(j) * step;
    (-180..=180).map(|j| (-0.5 * at(j).powi(2)).exp() * g(at(j))).sum::<f64>() * step / (2.0 * std::f64::consts::PI).sqrt()
}

/// Where f begins like a x^p and there are no biases, q falls like q^p from layer to layer, to sizes that no double has: then
/// q_{l+1} = w a² E Z^{2p} q_l^p, and for p = 2 c_{l+1} = (1 + 2 c_l²)/3.
#[test]
fn variances_that_vanish_keep_their_digits() {
    let float = |value: &Value| rug::Float::with_val(200, rug::Float::parse(value.to_string()).expect("a number"));
    for (f, w, depth, power, factor) in [
        ("1 - cos(x)", "1", 12, 2, 0.75),
        ("x*tanh(x)", "1/2", 10, 2, 1.5),
        ("x - sin(x)", "1/10", 6, 3, 15.0 / 360.0),
        ("tanh(x^3)", "1", 8, 3, 15.0),
    ] {
        let c0 = if power == 2 { ", c0 = 1/2" } else { "" };
        let source = format!("propagation({f}, sigma_w2 = {w}, q0 = 1, depth = {depth}{c0}).layers");
        let found = answer(&source);
        let [before, last] = [depth - 2, depth - 1].map(|layer| float(&found[layer]["q"]));
        assert!(last < 1e-60, "{source}: {last}");
        let ratio = last / (0..power).fold(rug::Float::with_val(200, 1), |product, _| product * &before);
        near(ratio.to_f64(), factor, 1e-13, &source);
        if power == 2 {
            let [before, last] = [depth - 2, depth - 1].map(|layer| number(&found[layer]["c"]));
            near(last, (1.0 + 2.0 * before * before) / 3.0, 1e-13, &source);
        }
    }
    let found = complaint("propagation(1 - cos(x), sigma_w2 = 1, q0 = 1, depth = 30)");
    assert!(found.contains("is not told from 0") && found.contains("or give sigma_b2 > 0"), "{found}");
}

/// Opposite inputs stay so through an odd f without biases; an even f makes them equal.
#[test]
fn opposite_inputs() {
    let of = |network: &str| answer(&format!("propagation({network}, c0 = -1).layers"));
    let odd = of("tanh(x^3), sigma_w2 = 2, q0 = 1, depth = 4");
    assert!((0..4).all(|layer| odd[layer]["c"] == -1), "{odd}");
    let even = of("x*tanh(x), sigma_w2 = 1/2, q0 = 1, depth = 3");
    assert_eq!([&even[0]["c"], &even[1]["c"], &even[2]["c"]].map(number), [-1.0, 1.0, 1.0], "{even}");
}

/// What grows like a line far out or less is answered, and lines that are too steep are refused: E (1 + x²) = 1 + q.
#[test]
fn functions_that_are_lines_far_out() {
    for w in ["1/10", "1/2", "9/10", "99/100"] {
        let w_value = number(&answer(w));
        let p = answer(&format!("propagation(sqrt(1 + x^2), sigma_w2 = {w}, sigma_b2 = 1/10)"));
        near(number(&p["q_star"]), (w_value + 0.1) / (1.0 - w_value), 1e-13, w);
        assert_eq!(p["fixed_points"].as_array().map(Vec::len), Some(1), "{w}");
    }
    let found = complaint("propagation(sqrt(1 + x^2), sigma_w2 = 3/2, sigma_b2 = 1/10)");
    assert!(found.contains("unbounded") && found.contains("(take a smaller sigma_w2"), "{found}");
    let softplus = |x: f64| if x > 30.0 { x } else { x.exp().ln_1p() };
    let cases: [(&str, &dyn Fn(f64) -> f64); 5] = [
        ("log(1 + x^2)", &|x| (1.0 + x * x).ln()),
        ("log(1 + exp(-x)) + tanh(x)", &|x| softplus(-x) + x.tanh()),
        ("log(cosh(x))", &|x| x.cosh().ln()),
        ("x*sin(x)", &|x| x * x.sin()),
        ("log(1 + x^2)*cos(x)", &|x| (1.0 + x * x).ln() * x.cos()),
    ];
    for (text, f) in cases {
        let p = answer(&format!("propagation({text}, sigma_w2 = 1/2, sigma_b2 = 1/10)"));
        let q = number(&p["q_star"]);
        near(0.5 * mean(|u| f(q.sqrt() * u).powi(2)) + 0.1, q, 1e-9, text);
    }
}

/// What is refused has a mend.
#[test]
fn refusals_have_mends() {
    for (network, mend) in [
        ("x^3, sigma_w2 = 1, sigma_b2 = 1/10", "take a smaller sigma_w2, or an f that grows more slowly"),
        ("x^2, sigma_w2 = 1, q0 = 10", "a smaller q0 comes to q = 0"),
        ("x + abs(x)^(5/2), sigma_w2 = 1", "give sigma_b2 > 0"),
        ("tanh(x), sigma_w2 = 2, sigma_b2 = 1e-30", "take sigma_b2 = 0, or a larger one"),
        ("x*sin(x), sigma_w2 = 3/2", "at a smaller sigma_w2"),
    ] {
        let found = complaint(&format!("propagation({network})"));
        assert!(found.contains(&format!("({mend}")), "{network}: {found}");
    }
    // a mend that lists layers is one that works
    let found = answer("propagation(x^3, sigma_w2 = 1, sigma_b2 = 1/10, depth = 2, q0 = 1).layers[1].q");
    near(number(&found), 15.0 * 1.1f64.powi(3) + 0.1, 1e-13, "E (sqrt(q) Z)^6");
}
