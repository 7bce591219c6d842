//! The catalogue of primitives: one table row each, with everything the other rooms ask of it. Slopes stand in `derivative`.
//!
//! Activations that are compositions of these stand in `prelude.rsv`, in the query language itself.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use rug::Rational;

use crate::number::{Ball, Magnitude};

/// How f(−x) relates to f(x).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parity {
    /// f(−x) = f(x)
    Even,
    /// f(−x) = −f(x)
    Odd,
    /// Neither is proved.
    Neither,
}

impl Parity {
    /// Its name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Even => "even",
            Odd => "odd",
            Neither => "none",
        }
    }
}

/// A function of one real variable that is not a composition of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Primitive {
    /// eˣ
    Exp,
    /// The natural logarithm.
    Log,
    /// √x
    Sqrt,
    /// |x|
    Abs,
    /// −1, 0 or 1
    Sign,
    /// 1 for x > 0, else 0
    Step,
    /// sin x
    Sin,
    /// cos x
    Cos,
    /// tan x
    Tan,
    /// arctan x
    Atan,
    /// arcsin x
    Asin,
    /// arccos x
    Acos,
    /// sinh x
    Sinh,
    /// cosh x
    Cosh,
    /// tanh x
    Tanh,
    /// (2/√π) ∫₀ˣ e^(−t²) dt
    Erf,
    /// 1 − erf x
    Erfc,
    /// The distribution function of N(0, 1).
    NormalCdf,
    /// 1/(1 + e^(−x))
    Sigmoid,
    /// ln(1 + eˣ)
    Softplus,
}

/// A row of the catalogue.
pub struct Row {
    /// Which primitive.
    pub primitive: Primitive,
    /// Its name in the query language.
    pub name: &'static str,
    /// One line for `help`.
    pub about: &'static str,
    /// Its parity as a function.
    pub parity: Parity,
    /// Its value in double precision, one at a time.
    pub double: fn(f64) -> f64,
    /// Its enclosure over a ball.
    pub ball: fn(&Ball) -> Ball,
    /// Its value at zero, when that is rational.
    pub at_zero: Option<i32>,
}

use Parity::{Even, Neither, Odd};
use Primitive::{
    Abs, Acos, Asin, Atan, Cos, Cosh, Erf, Erfc, Exp, Log, NormalCdf, Sigmoid, Sign, Sin, Sinh, Softplus, Sqrt, Step, Tan, Tanh,
};

fn sign_of(x: f64) -> f64 {
    if x == 0.0 { x } else { x.signum() }
}

fn step_double(x: f64) -> f64 {
    if x.is_nan() { x } else { f64::from(u8::from(x > 0.0)) }
}

fn sigmoid_double(x: f64) -> f64 {
    let decay = (-x.abs()).exp();
    if x < 0.0 { decay / (1.0 + decay) } else { 1.0 / (1.0 + decay) }
}

/// erfc(y)/2 at y = −x/√2, corrected for the rounding of y where the left tail magnifies it.
fn normal_cdf_double(x: f64) -> f64 {
    let y = -x * FRAC_1_SQRT_2;
    if !(1.0..=28.0).contains(&y) {
        return 0.5 * libm::erfc(y);
    }
    let low = (-x).mul_add(FRAC_1_SQRT_2, -y) - x * FRAC_1_SQRT_2_LOW;
    let slope = FRAC_2_SQRT_PI * (-y * y).exp();
    0.5 * (-slope).mul_add(low, libm::erfc(y))
}

/// 1/√2 − its nearest double.
const FRAC_1_SQRT_2_LOW: f64 = -4.833_646_656_726_457e-17;

