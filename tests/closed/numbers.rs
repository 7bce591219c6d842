//! Exact numbers: normal forms, text, and the way back into functions.

use resolvent::activation::{Function, Primitive, evaluate};
use resolvent::gaussian::closed::{Exact, Moment};
use resolvent::number::Ball;
use rug::Rational;

use crate::functions::{apply, clip, closed, corners, gelu, q, relu, x};

pub fn text(exact: &Exact) -> String {
    exact.to_string()
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
