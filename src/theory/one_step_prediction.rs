//! What one gradient step predicts for draws: the law of F_0 F_0ᵀ/n and the limits of the errors with free powers, or what a step
//! makes of them at finite size ([`one_step_finite_prediction`](super::one_step_finite_prediction)).
//!
//! |β|² and ρ of a draw scatter by several per cent, and so do the energies of its labels, which may have heavy tails: the errors are
//! taken at the ρ of each draw, and what its samples make of them beside their expectation is added
//! ([`one_step_given`](super::one_step_given)). Those samples have rows of their own, `labels[k]`: E zᵏ y.

use super::Doubts;
use super::error::TheoryError;
use super::features;
use super::finite_size;
use super::one_step::{OneStepAnswers, errors};
use super::one_step_finite_prediction;
use super::one_step_given::{Expected, Given, LABELS, POWERS, Rigid};
use super::prediction::{self, THEORY_ERROR, nearest};
use crate::compare::{Claim, LawPrediction, NEAR, OutlierPrediction, Prediction, Reservation, Scaling, Theory};
use crate::learning::Baseline;
use crate::learning::growing::{Labels, removed, untrained};
use crate::model::{Residual, Simulation};
use crate::number::{Ball, Jet};

/// A c_k this small against the largest may not be seen by draws, which see it from 10⁻⁶ of the deviation of f on.
const TINY: f64 = 1e-5;

/// What the reason of a row says of a prediction draw by draw.
pub(super) const MEASURED: &str = "; theory at the rho and with the products of labels and powers of z of each draw";

/// What is compared with draws of these dimensions.
///
/// # Errors
/// As the law.
pub(super) fn prediction(
    answers: &OneStepAnswers,
    simulation: &Simulation,
    dimensions: &[(String, usize)],
) -> Result<Prediction, TheoryError> {
    let size = |wanted: &str| dimensions.iter().find(|(name, _)| name == wanted).map_or(0, |(_, size)| *size);
    let features = BesideLaw::new(answers, ["N", "d", "n"].map(size))?;
    match &simulation.step {
        None => Ok(Prediction { claims: limits(answers, &features)?, laws: vec![features.law(answers)?] }),
        Some(step) => one_step_finite_prediction::prediction(answers, step, &features),
    }
}

/// The law, and what stands beside the bulk of F_0 F_0ᵀ/n: outliers that the norms of the data make, |x|² − d in the part of degree two.
pub(super) struct BesideLaw {
    /// N, d and n.
    pub dimensions: [usize; 3],
    /// Those outliers.
    pub outliers: Vec<OutlierPrediction>,
    edges_are_free: bool,
    /// Why nothing can be judged at this size, if nothing can.
    pub undecided: Option<String>,
    /// By what factor each term of the series in 1/n of errors is smaller than the one before.
    pub series: f64,
}

impl BesideLaw {
    fn new(answers: &OneStepAnswers, dimensions: [usize; 3]) -> Result<Self, TheoryError> {
        let model = &answers.model;
        let doubts = Doubts::default();
        let features = answers.as_features(&doubts)?;
        let (_, outliers) = features.predicted_outliers(&model.activation, 0, features::Drawn::AsTheyAre)?;
        let outliers = outliers.into_iter().map(|outlier| OutlierPrediction {
            name: "norms".to_owned(),
            alignment: None,
            references: Vec::new(),
            ..outlier
        });
        let spikes = features.without_mean()?;
        let absorbed = spikes.iter().filter(|spike| !spike.survives);
        let edges_are_free =
            absorbed.map(|spike| nearest(spike.strength.to_f64(), &spike.thresholds)).all(|margin| margin > NEAR);
        let undecided = features.undecided(&model.activation, dimensions);
        let series = finite_size::ratio(&model.activation, [1.0, 0.0], dimensions);
        Ok(Self { dimensions, outliers: outliers.collect(), edges_are_free, undecided, series })
    }

    /// The smallest dimension.
    pub fn smallest(&self) -> usize {
        self.dimensions.into_iter().min().unwrap_or(0)
    }

    pub fn law(&self, answers: &OneStepAnswers) -> Result<LawPrediction, TheoryError> {
        let law = prediction::law_prediction(&answers.law, self.smallest())?;
        let edge_soft = law.edge_soft.iter().map(|pair| pair.map(|soft| soft && self.edges_are_free)).collect();
        Ok(LawPrediction {
            outliers: self.outliers.clone(),
            edge_soft,
            undecided: self.undecided.clone(),
            series: Some(self.series),
            ..law
        })
    }

    /// A claim on a scalar that fluctuates with the labels.
    fn limit(&self, name: &str, theory: Theory) -> Claim {
        self.claim(name, theory).at_ends(self.series)
    }

