//! The supremum of squared slopes at a place without weight: the limit far out, as that of softplus, or a largest value where a layer of a small
//! signal hardly comes, as gelu at √2. ζ cannot pass below it, and a law that would need that ends there by a tail thinner than a root
//! (docs/mathematics.md, 'Jacobians', ends).
//!
//! Around its largest value, which it takes at z₀, d is max d − κ(z − z₀)². This adds φ(z₀) π max d/√(κg) to ψ at a distance g above it, and
//! ends the law where that turns z: where E d/(ζ − d)² = ψ (1 + ψ)/ζ or so, at g = (φ(z₀) π max d ζ/(2 √κ ψ (1 + ψ)))^(2/3). Where this is below
//! what doubles see, the supremum with g for its error stands for that end.

use super::jacobian_slopes::{FAR_OUT, Slopes, point};
use crate::activation::{Evaluator, Program, derivative, evaluate};
use crate::number::{Ball, Magnitude};

/// Places with little weight, by powers, from which Z on and how far out.
const POWERS: i32 = 1200;
const FROM: f64 = 6.0;
const FARTHEST: f64 = 1e9;
/// Steps of Newton's method for the place of a largest slope, and how small the last one is, as a power of 1/2 of the bits.
const STEPS: usize = 12;
const SETTLED: f64 = 0.4;
/// What a value found may be off by.
const OFF: f64 = 1e-9;
/// A largest value is approached closer than by this share of it where it counts as not taken.
const NEAREST: f64 = 1e-13;
/// What that distance may be off by.
const CAUTION: f64 = 4.0;
/// Nodes within this share of it are left out then.
pub(super) const LEFT_OUT: f64 = 1e-11;

impl Slopes {
    /// The supremum, where it is no less than all nodes and not taken with any weight.
    pub(super) fn supremum(&self, nodes: &[[Ball; 2]], bits: u32) -> Option<Ball> {
        let largest = nodes.iter().map(|[value, _]| value.to_f64()).fold(0.0, f64::max);
        let last = self.found.branches.len() - 1;
        let limit = |branch: usize, sign: i64| {
            let place = Ball::integer(10, bits).power(FAR_OUT);
            let place = if sign < 0 { -&place } else { place };
            Some(point(&evaluate(&self.found.branches[branch], &place).square())).filter(Ball::is_finite)
        };
        let limits = [limit(0, -1), limit(last, 1)].into_iter().flatten();
        // pieces are known where there is weight
        let peak = if last == 0 { self.peak(nodes, largest, bits) } else { None };
        let best = limits.chain(peak).max_by(|a, b| a.to_f64().total_cmp(&b.to_f64()))?;
        (best.to_f64() >= largest).then_some(best)
    }

    /// The largest squared slope at a smooth place with hardly any weight, where no node is larger, off by how close ζ comes to it.
    fn peak(&self, nodes: &[[Ball; 2]], largest: f64, bits: u32) -> Option<Ball> {
        let slope = &self.found.branches[0];
        let sigma = evaluate(&self.sigma, &Ball::zero(64)).to_f64();
        let from = FROM * sigma;
        let out = |power: i32| from * (FARTHEST / from).max(1.0).powf(f64::from(power) / f64::from(POWERS));
        let places: Vec<f64> = (0..=POWERS).map(out).flat_map(|place| [-place, place]).collect();
        let mut values = places.clone();
        Program::new(slope).apply(&mut values);
        let seen =
            places.iter().zip(&values).filter(|(_, value)| value.is_finite()).map(|(place, value)| (*place, value * value));
        let (start, square) = seen.max_by(|a, b| a.1.total_cmp(&b.1))?;
        // what steps of the places may miss
        if 2.0 * square <= largest {
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
                let highest = found.to_f64();
                if highest < square * (1.0 - OFF) || highest < largest * (1.0 - OFF) {
                    return None;
                }
                let bend = (slope.value(&place).to_f64() * second.value(&place).to_f64()).abs() * sigma * sigma;
                let gap = CAUTION * nearest(nodes, highest, place.to_f64() / sigma, bend);
                return (gap < NEAREST * highest).then(|| found.widened(Magnitude::from_f64(gap)));
            }
        }
        None
    }
}

/// How close above its largest value, which it takes at z with this bend, ζ comes.
fn nearest(nodes: &[[Ball; 2]], highest: f64, z: f64, bend: f64) -> f64 {
    let apart = nodes.iter().map(|pair| pair.each_ref().map(Ball::to_f64)).filter(|[d, _]| *d < highest * (1.0 - LEFT_OUT));
    let psi: f64 = apart.map(|[d, weight]| weight * d / (highest - d)).sum();
    let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let turns = density * std::f64::consts::PI * highest * highest / (2.0 * bend.sqrt() * psi * (1.0 + psi));
    turns.powf(2.0 / 3.0)
}
