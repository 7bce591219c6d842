//! One gradient step at finite n and η: what the matrix of its channels says, with the error of its grid (section 6 of theory of
//! Moniri, Lee, Hassani and Dobriban 2023 at finite strength; docs/mathematics.md, 'One step at finite size').
//!
//! The channels are the powers k ≤ order with c_k ≠ 0, or all of the average E f(w + t z q). The latter is taken on 128 Gauss–Hermite
//! nodes, and what 64 nodes give otherwise is its error. Corrections of order t² to the bulk are in neither.

use std::sync::Arc;

use rug::Rational;

use super::doubt::Doubt;
use super::error::TheoryError;
use super::one_step::{COMPONENTS, ErrorRow, MOST_DEGREE, OneStepAnswers};
use super::one_step_data::{exhausted, factorial};
use crate::activation::Function;
use crate::gaussian::{GaussianError, Moment, Shifted, Tame, tame};
use crate::learning::{Average, Features, FiniteErrors, FiniteSpike, FiniteStep, HermiteRule};
use crate::model::Residual;
use crate::number::{Ball, Real};

/// Relative error of what is computed in doubles.
const DOUBLES: f64 = 1e-11;
/// Coefficients of the teacher that are used.
const TEACHER_ORDER: usize = 40;
/// ln of what a place of the grid may weigh without being counted.
const NEGLIGIBLE: f64 = 42.0;
/// Where the table of the average ends at the latest.
const MOST_REACH: f64 = 1000.0;
/// Up to which multiple of t a table serves: |β| of draws scatters, with heavy tails where the labels have them.
const ROOM: f64 = 6.0;
/// Larger |t| is doubted, and refused.
const DOUBTED: f64 = 0.5;
const MOST_STRENGTH: f64 = 2.0;
/// What the nodes of the average may miss of the coefficients, relative to √E f², and of the mean times √N.
const MISSED: f64 = 1e-9;
const MISSED_MEAN: f64 = 1e-6;
/// What two grids may differ by.
const UNRESOLVED: f64 = 0.01;

/// The outliers of F at finite size, estimated.
#[derive(Clone, Debug)]
pub struct FiniteSpikes {
    /// The singular value at the edge of F.
    pub bulk_edge: Real,
    /// t.
    pub strength: Real,
    /// The singular values of F outside the bulk, from the largest.
    pub spikes: Vec<EstimatedSpike>,
}

/// A singular value of F, and for each power told the squared cosines of its left vector with zᵏ and with the part of zᵏ orthogonal to
/// the lower ones.
pub type EstimatedSpike = (Real, Vec<(usize, Real, Real)>);

