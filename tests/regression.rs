//! Ridge regression on random features: limits, identities, other routes to the same numbers, and drawn networks.

use serde_json::Value;

#[path = "common/asking.rs"]
mod asking;
#[path = "common/decimals.rs"]
mod decimals;
#[path = "common/regressing.rs"]
mod regressing;

use asking::{answer, asked, complaint, number};
use decimals::agrees;
use regressing::{at, close, errors};
use resolvent::learning::ridge::{Atom, Chain, Errors, Layer, Mixed, MixedChain, Neurons, penalty, penalty64};
use resolvent::number::Ball;

const DEEP: &str =
    "[relu(x), tanh(x)], x + He2(x)/3, n = 8/5, widths = [3/2, 1], noise = 1/2, covariance = [[3, 1/5], [1/2, 4/5]]";

/// One isotropic layer is one_step before its step, by the curve of features in other coordinates.
#[test]
fn one_layer_is_degree_zero_of_one_step() {
    for (f, teacher, n, width, ridge) in [
        ("tanh(x)", "x", "2", "5/2", "1/10"),
        ("relu(x)", "sin(x)", "4/5", "3", "1/100"),
        ("x + He2(x)/2", "x + He2(x)/3", "3", "1/2", "sqrt(2)"),
        ("x", "tanh(x)", "3/2", "3/2", "1/1000"),
    ] {
        let common = format!("{f}, {teacher}, ridge = {ridge}, noise = 3/10");
        let chain = at(&format!("errors(regression({common}, n = {n}, widths = [{width}]))"), 40);
        let curve = at(&format!("errors(one_step({common}, phi = 1/({n}), psi = 1/({width})), degree = 0)"), 40);
        let row = &curve["by_degree"][0];
        for (ours, theirs) in [("test", "test"), ("train", "train_mse"), ("train_penalised", "train")] {
            assert!(agrees(&chain[ours], &row[theirs], 39), "{common}, {ours}: {chain} against {row}");
        }
        let product = format!("errors(regression({common}, n = {n}, widths = [{width}])).kappa[1]*{}", curve["m1"]);
        close(number(&answer(&product)), 1.0, 1e-13);
    }
}

/// Linear regression: κ(1 − 1/(n(1 + κ))) = ridge is a quadratic equation, and a chain without layers solves it.
#[test]
fn without_layers_it_is_linear_ridge_regression() {
    for (n, ridge, noise) in [(0.5, 0.1, 0.3), (1.0, 0.01, 1.0), (3.0, 2.0, 0.0)] {
        let chain = Chain {
            atoms: vec![Atom { value: 1.0, weight: 1.0, energy: 1.0 }],
            energy: 1.0 + noise,
            outside: noise,
            layers: Vec::new(),
            samples: n,
        };
        // κ² + (1 − 1/n − ridge) κ − ridge = 0
        let b: f64 = 1.0 - 1.0 / n - ridge;
        let kappa = (-b + (b * b + 4.0 * ridge).sqrt()) / 2.0;
        close(penalty64(&chain, ridge), kappa, 1e-12);
        let bits = 100;
        let found = penalty(&chain.map(|x| Ball::double(*x, bits)), &Ball::double(ridge, bits), bits).expect("a root");
        close(found.to_f64(), kappa, 1e-12);
        let errors = Errors::at(&chain, &kappa, None);
        // bias (κ/(1 + κ))² and variance with df₂ = 1/(1 + κ)²
        let square = (1.0 + kappa).powi(-2);
        close(*errors.test(), (kappa * kappa * square + noise) / (1.0 - square / n), 1e-12);
    }
}

