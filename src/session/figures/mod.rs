//! Results to figures: plain laws, reports and numbers in, plain pictures out; no query is needed to draw one.

mod alignment;
mod expansion;
mod law;
mod layers;
mod part;
mod propagation;
mod regression;
mod samples;
mod simulation;
mod step;
mod step_simulation;
mod together;
mod training;

pub use alignment::{Started, alignment};
pub use expansion::{Expanded, expansion, sizes_of_coefficients};
pub use law::{coloured_by_mass, law, need_logarithm, over_logarithm};
pub use layers::{Alignments, Layer, with_layers};
pub use part::{Part, StartMeasured, StepMeasured, Views};
pub use propagation::{ByLayer, propagation};
pub use regression::stacked;
pub use samples::{samples, variable};
pub use simulation::{over_data, simulation};
pub use step::{Line, Measured, components, panel, panels, with_bands, with_errors, with_measured, with_places};
pub use step_simulation::step_simulation;
pub use together::together;
pub use training::{Course, Training, training};
