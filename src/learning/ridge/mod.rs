//! Ridge regression on layers of random features as a chain of penalties κ_0, …, κ_L (docs/mathematics.md, 'Regression on random
//! features'; neighbours: Mei and Montanari 2019, arXiv 1908.05355; Defilippis, Loureiro and Misiakiewicz 2024, arXiv 2405.15699).
//!
//! The loss is (1/n)|y − F a|² + ridge |a|², features not divided by √N. On n samples it behaves as the population problem with the larger
//! penalty κ_L, and that of a layer as that of the layer below with another penalty. From the bottom every step is explicit ([`Chain`]):
//! κ_0 is the parameter of a curve on which the ridge, all errors and all variances are rational. Only κ_0 is sought, the one root of a
//! function that increases ([`penalty`], [`ridgeless`]); the best ridge is found among all stationary points ([`best`]). Layers whose means
//! are kept are steps with a root of their own ([`MixedChain`]).

mod best;
mod chain;
mod errors;
mod profile;
mod solve;

pub use best::{Best, best};
pub use chain::{Atom, Chain, Layer, Rungs};
pub use errors::Errors;
pub use profile::{Mixed, MixedBest, MixedChain, Neurons};
pub use solve::{Binding, penalty, penalty64, rational_root, ridgeless};
