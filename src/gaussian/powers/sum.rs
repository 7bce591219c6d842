//! Sums of powers by their terms: sums and products gathered, powers and signs of single ones, and their integrals.

use std::collections::HashMap;

use rug::{Integer, Rational};

use super::form::{Powers, Value, shown};
use crate::activation::{Function, Node, Primitive, evaluate};
use crate::gaussian::closed::{Exact, Moment};
use crate::gaussian::polynomials::power;
use crate::number::Ball;

/// Products of words that one product of two sums may take (tuned: two seconds).
const MOST_PRODUCTS: usize = 1_500_000_000;
/// Bits of a rational coefficient, at most.
const MOST_BITS: u64 = 1_000_000;
/// Words that the change to the basis of Hermite polynomials may go through (tuned: two seconds).
const MOST_WORDS: usize = 8_000_000_000;
/// Moments of whole exponents up to this one are whole numbers, or such times √(2/π).
const LARGEST_FACTORIAL: u32 = 100_000;

/// coefficient · constant · |x|^exponent, times sign(x) where it is odd.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) coefficient: Rational,
    pub(super) key: Key,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) exponent: Rational,
    pub(super) odd: bool,
    /// A constant that is not rational, or 1.
    constant: Function,
}

/// A finite sum of powers, each key once.
#[derive(Clone, Debug, Default)]
pub(super) struct Sum(pub(super) Vec<Term>);

fn one() -> Function {
    Function::one()
}

impl Key {
    pub(super) fn is_smooth(&self) -> bool {
        self.exponent.is_integer() && self.exponent >= 0 && self.odd == self.exponent.numer().is_odd()
    }
}

impl Sum {
    pub(super) fn of(f: &Function) -> Option<Self> {
        if let Some(value) = f.as_rational() {
            return Some(Self::single(value.clone(), one()));
        }
        if f.is_constant() {
            return Some(Self::single(Rational::from(1), f.clone()));
        }
        match f.node() {
            Node::X => Some(Self(vec![Term {
                coefficient: Rational::from(1),
                key: Key { exponent: Rational::from(1), odd: true, constant: one() },
            }])),
            Node::Negate(a) => Some(Self::of(a)?.scaled(&Rational::from(-1))),
            Node::Add(a, b) => Some(Self::of(a)?.plus(Self::of(b)?)),
            Node::Subtract(a, b) => Some(Self::of(a)?.plus(Self::of(b)?.scaled(&Rational::from(-1)))),
            Node::Multiply(a, b) => Self::of(a)?.times(&Self::of(b)?),
            Node::Divide(a, b) => Self::of(a)?.times(&Self::of(b)?.lone()?.power(&Rational::from(-1))?),
            Node::Power(a, n) => Self::of(a)?.power(n.as_rational()?),
            Node::Apply(Primitive::Abs, a) => Self::of(a)?.lone()?.switched(false),
            Node::Apply(Primitive::Sign, a) => Self::of(a)?.lone()?.sign(),
            Node::Apply(Primitive::Sqrt, a) => Self::of(a)?.lone()?.power(&Rational::from((1, 2))),
            // max(a, 0) = (a + |a|)/2
            Node::Max(a, b) if b.is_zero() => Some(Self::of(&(a.clone() + a.apply(Primitive::Abs)))?.scaled(&(1, 2).into())),
            _ => None,
        }
    }

    fn single(coefficient: Rational, constant: Function) -> Self {
        let key = Key { exponent: Rational::new(), odd: false, constant };
        Self(if coefficient == 0 { Vec::new() } else { vec![Term { coefficient, key }] })
    }

    /// The one term of a sum that has one.
    fn lone(&self) -> Option<&Term> {
        if let [term] = self.0.as_slice() { Some(term) } else { None }
    }

    fn scaled(mut self, factor: &Rational) -> Self {
        self.0.iter_mut().for_each(|term| term.coefficient *= factor);
        self
    }

