//! The answers of features: on the curve where the data put them there, by the profile law otherwise.

use std::rc::Rc;

use rug::Rational;

use super::answers::{self, Answers, Kind, Obstruction, Question, Spike, Thetas};
use super::doubt::Doubt;
use super::energies::CurveData;
use super::error::TheoryError;
use super::given::curve_stack;
use super::network::Network;
use super::work::Work;
use super::zero::{count_as_zero, real};
use super::{finite_size, prediction};
use crate::activation::Function;
use crate::compare::{Claim, Judged, LawPrediction, OutlierPrediction, Prediction, Scaling, Theory};
use crate::model::{Bias, Energies, Entries, Features, Norms, Simulation};
use crate::number::{Ball, Real, decimal};
use crate::spectrum::{CurveLaw, End, Law, Shape, Stack};
use crate::spikes::{Origin, Outlier, feature_perturbations, outliers};

/// What they answer.
pub const KIND: Kind = Kind {
    name: "features",
    answers: &[Question::Law, Question::Spikes, Question::Check, Question::Isospectrality, Question::Cycles],
};

/// Why a model of numbers says nothing of outliers.
const NOT_DETERMINED: &str =
    "theta1 and theta2 do not determine the outliers, which depend on the mean of f, on E f'' and on E f'''";

/// Why a law with a bias has the outlier of its mean only.
const NOT_WITH_BIAS: &str = "outliers of order one: they are not worked out for a bias per row or per column, averaged over it too, and for layers with biases";

/// The most rows of a matrix that is drawn.
const MOST_ROWS: u32 = 1_000_000;

/// Rows of a matrix in which every mean dominates.
const MANY: usize = usize::MAX >> 32;

/// Features at one precision.
pub struct FeaturesAnswers<'a> {
    /// The model.
    pub model: Features,
    pub(super) work: Work<'a>,
    law: Box<dyn Law + 'a>,
    behind: Behind,
}

/// What the law comes from.
enum Behind {
    Curve(Box<CurveData>),
    Layers(Rc<Network>),
}

impl<'a> FeaturesAnswers<'a> {
    /// Does the Gaussian work and decides the law.
    ///
    /// # Errors
    /// An activation without the data.
    pub fn new(model: Features, work: Work<'a>) -> Result<Self, TheoryError> {
        let (behind, law): (_, Box<dyn Law + 'a>) = match CurveData::new(&work, &model)? {
            Some(data) => {
                let law = CurveLaw::new(data.parameters.clone(), work.bits);
                (Behind::Curve(Box::new(data)), Box::new(law))
            }
            None => {
                let network = Rc::new(Network::of_features(&work, &model)?);
                let law = network.law(&work, 1)?;
                (Behind::Layers(network), Box::new(law))
            }
        };
        Ok(Self { model, work, law, behind })
    }

    /// Candidates for outliers, those of order n first, in the limit or for so many rows; none where those of order one are not
    /// known.
    pub(super) fn candidates(&self, rows: Option<usize>, entries: [&Entries; 2]) -> Result<Option<Vec<Outlier>>, TheoryError> {
        let Behind::Curve(data) = &self.behind else { return Ok(None) };
        let Some(expansion) = data.expansion(&self.work)? else { return Ok(None) };
        let perturbations = feature_perturbations(&expansion, entries, &self.model.psi, rows);
        let mut found = outliers(&data.parameters, &expansion, &perturbations, self.work.bits)?;
        for outlier in found.iter_mut().filter(|outlier| outlier.survives.is_none()) {
            count_as_zero(&self.work, "the distance of an outlier from the bulk")?;
            outlier.survives = Some(false);
        }
        Ok(Some(found))
    }

    /// The candidates that are listed: those of the limit, but where the mean makes no outlier in any matrix that is drawn those of
    /// such matrices, beside the mean.
    fn listed(&self) -> Result<Option<Vec<Outlier>>, TheoryError> {
        let Some(limit) = self.candidates(None, self.entries())? else { return Ok(None) };
        let is_mean = |outlier: &Outlier| outlier.origin == Origin::Mean;
        let alone = self.candidates(Some(1), self.entries())?.unwrap_or_default().into_iter().find(is_mean);
        let Some(rows) = alone.map(|mean| &mean.threshold / &mean.strength).filter(|rows| rows.low() > MOST_ROWS) else {
            return Ok(Some(limit));
        };
        // beyond doubles where the mean is that of a few huge values
        let rows = decimal(&rows, 2).unwrap_or_else(|| format!("{:.1e}", rows.to_f64()));
        self.work.doubt(Doubt::SmallMean { rows });
        let others = self.candidates(Some(0), self.entries())?.unwrap_or_default();
        let means = limit.into_iter().filter(is_mean);
        Ok(Some(means.chain(others.into_iter().filter(|outlier| !is_mean(outlier))).collect()))
    }

