//! The algebraic equation P(z, m) = 0 of the law (docs/mathematics.md, 'The curve'), exactly, with its discriminant.
//!
//! It is what is left of the curve when q is eliminated: a quartic in m = E 1/(λ − z) for 0 < θ₂ < θ₁ (irreducible), a cubic
//! for linear f, a quadratic for θ₂ = 0. Shown to the user and used in tests; the law itself is computed on the curve.

use rug::Rational;

use super::on_the_curve;
use super::parameters::Parameters;
use super::polynomial::Polynomial;
use super::shape::Shape;
use super::symbolic::{Expression, Variable};
use crate::number::Ring;

/// What is known of the constants; a constant that is not known, or not rational, keeps its name.
#[derive(Clone, Debug)]
pub struct Constants {
    /// n₀/m.
    pub phi: Option<Rational>,
    /// n₀/n₁.
    pub psi: Option<Rational>,
    /// θ₁.
    pub theta1: Option<Rational>,
    /// θ₂; ignored unless the shape is general.
    pub theta2: Option<Rational>,
    /// The relation of θ₂ to θ₁; general when nothing is known.
    pub shape: Shape,
}

impl Constants {
    /// Those of a law.
    #[must_use]
    pub fn of(parameters: &Parameters) -> Self {
        let (theta1, theta2) = parameters.exact.clone().unzip();
        Self { phi: Some(parameters.phi.clone()), psi: Some(parameters.psi.clone()), theta1, theta2, shape: parameters.shape }
    }
}

/// The equation in its forms.
#[derive(Clone, Debug)]
pub struct Equation {
    /// P(z, m).
    pub in_m: Polynomial,
    /// The same law as an equation for q, linear in z.
    pub in_q: Polynomial,
    /// The polynomial whose roots are the critical points z′(q) = 0.
    pub critical: Polynomial,
    /// The discriminant in m as a polynomial in z, the constant first.
    pub discriminant: Vec<Expression>,
    /// R(q), z(q) and m(q) of the rational curve, as text.
    pub curve: [String; 3],
}

impl Constants {
    /// φ, ψ, θ₁ and θ₂, numbers where they are known and letters elsewhere.
    #[must_use]
    pub fn expressions(&self) -> [Expression; 4] {
        let named =
            |value: &Option<Rational>, variable| value.clone().map_or_else(|| Expression::variable(variable), Expression::number);
        let theta1 = if self.shape == Shape::Null { Expression::default() } else { named(&self.theta1, Variable::Theta1) };
        let theta2 = match self.shape {
            Shape::General => named(&self.theta2, Variable::Theta2),
            Shape::Linear => theta1.clone(),
            Shape::Null | Shape::Isotropic => Expression::default(),
        };
        [named(&self.phi, Variable::Phi), named(&self.psi, Variable::Psi), theta1, theta2]
    }
}

/// The equation of the law with these constants.
#[must_use]
pub fn equation(constants: &Constants) -> Equation {
    let [phi, psi, theta1, theta2] = constants.expressions();
    let in_m = match constants.shape {
        Shape::Null => vec![Expression::number(Rational::from(1)), Expression::variable(Variable::Z)],
        Shape::Isotropic => quadratic(&phi, &psi, &theta1),
        Shape::General | Shape::Linear => quartic(&phi, &psi, &theta1, &theta2),
    };
    let in_q = match constants.shape {
        Shape::Null => vec![Expression::number(Rational::from(-1)), Expression::variable(Variable::Z)],
        _ => on_the_curve::quartic(&phi, &psi, &theta1, &theta2),
    };
    let critical = match constants.shape {
        Shape::Null => vec![Expression::number(Rational::from(1))],
        _ => on_the_curve::critical(&phi, &psi, &theta1, &theta2),
    };
    Equation {
        discriminant: discriminant(&in_m).coefficients_in_z(),
        in_m: Polynomial::new('m', &in_m),
        in_q: Polynomial::new('q', &in_q),
        critical: Polynomial::new('q', &critical),
        curve: curve_text(constants.shape, [&phi, &psi], [&theta1, &theta2]),
    }
}

fn quadratic(phi: &Expression, psi: &Expression, theta1: &Expression) -> Vec<Expression> {
    let z = Expression::variable(Variable::Z);
    let middle = phi.minus(psi).times(theta1).plus(&psi.times(&z));
    vec![psi.clone(), middle, phi.times(theta1).times(&z)]
}

fn quartic(phi: &Expression, psi: &Expression, theta1: &Expression, theta2: &Expression) -> Vec<Expression> {
    let z = Expression::variable(Variable::Z);
    let (delta, difference) = (theta1.minus(theta2), phi.minus(psi));
    let square = psi.power(2);
    let c4 = phi.power(2).times(theta2).times(&delta).times(&z.power(2));
    let c3 = phi.times(theta2).times(&z).times(&difference.times(&delta).scaled(2).plus(&psi.times(&z)));
    let slope = phi.times(psi).times(theta2).scaled(2).minus(&square.times(theta2)).minus(&phi.times(&square).times(theta1));
    let c2 = theta2.times(&delta).times(&difference.power(2)).plus(&z.times(&slope));
    let bracket = psi.times(&difference).times(theta1).minus(&difference.times(theta2)).plus(&square.times(&z));
    let c1 = psi.times(&bracket).scaled(-1);
    let c0 = psi.power(3).scaled(-1);
    let mut coefficients = vec![c0, c1, c2, c3, c4];
    while coefficients.last().is_some_and(Expression::is_zero) {
        coefficients.pop();
    }
    coefficients
}

/// The discriminant of a polynomial of degree 1 to 4, constant coefficient first.
fn discriminant(coefficients: &[Expression]) -> Expression {
    match coefficients {
        [c, b, a] => b.power(2).minus(&a.times(c).scaled(4)),
        [d, c, b, a] => {
            let first = a.times(b).times(c).times(d).scaled(18).minus(&b.power(3).times(d).scaled(4));
            let second = b.power(2).times(&c.power(2)).minus(&a.times(&c.power(3)).scaled(4));
            first.plus(&second).minus(&a.power(2).times(&d.power(2)).scaled(27))
        }
        [e, d, c, b, a] => {
            let i = a.times(e).scaled(12).minus(&b.times(d).scaled(3)).plus(&c.power(2));
            let mixed = a.times(c).times(e).scaled(72).plus(&b.times(c).times(d).scaled(9));
            let squares = a.times(&d.power(2)).plus(&e.times(&b.power(2))).scaled(27);
            let j = mixed.minus(&squares).minus(&c.power(3).scaled(2));
            i.power(3).scaled(4).minus(&j.power(2)).times(&Expression::number(Rational::from((1, 27))))
        }
        _ => Expression::number(Rational::from(1)),
    }
}

fn curve_text(shape: Shape, [phi, psi]: [&Expression; 2], [theta1, theta2]: [&Expression; 2]) -> [String; 3] {
    let times_q = |factor: &Expression| match factor.text().as_str() {
        "1" => "q".to_owned(),
        text => format!("{text}*q"),
    };
    let (delta, gamma, c) = (theta1.minus(theta2), times_q(&phi.over(psi)), times_q(&theta2.over(psi)));
    let r = match shape {
        Shape::Null | Shape::Isotropic => theta1.text(),
        _ if delta.is_zero() => format!("{}/(1 - {c})", theta2.text()),
        Shape::Linear | Shape::General => format!("{} + {}/(1 - {c})", delta.text(), theta2.text()),
    };
    [r, format!("(1 + q*R)*(1 + {gamma}*R)/q"), format!("-q/(1 + {gamma}*R)")]
}
