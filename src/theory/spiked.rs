//! Errors after a step of critical size: the functions of g behind the fixed point, and the answers of `spiked_features`
//! (docs/mathematics.md, 'The step of critical size').
//!
//! With m = u_k g: E f(Z + m), E Z f(Z + m), E f(Z + m)², and Y(g) = E T(ρ g + √(1 − ρ²) Z), ψ(g) = E Z T, V(g) = E T² − Y² − ψ² + noise².
//! The trapezoidal rule in g is halved until two steps agree; its error falls like the square at each halving, and that power is not
//! trusted whole.

use std::collections::HashMap;

use rug::Rational;

use super::answers::{Answers, Kind, Question};
use super::error::TheoryError;
use super::regression::RidgeErrors;
use super::spiked_prediction;
use super::work::Work;
use super::zero::is_zero;
use crate::activation::{Function, Parity, parity};
use crate::compare::Prediction;
use crate::gaussian::{Data, Moment, Quantity};
use crate::learning::critical::{Critical, Node, errors, independent};
use crate::model::{Simulation, SpikedFeatures};
use crate::number::{Ball, Magnitude, Real};

/// What it answers.
pub const KIND: Kind = Kind { name: "spiked_features", answers: &[Question::Errors, Question::Check] };

/// Bits of integrals beyond those of the answers.
const GUARD: u32 = 64;
/// The first step of the rule is 1/4; times that it is halved.
const FIRST: u32 = 4;
const HALVINGS: u32 = 5;
/// The power of the difference of two steps that is taken for the error of the finer one; 2 in theory.
const TRUSTED: f64 = 1.5;
/// What is added to the digits wanted where the rule is cut off.
const SPARE_DIGITS: f64 = 6.0;

/// A problem whose functions of g are found where they are asked.
pub(super) struct Spiked<'a> {
    pub work: Work<'a>,
    pub f: Function,
    pub teacher: Function,
    /// n/d and N/d.
    pub sizes: [Rational; 2],
    pub ridge: Ball,
    pub noise: Ball,
    /// ⟨v, β⟩.
    pub overlap: Function,
    /// u in units of `unit`, and its share.
    pub strengths: Vec<[Rational; 2]>,
    pub unit: Function,
    /// Whether the means of f and the teacher are taken off, and whether the constant is a regressor of its own.
    pub centred: bool,
    pub intercept: bool,
}

/// The integrals of f(Z + m), or of the teacher: E, E Z and E of the square.
type Triple = [Ball; 3];

/// What was found before.
struct Found<'s, 'a> {
    problem: &'s Spiked<'a>,
    bits: u32,
    /// By m.
    features: HashMap<Rational, Triple>,
    labels: HashMap<Rational, Triple>,
    parity: Parity,
    /// The means that are taken off.
    means: [Ball; 2],
    /// The u whose means are independent.
    free: Vec<usize>,
}

fn triple(work: &Work, f: &Function, sigma: &Function, bits: u32) -> Result<Triple, TheoryError> {
    let data = Data::scaled(f, sigma, work.job)?;
    let hermite = data.hermite(1, bits, work.job)?;
    let Moment::Finite(second) = data.second_moment(bits, work.job)? else {
        return Err(TheoryError::Divergent(format!("the second moment of {f} is infinite")));
    };
    Ok([hermite[0].ball.clone(), hermite[1].ball.clone(), second.ball])
}

impl<'a> Spiked<'a> {
    /// Of a model as typed.
    ///
    /// # Errors
    /// Functions without a finite second moment.
    pub fn of_model(model: &SpikedFeatures, work: Work<'a>) -> Self {
        Self {
            f: model.activation.clone(),
            teacher: model.teacher.clone(),
            sizes: [&model.phi, &model.psi].map(|ratio| ratio.clone().recip()),
            ridge: work.enclosure(&model.ridge),
            noise: Quantity::constant(&model.noise.powi(2), work.bits + GUARD).ball,
            overlap: model.overlap.clone(),
            strengths: merged(&model.strengths),
            unit: Function::one(),
            centred: false,
            intercept: false,
            work,
        }
    }

    /// Test, training and penalised training error, estimated.
    ///
    /// # Errors
    /// Functions without a finite second moment; a fixed point that is not found, or a rule that does not settle.
    pub fn errors(&self) -> Result<[Real; 3], TheoryError> {
        let bits = self.work.bits + GUARD;
        let mut found = Found::new(self, bits)?;
        let reach = (2.0 * std::f64::consts::LN_10 * (f64::from(self.work.digits) + SPARE_DIGITS)).sqrt();
        let ridge = self.ridge.with_bits(bits);
        let mut before: Option<[Ball; 3]> = None;
        for halving in 0..HALVINGS {
            let problem = found.problem_at(FIRST << halving, reach)?;
            let next = errors(&problem, &ridge).ok_or_else(unsettled)?;
            if let Some(before) = before {
                let estimates: Vec<(Real, bool)> =
                    next.iter().zip(&before).map(|(fine, coarse)| estimated(fine, coarse, self.work.digits)).collect();
                if estimates.iter().all(|(_, is_fine)| *is_fine) || halving + 1 == HALVINGS {
                    let mut list = estimates.into_iter().map(|(value, _)| value);
                    return Ok([(); 3].map(|()| list.next().unwrap_or(Real::Unknown)));
                }
            }
            before = Some(next);
            self.work.job.check()?;
        }
        Err(unsettled())
    }
}

