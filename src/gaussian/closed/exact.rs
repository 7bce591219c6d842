//! Real numbers in closed form: rational combinations of monomials √n · π^(k/2) · e^E · (Φ, arcsin, cos, … at such numbers).
//!
//! Every operation returns a normal form, so that equal things compare equal in the common cases: square roots of integers
//! are reduced, exponentials merged, products of cosines and sines made linear, Φ(−c) = 1 − Φ(c), the density of N(0, 1) is
//! written e^(−c²/2)/√(2π). An empty normal form is a proof of zero; a non-empty one proves nothing (balls separate from
//! zero). Arguments of e^·, Φ, arcsin, cos and sin are again numbers of this ring.

use std::cmp::Ordering;
use std::sync::{Arc, LazyLock};

use rug::{Integer, Rational};

use super::monomial::{Atom, Monomial};
use super::values::Values;
use crate::gaussian::polynomials::power;
use crate::number::Ball;

/// Largest prime tried when square factors are taken out of an integer under a root.
const LARGEST_FACTOR: u32 = 5_000;

/// Precisions tried when a sign is decided.
const SIGN_BITS: [u32; 4] = [64, 256, 1024, 8192];

/// The monomial 1, shared by all rational numbers.
static ONE: LazyLock<Arc<Monomial>> = LazyLock::new(|| Arc::new(Monomial::one()));

/// A monomial, shared between the numbers that hold it, and its coefficient.
pub(super) type Term = (Arc<Monomial>, Rational);

/// A real number in closed form.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact {
    /// Sorted by monomial, coefficients not zero.
    pub(super) terms: Vec<Term>,
}

impl From<Rational> for Exact {
    fn from(value: Rational) -> Self {
        if value.is_zero() { Self::zero() } else { Self { terms: vec![(Arc::clone(&ONE), value)] } }
    }
}

impl From<i64> for Exact {
    fn from(value: i64) -> Self {
        Rational::from(value).into()
    }
}

impl Exact {
    /// Zero.
    #[must_use]
    pub fn zero() -> Self {
        Self::default()
    }

    /// One.
    #[must_use]
    pub fn one() -> Self {
        1.into()
    }

    /// π.
    #[must_use]
    pub fn pi() -> Self {
        Self::term(Monomial { half_pi: 2, ..Monomial::one() }, Rational::from(1))
    }

    pub(super) fn term(monomial: Monomial, coefficient: Rational) -> Self {
        if coefficient.is_zero() {
            return Self::zero();
        }
        let monomial = if monomial.is_one() { Arc::clone(&ONE) } else { Arc::new(monomial) };
        Self { terms: vec![(monomial, coefficient)] }
    }

    /// The sum of the terms, in normal form.
    pub(super) fn collect(mut terms: Vec<Term>) -> Self {
        if terms.len() < 2 {
            return Self { terms };
        }
        terms.sort_by(|a, b| a.0.cmp(&b.0));
        let mut merged: Vec<Term> = Vec::with_capacity(terms.len());
        for (monomial, coefficient) in terms {
            match merged.last_mut() {
                Some(last) if last.0 == monomial => last.1 += coefficient,
                _ => merged.push((monomial, coefficient)),
            }
        }
        merged.retain(|(_, coefficient)| !coefficient.is_zero());
        Self { terms: merged }
    }

    /// Bits of the largest coefficient beyond those of 1.
    pub(super) fn height(&self) -> u32 {
        let bits = |value: &Rational| value.numer().significant_bits() + value.denom().significant_bits() - 2;
        self.terms.iter().map(|(_, coefficient)| bits(coefficient)).max().unwrap_or(0)
    }

    /// The monomials whose powers never return to the rationals.
    pub(super) fn transcendental(&self) -> impl Iterator<Item = &Monomial> {
        self.terms.iter().map(|(monomial, _)| &**monomial).filter(|monomial| !monomial.is_root())
    }

    /// Whether the normal form is empty: a proof that the number is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The number as a rational, when its normal form is one.
    #[must_use]
    pub fn as_rational(&self) -> Option<Rational> {
        if self.is_zero() { Some(Rational::new()) } else { self.rational().cloned() }
    }

