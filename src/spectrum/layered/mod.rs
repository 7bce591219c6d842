//! The law of a stack of sample covariances: a population law, sampled, passed on in part, sampled again, … (Wang, Wu and Fan 2024,
//! arXiv 2402.10127; docs/mathematics.md, 'Stacks').
//!
//! K_l = G_lᵀG_l/d_l (n × n), the rows of G_l with covariance Σ_l, Σ_l = b²_l K_{l−1} + (1 − b²_l) I above the lowest, γ_l = n/d_l.
//! All values are per eigenvalue of the top matrix, n × n.

mod concave;
mod crossing;
mod cusp;
mod estimated;
mod law;
mod layered64;
mod moments;
mod outside;
mod quantile;
mod sampled;
mod sheet;
mod shelf;
mod simplified;
mod stack;
mod thresholds;
mod touching;
mod written;

pub(super) use concave::Concave;
pub(super) use crossing::{End as Anchor, crossing, crossing_within};
pub use crossing::{crossing_between, crossing_near};
pub use estimated::{EstimatedLaw, estimated};
pub use law::LayeredLaw;
pub use layered64::Layered64;
pub(super) use quantile::Within;
pub use sampled::{Sampled, StackEdge};
pub(super) use sheet::{enclosed, followed};
pub use shelf::Shelf;
pub use stack::{Chain, Coefficient, Level, Link, Passed, Share, Stack, StackLayer};
pub use written::Written;
