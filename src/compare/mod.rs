//! Theory beside witness: the only place that sees both.
//!
//! A model is simulated at two sizes, n with `trials` replicates and n/2 with four times as many, and the theory is
//! evaluated at the ratios of the integers simulated. [`two_sizes`] derives, for each quantity, a standard error and an
//! allowance for the finite size. A row disagrees when
//!
//! ```text
//! |measured − theory| − allowance > q · se,
//! ```
//!
//! q the two-sided Student quantile at 0.01 over the number of rows (Bonferroni), so that a right theory fails one check
//! in a hundred at most. The allowance also holds the theory's own error and 1e-12 of the quantity's scale for rounding (for f = sign, tr M/n1 is exactly 1 in
//! every replicate). A row is inconclusive when allowance + q · se exceeds half of that scale.
//!
//! The Kolmogorov distance is not a centred statistic: a distance is positive under the true law too. Its row is the
//! largest violation over [`CDF_POINTS`] fixed points of the distribution function, each of which is a linear statistic with residual F_n(x) − F(x)
//! of either sign, tested at the level of the row divided by the number of points. The points are predicted quantiles, the same at both sizes; the row shows
//! the point nearest to disagreement. Edges are compared where the law is soft (density vanishing like a square root), the inner edges only where the
//! predicted masses say which eigenvalue sits there.
//!
//! The theory tells the witness how many outliers to expect, so that they are taken off by rank; never where.

mod features;
mod quantity;
pub mod student;
pub mod two_sizes;

pub use features::{Plan, check_features};

use num_complex::Complex64;
use quantity::Quantity;
use two_sizes::TwoSizes;

/// The chance that a right theory fails a check.
pub const LEVEL: f64 = 0.01;

/// Points at which the distribution functions are compared.
pub const CDF_POINTS: usize = 15;

/// Rounding of a measured value, relative to its scale: n eigenvalues, each to about n · 2^-52, for n up to several thousand.
const ROUNDING: f64 = 1e-12;

/// A row whose limits are wider than this share of its scale says nothing.
const WIDEST: f64 = 0.5;

/// What the theory predicts for the eigenvalues of an n1 × n1 matrix, as plain numbers.
pub struct Prediction {
    /// Moments of the law, the first one first, without outliers.
    pub moments: Vec<f64>,
    /// E 1/(λ − z).
    pub stieltjes: Box<dyn Fn(Complex64) -> Complex64 + Sync>,
    /// P(λ ≤ x), the atom at zero included.
    pub cdf: Box<dyn Fn(f64) -> f64 + Sync>,
    /// The mass at zero.
    pub atom: f64,
    /// The components of the support above zero, ascending.
    pub edges: Vec<[f64; 2]>,
    /// For each edge whether the density vanishes there like a square root.
    pub edge_soft: Vec<[bool; 2]>,
    /// The masses of the components.
    pub masses: Option<Vec<f64>>,
    /// The eigenvalue of order n, as a coefficient of n1.
    pub mean_outlier: Option<f64>,
    /// Positions of outliers of order one above the support, the largest first.
    pub spikes: Vec<f64>,
    /// Bound on the errors of all these numbers, relative to the scale of each.
    pub error: f64,
}

impl Prediction {
    fn order_n_outliers(&self) -> usize {
        usize::from(self.mean_outlier.is_some())
    }
}

/// Simulated spectra at one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The dimension in which the statistics scale.
    pub n: usize,
    /// For each replicate all eigenvalues, ascending.
    pub spectra: Vec<Vec<f64>>,
}

/// The outcome for a quantity or for a whole check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The measured value is as predicted, within limits that say something.
    Agree,
    /// The measured value is outside the limits.
    Disagree,
    /// The limits are too wide to say anything.
    Inconclusive,
}

/// One quantity, predicted and measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its name in the query language.
    pub quantity: String,
    /// The predicted value at the larger size.
    pub theory: f64,
    /// The mean over the replicates at the larger size.
    pub measured: f64,
    /// The standard error of that mean.
    pub se: f64,
    /// Finite size, theory's own error and rounding.
    pub allowance: f64,
    /// The excess of |measured − theory| over the allowance in standard errors; 0 within the allowance.
    pub z: f64,
    /// The verdict.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// Whether the row is about the bulk of the spectrum.
    pub bulk: bool,
}

