//! Signal propagation: fixed points and phases against closed forms, other formulas for the same number, plain
//! iteration with a quadrature of the test's own, and networks that are drawn.

#[path = "common/asking.rs"]
mod asking;

use asking::{answer, asked, complaint, number};
use serde_json::Value;

fn values(source: &str) -> Vec<f64> {
    answer(source).as_array().unwrap_or_else(|| panic!("{source} is no list")).iter().map(number).collect()
}

#[track_caller]
fn near(found: f64, right: f64, accuracy: f64, label: &str) {
    assert!((found - right).abs() <= accuracy * right.abs().max(1e-3), "{label}: {found} {right}");
}

/// E g(u, v) for standard normal u, v with this correlation: the trapezoidal rule in the plane, whose error for smooth g is far below 1e-12.
fn plane(g: impl Fn(f64, f64) -> f64, c: f64) -> f64 {
    let (step, most) = (0.05, 180);
    let root = (1.0 - c * c).sqrt();
    let weight = |j: i32| (-0.5 * (f64::from(j) * step).powi(2)).exp() * step / (2.0 * std::f64::consts::PI).sqrt();
    let mut sum = 0.0;
    for j in -most..=most {
        let u = f64::from(j) * step;
        let inner: f64 = (-most..=most).map(|k| weight(k) * g(u, c * u + root * f64::from(k) * step)).sum();
        sum += weight(j) * inner;
    }
    sum
}

#[test]
fn fixed_points_of_erf_and_sine_solve_their_closed_forms() {
    let p = asked("propagation(erf(x), sigma_w2 = 2, sigma_b2 = 1/10)", 20);
    let (q, slope) = (number(&p["value"]["q_star"]), number(&p["value"]["slope"]));
    let pi = std::f64::consts::PI;
    near(2.0 * 2.0 / pi * (2.0 * q / (1.0 + 2.0 * q)).asin() + 0.1, q, 1e-14, "V(q) of erf");
    near(2.0 * 4.0 / pi / ((1.0 + 2.0 * q) * (1.0 + 4.0 * q).sqrt()), slope, 1e-13, "V' of erf");
    near(2.0 * 4.0 / pi / (1.0 + 4.0 * q).sqrt(), number(&p["value"]["chi_1"]), 1e-13, "chi_1 of erf");
    let p = asked("propagation(sin(x), sigma_w2 = 3, sigma_b2 = 1/5)", 20);
    let q = number(&p["value"]["q_star"]);
    near(1.5 * (1.0 - (-2.0 * q).exp()) + 0.2, q, 1e-14, "V(q) of sin");
    near(1.5 * (1.0 + (-2.0 * q).exp()), number(&p["value"]["chi_1"]), 1e-13, "chi_1 of sin");
    // R(c) of sin: e^{-q} sinh(q c)
    let c = number(&p["value"]["c_star"]);
    near((3.0 * (-q).exp() * (q * c).sinh() + 0.2) / q, c, 1e-13, "c* of sin");
    near(3.0 * (-q).exp() * (q * c).cosh(), number(&p["value"]["chi_c"]), 1e-12, "chi_c of sin");
    near(3.0 * (-q).exp() * q * q.sinh(), number(&p["value"]["curvature"]), 1e-12, "curvature of sin");
}

/// Sums of what grows like a line and of what does not, whose squares are bounded term by term.
#[test]
fn sums_that_grow_like_a_line() {
    type Scalar = fn(f64) -> f64;
    let sums: [(&str, Scalar, f64); 4] = [
        ("x*sigmoid(2*x)/2 + tanh(x)", |x| 0.5 * x / (1.0 + (-2.0 * x).exp()) + x.tanh(), 1.5),
        ("tanh(x) - x*sigmoid(x)/2", |x| x.tanh() - 0.5 * x / (1.0 + (-x).exp()), 3.0),
        ("(x + sin(x))/2 - x^2/(1 + x^2)", |x| 0.5 * (x + x.sin()) - x * x / (1.0 + x * x), 2.5),
        ("erf(x) + (x/4 + softplus(-x))/2", |x| libm::erf(x) + 0.5 * (0.25 * x + (-x).exp().ln_1p()), 1.0),
    ];
    for (text, f, w) in sums {
        let p = answer(&format!("propagation({text}, sigma_w2 = {w}, sigma_b2 = 1/10)"));
        let q = number(&p["q_star"]);
        near(w * plane(|u, _| f(q.sqrt() * u).powi(2), 0.0) + 0.1, q, 1e-12, text);
    }
    let at =
        number(&answer("find(w = 1..3, propagation(x*sigmoid(2*x)/2 + tanh(x), sigma_w2 = w, sigma_b2 = 1/10).chi_1 == 1)[0]"));
    near(
        number(&answer(&format!("propagation(x*sigmoid(2*x)/2 + tanh(x), sigma_w2 = {at}, sigma_b2 = 1/10).chi_1"))),
        1.0,
        1e-12,
        "chi_1",
    );
}

