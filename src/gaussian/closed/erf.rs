//! erf of complex balls by its power series, erf z = (2/√π) Σ (−1)^n z^(2n+1)/(n! (2n+1)).
//!
//! The terms add up to at most |z| e^|z|² in size, so the working precision is raised by 1.45 |z|² bits, and |z| is bounded.
//! In working precision u each of N terms has a relative error below 12Nu, each addition one below 2u of the size of the sum:
//! in all less than 20 N u |z| e^|z|². The radius of the argument enters through |erf′ z| = (2/√π) e^(y² − x²).

use rug::Float;

use crate::number::{Ball, ComplexBall, Magnitude};

/// Largest |z|² accepted (a third of a second of work): above it the result says nothing.
pub(super) const LARGEST_SQUARE: f64 = 8_000.0;

/// erf(re + i·im), with about the precision of the arguments where these are exact.
pub(super) fn complex_erf(re: &Ball, im: &Ball) -> ComplexBall {
    let bits = re.bits().max(im.bits());
    let argument = ComplexBall::new(re.clone(), im.clone());
    let square = argument.magnitude().to_f64().powi(2);
    if !argument.is_finite() || square > LARGEST_SQUARE {
        return ComplexBall::new(Ball::unknown(bits), Ball::unknown(bits));
    }
    // log2 of |z| e^|z|², generously, and of the number of terms
    let growth = (1.45 * square).ceil() as u32 + 8;
    let working = bits + growth + 2 * u32::BITS;
    let (sum, last, count) = series(re.mid(), im.mid(), square, working, bits);
    let rounding = Magnitude::power_of_two(i64::from(growth) - i64::from(working)).times(Magnitude::from_f64(20.0 * count));
    let error = rounding.plus(last);
    let factor = &Ball::integer(2, bits) / &Ball::pi(bits).sqrt();
    let spread = re.radius().plus(im.radius());
    let slope = (im.with_bits(64).square() - re.with_bits(64).square()).exp().magnitude().times(Magnitude::from_f64(1.129));
    let part = |mid: &Float| {
        let ball = Ball::new(mid.clone(), error).with_bits(bits) * &factor;
        ball.widened(if spread.is_zero() { Magnitude::ZERO } else { slope.times(spread) })
    };
    ComplexBall::new(part(&sum.0), part(&sum.1))
}

/// The partial sum, a bound of what is left out, and the number of terms.
fn series(x: &Float, y: &Float, square: f64, working: u32, bits: u32) -> ((Float, Float), Magnitude, f64) {
    let mut power = (Float::with_val(working, x), Float::with_val(working, y));
    let mut sum = power.clone();
    let step_re = Float::with_val(working, y.square_ref()) - Float::with_val(working, x.square_ref());
    let step_im = Float::with_val(working, x * y) * -2i32;
    let threshold = Magnitude::power_of_two(-i64::from(bits) - 16);
    let mut n = 0u32;
    loop {
        n += 1;
        let re = Float::with_val(working, &power.0 * &step_re) - Float::with_val(working, &power.1 * &step_im);
        let im = Float::with_val(working, &power.0 * &step_im) + Float::with_val(working, &power.1 * &step_re);
        power = (re / n, im / n);
        sum.0 += Float::with_val(working, &power.0 / (2 * n + 1));
        sum.1 += Float::with_val(working, &power.1 / (2 * n + 1));
        let size = Magnitude::of(&power.0).plus(Magnitude::of(&power.1));
        // from here on each term is less than half of the one before
        if f64::from(n) >= 2.0 * square + 2.0 && size < threshold {
            return (sum, size, f64::from(n));
        }
    }
}
