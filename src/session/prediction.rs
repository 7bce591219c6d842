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
use crate::compare::{Equation, Prediction, RARE};
use crate::model::{Bias, Energies, Features};
use crate::monte_carlo::sizes::Sizes;
use crate::number::Ball;
use crate::spectrum::{Law64, LawError, Profile64, Shape, edges, masses, moments};

/// Moments that are compared.
pub(super) const MOMENTS: usize = 6;
/// Relative error of the theory in double precision.
const THEORY_ERROR: f64 = 1e-10;
/// The model at the ratios of these integers.
fn at_sizes(model: &Features, sizes: &Sizes) -> Features {
    Features { phi: Rational::from((sizes.n0, sizes.m)), psi: Rational::from((sizes.n0, sizes.n1)), ..model.clone() }
}

/// The law of the model; its outliers are those of the activation simulated when the model is given by its energies.
///
/// # Errors
/// Whatever the law fails with.
pub fn of_features(call: &Call, model: &Features, simulated: &Function, sizes: &Sizes) -> Result<Prediction, Failure> {
    let model = &at_sizes(model, sizes);
    if let Some(network) = network::of_features(call, model)? {
        let smallest = sizes.n0.min(sizes.n1).min(sizes.m);
        let kurtosis = model.entries_w.kurtosis.clone().max(model.entries_x.kurtosis.clone()).to_f64();
        let slow = finite_size::is_slow(call, model, simulated)?;
        return Ok(Prediction { slow, ..of_network(call, &network, 1, sizes.n1, smallest, kurtosis)? });
    }
    let wrong = |error: LawError| law::failure(&error, call.span);
    let bits = call.bits();
    let law = energy(call, model)?;
    let parameters = &law.parameters;
    let table = Arc::new(Law64::new(parameters).map_err(wrong)?);
    let bulks = edges(parameters, bits).map_err(wrong)?;
    let soft = Rational::from((1, 2));
    let upper = table.edges().last().map_or(0.0, |edge| edge[1]);
    let (mean_outlier, positions) = outliers(call, model, &law, simulated)?;
    let (above, in_gaps): (Vec<f64>, Vec<f64>) = positions.into_iter().partition(|position| *position > upper);
    let masses = masses(parameters, bits).map_err(wrong)?.iter().map(Rational::to_f64).collect();
    let (for_stieltjes, for_cdf, for_equation) = (table.clone(), table.clone(), table.clone());
    let nowhere = Complex64::new(f64::NAN, f64::NAN);
    Ok(Prediction {
        moments: moments(parameters, MOMENTS, bits).map_err(wrong)?.values.iter().map(Ball::to_f64).collect(),
        stieltjes: Box::new(move |z| for_stieltjes.stieltjes(z).unwrap_or(nowhere)),
        cdf: Box::new(move |x| for_cdf.cdf(x)),
        atom: table.atom(),
        edges: table.edges(),
        edge_depth: [None, None],
        edge_soft: bulks.iter().map(|pair| pair.each_ref().map(|edge| edge.exponent == soft)).collect(),
        // an outlier in a gap takes its eigenvalue from a bulk: inner edges cannot be found by rank
        masses: in_gaps.is_empty().then_some(masses),
        mean_adds_rank: parameters.shape == Shape::Null || parameters.shape == Shape::Linear && sizes.n0 < sizes.n1.min(sizes.m),
        mean_outlier,
        spikes: above,
        equation: (parameters.shape != Shape::Null).then(|| -> Equation { Box::new(move |z, m| for_equation.equation(z, m)) }),
        unevenness: finite_size::of_features(call, model, simulated, sizes)?,
        smallest: sizes.n0.min(sizes.n1).min(sizes.m),
        rare_moment: usize::MAX,
        slow: finite_size::is_slow(call, model, simulated)?,
        sampled: model.sigma_b > 0 && model.bias != Bias::Entry,
        error: THEORY_ERROR,
    })
}

/// The coefficient of the outlier of order n, and the positions of those of order one.
fn outliers(call: &Call, model: &Features, law: &Energy, simulated: &Function) -> Result<(Option<f64>, Vec<f64>), Failure> {
    let doubles = |positions: Vec<Ball>| positions.iter().map(Ball::to_f64).collect();
    if !matches!(model.energies, Energies::Given { .. }) {
        return Ok((law.mean_coefficient(), doubles(law.positions(call, model)?)));
    }
    let model = Features { energies: Energies::Activation(simulated.clone()), ..model.clone() };
    let own = energy(call, &model)?;
    Ok((own.mean_coefficient(), doubles(own.positions(call, &model)?)))
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
) -> Result<Prediction, Failure> {
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
    Ok(Prediction {
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
        spikes: Vec::new(),
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
