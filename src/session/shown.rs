//! A value as it is shown: every number already has its certain digits, so that the text and JSON writers compute nothing.

use std::path::PathBuf;

use rug::Rational;

use super::latex;
use super::value::{Name, Value};
use crate::activation::{Evaluator, Function, too_large};
use crate::model::{FieldValue, Model};
use crate::number::{Ball, Magnitude, Real, decimal, decimal_rational, not_separated};
use crate::spectrum::Constants;
use crate::theory::Doubt;

/// Longest exact form shown beside the digits.
const EXACT_LENGTH: usize = 160;

/// An estimate that may be 0 is bounded where it is below this.
const SMALL: f64 = 0.1;

/// A value whose numbers are literals.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// A number literal with all its right digits, or those that its estimated error supports.
    Number {
        /// The literal.
        text: String,
        /// The exact form in the query language, when that says more.
        exact: Option<String>,
        /// The error, where it is estimated.
        error: Option<f64>,
    },
    /// Real and imaginary part.
    Complex(Box<[Shown; 2]>),
    /// A simulated number.
    Measured {
        /// Mean, to the digits its error supports and two more.
        mean: String,
        /// Standard error.
        se: String,
    },
    /// +∞.
    Infinite,
    /// No value.
    Undefined,
    /// A text.
    Text(String),
    /// An exact expression in letters.
    Formula {
        /// In the syntax of the language.
        text: String,
        /// In LaTeX.
        latex: String,
    },
    /// A function, as the language reads it.
    Function(String),
    /// True or false.
    Flag(bool),
    /// Values in order.
    List(Vec<Shown>),
    /// Named fields.
    Record(Vec<(Name, Shown)>),
    /// A file to be written, with the data that go into it when it is no picture.
    File {
        /// Where; none for a picture in the terminal.
        path: Option<PathBuf>,
        /// The data.
        data: Option<Box<Shown>>,
    },
}

impl Shown {
    /// The items of a list, or the parts of a complex number.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            Self::Complex(parts) => &**parts,
            _ => &[],
        }
    }

    /// Whether records stand in it as items.
    #[must_use]
    pub fn is_table(&self) -> bool {
        self.items().iter().any(|item| matches!(item, Self::Record(_)))
    }
}

/// How certain the digits of everything shown are; the worst number decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// All digits asked are there.
    Settled,
    /// Some number is not separated from zero.
    NearZero,
    /// Some number has too few digits.
    Coarse,
    /// Some number has no enclosure at all: it may be undefined.
    Nothing,
}

/// What [`show`] found.
pub struct Showing {
    /// How certain the worst number is.
    pub certainty: Certainty,
    /// Doubts met on the way.
    pub warnings: Vec<Doubt>,
    /// A part of a number that is too large for any enclosure.
    pub too_large: Option<Function>,
    digits: u32,
    bits: u32,
    /// The fields around what is shown.
    within: Vec<Name>,
    /// Estimates without a digit: their fields, values and errors.
    lost: Vec<(String, f64, f64)>,
}

/// The value with numbers of `digits` digits; expressions are evaluated at `bits` bits.
#[must_use]
pub fn show(value: &Value, digits: u32, bits: u32) -> (Shown, Showing) {
    let mut showing = Showing {
        certainty: Certainty::Settled,
        warnings: Vec::new(),
        too_large: None,
        digits,
        bits,
        within: Vec::new(),
        lost: Vec::new(),
    };
    let shown = showing.value(value);
    showing.tell_lost();
    (shown, showing)
}

impl Showing {
    fn value(&mut self, value: &Value) -> Shown {
        match value {
            Value::Function(f) => self.function(f),
            Value::Real(real) => self.real(real),
            Value::Complex(parts) => Shown::Complex(Box::new(parts.each_ref().map(|part| self.value(part)))),
            Value::Measured { mean, se } => measured(*mean, *se),
            Value::Double(value, digits) => double(*value, *digits),
            Value::Printed(text) => Shown::Number { text: text.clone(), exact: None, error: None },
            Value::Text(text) => Shown::Text(text.clone()),
            Value::Formula(formula) => Shown::Formula { text: formula.text(), latex: formula.latex() },
            Value::Flag(flag) => Shown::Flag(*flag),
            Value::Range(range) if range.points.is_none() => {
                Shown::List([&range.low, &range.high].map(|end| self.value(end)).into())
            }
            Value::List(_) | Value::Samples(_) | Value::Range(_) => {
                Shown::List(value.items().iter().flat_map(|items| items.iter()).map(|value| self.value(value)).collect())
            }
            Value::Record(record) => {
                let field = |(name, value): &(Name, Value)| {
                    self.within.push(name.clone());
                    let shown = self.value(value);
                    self.within.pop();
                    (name.clone(), shown)
                };
                Shown::Record(record.fields.iter().map(field).collect())
            }
            Value::Matrix(matrix) => {
                let size = |size: usize| self.rational(&Rational::from(size));
                Shown::Record(vec![("rows".into(), size(matrix.rows)), ("columns".into(), size(matrix.columns))])
            }
            Value::BlackBox(f) => Shown::Text(f.name.clone()),
            Value::Several(g) => Shown::Function(g.to_string()),
            Value::Population(population) => self.field(&population.field()),
            Value::Model(model) => self.model(model),
            Value::Symbolic(constants) => symbolic(constants),
            Value::Picture(picture) => Shown::File { path: picture.file.clone(), data: None },
            Value::Saved(saved) => Shown::File { path: Some(saved.file.clone()), data: Some(Box::new(self.value(&saved.value))) },
            Value::Latex(value) => {
                let shown = self.value(value);
                Shown::Text(latex::latex(value, &shown, self.digits, self.bits))
            }
        }
    }

