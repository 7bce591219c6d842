//! Power series a₀ + a₁ q + … + a_n qⁿ, truncated at a fixed length, over any [`Ring`].
//!
//! Over the rationals they give exact moments by Lagrange inversion; over balls, enclosures of them.

use rug::Rational;

use super::Ring;
use super::ring::product;

/// Coefficients a₀ … a_n; products are cut at the same length.
#[derive(Clone, Debug)]
pub struct Series<T> {
    /// a₀ first; never empty.
    pub coefficients: Vec<T>,
}

impl<T: Ring> Series<T> {
    /// The constant series of `length` coefficients.
    #[must_use]
    pub fn constant(value: &T, length: usize) -> Self {
        let mut coefficients = vec![value.integer(0); length.max(1)];
        coefficients[0] = value.clone();
        Self { coefficients }
    }

    /// The series `q` itself, in the ring of `like`.
    #[must_use]
    pub fn variable(like: &T, length: usize) -> Self {
        let mut series = Self::constant(&like.integer(0), length);
        if length > 1 {
            series.coefficients[1] = like.integer(1);
        }
        series
    }

    /// The derivative, of the same length (its last coefficient is then unknown and set to zero, as it is cut).
    #[must_use]
    pub fn derivative(&self) -> Self {
        let zero = self.coefficients[0].integer(0);
        let mut coefficients: Vec<T> =
            self.coefficients.iter().enumerate().skip(1).map(|(k, a)| a.times(&a.integer(k as i64))).collect();
        coefficients.push(zero);
        Self { coefficients }
    }
}

impl<T: Ring> Ring for Series<T> {
    fn rational(&self, value: &Rational) -> Self {
        Self::constant(&self.coefficients[0].rational(value), self.coefficients.len())
    }
    fn plus(&self, other: &Self) -> Self {
        let coefficients = self.coefficients.iter().zip(&other.coefficients).map(|(a, b)| a.plus(b)).collect();
        Self { coefficients }
    }
    fn minus(&self, other: &Self) -> Self {
        let coefficients = self.coefficients.iter().zip(&other.coefficients).map(|(a, b)| a.minus(b)).collect();
        Self { coefficients }
    }
    fn times(&self, other: &Self) -> Self {
        Self { coefficients: product(&self.coefficients, &other.coefficients, self.coefficients.len()) }
    }
    fn inverse(&self) -> Self {
        let lead = self.coefficients[0].inverse();
        let mut inverse = vec![lead.clone()];
        for k in 1..self.coefficients.len() {
            let sum = (1..=k).fold(lead.integer(0), |sum, i| sum.plus(&self.coefficients[i].times(&inverse[k - i])));
            inverse.push(lead.integer(0).minus(&sum.times(&lead)));
        }
        Self { coefficients: inverse }
    }
}

impl Ring for Rational {
    fn rational(&self, value: &Rational) -> Self {
        value.clone()
    }
    fn plus(&self, other: &Self) -> Self {
        Self::from(self + other)
    }
    fn minus(&self, other: &Self) -> Self {
        Self::from(self - other)
    }
    fn times(&self, other: &Self) -> Self {
        Self::from(self * other)
    }
    /// The inverse; that of zero is not a rational, and asking for it is a broken invariant of the caller.
    fn inverse(&self) -> Self {
        self.clone().recip()
    }
}
