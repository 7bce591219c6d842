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
//! q the two-sided Student quantile at 0.01 over the number of rows (Bonferroni), so that a right theory fails one
//! check in a hundred at most. The allowance also holds the theory's own error and 1e-12 of the quantity's scale for
//! rounding (for f = sign, tr M/n1 is exactly 1 in every replicate). A row is inconclusive when allowance + q · se
//! exceeds half of that scale.
//!
//! The Kolmogorov distance is not a centred statistic: a distance is positive under the true law too. Its row is the
//! largest violation over [`CDF_POINTS`] fixed points of the distribution function, each of which is a linear statistic
//! with residual F_n(x) − F(x) of either sign, tested at the level of the row divided by the number of points; half a
//! step of F_n joins its allowance. The points are predicted quantiles, the same at both sizes; the row shows the point
//! nearest to disagreement. Edges are compared where the law is soft (density vanishing like a square root), the inner
//! edges only where the predicted masses say which eigenvalue sits there. Where rows draw a bias of their own, the density near
//! an edge is that of rare biases, and the extreme eigenvalue approaches it like a power of 1/log n: no rate is fitted, and the
//! allowance is the distance from the edge to the place beyond which [`RARE`] eigenvalues are expected. What stands above the
//! upper edge then may be an outlier, which is not predicted for these laws, and is not held against them.
//!
//! The theory tells the witness how many outliers to expect, of order n and of order one, so that they are taken off by rank;
//! never where. The bulk is compared without them, and each has a row of its own.
//!
//! The row `quartic_residual` puts the simulated transform into the equation of the law: |P(z, m_n(z))| at the first of the
//! points z, tested through the larger of its two parts. With more than two sizes each row also has the exponents of its
//! bias and of its spread in n, fitted and expected.

mod features;
mod kernel;
mod plan;
mod quantity;
mod rates;
mod row;
mod selection;
pub mod student;
pub mod two_sizes;

pub use features::check_features;
pub use kernel::check_kernel;
pub use plan::{MOST_TRIALS, Plan};
pub use rates::{Rate, Rates};
pub use row::{Row, Verdict};

use num_complex::Complex64;
use quantity::Quantity;
use row::Test;

/// The chance that a right theory fails a check.
pub const LEVEL: f64 = 0.01;

/// Points at which the distribution functions are compared.
pub const CDF_POINTS: usize = 15;

/// Eigenvalues expected between an edge and the extreme one, at most: Poisson counts exceed it with probability e^−5 below one.
pub const RARE: f64 = 5.0;

/// Where the unevenness of the smaller size exceeds this, terms beyond 1/n still count and the bias of the bulk is allowed to
/// fall like n^(−1/2) only (tuned on polynomials of degree two and three, which need it).
pub const UNEVEN: f64 = 0.1;

/// Where it exceeds this, the bias of the bulk is no power of n yet, and the check says nothing about it (tuned likewise).
pub const TOO_UNEVEN: f64 = 0.3;

/// Below this smallest dimension at the smaller size no power of n is trusted: the bias may fall as slowly as n^(−1/4), so that
/// a disagreement needs a distance that hardly depends on the size (tuned on right models of every kind).
pub const FEW: usize = 32;

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
    /// How far the extreme eigenvalues may lie inside the lowest and the highest edge because rows draw parameters of their own;
    /// none where such edges are not to be compared.
    pub edge_depth: [Option<f64>; 2],
    /// The masses of the components.
    pub masses: Option<Vec<f64>>,
    /// The eigenvalue of order n, as a coefficient of n1.
    pub mean_outlier: Option<f64>,
    /// Whether it adds to the rank, because the bulk leaves directions free: then there is one zero less than the law says.
    pub mean_adds_rank: bool,
    /// Positions of outliers of order one above the support, the largest first.
    pub spikes: Vec<f64>,
    /// P(z, m), the polynomial that the Stieltjes transform satisfies, when there is one.
    pub equation: Option<Equation>,
    /// The relative variance over the entries of Y of their variances, which the random norms of the rows of W and of the
    /// columns of X make; of order 1/n.
    pub unevenness: f64,
    /// The smallest dimension of the matrices.
    pub smallest: usize,
    /// From which order on the moments are decided by parameters that are rarer than the rows drawn.
    pub rare_moment: usize,
    /// Whether the bias of every statistic is of order n^(−1/2): where the entries of both W and X are skewed, so that the third
    /// cumulant of a pre-activation is, unless f is even or odd; and where they make a lattice on which f jumps.
    pub slow: bool,
    /// Whether rows (or columns) draw random parameters of their own, such as a bias: averages over them fluctuate like
    /// n^(−1/2), and with them every statistic of the spectrum.
    pub sampled: bool,
    /// Bound on the errors of all these numbers, relative to the scale of each.
    pub error: f64,
}

/// A polynomial in z and m.
pub type Equation = Box<dyn Fn(Complex64, Complex64) -> Complex64 + Sync>;

impl Prediction {
    fn order_n_outliers(&self) -> usize {
        usize::from(self.mean_outlier.is_some())
    }

    /// How many of them take the place of a zero eigenvalue.
    fn filled_zeros(&self) -> usize {
        if self.mean_adds_rank { self.order_n_outliers() } else { 0 }
    }

    /// Outliers of any order above the support.
    fn outliers(&self) -> usize {
        self.order_n_outliers() + self.spikes.len()
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
/// replicate at the one and three in all, and sizes that differ. A right theory fails with probability `level` at most.
#[must_use]
pub fn compare(large: Side<'_>, small: Side<'_>, level: f64) -> (Vec<Row>, Verdict) {
    let quantities = selection::quantities(large.prediction, small.prediction);
    let points = selection::cdf_points(large.prediction);
    let residual = selection::residual_point(large.prediction);
    let rows = quantities.len() + usize::from(!points.is_empty()) + usize::from(residual.is_some());
    let degrees = (large.sample.spectra.len() + small.sample.spectra.len()).saturating_sub(2);
    let limits = |tests: usize| student::two_sided_quantile(level / tests as f64, degrees);

    let quantile = limits(rows);
    let mut table: Vec<Row> = quantities.iter().map(|quantity| Test::new(*quantity, large, small, quantile).row()).collect();
    let point_quantile = limits(rows * points.len().max(1));
    let tests = points.iter().map(|x| Test::new(Quantity::Cdf(*x), large, small, point_quantile));
    if let Some(worst) = tests.max_by(|left, right| left.pressure.total_cmp(&right.pressure)) {
        table.push(worst.kolmogorov_row());
    }
    if let Some(z) = residual {
        let parts = [Quantity::ResidualRe(z), Quantity::ResidualIm(z)];
        let part_quantile = limits(2 * rows);
        let [re, im] = parts.map(|part| Test::new(part, large, small, part_quantile));
        let worst = if re.pressure >= im.pressure { re } else { im };
        table.push(worst.residual_row(large));
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
