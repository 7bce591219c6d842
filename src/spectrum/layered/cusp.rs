//! The points over z near a place where two bulks touch: there z − z* = z‴(λ*) (λ − λ*)³/6 + …, a triple root that no path in doubles
//! comes near to. The physical root is the one of the three with Im λ > 0.

use num_complex::Complex64;
use rug::{Complex, Float, Rational};

use super::stack::Chain;
use crate::number::{Ball, ComplexBall, Jet, Magnitude};

/// From this relative distance on a path in doubles reaches its end.
const NEAR: f64 = 1e-6;
/// Newton steps in doubles from the leading term.
const STEPS: usize = 4;

/// Where two bulks of the top level touch.
#[derive(Clone, Debug)]
pub(super) struct Cusp {
    /// Its point in λ₀.
    pub lambda: Ball,
    /// Its place.
    pub position: Ball,
    /// The same where it is rational.
    pub exact: Option<Rational>,
    /// F there.
    pub below: Rational,
    /// z‴/6, approximately.
    pub third: Float,
}

/// z‴/6 of the top of the first `count` levels, by a difference of second derivatives.
pub(super) fn third(chain: &Chain<Ball>, count: usize, lambda: &Ball, bits: u32) -> Float {
    let jets = chain.map(Jet::constant);
    let step = Float::with_val(bits, lambda.mid().abs_ref()) >> (bits / 4);
    let bend = |point: Float| {
        let levels = jets.levels(&Jet::variable(&Ball::new(point, Magnitude::ZERO)), count);
        levels.last().map_or_else(|| Float::new(bits), |top| top.z.curvature.mid().clone())
    };
    let [low, high] = [bend(Float::with_val(bits, lambda.mid() - &step)), bend(Float::with_val(bits, lambda.mid() + &step))];
    Float::with_val(bits, high - low) / (step * 12u32)
}

impl Cusp {
    /// The point over z by the leading term; none where z is not near.
    pub fn start(&self, z: &ComplexBall, bits: u32) -> Option<Complex> {
        let away = Complex::with_val(bits, z.mid() - self.position.mid());
        let near = Float::with_val(bits, away.abs_ref()) <= Float::with_val(bits, self.position.mid().abs_ref()) * NEAR;
        if !near {
            return None;
        }
        let cube = away / &self.third;
        let angle = Float::with_val(bits, cube.arg_ref());
        let size = Float::with_val(bits, cube.abs_ref()).cbrt();
        // Im λ > 0 of the three: the argument in (−π, 0] and two thirds of a turn more, or π and a third of it
        let turn = if angle.is_sign_positive() && !angle.is_zero() { Float::new(bits) } else { third_of_a_turn(bits) };
        let angle = Float::with_val(bits, angle / 3u32) + turn;
        let [re, im] = [angle.clone().cos() * &size, angle.sin() * &size];
        Some(Complex::with_val(bits, (re + self.lambda.mid(), im)))
    }
}

fn third_of_a_turn(bits: u32) -> Float {
    Float::with_val(bits, rug::float::Constant::Pi) * 2u32 / 3u32
}

/// A cusp in doubles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cusp64 {
    place: f64,
    lambda: f64,
    third: f64,
}

impl From<&Cusp> for Cusp64 {
    fn from(cusp: &Cusp) -> Self {
        Self { place: cusp.position.to_f64(), lambda: cusp.lambda.to_f64(), third: cusp.third.to_f64() }
    }
}

impl Cusp64 {
    /// The point over a real x by the leading term, improved as far as doubles go; none where x is not near.
    pub fn point(&self, x: f64, top: impl Fn(Complex64) -> Option<[Complex64; 2]>) -> Option<Complex64> {
        if (x - self.place).abs() > NEAR * self.place.abs() {
            return None;
        }
        let cube = (x - self.place) / self.third;
        let turn = if cube < 0.0 { std::f64::consts::FRAC_PI_3 } else { 2.0 * std::f64::consts::FRAC_PI_3 };
        let start = Complex64::from_polar(cube.abs().cbrt(), turn) + self.lambda;
        let mut lambda = start;
        for _ in 0..STEPS {
            let Some([value, slope]) = top(lambda) else { break };
            let next = lambda - (value - x) / slope;
            // rounding has the last word where it is larger than what is left
            if !next.is_finite() || (next - start).norm() > 0.1 * (start - self.lambda).norm() {
                break;
            }
            lambda = next;
        }
        Some(lambda)
    }
}
