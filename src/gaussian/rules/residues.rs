//! Pole corrections of the trapezoid rule.
//!
//! With poles z_m of f below the line Im z = b and E(z) = e^{2πiz/h}, U = E/(1 − E):
//! ∫ g = T_h(g) − 2 Re Σ_m 2πi Res_{z_m}(g U), and the remaining error is bounded on the line Im z = b above the poles exactly
//! as without them. Here g = f He_k φ, f² φ and f′² φ; near z_m, He_k(z_m + ε) = Σ_i C(k, i) He_{k−i}(z_m) ε^i.
//! At a pole iy all but the principal part is real: He_k(iy) = i^k P_k(y) with P_{k+1} = y P_k + k P_{k−1}, and φ U along the axis.
//! The higher the pole, the smaller its share and the lower the precision that it deserves.
//!
//! Lengths: for a pole of order d, f² needs d_{−d} … d_{d−1} of f and f′² needs as far as d_{d+1}, 2(d + 1) terms; the weight
//! φU is needed to order 2d + 1, that of f′². Everything is in balls: where a pole lies close to the line, 1 − E is small and
//! the residue cancels against the nodes next to it, and the radii say what is left.

use rug::{Assign, Float, Integer, Rational};

use super::laurent::expand;
use super::poles::Pole;
use super::request::Request;
use super::sums::Sums;
use crate::activation::{Function, Tape};
use crate::gaussian::weight::ln_hermite;
use crate::number::{Ball, ComplexBall, Laurent, Magnitude, Stopped};

/// Below this precision all poles get the same (tuned).
const FEW_BITS: u32 = 1200;
/// Precision at which the size of a principal part is looked at.
const COARSE_BITS: u32 = 64;
/// Bits beyond those that the size of a share asks for.
const GUARD_BITS: f64 = 32.0;

/// Poles whose Laurent series would be longer are left to other rules (tuned).
const LONGEST: usize = 64;

/// What is to be added to the trapezoid's sums for step h; `None` when f cannot be expanded.
///
/// # Errors
/// When the job is stopped.
pub fn corrections(request: &Request<'_>, poles: &[&Pole], step: f64, bits: u32) -> Result<Option<Sums>, Stopped> {
    let (f, energy) = (request.f.function(), request.slope.is_some());
    let mut total = Sums::zero(request.order, bits);
    let operations = Tape::new(f).operations.len() as u64;
    for pole in poles {
        let pole = &pole.with_bits(deserved_bits(request, pole, step, bits));
        let Some(series) = principal(f, pole, energy) else { return Ok(None) };
        // a product of series takes ten steps and more a pair of terms (measured)
        request.job.spend(operations * (series.terms.len() as u64).pow(2) * (10 + u64::from(bits) / 32))?;
        let depth = (-series.valuation).max(0) as usize;
        if depth == 0 {
            continue;
        }
        let weight = weight_jet(&pole.at, step, 2 * (depth + usize::from(energy)));
        add_hermite(&mut total.hermite, &series, &pole.at, &weight);
        total.second = &total.second + &residue(&series.times(&series), &weight);
        if energy {
            total.energy = &total.energy + &residue(&series.derivative().power(2), &weight);
        }
    }
    Ok(Some(total))
}

/// So many bits that the share of the pole keeps `bits` bits after the point.
fn deserved_bits(request: &Request<'_>, pole: &Pole, step: f64, bits: u32) -> u32 {
    if bits <= FEW_BITS {
        return bits;
    }
    let coarse = principal(request.f.function(), &pole.with_bits(COARSE_BITS), request.slope.is_some());
    let Some(series) = coarse else { return bits };
    let size = series.terms.iter().map(|term| term.magnitude().log2()).fold(0.0, f64::max);
    let (x, y) = (pole.at.re.to_f64(), pole.height);
    let rate = 2.0 * std::f64::consts::PI / step;
    let weight = 0.5 * (y * y - x * x) - rate * y + series.terms.len() as f64 * (rate + x.abs() + y).ln();
    let hermite = ln_hermite(request.order, x.hypot(y));
    let share = (weight + hermite) * std::f64::consts::LOG2_E + 2.0 * size;
    (f64::from(bits) + share + GUARD_BITS).clamp(f64::from(COARSE_BITS), f64::from(bits)) as u32
}

