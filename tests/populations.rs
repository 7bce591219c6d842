//! Earlier laws as populations: a law over the law of a model, against other ways to the same law, and drawn.

#[path = "common/near.rs"]
mod near;

use near::assert_near;
use std::fs;
use std::path::PathBuf;

use num_complex::Complex64;
use resolvent::session::{Session, Settings, json};
use serde_json::Value as Json;

fn ask(source: &str) -> Json {
    let mut session = Session::new(Settings { threads: 2, ..Settings::default() });
    let answer = session.last(source).unwrap_or_else(|failure| panic!("{source}: {:?}", failure.diagnostic()));
    json::answer(source, &answer)
}

fn value(source: &str) -> Json {
    ask(source)["value"].clone()
}

fn refusal(source: &str) -> String {
    let failure = Session::new(Settings { threads: 1, ..Settings::default() }).last(source).expect_err(source);
    let diagnostic = failure.diagnostic();
    format!("{} / {}", diagnostic.message, diagnostic.help.unwrap_or_default())
}

fn numbers(value: &Json) -> Vec<f64> {
    value.as_array().unwrap_or_else(|| panic!("{value}")).iter().map(|item| item.as_f64().expect("a number")).collect()
}

fn same_law(found: &str, right: &str, accuracy: f64) {
    for field in ["atom", "edges", "masses", "edge_exponents", "moments"] {
        let [a, b] = [found, right].map(|model| value(&format!("spectrum({model})"))[field].clone());
        assert_near(&a, &b, accuracy, &format!("{field} of {found}"));
    }
    for question in ["density(MODEL, 1)", "cdf(MODEL, 3/2)", "stieltjes(MODEL, 1 + i/2)", "quantile(MODEL, 9/10)"] {
        let [a, b] = [found, right].map(|model| value(&question.replace("MODEL", model)));
        assert_near(&a, &b, accuracy, &format!("{question} of {found}"));
    }
}

/// m = ∫ dν/(x − z) of a sample covariance over ∫ x/(1 + x s) dν, by damped iteration of s = −1/(z − γ ∫ …), γ m − (1 − γ)/z = s.
fn sampled(gamma: f64, z: Complex64, population: &dyn Fn(Complex64) -> Complex64) -> Complex64 {
    let mut s = -1.0 / z;
    for _ in 0..2000 {
        let next = -1.0 / (z - gamma * population(s));
        if (next - s).norm() < 1e-15 * s.norm() {
            break;
        }
        s = 0.5 * (s + next);
    }
    (s + (1.0 - gamma) / z) / gamma
}

/// A sample covariance over a sample covariance over atoms, by iteration within iteration.
#[test]
fn a_covariance_over_a_covariance_satisfies_both_equations() {
    for (gammas, z) in [([0.5, 0.25], Complex64::new(2.0, 0.7)), ([2.0, 1.5], Complex64::new(0.8, 0.5))] {
        let atoms = |s: Complex64| 0.5 * (1.0 / (1.0 + s) + 4.0 / (1.0 + 4.0 * s));
        // ∫ x/(1 + x s) dν = (1 − m_ν(−1/s)/s)/s
        let above = |s: Complex64| (1.0 - sampled(gammas[0], -1.0 / s, &atoms) / s) / s;
        let right = sampled(gammas[1], z, &above);
        let earlier = format!("spectrum(covariance([[1, 1/2], [4, 1/2]], gamma = {}))", gammas[0]);
        let found = numbers(&value(&format!("stieltjes(covariance({earlier}, gamma = {}), {} + {}*i)", gammas[1], z.re, z.im)));
        assert!((Complex64::new(found[0], found[1]) - right).norm() < 1e-11, "{found:?} {right}");
    }
}

#[test]
fn the_law_of_a_white_covariance_is_mp() {
    for (ratio, gamma) in [("1/2", "1/4"), ("2", "1/3"), ("1", "1")] {
        let earlier = format!("spectrum(covariance([[1, 1]], gamma = {ratio}))");
        same_law(&format!("covariance({earlier}, gamma = {gamma})"), &format!("covariance(mp({ratio}), gamma = {gamma})"), 1e-13);
        let over = format!("kernel(tanh(x), gamma = [{gamma}], population = {earlier})");
        same_law(&over, &format!("kernel(tanh(x), gamma = [{ratio}, {gamma}])"), 1e-13);
        // the model itself stands for its law
        let over = format!("covariance(covariance([[1, 1]], gamma = {ratio}), gamma = {gamma})");
        same_law(&over, &format!("kernel(x, gamma = [{ratio}, {gamma}])"), 1e-13);
    }
}

