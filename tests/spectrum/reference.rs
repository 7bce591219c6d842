//! The reference cases: independent computations with 40 digits.

use resolvent::spectrum::{Parameters, atom, moments};
use serde_json::Value;

use super::*;

const DIGITS: u32 = 30;
const CERTAIN: i32 = 28;

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn agrees(ball: &Ball, reference: &Value) -> bool {
    near(ball, &Ball::rational(&rational(text(reference)), 400), CERTAIN)
}

fn each_case(check: impl Fn(&str, &Parameters, &Value)) {
    let data: Value = serde_json::from_str(include_str!("../reference/quartic.json")).expect("valid JSON");
    assert_eq!(list(&data["cases"]).len(), 12);
    for case in list(&data["cases"]) {
        let parameters = law(text(&case["phi"]), text(&case["psi"]), text(&case["theta1"]), text(&case["theta2"]));
        check(text(&case["name"]), &parameters, case);
    }
}

#[test]
fn stieltjes_transforms() {
    each_case(|name, parameters, case| {
        for entry in list(&case["stieltjes"]) {
            let (z, m) = (&entry["z"], &entry["m"]);
            let value = m_at(parameters, &rational(text(&z[0])), &rational(text(&z[1])), DIGITS);
            assert!(agrees(&value.re, &m[0]) && agrees(&value.im, &m[1]), "{name} m({z})");
        }
        for entry in list(&case["real_axis_outside"]) {
            let value = m_at(parameters, &rational(text(&entry["x"])), &Rational::new(), DIGITS);
            assert!(value.im.is_exact_zero() && agrees(&value.re, &entry["m"]), "{name} m({})", entry["x"]);
        }
    });
}

#[test]
fn densities() {
    each_case(|name, parameters, case| {
        for entry in list(&case["density"]) {
            let value = density_at(parameters, &rational(text(&entry["x"])), DIGITS);
            assert!(agrees(&value, &entry["density"]), "{name} density({})", entry["x"]);
        }
    });
}

#[test]
fn supports_and_masses() {
    each_case(|name, parameters, case| {
        let bulks = edges_at(parameters, DIGITS);
        let expected: Vec<&Value> = list(&case["components"]).iter().flat_map(list).collect();
        let found: Vec<_> = bulks.iter().flatten().collect();
        assert_eq!(found.len(), expected.len(), "{name} number of edges");
        assert!(found.iter().zip(&expected).all(|(edge, value)| agrees(&edge.position, value)), "{name} edges");
        let lowest = case["hard_edge_at_zero_exponent"].as_str().map_or(Rational::from((1, 2)), rational);
        assert_eq!(bulks[0][0].exponent, lowest, "{name} lowest exponent");
        assert!(found[1..].iter().all(|edge| edge.exponent == 0.5), "{name} soft edges");
        assert_eq!(atom(parameters), rational(text(&case["atom_at_zero"])), "{name} atom");
        let weights = masses(parameters, 128).expect("masses");
        assert_eq!(weights.len(), list(&case["component_masses"]).len(), "{name} masses");
        for (mass, value) in weights.iter().zip(list(&case["component_masses"])) {
            assert!((mass.to_f64() - rational(text(value)).to_f64()).abs() < 2e-6, "{name} masses, known to quadrature");
        }
    });
}

#[test]
fn exact_moments() {
    each_case(|name, parameters, case| {
        let references: Vec<&Value> = list(&case["moments"]).iter().chain(list(&case["moments_7_8"])).collect();
        let computed = moments(parameters, references.len(), 200).expect("moments");
        for (value, reference) in computed.iter().zip(&references) {
            assert!(agrees(&value.ball(200).expect("a number"), reference), "{name} moments");
            if text(references[0]).contains('/') {
                assert!(matches!(value, Real::Rational(exact) if *exact == rational(text(reference))), "{name} moments");
            }
        }
    });
}