    /// The outliers of f less its mean.
    ///
    /// # Errors
    /// As the law.
    pub(super) fn without_mean(&self) -> Result<Vec<Spike>, TheoryError> {
        let found = self.candidates(Some(0), self.entries())?.unwrap_or_default().into_iter();
        Ok(found.filter(|outlier| outlier.origin != Origin::Mean).map(|outlier| spike(outlier, None)).collect())
    }

    /// The entries of W and of X.
    pub(super) fn entries(&self) -> [&Entries; 2] {
        [&self.model.entries_w, &self.model.entries_x]
    }

    pub(super) fn is_given(&self) -> bool {
        matches!(self.model.energies, Energies::Given { .. })
    }

    /// The coefficient of n1 in the eigenvalue that the mean makes; none without a mean.
    pub(super) fn mean_square(&self) -> Option<Real> {
        match &self.behind {
            Behind::Curve(data) => data.mean_square.clone(),
            Behind::Layers(network) => network.layers.last().filter(|top| top.has_mean).map(|top| top.shown(&top.mean_square)),
        }
    }

    /// The obstruction of a law on the curve: E a² = theta2/τ², zero exactly when theta2 is.
    fn on_the_curve(&self, data: &CurveData) -> Obstruction {
        let unscale = self.model.tau().powi(-2);
        let is_absent = matches!(data.parameters.shape, Shape::Isotropic | Shape::Null);
        let slope = if is_absent { Real::from(0) } else { real(&data.linear.times(&unscale)) };
        Obstruction { mean_square_slope: slope, variance_of_v: Real::from(0), is_absent }
    }
}

