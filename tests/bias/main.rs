//! Laws with a bias: reference values, the reductions and identities they obey, layers, and what is refused.

mod near_zero;
mod scales;
mod smoothing;

use num_complex::Complex64;
use resolvent::activation::{Function, lower};
use resolvent::gaussian::{Biased, Data};
use resolvent::number::{Ball, Job};
use resolvent::session::{Failure, Session, Settings, json};
use resolvent::spectrum::{Argument, BiasNode, Parameters, Profile, Profile64, ProfileLayer, Shape, View, stieltjes};
use rug::{Float, Rational};
use serde_json::Value as Json;

fn session(digits: u32) -> Session {
    Session::new(Settings { digits, ..Settings::default() })
}

/// The JSON line of the last value.
fn line(source: &str, digits: u32) -> Json {
    match session(digits).last(source) {
        Ok(answer) => json::answer(source, &answer),
        Err(failure) => panic!("{source}: {}", failure.diagnostic().message),
    }
}

fn failure(source: &str) -> Failure {
    match session(15).last(source) {
        Ok(answer) => panic!("{source} has the value {}", json::answer(source, &answer)),
        Err(failure) => failure,
    }
}

fn float(text: &str) -> Float {
    Float::with_val(200, Float::parse(text).expect("a number"))
}

/// |a − b| below 10^-digits of b.
#[track_caller]
fn agree(a: &Json, b: &str, digits: i32) {
    let (a, b) = (float(&a.to_string()), float(b));
    assert!(
        Float::with_val(200, &a - &b).abs() <= b.clone().abs() * 10f64.powi(-digits),
        "{a} and {b} differ beyond {digits} digits"
    );
}

#[track_caller]
fn close(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance, "{a} and {b} differ by {:e}", (a - b).abs());
}

/// The same for a number of an answer.
#[track_caller]
fn near(a: &Json, b: f64, tolerance: f64) {
    close(a.as_f64().expect("a number"), b, tolerance);
}

#[test]
fn reference_values_of_the_row_law() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/quartic.json")).expect("a file");
    let reference: Json = serde_json::from_str(&text).expect("JSON");
    let text = |value: &Json| value.as_str().expect("a text").to_owned();
    for case in reference["bias_cases"].as_array().expect("cases") {
        let [f, phi, psi, sigma] = ["activation", "phi", "psi", "sigma_b"].map(|name| text(&case[name]));
        let model = format!("m = features({f}, phi = {phi}, psi = {psi}, sigma_b = {sigma}); ");
        for point in case["stieltjes"].as_array().expect("points") {
            let [re, im] = [0, 1].map(|part| text(&point["z"][part]));
            let answer = line(&format!("{model}stieltjes(m, {re} + {im}*i)"), 20);
            assert_eq!(answer["certified"], false);
            for part in [0, 1] {
                agree(&answer["value"][part], &text(&point["m"][part]), 19);
            }
        }
        let spectrum = line(&format!("{model}spectrum(m)"), 20);
        agree(&spectrum["value"]["mean_outlier"], &text(&case["E_h2"]), 19);
        agree(&spectrum["value"]["theta1"], &text(&case["E_v"]), 19);
        agree(&spectrum["value"]["theta2"], &text(&case["E_a2_tau2"]), 19);
        assert_eq!(spectrum["value"]["certified"], false);
    }
}

fn node(weight: f64, slope: f64, rest: f64) -> BiasNode {
    let [weight, slope, rest] = [weight, slope, rest].map(|value| Float::with_val(200, value));
    BiasNode { weight, slope, rest }
}

/// Features with n0/m = 1/2 and n0/n1 = 3/4.
fn features(nodes: &[BiasNode]) -> Profile {
    let gamma = Rational::from((3, 2));
    let layer = ProfileLayer { gamma, coarse: nodes.to_vec(), fine: nodes.to_vec(), spacing: None, far: Vec::new() };
    Profile { input: Rational::from(2), layers: vec![layer], view: View::Features, atom: Rational::new(), unbounded: false }
}

