//! A signal on its way through a wide network at initialisation: variances and correlations of the pre-activations, layer by layer.
//!
//! h_l = W_l x_{l−1} + b_l, x_l = f(h_l), entries of W_l of variance sigma_w2/N_{l−1}, of b_l of variance sigma_b2 (variances, not
//! standard deviations). q_l is the mean square of h_l, q_1 = sigma_w2 q_0 + sigma_b2, and c_l the correlation of two inputs there.
//! Sources: Poole et al. (1606.05340), Schoenholz et al. (1611.01232), Hayou et al. (1902.06853); proofs in docs/mathematics.md,
//! 'Signal propagation'.
//!
//! 1. [`Nonlinearity`]: what f alone decides, found once whatever the variances are (`nonlinearity`); [`VarianceMap`]:
//!    V(q) = sigma_w2 E f(√q Z)² + sigma_b2, and q_l of every layer (`variance`).
//! 2. All its fixed points with proof: what V does towards 0 and ∞ (`origin`, `falling`, `far` and `majorant`), cells between (`cells`), judged in doubles or
//!    balls (`enclosure`), the list (`fixed`).
//! 3. The correlation map at a fixed point, its fixed point c*, and finite depth (`correlation`; `smooth`, and where f is not: `doubles`,
//!    `hermite`, `near`; `layers`).
//! 4. The edge of chaos, and how fast correlations merge on it (`edge`, `rising`, `merging`).

mod cells;
mod correlation;
mod doubles;
mod edge;
mod enclosure;
mod error;
mod falling;
mod far;
mod fixed;
mod hermite;
mod layers;
mod majorant;
mod merging;
mod near;
mod nonlinearity;
mod origin;
mod rising;
mod scale;
mod smooth;
mod variance;

pub use correlation::{Correlation, Extent, Number, Phase, Precision, Propagation, propagation};
pub use edge::{Edge, EdgePoint};
pub use error::PropagationError;
pub use fixed::{FixedPoint, FixedPoints};
pub use layers::{Layer, layers};
pub use merging::Merging;
pub use nonlinearity::Nonlinearity;
pub use scale::scale;
pub use variance::VarianceMap;
