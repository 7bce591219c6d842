//! The law of `features` against reference values, closed forms, independent solvers and its own symmetries.

use resolvent::number::{Ball, ComplexBall, bits_for_digits, decimal};
use resolvent::spectrum::{Argument, LawError, Parameters, Shape, atom, density, edges, masses, moments, stieltjes};
use rug::{Float, Rational};
use serde_json::Value;

const DIGITS: u32 = 30;

fn rational(text: &str) -> Rational {
    if let Ok(value) = text.parse::<Rational>() {
        return value;
    }
    let (mantissa, exponent) = text.split_once('e').map_or((text, 0), |(m, e)| (m, e.parse::<i32>().expect("an exponent")));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: rug::Integer = format!("{whole}{fraction}").parse().expect("a decimal number");
    let shift = exponent - fraction.len() as i32;
    let power = Rational::from(rug::Integer::from(rug::Integer::u_pow_u(10, shift.unsigned_abs())));
    if shift < 0 { Rational::from(digits) / power } else { Rational::from(digits) * power }
}

/// A law with rational θ₁ and θ₂, the shape decided exactly.
fn law(phi: &str, psi: &str, theta1: &str, theta2: &str) -> Parameters {
    law_of(rational(phi), rational(psi), rational(theta1), rational(theta2))
}

fn law_of(phi: Rational, psi: Rational, theta1: Rational, theta2: Rational) -> Parameters {
    let shape = if theta1.is_zero() {
        Shape::Null
    } else if theta2.is_zero() {
        Shape::Isotropic
    } else if theta1 == theta2 {
        Shape::Linear
    } else {
        Shape::General
    };
    let ball = |value: &Rational| Ball::rational(value, 64);
    Parameters { phi, psi, theta1: ball(&theta1), theta2: ball(&theta2), shape, exact: Some((theta1, theta2)) }
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

fn parts(z: &ComplexBall) -> Vec<Ball> {
    vec![z.re.clone(), z.im.clone()]
}

fn m_at(parameters: &Parameters, re: &Rational, im: &Rational, digits: u32) -> ComplexBall {
    let z = Argument::Exact(re.clone(), im.clone());
    certain(digits, |bits| stieltjes(parameters, &z, bits), parts)
}

fn density_at(parameters: &Parameters, x: &Rational, digits: u32) -> Ball {
    certain(digits, |bits| density(parameters, x, bits), |value| vec![value.clone()])
}

/// Whether the ball lies within one unit of the `digits`th significant digit of the reference.
fn agrees(ball: &Ball, reference: &str, digits: i32) -> bool {
    let reference = rational(reference);
    let slack = Float::with_val(64, Float::with_val(64, &reference).abs()) * Float::with_val(64, 10).pow(1 - digits);
    let distance = (ball - &Ball::rational(&reference, 400)).magnitude().to_float();
    distance <= slack
}
use rug::ops::Pow;

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

#[test]
fn reference_cases() {
    let data: Value = serde_json::from_str(include_str!("reference/quartic.json")).expect("valid JSON");
    for case in list(&data["cases"]) {
        let name = text(&case["name"]);
        let parameters = law(text(&case["phi"]), text(&case["psi"]), text(&case["theta1"]), text(&case["theta2"]));
        for entry in list(&case["stieltjes"]) {
            let (z, m) = (list(&entry["z"]), list(&entry["m"]));
            let value = m_at(&parameters, &rational(text(&z[0])), &rational(text(&z[1])), DIGITS);
            assert!(agrees(&value.re, text(&m[0]), 28) && agrees(&value.im, text(&m[1]), 28), "{name} m({z:?})");
        }
        for entry in list(&case["density"]) {
            let value = density_at(&parameters, &rational(text(&entry["x"])), DIGITS);
            assert!(agrees(&value, text(&entry["density"]), 28), "{name} density({})", entry["x"]);
        }
        for entry in list(&case["real_axis_outside"]) {
            let value = m_at(&parameters, &rational(text(&entry["x"])), &Rational::new(), DIGITS);
            assert!(value.im.is_exact_zero() && agrees(&value.re, text(&entry["m"]), 28), "{name} m({})", entry["x"]);
        }
        let bulks = certain(
            DIGITS,
            |bits| edges(&parameters, bits),
            |bulks| bulks.iter().flatten().map(|e| e.position.clone()).collect(),
        );
        let expected: Vec<&Value> = list(&case["components"]).iter().flat_map(list).collect();
        let found: Vec<_> = bulks.iter().flatten().collect();
        assert_eq!(found.len(), expected.len(), "{name} number of edges");
        assert!(found.iter().zip(&expected).all(|(edge, value)| agrees(&edge.position, text(value), 28)), "{name} edges");
        match case["hard_edge_at_zero_exponent"].as_str() {
            Some(exponent) => assert_eq!(bulks[0][0].exponent, rational(exponent), "{name} hard edge"),
            None => assert!(found.iter().all(|edge| edge.exponent == 0.5), "{name} soft edges"),
        }
        assert_eq!(atom(&parameters), rational(text(&case["atom_at_zero"])), "{name} atom");
        let weights = masses(&parameters, 128).expect("masses");
        for (mass, value) in weights.iter().zip(list(&case["component_masses"])) {
            assert!((mass.to_f64() - rational(text(value)).to_f64()).abs() < 2e-6, "{name} masses");
        }
        let computed = moments(&parameters, 8, 200).expect("moments");
        let expected: Vec<&Value> =
            list(&case["moments"]).iter().chain(case["moments_7_8"].as_array().into_iter().flatten()).collect();
        for (value, reference) in computed.values.iter().zip(&expected) {
            assert!(agrees(value, text(reference), 28), "{name} moments");
        }
    }
}
