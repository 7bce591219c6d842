//! Printed numbers against decimals of more digits.

use rug::Float;
use serde_json::Value;

/// Agreement of a printed number with a decimal to so many digits.
pub fn agrees(found: &Value, wanted: &Value, digits: i32) -> bool {
    let [found, wanted] = [found, wanted].map(|value| {
        let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        Float::with_val(200, Float::parse(&text).unwrap_or_else(|_| panic!("{text} is no decimal")))
    });
    let scale = Float::with_val(200, wanted.abs_ref()) + 1e-30;
    (found - wanted).abs() < scale * 10f64.powi(-digits)
}
