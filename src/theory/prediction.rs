//! What a law predicts for matrices of given sizes, in the plain numbers that a check compares.

use num_complex::Complex64;
use rug::Rational;

use super::answers::{Spike, of};
use super::error::TheoryError;
use super::finite_size;
use super::network::Network;
use super::work::Work;
use crate::compare::{Equation, FiniteSize, Judged, LawPrediction, NEAR, OutlierPrediction, Prediction, RARE};
use crate::model::{Model, Simulation};
use crate::number::Real;
use crate::spectrum::{CurveLaw, End, Law, Shape, Table};

/// Moments that are compared.
pub(super) const MOMENTS: usize = 6;
/// Relative error of the theory in double precision.
pub(super) const THEORY_ERROR: f64 = 1e-10;

/// What the theory of a model predicts for a simulation of these dimensions, at the ratios of these integers.
///
/// # Errors
/// As the answers of the model.
pub fn predict(
    work: &Work,
    model: &Model,
    simulation: &Simulation,
    dimensions: &[(String, usize)],
) -> Result<Prediction, TheoryError> {
    let model = model.drawn(simulation, |name| size(dimensions, name));
    of(&model, work)?.prediction(simulation, dimensions)
}

/// What a law says of an ensemble whose smallest dimension is `smallest`: no outliers, even variances, biases of order 1/n.
///
/// # Errors
/// As the law.
pub fn law_prediction(law: &dyn Law, smallest: usize) -> Result<LawPrediction, TheoryError> {
    let ends = law.ends()?;
    let soft = Rational::from((1, 2));
    Ok(LawPrediction {
        edges: positions(&ends),
        edge_soft: ends.iter().map(|pair| pair.each_ref().map(|end| end.exponent.as_ref() == Some(&soft))).collect(),
        masses: Some(law.masses()?.iter().map(Real::to_f64).collect()),
        ..bulk(law, smallest)?
    })
}

/// The same for simulations of several dimensions; those of the same ratios share their law.
///
/// # Errors
/// As the answers of the model.
pub fn predictions(
    work: &Work,
    model: &Model,
    simulation: &Simulation,
    sizes: &[Vec<(String, usize)>],
) -> Result<Vec<Prediction>, TheoryError> {
    let drawn: Vec<Model> = sizes.iter().map(|dimensions| model.drawn(simulation, |name| size(dimensions, name))).collect();
    let mut found: Vec<Option<Prediction>> = sizes.iter().map(|_| None).collect();
    for first in 0..sizes.len() {
        if found[first].is_some() {
            continue;
        }
        let answers = of(&drawn[first], work)?;
        for alike in (first..sizes.len()).filter(|other| drawn[*other] == drawn[first]) {
            work.job.check()?;
            found[alike] = Some(answers.prediction(simulation, &sizes[alike])?);
        }
    }
    Ok(found.into_iter().flatten().collect())
}

fn size(dimensions: &[(String, usize)], wanted: &str) -> Option<usize> {
    dimensions.iter().find(|(name, _)| name == wanted).map(|(_, size)| *size)
}

/// The least relative distance of a strength from its thresholds; infinite where there is none.
pub(super) fn nearest(strength: f64, thresholds: &[Real]) -> f64 {
    let distance = |threshold: &Real| (strength / threshold.to_f64() - 1.0).abs();
    thresholds.iter().map(distance).filter(|distance| !distance.is_nan()).fold(f64::INFINITY, f64::min)
}

/// What stands beside a bulk: outliers, and whether nothing else may be near its edges, no candidate that has been absorbed only just
/// and none that is not known.
pub(super) struct Beside {
    pub outliers: Vec<OutlierPrediction>,
    /// The relative distance to its threshold of the absorbed candidate that is nearest.
    pub nearest: f64,
    /// Whether the theory gives every candidate.
    pub all_are_known: bool,
}

pub(super) const NEAR_ONE: &str =
    "an outlier that is absorbed in the limit may stand out at this size: its strength is near the threshold";
const NOT_GIVEN: &str = "outliers are possible along vectors for which there is no theory here";

impl Beside {
    /// The spikes of a model, each predicted in its own way.
    pub fn of(spikes: &[Spike], predicted: impl Fn(usize, &Spike) -> OutlierPrediction) -> Self {
        let mut beside = Self { outliers: Vec::new(), nearest: f64::INFINITY, all_are_known: true };
        for (index, spike) in spikes.iter().enumerate() {
            if spike.survives {
                beside.outliers.push(predicted(index, spike));
            } else {
                beside.nearest = beside.nearest.min(nearest(spike.strength.to_f64(), &spike.thresholds));
            }
        }
        beside
    }

    /// The outlier of a population eigenvalue, which these vectors find.
    pub fn smooth(index: usize, spike: &Spike, references: Vec<String>) -> OutlierPrediction {
        OutlierPrediction {
            name: format!("spikes[{index}]"),
            position: spike.position.to_f64(),
            alignment: Some(spike.alignment.to_f64()),
            left: None,
            references,
            smooth: true,
            margin: nearest(spike.strength.to_f64(), &spike.thresholds),
        }
    }

