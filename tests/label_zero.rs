//! Covariances weighted by labels that pass through 0 or touch it, near 0 and where the law comes near to the labels: two other
//! algorithms, closed limits, powers, and simulations.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use num_complex::Complex64;
use serde_json::Value;

#[path = "common/asking.rs"]
mod asking;

use asking::{answer, asked, complaint, number};

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(number).collect()
}

fn near(a: f64, b: f64, error: f64) -> bool {
    (a - b).abs() <= error * b.abs()
}

fn complex(re: f64, im: f64) -> Complex64 {
    Complex64::new(re, im)
}

/// τ with τ (ψ − 1 + τ S(τ)) = x by Newton's method with differences, from a start above the axis that is carried on from point to
/// point; the density of the law there.
fn densities(transform: &dyn Fn(Complex64) -> Complex64, ratio: f64, places: &[f64]) -> Vec<f64> {
    let map = |tau: Complex64| tau * (ratio - 1.0 + tau * transform(tau));
    let mut tau = complex(places[0], 2.0 * places[0].abs().max(1.0)) / ratio;
    let mut at = |x: f64| {
        for _ in 0..200 {
            let h = tau * 1e-6;
            let slope = (map(tau + h) - map(tau - h)) / (2.0 * h);
            let step = (map(tau) - x) / slope;
            tau -= if step.norm() > 0.3 * tau.norm() { step * (0.3 * tau.norm() / step.norm()) } else { step };
            tau = complex(tau.re, tau.im.abs());
            if step.norm() < 1e-15 * tau.norm() {
                break;
            }
        }
        // x/τ = ψ − 1 + τ S
        -(tau * transform(tau)).im / (PI * ratio * x)
    };
    places.iter().map(|x| at(*x)).collect()
}

/// E 1/(τ − tanh Z) for Im τ ≥ 0: the poles atanh τ + iπk lie on the line or above, or below −iπ/2, so that the path of integration is
/// moved down, where the trapezoidal rule has all digits.
fn through_zero(tau: Complex64) -> Complex64 {
    let (count, step) = (2000, 0.01);
    let term = |k: i32| {
        let z = complex(step * f64::from(k), -0.7);
        (-0.5 * z * z).exp() / (tau - z.tanh())
    };
    (-count..=count).map(term).sum::<Complex64>() * step / TAU.sqrt()
}

/// E 1/(τ − sin² Z): with the density W of Z modulo π, and sin² θ₀ = τ, ∫ (W(θ) − W(θ₀))/(τ − sin² θ) dθ by the trapezoidal rule over a
/// period, and ∫ dθ/(τ − sin² θ) = π/√(τ(τ − 1)).
fn touching_zero(tau: Complex64) -> Complex64 {
    let wrapped =
        |angle: Complex64| (-12..=12).map(|k| (-0.5 * (angle + PI * f64::from(k)).powi(2)).exp()).sum::<Complex64>() / TAU.sqrt();
    let pole = tau.sqrt().asin();
    let (count, whole) = (400, PI / (tau.sqrt() * (tau - 1.0).sqrt()));
    let term = |k: i32| {
        let angle = complex(-FRAC_PI_2 + PI * (f64::from(k) + 0.5) / f64::from(count), 0.0);
        (wrapped(angle) - wrapped(pole)) / (tau - angle.sin().powi(2))
    };
    (0..count).map(term).sum::<Complex64>() * PI / f64::from(count) + wrapped(pole) * whole
}

/// E 1/(τ − min(√|Z|, 1)) for Im τ ≥ 0: |z| = y², along a path from 0 to 1 below the poles by Simpson's rule.
fn through_a_root(tau: Complex64) -> Complex64 {
    let (count, beyond) = (4000, 0.317_310_507_862_914_1);
    let term = |k: i32| {
        let s = f64::from(k) / f64::from(count);
        let y = complex(s, -0.3 * (PI * s).sin());
        let along = complex(1.0, -0.3 * PI * (PI * s).cos());
        let weight = if k == 0 || k == count { 1.0 } else { f64::from(2 + 2 * (k % 2)) };
        4.0 * y * (-0.5 * y.powi(4)).exp() / TAU.sqrt() * along * weight / (tau - y)
    };
    (0..=count).map(term).sum::<Complex64>() / f64::from(3 * count) + beyond / (tau - 1.0)
}

/// Labels that leave 0 like a root, and stay at 1.
#[test]
fn roots_and_constants_together() {
    let places = [2.0, 1.0, 0.3, 0.1, 0.05];
    let list = places.map(|x| x.to_string()).join(", ");
    let found = numbers(&answer(&format!("density(label_covariance(min(sqrt(abs(x)), 1), d_over_n = 3), [{list}])")));
    let wanted = densities(&through_a_root, 3.0, &places);
    for ((x, found), wanted) in places.iter().zip(&found).zip(&wanted) {
        assert!(near(*found, *wanted, 1e-9), "at {x}: {found} {wanted}");
    }
}