/// A wide layer of any f, or many of x, leave a linear kernel and noise.
#[test]
fn limits_of_sizes_and_penalties() {
    let deep = |more: &str| errors(&format!("{DEEP}, {more}"));
    let table = |value: &Value| {
        value["layers"]
            .as_array()
            .expect("layers")
            .iter()
            .map(|row| [number(&row["averaged"]), number(&row["same_data"])])
            .collect::<Vec<_>>()
    };
    // strong penalties: nothing is learned
    let strong = deep("ridge = 10^9");
    close(number(&strong["test"]), 1.0 + 2.0 / 9.0 + 0.25, 1e-8);
    close(number(&strong["kappa"][2]), 1e9, 1e-8);
    // many samples: data no longer count
    let many = DEEP.replace("n = 8/5", "n = 10^9");
    let found = errors(&format!("{many}, ridge = 1/10"));
    close(number(&found["test"]), table(&found)[2][0], 1e-7);
    // wide layers: weights no longer count
    let wide = DEEP.replace("widths = [3/2, 1]", "widths = [10^9, 10^9]");
    let found = errors(&format!("{wide}, ridge = 10^8"));
    let levels = table(&found);
    close(levels[2][0], levels[0][0], 1e-7);
    close(levels[2][1], levels[0][1], 1e-7);
    // and the limit is continuous: 10 times wider, 10 times nearer
    let gap = |width: &str, ridge: &str| {
        let levels = table(&errors(&format!(
            "{}, ridge = {ridge}",
            DEEP.replace("widths = [3/2, 1]", &format!("widths = [{width}, {width}]"))
        )));
        levels[2][1] - levels[0][1]
    };
    close(gap("1000", "100"), 10.0 * gap("10000", "1000"), 0.02);
}

#[test]
fn the_table_adds_up_and_its_parts_are_not_negative() {
    for arguments in [
        format!("{DEEP}, ridge = 1/20"),
        format!("{DEEP}, ridge = 1/20, share = [9/10, 1/10]"),
        "[erf(x), erf(x), erf(x)], x, n = 1, widths = [1, 2, 5/4], ridge = 1/100, noise = 3/10".to_owned(),
        "x, x, n = 1/2, widths = [1/3], ridge = 1/100, noise = 1".to_owned(),
        "[relu(x), He2(x), tanh(x)], x, n = 2, widths = [1, 2, 3], ridge = 1/10, noise = 1".to_owned(),
    ] {
        let found = errors(&arguments);
        let [bias, test, train] = ["bias", "test", "train"].map(|name| number(&found[name]));
        let parts = ["weights", "data", "interaction", "from_noise"].map(|name| number(&found["variance"][name]));
        assert!(parts.iter().all(|part| *part >= 0.0) && bias >= 0.0, "{arguments}: {found}");
        let noise: f64 = if arguments.contains("noise = 1/2") {
            0.25
        } else if arguments.contains("3/10") {
            0.09
        } else {
            1.0
        };
        close(bias + parts[..3].iter().sum::<f64>() + noise, test, 1e-12);
        let levels = found["layers"].as_array().expect("layers");
        let of = |name: &str| levels.iter().map(|row| number(&row[name])).collect::<Vec<f64>>();
        let [averaged, same_data] = ["averaged", "same_data"].map(of);
        assert!((parts[0] - (averaged[levels.len() - 1] - averaged[0])).abs() < 1e-12, "{found}");
        assert!((parts[1] - (same_data[0] - averaged[0])).abs() < 1e-12, "{found}");
        assert!(averaged.windows(2).all(|pair| pair[0] <= pair[1]), "{arguments}: {averaged:?}");
        assert!(same_data[0] <= same_data[levels.len() - 1] && train <= test, "{arguments}: {same_data:?}");
        assert!(averaged.iter().zip(&same_data).all(|(b, t)| b <= t), "{arguments}");
    }
}

/// train = (ridge/κ)² test, and what the noise adds to the test error is noise² dκ/dridge.
#[test]
fn training_errors_and_noise_follow_from_the_penalty() {
    let arguments =
        |ridge: &str, noise: &str| format!("{}, ridge = {ridge}", DEEP.replace("noise = 1/2", &format!("noise = {noise}")));
    let found = errors(&arguments("1/20", "1/2"));
    let factor = 0.05 / number(&found["kappa"][2]);
    close(number(&found["train"]), factor * factor * number(&found["test"]), 1e-12);
    let quiet = errors(&arguments("1/20", "0"));
    let slope = (number(&found["test"]) - number(&quiet["test"])) / 0.25;
    close(slope, 1.0 + number(&found["variance"]["from_noise"]) / 0.25, 1e-12);
    assert!(slope >= 1.0);
    // the same from the penalties at two ridges
    let kappa = |ridge: &str| number(&errors(&arguments(ridge, "1/2"))["kappa"][2]);
    close((kappa("0.0500001") - kappa("0.0499999")) / 2e-7, slope, 1e-6);
}

