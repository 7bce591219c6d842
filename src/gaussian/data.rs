//! Gaussian data of an activation: one place that chooses between exact forms and certified quadrature, and that decides
//! which numbers are zero, which moments are infinite, and how theta2 stands to theta1.
//!
//! Z is standard normal, f is evaluated at σZ. H_k = E f(σZ) He_k(Z), a_k = H_k/√k!, c_k = H_k/k!. E f′ and E f″ are weak:
//! H_1/σ and H_2/σ². E f′(σZ)² is that of the derivative almost everywhere, and infinite when f jumps.

use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use rug::Rational;

use super::analysis::Analysis;
use super::closed::{ClosedForm, Exact};
use super::error::GaussianError;
use super::numeric::{Existence, Numeric, Wanted, named};
use super::peel::{Peel, times};
use super::powers::Powers;
use super::quantity::{Linearity, Moment, Moments, Quantity};
use super::recognised::Recognised;
use super::reflection::Reflection;
use super::rules::Sums;
use crate::activation::{Function, Parity, canonical, evaluate, parity};
use crate::number::{Ball, Job};

/// A function with everything decided about it that precision does not change.
pub struct Data {
    /// As it was typed, for messages.
    typed: Function,
    /// x ↦ f(σx).
    function: Function,
    /// What is left of x ↦ f(σx) when constants are taken off.
    core: Function,
    peel: Peel,
    /// σ, a constant.
    sigma: Function,
    parity: Parity,
    closed: Option<ClosedForm>,
    powers: Option<Powers>,
    numeric: Option<Numeric>,
    cache: Mutex<Option<Cached>>,
    /// The moments last asked for, with their bits; none that is undecided.
    moments: RwLock<Option<(u32, Arc<Moments>)>>,
    linearity: OnceLock<Linearity>,
}

/// Bits that sums of powers are given beyond what is asked of them.
const GUARD_BITS: u32 = 32;
/// A constant that f is as far from 0 as this comes off.
const WIDE: f64 = 6.0;
/// Bits of σ as a double.
const DOUBLE_BITS: u32 = 64;
/// Terms that the square of a sum of powers may have, roughly.
const MOST_TERMS: usize = 1000;

struct Cached {
    order: usize,
    bits: u32,
    holds: Wanted,
    sums: Arc<Sums>,
}

impl Data {
    /// Examines x ↦ f(σx), σ > 0.
    ///
    /// # Errors
    /// When E f(σZ) does not exist or nothing certain can be said of it; the message names the offending part.
    pub fn new(f: &Function, sigma: &Rational, job: &Job<'_>) -> Result<Self, GaussianError> {
        Self::scaled(f, &Function::rational(sigma.clone()), job)
    }

    /// The same for any positive constant σ.
    ///
    /// # Errors
    /// As [`Data::new`].
    pub fn scaled(f: &Function, sigma: &Function, job: &Job<'_>) -> Result<Self, GaussianError> {
        let job = &job.within(job.steps());
        Self::examine(f, sigma, job).map_err(|error| named(error, f))
    }

    fn examine(f: &Function, sigma: &Function, job: &Job<'_>) -> Result<Self, GaussianError> {
        job.check()?;
        let Recognised { function, mut core, mut peel, parity, closed, powers } = Recognised::new(f, sigma);
        let mut numeric = None;
        if closed.is_none() && powers.is_none() {
            let (next, rest, found) = integrated(f, peel, core, parity, job)?;
            (peel, core, numeric) = (next, rest, Some(found));
        }
        let data = Self {
            typed: f.clone(),
            function,
            peel,
            core,
            sigma: sigma.clone(),
            parity,
            closed,
            powers,
            numeric,
            cache: Mutex::new(None),
            moments: RwLock::new(None),
            linearity: OnceLock::new(),
        };
        if let Some(closed) = &data.closed {
            closed.exists().map_err(|divergence| GaussianError::Divergent(divergence.to_string()))?;
        }
        Ok(data)
    }

    /// x ↦ f(σx).
    pub(super) fn function(&self) -> &Function {
        &self.function
    }

    /// The closed form of f itself, when there is one.
    pub(super) fn closed_form(&self) -> Option<&ClosedForm> {
        self.closed.as_ref().filter(|_| self.peel.is_none())
    }

    /// f as a sum of powers, where that is its form.
    pub(super) fn powers(&self) -> Option<&Powers> {
        self.powers.as_ref().filter(|_| self.peel.is_none())
    }

    /// The proved parity.
    #[must_use]
    pub fn parity(&self) -> Parity {
        if self.parity != Parity::Even && self.peel.is_shifted() { parity(&self.function) } else { self.parity }
    }

