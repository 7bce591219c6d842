//! The functions of the tests, and the corners of the class.

use resolvent::activation::{Condition, Function, Node, Primitive, Relation, hermite_polynomial};
use resolvent::gaussian::closed::ClosedForm;
use rug::Rational;

pub fn x() -> Function {
    Function::x()
}

pub fn q(numerator: i64, denominator: i64) -> Function {
    Function::rational(Rational::from((numerator, denominator)))
}

pub fn pi() -> Function {
    Node::Pi.into()
}

pub fn relu(f: Function) -> Function {
    f.max(&q(0, 1))
}

pub fn clip(f: &Function, low: i64, high: i64) -> Function {
    f.max(&q(low, 1)).min(&q(high, 1))
}

pub fn less(f: Function, value: Function, otherwise: Function) -> Function {
    Function::piecewise(vec![(Condition { difference: f, relation: Relation::Less }, value)], otherwise)
}

pub fn elu() -> Function {
    less(x(), x().apply(Primitive::Exp) - q(1, 1), x())
}

pub fn gelu() -> Function {
    x() * x().apply(Primitive::NormalCdf)
}

pub fn sine_step() -> Function {
    let middle = (pi() * x() / q(2, 1)).apply(Primitive::Sin);
    less(x() + q(1, 1), q(-1, 1), less(x() - q(1, 1), middle, q(1, 1)))
}

/// The functions of the reference file that lie in the class.
pub fn named(name: &str) -> Option<Function> {
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

pub fn closed(f: &Function) -> ClosedForm {
    ClosedForm::of(f).unwrap_or_else(|| panic!("not closed: {f:?}"))
}

pub fn apply(f: &Function, primitive: Primitive) -> Function {
    f.apply(primitive)
}

/// 1 for |f| < 1, else 0.
pub fn window(f: &Function) -> Function {
    (q(1, 1) - apply(f, Primitive::Abs)).apply(Primitive::Step)
}

/// Functions from every corner of the class: shared breakpoints, algebraic ones, complex and growing exponents, Φ on half-lines.
pub fn corners() -> Vec<Function> {
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