#[test]
fn without_a_ridge_the_rank_decides() {
    let at_zero = |f: &str, n: &str, widths: &str| errors(&format!("{f}, x, n = {n}, widths = {widths}, ridge = 0, noise = 1/2"));
    // interpolation, and the limit of small ridges
    let none = at_zero("tanh(x)", "3/2", "[3]");
    let small = errors("tanh(x), x, n = 3/2, widths = [3], ridge = 10^-12, noise = 1/2");
    close(number(&none["test"]), number(&small["test"]), 1e-9);
    assert_eq!((number(&none["train"]), number(&none["degrees_of_freedom"])), (0.0, 1.5));
    // least squares on N < n features: train is (1 − N/n)² test
    let least = at_zero("tanh(x)", "3/2", "[1]");
    close(number(&least["train"]), number(&least["test"]) / 9.0, 1e-13);
    assert_eq!(least["kappa"][1], 0);
    // linear layers: rank d, then ordinary least squares, noise²/(1 − d/n)
    assert_eq!(at_zero("x", "2", "[3]")["test"], 0.5);
    // the narrowest of two linear layers is the rank
    let narrow = at_zero("[x, x]", "2", "[1/2, 3]");
    close(number(&narrow["train"]), number(&narrow["test"]) * (0.75f64).powi(2), 1e-13);
    assert_eq!(narrow["degrees_of_freedom"], 0.5);
    assert_eq!(at_zero("relu(x)", "2", "[2]")["test"], "inf");
}

/// Rational numbers in, rational numbers out where the root is one; an even layer keeps nothing.
#[test]
fn rational_roots_are_exact() {
    let even = asked("errors(regression(He2(x), x, n = 2, widths = [2], ridge = 1/10))", 15);
    assert_eq!([&even["value"]["kappa"][0], &even["exact"]["test"]], ["inf", "25/9"]);
    let linear = asked("errors(regression(x, x, n = 2, widths = [2], ridge = 1/2, noise = 1))", 15);
    // κ_0 = 1: D_0 = 1/2, κ_1 = 2·(3/4) = 3/2, ridge = (3/2)(3/4) = 9/8
    let exact = asked("errors(regression(x, x, n = 2, widths = [2], ridge = 9/8, noise = 1))", 15);
    assert_eq!(exact["value"]["kappa"][0], 1);
    assert!(exact["exact"]["test"].is_string() && linear["exact"]["test"].is_null(), "{exact} {linear}");
}

/// No ridge on a grid is better than the best one; at it more samples and more neurons help.
#[test]
fn the_best_ridge_is_best() {
    for arguments in [
        "relu(x), x + He2(x)/3, n = 6/5, widths = [3/2], noise = 2/5, covariance = [[5/2, 1/5], [5/8, 4/5]]",
        "[relu(x), tanh(x)], x, n = 2, widths = [3/2, 2], noise = 1/2",
        "x, x, n = 3, widths = [2], noise = 1",
        "relu(x), x, n = 3/2, widths = [3/2], noise = 1/10",
    ] {
        let best = at(&format!("optimal_ridge(regression({arguments}, ridge = 1))"), 15);
        let [ridge, least] = ["ridge", "test"].map(|name| number(&best[name]));
        let test = |ridge: f64| number(&errors(&format!("{arguments}, ridge = {ridge:.17}"))["test"]);
        close(test(ridge), least, 1e-12);
        for power in -6..=3 {
            assert!(test(10f64.powi(power)) >= least, "{arguments}: 10^{power} against {ridge}");
        }
        assert!(test(1.01 * ridge) > least && test(0.99 * ridge) > least);
    }
    let best = |n: &str, width: &str| {
        number(&at(
            &format!("optimal_ridge(regression(relu(x), x, n = {n}, widths = [{width}], ridge = 1, noise = 3/10)).test"),
            15,
        ))
    };
    let sizes = ["1/2", "1", "3/2", "2", "4"];
    for list in [sizes.map(|n| best(n, "3/2")), sizes.map(|width| best("3/2", width))] {
        assert!(list.windows(2).all(|pair| pair[0] > pair[1]), "{list:?}");
    }
    for (arguments, ridge) in [
        ("relu(x), He2(x), n = 2, widths = [2], ridge = 1", Value::from("inf")),
        ("x, x, n = 2, widths = [3], ridge = 1", Value::from(0)),
    ] {
        let best = at(&format!("optimal_ridge(regression({arguments}))"), 15);
        assert_eq!([&best["ridge"], &best["at_boundary"]], [&ridge, &Value::from(true)]);
    }
}

