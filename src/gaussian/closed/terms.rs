//! The terms of an expectation: E[p(Z) g(Z) He_k(Z)] over an interval, p a polynomial and g a shape, by the recursion of g.

use rug::{Integer, Rational};

use super::complex::{Complex, Real};
use super::exact::Exact;
use super::partition::Pieces;
use super::recursion::{Failure, Recursion};
use super::sum::{Polynomial, Shape, product};
use crate::activation::{Function, Primitive, hermite_coefficients};

/// A term on one interval: E[p(Z) g(Z) He_k(Z)] by the recursion of g.
#[derive(Clone, Debug)]
pub(super) struct Term {
    recursion: Recursion,
    polynomial: Polynomial,
    /// Whether the conjugate term is left out, and twice the real part taken.
    paired: bool,
}

/// The mean of a term does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the Gaussian mean of the term `{term}` diverges; use a function that grows more slowly than exp(x^2/2)")]
pub struct Divergence {
    /// The term of the function, as text.
    pub term: String,
}

/// Why pieces have no expectation in the ring.
pub(super) enum Obstacle {
    Divergent(Divergence),
    NotClosed,
}

/// The terms of the expectation, with shapes common to all intervals taken over the whole line.
pub(super) fn terms(pieces: &Pieces) -> Result<Vec<Term>, Obstacle> {
    let mut terms = Vec::new();
    let mut divergence = None;
    for (interval, sum) in pieces.parts() {
        for (shape, polynomial) in sum.terms() {
            let mirror = shape.conj();
            if mirror < *shape {
                continue;
            }
            match Recursion::new(shape, interval) {
                Ok(recursion) => {
                    terms.push(Term { recursion, polynomial: polynomial.clone(), paired: mirror != *shape });
                }
                Err(Failure::NotClosed) => return Err(Obstacle::NotClosed),
                Err(Failure::Divergent) => {
                    divergence.get_or_insert_with(|| Divergence { term: written(shape) });
                }
            }
        }
    }
    divergence.map_or(Ok(terms), |divergence| Err(Obstacle::Divergent(divergence)))
}

/// The exponential of a shape, as text.
fn written(shape: &Shape) -> String {
    let x = Function::x();
    let exponent = [(&shape.alpha, x.powi(2)), (&shape.beta.re, x)]
        .into_iter()
        .filter(|(coefficient, _)| !coefficient.is_zero())
        .map(|(coefficient, power)| coefficient.function().map(|coefficient| coefficient * power))
        .reduce(|a, b| Some(a? + b?))
        .flatten();
    exponent.map_or_else(|| "exp(…)".to_owned(), |exponent| exponent.apply(Primitive::Exp).to_string())
}

/// E f from the terms of f.
pub(super) fn total(terms: &[Term]) -> Exact {
    terms.iter().fold(Exact::zero(), |sum, term| term.coefficients(0, &Exact::clone).iter().fold(sum, |sum, value| &sum + value))
}

impl Term {
    /// The contribution to H_0 … H_order.
    pub(super) fn coefficients<T: Real>(&self, order: usize, lift: &impl Fn(&Exact) -> T) -> Vec<T> {
        let degree = self.polynomial.len() - 1;
        let moments = self.recursion.moments(order + degree + 1, lift);
        let values = if order == 0 || (order + 1) * filled(&self.polynomial) <= degree {
            (0..=order).map(|k| self.in_basis(k, &moments, lift)).collect()
        } else {
            self.by_horner(order, &moments, lift)
        };
        let real = |value: Complex<T>| if self.paired { value.re.scaled(2) } else { value.re };
        values.into_iter().map(real).collect()
    }

    /// E p He_k g, with p He_k in the basis of the He_j.
    fn in_basis<T: Real>(&self, k: usize, moments: &[Complex<T>], lift: &impl Fn(&Exact) -> T) -> Complex<T> {
        let hermite: Polynomial =
            hermite_coefficients(k as u32).into_iter().map(|c| Exact::from(Rational::from(c)).into()).collect();
        let mut sum = Complex { re: lift(&Exact::zero()), im: lift(&Exact::zero()) };
        for (moment, factor) in moments.iter().zip(in_hermite_basis(&product(&self.polynomial, &hermite))) {
            if !factor.is_zero() {
                sum.add_product(moment, &Complex { re: lift(&factor.re), im: lift(&factor.im) });
            }
        }
        sum
    }

    /// Horner's rule in the multiplication by x, H_k(x f) = H_{k+1}(f) + k H_{k−1}(f).
    fn by_horner<T: Real>(&self, order: usize, moments: &[Complex<T>], lift: &impl Fn(&Exact) -> T) -> Vec<Complex<T>> {
        let zero = Complex { re: lift(&Exact::zero()), im: lift(&Exact::zero()) };
        let mut sum: Vec<Complex<T>> = Vec::new();
        for (power, coefficient) in self.polynomial.iter().enumerate().rev() {
            let multiplied = (0..sum.len().saturating_sub(1)).map(|k| match k {
                0 => sum[1].clone(),
                k => sum[k + 1].plus(&sum[k - 1].scaled(k as i64)),
            });
            let mut next: Vec<Complex<T>> = multiplied.collect();
            if !coefficient.is_zero() {
                let coefficient = Complex { re: lift(&coefficient.re), im: lift(&coefficient.im) };
                next.resize_with(order + power + 1, || zero.clone());
                next.iter_mut().zip(moments).for_each(|(sum, moment)| sum.add_product(moment, &coefficient));
            }
            sum = next;
        }
        sum
    }
}

/// How many coefficients are not zero.
pub(super) fn filled(polynomial: &Polynomial) -> usize {
    polynomial.iter().filter(|coefficient| !coefficient.is_zero()).count()
}

/// c_k with p = Σ c_k He_k, by x^n = Σ_i n!/(2^i i! (n − 2i)!) He_{n−2i}.
fn in_hermite_basis(polynomial: &Polynomial) -> Polynomial {
    let mut basis: Polynomial = vec![Complex::default(); polynomial.len()];
    for (n, coefficient) in polynomial.iter().enumerate().filter(|(_, coefficient)| !coefficient.is_zero()) {
        let mut count = Integer::from(1);
        for i in 0..=n / 2 {
            let factor = Exact::from(Rational::from(&count));
            basis[n - 2 * i] = basis[n - 2 * i].plus(&coefficient.stretched(&factor));
            count *= (n - 2 * i) as u64 * (n - 2 * i).saturating_sub(1) as u64;
            count /= 2 * (i as u64 + 1);
        }
    }
    basis
}
