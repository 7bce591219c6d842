//! What one gradient step predicts for draws: the law of F_0 F_0ᵀ/n and the limits of the errors with free powers, or what a step
//! makes of them at finite size ([`one_step_finite_prediction`](super::one_step_finite_prediction)).
//!
//! |β|² and ρ of a draw scatter by several per cent, and so do the energies of its labels, which may have heavy tails. The errors are
//! taken at the ρ and at the energies of each draw. With ĉ the least-squares coefficient of β_*·x in the labels, L and E the energies
//! of this part and of the rest, the loss before a step is S = L m₂ + E m₁. The residuals of the fit are ridge n (F Fᵀ + ridge n)⁻¹ y,
//! those left out one by one are larger by 1/(ridge m₁), so that a share 1 − m₂/m₁ of the linear part is found, and
//!
//! L_te = (c₁ − ĉ (1 − m₂/m₁))² − L (m₂′/m₁² + (m₂/m₁)²) − E (m₁′/m₁² + 1) + E_test,
//!
//! which is −S′/m₁² where labels have their mean energies.

use super::error::TheoryError;
use super::features::{self, FeaturesAnswers};
use super::one_step::{OneStepAnswers, errors};
use super::finite_size;
use super::one_step_finite_prediction;
use super::prediction::{self, THEORY_ERROR, nearest};
use super::work::Work;
use super::{Doubts, Origin};
use crate::compare::{Claim, LawPrediction, NEAR, OutlierPrediction, Prediction, Reservation, Scaling, Theory};
use crate::learning::Baseline;
use crate::learning::growing::{Labels, removed};
use crate::model::{EntryLaw, Features, Simulation};
use crate::number::{Ball, Jet};

/// The degrees whose limits are compared, from 0.
const DEGREES: usize = 4;

/// What the reason of a row says of a prediction draw by draw.
pub(super) const MEASURED: &str = "; theory at the rho and at the energies of the labels of each draw";

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
    /// By what factor each term of the series in 1/n of errors is smaller than the one before.
    series: f64,
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
        let (_, outliers) = features.predicted_outliers(&model.activation, 0, features::Drawn::AsTheyAre)?;
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
        let series = finite_size::ratio(&model.activation, [1.0, 0.0], dimensions);
        Ok(Self { dimensions, outliers: outliers.collect(), edges_are_free, undecided, series })
    }

    /// The smallest dimension.
    pub fn smallest(&self) -> usize {
        self.dimensions.into_iter().min().unwrap_or(0)
    }

    fn law(&self, answers: &OneStepAnswers) -> Result<LawPrediction, TheoryError> {
        let law = prediction::law_prediction(&answers.law, self.smallest())?;
        let edge_soft = law.edge_soft.iter().map(|pair| pair.map(|soft| soft && self.edges_are_free)).collect();
        Ok(LawPrediction { outliers: self.outliers.clone(), edge_soft, undecided: self.undecided.clone(), series: Some(self.series), ..law })
    }

    /// A claim on a scalar that fluctuates with the labels.
    fn limit(&self, name: &str, theory: Theory) -> Claim {
        self.claim(name, theory).with_series(Some(self.series))
    }

    /// The same where the errors are no series that is known.
    pub fn claim(&self, name: &str, theory: Theory) -> Claim {
        let claim = Claim::scalar(name, theory, Scaling::SAMPLED).with_error(THEORY_ERROR);
        claim.on(self.smallest()).unless(self.undecided.clone())
    }

    /// The claims on β, which the size of the step has no part in.
    pub fn on_beta(&self, answers: &OneStepAnswers) -> Vec<Claim> {
        vec![
            self.limit("beta_norm_squared", Theory::Value(answers.beta_square.ball.to_f64())),
            self.limit("rho", Theory::Value(answers.rho.to_f64())).with_scale(1.0),
        ]
    }
}

/// The errors of a ridge as functions of a loss, or of the labels of a draw.
#[derive(Clone)]
pub(super) struct Ridge {
    base: Baseline,
    ridge: Ball,
    /// c₁.
    linear: f64,
    /// E y² − c₁².
    rest: f64,
}

/// The labels of a draw: ĉ, the least-squares coefficient of β_*·x in those of the fit, the energies ĉ²|z|²/n of that part and of
/// the rest, and that of the test labels beside c₁ β_*·x, noise included.
struct Drawn {
    linear: f64,
    linear_energy: f64,
    rest: f64,
    test_rest: f64,
}

impl Ridge {
    pub fn new(answers: &OneStepAnswers) -> Self {
        let linear = answers.teacher[1].to_f64();
        let rest = answers.energy.to_f64() - linear * linear;
        Self { base: answers.base.clone(), ridge: answers.work.enclosure(&answers.model.ridge), linear, rest }
    }

    /// What is removed of penalised loss, its first term and test error by what is removed of the loss.
    pub fn errors(&self, loss: &Jet<Ball>) -> [f64; 3] {
        errors(&self.base, &self.ridge, loss).map(|error| error.to_f64())
    }

    /// The errors before a step, in the limit.
    pub fn untrained(&self) -> [f64; 3] {
        let Self { linear, rest, .. } = *self;
        self.with(&Drawn { linear, linear_energy: linear * linear, rest, test_rest: rest })
    }

    /// The errors before a step with the labels of a draw, read through its scalars.
    pub fn untrained_on(&self, scalar: impl Fn(&str) -> f64) -> [f64; 3] {
        self.with(&Drawn {
            linear: scalar("linear"),
            linear_energy: scalar("linear_energy"),
            rest: scalar("rest_energy"),
            test_rest: scalar("test_rest_energy"),
        })
    }

    fn with(&self, drawn: &Drawn) -> [f64; 3] {
        let part = |jet: &Jet<Ball>| [jet.value.to_f64(), jet.slope.to_f64()];
        let ([m1, m1_slope], [m2, m2_slope]) = (part(&self.base.m1), part(&self.base.m2));
        let ridge = self.ridge.to_f64();
        let along = |m1: f64, m2: f64| drawn.linear_energy * m2 + drawn.rest * m1;
        let missed = self.linear - drawn.linear * (1.0 - m2 / m1);
        let of_linear = -m2_slope / (m1 * m1) - (m2 / m1).powi(2);
        let of_rest = -m1_slope / (m1 * m1) - 1.0;
        let test = missed * missed + drawn.linear_energy * of_linear + drawn.rest * of_rest + drawn.test_rest;
        [ridge * along(m1, m2), -ridge * ridge * along(m1_slope, m2_slope), test]
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
        let labels = Labels { rho: Ball::double(rho, self.ridge.ridge.bits()), ..self.labels.clone() };
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
        let scale = ridge.untrained();
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
                limit.ridge.untrained_on(|name| draw.scalar(name))[index] - limit.gains(draw.scalar("rho"))[index]
            }));
            claims.push(beside.limit(&format!("{name}[{degree}]"), theory).with_note(MEASURED).reserved(reservation()));
        }
        for (index, name) in [(0, "improvement_train"), (2, "improvement_test")].into_iter().filter(|_| degree > 0) {
            let inner = limit.clone();
            let theory = Theory::OnDraw(Box::new(move |draw| inner.gains(draw.scalar("rho"))[index]));
            let claim = beside.limit(&format!("{name}[{degree}]"), theory).with_note(MEASURED).reserved(reservation());
            claims.push(if limit.powers.is_some() { claim } else { claim.with_scale(scale[index]) });
        }
    }
    claims
}
