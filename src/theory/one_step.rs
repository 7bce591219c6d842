//! The answers of one gradient step: the law of F Fᵀ/n, ridge errors before and after, and the outliers that the step makes
//! (Moniri, Lee, Hassani and Dobriban 2023; docs/mathematics.md, 'One step of growing size').
//!
//! |β|² → c_{*1}² + phi_g V for the residual y, and c_{*1}² + c₁² + phi_g (V + E σ²) for y − f_0; V = E y², phi_g = d/n of the gradient.

use rug::Rational;

use super::answers::{Answers, Kind, Origin, Question, Spike, SpikeLayer};
use super::conjugate_data::Number;
use super::doubt::Doubt;
use super::energies::CurveData;
use super::error::TheoryError;
use super::given::curve_stack;
use super::one_step_data::{factorial, student, teacher};
use super::one_step_prediction;
use super::work::Work;
use super::zero::count_as_zero;
use crate::activation::Function;
use crate::compare::Prediction;
use crate::learning::constant::Step;
use crate::learning::growing::{Labels, removed, share, untrained};
use crate::learning::{Baseline, growing};
use crate::model::{OneStep, Residual, Simulation};
use crate::number::{Ball, Jet, Real, Ring};
use crate::spectrum::{Curve, CurveLaw, Law, LawError, Shape, Stack};

/// What it answers.
pub const KIND: Kind = Kind { name: "one_step", answers: &[Question::Law, Question::Spikes, Question::Errors, Question::Check] };

/// Most powers that are followed.
pub const MOST_DEGREE: usize = 12;
/// Components whose learned share is listed.
pub(super) const COMPONENTS: usize = 6;

/// One step at one precision.
pub struct OneStepAnswers<'a> {
    pub(super) model: OneStep,
    pub(super) work: Work<'a>,
    pub(super) law: CurveLaw,
    /// The law of F ᵀF/n, whose curve carries the ridge.
    features: CurveLaw,
    pub(super) curve: Curve<Ball>,
    /// c_k of the activation, none where it is 0.
    pub(super) activation: Vec<Option<Ball>>,
    /// c_k of the teacher.
    pub(super) teacher: Vec<Ball>,
    pub(super) energy: Ball,
    pub(super) beta_square: Number,
    pub(super) rho: Ball,
    pub(super) base: Baseline,
}

/// The errors at one degree, or after a constant step.
#[derive(Clone, Debug)]
pub struct ErrorRow {
    /// The degree; none for a constant step.
    pub degree: Option<usize>,
    /// Penalised loss at the minimiser, its first term, and test error with the noise.
    pub errors: [Real; 3],
    /// Improvements of penalised loss and test error over no step.
    pub improvements: [Real; 2],
    /// The powers present.
    pub present: Vec<usize>,
    /// k, k! c_k² of the teacher, and the share that is learned.
    pub learned: Vec<(usize, Real, Real)>,
}

/// What does not depend on the degree.
#[derive(Clone, Debug)]
pub struct Baselines {
    /// |β|².
    pub beta_square: Real,
    /// ρ.
    pub rho: Real,
    /// κ, m₁ and m₂.
    pub kappa: [Real; 3],
    /// w₊ = s²/n of the edge.
    pub edge: Real,
    /// The critical steps of F and of W.
    pub critical: [Real; 2],
}

/// A regime of a growing step.
#[derive(Clone, Debug)]
pub struct Regime {
    /// l.
    pub degree: usize,
    /// The k ≤ l with c_k ≠ 0.
    pub present: Vec<usize>,
    /// The ends of its alphas.
    pub interval: [Rational; 2],
}

