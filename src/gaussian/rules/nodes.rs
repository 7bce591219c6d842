//! Sums over the nodes of one step at all r: of V² r φ(rx) (rx)ᵐ, m = 0, 2, 4, with the bounds that `comb` states.

use std::sync::{Arc, Mutex};

use rug::{Assign, Float};

use super::strip::Strip;
use crate::gaussian::weight::exp_bound;
use crate::number::{Ball, Magnitude};

/// The share of (rx)² in the exponent of nodes that are left out, and ln sup t⁴ e^{−t²/16}, for what it leaves to the powers.
const RATE: f64 = 7.0 / 16.0;
pub(super) const LN_POWERS: f64 = 4.932;

/// Nodes jh, j = 0, 1, …, each with its mirror image.
pub(super) struct Nodes {
    pub(super) step: f64,
    /// V(jh)² + V(−jh)², of j = 0 once, in doubles: the middle and how far it is off.
    pub(super) rough: Vec<[f64; 2]>,
    /// The even and the odd part of V at jh, roughly.
    pub(super) parts: Vec<[f64; 2]>,
    /// In balls, as far as they were needed.
    pub(super) values: Mutex<Arc<Vec<Values>>>,
    /// ln of a bound of the whole sum of V² φ, and of its tail beyond the last node.
    pub(super) ln_sum: f64,
    pub(super) ln_tail: f64,
    /// Every error is below about e^−target.
    pub(super) target: f64,
}

/// V at a node and at its mirror image.
#[derive(Clone)]
pub(super) struct Values {
    /// The sum of both squares, at 0 the one square.
    pub(super) square: Ball,
    /// The even and the odd part.
    pub(super) parts: [Ball; 2],
}

impl Values {
    /// Of V(x) and V(−x).
    pub(super) fn new([right, left]: [&Ball; 2], at_zero: bool) -> Self {
        let square = if at_zero { right.square() } else { &right.square() + &left.square() };
        Self { square, parts: [(right + left).shifted(-1), (right - left).shifted(-1)] }
    }

    /// Of V(x) where V is even or odd.
    pub(super) fn mirrored(value: Ball, odd: bool, at_zero: bool) -> Self {
        let square = if at_zero { value.square() } else { value.square().shifted(1) };
        let zero = Ball::zero(value.bits());
        Self { square, parts: if odd { [zero, value] } else { [value, zero] } }
    }
}

/// The largest ln C_m(β), m = 0, 2, 4: that for m = 4, as ln C_0 = 0 and C_2² ≤ C_4 C_0.
fn ln_peak(beta: f64) -> f64 {
    const TOP: f64 = 8.0;
    let square = beta * beta;
    if square < TOP { 2.0 * TOP.ln() - 0.25 * (TOP - square) } else { 2.0 * square.ln() }
}

/// ln of the bound of the rule's error without its step, for the largest r.
pub(super) fn ln_error(strip: &Strip, r: f64) -> f64 {
    let beta = r * strip.height;
    (2.0 * r).ln() + ln_peak(beta) + 0.5 * beta * beta + 2.0 * strip.ln_norm + 1e-9
}

/// e^{−aj²}, j = 0, 1, …, up to a last one, each with a relative error of at most 2u when it is rounded to so many bits, u = 2^−bits, for
/// 0 ≤ a ≤ 1 given to a relative u/64.
///
/// They come by a recurrence with so many more bits, unit v, that its error, at most 16j² v, is below u/2: e^{−a(2j+1)} after j products
/// is off by at most (7 + 16j)v.
pub(super) struct Gaussians {
    weight: Float,
    ratio: Float,
    decay: Float,
}

impl Gaussians {
    pub(super) fn new(a: &Float, last: usize, bits: u32) -> Self {
        let working = bits + 2 * (usize::BITS - last.leading_zeros()) + 8;
        let ratio = Float::with_val(working, -Float::with_val(working, a)).exp();
        let decay = Float::with_val(working, ratio.square_ref());
        Self { weight: Float::with_val(working, 1), ratio, decay }
    }

    /// The one that is reached.
    pub(super) fn weight(&self) -> &Float {
        &self.weight
    }