    fn plus(self, other: Self) -> Self {
        Self::collected(self.0.into_iter().chain(other.0))
    }

    /// The sum of terms of which several may have one key, in the order in which the keys came.
    fn collected(terms: impl Iterator<Item = Term>) -> Self {
        let (mut list, mut places): (Vec<Term>, HashMap<Key, usize>) = (Vec::new(), HashMap::new());
        for term in terms {
            match places.get(&term.key) {
                Some(place) => list[*place].coefficient += term.coefficient,
                None => {
                    places.insert(term.key.clone(), list.len());
                    list.push(term);
                }
            }
        }
        list.retain(|term| term.coefficient != 0);
        Self(list)
    }

    /// The product, when it is within bounds.
    fn times(&self, other: &Self) -> Option<Self> {
        let words = |sum: &Self| 1 + sum.0.iter().map(|term| bits(&term.coefficient)).max().unwrap_or(0) as usize / 64;
        let products = self.0.len().saturating_mul(other.0.len());
        if products.saturating_mul(8 + words(self) * words(other)) > MOST_PRODUCTS {
            return None;
        }
        let pairs = self.0.iter().flat_map(|a| other.0.iter().map(move |b| a.times(b)));
        Some(Self::collected(pairs))
    }

    fn power(&self, exponent: &Rational) -> Option<Self> {
        match self.lone() {
            Some(term) => term.power(exponent),
            None => {
                let n = exponent.is_integer().then(|| exponent.numer().to_u32())??;
                power(Self::single(Rational::from(1), one()), self, n, Self::times)
            }
        }
    }

    /// The factor of all terms that differ from this one by their constant alone.
    pub(super) fn factor(&self, key: &Key, bits: u32) -> Ball {
        let alike = self.0.iter().filter(|term| term.key.exponent == key.exponent && term.key.odd == key.odd);
        alike.fold(Ball::zero(bits), |sum, term| sum + term.constant(bits))
    }

    /// f′ away from 0.
    pub(super) fn derivative(&self) -> Self {
        let slope = |term: &Term| Term {
            coefficient: Rational::from(&term.coefficient * &term.key.exponent),
            key: Key { exponent: Rational::from(&term.key.exponent - 1u32), odd: !term.key.odd, ..term.key.clone() },
        };
        Self(self.0.iter().filter(|term| term.key.exponent != 0).map(slope).collect())
    }

    /// Whether this is a polynomial with rational coefficients whose moments are known exactly.
    pub(super) fn is_rational(&self) -> bool {
        let known = |key: &Key| key.is_smooth() && key.exponent <= LARGEST_FACTORIAL / 2 && key.constant == one();
        self.0.iter().all(|term| known(&term.key))
    }

    /// c_k with f = Σ c_k He_k, by Horner's rule with x He_k = He_{k+1} + k He_{k−1}; `None` where that is too long.
    pub(super) fn basis(&self) -> Option<Vec<Rational>> {
        let denominator = self.0.iter().fold(Integer::from(1), |lcm, term| lcm.lcm(term.coefficient.denom()));
        let degree = self.largest().numer().to_usize()?;
        let height = self.0.iter().map(|term| bits(&term.coefficient) as usize).max()?;
        let words = 1 + (height + degree * degree.max(2).ilog2() as usize) / 64;
        if degree.saturating_mul(degree).saturating_mul(words) > MOST_WORDS {
            return None;
        }
        let mut coefficients = vec![Integer::new(); degree + 1];
        for term in &self.0 {
            let value = Rational::from(&term.coefficient * &denominator);
            coefficients[term.key.exponent.numer().to_usize()?] = value.into_numer_denom().0;
        }
        let mut basis: Vec<Integer> = Vec::with_capacity(degree + 2);
        for coefficient in coefficients.into_iter().rev() {
            let mut next = vec![Integer::new(); basis.len() + 1];
            for (k, c) in basis.into_iter().enumerate().filter(|(_, c)| *c != 0) {
                if k > 0 {
                    next[k - 1] += Integer::from(&c * k as u64);
                }
                next[k + 1] += c;
            }
            next[0] += coefficient;
            basis = next;
        }
        Some(basis.into_iter().map(|c| Rational::from((c, denominator.clone()))).collect())
    }

