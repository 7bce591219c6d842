//! The plotted data as JSON: `schema_version` 1, every number as it was given, null for a number that is not finite.

use super::{Curve, Figure};
use serde_json::{Map, Value, json};

/// The JSON text of a figure, one line for each series; further panels under `below`.
pub(super) fn json(figure: &Figure) -> String {
    let mut fields = Map::from_iter([("schema_version".to_owned(), json!(1))]);
    fields.extend(parts(figure));
    if !figure.below.is_empty() {
        fields.insert("below".to_owned(), figure.below.iter().map(parts).collect());
    }
    let lines: Vec<String> = fields.iter().map(|(name, value)| format!("  \"{name}\": {}", lines(value))).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

/// What is drawn in one panel.
fn parts(figure: &Figure) -> Map<String, Value> {
    [
        ("title", json!(figure.title)),
        ("subtitle", json!(figure.subtitle)),
        ("x", json!({ "label": figure.x_label, "log": figure.log_x })),
        ("y", json!({ "label": figure.y_label, "log": figure.log_y })),
        ("curves", figure.curves.iter().map(curve).collect()),
        ("histograms", json!(figure.histograms)),
        ("marks", json!(figure.marks)),
        ("atoms", json!(figure.atoms)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect()
}

fn lines(value: &Value) -> String {
    match value.as_array() {
        Some(items) if !items.is_empty() => {
            let items: Vec<String> = items.iter().map(|item| format!("    {item}")).collect();
            format!("[\n{}\n  ]", items.join(",\n"))
        }
        _ => value.to_string(),
    }
}

fn curve(curve: &Curve) -> Value {
    let (x, y): (Vec<f64>, Vec<f64>) = curve.points.iter().copied().unzip();
    json!({ "label": curve.label, "style": curve.style, "x": x, "y": y })
}
