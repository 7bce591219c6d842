//! The plotted data as JSON: `schema_version` 1, every number as it was given, null for a number that is not finite.

use super::{Curve, Figure, Histogram, MarkKind, Style};
use serde_json::{Value, json};

/// The JSON text of a figure, one line for each series; further panels under `below`.
pub(super) fn json(figure: &Figure) -> String {
    let mut fields = vec![("schema_version", json!(1))];
    fields.extend(parts(figure));
    if !figure.below.is_empty() {
        let panel = |panel: &Figure| parts(panel).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        fields.push(("below", Value::Array(figure.below.iter().map(|below| Value::Object(panel(below))).collect())));
    }
    let lines: Vec<String> = fields.iter().map(|(name, value)| format!("  \"{name}\": {}", lines(value))).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

/// What is drawn in one panel.
fn parts(figure: &Figure) -> Vec<(&'static str, Value)> {
    vec![
        ("title", json!(figure.title)),
        ("subtitle", json!(figure.subtitle)),
        ("x", json!({ "label": figure.x_label, "log": figure.log_x })),
        ("y", json!({ "label": figure.y_label, "log": figure.log_y })),
        ("curves", figure.curves.iter().map(curve).collect()),
        ("histograms", figure.histograms.iter().map(histogram).collect()),
        ("marks", figure.marks.iter().map(|m| json!({ "x": m.x, "label": m.label, "kind": kind(m.kind) })).collect()),
        ("atoms", figure.atoms.iter().map(|a| json!({ "x": a.x, "mass": a.mass, "label": a.label })).collect()),
    ]
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
    let style = match curve.style {
        Style::Line => "line",
        Style::Dashed => "dashed",
        Style::Points => "points",
        Style::Stems => "stems",
    };
    let (x, y): (Vec<f64>, Vec<f64>) = curve.points.iter().copied().unzip();
    json!({ "label": curve.label, "style": style, "x": x, "y": y })
}

fn histogram(histogram: &Histogram) -> Value {
    json!({ "label": histogram.label, "edges": histogram.edges, "heights": histogram.heights })
}

fn kind(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Edge => "edge",
        MarkKind::Outlier => "outlier",
    }
}
