//! Kernels of normalised activations, spiked covariances and trained layers: reference values, closed limits, and each model as
//! another one says it (Wang, Wu and Fan 2024).

use proptest::prelude::*;
use serde_json::Value;

#[path = "common/asking.rs"]
mod asking;

use asking::{answer, asked, complaint, number};

/// The candidates of this origin.
fn of(spikes: &Value, origin: &str) -> Vec<Value> {
    spikes.as_array().expect("a list").iter().filter(|spike| spike["origin"] == origin).cloned().collect()
}

/// Linear layers with all ratios 1: thresholds l + 1, the upper edge (l + 2)^(l + 2)/(l + 1)^(l + 1), Fuss-Catalan moments
/// binom((l + 2) k, k)/((l + 1) k + 1).
#[test]
fn linear_layers_of_equal_widths_are_fuss_catalan() {
    let gamma = "[1, 1, 1, 1, 1]";
    let signal = answer(&format!("spikes(kernel(x, gamma = {gamma}, signal = [9/2]))"))[0].clone();
    for (l, layer) in signal["layers"].as_array().expect("layers").iter().enumerate() {
        assert!((number(&layer["threshold"]) - (l + 1) as f64).abs() < 1e-14, "{layer}");
        assert_eq!(layer["survives"], l + 1 < 5, "{layer}");
    }
    let moments: Vec<f64> = answer(&format!("moments(kernel(x, gamma = {gamma}), count = 4)"))
        .as_array()
        .expect("moments")
        .iter()
        .map(number)
        .collect();
    let fuss = |k: u32| {
        let product: f64 = (0..k).map(|i| f64::from(6 * k - i) / f64::from(i + 1)).product();
        product / f64::from(5 * k + 1)
    };
    for (k, moment) in (1..).zip(moments) {
        assert!((moment - fuss(k)).abs() < 1e-9 * fuss(k), "{k}: {moment}");
    }
}

/// Units of a signal: t = γ_0 |M|² of two classes, t = γ_0 τ of a spiked covariance.
#[test]
fn units_of_a_signal_are_one_strength() {
    let spikes = |signal: &str| answer(&format!("spikes(kernel(tanh(x), gamma = [2/3, 1/2], {signal}))"));
    assert_eq!(spikes("separation = [9]"), spikes("signal = [6]"));
    assert_eq!(spikes("variance = [9, -9/10]"), spikes("signal = [6, -3/5]"));
    let sizes = answer("spikes(kernel(tanh(x), n = 2, d = [3, 4], signal = [6]))");
    assert_eq!(sizes, spikes("signal = [6]"));
}

/// Signals exactly at the edge of a layer, at an atom and at a hard edge: absorbed, and nothing is divided by zero.
#[test]
fn signals_exactly_at_an_edge_are_absorbed() {
    for (model, layer) in [
        ("kernel(x, gamma = [1, 1], signal = [1])", 0),
        ("kernel(x, gamma = [1, 1, 1], signal = [2])", 1),
        ("kernel(x, gamma = [4, 1], signal = [2])", 0),
        ("kernel(x, gamma = [1, 1], signal = [-1])", 0),
        ("kernel(tanh(x), gamma = [2, 1], signal = [-1])", 0),
    ] {
        let found = answer(&format!("spikes({model})"))[0].clone();
        assert_eq!(found["layers"][layer]["survives"], false, "{found}");
        assert_eq!(found["survives"], false, "{found}");
    }
    assert_eq!(answer("spikes(covariance([1], gamma = 1, spikes = [2]))")[0]["survives"], false);
}

/// Twenty layers, in digits and out: each alignment below the one before, each threshold above.
#[test]
fn twenty_layers_at_fifteen_and_fifty_digits() {
    let gamma = format!("[{}]", vec!["1/50"; 21].join(", "));
    let source = format!("spikes(kernel(tanh(x), gamma = {gamma}, signal = [4]))[0]");
    let [few, many] = [15, 50].map(|digits| asked(&source, digits)["value"].clone());
    let mut before = [1.0, 0.0];
    for (few, many) in few["layers"].as_array().expect("layers").iter().zip(many["layers"].as_array().expect("layers")) {
        for field in ["position", "alignment", "threshold"] {
            assert!(few[field].is_null() == many[field].is_null());
            assert!(few[field].is_null() || (number(&few[field]) - number(&many[field])).abs() < 1e-13, "{few}");
        }
        assert_eq!(few["survives"], true, "{few}");
        let [alignment, threshold] = ["alignment", "threshold"].map(|field| number(&few[field]));
        assert!(0.0 < alignment && alignment < before[0] && threshold > before[1], "{few}");
        before = [alignment, threshold];
    }
    assert_eq!(few["layers"].as_array().map(Vec::len), Some(21));
}

