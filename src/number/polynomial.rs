//! Polynomials in one variable over any [`Ring`], coefficients from the constant term up.
//!
//! Over the rationals also the Euclidean algorithm, which decides exactly whether a polynomial has a multiple root.

use rug::Rational;
use rug::ops::Pow;

use super::Ring;
use super::ring::product;

/// a₀ + a₁ x + … + a_n xⁿ.
#[derive(Clone, Debug, PartialEq)]
pub struct Polynomial<T> {
    /// a₀ first; never empty.
    pub coefficients: Vec<T>,
}

impl<T: Ring> Polynomial<T> {
    /// From its coefficients, constant term first (at least one).
    #[must_use]
    pub fn new(coefficients: Vec<T>) -> Self {
        Self { coefficients }
    }

    /// The number of coefficients less one; leading coefficients equal to zero count.
    #[must_use]
    pub fn degree(&self) -> usize {
        self.coefficients.len() - 1
    }

    /// The value at `x`, by Horner's rule.
    #[must_use]
    pub fn evaluate(&self, x: &T) -> T {
        self.coefficients.iter().rev().fold(x.integer(0), |value, a| value.times(x).plus(a))
    }

    /// The derivative.
    #[must_use]
    pub fn derivative(&self) -> Self {
        if self.coefficients.len() == 1 {
            return Self::new(vec![self.coefficients[0].integer(0)]);
        }
        Self::new(self.coefficients.iter().enumerate().skip(1).map(|(k, a)| a.times(&a.integer(k as i64))).collect())
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        let length = self.coefficients.len() + other.coefficients.len() - 1;
        Self::new(product(&self.coefficients, &other.coefficients, length))
    }

    /// The difference.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let zero = self.coefficients[0].integer(0);
        let at = |p: &Self, k: usize| p.coefficients.get(k).cloned().unwrap_or_else(|| zero.clone());
        let length = self.coefficients.len().max(other.coefficients.len());
        Self::new((0..length).map(|k| at(self, k).minus(&at(other, k))).collect())
    }

    /// The polynomial with `map` applied to each coefficient.
    #[must_use]
    pub fn map<S>(&self, map: impl Fn(&T) -> S) -> Polynomial<S> {
        Polynomial { coefficients: self.coefficients.iter().map(map).collect() }
    }
}

impl Polynomial<Rational> {
    /// Without leading zeros; the zero polynomial keeps one coefficient.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        while self.coefficients.len() > 1 && self.coefficients.last().is_some_and(Rational::is_zero) {
            self.coefficients.pop();
        }
        self
    }

    /// Whether every coefficient is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.coefficients.iter().all(Rational::is_zero)
    }

    /// Quotient and remainder of the division by a non-zero polynomial.
    #[must_use]
    pub fn divide(&self, divisor: &Self) -> (Self, Self) {
        let divisor = divisor.clone().trimmed();
        let mut rest = self.clone().trimmed();
        let Some(lead) = divisor.coefficients.last().filter(|lead| !lead.is_zero()) else {
            return (Self::new(vec![Rational::new()]), rest);
        };
        let length = (rest.coefficients.len() + 1).saturating_sub(divisor.coefficients.len()).max(1);
        let mut quotient = vec![Rational::new(); length];
        while !rest.is_zero() && rest.degree() >= divisor.degree() {
            let shift = rest.degree() - divisor.degree();
            let factor = Rational::from(&rest.coefficients[rest.degree()] / lead);
            for (k, b) in divisor.coefficients.iter().enumerate() {
                rest.coefficients[k + shift] -= Rational::from(&factor * b);
            }
            quotient[shift] = factor;
            rest = rest.trimmed();
        }
        (Self::new(quotient).trimmed(), rest)
    }

    /// The resultant: a_n^m b_m^n Π (x_i − y_j) over the roots x of the one and y of the other.
    #[must_use]
    pub fn resultant(&self, other: &Self) -> Rational {
        let (mut a, mut b) = (self.clone().trimmed(), other.clone().trimmed());
        let mut product = Rational::from(1);
        while b.degree() > 0 {
            let rest = a.divide(&b).1;
            if rest.is_zero() {
                return Rational::new();
            }
            let lead = b.coefficients[b.degree()].clone();
            product *= lead.pow((a.degree() - rest.degree()) as u32);
            if a.degree() % 2 == 1 && b.degree() % 2 == 1 {
                product = -product;
            }
            (a, b) = (b, rest);
        }
        product * b.coefficients[0].clone().pow(a.degree() as u32)
    }

    /// The monic greatest common divisor.
    #[must_use]
    pub fn gcd(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.clone().trimmed(), other.clone().trimmed());
        while !b.is_zero() {
            let rest = a.divide(&b).1;
            a = b;
            b = rest;
        }
        let lead = a.coefficients[a.degree()].clone();
        if lead.is_zero() { a } else { a.map(|c| Rational::from(c / &lead)) }
    }
}
