//! The quantities on which theory and simulation meet: for each its name in the query language, its predicted value,
//! its value on one simulated spectrum, and its exponents in n.

use super::two_sizes::Scaling;
use super::{FEW, Prediction, Sample, TOO_UNEVEN, UNEVEN};
use crate::monte_carlo::spectra;
use num_complex::Complex64;

/// Eigenvalues below this share of the largest are not told from zero: the witness's rank threshold, n · 2^-52 with n up to
/// several thousand, and a factor 10 for the spread of the lowest eigenvalues.
const RESOLUTION: f64 = 1e-11;

/// One real quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Quantity {
    /// The moment of this order.
    Moment(usize),
    /// The real part of E 1/(λ − z).
    StieltjesRe(Complex64),
    /// The imaginary part of E 1/(λ − z).
    StieltjesIm(Complex64),
    /// The real part of P(z, m_n(z)).
    ResidualRe(Complex64),
    /// Its imaginary part.
    ResidualIm(Complex64),
    /// The modulus of P(z, m_n(z)), which has no sign and is never tested itself.
    Residual(Complex64),
    /// The distribution function at x.
    Cdf(f64),
    /// The mass at zero.
    Atom,
    /// The lower (0) or upper (1) edge of a component of the support.
    Edge { component: usize, side: usize },
    /// The lowest (0) or highest (1) edge of a law whose rows draw parameters of their own.
    SampledEdge { component: usize, side: usize },
    /// The eigenvalue of order n, divided by n1.
    MeanOutlier,
    /// The position of an outlier of order one, counted from the largest.
    Spike(usize),
}

impl Quantity {
    pub(super) fn name(self) -> String {
        let point = |z: Complex64| format!("stieltjes({} {} {}*i)", z.re, if z.im < 0.0 { '-' } else { '+' }, z.im.abs());
        match self {
            Self::Moment(order) => format!("moments[{}]", order - 1),
            Self::StieltjesRe(z) => point(z) + ".re",
            Self::StieltjesIm(z) => point(z) + ".im",
            Self::ResidualRe(_) | Self::ResidualIm(_) | Self::Residual(_) => "quartic_residual".into(),
            Self::Cdf(x) => format!("cdf({x})"),
            Self::Atom => "atom".into(),
            Self::Edge { component, side } | Self::SampledEdge { component, side } => format!("edges[{component}][{side}]"),
            Self::MeanOutlier => "mean_outlier".into(),
            Self::Spike(rank) => format!("spikes[{rank}].position"),
        }
    }

    /// The exponents with which the two sizes are put together, the smaller one deciding.
    pub(super) fn scaling(self, prediction: &Prediction) -> Scaling {
        let scaling = self.usual_scaling(prediction);
        let few = prediction.smallest < FEW && scaling != Scaling::EXACT;
        if few { Scaling { bias: scaling.bias.min(Scaling::FEW_BIAS), ..scaling } } else { scaling }
    }

    fn usual_scaling(self, prediction: &Prediction) -> Scaling {
        match self {
            Self::Edge { .. } => Scaling::EDGE,
            Self::Spike(_) => Scaling::OUTLIER,
            Self::Atom | Self::SampledEdge { .. } => Scaling::EXACT,
            _ if prediction.sampled => Scaling::SAMPLED,
            _ if prediction.slow || prediction.unevenness > UNEVEN => Scaling::SLOW_BULK,
            _ => Scaling::BULK,
        }
    }

    /// The exponents as n → ∞; NaN where the fall is no power of n.
    pub(super) fn limit_scaling(self, prediction: &Prediction) -> Scaling {
        let scaling = self.usual_scaling(prediction);
        if let Self::SampledEdge { .. } = self {
            return Scaling { bias: f64::NAN, spread: f64::NAN };
        }
        if scaling == Scaling::SLOW_BULK && !prediction.slow { Scaling::BULK } else { scaling }
    }