fn quartic(theta1: f64, theta2: f64) -> Parameters {
    let [theta1, theta2] = [theta1, theta2].map(|value| Rational::from_f64(value).expect("finite"));
    let ball = |value: &Rational| Ball::rational(value, 200);
    Parameters {
        phi: Rational::from((1, 2)),
        psi: Rational::from((3, 4)),
        theta1: ball(&theta1),
        theta2: ball(&theta2),
        shape: Shape::General,
        exact: Some((theta1, theta2)),
    }
}

fn point(re: f64, im: f64) -> Argument {
    Argument::Exact(Rational::from_f64(re).expect("finite"), Rational::from_f64(im).expect("finite"))
}

#[test]
fn a_constant_profile_is_the_quartic() {
    let profile = features(&[node(0.25, 0.375, 0.625), node(0.75, 0.375, 0.625)]);
    let (parameters, double) = (quartic(1.0, 0.375), Profile64::new(&profile));
    for (re, im) in [(0.5, 0.25), (2.0, 0.0625), (-1.0, 0.0), (3.0, 1e-6), (0.5, -0.25)] {
        let ours = profile.stieltjes(&double, &point(re, im), 160).expect("a value");
        let curve = stieltjes(&parameters, &point(re, im), 160).expect("a value");
        assert!((&ours - &curve).magnitude().to_f64() < 1e-40, "{re} + {im}i");
    }
    let (ours, curve) = (profile.moments(6, 160), resolvent::spectrum::moments(&parameters, 6, 160).expect("moments"));
    for (a, b) in ours.iter().zip(&curve) {
        assert!((a - &b.ball(160).expect("a number")).mid().to_f64().abs() < 1e-38);
    }
    let edges = resolvent::spectrum::edges(&parameters, 100).expect("edges");
    let found = double.edges();
    assert_eq!((found.len(), edges.len()), (1, 1));
    for side in [0, 1] {
        close(found[0][side].position.value, edges[0][side].position.to_f64(), 1e-9);
        assert_eq!(found[0][side].exponent, Some(0.5));
    }
    let below = resolvent::spectrum::cdf(&parameters, &Rational::from(1), 80).expect("a value");
    close(double.cdf(1.0).expect("a value").value, below.to_f64(), 1e-12);
}

/// E λᵏ = −(1/2πi) ∮ zᵏ m(z) dz on a circle around the support, by the trapezoidal rule.
#[test]
fn moments_are_contour_integrals() {
    let profile = features(&[node(0.25, 0.5, 0.125), node(0.5, 0.0, 0.75), node(0.25, 1.0, 0.5)]);
    let double = Profile64::new(&profile);
    let exact: Vec<f64> = profile.moments(6, 120).iter().map(Ball::to_f64).collect();
    let (points, radius) = (256, 12.0);
    let mut sums = [0.0; 6];
    for j in 0..points {
        // the circle is symmetric: half of it and real parts are enough
        let z = Complex64::from_polar(radius, std::f64::consts::PI * (f64::from(j) + 0.5) / f64::from(points));
        let m = double.transform(z).expect("off the axis");
        for (k, sum) in sums.iter_mut().enumerate() {
            *sum -= (m * z.powi(k as i32 + 2)).re / f64::from(points);
        }
    }
    for (sum, moment) in sums.iter().zip(&exact) {
        close(*sum, *moment, 1e-10 * radius.powi(6));
        close(sum / moment, 1.0, 1e-6);
    }
}

#[test]
fn density_distribution_and_quantiles_belong_together() {
    let double = Profile64::new(&features(&[node(0.5, 0.5, 0.125), node(0.5, 0.25, 0.75)]));
    for p in [0.05, 0.5, 0.95] {
        let x = double.quantile(p).expect("a place").value;
        let below = |x: f64| double.cdf(x).expect("a value").value;
        close(below(x), p, 1e-11);
        // a symmetric difference is off by h²/6 times the curvature of the density
        let h = 1e-4 * x;
        close((below(x + h) - below(x - h)) / (2.0 * h) / double.density(x).expect("a value").value, 1.0, 1e-5);
    }
    let edges = double.edges();
    close(double.cdf(edges[0][1].position.value * 1.1).expect("a value").value, 1.0, 1e-11);
    close(double.cdf(edges[0][0].position.value * 0.9).expect("a value").value, 0.0, 1e-11);
}