/// Next to the tip of the edge, q = 0 and sigma_w2 = 1, V(q) and q are close over many decades; far from it variances are huge.
#[test]
fn variances_of_all_sizes() {
    let square = |s: f64| plane(|u, _| (s * u).tanh().powi(2), 0.0);
    for (w, b) in [("101/100", "1/10^9"), ("1001/1000", "1/10^9"), ("101/100", "0")] {
        let p = answer(&format!("propagation(tanh(x), sigma_w2 = {w}, sigma_b2 = {b})"));
        let [w, b] = [w, b].map(|text| number(&answer(text)));
        let q = number(&p["q_star"]);
        // tanh² is concave in x²: beside 0 there is one
        assert_eq!(p["fixed_points"].as_array().map_or(0, Vec::len), if b > 0.0 { 1 } else { 2 }, "{w} {b}");
        assert!(q > 0.0 && (w * square(q.sqrt()) + b - q).abs() < 1e-13 * q.sqrt() * q, "{w} {b}: {q}");
    }
    let q = number(&answer("edge_of_chaos(tanh(x), sigma_b2 = 1/10^6).q"));
    let energy = plane(|u, _| (q.sqrt() * u).cosh().powi(-4), 0.0);
    near(q - square(q.sqrt()) / energy, 1e-6, 1e-8, "sigma_b2 of the edge");
    assert_eq!(
        asked("propagation(sign(x), sigma_w2 = 10^20, sigma_b2 = 1).q_star", 25)["value"].to_string(),
        "100000000000000000001"
    );
    near(number(&answer("propagation(tanh(x), sigma_w2 = 2, sigma_b2 = 10^18).q_star")), 1e18, 1e-14, "tanh, far out");
}

/// Functions that are constant on either side of 0, whose V is constant, and others with all their variance near 0.
#[test]
fn levels_and_bumps() {
    let p = asked("propagation(step(x), sigma_w2 = 3, sigma_b2 = 1/10)", 15);
    assert_eq!((&p["exact"]["q_star"], &p["value"]["slope"]), (&Value::from("8/5"), &Value::from(0)));
    assert_eq!((&p["value"]["chi_1"], &p["value"]["xi_q"]), (&Value::from("inf"), &Value::from(0)));
    let c = number(&p["value"]["c_star"]);
    let pi = std::f64::consts::PI;
    near((3.0 * (0.25 + c.asin() / (2.0 * pi)) + 0.1) / 1.6, c, 1e-13, "c* of step");
    assert_eq!(asked("propagation(1 + 2*step(x), sigma_w2 = 1)", 15)["value"]["q_star"], Value::from(5));
    for (text, f) in [
        ("4*x^2*exp(-x^2)", (|x| 4.0 * x * x * (-x * x).exp()) as fn(f64) -> f64),
        ("x^3*exp(-x^2) + 1/2", |x| x.powi(3) * (-x * x).exp() + 0.5),
    ] {
        let q = number(&answer(&format!("propagation({text}, sigma_w2 = 4, sigma_b2 = 1/10)"))["q_star"]);
        near(4.0 * plane(|u, _| f(q.sqrt() * u).powi(2), 0.0) + 0.1, q, 1e-12, text);
    }
    // every q is fixed
    let p = answer("propagation(relu(x), sigma_w2 = 2, q0 = 3/2)");
    near(number(&p["fixed_points"][0]["q"]), 3.0, 1e-15, "relu at 2");
    assert_eq!(p["fixed_points"][0]["stable"], Value::from(false));
}

