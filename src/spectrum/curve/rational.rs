//! The rational curve of the law of `features` (Pennington and Worah 2017; docs/mathematics.md, equation (1)), over any
//! [`Ring`].
//!
//! With γ = n₁/m, c = θ₂/ψ, δ = θ₁ − θ₂:
//!
//! R(q) = δ + θ₂/(1 − c q),   u = 1 + q R,   U = 1 + γ q R,   z = u U/q,   m = −q/U = −u/z,   w = 1/q + R
//!
//! where m(z) = E 1/(λ − z) per eigenvalue of M = Y Yᵀ/m (n₁ × n₁). z → ∞ is q → 0. For Im z > 0 the physical point is the
//! only one with Im q < 0 and Im w > 0.

use super::shape::Shape;
use crate::number::{Polynomial, Ring};

/// The four constants of the curve.
#[derive(Clone, Debug)]
pub struct Curve<T> {
    /// θ₁ − θ₂.
    pub delta: T,
    /// θ₂.
    pub theta2: T,
    /// θ₂/ψ = θ₂ n₁/n₀.
    pub c: T,
    /// φ/ψ = n₁/m.
    pub gamma: T,
}

impl<T: Ring> Curve<T> {
    /// The same curve over another ring.
    #[must_use]
    pub fn map<S>(&self, map: impl Fn(&T) -> S) -> Curve<S> {
        Curve { delta: map(&self.delta), theta2: map(&self.theta2), c: map(&self.c), gamma: map(&self.gamma) }
    }

    /// s = 1 − c q.
    #[must_use]
    pub fn s(&self, q: &T) -> T {
        q.integer(1).minus(&self.c.times(q))
    }

    /// R(q) = δ + θ₂/(1 − c q), the R-transform of the population law.
    #[must_use]
    pub fn r(&self, q: &T) -> T {
        self.delta.plus(&self.theta2.over(&self.s(q)))
    }

    /// u = 1 + q R = −z m.
    #[must_use]
    pub fn u(&self, q: &T) -> T {
        q.integer(1).plus(&q.times(&self.r(q)))
    }

    /// U = 1 + γ q R = −z m̃, with m̃ the transform of the companion law (of Yᵀ Y/m).
    #[must_use]
    pub fn companion_u(&self, q: &T) -> T {
        q.integer(1).plus(&self.gamma.times(&q.times(&self.r(q))))
    }

    /// w = 1/q + R(q) = −1/m̃.
    #[must_use]
    pub fn w(&self, q: &T) -> T {
        q.inverse().plus(&self.r(q))
    }

    /// m = −q/U.
    #[must_use]
    pub fn m(&self, q: &T) -> T {
        q.integer(0).minus(&q.over(&self.companion_u(q)))
    }

    /// z(q) = u U/q.
    #[must_use]
    pub fn z(&self, q: &T) -> T {
        self.u(q).times(&self.companion_u(q)).over(q)
    }

    /// z(q) and z′(q).
    #[must_use]
    pub fn z_and_slope(&self, q: &T) -> (T, T) {
        let one = q.integer(1);
        let inverse_s = self.s(q).inverse();
        let pole = self.theta2.times(&inverse_s);
        let growth = q.times(&self.delta.plus(&pole));
        let u = one.plus(&growth);
        let companion = one.plus(&self.gamma.times(&growth));
        let du = self.delta.plus(&pole.times(&inverse_s));
        let inverse_q = q.inverse();
        let z = u.times(&companion).times(&inverse_q);
        let slope = du.times(&companion.plus(&self.gamma.times(&u)));
        (z.clone(), slope.minus(&z).times(&inverse_q))
    }

    /// s² − θ₂ c q², positive exactly where the inner map w(q) decreases: with z′(q) < 0 it says that a real q is physical.
    #[must_use]
    pub fn inner_sign(&self, q: &T) -> T {
        let s = self.s(q);
        s.times(&s).minus(&self.theta2.times(&self.c).times(&q.times(q)))
    }