impl OneStepAnswers<'_> {
    /// The step of size `eta` on n samples: with the powers up to `order`, or all of the average; |β|² and ρ as `measured`, or their
    /// limits.
    ///
    /// # Errors
    /// As the law; an average that does not exist or is not resolved.
    pub fn finite(
        &self,
        n: usize,
        eta: f64,
        order: Option<usize>,
        measured: Option<[f64; 2]>,
    ) -> Result<FiniteStep, TheoryError> {
        let linear = self.activation[1].as_ref().map_or(0.0, Ball::to_f64);
        let [beta_square, rho] = measured.unwrap_or([self.beta_square.ball.to_f64(), self.rho.to_f64()]);
        let (teacher, beyond) = self.labels_in_hermite()?;
        let powers = |most: usize| self.present(most).into_iter();
        let c = |k: usize| Some((k, self.activation[k].as_ref()?.to_f64()));
        let mut step = FiniteStep {
            curve: self.curve.map(Ball::to_f64),
            edge: self.edge_point()?.to_f64(),
            samples: n as f64,
            neurons: n as f64 * Rational::from(&self.model.phi / &self.model.psi).to_f64(),
            ridge: self.work.enclosure(&self.model.ridge).to_f64(),
            eta,
            beta: beta_square.sqrt(),
            rho,
            linear,
            full: self.model.residual == Residual::Full,
            intercept: self.model.intercept,
            teacher,
            beyond,
            energy: self.energy.to_f64(),
            features: Features::Powers(powers(order.unwrap_or(0)).filter_map(c).collect()),
            powers: powers(order.unwrap_or(COMPONENTS)).collect(),
        };
        if order.is_none() && self.activation[1].is_some() {
            let average = self.average(step.strength().abs(), step.neurons, n)?;
            step.features = Features::Average(Arc::new(average), HermiteRule::of_128());
        }
        Ok(step)
    }

    /// E y h_j, j ≤ 40, and the energy of the teacher beyond.
    pub(super) fn labels_in_hermite(&self) -> Result<(Vec<f64>, f64), TheoryError> {
        let (work, one) = (&self.work, Function::one());
        let found = work.gaussian(&self.model.teacher, &one)?.hermite(TEACHER_ORDER, work.bits, work.job);
        let found = found.map_err(|error| exhausted(error, &self.model.teacher, TEACHER_ORDER))?;
        let mut beyond = &self.energy - &work.enclosure(&self.model.noise).square();
        let mut list = vec![0.0];
        for (j, quantity) in found.iter().enumerate().skip(1) {
            let zero = self.teacher.get(j).is_some_and(Ball::is_exact_zero);
            let root = Ball::rational(&factorial(j), work.bits).sqrt();
            let coefficient = if zero { Ball::zero(work.bits) } else { &quantity.ball / &root };
            beyond = &beyond - &coefficient.square();
            list.push(coefficient.to_f64());
        }
        Ok((list, beyond.to_f64().max(0.0)))
    }

    /// s ↦ E f(w + s) − E f for a step of this strength, and somewhat larger ones.
    fn average(&self, t: f64, neurons: f64, n: usize) -> Result<Average, TheoryError> {
        let (work, f) = (&self.work, &self.model.activation);
        let refused = |message: String| {
            TheoryError::Refused {
            message,
            help: "t falls like 1/sqrt(n), and a check draws smaller sizes too; or take the powers up to l alone, which is the theory of the surrogate: order = l, in a check with update = \"surrogate\"".to_owned(),
        }
        };
        if t > MOST_STRENGTH {
            return Err(refused(format!(
                "the strength t = c_1 eta |beta|/sqrt(N) of this step is {t:.3} at n = {n}, and the theory is one for small t, at most {MOST_STRENGTH}"
            )));
        }
        let Some(growth) = tame(f) else {
            return Err(refused(format!("{f} may grow like exp(b x^2), and then its mean square after any step is infinite")));
        };
        let (strongest, reach) = reach(growth, t).ok_or_else(|| refused(unreachable(f, growth, t, n)))?;
        let shifted = Shifted::new(f, growth, reach, work.job)?;
        let mean = self.compared(&shifted, neurons)?;
        let value = |s: f64| shifted.mean(s, work.job).map(|value| value - mean);
        Average::of(value, reach, strongest).map_err(|error: GaussianError| error.into())
    }

    /// The mean of f, when the nodes of its average give the coefficients that are certified.
    fn compared(&self, shifted: &Shifted, neurons: f64) -> Result<f64, TheoryError> {
        let work = &self.work;
        let data = work.gaussian(&self.model.activation, &Function::one())?;
        let certified = data.hermite(MOST_DEGREE, work.bits, work.job)?;
        let Moment::Finite(second) = data.second_moment(work.bits, work.job)? else {
            return Err(TheoryError::Divergent("E f^2 is infinite".to_owned()));
        };
        let size = second.ball.to_f64().sqrt();
        let mut root = 1.0;
        for (k, (found, known)) in shifted.hermite(MOST_DEGREE).into_iter().zip(&certified).enumerate() {
            root *= (k.max(1) as f64).sqrt();
            let missed = (found * root - known.ball.to_f64() / root).abs();
            let most = if k == 0 { (MISSED * size).min(MISSED_MEAN * self.spread() / neurons.sqrt()) } else { MISSED * size };
            if missed.is_nan() || missed > most {
                let message =
                    format!("averages of {} in doubles miss its coefficient {k} by {missed:.1e}", self.model.activation);
                return Err(TheoryError::Unsettled(message));
            }
        }
        Ok(certified[0].ball.to_f64())
    }

    /// Says so where a strength is large.
    pub(super) fn doubt_large_step(&self, t: f64) {
        if t > DOUBTED {
            self.work.doubt(Doubt::LargeStep(format!("{t:.3}")));
        }
    }

    /// Says so where a step of size `eta` on n samples is a large one.
    pub fn doubt_step(&self, n: usize, eta: f64) {
        let linear = self.activation[1].as_ref().map_or(0.0, |c| c.to_f64().abs());
        let neurons = n as f64 * Rational::from(&self.model.phi / &self.model.psi).to_f64();
        self.doubt_large_step(linear * eta * self.beta_square.ball.to_f64().sqrt() / neurons.sqrt());
    }

    /// √E σ², σ centred.
    pub(super) fn spread(&self) -> f64 {
        (&self.curve.delta + &self.curve.theta2).to_f64().sqrt()
    }

    /// The outliers of F.
    ///
    /// # Errors
    /// Grids that do not agree.
    pub fn finite_spikes(&self, step: &FiniteStep) -> Result<FiniteSpikes, TheoryError> {
        let fine = step.spikes();
        let coarse = coarser(step).map_or_else(|| fine.clone(), |coarse| coarse.spikes());
        if fine.len() != coarse.len() {
            return Err(unresolved("the number of spikes"));
        }
        let spikes = fine.iter().zip(&coarse).map(|(fine, coarse)| spike(fine, coarse)).collect::<Result<_, _>>()?;
        let [bulk_edge, strength] = [step.bulk_edge(), step.strength()].map(|value| estimated(value, value));
        Ok(FiniteSpikes { bulk_edge, strength, spikes })
    }

    /// The errors after the step, and t.
    ///
    /// # Errors
    /// Grids that do not agree.
    pub fn finite_errors(&self, step: &FiniteStep) -> Result<(ErrorRow, Real), TheoryError> {
        let at = |step: &FiniteStep| step.errors_over(&[step.ridge], COMPONENTS).remove(0);
        let fine = at(step);
        let coarse = coarser(step).map_or_else(|| fine.clone(), |coarse| at(&coarse));
        if (0..3).any(|k| differ(fine.errors[k], coarse.errors[k])) {
            return Err(unresolved("the errors"));
        }
        let share = |k: usize| cosine(fine.shares[k - 1], coarse.shares[k - 1]);
        let row = ErrorRow {
            degree: None,
            errors: std::array::from_fn(|k| with_tail(&fine, fine.errors[k], coarse.errors[k], fine.errors[k])),
            improvements: [0, 1].map(|k| with_tail(&fine, fine.improvements[k], coarse.improvements[k], fine.errors[2 * k])),
            present: Vec::new(),
            learned: (1..=COMPONENTS).map(|k| (k, self.component(k), share(k))).collect(),
        };
        Ok((row, estimated(step.strength(), step.strength())))
    }
}

