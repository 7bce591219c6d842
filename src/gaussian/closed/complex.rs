//! Pairs re + i·im over the two kinds of real number that the recursion runs in: closed forms and balls.

use rug::Rational;

use super::exact::Exact;
use super::monomial::{Atom, Monomial};
use crate::number::Ball;

/// A commutative ring of real numbers with an exact zero.
pub(super) trait Real: Clone {
    fn plus(&self, other: &Self) -> Self;
    fn times(&self, other: &Self) -> Self;
    fn scaled(&self, factor: i64) -> Self;
    fn is_nothing(&self) -> bool;
    /// Adds in place.
    fn add(&mut self, other: Self) {
        *self = self.plus(&other);
    }
    /// Adds a product in place.
    fn add_product(&mut self, a: &Self, b: &Self) {
        *self = self.plus(&a.times(b));
    }
    /// Multiplies in place.
    fn multiply(&mut self, factor: &Self) {
        *self = self.times(factor);
    }
    /// He_0(x) … He_{count−1}(x).
    fn hermite(&self, count: usize) -> Vec<Self>;
}

/// u_0 = 1, u_1 = x, u_{k+1} = x u_k − k u_{k−1}, with `next` for the last.
fn hermite<T: Clone>(one: T, x: &T, count: usize, next: impl Fn(&T, &T, i64) -> T) -> Vec<T> {
    let mut values = vec![one, x.clone()];
    for k in 1..count.max(2) - 1 {
        values.push(next(&values[k], &values[k - 1], k as i64));
    }
    values.truncate(count);
    values
}

impl Real for Exact {
    fn plus(&self, other: &Self) -> Self {
        self + other
    }
    fn times(&self, other: &Self) -> Self {
        self * other
    }
    fn scaled(&self, factor: i64) -> Self {
        match factor {
            1 => self.clone(),
            -1 => -self,
            _ => self.scaled(&Rational::from(factor)),
        }
    }
    fn is_nothing(&self) -> bool {
        self.is_zero()
    }
    fn add(&mut self, other: Self) {
        self.add(other);
    }
    fn add_product(&mut self, a: &Self, b: &Self) {
        self.add_product(a, b);
    }
    fn multiply(&mut self, factor: &Self) {
        match factor.rational() {
            Some(factor) => self.scale(factor),
            None => *self = &*self * factor,
        }
    }
    fn hermite(&self, count: usize) -> Vec<Self> {
        if let Some(x) = self.as_rational() {
            let next = |now: &Rational, before: &Rational, k: i64| Rational::from(&x * now) - Rational::from(before * k);
            return hermite(Rational::from(1), &x, count, next).into_iter().map(Self::from).collect();
        }
        hermite(Self::one(), self, count, |now, before, k| &(self * now) + &Real::scaled(before, -k))
    }
}

impl Real for Ball {
    fn plus(&self, other: &Self) -> Self {
        self + other
    }
    fn times(&self, other: &Self) -> Self {
        self * other
    }
    fn scaled(&self, factor: i64) -> Self {
        self * &Self::integer(factor, self.bits())
    }
    fn is_nothing(&self) -> bool {
        self.is_exact_zero()
    }
    fn hermite(&self, count: usize) -> Vec<Self> {
        hermite(Self::integer(1, self.bits()), self, count, |now, before, k| self * now - before.scaled(k))
    }
}

/// re + i·im.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Complex<T> {
    pub re: T,
    pub im: T,
}

impl<T: Real> Complex<T> {
    pub(super) fn plus(&self, other: &Self) -> Self {
        Self { re: self.re.plus(&other.re), im: self.im.plus(&other.im) }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.re.add(other.re);
        self.im.add(other.im);
    }

    pub(super) fn add_product(&mut self, a: &Self, b: &Self) {
        if a.im.is_nothing() && b.im.is_nothing() {
            self.re.add_product(&a.re, &b.re);
        } else {
            self.add(a.times(b));
        }
    }

