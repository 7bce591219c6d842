//! MODEL → ANSWERS: what the theory says of a model: its law, its outliers, what stands in the way of isospectrality, and what
//! a check compares.
//!
//! [`of`] turns a model into [`Answers`]: it does the Gaussian work once and knows then which law the model has. What decides
//! that is the data, not the constructor: features with a bias whose activation is affine, or one layer of a kernel without a
//! bias, lie on the curve and are certified like plain features. Every question has one default, a refusal that names the
//! models which answer; a new model is a file with its own `impl Answers`, a row in [`KINDS`] and an arm in [`of`].
//!
//! The room prints nothing and knows no text of a query. It is given [`Work`]: bits, digits, a job, Gaussian data found before,
//! and a place to leave [`Doubt`]s. It returns enclosures or asks for more bits; [`numbers`] is the loop that raises them for a
//! caller without a session. Whether a mean, a linear part or a curvature is zero is decided in one function (`zero`).

mod alignment;
mod ansatz;
mod ansatz_curves;
mod ansatz_data;
mod ansatz_prediction;
mod answers;
mod averages;
mod blurred;
mod cache;
mod conjugate;
mod conjugate_data;
mod conjugate_finite;
mod conjugate_prediction;
mod covariance;
mod doubt;
mod energies;
mod equality;
mod error;
mod estimated;
mod exponents;
mod features;
mod features_finite;
mod finite_size;
mod gegenbauer;
mod gegenbauer_pieces;
mod given;
mod jacobian;
mod jacobian_nodes;
mod jacobian_panels;
mod jacobian_slopes;
mod jacobian_supremum;
mod jacobian_zeros;
mod kernel;
mod label_covariance;
mod label_nodes;
mod label_panels;
mod label_values;
mod label_zeros;
mod network;
mod norm_vector;
mod numbers;
mod one_step;
mod one_step_critical;
mod one_step_curves;
mod one_step_data;
mod one_step_draws;
mod one_step_error;
mod one_step_finite;
mod one_step_finite_prediction;
mod one_step_given;
mod one_step_neglected;
mod one_step_norms;
mod one_step_prediction;
mod one_step_scatter;
mod population;
mod power_law;
mod prediction;
mod quadrature;
mod ranks;
mod regression;
mod regression_curves;
mod regression_data;
mod regression_prediction;
mod regression_profile;
mod regression_sphere;
mod spiked;
mod spiked_prediction;
mod table;
mod trained;
mod trained_step;
mod uninformative;
mod work;
mod zero;

pub use crate::learning::growing::degree;
pub use alignment::{Alignment, AlignmentRegime};
pub use ansatz_curves::{AlignmentCurves, StartPoint, Varied};
pub use answers::{
    Answers, KINDS, Kind, LayerLaw, LayerScales, LayerUnder, Obstruction, Origin, Question, Spike, SpikeLayer, SpikePart, Thetas,
    of,
};
pub use averages::gradient_energy;
pub use cache::Cache;
pub use conjugate_data::refuse_unnormalised;
pub use doubt::{Doubt, Doubts};
pub use energies::{CurveData, admit};
pub use equality::equal;
pub use error::TheoryError;
pub use exponents::{Exponents, Generative, Transformation, exponents, exponents_of_several};
pub use numbers::numbers;
pub use one_step::{Baselines, ErrorRow, MOST_DEGREE, OneStepAnswers, Regime};
pub use one_step_finite::{EstimatedSpike, FiniteSpikes};
pub use population::{drawable, law_as_population, mean};
pub use prediction::{law_prediction, predict, predictions};
pub use regression::{BestRidge, RidgeErrors, RidgeParts};
pub use regression_curves::{ErrorParts, RidgeCurves};
pub use table::table;
pub use trained::has_gradient;
pub use work::Work;
pub use zero::{count_as_zero, is_zero, real, sign};
