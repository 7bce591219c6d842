//! What a step of finite size adds to the features, as channels: F = F_0 + Σ_m √N λ_m p_m(z) p_m(q)ᵀ, z = X β/|β|, q = √N a.
//!
//! The functions p_m of N(0, 1) serve on both sides, since c_k tᵏ zᵏ qᵏ and g(t z q) = E σ(w + t z q) are symmetric in z and q. They are
//! the powers zᵏ/√E g^{2k} of the theory of the surrogate (section 6.1), with their Gram matrix, or the orthonormal eigenfunctions of g
//! (section 6.2), even and odd ones apart, found on a Gauss–Hermite rule. All that is asked of them further is E p_m h_j,
//! h_j = He_j/√j!.

use std::sync::Arc;

use faer::linalg::solvers::SelfAdjointEigen;
use faer::{Mat, Side};

use super::average::Average;
use super::hermite::{HermiteRule, orthonormal};

/// Eigenvalues smaller than this part of the largest are not kept.
const LEAST: f64 = 1e-10;

/// Of what the channels are made.
#[derive(Clone, Debug)]
pub enum Features {
    /// Powers, and c_k of each.
    Powers(Vec<(usize, f64)>),
    /// All of E σ(w + t z q), on a rule.
    Average(Arc<Average>, Arc<HermiteRule>),
}

/// Functions p_m and their strengths.
#[derive(Clone, Debug)]
pub struct Channels {
    /// E p_l p_m.
    pub gram: Mat<f64>,
    /// √N λ_m, of either sign.
    pub strengths: Vec<f64>,
    /// E p_m h_j, a row for each m.
    pub hermite: Mat<f64>,
}

/// E gᵏ.
#[must_use]
pub fn moment(k: usize) -> f64 {
    if k % 2 == 1 { 0.0 } else { (1..k).step_by(2).map(|odd| odd as f64).product() }
}

/// E gᵏ h_j.
#[must_use]
pub fn power_in_hermite(k: usize, j: usize) -> f64 {
    if j > k {
        return 0.0;
    }
    let falling: f64 = (k - j + 1..=k).map(|factor| factor as f64).product();
    let root: f64 = (1..=j).map(|factor| (factor as f64).sqrt()).product();
    falling / root * moment(k - j)
}

impl Features {
    /// The channels at strength t for N neurons, known in h_0 … h_most.
    #[must_use]
    pub fn channels(&self, t: f64, neurons: f64, most: usize) -> Channels {
        match self {
            Self::Powers(list) => powers(list, t, neurons, most),
            Self::Average(average, rule) => averaged(average, rule, t, neurons, most),
        }
    }
}

fn powers(list: &[(usize, f64)], t: f64, neurons: f64, most: usize) -> Channels {
    let size = list.len();
    let norm = |m: usize| moment(2 * list[m].0).sqrt();
    Channels {
        gram: Mat::from_fn(size, size, |l, m| moment(list[l].0 + list[m].0) / (norm(l) * norm(m))),
        strengths: list.iter().map(|(k, c)| neurons.sqrt() * c * t.powi(*k as i32) * moment(2 * k)).collect(),
        hermite: Mat::from_fn(size, most + 1, |m, j| power_in_hermite(list[m].0, j) / norm(m)),
    }
}

fn averaged(average: &Average, rule: &HermiteRule, t: f64, neurons: f64, most: usize) -> Channels {
    let size = rule.nodes.len();
    // g(s) and g(−s) at s = t z q, which is symmetric
    let mut values = vec![[0.0; 2]; size * size];
    for (i, j) in (0..size).flat_map(|i| (0..=i).map(move |j| (i, j))) {
        let s = t * rule.nodes[i] * rule.nodes[j];
        values[size * i + j] = [average.value(s), average.value(-s)];
    }
    let polynomials: Vec<Vec<f64>> = rule.nodes.iter().map(|node| orthonormal(*node, most)).collect();
    let of_parity = |parity| eigenfunctions(&values, rule, parity, &polynomials);
    let mut found: Vec<(f64, Vec<f64>)> = [0, 1].into_iter().flat_map(of_parity).collect();
    found.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
    let least = LEAST * found.first().map_or(0.0, |first| first.0.abs());
    found.retain(|(value, _)| value.abs() > 0.0 && value.abs() >= least);
    Channels {
        gram: Mat::identity(found.len(), found.len()),
        strengths: found.iter().map(|(value, _)| neurons.sqrt() * value).collect(),
        hermite: Mat::from_fn(found.len(), most + 1, |m, j| found[m].1[j]),
    }
}

/// Eigenvalues of the even or odd part of g(t z q), given below the diagonal, each with E p h_j from the h_j at the nodes; the rule stands
/// for both halves of the line.
fn eigenfunctions(values: &[[f64; 2]], rule: &HermiteRule, parity: usize, polynomials: &[Vec<f64>]) -> Vec<(f64, Vec<f64>)> {
    let sign = if parity == 0 { 1.0 } else { -1.0 };
    let size = rule.nodes.len();
    let kernel = Mat::from_fn(size, size, |i, j| {
        let [at, opposite] = values[size * i.max(j) + i.min(j)];
        0.5 * rule.roots[i] * rule.roots[j] * (at + sign * opposite)
    });
    let Ok(eigen) = SelfAdjointEigen::new(kernel.as_ref(), Side::Lower) else { return Vec::new() };
    let overlap = |m: usize, j: usize| -> f64 {
        if j % 2 != parity {
            return 0.0;
        }
        (0..size).map(|i| rule.roots[i] * eigen.U()[(i, m)] * polynomials[i][j]).sum()
    };
    let known = polynomials.first().map_or(0, Vec::len);
    let values = eigen.S().column_vector().iter().enumerate();
    values.map(|(m, value)| (*value, (0..known).map(|j| overlap(m, j)).collect())).collect()
}