/// The Laurent series with all the terms that f² and f′² need: 2r or 2(r + 1) for a pole of order r.
fn principal(f: &Function, pole: &Pole, energy: bool) -> Option<Laurent> {
    let mut length = 2 + 2 * usize::from(energy);
    loop {
        let series = expand(f, pole, length)?;
        let order = (-series.valuation).max(0) as usize;
        let needed = 2 * (order + usize::from(energy));
        if needed <= series.terms.len() {
            return Some(series);
        }
        if needed > LONGEST {
            return None;
        }
        length = needed + 2;
    }
}

/// Taylor coefficients of φ U at z.
fn weight_jet(z: &ComplexBall, step: f64, length: usize) -> Vec<ComplexBall> {
    let bits = z.bits();
    let two_pi = Ball::pi(bits).shifted(1);
    let rate = &two_pi / &Ball::double(step, bits.max(53));
    let root = two_pi.sqrt().inverse();
    if z.re.is_exact_zero() {
        // in η = −iε: E = e^{−2π(y+η)/h} and φ = e^{(y+η)²/2}/√(2π)
        let wave = ComplexBall::real((-&(&rate * &z.im)).exp());
        let density = ComplexBall::real(&z.im.square().shifted(-1).exp() * &root);
        let rate = ComplexBall::real(-&rate);
        let along = jet(&wave, &rate, &density, &ComplexBall::real(z.im.clone()), 1, length);
        return along.into_iter().enumerate().map(|(j, term)| turned(term, 3 * j)).collect();
    }
    let rate = ComplexBall::new(Ball::zero(bits), rate);
    let density = (-&z.square().scaled(&Ball::integer(1, bits).shifted(-1))).exp().scaled(&root);
    jet(&(z * &rate).exp(), &rate, &density, &-z, -1, length)
}

/// i^quarter·z.
fn turned(z: ComplexBall, quarter: usize) -> ComplexBall {
    match quarter % 4 {
        0 => z,
        1 => ComplexBall::new(-&z.im, z.re),
        2 => -&z,
        _ => ComplexBall::new(z.im, -&z.re),
    }
}

/// The product of U = E/(1 − E), E = `wave`·e^{rate·t}, and `density`·e^{slope·t + sign·t²/2}, in powers of t.
fn jet(
    wave: &ComplexBall,
    rate: &ComplexBall,
    density: &ComplexBall,
    slope: &ComplexBall,
    sign: i64,
    length: usize,
) -> Vec<ComplexBall> {
    let bits = wave.bits();
    let over = |z: ComplexBall, n: usize| if n == 1 { z } else { z.scaled(&Ball::integer(n as i64, bits).inverse()) };
    let (mut waves, mut densities) = (vec![wave.clone()], vec![density.clone()]);
    for i in 1..length {
        waves.push(over(&waves[i - 1] * rate, i));
        let mut next = &densities[i - 1] * slope;
        if i > 1 {
            next = if sign > 0 { next + &densities[i - 2] } else { next - &densities[i - 2] };
        }
        densities.push(over(next, i));
    }
    // U (1 − E) = E, term by term
    let inverse = (ComplexBall::real(Ball::integer(1, bits)) - wave).inverse();
    let mut ratios: Vec<ComplexBall> = Vec::with_capacity(length);
    for j in 0..length {
        let sum = (0..j).fold(waves[j].clone(), |sum, i| sum + &ratios[i] * &waves[j - i]);
        ratios.push(sum * &inverse);
    }
    let term = |k: usize| {
        let first = &ratios[0] * &densities[k];
        (1..=k).fold(first, |sum, i| sum + &ratios[i] * &densities[k - i])
    };
    (0..length).map(term).collect()
}

/// The correction of ∫ g φ from the principal part of g: −2 Re(2πi R) = 4π Im R.
fn residue(g: &Laurent, weight: &[ComplexBall]) -> Ball {
    let residue = folded(g, weight, 0);
    &residue.im * &Ball::pi(residue.bits()).shifted(2)
}