#[test]
fn straight_lines_are_exact() {
    let p = asked("propagation(relu(x), sigma_w2 = 1, sigma_b2 = 1/3)", 30);
    assert_eq!(p["value"]["q_star"].to_string(), "0.666666666666666666666666666667");
    assert_eq!(p["exact"]["q_star"], "2/3");
    assert_eq!(p["value"]["curvature"], "inf");
    let p = answer("propagation(leaky_relu(x, 1/10), sigma_w2 = 3/2, sigma_b2 = 1/10)");
    near(number(&p["q_star"]), 0.1 / (1.0 - 0.75 * 1.01), 1e-14, "leaky relu");
    // every q is fixed: he chooses who gives q0
    let p = answer("propagation(relu(x), sigma_w2 = 2, q0 = 3/4)");
    assert_eq!((number(&p["q_star"]), p["phase"].as_str(), p["xi_c"].as_str()), (1.5, Some("critical"), Some("inf")));
    // f = x: R(c) = 1 - chi_1 (1 - c)
    let p = answer("propagation(x, sigma_w2 = 1/2, sigma_b2 = 1, depth = 3, q0 = 2, c0 = 0)");
    assert_eq!((number(&p["q_star"]), number(&p["chi_1"]), number(&p["curvature"])), (2.0, 0.5, 0.0));
    let cs: Vec<f64> = (0..3).map(|l| number(&p["layers"][l]["c"])).collect();
    assert_eq!(cs, [0.5, 0.75, 0.875]);
}

/// The slope of V without a derivative of f, and with two of them.
#[test]
fn the_slope_of_the_variance_map_by_both_formulas() {
    for (f, w, b) in [("tanh(x)", "9/4", "1/10"), ("gelu(x)", "3/2", "1/5"), ("sin(x) + x/4", "2", "1/10")] {
        let source = format!(
            "f = {f}; p = propagation(f, sigma_w2 = {w}, sigma_b2 = {b}); s = sqrt(p.q_star); \
             [p.slope, {w}*(gaussian(f', sigma = s).second_moment + gaussian(f*f'', sigma = s).mean)]"
        );
        let found = values(&source);
        near(found[0], found[1], 1e-13, f);
    }
}

/// c* is fixed by the map, and its slope there is that of R.
#[test]
fn correlations_stay_at_their_fixed_point() {
    for (f, w, b) in [
        ("tanh(x)", "9/4", "1/10"),
        ("hard_tanh(x)", "2", "1/10"),
        ("sign(x)", "2", "1/2"),
        ("tanh(x)", "14/10", "1/125"),
        ("tanh(x)", "21/10", "1/10"),
        ("erf(x)", "2", "1/10"),
        ("sin(x) + 1/5", "3", "1/20"),
        ("tanh(x) + 1/(4 + x^2)", "4", "0"),
    ] {
        let source = format!(
            "f = {f}; p = propagation(f, sigma_w2 = {w}, sigma_b2 = {b}); s = sqrt(p.q_star); g = f; \
             [p.c_star, ({w}*dual({}, p.c_star) + {b})/p.q_star, p.chi_c]",
            f.replace('x', "(s*x)")
        );
        let found = values(&source);
        near(found[0], found[1], 1e-13, f);
        assert!(found[2] > 0.0 && found[2] < 1.0 && found[0] < 1.0, "{f}: {found:?}");
    }
}

/// One layer at a given variance: increasing and convex in the correlation before it.
#[test]
fn the_correlation_map_is_increasing_and_convex() {
    for f in ["tanh(x)", "relu(x)", "gelu(x)"] {
        let c = |c0: &str| {
            let source = format!("propagation({f}, sigma_w2 = 1, sigma_b2 = 1/10, depth = 2, q0 = 1, c0 = {c0}).layers[1].c");
            number(&answer(&source))
        };
        let found = ["0", "1/4", "1/2", "3/4", "1"].map(c);
        let steps: Vec<f64> = found.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(steps.iter().all(|step| *step > 0.0), "{f}: {found:?}");
        assert!(steps.windows(2).all(|pair| pair[1] > pair[0] - 1e-14), "{f}: {found:?}");
        assert_eq!(found[4], 1.0);
    }
}

