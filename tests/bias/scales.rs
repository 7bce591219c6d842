//! Laws with a bias at any scale of W, X and the bias, and the outlier of order n.

use serde_json::Value as Json;

use super::{close, failure, line, near};

/// W and X of variance σ_w² and σ_x² with a bias σ_b are f(τx) with unit variances and a bias σ_b/τ, for every way to share it.
#[test]
fn scales_of_weights_and_inputs_are_the_scale_of_the_activation() {
    let numbers = |text: &Json| -> Vec<f64> {
        let text = text["value"].to_string();
        text.split(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)))
            .filter_map(|word| word.parse().ok())
            .filter(|number: &f64| number.is_finite())
            .collect()
    };
    for (f, wide) in [("tanh(x)", "tanh(3*x/2)"), ("relu(x)", "relu(3*x/2)"), ("x^2 - x", "(3*x/2)^2 - 3*x/2")] {
        for bias in ["row", "column", "entry", "averaged"] {
            let scaled =
                format!("features({f}, phi = 3/4, psi = 3/2, sigma_w = 1/2, sigma_x = 3, sigma_b = 1/2, bias = \"{bias}\")");
            let unit = format!("features({wide}, phi = 3/4, psi = 3/2, sigma_b = 1/3, bias = \"{bias}\")");
            for query in ["moments(M, count = 3)", "stieltjes(M, 1/3 + i/2)", "spikes(M)"] {
                let [a, b] = [&scaled, &unit].map(|model| numbers(&line(&query.replace('M', model), 10)));
                assert_eq!(a.len(), b.len(), "{f} {bias} {query}");
                for (a, b) in a.iter().zip(&b) {
                    close(*a, *b, 1e-8 * b.abs());
                }
            }
        }
    }
}

/// x² has v = 2τ⁴ + 4b²τ² and ȧ = 2bτ: h₁ = E v, h₂ = E v² + β(E ȧ²)², and m₂ = h₂ + γh₁² at phi = psi = 1.
#[test]
fn moments_of_the_square_at_any_scale() {
    for (tau, s) in [(2.0, 1.0), (0.5, 1.5), (3.0, 0.25)] {
        let (tau2, s2): (f64, f64) = (tau * tau, s * s);
        let first = 2.0 * tau2 * tau2 + 4.0 * s2 * tau2;
        let square = 4.0 * tau2.powi(4) + 16.0 * tau2.powi(3) * s2 + 48.0 * tau2 * tau2 * s2 * s2;
        let second = square + (4.0 * s2 * tau2).powi(2) + first * first;
        let found = line(&format!("moments(features(x^2, phi = 1, psi = 1, sigma_w = {tau}, sigma_b = {s}), count = 2)"), 12);
        near(&found["value"][0], first, 1e-10 * first);
        near(&found["value"][1], second, 1e-10 * second);
    }
}

/// The outlier of order n is listed with E h² of the top layer, (E Z⁰f)² without a bias; the others are said not to be worked out.
#[test]
fn the_mean_is_an_outlier_of_every_law_with_a_bias() {
    // h(b) = e^{-1/2} sin b, E h² = (1 − e^{-2})/(2e)
    let expected = (1.0 - (-2.0f64).exp()) / (2.0 * 1.0f64.exp());
    for model in
        ["features(sin(x), phi = 1, psi = 2, sigma_b = 1)", "features(sin(x), phi = 1, psi = 2, sigma_b = 1, bias = \"column\")"]
    {
        let answer = line(&format!("spikes({model})"), 12);
        let spikes = answer["value"].as_array().expect("spikes");
        assert_eq!(spikes.len(), 1);
        near(&spikes[0]["strength"], expected, 1e-11);
        assert_eq!((&spikes[0]["position"], &spikes[0]["alignment"]), (&Json::from("inf"), &Json::from(1)));
        assert!(answer["warnings"][0].to_string().contains("order one"));
        assert_eq!(line(&format!("spectrum({model}).outliers"), 12)["value"], Json::Null);
    }
    let odd = line("spikes(kernel(tanh(x), gamma = [1, 1], normalize = false))", 12);
    assert_eq!(odd["value"].as_array().map(Vec::len), Some(0));
}

/// Scales that are no rational numbers, nor their squares: f(cx) with a bias σ_b is f with the scales cσ_w and cσ_b, a bias of each
/// entry is a wider pre-activation, and variances stand for deviations.
#[test]
fn irrational_scales() {
    let spectrum = |model: &str, digits: u32| line(&format!("spectrum({model})"), digits)["value"].clone();
    let rest = "phi = 3/4, psi = 3/2";
    for (scale, bias, bare) in [("sqrt(2)", "sqrt(2)/10", "1/10"), ("1/pi", "1/(3*pi)", "1/3"), ("2^(1/3)", "2^(1/3)/pi", "1/pi")]
    {
        for kind in ["row", "column", "entry", "averaged"] {
            let inside = format!("features(tanh(({scale})*x), {rest}, sigma_b = {bare}, bias = \"{kind}\")");
            let outside = format!("features(tanh(x), {rest}, sigma_w = {scale}, sigma_b = {bias}, bias = \"{kind}\")");
            let [a, b] = [inside, outside].map(|model| spectrum(&model, 12));
            for name in ["edges", "theta1", "theta2", "mean_outlier", "moments"] {
                assert_eq!(a[name], b[name], "{scale} {kind} {name}");
            }
        }
    }
    let entry = format!("features(tanh(x), {rest}, sigma_w = 1/pi, sigma_b = 1/10, bias = \"entry\")");
    let wide = "gaussian(tanh(x), sigma = sqrt(1/pi^2 + 1/100))";
    assert_eq!(spectrum(&entry, 40)["theta1"], line(&format!("{wide}.theta1"), 40)["value"]);
    let share = "1/pi^2/(1/pi^2 + 1/100)";
    assert_eq!(spectrum(&entry, 40)["theta2"], line(&format!("{wide}.theta2*({share})"), 40)["value"]);
    let pair = ["sigma_w2 = 2, sigma_b2 = 1/50", "sigma_w = sqrt(2), sigma_b = sqrt(2)/10"];
    let [a, b] = pair.map(|scales| spectrum(&format!("features(relu(x), {rest}, {scales})"), 15));
    assert_eq!(a, b);
    let layers = ["sigma_b2 = 1/50", "sigma_b = sqrt(2)/10"]
        .map(|bias| spectrum(&format!("kernel(relu(x), gamma = [1, 1/2, 1/3], normalize = false, {bias})"), 10));
    assert_eq!(layers[0], layers[1]);
    assert!(failure("features(x, phi = 1, psi = 1, sigma_b = -sqrt(2))").diagnostic().message.contains("cannot be negative"));
    assert!(failure("features(x, phi = 1, psi = 1, sigma_b = 1, sigma_b2 = 1)").diagnostic().message.contains("not both"));
}

/// The law at σ_b = √2/10 lies between those at its rational neighbours, to what these differ by.
#[test]
fn an_irrational_bias_lies_between_rational_ones() {
    let top = |bias: &str| {
        let edges = line(&format!("edges(features(tanh(x), phi = 1, psi = 2, sigma_b = {bias}))"), 10);
        edges["value"][0][1].as_f64().expect("a number")
    };
    let [low, middle, high] = ["0.14142", "sqrt(2)/10", "0.14143"].map(top);
    // √2/10 = 0.141421356…
    close((middle - low) / (high - low), 0.1356, 2e-3);
}
