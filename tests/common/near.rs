//! Answers that agree to an accuracy.

use serde_json::Value as Json;

/// Two values agree to this relative accuracy, all numbers within them.
pub fn assert_near(found: &Json, right: &Json, accuracy: f64, place: &str) {
    match (found, right) {
        (Json::Array(found), Json::Array(right)) => {
            assert_eq!(found.len(), right.len(), "{place}");
            found.iter().zip(right).for_each(|(found, right)| assert_near(found, right, accuracy, place));
        }
        (Json::Number(found), Json::Number(right)) => {
            let [found, right] = [found, right].map(|number| number.as_f64().expect("a double"));
            assert!((found - right).abs() <= accuracy * right.abs().max(1e-3), "{place}: {found} {right}");
        }
        _ => assert_eq!(found, right, "{place}"),
    }
}