    /// Whether an agreement here says that the bulk agrees.
    pub(super) fn is_bulk(self) -> bool {
        !matches!(self, Self::Atom | Self::Edge { .. } | Self::SampledEdge { .. } | Self::MeanOutlier | Self::Spike(_))
    }

    /// Whether an eigenvalue above the prediction may be an outlier that is not predicted.
    pub(super) fn may_be_an_outlier(self) -> bool {
        matches!(self, Self::SampledEdge { side: 1, .. })
    }

    /// The predicted value; NaN where the prediction has none.
    pub(super) fn theory(self, prediction: &Prediction) -> f64 {
        match self {
            Self::Moment(order) => prediction.moments[order - 1],
            Self::StieltjesRe(z) => (prediction.stieltjes)(z).re,
            Self::StieltjesIm(z) => (prediction.stieltjes)(z).im,
            Self::ResidualRe(_) | Self::ResidualIm(_) | Self::Residual(_) => 0.0,
            Self::Cdf(x) => (prediction.cdf)(x),
            Self::Atom => prediction.atom,
            Self::Edge { component, side } | Self::SampledEdge { component, side } => prediction.edges[component][side],
            Self::MeanOutlier => prediction.mean_outlier.unwrap_or(f64::NAN),
            Self::Spike(rank) => prediction.spikes[rank],
        }
    }

    /// Whether the prediction has it.
    pub(super) fn is_predicted(self, prediction: &Prediction) -> bool {
        match self {
            Self::Moment(order) => order <= prediction.moments.len(),
            Self::Edge { component, .. } | Self::SampledEdge { component, .. } => component < prediction.edges.len(),
            Self::MeanOutlier => prediction.mean_outlier.is_some(),
            Self::Spike(rank) => rank < prediction.spikes.len(),
            Self::ResidualRe(_) | Self::ResidualIm(_) | Self::Residual(_) => prediction.equation.is_some(),
            Self::StieltjesRe(_) | Self::StieltjesIm(_) | Self::Cdf(_) | Self::Atom => true,
        }
    }

    /// The size in which errors of this quantity are judged: 1 for fractions of the eigenvalues, the modulus for the
    /// two parts of a complex number.
    pub(super) fn scale(self, prediction: &Prediction) -> f64 {
        match self {
            Self::StieltjesRe(z) | Self::StieltjesIm(z) => (prediction.stieltjes)(z).norm(),
            Self::ResidualRe(z) | Self::ResidualIm(z) | Self::Residual(z) => residual_scale(prediction, z),
            Self::Cdf(_) | Self::Atom => 1.0,
            _ => self.theory(prediction).abs(),
        }
    }

