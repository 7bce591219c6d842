//! Laws with a bias at any scale of W, X and the bias, and the outlier of order n.

use serde_json::Value as Json;

use super::{close, line, near};

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
