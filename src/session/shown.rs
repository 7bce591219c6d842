//! A value as it is shown: every number already has its certain digits, so that the text and JSON writers compute nothing.

use rug::Rational;

use super::latex;
use super::value::{Enclosed, Name, Value};
use crate::activation::{Evaluator, Function};
use crate::model::{FieldValue, Model};
use crate::number::{Ball, decimal, decimal_rational, not_separated};
use crate::spectrum::Constants;
use crate::theory::Doubt;

/// Longest exact form shown beside the digits.
const EXACT_LENGTH: usize = 160;

/// A value whose numbers are literals.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// A number literal with all its right digits, and its exact form when that says more.
    Number {
        /// The literal.
        text: String,
        /// The exact form in the query language.
        exact: Option<String>,
    },
    /// Real and imaginary part.
    Complex(Box<Shown>, Box<Shown>),
    /// A number to the digits that its estimated error supports.
    Estimate {
        /// The literal.
        text: String,
        /// The estimated error.
        error: f64,
    },
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
        /// Where.
        path: std::path::PathBuf,
        /// The data.
        data: Option<Box<Shown>>,
    },
    /// A picture for the terminal.
    Terminal,
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
    digits: u32,
    bits: u32,
}

/// The value with numbers of `digits` digits; expressions are evaluated at `bits` bits.
#[must_use]
pub fn show(value: &Value, digits: u32, bits: u32) -> (Shown, Showing) {
    let mut showing = Showing { certainty: Certainty::Settled, warnings: Vec::new(), digits, bits };
    let shown = showing.value(value);
    (shown, showing)
}

impl Showing {
    fn value(&mut self, value: &Value) -> Shown {
        match value {
            Value::Function(f) if f.is_constant() => self.constant(f),
            Value::Function(f) => Shown::Function(f.to_string()),
            Value::Real(Enclosed { ball, exact }) => self.ball(ball, exact.clone()),
            Value::Estimate(ball) => estimate(ball, self.digits),
            Value::Complex(re, im) => Shown::Complex(Box::new(self.value(re)), Box::new(self.value(im))),
            Value::Measured { mean, se } => measured(*mean, *se),
            Value::Double(value, digits) => double(*value, *digits),
            Value::Infinite => Shown::Infinite,
            Value::Undefined => Shown::Undefined,
            Value::Text(text) => Shown::Text(text.clone()),
            Value::Formula(formula) => Shown::Formula { text: formula.text(), latex: formula.latex() },
            Value::Flag(flag) => Shown::Flag(*flag),
            Value::List(values) => Shown::List(values.iter().map(|value| self.value(value)).collect()),
            Value::Samples(samples) => Shown::List(samples.values.iter().map(|value| self.value(value)).collect()),
            Value::Range(range) => match &range.points {
                Some(points) => Shown::List(points.iter().map(|point| self.constant(point)).collect()),
                None => Shown::List(vec![self.value(&range.low), self.value(&range.high)]),
            },
            Value::Record(record) => {
                Shown::Record(record.fields.iter().map(|(name, value)| (name.clone(), self.value(value))).collect())
            }
            Value::Model(model) => self.model(model),
            Value::Symbolic(constants) => symbolic(constants),
            Value::Picture(picture) => match &picture.file {
                Some(path) => Shown::File { path: path.clone(), data: None },
                None => Shown::Terminal,
            },
            Value::Saved(saved) => Shown::File { path: saved.file.clone(), data: Some(Box::new(self.value(&saved.value))) },
            Value::Latex(value) => Shown::Text(latex::latex(&self.value(value))),
        }
    }

    fn constant(&mut self, f: &Function) -> Shown {
        if let Some(value) = f.as_rational() {
            return self.rational(value);
        }
        let exact = f.to_string();
        let shown = f.is_closed() && exact.len() <= EXACT_LENGTH;
        self.ball(&Evaluator::new(f, self.bits).value(&Ball::zero(self.bits)), shown.then_some(exact))
    }

    fn rational(&self, value: &Rational) -> Shown {
        let exact = Function::rational(value.clone()).to_string();
        let text = decimal_rational(value, self.digits);
        Shown::Number { exact: (!value.is_integer() && exact.len() <= EXACT_LENGTH).then_some(exact), text }
    }

    fn ball(&mut self, ball: &Ball, exact: Option<String>) -> Shown {
        let (certainty, text) = match decimal(ball, self.digits) {
            Some(text) => (Certainty::Settled, text),
            None if !ball.is_finite() => (Certainty::Nothing, "0".to_owned()),
            None if ball.contains_zero() && ball.magnitude().to_f64() < 1.0 => (Certainty::NearZero, not_separated(ball)),
            None => (Certainty::Coarse, "0".to_owned()),
        };
        if certainty == Certainty::NearZero && !self.warnings.contains(&Doubt::NotSeparatedFromZero) {
            self.warnings.push(Doubt::NotSeparatedFromZero);
        }
        self.certainty = self.certainty.max(certainty);
        Shown::Number { text, exact }
    }

    fn model(&mut self, model: &Model) -> Shown {
        let mut fields: Vec<_> = model.fields().iter().map(|field| (field.name.into(), self.field(&field.value))).collect();
        fields.push(("meaning".into(), Shown::Text(model.meaning())));
        Shown::Record(fields)
    }

    fn field(&mut self, value: &FieldValue) -> Shown {
        match value {
            FieldValue::Function(f) if f.is_constant() => self.constant(f),
            FieldValue::Function(f) => Shown::Function(f.to_string()),
            FieldValue::Functions(list) => Shown::List(list.iter().map(|f| Shown::Function(f.to_string())).collect()),
            FieldValue::Rational(value) => self.rational(value),
            FieldValue::Rationals(list) => Shown::List(list.iter().map(|value| self.rational(value)).collect()),
            FieldValue::Word(word) => Shown::Text((*word).to_owned()),
        }
    }
}

/// As many of the digits asked as the radius supports; without any, a bound of the size.
fn estimate(ball: &Ball, digits: u32) -> Shown {
    if !ball.is_finite() {
        return Shown::Undefined;
    }
    let supported = (1..=digits).rev().find_map(|digits| decimal(ball, digits));
    Shown::Estimate { text: supported.unwrap_or_else(|| not_separated(ball)), error: ball.radius().to_f64() }
}

/// The constants that are known; the others keep their letters.
fn symbolic(constants: &Constants) -> Shown {
    let named = |name: &'static str, value: &Option<Rational>| {
        (name.into(), Shown::Text(value.as_ref().map_or_else(|| name.to_owned(), ToString::to_string)))
    };
    Shown::Record(vec![
        named("phi", &constants.phi),
        named("psi", &constants.psi),
        named("theta1", &constants.theta1),
        named("theta2", &constants.theta2),
    ])
}

/// A double to at most so many digits.
fn double(value: f64, digits: u32) -> Shown {
    if value == f64::INFINITY {
        return Shown::Infinite;
    }
    if !value.is_finite() {
        return Shown::Undefined;
    }
    Shown::Number { text: literal(value, digits), exact: None }
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
