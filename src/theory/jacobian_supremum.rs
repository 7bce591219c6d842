//! The supremum of squared slopes that nodes do not come to: the limit far out, as that of softplus, or the value at a place where a layer of a small
//! signal has no weight, as gelu beside √2. ζ cannot pass below it, and a law that would need that ends there by a tail thinner than a root
//! (docs/mathematics.md, 'Jacobians', ends).

use super::jacobian_slopes::{FAR_OUT, Slopes, point};
use crate::activation::{Evaluator, Program, derivative, evaluate};
use crate::number::Ball;

/// Places beyond those with weight, by powers, and how far out.
const POWERS: i32 = 1200;
const FARTHEST: f64 = 1e9;
/// Steps of Newton's method for the place of a largest slope, and how small the last one is, as a power of 1/2 of the bits.
const STEPS: usize = 12;
const SETTLED: f64 = 0.4;
/// A value beyond the nodes counts that is larger than theirs by this share.
const LARGER: f64 = 1e-9;

impl Slopes {
    /// The supremum, where it is no less than the `largest` node.
    pub(super) fn supremum(&self, largest: f64, bits: u32) -> Option<Ball> {
        let last = self.found.branches.len() - 1;
        let limit = |branch: usize, sign: i64| {
            let place = Ball::integer(10, bits).power(FAR_OUT);
            let place = if sign < 0 { -&place } else { place };
            Some(point(&evaluate(&self.found.branches[branch], &place).square())).filter(Ball::is_finite)
        };
        let limits = [limit(0, -1), limit(last, 1)].into_iter().flatten();
        // pieces are known where there is weight
        let peak = if last == 0 { self.peak(largest, bits) } else { None };
        let best = limits.chain(peak).max_by(|a, b| a.to_f64().total_cmp(&b.to_f64()))?;
        (best.to_f64() >= largest).then_some(best)
    }

    /// The largest squared slope beyond the places that have weight, where it is larger than the nodes and taken at a smooth place.
    fn peak(&self, largest: f64, bits: u32) -> Option<Ball> {
        let slope = &self.found.branches[0];
        let from = self.reach * evaluate(&self.sigma, &Ball::zero(64)).to_f64();
        let out = |power: i32| from * (FARTHEST / from).max(1.0).powf(f64::from(power) / f64::from(POWERS));
        let places: Vec<f64> = (0..=POWERS).map(out).flat_map(|place| [-place, place]).collect();
        let mut values = places.clone();
        Program::new(slope).apply(&mut values);
        let seen =
            places.iter().zip(&values).filter(|(_, value)| value.is_finite()).map(|(place, value)| (*place, value * value));
        let (start, square) = seen.max_by(|a, b| a.1.total_cmp(&b.1))?;
        if square <= largest * (1.0 + LARGER) {
            return None;
        }
        let turning = derivative(slope);
        let [slope, first, second] = [slope, &turning, &derivative(&turning)].map(|function| Evaluator::new(function, bits));
        let mut place = Ball::double(start, bits);
        for _ in 0..STEPS {
            let step = point(&(&first.value(&place) / &second.value(&place)));
            place = point(&(&place - &step));
            if !place.is_finite() {
                return None;
            }
            if step.to_f64().abs() <= start.abs() * (-SETTLED * f64::from(bits)).exp2() {
                let found = point(&slope.value(&place).square());
                return Some(found).filter(|found| found.to_f64() >= square * (1.0 - LARGER));
            }
        }
        None
    }
}
