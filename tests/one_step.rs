//! One gradient step: reference values, closed forms, limits, and the kernel after a step as another model says it.

use proptest::prelude::*;
use resolvent::learning::{Baseline, growing};
use resolvent::number::Ball;
use resolvent::spectrum::Curve;
use rug::Rational;
use serde_json::Value;

#[path = "common/asking.rs"]
mod asking;
#[path = "common/decimals.rs"]
mod decimals;

use asking::{answer, asked, complaint, number};
use decimals::agrees;

#[test]
fn reference_values() {
    let data: Value = serde_json::from_str(include_str!("reference/one_step.json")).expect("valid JSON");
    for case in data["cases"].as_array().expect("cases") {
        let text = |name: &str| case[name].as_str().map_or_else(|| case[name].to_string(), ToOwned::to_owned);
        let model = format!(
            "one_step({}, {}, phi = {}, psi = {}, ridge = {}, noise = {}, residual = \"{}\")",
            text("activation"),
            text("teacher"),
            text("d_over_n"),
            text("d_over_N"),
            text("ridge_lambda"),
            text("sigma_eps"),
            text("gradient_residual")
        );
        let found = asked(&format!("errors({model}, degree = 4)"), 24)["value"].clone();
        for (ours, theirs) in [
            ("beta_norm_squared", "beta_norm_sq"),
            ("rho", "rho"),
            ("kappa", "kappa"),
            ("m1", "m1"),
            ("m2", "m2"),
            ("bulk_edge_w", "bulk_edge_w"),
            ("critical_eta_f", "critical_eta_F_spectrum"),
            ("critical_eta_w", "critical_eta_W_spectrum"),
        ] {
            if !case[theirs].is_null() {
                assert!(agrees(&found[ours], &case[theirs], 21), "{} {ours}: {}", case["name"], found[ours]);
            }
        }
        for (degree, row) in found["by_degree"].as_array().expect("rows").iter().enumerate() {
            for (ours, theirs) in [("train", "L_tr_penalised_by_l"), ("train_mse", "L_tr_mse_by_l"), ("test", "L_te_by_l")] {
                assert!(agrees(&row[ours], &case[theirs][degree], 21), "{} {degree} {ours}: {}", case["name"], row[ours]);
            }
        }
        if let Some(finite) = case["finite_n_prediction"].as_object() {
            let [n, eta, order] = ["n", "eta", "l"].map(|name| finite[name].to_string().replace('"', ""));
            let spikes = asked(&format!("spikes({model}, n = {n}, eta = {eta}, order = {order})"), 10)["value"].clone();
            assert!(agrees(&spikes["bulk_edge"], &finite["bulk_edge"], 8), "{spikes}");
            let wanted = finite["spike_singular_values"].as_array().expect("values");
            let spikes = spikes["spikes"].as_array().expect("spikes");
            assert_eq!(spikes.len(), wanted.len());
            for (spike, wanted) in spikes.iter().zip(wanted) {
                assert!(agrees(&spike["singular_value"], wanted, 8), "{spike} against {wanted}");
            }
        }
    }
}

/// 1, 2 and 3 powers, and 1, 2, 4, in closed form: what each takes off S is c_1² ρ² m₂, 4/3 c_2² ρ⁴ m₁, 6 c_3² ρ⁶ m₁, and for
/// {z, z², z⁴} the projection on z² and z⁴ − 5 z² with the Gram matrix diag(3, 30).
#[test]
fn closed_forms_of_few_powers() {
    let bits = 200;
    let ball = |numerator: i32, denominator: u32| Ball::rational(&Rational::from((numerator, denominator)), bits);
    let curve = Curve { delta: ball(1, 3), theta2: ball(2, 5), c: ball(8, 5), gamma: ball(3, 2) };
    let base = Baseline::of_ridge(&curve, &ball(1, 7), bits).expect("a point");
    let labels = growing::Labels {
        coefficients: vec![ball(0, 1), ball(3, 4), ball(-2, 5), ball(1, 6), ball(1, 9)],
        energy: ball(3, 1),
        rho: ball(5, 8),
    };
    let [c2, c3, c4, rho] = [&labels.coefficients[2], &labels.coefficients[3], &labels.coefficients[4], &labels.rho];
    let first = &(&labels.coefficients[1].square() * &rho.square()) * &base.m2.value;
    let second = &(&(&c2.square() * &rho.power(4)) * &base.m1.value) * &ball(4, 3);
    let third = &(&(&c3.square() * &rho.power(6)) * &base.m1.value) * &ball(6, 1);
    let removed = |powers: &[usize]| growing::removed(&base, &labels, powers).value;
    let close = |a: &Ball, b: &Ball| (a - b).magnitude().to_f64() < 1e-45;
    assert!(close(&removed(&[1]), &first));
    assert!(close(&removed(&[1, 2]), &(&first + &second)));
    assert!(close(&removed(&[1, 2, 3]), &(&(&first + &second) + &third)));
    assert!(close(&removed(&[1, 3]), &(&first + &third)));
    let low = &(&ball(2, 1) * c2) * &rho.square();
    let high = &(&(&ball(24, 1) * c4) * &rho.power(4)) + &low;
    let pair = &(&low.square() / &ball(3, 1)) + &(&high.square() / &ball(30, 1));
    assert!(close(&removed(&[1, 2, 4]), &(&first + &(&pair * &base.m1.value))));
    // with the constant the second power takes 2 c_2² ρ⁴ m₁
    let free = &(&(&c2.square() * &rho.power(4)) * &base.m1.value) * &ball(2, 1);
    assert!(close(&removed(&[0, 1, 2]), &(&first + &free)));
}

