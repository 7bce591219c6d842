//! The catalogue of primitives: one table row each, with everything the other rooms ask of it.
//!
//! Activations that are compositions of these stand in `prelude.rsv`, in the query language itself.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use rug::Rational;

use super::identities::root_of_one_minus_square;
use super::{Function, Parity};
use crate::number::Ball;

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
    /// Its derivative at `u`, almost everywhere.
    pub derivative: fn(&Function) -> Function,
    /// Its value at zero, when that is rational.
    pub at_zero: Option<i32>,
}

use Parity::{Even, Neither, Odd};
use Primitive::{
    Abs, Acos, Asin, Atan, Cos, Cosh, Erf, Erfc, Exp, Log, NormalCdf, Sigmoid, Sign, Sin, Sinh, Softplus, Sqrt, Step, Tan, Tanh,
};

fn one() -> Function {
    Function::rational(1)
}

fn zero(_: &Function) -> Function {
    Function::rational(0)
}

/// 1/√(1 − u²)
fn arc_slope(u: &Function) -> Function {
    one() / root_of_one_minus_square(u)
}

/// (2/√π) e^(−u²)
fn erf_slope(u: &Function) -> Function {
    let pi: Function = super::Node::Pi.into();
    Function::rational(2) / pi.apply(Sqrt) * (-u.powi(2)).apply(Exp)
}

/// e^(−u²/2)/√(2π)
fn normal_density(u: &Function) -> Function {
    let two_pi = Function::rational(2) * super::Node::Pi.into();
    (-u.powi(2) / Function::rational(2)).apply(Exp) / two_pi.apply(Sqrt)
}

fn sign_of(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        x
    }
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
        None => Ball::zero(x.bits()).widened(crate::number::Magnitude::from_f64(1.0)),
    }
}

fn step_ball(x: &Ball) -> Ball {
    match x.sign() {
        Some(sign) => Ball::integer(i64::from(sign.is_gt()), x.bits()),
        None => Ball::integer(1, x.bits()).shifted(-1).widened(crate::number::Magnitude::from_f64(0.5)),
    }
}

#[allow(clippy::too_many_arguments, reason = "one argument for each column of the table")]
const fn row(
    primitive: Primitive,
    name: &'static str,
    about: &'static str,
    parity: Parity,
    at_zero: Option<i32>,
    double: fn(f64) -> f64,
    ball: fn(&Ball) -> Ball,
    derivative: fn(&Function) -> Function,
) -> Row {
    Row { primitive, name, about, parity, double, ball, derivative, at_zero }
}

/// The table, in the order of the enum.
#[rustfmt::skip]
pub static CATALOGUE: [Row; 20] = [
    row(Exp, "exp", "e^x", Neither, Some(1), f64::exp, Ball::exp, |u| u.apply(Exp)),
    row(Log, "log", "natural logarithm, for positive arguments", Neither, None, f64::ln, Ball::ln, |u| one() / u.clone()),
    row(Sqrt, "sqrt", "square root, for arguments >= 0", Neither, Some(0), f64::sqrt, Ball::sqrt, |u| one() / (Function::rational(2) * u.apply(Sqrt))),
    row(Abs, "abs", "absolute value", Even, Some(0), f64::abs, Ball::abs, |u| u.apply(Sign)),
    row(Sign, "sign", "-1, 0 or 1", Odd, Some(0), sign_of, sign_ball, zero),
    row(Step, "step", "1 for x > 0, else 0", Neither, Some(0), step_double, step_ball, zero),
    row(Sin, "sin", "sine", Odd, Some(0), f64::sin, Ball::sin, |u| u.apply(Cos)),
    row(Cos, "cos", "cosine", Even, Some(1), f64::cos, Ball::cos, |u| -u.apply(Sin)),
    row(Tan, "tan", "tangent", Odd, Some(0), f64::tan, Ball::tan, |u| one() + u.apply(Tan).powi(2)),
    row(Atan, "atan", "inverse tangent", Odd, Some(0), f64::atan, Ball::atan, |u| one() / (one() + u.powi(2))),
    row(Asin, "asin", "inverse sine, on [-1, 1]", Odd, Some(0), f64::asin, Ball::asin, arc_slope),
    row(Acos, "acos", "inverse cosine, on [-1, 1]", Neither, None, f64::acos, Ball::acos, |u| -arc_slope(u)),
    row(Sinh, "sinh", "hyperbolic sine", Odd, Some(0), f64::sinh, Ball::sinh, |u| u.apply(Cosh)),
    row(Cosh, "cosh", "hyperbolic cosine", Even, Some(1), f64::cosh, Ball::cosh, |u| u.apply(Sinh)),
    row(Tanh, "tanh", "hyperbolic tangent", Odd, Some(0), f64::tanh, Ball::tanh, |u| one() - u.apply(Tanh).powi(2)),
    row(Erf, "erf", "error function", Odd, Some(0), libm::erf, Ball::erf, erf_slope),
    row(Erfc, "erfc", "complementary error function 1 - erf(x)", Neither, Some(1), libm::erfc, Ball::erfc, |u| -erf_slope(u)),
    row(NormalCdf, "Phi", "distribution function of N(0, 1)", Neither, None, normal_cdf_double, Ball::normal_cdf, normal_density),
    row(Sigmoid, "sigmoid", "1/(1 + exp(-x))", Neither, None, sigmoid_double, Ball::sigmoid, |u| u.apply(Sigmoid) * (one() - u.apply(Sigmoid))),
    row(Softplus, "softplus", "log(1 + exp(x))", Neither, None, softplus_double, Ball::softplus, |u| u.apply(Sigmoid)),
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

    /// The value at a constant, where it is rational and needs no theory.
    pub(super) fn fold(self, argument: &Function) -> Option<Function> {
        let value = argument.as_rational()?;
        match self {
            Abs => Some(Function::rational(value.clone().abs())),
            Sign => Some(Function::rational(value.clone().signum())),
            Step => Some(Function::rational(i32::from(*value > 0))),
            Sqrt => rational_root(value).map(Function::rational),
            Log if *value == 1 => Some(Function::rational(0)),
            _ if *value == 0 => self.row().at_zero.map(Function::rational),
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