    fn real(&mut self, real: &Real) -> Shown {
        match real {
            Real::Rational(value) => self.rational(value),
            Real::Proved(ball, exact) => self.ball(ball, exact.clone()),
            Real::Estimated(ball) => self.estimate(ball),
            Real::Infinite => Shown::Infinite,
            Real::Unknown => Shown::Undefined,
        }
    }

    fn function(&mut self, f: &Function) -> Shown {
        if !f.is_constant() {
            return Shown::Function(f.to_string());
        }
        if let Some(value) = f.as_rational() {
            return self.rational(value);
        }
        let exact = f.to_string();
        let shown = f.is_closed() && exact.len() <= EXACT_LENGTH;
        let ball = Evaluator::new(f, self.bits).value(&Ball::zero(self.bits));
        if !ball.is_finite() && self.too_large.is_none() {
            self.too_large = too_large(f, self.bits);
        }
        self.ball(&ball, shown.then_some(exact))
    }

    /// As many of the digits asked as the radius supports, or where it supports less than two, those down to its own place; of fewer
    /// digits than asked the error is that of what is shown. Without any, a bound of its size where it may be 0 and is below 1/10, and otherwise nothing: a bound that
    /// is no smaller than the value itself would say less than it seems to.
    fn estimate(&mut self, ball: &Ball) -> Shown {
        if !ball.mid().is_finite() {
            return Shown::Undefined;
        }
        let error = Some(ball.radius().to_f64());
        if let Some(text) = decimal(ball, self.digits) {
            return Shown::Number { text, exact: None, error };
        }
        if let Some(text) = (2..self.digits).rev().find_map(|digits| decimal(ball, digits)).or_else(|| coarse(ball)) {
            let error = shown_error(ball, &text);
            return Shown::Number { text, exact: None, error };
        }
        if ball.contains_zero() && ball.magnitude().to_f64() < SMALL {
            self.near_zero();
            return Shown::Number { text: not_separated(ball), exact: None, error };
        }
        self.lost.push((self.within.join("."), ball.mid().to_f64(), ball.radius().to_f64()));
        Shown::Undefined
    }

    /// Says which estimates have no digit, and the first of them with its error.
    fn tell_lost(&mut self) {
        let Some((_, value, error)) = self.lost.first() else { return };
        let mut names: Vec<&str> = self.lost.iter().map(|(name, ..)| &**name).filter(|name| !name.is_empty()).collect();
        names.dedup();
        let subject = if names.is_empty() { String::new() } else { format!("{}: ", names.join(", ")) };
        let reason = format!("{subject}an estimate, {value:.2e}, has an error of {error:.1e}, which leaves it no digit");
        self.warnings.push(Doubt::Undefined { fields: &[], reason });
    }

    /// Says once what `0e-E` means.
    fn near_zero(&mut self) {
        if !self.warnings.contains(&Doubt::NotSeparatedFromZero) {
            self.warnings.push(Doubt::NotSeparatedFromZero);
        }
    }

    fn rational(&self, value: &Rational) -> Shown {
        let exact = Function::rational(value.clone()).to_string();
        let text = decimal_rational(value, self.digits);
        Shown::Number { text, exact: (!value.is_integer() && exact.len() <= EXACT_LENGTH).then_some(exact), error: None }
    }

    fn ball(&mut self, ball: &Ball, exact: Option<String>) -> Shown {
        let (certainty, text) = match decimal(ball, self.digits) {
            Some(text) => (Certainty::Settled, text),
            None if !ball.is_finite() => (Certainty::Nothing, "0".to_owned()),
            None if ball.contains_zero() && ball.magnitude().to_f64() < 1.0 => (Certainty::NearZero, not_separated(ball)),
            None => (Certainty::Coarse, "0".to_owned()),
        };
        if certainty == Certainty::NearZero {
            self.near_zero();
        }
        self.certainty = self.certainty.max(certainty);
        Shown::Number { text, exact, error: None }
    }

    fn model(&mut self, model: &Model) -> Shown {
        let mut fields: Vec<_> = model.fields().iter().map(|field| (field.name.into(), self.field(&field.value))).collect();
        fields.push(("meaning".into(), Shown::Text(model.meaning())));
        Shown::Record(fields)
    }

