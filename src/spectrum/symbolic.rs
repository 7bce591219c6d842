//! Exact polynomials in φ, ψ, θ₁, θ₂ and z: the coefficients of the equation that is shown to the user.
//!
//! A constant whose value is rational enters as a number, any other keeps its name. Nothing here is used for computing the law.

use std::collections::BTreeMap;

use rug::Rational;

/// A variable of an [`Expression`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable {
    /// n₀/m.
    Phi,
    /// n₀/n₁.
    Psi,
    /// θ₁.
    Theta1,
    /// θ₂.
    Theta2,
    /// The argument of the transform.
    Z,
}

const TEXT: [&str; 5] = ["phi", "psi", "theta1", "theta2", "z"];
const LATEX: [&str; 5] = ["\\phi", "\\psi", "\\theta_1", "\\theta_2", "z"];
const VARIABLES: [Variable; 5] = [Variable::Phi, Variable::Psi, Variable::Theta1, Variable::Theta2, Variable::Z];

/// A polynomial with rational coefficients, expanded; no term has coefficient zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expression {
    terms: BTreeMap<[u16; 5], Rational>,
}

impl Expression {
    /// The number `value`.
    #[must_use]
    pub fn number(value: Rational) -> Self {
        let mut expression = Self::default();
        expression.add([0; 5], value);
        expression
    }

    /// The variable itself.
    #[must_use]
    pub fn variable(variable: Variable) -> Self {
        let mut exponents = [0; 5];
        exponents[variable as usize] = 1;
        let mut expression = Self::default();
        expression.add(exponents, Rational::from(1));
        expression
    }

    fn add(&mut self, exponents: [u16; 5], value: Rational) {
        let sum = self.terms.remove(&exponents).unwrap_or_default() + value;
        if !sum.is_zero() {
            self.terms.insert(exponents, sum);
        }
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The value, when no variable occurs.
    #[must_use]
    pub fn as_number(&self) -> Option<Rational> {
        match self.terms.len() {
            0 => Some(Rational::new()),
            1 => self.terms.get(&[0; 5]).cloned(),
            _ => None,
        }
    }

    /// a + b.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = self.clone();
        for (exponents, value) in &other.terms {
            sum.add(*exponents, value.clone());
        }
        sum
    }

    /// a − b.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        self.plus(&other.scaled(-1))
    }

    /// a·b.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        let mut product = Self::default();
        for (a, x) in &self.terms {
            for (b, y) in &other.terms {
                product.add(std::array::from_fn(|k| a[k] + b[k]), Rational::from(x * y));
            }
        }
        product
    }

    /// An integer multiple.
    #[must_use]
    pub fn scaled(&self, factor: i64) -> Self {
        self.times(&Self::number(Rational::from(factor)))
    }

    /// aⁿ.
    #[must_use]
    pub fn power(&self, exponent: usize) -> Self {
        (0..exponent).fold(Self::number(Rational::from(1)), |product, _| product.times(self))
    }

    /// The coefficients as a polynomial in z, the constant first; empty for zero.
    #[must_use]
    pub fn coefficients_in_z(&self) -> Vec<Self> {
        let z = Variable::Z as usize;
        let length = self.terms.keys().map(|exponents| usize::from(exponents[z]) + 1).max().unwrap_or(0);
        let mut coefficients = vec![Self::default(); length];
        for (exponents, value) in &self.terms {
            let mut rest = *exponents;
            rest[z] = 0;
            coefficients[usize::from(exponents[z])].add(rest, value.clone());
        }
        coefficients
    }

    /// The polynomial with `value` in the place of `variable`.
    #[must_use]
    pub fn substituted(&self, variable: Variable, value: &Self) -> Self {
        let mut result = Self::default();
        for (exponents, coefficient) in &self.terms {
            let mut rest = *exponents;
            let power = std::mem::take(&mut rest[variable as usize]);
            let mut term = Self::default();
            term.add(rest, coefficient.clone());
            result = result.plus(&term.times(&value.power(usize::from(power))));
        }
        result
    }

    /// In the syntax of the language: `2*phi^2*theta1 - 1/3*psi`.
    #[must_use]
    pub fn text(&self) -> String {
        let number = |value: &Rational| value.to_string();
        self.layout("*", &number, |k, power| if power == 1 { TEXT[k].to_owned() } else { format!("{}^{power}", TEXT[k]) })
    }

    /// In LaTeX.
    #[must_use]
    pub fn latex(&self) -> String {
        self.layout(
            " ",
            &latex_number,
            |k, power| if power == 1 { LATEX[k].to_owned() } else { format!("{}^{{{power}}}", LATEX[k]) },
        )
    }

    fn layout(&self, times: &str, number: &dyn Fn(&Rational) -> String, variable: impl Fn(usize, u16) -> String) -> String {
        let mut text = String::new();
        for (exponents, value) in self.terms.iter().rev() {
            let size = value.clone().abs();
            let mut factors: Vec<String> =
                (0..VARIABLES.len()).filter(|&k| exponents[k] > 0).map(|k| variable(k, exponents[k])).collect();
            if size != 1 || factors.is_empty() {
                factors.insert(0, number(&size));
            }
            let sign = match (text.is_empty(), *value < 0) {
                (true, false) => "",
                (true, true) => "-",
                (false, false) => " + ",
                (false, true) => " - ",
            };
            text += sign;
            text += &factors.join(times);
        }
        if text.is_empty() { "0".to_owned() } else { text }
    }

    /// Whether more than one term would be printed.
    #[must_use]
    pub fn is_sum(&self) -> bool {
        self.terms.len() > 1
    }
}

fn latex_number(value: &Rational) -> String {
    if value.is_integer() { value.to_string() } else { format!("\\frac{{{}}}{{{}}}", value.numer(), value.denom()) }
}
