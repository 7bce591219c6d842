//! The perturbations that a feature matrix Y = f(W X/√n₀) carries beyond its bulk (docs/mathematics.md,
//! 'Model and notation' for the mean, 'Outliers of order one' for the others).
//!
//! With H_k = E f(τZ) He_k(Z) and the skewness κ₃ and kurtosis κ of the entries (3 for Gaussian ones):
//!
//! mean      1 1ᵀ           s = √n₁ H₀
//! norm_w    (|w_i|²) 1ᵀ    s = H₂ √((κ_w − 1)/(4ψ)),   ω = κ₃_w/√(κ_w − 1) on the left
//! norm_x    1 (|x_j|²)ᵀ    s = H₂ √((κ_x − 1)/(4ψ)),   ω = κ₃_x/√(κ_x − 1) on the right
//! skew      1 1ᵀ           s = H₃ κ₃_w κ₃_x/√(36ψ)

use rug::Rational;

use super::{Direction, Origin, Perturbation};
use crate::model::Entries;
use crate::number::Ball;

/// H_k = E f(τZ) He_k(Z) for k = 0 … 3; proved zeros are exactly zero.
#[derive(Clone, Debug)]
pub struct Expansion(pub [Ball; 4]);

/// The rank-one perturbations, those that are exactly zero left out; in the limit, or of a matrix with so many rows n₁, where the
/// mean is a perturbation like the others.
#[must_use]
pub fn feature_perturbations(
    Expansion([mean, _, second, third]): &Expansion,
    [w, x]: [&Entries; 2],
    psi: &Rational,
    rows: Option<usize>,
) -> Vec<Perturbation> {
    const ONES: usize = 0;
    const NORMS: usize = 1;
    let bits = second.bits();
    let ones = || Direction::unknown(ONES, bits);
    let norms = |moments: &Entries| norm_direction(NORMS, moments, bits);
    let half = |moments: &Entries| {
        let factor = Rational::from(&moments.kurtosis - 1u32) / (Rational::from(4) * psi);
        second * &Ball::rational(&factor, bits).sqrt()
    };
    let skew = Rational::from(&w.skewness * &x.skewness) / 6u32;
    let mean = rows.map_or_else(|| mean.clone(), |rows| mean * &Ball::integer(rows as i64, bits).sqrt());
    let skewed = &third.times_rational(&skew) / &Ball::rational(psi, bits).sqrt();
    let bounded = |origin, amplitude, left, right| Perturbation { origin, amplitude, grows: false, left, right };
    let list = [
        Perturbation { grows: rows.is_none(), ..bounded(Origin::Mean, mean, ones(), ones()) },
        bounded(Origin::NormW, half(w), norms(w), ones()),
        bounded(Origin::NormX, half(x), ones(), norms(x)),
        bounded(Origin::Skew, skewed, ones(), ones()),
    ];
    list.into_iter().filter(|perturbation| !perturbation.amplitude.is_exact_zero()).collect()
}

/// The normalised vector of |w_i|² − E|w|², of which the share κ₃²/(κ − 1) lies along W applied to all ones.
fn norm_direction(label: usize, moments: &Entries, bits: u32) -> Direction {
    let spread = Rational::from(&moments.kurtosis - 1u32);
    if moments.skewness.is_zero() || spread.is_zero() {
        return Direction::unknown(label, bits);
    }
    let share = Rational::from(moments.skewness.square_ref()) / &spread;
    let carried = Ball::rational(&moments.skewness, bits) / Ball::rational(&spread, bits).sqrt();
    Direction { label, free: Ball::rational(&(1 - share), bits), carried }
}
