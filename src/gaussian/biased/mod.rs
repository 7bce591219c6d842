//! Gaussian data given a bias: averages over it and values at its nodes (`conditional`, by `smoothing`), and what is proved of the
//! conditional variance far out (`tails`).

mod conditional;
mod smoothing;
mod tails;

pub use conditional::{Biased, Conditional, Far, Nodes};
pub use tails::{VarianceTails, variance_tails};