#[test]
fn a_kernel_over_the_law_of_a_kernel_is_one_of_more_layers() {
    for (below, above, whole) in [
        ("kernel(tanh(x), gamma = [1, 1/2])", "sin(x), gamma = [1/3]", "kernel([tanh(x), sin(x)], gamma = [1, 1/2, 1/3])"),
        (
            "kernel(relu(x), gamma = [4, 1/20])",
            "[erf(x), tanh(x)], gamma = [1/9, 2]",
            "kernel([relu(x), erf(x), tanh(x)], gamma = [4, 1/20, 1/9, 2])",
        ),
        ("kernel(x, gamma = [2, 3])", "tanh(x), gamma = [1]", "kernel([x, tanh(x)], gamma = [2, 3, 1])"),
        // a layer that forgets what is below
        ("kernel([tanh(x), He(2, x)], gamma = [1, 1/2, 1/3])", "tanh(x), gamma = [1]", "kernel(tanh(x), gamma = [1/3, 1])"),
        (
            "trained(tanh(x), sin(x), eta = 2, gamma = [1, 1/2], d_over_n = 1/3)",
            "sin(x), gamma = [1/3]",
            "kernel([tanh(x), sin(x)], gamma = [1, 1/2, 1/3])",
        ),
    ] {
        same_law(&format!("kernel({above}, population = spectrum({below}))"), whole, 1e-12);
    }
    // f of mean 0 and variance 1 has no effect in the first layer, so that what the second adds is the same
    for f in ["relu(x - 3/2)", "x + 2*(x^2 - 1)/sqrt(2)"] {
        let over = format!("spikes(kernel({f}, gamma = [1/20], population = spectrum(kernel(tanh(x), gamma = [2, 1/20]))))");
        let whole = format!("spikes(kernel([tanh(x), {f}], gamma = [2, 1/20, 1/20]))");
        let [over, whole] = [over, whole].map(|source| value(&source));
        assert_eq!(over.as_array().map(Vec::len), Some(1));
        for field in ["survives", "position", "alignment"] {
            assert_near(&over[0][field], &whole[0][field], 1e-12, &format!("{field} of {f}"));
        }
        assert_eq!(over[0]["survives"], f.starts_with('x'), "{over}");
    }
}

/// A signal of layer 1 is an eigenvalue of K_1, with its own eigenvector: A_2 = A_1 times what the second kernel says.
#[test]
fn a_signal_over_an_earlier_law_is_its_own_eigenvalue() {
    let below = "kernel(b2 = [4/5], gamma = [1/2, 1/4])";
    let two = value("spikes(kernel(b2 = [4/5, 9/10], gamma = [1/2, 1/4, 1/3], signal = [3]))[0]");
    let one = ask("spikes(kernel(b2 = [4/5], gamma = [1/2, 1/4], signal = [3]))[0]");
    // z_1(3) = λ (1 + γ q), z_0 = 4 · 7/6 = 14/3, λ = 4/5 z_0 + 1/5 = 59/15, q = 1/3 + (1/4)(4/3)/z_0 = 17/42
    let place = "(59/15)*(1 + 17/168)";
    let position = one["value"]["position"].as_f64().expect("a number");
    assert!((position - 59.0 / 15.0 * (1.0 + 17.0 / 168.0)).abs() < 1e-13, "{position}");
    let over =
        value(&format!("spikes(kernel(b2 = [9/10], gamma = [1/3], population = spectrum({below}), signal = [{place}]))[0]"));
    assert_near(&over["position"], &two["position"], 1e-13, "position");
    let [whole, first, second] = [&two, &one["value"], &over].map(|spike| spike["alignment"].as_f64().expect("a number"));
    assert!((whole - first * second).abs() < 1e-13, "{whole} {first} {second}");
    assert_near(&over["layers"][0]["alignment"], &serde_json::json!(1), 0.0, "its own eigenvector");
    let linear = value(&format!("spikes(covariance(spectrum({below}), gamma = 1/3, spikes = [{place}]))[0]"));
    let whole = value("spikes(kernel(b2 = [4/5, 1], gamma = [1/2, 1/4, 1/3], signal = [3]))[0]");
    assert_near(&linear["position"], &whole["position"], 1e-13, "position");
    // the threshold is the eigenvalue of K_1 over the t at which the whole loses its signal
    let t = whole["threshold"].as_f64().expect("a threshold");
    let [z, q] = [(1.0 + t) * (1.0 + 0.5 / t), 1.0 / t + 0.25 * (1.0 + 1.0 / t) / ((1.0 + t) * (1.0 + 0.5 / t))];
    let threshold = (0.8 * z + 0.2) * (1.0 + 0.25 * q);
    assert_near(&linear["threshold"], &serde_json::json!(threshold), 1e-12, "threshold");
    assert!(refusal(&format!("spikes(covariance(spectrum({below}), gamma = 1/3, spikes = [2]))")).contains("lies within"));
}