fn unsettled() -> TheoryError {
    TheoryError::Unsettled("the fixed point of the step of critical size was not found".to_owned())
}

/// The finer of two values with the error that their difference makes likely, and whether that leaves the digits wanted.
fn estimated(fine: &Ball, coarse: &Ball, digits: u32) -> (Real, bool) {
    let size = fine.to_f64().abs().max(f64::MIN_POSITIVE);
    let difference = (fine - coarse).magnitude().to_f64() / size;
    let error = size * difference.min(1.0).powf(TRUSTED) + fine.radius().to_f64();
    let rounding = size * 10f64.powi(-(digits as i32) - 3);
    let ball = Ball::new(fine.mid().clone(), Magnitude::from_f64(error + rounding));
    (Real::Estimated(ball), error <= size * 10f64.powi(-(digits as i32) - 1))
}

/// Strengths of one value together.
fn merged(strengths: &[[Rational; 2]]) -> Vec<[Rational; 2]> {
    let mut list: Vec<[Rational; 2]> = Vec::new();
    for [u, share] in strengths {
        match list.iter_mut().find(|[known, _]| known == u) {
            Some([_, sum]) => *sum += share,
            None => list.push([u.clone(), share.clone()]),
        }
    }
    list
}

impl<'s, 'a> Found<'s, 'a> {
    fn new(problem: &'s Spiked<'a>, bits: u32) -> Result<Self, TheoryError> {
        let mean = |f: &Function| -> Result<Ball, TheoryError> {
            if !problem.centred {
                return Ok(Ball::zero(bits));
            }
            let data = problem.work.gaussian(f, &Function::one())?;
            Ok(data.hermite(0, bits, problem.work.job)?.swap_remove(0).ball)
        };
        let means = [mean(&problem.f)?, mean(&problem.teacher)?];
        let free = free(problem)?;
        let parity = parity(&problem.f);
        Ok(Self { problem, bits, features: HashMap::new(), labels: HashMap::new(), parity, means, free })
    }

    /// E, E Z and E of the square of f(Z + u g).
    fn features(&mut self, u: &Rational, g: &Rational) -> Result<Triple, TheoryError> {
        // f(Z + m) depends on m alone, and where f has a parity on |m| but for signs
        let place = Rational::from(u * g);
        let mirrored = place < 0 && self.parity != Parity::Neither;
        let key = if mirrored { -place } else { place };
        let [mean, slope, second] = match self.features.get(&key) {
            Some(known) => known.clone(),
            None => {
                let shift = self.problem.unit.clone() * Function::rational(key.clone());
                let shifted = self.problem.f.substitute(&(Function::x() + shift));
                let found = triple(&self.problem.work, &shifted, &Function::one(), self.bits)?;
                self.features.insert(key, found.clone());
                found
            }
        };
        Ok(match (mirrored, self.parity) {
            (true, Parity::Odd) => [-mean, slope, second],
            (true, _) => [mean, -slope, second],
            (false, _) => [mean, slope, second],
        })
    }

    /// The same of the teacher at ρ g + √(1 − ρ²) Z.
    fn labels(&mut self, g: &Rational) -> Result<Triple, TheoryError> {
        if let Some(known) = self.labels.get(g) {
            return Ok(known.clone());
        }
        let Spiked { overlap, teacher, work, .. } = self.problem;
        let along = overlap.clone() * Function::rational(g.clone());
        let rest = Function::one() - overlap.powi(2);
        let variance = work.enclosure(&rest);
        let found = if rest.is_zero() || !variance.is_positive() {
            let value = teacher.substitute(&along);
            let value = crate::activation::evaluate(&value, &Ball::zero(self.bits));
            [value.clone(), Ball::zero(self.bits), value.square()]
        } else {
            let shifted = teacher.substitute(&(Function::x() + along));
            triple(work, &shifted, &rest.apply(crate::activation::Primitive::Sqrt), self.bits)?
        };
        self.labels.insert(g.clone(), found.clone());
        Ok(found)
    }

