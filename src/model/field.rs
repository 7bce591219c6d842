//! The fields of a model as plain data, for printing, JSON and captions: a model lists them, and nobody else knows them.

use std::fmt;

use rug::Rational;

use crate::activation::Function;

/// A named field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The argument of the constructor that gives it.
    pub name: &'static str,
    /// The ratio that it stands for, such as n0/m.
    pub meaning: Option<&'static str>,
    /// What it is.
    pub value: FieldValue,
    /// Whether it is what stands for it when nothing is said; captions leave it out.
    pub is_usual: bool,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue {
    /// An activation, or a number without x.
    Function(Function),
    /// A list of activations.
    Functions(Vec<Function>),
    /// A rational number.
    Rational(Rational),
    /// A list of them.
    Rationals(Vec<Rational>),
    /// A list of pairs of them.
    Pairs(Vec<[Rational; 2]>),
    /// A word of the language.
    Word(&'static str),
    /// A text that stands for what is too long.
    Text(String),
}

impl Field {
    /// A field that captions show.
    #[must_use]
    pub fn new(name: &'static str, value: FieldValue) -> Self {
        Self { name, meaning: None, value, is_usual: false }
    }

    /// Those of a regression on the features of one layer, with their ratios.
    #[must_use]
    pub(super) fn of_regression(
        [f, teacher]: [&Function; 2],
        [phi, psi]: [&Rational; 2],
        [ridge, noise]: [&Function; 2],
    ) -> Vec<Self> {
        vec![
            Self::new("f", FieldValue::Function(f.clone())),
            Self::new("teacher", FieldValue::Function(teacher.clone())),
            Self::new("phi", FieldValue::Rational(phi.clone())).meaning("d/n"),
            Self::new("psi", FieldValue::Rational(psi.clone())).meaning("d/N"),
            Self::new("ridge", FieldValue::Function(ridge.clone())),
            Self::new("noise", FieldValue::Function(noise.clone())).usual(noise.is_zero()),
        ]
    }

    /// The same field with the ratio that it stands for.
    #[must_use]
    pub fn meaning(self, ratio: &'static str) -> Self {
        Self { meaning: Some(ratio), ..self }
    }

    /// The same field, which captions leave out when it is usual.
    #[must_use]
    pub fn usual(self, is_usual: bool) -> Self {
        Self { is_usual, ..self }
    }
}

/// A rational number as typed, or to six digits where its fraction is long: a measured double has one of thirty figures.
fn short(value: &Rational) -> String {
    const LONGEST: usize = 15;
    let exact = value.to_string();
    if exact.len() <= LONGEST {
        return exact;
    }
    let rounded: f64 = format!("{:.5e}", value.to_f64()).parse().unwrap_or(f64::NAN);
    let plain = rounded == 0.0 || (1e-4..1e9).contains(&rounded.abs());
    if plain { format!("≈{rounded}") } else { format!("≈{rounded:e}") }
}

impl fmt::Display for FieldValue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |items: Vec<String>| format!("[{}]", items.join(", "));
        match self {
            Self::Function(f) => write!(out, "{f}"),
            Self::Functions(list) if list.windows(2).all(|pair| pair[0] == pair[1]) && !list.is_empty() => {
                write!(out, "{}", list[0])
            }
            Self::Functions(functions) => out.write_str(&list(functions.iter().map(ToString::to_string).collect())),
            Self::Rational(value) => out.write_str(&short(value)),
            Self::Rationals(values) => out.write_str(&list(values.iter().map(short).collect())),
            Self::Pairs(pairs) => {
                out.write_str(&list(pairs.iter().map(|[a, b]| format!("[{}, {}]", short(a), short(b))).collect()))
            }
            Self::Word(word) => out.write_str(word),
            Self::Text(text) => out.write_str(text),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.meaning {
            Some(ratio) => write!(out, "{} = {ratio} = {}", self.name, self.value),
            None => write!(out, "{} = {}", self.name, self.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_fractions_are_short() {
        let shown = |value: f64| FieldValue::Rational(Rational::from_f64(value).expect("finite")).to_string();
        assert_eq!([shown(0.125), shown(34.276_215_728_968_8), shown(-1e-30 / 3.0)], ["1/8", "≈34.2762", "≈-3.33333e-31"]);
        assert_eq!(FieldValue::Rational(Rational::from((1, 1_000_000_007))).to_string(), "1/1000000007");
    }
}
