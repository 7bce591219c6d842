//! Outliers along the all-ones direction, against every zero of the recursion of Wang, Wu and Fan (2024) that a fine grid of doubles
//! sees: number, point, position and alignment, whatever the ratios; and what a spike has to cross.

use std::ops::{Add, Div, Mul, Neg};

use proptest::prelude::*;
use serde_json::Value;

#[path = "common/asking.rs"]
mod asking;

use asking::{answer, complaint, number};

/// A value and its derivative in λ.
#[derive(Clone, Copy, Debug)]
struct Dual(f64, f64);

impl Add for Dual {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0, self.1 + other.1)
    }
}

impl Mul for Dual {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0, self.0 * other.1 + self.1 * other.0)
    }
}

impl Div for Dual {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        Self(self.0 / other.0, (self.1 * other.0 - self.0 * other.1) / (other.0 * other.0))
    }
}

impl Neg for Dual {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0, -self.1)
    }
}

fn real(value: f64) -> Dual {
    Dual(value, 0.0)
}

/// A kernel: the population below, γ_0 (0 for a given input), and b², a² and γ of each layer.
#[derive(Clone, Debug)]
struct Deep {
    population: Vec<[f64; 2]>,
    first: f64,
    layers: Vec<[f64; 3]>,
}

/// The top level over a point.
struct Top {
    position: Dual,
    /// b² e(K − z)⁻¹e of the level below, inverted, plus θ.
    determinant: Dual,
    /// 1/e(K − z)⁻¹e.
    inverse: Dual,
    /// Whether dz_l/dλ > 0 at every level.
    outside: bool,
}

impl Deep {
    /// Theory B 5.4: 1/F_l = (1 + γ_l q_l)(b² /F_(l−1) + θ_l), θ_l = a² (m₂(μ_(l−1)) − 1).
    fn top(&self, lambda: f64) -> Top {
        let point = Dual(lambda, 1.0);
        let (mut q, mut r) = (real(0.0), real(0.0));
        for [value, weight] in &self.population {
            let term = real(*weight) / (point + real(-value));
            q = q + real(*value) * term;
            r = r + term;
        }
        let factor = real(1.0) + real(self.first) * q;
        let mut z = point * factor;
        r = r / factor;
        let mut top = Top { position: z, determinant: real(f64::NAN), inverse: -(real(1.0) / r), outside: z.1 > 0.0 };
        let second: f64 = self.population.iter().map(|[value, weight]| value * value * weight).sum();
        let mut excess = second - 1.0 + self.first;
        for [share, curvature, gamma] in &self.layers {
            let [slope, offset] = [*share, 1.0 - share].map(real);
            let below = r / slope;
            q = q + offset * below;
            let factor = real(1.0) + real(*gamma) * q;
            z = (slope * z + offset) * factor;
            r = below / factor;
            let determinant = slope * top.inverse + real(curvature * excess);
            top = Top { position: z, determinant, inverse: factor * determinant, outside: top.outside && z.1 > 0.0 };
            excess = share * share * excess + gamma;
        }
        top
    }

    /// Zeros of the determinant off the support that two neighbours of a fine grid tell: it falls wherever it is finite.
    fn seen(&self) -> Vec<f64> {
        let mut places: Vec<f64> = self.population.iter().map(|[value, _]| *value).collect();
        places.push(1.0 - self.first);
        let steps = (0..6000).map(|k| 10f64.powf(f64::from(k) / 600.0 - 6.0));
        let mut grid: Vec<f64> =
            steps.flat_map(|step| places.iter().flat_map(move |place| [place - step, place + step])).collect();
        let reach = 5.0 + 3.0 * self.layers.iter().map(|layer| layer[2]).fold(self.first, f64::max);
        grid.extend((0..20000).map(|k| reach * (f64::from(k) / 10000.0 - 1.0)));
        grid.sort_by(f64::total_cmp);
        let tops: Vec<(f64, Top)> = grid.into_iter().map(|lambda| (lambda, self.top(lambda))).collect();
        let mut found = Vec::new();
        for pair in tops.windows(2) {
            let [(low, below), (high, above)] = pair else { continue };
            let rises = above.position.0 > below.position.0;
            if below.outside && above.outside && rises && below.determinant.0 > 0.0 && above.determinant.0 < 0.0 {
                found.push(self.zero(*low, *high));
            }
        }
        found.retain(|lambda| self.top(*lambda).outside && self.top(*lambda).determinant.0.abs() < 1e-6);
        found
    }