    /// The problem on the rule of step 1/parts.
    fn problem_at(&mut self, parts: u32, reach: f64) -> Result<Critical<Ball>, TheoryError> {
        let bits = self.bits;
        let most = (reach * f64::from(parts)).ceil() as i64;
        let strengths = self.problem.strengths.clone();
        let step = Ball::rational(&Rational::from((1, parts)), bits);
        let norm = &step / &Ball::pi(bits).shifted(1).sqrt();
        let mut nodes = Vec::new();
        for place in -most..=most {
            let place = Rational::from((place, i64::from(parts)));
            let g = Ball::rational(&place, bits);
            let weight = &norm * &(-g.square().shifted(-1)).exp();
            let (mut all, mut linear, mut rest) = (Vec::new(), Vec::new(), Vec::new());
            for [u, _] in &strengths {
                let [mean, slope, second] = self.features(u, &place)?;
                rest.push(&(&second - &mean.square()) - &slope.square());
                all.push(&mean - &self.means[0]);
                linear.push(slope);
            }
            let [label, slope, second] = self.labels(&place)?;
            let scatter = &(&(&second - &label.square()) - &slope.square()) + &self.problem.noise;
            let mut means: Vec<Ball> = self.free.iter().map(|index| all[*index].clone()).collect();
            if self.problem.intercept {
                means.push(Ball::integer(1, bits));
            }
            nodes.push(Node { weight, g, means, linear, rest, label: &label - &self.means[1], slope, scatter });
        }
        let [samples, neurons] = &self.problem.sizes;
        let neurons = strengths.iter().map(|[_, share]| Ball::rational(&Rational::from(share * neurons), bits)).collect();
        let bare = |ball: &Ball| Ball::new(ball.mid().clone(), Magnitude::ZERO);
        Ok(Critical { nodes, neurons, samples: Ball::rational(samples, bits) }.map(bare))
    }
}

/// The u whose means E f(Z + u g) = Σ c_j (u g)^j are independent, with the constant before them where it is a regressor. The powers
/// that f has decide it, which are known by proof; for many of them a determinant of powers of different u does not vanish.
fn free(problem: &Spiked) -> Result<Vec<usize>, TheoryError> {
    let most = 4 * problem.strengths.len() + 4;
    let data = problem.work.gaussian(&problem.f, &Function::one())?;
    let found = data.hermite(most, problem.work.bits, problem.work.job)?;
    let mut powers = Vec::new();
    for (power, coefficient) in found.iter().enumerate() {
        let counts = power > 0 || problem.intercept || !problem.centred;
        let present = power == 0 && problem.intercept
            || !is_zero(&problem.work, coefficient, &format!("the Hermite coefficient c_{power}"))?;
        if counts && present {
            powers.push(power);
        }
    }
    let row = |u: &Rational| powers.iter().map(|power| (0..*power).fold(Rational::from(1), |product, _| product * u)).collect();
    let mut rows: Vec<Vec<Rational>> = problem.strengths.iter().map(|[u, _]| row(u)).collect();
    if problem.intercept {
        rows.insert(0, powers.iter().map(|power| Rational::from(i32::from(*power == 0))).collect());
    }
    if problem.centred {
        // the mean is taken off every one of them
        let first = usize::from(problem.intercept);
        for row in &mut rows[first..] {
            powers.iter().zip(row.iter_mut()).filter(|(power, _)| **power == 0).for_each(|(_, value)| *value = Rational::new());
        }
    }
    let found = independent(&rows);
    let shift = usize::from(problem.intercept);
    Ok(found.into_iter().filter(|index| *index >= shift).map(|index| index - shift).collect())
}

/// Spiked features at one precision.
pub struct SpikedAnswers<'a> {
    pub(super) model: SpikedFeatures,
    work: Work<'a>,
}

impl<'a> SpikedAnswers<'a> {
    /// Looks at the functions.
    ///
    /// # Errors
    /// Those without a finite second moment.
    pub fn new(model: SpikedFeatures, work: Work<'a>) -> Result<Self, TheoryError> {
        for f in [&model.activation, &model.teacher] {
            let moments = work.gaussian(f, &Function::one())?.moments(work.bits, work.job)?;
            if matches!(moments.second_moment.clone()?, Moment::Infinite) {
                return Err(TheoryError::Divergent(format!("the second moment of {f} is infinite")));
            }
        }
        if model.activation.is_constant() {
            return Err(TheoryError::Refused {
                message: format!("the activation {} is constant", model.activation),
                help: "take an activation that varies".to_owned(),
            });
        }
        Ok(Self { model, work })
    }

    /// Test, training and penalised training error.
    ///
    /// # Errors
    /// As the fixed point.
    pub fn errors(&self) -> Result<[Real; 3], TheoryError> {
        Spiked::of_model(&self.model, self.work).errors()
    }
}

impl Answers for SpikedAnswers<'_> {
    fn kind(&self) -> Kind {
        KIND
    }

    fn ridge_errors(&self) -> Option<Result<RidgeErrors, TheoryError>> {
        Some(self.errors().map(|errors| RidgeErrors { errors, kappa: Vec::new(), freedom: None, parts: None }))
    }

    fn prediction(&self, _simulation: &Simulation, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        spiked_prediction::prediction(self, dimensions)
    }
}