    /// Kinks, jumps and singular points of f itself, as balls, with their exact place where it is known.
    ///
    /// # Errors
    /// When they cannot be isolated to `bits` bits.
    pub fn kinks(&self, bits: u32) -> Result<Vec<Quantity>, GaussianError> {
        let exact = self.closed.iter().flat_map(ClosedForm::breakpoints).map(|point| Quantity::exact(point.clone(), bits));
        let at_zero = self.powers.iter().filter(|powers| !powers.is_polynomial()).map(|_| Quantity::zero(bits));
        let isolated = self.numeric.iter().flat_map(|numeric| numeric.analysis.breakpoints(bits)).map(Quantity::numeric);
        Ok(exact.chain(at_zero).chain(isolated).map(|place| times(&place, &self.sigma)).collect())
    }

    /// How far out kinks of f itself are looked for, where more beyond are not ruled out, and the next one if it is seen.
    #[must_use]
    pub fn kinks_beyond(&self, job: &Job<'_>) -> Option<(f64, Option<f64>)> {
        let job = &job.within(job.steps());
        let (reach, next) = self.numeric.as_ref()?.analysis.beyond(job)?;
        let scale = self.scale64();
        Some((reach * scale, next.map(|place| place * scale)))
    }

    /// A place near which something was taken for 0 without proof.
    #[must_use]
    pub fn doubt(&self) -> Option<f64> {
        Some(self.numeric.as_ref()?.analysis.doubt()? * self.scale64())
    }

    /// σ in double precision.
    fn scale64(&self) -> f64 {
        evaluate(&self.sigma, &Ball::zero(DOUBLE_BITS)).to_f64()
    }

    /// H_0 … H_order, with about `bits` bits of a_k = H_k/√k! certain absolutely.
    ///
    /// # Errors
    /// When a bound of effort is reached or the job is stopped.
    pub fn hermite(&self, order: usize, bits: u32, job: &Job<'_>) -> Result<Vec<Quantity>, GaussianError> {
        let core = self.core_hermite(order, bits, job)?;
        if self.peel.is_none() {
            return Ok(core);
        }
        Ok(core.iter().enumerate().map(|(k, value)| self.peel.hermite(k, value)).collect())
    }

    fn core_hermite(&self, order: usize, bits: u32, job: &Job<'_>) -> Result<Vec<Quantity>, GaussianError> {
        if let Some(closed) = &self.closed {
            return self.exact_hermite(closed, order, bits);
        }
        if let Some(powers) = &self.powers {
            let named = |(ball, exact)| self.of_powers(Quantity { ball, exact });
            return powers.hermite(order, bits.saturating_add(GUARD_BITS)).into_iter().map(named).collect();
        }
        let sums = self.sums(order, bits, Wanted::Coefficients, job)?;
        Ok(sums.hermite.iter().take(order + 1).enumerate().map(|(k, ball)| self.coefficient(k, ball)).collect())
    }

    /// A number of a sum of powers, which may be too large for a ball.
    fn of_powers(&self, value: Quantity) -> Result<Quantity, GaussianError> {
        let too_large = || format!("a Gaussian integral of {} is beyond 2^(2^30) in size, the bound of numbers", self.typed);
        if value.ball.is_finite() { Ok(value) } else { Err(GaussianError::Refused(too_large())) }
    }

    /// Exact text is worth its cost up to this degree; beyond it the recursion runs in balls.
    const EXACT_ORDER: usize = 64;

    fn exact_hermite(&self, closed: &ClosedForm, order: usize, bits: u32) -> Result<Vec<Quantity>, GaussianError> {
        let refused = |divergence: super::closed::Divergence| GaussianError::Divergent(divergence.to_string());
        if order <= Self::EXACT_ORDER && !closed.is_long(order) {
            let exact = closed.coefficients(order).map_err(refused)?;
            let balls = Exact::enclose_all(&exact, bits);
            return Ok(balls.into_iter().zip(exact).map(|(ball, value)| Quantity { ball, exact: Some(value) }).collect());
        }
        let balls = closed.coefficients_ball(order, bits).map_err(refused)?;
        Ok(balls.into_iter().map(Quantity::numeric).collect())
    }

    /// The coefficient with its proved zeros and exact values put in.
    fn coefficient(&self, k: usize, ball: &Ball) -> Quantity {
        let odd = k % 2 == 1;
        let zero = || Quantity::exact(Exact::zero(), ball.bits());
        if (self.parity == Parity::Even && odd) || (self.parity == Parity::Odd && !odd) {
            return zero();
        }
        for reflection in self.numeric.iter().flat_map(|numeric| &numeric.reflections) {
            match reflection {
                Reflection::LinearOddPart(_) if odd && k > 1 => return zero(),
                Reflection::ConstantEvenPart(_) if !odd && k > 0 => return zero(),
                Reflection::LinearOddPart(value) if k == 1 => return Quantity::exact(value.clone().into(), ball.bits()),
                Reflection::ConstantEvenPart(value) if k == 0 => return Quantity::exact(value.clone().into(), ball.bits()),
                _ => {}
            }
        }
        Quantity { ball: ball.clone(), exact: None }
    }

