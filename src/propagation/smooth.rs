//! c* < 1 of an f that is analytic about the line or between breakpoints: R(c) and R′(c) = sigma_w2 E f′(u) f′(v) from sums over pairs of nodes.
//!
//! G(c) = R(c) − c is convex, not negative at 0, 0 at 1 and rises there: c* is its only zero below 1. A search in doubles brackets it,
//! Newton's method with the slope of doubles refines it, and from the last place it is enclosed with the slope next to it: R′ is convex too,
//! so that R″ ≤ chi_1/(1 − c).

use rug::Float;

use super::error::PropagationError;
use super::fixed::FixedPoint;
use super::variance::VarianceMap;
use crate::gaussian::{Moment, Quantity};
use crate::number::{Ball, Job, Magnitude};

/// Steps of the search, and of the refinement.
const MOST_STEPS: usize = 60;
const REFINEMENTS: usize = 12;
/// The least 1 − c* that is looked for, and how the search comes near 1.
const LEAST: f64 = 1e-6;
const APPROACH: f64 = 0.2;

/// The map at a fixed point: w = sigma_w2/q and b = sigma_b2/q, and chi_1.
pub(super) struct Map<'a> {
    pub(super) ratios: &'a [Ball; 2],
    pub(super) chi_1: &'a Moment,
}

/// c* and R′(c*); none where sums over pairs are not had, or take too many nodes.
///
/// # Errors
/// When the job is stopped.
pub(super) fn merged(
    map: &VarianceMap,
    point: &FixedPoint,
    Map { ratios: [w, b], chi_1 }: &Map<'_>,
    bits: u32,
    job: &Job<'_>,
) -> Result<Option<(Quantity, Quantity)>, PropagationError> {
    let Moment::Finite(chi_1) = chi_1 else { return Ok(None) };
    let energies = &map.known.energies;
    let sigma = point.q.ball.sqrt();
    let (deviation, slope_factor) = (sigma.to_f64(), VarianceMap::enclose(&map.sigma_w2, bits));
    let [rough_w, rough_b, rough_factor] = [w, b, &slope_factor].map(Ball::to_f64);
    let rough = |c: f64| -> Result<Option<f64>, PropagationError> {
        Ok(energies.pair_roughly(0, [deviation, c], job)?.map(|value| rough_w * value + rough_b - c))
    };
    let Some(start) = search(&rough)? else { return Ok(None) };
    let Some(slope) = energies.pair_roughly(1, [deviation, start], job)? else { return Ok(None) };
    let slope = rough_factor * slope - 1.0;
    if !(slope < 0.0 && start < 1.0) {
        return Ok(None);
    }
    let steep = Magnitude::from_f64(1.0 / slope.abs());
    let steeper = chi_1.ball.magnitude().over(Ball::double(1.0 - start, bits).least_magnitude());
    let small = Magnitude::power_of_two(-i64::from(bits));
    let mut c = Float::with_val(bits, start);
    for _ in 0..REFINEMENTS {
        let Some(value) = energies.pair(0, (&sigma, &c), bits, job)? else { return Ok(None) };
        let place = Ball::new(c.clone(), Magnitude::ZERO);
        let gap = &(&(w * &value) + b) - &place;
        let step = Float::with_val(bits, gap.mid() / slope);
        let next = Float::with_val(bits, &c - &step).max(&Float::new(bits));
        let reach = gap.magnitude().times(steep);
        // the slope at the next place tells this step to all bits, or no step tells more
        if reach.times(reach).times(steeper) <= small || gap.magnitude() <= gap.radius().shifted(2) {
            let Some(energy) = energies.pair(1, (&sigma, &next), bits, job)? else { return Ok(None) };
            let next = Ball::new(next, Magnitude::ZERO);
            return Ok(enclosed([&place, &next], &gap, &(&energy * &slope_factor), &chi_1.ball));
        }
        c = next;
    }
    Ok(None)
}

/// c* and R′(c*) from R(c) − c at one place and R′(c) at another.
fn enclosed([c, other]: [&Ball; 2], gap: &Ball, slope: &Ball, chi_1: &Ball) -> Option<(Quantity, Quantity)> {
    let one = Ball::integer(1, c.bits());
    let descent = slope - &one;
    // of R′ within a radius of c, where R″ ≤ chi_1/(1 − c)
    let change = |radius: Magnitude, reach: Magnitude| {
        let farthest = c.widened(radius);
        reach.times(chi_1.magnitude()).over((&one - &farthest).least_magnitude())
    };
    let apart = (other - c).magnitude();
    let mut radius = gap.magnitude().over(descent.least_magnitude()).max(apart).shifted(1);
    for _ in 0..8 {
        let step = gap / &descent.widened(change(radius, radius.plus(apart)));
        if step.is_finite() && step.magnitude() <= radius && (&one - &c.widened(radius)).is_positive() {
            let found = c - &step;
            let rest = (&found - other).magnitude();
            let exact = |ball: Ball| Quantity { ball, exact: None };
            return Some((exact(found), exact(slope.widened(change(radius, rest)))));
        }
        radius = radius.shifted(1);
    }
    None
}

/// A zero of G below 1 to some twelve digits; none where it is too near 1, or where G is not had.
///
/// # Errors
/// Those of G.
fn search(gap: &dyn Fn(f64) -> Result<Option<f64>, PropagationError>) -> Result<Option<f64>, PropagationError> {
    let Some(mut at_low) = gap(0.0)? else { return Ok(None) };
    let (mut low, mut rest) = (0.0, 0.5);
    if at_low <= 0.0 {
        return Ok(Some(0.0));
    }
    let (mut high, mut at_high) = loop {
        let c = 1.0 - rest;
        match gap(c)? {
            Some(value) if value < 0.0 => break (c, value),
            Some(value) => (low, at_low) = (c, value),
            None => return Ok(None),
        }
        rest *= APPROACH;
        if rest < LEAST {
            return Ok(None);
        }
    };
    // Illinois: the false position with the weight of an end that stays halved
    let mut c = low;
    for _ in 0..MOST_STEPS {
        let next = (low * at_high - high * at_low) / (at_high - at_low);
        let done = (next - c).abs() < 1e-12 * (1.0 - next);
        c = next;
        if done {
            break;
        }
        let Some(value) = gap(c)? else { return Ok(None) };
        if value > 0.0 {
            (low, at_low, at_high) = (c, value, 0.5 * at_high);
        } else {
            (high, at_high, at_low) = (c, value, 0.5 * at_low);
        }
    }
    Ok(Some(c))
}
