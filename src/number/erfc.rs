//! erfc to full relative precision where it is small: the trapezoidal rule with its pole.
//!
//! ∫ e^(−t²)/(t² + x²) dt = (π/x) e^(x²) erfc x over the line. With step h and c = π/h the rule gives
//! h Σ e^(−n²h²)/(n²h² + x²), all terms positive, and differs by (2π/x) e^(x²)/(e^(2cx) − 1) from the poles ±ix where x < c, up to
//! 2√π e^(−c²)/(|c² − x²| (1 − e^(−2c²))) (the contour moved to Im t = ±c). Some 0.22 terms a bit.

use rug::Float;
use rug::float::Constant;

use super::ball::Ball;
use super::magnitude::Magnitude;

/// Bits beyond those asked.
const GUARD: u32 = 40;

/// erfc x for x ≥ 1 with some `bits` bits relative to it.
pub(super) fn erfc(x: &Float, bits: u32) -> Ball {
    let size = x.to_f64();
    let wanted = f64::from(bits + 10) * std::f64::consts::LN_2 + (2.0 * size * (2.0 * size + 1.0)).ln();
    // the poles must not lie next to the moved contour
    let square = if (wanted - size * size).abs() < 1.0 { size * size + 1.0 } else { wanted };
    let step = std::f64::consts::PI / square.sqrt();
    let count = (square / std::f64::consts::PI).ceil() as u32 + 1;
    let working = bits + GUARD + 2 * (32 - count.leading_zeros());
    let mut integral = sum(x, step, count, working);
    if size * size < square {
        // (2π/x) e^(x²)/(e^(2cx) − 1)
        let turn = Float::with_val(working, Constant::Pi) * 2u32;
        let exponent = Float::with_val(working, &turn * x) / step;
        let poles = turn * Float::with_val(working, x.square_ref()).exp() / (exponent.exp_m1() * x);
        integral -= poles;
    }
    let damp = (-Float::with_val(working + 2 * x.prec(), x.square_ref())).exp();
    let value = integral * Float::with_val(working, &damp) * x / Float::with_val(working, Constant::Pi);
    let error = relative_error(size, step, square, count, working);
    let radius = Magnitude::of(&value).times(Magnitude::from_f64(error));
    Ball::new(value, radius).with_bits(bits)
}

/// h/x² + 2h Σ_{n=1}^count e^(−n²h²)/(n²h² + x²).
fn sum(x: &Float, step: f64, count: u32, bits: u32) -> Float {
    let square = Float::with_val(bits, x.square_ref());
    let step_square = Float::with_val(106, step).square();
    let ratio = Float::with_val(bits, -&step_square).exp();
    let drift = ratio.clone().square();
    let (mut weight, mut factor) = (ratio.clone(), ratio * &drift);
    let mut sum = Float::with_val(bits, square.recip_ref()) / 2u32;
    for n in 1..=count {
        let place = Float::with_val(bits, &step_square * (u64::from(n) * u64::from(n))) + &square;
        sum += Float::with_val(bits, &weight / &place);
        weight *= &factor;
        factor *= &drift;
    }
    sum * (2.0 * step)
}

/// Rounding, at most 4(count + 4)² units of the last place and twice as much after the poles are taken off, the moved contour and
/// the terms left out, over the integral, which is at least 2√π/(x(2x + 1)).
fn relative_error(x: f64, step: f64, square: f64, count: u32, working: u32) -> f64 {
    let rounding = 16.0 * f64::from(count + 4).powi(2) * 2f64.powi(1 - working as i32);
    let c = std::f64::consts::PI / step * (1.0 - 1e-15);
    let root = std::f64::consts::PI.sqrt();
    let contour = 2.0 * root * (-c * c).exp() / ((square - x * x).abs() * (1.0 - 1e-12)) * 1.01;
    let left = f64::from(count) * step;
    let tail = root * (-left * left).exp() / (x * x);
    (rounding + (contour + tail) * x * (2.0 * x + 1.0) / (2.0 * root)) * 1.01
}
