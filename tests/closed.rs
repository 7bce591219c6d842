//! Closed forms against independent 62-digit values, the laws that hold for every function (Stein, Parseval, parity, scale,
//! a second precision), and the printed text.

use resolvent::activation::{Condition, Function, Node, Parity, Primitive, Relation, evaluate, hermite_polynomial};
use resolvent::gaussian::closed::{ClosedForm, Exact, Moment};
use resolvent::number::Ball;
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

/// Asserts that `ball` agrees with the decimal `reference` to `digits` digits, and is that certain.
fn agree(label: &str, ball: &Ball, reference: &str, digits: i32) {
    let expected = Float::with_val(300, Float::parse(reference).expect("a decimal"));
    let error = Float::with_val(300, ball.mid() - &expected).abs() + ball.radius().to_float();
    let scale = expected.clone().abs();
    let bound = if scale.is_zero() { Float::new(300) } else { scale * Float::with_val(300, 10).pow(-digits) };
    assert!(error <= bound, "{label}: {} against {reference}", ball.mid());
}

use rug::ops::Pow;

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
        println!(
            "{name}: mean {} | square {:?} | {:?}",
            exact[0],
            form.second_moment().map(|m| match m {
                Moment::Finite(v) => v.to_string(),
                Moment::Infinite => "inf".into(),
            }),
            form.derivative_energy().map(|m| match m {
                Moment::Finite(v) => v.to_string(),
                Moment::Infinite => "inf".into(),
            })
        );
        for (rho, key) in [((1, 2), "dual_half"), ((-1, 2), "dual_mhalf")] {
            match (form.dual(&form, &Rational::from(rho).into()), string(&case, key)) {
                (Some(dual), Some(text)) => {
                    println!("   dual {dual}");
                    agree(&format!("{name} {key}"), &dual.enclose(230), text, 57)
                }
                (a, b) => println!("   dual {} {}", a.is_some(), b.is_some()),
            }
        }
    }
    assert_eq!(seen, 18);
}
