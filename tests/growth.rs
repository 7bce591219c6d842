//! Growth at infinity: β is exact where it decides, and the hard functions of theory/gaussian-calculus section 5 are bounded
//! or refused as that table says.

use resolvent::activation::{Condition, Function, Primitive, Relation};
use resolvent::gaussian::growth::{Side, growth};
use rug::Rational;

fn x() -> Function {
    Function::x()
}

fn rational(numerator: i32, denominator: i32) -> Function {
    Function::rational(Rational::from((numerator, denominator)))
}

fn beta(f: &Function) -> [Option<Rational>; 2] {
    [Side::Left, Side::Right].map(|side| growth(f, side, 0.0).ok().map(|bounds| bounds.upper.beta().clone()))
}

fn gaussian_bump(numerator: i32, denominator: i32) -> Function {
    (rational(numerator, denominator) * x().powi(2)).apply(Primitive::Exp)
}

#[test]
fn beta_is_exact_where_it_decides() {
    for (numerator, denominator) in [(1, 5), (1, 4), (1, 2), (-1, 1), (249_999, 1_000_000)] {
        let expected = Some(Rational::from((numerator, denominator)));
        assert_eq!(beta(&gaussian_bump(numerator, denominator)), [expected.clone(), expected]);
    }
    let product = gaussian_bump(1, 8) * gaussian_bump(1, 8) * x().apply(Primitive::Cosh);
    assert_eq!(beta(&product), [Some(Rational::from((1, 4))), Some(Rational::from((1, 4)))]);
    let shifted = (x().powi(2) / rational(4, 1) + rational(100, 1) * x()).apply(Primitive::Exp);
    assert_eq!(beta(&shifted)[1], Some(Rational::from((1, 4))));
}

#[test]
fn functions_that_grow_too_fast_are_refused() {
    let cubic = (x().powi(3) / rational(100, 1)).apply(Primitive::Exp);
    let twice = (x() / rational(2, 1)).apply(Primitive::Sinh).apply(Primitive::Sinh);
    for f in [cubic, twice] {
        assert!(growth(&f, Side::Right, 0.0).is_err(), "{f}");
    }
}

#[test]
fn moderate_functions_have_no_quadratic_rate() {
    let relu = x().max(&rational(0, 1));
    let gelu = x() * x().apply(Primitive::NormalCdf);
    let mish = x() * x().apply(Primitive::Softplus).apply(Primitive::Tanh);
    let peak = rational(1, 1) / (rational(1, 1_000_000) + x().powi(2));
    let log = x().apply(Primitive::Abs).apply(Primitive::Log);
    let difference = x();
    let exp = x().apply(Primitive::Exp) - rational(1, 1);
    let elu = Function::piecewise(vec![(Condition { difference, relation: Relation::Greater }, x())], exp);
    let wave = (rational(100, 1) * x()).apply(Primitive::Sin).powi(2);
    for f in [relu, gelu, mish, peak, log, elu, wave] {
        let rates = beta(&f);
        assert!(rates.iter().all(|rate| rate.as_ref().is_some_and(|rate| *rate <= 0)), "{f}: {rates:?}");
    }
}