/// E h² = Σ ρ^{2k} c_k², E ȧ² = (1 − ρ²) Σ k ρ^{2k−2} c_k², E v = Σ (1 − ρ^{2k}) c_k², against the nodes and against exact duals.
#[test]
fn averages_are_quadratic_forms_in_hermite_coefficients() {
    let job = Job::unwatched();
    let (tau2, s2) = (Rational::from((9, 16)), Rational::from(1));
    for source in ["abs(x)", "max(x, 0)", "tanh(x)", "sign(x)", "x^2 - x"] {
        let f = lower::read(source).expect("a function");
        let biased = Biased::new(&f, &Function::rational(tau2.clone()), &Function::rational(s2.clone()), &job).expect("data");
        // √(τ² + s²) = 5/4
        let data = Data::new(&f, &Rational::from((5, 4)), &job).expect("data");
        let share: f64 = 16.0 / 25.0;
        let (mut mean_square, mut slope, mut second, mut factorial) = (0.0, 0.0, 0.0, 1.0);
        for (k, h) in data.hermite(120, 80, &job).expect("coefficients").iter().enumerate() {
            factorial *= (k as f64).max(1.0);
            let energy = h.ball.to_f64().powi(2) / factorial;
            mean_square += share.powi(k as i32) * energy;
            second += energy;
            if k > 0 {
                slope += (1.0 - share) * k as f64 * share.powi(k as i32 - 1) * energy;
            }
        }
        close(biased.mean_square(80, &job).expect("a value").ball.to_f64(), mean_square, 1e-13);
        close(biased.slope_square(80, &job).expect("a value").ball.to_f64(), slope, 1e-13);
        // the energy of the coefficients beyond 120 is missing here
        assert!(second - mean_square <= biased.variance(80, &job).expect("a value").ball.to_f64() + 1e-13);
        let nodes = biased.nodes(0.125, 80, &job).expect("nodes");
        let average = |value: &dyn Fn(&resolvent::gaussian::Conditional) -> f64| -> f64 {
            nodes.fine.iter().map(|node| node.weight.to_f64() * value(node)).sum()
        };
        close(average(&|_| 1.0), 1.0, 1e-14);
        close(average(&|node| node.slope_square.to_f64()), slope, 1e-13);
        close(average(&|node| node.variance.to_f64()), biased.variance(80, &job).expect("a value").ball.to_f64(), 1e-13);
        assert!(nodes.fine.iter().all(|node| node.variance.to_f64() >= node.slope_square.to_f64() - 1e-14));
    }
}

#[test]
fn averaging_misses_exactly_the_variance_of_v() {
    for f in ["relu(x)", "abs(x)", "x^2", "tanh(x)"] {
        let model = |bias: &str| format!("features({f}, phi = 1/2, psi = 3/4, sigma_b = 1/2, bias = \"{bias}\")");
        let second =
            |bias: &str| line(&format!("moments({}, count = 2)", model(bias)), 15)["value"][1].as_f64().expect("a number");
        let spread = line(&format!("isospectrality({})", model("row")), 15)["value"]["layers"][0]["variance_of_v"].clone();
        close(second("row") - second("averaged"), spread.as_f64().expect("a number"), 1e-12 * second("row"));
    }
    // h1 = 6, E v² = 68, (E ȧ²)² = 16 for x² with unit variances, gamma = beta = 1
    let exact = line("moments(features(x^2, phi = 1, psi = 1, sigma_b = 1), count = 3)", 15);
    for (k, moment) in ["6", "120", "3768"].into_iter().enumerate() {
        agree(&exact["value"][k], moment, 14);
    }
}

