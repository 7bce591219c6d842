//! Forms of a function that show what it is: its parity, equality up to a normal form, identities that avoid cancellation.
//!
//! `sum` is what a normal form is made of; `normal` brings a tree to it, maxima and minima as in `lattice`, choices as in
//! `steps`; `period` finds periods. Equal forms prove; unequal ones prove nothing.

mod identities;
mod lattice;
mod normal;
mod parity;
mod period;
mod steps;
mod sum;

pub use identities::canonical;
pub use parity::{constant_value, parity};
pub use period::{affine, period};
