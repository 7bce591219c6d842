//! Pole corrections of the trapezoid rule.
//!
//! With poles z_m of f below the line Im z = b and E(z) = e^{2πiz/h}, U = E/(1 − E):
//! ∫ g = T_h(g) − 2 Re Σ_m 2πi Res_{z_m}(g U), and the remaining error is bounded on the line Im z = b above the poles exactly
//! as without them. Here g = f He_k φ, f² φ and f′² φ; near z_m, He_k(z_m + ε) = Σ_i C(k, i) He_{k−i}(z_m) ε^i.
//!
//! Lengths: for a pole of order d, f² needs d_{−d} … d_{d−1} of f and f′² needs as far as d_{d+1}, 2(d + 1) terms; the weight
//! φU is needed to order 2d + 1, that of f′². Everything is in balls: where a pole lies close to the line, 1 − E is small and
//! the residue cancels against the nodes next to it, and the radii say what is left.

use super::poles::{Pole, expand};
use super::sums::Sums;
use crate::activation::Function;
use crate::number::{Ball, ComplexBall, Laurent};

/// What is to be added to the trapezoid's sums, for step h and degrees up to `order`; `None` when f cannot be expanded.
#[must_use]
pub fn corrections(f: &Function, energy: bool, poles: &[&Pole], step: f64, order: usize, bits: u32) -> Option<Sums> {
    let mut total = Sums::zero(order, bits);
    for pole in poles {
        let series = principal(f, pole)?;
        let depth = (-series.valuation).max(0) as usize;
        if depth == 0 {
            continue;
        }
        let weight = weight_jet(pole, step, 2 * depth + 2);
        let parts = Sums {
            hermite: hermite_residues(&series, &pole.at, &weight, order),
            second: residue(&series.times(&series), &weight),
            energy: if energy { residue(&series.derivative().power(2), &weight) } else { Ball::zero(bits) },
        };
        total = total.plus(&parts);
    }
    Some(total)
}

/// The Laurent series with all the terms that f² and f′² need: 2(r + 1) for a pole of order r.
fn principal(f: &Function, pole: &Pole) -> Option<Laurent> {
    let mut length = 4;
    loop {
        let series = expand(f, pole, length)?;
        let order = (-series.valuation).max(0) as usize;
        let needed = 2 * (order + 1);
        if needed <= series.terms.len() {
            return Some(series);
        }
        if length > 64 {
            return None;
        }
        length = needed + 2;
    }
}

/// Taylor coefficients of φ U at the pole.
fn weight_jet(pole: &Pole, step: f64, length: usize) -> Vec<ComplexBall> {
    let z = &pole.at;
    let bits = z.bits();
    let real = |ball: Ball| ComplexBall::real(ball);
    let two_pi = Ball::pi(bits).shifted(1);
    let rate = ComplexBall::new(Ball::zero(bits), &two_pi / &Ball::double(step, bits.max(53)));
    // E(z + ε) = E₀ Σ (rate ε)^i / i!
    let mut wave = vec![(z * &rate).exp()];
    for i in 1..length as i64 {
        let last = &wave[wave.len() - 1] * &rate;
        wave.push(last.scaled(&Ball::integer(i, bits).inverse()));
    }
    let wave = Laurent { valuation: 0, terms: wave };
    let one = Laurent::constant(real(Ball::integer(1, bits)), length);
    let ratio = wave.times(&one.plus(&wave.negated()).inverse());
    // φ(z + ε) = φ(z) e^{−zε − ε²/2}: coefficients c_{i+1} = −(z c_i + c_{i−1})/(i + 1)
    let density = (-&z.square().scaled(&Ball::integer(1, bits).shifted(-1))).exp().scaled(&two_pi.sqrt().inverse());
    let mut gauss = vec![density];
    for i in 0..length - 1 {
        let mut next = &gauss[i] * z;
        if i > 0 {
            next = next + &gauss[i - 1];
        }
        gauss.push((-&next).scaled(&Ball::integer(i as i64 + 1, bits).inverse()));
    }
    ratio.times(&Laurent { valuation: 0, terms: gauss }).terms
}

/// −2 Re(2πi R) = 4π Im R.
fn correction(residue: &ComplexBall) -> Ball {
    let bits = residue.bits();
    &residue.im * &Ball::pi(bits).shifted(2)
}

/// The correction of ∫ g φ from the principal part of g.
fn residue(g: &Laurent, weight: &[ComplexBall]) -> Ball {
    let zero = ComplexBall::real(Ball::zero(weight[0].bits()));
    let depth = (-g.valuation).max(0) as usize;
    let sum = (1..=depth).fold(zero, |sum, j| match g.coefficient(-(j as i32)) {
        Some(coefficient) => sum + &coefficient * &weight[j - 1],
        None => sum,
    });
    correction(&sum)
}

/// The corrections of E f He_k for k = 0 … order.
fn hermite_residues(f: &Laurent, z: &ComplexBall, weight: &[ComplexBall], order: usize) -> Vec<Ball> {
    let bits = z.bits();
    let depth = (-f.valuation).max(0) as usize;
    let mut hermite = vec![ComplexBall::real(Ball::integer(1, bits))];
    for k in 0..order {
        let mut next = &hermite[k] * z;
        if k > 0 {
            next = next - hermite[k - 1].scaled(&Ball::integer(k as i64, bits));
        }
        hermite.push(next);
    }
    // fold the principal part into the weight once: d_i = Σ_{j > i} c_{−j} w_{j−1−i}
    let folded: Vec<ComplexBall> = (0..depth)
        .map(|i| {
            (i + 1..=depth).fold(ComplexBall::real(Ball::zero(bits)), |sum, j| {
                let coefficient = f.coefficient(-(j as i32)).unwrap_or_else(|| ComplexBall::real(Ball::zero(bits)));
                sum + coefficient * &weight[j - 1 - i]
            })
        })
        .collect();
    (0..=order)
        .map(|k| {
            let mut binomial = Ball::integer(1, bits);
            let mut sum = ComplexBall::real(Ball::zero(bits));
            for (i, part) in folded.iter().enumerate().take(k + 1) {
                sum = sum + (&hermite[k - i] * part).scaled(&binomial);
                binomial = &(&binomial * &Ball::integer((k - i) as i64, bits)) / &Ball::integer(i as i64 + 1, bits);
            }
            correction(&sum)
        })
        .collect()
}
