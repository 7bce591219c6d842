//! The answers of the neural feature ansatz at the start of training, in the regime that the zeros of b₀ = E f′ and b₁ = E f″ decide
//! (docs/mathematics.md, 'The neural feature ansatz').
//!
//! A, b₀ ≠ 0: the gradient is of rank one in the limit, ρ → 1 with n (1 − ρ) → ψ² t₁/(2 b₀⁴ (E a²)² V²), ψ = d/n and
//! V = lim |Xᵀr|²/n² = (Σ_i (E r z_i)²) tr Σ²/d + ψ E r². B, b₀ = 0 ≠ b₁, and C, b₀ = b₁ = 0: ρ = t₂/√(t₁ t₃), with t_p of degree p + 1
//! in the units of b₁² or b_*²; at infinite width ρ = 1 in C. The teacher's directions lie in general position to Σ.

use std::cmp::Ordering;

use rug::Rational;

use super::alignment::{Alignment, AlignmentRegime};
use super::ansatz_curves::{self, AlignmentCurves};
use super::ansatz_data::{Derivative, Residuals, derivative, readout, residuals, spread};
use super::ansatz_prediction;
use super::answers::{Answers, Kind, Question};
use super::conjugate_data::Number;
use super::doubt::Doubt;
use super::error::TheoryError;
use super::work::Work;
use crate::compare::Prediction;
use crate::learning::alignment::{JointAtom, Network, population_traces};
use crate::learning::moment_problem::on_the_half_line;
use crate::model::{Ansatz, JointAnsatz, Readout, Simulation, Spread};
use crate::number::{Ball, Real, Ring, decimal};

/// What it answers.
pub const KIND: Kind = Kind { name: "ansatz", answers: &[Question::Alignment, Question::Check] };

/// How many samples a user may be expected to have, below which a limit is not reached (tuned).
const USUAL_SAMPLES: f64 = 1000.0;
/// The limit of regime A holds for n b₀⁴ V² ≥ 100 ψ² t₁ (E a²)^(−2), that is for n ≥ 200 times the deficit (tuned).
const BEYOND_CROSSOVER: f64 = 200.0;

/// A network at the start of training, at one precision.
pub struct AnsatzAnswers<'a> {
    pub(super) model: Ansatz,
    pub(super) work: Work<'a>,
    pub(super) derivative: Derivative,
    residuals: Residuals,
}

/// √x of a positive number, exact where it is in the ring of closed forms.
fn root(number: &Number) -> Real {
    let Some(exact) = &number.exact else { return Real::from(number.ball.sqrt()) };
    square_root(exact).unwrap_or_else(|| {
        let text = format!("sqrt({exact})");
        Real::Proved(number.ball.sqrt(), Some(text))
    })
}

/// √x where it is rational.
fn square_root(value: &Rational) -> Option<Real> {
    let [top, bottom] = [value.numer(), value.denom()];
    let whole = top.is_perfect_square() && bottom.is_perfect_square();
    whole.then(|| Real::Rational(Rational::from((top.clone().sqrt(), bottom.clone().sqrt()))))
}

/// ρ and 1 − ρ from the traces; none where they are those of no law.
///
/// # Errors
/// [`TheoryError::Undecided`].
fn correlation([one, two, three]: &[Number; 3]) -> Result<Option<[Real; 2]>, TheoryError> {
    let square = one.times(three);
    let deficit = square.minus(&two.times(two));
    match square.sign() {
        None => return Err(TheoryError::Undecided("whether a trace of the gradient is zero cannot be decided".to_owned())),
        Some(sign) if !sign.is_gt() || deficit.sign().is_some_and(Ordering::is_lt) => return Ok(None),
        Some(_) => {}
    }
    let limit = root(&two.times(two).over(&square));
    let gap = match &limit {
        Real::Rational(limit) => Real::Rational(1 - limit.clone()),
        _ => {
            let norm = square.ball.sqrt();
            Real::from(&deficit.ball / &(&norm * &(&norm + &two.ball)))
        }
    };
    Ok(Some([limit, gap]))
}

