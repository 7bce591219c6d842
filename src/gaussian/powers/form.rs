//! A sum of powers with its integrals: what is asked of it from outside.

use rug::{Integer, Rational};

use super::sum::{Sum, bits};
use crate::activation::{Function, Parity};
use crate::gaussian::closed::{Exact, Moment};
use crate::number::{Ball, Magnitude};

/// Up to so many terms, the moments of a polynomial are taken power by power.
const FEW: usize = 16;
/// A rational result with more bits is not shown as a fraction.
const SHOWN_BITS: u32 = 3000;

/// A sum of powers with an integral under N(0, 1).
#[derive(Clone, Debug)]
pub struct Powers {
    pub(super) sum: Sum,
    /// H_k/k! of a polynomial of many terms with rational coefficients.
    pub(super) basis: Option<Vec<Rational>>,
}

impl Powers {
    /// f as such a sum; `None` where it is not seen to be one.
    #[must_use]
    pub fn of(f: &Function) -> Option<Self> {
        let sum = Sum::of(f)?;
        let integrable = sum.0.iter().all(|term| term.key.exponent > -1);
        // a sum of different constants must be told from zero: what diverges with it is said to
        let told = sum.0.iter().all(|term| sum.factor(&term.key, 128).sign().is_some());
        let basis = if sum.0.len() > FEW && sum.is_rational() { sum.basis() } else { None };
        (integrable && told).then_some(Self { sum, basis })
    }

    /// The parity of f. The zero function counts as even.
    #[must_use]
    pub fn parity(&self) -> Parity {
        let Sum(terms) = &self.sum;
        match terms.iter().filter(|term| term.key.odd).count() {
            0 => Parity::Even,
            odd if odd == terms.len() => Parity::Odd,
            _ => Parity::Neither,
        }
    }

    /// Whether f is a polynomial.
    #[must_use]
    pub fn is_polynomial(&self) -> bool {
        self.sum.0.iter().all(|term| term.key.is_smooth())
    }

    /// H_0 … H_order.
    #[must_use]
    pub fn hermite(&self, order: usize, bits: u32) -> Vec<Value> {
        if let Some(basis) = &self.basis {
            let mut factorial = Integer::from(1);
            let mut of = |k: usize| {
                factorial *= k.max(1) as u64;
                shown(basis.get(k).map_or_else(Rational::new, |c| Rational::from(c * &factorial)), bits)
            };
            return (0..=order).map(&mut of).collect();
        }
        let rational = self.sum.is_rational();
        (0..=order).map(|k| if rational { self.sum.exact(k, bits) } else { self.sum.enclosed(k, bits) }).collect()
    }

    /// E f²; `None` where it has too many terms.
    #[must_use]
    pub fn second_moment(&self, bits: u32) -> Option<Moment<Value>> {
        match &self.basis {
            Some(basis) => Some(Moment::Finite(shown(parseval(basis, |_| 1), bits))),
            None => self.sum.mean_square(bits),
        }
    }

    /// E f′², infinite where f jumps; `None` where it has too many terms.
    #[must_use]
    pub fn derivative_energy(&self, bits: u32) -> Option<Moment<Value>> {
        if self.sum.0.iter().any(|term| term.key.odd && term.key.exponent == 0) {
            return Some(Moment::Infinite);
        }
        match &self.basis {
            // f′ = Σ c_k k He_{k−1}
            Some(basis) => Some(Moment::Finite(shown(parseval(basis, |k| k), bits))),
            None => self.sum.derivative().mean_square(bits),
        }
    }

    /// E f(U) g(V) with |ρ| < 1; `None` where ρ is too near ±1 for the series of at most `most` terms.
    #[must_use]
    pub fn dual(&self, other: &Self, rho: &Ball, most: usize, bits: u32) -> Option<Ball> {
        let square = rho.square();
        let ratio = square.magnitude();
        let rest = (&Ball::integer(1, bits) - &square).least_magnitude();
        let largest = self.sum.largest().max(other.sum.largest()).ceil().numer().to_usize()?;
        let needed = f64::from(bits + 8) / (-rho.magnitude().log2()).max(f64::MIN_POSITIVE);
        let order = largest + 2 + needed.ceil() as usize;
        if rest.is_zero() || order > most {
            return None;
        }
        let ([f, f_sizes], [g, g_sizes]) = (self.sum.normalised(order, bits), other.sum.normalised(order, bits));
        let (mut sum, mut power) = (Ball::zero(bits), Ball::integer(1, bits));
        let mut last = [Magnitude::ZERO; 2];
        for k in 0..=order {
            last[k % 2] = power.magnitude().times(f_sizes[k].magnitude()).times(g_sizes[k].magnitude());
            sum = sum + &power * &(&f[k] * &g[k]);
            power = &power * rho;
        }
        // |a_k| of a power falls from k = s on, and with it the size of the terms of either parity of k by ρ² at least
        let tail = last[0].plus(last[1]).times(ratio).over(rest);
        Some(sum.widened(tail))
    }
}

/// An enclosure, and the exact value where it is rational and not too long.
pub type Value = (Ball, Option<Exact>);

pub(super) fn shown(value: Rational, precision: u32) -> Value {
    let exact = (bits(&value) <= SHOWN_BITS).then(|| Exact::from(value.clone()));
    (Ball::rational(&value, precision), exact)
}

/// Σ c_k² k! · weight(k).
fn parseval(basis: &[Rational], weight: impl Fn(u64) -> u64) -> Rational {
    let (mut sum, mut factorial) = (Rational::new(), Integer::from(1));
    for (k, c) in basis.iter().enumerate() {
        factorial *= k.max(1) as u64;
        if *c != 0 {
            sum += Rational::from(c.square_ref()) * &factorial * weight(k as u64);
        }
    }
    sum
}
