//! The law of `features` against reference values, closed forms, independent solvers and its own symmetries.

use std::sync::Arc;

use proptest::prelude::*;
use resolvent::number::{Ball, ComplexBall, Real, bits_for_digits, decimal};
use resolvent::spectrum::{
    Argument, CurveLaw, Edge, Law64, LawError, Parameters, Shape, cdf, density, edges, quantile, shares, stieltjes,
};
use rug::ops::Pow;
use rug::{Float, Rational};

mod double;
mod equation;
mod laws;
mod pitfalls;
mod random;
mod reference;

/// A decimal (`1.5`, `2e-3`) or a fraction (`7/3`).
fn rational(text: &str) -> Rational {
    if let Ok(value) = text.parse::<Rational>() {
        return value;
    }
    let (mantissa, exponent) = text.split_once('e').map_or((text, 0), |(m, e)| (m, e.parse::<i32>().expect("an exponent")));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: rug::Integer = format!("{whole}{fraction}").parse().expect("a decimal number");
    let power = Rational::from(10).pow(exponent - fraction.len() as i32);
    digits * power
}

/// A law with rational θ₁ and θ₂, the shape decided exactly.
fn law(phi: &str, psi: &str, theta1: &str, theta2: &str) -> Parameters {
    law_of(rational(phi), rational(psi), rational(theta1), rational(theta2))
}

fn law_of(phi: Rational, psi: Rational, theta1: Rational, theta2: Rational) -> Parameters {
    let shape = match () {
        () if theta1.is_zero() => Shape::Null,
        () if theta2.is_zero() => Shape::Isotropic,
        () if theta1 == theta2 => Shape::Linear,
        () => Shape::General,
    };
    let ball = |value: &Rational| Ball::rational(value, 64);
    Parameters { phi, psi, theta1: ball(&theta1), theta2: ball(&theta2), shape, exact: Some((theta1, theta2)) }
}

/// The same law with θ₁ and θ₂ known only as balls.
fn inexact(parameters: &Parameters, bits: u32) -> Parameters {
    let (theta1, theta2) = parameters.exact.clone().expect("exact parameters");
    let ball =
        |value: &Rational| Ball::rational(value, bits).widened(Ball::rational(value, bits).magnitude().shifted(-i64::from(bits)));
    Parameters { theta1: ball(&theta1), theta2: ball(&theta2), exact: None, ..parameters.clone() }
}

/// The precision loop of the program in small: more bits until every ball has `digits` digits.
fn certain<T>(digits: u32, compute: impl Fn(u32) -> Result<T, LawError>, balls: impl Fn(&T) -> Vec<Ball>) -> T {
    let mut bits = bits_for_digits(digits);
    for _ in 0..8 {
        match compute(bits) {
            Ok(value) if balls(&value).iter().all(|ball| decimal(ball, digits).is_some()) => return value,
            Ok(_) | Err(LawError::MoreBits) => bits *= 2,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("no {digits} digits with {bits} bits");
}

/// The moments of a law with rational energies.
fn exact_moments(parameters: &Parameters, count: usize) -> Vec<Rational> {
    let moments = resolvent::spectrum::moments(parameters, count, 64).expect("moments");
    let rational = |moment| if let Real::Rational(value) = moment { value } else { panic!("{moment:?} is not exact") };
    moments.into_iter().map(rational).collect()
}

/// The law in double precision.
fn table(parameters: &Parameters) -> Result<Arc<Law64>, LawError> {
    CurveLaw::new(parameters.clone(), 64).law64()
}

/// The masses of the bulks.
fn masses(parameters: &Parameters, bits: u32) -> Result<Vec<Rational>, LawError> {
    Ok(shares(parameters, edges(parameters, bits)?.len()))
}

fn m_at(parameters: &Parameters, re: &Rational, im: &Rational, digits: u32) -> ComplexBall {
    let z = Argument::Exact(re.clone(), im.clone());
    certain(digits, |bits| stieltjes(parameters, &z, bits), |m| vec![m.re.clone(), m.im.clone()])
}

fn density_at(parameters: &Parameters, x: &Rational, digits: u32) -> Ball {
    certain(digits, |bits| density(parameters, x, bits), |value| vec![value.clone()])
}

fn cdf_at(parameters: &Parameters, x: &Rational, digits: u32) -> Ball {
    certain(digits, |bits| cdf(parameters, x, bits), |value| vec![value.clone()])
}

fn quantile_at(parameters: &Parameters, p: &Rational, digits: u32) -> Ball {
    certain(digits, |bits| quantile(parameters, &edges(parameters, bits)?, p, bits), |value| vec![value.clone()])
}

fn edges_at(parameters: &Parameters, digits: u32) -> Vec<[Edge; 2]> {
    certain(digits, |bits| edges(parameters, bits), |bulks| bulks.iter().flatten().map(|edge| edge.position.clone()).collect())
}

/// Whether two balls lie within one unit of the `digits`th significant digit of the second.
fn near(ball: &Ball, reference: &Ball, digits: i32) -> bool {
    let slack = Float::with_val(64, reference.mid().abs_ref()) * Float::with_val(64, 10).pow(1 - digits);
    (ball - reference).magnitude().to_float() <= slack
}

fn from_double(value: f64) -> Rational {
    Rational::from_f64(value).expect("a finite double")
}

/// Ratios from 10⁻⁶ to 10⁶, one time in four exactly 1.
fn ratio() -> impl Strategy<Value = Rational> {
    prop_oneof![1 => Just(Rational::from(1)), 1 => Just(Rational::from((1, 2))), 6 => (-6.0..6.0f64).prop_map(|e| from_double(10f64.powf(e)))]
}

/// θ₂/θ₁ in (0, 1), near both ends as often as in the middle.
fn share() -> impl Strategy<Value = Rational> {
    prop_oneof![
        (0.02..0.98f64).prop_map(from_double),
        (-12.0..-1.0f64).prop_map(|e| from_double(10f64.powf(e))),
        (-12.0..-1.0f64).prop_map(|e| Rational::from(1) - from_double(10f64.powf(e))),
    ]
}

/// Laws of the general shape, θ₁ = 1.
fn any_law() -> impl Strategy<Value = Parameters> {
    (ratio(), ratio(), share()).prop_map(|(phi, psi, t)| law_of(phi, psi, Rational::from(1), t))
}

/// Laws whose parameters stay within two orders of magnitude.
fn moderate_law() -> impl Strategy<Value = Parameters> {
    let ratio = || prop_oneof![1 => Just(Rational::from(1)), 4 => (-1.5..1.5f64).prop_map(|e| from_double(10f64.powf(e)))];
    (ratio(), ratio(), 0.02..0.98f64).prop_map(|(phi, psi, t)| law_of(phi, psi, Rational::from(1), from_double(t)))
}

/// Points of the upper half plane with parts from 10⁻³ to 10³.
fn upper_point() -> impl Strategy<Value = (Rational, Rational)> {
    (-3.0..3.0f64, any::<bool>(), -3.0..3.0f64).prop_map(|(re, negative, im)| {
        let re = from_double(10f64.powf(re));
        (if negative { -re } else { re }, from_double(10f64.powf(im)))
    })
}
