//! Theory beside witness: the only place that sees both.
//!
//! An ensemble is drawn at n with `trials` replicates, at n/2 with four times as many and, where it is large enough, at n/4
//! ([`draw`]), and the theory, evaluated at the ratios of the integers simulated, is held against the draws ([`judge`]);
//! [`check`] does both. Draws are plain data, so the two may happen in different places. What is judged is a list of claims,
//! [`Claim`]: a name, a value that the theory gives, the exponents with which its errors fall, and where the number comes from in
//! a draw. A law brings its claims itself ([`LawPrediction`]), scalars of a draw are claimed one by one. The law is judged on
//! matrices whose rows of W and columns of X have their exact norms, which has the same law and smaller errors, outliers that
//! norms may make on matrices as they are, which are another spectrum of the same draw. [`extrapolation`] derives, for each claim, a
//! standard error and an allowance for the finite size. A row disagrees when
//!
//! ```text
//! |measured − theory| − allowance > q · se,
//! ```
//!
//! q the two-sided Student quantile at 0.01, shared equally by the laws (all claims on scalars count as one) and by the rows of
//! each (Bonferroni), so that a right theory fails one check in a hundred at most. The allowance also holds the theory's own
//! error and 1e-12 of the quantity's scale for rounding (for f = sign, tr M/n1 is exactly 1 in every replicate). A row is
//! inconclusive when allowance + q · se exceeds half of that scale, and names the n at which it would not, should it fall by the
//! powers assumed. Zeros and edges that the double precision of a Gram matrix does not tell from zero are inconclusive, and so is
//! a law of which the size simulated is not in sight: the theory says so with each size.
//!
//! The Kolmogorov distance is not a centred statistic: a distance is positive under the true law too. Its row is the
//! largest violation over [`CDF_POINTS`] fixed points of the distribution function, each of which is a linear statistic
//! with residual F_n(x) − F(x) of either sign, tested at the level of the row divided by the number of points; half a
//! step of F_n joins its allowance. The points are predicted quantiles, the same at all sizes; the row shows the point
//! nearest to disagreement. Edges are compared where the law is soft (density vanishing like a square root), the inner
//! edges only where the predicted masses say which eigenvalue sits there. Where rows draw a bias of their own, the density near
//! an edge is that of rare biases, and the extreme eigenvalue approaches it like a power of 1/log n: no rate is fitted, and the
//! allowance is the distance from the edge to the place beyond which [`RARE`] eigenvalues are expected. What stands above the
//! upper edge then may be an outlier, which is not predicted for these laws, and is not held against them.
//!
//! The theory tells the witness how many outliers to expect between which components, of order n and of order one, and along
//! which vectors; never where. Those of order n are taken off by rank. One of order one is, among the few eigenvalues whose
//! ranks allow it, the one whose eigenvector lies most along its reference vectors. The bulk is compared without those above
//! it, each has a row for its position, and one for its alignment where that is predicted. Equal ones, and ones so close that they repel each
//! other, share the row of their mean position.
//!
//! What stands clear of the support and is not predicted has a row of its own, `unpredicted`.
//!
//! The row `quartic_residual` puts the simulated transform into the equation of the law: |P(z, m_n(z))| at the first of the
//! points z, tested through the larger of the two parts of its first order in m_n − m, which the reason names. With more than two sizes each row also has the exponents of its
//! bias and of its spread in n, fitted and expected.

mod claim;
mod estimate;
pub mod extrapolation;
mod judge;
mod law;
mod locate;
mod plan;
mod points;
mod prediction;
mod questions;
mod rates;
mod report;
mod sample;
mod source;
pub mod student;
mod summary;
mod tested;
mod unpredicted;

pub use claim::{Claim, Neglected, Reservation, Theory};
pub use estimate::estimate;
pub use extrapolation::Scaling;
pub use judge::{LEVEL, check, judge};
pub use law::{Equation, FiniteSize, Judged, LawPrediction, OutlierPrediction, SharedReservation};
pub use plan::{MOST_TRIALS, Plan};
pub use points::{CDF_POINTS, significant};
pub use prediction::Prediction;
pub use questions::{FEW, NEAR, RARE, rounded_up};
pub use rates::{Rate, Rates};
pub use report::{Report, Row, Verdict};
pub use sample::{Sample, draw, draw_some, draws, gather};

/// What a claim on a draw is asked about.
pub use crate::monte_carlo::{Draw, Spectrum};
