//! What is asked of a function: one request for all the rules.

use crate::activation::{Function, Parity, derivative};
use crate::gaussian::analysis::Analysis;
use crate::gaussian::growth::Envelope;
use crate::gaussian::weight::ln_hermite;
use crate::number::Job;

/// What is asked of a function.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The function, with its bounds.
    pub f: &'a Analysis,
    /// Its derivative, where E f′² is wanted (and exists).
    pub slope: Option<&'a Analysis>,
    /// The function as it was given, for messages.
    pub given: &'a Function,
    /// Its proved parity.
    pub parity: Parity,
    /// Largest degree.
    pub order: usize,
    /// Precision: absolute errors of a_k of about 2^−bits.
    pub bits: u32,
    /// Whether E f² is wanted (and exists).
    pub second: bool,
    /// Counts the work, and stops it.
    pub job: &'a Job<'a>,
}

impl Request<'_> {
    /// The error exponent: every error below e^−target.
    pub(super) fn target(&self) -> f64 {
        f64::from(self.bits) * std::f64::consts::LN_2 + 2.0
    }

    /// Bits of the sums: guard for the unnormalised recurrence and the number of nodes.
    pub(super) fn working(&self) -> u32 {
        self.bits + 24 + (self.order as f64 * 0.75) as u32
    }

    /// Whether x > 0 is the whole: f is even or odd.
    pub(super) fn is_folded(&self) -> bool {
        self.parity != Parity::Neither
    }

    /// f′ as it follows from f, which shares more operations with it than the normal form that gives the best bounds.
    pub(super) fn slope_function(&self) -> Option<Function> {
        self.slope.map(|_| derivative(self.f.function()))
    }

    /// Steps that the look at a rectangle costs.
    pub(super) fn look_cost(&self) -> u64 {
        self.f.cost() + self.slope.map_or(0, Analysis::cost) + self.order as u64
    }

    /// Steps that a node costs.
    pub(super) fn node_cost(&self, bits: u32) -> u64 {
        let recurrence = 3 * (self.order as u64 + 4) * (1 + u64::from(bits) / 256);
        self.f.ball_cost(bits) + self.slope.map_or(0, |slope| slope.ball_cost(bits)) + recurrence
    }

    /// ln sup of |f h_k w| (all k asked), |f² w| and |f′² w| on a rectangle, for a weight |w| ≤ e^`weight` and |x| ≤ `radius` there.
    pub(super) fn ln_sup(&self, rectangle: [f64; 4], weight: f64, radius: f64) -> Option<[f64; 3]> {
        let value = self.f.ln_sup(rectangle)?;
        let energy = match self.slope {
            Some(slope) => 2.0 * slope.ln_sup(rectangle)? + weight,
            None => f64::NEG_INFINITY,
        };
        Some([value + weight + ln_hermite(self.order, radius), 2.0 * value + weight, energy])
    }

    /// The cuts to the left and to the right beyond which every integrand asked for is below e^−(target + 3).
    pub(super) fn cuts(&self) -> Option<[f64; 2]> {
        let target = self.target() + 3.0;
        let tails = self.f.envelope(0.0)?;
        let mut kinds = vec![(tails, self.order)];
        if self.second {
            kinds.push((tails.map(Envelope::squared), 0));
        }
        if let Some(slope) = self.slope {
            kinds.push((slope.envelope(0.0)?.map(Envelope::squared), 0));
        }
        let cut = |side: usize| {
            kinds.iter().try_fold(0.0, |most: f64, (tails, order)| Some(most.max(tails[side].cut(*order, target)?)))
        };
        let cuts = [cut(0)?, cut(1)?];
        Some(if self.is_folded() { [cuts[0].max(cuts[1]); 2] } else { cuts })
    }
}