/// E λ² = m₂ + γ m₁² and E λ³ = m₃ + 3 γ m₁ m₂ + γ² m₁³ over any law, whatever is behind it.
#[test]
fn moments_over_every_kind_of_law() {
    for (earlier, certified) in [
        ("features(theta1 = 2, theta2 = 3/2, phi = 2, psi = 1/2)", true),
        ("features(tanh(x), phi = 1/2, psi = 3/4)", true),
        ("features(2*x, phi = 1/2, psi = 3/4)", true),
        ("features(He(2, x), phi = 2, psi = 3)", true),
        ("features(relu(x), phi = 1, psi = 1)", true),
        ("covariance([[0, 1/4], [1, 1/2], [3, 1/4]], gamma = 2)", true),
        ("covariance(powerlaw(2, 1/2, 8), gamma = 1/2)", false),
        ("one_step(tanh(x), sin(x), phi = 1/2, psi = 2/3, ridge = 1/10)", true),
        ("kernel(tanh(x), gamma = [1, 1/2], normalize = false)", true),
        ("features(tanh(x), phi = 1/2, psi = 3/4, sigma_b = 1/2)", false),
    ] {
        let own = numbers(&value(&format!("moments({earlier}, count = 3)")));
        let gamma = 0.75;
        let right =
            [own[0], own[1] + gamma * own[0].powi(2), own[2] + 3.0 * gamma * own[0] * own[1] + gamma * gamma * own[0].powi(3)];
        let answer = ask(&format!("moments(covariance(spectrum({earlier}), gamma = 3/4), count = 3)"));
        let accuracy = if certified { 1e-12 } else { 1e-8 };
        assert_near(&answer["value"], &serde_json::json!(right), accuracy, earlier);
        assert_eq!(answer["certified"] == false, !certified, "{answer}");
        if let Some(error) = answer["error"].as_f64() {
            let worst = numbers(&answer["value"]).iter().zip(right).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(worst <= error.max(1e-12 * right[2]), "{earlier}: {worst} beyond {error}");
        }
        let mean =
            numbers(&value(&format!("moments(kernel(tanh(x), gamma = [1/2], population = spectrum({earlier})), count = 1)")));
        assert!((mean[0] - 1.0).abs() < 1e-9, "{earlier}: {mean:?}");
    }
}

/// max(ν{0}, 1 − 1/γ) level by level, exactly.
#[test]
fn atoms_at_zero_are_exact() {
    for (earlier, gamma, atom) in [
        ("covariance([[0, 1/4], [1, 3/4]], gamma = 1/10)", "1/10", "1/4"),
        ("covariance([[0, 1/4], [1, 3/4]], gamma = 3)", "1/10", "2/3"),
        ("covariance([[1, 1]], gamma = 1/10)", "4", "3/4"),
        ("features(tanh(x), phi = 1/2, psi = 1/8)", "1/2", "3/4"),
        ("kernel(tanh(x), gamma = [5, 1/2])", "1/2", "0"),
    ] {
        let found = ask(&format!("atom(covariance(spectrum({earlier}), gamma = {gamma}))"));
        let right = value(&format!("0 + {atom}"));
        assert_eq!(found["value"], right, "{earlier} {found}");
    }
}