impl<'a> AnsatzAnswers<'a> {
    /// Does the Gaussian work.
    ///
    /// # Errors
    /// An activation without a gradient, a teacher without four moments, labels that are 0.
    pub fn new(model: Ansatz, work: Work<'a>) -> Result<Self, TheoryError> {
        let derivative = derivative(&work, &model)?;
        let residuals = residuals(&work, &model, &derivative)?;
        Ok(Self { model, work, derivative, residuals })
    }

    pub(super) fn rational(&self, value: Rational) -> Number {
        Number::rational(value, self.work.bits)
    }

    fn regime(&self) -> AlignmentRegime {
        match (&self.derivative.mean, &self.derivative.slope) {
            (Some(_), _) => AlignmentRegime::RankOne,
            (None, Some(_)) => AlignmentRegime::Quadratic,
            (None, None) => AlignmentRegime::Higher,
        }
    }

    /// n/k of the neurons that differ.
    fn n_over_k(&self) -> Number {
        let copies = if self.model.antisymmetric { 2 } else { 1 };
        self.rational(self.model.n_over_k.clone() * copies)
    }

    /// Whether the correlation is 1 in regime C: nothing is left to differ.
    pub(super) fn is_one(&self) -> bool {
        self.is_higher() && self.model.n_over_k.is_zero()
    }

    /// Whether this is regime C.
    pub(super) fn is_higher(&self) -> bool {
        self.regime() == AlignmentRegime::Higher
    }

    /// (Σ_i E r z_i)², with the output at the start.
    pub(super) fn linear(&self) -> Number {
        let zero = self.rational(Rational::new());
        let linear = self.residuals.linear.iter().fold(zero, |sum, slope| sum.plus(&slope.times(slope)));
        match &self.derivative.mean {
            Some(mean) if self.model.has_initial_output() => {
                linear.plus(&mean.times(mean).times(&readout(&self.model.readout, self.work.bits)[0]))
            }
            _ => linear,
        }
    }

    /// The network in units of u, and u: b₁², or b_*² where b₁ is 0.
    pub(super) fn network(&self, covariance: &[Number; 6]) -> (Network<Number>, Number) {
        let one = self.rational(Rational::from(1));
        let zero = self.rational(Rational::new());
        let (slope, rest, unit) = match &self.derivative.slope {
            Some(slope) if self.derivative.rest.is_zero() => (one, zero, slope.clone()),
            Some(slope) => (one, self.derivative.rest.over(slope), slope.clone()),
            None if self.derivative.rest.is_zero() => (zero.clone(), zero, one),
            None => (zero, one, self.derivative.rest.clone()),
        };
        let network = Network {
            slope,
            rest,
            n_over_d: self.rational(self.model.n_over_d.clone()),
            n_over_k: self.n_over_k(),
            labels: self.residuals.moments.clone(),
            covariance: covariance.clone(),
            readout: readout(&self.model.readout, self.work.bits),
        };
        (network, unit)
    }

    fn over(&self, covariance: &[Number; 6]) -> Result<Alignment, TheoryError> {
        let regime = self.regime();
        let mut found = Alignment::of(regime);
        let (network, unit) = self.network(covariance);
        let traces = network.traces();
        let mut power = unit.clone();
        let scaled = traces.each_ref().map(|trace| {
            power = power.times(&unit);
            trace.times(&power)
        });
        match &self.derivative.mean {
            Some(mean) => self.rank_one(&mut found, mean, &scaled[0], covariance),
            None => {
                found.traces = Some(scaled.each_ref().map(Number::real));
                let given = if self.is_one() { Some([Real::from(1), Real::from(0)]) } else { correlation(&traces)? };
                if let Some(given) = given {
                    [found.limit, found.gap] = given;
                }
            }
        }
        Ok(found)
    }

