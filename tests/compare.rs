//! Equality of laws and the distances between them.

use resolvent::session::{Session, Settings, json};
use serde_json::Value;

fn compare(a: &str, b: &str) -> Value {
    let source = format!("compare(features({a}), features({b}))");
    let answer = Session::new(Settings::default()).last(&source);
    let answer = answer.unwrap_or_else(|failure| panic!("{source}: {}", failure.diagnostic().message));
    json::answer(&source, &answer)
}

fn equal(a: &str, b: &str) -> bool {
    let found = compare(a, b)["value"].clone();
    let equal = found["equal"].as_bool().expect("a flag");
    assert!(!equal || (found["kolmogorov"] == 0 && found["wasserstein"] == 0), "{found}");
    equal
}

fn distance(a: &str, b: &str, name: &str) -> f64 {
    compare(a, b)["value"][name].as_f64().expect("a number")
}

#[test]
fn equality_is_decided() {
    let tanh = "tanh(x), phi = 1/2, psi = 3/4";
    assert!(equal(tanh, tanh) && equal(tanh, "tanh(2*x), phi = 1/2, psi = 3/4, sigma_w = 1/2"));
    assert!(equal(tanh, "tanh(x) + 1, phi = 1/2, psi = 3/4"), "means and outliers do not count");
    assert!(!equal(tanh, "tanh(x), phi = 1/2, psi = 3/4 + 10^-30"));
    assert!(equal("relu(x), phi = 1, psi = 2", "theta1 = 1/2 - 1/(2*pi), theta2 = 1/4, phi = 1, psi = 2"));
    assert!(!equal("relu(x), phi = 1, psi = 2", "theta1 = 1/2 - 1/(2*pi) + 10^-30, theta2 = 1/4, phi = 1, psi = 2"));
}

/// Without a linear part only n1/m counts; a linear f sees n0 and m alike.
#[test]
fn ratios_that_do_not_matter() {
    assert!(equal("theta1 = 2, theta2 = 0, phi = 1, psi = 2", "theta1 = 2, theta2 = 0, phi = 3, psi = 6"));
    assert!(equal("x, n1 = 3, n0 = 4, m = 5", "x, n1 = 3, n0 = 5, m = 4"));
    assert!(!equal("theta1 = 2, theta2 = 1, n1 = 3, n0 = 4, m = 5", "theta1 = 2, theta2 = 1, n1 = 3, n0 = 5, m = 4"));
}

/// W₁ between a law and its multiple by k is (k − 1) E λ, and that of stochastically ordered laws is the difference of means.
#[test]
fn transport_between_scaled_laws() {
    for (phi, psi, theta2) in [("1/2", "3/4", "2/5"), ("1", "1", "1"), ("2", "1/2", "3/10"), ("1/20", "1/4", "9/10")] {
        let law = |factor: &str| format!("theta1 = {factor}, theta2 = {factor}*{theta2}, phi = {phi}, psi = {psi}");
        assert!((distance(&law("1"), &law("3/2"), "wasserstein") - 0.5).abs() < 1e-9, "{phi} {psi}");
    }
}

/// The distance of two Marchenko–Pastur laws of disjoint supports is 1, and with atoms it is that of the atoms at least.
#[test]
fn kolmogorov_at_its_bounds() {
    let law = |theta1: &str, phi: &str| format!("theta1 = {theta1}, theta2 = 0, phi = {phi}, psi = 1");
    assert!((distance(&law("1", "1/4"), &law("100", "1/4"), "kolmogorov") - 1.0).abs() < 1e-11);
    let (a, b) = (law("1", "2"), law("1", "4"));
    let found = distance(&a, &b, "kolmogorov");
    assert!((0.25..1.0).contains(&found), "{found}");
    assert!((distance(&a, &b, "kolmogorov") - distance(&b, &a, "kolmogorov")).abs() < 1e-13);
}

#[test]
fn estimates_are_marked() {
    let found =
        compare("theta1 = 1, theta2 = 0, phi = 1, psi = 1", "theta1 = 1, theta2 = 1/2, phi = 1, psi = 1")["value"].clone();
    assert_eq!(found["certified"], false);
    assert!(found["error"].as_f64().expect("an error") < 1e-9, "{found}");
}

/// Laws of biased neurons against laws on the curve: a small bias moves the law little, an affine f stays on the curve, and
/// W₁ of a law and its multiple is the difference of their means.
#[test]
fn laws_of_biased_neurons() {
    let relu = "relu(x), phi = 1, psi = 2";
    assert!(equal(&format!("{relu}, sigma_b = 1"), &format!("{relu}, sigma_b = 1")));
    assert!(equal("x, phi = 1, psi = 2, sigma_b = 1", "x, phi = 1, psi = 2"));
    let far = compare(&format!("{relu}, sigma_b = 1/10"), relu)["value"].clone();
    assert_eq!(far["equal"], false);
    let near = distance(&format!("{relu}, sigma_b = 1/100"), relu, "kolmogorov");
    // the law depends on σ_b²
    assert!((far["kolmogorov"].as_f64().expect("a number") / near - 100.0).abs() < 20.0, "{far} {near}");
    let [one, two] = ["relu(x)", "sqrt(2)*relu(x)"].map(|f| format!("{f}, phi = 1, psi = 2, sigma_b = 1/2"));
    let source = format!("moments(features({one}), count = 1)[0]");
    let mean = Session::new(Settings::default()).last(&source).map(|answer| json::answer(&source, &answer)["value"].as_f64());
    let mean = mean.ok().flatten().expect("a mean");
    assert!((distance(&one, &two, "wasserstein") - mean).abs() < 1e-6, "{mean}");
}
