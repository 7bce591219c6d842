//! 1 − u² and its root, which vanish at the ends of the domain of arcsin and arccos, without cancellation.

use super::function::{Function, Node};
use super::primitive::Primitive::{Abs, Cos, Erf, Erfc, Sigmoid, Sin, Sqrt, Tanh};
use super::simplify::simplified;

/// 1 − u², for the ends of the domain of arcsin and arccos.
pub fn one_minus_square(u: &Function) -> Function {
    match u.node() {
        Node::Apply(Tanh, w) => {
            let twice = Function::rational(2) * w.clone();
            Function::rational(4) * twice.apply(Sigmoid) * (-twice).apply(Sigmoid)
        }
        Node::Apply(Erf, w) => w.apply(Erfc) * (-w.clone()).apply(Erfc),
        Node::Apply(Sin, w) => w.apply(Cos).powi(2),
        Node::Apply(Cos, w) => w.apply(Sin).powi(2),
        _ => Function::one() - u.powi(2),
    }
}

/// √(1 − u²), for the derivatives of arcsin and arccos: far out it keeps its size where u = p/q tends to ±1.
pub(super) fn root_of_one_minus_square(u: &Function) -> Function {
    let Node::Divide(p, q) = u.node() else { return one_minus_square(u).apply(Sqrt) };
    if let Node::Apply(Sqrt, square) = q.node() {
        return simplified(&(square.clone() - p.powi(2))).apply(Sqrt) / q.clone();
    }
    if q.is_constant() {
        return one_minus_square(u).apply(Sqrt);
    }
    let factors = simplified(&(q.clone() - p.clone())) * simplified(&(q.clone() + p.clone()));
    factors.apply(Sqrt) / q.apply(Abs)
}
