//! Layers whose neurons differ: the means of the layer below, and biases, are a Gaussian bias b of each neuron, which has a slope a(b) =
//! (E f′(τZ + b))² and a variance r(b) that is not linear. In doubles.
//!
//! For a layer of N neurons on N′ with κ′ and D′ below, κ is the root of a decreasing function, and D follows:
//!
//! 1/κ′ = (N/N′) E_b a/(r + κ + a t),   t = κ′ D′/N′,   D = N E_b (r + a t)/(r + κ + a t).
//!
//! Where neurons are alike this is the step of [`Chain`](super::Chain). The mean of the last layer is a direction that costs no penalty, an
//! intercept, and centred labels have none.

use super::chain::Atom;
use super::errors::Errors;

/// Steps of each search.
const STEPS: usize = 200;
/// ln κ_0 beyond the least one at which test errors are first looked at, and how far apart.
const ORDERS: [f64; 2] = [-25.0, 25.0];
const SPACING: f64 = 0.25;
/// The step in ln κ_0 of a difference quotient of fourth order.
const DIFFERENCE: f64 = 0.01;
/// Test errors that differ by less are equal to what doubles tell.
const ROUNDING: f64 = 1e-12;

/// Neurons of one bias.
#[derive(Clone, Copy, Debug)]
pub struct Neurons {
    /// Their share.
    pub share: f64,
    /// a.
    pub slope: f64,
    /// r.
    pub rest: f64,
}

/// A layer.
#[derive(Clone, Debug)]
pub struct Mixed {
    /// Its number of neurons.
    pub width: f64,
    /// That of the layer below.
    pub below: f64,
    /// Its neurons.
    pub neurons: Vec<Neurons>,
}

/// What the errors depend on, as in [`Chain`](super::Chain).
#[derive(Clone, Debug)]
pub struct MixedChain {
    /// Eigenvalues at the bottom.
    pub atoms: Vec<Atom<f64>>,
    /// What of E y² no atom holds.
    pub outside: f64,
    /// The layers, the lowest first.
    pub layers: Vec<Mixed>,
    /// The number of samples.
    pub samples: f64,
}

/// The best ridge of a chain.
#[derive(Clone, Copy, Debug)]
pub struct MixedBest {
    /// The ridge, 0 or ∞ where an end is best.
    pub ridge: f64,
    /// By how much rounding may move it.
    pub error: f64,
    /// The test error there.
    pub test: f64,
}

/// κ and D of a level with their derivatives in κ_0.
#[derive(Clone, Copy, Debug)]
struct Level {
    penalty: [f64; 2],
    freedom: [f64; 2],
}

/// Σ share g/(r + κ + a t)^k.
fn sum(neurons: &[Neurons], [kappa, t]: [f64; 2], power: i32, g: impl Fn(&Neurons) -> f64) -> f64 {
    neurons.iter().map(|one| one.share * g(one) / (one.rest + kappa + one.slope * t).powi(power)).sum()
}

impl Mixed {
    /// The level above one; none where its penalty would not be positive.
    fn above(&self, Level { penalty, freedom }: Level) -> Option<Level> {
        let t = penalty[0] * freedom[0] / self.below;
        let slope = (penalty[1] * freedom[0] + penalty[0] * freedom[1]) / self.below;
        let scale = penalty[0] * self.width / self.below;
        let excess = |kappa: f64| scale * sum(&self.neurons, [kappa, t], 1, |one| one.slope) - 1.0;
        let is_positive = excess(0.0) > 0.0;
        if !is_positive {
            return None;
        }
        // the mean of a is an upper end, the function being at most scale E a/κ
        let (mut low, mut high) = (0.0, scale * self.neurons.iter().map(|one| one.share * one.slope).sum::<f64>());
        let mut kappa = high;
        for _ in 0..STEPS {
            let value = excess(kappa);
            if value > 0.0 {
                low = kappa;
            } else {
                high = kappa;
            }
            let fall = scale * sum(&self.neurons, [kappa, t], 2, |one| one.slope);
            let next = kappa + value / fall;
            let next = if next > low && next < high { next } else { f64::midpoint(low, high) };
            if (next - kappa).abs() <= f64::EPSILON * kappa || next <= low || next >= high {
                break;
            }
            kappa = next;
        }
        let at = [kappa, t];
        let [first, second] = [1, 2].map(|power| sum(&self.neurons, at, power, |one| one.slope));
        let squares = sum(&self.neurons, at, 2, |one| one.slope.powi(2));
        let [plain, plain_second] = [1, 2].map(|power| sum(&self.neurons, at, power, |_| 1.0));
        let rise = (penalty[1] * first / penalty[0] - squares * slope) / second;
        let used = -rise * plain + kappa * (plain_second * rise + second * slope);
        Some(Level { penalty: [kappa, rise], freedom: [self.width * (1.0 - kappa * plain), self.width * used] })
    }
}

