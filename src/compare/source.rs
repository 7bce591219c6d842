//! Where the number of a claim comes from in a draw.

use super::law::LawPrediction;
use super::locate;
use super::unpredicted::{self, Gap};
use crate::monte_carlo::{Draw, Spectrum, spectra};
use num_complex::Complex64;

/// A number of a draw.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    /// The scalar of this name.
    Scalar(String),
    /// How many eigenvalues of the spectrum with this index are larger than this.
    Above(usize, f64),
    /// A number of the spectrum with this index.
    Spectrum(usize, Number),
}

/// A number of a spectrum.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Number {
    /// The moment of this order.
    Moment(usize),
    /// A part of E 1/(λ − z).
    Stieltjes(Complex64, Part),
    /// A part of P(z, m) + ∂P/∂m (m_n(z) − m), m_n the transform of the eigenvalues and m that of the law: P(z, m_n(z)) to first
    /// order, of which the rest is no linear statistic.
    Residual { z: Complex64, m: Complex64, value: Complex64, slope: Complex64, part: Part },
    /// |P(z, m_n(z))|.
    ResidualSize(Complex64),
    /// The distribution function at x.
    Cdf(f64),
    /// The mass at zero.
    Atom,
    /// The eigenvalue at the lower (0) or upper (1) edge of a component of the support.
    Edge { component: usize, side: usize },
    /// The same at the lowest (0) or highest (1) edge of a law whose rows draw parameters of their own.
    SampledEdge { component: usize, side: usize },
    /// The eigenvalue of order n, divided by their number.
    MeanOutlier,
    /// The mean position of these outliers of order one.
    Position(Vec<usize>),
    /// The squared cosine of this one's eigenvector with its first reference.
    Alignment(usize),
    /// The squared cosine of this one's vector with the reference of this name.
    Left(usize, String),
    /// How many eigenvalues stand clear of the support in these gaps, the outliers predicted not counted.
    Unpredicted(Vec<Gap>),
}

/// One of the two numbers that are a complex one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Re,
    Im,
}

impl Part {
    pub(super) fn of(self, z: Complex64) -> f64 {
        match self {
            Self::Re => z.re,
            Self::Im => z.im,
        }
    }
}

impl Source {
    /// Whether it is about single eigenvalues of a spectrum, and no statistic of all of them.
    pub(super) fn is_of_a_place(&self) -> bool {
        let Self::Spectrum(_, number) = self else { return false };
        match number {
            Number::Moment(_)
            | Number::Stieltjes(..)
            | Number::Residual { .. }
            | Number::ResidualSize(_)
            | Number::Cdf(_)
            | Number::Atom => false,
            Number::Edge { .. }
            | Number::SampledEdge { .. }
            | Number::MeanOutlier
            | Number::Position(_)
            | Number::Alignment(_)
            | Number::Left(..)
            | Number::Unpredicted(_) => true,
        }
    }

    /// The value in one draw, of whose spectra the laws tell how many eigenvalues of which kind to expect; NaN where it has
    /// none.
    pub(super) fn measure(&self, draw: &Draw, laws: &[LawPrediction]) -> f64 {
        match self {
            Self::Scalar(name) => draw.scalar(name),
            Self::Above(index, x) => draw.spectra.get(*index).map_or(f64::NAN, |spectrum| {
                let below = spectrum.eigenvalues.partition_point(|value| value <= x);
                (spectrum.eigenvalues.len() - below) as f64
            }),
            Self::Spectrum(index, number) => match (draw.spectra.get(*index), laws.get(*index)) {
                (Some(spectrum), Some(law)) => number.measure(spectrum, law),
                _ => f64::NAN,
            },
        }
    }
}

impl Number {
    fn measure(&self, spectrum: &Spectrum, law: &LawPrediction) -> f64 {
        let (eigenvalues, off) = (&spectrum.eigenvalues, law.outliers_above());
        let at = |place: Option<usize>| place.and_then(|place| eigenvalues.get(place)).copied().unwrap_or(f64::NAN);
        match self {
            Self::Moment(order) => spectra::moment(eigenvalues, off, *order as i32),
            Self::Stieltjes(z, part) => part.of(spectra::stieltjes(eigenvalues, off, *z)),
            Self::Residual { z, m, value, slope, part } => {
                part.of(value + slope * (spectra::stieltjes(eigenvalues, off, *z) - m))
            }
            Self::ResidualSize(z) => residual(spectrum, law, *z),
            Self::Cdf(x) => spectra::fraction_below(eigenvalues, off, *x),
            Self::Atom => spectra::fraction_zero(eigenvalues) + law.filled_zeros() as f64 / eigenvalues.len() as f64,
            Self::Edge { component, side } | Self::SampledEdge { component, side } => {
                at(locate::edge(spectrum, law, *component, *side))
            }
            Self::MeanOutlier => at(eigenvalues.len().checked_sub(1)) / eigenvalues.len() as f64,
            Self::Position(list) => {
                let places = locate::outliers(spectrum, law);
                list.iter().map(|index| at(places[*index])).sum::<f64>() / list.len() as f64
            }
            Self::Alignment(index) => {
                law.outliers[*index].references.first().map_or(f64::NAN, |name| alignment(spectrum, law, *index, name))
            }
            Self::Left(index, name) => alignment(spectrum, law, *index, name),
            Self::Unpredicted(gaps) => unpredicted::count(spectra::bulk(eigenvalues, law.order_n_outliers()), gaps) as f64,
        }
    }
}

fn residual(spectrum: &Spectrum, law: &LawPrediction, z: Complex64) -> f64 {
    let m = spectra::stieltjes(&spectrum.eigenvalues, law.outliers_above(), z);
    law.equation.as_ref().map_or(f64::NAN, |equation| equation(z, m).norm())
}

/// The weight of a reference on its eigenvector and on those of the outliers beside it that are equal, or are said to
/// have nothing of that reference: near ones mix at finite sizes, and a common space does not depend on that.
fn alignment(spectrum: &Spectrum, law: &LawPrediction, index: usize, reference: &str) -> f64 {
    let own = &law.outliers[index];
    let places = locate::outliers(spectrum, law);
    let mixes = |other: usize| {
        let outlier = &law.outliers[other];
        other == index || outlier.equals(own) || !outlier.references.iter().any(|name| name == reference)
    };
    let beside = law.outliers_in(law.region(own.position)).into_iter().filter(|other| mixes(*other));
    beside.map(|other| places[other].map_or(f64::NAN, |place| spectrum.weight(reference, place))).sum()
}