    /// The number, when it is a rational other than zero.
    pub(super) fn rational(&self) -> Option<&Rational> {
        match self.terms.as_slice() {
            [(monomial, coefficient)] if Arc::ptr_eq(monomial, &ONE) || monomial.is_one() => Some(coefficient),
            _ => None,
        }
    }

    /// The sign, when the normal form or a ball of moderate precision decides it.
    #[must_use]
    pub fn sign(&self) -> Option<Ordering> {
        match self.terms.as_slice() {
            [] => Some(Ordering::Equal),
            [(monomial, coefficient)] if monomial.is_positive() => Some(coefficient.cmp0()),
            _ => SIGN_BITS.iter().find_map(|bits| self.value(*bits).sign()),
        }
    }

    /// The order of two numbers, when it can be decided.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        (self - other).sign()
    }

    pub(super) fn is_positive(&self) -> bool {
        self.sign() == Some(Ordering::Greater)
    }

    /// Whether the first coefficient of the normal form is negative: a choice between x and −x that needs no sign.
    pub(super) fn leads_negative(&self) -> bool {
        self.terms.first().is_some_and(|(_, coefficient)| coefficient.cmp0().is_lt())
    }

    /// r·x for a rational r.
    #[must_use]
    pub fn scaled(&self, factor: &Rational) -> Self {
        if factor.is_zero() || self.is_zero() {
            return Self::zero();
        }
        if *factor == 1 {
            return self.clone();
        }
        Self { terms: self.terms.iter().map(|(m, c)| (m.clone(), Rational::from(c * factor))).collect() }
    }

    /// Multiplies by a rational other than zero.
    pub(super) fn scale(&mut self, factor: &Rational) {
        if *factor != 1 {
            self.terms.iter_mut().for_each(|(_, coefficient)| *coefficient *= factor);
        }
    }

    /// Adds in place.
    pub(super) fn add(&mut self, other: Self) {
        if self.is_zero() {
            *self = other;
            return;
        }
        for (monomial, coefficient) in other.terms {
            self.add_term(&monomial, coefficient);
        }
    }

    /// Adds a product in place.
    pub(super) fn add_product(&mut self, a: &Self, b: &Self) {
        let (factor, other) = match (a.rational(), b.rational()) {
            (Some(factor), _) => (factor, b),
            (_, Some(factor)) => (factor, a),
            _ => return self.add(a * b),
        };
        for (monomial, coefficient) in &other.terms {
            self.add_term(monomial, Rational::from(coefficient * factor));
        }
    }

    fn add_term(&mut self, monomial: &Arc<Monomial>, coefficient: Rational) {
        let shared = self.terms.iter().position(|(known, _)| Arc::ptr_eq(known, monomial));
        match shared.map_or_else(|| self.terms.binary_search_by(|(known, _)| known.cmp(monomial)), Ok) {
            Ok(at) => {
                self.terms[at].1 += coefficient;
                if self.terms[at].1.is_zero() {
                    self.terms.remove(at);
                }
            }
            Err(at) => self.terms.insert(at, (Arc::clone(monomial), coefficient)),
        }
    }

    pub(super) fn halved(&self) -> Self {
        self.scaled(&Rational::from((1, 2)))
    }

    /// x^n.
    #[must_use]
    pub fn power(&self, exponent: u32) -> Self {
        power(Self::one(), self, exponent, |a, b| Some(a * b)).unwrap_or_default()
    }

    /// 1/x for a monomial without Φ, arcsin or waves, and for a sum of two such whose squares differ by one.
    #[must_use]
    pub fn inverse(&self) -> Option<Self> {
        match self.terms.as_slice() {
            [(monomial, coefficient)] => {
                let (inverse, factor) = monomial.inverse()?;
                Some(Self::term(inverse, factor / coefficient))
            }
            [first, second] => {
                let conjugate = Self::collect(vec![first.clone(), (second.0.clone(), Rational::from(-&second.1))]);
                let norm = self * &conjugate;
                if norm.terms.len() == 1 { Some(&conjugate * &norm.inverse()?) } else { None }
            }
            _ => None,
        }
    }

    /// √x for a non-negative monomial whose root stays in the ring.
    #[must_use]
    pub fn sqrt(&self) -> Option<Self> {
        let (monomial, coefficient) = match self.terms.as_slice() {
            [] => return Some(Self::zero()),
            [term] => term,
            _ => return None,
        };
        if coefficient.cmp0().is_lt() {
            return None;
        }
        let half = monomial.sqrt()?;
        // p/q = p q/q²
        let (outside, inside) = square_free(&Integer::from(coefficient.numer() * coefficient.denom()));
        let factor = Rational::from((outside, coefficient.denom().clone()));
        Some(Self::term(Monomial { root: inside, ..half }, factor))
    }

    /// e^x.
    #[must_use]
    pub fn exp(&self) -> Self {
        Self::term(Monomial { exponent: self.clone(), ..Monomial::one() }, Rational::from(1))
    }

    /// E when the number is e^E.
    pub(super) fn logarithm(&self) -> Option<Self> {
        match self.terms.as_slice() {
            [(monomial, coefficient)] if *coefficient == 1 => {
                let bare = Monomial { exponent: Self::zero(), ..Monomial::clone(monomial) };
                bare.is_one().then(|| monomial.exponent.clone())
            }
            _ => None,
        }
    }

    /// The density of N(0, 1) at x, written e^(−x²/2)/√(2π).
    #[must_use]
    pub fn normal_density(&self) -> Self {
        let root = Monomial { root: Integer::from(2), half_pi: -1, ..Monomial::one() };
        let size = (self * self).scaled(&Rational::from((-1, 2))).exp();
        &size * &Self::term(root, Rational::from((1, 2)))
    }

    /// Φ(x), the distribution function of N(0, 1).
    #[must_use]
    pub fn normal_cdf(&self) -> Self {
        if self.is_zero() {
            return Rational::from((1, 2)).into();
        }
        if self.sign().map_or_else(|| self.leads_negative(), Ordering::is_lt) {
            return &Self::one() - &(-self).normal_cdf();
        }
        Self::term(Monomial::atom(Atom::NormalCdf(self.clone())), Rational::from(1))
    }

    /// erf x = 2Φ(x√2) − 1.
    #[must_use]
    pub fn erf(&self) -> Self {
        let cdf = (self * &Self::root(2)).normal_cdf();
        &cdf.scaled(&Rational::from(2)) - &Self::one()
    }

    /// √n for a positive integer n.
    pub(super) fn root(n: u32) -> Self {
        let (outside, inside) = square_free(&Integer::from(n));
        Self::term(Monomial { root: inside, ..Monomial::one() }, Rational::from(outside))
    }

    /// The value at about `bits` bits, without a promise on the radius.
    pub(super) fn value(&self, bits: u32) -> Ball {
        Values::new(bits).of(self)
    }

    /// An enclosure with `bits` certain bits, relative to the value.
    ///
    /// A number that is zero without a proof in the normal form, or one that loses more than 16·bits + 2¹⁴ bits to
    /// cancellation, comes with the smallest radius reached.
    #[must_use]
    pub fn enclose(&self, bits: u32) -> Ball {
        Self::enclose_all(std::slice::from_ref(self), bits).swap_remove(0)
    }
}

/// n = outside² · inside with `inside` free of squares of primes up to a bound.
fn square_free(n: &Integer) -> (Integer, Integer) {
    let (mut outside, mut inside, mut rest) = (Integer::from(1), Integer::from(1), n.clone());
    let mut prime = 2u32;
    while prime <= LARGEST_FACTOR && Integer::from(prime).square() * prime <= rest {
        let mut count = 0;
        while rest.is_divisible_u(prime) {
            rest.div_exact_u_mut(prime);
            count += 1;
        }
        outside *= Integer::from(Integer::u_pow_u(prime, count / 2));
        if count % 2 == 1 {
            inside *= prime;
        }
        prime += if prime == 2 { 1 } else { 2 };
    }
    // what is left has at most two prime factors, or only large ones
    if rest.is_perfect_square() {
        outside *= rest.sqrt();
    } else {
        inside *= rest;
    }
    (outside, inside)
}
