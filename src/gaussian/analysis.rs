//! What the quadrature knows of a function before it integrates: whether the integrals exist, bounds on rectangles, growth,
//! and the breakpoints between its smooth branches.

use std::cmp::Ordering;

use rug::Rational;

use super::GaussianError;
use super::growth::{Growth, Side, Unbounded, growth};
use super::tail::Envelope;
use crate::activation::{Analytic, BreakpointKind, Function, KinkError, Pieces, pieces};
use crate::number::{Ball, Interval, Job, Rectangle};

/// Breakpoints are looked for on [−reach, reach] at first; a larger cut looks further.
const REACH: f64 = 40.0;

/// A function with its bounds.
pub struct Analysis {
    function: Function,
    analytic: Analytic,
    pieces: Pieces,
}

/// Whether ∫ |f|^power φ exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Existence {
    Finite,
    Infinite,
}

impl Analysis {
    /// A branch that is known to be smooth where it is used.
    #[must_use]
    pub fn smooth(function: &Function) -> Self {
        let pieces = Pieces { breakpoints: Vec::new(), branches: vec![function.clone()] };
        Self { function: function.clone(), analytic: Analytic::new(function), pieces }
    }

    /// Examines f: is it real, does E f(Z) exist, where are its breakpoints.
    ///
    /// # Errors
    /// When E f(Z) does not exist or is not shown to exist; the message names the offending part.
    pub fn of(function: &Function, job: &Job<'_>) -> Result<Self, GaussianError> {
        let analysis = Self { pieces: pieces(function, REACH, job)?, ..Self::smooth(function) };
        match analysis.exists(1)? {
            Existence::Finite => Ok(analysis),
            Existence::Infinite => Err(GaussianError::Refused(format!("the Gaussian mean of {function} diverges"))),
        }
    }

    /// f′ = `slope` with the pieces of f; it need not be integrable.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn derivative(&self, slope: &Function, job: &Job<'_>) -> Result<Self, GaussianError> {
        Ok(Self { pieces: self.pieces.derivative(job)?, ..Self::smooth(slope) })
    }

    /// Whether E |f|^power exists: integrable at every singular point, and β < 1/(2·power) on both sides.
    fn exists(&self, power: u32) -> Result<Existence, GaussianError> {
        if let Some(obstacle) = self.pieces.obstacle(power) {
            if power > 1 {
                return Ok(Existence::Infinite);
            }
            let near = obstacle.location.to_f64();
            return Err(GaussianError::Refused(format!("{} is not integrable at x = {near:.6}", self.function)));
        }
        for side in [Side::Left, Side::Right] {
            if exists_on(&self.growth(side, 0.0)?, power).map_err(|()| self.undecided(power))? == Existence::Infinite {
                return Ok(Existence::Infinite);
            }
        }
        Ok(Existence::Finite)
    }

    fn undecided(&self, power: u32) -> GaussianError {
        let what = if power == 1 { "the Gaussian mean" } else { "the second moment" };
        GaussianError::Refused(format!("{what} of {} could not be shown to be finite or infinite", self.function))
    }

    fn growth(&self, side: Side, height: f64) -> Result<Growth, GaussianError> {
        growth(&self.function, side, height).map_err(|Unbounded { part, what }| {
            GaussianError::Refused(format!("{part} {what}, so that nothing certain can be said of its mean"))
        })
    }

    /// Whether E f² is finite.
    ///
    /// # Errors
    /// When it is not decided.
    pub fn second_moment_is_finite(&self) -> Result<bool, GaussianError> {
        Ok(self.exists(2)? == Existence::Finite)
    }

    /// Whether f jumps somewhere.
    #[must_use]
    pub fn jumps(&self) -> bool {
        self.pieces.breakpoints.iter().any(|point| point.kind == BreakpointKind::Jump)
    }

    /// Whether f is smooth on the whole line.
    #[must_use]
    pub fn is_smooth(&self) -> bool {
        self.pieces.breakpoints.is_empty()
    }

    /// Breakpoints as balls.
    #[must_use]
    pub fn breakpoints(&self, bits: u32) -> Vec<Ball> {
        self.pieces.breakpoints.iter().map(|point| point.location.refine(bits)).collect()
    }

    /// The smooth branches on [−cut, cut], with the breakpoints between them.
    ///
    /// # Errors
    /// When breakpoints further out cannot be isolated.
    pub fn pieces(&self, cut: f64, job: &Job<'_>) -> Result<Pieces, GaussianError> {
        if cut <= REACH { Ok(self.pieces.clone()) } else { Ok(pieces(&self.function, cut, job)?) }
    }

    /// Steps of one evaluation on a rectangle.
    #[must_use]
    pub fn cost(&self) -> u64 {
        self.analytic.tape().rectangle_cost()
    }

    /// Steps of one evaluation on a real interval.
    #[must_use]
    pub fn real_cost(&self) -> u64 {
        self.analytic.tape().operations.len() as u64
    }

    /// Steps of one evaluation in balls.
    #[must_use]
    pub fn ball_cost(&self, bits: u32) -> u64 {
        self.analytic.tape().ball_cost(bits)
    }

    /// ln sup of |f| on the rectangle [x0, x1] × [y0, y1], or `None` where f is not shown to be analytic.
    #[must_use]
    pub fn ln_sup(&self, [x0, x1, y0, y1]: [f64; 4]) -> Option<f64> {
        self.analytic.ln_sup(Rectangle::new(Interval::new(x0, x1), Interval::new(y0, y1)))
    }

    /// Growth to the left and to the right in the strip |Im z| ≤ height.
    #[must_use]
    pub fn envelope(&self, height: f64) -> Option<[Envelope; 2]> {
        let side = |side| growth(&self.function, side, height).ok().map(|growth| growth.upper.envelope());
        Some([side(Side::Left)?, side(Side::Right)?])
    }

    /// Why panels failed at a place.
    #[must_use]
    pub fn not_analytic(&self, place: f64) -> String {
        format!("{} is not shown to be analytic near x = {place:.6}", self.function)
    }
}

/// Existence on one side from the exact quadratic rate: certain below the limit, infinite when the lower bound reaches it.
fn exists_on(growth: &Growth, power: u32) -> Result<Existence, ()> {
    let limit = Rational::from((1, 2 * power));
    if growth.upper.beta() < &limit {
        return Ok(Existence::Finite);
    }
    match growth.lower.as_ref().map(|lower| (lower.beta().cmp(&limit), lower)) {
        Some((Ordering::Greater, _)) => Ok(Existence::Infinite),
        // at the limit itself what is left is x^{p·power} e^{α x·power}
        Some((Ordering::Equal, lower)) if lower.grows(f64::from(power)) => Ok(Existence::Infinite),
        _ => Err(()),
    }
}

impl From<KinkError> for GaussianError {
    fn from(error: KinkError) -> Self {
        match error {
            KinkError::Stopped(why) => why.into(),
            _ => Self::Refused(error.to_string()),
        }
    }
}
