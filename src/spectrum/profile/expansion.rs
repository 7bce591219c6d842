//! Moments of the profile law from its expansion at z = ∞, by the joint moments of (a², r) in every layer.
//!
//! With y the transform m of the lowest layer, ζ = y z is a series in y, and by Lagrange's inversion
//! E λᵏ = −[y^k] m′(y) ζ(y)^{k+1}/(k + 1). Where D = A + γ (a² e + r m) with e, m = O(y) (`chain`),
//!
//! E g/D = Σ_k (−γ)^k A^{−k−1} Σ_i C(k, i) E[g a^{2i} r^{k−i}] e^i m^{k−i},
//!
//! so that the biases are summed once, whatever the series do.

use super::chain::{Chain, Image, Layer};
use crate::number::{Ring, Series};

/// E a^{2i} r^j for i + j ≤ order, in row i.
fn joint_moments<T: Ring>(layer: &Layer<T>, order: usize) -> Vec<Vec<T>> {
    let zero = layer.gamma.integer(0);
    let mut moments: Vec<Vec<T>> = (0..=order).map(|i| vec![zero.clone(); order + 1 - i]).collect();
    for node in &layer.nodes {
        let mut slopes = node.weight.clone();
        for (i, row) in moments.iter_mut().enumerate() {
            if i > 0 {
                slopes = slopes.times_real(&node.slope);
            }
            let mut term = slopes.clone();
            for (j, sum) in row.iter_mut().enumerate() {
                if j > 0 {
                    term = term.times_real(&node.rest);
                }
                *sum = sum.plus(&term);
            }
        }
    }
    moments
}

/// The series Σ_i C(k, i) E[a^{2(i + p)} r^{k − i + q}] e^i m^{k−i} (−γ)^k for k = 0, 1, …: E a^{2p} r^q/D is Σ_k of them over A^{k+1}.
struct Powers<T>(Vec<Series<T>>);

impl<T: Ring> Powers<T> {
    fn new(layer: &Layer<T>, moments: &[Vec<T>], [p, q]: [usize; 2], image: &Image<Series<T>>) -> Self {
        let length = image.m.coefficients.len();
        let constant = |value: &T| Series::constant(value, length);
        let turned = |series: &Series<T>| series.times(&constant(&layer.gamma.integer(0).minus(&layer.gamma)));
        let list = |series: &Series<T>| -> Vec<Series<T>> {
            let one = constant(&layer.gamma.integer(1));
            std::iter::successors(Some(one), |power| Some(power.times(series))).take(length).collect()
        };
        let (e, m) = (list(&turned(&image.e)), list(&turned(&image.m)));
        let term = |k: usize| {
            let mut binomial = 1i64;
            (0..=k).fold(constant(&layer.gamma.integer(0)), |sum, i| {
                let factor = moments[i + p][k - i + q].times(&layer.gamma.integer(binomial));
                binomial = binomial * (k - i) as i64 / (i as i64 + 1);
                sum.plus(&scaled(&e[i].times(&m[k - i]), &factor))
            })
        };
        Self((0..length).map(term).collect())
    }

    /// Σ_k P_k A^{−k−1} and its derivative in A.
    fn at(&self, scale: &Series<T>) -> [Series<T>; 2] {
        let inverse = scale.inverse();
        let zero = inverse.integer(0);
        let (mut sum, mut slope, mut power) = (zero.clone(), zero, inverse.clone());
        for (k, term) in self.0.iter().enumerate() {
            let value = term.times(&power);
            slope = slope.minus(&scaled(&value.times(&inverse), &term.coefficients[0].integer(k as i64 + 1)));
            sum = sum.plus(&value);
            power = power.times(&inverse);
        }
        [sum, slope]
    }
}

fn scaled<T: Ring>(series: &Series<T>, factor: &T) -> Series<T> {
    Series { coefficients: series.coefficients.iter().map(|a| a.times(factor)).collect() }
}

impl<T: Ring> Chain<T> {
    /// E λ, …, E λ^count of the top layer.
    pub fn moments(&self, count: usize) -> Vec<T> {
        let length = count + 2;
        let y = Series::variable(&self.base.gamma, length);
        let one = y.integer(1);
        // without signal D = 1 + γ r m
        let start = Image { e: y.integer(0), m: y.clone() };
        let rest = Powers::new(&self.base, &joint_moments(&self.base, length), [0, 1], &start).at(&one);
        let mut image = Image { e: y.times(&rest[0]), m: y.clone() };
        for layer in &self.layers {
            let moments = joint_moments(layer, length);
            let [slopes, rests] = [[1, 0], [0, 1]].map(|which| Powers::new(layer, &moments, which, &image));
            let mut scale = Series::constant(&moments[1][0], length);
            // each Newton step doubles the number of right coefficients
            for _ in 0..=length.ilog2() {
                let [value, slope] = slopes.at(&scale);
                scale = scale.minus(&value.minus(&one).over(&slope));
            }
            let rest = &rests.at(&scale)[0];
            image = Image { e: image.e.plus(&image.m.times(rest)), m: image.m.over(&scale) };
        }
        let shifted = image.m.coefficients.iter().skip(1).cloned().chain([y.coefficients[0].clone()]).collect();
        let zeta = image.e.minus(&one).over(&Series { coefficients: shifted });
        let mut power = image.m.derivative().times(&zeta);
        (1..=count)
            .map(|k| {
                power = power.times(&zeta);
                power.coefficients[k].over(&self.base.gamma.integer(-(k as i64) - 1))
            })
            .collect()
    }
}
