//! E f⁽ᵏ⁾(σZ)², k ≤ 8, at any σ, with the moments of Z² and Z⁴, and E f⁽ᵏ⁾(σU) f⁽ᵏ⁾(σV): from one set of nodes for many σ where f is analytic about the line,
//! the first also where it is so between breakpoints.
//!
//! What travels through a wide network asks for these at scales that it finds itself ([`propagation`](crate::propagation)).

use std::sync::OnceLock;

use rug::Float;

use super::closed::Moment;
use super::data::Data;
use super::error::GaussianError;
use super::recognised::Recognised;
use super::rules::Comb;
use crate::activation::{Function, canonical, derivative};
use crate::number::{Ball, Interval, Job};

/// The last derivative.
pub const MOST_DERIVATIVES: usize = 8;
/// Bits at which it is seen whether an energy has a closed form.
const FEW_BITS: u32 = 64;

/// f with the nodes of f and its derivatives as they are asked for.
pub struct Energies {
    f: Function,
    derivatives: [OnceLock<Derivative>; MOST_DERIVATIVES + 1],
}

/// f⁽ᵏ⁾.
struct Derivative {
    function: Function,
    comb: Comb,
    /// Whether E f⁽ᵏ⁾(Z)² has a closed form.
    closed: OnceLock<bool>,
}

impl Energies {
    /// Of f, of which nothing is examined yet.
    #[must_use]
    pub fn new(f: &Function) -> Self {
        Self { f: f.clone(), derivatives: Default::default() }
    }

    /// E f⁽ᵏ⁾(σZ)² Zᵐ for the first N ≤ 3 of m = 0, 2, 4, k ≤ 8; none where f is not seen to be analytic about the line or between its breakpoints: then there are the
    /// [`Data`](super::Data) of one σ.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn moments<const N: usize>(
        &self,
        k: usize,
        sigma: &Ball,
        bits: u32,
        job: &Job<'_>,
    ) -> Result<Option<[Ball; N]>, GaussianError> {
        match self.strip(k, sigma.to_f64(), job)? {
            Some(height) => self.derivative(k).comb.moments(sigma, height, bits, job),
            None => Ok(None),
        }
    }

    /// The same at all σ > 0 of an interval, in doubles.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn in_doubles(&self, k: usize, sigma: Interval, job: &Job<'_>) -> Result<Option<[Interval; 3]>, GaussianError> {
        match self.strip(k, sigma.middle(), job)? {
            Some(height) => self.derivative(k).comb.in_doubles(sigma, height, job),
            None => Ok(None),
        }
    }

    /// E f⁽ᵏ⁾(σU) f⁽ᵏ⁾(σV) for standard normal U and V of correlation c, |c| < 1; none as for moments, or where it takes too many nodes.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn pair(&self, k: usize, at: (&Ball, &Float), bits: u32, job: &Job<'_>) -> Result<Option<Ball>, GaussianError> {
        match self.strip(k, at.0.to_f64(), job)? {
            Some(height) => self.derivative(k).comb.pair(at, height, bits, job),
            None => Ok(None),
        }
    }

    /// The same in doubles for c ≥ 0, without a bound: where a search begins.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn pair_roughly(&self, k: usize, [sigma, c]: [f64; 2], job: &Job<'_>) -> Result<Option<f64>, GaussianError> {
        match self.strip(k, sigma, job)? {
            Some(height) => self.derivative(k).comb.pair_roughly([sigma, c], height, job),
            None => Ok(None),
        }
    }

    /// The strip on which derivatives of f are known to be analytic because f is, which f itself and one with kinks have not; none where
    /// f⁽ᵏ⁾ is not had from nodes.
    fn strip(&self, k: usize, sigma: f64, job: &Job<'_>) -> Result<Option<Option<f64>>, GaussianError> {
        // a constant that was enclosed elsewhere may hold at one precision only
        if !self.f.is_closed() {
            return Ok(None);
        }
        if k == 0 {
            return Ok(Some(None));
        }
        if let Some(height) = self.derivative(0).comb.height(sigma, job)? {
            return Ok(Some(Some(height)));
        }
        // f⁽ᵏ⁾ is not all of the derivative where one before it jumps
        for before in 0..k {
            if !self.derivative(before).comb.is_continuous_in_pieces(job)? {
                return Ok(None);
            }
        }
        Ok(Some(None))
    }

    /// Whether E f⁽ᵏ⁾(σZ)² has a closed form, so that its data are exact and had at once.
    #[must_use]
    pub fn is_closed(&self, k: usize, job: &Job<'_>) -> bool {
        let derivative = self.derivative(k);
        let exact = || {
            let one = Function::one();
            if !Recognised::new(&derivative.function, &one).has_forms() {
                return false;
            }
            let second = Data::scaled(&derivative.function, &one, job).ok().map(|data| data.second_moment(FEW_BITS, job));
            matches!(second, Some(Ok(Moment::Finite(value))) if value.exact.is_some())
        };
        *derivative.closed.get_or_init(exact)
    }

    fn derivative(&self, k: usize) -> &Derivative {
        self.derivatives[k].get_or_init(|| {
            let function = match k {
                0 => self.f.clone(),
                k => canonical(&derivative(&self.derivative(k - 1).function)),
            };
            Derivative { comb: Comb::new(function.clone()), function, closed: OnceLock::new() }
        })
    }
}

impl std::fmt::Debug for Energies {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Energies({})", self.f)
    }
}
