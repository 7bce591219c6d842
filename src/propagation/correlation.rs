//! The correlation map R(c) = (sigma_w2 E f(u) f(v) + sigma_b2)/V(q) at a fixed point q of the variance, its fixed point c* and the phase.
//!
//! R is a power series with coefficients ≥ 0 and R(1) = 1: increasing and convex on [0, 1]. So, with chi_1 = R′(1) = sigma_w2 E f′(√q Z)²:
//! if chi_1 ≤ 1 then c = 1 is the only fixed point and attracts [0, 1] (ordered; critical at 1); if chi_1 > 1 there is exactly one other,
//! c* < 1, it attracts [0, 1), and R′(c*) < 1 (chaotic). c* is found on the series (`hermite`) or, near 1, by duals, and proved by the
//! signs of R(c) − c on either side: R(c) > c below c*, R(c) < c between c* and 1. Affine f is degenerate: R is a straight line.

use super::doubles::Doubles;
use super::error::PropagationError;
use super::fixed::{FixedPoint, FixedPoints, SMALLER, quotient};
use super::hermite::Energies;
use super::near::near_one;
use super::scale::scale;
use super::smooth::{self, Map};
use super::variance::VarianceMap;
use crate::activation::{Function, canonical, derivative};
use crate::gaussian::{Data, Exact, GaussianError, Linearity, Moment, Quantity};
use crate::number::{Ball, Job, Magnitude};

/// Terms of the first series, and most terms.
const FIRST_TERMS: usize = 64;
const MOST_TERMS: f64 = 4000.0;
/// Terms up to which duals are not tried first.
const FEW_TERMS: f64 = 500.0;
/// The same for each bit.
const FEW_PER_BIT: f64 = 4.0;
/// Terms beyond those that an estimate of c* asks for.
const SLACK: usize = 8;

/// Bits that an attempt has beyond the digits asked, and that nothing here loses.
const SPARE: u32 = 20;

/// The mend where c* is not had.
pub(super) const WITHOUT: &str = "chi_1, phase and q_star are had without it: ask for that field";

/// What correlations do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// chi_1 < 1: they tend to 1.
    Ordered,
    /// chi_1 = 1: they tend to 1 as a power of the depth.
    Critical,
    /// chi_1 > 1: they tend to c* < 1.
    Chaotic,
}

impl Phase {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::Critical => "critical",
            Self::Chaotic => "chaotic",
        }
    }
}

/// A number that may be infinite; none where it is undefined.
pub type Number = Option<Moment>;

/// Correlations at a fixed point of the variance.
#[derive(Clone, Debug)]
pub struct Correlation {
    /// R′(1).
    pub chi_1: Moment,
    /// Which side of 1 it lies on.
    pub phase: Phase,
    /// The correlation that all from [0, 1) tend to.
    pub c_star: Number,
    /// R′(c*).
    pub chi_c: Number,
    /// R″(1).
    pub curvature: Number,
    /// −1/ln|V′(q*)|, −1/ln R′(c*) and 1/|ln chi_1|, in layers.
    pub xi_q: Number,
    /// See `xi_q`.
    pub xi_c: Number,
    /// See `xi_q`.
    pub xi_gradient: Number,
    /// Something is counted as zero without proof.
    pub counted: bool,
}

impl Correlation {
    /// A slope at 1 with its phase, and nothing else.
    fn at(chi_1: Moment, phase: Phase, counted: bool) -> Self {
        let (c_star, chi_c, curvature, xi_q, xi_c, xi_gradient) = (None, None, None, None, None, None);
        Self { chi_1, phase, c_star, chi_c, curvature, xi_q, xi_c, xi_gradient, counted }
    }
}

/// How much is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The variances.
    Variances,
    /// The side of 1 on which chi_1 lies.
    Phase,
    /// chi_1 and the depths of q and of gradients.
    Slope,
    /// The curvature R″(1) too.
    Curvature,
    /// c*, R′(c*) and the depth of c, but no curvature.
    Merging,
    /// All.
    Whole,
}

/// Fixed points, the one that is reached, and the correlations there.
pub struct Propagation {
    /// All fixed points of the variance.
    pub points: FixedPoints,
    /// The one that is reached.
    pub point: FixedPoint,
    /// Correlations there, of which what is not asked for may be undefined; none where the variances are all that is.
    pub correlation: Option<Correlation>,
}

/// The precision of one attempt.
#[derive(Clone, Copy)]
pub struct Precision<'a> {
    /// Bits of every enclosure.
    pub bits: u32,
    /// What these bits do not tell from zero counts as zero.
    pub last: bool,
    /// Cancel flag, progress and effort.
    pub job: &'a Job<'a>,
}