/// Neurons that are alike make the chain of penalties; of others, slopes by differences give the errors.
#[test]
fn layers_of_unlike_neurons() {
    let atoms = vec![Atom { value: 3.0, weight: 0.6, energy: 0.7 }, Atom { value: 0.5, weight: 0.4, energy: 0.3 }];
    let layers = [(1.5, 1.0, 0.25, 0.09), (0.8, 1.5, 0.4, 0.05)];
    let plain = Chain {
        atoms: atoms.clone(),
        energy: 1.2,
        outside: 0.2,
        layers: layers.map(|(width, below, slope, rest)| Layer { width, below, slope, rest: Some(rest) }).into(),
        samples: 1.6,
    };
    let errors = Errors::at(&plain, &penalty64(&plain, 0.05), None);
    let mixed = |uneven: f64| {
        let neurons =
            |slope: f64, rest| [(0.3, 1.0), (0.7, uneven)].map(|(share, factor)| Neurons { share, slope: slope * factor, rest });
        let layers = layers.map(|(width, below, slope, rest)| Mixed { width, below, neurons: neurons(slope, rest).into() });
        MixedChain { atoms: atoms.clone(), outside: 0.2, layers: layers.into(), samples: 1.6 }
    };
    let alike = mixed(1.0).errors(0.05).expect("a root");
    let all = |errors: &Errors<f64>| [errors.kappa.clone(), errors.averaged.clone(), errors.same_data.clone()].concat();
    for (found, wanted) in all(&alike).into_iter().zip(all(&errors)) {
        close(found, wanted, 1e-11);
    }
    close(alike.left, errors.left, 1e-11);
    close(alike.inflation, errors.inflation, 1e-11);
    let step = 1e-5;
    let [low, here, high] = [-step, 0.0, step].map(|step| mixed(3.0).errors(0.05 + step).expect("a root"));
    close((high.kappa[2] - low.kappa[2]) / (2.0 * step), here.inflation, 1e-7);
    for level in 0..3 {
        let slope = (high.loss - low.loss) / (high.kappa[level] - low.kappa[level]);
        close(here.loss - here.kappa[level] * slope, here.averaged[level], 1e-7);
    }
    close(here.kappa[2] * here.left, 0.05, 1e-11);
}

