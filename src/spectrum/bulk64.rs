//! One bulk of the law in double precision: a smooth coordinate on it, and a table of points of the curve.
//!
//! With θ ∈ [0, π] the bulk is x = mid − half·cos θ, or ln x likewise when it spans several octaves, or x = h sin⁶(θ/2) above a
//! hard edge at 0. In each case the point of the curve is an analytic function of θ up to both ends, so that a cubic through four neighbouring
//! points of the table starts Newton's method within about 10⁻⁷.

use num_complex::Complex64;

/// Cells of the table (tuned: the cubic is then good to 10⁻⁷ on the reference laws).
pub(crate) const CELLS: usize = 256;
/// Safeguarded Newton steps of a quantile.
const QUANTILE_STEPS: usize = 100;
/// Above this ratio of the ends the logarithm of x is the better coordinate (tuned).
const WIDE: f64 = 16.0;

#[derive(Clone, Debug)]
pub(crate) struct Bulk64 {
    pub low: f64,
    pub high: f64,
    /// ln low and ln(high/low), where the logarithm of x is the coordinate.
    logs: Option<[f64; 2]>,
    /// P(λ ≤ low) and the mass of the bulk.
    pub below: f64,
    pub mass: f64,
    /// The coordinate of the curve and F at θ = π k/CELLS, k = 0 … CELLS.
    pub values: Vec<Complex64>,
    pub distribution: Vec<f64>,
}

impl Bulk64 {
    /// The bulk [low, high] with its mass and that below it, and an empty table.
    pub fn new([low, high]: [f64; 2], below: f64, mass: f64) -> Self {
        let logs = (low > 0.0 && high > WIDE * low).then(|| [low.ln(), (high / low).ln()]);
        Self { low, high, logs, below, mass, values: Vec::new(), distribution: Vec::new() }
    }

    /// x at the angle θ.
    pub fn position(&self, angle: f64) -> f64 {
        if self.low == 0.0 {
            return self.high * (0.5 * angle).sin().powi(6);
        }
        let (near, far) = ((0.5 * angle).sin().powi(2), (0.5 * angle).cos().powi(2));
        self.logs.map_or(self.low * far + self.high * near, |[start, span]| (start + span * near).exp())
    }

    /// θ at the position x, low < x < high.
    pub fn angle(&self, x: f64) -> f64 {
        if self.low == 0.0 {
            return 2.0 * (x / self.high).cbrt().sqrt().min(1.0).asin();
        }
        let share = self.logs.map_or((x - self.low) / (self.high - self.low), |[start, span]| (x.ln() - start) / span);
        2.0 * share.clamp(0.0, 1.0).sqrt().asin()
    }

    /// An approximation of the coordinate at x from the table.
    pub fn start(&self, x: f64) -> Complex64 {
        let place = self.angle(x) * (CELLS as f64 / std::f64::consts::PI);
        let first = (place as usize).saturating_sub(1).min(CELLS - 3);
        let s = place - first as f64;
        let v = &self.values[first..first + 4];
        let (a, b, c, d) = (s, s - 1.0, s - 2.0, s - 3.0);
        v[0] * (b * c * d / -6.0) + v[1] * (a * c * d / 2.0) + v[2] * (a * b * d / -2.0) + v[3] * (a * b * c / 6.0)
    }

    /// The quantile of `p`, below < p < below + mass, from F and the density at points of the bulk.
    pub fn quantile(&self, p: f64, at: impl Fn(f64) -> Option<[f64; 2]>) -> f64 {
        let (mut low, mut high) = self.bracket(p);
        let mut x = 0.5 * (low + high);
        for _ in 0..QUANTILE_STEPS {
            let Some([value, density]) = at(x) else { break };
            let gap = value - p;
            if gap > 0.0 {
                high = x;
            } else {
                low = x;
            }
            let newton = x - gap / density;
            let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
            if (next - x).abs() <= 2.0 * f64::EPSILON * x {
                break;
            }
            x = next;
        }
        x
    }

    /// Positions that bracket the quantile.
    fn bracket(&self, p: f64) -> (f64, f64) {
        let k = self.distribution.partition_point(|&value| value < p).clamp(1, CELLS);
        let at = |k: usize| match k {
            0 => self.low,
            CELLS => self.high,
            _ => self.position(std::f64::consts::PI * k as f64 / CELLS as f64),
        };
        (at(k - 1), at(k))
    }
}
