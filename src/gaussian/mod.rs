//! Gaussian data.
mod analysis;
mod cache;
pub mod closed;
pub mod columns;
mod conditional;
mod data;
mod dual;
pub mod endpoint;
pub mod grid;
pub mod growth;
mod half_line;
pub mod legendre;
mod limits;
pub mod means;
mod numeric;
pub mod panels;
mod passage;
mod peel;
mod pieces;
pub mod poles;
pub mod polynomials;
pub mod quadrature;
pub mod rates;
pub mod reflection;
pub mod residues;
mod rough;
pub mod sinh;
mod smoothing;
pub mod stein;
pub mod strip;
pub mod sums;
pub mod tail;

pub use analysis::Analysis;
pub use cache::{Cache, is_closed};
pub use conditional::{Biased, Conditional, Far, Nodes};
pub use data::{Data, Linearity, Moment, Moments, Quantity};
pub use dual::{Route, dual, dual_by};

use crate::number::Stopped;

/// Why Gaussian data cannot be given.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GaussianError {
    /// The integral does not exist, or nothing certain can be said of it; the text names the offending part.
    #[error("{0}")]
    Refused(String),
    /// The stated bound of effort was reached.
    #[error("this would need more than {most} {what}: ask for fewer digits or a lower order")]
    Effort {
        /// The bound.
        most: usize,
        /// What it bounds.
        what: &'static str,
    },
    /// The stated bound of counted effort was reached.
    #[error(
        "{function} was not settled within {millions} million steps of work: it may vary too fast, switch too often or have singular points too near the line"
    )]
    Exhausted {
        /// What was integrated.
        function: String,
        /// The bound.
        millions: u64,
    },
    /// Interrupted, or out of time.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}
