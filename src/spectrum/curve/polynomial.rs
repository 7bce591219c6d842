//! A polynomial in z and one more unknown as it is shown: exact coefficients, text in the language, LaTeX.

use super::symbolic::Expression;

/// Σ `coefficients[k][j]` yᵏ zʲ, y the letter.
#[derive(Clone, Debug)]
pub struct Polynomial {
    letter: char,
    /// `coefficients[k][j]` multiplies yᵏ zʲ.
    pub coefficients: Vec<Vec<Expression>>,
}

impl Polynomial {
    /// The polynomial with these coefficients in y, which are polynomials in z; leading zeros are dropped.
    #[must_use]
    pub fn new(letter: char, coefficients: &[Expression]) -> Self {
        let mut coefficients: Vec<_> = coefficients.iter().map(Expression::coefficients_in_z).collect();
        while coefficients.last().is_some_and(Vec::is_empty) {
            coefficients.pop();
        }
        Self { letter, coefficients }
    }

    /// The degree in y.
    #[must_use]
    pub fn degree(&self) -> usize {
        self.coefficients.len().saturating_sub(1)
    }

    /// In the syntax of the language, highest powers of y first.
    #[must_use]
    pub fn text(&self) -> String {
        self.layout("*", Expression::text, |letter, power| format!("{letter}^{power}"))
    }

    /// In LaTeX.
    #[must_use]
    pub fn latex(&self) -> String {
        self.layout(" ", Expression::latex, |letter, power| format!("{letter}^{{{power}}}"))
    }

    fn layout(&self, times: &str, show: impl Fn(&Expression) -> String, power: impl Fn(char, usize) -> String) -> String {
        let power = |letter: char, exponent: usize| match exponent {
            0 => None,
            1 => Some(letter.to_string()),
            _ => Some(power(letter, exponent)),
        };
        let mut text = String::new();
        let rows = self.coefficients.iter().enumerate().rev();
        let terms = rows.flat_map(|(k, row)| row.iter().enumerate().rev().map(move |(j, a)| (k, j, a)));
        for (k, j, coefficient) in terms.filter(|(_, _, coefficient)| !coefficient.is_zero()) {
            let shown = show(coefficient);
            let (negative, size) = match shown.strip_prefix('-') {
                Some(size) if !coefficient.is_sum() => (true, size.to_owned()),
                _ => (false, shown),
            };
            let size = match size.as_str() {
                _ if coefficient.is_sum() => Some(format!("({size})")),
                "1" if (k, j) != (0, 0) => None,
                _ => Some(size),
            };
            let factors: Vec<String> = [size, power('z', j), power(self.letter, k)].into_iter().flatten().collect();
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
