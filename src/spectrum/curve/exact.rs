//! What is exact in the law: the atom at 0, the exponent of a hard edge there, the masses of the bulks.

use rug::Rational;

use super::parameters::{Normal, Parameters};
use super::shape::Shape;
use crate::number::Ball;

/// The mass at 0: the share of the eigenvalues of M that vanish by rank.
///
/// max(0, 1 − m/n₁), for linear f also 1 − n₀/n₁, and 1 for f = 0. It jumps at θ₂ = θ₁, which is why the shape must be known.
#[must_use]
pub fn atom(parameters: &Parameters) -> Rational {
    let missing: Rational = 1 - parameters.gamma().recip();
    let missing = missing.max(Rational::new());
    match parameters.shape {
        Shape::Null => Rational::from(1),
        Shape::Linear => missing.max(Rational::from(1 - &parameters.psi)),
        Shape::Isotropic | Shape::General => missing,
    }
}

/// The exponent of the density at a hard edge at 0, when there is one, decided on exact ratios.
///
/// −1/2 for n₁ = m (for linear f: when exactly two of n₁, n₀, m share the minimum), −2/3 for linear f and n₁ = n₀ = m.
#[must_use]
pub fn hard_edge(parameters: &Parameters) -> Option<Rational> {
    let gamma = parameters.gamma();
    match parameters.shape {
        Shape::Null => None,
        Shape::Isotropic | Shape::General => (gamma == 1).then(|| Rational::from((-1, 2))),
        Shape::Linear => {
            let sizes = [Rational::from(1), parameters.psi.clone(), gamma.recip()];
            let least = sizes.iter().min().cloned().unwrap_or_default();
            match sizes.iter().filter(|&size| *size == least).count() {
                3 => Some(Rational::from((-2, 3))),
                2 => Some(Rational::from((-1, 2))),
                _ => None,
            }
        }
    }
}

/// The negative root of u(q) = 0, θ₁ = 1.
pub(crate) fn zero_of_u(normal: &Normal) -> Ball {
    let one = Ball::integer(1, normal.bits);
    let curve = &normal.curve;
    let b = &one - &curve.c;
    match normal.shape {
        Shape::Null | Shape::Isotropic => -&one,
        Shape::Linear => -&b.inverse(),
        Shape::General => {
            let product = &curve.delta * &curve.c;
            let root = (b.square() + product.shifted(2)).sqrt();
            if b.mid().is_sign_negative() {
                &(&b - &root) / &product.shifted(1)
            } else {
                -&(Ball::integer(2, normal.bits) / (&b + &root))
            }
        }
    }
}

/// The masses of that many bulks, from the lowest to the highest; of two bulks the upper one holds n₀ of the n₁ eigenvalues.
#[must_use]
pub fn shares(parameters: &Parameters, bulks: usize) -> Vec<Rational> {
    let rest: Rational = 1 - atom(parameters);
    match bulks {
        0 => Vec::new(),
        1 => vec![rest],
        _ => vec![rest - &parameters.psi, parameters.psi.clone()],
    }
}
