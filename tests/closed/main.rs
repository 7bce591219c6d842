//! Closed forms against independent 62-digit values, the laws that hold for every function (Stein, Parseval, parity, scale,
//! a second precision), and the printed text.

mod functions;
mod numbers;

use functions::{apply, clip, closed, corners, elu, gelu, less, named, q, relu, sine_step, x};
use numbers::text;
use resolvent::activation::{Function, Node, Parity, Primitive, evaluate, hermite_polynomial};
use resolvent::gaussian::closed::{ClosedForm, Exact, Moment};
use resolvent::number::Ball;
use rug::ops::Pow;
use rug::{Float, Rational};
use serde_json::Value;

/// Functions whose duals need the bivariate normal distribution function with offsets.
const NO_DUAL: [&str; 5] = ["elu", "hard_tanh", "step_sqrt2", "pw_sin", "exp_mabs"];

/// Asserts that `ball` agrees with the decimal `reference` to `digits` digits, and is that certain.
fn agree(label: &str, ball: &Ball, reference: &str, digits: i32) {
    let expected = Float::with_val(300, Float::parse(reference).expect("a decimal"));
    let error = Float::with_val(300, ball.mid() - &expected).abs() + ball.radius().to_float();
    let scale = expected.clone().abs();
    let bound = if scale.is_zero() { Float::new(300) } else { scale * Float::with_val(300, 10).pow(-digits) };
    assert!(error <= bound, "{label}: {} against {reference}", ball.mid());
}

fn reference_cases() -> Vec<Value> {
    let text = include_str!("../reference/gaussian.json");
    let file: Value = serde_json::from_str(text).expect("valid JSON");
    file["cases"].as_array().expect("a list").clone()
}

fn string<'a>(case: &'a Value, key: &str) -> Option<&'a str> {
    case[key].as_str()
}

fn agree_moment(label: &str, moment: &Moment, reference: Option<&str>) {
    match (moment, reference) {
        (Moment::Finite(value), Some(text)) => agree(label, &value.enclose(230), text, 60),
        (Moment::Infinite, None) => {}
        _ => panic!("{label}: {moment:?} against {reference:?}"),
    }
}

#[test]
fn reference_values() {
    let mut seen = 0;
    for case in reference_cases() {
        let name = string(&case, "name").expect("a name");
        let Some(f) = named(name) else { continue };
        seen += 1;
        let form = closed(&f);
        let exact = form.coefficients(11).expect("converges");
        let balls = form.coefficients_ball(11, 230).expect("converges");
        for (k, text) in case["h"].as_array().expect("a list").iter().enumerate() {
            let text = text.as_str().expect("a decimal");
            agree(&format!("{name} H_{k} exact"), &exact[k].enclose(230), text, 60);
            agree(&format!("{name} H_{k} ball"), &balls[k], text, 60);
        }
        agree_moment(&format!("{name} E f^2"), &form.second_moment().expect("closed"), string(&case, "Ef2"));
        agree_moment(&format!("{name} E f'^2"), &form.derivative_energy().expect("closed"), string(&case, "Efp2"));
        for (rho, key) in [((1, 2), "dual_half"), ((-1, 2), "dual_mhalf")] {
            let dual = form.dual(&form, &Rational::from(rho).into());
            assert_eq!(dual.is_some(), !NO_DUAL.contains(&name), "{name} {key}");
            if let (Some(dual), Some(text)) = (dual, string(&case, key)) {
                agree(&format!("{name} {key}"), &dual.enclose(230), text, 58);
            }
        }
    }
    assert_eq!(seen, 18);
}