impl<'a> OneStepAnswers<'a> {
    /// Does the Gaussian work.
    ///
    /// # Errors
    /// Functions without finite variance, an activation that is constant or has no gradient.
    pub fn new(model: OneStep, work: Work<'a>) -> Result<Self, TheoryError> {
        let bits = work.bits;
        let student = student(&work, &model.activation)?;
        let teacher = teacher(&work, &model)?;
        let means =
            [(student.centred, format!("f = {}", model.activation)), (teacher.centred, format!("the teacher {}", model.teacher))];
        let means: Vec<String> = means.into_iter().filter_map(|(centred, what)| centred.then_some(what)).collect();
        if !means.is_empty() {
            work.doubt(Doubt::StepCentred(means));
        }
        let linear = student.linear.clone();
        if linear.is_zero() {
            work.doubt(Doubt::NothingLearned("c_1 = E Z f(Z) is 0, so that the gradient has no part of rank one".to_owned()));
        }
        if teacher.linear.is_zero() {
            work.doubt(Doubt::NothingLearned("E Z teacher(Z) is 0, so that rho = 0".to_owned()));
        }
        let rational = |value: Rational| Number::rational(value, bits);
        let ratio = rational(model.phi_gradient.clone());
        let beta_square = match model.residual {
            Residual::Labels => teacher.linear.plus(&ratio.times(&teacher.energy)),
            Residual::Full => teacher.linear.plus(&linear).plus(&ratio.times(&teacher.energy.plus(&student.energy))),
        };
        let rho = &teacher.coefficients[1] / &beta_square.ball.sqrt();
        let width = rational(Rational::from(&model.phi / &model.psi));
        let law = CurveLaw::new(student.parameters([&model.psi, &model.phi], &width), bits);
        let features = CurveLaw::new(student.parameters([&model.phi, &model.psi], &rational(Rational::from(1))), bits);
        let delta = if student.shape == Shape::Linear { Ball::zero(bits) } else { &student.energy.ball - &linear.ball };
        let c = linear.ball.times_rational(&model.psi.clone().recip());
        let curve = Curve { delta, theta2: linear.ball.clone(), c, gamma: width.ball.clone() };
        let base = Baseline::of_ridge(&curve, &work.enclosure(&model.ridge), bits)?;
        let (activation, energy, teacher) = (student.coefficients, teacher.energy.ball, teacher.coefficients);
        Ok(Self { model, work, law, features, curve, activation, teacher, energy, beta_square, rho, base })
    }

    pub(super) fn labels(&self) -> Labels {
        Labels { coefficients: self.teacher.clone(), energy: self.energy.clone(), rho: self.rho.clone() }
    }

    /// The k ≤ degree with c_k ≠ 0; none without a part of rank one.
    #[must_use]
    pub fn present(&self, degree: usize) -> Vec<usize> {
        if self.activation[1].is_none() {
            return Vec::new();
        }
        (1..=degree).filter(|k| self.activation[*k].is_some()).collect()
    }

    /// q of the upper edge on the curve of features.
    pub(super) fn edge_point(&self) -> Result<Ball, TheoryError> {
        let bulks = self.features.bulks()?;
        Ok(bulks.last().and_then(|pair| pair[1].q.clone()).ok_or(LawError::MoreBits)?)
    }

    pub(super) fn step(&self, eta: &Ball) -> Option<Step> {
        self.activation[1].as_ref().map(|linear| Step {
            eta: eta.clone(),
            beta_square: self.beta_square.ball.clone(),
            linear: linear.square(),
            full: self.model.residual == Residual::Full,
        })
    }

    /// What does not depend on the degree.
    ///
    /// # Errors
    /// As the law.
    pub fn baselines(&self) -> Result<Baselines, TheoryError> {
        let edge = self.law.ends()?.last().map_or(Real::Unknown, |pair| pair[1].position.clone());
        let critical = match self.step(&Ball::integer(1, self.work.bits)) {
            None => [Real::Infinite, Real::Infinite],
            Some(step) => {
                let critical = &self.edge_point()?.inverse() - &self.curve.c;
                let of_weights = Ball::rational(&self.model.psi.clone().recip(), self.work.bits).sqrt();
                [Real::from(step.eta_of(&critical, 2)), Real::from(step.eta_of(&of_weights, 1))]
            }
        };
        Ok(Baselines {
            beta_square: self.beta_square.real(),
            rho: Real::from(self.rho.clone()),
            kappa: [&self.base.kappa, &self.base.m1, &self.base.m2].map(|jet| Real::from(jet.value.clone())),
            edge,
            critical,
        })
    }