/// Bits at which a phase is tried first: doubles serve these.
const PHASE_BITS: u32 = 24;

/// The bits that are worked with in an attempt.
pub(super) fn working(bits: u32) -> u32 {
    bits - SPARE.min(bits / 4)
}

/// Fixed points of the variance and correlations at the one that is reached from q_0, or at the only stable one.
///
/// # Errors
/// No such fixed point, or whatever is not decided.
pub fn propagation(
    map: &VarianceMap,
    q0: Option<&Function>,
    extent: Extent,
    precision: Precision,
) -> Result<Propagation, PropagationError> {
    if extent == Extent::Phase {
        let rough = Precision { bits: PHASE_BITS, last: false, ..precision };
        // what few bits do not settle more may
        if let Ok(found) = at(map, q0, extent, rough) {
            return Ok(found);
        }
    }
    at(map, q0, extent, precision).map_err(|error| error.if_unbounded(SMALLER))
}

/// The same at these bits alone.
fn at(map: &VarianceMap, q0: Option<&Function>, extent: Extent, precision: Precision) -> Result<Propagation, PropagationError> {
    let bits = working(precision.bits);
    let mut points = map.fixed_points(bits, precision.job)?;
    let point = points.reached(map, q0, bits, precision.job)?;
    points.show_reached(&point);
    let correlation = match extent {
        Extent::Variances => None,
        _ => Some(map.correlation(&point, extent, Precision { bits, ..precision })?),
    };
    Ok(Propagation { points, point, correlation })
}

impl VarianceMap {
    /// Correlations at a fixed point of the variance.
    ///
    /// # Errors
    /// Whatever is not decided.
    pub fn correlation(&self, point: &FixedPoint, extent: Extent, precision: Precision) -> Result<Correlation, PropagationError> {
        let Precision { bits, job, .. } = precision;
        let infinite = || Some(Moment::Infinite);
        if point.q.ball.is_exact_zero() {
            let chi_1 = point.slope.clone().map_or(Moment::Infinite, Moment::Finite);
            let (phase, counted) = phase(&chi_1, precision)?;
            let xi_q = point.slope.as_ref().map_or_else(infinite, |slope| Some(scale_of(slope)));
            let xi_gradient = Some(depth_of(&chi_1, phase));
            return Ok(Correlation { xi_q, xi_gradient, ..Correlation::at(chi_1, phase, counted) });
        }
        let energy = self.slope_at_one(point, bits, job)?;
        let (phase, mut counted) = phase(&energy, precision)?;
        if extent == Extent::Phase {
            return Ok(Correlation::at(energy, phase, counted));
        }
        let merges = matches!(extent, Extent::Merging | Extent::Whole);
        let data = || Data::scaled(&self.f, &point.sigma(self, job), job);
        let affine = merges && phase == Phase::Critical && data()?.linearity(job)? == Linearity::Affine;
        let one = || Some(Moment::Finite(Quantity::constant(&Function::one(), bits)));
        let (c_star, chi_c) = match (phase, &energy) {
            _ if !merges => (None, None),
            (Phase::Critical, _) if affine => (None, one()),
            (Phase::Chaotic, energy) => {
                let (c, slope, open) = self.merged(&data, point, energy, precision)?;
                counted |= open;
                (Some(Moment::Finite(c)), Some(Moment::Finite(slope)))
            }
            (_, energy) => (one(), Some(energy.clone())),
        };
        let xi_c = match (phase, &chi_c) {
            (Phase::Critical, _) => infinite(),
            (_, Some(Moment::Finite(slope))) => Some(scale_of(slope)),
            _ => None,
        };
        let xi_gradient = Some(depth_of(&energy, phase));
        let xi_q = point.slope.as_ref().map_or_else(infinite, |slope| Some(scale_of(slope)));
        let curvature = match extent {
            Extent::Curvature | Extent::Whole => Some(self.curvature(point, &energy, bits, job)?),
            _ => None,
        };
        Ok(Correlation { chi_1: energy, phase, c_star, chi_c, curvature, xi_q, xi_c, xi_gradient, counted })
    }

    /// R′(1) = sigma_w2 E f′(√q Z)².
    fn slope_at_one(&self, point: &FixedPoint, bits: u32, job: &Job<'_>) -> Result<Moment, PropagationError> {
        if let Some(slope) = &self.line {
            return Ok(Moment::Finite(Quantity::constant(slope, bits)));
        }
        let energy = match self.over_nodes(1, &point.q, bits, job)? {
            Some([energy]) => Moment::Finite(Quantity { ball: energy, exact: None }),
            None => Data::scaled(&self.f, &scale(&point.q), job)?.derivative_energy(bits, job)?,
        };
        Ok(energy.map(|energy| energy.times(&self.sigma_w2)))
    }

