//! Exact polynomials in φ, ψ, θ₁, θ₂ and z, negative powers of letters allowed: coefficients of equations, and moments.
//!
//! A constant whose value is rational enters as a number, any other keeps its name. Nothing here is used for computing the law.

use std::collections::BTreeMap;

use rug::Rational;

use crate::number::Ring;

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

/// A sum of products of integer powers of the variables with rational coefficients, expanded; no term has coefficient zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expression {
    terms: BTreeMap<[i16; 5], Rational>,
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

    fn add(&mut self, exponents: [i16; 5], value: Rational) {
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

    /// The coefficients as a polynomial in z, of which no negative power occurs, the constant first; empty for zero.
    #[must_use]
    pub fn coefficients_in_z(&self) -> Vec<Self> {
        let z = Variable::Z as usize;
        let place = |exponents: &[i16; 5]| usize::try_from(exponents[z]).unwrap_or(0);
        let length = self.terms.keys().map(|exponents| place(exponents) + 1).max().unwrap_or(0);
        let mut coefficients = vec![Self::default(); length];
        for (exponents, value) in &self.terms {
            let mut rest = *exponents;
            rest[z] = 0;
            coefficients[place(exponents)].add(rest, value.clone());
        }
        coefficients
    }

    /// The expression with `value` in the place of `variable`; a single term where negative powers of the variable occur.
    #[must_use]
    pub fn substituted(&self, variable: Variable, value: &Self) -> Self {
        let mut result = Self::default();
        for (exponents, coefficient) in &self.terms {
            let mut rest = *exponents;
            let power = std::mem::take(&mut rest[variable as usize]);
            let mut term = Self::default();
            term.add(rest, coefficient.clone());
            let base = if power < 0 { value.inverse() } else { value.clone() };
            result = result.plus(&term.times(&base.power(usize::from(power.unsigned_abs()))));
        }
        result
    }

    /// In the syntax of the language: `2*phi^2*theta1 - 1/3*psi + theta2^2/psi`.
    #[must_use]
    pub fn text(&self) -> String {
        let power = |k: usize, power: u16| if power == 1 { TEXT[k].to_owned() } else { format!("{}^{power}", TEXT[k]) };
        self.layout(|size, above, below| {
            let below: Vec<String> = below.iter().map(|&(k, n)| power(k, n)).collect();
            let above: Vec<String> = above.iter().map(|&(k, n)| power(k, n)).collect();
            let number = (*size != 1 || above.is_empty()).then(|| size.to_string());
            let product = number.into_iter().chain(above).collect::<Vec<_>>().join("*");
            match below.len() {
                0 => product,
                1 => format!("{product}/{}", below[0]),
                _ => format!("{product}/({})", below.join("*")),
            }
        })
    }

    /// In LaTeX.
    #[must_use]
    pub fn latex(&self) -> String {
        let power = |&(k, n): &(usize, u16)| if n == 1 { LATEX[k].to_owned() } else { format!("{}^{{{n}}}", LATEX[k]) };
        self.layout(|size, above, below| {
            let product = |number: String, letters: &[(usize, u16)]| {
                let number = (number != "1" || letters.is_empty()).then_some(number);
                number.into_iter().chain(letters.iter().map(power)).collect::<Vec<_>>().join(" ")
            };
            if below.is_empty() {
                return product(latex_number(size), above);
            }
            let (over, under) = (product(size.numer().to_string(), above), product(size.denom().to_string(), below));
            format!("\\frac{{{over}}}{{{under}}}")
        })
    }

    /// The terms in order with their signs; `term` writes one from its size and the letters above and below the fraction bar.
    fn layout(&self, term: impl Fn(&Rational, &[(usize, u16)], &[(usize, u16)]) -> String) -> String {
        let mut text = String::new();
        for (exponents, value) in self.terms.iter().rev() {
            let letters = |wanted: bool| -> Vec<(usize, u16)> {
                let present = (0..exponents.len()).filter(|&k| exponents[k] != 0 && (exponents[k] > 0) == wanted);
                present.map(|k| (k, exponents[k].unsigned_abs())).collect()
            };
            text += match (text.is_empty(), *value < 0) {
                (true, false) => "",
                (true, true) => "-",
                (false, false) => " + ",
                (false, true) => " - ",
            };
            text += &term(&value.clone().abs(), &letters(true), &letters(false));
        }
        if text.is_empty() { "0".to_owned() } else { text }
    }

    /// Whether more than one term would be printed.
    #[must_use]
    pub fn is_sum(&self) -> bool {
        self.terms.len() > 1
    }
}

impl Ring for Expression {
    fn rational(&self, value: &Rational) -> Self {
        Self::number(value.clone())
    }
    fn plus(&self, other: &Self) -> Self {
        Self::plus(self, other)
    }
    fn minus(&self, other: &Self) -> Self {
        Self::minus(self, other)
    }
    fn times(&self, other: &Self) -> Self {
        Self::times(self, other)
    }
    /// The inverse of a single term; that of a sum is no expression, and asking for it is a broken invariant of the caller.
    fn inverse(&self) -> Self {
        let mut inverse = Self::default();
        for (exponents, value) in &self.terms {
            inverse.add(exponents.map(|power| -power), value.clone().recip());
        }
        inverse
    }
}

fn latex_number(value: &Rational) -> String {
    if value.is_integer() { value.to_string() } else { format!("\\frac{{{}}}{{{}}}", value.numer(), value.denom()) }
}
