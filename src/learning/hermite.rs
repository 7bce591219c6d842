//! Gauss–Hermite rules for Z ~ N(0, 1) in doubles, and the orthonormal polynomials h_k = He_k/√k!.
//!
//! The squares of the positive zeros of He_2m are twice those of the Laguerre polynomial of order −1/2, the eigenvalues of its Jacobi
//! matrix (Golub and Welsch 1969); Newton's method on h_2m makes them exact, and a weight is 1/(2m h_{2m−1}²).

use std::sync::{Arc, LazyLock};

use faer::linalg::solvers::SelfAdjointEigen;
use faer::{Mat, Side};

/// Newton's steps from an eigenvalue.
const STEPS: usize = 4;

/// The positive half of a symmetric rule with an even number of nodes.
#[derive(Clone, Debug)]
pub struct HermiteRule {
    /// The positive nodes, ascending.
    pub nodes: Vec<f64>,
    /// √ of the weights of both signs together, which add up to 1.
    pub roots: Vec<f64>,
}

impl HermiteRule {
    /// The rule of 128 nodes, made once.
    #[must_use]
    pub fn of_128() -> Arc<Self> {
        static RULE: LazyLock<Arc<HermiteRule>> = LazyLock::new(|| Arc::new(HermiteRule::new(64)));
        Arc::clone(&RULE)
    }

    /// The rule of 64 nodes, made once.
    #[must_use]
    pub fn of_64() -> Arc<Self> {
        static RULE: LazyLock<Arc<HermiteRule>> = LazyLock::new(|| Arc::new(HermiteRule::new(32)));
        Arc::clone(&RULE)
    }

    /// The rule of 2 `half` nodes; empty where the eigenvalues of its Jacobi matrix are not found.
    #[must_use]
    pub fn new(half: usize) -> Self {
        let order = 2 * half;
        let jacobi = Mat::from_fn(half, half, |j, k| match j.abs_diff(k) {
            0 => 2.0 * j as f64 + 0.5,
            1 => {
                let j = j.max(k) as f64;
                -(j * (j - 0.5)).sqrt()
            }
            _ => 0.0,
        });
        let Ok(found) = SelfAdjointEigen::new(jacobi.as_ref(), Side::Lower) else { return Self { nodes: vec![], roots: vec![] } };
        let polished = |value: &f64| {
            (0..STEPS).fold((2.0 * value.max(0.0)).sqrt(), |x, _| {
                let h = orthonormal(x, order);
                x - h[order] / ((order as f64).sqrt() * h[order - 1])
            })
        };
        let nodes: Vec<f64> = found.S().column_vector().iter().map(polished).collect();
        let root = |x: &f64| (2.0 / order as f64).sqrt() / orthonormal(*x, order)[order - 1].abs();
        Self { roots: nodes.iter().map(root).collect(), nodes }
    }
}

/// h_0(x), …, h_most(x).
#[must_use]
pub fn orthonormal(x: f64, most: usize) -> Vec<f64> {
    let mut list = vec![1.0, x];
    for k in 1..most {
        list.push((x * list[k] - (k as f64).sqrt() * list[k - 1]) / (k as f64 + 1.0).sqrt());
    }
    list.truncate(most + 1);
    list
}
