//! The algebraic equation P(z, m) = 0 of the law (theory A, equation 1.3), exactly, with its discriminant.
//!
//! It is what is left of the curve when q is eliminated: a quartic in m = E 1/(λ − z) for 0 < θ₂ < θ₁ (irreducible), a cubic for
//! linear f, a quadratic for θ₂ = 0. Shown to the user and used in tests; the law itself is computed on the curve.

use rug::Rational;

use super::symbolic::{Expression, Variable};
use super::{Parameters, Shape};

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

/// P(z, m) = Σ `coefficients[k][j]` mᵏ zʲ.
#[derive(Clone, Debug)]
pub struct Equation {
    /// `coefficients[k][j]` multiplies mᵏ zʲ.
    pub coefficients: Vec<Vec<Expression>>,
    /// The discriminant in m as a polynomial in z, the constant first.
    pub discriminant: Vec<Expression>,
    /// R(q), z(q) and m(q) of the rational curve, as text.
    pub curve: [String; 3],
}

/// The equation of the law with these constants.
#[must_use]
pub fn equation(constants: &Constants) -> Equation {
    let named =
        |value: &Option<Rational>, variable| value.clone().map_or_else(|| Expression::variable(variable), Expression::number);
    let theta1 = named(&constants.theta1, Variable::Theta1);
    let theta2 = match constants.shape {
        Shape::General => named(&constants.theta2, Variable::Theta2),
        Shape::Linear => theta1.clone(),
        Shape::Null | Shape::Isotropic => Expression::default(),
    };
    let (phi, psi) = (named(&constants.phi, Variable::Phi), named(&constants.psi, Variable::Psi));
    let in_m = match constants.shape {
        Shape::Null => vec![Expression::number(Rational::from(1)), Expression::variable(Variable::Z)],
        Shape::Isotropic => quadratic(&phi, &psi, &theta1),
        Shape::General | Shape::Linear => quartic(&phi, &psi, &theta1, &theta2),
    };
    let curve = curve_text(constants, &theta1, &theta2, [&phi, &psi]);
    Equation {
        discriminant: discriminant(&in_m).coefficients_in_z(),
        coefficients: in_m.iter().map(Expression::coefficients_in_z).collect(),
        curve,
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

fn curve_text(constants: &Constants, theta1: &Expression, theta2: &Expression, [phi, psi]: [&Expression; 2]) -> [String; 3] {
    let ratio = |a: &Expression, b: &Expression| match (a.as_number(), b.as_number()) {
        (Some(a), Some(b)) => (a / b).to_string(),
        _ => format!("{}/{}", a.text(), b.text()),
    };
    let (delta, gamma, c) = (theta1.minus(theta2), ratio(phi, psi), ratio(theta2, psi));
    let r = match constants.shape {
        Shape::Null | Shape::Isotropic => theta1.text(),
        Shape::Linear => format!("{}/(1 - {c}*q)", theta2.text()),
        Shape::General => format!("{} + {}/(1 - {c}*q)", delta.text(), theta2.text()),
    };
    [r, format!("(1 + q*R)*(1 + {gamma}*q*R)/q"), format!("-q/(1 + {gamma}*q*R)")]
}

impl Equation {
    /// The degree in m.
    #[must_use]
    pub fn degree(&self) -> usize {
        self.coefficients.len() - 1
    }

    /// P(z, m) in the syntax of the language, highest powers of m first.
    #[must_use]
    pub fn text(&self) -> String {
        self.layout("*", Expression::text, |name, power| if power == 1 { name.to_owned() } else { format!("{name}^{power}") })
    }

    /// P(z, m) in LaTeX.
    #[must_use]
    pub fn latex(&self) -> String {
        self.layout(
            " ",
            Expression::latex,
            |name, power| if power == 1 { name.to_owned() } else { format!("{name}^{{{power}}}") },
        )
    }

    fn layout(&self, times: &str, show: impl Fn(&Expression) -> String, power: impl Fn(&str, usize) -> String) -> String {
        let mut text = String::new();
        let terms = self
            .coefficients
            .iter()
            .enumerate()
            .rev()
            .flat_map(|(k, row)| row.iter().enumerate().rev().map(move |(j, a)| (k, j, a)));
        for (k, j, coefficient) in terms.filter(|(_, _, coefficient)| !coefficient.is_zero()) {
            let mut factors = Vec::new();
            let shown = show(coefficient);
            let (negative, size) = match shown.strip_prefix('-') {
                Some(size) if !coefficient.is_sum() => (true, size.to_owned()),
                _ => (false, shown),
            };
            if coefficient.is_sum() {
                factors.push(format!("({size})"));
            } else if size != "1" || (k, j) == (0, 0) {
                factors.push(size);
            }
            factors.extend((j > 0).then(|| power("z", j)));
            factors.extend((k > 0).then(|| power("m", k)));
            text += match (text.is_empty(), negative) {
                (true, false) => "",
                (true, true) => "-",
                (false, false) => " + ",
                (false, true) => " - ",
            };
            text += &factors.join(times);
        }
        text
    }
}
