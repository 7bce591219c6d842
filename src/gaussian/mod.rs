//! Gaussian data.
pub mod legendre;
pub mod panels;
pub mod poles;
pub mod residues;
pub mod strip;
pub mod sums;
pub mod tail;
