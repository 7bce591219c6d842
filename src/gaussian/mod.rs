//! Gaussian data.
pub mod legendre;
pub mod panels;
pub mod strip;
pub mod sums;
pub mod tail;
