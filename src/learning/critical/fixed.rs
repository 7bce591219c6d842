//! The fixed point and the loss.
//!
//! With ω_k = p_k (N/d)/(1 + e_k) and n in units of d
//!
//! r(g) = 1/(λ(g) + Σ_k (ω_k/n) s_k(g) + c(g)ᵀ Θ c(g)/n),   Θ = (diag 1/ω + E r c cᵀ)⁻¹,   e_k = 1/ω_k − Θ_kk/ω_k² + E r s_k,
//!
//! c_k = E Z f(Z + u_k g), s_k the variance of f(Z + u_k g) that is not linear. With ⟨a, b⟩ = E r a b − π(a)ᵀ Θ_v π(b), π(a) = E r a g c and
//! Θ_v = (diag 1/ω + E r g² c cᵀ)⁻¹ the loss over λ is
//!
//! S = ⟨Y, Y⟩ + E r V + E r ψ² − qᵀ Θ q − bᵀ A⁻¹ b,   q = E r ψ c,  A_ij = ⟨m_i, m_j⟩,  b_i = ⟨m_i, Y⟩,
//!
//! with independent directions m_i of the means E f(Z + u_k g), which are regressors without a penalty.

use super::system::inverse;
use crate::number::Ring;

/// A node of the rule in g.
#[derive(Clone, Debug)]
pub struct Node<T> {
    /// Its weight; they add up to 1.
    pub weight: T,
    /// g.
    pub g: T,
    /// Independent functions that span the means.
    pub means: Vec<T>,
    /// c_k.
    pub linear: Vec<T>,
    /// s_k.
    pub rest: Vec<T>,
    /// Y, the mean of the label.
    pub label: T,
    /// ψ, its slope in the rest of the teacher's direction.
    pub slope: T,
    /// V, its variance besides.
    pub scatter: T,
}

/// The problem.
#[derive(Clone, Debug)]
pub struct Critical<T> {
    /// The rule.
    pub nodes: Vec<Node<T>>,
    /// p_k N/d.
    pub neurons: Vec<T>,
    /// n/d.
    pub samples: T,
}

/// e and Θ.
#[derive(Clone, Debug)]
pub struct Fixed<T> {
    /// e_k.
    pub e: Vec<T>,
    /// Θ, whole.
    pub theta: Vec<Vec<T>>,
}

fn sum<T: Ring>(like: &T, terms: impl Iterator<Item = T>) -> T {
    terms.fold(like.integer(0), |sum, term| sum.plus(&term))
}

fn dot<T: Ring>(a: &[T], b: &[T]) -> T {
    sum(&a[0], a.iter().zip(b).map(|(a, b)| a.times(b)))
}

fn carried<T: Ring>(matrix: &[Vec<T>], vector: &[T]) -> Vec<T> {
    matrix.iter().map(|row| dot(row, vector)).collect()
}

fn quadratic<T: Ring>(matrix: &[Vec<T>], a: &[T], b: &[T]) -> T {
    dot(a, &carried(matrix, b))
}

impl<T: Ring> Fixed<T> {
    /// The unknowns in one list: e, then the upper triangle of Θ.
    #[must_use]
    pub fn list(&self) -> Vec<T> {
        let triangle = self.theta.iter().enumerate().flat_map(|(row, entries)| entries[row..].iter().cloned());
        self.e.iter().cloned().chain(triangle).collect()
    }

    /// From that list.
    #[must_use]
    pub fn of_list(list: &[T], size: usize) -> Self {
        let place = |row: usize, column: usize| {
            let (row, column) = (row.min(column), row.max(column));
            size + row * size - row * (row + 1) / 2 + column
        };
        let row = |row: usize| (0..size).map(|column| list[place(row, column)].clone()).collect();
        Self { e: list[..size].to_vec(), theta: (0..size).map(row).collect() }
    }
}

impl<T: Ring> Critical<T> {
    /// Other numbers in the places of these.
    #[must_use]
    pub fn map<S>(&self, map: impl Fn(&T) -> S) -> Critical<S> {
        let list = |values: &Vec<T>| values.iter().map(&map).collect();
        let node = |node: &Node<T>| Node {
            weight: map(&node.weight),
            g: map(&node.g),
            means: list(&node.means),
            linear: list(&node.linear),
            rest: list(&node.rest),
            label: map(&node.label),
            slope: map(&node.slope),
            scatter: map(&node.scatter),
        };
        Critical { nodes: self.nodes.iter().map(node).collect(), neurons: list(&self.neurons), samples: map(&self.samples) }
    }

    fn omega(&self, fixed: &Fixed<T>) -> Vec<T> {
        let one = self.samples.integer(1);
        self.neurons.iter().zip(&fixed.e).map(|(share, e)| share.over(&one.plus(e))).collect()
    }