/// The outcome of a check.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// All quantities.
    pub rows: Vec<Row>,
    /// `Disagree` if any row does, else `Agree` if a row about the bulk does, else `Inconclusive`.
    pub verdict: Verdict,
    /// The largest dimension.
    pub n: usize,
    /// Replicates at size n.
    pub trials: usize,
    /// The seed.
    pub seed: u64,
    /// The dimensions simulated at size n, by name.
    pub dimensions: Vec<(&'static str, usize)>,
    /// The eigenvalues of all replicates at size n, for a histogram.
    pub eigenvalues: Vec<f64>,
}

/// Theory and simulation at one size.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The simulated spectra.
    pub sample: &'a Sample,
    /// The theory at the ratios of this size.
    pub prediction: &'a Prediction,
}

/// Compares every predicted quantity, from simulations at the larger and at the smaller size. Needs at least one
/// replicate at the one and three in all, and sizes that differ.
#[must_use]
pub fn compare(large: Side<'_>, small: Side<'_>) -> (Vec<Row>, Verdict) {
    let quantities = quantities(large.prediction, small.prediction);
    let points = cdf_points(large.prediction);
    let rows = quantities.len() + usize::from(!points.is_empty());
    let degrees = (large.sample.spectra.len() + small.sample.spectra.len()).saturating_sub(2);
    let limits = |tests: usize| student::two_sided_quantile(LEVEL / tests as f64, degrees);

    let quantile = limits(rows);
    let mut table: Vec<Row> = quantities.iter().map(|quantity| Test::new(*quantity, large, small, quantile).row()).collect();
    let point_quantile = limits(rows * points.len().max(1));
    let tests = points.iter().map(|x| Test::new(Quantity::Cdf(*x), large, small, point_quantile));
    if let Some(worst) = tests.max_by(|left, right| left.pressure.total_cmp(&right.pressure)) {
        table.push(worst.kolmogorov_row());
    }
    let verdict = overall(&table);
    (table, verdict)
}

fn overall(rows: &[Row]) -> Verdict {
    if rows.iter().any(|row| row.verdict == Verdict::Disagree) {
        Verdict::Disagree
    } else if rows.iter().any(|row| row.bulk && row.verdict == Verdict::Agree) {
        Verdict::Agree
    } else {
        Verdict::Inconclusive
    }
}

/// The quantities that both predictions have, except the distribution function.
fn quantities(large: &Prediction, small: &Prediction) -> Vec<Quantity> {
    let mut list: Vec<_> = (1..=large.moments.len().min(small.moments.len())).map(Quantity::Moment).collect();
    for z in stieltjes_points(large) {
        list.extend([Quantity::StieltjesRe(z), Quantity::StieltjesIm(z)]);
    }
    list.push(Quantity::Atom);
    list.extend(soft_edges(large, small));
    if large.mean_outlier.is_some() && small.mean_outlier.is_some() {
        list.push(Quantity::MeanOutlier);
    }
    if large.spikes.len() == small.spikes.len() {
        list.extend((0..large.spikes.len()).map(Quantity::Spike));
    }
    list
}

/// z = s(1/2 + 3/10 i), s(2 + 2/10 i), s(−1 + 1/10 i), s the first moment to two digits: inside the bulk, near or above its upper
/// edge, and below it.
fn stieltjes_points(prediction: &Prediction) -> Vec<Complex64> {
    let scale = prediction.moments.first().copied().filter(|moment| *moment > 0.0 && moment.is_finite());
    let points = scale.map(|moment| {
        let scale = significant(moment, 2);
        [(0.5, 0.3), (2.0, 0.2), (-1.0, 0.1)]
            .map(|(re, im)| Complex64::new(significant(scale * re, 4), significant(scale * im, 4)))
    });
    points.into_iter().flatten().collect()
}

/// The double nearest to the decimal with this many significant digits.
fn significant(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits - 1).parse().unwrap_or(value)
}

/// The soft edges of both predictions. Inner edges need masses, and no outliers of order one, which may take their
/// eigenvalue from either component.
fn soft_edges(large: &Prediction, small: &Prediction) -> Vec<Quantity> {
    if large.edges.len() != small.edges.len() || large.spikes.len() != small.spikes.len() {
        return Vec::new();
    }
    let ranked = |prediction: &Prediction| {
        prediction.spikes.is_empty() && prediction.masses.as_ref().is_some_and(|masses| masses.len() == prediction.edges.len())
    };
    let ranked = ranked(large) && ranked(small);
    let soft = |prediction: &Prediction, component: usize, side: usize| {
        prediction.edge_soft.get(component).is_some_and(|soft| soft[side]) && prediction.edges[component][side].is_finite()
    };
    let last = large.edges.len().saturating_sub(1);
    (0..large.edges.len())
        .flat_map(|component| [(component, 0), (component, 1)])
        .filter(|(component, side)| soft(large, *component, *side) && soft(small, *component, *side))
        .filter(|place| ranked || *place == (0, 0) || *place == (last, 1))
        .map(|(component, side)| Quantity::Edge { component, side })
        .collect()
}