/// Without a linear part nothing of the layers below is left: Marchenko-Pastur of γ_L, no signal, and an uninformative spike
/// as of the population eigenvalue 1 + θ.
#[test]
fn a_layer_without_a_linear_part_forgets() {
    let model = "kernel([tanh(x), He(2, x)/sqrt(2)], gamma = [1, 1/2, 1/4], signal = [40])";
    let edges = answer(&format!("edges({model})"));
    assert_eq!((number(&edges[0][0]), number(&edges[0][1])), (0.25, 2.25));
    let found = answer(&format!("spikes({model})"));
    let signal = of(&found, "signal").swap_remove(0);
    assert_eq!((&signal["survives"], &signal["threshold"], &signal["margin"]), (&false.into(), &"inf".into(), &(-1).into()));
    assert_eq!(signal["layers"][1]["survives"], true);
    // θ = m₂(μ_1) − 1 = γ_1 + b⁴ γ_0, a₂² = 1
    let share = number(&answer("gaussian(normalize(tanh(x))).theta2"));
    let theta = 0.5 + share * share;
    let ones = of(&found, "uninformative").swap_remove(0);
    assert!((number(&ones["strength"]) - theta).abs() < 1e-12, "{ones}");
    assert_eq!(ones["survives"], true);
    // a spike of a white population: (1 + θ)(1 + γ/θ) and (1 − γ/θ²)/(1 + γ/θ)
    assert!((number(&ones["position"]) - (1.0 + theta) * (1.0 + 0.25 / theta)).abs() < 1e-12, "{ones}");
    assert!((number(&ones["alignment"]) - (1.0 - 0.25 / theta.powi(2)) / (1.0 + 0.25 / theta)).abs() < 1e-12, "{ones}");
    // passed on by a linear layer it is the signal of a stack
    let deeper = answer("spikes(kernel([He(2, x)/sqrt(2), x], gamma = [2, 1/4, 1/8]))");
    let first = answer("spikes(kernel(x, gamma = [1/4, 1/8], signal = [2]))");
    assert!((number(&deeper[0]["position"]) - number(&first[0]["position"])).abs() < 1e-12);
    assert!((number(&deeper[0]["alignment"]) - number(&first[0]["alignment"])).abs() < 1e-12);
}

/// Numbers in place of activations, rational in, rational out: x + 2 h_2 has b² = 1/5 and a₂² = 4/5.
#[test]
fn rational_numbers_stay_rational() {
    let found = asked("spikes(kernel(b2 = 1/5, a2_squared = 4/5, gamma = [2, 1/10]))[0]", 40);
    assert_eq!(found["value"]["position"].to_string(), "2.844444444444444444444444444444444444444");
    assert_eq!(found["exact"]["position"], "128/45");
    assert_eq!(found["value"]["strength"], 6);
    let typed = asked("spikes(kernel(x + 2*(x^2 - 1)/sqrt(2), gamma = [2, 1/10]))[0]", 40);
    assert_eq!(typed["exact"]["position"], "128/45");
    // what lies below a layer of an irrational share is rational all the same
    let below = asked("spikes(kernel(tanh(x), gamma = [2/5, 1/2], signal = [4]))[0].layers[0]", 15);
    assert_eq!((&below["exact"]["alignment"], &below["value"]["position"]), (&"39/44".into(), &5.5.into()), "{below}");
    let alone = asked("spikes(kernel(b2 = 1/5, gamma = [2, 1/10], signal = [9]))", 15);
    assert!(alone["warnings"].to_string().contains("a2_squared"), "{alone}");
}