impl Answers for FeaturesAnswers<'_> {
    fn kind(&self) -> Kind {
        KIND
    }

    fn law(&self) -> Result<&dyn Law, TheoryError> {
        Ok(&*self.law)
    }

    fn support_doubts(&self) {
        if let Behind::Layers(network) = &self.behind {
            network.support_doubts(&self.work, 1);
        }
    }

    fn stack(&self) -> Result<Option<Stack>, TheoryError> {
        Ok(curve_stack(self.law()?, self.work.bits))
    }

    fn curve_data(&self) -> Option<&CurveData> {
        match &self.behind {
            Behind::Curve(data) => Some(data),
            Behind::Layers(_) => None,
        }
    }

    fn energies(&self) -> Result<Option<Thetas>, TheoryError> {
        Ok(Some(match &self.behind {
            Behind::Curve(data) => Thetas {
                theta1: data.theta1.clone(),
                theta2: data.theta2.clone(),
                degree: self.law.curve().map(CurveLaw::degree),
            },
            Behind::Layers(network) => {
                let layer = &network.layers[0];
                let [theta1, theta2] = layer.averages(&self.work)?.map(|average| layer.shown(&average));
                let reason = "degree: the law with a bias per row or per column is not algebraic".to_owned();
                self.work.doubt(Doubt::Undefined { fields: &["degree"], reason });
                Thetas { theta1, theta2, degree: None }
            }
        }))
    }

    fn mean_outlier(&self) -> Result<Real, TheoryError> {
        if self.is_given() {
            let reason = format!("mean_outlier, outliers: {NOT_DETERMINED}");
            self.work.doubt(Doubt::Undefined { fields: &["mean_outlier", "outliers"], reason });
            return Ok(Real::Unknown);
        }
        Ok(self.mean_square().unwrap_or(Real::from(0)))
    }

    fn outliers(&self) -> Result<Option<Vec<Real>>, TheoryError> {
        if self.is_given() {
            return Ok(None);
        }
        let Some(found) = self.listed()? else {
            not_with_bias(&self.work);
            return Ok(None);
        };
        Ok(Some(found.into_iter().filter_map(|outlier| outlier.position).map(Real::from).collect()))
    }

    fn spikes(&self) -> Result<Vec<Spike>, TheoryError> {
        if self.is_given() {
            return Err(TheoryError::Refused {
                message: format!("{NOT_DETERMINED}: give the activation"),
                help: "for example spikes(features(tanh(x), phi = 1/2, psi = 3/4))".to_owned(),
            });
        }
        match self.listed()? {
            Some(found) => Ok(found.into_iter().map(|outlier| spike(outlier, self.mean_square())).collect()),
            None => {
                not_with_bias(&self.work);
                Ok(self.mean_square().map(of_mean).into_iter().collect())
            }
        }
    }

    fn obstructions(&self) -> Result<Vec<Obstruction>, TheoryError> {
        Ok(vec![match &self.behind {
            Behind::Curve(data) => self.on_the_curve(data),
            Behind::Layers(network) => network.layers[0].obstruction(&self.work)?,
        }])
    }

    fn cumulants(&self, n0: usize, halves: &[usize]) -> Result<Vec<f64>, TheoryError> {
        if self.model.has_bias() {
            return Err(TheoryError::Refused {
                message: "with a bias products along cycles are no cumulants".to_owned(),
                help: "leave sigma_b out".to_owned(),
            });
        }
        if let (Some(_), Energies::Activation(f)) = (self.mean_square(), &self.model.energies) {
            return Err(TheoryError::Refused {
                message: format!("{f} has a mean, so that products along cycles are no cumulants"),
                help: format!("center(f) takes the mean off: features(center({f}), …)"),
            });
        }
        let theta2 = self.curve_data().ok_or(TheoryError::NotAlgebraic)?.parameters.theta2.to_f64();
        let cumulant = |k: &usize| theta2.powi(*k as i32) * (n0 as f64).powi(1 - *k as i32);
        Ok(halves.iter().map(cumulant).collect())
    }

    fn has_outliers(&self, simulation: &Simulation) -> Result<bool, TheoryError> {
        let Some(simulated) = self.simulated(simulation) else { return Ok(false) };
        let some = |n1: usize| -> Result<bool, TheoryError> {
            Ok(!self.predicted_outliers(simulated, n1, Drawn::AsTheyAre)?.1.is_empty())
        };
        // beside a mean that does not count, or beside one that dominates
        Ok(some(0)? || some(MANY)?)
    }

    fn prediction(&self, simulation: &Simulation, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        let simulated = self.simulated(simulation).ok_or_else(|| self.refuse(Question::Check))?;
        let size = |wanted: &str| dimensions.iter().find(|(name, _)| name == wanted).map_or(0, |(_, size)| *size);
        let [n1, n0, m] = ["n1", "n0", "m"].map(size);
        let slow = finite_size::is_slow(&self.work, &self.model, simulated)?;
        let law = |drawn: Drawn, judged: Judged| -> Result<LawPrediction, TheoryError> {
            Ok(LawPrediction { slow, judged, ..self.predicted_law(simulated, [n1, n0, m], drawn)? })
        };
        let laws = match simulation.norms {
            Norms::Free => vec![law(Drawn::AsTheyAre, Judged::All)?],
            Norms::Suited if self.has_outliers(simulation)? => {
                vec![law(Drawn::WithExactNorms, Judged::Law)?, law(Drawn::AsTheyAre, Judged::Outliers)?]
            }
            Norms::Suited | Norms::Exact => vec![law(Drawn::WithExactNorms, Judged::Law)?],
        };
        Ok(Prediction { laws, claims: self.linear_part(simulated, slow, [n1, n0, m])? })
    }
}

/// How the rows of W and the columns of X are drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Drawn {
    /// With independent entries.
    AsTheyAre,
    /// The same, stretched to one norm: outliers that random norms make are not there.
    WithExactNorms,
}