/// Means that are kept: of one layer without biases they are an intercept, and labels without a mean have none; biases give each neuron a
/// slope of its own, which averaged constants do not know.
#[test]
fn means_of_layers_are_biases() {
    let common = "x + He2(x)/3, n = 6/5, widths = [3/2], ridge = 1/10, noise = 3/10, covariance = [[5/2, 1/5], [5/8, 4/5]]";
    let [plain, kept] = ["", ", centred = false"].map(|more| at(&format!("errors(regression(relu(x), {common}{more}))"), 12));
    assert_eq!((&kept["certified"], &plain["certified"]), (&Value::from(false), &Value::Null));
    for name in ["test", "train", "train_penalised", "bias", "degrees_of_freedom"] {
        close(number(&kept[name]), number(&plain[name]), 1e-9);
    }
    // an odd f has no means
    let odd = "[erf(x), tanh(x)], x, n = 6/5, widths = [3/2, 1], ridge = 1/10, noise = 3/10";
    let [plain, kept] = ["", ", centred = false"].map(|more| at(&format!("errors(regression({odd}{more})).test"), 12));
    close(number(&kept), number(&plain), 1e-9);
    // relu(√2 x) twice: a_1 = 1/2, v_1 = 1 − 1/π, and biases of variance 1/π in the second layer, here by a rule of its own
    let pi = std::f64::consts::PI;
    let (tau, s) = ((1.0 - 1.0 / pi).sqrt(), (1.0 / pi).sqrt());
    let neuron = |k: i32| {
        let x = f64::from(k) / 64.0;
        let b = s * x / tau;
        let density = |x: f64| (-0.5 * x * x).exp() / (2.0 * pi).sqrt();
        let (phi, cdf) = (density(b), 0.5 * libm::erfc(-b / 2f64.sqrt()));
        let variance = 2.0 * tau * tau * ((b * b + 1.0) * cdf + b * phi - (b * cdf + phi).powi(2));
        Neurons { share: density(x) / 64.0, slope: 2.0 * cdf * cdf, rest: variance - 2.0 * tau * tau * cdf * cdf }
    };
    let first = Mixed { width: 1.0, below: 1.0, neurons: vec![Neurons { share: 1.0, slope: 0.5, rest: 0.5 - 1.0 / pi }] };
    let second = Mixed { width: 1.5, below: 1.0, neurons: (-600..=600).map(neuron).collect() };
    let atoms = vec![Atom { value: 1.0, weight: 1.0, energy: 1.0 }];
    let ours = MixedChain { atoms, outside: 0.09, layers: vec![first, second], samples: 1.2 }.errors(0.1).expect("a root");
    let typed = "relu(sqrt(2)*x), x, n = 6/5, widths = [1, 3/2], ridge = 1/10, noise = 3/10, centred = false";
    close(number(&at(&format!("errors(regression({typed})).test"), 12)), *ours.test(), 1e-8);
    for arguments in [
        "relu(x), x, n = 6/5, widths = [3/2], ridge = 1/10, noise = 3/10, centred = false, sigma_b = 1",
        "relu(sqrt(2)*x), x, n = 6/5, widths = [1, 3/2], ridge = 1/10, noise = 3/10, centred = false, sigma_b2 = 1/10",
    ] {
        let found = at(&format!("errors(regression({arguments}))"), 10);
        let parts = ["weights", "data", "interaction"].map(|name| number(&found["variance"][name]));
        assert!(parts.iter().all(|part| *part > 0.0), "{found}");
        close(number(&found["bias"]) + parts.iter().sum::<f64>() + 0.09, number(&found["test"]), 1e-9);
    }
}

#[test]
fn a_step_of_size_zero_is_none() {
    let common = "phi = 1/2, psi = 2/3, ridge = 1/10, noise = 3/10";
    let start = at(&format!("errors(one_step(tanh(x), x + He2(x)/2, {common}), degree = 0).by_degree[0]"), 12);
    let none = at(&format!("errors(spiked_features(tanh(x), x + He2(x)/2, {common}, overlap = 4/5, strengths = [[0, 1]]))"), 12);
    for (ours, theirs) in [("test", "test"), ("train", "train_mse"), ("train_penalised", "train")] {
        assert!(agrees(&none[ours], &start[theirs], 11), "{none} against {start}");
    }
    let zero = at(&format!("errors(one_step(tanh(x), x + He2(x)/2, {common}), strength = 0)"), 12);
    assert_eq!(zero["test"], start["test"]);
    // a small step sees the powers up to the second
    let [small, second] = [
        format!("errors(one_step(relu(x), x + He2(x)/2, {common}), strength = 1/1000).test"),
        format!("errors(one_step(relu(x), x + He2(x)/2, {common}), degree = 2).by_degree[2].test"),
    ]
    .map(|source| number(&at(&source, 10)));
    close(small, second, 1e-5);
}

/// Values of an independent computation with another rule in g, to 24 digits (the functions have closed integrals): here the leverages vary.
#[test]
fn values_at_a_critical_step() {
    for (arguments, values) in [
        (
            "sin(x), x + He2(x)/2, phi = 1/2, psi = 2/3, ridge = 1/10, noise = 3/10, overlap = 4/5, strengths = [[1, 1/2], [-1, 1/2]]",
            ["1.208471412149959113942950", "0.3941551969446829381122262", "0.5292122951007843412001132"],
        ),
        (
            "x + He2(x)/2, x + 3/10*He2(x), phi = 2/3, psi = 1, ridge = 1/20, noise = 1/5, overlap = 9/10, strengths = [[7/10, 1/2], [-7/10, 1/2]]",
            ["0.5608370427353951436723417", "0.0795134085659487396821440", "0.0919884413088730102021847"],
        ),
    ] {
        let found = at(&format!("errors(spiked_features({arguments}))"), 18);
        for (name, value) in ["test", "train", "train_penalised"].into_iter().zip(values) {
            assert!(agrees(&found[name], &Value::String(value.to_owned()), 17), "{arguments}, {name}: {found} against {value}");
        }
    }
}