    fn zero(&self, mut low: f64, mut high: f64) -> f64 {
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if self.top(middle).determinant.0 > 0.0 { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    }

    /// How far inside its gap a point is, relatively.
    fn margin(&self, lambda: f64) -> f64 {
        let stays = |step: f64| [-step, step].iter().all(|step| self.top(lambda + step * lambda.abs().max(1e-3)).outside);
        (1..40).map(|k| 2f64.powi(-k)).find(|step| stays(*step)).unwrap_or(0.0)
    }

    fn typed(&self) -> String {
        let list = |index: usize| {
            let column: Vec<String> = self.layers.iter().map(|layer| format!("{:?}", layer[index])).collect();
            format!("[{}]", column.join(", "))
        };
        let (first, population) = if self.first > 0.0 {
            (format!("[{:?}, {}", self.first, &list(2)[1..]), String::new())
        } else {
            (list(2), format!(", population = {:?}", self.population))
        };
        format!("kernel(b2 = {}, a2_squared = {}, gamma = {first}{population})", list(0), list(1))
    }
}

/// The surviving uninformative spikes of a kernel.
fn outliers(model: &str) -> Vec<Value> {
    let spikes = answer(&format!("spikes({model})"));
    spikes.as_array().expect("a list").iter().filter(|spike| spike["survives"] == true).cloned().collect()
}

/// A layer: b² and a² in sixteenths, γ from narrow to wide, above 1 as often as below.
fn layer() -> impl Strategy<Value = [f64; 3]> {
    let gamma = prop::sample::select(&[0.015625, 0.03125, 0.125, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0, 8.0][..]);
    (1u32..=16, 0.0..=1.0f64, gamma).prop_map(|(share, part, gamma)| {
        let share = f64::from(share) / 16.0;
        let rest = (part * 64.0).round() / 64.0;
        [share, (1.0 - share) * rest, gamma]
    })
}

fn deep() -> impl Strategy<Value = Deep> {
    let input = prop_oneof![
        prop::sample::select(&[0.25, 0.5, 0.75, 1.5, 2.0, 4.0, 8.0][..]).prop_map(|first| (vec![[1.0, 1.0]], first)),
        Just((vec![[0.0, 0.25], [0.5, 0.25], [1.75, 0.5]], 0.0)),
        Just((vec![[0.5, 0.75], [2.5, 0.25]], 0.0)),
    ];
    (input, prop::collection::vec(layer(), 1..5)).prop_map(|((population, first), layers)| Deep { population, first, layers })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// What the grid sees is found, and what is found is a zero off the support, with its position and alignment.
    #[test]
    fn every_outlier_along_the_ones_is_found(deep in deep()) {
        prop_assume!(deep.layers.iter().any(|layer| layer[1] > 0.0));
        let found = outliers(&deep.typed());
        let shift = if deep.first > 0.0 { 1.0 } else { 0.0 };
        let points: Vec<f64> = found.iter().map(|spike| number(&spike["strength"]) + shift).collect();
        for lambda in deep.seen() {
            // doubles do not tell the atom at 0, where a layer without E f'' has its own zero, from an outlier
            let top = deep.top(lambda);
            if deep.margin(lambda) < 1e-4 || top.position.0.abs() < 1e-9 {
                continue;
            }
            let near = points.iter().any(|point| (point - lambda).abs() < 1e-6 * lambda.abs().max(1.0));
            prop_assert!(near, "{}: {} at {} among {:?}", deep.typed(), lambda, top.position.0, points);
        }
        for (spike, lambda) in found.iter().zip(points) {
            let margin = deep.margin(lambda);
            if margin < 1e-4 {
                continue;
            }
            let top = deep.top(lambda);
            prop_assert!(top.outside, "{}: {}", deep.typed(), spike);
            // one step of Newton's method from the printed digits
            let step = top.determinant.0 / top.determinant.1;
            prop_assert!(step.abs() < 1e-9 * lambda.abs().max(1.0), "{}: {}", deep.typed(), spike);
            let position = number(&spike["position"]);
            prop_assert!(position > 0.0 && (position - top.position.0).abs() < 1e-8 * position, "{}: {}", deep.typed(), spike);
            let alignment = number(&spike["alignment"]);
            let wanted = -top.position.1 / top.inverse.1;
            prop_assert!((alignment - wanted).abs() < 1e-6 && alignment > 0.0 && alignment < 1.0, "{}: {} {}", deep.typed(), spike, wanted);
        }
    }

    /// The thresholds of a survivor are the ends of its gap: between them it is outside the support at every level, and beyond each
    /// of them it is not.
    #[test]
    fn thresholds_are_the_ends_of_the_gap(deep in deep()) {
        prop_assume!(deep.layers.iter().any(|layer| layer[1] > 0.0));
        let shift = if deep.first > 0.0 { 1.0 } else { 0.0 };
        for spike in outliers(&deep.typed()) {
            let lambda = number(&spike["strength"]) + shift;
            let listed = match &spike["threshold"] {
                Value::Array(pair) => pair.iter().map(number).collect(),
                one => vec![number(one)],
            };
            prop_assert!(number(&spike["margin"]) > 0.0, "{}: {}", deep.typed(), spike);
            for end in listed.into_iter().map(|end: f64| end + shift) {
                for share in [0.001, 0.25, 0.5, 0.75, 0.999] {
                    prop_assert!(deep.top(lambda + (end - lambda) * share).outside, "{}: {}", deep.typed(), spike);
                }
                prop_assert!(!deep.top(lambda + (end - lambda) * 1.001).outside, "{}: {}", deep.typed(), spike);
            }
        }
    }
}

/// Roots below −γ_0, where z_0 < 0 and the position is positive all the same: theory B 5.4 by an independent scan.
#[test]
fn outliers_below_everything_of_the_input() {
    for (f, gamma, wanted) in [
        ("[exp(x/2), softplus(x)]", "[2, 6, 0.02]", [-6.18553, 0.530000, 0.71534]),
        ("[relu(x), relu(x)]", "[4, 8, 0.05]", [-7.36630, 1.560206, 0.14987]),
        ("[sin(x), softplus(x)]", "[0.7, 1.8, 0.2]", [-1.93156, 0.134620, 0.11311]),
    ] {
        let found = outliers(&format!("kernel({f}, gamma = {gamma})"));
        assert_eq!(found.len(), 1, "{f}");
        for (field, wanted) in ["strength", "position", "alignment"].into_iter().zip(wanted) {
            assert!((number(&found[0][field]) - wanted).abs() < 6e-6, "{f}: {field} of {}", found[0]);
        }
    }
}

/// One end, a pair, or the nearest end of all; never a negative eigenvalue of a population.
#[test]
fn thresholds_are_possible_strengths() {
    let spike = |source: &str| answer(&format!("spikes({source})[0]"));
    let relu = spike("kernel(relu(x), gamma = [6, 1/10])");
    assert!((number(&relu["threshold"][0]) + 5.87228).abs() < 1e-5 && (number(&relu["threshold"][1]) + 2.51027).abs() < 1e-5);
    let strength = number(&relu["strength"]);
    assert!((number(&relu["margin"]) - (number(&relu["threshold"][0]) / strength - 1.0)).abs() < 1e-9, "{relu}");
    let given = spike("kernel(x, gamma = [1/10], population = [[2/5, 1/2], [8/5, 1/2]], signal = [1])");
    assert_eq!(given["layers"][0]["threshold"], serde_json::json!([0.4, 1.6]));
    assert!(complaint("spikes(covariance([1], gamma = 1/2, spikes = [-1]))").contains("negative"));
    // below the lowest edge there would be negative variances only; each layer takes the edge further away, and none jumps
    let lowest = spike("kernel(tanh(x), gamma = [2/3, 1/2, 2/5], signal = [-9/10])");
    let ends: Vec<f64> = (0..3).map(|layer| number(&lowest["layers"][layer]["threshold"])).collect();
    assert!((ends[0] + (2f64 / 3.0).sqrt()).abs() < 1e-12 && ends[0] > ends[1] && ends[1] > -1.0 && ends[2] < -1.0, "{ends:?}");
    let deeper = spike("kernel(tanh(x), gamma = [2/3, 1/2, 39/100], signal = [-9/10])");
    assert!((number(&deeper["threshold"]) - ends[2]).abs() < 0.01, "{deeper}");
    // rank above 1: nothing lies below the bulk but 0, so that the upper edge is what has to be crossed
    let small = spike("covariance([[1, 1/2], [4, 1/2]], gamma = 2, spikes = [1/100])");
    let top = spike("covariance([[1, 1/2], [4, 1/2]], gamma = 2, spikes = [100])");
    assert_eq!(small["threshold"], top["threshold"]);
    // closed between the atoms 1 and 2: the end of the support that is nearer
    let ends =
        ["1/10", "9"].map(|value| number(&spike(&format!("covariance([1, 2], gamma = 1/2, spikes = [{value}])"))["threshold"]));
    let middle = number(&spike("covariance([1, 2], gamma = 1/2, spikes = [3/2])")["threshold"]);
    let nearer = if 1.5 - ends[0] < ends[1] - 1.5 { ends[0] } else { ends[1] };
    assert_eq!(middle, nearer);
}
