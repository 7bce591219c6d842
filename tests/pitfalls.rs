//! Mistakes that are easily made with an activation or a simulation; those with the law alone are in
//! tests/spectrum/pitfalls.rs.

use resolvent::session::{Session, Settings, json};
use serde_json::Value;

fn value(source: &str) -> Value {
    let answer = Session::new(Settings { threads: 2, ..Settings::default() }).last(source);
    let answer = answer.unwrap_or_else(|failure| panic!("{source}: {}", failure.diagnostic().message));
    json::answer(source, &answer)["value"].clone()
}

fn number(source: &str) -> f64 {
    value(source).as_f64().unwrap_or_else(|| panic!("{source} is no number"))
}

fn row<'a>(check: &'a Value, quantity: &str) -> &'a Value {
    let rows = check["rows"].as_array().expect("rows");
    rows.iter().find(|row| row["quantity"] == quantity).unwrap_or_else(|| panic!("no row {quantity}"))
}

/// theta2 = (E Z f(τZ))² holds τ², does not need f′, and theta1 is a variance.
#[test]
fn scales_jumps_and_means() {
    let spectrum = |f: &str, sigma: &str, field: &str| {
        number(&format!("spectrum(features({f}, phi = 1, psi = 2, sigma_w = {sigma})).{field}"))
    };
    assert_eq!(spectrum("3*x", "2", "theta2"), 36.0);
    let (scaled, plain) = (spectrum("tanh(x)", "3", "theta2"), spectrum("tanh(3*x)", "1", "theta2"));
    assert!((scaled - plain).abs() < 1e-14);
    // f′ = 0 almost everywhere, and theta2 = 2/π
    assert!((spectrum("sign(x)", "1", "theta2") - 2.0 / std::f64::consts::PI).abs() < 1e-14);
    assert!((spectrum("relu(x)", "1", "theta1") - (0.5 - 0.5 / std::f64::consts::PI)).abs() < 1e-14);
    assert!((spectrum("relu(x) + 7", "1", "theta1") - (0.5 - 0.5 / std::f64::consts::PI)).abs() < 1e-14);
}

/// A mean makes an eigenvalue of order n and E f″ ≠ 0 two of order one; none of them is compared with the bulk.
#[test]
fn outliers_are_not_the_bulk() {
    let relu = value("check(features(relu(x), phi = 1/2, psi = 3/4), n = 200, trials = 4, seed = 5)");
    assert_eq!(relu["verdict"], "agree", "{relu}");
    let top = row(&relu, "mean_outlier")["measured"]["mean"].as_f64().expect("a mean");
    assert!((top - 0.5 / std::f64::consts::PI).abs() < 0.02, "{top}");
    let first = row(&relu, "moments[0]")["measured"]["mean"].as_f64().expect("a mean");
    assert!((first - (0.5 - 0.5 / std::f64::consts::PI)).abs() < 0.02, "the trace without the outlier: {first}");
    let hermite = value("check(features(He(2, x)/sqrt(2), phi = 1/3, psi = 1/3), n = 480, trials = 4, seed = 5)");
    assert_eq!(hermite["verdict"], "agree", "{hermite}");
}

/// Polynomials of degree two and three approach their laws slowly, and the allowance says so; a wrong law is still seen.
#[test]
fn polynomials_are_slow() {
    let allowance = |f: &str| {
        let found = value(&format!("check(features({f}, phi = 1, psi = 1), n = 400, trials = 4, seed = 6)"));
        assert_ne!(found["verdict"], "disagree", "{f}: {found}");
        let row = row(&found, "moments[1]").clone();
        row["allowance"].as_f64().expect("a number") / row["theory"].as_f64().expect("a number")
    };
    let (bounded, quadratic, cubic) =
        (allowance("tanh(x)"), allowance("x/2 + He(2, x)/2"), allowance("x/2 + He(2, x)/3 + He(3, x)/5"));
    assert!(quadratic > 2.0 * bounded && cubic > 2.0 * bounded, "{bounded} {quadratic} {cubic}");
    let wrong =
        "check(features(theta1 = 3/4, theta2 = 1/2, phi = 1, psi = 1), activation = x/2 + He(2, x)/2, n = 400, trials = 4)";
    assert_eq!(value(wrong)["verdict"], "disagree");
}