/// The largest strength that a table serves, and its reach: where a place of the grid weighs e^(−|s|/2t), less the growth there.
fn reach(growth: Tame, t: f64) -> Option<(f64, f64)> {
    let strongest = if growth.rate > 0.0 { (ROOM * t).min(0.5 * (t + 0.5 / growth.rate)) } else { ROOM * t };
    let slack = 0.5 - growth.rate * strongest;
    if slack <= 0.0 {
        return None;
    }
    let product = (0..20).fold(0.0, |p: f64, _| (NEGLIGIBLE + growth.power * (strongest * p).ln_1p()) / slack);
    let reach = strongest * product;
    (reach <= MOST_REACH).then_some((strongest, reach))
}

/// Why the average of f has no table at this strength: its mean square is infinite, or the places that count lie too far out.
fn unreachable(f: &Function, growth: Tame, t: f64, n: usize) -> String {
    if growth.rate > 0.0 {
        return format!(
            "{f} may grow like exp({:.3} |x|), and its mean square after a step of strength {t:.3}, at n = {n}, is infinite or nearly so",
            growth.rate
        );
    }
    format!(
        "{f} may grow like |x|^{:.0}, and after a step of strength {t:.3}, at n = {n}, its average is made beyond |x| = {MOST_REACH}, where it is not tabled",
        growth.power
    )
}

/// The step on a grid with half as many nodes; none where there is no grid.
fn coarser(step: &FiniteStep) -> Option<FiniteStep> {
    match &step.features {
        Features::Powers(_) => None,
        Features::Average(average, _) => {
            let features = Features::Average(Arc::clone(average), HermiteRule::of_64());
            Some(FiniteStep { features, ..step.clone() })
        }
    }
}

fn spike(fine: &FiniteSpike, coarse: &FiniteSpike) -> Result<EstimatedSpike, TheoryError> {
    if differ(fine.singular_value, coarse.singular_value) {
        return Err(unresolved("the spikes"));
    }
    let pairs = fine.alignment.iter().zip(&coarse.alignment);
    let list = pairs.map(|(fine, coarse)| (fine.0, cosine(fine.1, coarse.1), cosine(fine.2, coarse.2)));
    Ok((estimated(fine.singular_value, coarse.singular_value), list.collect()))
}

fn differ(fine: f64, coarse: f64) -> bool {
    let difference = (fine - coarse).abs();
    difference.is_nan() || difference > UNRESOLVED * fine.abs()
}

fn unresolved(what: &str) -> TheoryError {
    TheoryError::Unsettled(format!(
        "{what} after this step: grids of 64 and 128 places do not agree on the average of the activation"
    ))
}

fn estimated(fine: f64, coarse: f64) -> Real {
    Real::estimated_double(fine, DOUBLES * fine.abs() + (fine - coarse).abs())
}

/// A squared cosine or a share.
fn cosine(fine: f64, coarse: f64) -> Real {
    Real::estimated_double(if fine < DOUBLES { 0.0 } else { fine }, DOUBLES + (fine - coarse).abs())
}

/// A number that hangs on the teacher, with what lies beyond its coefficients as a share of `whole`.
fn with_tail(errors: &FiniteErrors, fine: f64, coarse: f64, whole: f64) -> Real {
    Real::estimated_double(fine, DOUBLES * whole.abs() + (fine - coarse).abs() + errors.beyond * whole.abs())
}
