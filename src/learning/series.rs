//! The surrogate F_0 + Σ c_k zᵏ (θᵏ)ᵀ over a few powers at finite size, in doubles (section 6.1 of the theory).
//!
//! With G_jk = N E g^{j+k}, D = diag(c_k tᵏ), t = c₁ η|β|/√N and A as in [`growing`](super::growing),
//!
//! T = (1 + κ) G + G D A D G + C D G + (C D G)ᵀ,   C_jk = −c₁² G_j1 μ_k m₂/(√N |β|) for the residual y − f_0, else 0.
//!
//! Outliers s of F are where T at z(q) = s²/n loses rank, 0 < q < q_e; T is positive as q → 0, and the number of its negative
//! eigenvalues counts those above. With the null vector x and R = A D G + Cᵀ the left vector has with p(z) = Σ a_k zᵏ the squared
//! cosine (aᵀ R x)²/(|xᵀ T′ x| E p²), T′ in the ridge.

use std::cmp::Ordering;

use faer::linalg::solvers::{SelfAdjointEigen, Solve};
use faer::{Col, Mat, Scale, Side};

use crate::number::{Jet, Ring};
use crate::spectrum::Curve;

/// The bisections of an outlier.
const BISECTIONS: usize = 200;

/// The surrogate.
#[derive(Clone, Debug)]
pub struct Surrogate {
    /// The curve of features.
    pub curve: Curve<f64>,
    /// q of the upper edge.
    pub edge: f64,
    /// n.
    pub samples: f64,
    /// N.
    pub neurons: f64,
    /// The powers present, and c_k of each.
    pub powers: Vec<(usize, f64)>,
    /// c₁.
    pub linear: f64,
    /// η|β|, and |β|.
    pub step: [f64; 2],
    /// Whether the residual holds the network's own output.
    pub full: bool,
}

/// An outlier of F.
#[derive(Clone, Debug)]
pub struct SeriesSpike {
    /// The singular value.
    pub singular_value: f64,
    /// For each power present the squared cosine of the left vector with zᵏ, and with its part orthogonal to the lower ones.
    pub alignment: Vec<(usize, f64, f64)>,
}

fn moment(k: usize) -> f64 {
    if k % 2 == 1 { 0.0 } else { (1..k).step_by(2).map(|odd| odd as f64).product() }
}

/// What T is made of at a point: κ, m₁ and m₂, or their derivatives with 0 in place of 1.
struct Point {
    one: f64,
    kappa: f64,
    m1: f64,
    m2: f64,
}

impl Surrogate {
    /// t = c₁ η|β|/√N.
    #[must_use]
    pub fn strength(&self) -> f64 {
        self.linear * self.step[0] / self.neurons.sqrt()
    }

    /// √(n w₊).
    #[must_use]
    pub fn bulk_edge(&self) -> f64 {
        (self.samples * self.curve.z(&self.edge)).sqrt()
    }

    /// A matrix over the powers present.
    fn over_powers(&self, entry: impl Fn(usize, usize) -> f64) -> Mat<f64> {
        let size = self.powers.len();
        Mat::from_fn(size, size, |j, k| entry(self.powers[j].0, self.powers[k].0))
    }

    fn gram(&self) -> Mat<f64> {
        self.over_powers(|j, k| self.neurons * moment(j + k))
    }

    fn a(&self, point: &Point) -> Mat<f64> {
        let mu = |k: usize| moment(k + 1);
        self.over_powers(|j, k| point.m1 * (moment(j + k) - mu(j) * mu(k)) + point.m2 * mu(j) * mu(k))
    }

    fn c(&self, point: &Point) -> Mat<f64> {
        let scale = if self.full { -self.linear.powi(2) * point.m2 / (self.neurons.sqrt() * self.step[1]) } else { 0.0 };
        self.over_powers(|j, k| scale * self.neurons * moment(j + 1) * moment(k + 1))
    }

    /// D G.
    fn scaled_gram(&self) -> Mat<f64> {
        let (t, gram) = (self.strength(), self.gram());
        Mat::from_fn(gram.nrows(), gram.ncols(), |j, k| self.powers[j].1 * t.powi(self.powers[j].0 as i32) * gram[(j, k)])
    }

    /// T, or its derivative.
    fn matrix(&self, point: &Point) -> Mat<f64> {
        let scaled = self.scaled_gram();
        let cross = self.c(point) * &scaled;
        self.gram() * Scale(point.one + point.kappa) + scaled.transpose() * self.a(point) * &scaled + &cross + cross.transpose()
    }

