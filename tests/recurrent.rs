//! Functions with singular points or switches that come again and again, or only far out: against their Fourier series, whose
//! Gaussian means are E cos(2kaZ + 2kb) = cos(2kb) e^(−2k²a²), and against tails of the normal distribution.

#[path = "common/enclosed.rs"]
mod enclosed;

use enclosed::{BITS, assert_value, float, ln_two, pi};
use resolvent::activation::lower::read;
use resolvent::gaussian::{Data, GaussianError, Moment};
use resolvent::number::{Ball, Job, Magnitude, bits_for_digits};
use resolvent::session::{Session, Settings, json};
use rug::ops::Pow;
use rug::{Float, Rational};

fn try_data(text: &str) -> Result<Data, GaussianError> {
    let f = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    Data::new(&f, &Rational::from(1), &Job::unwatched())
}

fn data(text: &str) -> Data {
    try_data(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn hermite(text: &str, order: usize) -> Vec<Ball> {
    let found = data(text).hermite(order, BITS, &Job::unwatched()).unwrap_or_else(|error| panic!("{text}: {error}"));
    found.into_iter().map(|quantity| quantity.ball).collect()
}

fn second(text: &str) -> Moment {
    data(text).second_moment(BITS, &Job::unwatched()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn finite(text: &str, moment: Moment) -> Ball {
    match moment {
        Moment::Finite(quantity) => quantity.ball,
        Moment::Infinite => panic!("{text}: infinite"),
    }
}

/// Σ_{k ≥ 1} c(k) e^(−2k²a²) (2ka)ⁿ cos(2kb + nπ/2): H_n of Σ c(k) cos(2k(ax + b)).
fn waves(a: &Float, b: &Float, n: u32, c: impl Fn(u32) -> Float) -> Float {
    let mut sum = float(0.0);
    for k in 1..2000u32 {
        let step = Float::with_val(BITS + 60, a * (2 * k));
        let damp = (-Float::with_val(BITS + 60, step.square_ref()) / 2u32).exp();
        if damp < float(2.0).pow(-400) {
            break;
        }
        let angle = Float::with_val(BITS + 60, b * (2 * k)) + pi() * n / 2u32;
        sum += damp * step.pow(n) * angle.cos() * c(k);
    }
    sum
}

/// log|2 sin u| = −Σ cos(2ku)/k, and the constant term and the coefficients of its square are π²/12 and (H_{m−1} + H_m)/m.
#[test]
fn logarithms_of_sines() {
    let harmonic = |m: u32| (1..=m).fold(float(0.0), |sum, k| sum + Float::with_val(BITS + 60, 1) / k);
    for (text, a, b) in [
        ("log(abs(sin(x)))", float(1.0), float(0.0)),
        ("log(abs(cos(x)))", float(1.0), pi() / 2u32),
        ("log(abs(sin(x/3)))", float(1.0) / 3u32, float(0.0)),
        ("log(abs(sin(2*x + 1/5)))", float(2.0), float(1.0) / 5u32),
        ("log(sin(x + 1)^2)/2", float(1.0), float(1.0)),
        ("log(1 - cos(x))/2 + log(2)/2 - log(2)", float(0.5), float(0.0)),
    ] {
        let h = hermite(text, 3);
        let minus = |k: u32| -Float::with_val(BITS + 60, 1) / k;
        let mean = waves(&a, &b, 0, minus) - ln_two();
        assert_value(text, &h[0], &mean);
        for n in 1..=3u32 {
            assert_value(&format!("{text}, H_{n}"), &h[n as usize], &waves(&a, &b, n, minus));
        }
        let wave = waves(&a, &b, 0, minus);
        let square = pi().square() / 12u32 + waves(&a, &b, 0, |m| (harmonic(m - 1) + harmonic(m)) / m);
        let expected = ln_two().square() - Float::with_val(BITS + 60, ln_two() * 2u32) * wave + square;
        assert_value(&format!("{text}, squared"), &finite(text, second(text)), &expected);
        assert!(matches!(data(text).derivative_energy(BITS, &Job::unwatched()), Ok(Moment::Infinite)), "{text}");
    }
}

/// log|tan u| = −2 Σ cos(2ku)/k over odd k.
#[test]
fn logarithms_of_tangents_have_zeros_and_poles() {
    let odd = |k: u32| if k % 2 == 1 { float(-2.0) / k } else { float(0.0) };
    assert_value("log|tan x|", &hermite("log(abs(tan(x)))", 0)[0], &waves(&float(1.0), &float(0.0), 0, odd));
}

/// |2 sin u|^s = Σ_k c_k e^{2iku} with c_0 = Γ(s + 1)/Γ(s/2 + 1)² and c_{k+1}/c_k = (k − s/2)/(k + 1 + s/2).
fn power_of_sine(s: &Float) -> Float {
    let half = Float::with_val(BITS + 60, s / 2u32);
    let gamma = Float::with_val(BITS + 60, &half + 1u32).gamma().square();
    let first = Float::with_val(BITS + 60, s + 1u32).gamma() / gamma;
    let mut coefficients = vec![first.clone()];
    for k in 0..60u32 {
        let last = coefficients[k as usize].clone();
        coefficients.push(last * (k - half.clone()) / (half.clone() + (k + 1)));
    }
    let sum = first + waves(&float(1.0), &float(0.0), 0, |k| coefficients.get(k as usize).cloned().unwrap_or(float(0.0)) * 2u32);
    sum / float(2.0).pow(s)
}

#[test]
fn powers_of_sines() {
    assert_value("|sin|^(-1/2)", &hermite("abs(sin(x))^(-1/2)", 0)[0], &power_of_sine(&float(-0.5)));
    assert!(matches!(second("abs(sin(x))^(-1/2)"), Moment::Infinite));
    assert_value("|sin|^(3/4)", &hermite("abs(sin(x))^(3/4)", 0)[0], &power_of_sine(&float(0.75)));
    // f′² = s² |sin|^{2s − 2} (1 − sin²)
    let energy = data("abs(sin(x))^(3/4)").derivative_energy(BITS, &Job::unwatched()).expect("an energy");
    let expected = (power_of_sine(&float(-0.5)) - power_of_sine(&float(1.5))) * 9u32 / 16u32;
    assert_value("|sin|^(3/4), derivative", &finite("|sin|^(3/4)", energy), &expected);
}

/// x² = He_2 + 1, and log|x sin x| = log|x| + log|sin x|: laws between separate integrals.
#[test]
fn products_with_what_grows() {
    let h = hermite("log(abs(sin(x)))", 2);
    let product = hermite("x^2*log(abs(sin(x)))", 0).swap_remove(0);
    assert!(product.overlaps(&(&h[0] + &h[2])) && product.radius().log2() < -f64::from(bits_for_digits(50)));
    let sum = &hermite("log(abs(x))", 0)[0] + &h[0];
    let whole = hermite("log(abs(x*sin(x)))", 0).swap_remove(0);
    assert!(whole.overlaps(&sum) && whole.radius().log2() < -f64::from(bits_for_digits(50)));
    let inverse = hermite("log(abs(1/(x*sin(x))))", 0).swap_remove(0);
    assert!(inverse.overlaps(&-&sum) && inverse.radius().log2() < -f64::from(bits_for_digits(50)));
    // two periods without a common one
    let far = hermite("log(abs(sin(x))) + log(abs(cos(sqrt(2)*x)))", 0).swap_remove(0);
    let other = waves(&float(2.0).sqrt(), &(pi() / 2u32), 0, |k| -float(1.0) / k) - ln_two();
    let other = Ball::new(Float::with_val(BITS, &other), Magnitude::from_f64(1.0).shifted(-200));
    assert!(far.overlaps(&(&h[0] + &other)));
}

#[test]
fn what_is_not_integrable_stays_so() {
    for text in ["1/sin(x)", "tan(x)", "1/(1 - cos(x))", "abs(sin(x))^(-1)"] {
        assert!(matches!(try_data(text), Err(GaussianError::Divergent(_))), "{text}");
    }
    for text in ["1/(x + sin(x)/2)", "1/(1/(x*sin(x)))^(-1)", "(x/(1/sin(x^2)))^(-2/3)", "1/(sin(x)*cos(x^2))"] {
        assert!(try_data(text).is_err(), "{text}");
    }
    // no period
    assert!(matches!(try_data("log(abs(sin(x) + sin(sqrt(2)*x)))"), Err(GaussianError::Refused(_))));
}

fn answer(source: &str) -> serde_json::Value {
    match (Session::new(Settings { digits: 40, ..Settings::default() })).last(source) {
        Ok(answer) => json::answer(source, &answer),
        Err(failure) => panic!("{source}: {}", failure.diagnostic().message),
    }
}

fn agrees(source: &str, expected: &Float) {
    let found = answer(source);
    let number = Float::with_val(200, Float::parse(found["value"].to_string()).expect("a number"));
    let off = Float::with_val(200, &number - expected).abs();
    assert!(off <= Float::with_val(200, expected.abs_ref()) * 1e-38, "{source} is {number}, not {expected}");
    assert_eq!(found["warnings"], serde_json::json!([]), "{source}");
}

/// P(|Z| > c).
fn outside(c: &Float) -> Float {
    Float::with_val(BITS + 60, c / float(2.0).sqrt()).erfc()
}

/// A function that is a constant up to far from 0: its variance, its mean and its coefficients are tails, to all digits asked.
#[test]
fn numbers_that_are_tails_have_their_digits() {
    // sign cos(x/30) = −1 with probability p = P(15π < |Z| < 45π) + …
    let p = outside(&(pi() * 15u32)) - outside(&(pi() * 45u32));
    let variance = Float::with_val(200, &p * 4u32) * (1u32 - p);
    agrees("gaussian(sign(cos(x/30))).theta1", &variance);
    agrees("gaussian(5 - 3*sign(cos(x/30))).theta1", &(variance * 9u32));
    // a step at asinh 10⁹: P, and E Z step = φ(c)
    let c = float(1e9).asinh();
    let density = (-Float::with_val(BITS + 60, c.square_ref()) / 2u32).exp() / (pi() * 2u32).sqrt();
    agrees("gaussian(step(sinh(x) - 10^9)).mean", &(outside(&c) / 2u32));
    agrees("gaussian(step(sinh(x) - 10^9)).theta2", &density.clone().square());
    agrees("gaussian(2 + step(sinh(x) - 10^9)).slope", &density);
}
