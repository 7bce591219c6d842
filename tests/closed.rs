//! Closed forms against independent 62-digit values, the laws that hold for every function (Stein, Parseval, parity, scale,
//! a second precision), and the printed text.

use resolvent::activation::{Condition, Function, Node, Parity, Primitive, Relation, evaluate, hermite_polynomial};
use resolvent::gaussian::closed::{ClosedForm, Exact, Moment};
use resolvent::number::Ball;
use rug::ops::Pow;
use rug::{Float, Rational};
use serde_json::Value;

fn x() -> Function {
    Function::x()
}

fn q(numerator: i64, denominator: i64) -> Function {
    Function::rational(Rational::from((numerator, denominator)))
}

fn pi() -> Function {
    Node::Pi.into()
}

fn relu(f: Function) -> Function {
    f.max(&q(0, 1))
}

fn clip(f: &Function, low: i64, high: i64) -> Function {
    f.max(&q(low, 1)).min(&q(high, 1))
}

fn less(f: Function, value: Function, otherwise: Function) -> Function {
    Function::piecewise(vec![(Condition { difference: f, relation: Relation::Less }, value)], otherwise)
}

fn elu() -> Function {
    less(x(), x().apply(Primitive::Exp) - q(1, 1), x())
}

fn gelu() -> Function {
    x() * x().apply(Primitive::NormalCdf)
}

fn sine_step() -> Function {
    let middle = (pi() * x() / q(2, 1)).apply(Primitive::Sin);
    less(x() + q(1, 1), q(-1, 1), less(x() - q(1, 1), middle, q(1, 1)))
}

/// The functions of the reference file that lie in the class.
fn named(name: &str) -> Option<Function> {
    Some(match name {
        "gelu" => gelu(),
        "erf" => x().apply(Primitive::Erf),
        "relu" => relu(x()),
        "abs" => x().apply(Primitive::Abs),
        "leaky_relu" => less(x(), x() * q(1, 100), x()),
        "elu" => elu(),
        "hard_tanh" => clip(&x(), -1, 1),
        "sign" => x().apply(Primitive::Sign),
        "step_sqrt2" => (x() - q(2, 1).apply(Primitive::Sqrt)).apply(Primitive::Step),
        "relu_sq" => relu(x()).powi(2),
        "sin" => x().apply(Primitive::Sin),
        "exp_half" => (x() / q(2, 1)).apply(Primitive::Exp),
        "exp_x2_5" => (x().powi(2) / q(5, 1)).apply(Primitive::Exp),
        "He3_x" => hermite_polynomial(3, &x()) + x() / q(2, 1),
        "sin100" => (q(100, 1) * x()).apply(Primitive::Sin),
        "pw_sin" => sine_step(),
        "bump" => (q(-50, 1) * (x() - q(2, 1)).powi(2)).apply(Primitive::Exp),
        "exp_mabs" => (-x().apply(Primitive::Abs)).apply(Primitive::Exp),
        _ => return None,
    })
}

fn closed(f: &Function) -> ClosedForm {
    ClosedForm::of(f).unwrap_or_else(|| panic!("not closed: {f:?}"))
}

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
    let text = include_str!("reference/gaussian.json");
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

fn apply(f: &Function, primitive: Primitive) -> Function {
    f.apply(primitive)
}

/// 1 for |f| < 1, else 0.
fn window(f: &Function) -> Function {
    (q(1, 1) - apply(f, Primitive::Abs)).apply(Primitive::Step)
}

