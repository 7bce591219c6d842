//! Gaussian data against independent values, identities, a second precision, and the traps of naive quadrature.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use resolvent::activation::lower::read;
use resolvent::activation::{BreakpointKind, Constant, Function, Node, derivative, pieces};
use resolvent::gaussian::{Cache, Data, Moment, Quantity};
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
            } else {
                assert_near(&format!("{expr}: H_{k}"), &hermite[k].ball, reference, 60);
            }
        }
        let moments = data.moments(bits, &job).unwrap();
        let pairs = [
            ("Ef2", moments.second_moment.clone().ok()),
            ("var", moments.variance.clone().ok()),
            ("Efp2", moments.derivative_energy.clone().ok()),
        ];
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

fn cases_wanted() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(100)
}

/// Runs `law` on random expressions; it says whether it could be looked at. At least four in five must be.
fn on_random_expressions(law: impl Fn(&str, &Function, &Data) -> Result<bool, TestCaseError>) {
    let seen = std::cell::Cell::new((0u32, 0u32));
    let mut runner = TestRunner::new(Config { cases: cases_wanted(), failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&expression(), |text| {
        let f = read(&text).unwrap();
        let answered = match Data::new(&f, &Rational::from(1), &Job::unwatched()) {
            Ok(data) => law(&text, &f, &data)?,
            Err(_) => false,
        };
        let (asked, known) = seen.get();
        seen.set((asked + 1, known + u32::from(answered)));
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let (asked, answered) = seen.get();
    assert!(5 * answered >= 4 * asked, "only {answered} of {asked} expressions were answered");
}

/// No printed digit is ever wrong: P digits and 2P digits agree on every digit that P prints.
#[test]
fn a_second_precision_agrees() {
    on_random_expressions(|text, f, data| {
        let job = Job::unwatched();
        let (low, high) = (bits_for_digits(20) + 30, bits_for_digits(40) + 60);
        let fresh = Data::new(f, &Rational::from(1), &job).unwrap();
        let Ok((coarse, fine)) = data.hermite(6, low, &job).and_then(|a| Ok((a, fresh.hermite(6, high, &job)?))) else {
            return Ok(false);
        };
        for (k, (a, b)) in coarse.iter().zip(&fine).enumerate() {
            let shown = |ball: &Ball| decimal(ball, 12);
            prop_assert!(a.ball.overlaps(&b.ball), "{text}: H_{k}: {:?} against {:?}", shown(&a.ball), shown(&b.ball));
        }
        Ok(true)
    });
}

/// Stein: E Z f = E f′ + Σ jump·φ(c), with E f′ of the derivative almost everywhere computed as a mean of its own, and the
/// jumps from the one-sided values at the breakpoints.
#[test]
fn stein_with_jumps() {
    on_random_expressions(|text, f, data| {
        let job = Job::unwatched();
        let derived = derivative(f);
        let Ok(derived) = Data::new(&derived, &Rational::from(1), &job) else { return Ok(false) };
        let (Ok(of_f), Ok(of_slope)) = (data.hermite(1, 120, &job), derived.hermite(0, 120, &job)) else { return Ok(false) };
        let Ok(pieces) = pieces(f, 12.0, &Job::unwatched()) else { return Ok(false) };
        let jumps = pieces.breakpoints.iter().filter(|point| point.kind == BreakpointKind::Jump);
        let sum = jumps
            .fold(of_slope[0].ball.clone(), |sum, point| sum + &(&point.jump(120) * &point.location.refine(120).normal_pdf()));
        // jumps beyond 12 weigh less than φ(12) times a polynomial
        let difference = &of_f[1].ball - &sum;
        prop_assert!(
            difference.least_magnitude().to_f64() < 1e-24,
            "{text}: {:?} against {:?}",
            of_f[1].ball.to_f64(),
            sum.to_f64()
        );
        Ok(true)
    });
}

/// Parseval: the energy of the first coefficients never exceeds E f², and for a polynomial it is all of it.
#[test]
fn parseval() {
    let rest = |data: &Data, order: usize| -> Option<Ball> {
        let job = Job::unwatched();
        let Ok(Moment::Finite(second)) = data.second_moment(160, &job) else { return None };
        let hermite = data.hermite(order, 160, &job).ok()?;
        let mut factorial = Ball::integer(1, 160);
        Some(hermite.iter().enumerate().fold(second.ball, |rest, (k, h)| {
            factorial = &factorial * &Ball::integer(k.max(1) as i64, 160);
            rest - &(&h.ball.square() / &factorial)
        }))
    };
    on_random_expressions(|text, _, data| {
        let Some(rest) = rest(data, 12) else { return Ok(false) };
        prop_assert!(!rest.is_negative(), "{text}: E f² is less than the energy of its coefficients by {}", rest.to_f64());
        Ok(true)
    });
    for text in ["x", "He7(x) - 3*He2(x)/2 + 1/5", "(x - 1)^9"] {
        let rest = rest(&data(text), 9).unwrap();
        assert!(rest.contains_zero() && rest.magnitude().to_f64() < 1e-30, "{text}: {}", rest.to_f64());
    }
}

/// However an odd function is written, the even coefficients are exactly 0, and of an even function of it the odd ones.
#[test]
fn zeros_by_parity_are_exact() {
    let job = Job::unwatched();
    let odd = [
        "max(-1, min(1, x))",
        "min(1, max(x, -1))",
        "-max(-1, min(-x, 1))",
        "relu(x + 1) - relu(x - 1) - 1",
        "relu6(x + 3) - 3",
        "(abs(x + 1) - abs(x - 1))/2",
        "piecewise(x > 1: 1, x < -1: -1, x)",
        "clip(x, -pi, pi)",
        "relu(x) - relu(-x)",
        "relu(tanh(x)) - relu(-tanh(x))",
        "elu(x) - elu(-x)",
        "sigmoid(x) - 1/2",
        "step(x) - 1/2",
        "relu(x)^(1/2) - relu(-x)^(1/2)",
    ];
    for f in odd {
        for (g, first) in
            [(f.to_owned(), 0), (format!("atan({f})"), 0), (format!("log(1 + ({f})^2)"), 1), (format!("cos({f})"), 1)]
        {
            let hermite = data(&g).hermite(7, 80, &job).unwrap_or_else(|error| panic!("{g}: {error}"));
            for (k, value) in hermite.iter().enumerate().skip(first).step_by(2) {
                assert!(value.ball.is_exact_zero(), "{g}: H_{k} = {:?}", value.ball);
            }
        }
    }
}

/// Data are found once for an activation and a scale, the last 32 of them; not kept where a constant was computed elsewhere.
#[test]
fn data_are_kept_by_activation_and_scale() {
    let (cache, job) = (Cache::default(), Job::unwatched());
    let at = |f: &Function, sigma: i64| cache.data(f, &Function::rational(sigma), &job).expect("data");
    let power = |n: i32| Function::x().powi(n);
    let first = at(&power(3), 1);
    assert!(Arc::ptr_eq(&first, &at(&power(3), 1)) && !Arc::ptr_eq(&first, &at(&power(3), 2)));
    for n in 4..35 {
        at(&power(n), 1);
    }
    assert!(!Arc::ptr_eq(&first, &at(&power(3), 1)), "33 activations are kept");
    let constant = Constant { text: "c".to_owned(), enclose: Arc::new(|bits| Ball::integer(2, bits)), is_ball: false };
    let held = Function::from(Node::Constant(constant)) * power(3);
    assert!(!Arc::ptr_eq(&at(&held, 1), &at(&held, 1)), "a constant computed elsewhere is kept");
}
