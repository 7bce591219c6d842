//! The cofactor q(t) = g(c + t)/tᵐ of a zero of g of order m at c, and its derivatives: analytic where g is, at t = 0 too.
//!
//! By Taylor's formula with the remainder as an integral, q⁽ʲ⁾(t) = ∫₀¹ m (1 − s)^{m−1} s^j g^{(m+j)}(c + st) ds / m!, which lies
//! in every convex set that holds j! g^{(m+j)}/(m + j)! on the segment from c to c + t: the slope. Away from 0 the quotient is
//! sharper.

use std::any::Any;
use std::sync::{Arc, OnceLock};

use rug::{Integer, Rational};

use super::derivative::derivative;
use super::function::{Cofactor, Function, Node, Quotient};

impl Cofactor {
    /// The cofactor at `zero`, a constant, of a g that vanishes there at least to that order and is analytic there.
    pub(in crate::activation) fn new(g: &Function, zero: Function, order: u32) -> Self {
        let mut slope = g.clone();
        let mut factorial = Integer::from(1);
        for k in 1..=order {
            slope = derivative(&slope);
            factorial *= k;
        }
        if factorial != 1 {
            slope = Function::rational(Rational::from((1, factorial))) * slope;
        }
        let numerator = g.clone();
        Self(Arc::new(Quotient { numerator, zero, order, derivatives: 0, slope, kept: OnceLock::new() }))
    }

    /// Its value at `t`; a constant where g is a multiple of (x − c)^m.
    pub(in crate::activation) fn at(self, t: Function) -> Function {
        if self.0.slope.is_constant() { self.0.slope.clone() } else { Node::Cofactor(self, t).into() }
    }

    /// Its derivative: with h/tⁿ, ((x − c) h′ − n h)/t^{n+1}.
    pub(super) fn derivative(&self) -> Self {
        let Quotient { numerator, zero, order, derivatives, slope, .. } = &*self.0;
        let lead = self.offset() * derivative(numerator) - Function::rational(*order) * numerator.clone();
        let ratio = Function::rational(Rational::from((derivatives + 1, order + 1)));
        Self(Arc::new(Quotient {
            numerator: lead,
            zero: zero.clone(),
            order: order + 1,
            derivatives: derivatives + 1,
            slope: ratio * derivative(slope),
            kept: OnceLock::new(),
        }))
    }

    /// h with the value h(c + t)/t^order.
    #[must_use]
    pub fn numerator(&self) -> &Function {
        &self.0.numerator
    }

    /// The power of t in the denominator.
    #[must_use]
    pub fn order(&self) -> u32 {
        self.0.order
    }

    /// c, a constant.
    pub(in crate::activation) fn zero(&self) -> &Function {
        &self.0.zero
    }

    /// The function whose values on the segment from c to c + t have the cofactor's value in their convex hull.
    pub(in crate::activation) fn slope(&self) -> &Function {
        &self.0.slope
    }

    /// x − c.
    #[must_use]
    pub fn offset(&self) -> Function {
        Function::x() - self.0.zero.clone()
    }

    /// h(c + t)/t^order written out.
    #[must_use]
    pub fn quotient(&self, t: &Function) -> Function {
        self.numerator_at(t) / t.power(&Function::rational(self.0.order))
    }

    /// h(c + t).
    #[must_use]
    pub fn numerator_at(&self, t: &Function) -> Function {
        if *t == self.offset() {
            return self.0.numerator.clone();
        }
        self.0.numerator.substitute(&(self.0.zero.clone() + t.clone()))
    }

    /// What evaluation keeps beside the cofactor, made when it is first asked for.
    pub(in crate::activation) fn kept<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> &T {
        let kept = self.0.kept.get_or_init(|| Box::new(make()));
        kept.downcast_ref().expect("one type of thing is kept")
    }
}
