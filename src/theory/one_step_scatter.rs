//! What samples of finite number do to outliers of a step at second order (docs/mathematics.md, 'The check'): the theory has the expected
//! Gram matrix of its channels, and a draw has Ĝ over n samples on the left and over N neurons on the right.
//!
//! Over orthonormal functions g_1, …, g_K of the span of these powers of z, E |Ĝ − 1|² = V/n with V = E |g|⁴ − K. So F's part of rank K is
//! off by factors near 1 on both sides, of mean square v = V (1/n + 1/N) together. A singular value s_i moves by v/8 of itself through the
//! roots of its own norms, and by v s_j²/(2 |s_i² − s_j²|) through each neighbour, to which its vector turns by the squared angle
//! v s_i² s_j²/(s_i² − s_j²)². What F_0 adds between K left and K right vectors has the mean square ε² = 2 K E σ²/n in √w, w = s²/n: by it
//! w moves by ε² (1 + (√w_i + √w_j)/|√w_i − √w_j|), and squared cosines by ε²/(√w_i − √w_j)², the edge of the bulk among the neighbours.
//! Powers that are not in the outlier have squared cosines of V/n themselves.

use faer::Mat;
use faer::linalg::solvers::{DenseSolveCore, SelfAdjointEigen};

use crate::learning::{Features, FiniteSpike, FiniteStep, moment};

/// Gram matrices that are off by more than this in the mean square are not near their limit: then nothing is bounded.
const MOST: f64 = 0.5;

/// The outliers of a step with what they scatter by.
pub(super) struct Scatter<'a> {
    step: &'a FiniteStep,
    spikes: Vec<FiniteSpike>,
    /// The powers that the channels are made of.
    powers: Vec<usize>,
}

impl<'a> Scatter<'a> {
    pub fn new(step: &'a FiniteStep) -> Self {
        let spikes = step.spikes();
        let powers = match &step.features {
            Features::Powers(list) => list.iter().map(|(power, _)| *power).collect(),
            Features::Average(..) => leading(&spikes),
        };
        Self { step, spikes, powers }
    }

    /// V (1/n + 1/N).
    fn of_gram(&self) -> f64 {
        fourth(&self.powers) * (1.0 / self.step.samples + 1.0 / self.step.neurons)
    }

    /// ε² in w.
    fn of_bulk(&self) -> f64 {
        let energy = self.step.curve.theta2 + self.step.curve.delta;
        2.0 * self.powers.len() as f64 * energy / self.step.samples
    }

    /// The singular values of the other outliers.
    fn others(&self, index: usize) -> impl Iterator<Item = f64> {
        let others = self.spikes.iter().enumerate().filter(move |(other, _)| *other != index);
        others.map(|(_, spike)| spike.singular_value)
    }

    /// Of the singular value with this number; infinite where nothing is known.
    pub fn of_singular_value(&self, index: usize) -> f64 {
        let (Some(spike), scattered) = (self.spikes.get(index), self.of_gram()) else { return f64::INFINITY };
        if scattered.is_nan() || scattered > MOST {
            return f64::INFINITY;
        }
        let (own, n) = (spike.singular_value, self.step.samples);
        let turned = |other: f64| other * other / (2.0 * (own * own - other * other).abs());
        let of_gram = scattered * (0.125 + self.others(index).map(turned).sum::<f64>());
        let pushed = |other: f64| 1.0 + (own + other) / (own - other).abs();
        let neighbours = self.others(index).chain([self.step.bulk_edge()]);
        let of_square = self.of_bulk() * neighbours.map(pushed).sum::<f64>();
        own * (of_gram + of_square * n / (2.0 * own * own))
    }

    /// Of the squared cosine of its vector with the power in this place; infinite where nothing is known.
    pub fn of_alignment(&self, [index, place]: [usize; 2]) -> f64 {
        let (Some(spike), scattered) = (self.spikes.get(index), self.of_gram()) else { return f64::INFINITY };
        let mut powers = self.powers.clone();
        powers.push(spike.alignment[place].0);
        powers.sort_unstable();
        powers.dedup();
        let sampled = fourth(&powers) / self.step.samples;
        if [scattered, sampled].into_iter().any(|share| share.is_nan() || share > MOST) {
            return f64::INFINITY;
        }
        let (own, n) = (spike.singular_value, self.step.samples);
        let turned = |other: f64| (own * other / (own * own - other * other)).powi(2);
        let of_gram = scattered * self.others(index).map(turned).sum::<f64>();
        let neighbours = self.others(index).chain([self.step.bulk_edge()]);
        let of_bulk = self.of_bulk() * n * neighbours.map(|other| (own - other).powi(-2)).sum::<f64>();
        sampled + of_gram + of_bulk
    }
}

/// As many powers as outliers, those with which their left vectors have the largest squared cosines together.
fn leading(spikes: &[FiniteSpike]) -> Vec<usize> {
    let total = |place: usize| spikes.iter().map(|spike| spike.alignment[place].2).sum::<f64>();
    let listed = spikes.first().map_or(0, |spike| spike.alignment.len());
    let mut places: Vec<usize> = (0..listed).collect();
    places.sort_by(|a, b| total(*b).total_cmp(&total(*a)));
    places.into_iter().take(spikes.len()).map(|place| spikes[0].alignment[place].0).collect()
}

/// V = E |g|⁴ − K over orthonormal functions of the span of these powers: E (pᵀ G⁻¹ p)² − K.
fn fourth(powers: &[usize]) -> f64 {
    let size = powers.len();
    let norm = |k: usize| moment(2 * k).sqrt();
    let gram = Mat::from_fn(size, size, |j, k| moment(powers[j] + powers[k]) / (norm(powers[j]) * norm(powers[k])));
    let well = SelfAdjointEigen::new(gram.as_ref(), faer::Side::Lower)
        .is_ok_and(|eigen| eigen.S().column_vector().iter().all(|value| *value > 1e-9));
    if !well {
        return if size == 0 { 0.0 } else { f64::INFINITY };
    }
    let inverse = gram.partial_piv_lu().inverse();
    let pairs = || (0..size).flat_map(|j| (0..size).map(move |k| (j, k)));
    let scaled = |j: usize, k: usize| inverse[(j, k)] / (norm(powers[j]) * norm(powers[k]));
    let term = |(a, b): (usize, usize), (c, d): (usize, usize)| {
        scaled(a, b) * scaled(c, d) * moment(powers[a] + powers[b] + powers[c] + powers[d])
    };
    pairs().flat_map(|first| pairs().map(move |second| (first, second))).map(|(first, second)| term(first, second)).sum::<f64>()
        - size as f64
}

#[cfg(test)]
mod tests {
    use super::fourth;

    /// z: E z⁴ − 1. z and z²: with g_2 = z²/√3 they are orthonormal, and E (z² + z⁴/3)² − 2 = 3 + 10 + 105/9 − 2. z and z³ span h_1
    /// and h_3: E (h_1² + h_3²)² − 2 = 3 + 2 E z² h_3² + E h_3⁴ − 2 = 3 + 2·7 + 93 − 2.
    #[test]
    fn fourth_moments_are_known() {
        let known = [(vec![1], 2.0), (vec![1, 2], 11.0 + 105.0 / 9.0), (vec![1, 3], 110.0 - 2.0)];
        for (powers, value) in known {
            assert!((fourth(&powers) - value).abs() < 1e-9 * value, "{powers:?}: {}", fourth(&powers));
        }
    }
}
