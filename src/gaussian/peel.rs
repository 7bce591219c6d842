//! f = s (g + c) with constants s ≠ 0 and c taken off, so that what is proved of g stays proved: zeros, exact forms, parity.
//!
//! H_k(f) = s H_k(g) for k ≥ 1, H_0(f) = s (H_0(g) + c), E f² = s² (E g² + 2c E g + c²), E f′² = s² E g′². A constant c that is
//! by name minus the mean of g makes H_0(f) exactly zero.

use rug::Rational;

use super::closed::Exact;
use super::quantity::{Moment, Quantity};
use crate::activation::{Function, Node, evaluate};
use crate::number::Ball;

/// The constants around g.
#[derive(Clone, Debug)]
pub(super) struct Peel {
    factor: Function,
    shift: Function,
    centred: bool,
}

impl Peel {
    /// Nothing taken off.
    pub(super) fn none() -> Self {
        Self { factor: Function::one(), shift: Function::rational(0), centred: false }
    }

    /// Constant factors of f taken off.
    pub(super) fn factor(f: &Function) -> (Self, Function) {
        let (mut factor, mut rest) = (Function::one(), f.clone());
        loop {
            (factor, rest) = match rest.node() {
                Node::Negate(g) => (-factor, g.clone()),
                Node::Multiply(s, g) | Node::Multiply(g, s) if s.is_constant() && nonzero(s) => (factor * s.clone(), g.clone()),
                Node::Divide(g, s) if s.is_constant() && nonzero(s) => (factor / s.clone(), g.clone()),
                _ => return (Self { factor, ..Self::none() }, rest),
            };
        }
    }

    /// Constant terms of what is left taken off too, and their factors; `unscaled` says that f is meant under N(0, 1).
    pub(super) fn shift(self, rest: &Function, unscaled: bool) -> (Self, Function) {
        let (mut peel, mut rest) = (self, rest.clone());
        while let Some(next) = peel.shift_once(&rest, unscaled) {
            (peel, rest) = next;
        }
        (peel, rest)
    }

    fn shift_once(&self, rest: &Function, unscaled: bool) -> Option<(Self, Function)> {
        let factor = self.factor.clone();
        let (factor, shift, g) = match rest.node() {
            Node::Add(c, g) | Node::Add(g, c) if c.is_constant() => (factor, c.clone(), g.clone()),
            Node::Subtract(g, c) if c.is_constant() => (factor, -c.clone(), g.clone()),
            Node::Subtract(c, g) if c.is_constant() => (-factor, -c.clone(), g.clone()),
            _ => return None,
        };
        let centred = unscaled && !self.is_shifted() && is_mean(&-shift.clone(), &g);
        // the terms before: s (g + b), where g = ±(g′ + c), is ±s (g′ + c ± b)
        let before = if factor == self.factor { self.shift.clone() } else { -self.shift.clone() };
        // s (c + s′ g′) = s s′ (g′ + c/s′)
        let (inner, g) = Self::factor(&g);
        let shift = (shift + before) / inner.factor.clone();
        Some((Self { factor: factor * inner.factor, shift, centred: centred || self.centred }, g))
    }

    /// A level of g taken off too; none where the constant is by name minus the mean of g.
    pub(super) fn with_level(&self, level: &Rational) -> Option<Self> {
        let shift = self.shift.clone() + Function::rational(level.clone());
        (!self.centred).then(|| Self { shift, ..self.clone() })
    }

    /// Whether nothing was taken off.
    pub(super) fn is_none(&self) -> bool {
        self.shift.is_zero() && self.factor.as_rational().is_some_and(|factor| *factor == 1)
    }

    /// Whether a constant term was taken off, so that an odd g gives an f without parity.
    pub(super) fn is_shifted(&self) -> bool {
        !self.shift.is_zero()
    }

    /// H_k(f) from H_k(g).
    pub(super) fn hermite(&self, k: usize, value: &Quantity) -> Quantity {
        if k > 0 || !self.is_shifted() {
            return times(value, &self.factor);
        }
        if self.centred {
            return Quantity::zero(value.ball.bits());
        }
        let bits = value.ball.bits();
        times(&Quantity { ball: &value.ball + &evaluate(&self.shift, &Ball::zero(bits)), exact: None }, &self.factor)
    }

    /// E f² from E g² and E g.
    pub(super) fn second(&self, second: Moment, mean: &Quantity) -> Moment {
        second.map(|second| {
            if !self.is_shifted() {
                return self.squared(&second);
            }
            let c = evaluate(&self.shift, &Ball::zero(second.ball.bits()));
            let cross = &(&mean.ball.shifted(1) + &c) * &c;
            self.squared(&Quantity { ball: &second.ball + &cross, exact: None })
        })
    }

    /// Var f from E g² and E g, which a large constant term does not drown.
    pub(super) fn variance(&self, second: Moment, mean: &Quantity) -> Moment {
        second.map(|second| self.squared(&second.minus(&mean.square())))
    }

    /// E f′² from E g′².
    pub(super) fn energy(&self, energy: Moment) -> Moment {
        energy.map(|energy| self.squared(&energy))
    }

    fn squared(&self, value: &Quantity) -> Quantity {
        times(&times(value, &self.factor), &self.factor)
    }
}

fn nonzero(s: &Function) -> bool {
    evaluate(s, &Ball::zero(128)).sign().is_some_and(std::cmp::Ordering::is_ne)
}

/// Whether the constant is, by its name, the mean of g under N(0, 1).
fn is_mean(constant: &Function, g: &Function) -> bool {
    matches!(constant.node(), Node::Constant(constant) if constant.text == format!("gaussian({g}).mean"))
}

/// A zero stays exact, a factor in the ring of exact forms keeps them, anything else leaves an enclosure.
pub(super) fn times(value: &Quantity, factor: &Function) -> Quantity {
    if let Some(factor) = factor.as_rational() {
        return if *factor == 1 { value.clone() } else { value.times_rational(factor) };
    }
    let bits = value.ball.bits();
    if value.exact.as_ref().is_some_and(super::closed::Exact::is_zero) {
        return Quantity::zero(bits);
    }
    let exact = value.exact.as_ref().zip(Exact::of_constant(factor)).map(|(value, factor)| value * &factor);
    match exact {
        Some(exact) => Quantity::exact(exact, bits),
        None => Quantity { ball: &value.ball * &evaluate(factor, &Ball::zero(bits)), exact: None },
    }
}