    /// E f(σZ)².
    ///
    /// # Errors
    /// As [`Data::hermite`].
    pub fn second_moment(&self, bits: u32, job: &Job<'_>) -> Result<Moment, GaussianError> {
        let second = self.core_moment(Wanted::Second, bits, job)?;
        if self.peel.is_none() {
            return Ok(second);
        }
        Ok(self.peel.second(second, &self.core_hermite(0, bits, job)?[0]))
    }

    /// E f² as a number: where it is infinite, a refusal that names it as `what` of `f`.
    pub(super) fn finite_second(&self, what: &str, f: &Function, bits: u32, job: &Job<'_>) -> Result<Quantity, GaussianError> {
        match self.second_moment(bits, job)? {
            Moment::Finite(second) => Ok(second),
            Moment::Infinite => Err(GaussianError::Divergent(format!("the {what} of {f:#} is infinite"))),
        }
    }

    /// E f′(σZ)² of the derivative almost everywhere.
    ///
    /// # Errors
    /// As [`Data::hermite`].
    pub fn derivative_energy(&self, bits: u32, job: &Job<'_>) -> Result<Moment, GaussianError> {
        Ok(self.peel.energy(self.core_moment(Wanted::Energy, bits, job)?))
    }

    /// E g(σZ)², or E g′(σZ)² where that is wanted, for what is left of f.
    fn core_moment(&self, wanted: Wanted, bits: u32, job: &Job<'_>) -> Result<Moment, GaussianError> {
        let energy = wanted == Wanted::Energy;
        // (d/dx) f(σx) = σ f′(σx)
        let unscale = if energy { self.sigma.powi(-2) } else { Function::one() };
        let enclosed = |ball: Ball| {
            let value = Quantity::numeric(ball);
            Moment::Finite(times(&value, &unscale))
        };
        if let Some(closed) = &self.closed {
            let exact = if energy { closed.derivative_energy() } else { closed.second_moment() };
            if let Some(moment) = exact {
                return Ok(moment.map(|value| times(&Quantity::exact(value, bits), &unscale)));
            }
            let ball = if energy { closed.derivative_energy_ball(bits) } else { closed.second_moment_ball(bits) };
            if let Some(ball) = ball {
                return Ok(enclosed(ball));
            }
        }
        if let Some(powers) = &self.powers {
            let bits = bits.saturating_add(GUARD_BITS);
            let found = if energy { powers.derivative_energy(bits) } else { powers.second_moment(bits) };
            let too_long = || GaussianError::Effort { most: MOST_TERMS, what: "terms of a sum of powers" };
            let super::closed::Moment::Finite((ball, exact)) = found.ok_or_else(too_long)? else {
                return Ok(Moment::Infinite);
            };
            return Ok(Moment::Finite(times(&self.of_powers(Quantity { ball, exact })?, &unscale)));
        }
        // a moment outside the ring of a function inside it, such as E (x Φ(x))² on a half line: by quadrature
        let prepared = self.closed.as_ref().map(|_| Numeric::new(&self.core, self.parity, job)).transpose()?;
        let numeric = prepared.as_ref().or(self.numeric.as_ref());
        match numeric.map(|numeric| if energy { numeric.energy } else { numeric.second }) {
            Some(Existence::Infinite) => return Ok(Moment::Infinite),
            Some(Existence::Undecided) => {
                let what = if energy { "E f'(Z)^2" } else { "E f(Z)^2" };
                let reason = format!("{what} of {:#} could not be shown to be finite or infinite", self.typed);
                return Err(GaussianError::Refused(reason));
            }
            Some(Existence::Finite) | None => {}
        }
        let sums = match &prepared {
            Some(numeric) => Arc::new(numeric.sums(&self.typed, 0, bits, wanted, job)?.0),
            None => self.sums(0, bits, wanted, job)?,
        };
        Ok(enclosed(if energy { sums.energy.clone() } else { sums.second.clone() }))
    }

