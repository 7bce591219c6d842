//! What feature matrices of given dimensions have otherwise than their law: eigenvalues that a perturbation of finite rank moves, candidates
//! near their thresholds, and what f adds beyond its linear part.

use rug::Rational;

use super::answers::Answers;
use super::blurred::{Rest, variances};
use super::error::TheoryError;
use super::features::{Drawn, FeaturesAnswers};
use super::finite_size;
use super::prediction;
use crate::activation::Function;
use crate::compare::FiniteSize;
use crate::model::Entries;
use crate::spikes::Outlier;

const LATTICE: &str = "the pre-activations are points of a lattice, by whose parity a jump of f may make an outlier of its own";

/// Of a mean, and of the norms on the one side and on the other.
const PERTURBATIONS: usize = 3;

impl FeaturesAnswers<'_> {
    /// For matrices of dimensions n1, n0 and m.
    ///
    /// # Errors
    /// As the candidates.
    pub(super) fn finite_size(
        &self,
        simulated: &Function,
        [n1, n0, m]: [usize; 3],
        drawn: Drawn,
    ) -> Result<FiniteSize, TheoryError> {
        let spread = |entries: &Entries| (entries.kurtosis.to_f64() - 1.0) / n0 as f64;
        let free = drawn == Drawn::AsTheyAre;
        let norms = if free { self.entries().map(spread).into_iter().fold(0.0, f64::max) } else { 0.0 };
        let blurred = if self.model.has_bias() { None } else { self.blurred(simulated, [n1, n0, m], norms) };
        let near_one = self.near_one([n1, n0, m], drawn)?.then(|| prediction::NEAR_ONE.to_owned());
        let on_a_lattice = finite_size::jumps_on_a_lattice(&self.work, &self.model, simulated)?.then(|| LATTICE.to_owned());
        let rare = || finite_size::rare_values(simulated, self.scales()[0], [n1, m], n1.max(n0).max(m));
        let unlisted = near_one.or(on_a_lattice).or_else(rare);
        Ok(FiniteSize { loose: PERTURBATIONS, blurred, unlisted, ..FiniteSize::default() })
    }

    /// The mass, from 0 on, of the part of f that is not linear where that is wider than its sample, and why.
    fn blurred(&self, simulated: &Function, [n1, n0, m]: [usize; 3], norms: f64) -> Option<(f64, String)> {
        let samples = n1.min(m);
        let has_linear = self.curve_data().is_none_or(|data| !data.parameters.theta2.is_exact_zero());
        let linear = if has_linear { n0 } else { 0 };
        Rest {
            f: simulated,
            tau: self.tau64(),
            variances: variances(samples as f64 / n0 as f64, samples),
            surplus: n1.max(m) as f64 / samples as f64,
            norms,
            mass: if linear < samples { 1.0 - linear as f64 / n1 as f64 } else { 0.0 },
            n: n1.max(n0).max(m),
        }
        .blurred()
    }

    /// Whether an absorbed candidate for an outlier of these matrices may stand out: near its threshold, or where there are gaps, whose own
    /// thresholds are not known.
    fn near_one(&self, [n1, n0, m]: [usize; 3], drawn: Drawn) -> Result<bool, TheoryError> {
        if self.is_given() {
            return Ok(false);
        }
        let even = self.entries().map(|entries| Entries { kurtosis: Rational::from(1), ..entries.clone() });
        let entries = if drawn == Drawn::AsTheyAre { self.entries() } else { even.each_ref() };
        let has_gaps = self.law()?.ends()?.len() > 1;
        let least = if has_gaps { 0.0 } else { 1.0 - prediction::near_a_threshold(n1.min(n0).min(m)) };
        let strength = |outlier: &Outlier| (&outlier.strength / &outlier.threshold).to_f64();
        let near = |outlier: Outlier| outlier.position.is_none() && strength(&outlier) > least;
        Ok(self.candidates(Some(n1), entries)?.into_iter().flatten().any(near))
    }
}
