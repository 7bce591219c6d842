//! Pictures asked for in the query language: the data beside them say what was drawn.

use std::process::Command;

use serde_json::Value;

/// The data of the picture that `source` makes, where FILE stands for its arguments of the file.
fn drawn(name: &str, source: &str) -> Value {
    let folder = std::env::temp_dir().join(format!("resolvent-figures-{}", std::process::id()));
    let source = source.replace("FILE", &format!("file = \"{name}.svg\""));
    let run = Command::new(env!("CARGO_BIN_EXE_resolvent")).arg("--out").arg(&folder).args(["-e", &source]).output();
    let run = run.expect("the program runs");
    assert!(run.status.success(), "{source}: {}", String::from_utf8_lossy(&run.stderr));
    let data = std::fs::read_to_string(folder.join(format!("{name}.json"))).expect("data beside the picture");
    for kind in ["svg", "json"] {
        std::fs::remove_file(folder.join(format!("{name}.{kind}"))).expect("the file was written");
    }
    serde_json::from_str(&data).expect("JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|item| item.as_f64().unwrap_or(f64::NAN)).collect()
}

fn points(curve: &Value) -> Vec<(f64, f64)> {
    numbers(&curve["x"]).into_iter().zip(numbers(&curve["y"])).collect()
}

fn labels(figure: &Value) -> Vec<&str> {
    figure["curves"].as_array().expect("curves").iter().filter_map(|curve| curve["label"].as_str()).collect()
}

fn mass(figure: &Value, width: impl Fn(f64, f64) -> f64) -> f64 {
    let bins = &figure["histograms"][0];
    numbers(&bins["edges"]).windows(2).zip(numbers(&bins["heights"])).map(|(ends, height)| width(ends[0], ends[1]) * height).sum()
}

/// Simulation and theory are densities of the same variable on either axis.
#[test]
fn the_histogram_of_a_check_follows_the_axis() {
    let model = "c = check(features(tanh(x), phi = 1, psi = 1), n = 100, trials = 4); ";
    let plain = drawn("plain", &format!("{model}plot(c, FILE)"));
    assert!((mass(&plain, |a, b| b - a) - 1.0).abs() < 1e-9);
    let over = drawn("over", &format!("{model}plot(c, log = \"x\", FILE)"));
    assert_eq!(over["x"]["log"], true);
    assert!((mass(&over, |a, b| (b / a).ln()) - 1.0).abs() < 1e-9);
    // ∫ x ρ d ln x = 1 for the theory too, by the trapezoidal rule
    let theory = points(&over["curves"][0]);
    let area: f64 = theory.windows(2).map(|p| 0.5 * (p[0].1 + p[1].1) * (p[1].0 / p[0].0).ln()).sum();
    assert!((area - 1.0).abs() < 2e-3, "{area}");
    let marks = over["marks"].as_array().expect("marks");
    assert!(marks.iter().any(|mark| mark["x"] == 0.0 && mark["label"] == "hard edge at 0: density like x^(-1/2)"), "{marks:?}");
}

/// f itself and partial sums of growing order, ever nearer in the mean square; at the last one the distance is the remainder.
#[test]
fn partial_sums_stand_under_the_coefficients() {
    let figure = drawn("hermite", "plot(hermite(relu(x), order = 12), FILE)");
    let sums = &figure["below"][0];
    assert_eq!(labels(sums), ["f", "order 1", "order 2", "order 4", "order 8", "order 12"]);
    let curve = |k: usize| points(&sums["curves"][k]);
    assert!(curve(0).iter().all(|(x, y)| (y - x.max(0.0)).abs() < 1e-14 && x.abs() <= 3.0));
    assert!(curve(1).iter().all(|(x, y)| (y - 0.5 * x - 0.398_942_280_401_432_7).abs() < 1e-12));
    let weight = |x: f64| (-0.5 * x * x).exp() * 0.01 / (2.0 * std::f64::consts::PI).sqrt();
    let distance =
        |k: usize| -> f64 { curve(k).iter().zip(curve(0)).map(|(sum, f)| (sum.1 - f.1).powi(2) * weight(f.0)).sum::<f64>() };
    let squares: f64 = points(&figure["curves"][0]).iter().map(|(_, a)| a * a).sum();
    let remainder = 0.5 - squares;
    assert!((distance(5) - remainder).abs() < 0.2 * remainder, "{} {remainder}", distance(5));
    assert!((1..5).all(|k| distance(k + 1) < distance(k)));
}

#[test]
fn one_picture_takes_a_label() {
    let model = "features(tanh(x), phi = 1, psi = 1)";
    assert_eq!(labels(&drawn("list", &format!("plot({model}, labels = [\"law\"], FILE)"))), ["law"]);
    assert_eq!(labels(&drawn("text", &format!("plot({model}, labels = \"law\", FILE)"))), ["law"]);
    let two = drawn("two", &format!("plot([{model}, {model}], labels = [\"a\", \"b\"], log = \"x\", FILE)"));
    assert_eq!(labels(&two), ["a", "b"]);
    assert_eq!(two["y"]["label"], "density of the logarithm");
}
