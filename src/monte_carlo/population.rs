//! The eigenvalues of a population of n: its spikes first, then its quantiles at (k + ½)/(n − number of spikes).
//!
//! Atoms stand in their proportions; a power law has the quantile function x = low e^(s^(−1) ln(1 + p (e^(s ln(high/low)) − 1))),
//! s = 1 − a, and low (high/low)^p for a = 1.

use super::SimulationError;
use crate::model::{Population, PowerLaw};

/// Why the law of an earlier model is not drawn as it is.
const LAW: &str = "the law of an earlier model is drawn by its quantiles: theory::drawable puts them in its place";
/// Points behind the mean of a power law: its error is of the order of their inverse square.
const MEAN_POINTS: usize = 1 << 16;

/// A population that is drawn.
pub(super) enum Drawn {
    /// Values and cumulative weights.
    Atoms(Vec<[f64; 2]>),
    /// The power s = 1 − a, the lower end and ln(high/low).
    Power([f64; 3]),
}

impl Drawn {
    /// From plain data.
    ///
    /// # Errors
    /// [`SimulationError::NotDrawn`] for the law of an earlier model.
    pub fn new(population: &Population) -> Result<Self, SimulationError> {
        match population {
            Population::Atoms(law) => Ok(Self::Atoms(cumulative(&law.atoms))),
            Population::Power(PowerLaw { a, low, high, unit_mean, .. }) => {
                let [power, low, high] = [a, low, high].map(rug::Rational::to_f64);
                let own = [1.0 - power, low, (high / low).ln()];
                let points = (0..MEAN_POINTS).map(|k| power_quantile(own, (k as f64 + 0.5) / MEAN_POINTS as f64));
                let mean = if *unit_mean { points.sum::<f64>() / MEAN_POINTS as f64 } else { 1.0 };
                Ok(Self::Power([own[0], own[1] / mean, own[2]]))
            }
            Population::Law(_) => Err(SimulationError::NotDrawn(LAW)),
        }
    }

    /// The spikes, and the quantiles of the others.
    pub fn eigenvalues(&self, spikes: &[f64], n: usize) -> Vec<f64> {
        let rest = n.saturating_sub(spikes.len());
        let quantile = |k: usize| {
            let p = (k as f64 + 0.5) / rest as f64;
            match self {
                Self::Atoms(atoms) => atoms
                    .get(atoms.partition_point(|[_, reached]| p >= *reached))
                    .or(atoms.last())
                    .map_or(0.0, |[value, _]| *value),
                Self::Power(law) => power_quantile(*law, p),
            }
        };
        spikes.iter().copied().chain((0..rest).map(quantile)).collect()
    }
}

/// Values and cumulative weights.
fn cumulative(atoms: &[[rug::Rational; 2]]) -> Vec<[f64; 2]> {
    let mut reached = 0.0;
    let atom = |[value, weight]: &[rug::Rational; 2]| {
        reached += weight.to_f64();
        [value.to_f64(), reached]
    };
    atoms.iter().map(atom).collect()
}

fn power_quantile([power, low, length]: [f64; 3], p: f64) -> f64 {
    let stretched = power * length;
    if stretched == 0.0 { low * (p * length).exp() } else { low * ((p * stretched.exp_m1()).ln_1p() / power).exp() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// F(x) = ∫ t^(−a) dt over [low, x] over the same over [low, high], by the midpoint rule.
    #[test]
    fn quantiles_of_a_power_law_have_its_distribution() {
        for (a, low, high) in [(2.0f64, 0.5f64, 8.0f64), (1.0, 1.0, 100.0), (-3.0, 0.25, 1.0), (0.5, 1.0, 4.0)] {
            let mass = |end: f64| -> f64 {
                let count = 20_000;
                let step = (end - low) / f64::from(count);
                (0..count).map(|k| (low + (f64::from(k) + 0.5) * step).powf(-a) * step).sum()
            };
            for p in [0.01, 0.3, 0.5, 0.97] {
                let x = power_quantile([1.0 - a, low, (high / low).ln()], p);
                assert!((mass(x) / mass(high) - p).abs() < 1e-6, "{a} {p}: {x}");
            }
        }
    }

    #[test]
    fn atoms_stand_in_their_proportions_after_the_spikes() {
        let drawn = Drawn::Atoms(vec![[1.0, 0.25], [4.0, 1.0]]);
        assert_eq!(drawn.eigenvalues(&[9.0], 9), [9.0, 1.0, 1.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0]);
    }
}
