//! From a model to what its law predicts for matrices of given sizes, in the plain numbers that a check compares.

use std::sync::Arc;

use num_complex::Complex64;
use rug::Rational;

use super::call::Call;
use super::failure::Failure;
use super::finite_size;
use super::law::{self, Energy, energy};
use super::network::{self, Network};
use crate::activation::Function;
use crate::compare::{Equation, LawPrediction, OutlierPrediction, RARE};
use crate::model::{Bias, Energies, Features};
use crate::monte_carlo::Sizes;
use crate::number::Ball;
use crate::spikes::{Origin, Outlier};
use crate::spectrum::{Law64, LawError, Profile64, Shape, edges, masses, moments};

/// Moments that are compared.
pub(super) const MOMENTS: usize = 6;
/// Relative error of the theory in double precision.
const THEORY_ERROR: f64 = 1e-10;

fn dimensions(sizes: &Sizes) -> [usize; 3] {
    ["n1", "n0", "m"].map(|name| sizes.get(name).unwrap_or(1))
}

/// The model at the ratios of these integers.
fn at_sizes(model: &Features, sizes: &Sizes) -> Features {
    let [n1, n0, m] = dimensions(sizes);
    Features { phi: Rational::from((n0, m)), psi: Rational::from((n0, n1)), ..model.clone() }
}

/// The law of the model; its outliers are those of the activation simulated when the model is given by its energies.
///
/// # Errors
/// Whatever the law fails with.
pub fn of_features(call: &Call, model: &Features, simulated: &Function, sizes: &Sizes) -> Result<LawPrediction, Failure> {
    let model = &at_sizes(model, sizes);
    let [n1, n0, m] = dimensions(sizes);
    let smallest = n0.min(n1).min(m);
    if let Some(network) = network::of_features(call, model)? {
        let kurtosis = model.entries_w.kurtosis.clone().max(model.entries_x.kurtosis.clone()).to_f64();
        let slow = finite_size::is_slow(call, model, simulated)?;
        return Ok(LawPrediction { slow, ..of_network(call, &network, 1, n1, smallest, kurtosis)? });
    }
    let wrong = |error: LawError| law::failure(&error, call.span);
    let bits = call.bits();
    let law = energy(call, model)?;
    let parameters = &law.parameters;
    let table = Arc::new(Law64::new(parameters).map_err(wrong)?);
    let bulks = edges(parameters, bits).map_err(wrong)?;
    let soft = Rational::from((1, 2));
    let (mean_outlier, outliers) = outliers(call, model, &law, simulated, &table.edges())?;
    let masses = masses(parameters, bits).map_err(wrong)?.iter().map(Rational::to_f64).collect();
    let (for_stieltjes, for_cdf, for_equation) = (table.clone(), table.clone(), table.clone());
    let nowhere = Complex64::new(f64::NAN, f64::NAN);
    Ok(LawPrediction {
        prefix: String::new(),
        moments: moments(parameters, MOMENTS, bits).map_err(wrong)?.values.iter().map(Ball::to_f64).collect(),
        stieltjes: Box::new(move |z| for_stieltjes.stieltjes(z).unwrap_or(nowhere)),
        cdf: Box::new(move |x| for_cdf.cdf(x)),
        atom: table.atom(),
        edges: table.edges(),
        edge_depth: [None, None],
        edge_soft: bulks.iter().map(|pair| pair.each_ref().map(|edge| edge.exponent == soft)).collect(),
        masses: Some(masses),
        mean_adds_rank: parameters.shape == Shape::Null || parameters.shape == Shape::Linear && n0 < n1.min(m),
        mean_outlier,
        outliers,
        equation: (parameters.shape != Shape::Null).then(|| -> Equation { Box::new(move |z, m| for_equation.equation(z, m)) }),
        unevenness: finite_size::of_features(call, model, simulated, n0)?,
        smallest,
        rare_moment: usize::MAX,
        slow: finite_size::is_slow(call, model, simulated)?,
        sampled: model.sigma_b > 0 && model.bias != Bias::Entry,
        error: THEORY_ERROR,
    })
}