    /// ρ → 1.
    fn rank_one(&self, found: &mut Alignment, mean: &Number, trace: &Number, covariance: &[Number; 6]) {
        let square = mean.times(mean);
        let readout = readout(&self.model.readout, self.work.bits)[0].clone();
        let ratio = self.rational(self.model.n_over_d.clone()).inverse();
        let size = self.linear().times(&covariance[1]).plus(&ratio.times(&self.residuals.moments[1]));
        let scale = square.times(&readout).times(&size);
        let two = self.rational(Rational::from(2));
        let deficit = ratio.times(&ratio).times(trace).over(&two.times(&scale).times(&scale));
        if deficit.ball.to_f64() * BEYOND_CROSSOVER > USUAL_SAMPLES {
            let samples = &deficit.ball * &Ball::double(BEYOND_CROSSOVER, self.work.bits);
            let samples = decimal(&samples, 2).unwrap_or_else(|| format!("{:.1e}", samples.to_f64()));
            self.work.doubt(Doubt::SmallSlope { samples });
        }
        (found.limit, found.gap) = (Real::from(1), Real::from(0));
        found.deficit = deficit.real();
        found.overlap = match self.residuals.linear.len() {
            1 => self.residuals.linear[0].times(&self.residuals.linear[0]).over(&size).real(),
            0 => self.undefined(&["overlap"], "overlap: the labels have no direction"),
            _ => self.undefined(&["overlap"], "overlap: the teacher has more than one direction"),
        };
    }

    fn undefined(&self, fields: &'static [&'static str], reason: &str) -> Real {
        self.work.doubt(Doubt::Undefined { fields, reason: reason.to_owned() });
        Real::Unknown
    }

    /// The correlation at initialisation: with q = E f′² and κ = k/d, q √(1 + κ)/√(q² (1 + κ + κψ) + b₁⁴ κ) where b₀ = 0, and
    /// (q/b₀²) √((1 + κ)/κ) as the limit of √d times it elsewhere.
    ///
    /// # Errors
    /// Why it is undefined.
    pub(super) fn initial(&self) -> Result<[Real; 2], &'static str> {
        let given = if self.model.antisymmetric {
            Some("the output vanishes at an antisymmetric initialisation, and 0/0 is no correlation")
        } else if self.model.readout != Readout::Signs {
            Some("it is not worked out for other readouts than signs")
        } else if !self.model.covariance.is_identity() {
            Some("it is not worked out for other covariances than the identity")
        } else {
            None
        };
        if let Some(why) = given {
            return Err(why);
        }
        let [width, below] = self.initial_parts();
        if let Some(ratio) = self.initial_ratio() {
            return Ok([Real::Unknown, root(&width.over(&ratio))]);
        }
        Ok([root(&width.over(&below)), Real::Unknown])
    }

    /// (1 + κ)/κ, and (1 + κ)/κ + ψ + (b₁²/q)².
    fn initial_parts(&self) -> [Number; 2] {
        let one = self.rational(Rational::from(1));
        let width = one.plus(&self.rational(Rational::from(&self.model.n_over_k / &self.model.n_over_d)));
        let slope = self.derivative.slope.clone().unwrap_or_else(|| self.rational(Rational::new()));
        let share = slope.over(&self.derivative.energy);
        let below = width.plus(&self.rational(self.model.n_over_d.clone()).inverse()).plus(&share.times(&share));
        [width, below]
    }

    /// (b₀²/q)², the part along the readout; none where b₀ = 0.
    fn initial_ratio(&self) -> Option<Number> {
        let mean = self.derivative.mean.as_ref()?;
        let ratio = mean.times(mean).over(&self.derivative.energy);
        Some(ratio.times(&ratio))
    }

    /// The correlation at initialisation at a finite d, where what is along the readout has (b₀²/q)² d beside the rest, and the power of d
    /// that it follows there: between 0, where b₀ is small, and −1/2.
    pub(super) fn initial_at(&self, d: usize) -> [f64; 2] {
        let [width, below] = self.initial_parts().map(|number| number.ball.to_f64());
        let along = self.initial_ratio().map_or(0.0, |ratio| ratio.ball.to_f64() * d as f64);
        [(width / (below + along)).sqrt(), -0.5 * along / (below + along)]
    }
}

