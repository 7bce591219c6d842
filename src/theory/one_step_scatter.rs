//! What samples of finite number do to outliers of a step at second order (docs/mathematics.md, 'The check'): the theory has the expected
//! Gram matrix of its channels, and a draw has Ĝ over n samples on the left and over N neurons on the right.
//!
//! Over orthonormal functions g_1, …, g_K of the span of these powers of z, E |Ĝ − 1|² = V/n with V = E |g|⁴ − K. So F's part of rank K is
//! off by factors near 1 on both sides, of mean square v = V (1/n + 1/N) together. A singular value s_i moves by v/8 of itself through the
//! roots of its own norms, and with each neighbour it is one of two levels, s_i² and s_j², with the coupling √v s_i s_j. What F_0 adds
//! between K left and K right vectors has the mean square ε² = 2 K E σ²/n in √w, w = s²/n, and couples √w_i to √w_j and to the edge of the
//! bulk. Two levels at the distance δ push each other by (√(δ² + 4 ε²) − δ)/2 and turn by the squared sine (1 − δ/√(δ² + 4 ε²))/2: ε²/δ and
//! ε²/δ² while δ is large, and ε and 1/2 at most; a coupling that is spread over the bulk pushes by ε² G with G its Stieltjes transform, finite at
//! the edge. Powers that are not in the outlier have squared cosines of V/n themselves.
//!
//! Beside the edge an outlier is lost in the spread of the largest eigenvalues, δ = (n a)^(−2/3) in w where the density is a √s/π at the
//! distance s from it (Tracy and Widom): within it the mean is off by up to 2 δ, and farther out, where a strength m beyond its threshold lies
//! m² away and the second order of its fluctuation is 1/(n m), by (δ/distance)^½ of that; squared cosines by n^(−1/3) δ/distance.

use faer::Mat;
use faer::linalg::solvers::{DenseSolveCore, SelfAdjointEigen};

use crate::learning::{Features, FiniteSpike, FiniteStep, moment};

/// Gram matrices that are off by more than this in the mean square are not near their limit: then nothing is bounded.
const MOST: f64 = 0.5;

/// The outliers of a step with what they scatter by.
pub(super) struct Scatter<'a> {
    step: &'a FiniteStep,
    /// Whether what couples an outlier to the bulk is taken as spread over it, or all at its edge.
    evenly: bool,
    spikes: Vec<FiniteSpike>,
    /// The powers that the channels are made of.
    powers: Vec<usize>,
}

impl<'a> Scatter<'a> {
    /// With all coupling to the bulk at its edge, the most that it can do.
    pub fn new(step: &'a FiniteStep) -> Self {
        let spikes = step.spikes();
        let powers = match &step.features {
            Features::Powers(list) => list.iter().map(|(power, _)| *power).collect(),
            Features::Average(..) => leading(&spikes),
        };
        Self { step, evenly: false, spikes, powers }
    }

    /// With the coupling to the bulk spread over it, as draws have it on average.
    pub fn evenly(step: &'a FiniteStep) -> Self {
        Self { evenly: true, ..Self::new(step) }
    }

    /// What the bulk does to an outlier here: how far it is pushed, and the squared sine by which it turns.
    fn by_the_bulk(&self, own: f64) -> [f64; 2] {
        let (epsilon, edge) = ((self.of_bulk() * self.step.samples).sqrt(), self.step.bulk_edge());
        if self.evenly { spread(epsilon, own, edge) } else { [pushed(epsilon, own - edge), turned(epsilon, own - edge)] }
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
        let of_gram = |other: f64| pushed(scattered.sqrt() * own * other, (own * own - other * other).abs()) / (2.0 * own);
        let epsilon = (self.of_bulk() * n).sqrt();
        let of_neighbour = |other: f64| of_gram(other) + own.max(other) / own * pushed(epsilon, (own - other).abs());
        0.125 * scattered * own + self.by_the_bulk(own)[0] + self.others(index).map(of_neighbour).sum::<f64>()
    }

    /// By how much the spread of the edge moves the mean of the singular value with this number, and of its squared cosines.
    pub fn of_edge(&self, index: usize) -> [f64; 2] {
        let Some(spike) = self.spikes.get(index) else { return [f64::INFINITY; 2] };
        let (edge, n) = (self.step.bulk_edge(), self.step.samples);
        let spread = n * self.step.edge_spread() / (2.0 * edge);
        let near = (spread / (spike.singular_value - edge)).min(1.0);
        [2.0 * spread * near.sqrt(), near * n.powf(-1.0 / 3.0)]
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
        let of_gram = |other: f64| turned(scattered.sqrt() * own * other, (own * own - other * other).abs());
        let epsilon = (self.of_bulk() * n).sqrt();
        let of_neighbour = |other: f64| of_gram(other) + turned(epsilon, (own - other).abs());
        sampled + self.by_the_bulk(own)[1] + self.others(index).map(of_neighbour).sum::<f64>()
    }
}

/// How far two levels at this distance push each other with this coupling.
pub(super) fn pushed(coupling: f64, distance: f64) -> f64 {
    if coupling > 0.0 { 2.0 * coupling * coupling / (distance.hypot(2.0 * coupling) + distance) } else { 0.0 }
}

/// How far a level is pushed and how far it turns by a coupling ε that is spread over a semicircle up to `edge`: ε² G and x/(1 + x), x = ε² |G′|,
/// G = 2/(s + √(s² − edge²)).
pub(super) fn spread(coupling: f64, own: f64, edge: f64) -> [f64; 2] {
    if coupling == 0.0 {
        return [0.0; 2];
    }
    let root = (own * own - edge * edge).max(0.0).sqrt();
    let push = coupling * coupling * 2.0 / (own + root);
    // |G′| = G/root
    [push, push / (push + root)]
}

/// The squared sine by which they turn.
pub(super) fn turned(coupling: f64, distance: f64) -> f64 {
    if coupling > 0.0 { 0.5 * (1.0 - distance / distance.hypot(2.0 * coupling)) } else { 0.0 }
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
    use super::{fourth, pushed, spread, turned};

    /// The matrix [[1 + δ, ε], [ε, 1]]: its larger eigenvalue, and the squared second entry of its vector.
    #[test]
    fn two_levels_are_those_of_a_matrix() {
        for (coupling, distance) in [(0.3_f64, 0.0_f64), (0.3, 0.2), (0.01, 5.0), (2.0, 0.1)] {
            let found = 1.0 + distance + pushed(coupling, distance);
            let trace_and_determinant = found * found - (2.0 + distance) * found + 1.0 + distance - coupling * coupling;
            assert!(trace_and_determinant.abs() < 1e-12, "{coupling} {distance}: {found}");
            let tangent = (found - 1.0 - distance) / coupling;
            let sine = tangent * tangent / (1.0 + tangent * tangent);
            assert!((turned(coupling, distance) - sine).abs() < 1e-9, "{coupling} {distance}");
        }
    }

    /// Far from the bulk it is one level at 0, and G solves 1/G = s − (R/2)² G.
    #[test]
    fn a_semicircle_is_one_level_from_afar() {
        let [push, turn] = spread(0.3, 50.0, 1.0);
        assert!((push / pushed(0.3, 50.0) - 1.0).abs() < 1e-3 && (turn / turned(0.3, 50.0) - 1.0).abs() < 1e-3);
        let g = spread(1.0, 1.7, 1.2)[0];
        assert!((1.0 / g - (1.7 - 0.36 * g)).abs() < 1e-12);
        assert_eq!(spread(0.3, 1.0, 1.0)[1], 1.0);
    }

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
