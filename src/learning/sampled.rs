//! What sampled products do to S after a step, in the mean over draws and at order 1/n (docs/mathematics.md, 'One step at finite size').
//!
//! The coefficients x_m of the channels p_m are fitted to n samples. With r = y − Σ x_m p_m, what they leave, S falls by
//!
//! Σ_m s_m A_mm E p_m² r²/n,   s_m = N λ_m² A_mm/(1 + κ + N λ_m² A_mm),   A_mm = m₁ (1 − e_m²) + m₂ e_m²,
//!
//! more than at the expected products (second order of bᵀ (A + (1 + κ) D⁻²)⁻¹ b, its matrix taken by the diagonal), and N neurons make
//! N λ_m² with the relative variance (E p_m⁴ − 1)/N, by which what p_m removes of S is off by s_m (1 − s_m) times that.
//! A place where p_m² is beyond n (or N) counts as one sample there. E y² h_k of the labels gives E (y² | z) = Σ ρᵏ E (y² h_k) h_k(z).

use super::channels::Channels;
use super::finite::{FiniteStep, scaled_gram};
use super::hermite::{HermiteRule, orthonormal};
use super::point::Point;

impl FiniteStep {
    /// How much sampled products change of S for labels with these E y² h_k, k = 0, 1, …, the noise included.
    #[must_use]
    pub fn sampled(&self, squares: &[f64]) -> f64 {
        let [point, _] = Point::of_ridge(&self.curve, self.ridge);
        self.sampled_of(&self.channels(), &point, [&self.teacher, squares])
    }

    /// The same of labels that are h_1, …, h_most alone, as a share of what there is of S.
    #[must_use]
    pub fn sampled_shares(&self, most: usize) -> Vec<f64> {
        let ([point, _], channels) = (Point::of_ridge(&self.curve, self.ridge), self.channels());
        let rule = HermiteRule::of_128();
        let share = |k: usize| {
            let unit: Vec<f64> = (0..=k).map(|j| f64::from(u8::from(j == k))).collect();
            let mut squares = vec![0.0; 2 * k + 1];
            for (z, weight) in both_signs(&rule) {
                let h = orthonormal(z, 2 * k);
                squares.iter_mut().zip(&h).for_each(|(sum, value)| *sum += weight * h[k] * h[k] * value);
            }
            self.sampled_of(&channels, &point, [&unit, &squares]) / if k == 1 { point.m2 } else { point.m1 }
        };
        (1..=most).map(share).collect()
    }

    fn sampled_of(&self, channels: &Channels, point: &Point, [teacher, squares]: [&[f64]; 2]) -> f64 {
        let solution = self.solution(channels, point, teacher);
        let right = self.right(channels, point, teacher);
        let removed: Vec<f64> = right.iter().zip(solution.iter()).map(|(w, x)| (w * x).abs()).collect();
        let fitted = scaled_gram(channels) * solution;
        let (size, known) = (channels.hermite.nrows(), channels.hermite.ncols());
        let given = |h: &[f64], list: &[f64]| -> f64 {
            list.iter().zip(h).zip(0..).map(|((value, h), k)| value * h * self.rho.powi(k)).sum()
        };
        // E p_m² r² and E p_m⁴
        let mut moments = vec![[0.0; 2]; size];
        for (z, weight) in both_signs(&HermiteRule::of_128()) {
            let h = orthonormal(z, known.max(squares.len()).max(teacher.len()));
            let values: Vec<f64> = (0..size).map(|m| (0..known).map(|j| channels.hermite[(m, j)] * h[j]).sum()).collect();
            let fit: f64 = values.iter().zip(fitted.iter()).map(|(p, x)| p * x).sum();
            let rest = (given(&h, squares) - 2.0 * fit * given(&h, teacher) + fit * fit).max(0.0);
            for ([square, fourth], p) in moments.iter_mut().zip(values) {
                // one sample, or one neuron, counts once at most: what is rarer than one of them is not in the mean of draws
                *square += weight * p * p / (1.0 + p * p / self.samples) * rest;
                *fourth += weight * p.powi(4) / (1.0 + p * p / self.neurons);
            }
        }
        let carried = |m: usize| {
            let linear = channels.hermite[(m, 1)].powi(2);
            point.m1 * (1.0 - linear).max(0.0) + point.m2 * linear
        };
        let share = |m: usize| {
            let signal = channels.strengths[m].powi(2) * carried(m);
            signal / (1.0 + point.kappa + signal)
        };
        let of_samples: f64 = moments.iter().enumerate().map(|(m, [square, _])| share(m) * carried(m) * square).sum();
        let moved = |(m, [_, fourth]): (usize, &[f64; 2])| removed[m] * share(m) * (1.0 - share(m)) * (fourth - 1.0).max(0.0);
        let of_neurons: f64 = moments.iter().enumerate().map(moved).sum();
        of_samples / self.samples + of_neurons / self.neurons
    }
}

