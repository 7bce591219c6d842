//! Moments E λᵏ by Lagrange inversion of q = x u(q) U(q), x = 1/z (docs/mathematics.md, 'Moments'):
//!
//! E λᵏ = (1/k) [q^(k−1)] u′(q) (u(q) U(q))ᵏ,   u = 1 + θ₁ q + Σ_j θ₂ cʲ q^(j+1),   U = 1 + γ (u − 1).

use super::equation::Constants;
use super::parameters::Parameters;
use super::shape::Shape;
use super::symbolic::Expression;
use crate::number::{Ball, Real, Ring, Series};
use crate::spectrum::LawError;

/// The first `count` moments of the law, the atom at 0 included; exact when θ₁ and θ₂ are rational.
///
/// # Errors
/// [`LawError::MoreBits`] when θ₁ is not known to be positive.
pub fn moments(parameters: &Parameters, count: usize, bits: u32) -> Result<Vec<Real>, LawError> {
    if parameters.shape == Shape::Null {
        return Ok(vec![Real::from(0); count]);
    }
    if let Some((theta1, theta2)) = &parameters.exact {
        let exact = from_constants(theta1, theta2, &parameters.psi, &parameters.gamma(), count);
        return Ok(exact.into_iter().map(Real::Rational).collect());
    }
    let normal = parameters.normal(bits, 0.0)?;
    let mut scale = Ball::integer(1, normal.bits);
    let (psi, gamma) = (Ball::rational(&normal.psi, normal.bits), Ball::rational(&normal.gamma, normal.bits));
    let unit = from_constants(&scale, &normal.curve.theta2, &psi, &gamma, count);
    let values = unit.iter().map(|value| {
        scale = &scale * &normal.theta1;
        Real::from(value * &scale)
    });
    Ok(values.collect())
}

/// The first `count` moments as exact expressions, with letters for the constants that are not known.
#[must_use]
pub fn symbolic_moments(constants: &Constants, count: usize) -> Vec<Expression> {
    let [phi, psi, theta1, theta2] = constants.expressions();
    from_constants(&theta1, &theta2, &psi, &phi.over(&psi), count)
}

fn from_constants<T: Ring>(theta1: &T, theta2: &T, psi: &T, gamma: &T, count: usize) -> Vec<T> {
    let c = theta2.over(psi);
    let length = count + 1;
    let mut u = Series::constant(&theta1.integer(1), length);
    let mut term = theta2.times(&c);
    for (k, coefficient) in u.coefficients.iter_mut().enumerate().skip(1) {
        if k == 1 {
            *coefficient = theta1.clone();
        } else {
            *coefficient = term.clone();
            term = term.times(&c);
        }
    }
    let mut companion = u.clone();
    for coefficient in companion.coefficients.iter_mut().skip(1) {
        *coefficient = coefficient.times(gamma);
    }
    let slope = u.derivative();
    let product = u.times(&companion);
    let mut power = slope;
    (1..=count)
        .map(|k| {
            power = power.times(&product);
            power.coefficients[k - 1].over(&theta1.integer(k as i64))
        })
        .collect()
}