/// Of an odd f neurons with u and −u are alike up to a sign, of an even one altogether; a value may be written twice.
#[test]
fn strengths_of_one_size_are_one() {
    let test = |f: &str, strengths: &str| {
        let source = format!(
            "errors(spiked_features({f}, x + He2(x)/2, phi = 1/2, psi = 2/3, ridge = 1/10, noise = 3/10, overlap = 4/5, strengths = {strengths}))"
        );
        at(&source, 10)["test"].clone()
    };
    for f in ["sin(x)", "cos(x)"] {
        assert!(agrees(&test(f, "[[1, 1/2], [-1, 1/2]]"), &test(f, "[[1, 1]]"), 9), "{f}");
        assert!(agrees(&test(f, "[[1, 1/4], [1, 3/4]]"), &test(f, "[[1, 1]]"), 9), "{f}");
    }
}

#[test]
fn bad_input_is_refused_with_a_mend() {
    for (source, said) in [
        ("regression(tanh(x), x, n = 1, widths = [1], ridge = -1)", "cannot be negative"),
        ("regression(tanh(x), x, n = 1, widths = [1], ridge = 1, noise = -1)", "cannot be negative"),
        ("regression(tanh(x), x, n = 1, widths = [1], ridge = 1, covariance = [[2, 1]])", "divide every eigenvalue by 2"),
        ("regression(tanh(x), x, n = 1, widths = [1], ridge = 1, covariance = [[0, 1]])", "no bulk"),
        (
            "regression(tanh(x), x, n = 1, widths = [1], ridge = 1, covariance = [[2, 1/2], [0, 1/2]], share = [1/2, 1/2])",
            "variance 0",
        ),
        ("regression(tanh(x), x, n = 1, widths = [1], ridge = 1, share = [1/2])", "add up to 1/2"),
        ("regression(tanh(x), x, n = 1, widths = [], ridge = 1)", "1 to 100 layers"),
        ("regression(2 + 0*x, x, n = 1, widths = [1], ridge = 1)", "constant"),
        ("regression(exp(x^2/2), x, n = 1, widths = [1], ridge = 1)", "diverges"),
        ("regression(tanh(x), 3, n = 1, widths = [1], ridge = 1)", "nothing to learn"),
        ("regression([tanh(x)], x, n = 1, widths = [1, 1], ridge = 1)", "2 layers"),
        ("regression(tanh(x), x, n = 1, widths = [inf], ridge = 1)", "goes with d"),
        ("regression(tanh(x), x, d = 20, n = 3/2, widths = [inf], ridge = 1)", "counted"),
        ("regression(tanh(x), x, d = 20, n = 30, widths = [4, 4], ridge = 1)", "one layer"),
        ("errors(regression(tanh(x), x, n = 1, widths = [1], ridge = 1), degree = 2)", "takes none"),
        ("regression(tanh(x), x, n = 1, widths = [1], ridge = 1, sigma_b = 1)", "add centred = false"),
        ("regression(He2(x), x, n = 1, widths = [1], ridge = 1, centred = false)", "nothing of its layer"),
        ("regression(tanh(x), x, d = 20, n = 30, widths = [4], ridge = 1, centred = false)", "there is no centred"),
        ("spiked_features(tanh(x), x, phi = 1, psi = 1, ridge = 1, overlap = 2, strengths = [[1, 1]])", "from -1 to 1"),
        ("spiked_features(tanh(x), x, phi = 1, psi = 1, ridge = 1, overlap = 1/2, strengths = [[1, 1/2]])", "add up to 1/2"),
        ("spiked_features(tanh(x), x, phi = 1, psi = 1, ridge = 0, overlap = 1/2, strengths = [[1, 1]])", "must be positive"),
        ("errors(one_step(tanh(x), x, phi = 1, psi = 1, ridge = 1), strength = -1)", "cannot be negative"),
        ("optimal_ridge(one_step(tanh(x), x, phi = 1, psi = 1, ridge = 1))", "regression"),
    ] {
        let complaint = complaint(source);
        assert!(complaint.contains(said), "{source}: {complaint}");
    }
}