/// The nodes of both signs, with their weights.
fn both_signs(rule: &HermiteRule) -> impl Iterator<Item = (f64, f64)> {
    rule.nodes.iter().zip(&rule.roots).flat_map(|(z, root)| [*z, -z].map(|z| (z, 0.5 * root * root)))
}

#[cfg(test)]
mod tests {
    use crate::learning::{Features, FiniteStep, Point};
    use crate::spectrum::Curve;

    /// One channel p(z) = z and y = a z + b h_2(z) with ρ = 1: what is fitted is x z, and of r = (a − x) z + b h_2, with E z⁴ = 3 and
    /// E z² h_2² = 5, E z² r² = 3 (a − x)² + 5 b². The channel is linear, so that m₂ carries it: λ² N m₂ against 1 + κ is its share s, it removes
    /// s m₂ a² of S, and a neuron's z⁴ moves that by 2 s (1 − s)/N.
    #[test]
    fn one_linear_channel_in_closed_form() {
        let curve = Curve { delta: 0.3, theta2: 0.7, c: 1.4, gamma: 0.5 };
        let (eta, beta, linear) = (3.0, 1.3, 0.7_f64.sqrt());
        let [a, b, noise] = [0.8, 0.5, 0.3];
        let step = FiniteStep {
            edge: Point::edge(&curve),
            curve,
            samples: 3e6,
            neurons: 5e6,
            ridge: 0.2,
            eta,
            beta,
            rho: 1.0,
            linear,
            full: false,
            intercept: false,
            teacher: vec![0.0, a, b],
            beyond: 0.0,
            energy: a * a + b * b + noise,
            features: Features::Powers(vec![(1, linear)]),
            powers: vec![1],
        };
        // y² = a² z² + 2 a b z h_2 + b² h_2² + noise in h_0, h_1, …: z² = 1 + √2 h_2, z h_2 = √2 z + √3 h_3, h_2² = 1 + 2√2 h_2 + √6 h_4
        let [two, three, six] = [2.0, 3.0, 6.0].map(f64::sqrt);
        let (quadratic, quartic) = (two * a * a + 2.0 * two * b * b, six * b * b);
        let squares = [a * a + b * b + noise, 2.0 * two * a * b, quadratic, 2.0 * three * a * b, quartic];
        let [point, _] = Point::of_ridge(&step.curve, step.ridge);
        let signal = (step.strength() * linear).powi(2) * step.neurons * point.m2;
        let share = signal / (1.0 + point.kappa + signal);
        // at the expected products the channel takes the share s of a
        let rest = 3.0 * (a - share * a).powi(2) + 5.0 * b * b + noise;
        let expected =
            share * point.m2 * rest / step.samples + share * point.m2 * a * a * 2.0 * (1.0 - share) * share / step.neurons;
        let found = step.sampled(&squares);
        assert!((found / expected - 1.0).abs() < 1e-4, "{found} {expected}");
    }
}