    pub(super) fn advance(&mut self) {
        self.weight *= &self.ratio;
        self.ratio *= &self.decay;
    }

    /// All of them.
    pub(super) fn list(a: &Float, last: usize, bits: u32) -> Vec<Float> {
        let mut all = Self::new(a, last, bits);
        let next = |_| {
            let rounded = Float::with_val(bits, &all.weight);
            all.advance();
            rounded
        };
        (0..=last).map(next).collect()
    }
}

impl Nodes {
    /// The error of the rule at r, whatever m.
    pub(super) fn error(&self, strip: &Strip, r: f64) -> Magnitude {
        let periods = 2.0 * std::f64::consts::PI * strip.height / self.step * (1.0 - 1e-14);
        exp_bound(ln_error(strip, r) - periods - (-(-periods).exp()).ln_1p() + 1e-9)
    }

    /// The last node that counts at r: beyond it there is less than e^−target of the whole.
    pub(super) fn last(&self, r: f64) -> usize {
        let rate = RATE * r * r - 0.5;
        let far = ((self.target + self.ln_sum.max(0.0) + 8.0) / rate.max(1e-3)).sqrt() / self.step;
        (far.ceil().max(1.0) as usize).min(self.rough.len() - 1)
    }

    /// A bound of what lies beyond that node, for all r in a range.
    pub(super) fn rest(&self, [least, most]: [f64; 2], last: usize) -> Magnitude {
        self.beyond(most).plus(self.between([least, most], last))
    }

    /// A bound of what lies beyond all nodes, for all r up to one.
    pub(super) fn beyond(&self, most: f64) -> Magnitude {
        exp_bound(most.ln() + LN_POWERS + self.ln_tail + 1e-9)
    }

    /// A bound of what the nodes after one contribute.
    pub(super) fn between(&self, [least, most]: [f64; 2], last: usize) -> Magnitude {
        if last + 1 == self.rough.len() {
            return Magnitude::ZERO;
        }
        let y = self.step * (last + 1) as f64;
        let rate = (RATE * least * least - 0.5).max(0.0) * (1.0 - 1e-12);
        exp_bound(most.ln() + LN_POWERS + self.ln_sum - rate * y * y + 1e-9)
    }

    /// How far a sum up to that node may be off for all r in a range.
    pub(super) fn off(&self, strip: &Strip, [least, most]: [f64; 2], last: usize) -> Magnitude {
        self.error(strip, most).plus(self.rest([least, most], last))
    }

    /// Σ h r φ(rx) (rx)ᵐ V² in doubles, each with how far it may be off for all r within a relative `spread`. The weights come by a
    /// recurrence: e^{−a(2j+1)}, a = (rh)²/2 < 1, after j steps with a relative error of at most 2 + 6j roundings, and e^{−aj²} so with at
    /// most 3j² + 3j. No term is negative: next to that the sum has one rounding for each node and a few.
    pub(super) fn in_doubles(&self, r: f64, spread: f64, last: usize) -> [[f64; 2]; 3] {
        let half = 0.5 * r * r;
        let (mut sums, mut errors) = ([0.0; 4], [0.0; 3]);
        // exact: the step has 12 bits
        let area = self.step * self.step;
        let mut ratio = (-half * area).exp();
        let (mut weight, decay) = (1.0, ratio * ratio);
        for (j, [square, error]) in self.rough[..=last].iter().enumerate() {
            let place = area * (j * j) as f64;
            let (term, off) = (square * weight, error * weight);
            let (second, fourth) = (term * place, term * place * place);
            sums = [sums[0] + term, sums[1] + second, sums[2] + fourth, sums[3] + fourth * place];
            errors = [errors[0] + off, errors[1] + off * place, errors[2] + off * place * place];
            weight *= ratio;
            ratio *= decay;
        }
        let density = self.step * r / std::f64::consts::TAU.sqrt();
        let exponent = half * (self.step * last as f64).powi(2);
        // of r there are at most five more powers
        let relative = (last as f64 + 40.0) * f64::EPSILON + (2.0 * exponent + 6.0) * spread;
        let of_weights = 6.0 * f64::EPSILON / area;
        let factors = [density, density * r * r, density * r.powi(4)];
        std::array::from_fn(|k| {
            let value = sums[k] * factors[k];
            let off = errors[k] * factors[k] + value * relative + of_weights * sums[k + 1] * factors[k];
            [value, off * (1.0 + 1e-6) + f64::MIN_POSITIVE]
        })
    }