#[test]
fn a_bias_per_column_is_the_transposed_row_law() {
    // (1/n1) YᵀY has the law of a row bias with phi and psi exchanged; m × m and n1 × n1 share their eigenvalues
    let (phi, psi, gamma) = (0.5, 0.75, 2.0 / 3.0);
    let z = Complex64::new(0.5, 0.25);
    let ask = |phi: f64, psi: f64, z: Complex64, bias: &str| {
        let source = format!(
            "stieltjes(features(relu(x), phi = {phi}, psi = {psi}, sigma_b = 1/2, bias = \"{bias}\"), {} + {}*i)",
            z.re, z.im
        );
        let value = line(&source, 15)["value"].clone();
        Complex64::new(value[0].as_f64().expect("re"), value[1].as_f64().expect("im"))
    };
    let row = ask(psi, phi, Complex64::new(0.75, 0.375), "row");
    let ours = ask(phi, psi, z, "column");
    let expected = (row / gamma - (1.0 - 1.0 / gamma) / (z / gamma)) / gamma;
    assert!((ours - expected).norm() < 1e-13, "{ours} {expected}");
}

#[test]
fn a_bias_per_entry_only_widens_the_pre_activation() {
    // s_t² = 1 + 9/16: theta1 = Var f(5/4 Z), theta2 = (16/25) (E Z f(5/4 Z))²
    let entry = line("spectrum(features(tanh(x), phi = 1/2, psi = 3/4, sigma_b = 3/4, bias = \"entry\"))", 15);
    let wide = line("gaussian(tanh(x), sigma = 5/4)", 15);
    agree(&entry["value"]["theta1"], &wide["value"]["theta1"].to_string(), 14);
    close(
        entry["value"]["theta2"].as_f64().expect("a number"),
        0.64 * wide["value"]["theta2"].as_f64().expect("a number"),
        1e-14,
    );
    assert_eq!(entry["value"]["degree"], 4);
    // and there the energy of the linear part can vanish
    let even = line("isospectrality(features(abs(x), phi = 1, psi = 1, sigma_b = 3/4, bias = \"entry\"))", 15);
    assert_eq!(even["value"]["possible"], true);
}

#[test]
fn isospectrality_is_lost_with_any_bias_per_neuron() {
    let of = |model: &str| line(&format!("isospectrality({model})"), 15)["value"].clone();
    let free = of("features(abs(x), phi = 1, psi = 5)");
    assert_eq!((&free["possible"], &free["layers"][0]["mean_square_slope"]), (&Json::Bool(true), &serde_json::json!(0)));
    assert_eq!(of("features(relu(x), phi = 1, psi = 5)")["possible"], false);
    for f in ["abs(x)", "He(8, x)", "cos(x)", "sign(x)*x^2"] {
        let biased = of(&format!("features({f}, phi = 1, psi = 5, sigma_b = 1/4)"));
        assert_eq!(biased["possible"], false, "{f}");
        assert!(biased["layers"][0]["mean_square_slope"].as_f64().expect("a number") > 0.0, "{f}");
    }
    // E ȧ² of |x| at sigma_b = 1/4 and Var v
    let paper = of("features(abs(x), phi = 1, psi = 5, sigma_b = 1/4)");
    near(&paper["layers"][0]["mean_square_slope"], 0.037469852, 5e-10);
    near(&paper["layers"][0]["variance_of_v"], 8.4e-4, 5e-6);
    // the mean of |x| is the next layer's bias
    let layers = of("kernel(abs(x), gamma = [1, 1, 1], normalize = false)");
    assert_eq!(layers["possible"], false);
    assert_eq!(layers["layers"][0]["mean_square_slope"], 0);
    assert!(layers["layers"][1]["mean_square_slope"].as_f64().expect("a number") > 0.01);
}