/// Constants that are not small beside each other, and some that are.
fn positive() -> impl Strategy<Value = f64> {
    prop_oneof![0.1..3.0f64, 0.001..0.1f64, 3.0..30.0f64]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The point of the curve solves the two equations of the resolvent, and the chain of penalties of one isotropic layer.
    #[test]
    fn the_baseline_solves_its_equations(linear in positive(), rest in positive(), phi in positive(), psi in positive(), ridge in positive()) {
        let bits = 128;
        let ball = |value: f64| Ball::double(value, bits);
        let curve = Curve { delta: ball(rest), theta2: ball(linear), c: &ball(linear) / &ball(psi), gamma: &ball(phi) / &ball(psi) };
        let base = Baseline::of_ridge(&curve, &ball(ridge), bits).expect("a point");
        let [m1, m2, kappa] = [&base.m1, &base.m2, &base.kappa].map(|jet| jet.value.to_f64());
        let width = phi / psi;
        prop_assert!((kappa - (linear * m2 + rest * m1)).abs() < 1e-9 * kappa);
        prop_assert!((ridge * m1 + width * kappa / (1.0 + kappa) - 1.0).abs() < 1e-9);
        let second = phi * (m1 - m2) * kappa - linear * m1 * m2 * (1.0 - ridge * m1);
        prop_assert!(second.abs() < 1e-9 * (phi * m1 * kappa + linear * m1 * m2));
        prop_assert!(0.0 < m2 && m2 <= m1 && 0.0 < 1.0 - ridge * m1 && 1.0 - ridge * m1 < width.min(1.0));
        // per d: n = 1/phi, N = 1/psi; κ₀ under the layer, κ₁ = 1/m₁ above it
        let below = m2 / (m1 - m2);
        let degrees = 1.0 / (1.0 + below);
        let penalty = linear / psi * below * (1.0 - degrees * psi) - rest;
        prop_assert!((penalty * m1 - 1.0).abs() < 1e-7 * (1.0 + (penalty + rest) * m1), "{} {}", penalty, m1);
        let above = degrees + rest / (linear * below);
        prop_assert!((penalty * (1.0 - above * phi) - ridge).abs() < 1e-6 * (ridge + penalty), "{} {}", penalty, above);
        // the derivative in the ridge, by a difference
        let step = ball(ridge * 1e-7);
        let near = |ridge: Ball| Baseline::of_ridge(&curve, &ridge, bits).expect("a point").m2.value;
        let [above, below] = [near(&ball(ridge) + &step), near(&ball(ridge) - &step)];
        let slope = (&(&above - &below) / &step.shifted(1)).to_f64();
        prop_assert!((slope - base.m2.slope.to_f64()).abs() < 1e-5 * slope.abs());
    }
}

/// The errors of one model as numbers: train, train_mse, test of a row.
fn errors(row: &Value) -> [f64; 3] {
    ["train", "train_mse", "test"].map(|field| number(&row[field]))
}

