//! Statements asked in a session of their own.

use resolvent::session::{Session, Settings, json};
use serde_json::Value;

pub fn asked(source: &str, digits: u32) -> Value {
    let answer = Session::new(Settings { digits, ..Settings::default() }).last(source);
    let answer = answer.unwrap_or_else(|failure| panic!("{source}: {}", failure.diagnostic().message));
    json::answer(source, &answer)
}

pub fn answer(source: &str) -> Value {
    asked(source, 15)["value"].clone()
}

#[allow(dead_code, reason = "not every test is refused something")]
pub fn complaint(source: &str) -> String {
    match Session::new(Settings::default()).last(source) {
        Ok(_) => panic!("{source} is accepted"),
        Err(failure) => failure.diagnostic().message,
    }
}

pub fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}
