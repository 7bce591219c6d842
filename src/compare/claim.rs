//! What a check holds against draws: a named number that the theory gives, and where it is found in a draw.

use super::extrapolation::Scaling;
use super::questions::FEW;
use super::source::{Number, Part, Source};
use crate::monte_carlo::Draw;
use num_complex::Complex64;

/// The value that a theory gives.
pub enum Theory {
    /// A number.
    Value(f64),
    /// A number that depends on what was measured on the same draw; the residual is then formed draw by draw, so that what the
    /// two have in common does not count as noise.
    OnDraw(Box<dyn Fn(&Draw) -> f64 + Sync>),
}

/// What draws themselves have against a judgement, if they have.
pub type Reservation = Box<dyn Fn(&[Draw]) -> Option<String> + Send + Sync>;

/// The most that a theory may be off at the largest size, from what it neglects on these draws; infinite where nothing is known.
pub type Neglected = Box<dyn Fn(&[Draw]) -> f64 + Sync>;

/// What a row shows as measured.
pub(super) enum Shown {
    /// The number that is tested, beside the theory's value.
    Measured,
    /// |measured − theory|, beside 0.
    Distance,
    /// A number of the same draws which has no sign and cannot be tested itself, beside 0.
    Size(Source),
}

/// A claim of the theory about one number of a draw, at one size.
///
/// Of a scalar that a draw returns by name:
///
/// ```
/// use resolvent::compare::{Claim, Scaling, Theory};
///
/// // the training error is 0.31 in the limit, to nine digits; like a sum over eigenvalues it fluctuates like 1/n
/// let train = Claim::scalar("train", Theory::Value(0.31), Scaling::BULK).with_error(1e-9);
/// // a correlation that should vanish is judged on the scale of correlations
/// let none = Claim::scalar("correlation", Theory::Value(0.0), Scaling::OUTLIER).with_scale(1.0);
/// // the test error is a multiple of the noise that this very draw happened to have
/// let test = Claim::scalar("test", Theory::OnDraw(Box::new(|draw| 1.7 * draw.scalar("noise"))), Scaling::BULK);
/// # let _ = [train, none, test];
/// ```
pub struct Claim {
    /// The name of its row. Claims of one name that follow each other are parts of one row, which shows the one nearest to
    /// disagreement.
    pub(super) name: String,
    pub(super) theory: Theory,
    pub(super) source: Source,
    /// The exponents with which the two sizes are put together, the smaller one deciding.
    pub(super) scaling: Scaling,
    /// The exponents as n → ∞; NaN where the fall is no power of n.
    pub(super) limit: Scaling,
    /// The size in which errors are judged; that of the theory's value when there is none.
    pub(super) scale: Option<f64>,
    /// Bound on the error of the theory, relative to the scale.
    pub(super) error: f64,
    /// What no smooth function of the size describes: half a step of a counting function (where eigenvalues are rigid, between
    /// two nearly separate components, every replicate has the same count, the integer next to n1 F(x)), and the place of the
    /// extreme eigenvalue where rare rows decide it.
    pub(super) roughness: f64,
    /// Whether an agreement here lets the whole check agree: numbers of the bulk and scalars, not edges and outliers.
    pub(super) decides: bool,
    pub(super) shown: Shown,
    /// Why a simulation of this size cannot see the number, if it cannot.
    pub(super) hidden: Option<String>,
    /// Why its draws cannot be judged, if they cannot.
    pub(super) reserved: Option<Reservation>,
    /// The most that the theory neglects, if that is known.
    pub(super) neglected: Option<Neglected>,
    /// By what factor each term of the series in 1/n of its errors is smaller than the one before, at this size, if that is known.
    pub(super) series: Option<f64>,
    /// Whether the middle one of three sizes is left out.
    pub(super) ends: bool,
    /// The power of n with which the number grows, if it does; the scaling is that of relative errors.
    pub(super) growth: f64,
    /// How many of the sizes are put together at most.
    pub(super) sizes: usize,
    /// Whether a dimension is so small that two sizes alone do not tell how the bias falls.
    pub(super) few: bool,
    /// What the reason of the row says it is about, as the beginning of a sentence.
    pub(super) subject: &'static str,
    /// What the reason adds at its end.
    pub(super) note: String,
}

impl Claim {
    /// The claim that the scalar of this name tends to what the theory says, with these exponents. Its row bears that name;
    /// errors are judged on the scale of the theory's value.
    #[must_use]
    pub fn scalar(name: &str, theory: Theory, scaling: Scaling) -> Self {
        Self::scalar_of(name, name, theory, scaling)
    }