/// The layers by plain iteration with a quadrature of the test's own.
#[test]
fn finite_depth_is_plain_iteration() {
    let (w, b) = (2.25, 0.1);
    let (mut q, mut c): (f64, f64) = (w + b, (w * 0.5 + b) / (w + b));
    let p = answer("propagation(tanh(x), sigma_w2 = 9/4, sigma_b2 = 1/10, depth = 6, q0 = 1, c0 = 1/2)");
    for l in 0..6 {
        near(number(&p["layers"][l]["q"]), q, 1e-12, "q");
        near(number(&p["layers"][l]["c"]), c, 1e-12, "c");
        let s = q.sqrt();
        let covariance = w * plane(|u, v| (s * u).tanh() * (s * v).tanh(), c) + b;
        q = w * plane(|u, _| (s * u).tanh().powi(2), 0.0) + b;
        c = covariance / q;
    }
}

/// Deep layers: 1 − c_l falls by chi_1 a layer in the ordered phase, and c_l comes to c* in the chaotic
/// one, from either side and from negative c_0; many digits agree with few.
#[test]
fn deep_layers_end_at_the_fixed_point() {
    let found = answer("propagation(tanh(x), sigma_w2 = 3/2, sigma_b2 = 3/10, depth = 60, q0 = 1, c0 = 1/2)");
    let rest = |layer: usize| 1.0 - number(&found["layers"][layer]["c"]);
    for (layer, accuracy) in [(25, 1e-3), (40, 1e-5), (59, 1e-6)] {
        near(rest(layer) / rest(layer - 1), number(&found["chi_1"]), accuracy, "a step");
    }
    for c0 in ["0", "9/10", "-1/2", "-9/10"] {
        for f in ["tanh(x)", "tanh(x) + 1/5"] {
            let source = format!("propagation({f}, sigma_w2 = 3, sigma_b2 = 1/10, depth = 120, q0 = 1, c0 = {c0})");
            let found = answer(&source);
            near(number(&found["layers"][119]["c"]), number(&found["c_star"]), 1e-4, &source);
        }
    }
    let source = "propagation(tanh(x) + x/3, sigma_w2 = 1, sigma_b2 = 1/10, depth = 4, q0 = 1, c0 = -2/3).layers[3].c";
    let [few, many] = [20, 40].map(|digits| asked(source, digits)["value"].to_string());
    assert!(many.len() >= 40 && many.starts_with(&few[..few.len() - 2]), "{few} {many}");
}

/// Networks that are drawn have these variances and correlations, up to their own width.
#[test]
fn forward_passes_agree() {
    for f in ["tanh(x)", "relu(x)"] {
        let source = format!(
            "propagation({f}, sigma_w2 = 3/2, sigma_b2 = 1/10, depth = 4, q0 = 1, c0 = 1/2, n = 200, trials = 60, seed = 3).layers"
        );
        for layer in answer(&source).as_array().expect("layers") {
            for (name, measured) in [("q", "q_measured"), ("c", "c_measured")] {
                let (mean, se) = (number(&layer[measured]["mean"]), number(&layer[measured]["se"]));
                let theory = number(&layer[name]);
                assert!(se > 0.0 && (mean - theory).abs() < 4.5 * se + 2.0 / 200.0, "{f} {layer}");
                assert!(se < 0.05 * theory, "{f} {layer}");
            }
        }
    }
}

/// All fixed points, not only the one that an iteration ends at.
#[test]
fn all_fixed_points_are_found() {
    let p = answer("propagation(tanh(x^3), sigma_w2 = 4, q0 = 1)");
    let list = p["fixed_points"].as_array().expect("a list").clone();
    let stable: Vec<bool> = list.iter().map(|point| point["stable"] == Value::Bool(true)).collect();
    assert_eq!((list.len(), stable), (3, vec![true, false, true]));
    assert!(number(&list[1]["slope"]) > 1.0);
    assert_eq!(number(&answer("propagation(tanh(x^3), sigma_w2 = 4, q0 = 1/100).q_star")), 0.0);
    // E f^2 = 1/sqrt(1 - q): q^2 (1 - q) = sigma_w2^2
    let p = answer("propagation(exp(x^2/4), sigma_w2 = 1/10)");
    let list = p["fixed_points"].as_array().expect("a list");
    assert_eq!(list.len(), 2);
    for point in list {
        let q = number(&point["q"]);
        near(q * q * (1.0 - q), 0.01, 1e-12, "exp(x^2/4)");
        assert_eq!(point["stable"] == Value::Bool(true), q < 0.5);
    }
    // exp: E f^2 = e^{2q}
    let p = answer("propagation(exp(x), sigma_w2 = 1/10)");
    let qs: Vec<f64> = p["fixed_points"].as_array().expect("a list").iter().map(|point| number(&point["q"])).collect();
    assert_eq!(qs.len(), 2);
    qs.iter().for_each(|q| near(0.1 * (2.0 * q).exp(), *q, 1e-12, "exp"));
}

