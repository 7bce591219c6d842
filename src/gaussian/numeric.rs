//! The integrals of a function without a closed form: what is integrated after what symmetry gives for nothing is taken off,
//! and within which effort.

use rug::Rational;

use super::analysis::Analysis;
use super::error::GaussianError;
use super::reflection::{Reflection, reflections};
use super::rules::{Request, Sums, integrals};
use super::stein::by_parts;
use crate::activation::{Function, Parity, canonical, derivative};
use crate::number::{Ball, Job, Stopped};

/// What quadrature needs.
pub(super) struct Numeric {
    /// What is integrated, and its parity.
    pub(super) analysis: Analysis,
    parity: Parity,
    /// Whether the one reflection was taken off f to get it.
    symmetrised: bool,
    slope: Analysis,
    pub(super) reflections: Vec<Reflection>,
    pub(super) second: Existence,
    pub(super) energy: Existence,
    /// Bits that all integrals lack beside 1: f is 0 up to far from 0.
    faint: u32,
}

/// Whether a moment is finite.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Existence {
    Finite,
    Infinite,
    /// Neither is proved.
    Undecided,
}

impl Existence {
    fn of(finite: Result<bool, GaussianError>) -> Result<Self, GaussianError> {
        match finite {
            Ok(true) => Ok(Self::Finite),
            Ok(false) => Ok(Self::Infinite),
            Err(GaussianError::Refused(_)) => Ok(Self::Undecided),
            Err(other) => Err(other),
        }
    }
}

/// Bits of the sums that results of size 1 can do without.
const SPARE_BITS: u32 = 28;

/// What of the sums is asked for; each includes what stands before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wanted {
    Coefficients,
    Second,
    Energy,
}

/// The bound of effort, reached by that function.
pub(super) fn named(error: GaussianError, function: &Function) -> GaussianError {
    match error {
        GaussianError::Stopped(Stopped::OutOfSteps(steps)) => {
            GaussianError::Exhausted { function: format!("{function:#}"), millions: steps / 1_000_000 }
        }
        other => other,
    }
}

/// Whether E f′² is finite.
fn energy_is_finite(analysis: &Analysis, slope: &Function, job: &Job<'_>) -> Result<bool, GaussianError> {
    Ok(analysis.derivative(slope, job)?.second_moment_is_finite(job)? && !analysis.jumps(job)?)
}

impl Numeric {
    /// Examines f of that parity. Where its odd part is ax or its even part c, the rest is integrated, which is even or odd.
    pub(super) fn new(f: &Function, parity: Parity, job: &Job<'_>) -> Result<Self, GaussianError> {
        let reflections = reflections(f);
        if parity == Parity::Neither
            && let [reflection] = reflections.as_slice()
        {
            let (rest, parity) = match reflection {
                Reflection::LinearOddPart(a) => (f.clone() - Function::rational(a.clone()) * Function::x(), Parity::Even),
                Reflection::ConstantEvenPart(c) => (f.clone() - Function::rational(c.clone()), Parity::Odd),
            };
            if let Ok(numeric) = Self::of(&rest, parity, reflections.clone(), job) {
                return Ok(Self { symmetrised: true, ..numeric });
            }
        }
        Self::of(f, parity, reflections, job)
    }

    fn of(f: &Function, parity: Parity, reflections: Vec<Reflection>, job: &Job<'_>) -> Result<Self, GaussianError> {
        let analysis = Analysis::of(f, job)?;
        let second = Existence::of(analysis.second_moment_is_finite(job))?;
        let slope = canonical(&derivative(analysis.function()));
        let energy = match second {
            Existence::Finite => Existence::of(energy_is_finite(&analysis, &slope, job))?,
            other => other,
        };
        let slope = Analysis::smooth(&slope);
        let plateau = analysis.plateau(job)?.filter(|plateau| plateau.value == 0);
        let faint = plateau.map_or(0, |plateau| (0.5 * plateau.reach.powi(2) * std::f64::consts::LOG2_E) as u32);
        Ok(Self { parity, symmetrised: false, analysis, slope, reflections, second, energy, faint })
    }

    /// The integrals with the bits asked, or, when these cost too much, with [`SPARE_BITS`] less, which often are enough too.
    fn affordable(request: &Request<'_>) -> Result<Sums, GaussianError> {
        // the cost grows with the square of the order
        let times = 1 + (request.order as u64 / 64).pow(2);
        let most = request.job.steps().saturating_mul(times);
        match integrals(&Request { job: &request.job.within(most / 6), ..*request }) {
            Err(GaussianError::Stopped(Stopped::OutOfSteps(_))) if request.bits >= 2 * SPARE_BITS => {
                integrals(&Request { bits: request.bits - SPARE_BITS, job: &request.job.within(most), ..*request })
            }
            other => other,
        }
    }

    /// The sums, and what of them there is.
    pub(super) fn sums(
        &self,
        given: &Function,
        order: usize,
        bits: u32,
        wanted: Wanted,
        job: &Job<'_>,
    ) -> Result<(Sums, Wanted), GaussianError> {
        let Self { analysis: f, parity, second, .. } = self;
        let slope = (wanted == Wanted::Energy).then_some(&self.slope);
        let bits = bits.saturating_add(self.faint);
        let request = Request { f, slope, given, parity: *parity, order, bits, second: *second == Existence::Finite, job };
        if wanted == Wanted::Coefficients
            && f.is_smooth()
            && let Some(hermite) = by_parts(&request, &self.slope)?
        {
            let unknown = Ball::unknown(bits);
            return Ok((Sums { hermite, second: unknown.clone(), energy: unknown }, Wanted::Coefficients));
        }
        let holds = wanted.max(Wanted::Second);
        let sums = Self::affordable(&request).map_err(|error| named(error, given))?;
        if !self.symmetrised {
            return Ok((sums, holds));
        }
        // E (e + ax)² = E e² + a² and E (e′ + a)² = E e′² + a² for even e; E (o + c)² = E o² + c² for odd o
        let add = |ball: &Ball, value: &Rational| ball + &Ball::rational(&Rational::from(value.square_ref()), ball.bits());
        let sums = match self.reflections.first() {
            Some(Reflection::LinearOddPart(a)) => Sums { second: add(&sums.second, a), energy: add(&sums.energy, a), ..sums },
            Some(Reflection::ConstantEvenPart(c)) => Sums { second: add(&sums.second, c), ..sums },
            None => sums,
        };
        Ok((sums, holds))
    }
}
