//! Training of plain networks, and what is measured of them on the way: the neural feature ansatz (Beaglehole, Mitliagkas and
//! Agarwala, arXiv 2402.05271).
//!
//! f(x) = a·φ(W_L … φ(W_1 x)), h_l = W_l x_l, x_(l+1) = φ(h_l), on n samples with the loss (1/2n) Σ (f(x_i) − y_i)². An
//! [`Experiment`] is plain data; [`train`] draws and trains it, and [`Snapshot`]s say what was seen at the steps asked for.
//! q_(l,i) = ∂f(x_i)/∂h_l; K_l = (1/n) Σ q qᵀ, not centred; F_l = W_lᵀ W_l, and G_l = W_lᵀ K_l W_l = (1/n) Σ (∂f/∂x_l)(∂f/∂x_l)ᵀ
//! is the average gradient outer product.

mod correlation;
mod data;
mod experiment;
mod layer;
mod network;
mod optimizer;
mod run;
mod snapshot;
mod teacher;

pub use correlation::{Parts, Undefined, cosine, left_alignment, pearson, shares, span_overlap, trace_centred};
pub use data::{Samples, samples};
pub(super) use data::{labels, quantiles, root};
pub use experiment::{Experiment, Init, Optimizer, default_record};
pub use layer::{LayerMeasures, Measure, measured};
pub use network::{Gradient, Network, Pass};
pub use run::{Trained, estimate, train};
pub use snapshot::Snapshot;
pub use teacher::Teacher;
