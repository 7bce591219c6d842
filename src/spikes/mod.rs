//! LAW → OUTLIERS: eigenvalues that finitely many rank-one perturbations push out of the bulk.
//!
//! The matrix is Y/√m = B + Σ_k s_k l_k r_kᵀ: B has the law of a rational [`Curve`](crate::spectrum::Curve), l_k and r_k are
//! unit vectors, and s_k² is a strength in units of λ. Let K_l, K_r and C be the limits of lᵀ(…)l, rᵀ(…)r and lᵀ(…)r under
//! the resolvent of the symmetric matrix with blocks B and Bᵀ, and S the matrix of the strengths between the distinct left and
//! right vectors. The outliers are the z(q) at the real roots of one determinant on the curve,
//!
//! det [ 1 + C Sᵀ   K_l S ;  K_r Sᵀ   1 + Cᵀ S ] = 0,   q in (0, q of the upper edge) or over a gap of the support.
//!
//! Every published threshold of the model is a special case: one perturbation of vectors that B does not know has K_l = q,
//! K_r = 1, C = 0, and so s² q = 1. A further kind of outlier is a further list of [`Perturbation`]s.

mod determinant;
mod features;
mod followed;
mod outliers;
mod perturbation;
mod search;
mod stack;

pub use features::{Expansion, feature_perturbations};
pub use followed::{Followed, FollowedOutlier, NormVector, Start};
pub use outliers::{Outlier, outliers};
pub use perturbation::{Direction, Origin, Perturbation};
pub use stack::{StackSpike, stack_spikes, stack_spikes64, stack_survival};