/// Σ_{j > i} c_{−j} w_{j−1−i}: the coefficient of ε^i of a smooth factor in the residue of g times it.
fn folded(g: &Laurent, weight: &[ComplexBall], i: usize) -> ComplexBall {
    let zero = ComplexBall::real(Ball::zero(weight[0].bits()));
    let depth = (-g.valuation).max(0) as usize;
    (i + 1..=depth).fold(zero, |sum, j| match g.coefficient(-(j as i32)) {
        Some(coefficient) => sum + coefficient * &weight[j - 1 - i],
        None => sum,
    })
}

/// Adds the corrections of E f He_k.
fn add_hermite(totals: &mut [Ball], f: &Laurent, z: &ComplexBall, weight: &[ComplexBall]) {
    let bits = z.bits();
    let depth = (-f.valuation).max(0) as usize;
    let four_pi = Ball::pi(bits).shifted(2);
    let parts: Vec<ComplexBall> = (0..depth).map(|i| folded(f, weight, i).scaled(&four_pi)).collect();
    let values = if z.re.is_exact_zero() {
        HermiteValues::Axis(axis_hermite(&z.im, totals.len()))
    } else {
        HermiteValues::Plane(hermite(z, totals.len()))
    };
    for (k, total) in totals.iter_mut().enumerate() {
        for (i, part) in parts.iter().enumerate().take(k + 1) {
            let Some(share) = values.imaginary_part(k - i, part) else { continue };
            let choices = Integer::from(Integer::binomial_u(k as u32, i as u32));
            *total = &*total + &if i == 0 { share } else { share.times_rational(&Rational::from(choices)) };
        }
    }
}

/// He_k(z) for k = 0, 1, …
enum HermiteValues {
    /// P_k with He_k(iy) = i^k P_k(y).
    Axis(Vec<Ball>),
    /// He_k itself.
    Plane(Vec<ComplexBall>),
}

impl HermiteValues {
    /// Im(He_k(z)·part), unless it is exactly zero.
    fn imaginary_part(&self, k: usize, part: &ComplexBall) -> Option<Ball> {
        match self {
            Self::Axis(values) => {
                let side = if k.is_multiple_of(2) { &part.im } else { &part.re };
                if side.is_exact_zero() {
                    return None;
                }
                let product = &values[k] * side;
                Some(if k % 4 < 2 { product } else { -product })
            }
            Self::Plane(values) => Some(&values[k].re * &part.im + &values[k].im * &part.re),
        }
    }
}

/// He_0(z) … He_{count−1}(z).
fn hermite(z: &ComplexBall, count: usize) -> Vec<ComplexBall> {
    let bits = z.bits();
    let mut values = vec![ComplexBall::real(Ball::integer(1, bits))];
    for k in 0..count.saturating_sub(1) {
        let mut next = &values[k] * z;
        if k > 0 {
            next = next - values[k - 1].scaled(&Ball::integer(k as i64, bits));
        }
        values.push(next);
    }
    values
}

/// P_0(y) … P_{count−1}(y), y > 0. All terms of P_{k+1} = y P_k + k P_{k−1} are positive, so that its three roundings a step and a
/// relative error δ of y leave a relative error of at most 4k·2^−p + 2kδ, as long as that is small.
fn axis_hermite(y: &Ball, count: usize) -> Vec<Ball> {
    let bits = y.bits();
    let steps = Magnitude::from_f64(count as f64 + 1.0);
    let relative = steps.times(y.radius().over(y.least_magnitude())).shifted(1).plus(steps.shifted(2 - i64::from(bits)));
    if relative.to_f64() > 0.125 {
        return vec![Ball::unknown(bits); count];
    }
    let (mut before, mut now, mut next) = (Float::new(bits), Float::with_val(bits, 1), Float::new(bits));
    let mut values = Vec::with_capacity(count);
    for k in 0..count {
        values.push(Ball::new(now.clone(), Magnitude::of(&now).times(relative)));
        next.assign(&now * y.mid());
        before *= k as u32;
        next += &before;
        std::mem::swap(&mut before, &mut now);
        std::mem::swap(&mut now, &mut next);
    }
    values
}