    /// The same where the errors are no series that is known.
    pub fn claim(&self, name: &str, theory: Theory) -> Claim {
        let claim = Claim::scalar(name, theory, Scaling::SAMPLED).with_error(THEORY_ERROR);
        claim.on(self.smallest()).unless(self.undecided.clone())
    }

    /// The claims on E zᵏ y of the samples of the fit: the features have no part in them, so that their agreement decides nothing.
    pub fn on_labels(&self, answers: &OneStepAnswers) -> Vec<Claim> {
        let expected = Expected::new(answers);
        let energy = expected.at(0.0).fit;
        let claim = |k: usize| {
            let (expected, scale) = (expected.clone(), (energy[k][k] * energy[LABELS][LABELS]).sqrt());
            let theory = Theory::OnDraw(Box::new(move |draw| expected.labels(k, draw.scalar("rho"))));
            let claim = Claim::scalar_of(&format!("labels[{k}]"), &format!("fit[{k}][{LABELS}]"), theory, Scaling::SAMPLED);
            let claim = claim.at_ends(self.series).with_scale(scale).with_error(THEORY_ERROR).on(self.smallest());
            claim.with_note("; theory at the rho of each draw").aside()
        };
        (1..POWERS).map(claim).collect()
    }

    /// The claims on β, which the size of the step and the features have no part in: their agreement decides nothing.
    ///
    /// # Errors
    /// As the Gaussian data.
    pub fn on_beta(&self, answers: &OneStepAnswers) -> Result<Vec<Claim>, TheoryError> {
        let beta_square = answers.beta_square.ball.to_f64();
        let most = self.bias_of_beta(answers)?;
        let of_beta = self.limit("beta_norm_squared", Theory::Value(beta_square)).neglecting(Box::new(move |_| most));
        let of_rho = self.limit("rho", Theory::Value(answers.rho.to_f64())).with_scale(1.0);
        Ok([of_beta, of_rho].map(Claim::aside).into())
    }

    /// Of |β|²: for the residual y its mean is c_{*1}² + phi_g E y² + (E y² (z_*² − 1) − c_{*1}²)/n_g, and f_0 brings the series in 1/n.
    fn bias_of_beta(&self, answers: &OneStepAnswers) -> Result<f64, TheoryError> {
        let (teacher, beyond) = answers.labels_in_hermite()?;
        let at = |j: Option<usize>| j.and_then(|j| teacher.get(j)).copied().unwrap_or(0.0);
        // z_* h_j = √(j + 1) h_{j+1} + √j h_{j−1}
        let raised = |j: usize| (j as f64).sqrt() * at(j.checked_sub(1)) + (j as f64 + 1.0).sqrt() * at(Some(j + 1));
        let squares: f64 = (0..=teacher.len()).map(|j| raised(j).powi(2) - at(Some(j)).powi(2)).sum();
        let samples = self.dimensions[1] as f64 / answers.model.phi_gradient.to_f64();
        let tail = 4.0 * (teacher.len() + 1) as f64 * beyond;
        let own = (squares.abs() + tail + at(Some(1)).powi(2)) / samples;
        let full = answers.model.residual == Residual::Full;
        Ok(own + if full { self.series * answers.beta_square.ball.to_f64() } else { 0.0 })
    }
}

/// The limits at one degree, and on draws.
#[derive(Clone)]
struct Limit {
    base: Baseline,
    ridge: Ball,
    labels: Labels,
    /// The powers that a step makes free; none where it teaches nothing.
    powers: Option<Vec<usize>>,
    /// Those that are free in draws.
    drawn: Vec<usize>,
    samples: Samples,
}

/// What samples add to a limit.
#[derive(Clone)]
pub(super) struct Samples {
    rigid: Rigid,
    expected: Expected,
}

impl Samples {
    pub fn new(answers: &OneStepAnswers) -> Self {
        Self { rigid: Rigid::new(answers), expected: Expected::new(answers) }
    }

    /// Errors with these powers free, with the samples of a draw and with those expected at its ρ: the difference.
    pub fn difference(&self, powers: &[usize], scalar: impl Fn(&str) -> f64) -> [f64; 3] {
        let expected = self.expected.at(scalar("rho")).errors(&self.rigid, powers);
        let given = Given::on(scalar).errors(&self.rigid, powers);
        std::array::from_fn(|index| given[index] - expected[index])
    }
}

/// What the samples of a draw add to the errors after a step of finite strength, and to what it improves.
pub(super) struct SamplesOfStep {
    pub after: [f64; 3],
    pub improvement: [f64; 3],
}

