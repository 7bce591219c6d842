//! What an expression of the query language is worth.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use super::figures::{Expanded, Training, Views};
use crate::activation::{BlackBox, Function, Several};
use crate::compare::Report;
use crate::model::{DataMatrix, Model, Population};
use crate::number::Real;
use crate::plot::Figure;
use crate::spectrum::{Constants, Expression};

/// The name of a field.
pub type Name = Cow<'static, str>;

/// A value. Cloning is cheap.
#[derive(Clone, Debug)]
pub enum Value {
    /// A function of x; without x it is a number known as an expression.
    Function(Function),
    /// A function of x1 … x9.
    Several(Arc<Several>),
    /// A real number as a room answered it, ∞ and what is not known included; a rational one is a `Function`.
    Real(Real),
    /// A complex number: real and imaginary part, each a `Function` without x or a `Real`.
    Complex(Box<[Value; 2]>),
    /// A simulated number.
    Measured {
        /// Mean over the replicates.
        mean: f64,
        /// Standard error of the mean.
        se: f64,
    },
    /// A double shown to so many digits: a statistic, a prediction beside a simulated number.
    Double(f64, u32),
    /// A number as an earlier run printed it, right to one unit of its last digit.
    Printed(String),
    /// A text.
    Text(String),
    /// An exact expression in the letters of a model.
    Formula(Box<Expression>),
    /// True or false.
    Flag(bool),
    /// Values in order.
    List(Arc<Vec<Value>>),
    /// The points from `low` to `high`.
    Range(Box<Range>),
    /// A real function at given points; it reads as the list of its values.
    Samples(Arc<Samples>),
    /// Named fields.
    Record(Arc<Record>),
    /// A function of another program.
    BlackBox(BlackBox),
    /// A matrix of the user's.
    Matrix(Arc<DataMatrix>),
    /// A law of eigenvalues that a model takes as its population.
    Population(Arc<Population>),
    /// A matrix model.
    Model(Arc<Model>),
    /// A model with letters in the place of numbers.
    Symbolic(Arc<Constants>),
    /// A picture and where it goes.
    Picture(Arc<Picture>),
    /// Data and the file they go to.
    Saved(Arc<Saved>),
    /// A value to be shown in LaTeX.
    Latex(Arc<Value>),
}

/// Two ends and how the range is sampled; the ends are `Function`s without x or `Real`s.
#[derive(Clone, Debug)]
pub struct Range {
    /// First end.
    pub low: Value,
    /// Last end.
    pub high: Value,
    /// The points between; none for a bare `low..high`.
    pub points: Option<Vec<Function>>,
}

/// A real function of one variable at given points.
#[derive(Clone, Debug)]
pub struct Samples {
    /// What is sampled, for the axis of a plot.
    pub name: &'static str,
    /// The points, numbers without x.
    pub points: Vec<Function>,
    /// The values, in the order of the points.
    pub values: Vec<Value>,
}

/// The result of a query.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its name: the JSON line's `type`.
    pub name: &'static str,
    /// The fields in the order they are shown.
    pub fields: Vec<(Name, Value)>,
    /// What is kept for later queries and not shown.
    pub hidden: Hidden,
}

/// Data behind a record that a plot of it needs.
#[derive(Clone, Debug, Default)]
pub enum Hidden {
    /// Nothing.
    #[default]
    Nothing,
    /// The picture of the record, drawn by the query that made it.
    Views(Arc<Views>),
    /// What was checked, of which a picture is drawn when it is asked for.
    Check(Arc<Checked>),
    /// What a record of Hermite coefficients expands.
    Expanded(Arc<Expanded>),
    /// Of which step the errors are.
    Errors(Arc<StepErrors>),
    /// Of which regression, or of which spiked features, the errors are.
    Ridge(Arc<Model>),
    /// What a training run recorded.
    Training(Arc<Training>),
    /// The model whose law the record is.
    Law(Arc<Model>),
    /// That it is a point of a sweep.
    Point(Arc<Swept>),
    /// A signal on its way, whose layers are fields: the parameters that a picture of them names.
    Signal(Arc<[String]>),
}