    /// r at every node, for λ at every node.
    #[must_use]
    pub fn resolvent(&self, ridge: &[T], fixed: &Fixed<T>) -> Vec<T> {
        let (omega, over) = (self.omega(fixed), self.samples.inverse());
        let at = |(node, ridge): (&Node<T>, &T)| {
            let inner = dot(&omega, &node.rest).plus(&quadratic(&fixed.theta, &node.linear, &node.linear));
            ridge.plus(&over.times(&inner)).inverse()
        };
        self.nodes.iter().zip(ridge).map(at).collect()
    }

    /// diag 1/ω + E r h c cᵀ, with h at every node, inverted.
    fn theta(&self, omega: &[T], weights: &[T]) -> Vec<Vec<T>> {
        let size = omega.len();
        let entry = |row: usize, column: usize| {
            let terms = self.nodes.iter().zip(weights);
            sum(&self.samples, terms.map(|(node, weight)| weight.times(&node.linear[row]).times(&node.linear[column])))
        };
        let upper: Vec<Vec<T>> = (0..size).map(|row| (row..size).map(|column| entry(row, column)).collect()).collect();
        let whole = |row: usize, column: usize| {
            let entry = &upper[row.min(column)][row.abs_diff(column)];
            if row == column { entry.plus(&omega[row].inverse()) } else { entry.clone() }
        };
        let matrix: Vec<Vec<T>> = (0..size).map(|row| (0..size).map(|column| whole(row, column)).collect()).collect();
        inverse(&matrix)
    }

    /// The right sides of the fixed point.
    #[must_use]
    pub fn step(&self, ridge: &[T], fixed: &Fixed<T>) -> Fixed<T> {
        let (omega, r) = (self.omega(fixed), self.resolvent(ridge, fixed));
        let weights: Vec<T> = self.nodes.iter().zip(&r).map(|(node, r)| node.weight.times(r)).collect();
        let theta = self.theta(&omega, &weights);
        let e = |k: usize| {
            let inverse = omega[k].inverse();
            let carried = sum(&self.samples, self.nodes.iter().zip(&weights).map(|(node, weight)| weight.times(&node.rest[k])));
            inverse.minus(&theta[k][k].times(&inverse.times(&inverse))).plus(&carried)
        };
        Fixed { e: (0..omega.len()).map(e).collect(), theta }
    }

    /// S.
    #[must_use]
    pub fn loss(&self, ridge: &[T], fixed: &Fixed<T>) -> T {
        let (omega, r) = (self.omega(fixed), self.resolvent(ridge, fixed));
        let weights: Vec<T> = self.nodes.iter().zip(&r).map(|(node, r)| node.weight.times(r)).collect();
        let squares: Vec<T> =
            self.nodes.iter().zip(&weights).map(|(node, weight)| weight.times(&node.g.times(&node.g))).collect();
        let along = self.theta(&omega, &squares);
        // functions of g: the means, and the label
        let count = self.nodes[0].means.len();
        let value = |node: &Node<T>, i: usize| if i < count { node.means[i].clone() } else { node.label.clone() };
        let pi = |i: usize| -> Vec<T> {
            let term = |k: usize| {
                let terms = self.nodes.iter().zip(&weights);
                sum(
                    &self.samples,
                    terms.map(|(node, weight)| weight.times(&node.g).times(&value(node, i)).times(&node.linear[k])),
                )
            };
            (0..omega.len()).map(term).collect()
        };
        let all: Vec<Vec<T>> = (0..=count).map(pi).collect();
        let product = |i: usize, j: usize| {
            let terms = self.nodes.iter().zip(&weights);
            let whole = sum(&self.samples, terms.map(|(node, weight)| weight.times(&value(node, i)).times(&value(node, j))));
            whole.minus(&quadratic(&along, &all[i], &all[j]))
        };
        let terms = self.nodes.iter().zip(&weights);
        let beside = terms.map(|(node, weight)| weight.times(&node.scatter.plus(&node.slope.times(&node.slope))));
        let mut loss = product(count, count).plus(&sum(&self.samples, beside));
        let q: Vec<T> = (0..omega.len())
            .map(|k| {
                let terms = self.nodes.iter().zip(&weights);
                sum(&self.samples, terms.map(|(node, weight)| weight.times(&node.slope).times(&node.linear[k])))
            })
            .collect();
        loss = loss.minus(&quadratic(&self.theta(&omega, &weights), &q, &q));
        if count > 0 {
            let gram: Vec<Vec<T>> = (0..count).map(|i| (0..count).map(|j| product(i, j)).collect()).collect();
            let b: Vec<T> = (0..count).map(|i| product(i, count)).collect();
            loss = loss.minus(&quadratic(&inverse(&gram), &b, &b));
        }
        loss
    }
}
