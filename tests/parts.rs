//! A field that is asked for alone is the field of the whole answer, digit for digit.

use proptest::prelude::*;
use resolvent::session::{Session, Settings, json};
use serde_json::Value;

/// The value of a statement at so many digits; none where it is refused or out of reach.
fn asked(source: &str, digits: u32) -> Option<Value> {
    let settings = Settings { digits, ..Settings::default() };
    let answer = Session::new(settings).last(source).ok()?;
    Some(json::answer(source, &answer)["value"].clone())
}

/// Compares each of these fields, asked for alone, with that of the whole record; at fewer digits too, where the last one may be off by
/// one unit.
fn same(query: &str, fields: &[&str]) {
    let whole = asked(&format!("r = {query}; r"), 30);
    for field in fields {
        let alone = asked(&format!("{query}.{field}"), 30);
        let Some(whole) = &whole else { continue };
        let expected = &whole[*field];
        assert_eq!(alone.as_ref(), Some(expected), "{query}.{field}");
        let (Some(few), Some(right)) = (asked(&format!("{query}.{field}"), 6).and_then(|few| few.as_f64()), expected.as_f64())
        else {
            continue;
        };
        assert!((few - right).abs() <= 1.01e-5 * right.abs(), "{query}.{field}: {few} and {right}");
    }
}

const SPIKE: [&str; 7] = ["origin", "strength", "survives", "position", "alignment", "threshold", "margin"];
const PROPAGATION: [&str; 11] =
    ["fixed_points", "q_star", "slope", "chi_1", "phase", "c_star", "chi_c", "xi_q", "xi_c", "xi_gradient", "curvature"];

#[test]
fn fields_of_spikes_at_corners() {
    for model in [
        // all ratios 1: a linear network keeps t > l + 1
        "kernel(x, gamma = [1, 1, 1], signal = [3])",
        "kernel(x, gamma = [1, 1, 1], signal = [3001/1000])",
        "kernel(x, gamma = [1, 1, 1], signal = [2999/1000])",
        // a layer that forgets, a negative strength, one that nothing survives, a correlated one
        "kernel([tanh(x), x^2], gamma = [1/2, 1/2, 1/2], signal = [6])",
        "kernel(tanh(x), gamma = [1/2, 1/3, 1/5], signal = [-9/10])",
        "kernel(relu(x), gamma = [3, 2, 5], signal = [1/100])",
        "kernel(x/2 + 7/10*He(2, x), gamma = [1/6, 1/6], signal = [2], overlap = 1/3)",
        // populations, their atoms and laws
        "kernel(tanh(x), gamma = [1/2, 1/3], population = [[1/2, 1/2], [3/2, 1/2]], signal = [4])",
        "kernel(tanh(x), gamma = [1/20], population = [[1/2, 1/2], [3/2, 1/2]], signal = [1])",
        "covariance([1], gamma = 1/4, spikes = [3/2])",
        "covariance([1], gamma = 1/4, spikes = [1500000000000000000000001/1000000000000000000000000])",
        "covariance([[1, 1/2], [9, 1/2]], gamma = 1/50, spikes = [3])",
        "covariance(mp(1/2), gamma = 1/3, spikes = [7])",
    ] {
        same(&format!("spikes({model})[0]"), &SPIKE);
    }
}

#[test]
fn fields_of_propagation_and_of_the_edge() {
    for (f, w, b) in [
        ("tanh(x)", "9/4", "1/10"),
        ("tanh(x)", "11/10", "1/100"),
        ("tanh(x)", "9/10", "3/10"),
        ("relu(x)", "1", "1/3"),
        ("sign(x)", "1", "1/10"),
        ("erf(x)", "5", "0"),
        ("x", "1/2", "1/2"),
    ] {
        same(&format!("propagation({f}, sigma_w2 = {w}, sigma_b2 = {b})"), &PROPAGATION);
    }
    for (f, q) in [("tanh(x)", "1"), ("erf(x)", "1/3"), ("relu(x)", "2"), ("sin(x)", "1/2")] {
        same(&format!("edge_of_chaos({f}, q = {q})"), &["sigma_w2", "sigma_b2", "q", "slope", "merging"]);
    }
}

#[test]
fn a_field_that_is_not_there_is_refused_as_before() {
    for (query, list) in [
        ("spikes(kernel(tanh(x), gamma = [1, 1], signal = [3]))[0].strenght", "strength"),
        ("spikes(kernel(tanh(x), gamma = [1, 1], signal = [3]))[1].survives", "the index 1"),
        ("propagation(tanh(x), sigma_w2 = 2).phases", "phase"),
        ("edge_of_chaos(tanh(x), q = 1).sigma", "sigma_w2"),
    ] {
        let failure = Session::new(Settings::default()).last(query).expect_err(query).diagnostic();
        let text = format!("{} {}", failure.message, failure.help.unwrap_or_default());
        assert!(text.contains(list), "{query}: {text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Random kernels, the strength next to where the signal begins to survive.
    #[test]
    fn survival_next_to_a_threshold(
        gamma in proptest::collection::vec((1u32..12, 1u32..12), 2..5),
        f in prop_oneof![Just("tanh(x)"), Just("relu(x)"), Just("sin(x) + x"), Just("x")],
        order in 1u32..24,
        above in any::<bool>(),
    ) {
        let gamma: Vec<String> = gamma.iter().map(|(n, d)| format!("{n}/{d}")).collect();
        let model = |t: &str| format!("spikes(kernel({f}, gamma = [{}], signal = [{t}]))[0]", gamma.join(", "));
        let Some(threshold) = asked(&format!("{}.threshold", model("1000")), 30) else { return Ok(()) };
        let threshold = threshold.to_string();
        prop_assume!(threshold.parse::<f64>().is_ok());
        let t = format!("{threshold}*(1 {} 1/10^{order})", if above { "+" } else { "-" });
        prop_assert_eq!(asked(&format!("{}.survives", model(&t)), 30), Some(Value::Bool(above)), "{}", model(&t));
        same(&model(&t), &["survives", "position", "alignment"]);
    }
}
