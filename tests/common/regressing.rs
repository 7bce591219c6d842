//! The errors of a regression asked for, and numbers that are near each other.

use serde_json::Value;

use super::asking::asked;

pub fn at(source: &str, digits: u32) -> Value {
    asked(source, digits)["value"].clone()
}

pub fn errors(arguments: &str) -> Value {
    at(&format!("errors(regression({arguments}))"), 20)
}

#[track_caller]
pub fn close(a: f64, b: f64, error: f64) {
    assert!((a - b).abs() <= error * b.abs().max(1e-300), "{a} against {b}");
}