    /// All the moments at once. One that is not decided does not take the others with it.
    ///
    /// # Errors
    /// As [`Data::hermite`].
    pub fn moments(&self, bits: u32, job: &Job<'_>) -> Result<Arc<Moments>, GaussianError> {
        let last = self.moments.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, moments)) = last.as_ref().filter(|(known, _)| *known == bits) {
            return Ok(Arc::clone(moments));
        }
        drop(last);
        let moments = Arc::new(self.integrals(bits, job)?);
        if moments.second_moment.is_ok() && moments.variance.is_ok() && moments.derivative_energy.is_ok() {
            *self.moments.write().unwrap_or_else(PoisonError::into_inner) = Some((bits, Arc::clone(&moments)));
        }
        Ok(moments)
    }

    fn integrals(&self, bits: u32, job: &Job<'_>) -> Result<Moments, GaussianError> {
        if self.numeric.as_ref().is_some_and(|numeric| numeric.energy == Existence::Finite) {
            self.sums(2, bits, Wanted::Energy, job)?;
        }
        let hermite = self.hermite(2, bits, job)?;
        let second_moment = refused_apart(self.second_moment(bits, job))?;
        let variance = match &second_moment {
            Ok(_) => Ok(self.peel.variance(self.core_moment(Wanted::Second, bits, job)?, &self.core_hermite(0, bits, job)?[0])),
            Err(error) => Err(error.clone()),
        };
        Ok(Moments {
            mean: hermite[0].clone(),
            second_moment,
            variance,
            slope: times(&hermite[1], &self.sigma.powi(-1)),
            curvature: times(&hermite[2], &self.sigma.powi(-2)),
            derivative_energy: refused_apart(self.derivative_energy(bits, job))?,
            theta2: hermite[1].square(),
        })
    }

    /// How theta2 stands to theta1, by proof.
    ///
    /// # Errors
    /// As [`Data::hermite`].
    pub fn linearity(&self, job: &Job<'_>) -> Result<Linearity, GaussianError> {
        if let Some(known) = self.linearity.get() {
            return Ok(*known);
        }
        let found = self.proved_linearity(job)?;
        Ok(*self.linearity.get_or_init(|| found))
    }

    fn proved_linearity(&self, job: &Job<'_>) -> Result<Linearity, GaussianError> {
        let slope = &self.hermite(1, 64, job)?[1];
        let no_slope = slope.exact.as_ref().is_some_and(Exact::is_zero);
        if let Some(degree) = self.closed.as_ref().and_then(ClosedForm::polynomial_degree) {
            return Ok(match degree {
                0 => Linearity::Constant,
                1 => Linearity::Affine,
                _ if no_slope => Linearity::NoLinearPart,
                _ => Linearity::Mixed,
            });
        }
        // an odd part ax and an even part c together are the whole function
        let affine = self.numeric.as_ref().is_some_and(|numeric| numeric.reflections.len() == 2);
        Ok(match (affine, no_slope) {
            (true, true) => Linearity::Constant,
            (true, false) => Linearity::Affine,
            (false, true) => Linearity::NoLinearPart,
            (false, false) => Linearity::Mixed,
        })
    }

    fn sums(&self, order: usize, bits: u32, wanted: Wanted, job: &Job<'_>) -> Result<Arc<Sums>, GaussianError> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cache.as_ref()
            && known.order >= order
            && known.bits >= bits
            && known.holds >= wanted
        {
            return Ok(Arc::clone(&known.sums));
        }
        let numeric = self.numeric.as_ref().ok_or_else(|| GaussianError::Refused("no quadrature was prepared".to_owned()))?;
        let (sums, holds) = numeric.sums(&self.typed, order, bits, wanted, job)?;
        let sums = Arc::new(sums);
        *cache = Some(Cached { order, bits, holds, sums: Arc::clone(&sums) });
        Ok(sums)
    }
}

/// What is integrated of s (g + c). Where g is a constant up to far from 0, that comes off too: it would drown the rest.
fn integrated(
    f: &Function,
    peel: Peel,
    core: Function,
    parity: Parity,
    job: &Job<'_>,
) -> Result<(Peel, Function, Numeric), GaussianError> {
    let of = |core: &Function| Numeric::new(core, parity, job).map_err(|error| typed(f, error, job));
    let numeric = of(&core)?;
    let level = numeric.analysis.plateau(job)?.filter(|plateau| plateau.reach > WIDE && plateau.value != 0);
    match level.and_then(|level| Some((peel.with_level(&level.value)?, level.value))) {
        None => Ok((peel, core, numeric)),
        Some((peel, value)) => {
            let core = canonical(&(core - Function::rational(value)));
            let numeric = of(&core)?;
            Ok((peel, core, numeric))
        }
    }
}

/// A refusal as a value, any other error as an error.
fn refused_apart(moment: Result<Moment, GaussianError>) -> Result<Result<Moment, GaussianError>, GaussianError> {
    match moment {
        Err(other) if !matches!(other, GaussianError::Refused(_)) => Err(other),
        moment => Ok(moment),
    }
}

/// A refusal in the words of the function as it was typed, where that is refused as well.
fn typed(f: &Function, error: GaussianError, job: &Job<'_>) -> GaussianError {
    match (&error, Analysis::of(f, job)) {
        (GaussianError::Refused(_) | GaussianError::Divergent(_), Err(own)) => own,
        _ => error,
    }
}