#[test]
fn phases_at_and_around_zero() {
    let p = asked("propagation(tanh(x), sigma_w2 = 9/10)", 15);
    assert_eq!((number(&p["value"]["q_star"]), p["value"]["phase"].as_str()), (0.0, Some("ordered")));
    assert!(p["value"]["c_star"].is_null() && p["warnings"].as_array().is_some_and(|warnings| !warnings.is_empty()));
    let p = answer("propagation(tanh(x), sigma_w2 = 1)");
    assert_eq!((number(&p["q_star"]), p["phase"].as_str(), p["xi_q"].as_str()), (0.0, Some("critical"), Some("inf")));
    let p = answer("propagation(tanh(x), sigma_w2 = 11/10)");
    assert_eq!((p["phase"].as_str(), number(&p["c_star"])), (Some("chaotic"), 0.0));
    assert!(number(&p["q_star"]) > 0.0 && p["fixed_points"][0]["stable"] == Value::Bool(false));
    let p = answer("propagation(sign(x), sigma_w2 = 1, sigma_b2 = 1/10)");
    assert_eq!((p["chi_1"].as_str(), p["phase"].as_str(), number(&p["xi_gradient"])), (Some("inf"), Some("chaotic"), 0.0));
}

/// Depths are −1/ln of the slopes, and positive.
#[test]
fn depths_of_slopes() {
    for network in
        ["tanh(x), sigma_w2 = 9/10, sigma_b2 = 3/10", "tanh(x), sigma_w2 = 5/2, sigma_b2 = 1/10", "erf(x), sigma_w2 = 2"]
    {
        let found = answer(&format!("propagation({network})"));
        for (depth, slope) in [("xi_q", "slope"), ("xi_c", "chi_c")] {
            let (depth, slope) = (number(&found[depth]), number(&found[slope]).abs());
            near(depth * slope.ln(), -1.0, 1e-12, network);
        }
        near((number(&found["xi_gradient"]) * number(&found["chi_1"]).ln()).abs(), 1.0, 1e-12, network);
    }
}

#[test]
fn fifty_digits_agree_with_twenty() {
    for source in ["propagation(tanh(x), sigma_w2 = 9/4, sigma_b2 = 1/10)", "edge_of_chaos(tanh(x), sigma_b2 = 1/20)"] {
        let [few, many] = [20, 50].map(|digits| asked(source, digits)["value"].clone());
        for name in ["q_star", "chi_1", "c_star", "chi_c", "curvature", "q", "sigma_w2", "slope"] {
            if let (Some(few), Some(many)) = (few.get(name), many.get(name)) {
                let [few, many] = [few, many].map(ToString::to_string);
                assert!(many.len() >= 50 && many.starts_with(&few[..few.len() - 2]), "{source} {name}: {few} {many}");
            }
        }
    }
}

#[test]
fn exponents_and_leaps() {
    let bounds = |g: &str| {
        let found = answer(&format!("exponents({g})"));
        let of = |name: &str| number(&found["generative"][name]) as u32;
        (number(&found["information"]) as u32, of("at_most"), of("at_least"), found["generative"]["proved"] == Value::Bool(true))
    };
    assert_eq!(bounds("He(3, x)"), (3, 1, 1, true));
    assert_eq!(bounds("He(4, x)"), (4, 2, 2, true));
    assert_eq!(bounds("He(2, x)"), (2, 2, 2, true));
    assert_eq!(bounds("x^2*exp(-x^2)"), (4, 4, 2, false));
    assert_eq!(bounds("tanh(x)"), (1, 1, 1, true));
    let leap = |g: &str| number(&answer(&format!("exponents({g}).leap")));
    assert_eq!(["x1 + x1*x2 + x1*x2*x3", "x1*x2*x3", "x1^2*x2 - x2 + x1*x3"].map(leap), [1.0, 3.0, 2.0]);
}