impl Answers for AnsatzAnswers<'_> {
    fn kind(&self) -> Kind {
        KIND
    }

    fn alignment(&self) -> Result<Alignment, TheoryError> {
        let mut found = self.at_start()?;
        const FIELDS: &[&str] = &["initial_nfc", "initial_nfc_scale"];
        [found.initial, found.initial_scale] =
            self.initial().unwrap_or_else(|why| [self.undefined(FIELDS, &format!("initial_nfc: {why}")), Real::Unknown]);
        Ok(found)
    }

    fn alignment_curves(&self) -> Result<AlignmentCurves, TheoryError> {
        ansatz_curves::of_network(self)
    }

    fn prediction(&self, simulation: &Simulation, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        ansatz_prediction::prediction(self, &self.at_start()?, simulation, dimensions)
    }
}

impl AnsatzAnswers<'_> {
    /// All but the correlation before training.
    fn at_start(&self) -> Result<Alignment, TheoryError> {
        Ok(match &self.model.covariance {
            Spread::Population(population) => {
                let found = self.over(&spread(&self.work, population)?)?;
                match population.approximated() {
                    Some(other) => found.estimated(self.over(&spread(&self.work, &other)?)?),
                    None => found,
                }
            }
            Spread::Moments(moments) => {
                let numbers = moments.each_ref().map(|moment| self.rational(moment.clone()));
                let mut found = self.over(&numbers)?;
                if !on_the_half_line(moments) {
                    found.limit = self.undefined(
                        &["limit", "gap", "deficit"],
                        "limit: no covariance has these fifth and sixth moments; the traces are polynomials in them all the same",
                    );
                    (found.gap, found.deficit) = (Real::Unknown, Real::Unknown);
                }
                found
            }
        })
    }
}

/// The population limit, at one precision.
pub struct JointAnswers<'a> {
    pub(super) model: JointAnsatz,
    pub(super) work: Work<'a>,
}

impl<'a> JointAnswers<'a> {
    /// Nothing is computed before it is asked.
    #[must_use]
    pub fn new(model: JointAnsatz, work: Work<'a>) -> Self {
        Self { model, work }
    }
}

impl Answers for JointAnswers<'_> {
    fn kind(&self) -> Kind {
        KIND
    }

    fn alignment(&self) -> Result<Alignment, TheoryError> {
        let number = |value: &Rational| Number::rational(value.clone(), self.work.bits);
        let atoms: Vec<JointAtom<Number>> = self
            .model
            .joint
            .iter()
            .map(|[lambda, mu, weight]| JointAtom { covariance: number(lambda), labels: number(mu), weight: number(weight) })
            .collect();
        let traces = population_traces(&atoms, &number(&self.model.d_over_k), &readout(&self.model.readout, self.work.bits));
        let mut found = Alignment::of(AlignmentRegime::Quadratic);
        match correlation(&traces)? {
            Some(given) => [found.limit, found.gap] = given,
            None => {
                let reason = "limit: Sigma vanishes wherever M does not".to_owned();
                self.work.doubt(Doubt::Undefined { fields: &["limit", "gap"], reason });
            }
        }
        found.traces = Some(traces.each_ref().map(Number::real));
        let reason = "initial_nfc: it is not worked out for infinitely many samples";
        self.work.doubt(Doubt::Undefined { fields: &["initial_nfc", "initial_nfc_scale"], reason: reason.to_owned() });
        Ok(found)
    }

    fn alignment_curves(&self) -> Result<AlignmentCurves, TheoryError> {
        Ok(ansatz_curves::of_joint(self))
    }

    fn prediction(&self, _simulation: &Simulation, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        Ok(ansatz_prediction::of_axes(&self.model, dimensions))
    }
}
