//! The average s ↦ g(s) = E σ(w + s), w ~ N(0, 1), of a centred activation as a table: polynomials through Chebyshev points on panels.
//!
//! g is entire and at most e^(y²/2) times as large at distance y from the line, so that panels of width 2 with 24 points give all digits
//! of doubles; for small reach one panel of that width does.

use std::f64::consts::PI;

/// Points of a panel, and its width.
const POINTS: usize = 24;
const WIDTH: f64 = 2.0;

/// A table of g on [−reach, reach].
#[derive(Clone, Debug)]
pub struct Average {
    /// How far it goes.
    pub reach: f64,
    /// The largest |t| for which what lies beyond does not count.
    pub strongest: f64,
    width: f64,
    /// The Chebyshev coefficients of each panel.
    panels: Vec<[f64; POINTS]>,
}

impl Average {
    /// Of a function that is evaluated once at each point.
    ///
    /// # Errors
    /// As the function.
    pub fn of<E>(g: impl Fn(f64) -> Result<f64, E>, reach: f64, strongest: f64) -> Result<Self, E> {
        let count = (2.0 * reach / WIDTH).ceil().max(1.0);
        let width = 2.0 * reach / count;
        let angle = |j: usize| PI * (j as f64 + 0.5) / POINTS as f64;
        let cosines: [[f64; POINTS]; POINTS] = std::array::from_fn(|k| std::array::from_fn(|j| (k as f64 * angle(j)).cos()));
        let panel = |index: usize| {
            let middle = (index as f64 + 0.5).mul_add(width, -reach);
            let mut values = [0.0; POINTS];
            for (value, cosine) in values.iter_mut().zip(&cosines[1]) {
                *value = g(middle + 0.5 * width * cosine)?;
            }
            Ok(std::array::from_fn(|k| {
                let sum: f64 = values.iter().zip(&cosines[k]).map(|(value, cosine)| value * cosine).sum();
                sum * if k == 0 { 1.0 } else { 2.0 } / POINTS as f64
            }))
        };
        let panels: Result<Vec<_>, E> = (0..count as usize).map(panel).collect();
        Ok(Self { reach, strongest, width, panels: panels? })
    }

    /// g(s), and 0 beyond the reach.
    #[must_use]
    pub fn value(&self, s: f64) -> f64 {
        if s.is_nan() || s.abs() > self.reach {
            return 0.0;
        }
        let place = (s + self.reach) / self.width;
        let index = (place as usize).min(self.panels.len() - 1);
        let x = 2.0 * (place - index as f64) - 1.0;
        // Clenshaw
        let [above, sum] = self.panels[index][1..].iter().rev().fold([0.0, 0.0], |[b2, b1], c| [b1, c + 2.0 * x * b1 - b2]);
        self.panels[index][0] + x * sum - above
    }
}