/// A model beside simulations.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The model as it was typed.
    pub model: Arc<Model>,
    /// What was measured.
    pub report: Report,
}

/// The errors of one gradient step: of which model and of which step.
#[derive(Clone, Debug)]
pub struct StepErrors {
    /// The model.
    pub model: Arc<Model>,
    /// The step.
    pub step: StepSize,
}

/// Of which sweep a point is.
#[derive(Clone, Debug)]
pub struct Swept {
    /// How many names vary; they are the first fields.
    pub names: usize,
    /// What is asked, in short, for the axis of a plot.
    pub label: String,
    /// All of it, for what is said under the title.
    pub asked: String,
}

/// The size of a gradient step.
#[derive(Clone, Debug)]
pub enum StepSize {
    /// Growing, inside the regimes of all degrees up to this one.
    UpTo(usize),
    /// Constant, n → ∞.
    Constant(Function),
    /// At n samples; `scale` is that of eta = scale n^alpha.
    Finite {
        /// n.
        n: usize,
        /// η.
        eta: f64,
        /// The scale, 1 unless it was given.
        scale: f64,
        /// The powers of the surrogate.
        order: Option<usize>,
    },
}

/// Data to be written by whoever runs the session.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The data: records in a list are the rows of a table.
    pub value: Value,
    /// The file.
    pub file: PathBuf,
}

/// A picture to be written or shown by whoever runs the session.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What is drawn.
    pub figure: Arc<Figure>,
    /// The file it goes to; none for the terminal.
    pub file: Option<PathBuf>,
}

impl Record {
    /// The value of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl Value {
    /// +∞.
    pub const INFINITE: Self = Self::Real(Real::Infinite);
    /// No value; the reason is among the warnings.
    pub const UNDEFINED: Self = Self::Real(Real::Unknown);

    /// A rational or whole number.
    pub fn number(value: impl Into<rug::Rational>) -> Self {
        Self::Function(Function::rational(value))
    }

    /// A complex number; a real one when its imaginary part is exactly zero.
    #[must_use]
    pub fn complex([re, im]: [Real; 2]) -> Self {
        match im {
            Real::Rational(zero) if zero.is_zero() => re.into(),
            im => Self::Complex(Box::new([re.into(), im.into()])),
        }
    }

    /// A list.
    #[must_use]
    pub fn list(values: Vec<Self>) -> Self {
        Self::List(Arc::new(values))
    }

    /// A record with what later queries need of it.
    #[must_use]
    pub fn keeping(hidden: Hidden, name: &'static str, fields: Vec<(impl Into<Name>, Self)>) -> Self {
        Self::Record(Arc::new(Record {
            name,
            fields: fields.into_iter().map(|(name, value)| (name.into(), value)).collect(),
            hidden,
        }))
    }

