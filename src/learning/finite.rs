//! One gradient step at finite n and η, in doubles: outliers, alignments and errors from one matrix (section 6 of the paper's theory).
//!
//! F = F_0 + P D Pᵀ with the [`Channels`] p_m of strength t = c₁ η |β|/√N, their Gram matrix G, D = diag(√N λ_m) and e_m = E z p_m:
//!
//! T = (1 + κ) G + G D A D G + e dᵀ + d eᵀ,   A = m₁ (G − e eᵀ) + m₂ e eᵀ,   d = −(c₁² m₂/|β|) G D e for the residual y − f_0, else 0;
//!
//! b = m₁ Σ_{j≥2} a_j ρʲ E p h_j + m₂ a_1 ρ e with the labels' a_j = E y h_j, h_j = He_j/√j!. S = a_1² m₂ + (E y² − a_1²) m₁ − wᵀ T⁻¹ w,
//! w = G D b, gives the errors as in [`growing`](super::growing): penalised training loss ridge S, training error −ridge² S′, test error
//! −S′/m₁². T is linear in 1 + κ, m₁ and m₂, so that T′ is T at their derivatives. A free constant takes m₁ μ μᵀ, μ = E p, off A.

use faer::linalg::solvers::Solve;
use faer::{Col, Mat, Scale};

use super::channels::{Channels, Features};
use super::outliers::{self, FiniteSpike};
use super::point::Point;
use crate::spectrum::Curve;

/// A step at finite size.
#[derive(Clone, Debug)]
pub struct FiniteStep {
    /// The curve of features.
    pub curve: Curve<f64>,
    /// q of its upper edge.
    pub edge: f64,
    /// n.
    pub samples: f64,
    /// N.
    pub neurons: f64,
    /// The ridge.
    pub ridge: f64,
    /// η.
    pub eta: f64,
    /// |β|.
    pub beta: f64,
    /// The cosine of β with the teacher's direction.
    pub rho: f64,
    /// c₁.
    pub linear: f64,
    /// Whether the residual is y − f_0.
    pub full: bool,
    /// Whether the constant is a free regressor of the ridge fit.
    pub intercept: bool,
    /// a_j = E y h_j of the labels, a_0 = 0.
    pub teacher: Vec<f64>,
    /// The energy of the teacher that is not in these.
    pub beyond: f64,
    /// E y².
    pub energy: f64,
    /// What the step adds.
    pub features: Features,
    /// The powers of z whose alignment is told.
    pub powers: Vec<usize>,
}

/// The errors at one ridge.
#[derive(Clone, Debug)]
pub struct FiniteErrors {
    /// Penalised loss at the minimiser, its first term, and test error.
    pub errors: [f64; 3],
    /// What the step takes off penalised loss and test error.
    pub improvements: [f64; 2],
    /// The share of S that is removed when the teacher is h_k alone, k = 1, 2, …
    pub shares: Vec<f64>,
    /// At most so much of S hangs on the part of the teacher that is not in its coefficients, as a share of it.
    pub beyond: f64,
}

impl FiniteStep {
    /// The same with |β|² and ρ of a drawn step in place of the limits; none where that makes it too strong for its average.
    #[must_use]
    pub fn with_beta(&self, beta_square: f64, rho: f64) -> Option<Self> {
        let step = Self { beta: beta_square.sqrt(), rho, ..self.clone() };
        let served = match &step.features {
            Features::Powers(_) => true,
            Features::Average(average, _) => step.strength().abs() <= average.strongest,
        };
        served.then_some(step)
    }

    /// t = c₁ η|β|/√N.
    #[must_use]
    pub fn strength(&self) -> f64 {
        self.linear * self.eta * self.beta / self.neurons.sqrt()
    }

    /// √(n w₊), the singular value of F at the edge.
    #[must_use]
    pub fn bulk_edge(&self) -> f64 {
        (self.samples * self.curve.z(&self.edge)).sqrt()
    }

    /// (n a)^(−2/3), the scale of the largest eigenvalues of F_0 F_0ᵀ/n where the density is a √s/π at the distance s from the edge.
    #[must_use]
    pub fn edge_spread(&self) -> f64 {
        const BELOW: f64 = 1e-3;
        let [edge, near] = [1.0, 1.0 - BELOW].map(|factor| {
            let q = factor * self.edge;
            (self.curve.z(&q), Point::at(&self.curve, q)[0].m1)
        });
        // m₁ = E 1/(λ − z) falls from the edge like a √s
        let a = (near.1 - edge.1).abs() / (near.0 - edge.0).abs().sqrt();
        (self.samples * a).powf(-2.0 / 3.0)
    }

    /// The singular values of F above the edge, from the largest.
    #[must_use]
    pub fn spikes(&self) -> Vec<FiniteSpike> {
        outliers::spikes(self, &self.channels())
    }