/// Layers against independent values: m_l(z) to four digits and the coefficient of n of the large eigenvalue.
#[test]
fn layers_of_published_networks() {
    let check = |kernel: &str, d: &[u32], n: u32, z: &str, rows: &[[f64; 3]]| {
        let model = format!("kernel({kernel}, n = {n}, d = {d:?}, normalize = false)");
        let layers = line(&format!("spectrum({model}).layers"), 8)["value"].clone();
        for (layer, [re, im, outlier]) in rows.iter().enumerate() {
            let d: Vec<String> = d.iter().take(layer + 2).map(ToString::to_string).collect();
            let model = format!("k = kernel({kernel}, n = {n}, d = [{}], normalize = false); ", d.join(", "));
            let m = line(&format!("{model}stieltjes(k, {z})"), 8)["value"].clone();
            near(&m[0], *re, 6e-5);
            near(&m[1], *im, 6e-5);
            let found = &layers[layer];
            near(&found["mean_outlier"], *outlier, 6e-4);
            let [s2, tau2, correlation] = ["s2", "tau2", "correlation"].map(|name| found[name].as_f64().expect("a number"));
            close(correlation, s2 / (s2 + tau2), 1e-7);
        }
    };
    let relu = [[-0.4598, 1.3831, 0.531], [-0.7671, 1.2564, 0.934], [-0.9446, 1.1966, 1.282]];
    check("sqrt(2)*relu(x), sigma_b = 1/2", &[800, 1200, 800, 800], 800, "1/2 + 3/10*i", &relu);
    let shifted = [[-0.7317, 1.4395, 0.250], [-1.1085, 1.3357, 0.368], [-1.3120, 1.2201, 0.436]];
    check("tanh(x) + 1/2", &[800, 1200, 800, 800], 800, "1/2 + 3/10*i", &shifted);
    let steep = [[-0.8146, 1.6829, 0.252], [-1.2551, 1.6280, 0.400]];
    check("tanh(1.3*x) + 3/10, sigma_b = 7/10", &[700, 1200, 900], 900, "2/5 + 1/4*i", &steep);
}

#[test]
fn one_layer_of_a_kernel_is_the_companion_of_the_features() {
    // K = YᵀY/n1 is m × m: with m = n, phi = n0/m = 1/gamma0, gamma1 = m/n1
    let kernel = line("moments(kernel(relu(x), gamma = [2, 3/2], normalize = false, sigma_b = 1), count = 4)", 12);
    let features = line("moments(features(relu(x), phi = 1/2, psi = 3/4, sigma_b = 1), count = 4)", 12);
    for k in 0..4 {
        let [kernel, features] = [&kernel, &features].map(|line| line["value"][k].as_f64().expect("a number"));
        close(kernel / 1.5f64.powi(k as i32), features, 1e-10 * features);
    }
}

#[test]
fn an_affine_activation_stays_on_the_curve() {
    let biased = line("edges(features(2*x + 1, phi = 1/2, psi = 3/4, sigma_b = 1/3))", 20);
    let plain = line("edges(features(2*x, phi = 1/2, psi = 3/4))", 20);
    assert_eq!(biased["value"], plain["value"]);
    assert!(biased.get("certified").is_none());
    // E h² = 1 + 4/9
    agree(
        &line("spectrum(features(2*x + 1, phi = 1/2, psi = 3/4, sigma_b = 1/3)).mean_outlier", 15)["value"],
        "1.44444444444444444",
        14,
    );
}

#[test]
fn the_support_says_what_it_lacks() {
    let warnings = |source: &str| line(source, 10)["warnings"].to_string();
    let square = line("spectrum(features(x^2, phi = 1, psi = 1, sigma_b = 1))", 10);
    assert_eq!(square["value"]["edges"][0][1], "inf");
    assert!(square["warnings"].to_string().contains("unbounded_support"));
    assert!(warnings("edges(features(tanh(x), phi = 1, psi = 2, sigma_b = 1))").contains("no_gap_at_zero"));
    let bounded = line("spectrum(features(abs(x), phi = 1, psi = 5, sigma_b = 1/4))", 10);
    assert!(!bounded["warnings"].to_string().contains("no_gap"));
    assert!(bounded["value"]["edges"][0][0].as_f64().expect("a number") > 0.1);
    assert!(warnings("moments(features(relu(x), phi = 1, psi = 1, sigma_b = 1, bias = \"averaged\"))").contains("averaged_bias"));
}