    /// Why the simulation cannot see this quantity, if it cannot.
    pub(super) fn hidden(self, prediction: &Prediction) -> Option<&'static str> {
        if matches!(self, Self::Moment(order) if order >= prediction.rare_moment) {
            return Some("biases rarer than the rows drawn decide this moment: raise n");
        }
        let lowest = prediction.edges.first().map_or(0.0, |edge| edge[0]);
        let highest = prediction.edges.last().map_or(0.0, |edge| edge[1]);
        (self == Self::Atom && lowest > 0.0 && lowest < RESOLUTION * highest)
            .then_some("the lowest predicted eigenvalues are too near zero to be told from it in double precision")
    }

    /// Why the smaller size cannot say how the bias of this quantity falls, if it cannot.
    pub(super) fn blurred(self, small: &Prediction) -> Option<&'static str> {
        (self.is_bulk() && small.unevenness > TOO_UNEVEN).then_some(
            "at the smaller size the random norms of the rows of W and of the columns of X are too uneven for f: raise n",
        )
    }

    /// What no smooth function of the size describes: half a step of a counting function (where eigenvalues are rigid, between
    /// two nearly separate components, every replicate has the same count, the integer next to n1 F(x)), and the place of the
    /// extreme eigenvalue where rare rows decide it.
    pub(super) fn roughness(self, sample: &Sample, prediction: &Prediction) -> f64 {
        match self {
            Self::Cdf(_) => sample.spectra.first().map_or(0.0, |spectrum| 0.5 / spectrum.len() as f64),
            Self::SampledEdge { side, .. } => prediction.edge_depth[side].unwrap_or(f64::NAN),
            _ => 0.0,
        }
    }

    /// The value on one spectrum, of which the prediction tells how many eigenvalues of which kind to expect; NaN if
    /// there are not that many.
    pub(super) fn measure(self, eigenvalues: &[f64], prediction: &Prediction) -> f64 {
        let outliers = prediction.outliers();
        let from_top = |rank: usize| eigenvalues.iter().rev().nth(rank).copied().unwrap_or(f64::NAN);
        match self {
            Self::Moment(order) => spectra::moment(eigenvalues, outliers, order as i32),
            Self::StieltjesRe(z) => spectra::stieltjes(eigenvalues, outliers, z).re,
            Self::StieltjesIm(z) => spectra::stieltjes(eigenvalues, outliers, z).im,
            Self::ResidualRe(z) => residual(eigenvalues, prediction, z).re,
            Self::ResidualIm(z) => residual(eigenvalues, prediction, z).im,
            Self::Residual(z) => residual(eigenvalues, prediction, z).norm(),
            Self::Cdf(x) => spectra::fraction_below(eigenvalues, outliers, x),
            Self::Atom => spectra::fraction_zero(eigenvalues) + prediction.filled_zeros() as f64 / eigenvalues.len() as f64,
            Self::Edge { component, side } | Self::SampledEdge { component, side } => {
                match edge_rank(prediction, component, side, eigenvalues.len()) {
                    Rank::FromTop(rank) => from_top(rank),
                    Rank::FromBottom(rank) => eigenvalues.get(rank).copied().unwrap_or(f64::NAN),
                }
            }
            Self::MeanOutlier => from_top(0) / eigenvalues.len() as f64,
            Self::Spike(rank) => from_top(prediction.order_n_outliers() + rank),
        }
    }
}

/// P(z, m_n(z)) with m_n the transform of the eigenvalues.
fn residual(eigenvalues: &[f64], prediction: &Prediction, z: Complex64) -> Complex64 {
    let m = spectra::stieltjes(eigenvalues, prediction.outliers(), z);
    prediction.equation.as_ref().map_or(Complex64::new(f64::NAN, f64::NAN), |equation| equation(z, m))
}

/// |m ∂P/∂m| at the predicted m: a relative error ε of m makes a residual of ε times that.
fn residual_scale(prediction: &Prediction, z: Complex64) -> f64 {
    const STEP: f64 = 1e-6;
    let m = (prediction.stieltjes)(z);
    prediction
        .equation
        .as_ref()
        .map_or(f64::NAN, |equation| (equation(z, m * (1.0 + STEP)) - equation(z, m * (1.0 - STEP))).norm() / (2.0 * STEP))
}

/// The place of an eigenvalue in the sorted list, from 0.
enum Rank {
    FromTop(usize),
    FromBottom(usize),
}

/// Which eigenvalue sits at an edge. The lowest edge is counted from the bottom, above the zeros; every other one from
/// the top, below the outliers and the components above it: a mean of f projects one direction out, and the components
/// above a gap keep their exact numbers of eigenvalues.
fn edge_rank(prediction: &Prediction, component: usize, side: usize, count: usize) -> Rank {
    let eigenvalues = |mass: f64| (mass * count as f64).round() as usize;
    if component == 0 && side == 0 {
        return Rank::FromBottom(eigenvalues(prediction.atom).saturating_sub(prediction.filled_zeros()));
    }
    let above = prediction.outliers();
    let first = if side == 0 { component } else { component + 1 };
    let mass: f64 = prediction.masses.iter().flatten().skip(first).sum();
    Rank::FromTop((above + eigenvalues(mass)).saturating_sub(1 - side))
}