    /// The record of a law: with the largest of its estimated errors when it holds estimates.
    #[must_use]
    pub fn answer(name: &'static str, fields: Vec<(&'static str, Self)>) -> Self {
        Self::answer_keeping(Hidden::Nothing, name, fields)
    }

    /// The same, with what a plot of it needs.
    #[must_use]
    pub fn answer_keeping(hidden: Hidden, name: &'static str, mut fields: Vec<(&'static str, Self)>) -> Self {
        let error = fields.iter().map(|(_, value)| value.estimated_error()).fold(0.0, f64::max);
        if error > 0.0 {
            fields.extend([("certified", Self::Flag(false)), ("error", Self::Double(error, 2))]);
        }
        Self::keeping(hidden, name, fields)
    }

    /// The record of the law of a model, which it can stand for where a population is wanted.
    #[must_use]
    pub fn of_law(self, model: Arc<Model>) -> Self {
        match self {
            Self::Record(record) => Self::Record(Arc::new(Record { hidden: Hidden::Law(model), ..(*record).clone() })),
            other => other,
        }
    }

    /// A record with one field more at its beginning.
    #[must_use]
    pub fn with_first(self, name: &str, value: Self) -> Self {
        match self {
            Self::Record(record) => {
                let mut record = (*record).clone();
                record.fields.insert(0, (name.to_owned().into(), value));
                Self::Record(Arc::new(record))
            }
            other => other,
        }
    }

    /// A record that keeps nothing back.
    #[must_use]
    pub fn record(name: &'static str, fields: Vec<(impl Into<Name>, Self)>) -> Self {
        Self::keeping(Hidden::Nothing, name, fields)
    }

    /// The largest estimated error in it.
    fn estimated_error(&self) -> f64 {
        match self {
            Self::Real(Real::Estimated(ball)) => ball.radius().to_f64(),
            Self::Complex(parts) => parts.iter().map(Self::estimated_error).fold(0.0, f64::max),
            Self::List(items) => items.iter().map(Self::estimated_error).fold(0.0, f64::max),
            Self::Record(record) => record.fields.iter().map(|(_, value)| value.estimated_error()).fold(0.0, f64::max),
            _ => 0.0,
        }
    }

    /// Whether it can stand for a function of x, or for a number as one without x.
    #[must_use]
    pub fn is_function(&self) -> bool {
        matches!(self, Self::Function(_) | Self::Real(Real::Proved(..) | Real::Estimated(_)) | Self::Printed(_))
    }

    /// The values in order that it stands for; none when it is no list.
    #[must_use]
    pub fn items(&self) -> Option<Cow<'_, [Self]>> {
        match self {
            Self::List(items) => Some(items.as_slice().into()),
            Self::Samples(samples) => Some(samples.values.as_slice().into()),
            Self::Range(range) => Some(range.points.iter().flatten().cloned().map(Self::Function).collect()),
            _ => None,
        }
    }

    /// Whether it is a picture or data for a file.
    #[must_use]
    pub fn goes_to_a_file(&self) -> bool {
        match self {
            Self::Picture(picture) => picture.file.is_some(),
            other => matches!(other, Self::Saved(_)),
        }
    }

    /// What kind of thing it is, as an error message calls it.
    #[must_use]
    pub fn kind(&self) -> String {
        match self {
            Self::Record(record) => match record.name {
                "regime" | "spike" => "the result of spikes".to_owned(),
                name => format!("the result of {name}"),
            },
            other => other.names().0.to_owned(),
        }
    }

    /// The name of its type, as the JSON line shows it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.names().1
    }

    /// Its kind and the name of its type.
    fn names(&self) -> (&'static str, &'static str) {
        match self {
            Self::Function(f) if !f.is_constant() => ("an activation", "activation"),
            Self::Several(_) => ("a function of x1 … x9", "activation"),
            Self::Real(Real::Infinite) => ("infinity", "number"),
            Self::Real(Real::Unknown) => ("undefined", "undefined"),
            Self::Function(_) | Self::Real(_) | Self::Printed(_) => ("a number", "number"),
            Self::Complex(_) => ("a complex number", "complex"),
            Self::Measured { .. } => ("a simulated number", "measured"),
            Self::Double(..) => ("a simulated number", "number"),
            Self::Text(_) => ("a text", "text"),
            Self::Formula(_) => ("a formula in letters", "formula"),
            Self::Flag(_) => ("true or false", "flag"),
            Self::List(_) | Self::Samples(_) => ("a list", "list"),
            Self::Range(_) => ("a range", "range"),
            Self::Record(record) => ("a result", record.name),
            Self::BlackBox(_) => ("a function of another program, which the simulation of check alone can use", "function"),
            Self::Matrix(_) => ("a matrix", "matrix"),
            Self::Population(_) => ("a population law", "population"),
            Self::Model(model) => ("a model", model.name()),
            Self::Symbolic(_) => ("a symbolic model: only equation and moments answer it", "features"),
            Self::Picture(_) => ("a picture", "plot"),
            Self::Saved(_) => ("a file", "file"),
            Self::Latex(_) => ("a text in LaTeX", "latex"),
        }
    }
}

impl From<Real> for Value {
    fn from(real: Real) -> Self {
        match real {
            Real::Rational(value) => Self::number(value),
            real => Self::Real(real),
        }
    }
}

impl From<Vec<Real>> for Value {
    fn from(reals: Vec<Real>) -> Self {
        Self::list(reals.into_iter().map(Self::from).collect())
    }
}
