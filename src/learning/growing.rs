//! The loss in the limit where the step has made the powers zᵏ, z = X β/|β|, free regressors (section 5 of the paper's theory).
//!
//! S = lim yᵀ(F Fᵀ + ridge n)⁻¹ y gives all errors: penalised training loss ridge S, training error −ridge² S′, test error −S′/m₁².
//! With V = E y², c_j = E y He_j/j!, ρ the cosine of β with the teacher's direction, μ_k = E g^{k+1} and
//!
//! A_jk = m₁ (E g^{j+k} − μ_j μ_k) + m₂ μ_j μ_k,   b_k = m₂ c₁ ρ μ_k + m₁ Σ_{j=2..k} c_j ρʲ k!/(k − j)! E g^{k−j},
//!
//! S = c₁² m₂ + (V − c₁²) m₁ − bᵀ A⁻¹ b over the powers present.

use rug::{Integer, Rational};

use super::Baseline;
use crate::number::{Ball, Jet, Ring};

/// The labels: c_0, c_1, … of the centred teacher, V with the noise, and ρ.
#[derive(Clone, Debug)]
pub struct Labels {
    /// c_k = E y He_k/k!, from c_0 = 0.
    pub coefficients: Vec<Ball>,
    /// E y².
    pub energy: Ball,
    /// The cosine.
    pub rho: Ball,
}

/// E gᵏ.
fn moment(k: usize) -> Rational {
    if k % 2 == 1 {
        return Rational::new();
    }
    Rational::from((1..k).step_by(2).fold(Integer::from(1), |product, odd| product * odd as u64))
}

/// k!/(k − j)!.
fn falling(k: usize, j: usize) -> Rational {
    Rational::from((k - j + 1..=k).fold(Integer::from(1), |product, factor| product * factor as u64))
}

fn constant(at: &Jet<Ball>, value: &Rational) -> Jet<Ball> {
    at.rational(value)
}

/// S without a step.
#[must_use]
pub fn untrained(base: &Baseline, labels: &Labels) -> Jet<Ball> {
    let linear = labels.coefficients[1].square();
    let rest = &labels.energy - &linear;
    base.m2.times(&Jet::constant(&linear)).plus(&base.m1.times(&Jet::constant(&rest)))
}

/// bᵀ A⁻¹ b over these powers.
#[must_use]
pub fn removed(base: &Baseline, labels: &Labels, powers: &[usize]) -> Jet<Ball> {
    let (m1, m2) = (&base.m1, &base.m2);
    let mu = |k: usize| moment(k + 1);
    let entry = |j: usize, k: usize| {
        let product = mu(j) * mu(k);
        let rest = moment(j + k) - &product;
        m1.times(&constant(m1, &rest)).plus(&m2.times(&constant(m1, &product)))
    };
    let right = |k: usize| {
        let weight = |j: usize| Jet::constant(&(&labels.coefficients[j] * &labels.rho.power(j as u32)));
        let linear = m2.times(&weight(1)).times(&constant(m1, &mu(k)));
        (2..=k).fold(linear, |sum, j| {
            let factor = falling(k, j) * moment(k - j);
            sum.plus(&m1.times(&weight(j)).times(&constant(m1, &factor)))
        })
    };
    let mut matrix: Vec<Vec<Jet<Ball>>> = powers.iter().map(|j| powers.iter().map(|k| entry(*j, *k)).collect()).collect();
    let mut vector: Vec<Jet<Ball>> = powers.iter().map(|k| right(*k)).collect();
    let mut total = m1.integer(0);
    // A is positive definite: elimination from the top needs no exchange
    while !matrix.is_empty() {
        let (first, head) = (matrix.remove(0), vector.remove(0));
        let inverse = first[0].inverse();
        total = total.plus(&head.times(&head).times(&inverse));
        for (row, value) in matrix.iter_mut().zip(&mut vector) {
            let factor = row.remove(0).times(&inverse);
            *value = value.minus(&factor.times(&head));
            row.iter_mut().zip(&first[1..]).for_each(|(entry, above)| *entry = entry.minus(&factor.times(above)));
        }
    }
    total
}

/// What would be removed of S if the labels were He_k alone, as a share of it.
#[must_use]
pub fn share(base: &Baseline, rho: &Ball, powers: &[usize], k: usize) -> Ball {
    let bits = rho.bits();
    let most = powers.iter().copied().max().unwrap_or(0).max(k);
    let coefficients = (0..=most).map(|j| Ball::integer(i64::from(j == k), bits)).collect();
    let energy = Ball::rational(&falling(k, k), bits);
    let labels = Labels { coefficients, energy: energy.clone(), rho: rho.clone() };
    let whole = if k == 1 { &base.m2.value * &energy } else { &base.m1.value * &energy };
    &removed(base, &labels, powers).value / &whole
}

/// The degree of a step of size n^alpha: the largest k with alpha > (k − 1)/(2k), 0 at alpha = 0; and whether alpha is critical.
#[must_use]
pub fn degree(alpha: &Rational) -> (usize, bool) {
    if alpha.is_zero() {
        return (0, true);
    }
    let mut degree = 1;
    // alpha > k/(2(k + 1)), the lower end of degree k + 1
    while *alpha > lower_end(degree + 1) {
        degree += 1;
    }
    (degree, *alpha == lower_end(degree + 1))
}

/// (k − 1)/(2k), where degree k begins.
#[must_use]
pub fn lower_end(degree: usize) -> Rational {
    if degree == 0 { Rational::new() } else { Rational::from((degree as u64 - 1, 2 * degree as u64)) }
}
