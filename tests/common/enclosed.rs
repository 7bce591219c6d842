//! Values to 60 digits from MPFR, and balls that hold them.

use resolvent::number::{Ball, Magnitude, bits_for_digits};
use rug::Float;
use rug::float::Constant;

/// The bits of the answers.
pub const BITS: u32 = 210;

pub fn float(value: impl Into<f64>) -> Float {
    Float::with_val(BITS + 60, value.into())
}

pub fn pi() -> Float {
    Float::with_val(BITS + 60, Constant::Pi)
}

pub fn ln_two() -> Float {
    Float::with_val(BITS + 60, Constant::Log2)
}

/// The value lies in the ball, and the ball certifies 50 digits.
pub fn assert_value(label: &str, ball: &Ball, expected: &Float) {
    let slack = Magnitude::of(expected).shifted(-i64::from(BITS)).plus(Magnitude::from_f64(1.0).shifted(-i64::from(BITS)));
    let difference = Magnitude::of(&Float::with_val(BITS + 60, ball.mid() - expected));
    assert!(difference <= ball.radius().plus(slack), "{label}: {:?} ± {:?} against {expected}", ball.mid(), ball.radius());
    assert!(ball.radius().log2() < -f64::from(bits_for_digits(50)), "{label}: radius {:?}", ball.radius());
}
