//! FUNCTION → MODEL: one plain struct a constructor of the query language, and one closed enum of them. No formula.
//!
//! A model holds what was typed (activations, ratios, laws of entries) and lists its own fields; what follows from it is the
//! business of [`theory`](crate::theory), how its matrices are drawn that of [`monte_carlo`](crate::monte_carlo).

mod ansatz;
mod conjugate_kernel;
mod covariance;
mod entries;
mod features;
mod field;
mod jacobian;
mod kernel;
mod kinds;
mod label_covariance;
mod matrix;
mod one_step;
mod population;
mod regression;
mod spiked_features;
mod trained;

pub use ansatz::{Ansatz, JointAnsatz, Labels, Readout, Slopes, Spread};
pub use conjugate_kernel::{Columns, ConjugateKernel, KernelInput, LayerData};
pub use covariance::Covariance;
pub use entries::{Entries, EntryLaw};
pub use features::{Bias, Energies, Features};
pub use field::{Field, FieldValue};
pub use jacobian::{Jacobian, Signal, Weights};
pub use kernel::Kernel;
pub use kinds::{Model, Norms, Simulation};
pub use label_covariance::LabelCovariance;
pub use matrix::DataMatrix;
pub use one_step::{DrawnStep, OneStep, Residual, Update};
pub use population::{Atoms, DataInput, EarlierLaw, Population, PowerLaw};
pub use regression::{Eigenfunction, InputAtom, Inputs, Regression};
pub use spiked_features::SpikedFeatures;
pub use trained::Trained;