/// Points x at which the part of the law above zero has mass j/(k + 1), j = 1 … k, to a quarter of that step.
fn cdf_points(prediction: &Prediction) -> Vec<f64> {
    let mass = 1.0 - prediction.atom;
    let Some(mut high) = prediction.moments.first().copied().filter(|moment| *moment > 0.0 && mass > 0.0) else {
        return Vec::new();
    };
    let step = mass / (CDF_POINTS + 1) as f64;
    let mut doublings = 0;
    while (prediction.cdf)(high) < 1.0 - step / 2.0 && doublings < 60 {
        high *= 2.0;
        doublings += 1;
    }
    let mut low = 0.0;
    let mut points = Vec::with_capacity(CDF_POINTS);
    for index in 1..=CDF_POINTS {
        low = quantile(prediction, prediction.atom + step * index as f64, [low, high], step / 4.0);
        points.push(low);
    }
    points
}

/// An x of the bracket with |cdf(x) − p| ≤ tolerance, or after 60 halvings the place of the jump over p.
fn quantile(prediction: &Prediction, p: f64, bracket: [f64; 2], tolerance: f64) -> f64 {
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

/// A quantity with its statistics, tested under a Student quantile.
struct Test {
    quantity: Quantity,
    theory: f64,
    scale: f64,
    sizes: TwoSizes,
    allowance: f64,
    quantile: f64,
    /// (|residual| − allowance)/se, which disagrees above the quantile.
    pressure: f64,
}

impl Test {
    fn new(quantity: Quantity, large: Side<'_>, small: Side<'_>, quantile: f64) -> Self {
        let residuals = |side: Side<'_>| -> Vec<f64> {
            let theory = quantity.theory(side.prediction);
            side.sample.spectra.iter().map(|spectrum| quantity.measure(spectrum, side.prediction) - theory).collect()
        };
        let ratio = large.sample.n as f64 / small.sample.n as f64;
        let sizes = TwoSizes::estimate(&residuals(large), &residuals(small), ratio, quantity.scaling());
        let scale = quantity.scale(large.prediction);
        let allowance = sizes.allowance(quantile) + (large.prediction.error.max(small.prediction.error) + ROUNDING) * scale;
        let excess = sizes.residual.abs() - allowance;
        let pressure = match sizes.se {
            0.0 if excess > 0.0 => f64::INFINITY,
            0.0 => f64::NEG_INFINITY,
            se => excess / se,
        };
        Self { quantity, theory: quantity.theory(large.prediction), scale, sizes, allowance, quantile, pressure }
    }

    fn row(&self) -> Row {
        let (verdict, reason) = self.verdict();
        Row {
            quantity: self.quantity.name(),
            theory: self.theory,
            measured: self.theory + self.sizes.residual,
            se: self.sizes.se,
            allowance: self.allowance,
            z: self.pressure.max(0.0),
            verdict,
            reason,
            bulk: self.quantity.is_bulk(),
        }
    }

    /// The row of the Kolmogorov distance, for the point of the distribution function nearest to disagreement.
    fn kolmogorov_row(&self) -> Row {
        let row = self.row();
        let Quantity::Cdf(x) = self.quantity else {
            return row;
        };
        let reason = format!("{}, at x = {}", row.reason, significant(x, 6));
        Row { quantity: "kolmogorov".into(), theory: 0.0, measured: self.sizes.residual.abs(), reason, ..row }
    }

    fn verdict(&self) -> (Verdict, String) {
        if self.pressure.is_nan() {
            return (Verdict::Inconclusive, "no finite value to compare".into());
        }
        let limit = self.allowance + self.quantile * self.sizes.se;
        let distance = self.sizes.residual.abs();
        if self.pressure > self.quantile {
            return (Verdict::Disagree, format!("off by {distance:.2e}, more than the limit {limit:.2e}"));
        }
        if limit > WIDEST * self.scale {
            let reason = format!("the limit {limit:.2e} is wider than half of {:.2e}: raise n or trials", self.scale);
            return (Verdict::Inconclusive, reason);
        }
        (Verdict::Agree, format!("off by {distance:.2e}, within the limit {limit:.2e}"))
    }
}
