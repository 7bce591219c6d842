//! The law of a covariance weighted by labels, M = (1/n) Σ y_i x_i x_iᵀ (d × d), x ~ N(0, I) and y independent of it in the limit, for
//! labels of either sign: of finitely many values, or of infinitely many ([`Spread`]), which outside the support stand as nodes
//! (docs/mathematics.md, 'Covariances weighted by labels').
//!
//! With ψ = d/n and m = E 1/(z − λ), in the variable τ = 1/(ψ m):
//!
//! z(τ) = τ (ψ + E[y/(τ − y)]),   z′(τ) = ψ − E[y²/(τ − y)²].
//!
//! z′ is concave between two values y ≠ 0, so that the line outside the support is made of one interval, or none, between each two
//! of them; Im τ > 0 picks the physical point. With U = ∫ ln(z − x) dμ,
//! U = (1 − P(y ≠ 0)/ψ) ln τ + (1/ψ) E[1(y ≠ 0) ln(τ − y) + y/(τ − y)], and F = 1 − Im U/π.

mod doubles;
mod gaps;
mod labels;
mod law;
mod spread;
mod table;
mod walk;

pub use gaps::LabelGap;
pub use labels::{LabelAtom, LabelLaw};
pub use law::LabelledLaw;
pub use spread::{LabelPanel, Spread, Touch};
pub use table::LabelTable;
