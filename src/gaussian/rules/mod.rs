//! The quadrature rules: certified sums over nodes for E f He_k, E f² and E f′², by one [`Request`].
//!
//! [`integrals`] chooses (`quadrature`). Smooth functions on the whole line: `poles`, `laurent` and `residues` correct the trapezoid
//! (`corrected`); `strip` and `sinh` certify it without a list of poles (`trapezoid`); its nodes are summed by `grid`. Between
//! breakpoints: `panels` with the tables of `legendre` (`pieces`), doubles far out (`rough`), and x = c ± e^(−u) next to a singular
//! end (`endpoint`); these nodes are summed by `sums`. All of them evaluate f in `columns`.
//!
//! At all scales σ of an octave from one set of nodes (`comb`): `octave` on the whole line with `nodes`, and `mehler` for pairs; `segments` between
//! breakpoints (`pieced`), and `tensor` for pairs. `nearer` and `size` keep their errors relative at scales of any size.

pub(super) mod columns;
mod comb;
mod corrected;
mod endpoint;
mod grid;
mod halving;
mod laurent;
mod legendre;
mod mehler;
mod nearer;
mod nodes;
mod octave;
pub(super) mod panels;
mod pieced;
mod pieces;
mod poles;
mod quadrature;
mod request;
mod residues;
mod rough;
mod segments;
mod sinh;
mod size;
pub(super) mod strip;
mod sums;
mod tensor;
mod trapezoid;

pub use comb::Comb;
pub(super) use corrected::by_poles;
pub use grid::{Map, Rule, on_grid};
pub use legendre::{Legendre, legendre};
pub(super) use pieces::on_panels;
pub use poles::{Pole, is_meromorphic, meromorphic_form, poles};
pub use quadrature::integrals;
pub use request::Request;
pub use residues::corrections;
pub use sums::Sums;