impl MixedChain {
    /// The levels at κ_0 with H and H′; none where a penalty would not be positive, or D_L not below n.
    fn levels(&self, kappa: f64) -> Option<(Vec<Level>, [f64; 2])> {
        let (mut freedom, mut loss) = ([0.0; 2], [self.outside, 0.0]);
        for Atom { value, weight, energy } in &self.atoms {
            let whole = value + kappa;
            freedom = [freedom[0] + weight / whole, freedom[1] - weight / whole.powi(2)];
            loss = [loss[0] + energy * kappa / whole, loss[1] + energy * value / whole.powi(2)];
        }
        let mut levels = vec![Level { penalty: [kappa, 1.0], freedom }];
        for layer in &self.layers {
            levels.push(layer.above(levels[levels.len() - 1])?);
        }
        (levels[levels.len() - 1].freedom[0] < self.samples).then_some((levels, loss))
    }

    /// κ_0 at a ridge, of the ridge 0 the least one; none where it is not found.
    fn penalty(&self, ridge: f64) -> Option<f64> {
        let is_beyond = |kappa: f64| self.ridge(kappa).is_some_and(|found| found > ridge);
        let (mut low, mut high) = (0.0f64, 1.0f64);
        while !is_beyond(high) {
            (low, high) = (high, 4.0 * high);
            if high > f64::MAX / 16.0 {
                return None;
            }
        }
        for _ in 0..STEPS {
            let middle = if low < high / 4.0 { (low * high).sqrt().max(high / 1024.0) } else { f64::midpoint(low, high) };
            if middle <= low || middle >= high {
                break;
            }
            if is_beyond(middle) { high = middle } else { low = middle }
        }
        Some(high)
    }

    /// The ridge at κ_0; none below the least κ_0.
    fn ridge(&self, kappa: f64) -> Option<f64> {
        let (levels, _) = self.levels(kappa)?;
        let top = levels[levels.len() - 1];
        Some(top.penalty[0] * (1.0 - top.freedom[0] / self.samples))
    }

    /// All errors at a ridge, at 0 in the limit; none where κ_0 is not found.
    #[must_use]
    pub fn errors(&self, ridge: f64) -> Option<Errors<f64>> {
        self.at(self.penalty(ridge)?)
    }

    /// Where the test error is least: from the least κ_0, with the test error there unless it is infinite; `whole` is the error of learning
    /// nothing. None where it is not found.
    #[must_use]
    pub fn best(&self, lowest: f64, at_lowest: Option<f64>, whole: f64) -> Option<MixedBest> {
        let scale = lowest.max(1.0);
        let place = |order: f64| lowest + scale * order.exp();
        let test = |order: f64| self.at(place(order)).map(|errors| *errors.test()).filter(|test| test.is_finite());
        let count = ((ORDERS[1] - ORDERS[0]) / SPACING) as i32;
        let least = (0..=count)
            .map(|k| ORDERS[0] + SPACING * f64::from(k))
            .filter_map(|order| Some((order, test(order)?)))
            .min_by(|a, b| a.1.total_cmp(&b.1));
        let (order, _) = least?;
        let slope = |order: f64| -> Option<f64> {
            let at = |k: f64| test(order + k * DIFFERENCE);
            Some(8.0 * (at(1.0)? - at(-1.0)?) - (at(2.0)? - at(-2.0)?))
        };
        let [mut low, mut high] = [order - SPACING, order + SPACING];
        for _ in 0..STEPS {
            let middle = f64::midpoint(low, high);
            if middle <= low || middle >= high {
                break;
            }
            if slope(middle)? > 0.0 { high = middle } else { low = middle }
        }
        let [ridge, inside] = [self.ridge(place(high))?, test(high)?];
        let is_best = |test: &f64| *test <= inside * (1.0 + ROUNDING);
        if let Some(test) = at_lowest.filter(is_best).filter(|test| *test < whole) {
            return Some(MixedBest { ridge: 0.0, error: 0.0, test });
        }
        if whole <= inside * (1.0 + ROUNDING) {
            return Some(MixedBest { ridge: f64::INFINITY, error: 0.0, test: whole });
        }
        // where rounding of the errors by ROUNDING moves a zero of their slope to, and the difference quotient
        let bend = (test(high + DIFFERENCE)? - 2.0 * inside + test(high - DIFFERENCE)?) / DIFFERENCE.powi(2);
        let moved = ROUNDING * inside / (DIFFERENCE * bend.max(f64::MIN_POSITIVE)) + DIFFERENCE.powi(4);
        let error = (self.ridge(place(high + moved.min(SPACING)))? - ridge).abs();
        Some(MixedBest { ridge, error, test: inside })
    }

    /// All errors at κ_0; none below the least one.
    fn at(&self, kappa: f64) -> Option<Errors<f64>> {
        let (levels, loss) = self.levels(kappa)?;
        let mut errors = Errors {
            kappa: levels.iter().map(|level| level.penalty[0]).collect(),
            freedom: 0.0,
            left: 0.0,
            loss: loss[0],
            averaged: Vec::new(),
            same_data: Vec::new(),
            inflation: 1.0,
        };
        for Level { penalty, freedom } in levels {
            let pace = penalty[0] / penalty[1];
            let error = loss[0] - pace * loss[1];
            errors.inflation = 1.0 / (1.0 - (freedom[0] + pace * freedom[1]) / self.samples);
            errors.averaged.push(error);
            errors.same_data.push(error * errors.inflation);
            errors.freedom = freedom[0];
        }
        errors.left = 1.0 - errors.freedom / self.samples;
        Some(errors)
    }
}
