//! The profile law as a value: nodes over the bias come from a source, at steps that are halved while digits are missing.
//!
//! The source (Gaussian data, in practice) is asked for the nodes at a step and at half of it, and a value is computed on both:
//! their difference is its estimated error. What was asked once is kept.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use num_complex::Complex64;
use rug::Rational;

use super::nodes::Profile;
use super::profile64::{Estimate, Profile64, ProfileEdge};
use crate::number::{Ball, ComplexBall, Magnitude, Real, decimal};
use crate::spectrum::{Argument, Distribution, End, Law, LawError, Table};

/// Halvings of the step while digits are missing.
const HALVINGS: usize = 4;
/// A value that may be off by this share of its natural unit says nothing.
const NOTHING: f64 = 1e-3;
/// Bits and digits of the nodes behind double precision.
const DOUBLE_BITS: u32 = 72;
const DOUBLE_DIGITS: u32 = 14;
/// Where no more digits are asked than this, a value from double precision serves that has so many.
const DOUBLE_SERVES: u32 = 15;
const ENOUGH_DIGITS: u32 = 11;

/// The nodes of every layer at a step, with so many bits.
type NodeSource<'a> = Box<dyn Fn(f64, u32) -> Result<Profile, LawError> + 'a>;

/// What is known of a profile law without its nodes.
#[derive(Clone, Debug)]
pub struct Scales {
    /// The mass at 0, by rank.
    pub atom: Rational,
    /// E λ.
    pub mean: Real,
    /// Whether it has an upper edge, when that is proved.
    pub bounded: Option<bool>,
}

/// A law of layers with biases; every number but the atom is an estimate.
pub struct ProfileLaw<'a> {
    scales: Scales,
    source: NodeSource<'a>,
    digits: u32,
    bits: u32,
    kept: RefCell<Vec<(f64, Rc<Profile>)>>,
    table: OnceCell<Arc<Profile64>>,
    edges: OnceCell<Vec<[ProfileEdge; 2]>>,
}

impl<'a> ProfileLaw<'a> {
    /// The law behind a source of nodes; its numbers have up to `digits` digits, at `bits` bits.
    #[must_use]
    pub fn new(scales: Scales, [digits, bits]: [u32; 2], source: impl Fn(f64, u32) -> Result<Profile, LawError> + 'a) -> Self {
        let (kept, table, edges) = Default::default();
        Self { scales, source: Box::new(source), digits, bits, kept, table, edges }
    }

    /// The coarser of the first two steps for so many digits (tuned; halved while digits are missing).
    #[must_use]
    pub fn first_step(digits: u32) -> f64 {
        (2.0 / f64::from(digits.max(8))).log2().floor().exp2()
    }

    fn profile(&self, step: f64) -> Result<Rc<Profile>, LawError> {
        if let Some((_, profile)) = self.kept.borrow().iter().find(|(known, _)| *known == step) {
            return Ok(profile.clone());
        }
        let profile = Rc::new((self.source)(step, self.bits)?);
        self.kept.borrow_mut().push((step, profile.clone()));
        Ok(profile)
    }

    /// Values with as many digits as were asked, while halving the step helps.
    fn refined(&self, ask: impl Fn(&Profile) -> Result<Vec<ComplexBall>, LawError>) -> Result<Vec<ComplexBall>, LawError> {
        let mut step = Self::first_step(self.digits);
        let mut error_before = f64::INFINITY;
        for halving in 1.. {
            let values = ask(&*self.profile(step)?)?;
            let sure = |ball: &Ball| ball.is_exact_zero() || decimal(ball, self.digits).is_some();
            let error = values.iter().map(|value| value.re.radius().plus(value.im.radius()).to_f64()).fold(0.0, f64::max);
            let enough = values.iter().all(|value| sure(&value.re) && sure(&value.im));
            if enough || halving == HALVINGS || error > 0.1 * error_before {
                return Ok(values);
            }
            error_before = error;
            step /= 2.0;
        }
        Ok(Vec::new())
    }

    /// A value that may be off by less than this is known: transform and density are of the order of 1/E λ.
    fn coarse(&self) -> f64 {
        NOTHING / self.scales.mean.to_f64()
    }

