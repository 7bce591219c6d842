//! A function at one point: whether it vanishes there, to what order, and whether it is analytic.
//!
//! What cannot be told from 0 with [`DECIDING_BITS`](super::root::DECIDING_BITS) bits counts as 0, which the place remembers.

use std::cmp::Ordering;

use super::choice::{demands, own_demand, switch};
use super::probe::Probe;
use super::root::Root;
use crate::activation::evaluate::DOUBLE_BITS;
use crate::activation::tree::lower::MAX_SIZE;
use crate::activation::tree::{Function, Node, derivative};

/// Derivatives tried at a zero.
pub(super) const ORDERS: usize = 6;

/// Whether f cannot be told from 0 at the point.
pub(super) fn vanishes(f: &Function, place: &Root) -> bool {
    place.sign_of(&Probe::new(f)).is_none_or(Ordering::is_eq)
}

/// Whether the root node, its operands being analytic at the point, is so too.
pub(super) fn keeps(f: &Function, place: &Root) -> bool {
    if let Node::Cofactor(cofactor, t) = f.node() {
        return demands(&cofactor.numerator_at(t)).iter().all(|demand| !vanishes(&demand.switch, place));
    }
    if let Some(switch) = switch(f) {
        return !vanishes(&switch, place);
    }
    own_demand(f).is_none_or(|demand| !vanishes(&demand.switch, place))
}

/// The order of the zero of a function that is analytic there; `None` when it is higher than is tried, or not known.
pub(super) fn multiplicity(f: &Function, place: &Root) -> Option<u32> {
    let mut g = f.clone();
    for order in 0..=ORDERS as u32 {
        let probe = Probe::new(&g);
        if !probe.value(&place.refine(DOUBLE_BITS)).is_finite() {
            return None;
        }
        if place.sign_of(&probe).is_some_and(Ordering::is_ne) {
            return Some(order);
        }
        // a larger tree is not differentiated once more
        if g.size() > MAX_SIZE {
            return None;
        }
        g = derivative(&g);
    }
    None
}
