//! The outliers of F after a step of finite size, and how their left vectors lie to powers of z (section 6.3 of the paper's theory).
//!
//! A singular value s of F above the edge is where T at z(q) = s²/n loses rank, 0 < q < q_e. T is positive as q → 0, and the number of
//! its negative eigenvalues counts the outliers above. With the null vector x and y = D G x the left vector has with any function p of z
//! the squared cosine
//!
//! (Σ_m (m₁ (E p p_m − E zp e_m) + m₂ E zp e_m) y_m + E zp dᵀx)²/(|xᵀ T′ x| E p²),
//!
//! T′ in the ridge and d the cross term of the residual y − f_0: p need not be in the span of the channels.

use std::cmp::Ordering;

use faer::linalg::solvers::{SelfAdjointEigen, Solve};
use faer::{Col, Mat, Side};

use super::channels::{Channels, moment, power_in_hermite};
use super::finite::{Balanced, FiniteStep, scaled_gram, sizes};
use super::point::Point;

/// Bisections of ln q, and how far below the edge they begin.
const BISECTIONS: usize = 64;
const DEPTH: f64 = 120.0;

/// An outlier of F.
#[derive(Clone, Debug)]
pub struct FiniteSpike {
    /// The singular value.
    pub singular_value: f64,
    /// For each power the squared cosine of the left vector with zᵏ, and with its part orthogonal to the lower ones.
    pub alignment: Vec<(usize, f64, f64)>,
}

/// From the largest.
pub(super) fn spikes(step: &FiniteStep, channels: &Channels) -> Vec<FiniteSpike> {
    if channels.strengths.is_empty() {
        return Vec::new();
    }
    let above = |q: f64| negative(&balanced(step, channels, &Point::at(&step.curve, q)[0]).matrix);
    let spike = |number: usize| {
        let (mut low, mut high) = (step.edge.ln() - DEPTH, step.edge.ln());
        for _ in 0..BISECTIONS {
            let middle = f64::midpoint(low, high);
            if above(middle.exp()) >= number { high = middle } else { low = middle }
        }
        at(step, channels, high.exp())
    };
    (1..=above(step.edge)).map(spike).collect()
}

fn at(step: &FiniteStep, channels: &Channels, q: f64) -> FiniteSpike {
    let [point, slopes] = Point::at(&step.curve, q);
    let x = null_vector(&balanced(step, channels, &point));
    let y = scaled_gram(channels) * &x;
    let linear = channels.hermite.col(1);
    let norm = (x.transpose() * (step.matrix(channels, &slopes, false) * &x)).abs();
    let straight = (point.m2 - point.m1) * (linear.transpose() * &y) + step.cross(&point) * (linear.transpose() * &x);
    // how the vector lies to zᵏ
    let product = |k: usize| {
        let in_hermite = Col::from_fn(channels.hermite.ncols(), |j| power_in_hermite(k, j));
        let along: f64 = (&channels.hermite * in_hermite).transpose() * &y;
        point.m1 * along + straight * moment(k + 1)
    };
    let products: Vec<f64> = step.powers.iter().map(|k| product(*k)).collect();
    let cosine = |coefficients: &[f64]| -> f64 {
        let product: f64 = coefficients.iter().zip(&products).map(|(a, b)| a * b).sum();
        let pairs = coefficients.iter().zip(&step.powers);
        let energy: f64 = pairs.clone().flat_map(|(a, j)| pairs.clone().map(move |(b, k)| a * b * moment(j + k))).sum();
        product * product / (norm * energy)
    };
    let alignment = step.powers.iter().enumerate().map(|(index, power)| {
        let unit: Vec<f64> = (0..step.powers.len()).map(|other| f64::from(u8::from(other == index))).collect();
        (*power, cosine(&unit), cosine(&orthogonal(&step.powers, index)))
    });
    FiniteSpike { singular_value: (step.samples * step.curve.z(&q)).sqrt(), alignment: alignment.collect() }
}

/// zᵏ less its projection on the lower powers.
fn orthogonal(powers: &[usize], index: usize) -> Vec<f64> {
    let lower = Mat::from_fn(index, index, |j, k| moment(powers[j] + powers[k]));
    let right = Col::from_fn(index, |j| moment(powers[j] + powers[index]));
    let projection = lower.partial_piv_lu().solve(right);
    let coefficient = |k: usize| match k.cmp(&index) {
        Ordering::Less => -projection[k],
        Ordering::Equal => 1.0,
        Ordering::Greater => 0.0,
    };
    (0..powers.len()).map(coefficient).collect()
}

fn balanced(step: &FiniteStep, channels: &Channels, point: &Point) -> Balanced {
    Balanced::new(step.matrix(channels, point, false), &sizes(channels, point))
}

/// The number of negative eigenvalues of a symmetric matrix.
fn negative(matrix: &Mat<f64>) -> usize {
    let values = matrix.self_adjoint_eigenvalues(Side::Lower).unwrap_or_default();
    values.iter().filter(|value| **value < 0.0).count()
}

/// The vector that a nearly singular matrix takes to nearly nothing.
fn null_vector(Balanced { matrix, scales }: &Balanced) -> Col<f64> {
    let size = matrix.nrows();
    let Ok(eigen) = SelfAdjointEigen::new(matrix.as_ref(), Side::Lower) else { return Col::zeros(size) };
    let values = eigen.S().column_vector();
    let least = (0..size).min_by(|a, b| values[*a].abs().total_cmp(&values[*b].abs())).unwrap_or(0);
    Col::from_fn(size, |j| scales[j] * eigen.U()[(j, least)])
}
