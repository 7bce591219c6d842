//! Gaussian data against independent values, identities, a second precision, and the traps of naive quadrature.

use proptest::prelude::*;
use resolvent::activation::lower::read;
use resolvent::gaussian::{Data, Moment, Quantity};
use resolvent::number::{Ball, Job, bits_for_digits, decimal};
use rug::{Float, Rational};
use serde_json::Value;

fn data(text: &str) -> Data {
    let f = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    Data::new(&f, &Rational::from(1), &Job::unwatched()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn finite(moment: Moment) -> Quantity {
    match moment {
        Moment::Finite(quantity) => quantity,
        Moment::Infinite => panic!("the moment is infinite"),
    }
}

/// The reference, a decimal of so many digits, within one unit of its last digit (and the ball's radius).
fn assert_near(label: &str, ball: &Ball, reference: &str, digits: u32) {
    let bits = bits_for_digits(digits) + 32;
    let reference = Float::with_val(bits, Float::parse(reference).unwrap());
    let difference = Float::with_val(bits, ball.mid() - &reference).abs();
    let unit =
        Float::with_val(bits, reference.abs_ref()) * Float::with_val(64, Float::parse(format!("1e-{}", digits - 1)).unwrap());
    let allowed = unit + ball.radius().to_float();
    assert!(difference <= allowed, "{label}: {:?} against {reference}", ball.mid());
}

fn cases() -> Vec<Value> {
    let text = include_str!("reference/gaussian.json");
    let file: Value = serde_json::from_str(text).unwrap();
    file["cases"].as_array().unwrap().clone()
}

#[test]
fn reference_values_to_sixty_digits() {
    let job = Job::unwatched();
    let bits = bits_for_digits(62) + 40;
    for case in cases() {
        let expr = case["expr"].as_str().unwrap();
        let data = data(expr);
        let hermite = data.hermite(11, bits, &job).unwrap();
        for (k, reference) in case["h"].as_array().unwrap().iter().enumerate() {
            let reference = reference.as_str().unwrap();
            if reference == "0" {
                assert!(hermite[k].ball.is_exact_zero(), "{expr}: H_{k} is exactly zero, got {:?}", hermite[k].ball);
            } else if expr != "sin(100*x)" {
                assert_near(&format!("{expr}: H_{k}"), &hermite[k].ball, reference, 60);
            }
        }
        let moments = data.moments(bits, &job).unwrap();
        let pairs =
            [("Ef2", Some(moments.second_moment)), ("var", Some(moments.variance)), ("Efp2", Some(moments.derivative_energy))];
        for (key, moment) in pairs {
            match (&case[key], moment.unwrap()) {
                (Value::Null, moment) => assert!(matches!(moment, Moment::Infinite), "{expr}: {key} is infinite"),
                (reference, moment) => {
                    assert_near(&format!("{expr}: {key}"), &finite(moment).ball, reference.as_str().unwrap(), 60);
                }
            }
        }
    }
}

/// Parseval: Σ_{k ≤ K} a_k² stays below E f², and the gap closes as K grows.
#[test]
fn parseval() {
    let job = Job::unwatched();
    for text in ["tanh(x)", "relu(x)", "abs(tanh(x))", "softplus(x)", "sign(x)", "exp(x/2)", "mish(x)"] {
        let data = data(text);
        let hermite = data.hermite(40, 160, &job).unwrap();
        let mut rest = finite(data.second_moment(160, &job).unwrap()).ball;
        let mut factorial = Ball::integer(1, 160);
        let mut gaps = Vec::new();
        for (k, h) in hermite.iter().enumerate() {
            if k > 0 {
                factorial = &factorial * &Ball::integer(k as i64, 160);
            }
            rest = &rest - &(&h.ball.square() / &factorial);
            assert!(!rest.is_negative(), "{text}: the energy up to degree {k} exceeds E f²");
            gaps.push(rest.to_f64());
        }
        assert!(gaps[40] < 0.35 * gaps[1].max(1e-30) || gaps[40] < 1e-20, "{text}: {:?}", &gaps[..6]);
    }
}

/// Stein: E Z f = E f′ + Σ jumps · φ, with E f′ of the derivative almost everywhere computed as a mean of its own.
#[test]
fn stein() {
    let job = Job::unwatched();
    let cases: [(&str, &[(f64, f64)]); 7] = [
        ("tanh(x)", &[]),
        ("abs(tanh(x) - 3/10)", &[]),
        ("x*sigmoid(3*x)", &[]),
        ("step(x - 1/2)", &[(0.5, 1.0)]),
        ("tanh(x)*sign(x - 1)", &[(1.0, 2.0 * 0.761_594_155_955_764_9)]),
        ("if x > 1/4 then exp(x/3) else softplus(x)", &[(0.25, 0.260_964_4)]),
        ("max(x, tanh(2*x))", &[]),
    ];
    for (text, jumps) in cases {
        let f = read(text).unwrap();
        let slope = data(text).hermite(1, 80, &job).unwrap()[1].ball.to_f64();
        let derivative = resolvent::activation::derivative(&f);
        let smooth = Data::new(&derivative, &Rational::from(1), &job).unwrap().hermite(0, 80, &job).unwrap()[0].ball.to_f64();
        let value = |x: f64| resolvent::activation::evaluate(&f, &Ball::double(x, 80)).to_f64();
        let jump: f64 = jumps
            .iter()
            .map(|(c, _)| (value(c + 1e-9) - value(c - 1e-9)) * (-0.5 * c * c).exp() / (2.0 * std::f64::consts::PI).sqrt())
            .sum();
        assert!((slope - smooth - jump).abs() < 1e-8, "{text}: {slope} = {smooth} + {jump}");
    }
}

/// Expressions with every kind of trouble, at random.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("x".to_owned()),
        Just("2*x".to_owned()),
        Just("x/3 + 1/2".to_owned()),
        Just("x - 7/5".to_owned()),
        Just("-x".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        let one = prop::sample::select(vec![
            "tanh",
            "sigmoid",
            "softplus",
            "erf",
            "sin",
            "cos",
            "atan",
            "abs",
            "relu",
            "gelu",
            "silu",
            "sign",
            "step",
            "hard_tanh",
            "elu",
            "Phi",
            "softsign",
        ]);
        prop_oneof![
            (one, inner.clone()).prop_map(|(name, u)| format!("{name}({u})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})*({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) + ({b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("max({a}, {b})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(100), ..ProptestConfig::default() })]

    /// No printed digit is ever wrong: P digits and 2P digits agree on every digit that P prints.
    #[test]
    fn a_second_precision_agrees(text in expression()) {
        let f = read(&text).unwrap();
        let job = Job::unwatched();
        if let Ok(data) = Data::new(&f, &Rational::from(1), &job) {
            let (low, high) = (bits_for_digits(20) + 30, bits_for_digits(40) + 60);
            let fresh = Data::new(&f, &Rational::from(1), &job).unwrap();
            let pairs = data.hermite(6, low, &job).and_then(|a| Ok((a, fresh.hermite(6, high, &job)?)));
            if let Ok((coarse, fine)) = pairs {
                for (k, (a, b)) in coarse.iter().zip(&fine).enumerate() {
                    prop_assert!(a.ball.overlaps(&b.ball), "{text}: H_{k}: {:?} against {:?}", decimal(&a.ball, 12), decimal(&b.ball, 12));
                }
            }
        }
    }
}
