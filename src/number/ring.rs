//! What the curve needs of a number: sums, products, inverses and rationals. Nothing else in the program is generic.
//!
//! Implemented by `f64`, `Complex64`, [`Interval`], [`Ball`], [`ComplexBall`] and truncated power [`Series`](super::Series).

use num_complex::Complex64;
use rug::Rational;

use super::{Ball, ComplexBall, Interval};

/// A commutative ring with (partial) inverses and a copy of the rationals.
pub trait Ring: Clone {
    /// The rational `value` in the same ring (same precision, same length) as `self`.
    fn rational(&self, value: &Rational) -> Self;
    /// a + b.
    fn plus(&self, other: &Self) -> Self;
    /// a − b.
    fn minus(&self, other: &Self) -> Self;
    /// a·b.
    fn times(&self, other: &Self) -> Self;
    /// a·b where b is real.
    fn times_real(&self, real: &Self) -> Self {
        self.times(real)
    }
    /// 1/a; where there is none, the ring's value that says so (NaN, a ball that says nothing).
    fn inverse(&self) -> Self;

    /// The integer `value`.
    fn integer(&self, value: i64) -> Self {
        self.rational(&Rational::from(value))
    }
    /// a/b.
    fn over(&self, other: &Self) -> Self {
        self.times(&other.inverse())
    }
}

/// The first `length` coefficients of the product of two polynomials or series.
pub(super) fn product<T: Ring>(a: &[T], b: &[T], length: usize) -> Vec<T> {
    let term = |k: usize| {
        let pairs = (0..=k).filter(|i| *i < a.len() && k - i < b.len());
        pairs.fold(a[0].integer(0), |sum, i| sum.plus(&a[i].times(&b[k - i])))
    };
    (0..length).map(term).collect()
}

/// Sum, difference and product of a type that has the operators on references.
macro_rules! by_operators {
    () => {
        fn plus(&self, other: &Self) -> Self {
            self + other
        }
        fn minus(&self, other: &Self) -> Self {
            self - other
        }
        fn times(&self, other: &Self) -> Self {
            self * other
        }
    };
}

impl Ring for f64 {
    fn rational(&self, value: &Rational) -> Self {
        value.to_f64()
    }
    fn integer(&self, value: i64) -> Self {
        value as Self
    }
    by_operators!();
    fn inverse(&self) -> Self {
        1.0 / self
    }
}

/// A quotient by an interval around 0 is the whole line.
impl Ring for Interval {
    fn rational(&self, value: &Rational) -> Self {
        Self::of_ball(&Ball::rational(value, 64))
    }
    fn integer(&self, value: i64) -> Self {
        match value {
            -0x20_0000_0000_0000..=0x20_0000_0000_0000 => Self::point(value as f64),
            _ => Self::of_ball(&Ball::integer(value, 64)),
        }
    }
    fn plus(&self, other: &Self) -> Self {
        *self + *other
    }
    fn minus(&self, other: &Self) -> Self {
        *self - *other
    }
    fn times(&self, other: &Self) -> Self {
        *self * *other
    }
    fn inverse(&self) -> Self {
        Self::inverse(*self).unwrap_or(Self::ENTIRE)
    }
}

impl Ring for Complex64 {
    fn rational(&self, value: &Rational) -> Self {
        Self::new(value.to_f64(), 0.0)
    }
    fn integer(&self, value: i64) -> Self {
        Self::new(value as f64, 0.0)
    }
    by_operators!();
    fn times_real(&self, real: &Self) -> Self {
        self * real.re
    }
    fn inverse(&self) -> Self {
        self.inv()
    }
}

impl Ring for Ball {
    fn rational(&self, value: &Rational) -> Self {
        Self::rational(value, self.bits())
    }
    fn integer(&self, value: i64) -> Self {
        Self::integer(value, self.bits())
    }
    by_operators!();
    fn inverse(&self) -> Self {
        Self::inverse(self)
    }
}

impl Ring for ComplexBall {
    fn rational(&self, value: &Rational) -> Self {
        Self::real(Ball::rational(value, self.bits()))
    }
    fn integer(&self, value: i64) -> Self {
        Self::real(Ball::integer(value, self.bits()))
    }
    by_operators!();
    fn inverse(&self) -> Self {
        Self::inverse(self)
    }
}