    pub(super) fn largest(&self) -> Rational {
        self.0.iter().map(|term| &term.key.exponent).max().cloned().unwrap_or_default()
    }

    /// H_k of a polynomial with rational coefficients.
    pub(super) fn exact(&self, k: usize, precision: u32) -> Value {
        let terms = self.0.iter().filter(|term| term.key.odd == (k % 2 == 1));
        let value = terms.fold(Rational::new(), |sum, term| {
            let exponent = Rational::from(&term.key.exponent + u32::from(term.key.odd));
            match falling(&term.key, k) {
                factor if factor == 0 => sum,
                factor => sum + factor * &term.coefficient * factorial(&exponent),
            }
        });
        shown(value, precision)
    }

    /// H_k.
    pub(super) fn enclosed(&self, k: usize, bits: u32) -> Value {
        let mut terms = self.0.iter().filter(|term| term.key.odd == (k % 2 == 1)).peekable();
        if terms.peek().is_none() {
            return (Ball::zero(bits), Some(Exact::zero()));
        }
        let value = terms.fold(Ball::zero(bits), |sum, term| {
            let exponent = Rational::from(&term.key.exponent + u32::from(term.key.odd));
            sum + (&term.constant(bits) * &absolute_moment(&exponent, bits)).times_rational(&falling(&term.key, k))
        });
        (value, None)
    }

    /// a_0 … a_order, and the sums of the sizes of what each term adds to them.
    pub(super) fn normalised(&self, order: usize, bits: u32) -> [Vec<Ball>; 2] {
        let mut coefficients = vec![Ball::zero(bits); order + 1];
        let mut sizes = coefficients.clone();
        for term in &self.0 {
            let exponent = Rational::from(&term.key.exponent + u32::from(term.key.odd));
            let mut value = &term.constant(bits) * &absolute_moment(&exponent, bits);
            for k in (usize::from(term.key.odd)..=order).step_by(2) {
                coefficients[k] = &coefficients[k] + &value;
                sizes[k] = &sizes[k] + &value.abs();
                // a_{k+2} = a_k (s − k)/√((k + 1)(k + 2))
                let step = Rational::from(&term.key.exponent - k as u64);
                let norm = Ball::rational(&Rational::from((k as u64 + 1) * (k as u64 + 2)), bits).sqrt();
                value = &value.times_rational(&step) / &norm;
            }
        }
        [coefficients, sizes]
    }

    pub(super) fn mean_square(&self, bits: u32) -> Option<Moment<Value>> {
        let least = self.0.iter().map(|term| &term.key.exponent).min();
        if least.is_some_and(|least| Rational::from(2 * least) <= -1) {
            return Some(Moment::Infinite);
        }
        let square = Powers { sum: self.times(self)?, basis: None };
        Some(Moment::Finite(square.hermite(0, bits).swap_remove(0)))
    }
}

impl Term {
    fn constant(&self, bits: u32) -> Ball {
        evaluate(&self.key.constant, &Ball::zero(bits)).times_rational(&self.coefficient)
    }

    fn times(&self, other: &Self) -> Self {
        Self {
            coefficient: Rational::from(&self.coefficient * &other.coefficient),
            key: Key {
                exponent: Rational::from(&self.key.exponent + &other.key.exponent),
                odd: self.key.odd != other.key.odd,
                constant: self.key.constant.clone() * other.key.constant.clone(),
            },
        }
    }