    fn field(&mut self, value: &FieldValue) -> Shown {
        match value {
            FieldValue::Function(f) => self.function(f),
            FieldValue::Functions(list) => Shown::List(list.iter().map(|f| Shown::Function(f.to_string())).collect()),
            FieldValue::Rational(value) => self.rational(value),
            FieldValue::Rationals(list) => Shown::List(list.iter().map(|value| self.rational(value)).collect()),
            FieldValue::Pairs(pairs) => {
                let pair = |[a, b]: &[rug::Rational; 2]| Shown::List(vec![self.rational(a), self.rational(b)]);
                Shown::List(pairs.iter().map(pair).collect())
            }
            FieldValue::Word(word) => Shown::Text((*word).to_owned()),
            FieldValue::Text(text) => Shown::Text(text.clone()),
        }
    }
}

/// The digits down to the place of the radius, where that is at most half of the value.
fn coarse(ball: &Ball) -> Option<String> {
    let (value, radius) = (ball.mid().to_f64(), ball.radius().to_f64());
    if value == 0.0 || !(radius > 0.0 && radius <= 0.5 * value.abs()) {
        return None;
    }
    let place = |size: f64| size.log10().floor();
    let digits = (place(value.abs()) - place(radius) + 1.0).max(1.0);
    // as if it were known well, but not to its end
    let well = Magnitude::from_f64(1e-9 * value.abs());
    decimal(&Ball::double(value, ball.bits()).widened(well), digits as u32)
}

/// The error of a text that stands for a ball: the radius, and what rounding adds.
fn shown_error(ball: &Ball, text: &str) -> Option<f64> {
    let shown = rug::Float::parse(text).ok().map(|parsed| rug::Float::with_val(ball.bits() + 64, parsed))?;
    let rounding = rug::Float::with_val(53, &shown - ball.mid()).abs();
    Some(ball.radius().to_f64() + rounding.to_f64())
}

/// The constants that are known; the others keep their letters.
fn symbolic(constants: &Constants) -> Shown {
    let named = |name: &'static str, value: &Option<Rational>| {
        (name.into(), Shown::Text(value.as_ref().map_or_else(|| name.to_owned(), ToString::to_string)))
    };
    let Constants { phi, psi, theta1, theta2, .. } = constants;
    Shown::Record(vec![named("phi", phi), named("psi", psi), named("theta1", theta1), named("theta2", theta2)])
}

/// A double to at most so many digits.
fn double(value: f64, digits: u32) -> Shown {
    if value == f64::INFINITY {
        return Shown::Infinite;
    }
    if !value.is_finite() {
        return Shown::Undefined;
    }
    Shown::Number { text: literal(value, digits), exact: None, error: None }
}

/// Mean and standard error: two digits of the error, and the mean to the same place.
fn measured(mean: f64, se: f64) -> Shown {
    if !mean.is_finite() || !se.is_finite() {
        return Shown::Undefined;
    }
    let digits =
        if se > 0.0 && mean != 0.0 { (mean.abs().log10().floor() - se.log10().floor() + 2.0).clamp(2.0, 17.0) } else { 17.0 };
    Shown::Measured { mean: literal(mean, digits as u32), se: literal(se, 2) }
}

/// A finite double rounded to so many digits, or its shortest form when that has fewer.
fn literal(value: f64, digits: u32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let shortest = format!("{value:e}");
    let written = shortest.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
    let text = if written <= digits as usize { shortest } else { format!("{value:.*e}", digits.saturating_sub(1) as usize) };
    if (1e-7..1e17).contains(&value.abs()) {
        return text.parse::<f64>().map_or(text, |rounded| rounded.to_string());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: f64, radius: f64) -> Shown {
        let ball = Ball::double(value, 64).widened(Magnitude::from_f64(radius));
        show(&Value::Real(Real::Estimated(ball)), 15, 128).0
    }

    /// The error belongs to the text, and a text ends at the place of the error.
    #[test]
    fn errors_of_estimates_are_those_of_their_texts() {
        for (value, radius, wanted) in [
            (73.6, 1.0, Some("74")),
            (0.0722, 0.013, Some("0.07")),
            (-0.422, 0.11, Some("-0.4")),
            (121.9, 55.0, Some("120")),
            (0.972, 0.2, Some("1")),
            (2.5, 1.3, None),
            (0.05292866997519, 3.5e-15, Some("0.05292866997519")),
        ] {
            match (shown(value, radius), wanted) {
                (Shown::Number { text, error, .. }, Some(wanted)) => {
                    let (found, error) = (text.parse::<f64>().unwrap(), error.unwrap());
                    assert!((found - wanted.parse::<f64>().unwrap()).abs() <= 1e-15 * found.abs(), "{value} ± {radius}: {text}");
                    assert!(error >= radius + (found - value).abs() * 0.99, "{value} ± {radius}: {text} with {error}");
                }
                (Shown::Undefined, None) => {}
                (other, _) => panic!("{value} ± {radius}: {other:?}"),
            }
        }
    }
}