/// Functions from every corner of the class: shared breakpoints, algebraic ones, complex and growing exponents, Φ on half-lines.
fn corners() -> Vec<Function> {
    use Primitive::{Abs, Cos, Cosh, Erf, Exp, NormalCdf, Sign, Sin, Sinh, Step};
    let square = x().powi(2);
    vec![
        relu(x()) * apply(&x(), Cos),
        apply(&-apply(&(x() - q(1, 1)), Abs), Exp),
        apply(&(square.clone() - q(2, 1)), Abs),
        x().max(&q(1, 2)) - square.min(&(q(2, 1) * x())),
        apply(&x(), Sinh) * apply(&(-square.clone() / q(3, 1)), Exp),
        x().powi(3) * apply(&(q(2, 1) * x() + q(1, 1)), Erf),
        apply(&x(), NormalCdf) * apply(&x(), Erf),
        apply(&square, Exp) * window(&x()),
        apply(&square, Exp) * apply(&(q(3, 1) * x()), Cos) * window(&(x() - q(1, 3))),
        apply(&(square.clone() / q(2, 1)), Exp) * window(&(x() / q(2, 1))),
        apply(&(square.clone() / q(2, 1) - x()), Exp) * apply(&x(), Step) * (x() + q(1, 1)),
        apply(&(square.clone() / q(2, 1)), Exp) * apply(&(q(2, 1) * x()), Sin) * window(&(x() - q(1, 1))),
        relu(apply(&x(), Erf)),
        apply(&(x() + q(1, 1)), Sin).powi(2) * x(),
        q(1, 1) / apply(&apply(&x(), Abs), Exp),
        apply(&q(1, 1), Exp).power(&(x() / q(3, 1))),
        relu(apply(&x(), Exp) - q(1, 1)),
        apply(&-square.clone(), Exp).max(&apply(&(-x() / q(2, 1)), Exp)),
        apply(&hermite_polynomial(3, &x()), Sign) * apply(&(x() / q(2, 1)), Cosh),
        clip(&(x() - pi() / q(4, 1)), -1, 2) * apply(&x(), Sin),
        (q(3, 1) * x() - q(1, 7)).powi(2).min(&q(5, 1)),
        apply(&(q(1, 2) - x()), NormalCdf) * x(),
        relu(x()) + gelu() - elu(),
        sine_step(),
        apply(&x(), NormalCdf) * apply(&(q(2, 1) * x()), Sin),
        window(&x()) * apply(&x(), Cos) * x().powi(3),
    ]
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

fn text(exact: &Exact) -> String {
    exact.text().expect("real functions only")
}

#[test]
fn printed_as_a_mathematician_would() {
    let mean = |f: &Function| text(&closed(f).expectation().expect("converges"));
    let coefficient = |f: &Function, k: usize| text(&closed(f).coefficients(k).expect("converges")[k]);
    let square = |f: &Function| match closed(f).second_moment() {
        Some(Moment::Finite(value)) => text(&value),
        other => panic!("{other:?}"),
    };
    let phi = relu(x());
    assert_eq!(mean(&phi), "1/sqrt(2*pi)");
    assert_eq!(text(&variance(&phi)), "1/2 - 1/(2*pi)");
    assert_eq!(coefficient(&phi, 1), "1/2");
    assert_eq!(coefficient(&phi, 4), "-1/sqrt(2*pi)");
    assert_eq!(mean(&apply(&x(), Primitive::Abs)), "sqrt(2/pi)");
    assert_eq!(coefficient(&clip(&x(), -1, 1), 1), "2*Phi(1) - 1");
    assert_eq!(mean(&apply(&(x().powi(2) / q(5, 1)), Primitive::Exp)), "sqrt(5/3)");
    assert_eq!(square(&apply(&(x().powi(2) / q(5, 1)), Primitive::Exp)), "sqrt(5)");
    assert_eq!(coefficient(&apply(&(q(100, 1) * x()), Primitive::Sin), 1), "100*exp(-5000)");
    assert_eq!(square(&gelu()), "1/3 + 1/(2*pi*sqrt(3))");
    assert_eq!(mean(&apply(&(q(1, 1) - x()), Primitive::Step)), "Phi(1)");
    assert_eq!(mean(&apply(&(x() + q(1, 1)), Primitive::Sin)), "exp(-1/2)*sin(1)");
    assert_eq!(closed(&phi).expectation().expect("converges").latex(), "\\frac{1}{\\sqrt{2 \\pi}}");
    assert_eq!(variance(&phi).latex(), "\\frac{1}{2} - \\frac{1}{2 \\pi}");
    let elu_mean = closed(&elu()).expectation().expect("converges");
    assert!(elu_mean.latex().contains("e^{\\frac{1}{2}} \\Phi\\left(1\\right)"), "{}", elu_mean.latex());
    assert_eq!(closed(&sine_step()).coefficients(1).expect("converges")[1].text(), None);
}

fn variance(f: &Function) -> Exact {
    let form = closed(f);
    let mean = form.expectation().expect("converges");
    match form.second_moment() {
        Some(Moment::Finite(square)) => &square - &(&mean * &mean),
        other => panic!("{other:?}"),
    }
}

#[test]
fn exact_numbers_as_functions_keep_their_value() {
    for f in corners() {
        for value in closed(&f).coefficients(5).expect("converges") {
            let Some(constant) = value.function() else { continue };
            let ball = evaluate(&constant, &Ball::zero(300));
            assert!(ball.is_finite() && ball.overlaps(&value.enclose(200)), "{value}");
            let again = closed(&constant).expectation().expect("converges");
            assert!(again == value, "{value} came back as {again}");
        }
    }
}

#[test]
fn equal_numbers_have_equal_normal_forms() {
    let r = |a: i64, b: i64| Exact::from(Rational::from((a, b)));
    let root = |n: i64| Exact::from(n).sqrt().expect("a root");
    let pi = |a, b| &Exact::pi() * &r(a, b);
    assert!((&(&root(8) * &root(18)) - &Exact::from(12)).is_zero());
    assert!((&(&r(3, 4).exp() * &r(-3, 4).exp()) - &Exact::one()).is_zero());
    assert!((&(&root(2).normal_cdf() + &(-&root(2)).normal_cdf()) - &Exact::one()).is_zero());
    assert!((&r(1, 3).erf() + &r(-1, 3).erf()).is_zero());
    assert!((&(&r(2, 3).sin().power(2) + &r(2, 3).cos().power(2)) - &Exact::one()).is_zero());
    assert!((&(&r(2, 3) + &pi(7, 2)).sin() + &r(2, 3).cos()).is_zero());
    assert!((&pi(-22, 3).cos() + &r(1, 2)).is_zero());
    assert!((&(&root(3) * &r(1, 2)).asin() - &pi(1, 3)).is_zero());
    assert!((&(&r(3, 5).asin() + &r(4, 5).asin()) - &pi(1, 2)).is_zero());
    assert!((&(&(&root(2) + &root(3)).inverse().expect("a sum of two") + &root(2)) - &root(3)).is_zero());
    assert_eq!((&root(2) * &root(2)).as_rational(), Some(Rational::from(2)));
    assert_eq!(root(2).as_rational(), None);
    assert_eq!((&root(2) + &root(3)).compare(&Exact::pi()), Some(std::cmp::Ordering::Greater));
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
    assert!(message.contains("exp((1/2)*x^2)"), "{message}");
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