    /// A number from double precision, where its digits serve; else the one that `ask` finds, if it agrees with that.
    ///
    /// Where rows of small variance count, a sum over the biases may miss them at both steps alike, so that the difference of the
    /// steps says nothing: what double precision finds is free of that (`pole`).
    fn one(
        &self,
        known: ComplexBall,
        ask: impl Fn(&Profile64, &Profile) -> Result<ComplexBall, LawError>,
    ) -> Result<ComplexBall, LawError> {
        let nothing = self.coarse() * 1e-9;
        let serves =
            |ball: &Ball| ball.contains_zero() && ball.radius().to_f64() < nothing || decimal(ball, ENOUGH_DIGITS).is_some();
        let error = |value: &ComplexBall| value.re.radius().plus(value.im.radius()).to_f64();
        if self.digits <= DOUBLE_SERVES && serves(&known.re) && serves(&known.im) {
            return Ok(known);
        }
        let double = self.law64()?;
        let asked = self.refined(|profile| {
            let value = ask(&double, profile)?;
            let agrees = value.widened(Magnitude::from_f64(error(&known))).overlaps(&known);
            Ok(vec![if agrees { value } else { known.clone() }])
        });
        let has_digit = |ball: &Ball| ball.is_exact_zero() || decimal(ball, 1).is_some();
        let is_known = |value: &ComplexBall| error(value) < self.coarse() || has_digit(&value.re) && has_digit(&value.im);
        match asked.map(|mut values| values.swap_remove(0)) {
            Ok(value) if error(&value) < error(&known) && is_known(&value) => Ok(value),
            Err(LawError::Data(error)) => Err(LawError::Data(error)),
            _ if is_known(&known) => Ok(known),
            _ => Err(LawError::NoPath),
        }
    }

    /// The law in double precision.
    ///
    /// # Errors
    /// Whatever the source fails with.
    pub fn law64(&self) -> Result<Arc<Profile64>, LawError> {
        if let Some(table) = self.table.get() {
            return Ok(table.clone());
        }
        let profile = (self.source)(Self::first_step(DOUBLE_DIGITS), DOUBLE_BITS)?;
        let made = Arc::new(Profile64::new(&profile));
        Ok(self.table.get_or_init(|| made).clone())
    }

    /// The transform in double precision.
    fn double_transform(&self, z: &Argument) -> Result<ComplexBall, LawError> {
        let value = z.ball(DOUBLE_BITS);
        let (real, below) = (value.im.is_exact_zero(), value.im.is_negative());
        if real && !value.re.is_negative() {
            return Err(LawError::Uncertain);
        }
        let upper = if below { value.conj() } else { value };
        let found = self.law64()?.estimate(upper.to_c64()).ok_or(LawError::NoPath)?;
        let m = ComplexBall::new(self.ball(found.re), if real { Ball::zero(self.bits) } else { self.ball(found.im) });
        Ok(if below { m.conj() } else { m })
    }

    /// The density in double precision.
    fn double_density(&self, x: &Argument) -> Result<ComplexBall, LawError> {
        let place = x.to_f64();
        match x.real_sign(DOUBLE_BITS) {
            Some(sign) if sign.is_lt() => Ok(ComplexBall::real(Ball::zero(self.bits))),
            Some(sign) if sign.is_gt() && place > 0.0 && place.is_finite() => {
                let found = self.law64()?.density(place).ok_or(LawError::NoPath)?;
                Ok(ComplexBall::real(self.ball(found)))
            }
            _ => Err(LawError::Uncertain),
        }
    }

    fn ball(&self, estimate: Estimate) -> Ball {
        Ball::double(estimate.value, self.bits).widened(Magnitude::from_f64(estimate.error))
    }

    /// The ends of the bulks as double precision finds them.
    ///
    /// # Errors
    /// As [`ProfileLaw::law64`].
    pub fn edges(&self) -> Result<&[[ProfileEdge; 2]], LawError> {
        if let Some(edges) = self.edges.get() {
            return Ok(edges);
        }
        let found = self.law64()?.edges();
        Ok(self.edges.get_or_init(|| found))
    }
}