    /// Adds r·z for a real r.
    pub(super) fn add_stretched(&mut self, z: &Self, factor: &T) {
        self.re.add_product(&z.re, factor);
        if !z.im.is_nothing() {
            self.im.add_product(&z.im, factor);
        }
    }

    /// Multiplies by a real in place.
    pub(super) fn stretch(&mut self, factor: &T) {
        self.re.multiply(factor);
        if !self.im.is_nothing() {
            self.im.multiply(factor);
        }
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        if other.im.is_nothing() {
            return self.stretched(&other.re);
        }
        if self.im.is_nothing() {
            return other.stretched(&self.re);
        }
        let minus = self.im.times(&other.im).scaled(-1);
        let re = self.re.times(&other.re).plus(&minus);
        Self { re, im: self.re.times(&other.im).plus(&self.im.times(&other.re)) }
    }

    /// r·z for a real r.
    pub(super) fn stretched(&self, factor: &T) -> Self {
        let im = if self.im.is_nothing() { self.im.clone() } else { self.im.times(factor) };
        Self { re: self.re.times(factor), im }
    }

    pub(super) fn scaled(&self, factor: i64) -> Self {
        let im = if self.im.is_nothing() { self.im.clone() } else { self.im.scaled(factor) };
        Self { re: self.re.scaled(factor), im }
    }

    pub(super) fn minus(&self, other: &Self) -> Self {
        self.plus(&other.scaled(-1))
    }
}

impl From<Exact> for Complex<Exact> {
    fn from(re: Exact) -> Self {
        Self { re, im: Exact::zero() }
    }
}

impl Complex<Exact> {
    pub(super) fn i() -> Self {
        Self { re: Exact::zero(), im: Exact::one() }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.re.is_zero() && self.im.is_zero()
    }

    pub(super) fn conj(&self) -> Self {
        Self { re: self.re.clone(), im: -&self.im }
    }

    /// The real part of a number whose imaginary part is zero.
    pub(super) fn real(&self) -> Option<&Exact> {
        self.im.is_zero().then_some(&self.re)
    }

    pub(super) fn exp(&self) -> Self {
        let size = self.re.exp();
        if self.im.is_zero() {
            return size.into();
        }
        Self { re: &size * &self.im.cos(), im: &size * &self.im.sin() }
    }

    pub(super) fn inverse(&self) -> Option<Self> {
        let norm = &(&self.re * &self.re) + &(&self.im * &self.im);
        Some(self.conj().stretched(&norm.inverse()?))
    }

    /// erf z, reduced to the closed upper right quadrant by erf(−z) = −erf z and erf z̄ = conj(erf z).
    pub(super) fn erf(&self) -> Option<Self> {
        if self.im.is_zero() {
            return Some(self.re.erf().into());
        }
        if self.im.sign()?.is_lt() {
            return Some(self.conj().erf()?.conj());
        }
        if self.re.sign()?.is_lt() {
            return Some(self.conj().scaled(-1).erf()?.conj().scaled(-1));
        }
        let part = |atom| Exact::term(Monomial::atom(atom), Rational::from(1));
        let im = part(Atom::ErfIm(self.re.clone(), self.im.clone()));
        let re = if self.re.is_zero() { Exact::zero() } else { part(Atom::ErfRe(self.re.clone(), self.im.clone())) };
        Some(Self { re, im })
    }

    /// Φ(z) = (1 + erf(z/√2))/2.
    pub(super) fn normal_cdf(&self) -> Option<Self> {
        if let Some(real) = self.real() {
            return Some(real.normal_cdf().into());
        }
        let half = Rational::from((1, 2));
        let erf = self.stretched(&Exact::root(2).scaled(&half)).erf()?;
        Some(Self { re: (&erf.re + &Exact::one()).scaled(&half), im: erf.im.scaled(&half) })
    }
}