/// The kernel that is normalised is the biased law of the normalised function, another algorithm, to the digits it claims.
#[test]
fn normalised_kernels_are_typed_kernels_of_normalised_functions() {
    for (f, gamma) in [("tanh(x)", "[1, 1/2, 1/3]"), ("x + He(3, x)/3", "[1/2, 2, 1]")] {
        let one = answer(&format!("moments(kernel({f}, gamma = {gamma}), count = 4)"));
        let other = answer(&format!("moments(kernel(normalize({f}), gamma = {gamma}, normalize = false), count = 4)"));
        for (a, b) in one.as_array().expect("moments").iter().zip(other.as_array().expect("moments")) {
            assert!((number(a) - number(b)).abs() < 1e-9 * number(a), "{f}: {a} against {b}");
        }
        for x in ["1/2", "1", "2"] {
            let [one, other] = ["", ", normalize = false"].map(|more| {
                let f = if more.is_empty() { f.to_owned() } else { format!("normalize({f})") };
                number(&answer(&format!("density(kernel({f}, gamma = {gamma}{more}), {x})")))
            });
            assert!((one - other).abs() < 1e-8, "{f} at {x}: {one} against {other}");
        }
    }
}

/// Shares of the first two Hermite coefficients.
fn mixture() -> impl Strategy<Value = (u32, u32)> {
    (1u32..9, 1u32..9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// One layer over raw columns is features seen from the samples: the determinant of the perturbations of features finds the
    /// outliers of `spikes(kernel)`, skewness and gaps included. n = m, d_0 = n_0, d_1 = n_1: phi = 1/γ_0, psi = γ_1/γ_0, and
    /// eigenvalues times γ_1.
    #[test]
    fn raw_columns_of_one_layer_are_features(
        (a, b) in mixture(),
        gamma in prop::sample::select(&["1/3", "1/2", "1", "3", "5"][..]),
        width in prop::sample::select(&["1/20", "1/10", "1/3"][..]),
        (skewness, kurtosis) in prop::sample::select(&[("0", "3"), ("0", "1"), ("1", "2"), ("1", "5/2"), ("1", "9")][..]),
    ) {
        let f = format!("{a}/5*x + {b}/5*He(2, x)");
        let shape = format!("kurtosis_x = {kurtosis}, skewness_x = {skewness}");
        let kernel = answer(&format!("spikes(kernel({f}, gamma = [{gamma}, {width}], columns = \"raw\", {shape}))"));
        let features = answer(&format!("spikes(features(normalize({f}), phi = 1/({gamma}), psi = {width}/({gamma}), {shape}))"));
        let positions = |spikes: &Value, scale: f64| -> Vec<f64> {
            let alive = spikes.as_array().expect("a list").iter().filter(|spike| spike["survives"] == true);
            let mut list: Vec<f64> = alive.map(|spike| scale * number(&spike["position"])).collect();
            list.sort_by(f64::total_cmp);
            list
        };
        let scale = number(&answer(&format!("{width} + 0")));
        let (ours, theirs) = (positions(&kernel, 1.0), positions(&features, scale));
        prop_assert_eq!(ours.len(), theirs.len(), "{} {} {}: {:?} {:?}", f, gamma, width, ours, theirs);
        for (one, other) in ours.iter().zip(&theirs) {
            prop_assert!((one - other).abs() < 1e-9 * one, "{} against {}", one, other);
        }
    }

    /// Survival is nested, alignments lie in (0, 1) and fall from layer to layer, 1 where the direction is null; beyond its
    /// threshold a signal survives, below it does not.
    #[test]
    fn signals_fade_from_layer_to_layer(
        gamma in prop::collection::vec(prop::sample::select(&["1/7", "1/2", "1", "3/2", "3"][..]), 2..6),
        share in prop::sample::select(&["1/5", "1/2", "9/10", "1"][..]),
        signal in prop::sample::select(&["-1", "-3/4", "-1/2", "1/2", "1", "3", "10", "100"][..]),
    ) {
        let model = format!("kernel(b2 = {share}, a2_squared = 0, gamma = [{}], signal = [{signal}])", gamma.join(", "));
        let found = answer(&format!("spikes({model})"));
        prop_assert_eq!(found.as_array().map(Vec::len), Some(1));
        let strength = number(&found[0]["strength"]);
        let (mut alive, mut before) = (true, 1.0);
        for layer in found[0]["layers"].as_array().expect("layers") {
            let survives = layer["survives"] == true;
            prop_assert!(alive || !survives, "{}: {}", model, found);
            alive = survives;
            if survives {
                let alignment = number(&layer["alignment"]);
                // the direction t = -1 is null in the input, and what is linear keeps it null
                let null = strength == -1.0 && (layer["layer"] == 0 || share == "1");
                prop_assert_eq!(alignment == 1.0, null, "{}: {}", model, found);
                prop_assert!(0.0 < alignment && (alignment < before || null), "{}: {}", model, found);
                before = alignment;
            }
            if strength > 0.0 {
                prop_assert_eq!(survives, strength > number(&layer["threshold"]), "{}: {}", model, found);
            }
        }
    }

    /// With an overlap that tends to 0 the two candidates tend to those of overlap 0, by name.
    #[test]
    fn candidates_keep_their_names(
        signal in prop::sample::select(&["-3/4", "2", "4", "8"][..]),
        (a, b) in mixture(),
        gamma in prop::sample::select(&["[1/2, 1/8]", "[3, 1/10]", "[1/3, 1/9, 1/10]"][..]),
    ) {
        let f = format!("{a}/5*x + {b}/5*He(2, x)");
        let spikes = |overlap: &str| answer(&format!("spikes(kernel({f}, gamma = {gamma}, signal = [{signal}], overlap = {overlap}))"));
        let (apart, near) = (spikes("0"), spikes("1/10^6"));
        for origin in ["signal", "uninformative"] {
            let [apart, near] = [&apart, &near].map(|spikes| of(spikes, origin).swap_remove(0));
            prop_assert_eq!(&apart["survives"], &near["survives"], "{} {}: {} against {}", f, gamma, apart, near);
            if apart["survives"] == true {
                let distance = (number(&apart["position"]) - number(&near["position"])).abs();
                prop_assert!(distance < 1e-4, "{} {}: {} against {}", f, gamma, apart, near);
            }
        }
    }
}

/// A trained layer is the kernel with the signal t = η² b² B, B = c² + (d/n) E y²: for x and x + He(2, x)/2, c = 1, E y² = 3/2.
#[test]
fn a_trained_layer_is_a_kernel_with_its_signal() {
    let model = "trained(x + He(3, x)/sqrt(6), x + He(2, x)/2, eta = 2, gamma = [3/4, 1/3], d_over_n = 1/3)";
    let trained = asked(&format!("spikes({model})[0]"), 20)["value"].clone();
    // b² = 1/2, B = 1 + 1/2
    let kernel =
        asked("spikes(kernel(b2 = 1/2, a2_squared = 0, gamma = [3/4, 1/3], signal = [4*(1/2)*(3/2)]))[0]", 20)["value"].clone();
    assert_eq!(trained["position"], kernel["position"]);
    let ratio = number(&trained["threshold"]).powi(2) * 0.75 / number(&kernel["threshold"]);
    assert!((ratio - 1.0).abs() < 1e-12);
    // the weights: (1 + t)(1 + γ_0/t), (1 − γ_0/t²)/(1 + 1/t) · c²/B at t = 3
    assert_eq!(number(&trained["weight"]["position"]), 5.0);
    assert!((number(&trained["weight"]["alignment"]) - (1.0 - 0.75 / 9.0) / (4.0 / 3.0) / 1.5).abs() < 1e-12);
    // a step without end: c⁴/(E y² B)
    let far = answer("spikes(trained(x, x + He(2, x)/2, eta = 10^9, gamma = [3/4, 1/3], d_over_n = 1/3))[0].alignment");
    assert!((number(&far) - 1.0 / (1.5 * 1.5)).abs() < 1e-6, "{far}");
    // no linear part of the student, no linear part of the teacher
    let none = answer("spikes(trained(He(2, x), x, eta = 5, gamma = [1, 1], d_over_n = 1))[0]");
    assert_eq!((&none["survives"], &none["threshold"]), (&false.into(), &"inf".into()));
    let blind = answer("spikes(trained(x, He(2, x), eta = 5, gamma = [1, 1], d_over_n = 1))[0]");
    assert_eq!((&blind["survives"], number(&blind["alignment"])), (&true.into(), 0.0));
}

/// A population of one atom with n/d_0 = 0 is what a layer with no input noise sees; two atoms by the covariance of one layer.
#[test]
fn a_given_input_law_is_the_lowest_population() {
    let kernel = answer("spikes(kernel(x, gamma = [1/10], population = [[2/5, 1/2], [8/5, 1/2]], signal = [4, 1]))");
    let covariance = answer("spikes(covariance([[2/5, 1/2], [8/5, 1/2]], gamma = 1/10, spikes = [4, 1]))");
    for (one, other) in kernel.as_array().expect("a list").iter().zip(covariance.as_array().expect("a list")) {
        for field in ["survives", "position", "alignment", "threshold"] {
            assert_eq!(one[field], other[field], "{one}");
        }
        assert_eq!(one["layers"][0]["alignment"], 1);
    }
    let edges = |model: &str| answer(&format!("edges({model})"));
    assert_eq!(edges("kernel(tanh(x), gamma = [1/2], population = [1])"), edges("covariance([1], gamma = 1/2)"));
}

#[test]
fn bad_input_is_refused_with_the_mend() {
    for (source, part) in [
        ("kernel(tanh(x), gamma = [1, 0])", "positive"),
        ("kernel(tanh(x), gamma = [1, -1/2])", "positive"),
        ("kernel(tanh(x), gamma = [1])", "two numbers"),
        ("kernel(tanh(x), gamma = [])", "two numbers"),
        ("kernel(tanh(x), gamma = [1, 1/2], signal = [-2])", "negative population eigenvalue"),
        ("kernel(tanh(x), gamma = [1, 1/2], signal = [0])", "strength 0"),
        ("kernel(tanh(x), gamma = [1, 1/2], signal = [3], overlap = 2)", "between -1 and 1"),
        ("kernel(tanh(x), gamma = [1, 1/2], signal = [3, 4], overlap = 1/2)", "one signal"),
        ("kernel(tanh(x), gamma = [1, 1/2], signal = [3], separation = [2])", "one of signal"),
        ("kernel(tanh(x), gamma = [1, 1/2], sigma_b = 1)", "bias"),
        ("kernel(tanh(x), gamma = [1, 1/2], normalize = false, signal = [3])", "normalised"),
        ("kernel(tanh(x), gamma = [1, 1/2], columns = \"round\")", "three words"),
        ("kernel(tanh(x), gamma = [1, 1/2], columns = \"raw\", kurtosis_x = 1/2)", "no law"),
        ("kernel(b2 = [11/10], gamma = [1, 1/2])", "between 0 and 1"),
        ("kernel(b2 = [1/2, 1/2], gamma = [1, 1/2])", "1 layers"),
        ("kernel(b2 = 1/2, a2_squared = 3/4, gamma = [1, 1/2])", "a2_squared must lie"),
        ("kernel(a2_squared = 1/4, gamma = [1, 1/2])", "goes with b2"),
        ("kernel(0*x + 3, gamma = [1, 1/2])", "constant"),
        ("kernel(exp(x^2/4), gamma = [1, 1/2])", "infinite"),
        ("kernel([tanh(x), relu(x)], gamma = [1, 1/2])", "2 activations"),
        ("kernel(x, gamma = [1/2], population = [[1, 1/2], [4, 1/2]])", "mean of the population is 5/2"),
        ("kernel(x, gamma = [1/2], population = [[1/2, 1/2], [3/2, 1/2]], signal = [3/2])", "an atom"),
        ("covariance([[1, 1/2], [4, 1/2]], gamma = 1/10, spikes = [4])", "an atom"),
        ("covariance([[1, 1/2], [4, 1/3]], gamma = 1/10)", "add up to 5/6"),
        ("covariance([[-1, 1]], gamma = 1/10)", "negative"),
        ("covariance([0], gamma = 1)", "no bulk"),
        ("trained(sign(x), x, eta = 1, gamma = [1, 1], d_over_n = 1)", "no gradient"),
        ("trained(tanh(x), x, eta = -1, gamma = [1, 1], d_over_n = 1)", "negative"),
        ("trained(tanh(x), x, eta = 1, gamma = [1], d_over_n = 1)", "two positive numbers"),
        ("trained(tanh(x), 0*x + 1, eta = 1, gamma = [1, 1], d_over_n = 1)", "nothing to learn"),
    ] {
        let found = complaint(source);
        assert!(found.contains(part), "{source}: {found}");
    }
}