impl Law for ProfileLaw<'_> {
    fn atom(&self) -> Result<Real, LawError> {
        Ok(Real::Rational(self.scales.atom.clone()))
    }

    fn mean(&self) -> Real {
        self.scales.mean.clone()
    }

    fn bounded(&self) -> Option<bool> {
        self.scales.bounded
    }

    fn table(&self) -> Result<Arc<dyn Table>, LawError> {
        Ok(self.law64()?)
    }

    fn stieltjes(&self, z: &Argument) -> Result<[Real; 2], LawError> {
        let m = self.one(self.double_transform(z)?, |double, profile| profile.stieltjes(double, z, self.bits))?;
        let im = if m.im.is_exact_zero() { Real::from(0) } else { Real::Estimated(m.im) };
        Ok([Real::Estimated(m.re), im])
    }

    fn density(&self, x: &Argument) -> Result<Real, LawError> {
        let known = self.double_density(x)?;
        let found = self.one(known, |double, profile| Ok(ComplexBall::real(profile.density(double, x, self.bits)?)))?;
        Ok(Real::Estimated(found.re))
    }

    /// The first one is E λ itself.
    fn moments(&self, count: usize) -> Result<Vec<Real>, LawError> {
        let ask = |profile: &Profile| Ok(profile.moments(count, self.bits).into_iter().map(ComplexBall::real).collect());
        let mut values: Vec<Real> = self.refined(ask)?.into_iter().map(|value| Real::Estimated(value.re)).collect();
        if let Some(first) = values.first_mut() {
            *first = self.scales.mean.clone();
        }
        Ok(values)
    }

    fn double_moments(&self, count: usize) -> Result<Vec<f64>, LawError> {
        let profile = (self.source)(Self::first_step(DOUBLE_DIGITS), DOUBLE_BITS)?;
        Ok(profile.moments(count, DOUBLE_BITS).iter().map(Ball::to_f64).collect())
    }

    /// The highest end only where it is proved whether there is one.
    fn ends(&self) -> Result<Vec<[End; 2]>, LawError> {
        let edges = self.edges()?;
        let half = |sign: f64| Rational::from((if sign > 0.0 { 1 } else { -1 }, 2));
        let end = |edge: &ProfileEdge| End { position: real(edge.position), exponent: edge.exponent.map(half) };
        let mut ends: Vec<[End; 2]> = edges.iter().map(|pair| pair.each_ref().map(end)).collect();
        if let (None, Some([_, top])) = (self.scales.bounded, ends.last_mut()) {
            *top = End { position: Real::Unknown, exponent: None };
        }
        Ok(ends)
    }

    fn masses(&self) -> Result<Vec<Real>, LawError> {
        let edges = self.edges()?;
        if edges.len() == 1 {
            return Ok(vec![Real::Rational(1 - self.scales.atom.clone())]);
        }
        let found = self.law64()?.masses(edges).ok_or(LawError::NoPath)?;
        Ok(found.into_iter().map(real).collect())
    }

    fn cdf(&self, x: &Argument) -> Result<Real, LawError> {
        match x.to_f64() {
            0.0 => Ok(Real::Rational(self.scales.atom.clone())),
            x => self.law64()?.cdf(x).map(real).ok_or(LawError::NoPath),
        }
    }

    fn quantile(&self, p: &Rational) -> Result<Real, LawError> {
        let p = p.to_f64();
        if !(0.0..=1.0).contains(&p) {
            return Err(LawError::Probability);
        }
        if p < 1.0 {
            return self.law64()?.quantile(p).map(real).ok_or(LawError::NoPath);
        }
        if self.scales.bounded.is_none() {
            return Err(LawError::NoUpperEdge);
        }
        self.edges()?.last().map(|pair| real(pair[1].position)).ok_or(LawError::NoPath)
    }
}

impl Table for Profile64 {
    fn atom(&self) -> f64 {
        self.atom()
    }

    fn density(&self, x: f64) -> f64 {
        self.density(x).map_or(f64::NAN, |found| found.value)
    }

    fn cdf(&self, x: f64) -> Option<f64> {
        self.cdf(x).map(|found| found.value)
    }

    fn quantile(&self, p: f64) -> Option<f64> {
        self.quantile(p).map(|found| found.value)
    }

    fn stieltjes(&self, z: Complex64) -> Option<Complex64> {
        self.transform(z)
    }

    fn distribution(self: Arc<Self>) -> Option<Distribution> {
        Distribution::of_profile(&self)
    }
}

fn real(estimate: Estimate) -> Real {
    Real::estimated_double(estimate.value, estimate.error)
}