/// Composite Simpson rule between the breakpoints, in double precision.
fn simpson(f: &Function, breaks: &[Exact], k: usize) -> f64 {
    let hermite = hermite_polynomial(k as u32, &x());
    let integrand = |at: f64| {
        let point = Ball::double(at, 64);
        let density = (-at * at / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        evaluate(f, &point).to_f64() * evaluate(&hermite, &point).to_f64() * density
    };
    let mut ends = vec![-14.0];
    ends.extend(breaks.iter().map(|c| c.enclose(64).to_f64()));
    ends.push(24.0);
    let mut sum = 0.0;
    for pair in ends.windows(2) {
        let n = (2.0 * ((pair[1] - pair[0]) * 20.0).ceil()).max(80.0);
        // values at the ends are limits from inside
        let (low, high) = (pair[0] + 1e-13, pair[1] - 1e-13);
        let h = (high - low) / n;
        for j in 0..=n as usize {
            let weight = if j == 0 || j == n as usize { 1.0 } else { 2.0 + 2.0 * (j % 2) as f64 };
            sum += weight * integrand(low + j as f64 * h) * h / 3.0;
        }
    }
    sum
}

#[test]
fn corners_agree_with_simpson() {
    for (index, f) in corners().iter().enumerate() {
        let form = closed(f);
        let exact = form.coefficients(2).expect("converges");
        for (k, value) in exact.iter().enumerate() {
            let (value, reference) = (value.enclose(80).to_f64(), simpson(f, form.breakpoints(), k));
            assert!((value - reference).abs() < 1e-6 * (1.0 + value.abs()), "{index}, H_{k}: {value} against {reference}, {f:?}");
        }
    }
}

#[test]
fn ball_recursion_agrees_with_the_ring_and_with_itself() {
    for f in corners() {
        let form = closed(&f);
        let exact = form.coefficients(24).expect("converges");
        let (rough, fine) = (form.coefficients_ball(24, 60), form.coefficients_ball(24, 300));
        for ((exact, rough), fine) in exact.iter().zip(rough.expect("converges")).zip(fine.expect("converges")) {
            let value = exact.enclose(300);
            assert!(fine.overlaps(&value) && rough.overlaps(&value), "{f:?}");
            assert!(exact.is_zero() == fine.is_exact_zero(), "{f:?}: {exact}");
            assert!(exact.is_zero() || fine.relative_bits() >= 300.0, "{f:?}: {exact}");
        }
    }
}

/// H_{k+1}(f) = H_k(f′) + Σ J φ(c) He_k(c): zero in the normal form, or to 200 bits.
#[test]
fn stein() {
    for f in corners() {
        let form = closed(&f);
        let Some(slope) = form.derivative() else { continue };
        let jumps = form.jumps().expect("decided");
        let (whole, slopes) = (form.coefficients(7).expect("converges"), slope.coefficients(6).expect("converges"));
        for k in 0..=6 {
            let hermite = |c: &Exact| {
                let coefficients = resolvent::activation::hermite_coefficients(k as u32);
                coefficients.iter().rev().fold(Exact::zero(), |sum, a| &(&sum * c) + &Exact::from(Rational::from(a)))
            };
            let jumped = jumps.iter().fold(Exact::zero(), |sum, (c, jump)| &sum + &(&(jump * &c.normal_density()) * &hermite(c)));
            let difference = &whole[k + 1] - &(&slopes[k] + &jumped);
            assert!(difference.is_zero() || difference.enclose(200).magnitude().log2() < -200.0, "{f:?}: {difference}");
        }
    }
}

/// Σ_{k ≤ K} H_k²/k! stays below E f² and reaches it for entire functions of slow growth.
#[test]
fn parseval() {
    let entire = [gelu(), apply(&x(), Primitive::Sin), apply(&(x() / q(2, 1)), Primitive::Exp), hermite_polynomial(5, &x())];
    let kinked = [relu(x()), elu(), clip(&x(), -1, 1), apply(&x(), Primitive::Sign), sine_step()];
    for (f, complete) in entire.iter().map(|f| (f, true)).chain(kinked.iter().map(|f| (f, false))) {
        let form = closed(f);
        let Some(Moment::Finite(square)) = form.second_moment() else { panic!("finite") };
        let mut factorial = Rational::from(1);
        let mut rest = square.enclose(200);
        for (k, h) in form.coefficients_ball(80, 200).expect("converges").iter().enumerate() {
            factorial *= Rational::from(k.max(1) as u32);
            rest = rest - h.square().times_rational(&factorial.clone().recip());
        }
        let rest = rest.to_f64();
        assert!(if complete { rest.abs() < 1e-20 } else { rest > 0.0 && rest < 0.1 }, "{f:?}: {rest}");
    }
}

/// E f(U) g(V) = Σ H_k(f) H_k(g) ρ^k/k!.
#[test]
fn duals_are_mehler_sums() {
    let root = Exact::from(Rational::from((1, 3))).sqrt().expect("a root");
    let functions = [
        relu(x()),
        relu(x()).powi(2),
        gelu(),
        apply(&x(), Primitive::Abs) - x() / q(3, 1),
        apply(&(x() + q(1, 2)), Primitive::Sin),
        x() * apply(&(x() / q(3, 1)), Primitive::Exp),
        apply(&(q(2, 1) * x()), Primitive::Erf) - x().powi(3),
        apply(&(x() - q(1, 1)), Primitive::NormalCdf) * x().powi(2),
        clip(&x(), -1, 2),
    ];
    let mut closed_duals = 0;
    for rho in [Exact::from(Rational::from((-1, 3))), root, Exact::zero()] {
        for (i, f) in functions.iter().enumerate() {
            for g in &functions[..=i] {
                let (one, two) = (closed(f), closed(g));
                let Some(dual) = one.dual(&two, &rho) else { continue };
                closed_duals += 1;
                let swapped = two.dual(&one, &rho).expect("closed both ways");
                assert!((&dual - &swapped).enclose(150).magnitude().log2() < -150.0);
                let reference = mehler_sum(&one, &two, &rho.enclose(200));
                assert!((dual.enclose(200).to_f64() - reference).abs() < 1e-9, "{f:?}, {g:?}: {dual} against {reference}");
            }
        }
    }
    assert!(closed_duals > 100, "{closed_duals}");
}

fn mehler_sum(f: &ClosedForm, g: &ClosedForm, rho: &Ball) -> f64 {
    let coefficients = |form: &ClosedForm| form.coefficients_ball(64, 150).expect("converges");
    let (mut weight, mut sum) = (Ball::integer(1, 200), Ball::zero(200));
    for (k, (a, b)) in coefficients(f).iter().zip(&coefficients(g)).enumerate() {
        if k > 0 {
            weight = (weight * rho).times_rational(&Rational::from((1, k as u32)));
        }
        sum = sum + &(a * b) * &weight;
    }
    sum.to_f64()
}

#[test]
fn parity_gives_exact_zeros() {
    let odd = less(x(), -(-x()).apply(Primitive::Exp), x().apply(Primitive::Exp));
    let even = relu(x()) - x() / q(2, 1);
    assert_eq!(closed(&odd).parity(), Parity::Odd);
    assert_eq!(closed(&even).parity(), Parity::Even);
    assert_eq!(closed(&elu()).parity(), Parity::Neither);
    assert!(closed(&odd).coefficients_ball(9, 100).expect("converges").iter().step_by(2).all(Ball::is_exact_zero));
    assert!(closed(&even).coefficients(9).expect("converges").iter().skip(1).step_by(2).all(Exact::is_zero));
    // zeros that parity does not show: He_2(1) = 0, and x³/3 − x has no linear part
    assert!(closed(&relu(x() - q(1, 1))).coefficients_ball(4, 100).expect("converges")[4].is_exact_zero());
    assert!(
        closed(&(x().powi(3) / q(3, 1) - x() + x().powi(2))).coefficients_ball(4, 100).expect("converges")[1].is_exact_zero()
    );
}

/// f(σx) by substitution and by scaling the form.
#[test]
fn scaling_is_substitution() {
    let sigma = q(2, 1).apply(Primitive::Sqrt) / q(3, 1);
    let exact = closed(&sigma).expectation().expect("converges");
    for f in corners().into_iter().take(7).chain([sine_step(), gelu()]) {
        let scaled = closed(&f).scaled(&exact).expect("positive");
        let (one, two) = (scaled.coefficients(5), closed(&f.substitute(&(sigma.clone() * x()))).coefficients(5));
        assert_eq!(one.expect("converges"), two.expect("converges"), "{f:?}");
    }
    assert!(closed(&x()).scaled(&Exact::from(-1)).is_none());
}

#[test]
fn growth_is_decided_at_the_edge() {
    let gaussian = |a: i64, b: i64| closed(&apply(&(q(a, b) * x().powi(2)), Primitive::Exp));
    let quarter = gaussian(1, 4);
    assert_eq!(text(&quarter.expectation().expect("converges")), "sqrt(2)");
    assert_eq!(quarter.second_moment(), Some(Moment::Infinite));
    assert_eq!(text(&quarter.dual(&quarter, &Rational::from((1, 2)).into()).expect("closed")), "4/sqrt(3)");
    assert!(matches!(gaussian(249, 1000).second_moment(), Some(Moment::Finite(_))));
    assert!(matches!(gaussian(249, 1000).derivative_energy(), Some(Moment::Finite(_))));
    let message = gaussian(1, 2).coefficients(3).expect_err("diverges").to_string();
    assert!(message.contains("exp(1/2*x^2)"), "{message}");
    assert!(gaussian(2, 1).coefficients_ball(3, 50).is_err());
    // e^(x²/2)(1 − Φ(x)) is integrable on x > 0, though neither of its terms is: left to quadrature
    let tail = apply(&(x().powi(2) / q(2, 1)), Primitive::Exp) * apply(&-x(), Primitive::NormalCdf);
    assert!(ClosedForm::of(&(tail * apply(&x(), Primitive::Step))).is_none());
}

#[test]
fn jumps_and_weak_derivatives() {
    let step = closed(&apply(&(x() - q(1, 2)), Primitive::Step));
    assert_eq!(step.jumps().expect("decided"), vec![(Rational::from((1, 2)).into(), Exact::one())]);
    assert_eq!(step.derivative_energy(), Some(Moment::Infinite));
    assert_eq!(step.coefficients(1).expect("converges")[1], Exact::from(Rational::from((1, 2))).normal_density());
    assert_eq!(closed(&elu()).jumps(), Some(Vec::new()));
    assert_eq!(closed(&x().max(&x())).breakpoints(), &[]);
    assert_eq!(closed(&relu(x()).max(&-x())).breakpoints(), &[Exact::zero()]);
}

#[test]
fn outside_the_class() {
    use Primitive::{Abs, Log, Sin, Tanh};
    for f in [
        apply(&x(), Tanh),
        apply(&apply(&x(), Sin), Abs),
        apply(&(x() - apply(&x(), Primitive::Exp)), Abs),
        apply(&apply(&x(), Abs), Log),
        q(1, 1) / (q(1, 1) + x().powi(2)),
        apply(&(x().powi(3)), Primitive::Exp),
        apply(&x(), Abs).power(&q(1, 2)),
        apply(&(x().powi(2)), Primitive::Cos),
        q(1, 1) / q(0, 1) + x(),
        x().powi(100_000),
    ] {
        assert!(ClosedForm::of(&f).is_none(), "{f:?}");
    }
}

#[test]
fn correlation_one_is_a_product() {
    let (f, g) = (closed(&relu(x())), closed(&elu()));
    let product = closed(&(relu(x()) * elu())).expectation().expect("converges");
    assert_eq!(f.dual(&g, &Exact::one()), Some(product));
    assert_eq!(f.dual(&f, &Exact::from(-1)), Some(Exact::zero()));
    assert_eq!(f.dual(&f, &Exact::from(2)), None);
}

/// A random function of the class, or near it, from a linear congruential stream.
fn random_function(state: &mut u64, depth: u32) -> Function {
    let mut draw = |n: u64| {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) % n
    };
    let affine = q(draw(7) as i64 - 3, 1 + draw(3) as i64) * x() + q(draw(5) as i64 - 2, 2);
    if depth == 0 {
        return affine;
    }
    let choice = draw(14);
    let mut inner = || random_function(state, depth - 1);
    match choice {
        0 | 1 => inner() + inner(),
        2 => inner() - inner(),
        3 | 4 => inner() * inner(),
        5 => inner().max(&inner()),
        6 => less(inner(), inner(), inner()),
        7 => inner().apply(Primitive::Abs),
        8 => inner().apply(Primitive::Step),
        9 => affine.apply(Primitive::Exp),
        10 => affine.apply(Primitive::Sin),
        11 => affine.apply(Primitive::Erf),
        12 => (affine.powi(2) / q(-8, 1)).apply(Primitive::Exp),
        _ => affine.powi(2),
    }
}