    /// |term|, or the same with the sign of x.
    fn switched(&self, odd: bool) -> Option<Sum> {
        let constant = match evaluate(&self.key.constant, &Ball::zero(128)).sign()? {
            sign if sign.is_lt() => -self.key.constant.clone(),
            _ => self.key.constant.clone(),
        };
        let key = Key { exponent: self.key.exponent.clone(), odd, constant };
        Some(Sum(vec![Term { coefficient: self.coefficient.clone().abs(), key }]))
    }

    fn sign(&self) -> Option<Sum> {
        let sign = self.constant(128).sign().filter(|sign| sign.is_ne())? as i32;
        let key = Key { exponent: Rational::new(), odd: self.key.odd, constant: one() };
        Some(Sum(vec![Term { coefficient: Rational::from(sign), key }]))
    }

    /// The power of one term: whole, or of what is nowhere negative.
    fn power(&self, exponent: &Rational) -> Option<Sum> {
        let whole = exponent.is_integer().then(|| exponent.numer().to_i32()).flatten();
        let (coefficient, constant) = match whole {
            Some(n) if u64::from(bits(&self.coefficient)) * u64::from(n.unsigned_abs()) <= MOST_BITS => {
                (rug::ops::Pow::pow(self.coefficient.clone(), n), self.key.constant.powi(n))
            }
            _ => {
                let factor = Function::rational(self.coefficient.clone()) * self.key.constant.clone();
                let positive = evaluate(&factor, &Ball::zero(128)).is_positive();
                let fits = positive && !self.key.odd;
                fits.then(|| (Rational::from(1), factor.power(&Function::rational(exponent.clone()))))?
            }
        };
        let odd = self.key.odd && whole.is_some_and(|n| n % 2 != 0);
        let power = Function::rational(coefficient) * constant;
        let (coefficient, constant) = match power.as_rational() {
            Some(value) => (value.clone(), one()),
            None => match power.node() {
                Node::Multiply(a, b) if a.as_rational().is_some() => (a.as_rational()?.clone(), b.clone()),
                _ => (Rational::from(1), power),
            },
        };
        let key = Key { exponent: Rational::from(&self.key.exponent * exponent), odd, constant };
        Some(Sum(vec![Term { coefficient, key }]))
    }
}

pub(super) fn bits(value: &Rational) -> u32 {
    value.numer().significant_bits().max(value.denom().significant_bits())
}

/// s(s − 2)…(s − k + 2) for an even power, (s − 1)(s − 3)…(s − k + 2) for an odd one.
fn falling(key: &Key, k: usize) -> Rational {
    let mut product = Rational::from(1);
    for step in (usize::from(key.odd)..k.saturating_sub(1)).step_by(2) {
        product *= Rational::from(&key.exponent - step as u64);
        if product == 0 {
            break;
        }
    }
    product
}

/// (s − 1)!! for a whole even s.
fn factorial(exponent: &Rational) -> Integer {
    let n = exponent.numer().to_u32().unwrap_or(0);
    if n == 0 { Integer::from(1) } else { Integer::factorial_2(n - 1).into() }
}

/// M(s) = E|Z|^s for s > −1.
fn absolute_moment(exponent: &Rational, bits: u32) -> Ball {
    let pi = Ball::pi(bits);
    if exponent.is_integer() && *exponent <= LARGEST_FACTORIAL {
        let n = exponent.numer().to_u32().unwrap_or(0);
        let whole =
            Ball::rational(&Rational::from(if n == 0 { Integer::from(1) } else { Integer::factorial_2(n - 1).into() }), bits);
        return if n.is_multiple_of(2) { whole } else { &whole * &(&Ball::integer(2, bits) / &pi).sqrt() };
    }
    let half = Rational::from(exponent / 2u32);
    let power = (&Ball::rational(&half, bits) * &Ball::integer(2, bits).ln()).exp();
    let gamma = Ball::rational(&(half + Rational::from((1, 2))), bits).gamma();
    &(&power * &gamma) / &pi.sqrt()
}
