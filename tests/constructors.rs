//! One law, however it is asked for: constructors that describe the same matrices have the same law, random functions and ratios.

use proptest::prelude::*;
use resolvent::session::{Session, Settings, json};
use serde_json::Value;

const FUNCTIONS: [&str; 7] = ["tanh(x)", "relu(x)", "x + 1", "x^2 - 1", "sin(x) + x^2/3", "abs(x)", "He(3, x)/3"];

fn answer(source: &str) -> Value {
    let answer = Session::new(Settings { threads: 2, ..Settings::default() }).last(source);
    let answer = answer.unwrap_or_else(|failure| panic!("{source}: {}", failure.diagnostic().message));
    json::answer(source, &answer)
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// The parts of a law that do not depend on who asks.
fn law(model: &str) -> [Value; 4] {
    let found = answer(&format!("spectrum({model})"))["value"].clone();
    ["atom", "edges", "masses", "moments"].map(|field| found[field].clone())
}

fn function() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&FUNCTIONS[..])
}

fn size() -> impl Strategy<Value = u32> {
    prop_oneof![3 => 1u32..9, 1 => Just(1u32)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// K = XᵀX of one layer is YYᵀ/d₁ for Y = f(X₀ᵀW₁ᵀ + 1bᵀ): features with one bias a column.
    #[test]
    fn one_layer_is_features((f, n, d0, d1, bias) in (function(), size(), size(), size(), prop::sample::select(&["0", "1/3"][..]))) {
        let kernel = law(&format!("kernel({f}, n = {n}, d = [{d0}, {d1}], normalize = false, sigma_b = {bias})"));
        let features = law(&format!("features({f}, n1 = {n}, n0 = {d0}, m = {d1}, sigma_b = {bias}, bias = \"column\")"));
        prop_assert_eq!(kernel, features);
    }

    #[test]
    fn no_bias_is_a_bias_of_zero((f, n1, n0, m) in (function(), size(), size(), size())) {
        let sizes = format!("n1 = {n1}, n0 = {n0}, m = {m}");
        let plain = law(&format!("features({f}, {sizes})"));
        for bias in ["row", "entry", "column", "averaged"] {
            prop_assert_eq!(&law(&format!("features({f}, {sizes}, sigma_b = 0, bias = \"{bias}\")")), &plain);
        }
        let ratios = format!("phi = {n0}/{m}, psi = {n0}/{n1}");
        prop_assert_eq!(&law(&format!("features({f}, {ratios})")), &plain);
    }

    /// The energies typed where they are known exactly, and as the enclosures that another query found.
    #[test]
    fn typed_energies_are_computed_ones((f, n1, n0, m) in (function(), size(), size(), size())) {
        let sizes = format!("n1 = {n1}, n0 = {n0}, m = {m}");
        let computed = law(&format!("features({f}, {sizes})"));
        let typed = format!("features(theta1 = gaussian({f}).theta1, theta2 = gaussian({f}).theta2, {sizes})");
        prop_assert_eq!(law(&typed), computed);
    }
}

/// YᵀY/n₁ has the nonzero eigenvalues of YYᵀ/m times m/n₁, and neurons and samples change places with their biases.
#[test]
fn row_and_column_bias_are_exchanged_with_the_sizes() {
    for (f, [n1, n0, m]) in [("relu(x)", [2u32, 1, 3]), ("sin(x) + x^2/3", [3, 2, 2]), ("tanh(x) + 1/2", [1, 2, 2])] {
        let moments = |sizes: [u32; 3], bias: &str| {
            let [n1, n0, m] = sizes;
            let model = format!("features({f}, n1 = {n1}, n0 = {n0}, m = {m}, sigma_b = 2/3, bias = \"{bias}\")");
            let found = answer(&format!("moments({model}, count = 3)"))["value"].clone();
            [0, 1, 2].map(|k| number(&found[k]))
        };
        let (row, column) = (moments([n1, n0, m], "row"), moments([m, n0, n1], "column"));
        let ratio = f64::from(m) / f64::from(n1);
        for k in 0..3 {
            let expected = row[k] * ratio.powi(k as i32 + 1) / ratio;
            assert!((column[k] / expected - 1.0).abs() < 1e-11, "{f}, moment {}: {} against {expected}", k + 1, column[k]);
        }
    }
}

/// The law of one unbiased layer is proved, and equality with that of features is decided.
#[test]
fn the_data_decide_the_law_and_not_the_constructor() {
    let kernel = "kernel(tanh(x), gamma = [1, 1], normalize = false)";
    let edges = answer(&format!("edges({kernel})"));
    assert!(edges["certified"].is_null(), "{edges}");
    assert_eq!(edges["value"], answer("edges(features(tanh(x), phi = 1, psi = 1))")["value"]);
    let compared = answer(&format!("compare({kernel}, features(tanh(x), phi = 1, psi = 1))"));
    assert_eq!((&compared["value"]["equal"], &compared["warnings"]), (&Value::from(true), &serde_json::json!([])));
    // an affine activation keeps a biased layer on the curve
    let affine = answer("spectrum(kernel(2*x + 1, gamma = [1, 1/2], normalize = false, sigma_b = 1))")["value"].clone();
    assert!(affine["certified"].is_null() && affine["edges"][0][1].is_number(), "{affine}");
}