    /// (A, B) with z = A/B: A = (s u)(s U) and B = q s², without common factors and without leading zeros, for θ₁ = 1.
    #[must_use]
    pub fn fraction(&self, shape: Shape) -> (Polynomial<T>, Polynomial<T>) {
        let (v, companion) = self.numerators(shape);
        let s = self.s_polynomial(shape);
        let zero = self.c.integer(0);
        let q = Polynomial::new(vec![zero, self.c.integer(1)]);
        (v.times(&companion), q.times(&s.times(&s)))
    }

    /// The polynomial whose roots are the finite critical points of z(q), θ₁ = 1. When γ = 1 (`square`), where z = u²/q, the
    /// roots of u, which all lie over z = 0, are left out.
    #[must_use]
    pub fn critical(&self, shape: Shape, square: bool) -> Polynomial<T> {
        let (v, companion) = self.numerators(shape);
        let s = self.s_polynomial(shape);
        let (zero, one) = (self.c.integer(0), self.c.integer(1));
        let q = Polynomial::new(vec![zero.clone(), one.clone()]);
        let weight = match shape {
            Shape::Isotropic => Polynomial::new(vec![one]),
            _ => Polynomial::new(vec![one, zero.minus(&self.c.times(&self.c.integer(3)))]),
        };
        let product = v.times(&companion);
        let (numerator, factor) = if square { (&v, 2) } else { (&product, 1) };
        let slope = numerator.derivative().map(|a| a.times(&a.integer(factor)));
        numerator.times(&weight).minus(&slope.times(&q).times(&s))
    }

    /// The same polynomial in s = 1 − c q, up to a factor, for the general law: c s u = θ₂ + (c + δ − θ₂) s − δ s² and likewise U.
    #[must_use]
    pub fn critical_near_pole(&self, square: bool) -> Polynomial<T> {
        let number = |value: i64| self.c.integer(value);
        let scaled = |factor: &T| {
            let growth = |value: &T| value.times(factor);
            let middle = self.c.plus(&growth(&self.delta.minus(&self.theta2)));
            Polynomial::new(vec![growth(&self.theta2), middle, number(0).minus(&growth(&self.delta))])
        };
        let (v, companion) = (scaled(&number(1)), scaled(&self.gamma));
        let (numerator, factor) = if square { (v, 2) } else { (v.times(&companion), 1) };
        // N (3 s − 2) + factor·N′ (s − s²), coefficient by coefficient: where two of them cancel nothing is left of their errors
        let n = &numerator.coefficients;
        let term = |factor: i64, k: Option<usize>| match k.and_then(|k| n.get(k)) {
            Some(value) if factor != 0 => value.times(&number(factor)),
            _ => number(0),
        };
        let coefficient = |k: usize| {
            let order = factor * k as i64;
            term(order - 2, Some(k)).plus(&term(3 + factor - order, k.checked_sub(1)))
        };
        Polynomial::new((0..=n.len()).map(coefficient).collect())
    }

    /// s u and s U as polynomials in q, with θ₁ = 1.
    pub(crate) fn numerators(&self, shape: Shape) -> (Polynomial<T>, Polynomial<T>) {
        let one = self.c.integer(1);
        let (a, b) = (one.minus(&self.c), self.gamma.minus(&self.c));
        let quadratic = one.integer(0).minus(&self.delta.times(&self.c));
        match shape {
            Shape::Null | Shape::Isotropic => {
                (Polynomial::new(vec![one.clone(), one.clone()]), Polynomial::new(vec![one, self.gamma.clone()]))
            }
            Shape::Linear => (Polynomial::new(vec![one.clone(), a]), Polynomial::new(vec![one, b])),
            Shape::General => {
                let companion = quadratic.times(&self.gamma);
                (Polynomial::new(vec![one.clone(), a, quadratic]), Polynomial::new(vec![one, b, companion]))
            }
        }
    }

    fn s_polynomial(&self, shape: Shape) -> Polynomial<T> {
        let one = self.c.integer(1);
        match shape {
            Shape::Null | Shape::Isotropic => Polynomial::new(vec![one]),
            _ => Polynomial::new(vec![one, self.c.integer(0).minus(&self.c)]),
        }
    }
}