/// From the far end down to 10⁻⁹ on either side of 0.
#[test]
fn densities_by_other_algorithms() {
    let places = [2.0, 1.0, 0.3, 0.05, 3e-3, 1e-4, 1e-6, 1e-9];
    type Transform = fn(Complex64) -> Complex64;
    let cases: [(&str, Transform, f64); 4] = [
        ("tanh(x)", through_zero, 3.0),
        ("tanh(x)", through_zero, 30.0),
        ("sin(x)^2", touching_zero, 3.0),
        ("sin(x)^2", touching_zero, 1.0),
    ];
    for (teacher, transform, ratio) in cases {
        let list = places.map(|x| format!("{x:.12}")).join(", ");
        let found = numbers(&answer(&format!("density(label_covariance({teacher}, d_over_n = {ratio}), [{list}])")));
        let wanted = densities(&|tau| transform(tau), ratio, &places);
        for ((x, found), wanted) in places.iter().zip(&found).zip(&wanted) {
            assert!(near(*found, *wanted, 1e-9), "{teacher} {ratio} at {x}: {found} {wanted}");
        }
        if teacher == "tanh(x)" {
            let list = places.map(|x| format!("-{x:.12}")).join(", ");
            let other = numbers(&answer(&format!("density(label_covariance({teacher}, d_over_n = {ratio}), [{list}])")));
            assert!(found.iter().zip(other).all(|(a, b)| near(*a, b, 1e-10)), "{teacher} {ratio}");
        }
    }
}

/// A tenth of the eigenvalues lies below and above: 9/10 − 5/6 lies between the atom and the upper place, by Simpson's rule over the
/// density of the other algorithm.
#[test]
fn outer_tenths() {
    let [low, high] =
        ["1/10", "9/10"].map(|p| number(&answer(&format!("quantile(label_covariance(tanh(x), d_over_n = 3), {p})"))));
    assert!(near(low, -high, 1e-12), "{low} {high}");
    let count = 200;
    let places: Vec<f64> = (1..=count).rev().map(|index| high * f64::from(index) / f64::from(count)).collect();
    let mut values = densities(&through_zero, 3.0, &places);
    values.push((0.5 / PI).sqrt() / 6.0);
    let weights =
        |index: usize| if index == 0 || index == values.len() - 1 { 1.0 } else { f64::from(2 + 2 * (index as i32 % 2)) };
    let mass = values.iter().enumerate().map(|(index, value)| weights(index) * value).sum::<f64>() * high / f64::from(3 * count);
    assert!(near(mass, 1.0 / 15.0, 1e-8), "{high} {mass}");
}

/// Beside the atom the density is that of the labels at 0 over ψ (ψ − 1).
#[test]
fn limits_at_zero() {
    let normal = |z: f64| (-0.5 * z * z).exp() / TAU.sqrt();
    let cases = [
        ("tanh(x)", 3.0, normal(0.0)),
        ("sin(x)", 5.0, (-5..=5).map(|k| normal(PI * f64::from(k))).sum()),
        // three zeros, at −1, 0 and 1, with the slopes 1/2, −1 and 1/2
        ("(x^3 - x)/(1 + x^4)", 2.0, normal(0.0) + 2.0 * normal(1.0)),
    ];
    for (teacher, ratio, labels) in cases {
        let model = format!("label_covariance({teacher}, d_over_n = {ratio})");
        let found = number(&answer(&format!("density({model}, 0)")));
        assert!(near(found, labels / (ratio * (ratio - 1.0)), 1e-9), "{teacher}: {found}");
        for x in ["1e-9", "-1e-9"] {
            assert!(near(number(&answer(&format!("density({model}, {x})"))), found, 1e-6), "{teacher} {x}");
        }
    }
    assert_eq!(answer("density(label_covariance(sin(x)^2, d_over_n = 3), 0)"), "inf");
    // twice as steep on one side
    let corner = complaint("density(label_covariance(clip(max(x, 2*x), -1, 1), d_over_n = 3), 0)");
    assert!(corner.contains("not the same on both sides"), "{corner}");
}

/// Where the support ends over a bound that labels come near only far out the density is soon below rounding: it is not negative, has no
/// digits, and is the one of the labels before.
#[test]
fn densities_below_rounding() {
    let model = "label_covariance(atan(x), d_over_n = 20)";
    let found = numbers(&answer(&format!("density({model}, [31.8, 31, 30, 28, 25])")));
    assert!(found.iter().all(|density| (0.0..1e-3).contains(density)) && found[0] < 1e-16 && found[1] < 1e-16, "{found:?}");
    assert!(found.windows(2).all(|pair| pair[0] <= pair[1]) && found[4] > 1e-4, "{found:?}");
}

