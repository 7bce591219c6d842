//! Equations and moments with letters, asked for in the query language.

use resolvent::session::{Session, Settings, json};
use serde_json::Value;

fn answer(source: &str) -> Value {
    match Session::new(Settings::default()).last(source) {
        Ok(answer) => json::answer(source, &answer),
        Err(failure) => panic!("{source}: {}", failure.diagnostic().message),
    }
}

fn refusal(source: &str) -> String {
    match Session::new(Settings::default()).last(source) {
        Ok(answer) => panic!("{source} has the value {}", json::answer(source, &answer)),
        Err(failure) => failure.diagnostic().message,
    }
}

/// theta1 = 1/2 − 1/(2π) stays a letter whose value is stated; theta2 = 1/4 goes in as a number.
#[test]
fn each_rational_energy_is_a_number() {
    let found = answer("equation(features(relu(x), phi = 1, psi = 1))");
    let value = &found["value"];
    assert_eq!(value["text"], "(1/4*theta1 - 1/16)*z^2*m^4 + 1/4*z^2*m^3 + (-theta1 + 1/4)*z*m^2 - z*m - 1");
    assert_eq!(value["coefficients"][4][2], "1/4*theta1 - 1/16");
    assert_eq!(value["exact"]["theta1"], "1/2 - 1/(2*pi)");
    assert_eq!(value["theta2"].to_string(), "0.25");
    let rational = answer("equation(features(x^2 - 1 + x/2, phi = 2, psi = 3))")["value"].clone();
    for part in ["text", "discriminant", "curve", "in_q", "critical"] {
        assert!(!rational[part].to_string().contains("theta"), "{part}: {}", rational[part]);
    }
}

#[test]
fn moments_of_a_symbolic_model() {
    let found = answer("moments(features(phi = 1, theta1 = 1), count = 2)")["value"].clone();
    assert_eq!(found[0].to_string(), "1", "without a letter it is a number");
    assert_eq!(found[1], "1 + theta2^2/psi + 1/psi");
    assert_eq!(
        answer("latex(moments(features(psi = 1/2), count = 2)[1])")["value"],
        "2 \\phi \\theta_1^{2} + \\theta_1^{2} + 2 \\theta_2^{2}"
    );
}

#[test]
fn symbolic_models_refuse_what_no_law_has() {
    assert!(refusal("equation(features(phi = 0))").contains("phi = n0/m must be positive, and is 0"));
    assert!(refusal("equation(features(theta1 = 1, theta2 = 2))").contains("theta2 = 2 is larger than theta1 = 1"));
    assert!(refusal("moments(features(), count = 17)").contains("from 1 to 16"));
    assert!(refusal("density(features(), 1)").contains("only equation and moments"));
}

/// Outliers depend on more than two numbers, and the answers say so.
#[test]
fn numbers_do_not_determine_outliers() {
    let model = "features(theta1 = 1, theta2 = 3/10, phi = 1, psi = 1)";
    assert!(refusal(&format!("spikes({model})")).contains("do not determine the outliers"));
    let found = answer(&format!("spectrum({model})"));
    assert!(found["value"]["outliers"].is_null() && found["value"]["mean_outlier"].is_null());
    assert!(found["warnings"].to_string().contains("undefined: mean_outlier, outliers"));
}
