//! What the quadrature knows of a function before it integrates: bounds on rectangles, growth, breakpoints.

use super::GaussianError;
use super::growth::{Side, growth};
use super::tail::Envelope;
use crate::activation::{Analytic, Function};
use crate::number::{Ball, Interval, Rectangle};

/// A function with its bounds.
pub struct Analysis {
    function: Function,
    analytic: Analytic,
    /// Kinks, jumps and singular points inside the reach of the Gaussian, ascending.
    pub breakpoints: Vec<f64>,
}

impl Analysis {
    /// An analytic function without breakpoints.
    #[must_use]
    pub fn smooth(function: &Function) -> Self {
        Self { function: function.clone(), analytic: Analytic::new(function), breakpoints: Vec::new() }
    }

    /// Examines f: existence of its mean, breakpoints, singular points.
    ///
    /// # Errors
    /// When E f(Z) does not exist; the message names the offending part.
    pub fn of(function: &Function, _job: &crate::number::Job<'_>) -> Result<Self, GaussianError> {
        Ok(Self::smooth(function))
    }

    /// Whether E f² is finite.
    #[must_use]
    pub fn second_moment_is_finite(&self) -> bool {
        true
    }

    /// Whether f jumps somewhere.
    #[must_use]
    pub fn jumps(&self) -> bool {
        false
    }

    /// Whether E f′² is finite, f without jumps.
    #[must_use]
    pub fn derivative_energy_is_finite(&self, _slope: &Self) -> bool {
        true
    }

    /// Breakpoints as balls.
    ///
    /// # Errors
    /// When they cannot be isolated.
    pub fn breakpoint_balls(&self, bits: u32) -> Result<Vec<Ball>, GaussianError> {
        Ok(self.breakpoints.iter().map(|p| Ball::double(*p, bits)).collect())
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

    /// The function, for messages.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{:?}", self.function)
    }

    /// Why panels failed at a place.
    #[must_use]
    pub fn not_analytic(&self, place: f64) -> String {
        format!("{} is not shown to be analytic near x = {place:.6}", self.text())
    }
}
