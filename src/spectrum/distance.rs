//! Distances between two laws: sup |F − G| and ∫ |F − G| dx, in double precision with an estimated error; and their equality,
//! which is decided.
//!
//! Between neighbouring edges of the two laws F − G is analytic, with algebraic ends: it is sampled on points that crowd at both
//! ends, its extrema are refined by golden sections and its zeros by bisection, and the pieces are integrated by the
//! tanh-sinh rule at two steps.

use std::cmp::Ordering;
use std::sync::Arc;

use rug::Rational;

use super::jacobian::JacobianTable;
use super::labelled::LabelTable;
use super::profile::Tabulated;
use super::{Law, Law64, LawError, Layered64, Parameters, Profile64, Shape, Table};

/// A distance and its estimated error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distance {
    /// The value.
    pub value: f64,
    /// The error.
    pub error: f64,
}

/// The distances between two laws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distances {
    /// sup |F − G|.
    pub kolmogorov: Distance,
    /// ∫ |F − G| dx, the least mean transport.
    pub wasserstein: Distance,
}

/// A law as a distance sees it.
pub struct Distribution {
    cdf: Box<dyn Fn(f64) -> f64>,
    /// Points between which the distribution function is analytic; the last one has no mass above it, or hardly any.
    ends: Vec<f64>,
    atom: f64,
    /// Error of the distribution function, the mass above the last end included.
    error: f64,
}

impl Distribution {
    /// That of a law on its curve.
    pub(super) fn of_curve(law: Arc<Law64>) -> Self {
        let (ends, atom) = (law.edges().into_iter().flatten().collect(), law.atom());
        Self { cdf: Box::new(move |x| law.cdf(x)), ends, atom, error: 0.5 * ROUNDING }
    }

    /// That of a stack of sample covariances.
    pub(super) fn of_layers(law: Arc<Layered64>) -> Self {
        let (ends, atom) = (law.edges().into_iter().flatten().collect(), Table::atom(&*law));
        Self { cdf: Box::new(move |x| law.value(x)), ends, atom, error: ROUNDING }
    }

    /// That of a covariance weighted by labels.
    pub(super) fn of_labels(law: Arc<LabelTable>) -> Self {
        let (ends, atom) = (law.edges().into_iter().flatten().collect(), Table::atom(&*law));
        Self { cdf: Box::new(move |x| law.value(x)), ends, atom, error: ROUNDING }
    }

    /// That of a Jacobian.
    pub(super) fn of_jacobian(law: Arc<JacobianTable>) -> Self {
        let (ends, atom) = (law.edges().into_iter().flatten().collect(), Table::atom(&*law));
        Self { cdf: Box::new(move |x| law.value(x)), ends, atom, error: ROUNDING }
    }

    /// That of a law of layers with biases; none when it cannot be followed to its top.
    pub(super) fn of_profile(law: &Profile64) -> Option<Self> {
        let table = Tabulated::new(law)?;
        let (ends, error) = (table.ends(), table.error);
        Some(Self { cdf: Box::new(move |x| table.cdf(x)), ends, atom: law.atom(), error })
    }
}

/// The distances between two laws, with estimated errors.
///
/// # Errors
/// As [`Law::table`], and [`LawError::NoPath`] when a law is not followed to its top.
pub fn distances(a: &dyn Law, b: &dyn Law) -> Result<Distances, LawError> {
    let distribution = |law: &dyn Law| law.table()?.distribution().ok_or(LawError::NoPath);
    Ok(between(&distribution(a)?, &distribution(b)?))
}

/// Sample points between two edges (tuned: F − G has a handful of extrema there).
const SAMPLES: usize = 240;
/// Steps of a golden section and of a bisection.
const STEPS: usize = 60;
/// Relative error of the distribution functions in double precision (tuned on the proved ones).
const ROUNDING: f64 = 1e-12;