    /// The same of a row whose name is not that of the scalar.
    #[must_use]
    pub fn scalar_of(name: &str, scalar: &str, theory: Theory, scaling: Scaling) -> Self {
        let source = Source::Scalar(scalar.to_owned());
        Self { decides: true, ..Self::new(name.to_owned(), theory, source, scaling) }
    }

    /// The same claim with errors judged on this scale: necessary where the theory says 0.
    #[must_use]
    pub fn with_scale(self, scale: f64) -> Self {
        Self { scale: Some(scale), ..self }
    }

    /// The same claim with this bound on the error of the theory, relative to the scale.
    #[must_use]
    pub fn with_error(self, error: f64) -> Self {
        Self { error, ..self }
    }

    /// The same claim where its errors are a series in 1/n, each term smaller than the one before by this factor at this size.
    #[must_use]
    pub fn with_series(self, series: Option<f64>) -> Self {
        Self { series, ..self }
    }

    /// The same claim on matrices whose smallest dimension is this.
    #[must_use]
    pub fn on(self, smallest: usize) -> Self {
        Self { few: smallest < FEW, ..self }
    }

    /// The same claim, not to be judged where there is a reason against it.
    #[must_use]
    pub fn unless(self, hidden: Option<String>) -> Self {
        Self { hidden, ..self }
    }

    /// The same claim judged by the largest and the smallest of three sizes, where noise is worse than bias: with the errors a series
    /// in 1/n, each term about x times the one before, the bias at n is found up to r x of itself, r the ratio of the two sizes.
    #[must_use]
    pub fn at_ends(self, x: f64) -> Self {
        Self { ends: true, ..self.with_series(Some(x)) }
    }

    /// The same claim on a number that grows like this power of n, its exponents being those of relative errors.
    #[must_use]
    pub fn growing(self, power: f64) -> Self {
        let limit = Scaling { bias: self.scaling.bias - power, spread: self.scaling.spread - power };
        Self { growth: power, limit, ..self }
    }

    /// The same claim, not to be judged where the draws at the largest size are against it.
    #[must_use]
    pub fn reserved(self, reservation: Reservation) -> Self {
        Self { reserved: Some(reservation), ..self }
    }

    /// The same claim, whose bias is at most this: then no more is allowed for, whatever the sizes say of it.
    #[must_use]
    pub fn neglecting(self, neglected: Neglected) -> Self {
        Self { neglected: Some(neglected), ..self }
    }

    /// The same claim, with this at the end of its reason.
    #[must_use]
    pub fn with_note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }

    /// The claim that so many eigenvalues of the spectrum with this index are larger than x, exactly.
    #[must_use]
    pub fn count(name: &str, (index, x): (usize, f64), theory: Theory) -> Self {
        let claim = Self::new(name.to_owned(), theory, Source::Above(index, x), Scaling::EXACT);
        Self { decides: true, scale: Some(1.0), ..claim }
    }

    /// The claim on the real or the imaginary part of E 1/(λ − z) of the spectrum with this index.
    #[must_use]
    pub fn transform(name: &str, (index, z): (usize, Complex64), is_real: bool, theory: Theory, scaling: Scaling) -> Self {
        let number = Number::Stieltjes(z, if is_real { Part::Re } else { Part::Im });
        Self { decides: true, ..Self::new(name.to_owned(), theory, Source::Spectrum(index, number), scaling) }
    }

    /// The same claim, whose agreement alone does not make the whole check agree.
    #[must_use]
    pub fn aside(self) -> Self {
        Self { decides: false, ..self }
    }

    /// A claim that decides nothing and has no reservations.
    pub(super) fn new(name: String, theory: Theory, source: Source, scaling: Scaling) -> Self {
        Self {
            name,
            theory,
            source,
            scaling,
            limit: scaling,
            scale: None,
            error: 0.0,
            roughness: 0.0,
            decides: false,
            shown: Shown::Measured,
            hidden: None,
            reserved: None,
            neglected: None,
            series: None,
            ends: false,
            growth: 0.0,
            sizes: 3,
            few: false,
            subject: "",
            note: String::new(),
        }
    }

    /// The theory's value for a draw.
    pub(super) fn theory_on(&self, draw: &Draw) -> f64 {
        match &self.theory {
            Theory::Value(value) => *value,
            Theory::OnDraw(value) => value(draw),
        }
    }
}