#[test]
fn limits_of_ridge_and_step() {
    let model = |ridge: &str| format!("one_step(relu(x), relu(x), phi = 1/4, psi = 1/3, ridge = {ridge}, noise = 1/5)");
    let labels = "gaussian(relu(x)).variance + 1/25";
    let energy = number(&answer(labels));
    // nothing is fitted: the penalised loss and the test error are E y²
    let far = answer(&format!("errors({}, degree = 0)", model("10^9")))["by_degree"][0].clone();
    assert!(errors(&far).iter().all(|error| (error - energy).abs() < 1e-6 * energy), "{far}");
    // many linear features: |a|² = psi |Wᵀa|², so that it is ridge regression on x with ridge·psi = 1/10, κ (1 − phi/(1 + κ)) = 1/10
    let linear =
        "errors(one_step(x, x + He(2, x)/2, phi = 1/2, psi = 10^-9, ridge = 10^8, noise = 1/5), degree = 0).by_degree[0].test";
    let kappa = 0.5 * (-0.4 + (0.4_f64.powi(2) + 0.4).sqrt());
    let ordinary = ((kappa / (1.0 + kappa)).powi(2) + 0.5 + 0.04) / (1.0 - 0.5 / (1.0 + kappa).powi(2));
    assert!((number(&answer(linear)) / ordinary - 1.0).abs() < 1e-7, "{} {ordinary}", answer(linear));
    // test errors fall with the degree and stay above the noise
    let rows = answer(&format!("errors({}, degree = 6)", model("1/10")))["by_degree"].clone();
    let tests: Vec<f64> = rows.as_array().expect("rows").iter().map(|row| errors(row)[2]).collect();
    assert!(tests.windows(2).all(|pair| pair[1] <= pair[0]) && tests.iter().all(|test| *test > 0.04), "{tests:?}");
    // a constant step between no step and the linear part
    let after = |eta: &str| errors(&answer(&format!("errors({}, eta = {eta})", model("1/10"))));
    let [none, all] = [0, 1].map(|degree: usize| errors(&rows[degree]));
    for ((small, large), (none, all)) in after("10^-7").iter().zip(after("10^7")).zip(none.iter().zip(all)) {
        assert!((small - none).abs() < 1e-9 && (large - all).abs() < 1e-9, "{small} {none} {large} {all}");
    }
}

/// A constant step is the surrogate with one power, which has a matrix of its own for the residual y − f_0: the same outlier and the
/// same cosine at any n, from the critical step on; and a step without end learns the linear part.
#[test]
fn a_constant_step_is_the_surrogate_of_one_power() {
    for residual in ["labels", "full"] {
        let model = format!(
            "one_step(relu(x), x + He(2, x)/3, phi = 1/2, psi = 1/3, ridge = 1/4, noise = 1/5, residual = \"{residual}\")"
        );
        let critical = number(&answer(&format!("errors({model}, degree = 0).critical_eta_f")));
        for (factor, count) in [(0.999, 0), (1.001, 1), (3.0, 1)] {
            let eta = factor * critical;
            let spike = answer(&format!("spikes({model}, eta = {eta})[0]"));
            let finite = answer(&format!("spikes({model}, n = 1000, eta = {eta}, order = 1)"));
            assert_eq!(spike["survives"], count == 1, "{spike}");
            assert_eq!(finite["count"], count, "{finite}");
            if count == 1 {
                let found = &finite["spikes"][0];
                let position = number(&found["singular_value"]).powi(2) / 1000.0;
                assert!((position / number(&spike["position"]) - 1.0).abs() < 1e-8, "{residual}: {spike} {finite}");
                let cosine = number(&found["alignment"][0]["raw"]);
                assert!((cosine - number(&spike["alignment"])).abs() < 1e-6, "{residual}: {spike} {finite}");
            }
        }
        let [end, first] = [format!("errors({model}, eta = 10^9)"), format!("errors({model}, degree = 1).by_degree[1]")]
            .map(|query| errors(&answer(&query)));
        assert!(end.iter().zip(first).all(|(end, first)| (end - first).abs() < 1e-8), "{residual}: {end:?} {first:?}");
    }
}

/// The kernel of the features after a step on the labels, as `trained` says it: position, critical step, and the alignment with
/// the labels, (c²/E y²) ρ² times that with z.
#[test]
fn a_constant_step_is_the_trained_kernel() {
    for (f, teacher, eta) in [("tanh(x)", "tanh(x)", "6"), ("x + He(3, x)/3", "x + He(2, x)/2", "4"), ("erf(x)", "sin(x)", "5")] {
        let trained = asked(
            &format!("spikes(trained({f}, {teacher}, eta = {eta}, gamma = [5/4, 1/3], d_over_n = 1/7, noise = 1/3))[0]"),
            20,
        )["value"]
            .clone();
        // phi = γ_1/γ_0, psi = 1/γ_0
        let model =
            format!("one_step(normalize({f}), {teacher}, phi = 4/15, psi = 4/5, phi_gradient = 1/7, ridge = 1, noise = 1/3)");
        let spike = asked(&format!("spikes({model}, eta = {eta})[0]"), 20)["value"].clone();
        assert_eq!(trained["survives"], spike["survives"]);
        let ratio = format!("gaussian({teacher}).theta2/(gaussian({teacher}).variance + 1/9)");
        let share = asked(&format!("{ratio}*errors({model}, degree = 0).rho^2"), 20)["value"].clone();
        let close =
            |a: &Value, b: f64, what: &str| assert!((number(a) - b).abs() < 1e-12 * b.abs(), "{f} {what}: {a} against {b}");
        close(&trained["threshold"], number(&spike["threshold"]), "threshold");
        close(&trained["weight"]["threshold"], number(&spike["weight"]["threshold"]), "threshold of the weights");
        close(&trained["weight"]["position"], number(&spike["weight"]["position"]), "position of the weights");
        close(&trained["weight"]["alignment"], number(&spike["weight"]["alignment"]), "alignment of the weights");
        // K is N x N with m fresh samples, F F^T/n the same eigenvalues
        close(&trained["position"], number(&spike["position"]), "position");
        close(&trained["alignment"], number(&share) * number(&spike["alignment"]), "alignment");
    }
}

