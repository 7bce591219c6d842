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

/// What is wrong with a statement, and the help in brackets.
pub fn complaint(source: &str) -> String {
    match Session::new(Settings::default()).last(source) {
        Ok(_) => panic!("{source} is accepted"),
        Err(failure) => {
            let diagnostic = failure.diagnostic();
            let help = diagnostic.help.map_or(String::new(), |help| format!(" ({help})"));
            format!("{}{help}", diagnostic.message)
        }
    }
}

pub fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}
