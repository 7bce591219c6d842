//! Coefficients by parts, and the means they need, against the rules that integrate the function itself.

use std::cmp::Ordering;

use proptest::prelude::*;
use resolvent::activation::{Function, Primitive, derivative, parity};
use resolvent::gaussian::rules::{Request, integrals};
use resolvent::gaussian::stein::by_parts;
use resolvent::gaussian::{Analysis, means};
use resolvent::number::{Ball, Job};
use rug::Rational;

const ORDER: usize = 9;

fn x() -> Function {
    Function::x()
}

fn number(top: i64, bottom: i64) -> Function {
    Function::rational(Rational::from((top, bottom)))
}

/// H_0 … H_9 of a function with these bounds are asked.
fn request<'a>(f: &'a Analysis, bits: u32, job: &'a Job<'a>) -> Request<'a> {
    let given = f.function();
    Request { f, slope: None, given, parity: parity(given), order: ORDER, bits, second: true, job }
}

/// The coefficients by parts.
fn parts(f: &Function, bits: u32) -> Option<Vec<Ball>> {
    let slope = Analysis::smooth(&derivative(f));
    by_parts(&request(&Analysis::smooth(f), bits, &Job::unwatched()), &slope).expect("within the effort")
}

/// The same by integrating f He_k.
fn direct(f: &Function, bits: u32) -> Vec<Ball> {
    let job = Job::unwatched();
    let analysis = Analysis::of(f, &job).expect("of slow growth");
    integrals(&request(&analysis, bits, &job)).expect("within the effort").hermite
}

fn agree(f: &Function, bits: u32) {
    let by_parts = parts(f, bits).unwrap_or_else(|| panic!("{f} is not integrated by parts"));
    let direct = direct(f, bits + 40);
    for (k, (a, b)) in by_parts.iter().zip(&direct).enumerate() {
        assert!(a.overlaps(b), "{f}: H_{k} is {a:?} by parts and {b:?} directly");
        // a_k = H_k/√k! is promised to `bits` bits, and √9! < 2^10
        assert!(a.radius().log2() < 14.0 - f64::from(bits), "{f}: H_{k} is wide: {a:?}");
    }
}

fn softplus(slope: Rational) -> Function {
    (Function::rational(slope) * x()).apply(Primitive::Softplus)
}

#[test]
fn parts_agree_with_the_function_itself() {
    let log = |f: Function| f.apply(Primitive::Log);
    let functions = [
        softplus(Rational::from(1)),
        softplus(Rational::from((-5, 2))),
        softplus(Rational::from((1, 2))) + x().powi(2),
        softplus(Rational::from(50)),
        softplus(Rational::from(1)) - number(1, 2) * x(),
        x().apply(Primitive::Atan),
        (number(20, 1) * x()).apply(Primitive::Atan),
        log(number(1, 1) + x().powi(2)),
        log(number(3, 1) + x().powi(2) / number(7, 1)),
        log(number(1, 1) + number(400, 1) * x().powi(2)),
        number(2, 3) * softplus(Rational::from((1, 5))) - log(number(1, 1) + x().powi(2)),
    ];
    for f in functions {
        for bits in [80, 230] {
            agree(&f, bits);
        }
    }
}

#[test]
fn what_is_not_known_is_left_to_other_rules() {
    // no mean; a meromorphic function; a derivative with branch points
    let shifted = (x() - number(1, 1)).apply(Primitive::Softplus);
    for f in [shifted, x().apply(Primitive::Tanh), (number(1, 1) + x().powi(2)).apply(Primitive::Sqrt)] {
        assert!(parts(&f, 80).is_none(), "{f}");
    }
}

/// log(1 + s x²) − log s tends to log x² as s grows, and E log Z² = −γ − log 2.
#[test]
fn the_mean_of_a_logarithm_tends_to_that_of_log_z_squared() {
    let s = 10i64.pow(8);
    let f = (number(1, 1) + number(s, 1) * x().powi(2)).apply(Primitive::Log);
    let value = means::mean(&f, 120).expect("known") - Ball::rational(&Rational::from(s), 200).ln();
    // the difference is √(2π/s) − 1/s + √(2π)/6 s^(−3/2) + …
    let expected = -1.270_362_845_461_478_2 + (2.0 * std::f64::consts::PI / s as f64).sqrt() - 1.0 / s as f64;
    assert!((value.to_f64() - expected).abs() < 1e-12, "{value:?}");
}

/// softplus(sx) = sx/2 + |sx|/2 + log(1 + e^{−|sx|}), so that the mean is s/√(2π) + O(1/s), above it by less than log 2.
#[test]
fn the_mean_of_softplus_lies_above_that_of_relu() {
    for s in [1i64, 3, 40, 1000] {
        let value = means::mean(&softplus(Rational::from(s)), 100).expect("known").to_f64();
        let relu = s as f64 / (2.0 * std::f64::consts::PI).sqrt();
        assert!(value > relu && value < relu + 2f64.ln().min(1.4 / s as f64), "s = {s}: {value}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Scales from tiny to large, precisions from few bits to many; a second precision must lie inside the first.
    #[test]
    fn a_second_precision_agrees(top in 1i64..40, bottom in 1i64..40, bits in 40u32..700, which in 0usize..3) {
        let scale = number(top, bottom);
        let f = match which {
            0 => softplus(Rational::from((top, bottom))),
            1 => (scale * x()).apply(Primitive::Atan),
            _ => (number(1, 1) + scale * x().powi(2)).apply(Primitive::Log),
        };
        if let (Some(few), Some(many)) = (parts(&f, bits), parts(&f, 2 * bits)) {
            for (k, (a, b)) in few.iter().zip(&many).enumerate() {
                prop_assert!(a.overlaps(b), "{f} at {bits}: H_{k} is {a:?} and {b:?}");
                prop_assert!(a.sign().is_none() || a.sign() == Some(Ordering::Equal) || a.sign() == b.sign());
            }
        }
    }
}