#[test]
fn random_functions_agree_with_simpson() {
    let rounds = if std::env::var_os("RESOLVENT_LONG").is_some() { 3_000 } else { 100 };
    let (mut state, mut seen) = (1, 0);
    for _ in 0..rounds {
        let f = random_function(&mut state, 3);
        let Some(form) = ClosedForm::of(&f) else { continue };
        let Ok(balls) = form.coefficients_ball(2, 60) else { continue };
        let exact = form.coefficients(2).expect("converges as well");
        for (k, (ball, exact)) in balls.iter().zip(&exact).enumerate() {
            assert!(ball.overlaps(&exact.enclose(60)), "{f:?}");
            let (value, reference) = (ball.to_f64(), simpson(&f, form.breakpoints(), k));
            assert!((value - reference).abs() < 1e-6 * (1.0 + value.abs()), "H_{k}: {value} against {reference}, {f:?}");
        }
        if let (Some(Moment::Finite(square)), Some(dual)) =
            (form.second_moment(), form.dual(&form, &Rational::from((2, 3)).into()))
        {
            let (square, dual) = (square.enclose(60).to_f64(), dual.enclose(60).to_f64());
            assert!(dual.abs() <= square * (1.0 + 1e-15), "{f:?}: {dual} above {square}");
        }
        seen += 1;
    }
    assert!(seen > rounds / 3, "{seen}");
}

