//! One JSON object a value: numbers are literals with all their right digits.

use serde_json::{Map, Number, Value as Json, json};

use super::failure::Failure;
use super::run::Answer;
use super::shown::Shown;
use super::value::Name;

/// The line of an answer to the statement with this text.
#[must_use]
pub fn answer(statement: &str, answer: &Answer) -> Json {
    let mut line = json!({"statement": statement, "type": answer.value.type_name(), "value": value(&answer.shown)});
    if let Some(exact) = exact(&answer.shown) {
        line["exact"] = exact;
    }
    if let Some(error) = estimated_error(&answer.shown) {
        line["certified"] = json!(false);
        line["error"] = json!(error);
    }
    line["warnings"] = answer.warnings.iter().map(super::warning::name).collect();
    line
}

/// The line of a failure of the statement with this text; the span counts its bytes.
#[must_use]
pub fn failure(statement: &str, failure: &Failure) -> Json {
    let diagnostic = failure.diagnostic();
    let span = diagnostic.span.map(|span| [span.start, span.end]);
    json!({"statement": statement, "error": {"kind": diagnostic.kind, "message": diagnostic.message, "span": span, "help": diagnostic.help}})
}

/// The largest estimated error of the numbers of a value, records apart, which hold their own.
#[must_use]
pub fn estimated_error(shown: &Shown) -> Option<f64> {
    match shown {
        Shown::Number { error, .. } => *error,
        other => other.items().iter().filter_map(estimated_error).reduce(f64::max),
    }
}

/// A shown value alone.
#[must_use]
pub fn value(shown: &Shown) -> Json {
    match shown {
        Shown::Number { text, .. } => number(text),
        Shown::Complex(_) | Shown::List(_) => shown.items().iter().map(value).collect(),
        Shown::Measured { mean, se } => json!({"mean": number(mean), "se": number(se)}),
        Shown::Infinite => json!("inf"),
        Shown::Undefined => Json::Null,
        Shown::Text(text) | Shown::Function(text) | Shown::Formula { text, .. } => json!(text),
        Shown::Flag(flag) => json!(flag),
        Shown::Record(fields) => record(fields),
        Shown::File { path, .. } => json!({"file": path}),
    }
}

fn record(fields: &[(Name, Shown)]) -> Json {
    let mut object: Map<String, Json> = fields.iter().map(|(name, shown)| (name.to_string(), value(shown))).collect();
    if let Some(exact) = exact_fields(fields) {
        object.insert("exact".to_owned(), exact);
    }
    Json::Object(object)
}

fn exact_fields(fields: &[(Name, Shown)]) -> Option<Json> {
    let known: Map<String, Json> = fields
        .iter()
        .filter(|(_, shown)| !matches!(shown, Shown::Record(_)))
        .filter_map(|(name, shown)| exact(shown).map(|exact| (name.to_string(), exact)))
        .collect();
    (!known.is_empty()).then_some(Json::Object(known))
}

/// The exact form: a text, or a list with null where an item has none, or the fields that have one.
fn exact(shown: &Shown) -> Option<Json> {
    match shown {
        Shown::Number { exact, .. } => exact.as_ref().map(|text| json!(text)),
        Shown::Record(fields) => exact_fields(fields),
        other if other.is_table() => None,
        other => {
            let forms: Vec<Option<Json>> = other.items().iter().map(exact).collect();
            forms.iter().any(Option::is_some).then(|| json!(forms))
        }
    }
}

/// The literal as it stands.
fn number(text: &str) -> Json {
    text.parse::<Number>().map_or_else(|_| json!(text), Json::Number)
}
