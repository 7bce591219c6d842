//! Results to figures: plain laws, reports and numbers in, plain pictures out; no query is needed to draw one.

mod expansion;
mod law;
mod samples;
mod simulation;

pub use expansion::{Expanded, expansion, sizes_of_coefficients};
pub use law::{coloured_by_mass, law, over_logarithm};
pub use samples::{samples, variable};
pub use simulation::{Figures, simulation};
