//! c* next to 1, where the series is too long: R(c) by duals.
//!
//! K(c) = (R(c) − c)/(1 − c) falls from positive values to 1 − chi_1 < 0 as c → 1, since R is convex: its zero is bracketed and refined in
//! u = √(1 − c), in which K is smooth for f with kinks too. R′(c*) = sigma_w2 E f′(u) f′(v) comes from the Gaussian data of a bias that
//! the two share (variances q c* and q (1 − c*)), weak derivatives included.

use rug::{Float, Rational};

use super::correlation::{Precision, WITHOUT, product};
use super::error::PropagationError;
use super::fixed::FixedPoint;
use super::scale::enclosed;
use super::variance::VarianceMap;
use crate::gaussian::{Biased, Data, Exact, Quantity, dual};
use crate::number::{Ball, Magnitude};

/// Bits of the search.
const BITS: u32 = 90;
/// The least 1 − c* that is looked for.
const LEAST: f64 = 1e-16;
/// Steps of the search, and of the refinement.
const MOST_STEPS: usize = 60;
const REFINEMENTS: usize = 12;

/// c* and R′(c*), from an estimate of √(1 − c*) where there is one.
///
/// # Errors
/// As [`dual`], or where c* is closer to 1 than 1e-16.
pub(super) fn near_one(
    map: &VarianceMap,
    data: &Data,
    point: &FixedPoint,
    ([w, b], estimate): (&[Ball; 2], Option<f64>),
    precision: Precision,
) -> Result<(Quantity, Quantity), PropagationError> {
    let Precision { bits, job, .. } = precision;
    // R(c) − c at c = 1 − distance
    let gap = |distance: &Rational, bits: u32| -> Result<Ball, PropagationError> {
        let c = Rational::from(1 - distance);
        let ball = Ball::rational(&c, bits);
        let value = dual(data, data, &ball, Some(&Exact::from(c)), bits, job)?.ball;
        Ok(&(&(w * &value) + b) - &ball)
    };
    let distance = |u: f64| Rational::from_f64(u * u).unwrap_or_default();
    let curve = |u: f64| -> Result<f64, PropagationError> { Ok(gap(&distance(u), BITS)?.to_f64() / (u * u)) };
    // what the estimate is worth the signs next to c* tell
    let from_estimate = estimate.and_then(|u| refined(&distance(u), &gap, bits).ok());
    let c = match from_estimate {
        Some(c) => c,
        None => refined(&distance(search(&curve)?), &gap, bits)?,
    };
    let chi_c = slope(map, point, &c, w, precision)?;
    Ok((Quantity { ball: c, exact: None }, Quantity { ball: chi_c, exact: None }))
}

/// The zero of K in u, to about ten digits.
///
/// # Errors
/// Those of K, or a zero too near 0.
pub(super) fn search(curve: &dyn Fn(f64) -> Result<f64, PropagationError>) -> Result<f64, PropagationError> {
    let (mut high, mut at_high) = (0.7, curve(0.7)?);
    let (mut low, mut at_low) = (high, at_high);
    while at_low > 0.0 {
        (high, at_high) = (low, at_low);
        low *= 0.25;
        if low * low < LEAST {
            let message = "c* is closer to 1 than 1e-16: the phase is chaotic, next to the edge of chaos".to_owned();
            return Err(PropagationError::Unsettled(message).with_help(WITHOUT));
        }
        at_low = curve(low)?;
    }
    // Illinois: the false position with the weight of an end that stays halved
    let mut u = low;
    for _ in 0..MOST_STEPS {
        let next = (low * at_high - high * at_low) / (at_high - at_low);
        let done = (next - u).abs() < 1e-10 * next;
        u = next;
        if done {
            break;
        }
        let value = curve(u)?;
        if value > 0.0 {
            (high, at_high, at_low) = (u, value, 0.5 * at_low);
        } else {
            (low, at_low, at_high) = (u, value, 0.5 * at_high);
        }
    }
    Ok(u)
}

/// c* by the secant method at full precision, and the signs next to it.
fn refined(
    start: &Rational,
    gap: &dyn Fn(&Rational, u32) -> Result<Ball, PropagationError>,
    bits: u32,
) -> Result<Ball, PropagationError> {
    let short = |value: &Float| Float::with_val(bits, value).to_rational().unwrap_or_default();
    let mut before = Rational::from(start * Rational::from((1_000_000_001u32, 1_000_000_000u32)));
    let mut value_before = gap(&before, bits)?;
    let mut now = start.clone();
    let mut value = gap(&now, bits)?;
    let mut step = Ball::rational(&Rational::from(&before - &now), bits);
    for _ in 0..REFINEMENTS {
        let slope = &(&value - &value_before) / &step;
        // the values differ by more than their errors only while the step is large
        let next = &value / &slope;
        if !next.is_finite() || next.mid().is_zero() {
            break;
        }
        let size = next.mid().clone();
        let small = Magnitude::of(&size) < Ball::rational(&now, bits).magnitude().shifted(-i64::from(bits) + 20);
        (before, value_before) = (now.clone(), value);
        now = short(&Float::with_val(2 * bits, Float::with_val(2 * bits, &now) - size));
        value = gap(&now, bits)?;
        step = Ball::rational(&Rational::from(&now - &before), bits);
        if small {
            break;
        }
    }
    let _ = before;
    let mut reach = Rational::from(&now >> (bits - 24));
    for _ in 0..30 {
        let [near, far] = [Rational::from(&now - &reach), Rational::from(&now + &reach)];
        if gap(&near, bits)?.is_negative() && gap(&far, bits)?.is_positive() {
            let middle = Ball::rational(&Rational::from(1 - &now), bits);
            return Ok(middle.widened(Ball::rational(&reach, bits).magnitude()));
        }
        reach <<= 4;
    }
    Err(PropagationError::Undecided("c* is not enclosed".to_owned()).with_help(WITHOUT))
}

/// R′(c) at a fixed point of the variance.
fn slope(map: &VarianceMap, point: &FixedPoint, c: &Ball, w: &Ball, precision: Precision) -> Result<Ball, PropagationError> {
    let Precision { bits, job, .. } = precision;
    let rest = &Ball::integer(1, bits) - c;
    let q = point.sigma(map, job).powi(2);
    let constants = [&rest, c].map(|share| q.clone() * enclosed(share.clone()));
    let biased = Biased::new(&map.f, &constants[0], &constants[1], job)?;
    let energy = biased.slope_square(bits, job)?;
    // slope_square is τ² E f′(u) f′(v), τ² = q (1 − c), and w is sigma_w2/q
    let scaled = product(&energy, &Quantity { ball: w.clone(), exact: None }, bits);
    Ok(&scaled.ball / &rest)
}
