//! The support of laws with a bias per neuron: what is proved of its ends, what is only seen, and what a simulation compares.

use resolvent::session::{Session, Settings, json};
use serde_json::Value;

fn answer(source: &str) -> Value {
    let answer = Session::new(Settings { threads: 2, digits: 10, ..Settings::default() }).last(source);
    let answer = answer.unwrap_or_else(|failure| panic!("{source}: {}", failure.diagnostic().message));
    json::answer(source, &answer)
}

fn edges(f: &str, rest: &str) -> (Value, String) {
    let found = answer(&format!("edges(features({f}, phi = 1, psi = 2, {rest}))"));
    (found["value"].clone(), found["warnings"].to_string())
}

/// v(b) = 2 + 4b² for x², and v ≤ sup f′² for the others.
#[test]
fn proved_ends_carry_no_doubt() {
    let (ends, warnings) = edges("x^2", "sigma_b = 1");
    assert_eq!((&ends[0][1], warnings.as_str()), (&Value::from("inf"), r#"["unbounded_support"]"#));
    for f in ["relu(x)", "abs(x)", "gelu(x)", "sin(x)", "x*tanh(x)"] {
        let (ends, warnings) = edges(f, "sigma_b = 1/2");
        assert!(ends[0][1].is_number() && !warnings.contains("not_proved"), "{f}: {ends} {warnings}");
    }
}

/// v(b) grows like b² for x sin x, which no bound of the growth of f′ from below shows: no upper edge is printed.
#[test]
fn an_upper_edge_that_is_not_proved_is_not_given() {
    let (ends, warnings) = edges("x*sin(x)", "sigma_b = 1");
    assert!(ends[0][1].is_null() && warnings.contains("not_proved"), "{ends} {warnings}");
    let model = "features(x*sin(x), phi = 1, psi = 2, sigma_b = 1)";
    let refused = Session::new(Settings::default()).last(&format!("quantile({model}, 1)"));
    assert!(refused.is_err_and(|failure| failure.diagnostic().message.contains("not proved")));
    assert!(answer(&format!("quantile({model}, 1/2)"))["value"].is_number());
}

/// Rows of vanishing variance make small eigenvalues of YYᵀ; columns of vanishing variance only lower the rank of YYᵀ.
#[test]
fn vanishing_rows_close_the_gap_and_vanishing_columns_do_not() {
    let (row, warnings) = edges("tanh(x)", "sigma_b = 1");
    assert_eq!((row[0][0].to_string(), warnings.as_str()), ("0".to_owned(), r#"["no_gap_at_zero"]"#));
    let (column, warnings) = edges("tanh(x)", "sigma_b = 1, bias = \"column\"");
    assert!(column[0][0].as_f64().is_some_and(|low| low > 0.0) && !warnings.contains("no_gap"), "{column} {warnings}");
}

/// In layers an unbounded one below is felt above, as long as the one above has a linear part.
#[test]
fn unbounded_layers_are_felt_above() {
    let warnings = |f: &str| {
        answer(&format!("edges(kernel([{f}], gamma = [1, 1, 1], normalize = false, sigma_b = 1/4))"))["warnings"].to_string()
    };
    assert!(warnings("x^2/2, tanh(x)").contains("unbounded_support\""));
    assert_eq!(warnings("tanh(x), relu(x)"), "[]");
}

fn check(arguments: &str) -> Value {
    answer(&format!("check({arguments})"))
}

fn row<'a>(check: &'a Value, quantity: &str) -> Option<&'a Value> {
    check["value"]["rows"].as_array().expect("rows").iter().find(|row| row["quantity"] == quantity)
}

/// The largest eigenvalue is compared where the law is bounded, and a law without upper edge has no such row and says so.
#[test]
fn a_check_compares_the_ends_of_bounded_laws() {
    let sizes = "n = 300, trials = 4";
    let bounded = check(&format!("features(abs(x), phi = 1, psi = 2, sigma_b = 1/4), {sizes}"));
    for place in ["edges[0][0]", "edges[0][1]"] {
        let row = row(&bounded, place).unwrap_or_else(|| panic!("no row {place}"));
        assert_ne!(row["verdict"], "disagree", "{row}");
        assert!(row["allowance"].as_f64() > Some(0.0), "{row}");
    }
    assert_eq!(bounded["value"]["verdict"], "agree");
    let unbounded = check(&format!("features(x^2, phi = 1, psi = 2, sigma_b = 1), {sizes}"));
    assert!(row(&unbounded, "edges[0][1]").is_none());
    assert!(unbounded["warnings"].to_string().contains("unbounded_support"));
}

/// An edge far from that of the law is rejected: n1 = 200 biases of relu reach the edge within a fifth, not within a third.
#[test]
fn the_allowance_of_an_edge_is_no_free_pass() {
    let row_of = |found: &Value| row(found, "edges[0][1]").cloned().expect("a row");
    let found = row_of(&check("features(relu(x), phi = 1, psi = 1, sigma_b = 1), n = 400, trials = 6"));
    let [theory, allowance] = ["theory", "allowance"].map(|name| found[name].as_f64().expect("a number"));
    assert!(allowance < theory / 4.0, "{found}");
    assert!((found["measured"]["mean"].as_f64().expect("a mean") - theory).abs() < allowance, "{found}");
}
