//! erf of complex balls by its power series, erf z = (2/√π) Σ (−1)^n z^(2n+1)/(n! (2n+1)).
//!
//! The terms reach e^|z|², so the working precision is raised by 1.45 |z|² bits, and |z| is bounded.

use crate::number::{Ball, ComplexBall, Magnitude};

/// Largest |z|² accepted: above it the result says nothing.
pub(super) const LARGEST_SQUARE: f64 = 20_000.0;

/// erf(re + i·im), with about the precision of the arguments where these are exact.
pub(super) fn complex_erf(re: &Ball, im: &Ball) -> ComplexBall {
    let bits = re.bits();
    let argument = ComplexBall::new(re.clone(), im.clone());
    let square = argument.magnitude().to_f64().powi(2);
    if !argument.is_finite() || square > LARGEST_SQUARE {
        return ComplexBall::new(Ball::unknown(bits), Ball::unknown(bits));
    }
    let working = bits + 16 + (1.45 * square).ceil() as u32;
    let z = ComplexBall::new(re.with_bits(working), im.with_bits(working));
    let step = -&z.square();
    let (mut power, mut sum) = (z.clone(), z);
    let threshold = Magnitude::power_of_two(-i64::from(bits) - 16);
    let mut n = 0i64;
    loop {
        n += 1;
        power = over(&(&power * &step), n);
        sum = &sum + &over(&power, 2 * n + 1);
        // from here on each term is less than half of the one before
        if n as f64 >= 2.0 * square + 2.0 && power.magnitude() < threshold {
            break;
        }
    }
    let sum = sum.widened(power.magnitude());
    let factor = &Ball::integer(2, working) / &Ball::pi(working).sqrt();
    let value = sum.scaled(&factor);
    ComplexBall::new(value.re.with_bits(bits), value.im.with_bits(bits))
}

fn over(z: &ComplexBall, n: i64) -> ComplexBall {
    let n = Ball::integer(n, z.bits());
    ComplexBall::new(&z.re / &n, &z.im / &n)
}