    /// How far the channels behind the first `spikes` are on their way out of the bulk, each at most one: by interlacing a part of rank
    /// one moves the counting function by no more than one eigenvalue.
    #[must_use]
    pub fn absorbed(&self, spikes: usize) -> f64 {
        let [point, _] = Point::at(&self.curve, self.edge);
        let carried = point.m1.abs().max(point.m2.abs()) / (point.one + point.kappa).abs();
        self.channels().strengths.iter().skip(spikes).map(|strength| (strength * strength * carried).min(1.0)).sum()
    }

    /// Penalised training loss, training error, and test error with the noise.
    #[must_use]
    pub fn errors(&self) -> [f64; 3] {
        self.errors_at(self.ridge, &self.channels(), 0).errors
    }

    /// The same with θ₂ and δ of the bulk multiplied by these factors.
    #[must_use]
    pub fn with_bulk(&self, [of_linear, of_rest]: [f64; 2]) -> Self {
        let Curve { delta, theta2, c, gamma } = self.curve;
        let curve = Curve { delta: delta * of_rest, theta2: theta2 * of_linear, c: c * of_linear, gamma };
        Self { edge: Point::edge(&curve), curve, ..self.clone() }
    }

    /// The most that one more direction of the features, of strength θ² along the teacher's, takes off the errors:
    /// θ² a_1² m₂²/(1 + κ + θ² m₂) of S.
    #[must_use]
    pub fn of_direction(&self, square: f64) -> [f64; 3] {
        let [point, slopes] = Point::of_ridge(&self.curve, self.ridge);
        let carried = |m2: f64, below: f64| square * self.teacher.get(1).map_or(0.0, |a| a * a) * m2 / below;
        let below = point.one + point.kappa + square * point.m2;
        let gain = carried(point.m2 * point.m2, below);
        let slope = carried(2.0 * point.m2 * slopes.m2, below) - gain * (slopes.kappa + square * slopes.m2) / below;
        [self.ridge * gain, (self.ridge.powi(2) * slope).abs(), (slope / point.m1.powi(2)).abs()]
    }

    /// What F_0 learns of a part of the labels of this energy, which is noise to the theory, and the errors lose by it: its features have
    /// the strength c in place of c₁² N/d, and m₁ − m₁/(1 − c q) goes from S.
    #[must_use]
    pub fn of_component(&self, energy: f64, c: f64) -> [f64; 3] {
        let [point, slopes] = Point::of_ridge(&self.curve, self.ridge);
        let u = (point.one + point.kappa).recip();
        let (q, q_slope) = (-point.m1 * u, (point.m1 * slopes.kappa * u - slopes.m1) * u);
        let s = 1.0 - c * q;
        let gain = energy * point.m1 * (1.0 - s.recip());
        let slope = energy * (slopes.m1 * (1.0 - s.recip()) - point.m1 * c * q_slope / (s * s));
        [self.ridge * gain, (self.ridge.powi(2) * slope).abs(), (slope / point.m1.powi(2)).abs()]
    }

    /// ridge m₁, the share of each label that is left of it in its residual.
    #[must_use]
    pub fn left(&self) -> f64 {
        self.ridge * Point::of_ridge(&self.curve, self.ridge)[0].m1
    }

    /// The errors with what the step improves of penalised loss and test error.
    #[must_use]
    pub fn improved(&self) -> FiniteErrors {
        self.errors_at(self.ridge, &self.channels(), 0)
    }

    /// The errors at several ridges, with the shares of `components` components.
    #[must_use]
    pub fn errors_over(&self, ridges: &[f64], components: usize) -> Vec<FiniteErrors> {
        let channels = self.channels();
        ridges.iter().map(|ridge| self.errors_at(*ridge, &channels, components)).collect()
    }

    pub(super) fn channels(&self) -> Channels {
        let most = self.powers.iter().copied().max().unwrap_or(0).max(self.teacher.len().saturating_sub(1)).max(1);
        self.features.channels(self.strength(), self.neurons, most)
    }

    /// −c₁² m₂/|β| for the residual y − f_0.
    pub(super) fn cross(&self, point: &Point) -> f64 {
        if self.full { -self.linear * self.linear * point.m2 / self.beta } else { 0.0 }
    }

    /// T, or its derivative; `free` with the constant as a free regressor.
    pub(super) fn matrix(&self, channels: &Channels, point: &Point, free: bool) -> Mat<f64> {
        let Channels { gram, hermite, .. } = channels;
        let scaled = scaled_gram(channels);
        let [mean, linear] = [hermite.col(0), hermite.col(1)];
        let mut a = gram * Scale(point.m1) + linear * linear.transpose() * Scale(point.m2 - point.m1);
        if free {
            a -= mean * mean.transpose() * Scale(point.m1);
        }
        let across = linear * (linear.transpose() * &scaled) * Scale(self.cross(point));
        gram * Scale(point.one + point.kappa) + scaled.transpose() * a * &scaled + &across + across.transpose()
    }

    /// T⁻¹ w of labels with these coefficients.
    pub(super) fn solution(&self, channels: &Channels, point: &Point, teacher: &[f64]) -> Col<f64> {
        let matrix = Balanced::new(self.matrix(channels, point, self.intercept), &sizes(channels, point));
        matrix.solve(&self.right(channels, point, teacher))
    }

