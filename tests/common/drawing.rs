//! Pictures that the program draws, by the data beside them.

use std::process::{Command, Output};

use serde_json::Value;

/// The data of the picture that `source` makes, where FILE stands for its arguments of the file.
pub fn drawn(name: &str, source: &str) -> Value {
    drawn_with_picture(name, source).0
}

/// The same, and the text of the SVG file.
pub fn drawn_with_picture(name: &str, source: &str) -> (Value, String) {
    let folder = std::env::temp_dir().join(format!("resolvent-figures-{}", std::process::id()));
    let source = source.replace("FILE", &format!("file = \"{name}.svg\""));
    let run = Command::new(env!("CARGO_BIN_EXE_resolvent")).arg("--out").arg(&folder).args(["-e", &source]).output();
    let run = run.expect("the program runs");
    assert!(run.status.success(), "{source}: {}", String::from_utf8_lossy(&run.stderr));
    let [picture, data] = ["svg", "json"].map(|kind| std::fs::read_to_string(folder.join(format!("{name}.{kind}"))));
    for kind in ["svg", "json"] {
        std::fs::remove_file(folder.join(format!("{name}.{kind}"))).expect("the file was written");
    }
    let data = serde_json::from_str(&data.expect("data beside the picture")).expect("JSON");
    (data, picture.expect("the picture"))
}

/// What a statement prints on a page of so many columns.
pub fn printed(columns: Option<&str>, source: &str) -> String {
    let output = ran(columns, source);
    assert!(output.status.success(), "{source}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// The run of a statement on a page of so many columns.
pub fn ran(columns: Option<&str>, source: &str) -> Output {
    let mut run = Command::new(env!("CARGO_BIN_EXE_resolvent"));
    run.args(["-e", source]).env_remove("COLUMNS").env("TERM", "dumb");
    if let Some(columns) = columns {
        run.env("COLUMNS", columns);
    }
    run.output().expect("the program runs")
}

/// Numbers of a list; NaN for what is none.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|item| item.as_f64().unwrap_or(f64::NAN)).collect()
}

/// The points of a curve.
pub fn points(curve: &Value) -> Vec<(f64, f64)> {
    numbers(&curve["x"]).into_iter().zip(numbers(&curve["y"])).collect()
}

/// The labels of the curves.
pub fn labels(figure: &Value) -> Vec<&str> {
    figure["curves"].as_array().expect("curves").iter().filter_map(|curve| curve["label"].as_str()).collect()
}

/// The mass of the histogram, with bins of this width.
pub fn mass(figure: &Value, width: impl Fn(f64, f64) -> f64) -> f64 {
    let bins = &figure["histograms"][0];
    numbers(&bins["edges"]).windows(2).zip(numbers(&bins["heights"])).map(|(ends, height)| width(ends[0], ends[1]) * height).sum()
}

/// The refusal of a statement, with exit status 1.
pub fn refused(source: &str) -> String {
    let output = ran(None, source);
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(1), true), "{source}");
    String::from_utf8(output.stderr).expect("text")
}