    /// κ, m₁, m₂ at q with their derivatives in the ridge.
    fn points(&self, q: f64) -> [Point; 2] {
        let jets = self.curve.map(Jet::constant);
        let q = Jet::variable(&q);
        let u = jets.u(&q);
        let m1 = q.integer(0).minus(&q.over(&u));
        let m2 = m1.over(&jets.s(&q));
        let kappa = u.inverse().minus(&q.integer(1));
        let slope = -jets.z(&q).slope;
        [
            Point { one: 1.0, kappa: kappa.value, m1: m1.value, m2: m2.value },
            Point { one: 0.0, kappa: kappa.slope / slope, m1: m1.slope / slope, m2: m2.slope / slope },
        ]
    }

    /// The number of outliers above z(q).
    fn above(&self, q: f64) -> usize {
        negative(&self.matrix(&self.points(q)[0]))
    }

    /// The outliers, from the largest.
    #[must_use]
    pub fn spikes(&self) -> Vec<SeriesSpike> {
        let count = self.above(self.edge);
        (1..=count).map(|number| self.spike(number)).collect()
    }

    fn spike(&self, number: usize) -> SeriesSpike {
        let (mut low, mut high) = (0.0, self.edge);
        for _ in 0..BISECTIONS {
            // towards 0 by ratios
            let middle = if low < high / 4.0 { (low * high).sqrt().max(high / 1024.0) } else { f64::midpoint(low, high) };
            if self.above(middle) >= number {
                high = middle;
            } else {
                low = middle;
            }
        }
        let q = high;
        let [point, slopes] = self.points(q);
        let x = null_vector(&self.matrix(&point));
        let r = self.a(&point) * (self.scaled_gram() * &x) + self.c(&point).transpose() * &x;
        let norm = (x.transpose() * (self.matrix(&slopes) * &x)).abs();
        let cosine = |coefficients: &[f64]| -> f64 {
            let product: f64 = coefficients.iter().zip(r.iter()).map(|(a, b)| a * b).sum();
            let pairs = coefficients.iter().zip(&self.powers);
            let energy: f64 =
                pairs.clone().flat_map(|(a, (j, _))| pairs.clone().map(move |(b, (k, _))| a * b * moment(j + k))).sum();
            product * product / (norm * energy)
        };
        let alignment = (0..self.powers.len()).map(|index| {
            let unit: Vec<f64> = (0..self.powers.len()).map(|other| f64::from(u8::from(other == index))).collect();
            (self.powers[index].0, cosine(&unit), cosine(&self.orthogonal(index)))
        });
        SeriesSpike { singular_value: (self.samples * self.curve.z(&q)).sqrt(), alignment: alignment.collect() }
    }

    /// zᵏ less its projection on the lower powers.
    fn orthogonal(&self, index: usize) -> Vec<f64> {
        let power = |k: usize| self.powers[k].0;
        let lower = Mat::from_fn(index, index, |j, k| moment(power(j) + power(k)));
        let right = Col::from_fn(index, |j| moment(power(j) + power(index)));
        let projection = lower.partial_piv_lu().solve(right);
        let coefficient = |k: usize| match k.cmp(&index) {
            Ordering::Less => -projection[k],
            Ordering::Equal => 1.0,
            Ordering::Greater => 0.0,
        };
        (0..self.powers.len()).map(coefficient).collect()
    }
}

/// Eigenvalues, ascending, and the vectors x = S y of S T S, which has a unit diagonal: powers of very different size stand beside each
/// other, and S T S has as many negative eigenvalues as T and the null vector S⁻¹ x.
fn even(matrix: &Mat<f64>) -> Option<(Vec<f64>, Mat<f64>)> {
    let scale = |k: usize| matrix[(k, k)].abs().sqrt().max(f64::MIN_POSITIVE).recip();
    let size = matrix.nrows();
    let scaled = Mat::from_fn(size, size, |j, k| matrix[(j, k)] * scale(j) * scale(k));
    let found = SelfAdjointEigen::new(scaled.as_ref(), Side::Lower).ok()?;
    let vectors = Mat::from_fn(size, size, |j, k| scale(j) * found.U()[(j, k)]);
    Some((found.S().column_vector().iter().copied().collect(), vectors))
}

/// The number of negative eigenvalues of a symmetric matrix.
fn negative(matrix: &Mat<f64>) -> usize {
    even(matrix).map_or(0, |(values, _)| values.iter().filter(|value| **value < 0.0).count())
}

/// The vector that a nearly singular matrix takes to nearly nothing.
fn null_vector(matrix: &Mat<f64>) -> Col<f64> {
    let size = matrix.nrows();
    let Some((values, vectors)) = even(matrix) else { return Col::zeros(size) };
    let least = (0..size).min_by(|a, b| values[*a].abs().total_cmp(&values[*b].abs())).unwrap_or(0);
    Col::from_fn(size, |j| vectors[(j, least)])
}
