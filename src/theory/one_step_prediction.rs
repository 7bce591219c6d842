//! What one gradient step predicts for draws: the law of F_0 F_0ᵀ/n and the limits of the errors with free powers, or what a step
//! makes of them at finite size ([`one_step_finite_prediction`](super::one_step_finite_prediction)).
//!
//! |β|² and ρ of a draw scatter by several per cent, and so does the energy E of the labels beside their linear part, y − c₁ β_*·x,
//! where they have heavy tails. The errors are taken at the ρ and at the energies of each draw: the loss is linear in E,
//! S = c₁² m₂ + E m₁ − …, and the test error holds that of the test labels once besides what E of the fit makes,
//!
//! L_te = −S′/m₁² + E_test − E_fit.

use super::error::TheoryError;
use super::features::{Drawn, FeaturesAnswers};
use super::one_step::{OneStepAnswers, errors};
use super::one_step_finite_prediction;
use super::prediction::{self, THEORY_ERROR, nearest};
use super::work::Work;
use super::{Doubts, Origin};
use crate::compare::{Claim, LawPrediction, NEAR, OutlierPrediction, Prediction, Reservation, Scaling, Theory};
use crate::learning::Baseline;
use crate::learning::growing::{Labels, removed, untrained};
use crate::model::{EntryLaw, Features, Simulation};
use crate::number::{Ball, Jet, Ring};

/// The degrees whose limits are compared, from 0.
const DEGREES: usize = 4;

/// What the reason of a row says of a prediction draw by draw.
pub(super) const MEASURED: &str = "; theory at the rho and at the energy of the labels of each draw";

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
        None => Ok(Prediction { claims: limits(answers, &features), laws: vec![features.law(answers)?] }),
        Some(step) => one_step_finite_prediction::prediction(answers, step, &features),
    }
}

/// What stands beside the bulk of F_0 F_0ᵀ/n: outliers that the norms of the data make, |x|² − d in the part of degree two.
pub(super) struct BesideLaw {
    /// N, d and n.
    pub dimensions: [usize; 3],
    /// Those outliers.
    pub outliers: Vec<OutlierPrediction>,
    edges_are_free: bool,
    /// Why nothing can be judged at this size, if nothing can.
    pub undecided: Option<String>,
}

impl BesideLaw {
    fn new(answers: &OneStepAnswers, dimensions: [usize; 3]) -> Result<Self, TheoryError> {
        let model = &answers.model;
        // the same matrices: rows of W of exact norm, Gaussian data; of its mean nothing is left
        let features = Features {
            entries_w: EntryLaw::Rademacher.moments(),
            ..Features::new(model.activation.clone(), [model.phi.clone(), model.psi.clone()])
        };
        let doubts = Doubts::default();
        let features = FeaturesAnswers::new(features, Work { doubts: &doubts, ..answers.work })?;
        let (_, outliers) = features.predicted_outliers(&model.activation, 0, Drawn::AsTheyAre)?;
        let outliers = outliers.into_iter().map(|outlier| OutlierPrediction {
            name: "norms".to_owned(),
            alignment: None,
            references: Vec::new(),
            ..outlier
        });
        let is_mean = |origin: &Origin| *origin == Origin::Feature(crate::spikes::Origin::Mean);
        let spikes = super::Answers::spikes(&features)?;
        let absorbed = spikes.iter().filter(|spike| !is_mean(&spike.origin) && !spike.survives);
        let edges_are_free = absorbed.map(|spike| nearest(spike.strength.to_f64(), &spike.thresholds)).all(|margin| margin > NEAR);
        let undecided = features.undecided(&model.activation, dimensions);
        Ok(Self { dimensions, outliers: outliers.collect(), edges_are_free, undecided })
    }

    /// The smallest dimension.
    pub fn smallest(&self) -> usize {
        self.dimensions.into_iter().min().unwrap_or(0)
    }

    fn law(&self, answers: &OneStepAnswers) -> Result<LawPrediction, TheoryError> {
        let law = prediction::law_prediction(&answers.law, self.smallest())?;
        let edge_soft = law.edge_soft.iter().map(|pair| pair.map(|soft| soft && self.edges_are_free)).collect();
        Ok(LawPrediction { outliers: self.outliers.clone(), edge_soft, undecided: self.undecided.clone(), ..law })
    }

    /// A claim on a scalar that fluctuates with the labels.
    pub fn claim(&self, name: &str, theory: Theory) -> Claim {
        let claim = Claim::scalar(name, theory, Scaling::SAMPLED).with_error(THEORY_ERROR);
        claim.on(self.smallest()).unless(self.undecided.clone())
    }