impl FeaturesAnswers<'_> {
    /// τ in double precision.
    pub(super) fn tau64(&self) -> f64 {
        self.work.enclosure(&self.model.tau()).to_f64()
    }

    /// The activation that is drawn; none for a model given by its energies alone.
    fn simulated<'f>(&'f self, simulation: &'f Simulation) -> Option<&'f Function> {
        match (&simulation.activation, &self.model.energies) {
            (Some(f), _) | (None, Energies::Activation(f)) => Some(f),
            (None, Energies::Given { .. }) => None,
        }
    }

    /// The ratio of the series of errors of the bulk, where these are powers of 1/n: for symmetric entries.
    fn series(&self, simulated: &Function, dimensions: [usize; 3]) -> Option<f64> {
        let is_known = self.entries().iter().all(|entries| entries.skewness.is_zero());
        is_known.then(|| finite_size::ratio(simulated, self.scales(), dimensions))
    }

    /// Standard deviations of a pre-activation and of the bias of its row or column; one that each entry has is part of the former.
    pub(super) fn scales(&self) -> [f64; 2] {
        let (tau, sigma_b) = (self.tau64(), self.work.enclosure(&self.model.sigma_b).to_f64());
        if self.model.bias == Bias::Entry { [tau.hypot(sigma_b), 0.0] } else { [tau, sigma_b] }
    }

    /// The third cumulant of w x for entries of variance one.
    fn skewness(&self) -> f64 {
        self.entries().iter().map(|entries| entries.skewness.to_f64()).product()
    }

    /// Why the bulk cannot be judged at these dimensions n1, n0 and m; nothing is said of an affine f without a bias.
    pub(super) fn undecided(&self, simulated: &Function, dimensions: [usize; 3]) -> Option<String> {
        let is_plain = |data: &CurveData| matches!(data.parameters.shape, Shape::Linear | Shape::Null);
        let silent = matches!(&self.behind, Behind::Curve(data) if is_plain(data));
        if silent { None } else { finite_size::undecided(simulated, self.scales(), self.skewness(), dimensions) }
    }

    /// The energy of the linear part, which a simulation without a bias measures beside the spectrum.
    fn linear_part(&self, simulated: &Function, slow: bool, dimensions: [usize; 3]) -> Result<Vec<Claim>, TheoryError> {
        let energies = if self.model.has_bias() { None } else { self.energies()? };
        let scaling = if slow { Scaling::SLOW_BULK } else { Scaling::BULK };
        let series = self.series(simulated, dimensions).filter(|_| !slow);
        let claim = |energies: Thetas| {
            let [theta1, theta2] = [energies.theta1, energies.theta2].map(|theta| theta.to_f64());
            let claim = Claim::scalar("theta2", Theory::Value(theta2), scaling).with_scale(theta1);
            let claim = claim.with_error(prediction::THEORY_ERROR).with_series(series);
            claim.on(dimensions.into_iter().min().unwrap_or(0)).unless(self.undecided(simulated, dimensions))
        };
        let null = self.law.atom()?.to_f64() >= 1.0;
        Ok(energies.map(claim).into_iter().filter(|_| !null).collect())
    }

    /// What is predicted of a matrix of these dimensions n1, n0 and m.
    fn predicted_law(&self, simulated: &Function, [n1, n0, m]: [usize; 3], drawn: Drawn) -> Result<LawPrediction, TheoryError> {
        let smallest = n1.min(n0).min(m);
        let law = match &self.behind {
            Behind::Layers(network) => LawPrediction {
                series: self.series(simulated, [n1, n0, m]),
                undecided: self.undecided(simulated, [n1, n0, m]),
                ..prediction::of_network(&self.work, (network, &*self.law), 1, [n1, smallest])?
            },
            Behind::Curve(data) => {
                let shape = data.parameters.shape;
                let (mean_outlier, outliers) = self.predicted_outliers(simulated, n1, drawn)?;
                LawPrediction {
                    mean_adds_rank: shape == Shape::Null || shape == Shape::Linear && n0 < n1.min(m),
                    absorbed: if mean_outlier.is_some() { 0.0 } else { self.absorbed(n1)? },
                    mean_outlier,
                    outliers,
                    undecided: self.undecided(simulated, [n1, n0, m]),
                    series: self.series(simulated, [n1, n0, m]),
                    sampled: self.model.has_bias() && self.model.bias != Bias::Entry,
                    ..prediction::law_prediction(&*self.law, smallest)?
                }
            }
        };
        let has_noise = self.model.has_bias() && self.model.bias == Bias::Entry;
        let wanted = ((1.0 - law.atom) * n1 as f64).round() as usize;
        let uncounted = if has_noise { None } else { finite_size::uncounted(simulated, self.tau64(), [n1, n0, m], wanted) };
        let finite = self.finite_size(simulated, [n1, n0, m], drawn)?;
        Ok(LawPrediction { uncounted, finite, ..law })
    }

    /// How far the mean of a matrix with n1 rows is on its way out of the bulk: its strength over the threshold, at most 1.
    fn absorbed(&self, n1: usize) -> Result<f64, TheoryError> {
        let found = if self.is_given() { None } else { self.candidates(Some(n1), self.entries())? };
        let mean = found.into_iter().flatten().find(|outlier| outlier.origin == Origin::Mean);
        Ok(mean.map_or(0.0, |mean| (&mean.strength / &mean.threshold).to_f64().clamp(0.0, 1.0)))
    }

    /// The coefficient of the outlier of order n, and those of order one, in a matrix with n1 rows; of the activation simulated
    /// when the model is given by its energies.
    ///
    /// Whether a small mean makes an outlier is decided by n1, not by whether it is zero.
    pub(super) fn predicted_outliers(
        &self,
        simulated: &Function,
        n1: usize,
        drawn: Drawn,
    ) -> Result<(Option<f64>, Vec<OutlierPrediction>), TheoryError> {
        if self.is_given() {
            let model = Features { energies: Energies::Activation(simulated.clone()), ..self.model.clone() };
            return FeaturesAnswers::new(model, self.work)?.predicted_outliers(simulated, n1, drawn);
        }
        let coefficient = self.mean_square().map(|square| square.to_f64());
        let even = self.entries().map(|entries| Entries { kurtosis: Rational::from(1), ..entries.clone() });
        let entries = match drawn {
            Drawn::AsTheyAre => self.entries(),
            Drawn::WithExactNorms => even.each_ref(),
        };
        let (Some(found), Some(limit)) = (self.candidates(Some(n1), entries)?, self.listed()?) else {
            return Ok((coefficient, Vec::new()));
        };
        let ends = self.law.ends()?;
        // one in a gap is found there, like any other; beside a zero matrix every mean is seen
        let in_a_gap = |position: &Ball| ends.last().is_some_and(|[_, top]| position.to_f64() < top.position.to_f64());
        let (means, others): (Vec<&Outlier>, Vec<&Outlier>) =
            found.iter().partition(|outlier| outlier.origin == Origin::Mean && !outlier.position.as_ref().is_some_and(in_a_gap));
        let is_seen = ends.is_empty() || means.iter().any(|outlier| outlier.position.is_some());
        let mean = coefficient.filter(|_| is_seen);
        let place = |origin: Origin| limit.iter().position(|outlier| outlier.origin == origin);
        let named = |outlier: &&Outlier| predicted(place(outlier.origin)?, outlier, &ends);
        Ok((mean, others.iter().filter_map(named).collect()))
    }
}

