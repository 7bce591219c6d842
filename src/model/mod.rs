//! Models: one plain struct a constructor of the query language, with its ratios, and no formula.

mod features;
mod kernel;

pub use features::{Bias, Energies, Entries, Features};
pub use kernel::Kernel;
