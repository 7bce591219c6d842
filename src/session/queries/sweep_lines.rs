//! The points of a sweep as lines of JSON: what is computed, one point, and what a line says of its point.

use serde_json::{Map, Value as Json, json};

use super::sweep::{Found, computed};
use crate::session::call::Call;
use crate::session::checkpoint::NUMBER;
use crate::session::definition::{self, Names};
use crate::session::failure::Failure;
use crate::session::json as line;
use crate::session::points::Quantity;
use crate::session::printed;
use crate::session::run::Answer;
use crate::session::value::Value;

/// What decides every point of a file: the statement with the names it uses, digits and seed.
pub(super) fn head(call: &Call, quantity: &Quantity) -> Json {
    let names: Map<String, Json> = call.free.iter().map(|free| (free.name.clone(), json!(free.expr.to_string()))).collect();
    json!({
        "sweep": quantity.expr.to_string(),
        "over": names,
        "names": used(quantity.expr, quantity.scope.names),
        "digits": quantity.settings.digits,
        "seed": quantity.settings.seed,
        "version": env!("CARGO_PKG_VERSION"),
    })
}

/// The definitions that an expression stands on.
fn used(expr: &crate::language::syntax::Expr, names: &Names) -> Map<String, Json> {
    let mut found = Map::new();
    definition::visit(expr, &mut |name| {
        if let Some(definition) = names.get(name) {
            let body = definition.expanded.as_ref().unwrap_or(&definition.body);
            let below = used(&definition.body, &definition.names);
            found.insert(
                name.to_owned(),
                if below.is_empty() { json!(body.to_string()) } else { json!([body.to_string(), below]) },
            );
        }
    });
    found
}

/// The line of a point.
///
/// # Errors
/// An answer that is no value of a point.
pub(super) fn written(number: usize, point: &[(String, Value)], answer: Result<Answer, Failure>) -> Result<Json, Failure> {
    let at: Map<String, Json> = point.iter().map(|(name, value)| (name.clone(), shown(value))).collect();
    let (value, found) = match answer {
        Ok(answer) => (Some(line::answer("", &answer)), computed(Ok(answer))?),
        Err(failure) => (None, computed(Err(failure))?),
    };
    let mut text = json!({NUMBER: number, "at": at});
    match value {
        Some(whole) => {
            for name in ["value", "exact", "certified", "error"] {
                if let Some(part) = whole.get(name) {
                    text[name] = part.clone();
                }
            }
        }
        None => {
            text["value"] = Json::Null;
            text["failed"] = json!(found.value.as_ref().err());
        }
    }
    text["warnings"] = json!(found.doubts);
    if found.disagrees {
        text["disagrees"] = json!(true);
    }
    Ok(text)
}

/// A value that a name takes, as a line shows it.
pub(super) fn shown(value: &Value) -> Json {
    match value {
        Value::Function(f) => json!(f.to_string()),
        Value::Text(text) => json!(text),
        Value::Flag(flag) => json!(flag),
        other => json!(other.kind()),
    }
}

/// What a line says of its point.
pub(super) fn read(line: &Json, digits: u32) -> Found {
    let doubts = line["warnings"].as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect();
    let value = match line["failed"].as_str() {
        Some(error) => Err(error.to_owned()),
        None => Ok(printed::value(&line["value"], line.get("exact"), digits)),
    };
    Found { value, doubts, disagrees: line["disagrees"] == true }
}
