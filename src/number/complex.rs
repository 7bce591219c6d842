//! Complex balls: a pair of real balls, real and imaginary part enclosed separately.

use std::cmp::Ordering;

use rug::Complex;

use super::operator::operator;
use super::{Ball, Magnitude};

/// The rectangle `re + i·im`.
#[derive(Clone, Debug)]
pub struct ComplexBall {
    /// The real part.
    pub re: Ball,
    /// The imaginary part.
    pub im: Ball,
}

impl ComplexBall {
    /// From its two parts.
    #[must_use]
    pub fn new(re: Ball, im: Ball) -> Self {
        Self { re, im }
    }

    /// A real number.
    #[must_use]
    pub fn real(re: Ball) -> Self {
        let im = Ball::zero(re.bits());
        Self { re, im }
    }

    /// The single point `value`.
    #[must_use]
    pub fn point(value: &Complex) -> Self {
        let exact = |part: &rug::Float| Ball::new(part.clone(), Magnitude::ZERO);
        Self { re: exact(value.real()), im: exact(value.imag()) }
    }

    /// The centre of the rectangle.
    #[must_use]
    pub fn mid(&self) -> Complex {
        Complex::with_val(self.bits(), (self.re.mid(), self.im.mid()))
    }

    /// The precision in bits.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.re.bits().max(self.im.bits())
    }

    /// The complex conjugate.
    #[must_use]
    pub fn conj(&self) -> Self {
        Self { re: self.re.clone(), im: -&self.im }
    }

    /// |z|².
    #[must_use]
    pub fn norm(&self) -> Ball {
        self.re.square() + self.im.square()
    }

    /// z².
    #[must_use]
    pub fn square(&self) -> Self {
        Self { re: self.re.square() - self.im.square(), im: (&self.re * &self.im).shifted(1) }
    }

    /// 1/z; a rectangle that meets zero gives one that says nothing.
    #[must_use]
    pub fn inverse(&self) -> Self {
        if self.im.is_exact_zero() {
            return Self::real(self.re.inverse());
        }
        let norm = self.norm();
        Self { re: &self.re / &norm, im: -&(&self.im / &norm) }
    }

    /// e^z.
    #[must_use]
    pub fn exp(&self) -> Self {
        let size = self.re.exp();
        Self { re: &size * &self.im.cos(), im: &size * &self.im.sin() }
    }

    /// r·z for a real r.
    #[must_use]
    pub fn scaled(&self, factor: &Ball) -> Self {
        Self { re: &self.re * factor, im: &self.im * factor }
    }

    /// The principal argument, in (−π, π]; a rectangle that meets the cut (other than inside it) or zero gives the ball that
    /// says nothing.
    #[must_use]
    pub fn argument(&self) -> Ball {
        let bits = self.bits();
        let pi = Ball::pi(bits);
        match (self.re.sign(), self.im.sign()) {
            (Some(Ordering::Greater), _) => (&self.im / &self.re).atan(),
            (Some(Ordering::Less), Some(Ordering::Less)) => (&self.im / &self.re).atan() - pi,
            (Some(Ordering::Less), Some(_)) => (&self.im / &self.re).atan() + pi,
            (_, Some(Ordering::Greater)) => pi.shifted(-1) - (&self.re / &self.im).atan(),
            (_, Some(Ordering::Less)) => -&((&self.re / &self.im).atan() + pi.shifted(-1)),
            _ => Ball::unknown(bits),
        }
    }

    /// The rectangle at another precision.
    #[must_use]
    pub fn with_bits(&self, bits: u32) -> Self {
        Self { re: self.re.with_bits(bits), im: self.im.with_bits(bits) }
    }

    /// Whether both parts say something.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    /// The sign of the imaginary part, when decided.
    #[must_use]
    pub fn im_sign(&self) -> Option<Ordering> {
        self.im.sign()
    }

    /// Whether the two rectangles have a point in common.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.re.overlaps(&other.re) && self.im.overlaps(&other.im)
    }

    /// Both parts with `extra` added to their radii.
    #[must_use]
    pub fn widened(&self, extra: Magnitude) -> Self {
        Self { re: self.re.widened(extra), im: self.im.widened(extra) }
    }

    /// An upper bound of |z|.
    #[must_use]
    pub fn magnitude(&self) -> Magnitude {
        let (re, im) = (self.re.magnitude(), self.im.magnitude());
        re.times(re).plus(im.times(im)).sqrt()
    }

    /// Midpoints in double precision.
    #[must_use]
    pub fn to_c64(&self) -> num_complex::Complex64 {
        num_complex::Complex64::new(self.re.to_f64(), self.im.to_f64())
    }
}

fn multiply(a: &ComplexBall, b: &ComplexBall) -> ComplexBall {
    match (a.im.is_exact_zero(), b.im.is_exact_zero()) {
        (true, true) => return ComplexBall::real(&a.re * &b.re),
        (true, false) => return b.scaled(&a.re),
        (false, true) => return a.scaled(&b.re),
        (false, false) => {}
    }
    ComplexBall { re: &a.re * &b.re - &a.im * &b.im, im: &a.re * &b.im + &a.im * &b.re }
}

operator!(ComplexBall, Add, add, |a: &ComplexBall, b: &ComplexBall| ComplexBall { re: &a.re + &b.re, im: &a.im + &b.im });
operator!(ComplexBall, Sub, sub, |a: &ComplexBall, b: &ComplexBall| ComplexBall { re: &a.re - &b.re, im: &a.im - &b.im });
operator!(ComplexBall, Mul, mul, multiply);
operator!(ComplexBall, Div, div, |a: &ComplexBall, b: &ComplexBall| multiply(a, &b.inverse()));

impl std::ops::Neg for &ComplexBall {
    type Output = ComplexBall;
    fn neg(self) -> ComplexBall {
        ComplexBall { re: -&self.re, im: -&self.im }
    }
}

impl ComplexBall {
    /// The principal logarithm; the rectangle must keep away from zero and from the negative real axis.
    #[must_use]
    pub fn ln(&self) -> Self {
        let bits = self.bits();
        let least = self.norm().sqrt().least_magnitude();
        if least.is_zero() || !self.is_finite() || (!self.re.is_positive() && self.im.contains_zero()) {
            return Self::new(Ball::unknown(bits), Ball::unknown(bits));
        }
        let mid = rug::Complex::with_val(bits + 8, (self.re.mid(), self.im.mid())).ln();
        let radius = self.re.radius().plus(self.im.radius()).over(least);
        let (re, im) = mid.into_real_imag();
        let part = |part: rug::Float| {
            let ulp = Magnitude::of(&part).shifted(2 - i64::from(bits));
            Ball::new(part, radius.plus(ulp))
        };
        Self::new(part(re), part(im))
    }
}