    /// The law with its outliers; its edges are compared where they are free.
    pub fn law(self, law: LawPrediction) -> LawPrediction {
        let free = self.nearest > NEAR && self.all_are_known;
        let edge_soft = law.edge_soft.iter().map(|pair| pair.map(|soft| soft && free)).collect();
        let unlisted = match self.all_are_known {
            true => (self.nearest <= near_a_threshold(law.smallest)).then(|| NEAR_ONE.to_owned()),
            false => Some(NOT_GIVEN.to_owned()),
        };
        LawPrediction { outliers: self.outliers, edge_soft, finite: FiniteSize { unlisted, ..law.finite }, ..law }
    }
}

/// How far from its threshold the strength of an absorbed candidate must be for it not to stand out: matrices of size d smooth the
/// transition over a relative width of d^(−1/3).
pub(super) fn near_a_threshold(smallest: usize) -> f64 {
    NEAR.max((smallest.max(1) as f64).powf(-1.0 / 3.0))
}

fn positions(ends: &[[End; 2]]) -> Vec<[f64; 2]> {
    ends.iter().map(|pair| pair.each_ref().map(|end| end.position.to_f64())).collect()
}

/// The law without its edges.
fn bulk(law: &dyn Law, smallest: usize) -> Result<LawPrediction, TheoryError> {
    let nowhere = Complex64::new(f64::NAN, f64::NAN);
    let (for_stieltjes, for_cdf) = (law.table()?, law.table()?);
    Ok(LawPrediction {
        prefix: String::new(),
        moments: law.double_moments(MOMENTS)?,
        stieltjes: Box::new(move |z| for_stieltjes.stieltjes(z).unwrap_or(nowhere)),
        cdf: Box::new(move |x| for_cdf.cdf(x).unwrap_or(f64::NAN)),
        atom: law.atom()?.to_f64(),
        edges: Vec::new(),
        edge_soft: Vec::new(),
        edge_depth: [None, None],
        masses: None,
        mean_outlier: None,
        absorbed: 0.0,
        mean_adds_rank: false,
        outliers: Vec::new(),
        equation: law.curve().map(equation).transpose()?.flatten(),
        judged: Judged::All,
        uncounted: None,
        undecided: None,
        reserved: None,
        unclear: None,
        series: None,
        smallest,
        rare_moment: usize::MAX,
        slow: false,
        sampled: false,
        finite: FiniteSize::default(),
        error: THEORY_ERROR,
    })
}

/// P(z, m), where there is a law at all.
fn equation(law: &CurveLaw) -> Result<Option<Equation>, TheoryError> {
    if law.parameters().shape == Shape::Null {
        return Ok(None);
    }
    let table = law.law64()?;
    Ok(Some(Box::new(move |z, m| table.equation(z, m))))
}

/// The prediction of this profile law of layer `depth`, for matrices with `count` eigenvalues.
///
/// Its edges are compared where v(b) is proved to be bounded, so that there is an upper one, and biases are drawn.
///
/// # Errors
/// As the law.
pub fn of_network(
    work: &Work,
    (network, law): (&Network, &dyn Law),
    depth: usize,
    [count, smallest]: [usize; 2],
) -> Result<LawPrediction, TheoryError> {
    work.job.check()?;
    let sampled = network.is_sampled(depth);
    let bounded = network.is_bounded(depth) == Some(true);
    if sampled && !bounded {
        network.support_doubts(work, depth);
    }
    let table = law.table()?;
    work.job.check()?;
    let ends = if sampled && bounded { law.ends()? } else { Vec::new() };
    work.job.check()?;
    let rows = network.rows(depth, count);
    let top = &network.layers[depth - 1];
    Ok(LawPrediction {
        edges: positions(&ends),
        edge_depth: edge_depths(&*table, &ends, count),
        mean_adds_rank: network.mean_adds_rank(depth),
        mean_outlier: top.has_mean.then(|| top.mean_square.ball.to_f64()),
        undecided: finite_size::uneven(work, network, depth, count)?,
        rare_moment: if sampled { finite_size::rare_moment(work, network, depth, rows)? } else { usize::MAX },
        sampled,
        ..bulk(law, smallest)?
    })
}

/// From the lowest and the highest edge to the places beyond which a few of `count` eigenvalues are expected; none at 0, where
/// there is no gap.
fn edge_depths(table: &dyn Table, ends: &[[End; 2]], count: usize) -> [Option<f64>; 2] {
    let rare = RARE / count as f64;
    let (Some([first, _]), Some([_, last])) = (ends.first(), ends.last()) else { return [None, None] };
    let [first, last] = [first, last].map(|end| end.position.to_f64());
    let place = |p: f64| table.quantile(p).filter(|_| (0.0..1.0).contains(&p));
    let low = place(table.atom() + rare).filter(|_| first > 0.0).map(|inside| (inside - first).abs());
    [low, place(1.0 - rare).map(|inside| (last - inside).abs())]
}