    /// w of labels with these coefficients, or its derivative.
    pub(super) fn right(&self, channels: &Channels, point: &Point, teacher: &[f64]) -> Col<f64> {
        let weight = |j: usize| teacher[j] * self.rho.powi(j as i32) * if j == 1 { point.m2 } else { point.m1 };
        let weights = Col::from_fn(channels.hermite.ncols(), |j| if j > 0 && j < teacher.len() { weight(j) } else { 0.0 });
        scaled_gram(channels).transpose() * (&channels.hermite * weights)
    }

    fn errors_at(&self, ridge: f64, channels: &Channels, components: usize) -> FiniteErrors {
        let [point, slopes] = Point::of_ridge(&self.curve, ridge);
        let matrix = Balanced::new(self.matrix(channels, &point, self.intercept), &sizes(channels, &point));
        let derivative = self.matrix(channels, &slopes, self.intercept);
        let removed = |teacher: &[f64]| {
            let (w, slope) = (self.right(channels, &point, teacher), self.right(channels, &slopes, teacher));
            let x = matrix.solve(&w);
            let change = x.transpose() * (&derivative * &x);
            ([w.transpose() * &x, 2.0 * (slope.transpose() * &x) - change], x)
        };
        let first = self.teacher.get(1).map_or(0.0, |a| a * a);
        let untrained = |point: &Point| first * point.m2 + (self.energy - first) * point.m1;
        let ([gain, gain_slope], x) = removed(&self.teacher);
        let [loss, slope] = [untrained(&point) - gain, untrained(&slopes) - gain_slope];
        let square = point.m1 * point.m1;
        let share = |k: usize| {
            let unit: Vec<f64> = (0..=k).map(|j| f64::from(u8::from(j == k))).collect();
            removed(&unit).0[0] / if k == 1 { point.m2 } else { point.m1 }
        };
        FiniteErrors {
            errors: [ridge * loss, -ridge * ridge * slope, -slope / square],
            improvements: [ridge * gain, -gain_slope / square],
            shares: (1..=components).map(share).collect(),
            beyond: self.unresolved(channels, &point, &x) / loss,
        }
    }

    /// What the part of the teacher beyond its coefficients may change of S: it meets only the part of p_m beyond h_0, h_1, …
    fn unresolved(&self, channels: &Channels, point: &Point, x: &Col<f64>) -> f64 {
        let tail = self.beyond.max(0.0).sqrt() * self.rho.abs().powi(self.teacher.len() as i32);
        let met = |m: usize| {
            let known: f64 = (0..self.teacher.len()).map(|j| channels.hermite[(m, j)].powi(2)).sum();
            (channels.gram[(m, m)] - known).max(0.0).sqrt()
        };
        let carried = scaled_gram(channels) * x;
        let first: f64 = (0..x.nrows()).map(|m| carried[m].abs() * met(m)).sum();
        // of second order by the diagonal of T alone
        let share = |m: usize| {
            let signal = channels.strengths[m].powi(2) * point.m1;
            signal / (1.0 + point.kappa + signal)
        };
        let second: f64 = (0..x.nrows()).map(|m| met(m).powi(2) * share(m)).sum();
        point.m1 * tail * (2.0 * first + tail * second)
    }
}

/// D G.
pub(super) fn scaled_gram(channels: &Channels) -> Mat<f64> {
    let Channels { gram, strengths, .. } = channels;
    Mat::from_fn(gram.nrows(), gram.ncols(), |l, m| strengths[l] * gram[(l, m)])
}

/// What the diagonal of T is made of, in size: near an outlier, where T is nearly singular, an entry itself may be nothing.
pub(super) fn sizes(channels: &Channels, point: &Point) -> Vec<f64> {
    let scaled = scaled_gram(channels);
    let signal = scaled.transpose() * &channels.gram * &scaled;
    (0..signal.nrows())
        .map(|k| (point.one + point.kappa).abs() * channels.gram[(k, k)] + point.m1.abs() * signal[(k, k)])
        .collect()
}

/// A symmetric matrix as S⁻¹ M S⁻¹ with M of about unit diagonal: channels of very different strength stand beside each other.
pub(super) struct Balanced {
    pub(super) matrix: Mat<f64>,
    pub(super) scales: Vec<f64>,
}

impl Balanced {
    /// By the sizes of the diagonal, which are positive.
    pub(super) fn new(matrix: Mat<f64>, sizes: &[f64]) -> Self {
        let size = matrix.nrows();
        let scales: Vec<f64> = sizes.iter().map(|entry| entry.sqrt().recip()).collect();
        Self { matrix: Mat::from_fn(size, size, |j, k| matrix[(j, k)] * scales[j] * scales[k]), scales }
    }

    fn solve(&self, right: &Col<f64>) -> Col<f64> {
        if right.nrows() == 0 {
            return right.clone();
        }
        let scaled = Col::from_fn(right.nrows(), |k| self.scales[k] * right[k]);
        let found = self.matrix.partial_piv_lu().solve(&scaled);
        Col::from_fn(right.nrows(), |k| self.scales[k] * found[k])
    }
}
