//! The plotted data as JSON: `schema_version` 1, every number as it was given, null for a number that is not finite.

use super::axis::Axis;
use super::cuts::{self, Series, Side};
use super::{Curve, Figure, range};
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

/// What is drawn in one panel, the ranges shown, and where a series goes beyond them and how far.
fn parts(figure: &Figure) -> Map<String, Value> {
    let (x, y) = range::axes(figure);
    let axis = |label: &str, axis: Axis| json!({ "label": label, "log": axis.log, "range": [axis.low, axis.high] });
    [
        ("title", json!(figure.title)),
        ("subtitle", json!(figure.subtitle)),
        ("x", axis(&figure.x_label, x)),
        ("y", axis(&figure.y_label, y)),
        ("cells", json!(figure.cells)),
        ("curves", figure.curves.iter().map(curve).collect()),
        ("histograms", json!(figure.histograms)),
        ("marks", json!(figure.marks)),
        ("atoms", json!(figure.atoms)),
        ("cuts", cuts::of_figure(figure, x, y).iter().flat_map(cut).collect()),
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

fn cut<'a>(series: &'a Series) -> impl Iterator<Item = Value> + 'a {
    series.cuts.iter().map(|cut| {
        json!({ "series": series.label, "curve": series.curve, "up": cut.side == Side::Top, "x": cut.farthest.0, "y": cut.farthest.1 })
    })
}