/// Entries of a softmax matrix have the variance of the model, and its second singular value is at the edge.
#[test]
fn attention_is_a_softmax_matrix() {
    let found = answer("m = attention(beta = 1/2, d_over_t = 1/2); s = spectrum(m); [s.theta1, s.theta2, s.edges[0][1]]");
    let [theta1, theta2, edge] = [0, 1, 2].map(|k| number(&found[k]));
    near(theta1, 0.25f64.exp() - 1.0, 1e-14, "theta1");
    near(theta2, 0.25, 1e-14, "theta2");
    let (tokens, keys) = (400, 200);
    let mut state = 7u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64 + 0.5) / 2f64.powi(53)
    };
    let mut normal = || (-2.0 * uniform().ln()).sqrt() * (2.0 * std::f64::consts::PI * uniform()).cos();
    let mut matrix = |rows, columns| faer::Mat::from_fn(rows, columns, |_, _| normal());
    let (q, k) = (matrix(tokens, keys), matrix(tokens, keys));
    let scores = &q * k.transpose();
    let weights = faer::Mat::from_fn(tokens, tokens, |i, j| (0.5 * scores[(i, j)] / (keys as f64).sqrt()).exp());
    let rows: Vec<f64> = (0..tokens).map(|i| (0..tokens).map(|j| weights[(i, j)]).sum()).collect();
    let scaled = faer::Mat::from_fn(tokens, tokens, |i, j| weights[(i, j)] / rows[i] * (tokens as f64).sqrt());
    let gram = &scaled * scaled.transpose();
    let eigenvalues = gram.self_adjoint_eigenvalues(faer::Side::Lower).expect("eigenvalues");
    let rest = &eigenvalues[..tokens - 1];
    let mean = rest.iter().sum::<f64>() / tokens as f64;
    assert!((mean - theta1).abs() < 0.03 * theta1, "{mean} {theta1}");
    assert!((rest[tokens - 2] - edge).abs() < 0.08 * edge, "{} {edge}", rest[tokens - 2]);
}

#[test]
fn bad_questions_are_refused_with_their_reason() {
    let says = |source: &str, what: &str| {
        let said = complaint(source);
        assert!(said.contains(what), "{source}: {said}");
    };
    says("propagation(tanh(x), sigma_w2 = -1)", "must be positive");
    says("propagation(tanh(x), sigma_w2 = 0)", "must be positive");
    says("propagation(tanh(x), sigma_w2 = 1, sigma_b2 = -1/10)", "cannot be negative");
    says("propagation(tanh(x), sigma_w2 = 1, q0 = 0)", "q0 = 0 is allowed with biases");
    says("propagation(tanh(x), sigma_w2 = 1, depth = 3)", "need q0");
    says("propagation(tanh(x), sigma_w2 = 1, c0 = 1/2)", "give depth");
    says("propagation(tanh(x), sigma_w2 = 1, depth = 3, q0 = 1, c0 = 2)", "from -1 to 1");
    says("propagation(tanh(x), sigma_w2 = 1, n = 100)", "give depth");
    says("propagation(exp(x^2/4), sigma_w2 = 1)", "unbounded");
    says("propagation(exp(x^2/4), sigma_w2 = 1/10, depth = 3, q0 = 11)", "from q = 1 on");
    says("propagation(relu(x), sigma_w2 = 2)", "give q0");
    says("propagation(relu(x), sigma_w2 = 3)", "unbounded");
    for bias in ["10^-40", "10^-310", "10^-400"] {
        says(&format!("propagation(tanh(x), sigma_w2 = 1/2, sigma_b2 = {bias})"), "is too small beside the errors");
    }
    says("propagation(relu(x), sigma_w2 = 2, sigma_b2 = 1/10)", "unbounded");
    says("propagation(gelu(x), sigma_w2 = 5/2, sigma_b2 = 1/10)", "unbounded");
    says("propagation(tanh(x^3), sigma_w2 = 4)", "2.022");
    says("attention(beta = 0, d_over_t = 1)", "must be positive");
    says("exponents(x1*exp(x2))", "polynomial");
}
