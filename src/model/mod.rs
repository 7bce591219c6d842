//! Models: one plain struct a constructor of the query language, with its ratios, and no formula.

mod features;

pub use features::{Energies, Entries, Features};
