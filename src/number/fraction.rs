//! Rational functions of one variable over the rationals, in lowest terms: what decides exactly whether two of them share a zero.

use rug::Rational;

use super::{Polynomial, Ring};

/// A quotient of polynomials without a common factor, the denominator monic.
#[derive(Clone, Debug, PartialEq)]
pub struct Fraction {
    /// Above.
    pub numerator: Polynomial<Rational>,
    /// Below; zero where a division by zero was asked for, which no later operation undoes.
    pub denominator: Polynomial<Rational>,
}

impl Fraction {
    /// A constant.
    #[must_use]
    pub fn constant(value: &Rational) -> Self {
        Self { numerator: Polynomial::new(vec![value.clone()]), denominator: one() }
    }

    /// The variable.
    #[must_use]
    pub fn variable() -> Self {
        Self { numerator: Polynomial::new(vec![Rational::new(), Rational::from(1)]), denominator: one() }
    }

    /// In lowest terms.
    fn reduced(numerator: Polynomial<Rational>, denominator: Polynomial<Rational>) -> Self {
        let (numerator, denominator) = (numerator.trimmed(), denominator.trimmed());
        if denominator.is_zero() {
            return Self { numerator, denominator };
        }
        let common = numerator.gcd(&denominator);
        let [numerator, denominator] = [numerator, denominator].map(|polynomial| polynomial.divide(&common).0);
        let lead = denominator.coefficients[denominator.degree()].clone();
        let monic = |polynomial: &Polynomial<Rational>| polynomial.map(|a| Rational::from(a / &lead));
        Self { numerator: monic(&numerator), denominator: monic(&denominator) }
    }
}

fn one() -> Polynomial<Rational> {
    Polynomial::new(vec![Rational::from(1)])
}

impl Ring for Fraction {
    fn rational(&self, value: &Rational) -> Self {
        Self::constant(value)
    }

    fn plus(&self, other: &Self) -> Self {
        let zero = other.integer(0);
        self.minus(&zero.minus(other))
    }

    fn minus(&self, other: &Self) -> Self {
        let crossed = [self.numerator.times(&other.denominator), other.numerator.times(&self.denominator)];
        Self::reduced(crossed[0].minus(&crossed[1]), self.denominator.times(&other.denominator))
    }

    fn times(&self, other: &Self) -> Self {
        Self::reduced(self.numerator.times(&other.numerator), self.denominator.times(&other.denominator))
    }

    fn inverse(&self) -> Self {
        Self::reduced(self.denominator.clone(), self.numerator.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (x² − 1)/(x − 1) = x + 1, 1/x + 1/(x + 1) = (2x + 1)/(x² + x), and a division by zero stays one.
    #[test]
    fn lowest_terms() {
        let x = Fraction::variable();
        let one = x.integer(1);
        assert_eq!(x.times(&x).minus(&one).over(&x.minus(&one)), x.plus(&one));
        let sum = x.inverse().plus(&x.plus(&one).inverse());
        let coefficients = |list: &[i32]| list.iter().map(|value| Rational::from(*value)).collect::<Vec<_>>();
        assert_eq!(sum.numerator.coefficients, coefficients(&[1, 2]));
        assert_eq!(sum.denominator.coefficients, coefficients(&[0, 1, 1]));
        assert!(x.minus(&x).inverse().plus(&one).denominator.is_zero());
    }
}