/// An outlier of order one for a simulation, found by the vectors that make it.
fn predicted(place: usize, outlier: &Outlier, ends: &[[End; 2]]) -> Option<OutlierPrediction> {
    let position = outlier.position.as_ref()?.to_f64();
    let bounds = |pair: &[[End; 2]]| [pair[0][1].position.to_f64(), pair[1][0].position.to_f64()];
    let gap = ends.windows(2).map(bounds).find(|[low, high]| (*low..*high).contains(&position));
    // the threshold is that of the upper edge; in a gap the distance to both its ends counts
    let margin = match gap {
        Some([low, high]) => (position / low).min(high / position) - 1.0,
        None => outlier.strength.to_f64() / outlier.threshold.to_f64() - 1.0,
    };
    let references: &[&str] = match (outlier.origin, &outlier.alignment) {
        (Origin::NormW, Some(_)) => &["norm_w"],
        (Origin::NormX, Some(_)) => &["norm_x"],
        (Origin::Skew, Some(_)) => &["ones_left", "ones_right"],
        _ => &["norm_w", "norm_x", "ones_left", "ones_right"],
    };
    Some(OutlierPrediction {
        name: format!("spikes[{place}]"),
        position,
        alignment: outlier.alignment.as_ref().map(Ball::to_f64),
        left: None,
        references: references.iter().map(|name| (*name).to_owned()).collect(),
        smooth: false,
        margin,
    })
}

pub(super) fn not_with_bias(work: &Work) {
    work.doubt(Doubt::Undefined { fields: &["outliers"], reason: NOT_WITH_BIAS.to_owned() });
}

/// A mean outgrows every bulk, and in the limit its vector is the eigenvector.
pub(super) fn of_mean(strength: Real) -> Spike {
    let mean = Spike::absorbed(answers::Origin::Feature(Origin::Mean), strength, vec![Real::from(0)]);
    Spike { survives: true, position: Real::Infinite, alignment: Real::from(1), ..mean }
}

/// A candidate; the strength of a mean is known exactly where E f is.
fn spike(outlier: Outlier, mean_square: Option<Real>) -> Spike {
    if outlier.origin == Origin::Mean {
        return of_mean(mean_square.unwrap_or(outlier.strength.into()));
    }
    let origin = answers::Origin::Feature(outlier.origin);
    Spike {
        survives: outlier.survives == Some(true),
        position: outlier.position.map_or(Real::Unknown, Real::from),
        alignment: outlier.alignment.map_or(Real::Unknown, Real::from),
        ..Spike::absorbed(origin, outlier.strength.into(), vec![outlier.threshold.into()])
    }
}
