//! Laws of layers with biases: what a question about them costs from the typed activation on.

use resolvent::session::{Session, Settings};

use crate::table::{Limit, Line, Table, least};

const THREE: &str = "kernel(tanh(x) + 1/2, gamma = [1, 1, 1, 1], normalize = false, sigma_b = 1/2)";
const FIVE: &str = "kernel(tanh(x) + 1/2, gamma = [1, 1, 1, 1, 1, 1], normalize = false, sigma_b = 1/2)";
const BIASED: &str = "features(tanh(x), phi = 1, psi = 2, sigma_b = 1)";

/// Prints the section.
pub fn section(table: &Table) {
    table.heading("Laws of neurons with a bias, from the activation on");
    for (what, query) in [
        ("density of 50 points, a bias", format!("density({BIASED}, 0.02..1 count 50)")),
        ("density of 50 points, three layers", format!("density({THREE}, 0.02..1 count 50)")),
        ("spectrum, five layers", format!("spectrum({FIVE})")),
    ] {
        let asked = || Session::new(Settings::default()).last(&query).map_err(|failure| failure.diagnostic().message);
        match least(asked) {
            Ok((value, _)) => {
                table.line(&Line { what: what.into(), value, unit: "s", limit: Limit::Unknown, note: String::new() });
            }
            Err(error) => table.failure(what, &error),
        }
    }
}
