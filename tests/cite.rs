//! `cite`: the statements behind a value are found through names, fields and other queries, and its status is the weakest of theirs.

use resolvent::session::{Session, Settings, json};
use serde_json::Value;

fn cited(source: &str) -> Value {
    let answer = Session::new(Settings::default()).last(source).unwrap_or_else(|failure| panic!("{source}: {failure:?}"));
    let line = json::answer(source, &answer);
    serde_json::from_str::<Value>(&line.to_string()).expect("JSON")["value"].clone()
}

fn keys(citation: &Value) -> Vec<String> {
    let entries = citation["bibtex"].as_str().expect("a text").lines().filter(|line| line.starts_with('@'));
    entries.filter_map(|line| line.split(['{', ',']).nth(1)).map(str::to_owned).collect()
}

const QUARTIC: [&str; 3] = ["pennington2017nonlinear", "benigni2021eigenvalue", "piccolo2021analysis"];

#[test]
fn the_status_is_the_weakest() {
    for (source, status) in [
        ("cite(edges(features(tanh(x), phi = 1/2, psi = 3/4)))", "proved"),
        // the outliers in it are not proved
        ("cite(spectrum(features(tanh(x), phi = 1/2, psi = 3/4)))", "verified"),
        // the proofs leave kinks out
        ("cite(edges(features(x*abs(x), phi = 1/2, psi = 3/4)))", "verified"),
        ("cite(edges(features(exp(x), phi = 1/2, psi = 3/4)))", "verified"),
        ("cite(features(relu(x), phi = 1, psi = 1, sigma_b = 1))", "verified"),
        ("cite(features(relu(x), phi = 1, psi = 1, sigma_b = 1, bias = \"averaged\"))", "conjectured"),
        ("cite(gaussian(relu(x)))", "proved"),
        ("cite(edges(kernel(tanh(x), gamma = [1, 1])))", "proved"),
        ("cite(spikes(kernel(tanh(x), gamma = [1, 1], signal = [6])))", "verified"),
        ("cite(edges(covariance([1], gamma = 1/2, spikes = [3])))", "proved"),
        ("cite(alignment(ansatz(x^2 - 1, n_over_d = 2, n_over_k = 2, labels = x1*x2)))", "verified"),
        ("cite(spikes(one_step(tanh(x), tanh(x), phi = 1/4, psi = 1/4, ridge = 1/10)))", "proved"),
        ("cite(errors(one_step(tanh(x), tanh(x), phi = 1/4, psi = 1/4, ridge = 1/10)))", "verified"),
        ("cite(propagation(tanh(x), sigma_w2 = 2, sigma_b2 = 1/10))", "verified"),
        ("cite(edge_of_chaos(relu(x), q = 1))", "verified"),
        ("cite(exponents(He(3,x)))", "proved"),
        ("cite(edges(attention(beta = 1/2, d_over_t = 1/2)))", "verified"),
        ("cite(errors(regression(tanh(x), x, n = 2, widths = [2], ridge = 1)))", "verified"),
        ("cite(errors(regression(x, x, d = 10, n = 20, widths = [inf], ridge = 1)))", "verified"),
    ] {
        assert_eq!(cited(source)["status"], status, "{source}");
    }
}

#[test]
fn the_papers_are_found_behind_names_and_fields() {
    let model = "f = tanh(x); m = features(f, phi = 1/2, psi = 3/4); ";
    for asked in
        ["cite(m)", "s = spectrum(m); cite(s.edges[0][1])", "edges(m); cite(last)", "a = 2*edges(m)[0][1]; b = a^2; cite(b)"]
    {
        let found = keys(&cited(&format!("{model}{asked}")));
        assert!(QUARTIC.iter().all(|key| found.iter().any(|known| known == key)), "{asked}: {found:?}");
    }
    // a record whose definition has forgotten its names still knows its model
    let check = format!("{model}c = check(m, n = 60, trials = 2); cite(c)");
    assert!(keys(&cited(&check)).contains(&"piccolo2021analysis".to_owned()));
    // what varies in a search or a sweep stands at its first value
    for asked in [
        "find(a = 0..2, edges(features(tanh(x) - a*x, phi = 1/2, psi = 3/4))[0][1] == 1)",
        "sweep(p = 1..2 count 2, edges(features(tanh(x), phi = p, psi = 1)))",
        "minimize(p = [1, 2], moments(features(tanh(x), phi = p, psi = 1))[1])",
    ] {
        assert!(keys(&cited(&format!("cite({asked})"))).contains(&"piccolo2021analysis".to_owned()), "{asked}");
    }
    // a rule over a sweep has no model of its own, and its queries have
    let found = cited("spectrum(kernel(tanh(x), gamma = [1, 1/2])); cite(covariance(last, gamma = 1/3))");
    assert!(keys(&found).contains(&"wang2024nonlinear".to_owned()), "{found}");
}

#[test]
fn what_is_asked_decides_what_is_cited() {
    let step = "m = one_step(tanh(x), tanh(x), phi = 1/4, psi = 1/4, ridge = 1/10); ";
    let says = |asked: &str| cited(&format!("{step}cite({asked})"))["results"].to_string();
    assert!(says("spikes(m)").contains("one spike for each power") && !says("spikes(m)").contains("training and test error"));
    assert!(
        says("errors(m, eta = 1)").contains("one direction") && !says("errors(m, eta = 1)").contains("one spike for each power")
    );
    assert!(says("errors(m, n = 1000, eta = 1)").contains("at finite n"));
    // a mean that is there was taken off, and one that is not was not
    let features = |f: &str| cited(&format!("cite(edges(features({f}, phi = 1, psi = 1)))"))["results"].to_string();
    assert!(features("relu(x)").contains("a mean of f") && !features("tanh(x)").contains("a mean of f"));
}

#[test]
fn what_rests_on_no_paper_is_refused() {
    for source in ["cite(1 + 1)", "cite(tanh(x))", "f = tanh(x); cite(f)"] {
        let failure = Session::new(Settings::default()).last(source).expect_err(source).diagnostic();
        assert!(failure.message.contains("rests on none of the papers"), "{source}: {failure:?}");
    }
}
