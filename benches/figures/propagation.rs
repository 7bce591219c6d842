//! Signal propagation: one fixed point with its phase, a point of the edge, and curves and diagrams of many such, each certified.

use resolvent::session::{Session, Settings};

use crate::table::{Limit, Line, Table, least};

/// Prints the section.
pub fn section(table: &Table) {
    table.heading("Signal propagation");
    let rows = [
        ("propagation of tanh, ordered, 15 digits", "propagation(tanh(x), sigma_w2 = 9/10, sigma_b2 = 3/10)", 5.0),
        ("propagation of tanh, chaotic, 15 digits", "propagation(tanh(x), sigma_w2 = 5/2, sigma_b2 = 1/10)", 5.0),
        ("propagation of tanh, c* near 1, 15 digits", "propagation(tanh(x), sigma_w2 = 21/10, sigma_b2 = 1/10)", 5.0),
        ("propagation of erf, chaotic, 15 digits", "propagation(erf(x), sigma_w2 = 2, sigma_b2 = 1/10)", 5.0),
        ("a phase of tanh", "propagation(tanh(x), sigma_w2 = 5/2, sigma_b2 = 1/10).phase", 5.0),
        ("a point of the edge of tanh", "edge_of_chaos(tanh(x), q = 1)", 5.0),
        ("the edge of tanh, 200 points", "sweep(q = 1/10..4 count 200, edge_of_chaos(tanh(x), q = q).sigma_w2)", 20.0),
        (
            "a phase diagram of tanh, 200 x 200 points",
            "sweep(w = 1..3 count 200, b = 1/50..3/10 count 200, propagation(tanh(x), sigma_w2 = w, sigma_b2 = b).phase)",
            1000.0,
        ),
        (
            "a phase diagram of erf, 20 x 20 points",
            "sweep(w = 1..3 count 20, b = 1/50..3/10 count 20, propagation(erf(x), sigma_w2 = w, sigma_b2 = b).phase)",
            10.0,
        ),
    ];
    for (what, query, goal) in rows {
        let ask = || {
            let mut session = Session::new(Settings { digits: 15, ..Settings::default() });
            session.last(query).map_err(|failure| failure.diagnostic().message)
        };
        match least(ask) {
            Ok((seconds, _)) => {
                let (value, limit, note) = (seconds * 1e3, Limit::Is(goal, "the goal"), String::new());
                table.line(&Line { what: what.into(), value, unit: "ms", limit, note });
            }
            Err(error) => table.failure(what, &error),
        }
    }
}
