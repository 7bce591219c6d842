//! The points at which a law is compared: fixed by the prediction at the larger size alone, before any simulated value is seen.

use super::law::LawPrediction;
use num_complex::Complex64;

/// Points at which the distribution functions are compared.
pub const CDF_POINTS: usize = 15;

/// The points of one law.
pub(super) struct Points {
    /// z for the transform; the first is also that of the equation's residual.
    pub(super) transform: Vec<Complex64>,
    /// x for the distribution function.
    pub(super) cdf: Vec<f64>,
    /// The number of components of the support: with another one the names of edges mean other edges.
    pub(super) components: usize,
    /// The names of the outliers whose positions are told by their mean alone, and of each other one by itself.
    pub(super) together: Vec<Vec<String>>,
}

impl Points {
    /// Those that the prediction at the largest size fixes; of the distribution function those where eigenvalues are told from zero.
    pub(super) fn new(largest: &LawPrediction, least: f64) -> Self {
        let mut cdf = cdf_points(largest);
        cdf.retain(|x| x.abs() > least);
        Self { transform: stieltjes_points(largest), cdf, components: largest.edges.len(), together: together(largest) }
    }
}

/// Groups of outliers of which each is close to another one, in their order.
fn together(law: &LawPrediction) -> Vec<Vec<String>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for index in 0..law.outliers.len() {
        let (met, apart): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group| group.iter().any(|other| law.are_close(index, *other)));
        groups = apart;
        groups.push(met.into_iter().flatten().chain([index]).collect());
    }
    let names = |mut group: Vec<usize>| {
        group.sort_unstable();
        group.into_iter().map(|index| law.outliers[index].name.clone()).collect()
    };
    groups.into_iter().map(names).collect()
}

/// z = s(1/2 + 3/10 i), s(2 + 2/10 i), s(−1 + 1/10 i), s the size of the eigenvalues to two digits: inside the bulk, near or above
/// its upper edge, and below it.
fn stieltjes_points(prediction: &LawPrediction) -> Vec<Complex64> {
    let points = prediction.size().map(|size| {
        let scale = significant(size, 2);
        [(0.5, 0.3), (2.0, 0.2), (-1.0, 0.1)]
            .map(|(re, im)| Complex64::new(significant(scale * re, 4), significant(scale * im, 4)))
    });
    points.into_iter().flatten().collect()
}

/// The double nearest to the decimal with this many significant digits.
#[must_use]
pub fn significant(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits - 1).parse().unwrap_or(value)
}

/// Points x at which the part of the law above zero has mass j/(k + 1), j = 1 … k, to a quarter of that step; of a law of both signs
/// the whole law.
fn cdf_points(prediction: &LawPrediction) -> Vec<f64> {
    let start = if prediction.is_indefinite() { 0.0 } else { prediction.atom };
    let mass = 1.0 - start;
    let Some(mut high) = prediction.size().filter(|_| mass > 0.0) else {
        return Vec::new();
    };
    let step = mass / (CDF_POINTS + 1) as f64;
    let mut doublings = 0;
    while (prediction.cdf)(high) < 1.0 - step / 2.0 && doublings < 60 {
        high *= 2.0;
        doublings += 1;
    }
    let mut low = if prediction.is_indefinite() { -high } else { 0.0 };
    let mut steps = 0;
    while low < 0.0 && (prediction.cdf)(low) > step / 2.0 && steps < 60 {
        low *= 2.0;
        steps += 1;
    }
    let mut points = Vec::with_capacity(CDF_POINTS);
    for index in 1..=CDF_POINTS {
        low = quantile(prediction, start + step * index as f64, [low, high], step / 4.0);
        points.push(low);
    }
    points
}

/// An x of the bracket with |cdf(x) − p| ≤ tolerance, or after 60 steps the place of the jump over p.
fn quantile(prediction: &LawPrediction, p: f64, bracket: [f64; 2], tolerance: f64) -> f64 {
    let [mut low, mut high] = bracket;
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        let distance = (prediction.cdf)(middle) - p;
        if distance.abs() <= tolerance {
            return middle;
        }
        if distance < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}