#[test]
fn what_is_no_population_is_refused() {
    let nested = (0..22).fold("[[1, 1]]".to_owned(), |below, _| format!("covariance({below}, gamma = 1/9)"));
    assert!(refusal(&nested).contains("more than 20 models"));
    assert!(refusal("covariance(spectrum(features(3, phi = 1, psi = 1)), gamma = 1)").contains("are 0"));
    assert!(refusal("covariance(ansatz, gamma = 1)").contains("ansatz"));
    assert!(refusal("kernel(tanh(x), gamma = [1], population = mp(1/2), signal = [5], overlap = 1/2)").contains("overlap"));
}

/// The law drawn is the one that is said, and another one is seen.
#[test]
fn simulations_over_populations_agree() {
    for model in [
        "covariance(mp(1/2), gamma = 1/4, spikes = [14/3])",
        "covariance(powerlaw(2, 1/2, 4), gamma = 1/2, spikes = [9])",
        "covariance(spectrum(kernel(tanh(x), gamma = [1, 1/2])), gamma = 1/3, spikes = [8])",
        "kernel(tanh(x), gamma = [1/4], population = mp(1/2), signal = [14/3])",
        "kernel(tanh(x), gamma = [1/4], population = powerlaw(2, 1/2, 4))",
        "kernel(tanh(x), gamma = [1/2], population = spectrum(features(relu(x), phi = 1/2, psi = 3/4)))",
    ] {
        let found = value(&format!("check({model}, n = 200, trials = 4)"));
        assert_eq!(found["verdict"], "agree", "{model}: {}\n{:?}", found["summary"], found["rows"]);
    }
}

/// Gaussian columns are data like others: the network on them is the one of the isotropic kernel, with their own eigenvalues.
fn gaussian_data(name: &str, rows: usize, columns: usize, signal: f64) -> String {
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    let mut stream = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    let mut draw = || -> f64 { StandardNormal.sample(&mut stream) };
    let mut matrix = vec![vec![0.0; columns]; rows];
    for row in &mut matrix {
        let left = draw();
        for (column, entry) in row.iter_mut().enumerate() {
            let right = if column % 3 == 0 { 1.0 } else { -1.0 };
            *entry = draw() + signal * left * right;
        }
    }
    let text: String =
        matrix.iter().map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(",") + "\n").collect();
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("populations").join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a temporary folder");
    fs::write(&path, text).expect("a file");
    format!("load(\"{}\")", path.display())
}

#[test]
fn the_weights_alone_are_drawn_on_data() {
    let data = gaussian_data("signal.csv", 320, 240, 0.35);
    let model = format!("kernel(tanh(x), gamma = [1/2], data = {data}, top = 1, columns = \"unit_inputs\")");
    let found = value(&format!("check({model}, trials = 4)"));
    assert_eq!(found["n"], 240);
    assert_eq!(found["verdict"], "agree", "{}\n{:?}", found["summary"], found["rows"]);
    let rows = found["rows"].as_array().expect("rows");
    let aligned = rows.iter().find(|row| row["quantity"] == "spikes[0].alignment").expect("a row for the signal");
    assert_eq!(aligned["verdict"], "agree", "{aligned}");
    // fewer samples than there are, not more
    let found = value(&format!("check({model}, n = 120, trials = 2)"));
    assert_eq!(found["n"], 120);
    assert!(refusal(&format!("check({model}, n = 241)")).contains("at most 240"));
    let beside = format!("kernel(tanh(x), gamma = [1/2], data = {data}, signal = [50])");
    assert!(refusal(&format!("check({beside})")).contains("top"));
    let law = format!("check(covariance(eigenvalues(gram({data})), gamma = 1/2), n = 240, trials = 4)");
    assert_eq!(value(&law)["verdict"], "agree", "{}", value(&law)["rows"]);
}

/// Columns in the same direction are no data for this theory, and a check says so.
#[test]
fn data_far_from_orthogonal_disagree() {
    let data = gaussian_data("one_direction.csv", 200, 160, 3.0);
    let found = value(&format!("check(kernel(relu(x), gamma = [1/4], data = {data}), trials = 4)"));
    assert_eq!(found["verdict"], "disagree", "{}", found["summary"]);
}
