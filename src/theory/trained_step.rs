//! Whether a step of a simulated layer is the one of rank one that the theory of a trained layer has.
//!
//! W_1 − W_0 − η b β̂ aᵀ is about η M W_0 diag(a), M = (1/n) Σ y σ″ x xᵀ, whose operator norm s falls like √(log N/N) only. It is a
//! perturbation of its own: it makes outliers of W_1ᵀW_1 where s² > √γ_0, and moves those of the step by terms in s². Where s is more
//! than half of min(1, γ_0^(1/4)) in a draw, single places are not judged.

use crate::compare::{SharedReservation, rounded_up};
use std::sync::Arc;

/// The scalar of draws that is s.
const REST: &str = "beside_rank_one";
/// A larger N is not advised.
const MOST_SIZE: f64 = 20_000.0;

/// What draws of N neurons have against a judgement of single places.
pub(super) fn unclear(gamma: f64, eta: f64, neurons: usize) -> SharedReservation {
    let most = 0.5 * gamma.powf(0.25).min(1.0);
    Arc::new(move |draws| {
        let rest = draws.iter().map(|draw| draw.scalar(REST)).fold(0.0, f64::max);
        (rest > most).then(|| {
            let enough = neurons as f64 * (rest / most).powi(2);
            let larger = if enough <= MOST_SIZE { format!("n at least {}, or ", rounded_up(enough)) } else { String::new() };
            let small = eta * most / rest;
            format!(
                "the step is not nearly of rank one: what it has besides eta*b*beta*a^T has the norm {rest:.2} in a draw, above {most:.2}: take {larger}eta at most {small:.1e}"
            )
        })
    })
}
