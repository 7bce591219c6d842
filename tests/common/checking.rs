//! Statements of `check` asked in a session of their own.

use resolvent::session::{Session, Settings, json};
use serde_json::Value;

pub fn check(arguments: &str) -> Value {
    let source = format!("check({arguments})");
    let answer = Session::new(Settings { threads: 2, ..Settings::default() }).last(&source);
    let answer = answer.unwrap_or_else(|failure| panic!("{source}: {}", failure.diagnostic().message));
    json::answer(&source, &answer)["value"].clone()
}

pub fn complaint(arguments: &str) -> String {
    match Session::new(Settings::default()).last(&format!("check({arguments})")) {
        Ok(_) => panic!("{arguments} is accepted"),
        Err(failure) => failure.diagnostic().message,
    }
}
