//! Regressions against drawn networks; wrong constants are seen.

use resolvent::activation::Function;
use resolvent::activation::lower::read;
use resolvent::compare::Verdict;
use resolvent::learning::ridge::{Atom, Mixed, MixedChain, Neurons};
use resolvent::model::{InputAtom, Inputs, Model, Regression};
use rug::Rational;
use serde_json::Value;

#[path = "common/checking.rs"]
mod checking;

#[path = "common/judging.rs"]
mod judging;

use checking::{check, complaint};
use judging::judged;

fn rows(report: &Value) -> Vec<(&str, &str)> {
    report["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| (row["quantity"].as_str().unwrap(), row["verdict"].as_str().unwrap()))
        .collect()
}

#[test]
fn drawn_networks_agree() {
    for (arguments, n) in [
        (
            "regression([relu(x), tanh(x)], x, n = 8/5, widths = [3/2, 1], ridge = 1/20, noise = 1/2, covariance = [[3, 1/5], [1/2, 4/5]])",
            240,
        ),
        (
            "regression(relu(x), x + He2(x)/3, n = 6/5, widths = [3/2], ridge = 1/10, noise = 3/10, covariance = [[5/2, 1/5], [5/8, 4/5]], share = [7/10, 3/10])",
            240,
        ),
        ("regression(erf(x), x, n = 3/2, widths = [3], ridge = 0, noise = 3/10)", 180),
    ] {
        let report = check(&format!("{arguments}, n = {n}, trials = 8"));
        assert_eq!(report["verdict"], "agree", "{arguments}: {report}");
        assert!(rows(&report).iter().any(|(name, _)| *name == "variance.interaction"));
    }
}

#[test]
fn drawn_spheres_agree() {
    for arguments in [
        "regression(relu(x), x + He2(x)/2, d = 16, n = 128, widths = [inf], ridge = 1/10, noise = 1/5), trials = 16",
        "regression(x + x^2/2 + x^3/6, x + x^2/2, d = 16, n = 120, widths = [160], ridge = 1/20, noise = 1/5), trials = 16",
    ] {
        let report = check(arguments);
        assert_eq!(report["verdict"], "agree", "{arguments}: {report}");
    }
}

#[test]
fn drawn_spikes_agree() {
    let report = check(
        "spiked_features(tanh(x), x + 7/10*He2(x)/sqrt(2), phi = 1/2, psi = 2/3, ridge = 1/10, noise = 3/10, overlap = 4/5, strengths = [[1, 1/2], [-1, 1/2]]), n = 240, trials = 12",
    );
    assert_eq!(report["verdict"], "agree", "{report}");
}

fn regression(f: &str) -> Model {
    let read = |text: &str| read(text).expect("a function");
    Model::Regression(Box::new(Regression {
        activations: vec![read(f)],
        teacher: Function::x(),
        samples: Rational::from(3),
        widths: vec![Some(Rational::from(2))],
        ridge: read("1/20"),
        noise: read("1/5"),
        inputs: Inputs::Gaussian(vec![InputAtom { value: 1.into(), weight: 1.into(), share: 1.into() }]),
        biases: None,
    }))
}

/// A linear part that is 1.2 times too large, at the same variance of f, is seen.
#[test]
fn a_wrong_linear_part_disagrees() {
    let [right, wrong] = ["x + He2(x)/2", "sqrt(6/5)*x + sqrt(3/20)*He2(x)"].map(regression);
    assert_eq!(judged(&right, &right, 360, 12).verdict, Verdict::Agree);
    let report = judged(&right, &wrong, 360, 12);
    assert_eq!(report.verdict, Verdict::Disagree, "{:?}", report.rows);
}

/// relu with biases N(0, 1): a(b) = Φ(b)² and v(b) = (b² + 1)Φ + bφ − (bΦ + φ)² at every neuron, here by a rule of its own.
fn relu_neurons() -> Vec<Neurons> {
    let step = 1.0 / 64.0;
    let neuron = |k: i32| {
        let b = f64::from(k) * step;
        let phi = (-0.5 * b * b).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let cdf = 0.5 * libm::erfc(-b / 2f64.sqrt());
        let variance = (b * b + 1.0) * cdf + b * phi - (b * cdf + phi).powi(2);
        Neurons { share: step * phi, slope: cdf * cdf, rest: variance - cdf * cdf }
    };
    (-600..=600).map(neuron).collect()
}

/// Neurons with biases differ: the profile agrees with drawn networks, and constants that are averaged over them do not.
#[test]
fn averaged_constants_disagree() {
    let f = "regression(relu(x), x, n = 6/5, widths = [3/2], ridge = 1/10, noise = 3/10, centred = false, sigma_b = 1)";
    let report = check(&format!("{f}, n = 300, trials = 20"));
    assert_eq!(report["verdict"], "agree", "{report}");
    let errors = |neurons: Vec<Neurons>| {
        let layers = vec![Mixed { width: 1.5, below: 1.0, neurons }];
        let atoms = vec![Atom { value: 1.0, weight: 1.0, energy: 1.0 }];
        let found = MixedChain { atoms, outside: 0.09, layers, samples: 1.2 }.errors(0.1).expect("a root");
        (*found.test(), found.left.powi(2) * found.test())
    };
    let all = relu_neurons();
    let row = |name: &str| {
        let rows = report["rows"].as_array().expect("rows");
        rows.iter().find(|row| row["quantity"] == name).expect("a row")["theory"].as_f64().expect("a number")
    };
    let (test, train) = errors(all.clone());
    assert!((row("test") - test).abs() < 1e-8 && (row("train") - train).abs() < 1e-8, "{test} {train}");
    let mean = |of: fn(&Neurons) -> f64| all.iter().map(|one| one.share * of(one)).sum::<f64>();
    let alike = vec![Neurons { share: 1.0, slope: mean(|one| one.slope), rest: mean(|one| one.rest) }];
    let (_, wrong) = errors(alike);
    // as far as the check sees it
    let rows = report["rows"].as_array().expect("rows");
    let of_train = rows.iter().find(|row| row["quantity"] == "train").expect("a row");
    let [mean, se] = ["mean", "se"].map(|name| of_train["measured"][name].as_f64().expect("a number"));
    let limit = of_train["allowance"].as_f64().expect("a number") + 4.0 * se;
    assert!((train - mean).abs() < limit && (wrong - mean).abs() > limit, "{train} and {wrong} against {mean} ± {limit}");
}

/// The theory of a step of critical size beside the whole gradient of a network.
#[test]
fn exact_steps_of_critical_size_agree() {
    let model = "one_step(tanh(x), x + He2(x)/2, phi = 1/4, psi = 1/4, ridge = 1/10, noise = 1/5)";
    let report = check(&format!("{model}, strength = 1/2, n = 240, trials = 12"));
    assert_eq!(report["verdict"], "agree", "{report}");
    assert!(rows(&report).iter().any(|(name, _)| *name == "test"));
    for (more, said) in [("eta = 1", "not both"), ("norms = \"free\"", "leave norms out")] {
        let complaint = complaint(&format!("{model}, strength = 1/2, {more}"));
        assert!(complaint.contains(said), "{complaint}");
    }
    assert!(complaint(&format!("{model}, strength = 0")).contains("positive"));
}

/// Networks of one and more layers at the sizes at which they were first simulated.
fn of_layers() -> Vec<String> {
    let one = |ridge: &str| {
        format!(
            "regression(relu(x), x + 3/10*He2(x), n = 6/5, widths = [3/2], ridge = {ridge}, noise = 3/10), n = 360, trials = 24"
        )
    };
    let two = |ridge: &str, noise: &str| {
        format!(
            "regression([relu(x), tanh(x)], x, n = 8/5, widths = [3/2, 1], ridge = {ridge}, noise = {noise}, covariance = [[3, 1/5], [1/2, 4/5]]), n = 240, trials = 20"
        )
    };
    let erf = |ridge: &str| {
        format!(
            "regression([erf(x), erf(x), erf(x)], x, n = 1, widths = [1, 2, 5/4], ridge = {ridge}, noise = 3/10), n = 300, trials = 20"
        )
    };
    vec![
        one("1/100"),
        one("1/10"),
        one("1"),
        "regression(tanh(x), x, n = 6/5, widths = [3/2], ridge = 1/10, noise = 3/10, covariance = [[5/2, 1/5], [5/8, 4/5]]), n = 360, trials = 24".to_owned(),
        "regression([tanh(x), tanh(x), tanh(x), tanh(x)], x, n = 3/2, widths = [1, 3/2, 1, 2], ridge = 1/50, noise = 3/10, covariance = [[2, 1/4], [1, 1/4], [1/2, 1/2]]), n = 240, trials = 20".to_owned(),
        "regression(erf(x), x, n = 3/2, widths = [1], ridge = 0, noise = 3/10), n = 300, trials = 20".to_owned(),
        erf("1/100"),
        erf("1/10"),
        erf("1"),
        two("1/100", "3/10"),
        two("1/10", "3/10"),
        // about the best ridge
        two("2/5", "3/10"),
        two("1", "3/10"),
        two("1/20", "1/2"),
    ]
}

/// Those of fixed dimension.
fn on_spheres() -> Vec<String> {
    let cubic = |sizes: &str| format!("regression(x + x^2/2 + x^3/6, x + x^2/2, d = 20, {sizes}, noise = 1/5), trials = 24");
    let relu = |d: usize, sizes: &str, trials: usize| {
        format!("regression(relu(x), x + 4/5*He2(x)/sqrt(2) + 3/10*relu(x), d = {d}, {sizes}, noise = 1/5), trials = {trials}")
    };
    vec![
        cubic("n = 300, widths = [400], ridge = 1/20"),
        cubic("n = 80, widths = [100], ridge = 1/20"),
        cubic("n = 300, widths = [inf], ridge = 1/20"),
        relu(16, "n = 8, widths = [inf], ridge = 1/10", 48),
        relu(16, "n = 16, widths = [inf], ridge = 1/10", 48),
        relu(16, "n = 64, widths = [inf], ridge = 1/10", 24),
        relu(16, "n = 256, widths = [inf], ridge = 1/10", 24),
        relu(16, "n = 256, widths = [128], ridge = 1/100", 24),
        relu(16, "n = 64, widths = [32], ridge = 1/20", 96),
        relu(16, "n = 128, widths = [128], ridge = 3/1000", 24),
        relu(32, "n = 16, widths = [inf], ridge = 1/10", 24),
        relu(32, "n = 128, widths = [inf], ridge = 1/10", 24),
        relu(32, "n = 256, widths = [inf], ridge = 1/10", 24),
        relu(32, "n = 1024, widths = [inf], ridge = 1/10", 24),
        relu(32, "n = 1024, widths = [512], ridge = 1/100", 24),
        relu(32, "n = 128, widths = [64], ridge = 1/20", 24),
        relu(32, "n = 512, widths = [512], ridge = 3/1000", 24),
    ]
}

/// Those after a step.
fn after_steps() -> Vec<String> {
    let step = |f: &str, teacher: &str, overlap: &str, strengths: &str| {
        format!(
            "spiked_features({f}, {teacher}, phi = 1/2, psi = 2/3, ridge = 1/10, noise = 3/10, overlap = {overlap}, strengths = {strengths}), n = 400, trials = 20"
        )
    };
    vec![
        step("tanh(x)", "x + 7/10*He2(x)/sqrt(2)", "4/5", "[[1, 1/2], [-1, 1/2]]"),
        step("relu(x)", "tanh(2*x) + He2(x)/2", "9/10", "[[3/2, 1/2], [-3/2, 1/2]]"),
        step("tanh(x + 1/2) - 39/100", "x + 7/10*He2(x)/sqrt(2)", "4/5", "[[1/2, 3/10], [3/2, 3/10], [-1, 2/5]]"),
        "one_step(tanh(x), x + He2(x)/2, phi = 1/4, psi = 1/4, ridge = 1/10, noise = 1/5), strength = 1, n = 600, trials = 20"
            .to_owned(),
    ]
}

/// With RESOLVENT_LONG=1.
#[test]
fn many_kinds_of_networks_agree() {
    if std::env::var_os("RESOLVENT_LONG").is_none() {
        return;
    }
    for arguments in [of_layers(), on_spheres(), after_steps()].concat() {
        let report = check(&arguments);
        assert_eq!(report["verdict"], "agree", "{arguments}: {report}");
    }
}

#[test]
fn what_is_not_drawn_is_refused() {
    let model = "regression(tanh(x), x, n = 2, widths = [2], ridge = 1)";
    for (arguments, said) in [
        (format!("{model}, entries = \"rademacher\""), "leave entries out"),
        (format!("{model}, norms = \"free\""), "leave norms out"),
        (format!("{model}, eta = 1"), "option of one_step"),
        ("regression(tanh(x), x, n = 2, widths = [2], ridge = 0)".to_owned(), "infinite"),
    ] {
        let complaint = complaint(&arguments);
        assert!(complaint.contains(said), "{arguments}: {complaint}");
    }
}