/// With means kept: of one layer without biases all is that of centred features, in the limit of no ridge and at the best one too; with
/// biases the limit is that of small ridges, and nothing is better than the best one.
#[test]
fn means_are_kept_without_a_ridge_and_at_the_best_one() {
    let common = "x + He2(x)/3, noise = 3/10, covariance = [[5/2, 1/5], [5/8, 4/5]]";
    let pair = |query: &str, f: &str, sizes: &str| {
        ["", ", centred = false"].map(|more| at(&format!("{query}(regression({f}, {common}, {sizes}{more}))"), 12))
    };
    for (f, sizes) in [
        ("relu(x)", "n = 3/2, widths = [3]"),
        ("relu(x)", "n = 3/2, widths = [1]"),
        ("x", "n = 2, widths = [3]"),
        ("[x, x]", "n = 2, widths = [1/2, 3]"),
    ] {
        let [plain, kept] = pair("errors", f, &format!("{sizes}, ridge = 0"));
        for name in ["test", "train", "train_penalised", "bias", "degrees_of_freedom"] {
            assert!((number(&kept[name]) - number(&plain[name])).abs() < 1e-9, "{f}, {sizes}: {kept} {plain}");
        }
        let kappa = |found: &Value| found["kappa"].as_array().expect("a list").iter().map(number).collect::<Vec<f64>>();
        for (kept, plain) in kappa(&kept).into_iter().zip(kappa(&plain)) {
            assert!((kept - plain).abs() < 1e-9 && (plain != 0.0 || kept == 0.0), "{kept} {plain}");
        }
    }
    assert_eq!(pair("errors", "relu(x)", "n = 2, widths = [2], ridge = 0").map(|found| found["test"].clone()), ["inf", "inf"]);
    for f in ["relu(x)", "x"] {
        let [plain, kept] = pair("optimal_ridge", f, "n = 6/5, widths = [3/2], ridge = 1");
        close(number(&kept["test"]), number(&plain["test"]), 1e-9);
        let off = (number(&kept["ridge"]) - number(&plain["ridge"])).abs();
        assert!(off < number(&kept["error"]) + 1e-6 * number(&plain["ridge"]) && off < 1e-6, "{kept} {plain}");
    }
    let ends = "x, x, n = 2, widths = [3], ridge = 1";
    let ends = ["", ", centred = false"].map(|more| at(&format!("optimal_ridge(regression({ends}{more}))"), 12)["ridge"].clone());
    assert_eq!(ends, [Value::from(0), Value::from(0)]);
    let unseen = "relu(x), He2(x), n = 2, widths = [2], ridge = 1, centred = false";
    assert_eq!(at(&format!("optimal_ridge(regression({unseen})).ridge"), 12), "inf");
    for (f, sizes) in [("relu(x)", "n = 6/5, widths = [3/2], sigma_b = 1"), ("relu(sqrt(2)*x)", "n = 2, widths = [1, 3/2]")] {
        let model = format!("{f}, x, {sizes}, noise = 3/10, centred = false");
        let test = |ridge: &str| number(&errors(&format!("{model}, ridge = {ridge}"))["test"]);
        close(test("0"), test("10^-11"), 1e-7);
        let best = at(&format!("optimal_ridge(regression({model}, ridge = 1))"), 12);
        let [ridge, least] = ["ridge", "test"].map(|name| number(&best[name]));
        close(test(&format!("{ridge:.17}")), least, 1e-9);
        for factor in [1e-4, 0.1, 0.8, 0.99, 1.01, 1.25, 10.0, 1e4] {
            assert!(test(&format!("{:.17}", factor * ridge)) > least, "{model}: {factor}");
        }
    }
}