#[test]
fn degrees_of_exponents() {
    let alpha = |alpha: &str| asked(&format!("spikes(one_step(relu(x), x, phi = 1, psi = 1, ridge = 1), alpha = {alpha})"), 15);
    for (exponent, degree, critical) in
        [("0", 0, true), ("1/8", 1, false), ("1/4", 1, true), ("3/10", 2, false), ("1/3", 2, true), ("36/100", 3, false)]
    {
        let found = alpha(exponent);
        assert_eq!(found["value"]["degree"], degree, "{exponent}");
        assert_eq!(found["warnings"].to_string().contains("critical_alpha"), critical, "{exponent}");
    }
    // relu has no third power
    assert_eq!(alpha("2/5")["value"]["present"], serde_json::json!([1, 2, 4]));
    assert_eq!(alpha("36/100")["value"]["count"], 2);
    // the errors of an exponent are those of its degree, the last row
    let errors = answer("errors(one_step(relu(x), x + x^2, phi = 1, psi = 1, ridge = 1), alpha = 3/10)");
    let row = &errors["by_degree"][2];
    assert_eq!(row["degree"], 2);
    for (name, value) in row.as_object().expect("a row") {
        assert_eq!(&errors[name], value, "{name}");
    }
    let all = answer("spikes(one_step(tanh(x), x, phi = 1, psi = 1, ridge = 1))");
    assert_eq!(all[3]["interval"].to_string().replace(' ', ""), "[0.333333333333333,0.375]");
    assert_eq!(all[8]["present"], serde_json::json!([1, 3, 5, 7]));
}

#[test]
fn nothing_is_learned_without_linear_parts() {
    for (f, teacher) in [("He(2, x)", "x"), ("tanh(x)", "He(2, x)")] {
        let found = asked(&format!("errors(one_step({f}, {teacher}, phi = 1/2, psi = 1/3, ridge = 1/5), degree = 3)"), 15);
        assert!(found["warnings"].to_string().contains("nothing_learned"), "{found}");
        for row in found["value"]["by_degree"].as_array().expect("rows") {
            assert_eq!(row["improvement_train"], 0);
            assert_eq!(row["improvement_test"], 0);
        }
    }
    let edge = answer("errors(one_step(He(2, x)/sqrt(2), x, phi = 1/2, psi = 1/3, ridge = 1/5), degree = 0)");
    assert_eq!(edge["m1"], edge["m2"], "no direction is special");
}

#[test]
fn bad_input_is_refused_with_the_mend() {
    let model = |more: &str| format!("one_step(tanh(x), x, phi = 1, psi = 1{more})");
    for (source, part) in [
        (model(", ridge = 0"), "positive"),
        (model(", ridge = 1, noise = -1"), "cannot be negative"),
        (model(", ridge = 1, residual = \"half\""), "two words"),
        (format!("spikes({}, alpha = 1/2)", model(", ridge = 1")), "below 1/2"),
        (format!("spikes({}, eta = 0)", model(", ridge = 1")), "positive"),
        (format!("errors({}, alpha = 1/3, eta = 2)", model(", ridge = 1")), "one of"),
        ("one_step(sign(x), x, phi = 1, psi = 1, ridge = 1)".to_owned(), "no gradient"),
        ("one_step(exp(x^2/4), x, phi = 1, psi = 1, ridge = 1)".to_owned(), "infinite"),
        ("one_step(tanh(x), 0*x + 1, phi = 1, psi = 1, ridge = 1)".to_owned(), "nothing to learn"),
        ("errors(features(tanh(x), phi = 1, psi = 1))".to_owned(), "does not answer on features"),
        ("spikes(features(tanh(x), phi = 1, psi = 1), alpha = 1/3)".to_owned(), "one_step"),
    ] {
        let found = complaint(&source);
        assert!(found.contains(part), "{source}: {found}");
    }
}
