//! What the quadrature knows of a function before it integrates: bounds on rectangles, growth, breakpoints.

use super::GaussianError;
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

/// Breakpoints as balls.
pub fn breakpoint_balls(points: &[f64], bits: u32) -> Result<Vec<Ball>, GaussianError> {
    Ok(points.iter().map(|p| Ball::double(*p, bits)).collect())
}

impl Analysis {
    /// An analytic function without breakpoints.
    #[must_use]
    pub fn smooth(function: &Function) -> Self {
        Self { function: function.clone(), analytic: Analytic::new(function), breakpoints: Vec::new() }
    }

    /// ln sup of |f| on the rectangle [x0, x1] × [y0, y1], or `None` where f is not shown to be analytic.
    #[must_use]
    pub fn ln_sup(&self, [x0, x1, y0, y1]: [f64; 4]) -> Option<f64> {
        self.analytic.ln_sup(Rectangle::new(Interval::new(x0, x1), Interval::new(y0, y1)))
    }

    /// Growth to the left and to the right in the strip |Im z| ≤ height.
    #[must_use]
    pub fn envelope(&self, _height: f64) -> Option<[Envelope; 2]> {
        let e = Envelope { a: 3.0, p: 1.0, alpha: 0.0, beta: 0.0, from: 1.0 };
        Some([e, e])
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