    /// The first N of them in balls at a float r, from sums in floats of so many bits, unit u: no weight is off by more than 2u, no term by more than
    /// 6u, the sum by L u more.
    pub(super) fn in_balls<const N: usize>(&self, r: &Ball, last: usize, bits: u32, values: &[Values]) -> [Ball; N] {
        let mut weights = Gaussians::new(&(self.exponent(r) / 2u32), last, bits);
        let (mut sums, mut errors) = ([(); N].map(|()| Float::new(bits)), [Magnitude::ZERO; N]);
        let mut term = Float::new(bits);
        for (j, Values { square, .. }) in values[..=last].iter().enumerate() {
            let place = (j * j) as u64;
            term.assign(square.mid() * weights.weight());
            let mut off = square.radius().times(Magnitude::of(weights.weight()));
            for k in 0..N {
                sums[k] += &term;
                errors[k] = errors[k].plus(off);
                if k + 1 == N {
                    break;
                }
                term *= place;
                off = off.times(Magnitude::from_f64(place as f64));
            }
            weights.advance();
        }
        let nodes = last as f64;
        let relative = Magnitude::from_f64(nodes + 10.0).shifted(-i64::from(bits));
        let rs = r * &Ball::double(self.step, bits);
        let density = &rs / &Ball::pi(bits).shifted(1).sqrt();
        let scale = rs.square();
        let mut factor = density;
        std::array::from_fn(|k| {
            let sum = Ball::new(sums[k].clone(), Magnitude::of(&sums[k]).times(relative).plus(errors[k]));
            let value = &sum * &factor;
            factor = &factor * &scale;
            value
        })
    }

    /// (rh)² of a float r, to far more bits than it has.
    pub(super) fn exponent(&self, r: &Ball) -> Float {
        let working = r.bits() + 64;
        Float::with_val(working, Float::with_val(working, r.mid() * self.step).square_ref())
    }
}

/// How far a ball reaches from a middle that was taken for it, relative to that.
pub(super) fn spread(ball: &Ball, middle: &Ball) -> Magnitude {
    Magnitude::of(&Float::with_val(53, ball.mid() - middle.mid())).plus(ball.radius()).over(middle.least_magnitude())
}

/// How much a product changes at most whose logarithm changes so much; infinite where that is not little.
pub(super) fn change(of_logarithm: Magnitude) -> Magnitude {
    if of_logarithm <= Magnitude::power_of_two(-4) { of_logarithm.times(Magnitude::from_f64(1.04)) } else { Magnitude::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Roundings of the recurrence for the weights, over steps so small that they exceed all other roundings, are within their bound.
    #[test]
    fn weights_in_doubles_are_off_by_less_than_their_bound() {
        let step = 2f64.powi(-9);
        let count = 4000;
        let ones = vec![[1.0, 0.0]; count];
        let parts = vec![[1.0, 0.0]; count];
        let nodes = Nodes { step, rough: ones, parts, values: Mutex::default(), ln_sum: 0.0, ln_tail: 0.0, target: 40.0 };
        let one = Values { square: Ball::integer(1, 200), parts: [Ball::integer(1, 200), Ball::zero(200)] };
        let values = vec![one; count];
        let mut largest = 0.0f64;
        for k in 0..40 {
            let r = 1.5 + f64::from(k) / 29.0;
            let right = nodes.in_balls::<3>(&Ball::double(r, 200), count - 1, 200, &values);
            for ([value, off], right) in nodes.in_doubles(r, 0.0, count - 1).into_iter().zip(&right) {
                let error = (&Ball::double(value, 200) - right).to_f64().abs();
                assert!(error <= off && off < 1e-9 * value, "{r}: {error} {off}");
                largest = largest.max(error / value);
            }
        }
        // more than a rounding for each node: what the bound of the recurrence is for
        assert!(largest > (count as f64 + 40.0) * f64::EPSILON, "{largest}");
    }
}