    /// The claims on β, which the size of the step has no part in.
    pub fn on_beta(&self, answers: &OneStepAnswers) -> Vec<Claim> {
        vec![
            self.claim("beta_norm_squared", Theory::Value(answers.beta_square.ball.to_f64())),
            self.claim("rho", Theory::Value(answers.rho.to_f64())).with_scale(1.0),
        ]
    }
}

/// The errors of a ridge as functions of a loss and of the energies of the labels of a draw.
#[derive(Clone)]
pub(super) struct Ridge {
    pub base: Baseline,
    pub ridge: Ball,
    /// c₁².
    linear: Ball,
}

impl Ridge {
    pub fn new(answers: &OneStepAnswers) -> Self {
        let ridge = answers.work.enclosure(&answers.model.ridge);
        Self { base: answers.base.clone(), ridge, linear: answers.teacher[1].square() }
    }

    fn bits(&self) -> u32 {
        self.ridge.bits()
    }

    /// Penalised loss, its first term and test error of this loss.
    pub fn errors(&self, loss: &Jet<Ball>) -> [f64; 3] {
        errors(&self.base, &self.ridge, loss).map(|error| error.to_f64())
    }

    /// Those before a step, of labels with these energies at the fit and at the test.
    pub fn untrained(&self, [fit, test]: [f64; 2]) -> [f64; 3] {
        let linear = self.base.m2.times(&Jet::constant(&self.linear));
        let rest = self.base.m1.times(&Jet::constant(&Ball::double(fit, self.bits())));
        let [train, mean_square, error] = self.errors(&linear.plus(&rest));
        [train, mean_square, error + test - fit]
    }
}

/// The limits at one degree on a draw.
#[derive(Clone)]
struct Limit {
    ridge: Ridge,
    labels: Labels,
    /// The free powers; none where the step teaches nothing.
    powers: Option<Vec<usize>>,
}

impl Limit {
    /// What the powers remove of the errors at this ρ.
    fn gains(&self, rho: f64) -> [f64; 3] {
        let Some(powers) = &self.powers else { return [0.0; 3] };
        let labels = Labels { rho: Ball::double(rho, self.ridge.bits()), ..self.labels.clone() };
        self.ridge.errors(&removed(&self.ridge.base, &labels, powers))
    }
}

/// The regressors that are free at a degree; none where the step teaches nothing.
fn free_powers(answers: &OneStepAnswers, degree: usize) -> Option<Vec<usize>> {
    let present = answers.present(degree);
    let blind = present.is_empty() || answers.teacher[1].is_exact_zero();
    let constant = answers.model.intercept.then_some(0);
    (!blind).then(|| constant.into_iter().chain(present).collect())
}

/// The claims on β and on the errors of each degree.
fn limits(answers: &OneStepAnswers, beside: &BesideLaw) -> Vec<Claim> {
    let ridge = Ridge::new(answers);
    let mut claims = beside.on_beta(answers);
    for degree in 0..DEGREES {
        let present = answers.present(degree);
        let limit = Limit { ridge: ridge.clone(), labels: answers.labels(), powers: free_powers(answers, degree) };
        let known: Vec<bool> = (1..=degree).map(|k| present.contains(&k)).collect();
        let scale = ridge.errors(&untrained(&ridge.base, &limit.labels));
        let reservation = || -> Reservation {
            let known = known.clone();
            Box::new(move |draws| {
                let draw = draws.first()?;
                let other = (1..).zip(&known).find(|(k, known)| (draw.scalar(&format!("present[{k}]")) > 0.0) != **known);
                other.map(|(k, _)| format!("c_{k} of the activation is not told from 0 in double precision"))
            })
        };
        for (index, name) in ["train", "train_mse", "test"].into_iter().enumerate() {
            let limit = limit.clone();
            let theory = Theory::OnDraw(Box::new(move |draw| {
                let energies = ["rest_energy", "test_rest_energy"].map(|name| draw.scalar(name));
                limit.ridge.untrained(energies)[index] - limit.gains(draw.scalar("rho"))[index]
            }));
            claims.push(beside.claim(&format!("{name}[{degree}]"), theory).with_note(MEASURED).reserved(reservation()));
        }
        for (index, name) in [(0, "improvement_train"), (2, "improvement_test")].into_iter().filter(|_| degree > 0) {
            let inner = limit.clone();
            let theory = Theory::OnDraw(Box::new(move |draw| inner.gains(draw.scalar("rho"))[index]));
            let claim = beside.claim(&format!("{name}[{degree}]"), theory).with_note(MEASURED).reserved(reservation());
            claims.push(if limit.powers.is_some() { claim } else { claim.with_scale(scale[index]) });
        }
    }
    claims
}
