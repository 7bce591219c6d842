//! The witness: finite random networks drawn at random, and the eigenvalues they have.
//!
//! This room knows nothing of the theory. Every model is an [`Ensemble`]: whole [`Sizes`] for an n, and a draw that returns
//! plain data, [`Draw`]: sorted eigenvalues, their overlaps with reference vectors, named scalars. [`ensemble`] makes one of a
//! [`model`](crate::model), whose activation it takes as a black box on doubles; it shares no formula, constant or
//! normalisation helper with the rooms that predict, so that a factor wrong on one side shows in the comparison. It prints
//! nothing: progress goes through a callback, and a flag stops it at once. Draws can be written and read back (serde), so that they may
//! be judged elsewhere and later than they were made.

mod abandon;
mod ansatz;
mod axes;
mod conjugate;
mod covariance;
mod cycles;
mod decomposition;
mod draw;
mod early_time;
mod ensemble;
mod error;
mod features;
mod forward;
mod gram;
mod jacobian;
mod kernel;
mod labelled;
mod leading;
mod normalised;
mod of_model;
mod one_step;
mod one_step_data;
mod one_step_features;
mod one_step_gradient;
mod one_step_strength;
mod population;
mod regression;
mod replicates;
mod ridge;
mod sampler;
mod signals;
mod singular;
mod sizes;
mod slope;
pub mod spectra;
mod sphere;
mod spiked;
mod streams;
mod trained;
pub mod training;
mod tridiagonal;
mod wide;

pub use axes::AxisDesign;
pub use conjugate::ConjugateKernels;
pub use covariance::CovarianceMatrices;
pub use cycles::cycle_averages;
pub use draw::{Draw, Overlap, Spectrum};
pub use early_time::{EarlyTime, Labels, Start};
pub use ensemble::Ensemble;
pub use error::SimulationError;
pub use features::FeatureMatrices;
pub use forward::{Forward, Measurement};
pub use gram::{activate, eigenvalues, smaller_gram};
pub use jacobian::Jacobians;
pub use kernel::LayeredKernels;
pub use labelled::LabelledCovariances;
pub use of_model::{ensemble, feature_matrices};
pub use one_step::OneStepNetworks;
pub use regression::Regressions;
pub use replicates::{Run, replicates};
pub use sampler::Sampler;
pub use sizes::{ENTRIES_BOUND, Sizes};
pub use sphere::SphereRegressions;
pub use spiked::SpikedRegressions;
pub use streams::{Matrix, Trial};
pub use trained::TrainedLayers;