    /// The three errors inside the regime of a degree, at the ridge of this point.
    pub(super) fn errors_of_degree(&self, ridge: &Ball, base: &Baseline, degree: usize) -> [Ball; 3] {
        let start = untrained(base, &self.labels());
        let loss = match self.powers(degree) {
            Some(powers) => start.minus(&removed(base, &self.labels(), &powers)),
            None => start,
        };
        errors(base, ridge, &loss)
    }

    /// The free regressors inside the regime of a degree; none where nothing is learned.
    fn powers(&self, degree: usize) -> Option<Vec<usize>> {
        let present = self.present(degree);
        let blind = present.is_empty() || self.teacher[1].is_exact_zero();
        let constant = if self.model.intercept { vec![0] } else { Vec::new() };
        (!blind).then(|| constant.into_iter().chain(present).collect())
    }

    /// k! c_k² of the teacher.
    pub(super) fn component(&self, k: usize) -> Real {
        Real::from(self.teacher[k].square().times_rational(&factorial(k)))
    }

    fn row(
        &self,
        degree: Option<usize>,
        gain: Option<Jet<Ball>>,
        present: Vec<usize>,
        shares: impl Fn(usize) -> Real,
    ) -> ErrorRow {
        let ridge = self.work.enclosure(&self.model.ridge);
        let errors = |loss: &Jet<Ball>| errors(&self.base, &ridge, loss);
        let start = untrained(&self.base, &self.labels());
        let (loss, improvements) = match gain {
            None => (start, [Real::from(0), Real::from(0)]),
            Some(gain) => {
                let [train, _, test] = errors(&gain);
                (start.minus(&gain), [train, test].map(Real::from))
            }
        };
        let learned = (1..=COMPONENTS).map(|k| (k, self.component(k), shares(k))).collect();
        ErrorRow { degree, errors: errors(&loss).map(Real::from), improvements, present, learned }
    }

    /// The errors inside the regime of a degree.
    #[must_use]
    pub fn of_degree(&self, degree: usize) -> ErrorRow {
        let powers = self.powers(degree);
        let gain = powers.as_ref().map(|powers| removed(&self.base, &self.labels(), powers));
        let shares = |k: usize| powers.as_ref().map_or(Real::from(0), |list| share(&self.base, &self.rho, list, k).into());
        self.row(Some(degree), gain, self.present(degree), shares)
    }

    /// The errors after a constant step.
    #[must_use]
    pub fn after(&self, eta: &Ball) -> ErrorRow {
        let labels = self.labels();
        let step = self.step(eta).filter(|_| !self.teacher[1].is_exact_zero());
        let gain = step.map(|step| step.removed(&self.base, &labels));
        let share = gain.as_ref().map(|gain| {
            let linear = &self.base.m2.value * &self.teacher[1].square();
            Real::from(&gain.value / &linear)
        });
        self.row(None, gain, Vec::new(), |k| if k == 1 { share.clone().unwrap_or(Real::from(0)) } else { Real::from(0) })
    }

    /// The regime of a degree.
    #[must_use]
    pub fn regime(&self, degree: usize) -> Regime {
        let upper = if degree == 0 { Rational::new() } else { growing::lower_end(degree + 1) };
        Regime { degree, present: self.present(degree), interval: [growing::lower_end(degree), upper] }
    }

