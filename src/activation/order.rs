//! The exponent with which a smooth branch vanishes or grows at a point: f behaves like |x − c|^e, up to logarithms.
//!
//! Values at c in balls decide where they are finite and not 0; zeros of analytic parts are counted by derivatives; products,
//! quotients, powers and roots follow the rules of exponents. Where a rule does not know, the bound is pessimistic.

use std::cmp::Ordering;

use super::root::Root;
use super::{Evaluator, Function, Node, Primitive, derivative};
use crate::number::Ball;

/// Precision of the values at the point.
const BITS: u32 = 300;
/// Derivatives tried to count a zero.
const ORDERS: usize = 6;

/// Larger trees are not differentiated once more.
const MOST_NODES: usize = 20_000;

/// f = O(|x − c|^(low − ε)); `exact` when f is not smaller than that either.
#[derive(Clone, Copy)]
struct Order {
    low: f64,
    exact: bool,
}

const BOUNDED: Order = Order { low: 0.0, exact: false };
const REGULAR: Order = Order { low: 0.0, exact: true };
const UNKNOWN: Order = Order { low: f64::NEG_INFINITY, exact: false };

/// A lower bound of the exponent of `branch` at `root`; −∞ where none is known.
pub(super) fn exponent(branch: &Function, root: &Root) -> f64 {
    Local { place: root.refine(BITS) }.order(branch).low
}

/// The order of the zero at `root` of a function analytic there; `None` when it is higher than is tried, or not known.
pub(super) fn multiplicity(f: &Function, root: &Root) -> Option<u32> {
    Local { place: root.refine(BITS) }.multiplicity(f).map(|order| order.low as u32)
}

struct Local {
    place: Ball,
}

impl Local {
    fn value(&self, f: &Function) -> Ball {
        Evaluator::new(f, BITS).value(&self.place)
    }

    fn order(&self, f: &Function) -> Order {
        let value = self.value(f);
        if value.is_finite() && value.sign().is_some_and(Ordering::is_ne) {
            return REGULAR;
        }
        match f.node() {
            Node::X => Order { low: 1.0, exact: true },
            Node::Negate(a) => self.order(a),
            Node::Multiply(a, b) => product(self.order(a), self.order(b)),
            Node::Divide(a, b) => product(self.order(a), inverse(self.order(b))),
            Node::Power(a, b) => self.power(a, b),
            Node::Add(a, b) | Node::Subtract(a, b) => self.sum(f, a, b),
            Node::Apply(primitive, u) => self.apply(f, *primitive, u),
            _ => self.multiplicity(f).unwrap_or(BOUNDED),
        }
    }

    fn power(&self, base: &Function, exponent: &Function) -> Order {
        let order = self.order(base);
        let exponent = self.value(exponent);
        let factor = exponent.to_f64();
        if !exponent.is_finite() {
            UNKNOWN
        } else if factor < 0.0 {
            scaled(inverse(order), -factor)
        } else {
            scaled(order, factor)
        }
    }

    fn sum(&self, f: &Function, a: &Function, b: &Function) -> Order {
        if let Some(order) = self.multiplicity(f) {
            return order;
        }
        let (a, b) = (self.order(a), self.order(b));
        let least = if a.low <= b.low { a } else { b };
        Order { low: least.low, exact: least.exact && (a.low - b.low).abs() > 1e-9 }
    }

    fn apply(&self, f: &Function, primitive: Primitive, u: &Function) -> Order {
        use Primitive::{
            Abs, Acos, Asin, Atan, Cos, Cosh, Erf, Erfc, Exp, Log, NormalCdf, Sigmoid, Sign, Sin, Sinh, Softplus, Sqrt, Step,
            Tan, Tanh,
        };
        let value = self.value(u);
        let vanishes = value.is_finite() && value.contains_zero();
        match primitive {
            Sqrt => scaled(self.order(u), 0.5),
            Abs => self.order(u),
            Sin | Tan | Sinh | Tanh | Atan | Asin | Erf if vanishes => self.order(u),
            Tan => inverse(self.order(&u.apply(Cos))),
            Log if value.is_finite() && !value.contains_zero() => self.order(&(u.clone() - Function::rational(1))),
            Log => Order { low: 0.0, exact: self.order(u).exact },
            Sin | Cos | Atan | Asin | Acos | Tanh | Erf | Erfc | NormalCdf | Sigmoid | Sign | Step => {
                self.multiplicity(f).unwrap_or(BOUNDED)
            }
            Softplus => Order { low: self.order(u).low.min(0.0), exact: false },
            Exp | Sinh | Cosh if value.is_finite() => REGULAR,
            Exp | Sinh | Cosh => UNKNOWN,
        }
    }

    /// The order of a zero of an analytic function, by its derivatives.
    fn multiplicity(&self, f: &Function) -> Option<Order> {
        let mut g = f.clone();
        for order in 0..=ORDERS {
            let value = self.value(&g);
            if !value.is_finite() {
                return None;
            }
            if value.sign().is_some_and(Ordering::is_ne) {
                return Some(Order { low: order as f64, exact: true });
            }
            if g.size() > MOST_NODES {
                return None;
            }
            g = derivative(&g);
        }
        None
    }
}

fn product(a: Order, b: Order) -> Order {
    Order { low: a.low + b.low, exact: a.exact && b.exact }
}

fn scaled(a: Order, factor: f64) -> Order {
    Order { low: a.low * factor, ..a }
}

fn inverse(a: Order) -> Order {
    if a.exact { Order { low: -a.low, exact: true } } else { UNKNOWN }
}
