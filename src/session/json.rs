//! One JSON object a value: numbers are literals with all their right digits.

use serde_json::{Map, Number, Value as Json, json};

use super::failure::Failure;
use super::run::Answer;
use super::shown::Shown;
use super::value::Name;

/// The line of an answer to the statement with this text.
#[must_use]
pub fn answer(statement: &str, answer: &Answer) -> Json {
    let mut line = Map::new();
    line.insert("statement".to_owned(), json!(statement));
    line.insert("type".to_owned(), json!(answer.value.type_name()));
    line.insert("value".to_owned(), value(&answer.shown));
    if let Some(exact) = exact(&answer.shown) {
        line.insert("exact".to_owned(), exact);
    }
    if let Some(error) = estimated_error(&answer.shown) {
        line.insert("certified".to_owned(), json!(false));
        line.insert("error".to_owned(), json!(error));
    }
    let warnings: Vec<String> = answer.warnings.iter().map(super::warning::name).collect();
    line.insert("warnings".to_owned(), json!(warnings));
    Json::Object(line)
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
        Shown::Estimate { error, .. } => Some(*error),
        Shown::Complex(re, im) => [re, im].into_iter().filter_map(|part| estimated_error(part)).reduce(f64::max),
        Shown::List(items) => items.iter().filter_map(estimated_error).reduce(f64::max),
        _ => None,
    }
}

/// A shown value alone.
#[must_use]
pub fn value(shown: &Shown) -> Json {
    match shown {
        Shown::Number { text, .. } | Shown::Estimate { text, .. } => number(text),
        Shown::Complex(re, im) => json!([value(re), value(im)]),
        Shown::Measured { mean, se } => json!({"mean": number(mean), "se": number(se)}),
        Shown::Infinite => json!("inf"),
        Shown::Undefined => Json::Null,
        Shown::Text(text) | Shown::Function(text) | Shown::Formula { text, .. } => json!(text),
        Shown::Flag(flag) => json!(flag),
        Shown::List(items) => Json::Array(items.iter().map(value).collect()),
        Shown::Record(fields) => record(fields),
        Shown::File { path, .. } => json!({"file": path}),
        Shown::Terminal => json!({"file": null}),
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
        Shown::Complex(re, im) => pair(&[(**re).clone(), (**im).clone()]),
        Shown::List(items) => pair(items),
        Shown::Record(fields) => exact_fields(fields),
        _ => None,
    }
}

fn pair(items: &[Shown]) -> Option<Json> {
    if items.iter().any(|item| matches!(item, Shown::Record(_))) {
        return None;
    }
    let forms: Vec<Option<Json>> = items.iter().map(exact).collect();
    forms.iter().any(Option::is_some).then(|| json!(forms))
}

/// The literal as it stands.
fn number(text: &str) -> Json {
    text.parse::<Number>().map_or_else(|_| json!(text), Json::Number)
}