impl Samples {
    /// Where a step is expected to lead from the errors with the first set of powers free to `found`, a share of the way to those with
    /// the second set free: the same share of what samples add. Any share has mean zero; this one takes most of the scatter off.
    pub fn of_step(&self, [before, free]: [&[usize]; 2], found: [f64; 3], scalar: impl Fn(&str) -> f64) -> SamplesOfStep {
        let expected = self.expected.at(scalar("rho"));
        let [start, end] = [before, free].map(|powers| expected.errors(&self.rigid, powers));
        let [at_start, at_end] = [before, free].map(|powers| self.difference(powers, &scalar));
        let share = |index: usize| {
            let whole = start[index] - end[index];
            if whole > 0.0 { ((start[index] - found[index]) / whole).clamp(0.0, 1.0) } else { 0.0 }
        };
        let improvement = std::array::from_fn(|index| share(index) * (at_start[index] - at_end[index]));
        SamplesOfStep { after: std::array::from_fn(|index| at_start[index] - improvement[index]), improvement }
    }
}

impl Limit {
    /// The errors before a step.
    fn untrained(&self) -> [f64; 3] {
        self.errors(&untrained(&self.base, &self.labels))
    }

    fn errors(&self, loss: &Jet<Ball>) -> [f64; 3] {
        errors(&self.base, &self.ridge, loss).map(|error| error.to_f64())
    }

    /// What the powers remove of the errors at this ρ.
    fn gains(&self, rho: f64) -> [f64; 3] {
        let Some(powers) = &self.powers else { return [0.0; 3] };
        let labels = Labels { rho: Ball::double(rho, self.ridge.bits()), ..self.labels.clone() };
        self.errors(&removed(&self.base, &labels, powers))
    }

    /// The errors for a draw.
    fn on(&self, scalar: impl Fn(&str) -> f64) -> [f64; 3] {
        let (before, gains) = (self.untrained(), self.gains(scalar("rho")));
        let samples = self.samples.difference(&self.drawn, scalar);
        std::array::from_fn(|index| before[index] - gains[index] + samples[index])
    }
}

/// The regressors that draws have free at a degree.
pub(super) fn free_powers(answers: &OneStepAnswers, degree: usize) -> Vec<usize> {
    answers.model.intercept.then_some(0).into_iter().chain(answers.present(degree)).collect()
}

fn limit(answers: &OneStepAnswers, degree: usize) -> Limit {
    let drawn = free_powers(answers, degree);
    let blind = answers.present(degree).is_empty() || answers.teacher[1].is_exact_zero();
    Limit {
        base: answers.base.clone(),
        ridge: answers.work.enclosure(&answers.model.ridge),
        labels: answers.labels(),
        powers: (!blind).then(|| drawn.clone()),
        drawn,
        samples: Samples::new(answers),
    }
}

/// The errors before a step.
pub(super) fn before(answers: &OneStepAnswers) -> [f64; 3] {
    limit(answers, 0).untrained()
}

/// Against draws that do not see a power whose c_k is so small that doubles do not tell it from 0.
fn same_powers(answers: &OneStepAnswers, degree: usize) -> Reservation {
    let size = |k: &usize| answers.activation[*k].as_ref().map_or(0.0, |c| c.to_f64().abs());
    let most = (1..answers.activation.len()).map(|k| size(&k)).fold(0.0, f64::max);
    let tiny: Vec<usize> = answers.present(degree).into_iter().filter(|k| size(k) < TINY * most).collect();
    Box::new(move |draws| {
        let draw = draws.first()?;
        let other = tiny.iter().find(|k| draw.scalar(&format!("present[{k}]")) == 0.0);
        other.map(|k| format!("c_{k} of the activation is not told from 0 in double precision"))
    })
}

/// The claims on β, on the products of labels and powers of z, and on the errors of each degree.
///
/// # Errors
/// As the Gaussian data.
fn limits(answers: &OneStepAnswers, beside: &BesideLaw) -> Result<Vec<Claim>, TheoryError> {
    let mut claims = beside.on_beta(answers)?;
    claims.extend(beside.on_labels(answers));
    let first = limit(answers, 0);
    for degree in 0..POWERS {
        let limit = limit(answers, degree);
        for (index, name) in ["train", "train_mse", "test"].into_iter().enumerate() {
            let limit = limit.clone();
            let theory = Theory::OnDraw(Box::new(move |draw| limit.on(|name| draw.scalar(name))[index]));
            let claim = beside.limit(&format!("{name}[{degree}]"), theory).with_note(MEASURED);
            claims.push(claim.reserved(same_powers(answers, degree)));
        }
        for (index, name) in [(0, "improvement_train"), (2, "improvement_test")].into_iter().filter(|_| degree > 0) {
            let pair = [first.clone(), limit.clone()];
            let theory = Theory::OnDraw(Box::new(move |draw| {
                let [before, after] = pair.each_ref().map(|limit| limit.on(|name| draw.scalar(name))[index]);
                before - after
            }));
            let claim = beside.limit(&format!("{name}[{degree}]"), theory).with_note(MEASURED);
            let claim = if limit.powers.is_some() { claim } else { claim.with_scale(first.untrained()[index]) };
            claims.push(claim.reserved(same_powers(answers, degree)));
        }
    }
    Ok(claims)
}