/// Both distances.
fn between(a: &Distribution, b: &Distribution) -> Distances {
    let gap = |x: f64| (a.cdf)(x) - (b.cdf)(x);
    let mut ends: Vec<f64> = a.ends.iter().chain(&b.ends).copied().chain([0.0]).collect();
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    let mut most = (a.atom - b.atom).abs();
    let (mut area, mut error) = (0.0, 0.0);
    for pair in ends.windows(2) {
        let points = crowded(pair[0], pair[1]);
        let values: Vec<f64> = points.iter().map(|x| gap(*x)).collect();
        most = values.iter().fold(most, |most, value| most.max(value.abs()));
        for k in 1..SAMPLES {
            let [left, middle, right] = [k - 1, k, k + 1].map(|i| values[i].abs());
            if middle >= left && middle >= right {
                most = most.max(golden(|x| gap(x).abs(), points[k - 1], points[k + 1]));
            }
        }
        let mut start = pair[0];
        for (x, y) in points.windows(2).zip(values.windows(2)) {
            if y[0] * y[1] < 0.0 {
                let zero = bisected(&gap, x[0], x[1]);
                let (part, doubt) = integral(&gap, start, zero);
                (area, error, start) = (area + part.abs(), error + doubt, zero);
            }
        }
        let (part, doubt) = integral(&gap, start, pair[1]);
        (area, error) = (area + part.abs(), error + doubt);
    }
    let top = ends.last().copied().unwrap_or(0.0);
    let doubt = a.error + b.error;
    Distances {
        kolmogorov: Distance { value: most, error: doubt },
        wasserstein: Distance { value: area, error: error + doubt * top },
    }
}

fn crowded(low: f64, high: f64) -> Vec<f64> {
    let angle = |k: usize| std::f64::consts::PI * k as f64 / SAMPLES as f64;
    (0..=SAMPLES).map(|k| low + (high - low) * (0.5 - 0.5 * angle(k).cos()).clamp(0.0, 1.0)).collect()
}

/// The largest value near the top of a function with one maximum in the bracket.
fn golden(f: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    const SHARE: f64 = 0.618_033_988_749_894_9;
    let mut most = 0.0f64;
    for _ in 0..STEPS {
        let (left, right) = (high - SHARE * (high - low), low + SHARE * (high - low));
        let (at_left, at_right) = (f(left), f(right));
        most = most.max(at_left).max(at_right);
        if at_left < at_right {
            low = left;
        } else {
            high = right;
        }
    }
    most
}

fn bisected(f: &impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let rising = f(low) < 0.0;
    for _ in 0..STEPS {
        let middle = 0.5 * (low + high);
        if (f(middle) < 0.0) == rising {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// The tanh-sinh rule with steps 1/8 and 1/16: the value, and the difference of the two as its error.
fn integral(f: &impl Fn(f64) -> f64, low: f64, high: f64) -> (f64, f64) {
    const REACH: f64 = 3.5;
    let half = 0.5 * (high - low);
    let rule = |step: f64| {
        let count = (REACH / step) as i32;
        let term = |k: i32| {
            let t = step * f64::from(k);
            let stretched = std::f64::consts::FRAC_PI_2 * t.sinh();
            // 1 − tanh, so that points near an end keep their distance to it
            let share = (1.0 + (2.0 * stretched.abs()).exp()).recip();
            let x = if t < 0.0 { low + 2.0 * half * share } else { high - 2.0 * half * share };
            let weight = std::f64::consts::FRAC_PI_2 * t.cosh() / stretched.cosh().powi(2);
            weight * f(x)
        };
        step * half * (-count..=count).map(term).sum::<f64>()
    };
    let (coarse, fine) = (rule(0.125), rule(0.0625));
    (fine, (fine - coarse).abs())
}

/// Whether the shapes and ratios of two laws allow them to be equal, and then whether θ₁ and θ₂ must agree as well.
///
/// A law determines its equation P(z, m) = 0, which is irreducible, and so its coefficients: for a general law γ, ψ, θ₁ and
/// θ₂; for θ₂ = 0 only γ and θ₁; for linear f, where n₀ and m may be exchanged, θ₁ and the pair {n₁/m, n₁/n₀}.
#[must_use]
pub fn ratios_agree(a: &Parameters, b: &Parameters) -> bool {
    let pair = |law: &Parameters| {
        let mut pair = [law.gamma(), Rational::from(law.psi.recip_ref())];
        if pair[0].cmp(&pair[1]) == Ordering::Greater {
            pair.swap(0, 1);
        }
        pair
    };
    a.shape == b.shape
        && match a.shape {
            Shape::Null => true,
            Shape::Isotropic => a.gamma() == b.gamma(),
            Shape::Linear => pair(a) == pair(b),
            Shape::General => a.gamma() == b.gamma() && a.psi == b.psi,
        }
}
