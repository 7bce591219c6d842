//! The equation shown to the user is the equation of the law.

use resolvent::number::Ring;
use resolvent::spectrum::{Constants, Equation, Expression, Variable, equation};

use super::*;

const NAMES: Constants = Constants { phi: None, psi: None, theta1: None, theta2: None, shape: Shape::General };

fn value(equation: &Equation, z: &ComplexBall, m: &ComplexBall) -> ComplexBall {
    let number = |a: &Expression| z.rational(&a.as_number().expect("rational constants"));
    let row = |row: &Vec<Expression>| row.iter().rev().fold(z.integer(0), |sum, a| &(&sum * z) + &number(a));
    equation.coefficients.iter().rev().fold(z.integer(0), |sum, a| &(&sum * m) + &row(a))
}

#[test]
fn holds_for_the_transform() {
    for (theta1, theta2, degree) in [("11/7", "2/3", 4), ("3/2", "3/2", 3), ("3/2", "0", 2), ("0", "0", 1)] {
        let parameters = law("7/3", "5/2", theta1, theta2);
        let shown = equation(&Constants::of(&parameters));
        assert_eq!(shown.degree(), degree);
        let (re, im) = (rational("1/2"), rational("1/5"));
        let m = m_at(&parameters, &re, &im, 40);
        let residual = value(&shown, &Argument::Exact(re, im).ball(m.bits()), &m);
        assert!(
            residual.re.contains_zero() && residual.im.contains_zero() && residual.magnitude().log2() < -100.0,
            "{theta1} {theta2}"
        );
    }
}

#[test]
fn names_stand_for_their_values() {
    let parameters = law("7/3", "5/2", "11/7", "2/3");
    let (symbolic, numeric) = (equation(&NAMES), equation(&Constants::of(&parameters)));
    let put = |a: &Expression| {
        [(Variable::Phi, "7/3"), (Variable::Psi, "5/2"), (Variable::Theta1, "11/7"), (Variable::Theta2, "2/3")]
            .iter()
            .fold(a.clone(), |a, (variable, value)| a.substituted(*variable, &Expression::number(rational(value))))
    };
    for (row, numbers) in symbolic.coefficients.iter().zip(&numeric.coefficients) {
        assert!(row.iter().map(put).eq(numbers.iter().cloned()));
    }
    assert!(symbolic.discriminant.iter().map(put).eq(numeric.discriminant.iter().cloned()));
}

#[test]
fn discriminant_has_five_branch_points() {
    let order = |list: &[Expression]| list.iter().take_while(|a| a.is_zero()).count();
    let generic = equation(&Constants::of(&law("1/2", "3/4", "1", "2/5"))).discriminant;
    assert_eq!((order(&generic), generic.len() - 1), (4, 9), "z⁴ times degree 5");
    let square = equation(&Constants::of(&law("2/3", "2/3", "1", "2/5"))).discriminant;
    assert_eq!((order(&square), square.len() - 1), (6, 9), "z⁶ times degree 3");
    let names = equation(&NAMES).discriminant;
    assert_eq!((order(&names), names.len() - 1), (4, 9));
}

#[test]
fn text_of_the_quadratic() {
    let shown = equation(&Constants { shape: Shape::Isotropic, ..NAMES });
    assert_eq!(shown.text(), "phi*theta1*z*m^2 + psi*z*m + (phi*theta1 - psi*theta1)*m + psi");
    assert_eq!(shown.latex(), "\\phi \\theta_1 z m^{2} + \\psi z m + (\\phi \\theta_1 - \\psi \\theta_1) m + \\psi");
    let numbers = equation(&Constants::of(&law("1", "2", "1", "0")));
    assert_eq!(numbers.text(), "z*m^2 + 2*z*m - m + 2");
    assert_eq!(numbers.curve, ["1", "(1 + q*R)*(1 + 1/2*q*R)/q", "-q/(1 + 1/2*q*R)"]);
    assert_eq!(equation(&Constants::of(&law("1", "2", "0", "0"))).text(), "z*m + 1");
}

#[test]
fn discriminant_vanishes_at_rational_edges() {
    for (parameters, edge) in [(law("1", "1", "1", "1"), "27/4"), (law("4", "1", "1", "0"), "9"), (law("4", "1", "1", "0"), "1")]
    {
        let coefficients = equation(&Constants::of(&parameters)).discriminant;
        let at =
            |x: &Rational| coefficients.iter().rev().fold(Rational::new(), |sum, a| sum * x + a.as_number().expect("numbers"));
        assert_eq!(at(&rational(edge)), 0);
        assert_ne!(at(&rational("1/2")), 0);
    }
}
