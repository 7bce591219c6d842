//! Values that an earlier run printed, read back from their JSON: what is exact is exact again, other numbers keep their digits.

use serde_json::{Map, Value as Json};

use super::value::{Name, Value};
use crate::activation::{Function, lower};
use crate::number::Ball;

/// The value of a JSON line: `json` with the exact forms beside it, printed with so many digits.
pub fn value(json: &Json, exact: Option<&Json>, digits: u32) -> Value {
    match json {
        Json::Null => Value::UNDEFINED,
        Json::Bool(flag) => Value::Flag(*flag),
        Json::String(text) if text == "inf" => Value::INFINITE,
        Json::String(text) => Value::Text(text.clone()),
        Json::Number(number) => self::number(&number.to_string(), exact.and_then(Json::as_str), digits),
        Json::Array(items) => {
            let form = |place: usize| exact.and_then(|exact| exact.get(place));
            Value::list(items.iter().enumerate().map(|(place, item)| value(item, form(place), digits)).collect())
        }
        Json::Object(fields) => measured(fields).unwrap_or_else(|| record(fields, digits)),
    }
}

fn number(text: &str, exact: Option<&str>, digits: u32) -> Value {
    let read = |text: &str| lower::read(text).ok().filter(Function::is_constant).map(Value::Function);
    // a whole number shorter than the digits asked is no rounded one
    let whole = text.len() < digits as usize && text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit());
    let known = exact.or(whole.then_some(text)).and_then(read);
    known.unwrap_or_else(|| Value::Printed(text.to_owned()))
}

/// The enclosure of a printed number: one unit of its last digit on both sides.
pub fn ball(text: &str, bits: u32) -> Ball {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let unit = exponent.parse::<i32>().ok().and_then(|exponent| exponent.checked_sub(i32::try_from(decimals).ok()?));
    let read = |text: &str| lower::read(text).ok().as_ref().and_then(Function::as_rational).cloned();
    match unit.and_then(|unit| Some((read(text)?, read(&format!("1e{unit}"))?))) {
        Some((middle, unit)) => {
            let rounded = Ball::rational(&middle, bits);
            rounded.widened(Ball::rational(&unit, bits).magnitude())
        }
        None => Ball::unknown(bits),
    }
}

fn measured(fields: &Map<String, Json>) -> Option<Value> {
    let [mean, se] = ["mean", "se"].map(|name| fields.get(name).and_then(Json::as_f64));
    Some(Value::Measured { mean: mean?, se: se? }).filter(|_| fields.len() == 2)
}

fn record(fields: &Map<String, Json>, digits: u32) -> Value {
    let forms = fields.get("exact");
    let field = |(name, json): (&String, &Json)| -> (Name, Value) {
        (name.clone().into(), value(json, forms.and_then(|forms| forms.get(name)), digits))
    };
    Value::record("record", fields.iter().filter(|(name, _)| *name != "exact").map(field).collect())
}
