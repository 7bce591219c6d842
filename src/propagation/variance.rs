//! The variance map V(q) = sigma_w2 E f(√q Z)² + sigma_b2 and the variances of the layers, q_1 = sigma_w2 q_0 + sigma_b2,
//! q_{l+1} = V(q_l) (theory: Poole et al. 1606.05340, eq. 3; q is that of pre-activations).

use std::sync::Arc;

use rug::Rational;

use super::cells::Deviation;
use super::enclosure::Enclosure;
use super::error::PropagationError;
use super::nonlinearity::{Halves, Nonlinearity};
use super::scale::scale;
use crate::activation::{Function, canonical, evaluate};
use crate::gaussian::{Data, GaussianError, Moment, Quantity};
use crate::number::{Ball, Interval, Job};

/// Bits up to which sums over nodes are taken in doubles.
pub(super) const DOUBLES: u32 = 64;
/// Relative bits that these must have; those that others may lack.
const LEAST_BITS: f64 = 36.0;
const SLACK: f64 = 12.0;

/// f with the two variances.
#[derive(Clone)]
pub struct VarianceMap {
    pub(super) f: Function,
    /// What does not depend on the variances.
    pub(super) known: Arc<Nonlinearity>,
    /// The variances of weights and biases, constants.
    pub(super) sigma_w2: Function,
    pub(super) sigma_b2: Function,
    /// The same in doubles.
    pub(super) in_doubles: [Interval; 2],
    /// k of V(q) = kq + sigma_b2, where f is a straight line through 0 on either side of 0.
    pub(super) line: Option<Function>,
    /// V(q), where f is constant on either side of 0.
    pub(super) level: Option<Function>,
}

impl VarianceMap {
    /// For sigma_w2 > 0 and sigma_b2 ≥ 0.
    ///
    /// # Errors
    /// A function that is not real.
    pub fn new(f: &Function, sigma_w2: &Function, sigma_b2: &Function, job: &Job<'_>) -> Result<Self, PropagationError> {
        Self::of(&Arc::new(Nonlinearity::new(f)), sigma_w2, sigma_b2, job)
    }

    /// The same with what was found of an activation before.
    ///
    /// # Errors
    /// As [`VarianceMap::new`].
    pub fn of(
        known: &Arc<Nonlinearity>,
        sigma_w2: &Function,
        sigma_b2: &Function,
        job: &Job<'_>,
    ) -> Result<Self, PropagationError> {
        let halves = known.halves(job)?;
        let line = halves.and_then(Halves::line).map(|k| canonical(&(sigma_w2.clone() * k)));
        let level = halves.and_then(Halves::level).map(|square| canonical(&(sigma_w2.clone() * square + sigma_b2.clone())));
        let (sigma_w2, sigma_b2) = (sigma_w2.clone(), sigma_b2.clone());
        let in_doubles = [&sigma_w2, &sigma_b2].map(|variance| match variance.as_rational() {
            Some(value) => Interval::of_rational(value),
            None => Interval::of_ball(&Self::enclose(variance, DOUBLES)),
        });
        Ok(Self { f: known.f.clone(), known: Arc::clone(known), sigma_w2, sigma_b2, in_doubles, line, level })
    }

    /// E f⁽ᵏ⁾(sZ)² Zᵐ, m = 0, 2, 4, with the square of f⁽ᵏ⁾ for where it has no nodes of its own.
    pub(super) fn moments(
        &self,
        (k, square): (usize, &Function),
        at: &Deviation,
        bits: u32,
        job: &Job<'_>,
    ) -> Result<[Ball; 3], PropagationError> {
        if let Some(found) = self.known.energies.moments(k, &at.s, bits, job)? {
            return Ok(found);
        }
        let hermite = Data::scaled(square, &at.sigma(), job)?.hermite(4, bits, job)?;
        let [h0, h2, h4] = [0, 2, 4].map(|k: usize| &hermite[k].ball);
        let times = |ball: &Ball, factor: i32| ball.times_rational(&Rational::from(factor));
        Ok([h0.clone(), h2 + h0, &(h4 + &times(h2, 6)) + &times(h0, 3)])
    }

    /// The same at a variance from nodes alone, where these give all bits and there is no closed form that is exact.
    pub(super) fn over_nodes<const N: usize>(
        &self,
        k: usize,
        q: &Quantity,
        bits: u32,
        job: &Job<'_>,
    ) -> Result<Option<[Ball; N]>, PropagationError> {
        if !q.ball.is_positive() || (q.exact.is_some() && self.known.energies.is_closed(k, job)) {
            return Ok(None);
        }
        if bits <= DOUBLES {
            let s = Interval::of_ball(&q.ball).sqrt().unwrap_or(Interval::ENTIRE);
            let wanted = LEAST_BITS.min(Enclosure::relative_bits(&s) - SLACK);
            let found = self.known.energies.in_doubles(k, s, job)?.filter(|found| found[0].relative_bits() >= wanted);
            return Ok(found.map(|found| std::array::from_fn(|m| found[m].ball())));
        }
        let s = &q.ball.sqrt();
        // no more is known of them than of q
        let known = s.relative_bits() - SLACK;
        let wanted = known.min(f64::from(bits) - SLACK);
        let enough = |found: &[Ball; N]| found[0].relative_bits() >= wanted;
        Ok(self.known.energies.moments(k, s, bits, job)?.filter(enough))
    }

    /// V(q).
    ///
    /// # Errors
    /// Where E f(√q Z)² is infinite or not had.
    pub fn value(&self, q: &Quantity, bits: u32, job: &Job<'_>) -> Result<Quantity, PropagationError> {
        if let Some(slope) = &self.line {
            return Ok(q.times(slope).plus(&self.sigma_b2));
        }
        if let Some(level) = self.level.as_ref().filter(|_| q.ball.is_positive()) {
            return Ok(Quantity::constant(level, bits));
        }
        if let Some([second]) = self.over_nodes(0, q, bits, job)? {
            return Ok(Quantity { ball: second, exact: None }.times(&self.sigma_w2).plus(&self.sigma_b2));
        }
        let data = Data::scaled(&self.f, &scale(q), job).map_err(|error| self.beyond(error))?;
        match data.second_moment(bits, job)? {
            Moment::Finite(second) => Ok(second.times(&self.sigma_w2).plus(&self.sigma_b2)),
            Moment::Infinite => Err(self.infinite()),
        }
    }

    /// q_1 = sigma_w2 q_0 + sigma_b2.
    pub(super) fn first(&self, q0: &Function, bits: u32) -> Quantity {
        Quantity::constant(&(self.sigma_w2.clone() * q0.clone() + self.sigma_b2.clone()), bits)
    }

    pub(super) fn ceiling(&self) -> f64 {
        self.known.ceiling()
    }

    /// An enclosure of a variance of the network.
    pub(super) fn enclose(variance: &Function, bits: u32) -> Ball {
        evaluate(variance, &Ball::zero(bits))
    }

    fn beyond(&self, error: GaussianError) -> PropagationError {
        match error {
            GaussianError::Divergent(_) if self.ceiling().is_finite() => self.infinite(),
            other => other.into(),
        }
    }

    fn infinite(&self) -> PropagationError {
        let from = match self.ceiling() {
            q if q.is_finite() => format!(" from q = {q} on"),
            _ => String::new(),
        };
        let what = format!("the variance is unbounded: E f(sqrt(q) Z)^2 of {:#} is infinite{from}", self.f);
        PropagationError::Unbounded(what)
    }
}