fn pi_number() -> Function {
    Node::Pi.into()
}

/// x^n relu(πx + 1), whose moments hold as many powers of π as its degree: beyond a hundred only their values are had, which
/// agree with I_m = ∫_c^∞ x^m φ = c^(m−1) φ(c) + (m − 1) I_(m−2), c = −1/π.
#[test]
fn long_forms_have_values() {
    let bits = 3000;
    let edge = -&Ball::pi(bits).inverse();
    let mut moments = vec![Ball::integer(1, bits) - &edge.normal_cdf(), edge.normal_pdf()];
    let mut power = edge.clone();
    for m in 2..200i64 {
        let next = &power * &moments[1] + &moments[m as usize - 2] * &Ball::integer(m - 1, bits);
        moments.push(next);
        power = &power * &edge;
    }
    let pi = Ball::pi(bits);
    let integral = |square: i64, cross: i64, constant: i64, top: usize| {
        let terms = [pi.square() * Ball::integer(square, bits), &pi * &Ball::integer(cross, bits), Ball::integer(constant, bits)];
        terms.iter().enumerate().fold(Ball::zero(bits), |sum, (i, term)| sum + term * &moments[top - i])
    };
    for degree in [3, 20, 60, 90] {
        let n = i64::from(degree);
        let form = closed(&(relu(pi_number() * x() + q(1, 1)) * x().powi(degree)));
        let top = 2 * n as usize + 2;
        let square = integral(1, 2, 1, top);
        let energy = integral((n + 1).pow(2), 2 * n * (n + 1), n * n, top - 2);
        for (exact, ball, expected) in [
            (form.second_moment(), form.second_moment_ball(400), square),
            (form.derivative_energy(), form.derivative_energy_ball(400), energy),
        ] {
            let ball = ball.expect("in the ring");
            assert!(ball.relative_bits() >= 400.0 && ball.overlaps(&expected), "{n}: {ball:?}");
            assert_eq!(exact.is_none(), n > 50, "{n}");
            if let Some(exact) = exact {
                let Moment::Finite(exact) = exact else { panic!("finite") };
                assert!(exact.enclose(400).overlaps(&expected), "{n}");
            }
        }
    }
    let jumping = closed(&(apply(&(pi_number() * x() + q(1, 1)), Primitive::Step) * x().powi(80)));
    assert_eq!(jumping.derivative_energy(), Some(Moment::Infinite));
    assert_eq!(jumping.derivative_energy_ball(100).map(|ball| ball.to_f64()), None);
}