    /// R″(1) = q sigma_w2 E f″(√q Z)², infinite where f or f′ jumps.
    pub(super) fn curvature(
        &self,
        point: &FixedPoint,
        chi_1: &Moment,
        bits: u32,
        job: &Job<'_>,
    ) -> Result<Moment, PropagationError> {
        if matches!(chi_1, Moment::Infinite) {
            return Ok(Moment::Infinite);
        }
        let energy = match self.over_nodes(2, &point.q, bits, job)? {
            Some([energy]) => Moment::Finite(Quantity { ball: energy, exact: None }),
            None => Data::scaled(&canonical(&derivative(&self.f)), &scale(&point.q), job)?.derivative_energy(bits, job)?,
        };
        Ok(energy.map(|energy| product(&energy.times(&self.sigma_w2), &point.q, bits)))
    }

    /// c* < 1 and R′(c*), chi_1 > 1; and whether E f counts as zero.
    fn merged(
        &self,
        data: &dyn Fn() -> Result<Data, GaussianError>,
        point: &FixedPoint,
        chi_1: &Moment,
        precision: Precision,
    ) -> Result<(Quantity, Quantity, bool), PropagationError> {
        let Precision { bits, last, job } = precision;
        let (mut open, q) = (false, &point.q);
        if self.sigma_b2.is_zero() {
            let hermite = data()?.hermite(1, bits, job)?;
            let mean = &hermite[0];
            let zero = mean.exact.as_ref().is_some_and(Exact::is_zero) || mean.ball.is_exact_zero();
            open = !zero && mean.ball.contains_zero();
            if open && !last {
                return Err(PropagationError::Undecided("whether E f(sqrt(q) Z) is zero cannot be decided".to_owned()));
            }
            if zero || open {
                let slope = quotient(&hermite[1].square().times(&self.sigma_w2), q, bits);
                return Ok((Quantity::constant(&Function::rational(0), bits), slope, open));
            }
        }
        let [w, b] = [&self.sigma_w2, &self.sigma_b2].map(|variance| Self::enclose(variance, bits));
        let ratios = [&w / &q.ball, &b / &q.ball];
        if let Some((c, slope)) = smooth::merged(self, point, &Map { ratios: &ratios, chi_1 }, bits, job)? {
            return Ok((c, slope, open));
        }
        let data = &data()?;
        let terms = |c: f64| f64::from(bits) * std::f64::consts::LN_2 / -c.ln() + 4.0;
        let few = FEW_TERMS.max(FEW_PER_BIT * f64::from(bits));
        let estimated = Doubles::new(&self.f, q.ball.to_f64(), ratios.each_ref().map(Ball::to_f64)).merging();
        let expected = estimated.map(|u| terms(1.0 - u * u)).filter(|terms| terms.is_finite());
        let (mut order, mut failed) = (FIRST_TERMS, None);
        match expected {
            Some(terms) if terms <= few => order = order.max(terms as usize + SLACK),
            Some(_) => match near_one(self, data, point, (&ratios, estimated), precision) {
                Ok((c, slope)) => return Ok((c, slope, open)),
                Err(error) => failed = Some(error),
            },
            None => {}
        }
        let second = match self.over_nodes(0, q, bits, job)? {
            Some([second]) => second,
            None => match data.second_moment(bits, job)? {
                Moment::Finite(second) => second.ball,
                Moment::Infinite => return Err(GaussianError::Divergent("E f(sqrt(q) Z)^2 is infinite".to_owned()).into()),
            },
        };
        loop {
            let energies = Energies::new(data, &second, order, bits, job)?;
            let c = estimate(&energies, &ratios);
            let needed = terms(c);
            if needed <= order as f64 {
                let (c, slope) = on_series(&energies, &ratios, c, bits)?;
                return Ok((c, slope, open));
            }
            let known = order >= 4 * FIRST_TERMS || needed <= few;
            if known && needed > few && failed.is_none() {
                match near_one(self, data, point, (&ratios, None), precision) {
                    Ok((c, slope)) => return Ok((c, slope, open)),
                    Err(error) => failed = Some(error),
                }
            }
            match failed {
                Some(error) if needed > MOST_TERMS || needed.is_nan() => return Err(error),
                _ => order = if known { needed as usize + 1 } else { 4 * FIRST_TERMS },
            }
        }
    }
}