/// A list answers where it can, and says why not elsewhere; where nothing can be answered it is refused.
#[test]
fn lists_answer_what_can_be() {
    let model = "label_covariance(clip(max(x, 2*x), -1, 1), d_over_n = 3)";
    let found = asked(&format!("density({model}, [-1, 0, 1, 10])"), 15);
    let values = found["value"].as_array().expect("a list");
    assert!(values[1].is_null() && values[3] == 0 && values[0].is_number() && values[2].is_number(), "{found}");
    let warnings = found["warnings"].to_string();
    assert!(warnings.contains("x = 0: the density at 0 is not the same on both sides"), "{found}");
    assert_eq!(values[2], answer(&format!("density({model}, 1)")));
    assert!(complaint(&format!("density({model}, [0])")).contains("not the same on both sides"));
}

/// The power with which the density begins at 0, said and seen.
#[test]
fn powers_at_zero() {
    for (teacher, ratio, power) in [
        ("sin(x)^2", "3", Some(-0.5)),
        ("sin(x)^2", "1", Some(-2.0 / 3.0)),
        ("clip(abs(x)^3, 0, 1)", "3", Some(-2.0 / 3.0)),
        ("clip(abs(x)^3, 0, 1)", "1", Some(-0.75)),
        ("clip(sqrt(abs(x)), 0, 1)", "3", Some(1.0)),
        ("clip(sqrt(abs(x)), 0, 1)", "1", Some(-0.5)),
        ("clip(abs(x), 0, 1)", "3", Some(0.0)),
        // a logarithm beside the power −1/2
        ("clip(abs(x), 0, 1)", "1", None),
        ("if x > 0 then sin(x)^2 else -1", "3", Some(-0.5)),
        ("if x > 0 then sin(x)^2 else -1", "1", Some(-2.0 / 3.0)),
    ] {
        let model = format!("label_covariance({teacher}, d_over_n = {ratio})");
        let spectrum = answer(&format!("spectrum({model})"));
        let at = spectrum["edges"].as_array().expect("bulks").iter().position(|bulk| bulk[0] == 0);
        let said = &spectrum["edge_exponents"][at.unwrap_or_else(|| panic!("{teacher}: {spectrum}"))][0];
        let Some(power) = power else {
            assert!(said.is_null(), "{teacher} {ratio}: {spectrum}");
            continue;
        };
        assert!((number(said) - power).abs() < 1e-12, "{teacher} {ratio}: {spectrum}");
        let pair = numbers(&answer(&format!("density({model}, [1e-12, 1e-11])")));
        let seen = (pair[1] / pair[0]).log10();
        // corrections are of the order of the third root of x
        assert!((seen - power).abs() < 5e-3, "{teacher} {ratio}: {seen} {power}");
    }
}

/// Distribution function, quantiles and density belong together beside 0, at both ends, and in the middle of each side.
#[test]
fn quantiles_invert() {
    for (teacher, ratio, list) in [
        ("tanh(x)", "3", vec![1e-4, 0.01, 0.1, 0.15, 0.85, 0.9, 0.99, 0.9999]),
        ("sin(x)^2", "3", vec![0.67, 0.7, 0.8, 0.99, 0.9999]),
        ("x*exp(-x^2)", "5/4", vec![0.01, 0.3, 0.7, 0.99]),
        ("x/sqrt(1 + x^2)", "1", vec![0.01, 0.3, 0.7, 0.99]),
        ("tanh(50*x)", "2", vec![0.01, 0.2, 0.8, 0.99]),
    ] {
        let model = format!("label_covariance({teacher}, d_over_n = {ratio})");
        let text = list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let places = numbers(&answer(&format!("quantile({model}, [{text}])")));
        for (p, x) in list.iter().zip(&places) {
            let h = 1e-4 * x.abs();
            let found = numbers(&answer(&format!("cdf({model}, [{x:.17}, {:.17}, {:.17}])", x - h, x + h)));
            assert!((found[0] - p).abs() < 1e-10, "{teacher} {p} {x}: {found:?}");
            let density = number(&answer(&format!("density({model}, {x:.17})")));
            assert!(((found[2] - found[1]) / (2.0 * h) - density).abs() < 1e-5 * (density + 1.0), "{teacher} {p} {x}");
        }
        let spectrum = answer(&format!("spectrum({model})"));
        let masses: f64 = numbers(&spectrum["masses"]).iter().sum();
        assert!((masses + number(&spectrum["atom"]) - 1.0).abs() < 1e-9, "{spectrum}");
    }
}

/// Simulations where labels pass through 0 and touch it.
#[test]
fn simulations_agree() {
    for model in ["tanh(x), d_over_n = 3", "sin(x)^2, d_over_n = 3", "x*exp(-x^2), d_over_n = 3/2"] {
        let found = answer(&format!("check(label_covariance({model}), n = 120, trials = 8)"));
        assert_eq!(found["verdict"], "agree", "{model}: {found}");
    }
}