/// The coefficient of the outlier of order n, and the outliers of order one beside a bulk of these components.
fn outliers(
    call: &Call,
    model: &Features,
    law: &Energy,
    simulated: &Function,
    edges: &[[f64; 2]],
) -> Result<(Option<f64>, Vec<OutlierPrediction>), Failure> {
    let given = matches!(model.energies, Energies::Given { .. });
    let own_model = Features { energies: Energies::Activation(simulated.clone()), ..model.clone() };
    let own = if given { Some(energy(call, &own_model)?) } else { None };
    let (law, model) = own.as_ref().map_or((law, model), |own| (own, &own_model));
    let predicted = |(index, outlier): (usize, Outlier)| {
        let position = outlier.position?.to_f64();
        let gap = edges.windows(2).find(|pair| pair[0][1] < position && position < pair[1][0]);
        let margin = match gap {
            Some([low, high]) => (position / low[1] - 1.0).min(high[0] / position - 1.0),
            _ => outlier.strength.to_f64() / outlier.threshold.to_f64() - 1.0,
        };
        let own: &[&str] = match outlier.origin {
            Origin::NormW => &["norm_w"],
            Origin::NormX => &["norm_x"],
            Origin::Mean | Origin::Skew => &["ones_left", "ones_right"],
        };
        let references = if outlier.alignment.is_some() { own } else { &["norm_w", "norm_x", "ones_left", "ones_right"] };
        Some(OutlierPrediction {
            name: format!("spikes[{index}]"),
            position,
            alignment: outlier.alignment.as_ref().map(Ball::to_f64),
            references: references.iter().map(|name| (*name).to_owned()).collect(),
            margin,
        })
    };
    Ok((law.mean_coefficient(), law.outliers(call, model)?.into_iter().enumerate().filter_map(predicted).collect()))
}

/// Whether the model has outliers of order one, so that a simulation must look for them.
pub(super) fn has_outliers(call: &Call, model: &Features, simulated: &Function) -> Result<bool, Failure> {
    if network::of_features(call, model)?.is_some() {
        return Ok(false);
    }
    Ok(!outliers(call, model, &energy(call, model)?, simulated, &[])?.1.is_empty())
}

/// The prediction of a profile law for a matrix with `count` eigenvalues. Its edges are compared where v(b) is proved to be
/// bounded, so that there is an upper one.
///
/// # Errors
/// Whatever the law fails with.
pub fn of_network(
    call: &Call,
    network: &Network,
    depth: usize,
    count: usize,
    smallest: usize,
    kurtosis: f64,
) -> Result<LawPrediction, Failure> {
    let table = Arc::new(network.double(call, depth)?);
    let (for_stieltjes, for_cdf) = (table.clone(), table.clone());
    let nowhere = Complex64::new(f64::NAN, f64::NAN);
    let sampled = network.layers[..depth].iter().any(|layer| !layer.s2.ball.contains_zero());
    let bounded = network.is_bounded(depth) == Some(true);
    if sampled && !bounded {
        network.warn(call);
    }
    let edges: Vec<[f64; 2]> = match sampled && bounded {
        true => table.edges().iter().map(|pair| pair.each_ref().map(|edge| edge.position.value)).collect(),
        false => Vec::new(),
    };
    let depths = edge_depths(&table, &edges, count);
    let [samples, rows] = network.columns_and_rows(depth, count);
    let mean = &network.layers[depth - 1].mean_square.ball;
    Ok(LawPrediction {
        prefix: String::new(),
        moments: network.double_moments(call, depth, MOMENTS)?,
        stieltjes: Box::new(move |z| for_stieltjes.transform(z).unwrap_or(nowhere)),
        cdf: Box::new(move |x| for_cdf.cdf(x).map_or(f64::NAN, |estimate| estimate.value)),
        atom: table.atom(),
        edge_soft: Vec::new(),
        edge_depth: depths,
        edges,
        masses: None,
        mean_adds_rank: network.mean_adds_rank(depth),
        mean_outlier: (!mean.contains_zero()).then(|| mean.to_f64()),
        outliers: Vec::new(),
        equation: None,
        unevenness: finite_size::of_network(call, network, depth, samples, kurtosis)?,
        smallest,
        rare_moment: if sampled { finite_size::rare_moment(call, network, depth, rows)? } else { usize::MAX },
        slow: false,
        sampled,
        error: THEORY_ERROR,
    })
}

/// From the lowest and the highest edge to the places beyond which a few of `count` eigenvalues are expected; none at 0, where
/// there is no gap.
fn edge_depths(table: &Profile64, edges: &[[f64; 2]], count: usize) -> [Option<f64>; 2] {
    let rare = RARE / count as f64;
    let (Some(first), Some(last)) = (edges.first(), edges.last()) else { return [None, None] };
    let place = |p: f64| table.quantile(p).filter(|_| (0.0..1.0).contains(&p)).map(|found| found.value);
    let low = place(table.atom() + rare).filter(|_| first[0] > 0.0).map(|inside| (inside - first[0]).abs());
    [low, place(1.0 - rare).map(|inside| (last[1] - inside).abs())]
}