/// An upper estimate of c*, in doubles.
fn estimate(energies: &Energies, [w, b]: &[Ball; 2]) -> f64 {
    let (w, b) = (w.to_f64(), b.to_f64());
    let (mut low, mut high) = (0.0, 1.0 - 1e-12);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if w * energies.above(middle) + b > middle { low = middle } else { high = middle }
    }
    high
}

/// c* and R′(c*) on the series, from an estimate.
fn on_series(energies: &Energies, [w, b]: &[Ball; 2], start: f64, bits: u32) -> Result<(Quantity, Quantity), PropagationError> {
    let one = Ball::integer(1, bits);
    let gap = |c: &Ball| &(&(w * &energies.value(c)) + b) - c;
    let slope = |c: &Ball| w * &energies.slope(c);
    let mut c = Ball::double(start, bits);
    for _ in 0..8 {
        let next = &c + &(&gap(&c) / &(&one - &slope(&c)));
        c = Ball::new(next.mid().clone(), Magnitude::ZERO);
    }
    let steep = (&one - &slope(&c)).inverse().magnitude();
    let c = proved(&c, steep.max(Magnitude::ONE).shifted(8 - i64::from(bits)), &gap)
        .ok_or_else(|| PropagationError::Undecided("c* is not enclosed".to_owned()).with_help(WITHOUT))?;
    let chi_c = slope(&c);
    Ok((Quantity { ball: c, exact: None }, Quantity { ball: chi_c, exact: None }))
}

/// A ball around c that holds c*, by the signs of R(c) − c at its ends.
pub(super) fn proved(c: &Ball, first: Magnitude, gap: &dyn Fn(&Ball) -> Ball) -> Option<Ball> {
    let mut radius = first;
    for _ in 0..40 {
        let reach = Ball::new(radius.to_float(), Magnitude::ZERO);
        if gap(&(c - &reach)).is_positive() && gap(&(c + &reach)).is_negative() {
            return Some(c.widened(radius.shifted(1)));
        }
        radius = radius.shifted(2);
    }
    None
}

/// The side of 1 on which chi_1 lies; and whether it counts as 1 without proof.
fn phase(chi_1: &Moment, precision: Precision) -> Result<(Phase, bool), PropagationError> {
    let Moment::Finite(chi) = chi_1 else { return Ok((Phase::Chaotic, false)) };
    let exact = chi.exact.as_ref().and_then(|exact| exact.compare(&Exact::one()));
    let order = exact.or_else(|| chi.ball.compare(&Ball::integer(1, precision.bits)));
    Ok(match order {
        Some(std::cmp::Ordering::Less) => (Phase::Ordered, false),
        Some(std::cmp::Ordering::Equal) => (Phase::Critical, false),
        Some(std::cmp::Ordering::Greater) => (Phase::Chaotic, false),
        None if precision.last => (Phase::Critical, true),
        None => return Err(PropagationError::Undecided("whether chi_1 is 1 cannot be decided".to_owned())),
    })
}

/// The product, exact where both are.
pub(super) fn product(a: &Quantity, b: &Quantity, bits: u32) -> Quantity {
    match a.exact.as_ref().zip(b.exact.as_ref()).map(|(a, b)| a * b) {
        Some(exact) => Quantity { ball: exact.enclose(bits), exact: Some(exact) },
        None => Quantity { ball: &a.ball * &b.ball, exact: None },
    }
}

/// −1/ln|slope|: 0 for 0, infinite for ±1.
fn scale_of(slope: &Quantity) -> Moment {
    let bits = slope.ball.bits();
    let zero = Quantity::constant(&Function::rational(0), bits);
    if slope.ball.is_exact_zero() {
        return Moment::Finite(zero);
    }
    let unit = slope.exact.as_ref().and_then(Exact::as_rational).is_some_and(|value| value == 1 || value == -1);
    if unit {
        return Moment::Infinite;
    }
    Moment::Finite(Quantity { ball: -&slope.ball.abs().ln().inverse(), exact: None })
}

/// 1/|ln chi_1|.
fn depth_of(chi_1: &Moment, phase: Phase) -> Moment {
    match (chi_1, phase) {
        (_, Phase::Critical) => Moment::Infinite,
        (Moment::Infinite, _) => Moment::Finite(Quantity::constant(&Function::rational(0), 64)),
        (Moment::Finite(chi), _) => match scale_of(chi) {
            Moment::Finite(value) => Moment::Finite(Quantity { ball: value.ball.abs(), exact: value.exact }),
            Moment::Infinite => Moment::Infinite,
        },
    }
}