fn softplus_double(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

fn sign_ball(x: &Ball) -> Ball {
    match x.sign() {
        Some(sign) => Ball::integer(sign as i64, x.bits()),
        None => Ball::zero(x.bits()).widened(Magnitude::from_f64(1.0)),
    }
}

fn step_ball(x: &Ball) -> Ball {
    match x.sign() {
        Some(sign) => Ball::integer(i64::from(sign.is_gt()), x.bits()),
        None => Ball::integer(1, x.bits()).shifted(-1).widened(Magnitude::from_f64(0.5)),
    }
}

const fn row(
    primitive: Primitive,
    name: &'static str,
    about: &'static str,
    parity: Parity,
    at_zero: Option<i32>,
    double: fn(f64) -> f64,
    ball: fn(&Ball) -> Ball,
) -> Row {
    Row { primitive, name, about, parity, double, ball, at_zero }
}

/// The table, in the order of the enum.
#[rustfmt::skip]
pub static CATALOGUE: [Row; 20] = [
    row(Exp, "exp", "e^x", Neither, Some(1), f64::exp, Ball::exp),
    row(Log, "log", "natural logarithm, for positive arguments", Neither, None, f64::ln, Ball::ln),
    row(Sqrt, "sqrt", "square root, for arguments >= 0", Neither, Some(0), f64::sqrt, Ball::sqrt),
    row(Abs, "abs", "absolute value", Even, Some(0), f64::abs, Ball::abs),
    row(Sign, "sign", "-1, 0 or 1", Odd, Some(0), sign_of, sign_ball),
    row(Step, "step", "1 for x > 0, else 0", Neither, Some(0), step_double, step_ball),
    row(Sin, "sin", "sine", Odd, Some(0), f64::sin, Ball::sin),
    row(Cos, "cos", "cosine", Even, Some(1), f64::cos, Ball::cos),
    row(Tan, "tan", "tangent", Odd, Some(0), f64::tan, Ball::tan),
    row(Atan, "atan", "inverse tangent", Odd, Some(0), f64::atan, Ball::atan),
    row(Asin, "asin", "inverse sine, on [-1, 1]", Odd, Some(0), f64::asin, Ball::asin),
    row(Acos, "acos", "inverse cosine, on [-1, 1]", Neither, None, f64::acos, Ball::acos),
    row(Sinh, "sinh", "hyperbolic sine", Odd, Some(0), f64::sinh, Ball::sinh),
    row(Cosh, "cosh", "hyperbolic cosine", Even, Some(1), f64::cosh, Ball::cosh),
    row(Tanh, "tanh", "hyperbolic tangent", Odd, Some(0), f64::tanh, Ball::tanh),
    row(Erf, "erf", "error function", Odd, Some(0), libm::erf, Ball::erf),
    row(Erfc, "erfc", "complementary error function 1 - erf(x)", Neither, Some(1), libm::erfc, Ball::erfc),
    row(NormalCdf, "Phi", "distribution function of N(0, 1)", Neither, None, normal_cdf_double, Ball::normal_cdf),
    row(Sigmoid, "sigmoid", "1/(1 + exp(-x))", Neither, None, sigmoid_double, Ball::sigmoid),
    row(Softplus, "softplus", "log(1 + exp(x))", Neither, None, softplus_double, Ball::softplus),
];

impl Primitive {
    /// The primitive's row.
    #[must_use]
    pub fn row(self) -> &'static Row {
        &CATALOGUE[self as usize]
    }

    /// The primitive of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        CATALOGUE.iter().find(|row| row.name == name).map(|row| row.primitive)
    }

    /// The value at a rational number, where it is rational and needs no theory.
    pub(super) fn at_rational(self, value: &Rational) -> Option<Rational> {
        match self {
            Abs => Some(value.clone().abs()),
            Sign => Some(value.clone().signum()),
            Step => Some(Rational::from(i32::from(*value > 0))),
            Sqrt => rational_root(value),
            Log if *value == 1 => Some(Rational::new()),
            _ if *value == 0 => self.row().at_zero.map(Rational::from),
            _ => None,
        }
    }
}

/// The rational square root, when there is one.
fn rational_root(value: &Rational) -> Option<Rational> {
    if *value < 0 || !value.numer().is_perfect_square() || !value.denom().is_perfect_square() {
        return None;
    }
    Some(Rational::from((value.numer().clone().sqrt(), value.denom().clone().sqrt())))
}
