//! The query `check` on outliers, other entries, rates in n and the equation's residual.

#[path = "common/checking.rs"]
mod checking;

use checking::{check, complaint};
use resolvent::session::{Session, Settings, json};
use serde_json::Value;

fn row<'a>(check: &'a Value, quantity: &str) -> &'a Value {
    let rows = check["rows"].as_array().expect("rows");
    rows.iter().find(|row| row["quantity"] == quantity).unwrap_or_else(|| panic!("no row {quantity} in {check}"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn long() -> bool {
    std::env::var_os("RESOLVENT_LONG").is_some()
}

/// docs/mathematics.md, 'Outliers of order one': two outliers for Gaussian entries, one for random signs in one factor, none
/// for random signs in both, and none of them makes the bulk disagree.
#[test]
fn outliers_are_counted_and_are_no_failure_of_the_bulk() {
    let model = "features(He(2, x)/sqrt(2), n1 = 3, n0 = 1, m = 3";
    for (moments, count) in [("", 2), (", kurtosis_w = 1", 1), (", kurtosis_w = 1, kurtosis_x = 1", 0)] {
        let found = check(&format!("{model}{moments}), n = 480, trials = 4, seed = 1"));
        let rows = found["rows"].as_array().expect("rows");
        let ending = |end: &str| {
            let names = rows.iter().filter_map(|row| row["quantity"].as_str());
            names.filter(|name| name.starts_with("spikes") && name.ends_with(end)).count()
        };
        // two outliers in one place share the row of their mean position
        assert_eq!((ending(".position"), ending(".alignment")), (count.min(1), count), "{moments}: {found}");
        assert_eq!(found["verdict"], "agree", "{moments}: {found}");
    }
    assert_eq!(check(&format!("{model}), n = 480, trials = 4, seed = 1, entries = \"rademacher\""))["verdict"], "agree");
}

/// Two outliers in the gap between two bulks, found by their vectors, and the edges beside them.
#[test]
fn outliers_in_a_gap_have_rows_and_so_have_the_edges_beside_them() {
    let f = "if x < -1 then -1 else if x < 0 then x else x^2/2 + x/3";
    let (n, trials) = if long() { (3200, 12) } else { (800, 8) };
    let found = check(&format!("features(normalize({f}), phi = 1/20, psi = 1/4), n = {n}, trials = {trials}"));
    for (quantity, theory) in [
        ("edges[0][1]", 0.248_151_508_5),
        ("edges[1][0]", 0.917_555_198_4),
        ("spikes[0].position", 0.472_041_242_5),
        ("spikes[0].alignment", 0.598_705_063_5),
        ("spikes[1].alignment", 0.602_909_961_5),
    ] {
        let row = row(&found, quantity);
        assert!((number(&row["theory"]) - theory).abs() < 1e-8, "{row}");
        assert_ne!(row["verdict"], "disagree", "{row}");
        // by rank the place would be an eigenvalue of a bulk, below 0.31 or above 0.9 at every size
        let measured = number(&row["measured"]["mean"]);
        assert!(quantity != "spikes[0].position" || (0.4..0.7).contains(&measured), "{row}");
        assert!(!long() || row["verdict"] == "agree" || quantity.ends_with("alignment"), "{row}");
    }
    let names = found["rows"].as_array().expect("rows").iter().filter_map(|row| row["quantity"].as_str());
    assert_eq!(names.filter(|name| name.ends_with(".position")).count(), 1, "equal outliers share a row");
}

/// A skewed law on two points: the place is that of the skewed formula, to the spread of the simulation.
#[test]
fn a_skewed_two_point_law_has_its_outlier_where_predicted() {
    let moments = "skewness_w = 8/3, kurtosis_w = 1 + 64/9, kurtosis_x = 1";
    let model = format!("features(x/2 + 35/100*He(2, x), n1 = 1000, n0 = 333, m = 1000, {moments})");
    let (n, trials) = if long() { (1000, 16) } else { (400, 12) };
    let found = check(&format!("{model}, n = {n}, trials = {trials}, seed = 2"));
    let spike = row(&found, "spikes[0].position");
    let (mean, se) = (number(&spike["measured"]["mean"]), number(&spike["measured"]["se"]));
    assert!((mean - number(&spike["theory"])).abs() < 4.0 * se + 0.05, "{spike}");
    assert_ne!(found["verdict"], "disagree", "{found}");
}

/// Two skewed laws whose norm outliers see each other through the linear part: 3.153, where each alone would make 2.918. The
/// bias falls like n^(−1/2), so a quarter of the size has twice of it.
#[test]
fn two_skewed_laws_repel_their_outliers() {
    if !long() {
        return;
    }
    // the bulk has two biases of opposite signs here, so the verdict on it is not asked
    let moments = "skewness_w = 1, kurtosis_w = 2, skewness_x = 1, kurtosis_x = 2";
    let model = format!("features(x/2 + 6/10*He(2, x), phi = 1/8, psi = 1/2, {moments})");
    let top = |n: usize, trials: usize| {
        let found = check(&format!("{model}, n = {n}, trials = {trials}, seed = 3"));
        let spike = row(&found, "spikes[0].position").clone();
        (number(&spike["measured"]["mean"]), number(&spike["measured"]["se"]), number(&spike["theory"]))
    };
    let ((large, large_se, theory), (small, small_se, _)) = (top(3200, 16), top(800, 64));
    let (limit, se) = (2.0 * large - small, (2.0 * large_se).hypot(small_se));
    assert!((theory - 3.1525).abs() < 1e-3);
    assert!((limit - theory).abs() < 3.0 * se, "{limit} ± {se}");
}

#[test]
fn rates_and_the_residual_of_the_equation() {
    let found = check("features(tanh(x), phi = 1/2, psi = 3/4), n = [80, 160, 320], trials = 6, seed = 4");
    for quantity in ["moments[1]", "stieltjes(0.195 + 0.117*i).im", "quartic_residual"] {
        let row = row(&found, quantity);
        let spread = &row["spread_exponent"];
        let excess = (number(&spread["mean"]) - 1.0).abs();
        assert!(excess < 4.0 * number(&spread["se"]), "{quantity}: {spread}");
        assert_eq!((number(&row["bias_expected"]), number(&row["spread_expected"])), (1.0, 1.0));
    }
    let residual = row(&found, "quartic_residual");
    let decay = &residual["bias_exponent"];
    assert!((number(&decay["mean"]) - 1.0).abs() < 4.0 * number(&decay["se"]), "{decay}");
    assert_eq!(number(&row(&found, "edges[0][1]")["bias_expected"]), 0.667);
    assert_eq!((number(&found["n"]), number(&found["trials"])), (320.0, 6.0));
    let single = check("features(tanh(x), phi = 1/2, psi = 3/4), n = 80, trials = 2");
    assert!(row(&single, "quartic_residual")["bias_exponent"].is_null());
}

/// With numbers in place of f the simulated activation says which outliers to expect.
#[test]
fn the_simulated_activation_brings_its_outliers() {
    let numbers = "features(theta1 = 1, theta2 = 0, phi = 1/3, psi = 1/3)";
    let found = check(&format!("{numbers}, activation = He(2, x)/sqrt(2) + 1, n = 480, trials = 4"));
    assert_eq!(found["verdict"], "agree", "{found}");
    assert!((number(&row(&found, "mean_outlier")["theory"]) - 1.0).abs() < 1e-12);
}

/// The bulk of an affine activation leaves directions free, and its mean fills one of them, at every size.
#[test]
fn the_mean_of_an_affine_activation_fills_a_zero() {
    let models = [
        ("features(2*x + 1, phi = 1/2, psi = 4/5)", "atom", 0.2),
        ("features(2*x + 1, phi = 2, psi = 4/5)", "atom", 0.6),
        ("features(3, phi = 1/2, psi = 4/5)", "atom", 1.0),
        ("kernel([2*x + 1, x], gamma = [2, 1, 3/2], normalize = false)", "layers[0].atom", 0.5),
    ];
    for (model, quantity, zeros) in models {
        let found = check(&format!("{model}, n = 120, trials = 2"));
        let atom = row(&found, quantity);
        assert_eq!(atom["verdict"], "agree", "{model}: {atom}");
        assert!((number(&atom["measured"]["mean"]) - zeros).abs() < 1e-12, "{model}");
    }
}

/// A right theory whose matrices are far from the limit: no row is held against it, and the row says why.
#[test]
fn what_finite_size_hides_is_not_held_against_a_theory() {
    let cases = [
        // E He_3⁴ is 93 times (E He_3²)², and there are 48 neurons
        ("features(He(3, x)/3, phi = 1/5, psi = 1), entries = \"rademacher\", seed = 117404", "", "rarer than those drawn"),
        // the lowest eigenvalue is nowhere near its edge: 24 inputs, for 80 rows
        ("features(exp(x/3), phi = 1/10, psi = 1/3)", "edges[0][0]", "wider than its sample"),
        // the third cumulant of a pre-activation is 4/√24, and at n/2 above one
        ("features(exp(x/3), phi = 1/10, psi = 1/3), entries = \"exponential\"", "moments[0]", "skewed entries"),
        // E v^6 comes from biases that 240 rows do not draw
        ("features(exp(x/3), phi = 3, psi = 1/3, sigma_b = 2), seed = 100608", "moments[5]", "rarer than the rows"),
        // norms of the columns of the first layer, to the ninth power of which the variance of He_3 responds
        ("kernel(He(3, x)/3, gamma = [1, 1/2, 1/2], normalize = false, sigma_b = 1/2)", "layers[1].moments[0]", "too uneven"),
    ];
    for (arguments, quantity, reason) in cases {
        let found = check(&format!("{arguments}, n = 240, trials = 4"));
        assert_ne!(found["verdict"], "disagree", "{arguments}");
        let says =
            |row: &Value| row["verdict"] == "inconclusive" && row["reason"].as_str().is_some_and(|text| text.contains(reason));
        let rows = found["rows"].as_array().expect("rows");
        assert!(rows.iter().any(|row| (quantity.is_empty() || row["quantity"] == quantity) && says(row)), "{arguments}: {found}");
    }
    // sign(0) = 0 has probability of order n0^(-1/2) for signs: the bias falls like that, and a wrong theory is still seen
    let signs = |theta1: &str| {
        let numbers = format!("features(theta1 = {theta1}, theta2 = 2/pi, phi = 1/2, psi = 1)");
        check(&format!("{numbers}, activation = sign(x), entries = \"rademacher\", n = 240, trials = 4"))["verdict"].clone()
    };
    assert_eq!(signs("1"), "agree");
    assert_eq!(signs("5/4"), "disagree");
}

#[test]
fn wrong_arguments_are_named() {
    let model = "features(tanh(x), phi = 1, psi = 1)";
    let text = complaint(&format!("{model}, entries = \"uniform\""));
    assert!(text.contains("gaussian") && text.contains("uniform"), "{text}");
    assert!(complaint(&format!("{model}, n = [100]")).contains("at least two"));
    assert!(complaint(&format!("{model}, n = [100, 3/2]")).contains("3/2"));
}

/// Cumulants along cycles of 4 and 6 entries; the next order is smaller by 1/n0.
#[test]
fn cycle_cumulants_are_powers_of_theta2() {
    let source = "cycle_cumulants(features(tanh(2*x), phi = 1/2, psi = 1), n = 80, trials = 1000)";
    let answer = Session::new(Settings::default()).last(source).unwrap_or_else(|_| panic!("{source} fails"));
    let value = json::answer(source, &answer)["value"].clone();
    for (row, length) in value.as_array().expect("rows").iter().zip([4, 6]) {
        assert_eq!(row["length"], length);
        let (mean, se) = (number(&row["measured"]["mean"]), number(&row["measured"]["se"]));
        let theory = number(&row["theory"]);
        assert!((mean - theory).abs() < 4.0 * se + 4.0 * theory / 40.0, "{row}");
        assert!(se < theory / 3.0, "{row}: the test says something");
    }
}

/// A list of sizes fits the rates of every layer, and other entries leave the laws of the layers as they are.
#[test]
fn kernels_take_sizes_and_entries() {
    let kernel = "kernel(tanh(x) + 1/2, gamma = [1, 2/3, 1], normalize = false, sigma_b = 1/2)";
    let rates = check(&format!("{kernel}, n = [60, 120, 240], trials = 4"));
    let row = row(&rates, "layers[1].moments[1]");
    assert_eq!(number(&row["spread_expected"]), 0.5, "biases are drawn: {row}");
    let [mean, se] = ["mean", "se"].map(|part| number(&row["spread_exponent"][part]));
    assert!((mean - 0.5).abs() < 4.0 * se, "{row}");
    for entries in ["rademacher", "exponential"] {
        let found = check(&format!("{kernel}, n = 160, trials = 4, entries = \"{entries}\""));
        assert_eq!(found["verdict"], "agree", "{entries}: {found}");
    }
    assert!(complaint(&format!("{kernel}, entries = \"cauchy\"")).contains("\"exponential\""));
    assert!(complaint(&format!("{kernel}, activation = x")).contains("its own activations"));
}

/// The outliers of a kernel's first layer are found by its own vectors: the samples' norms have more of theirs than the neurons'.
#[test]
fn alignments_of_a_kernel_belong_to_its_samples_and_neurons() {
    let kernel = "kernel(x/2 + 7/10*He(2, x), gamma = [6, 1/3], normalize = false)";
    let spikes = Session::new(Settings::default()).last(&format!("spikes({kernel})")).unwrap_or_else(|_| panic!("{kernel}"));
    let spikes = json::answer(kernel, &spikes)["value"].clone();
    let origins = [0, 1].map(|index: usize| spikes[index]["origin"].as_str().expect("an origin").to_owned());
    assert_eq!(origins, ["norm_x", "norm_w"]);
    let theory = [0, 1].map(|index: usize| number(&spikes[index]["alignment"]));
    let found = check(&format!("{kernel}, n = {}, trials = 12", if long() { 1600 } else { 480 }));
    for (index, own) in theory.into_iter().enumerate() {
        let row = row(&found, &format!("layers[0].spikes[{index}].alignment"));
        let [stated, measured] = [&row["theory"], &row["measured"]["mean"]].map(number);
        assert!((stated - own).abs() < 1e-9 * own && row["verdict"] != "disagree", "{row}");
        assert!((measured - own).abs() < (measured - theory[1 - index]).abs(), "{row}");
    }
}

/// Kinds of right models that finite matrices do not look like: none is called wrong, and what is not decided names a size or says
/// what hides it.
#[test]
fn right_models_of_every_kind_are_not_called_wrong() {
    let cases = [
        // a mean of −1.2e-32 is no eigenvalue, beside two bulks
        ("selu(x), phi = 1/6, psi = 1/3", "n = 300", "stieltjes", "agree"),
        ("sign(x) + 1/100, phi = 1/6, psi = 1/3", "n = 300", "stieltjes", "agree"),
        ("tanh(x) + 10^-15, phi = 1/6, psi = 1/3", "n = 300", "stieltjes", "agree"),
        // He_2 fills n0²/2 dimensions only
        ("gelu(x), phi = 1/8, psi = 1/8", "n = 400", "quartic_residual", "agree"),
        ("x/sqrt(7) + He(2,x)/sqrt(2), phi = 1/20, psi = 1/20", "n = 400", "atom", "take n at least"),
        // zeros beside an eigenvalue of order n, and a bulk below double precision
        ("sigmoid(x), phi = 1, psi = 1, sigma_w = 1/10", "n = 300", "atom", "double precision"),
        ("tanh(x) + 128, phi = 1, psi = 1", "n = 300", "atom", "double precision"),
        ("x + 10^-6*sin(3*x), phi = 1/2, psi = 1/2", "n = 200", "edges[0][1]", "double precision"),
        // rare values
        ("hard_tanh(x), phi = 1, psi = 2, sigma_w = 1/5", "n = 200", "atom", "rarer"),
        ("step(x - 4), phi = 1/2, psi = 1/2", "n = 200", "atom", "take n at least"),
        ("He(4,x), phi = 2, psi = 1", "n = 400", "kolmogorov", "take n at least"),
        ("abs(x)^(-1/3), phi = 1, psi = 1", "n = 200", "moments[0]", "rarer"),
        ("relu(x - 2), phi = 1, psi = 1", "n = 400", "unpredicted", "rarer"),
        // with n0 even ties are common, and the parity of the lattice is of rank one
        ("step(x), phi = 1/20, psi = 1/9", "n = 800, entries = \"rademacher\"", "unpredicted", "parity"),
        ("relu(x), phi = 1, psi = 2", "n = 300, seed = 2, entries = \"exponential\"", "stieltjes", "agree"),
    ];
    for (model, options, quantity, says) in cases {
        let found = check(&format!("features({model}), {options}, trials = 4"));
        assert_ne!(found["verdict"], "disagree", "{model}: {found}");
        let rows = found["rows"].as_array().expect("rows");
        let about = |row: &&Value| row["quantity"].as_str().is_some_and(|name| name.starts_with(quantity));
        let fits = |row: &Value| row["verdict"] == says || row["reason"].as_str().is_some_and(|reason| reason.contains(says));
        assert!(rows.iter().filter(about).any(fits), "{model}: {found}");
        let summary = found["summary"].as_str().expect("a sentence");
        assert!(summary.contains(if says == "agree" { "agree: " } else { "not decided at this n: " }), "{summary}");
    }
}

/// The linear part is fitted beside other polynomials: that of one of them is exact at every size and for entries of any law, E f′(Z) = 4/5,
/// and pre-activations of few values leave the least fit; what another function has beyond these polynomials scatters little.
#[test]
fn the_linear_part_of_polynomials_is_measured_exactly() {
    for entries in ["gaussian", "exponential"] {
        for scale in ["", ", sigma_w = 2"] {
            let f = if scale.is_empty() { "x^3/3 + x^2 - x/5 + 2" } else { "x^3/24 + x^2 - x/10" };
            let found =
                check(&format!("features({f}, phi = 1/2, psi = 3/4{scale}), n = 100, trials = 2, entries = \"{entries}\""));
            let row = row(&found, "theta2");
            let [theory, measured] = [&row["theory"], &row["measured"]["mean"]].map(number);
            assert!((theory - 0.64).abs() < 1e-12 && (measured - 0.64).abs() < 1e-6, "{entries}{scale}: {row}");
        }
    }
    let few = check("features(x, phi = 1, psi = 1), n = 32, trials = 2, entries = \"rademacher\"");
    assert_ne!(few["verdict"], "disagree", "{few}");
    let row = row(&check("features(sin(2*x), phi = 1, psi = 1), n = 400, trials = 4"), "theta2").clone();
    let [mean, se] = ["mean", "se"].map(|part| number(&row["measured"][part]));
    assert!((mean - 4.0 * (-4f64).exp()).abs() < 5.0 * se + 2e-3 && se < 2e-3, "{row}");
}

/// At any scale of f the rows are those of f over its own scale, and the summary says which.
#[test]
fn the_scale_of_an_activation_does_not_count() {
    let plain = check("features(tanh(x), phi = 1, psi = 1), n = 100");
    for power in [60, 70, 80, 155, 170] {
        let scaled = check(&format!("features(tanh(x)/10^{power}, phi = 1, psi = 1), n = 100"));
        assert_eq!(scaled["verdict"], "agree", "{power}: {scaled}");
        let summary = scaled["summary"].as_str().expect("a sentence");
        assert!(
            summary.starts_with(&format!("of 10^{power} f, whose eigenvalues are 10^{} times as large: ", 2 * power)),
            "{summary}"
        );
        let [own, one] = [&scaled, &plain].map(|found| number(&row(found, "moments[0]")["measured"]["mean"]));
        assert!((own / one - 1.0).abs() < 1e-3, "{power}: {own} against {one}");
    }
}

/// Exact norms make no norm outliers; free ones have them beside the law.
#[test]
fn norms_are_exact_for_the_law_and_free_for_outliers() {
    let model = "features(x/2 + 7/10*He(2, x), phi = 1/3, psi = 1/3), n = 240, trials = 4";
    let spikes = |options: &str| {
        let found = check(&format!("{model}{options}"));
        let rows = found["rows"].as_array().expect("rows").clone();
        let names = rows.iter().filter_map(|row| row["quantity"].as_str()).filter(|name| name.starts_with("spikes")).count();
        (names, rows.iter().any(|row| row["quantity"] == "atom"))
    };
    let (suited, free, exact) = (spikes(""), spikes(", norms = \"free\""), spikes(", norms = \"exact\""));
    assert!(suited.0 > 0 && suited == free && exact == (0, true), "{suited:?}, {free:?}, {exact:?}");
    assert!(complaint(&format!("{model}, norms = \"unit\"")).contains("\"exact\" or \"free\""));
}

/// At n1 = 485 the mean of elu(x/5), 0.009, makes an eigenvalue between the two bulks; none above them is taken off for it.
#[test]
fn a_mean_in_a_gap_is_found_there() {
    let found = check("features(elu(x), phi = 128/1000, psi = 1584/10000, sigma_w = 1/5), n = 600, seed = 210");
    assert_ne!(found["verdict"], "disagree", "{found}");
    let rows = found["rows"].as_array().expect("rows");
    assert!(rows.iter().all(|row| row["quantity"] != "mean_outlier"), "{found}");
    let position = row(&found, "spikes[0].position");
    let [theory, measured] = [number(&position["theory"]), number(&position["measured"]["mean"])];
    let [below, above] = ["edges[0][1]", "edges[1][0]"].map(|edge| number(&row(&found, edge)["theory"]));
    assert!(below < theory && theory < above && below < measured && measured < above, "{position}");
}

/// Saturation with a bias: an atom of neurons whose own bias silences them, two ends of which none is soft.
#[test]
fn a_clipped_activation_with_a_bias_agrees() {
    for bias in ["row", "column", "entry"] {
        let found = check(&format!("features(clip(x, -1, 2), phi = 1, psi = 1, sigma_b = 1, bias = \"{bias}\"), n = 300"));
        assert_eq!(found["verdict"], "agree", "{bias}: {found}");
    }
}
