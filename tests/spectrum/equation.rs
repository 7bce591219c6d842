//! The equation shown to the user is the equation of the law.

use resolvent::number::Ring;
use resolvent::spectrum::{Constants, Equation, Expression, Polynomial, Variable, equation, symbolic_moments};

use super::*;

const NAMES: Constants = Constants { phi: None, psi: None, theta1: None, theta2: None, shape: Shape::General };

fn value(equation: &Equation, z: &ComplexBall, m: &ComplexBall) -> ComplexBall {
    let number = |a: &Expression| z.rational(&a.as_number().expect("rational constants"));
    let row = |row: &Vec<Expression>| row.iter().rev().fold(z.integer(0), |sum, a| &(&sum * z) + &number(a));
    equation.in_m.coefficients.iter().rev().fold(z.integer(0), |sum, a| &(&sum * m) + &row(a))
}

#[test]
fn holds_for_the_transform() {
    for (theta1, theta2, degree) in [("11/7", "2/3", 4), ("3/2", "3/2", 3), ("3/2", "0", 2), ("0", "0", 1)] {
        let parameters = law("7/3", "5/2", theta1, theta2);
        let shown = equation(&Constants::of(&parameters));
        assert_eq!(shown.in_m.degree(), degree);
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
    for (row, numbers) in symbolic.in_m.coefficients.iter().zip(&numeric.in_m.coefficients) {
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
    assert_eq!(shown.in_m.text(), "phi*theta1*z*m^2 + psi*z*m + (phi*theta1 - psi*theta1)*m + psi");
    assert_eq!(shown.in_m.latex(), "\\phi \\theta_1 z m^{2} + \\psi z m + (\\phi \\theta_1 - \\psi \\theta_1) m + \\psi");
    let numbers = equation(&Constants::of(&law("1", "2", "1", "0")));
    assert_eq!(numbers.in_m.text(), "z*m^2 + 2*z*m - m + 2");
    assert_eq!(numbers.curve, ["1", "(1 + q*R)*(1 + 1/2*q*R)/q", "-q/(1 + 1/2*q*R)"]);
    assert_eq!(equation(&Constants::of(&law("1", "2", "0", "0"))).in_m.text(), "z*m + 1");
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

/// The exact value of a polynomial with rational coefficients.
fn exactly(polynomial: &Polynomial, z: &Rational, y: &Rational) -> Rational {
    let number = |a: &Expression| a.as_number().expect("numbers");
    let row = |row: &Vec<Expression>| row.iter().rev().fold(Rational::new(), |sum, a| sum * z + number(a));
    polynomial.coefficients.iter().rev().fold(Rational::new(), |sum, a| sum * y + row(a))
}

/// z, m and z′ at q, from the definition of the curve; none at a pole.
fn on_the_curve(parameters: &Parameters, q: &Rational) -> Option<[Rational; 3]> {
    let (theta1, theta2) = parameters.exact.clone()?;
    let (c, gamma) = (Rational::from(&theta2 / &parameters.psi), parameters.gamma());
    let pole: Rational = 1 - Rational::from(&c * q);
    if pole.is_zero() || q.is_zero() {
        return None;
    }
    let r = Rational::from(&theta1 - &theta2) + Rational::from(&theta2 / &pole);
    let slope: Rational = theta2 * c / pole.square();
    let u: Rational = 1 + Rational::from(q * &r);
    let companion: Rational = 1 + Rational::from(q * &r) * &gamma;
    if companion.is_zero() {
        return None;
    }
    let m = -Rational::from(q / &companion);
    let change = r.clone().square() + r * &slope * q * 2u32;
    let derivative = (1 + gamma.clone()) * slope + gamma * change - q.clone().square().recip();
    Some([u * companion / q, m, derivative])
}

/// −ψ q² (ψ − θ₂ q)³, and −q² where θ₂ = 0 takes ψ³ (and θ₁ = 0 all of ψ⁴) off the critical polynomial.
fn scale(parameters: &Parameters, theta2: &Rational, q: &Rational) -> Rational {
    let pole = Rational::from(&parameters.psi - Rational::from(theta2 * q));
    let sheet = match parameters.shape {
        Shape::Null => Rational::from(1),
        Shape::Isotropic => parameters.psi.clone(),
        Shape::Linear | Shape::General => pole.clone().square() * pole * &parameters.psi,
    };
    -sheet * q.clone().square()
}

proptest! {
    /// On random curves, degenerate ones included, all three equations hold identically: P(z, m) = 0, Q(z, q) = 0, and z′ is
    /// the critical polynomial over −ψ q² (ψ − θ₂ q)³.
    #[test]
    fn the_curve_satisfies_its_equations_identically(
        ratios in [1u32..40, 1..40, 1..40, 1..40], energies in [0u32..9, 0..9], q in (-60i32..60, 1u32..12)
    ) {
        let (theta1, theta2) = (energies[0].max(energies[1]), energies[0].min(energies[1]));
        let fraction = |p: u32, q: u32| Rational::from((p, q));
        let (theta1, theta2) = (fraction(theta1, 5), fraction(theta2, 5));
        let parameters =
            law_of(fraction(ratios[0], ratios[1]), fraction(ratios[2], ratios[3]), theta1, theta2.clone());
        let q = Rational::from((q.0, q.1));
        if let Some([z, m, slope]) = on_the_curve(&parameters, &q) {
            let found = equation(&Constants::of(&parameters));
            prop_assert_eq!(exactly(&found.in_m, &z, &m), 0);
            prop_assert_eq!(exactly(&found.in_q, &z, &q), 0);
            prop_assert_eq!(exactly(&found.critical, &z, &q), slope * scale(&parameters, &theta2, &q));
        }
    }
}

/// The moments in letters are those of every law, and the second is the closed form.
#[test]
fn moments_in_letters() {
    let letters = symbolic_moments(&NAMES, 8);
    assert_eq!(letters[1].text(), "phi*theta1^2/psi + theta1^2 + theta2^2/psi");
    assert_eq!(letters[1].latex(), "\\frac{\\phi \\theta_1^{2}}{\\psi} + \\theta_1^{2} + \\frac{\\theta_2^{2}}{\\psi}");
    for (phi, psi, theta1, theta2) in
        [("7/3", "5/2", "11/7", "2/3"), ("1/9", "8", "2", "2"), ("4", "1/3", "3/2", "0"), ("1", "1", "1", "1")]
    {
        let numbers = [(Variable::Phi, phi), (Variable::Psi, psi), (Variable::Theta1, theta1), (Variable::Theta2, theta2)];
        let put = |moment: &Expression| {
            numbers
                .iter()
                .fold(moment.clone(), |sum, (variable, value)| sum.substituted(*variable, &Expression::number(rational(value))))
        };
        let exact = exact_moments(&law(phi, psi, theta1, theta2), 8);
        assert!(letters.iter().map(|moment| put(moment).as_number()).eq(exact.into_iter().map(Some)));
    }
}