/// n0/n1 = 1/4 and n0/m = 1/20: the n0 linear directions lie above a gap, as without bias.
#[test]
fn two_bulks_are_both_found() {
    let nodes = [node(0.5, 0.9, 0.1), node(0.5, 0.8, 0.15)];
    let layer =
        ProfileLayer { gamma: Rational::from(5), coarse: nodes.to_vec(), fine: nodes.to_vec(), spacing: None, far: Vec::new() };
    let double = Profile64::new(&Profile {
        input: Rational::from(20),
        layers: vec![layer],
        view: View::Features,
        atom: Rational::new(),
        unbounded: false,
    });
    let edges = double.edges();
    assert_eq!(edges.len(), 2);
    let masses = double.masses(&edges).expect("masses");
    close(masses[0].value, 0.75, 1e-10);
    close(masses[1].value, 0.25, 1e-10);
    assert!(edges.iter().flatten().all(|edge| edge.exponent == Some(0.5)));
    let relu = line("spectrum(features(relu(x), phi = 1/20, psi = 1/4, sigma_b = 1/4))", 10);
    assert_eq!(relu["value"]["edges"].as_array().expect("edges").len(), 2);
}

#[test]
fn what_is_refused_says_why() {
    let says = |source: &str, parts: &[&str]| {
        let diagnostic = failure(source).diagnostic();
        let text = format!("{}: {} ({})", diagnostic.kind, diagnostic.message, diagnostic.help.unwrap_or_default());
        for part in parts {
            assert!(text.contains(part), "{source}: `{text}` does not mention `{part}`");
        }
        assert_eq!(failure(source).status(), 1, "{source}");
    };
    let model = "m = features(relu(x), phi = 1, psi = 1, sigma_b = 1);";
    says(&format!("{model} stieltjes(m, 1)"), &["on_the_cut", "i*eps", "density"]);
    says(&format!("{model} equation(m)"), &["not algebraic", "averaged"]);
    says("features(relu(x), phi = 1, psi = 1, sigma_b = -1)", &["sigma_b", "cannot be negative", "-1"]);
    says("features(relu(x), phi = 1, psi = 1, sigma_b = 1, bias = \"rows\")", &["rows", "\"row\""]);
    says("features(theta1 = 1, theta2 = 0, phi = 1, psi = 1, sigma_b = 1)", &["needs the activation"]);
    says("features(exp(x^2/8), phi = 1, psi = 1, sigma_b = 2)", &["divergent"]);
    says("kernel(relu(x), gamma = [1, 1], sigma_b = 1)", &["normalize = false"]);
    says("kernel([relu(x), tanh(x)], gamma = [1, 1], normalize = false)", &["2 activations", "1 layers"]);
    says("kernel(relu(x), gamma = [1, -1], normalize = false)", &["positive"]);
    says("spectrum(kernel(3, gamma = [1, 1], normalize = false))", &["constant"]);
}

/// The witness agrees with the row law and rejects the averaged equation; with layers it agrees in each.
#[test]
fn simulation_tells_the_laws_apart() {
    let verdict = |bias: &str| {
        let model = format!("features(relu(x), phi = 1, psi = 1, sigma_b = 1, bias = \"{bias}\")");
        let answer = session(15).last(&format!("check({model}, n = 300, trials = 6)")).expect("a report");
        (json::answer("", &answer)["value"]["verdict"].clone(), answer.disagrees)
    };
    assert_eq!(verdict("row"), (Json::from("agree"), false));
    assert_eq!(verdict("averaged"), (Json::from("disagree"), true));
    let scaled = "check(features(tanh(x), phi = 1, psi = 1/2, sigma_w = 2, sigma_b = 3/2), n = 200, trials = 4)";
    assert_eq!(line(scaled, 15)["value"]["verdict"], "agree");
    let layers = "check(kernel(tanh(x) + 1/2, gamma = [1, 2/3, 1], normalize = false), n = 200, trials = 4)";
    let rows = line(layers, 15)["value"].clone();
    assert_eq!(rows["verdict"], "agree");
    let named = |name: &str| rows["rows"].as_array().expect("rows").iter().any(|row| row["quantity"] == name);
    assert!(named("layers[0].moments[1]") && named("layers[1].mean_outlier"));
}
