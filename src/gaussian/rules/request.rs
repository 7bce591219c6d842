//! What is asked of a function: one request for all the rules.

use crate::activation::{Function, Parity, derivative};
use crate::gaussian::analysis::Analysis;
use crate::gaussian::error::GaussianError;
use crate::gaussian::growth::{Envelope, Tail};
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

    /// The cuts to the left and to the right beyond which every integrand asked for is below e^−(target + 3): those of a sum over
    /// equispaced nodes, which bounds in the mean do not give.
    pub(super) fn pointwise_cuts(&self) -> Option<[f64; 2]> {
        let own = pointwise(self.f.envelope(0.0)?);
        let slope = match self.slope {
            Some(slope) => Some(pointwise(slope.envelope(0.0)?)),
            None => None,
        };
        self.cuts_by(&own, slope.as_ref())
    }

    /// Those of an integral.
    ///
    /// # Errors
    /// When the job is stopped.
    pub(super) fn cuts(&self) -> Result<Option<[f64; 2]>, GaussianError> {
        let Some(own) = self.f.tails(if self.second { 2 } else { 1 }, self.job)? else { return Ok(None) };
        let slope = match self.slope {
            None => None,
            Some(slope) => match slope.tails(2, self.job)? {
                None => return Ok(None),
                tails => tails,
            },
        };
        Ok(self.cuts_by(&own, slope.as_ref()))
    }

    fn cuts_by(&self, own: &[Vec<Tail>; 2], slope: Option<&[Vec<Tail>; 2]>) -> Option<[f64; 2]> {
        let target = self.target() + 3.0;
        let of = |side: usize| {
            let plain = own[side].iter().map(|tail| (*tail, self.order));
            let squares = own[side].iter().filter(|_| self.second).chain(slope.into_iter().flat_map(|tails| &tails[side]));
            let mut all = plain.chain(squares.map(|tail| (tail.squared(), 0)));
            all.try_fold(0.0, |most: f64, (tail, order)| Some(most.max(tail.cut(order, target)?)))
        };
        let cuts = [of(0)?, of(1)?];
        Some(if self.is_folded() { [cuts[0].max(cuts[1]); 2] } else { cuts })
    }
}

/// Envelopes as tails.
fn pointwise(envelopes: [Envelope; 2]) -> [Vec<Tail>; 2] {
    envelopes.map(|envelope| vec![Tail { envelope, window: 0.0 }])
}