    /// The outlier of a constant step, in F Fᵀ/n, with that of the weights beside it.
    ///
    /// # Errors
    /// As the law; a step that no bits tell from the critical one.
    pub fn constant_step(&self, eta: &Function) -> Result<Spike, TheoryError> {
        let baselines = self.baselines()?;
        let [of_features, of_weights] = baselines.critical;
        let strength = match eta.as_rational() {
            Some(eta) => Real::Rational(eta.clone()),
            None => Real::from(self.work.enclosure(eta)),
        };
        let eta = self.work.enclosure(eta);
        let mut spike = Spike::absorbed(Origin::Signal, strength, vec![of_features.clone()]);
        let mut weight = SpikeLayer::absorbed(0, vec![of_weights.clone()]);
        if let Some(step) = self.step(&eta) {
            if self.exceeds(&eta, &of_features)? {
                let (base, alignment) = step.outlier(&self.curve);
                (spike.survives, spike.position, spike.alignment) = (true, base.z.into(), alignment.into());
            }
            if self.exceeds(&eta, &of_weights)? {
                weight.survives = true;
                (weight.position, weight.alignment) = self.of_weights(&step);
            }
        }
        spike.weight = Some(Box::new(weight));
        Ok(spike)
    }

    fn exceeds(&self, eta: &Ball, critical: &Real) -> Result<bool, TheoryError> {
        let Some(critical) = critical.ball(self.work.bits) else { return Ok(false) };
        match eta.compare(&critical) {
            Some(order) => Ok(order.is_gt()),
            None => {
                count_as_zero(&self.work, "the distance of a step from the critical one")?;
                Ok(false)
            }
        }
    }

    /// Of the outlier of W_1ᵀW_1, t = θ² of W: its position (1 + t)(N/d + t)/t, and the squared cosine of its vector with the teacher's
    /// direction, (1 − (N/d)/t²) c₁² η² c_{*1}²/(1 + t).
    ///
    /// With the unit vector â, W_1 is W_0 off â, and on it the row v = (1 − η c₁²) âᵀW_0 + η c₁ β_y for the residual y − f_0, whose β is
    /// β_y − c₁ âᵀW_0, or v = âᵀW_0 + η c₁ β for y. In both cases |v|² = 1 + t, v·β_* = η c₁ c_{*1}, and v does not depend on the rest.
    fn of_weights(&self, step: &Step) -> (Real, Real) {
        let (strength, one) = (step.of_weights(), Ball::integer(1, self.work.bits));
        let width = Ball::rational(&self.model.psi.clone().recip(), self.work.bits);
        let position = &(&(&one + &strength) * &(&width + &strength)) / &strength;
        let carried = &(&step.linear * &step.eta.square()) * &self.teacher[1].square();
        let alignment = &(&(&one - &(&width / &strength.square())) * &carried) / &(&one + &strength);
        (position.into(), alignment.into())
    }
}

/// The three errors that a loss makes at a ridge: penalised, its first term, and test error.
pub(super) fn errors(base: &Baseline, ridge: &Ball, loss: &Jet<Ball>) -> [Ball; 3] {
    let train = ridge * &loss.value;
    let mean_square = -&(&ridge.square() * &loss.slope);
    let test = -&(&loss.slope / &base.m1.value.square());
    [train, mean_square, test]
}

impl Answers for OneStepAnswers<'_> {
    fn kind(&self) -> Kind {
        KIND
    }

    fn law(&self) -> Result<&dyn Law, TheoryError> {
        Ok(&self.law)
    }

    fn stack(&self) -> Result<Option<Stack>, TheoryError> {
        Ok(curve_stack(self.law()?, self.work.bits))
    }

    fn curve_data(&self) -> Option<&CurveData> {
        None
    }

    fn one_step(&self) -> Result<&OneStepAnswers<'_>, TheoryError> {
        Ok(self)
    }

    /// Those that uneven norms of the data make; a growing step makes outliers that grow with n, and none of order one.
    fn outliers(&self) -> Result<Option<Vec<Real>>, TheoryError> {
        Ok(Some(self.norms()?.into_iter().filter(|spike| spike.survives).map(|spike| spike.position).collect()))
    }

    fn spikes(&self) -> Result<Vec<Spike>, TheoryError> {
        Ok(Vec::new())
    }

    fn prediction(&self, simulation: &Simulation, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        match &simulation.strength {
            Some(strength) => self.after_strength(strength, dimensions),
            None => one_step_prediction::prediction(self, simulation, dimensions),
        }
    }
}
