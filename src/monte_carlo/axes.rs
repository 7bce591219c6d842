//! Data with given eigenvalues of Σ and M = E r x xᵀ in the same directions: one sample a direction, x_j = √(d λ_j) e_j with the label
//! μ_j/λ_j, so that (1/n) Σ x xᵀ and (1/n) Σ r x xᵀ have these eigenvalues exactly, n = d (Beaglehole, Mitliagkas and Agarwala,
//! arXiv 2402.05271; theory of infinitely many samples for commuting Σ and M).
//!
//! The network has φ = z²/2, of which every φ with E φ′ = 0 ≠ E φ″ has the limit: φ′(w_l·x_j) = √λ_j z_jl with independent N(0, 1).
//! Scalars of a draw: `c_nfc` as in [`EarlyTime`](super::EarlyTime), and `share[i]`, the part of the directions that the i-th atom has.

use super::ansatz::{readout, without_entries};
use super::early_time::{Start, readout_moments};
use super::sizes::ratio;
use super::{Draw, Ensemble, Matrix, Run, Sampler, SimulationError, Sizes, Trial, wide};
use crate::model::{JointAnsatz, Simulation};
use faer::Mat;

const OWN: &str = "ansatz(joint = …) is drawn with the activation x^2/2, whose limit it has: leave activation out";
const VANISHING: &str = "where an eigenvalue of Sigma is 0 there are no samples, and the one of M must be 0 too";

/// Networks on such data.
pub struct AxisDesign {
    /// [λ, μ, weight].
    joint: Vec<[f64; 3]>,
    /// d/k; 0 is infinite width.
    d_over_k: f64,
    readout: Sampler,
}

impl AxisDesign {
    /// The networks of a model.
    ///
    /// # Errors
    /// A readout given by moments, M ≠ 0 where Σ = 0, an activation, laws of entries or of norms.
    pub fn new(model: &JointAnsatz, simulation: &Simulation) -> Result<Self, SimulationError> {
        without_entries(simulation)?;
        if simulation.activation.is_some() {
            return Err(SimulationError::NotDrawn(OWN));
        }
        let joint: Vec<[f64; 3]> = model.joint.iter().map(|atom| atom.each_ref().map(rug::Rational::to_f64)).collect();
        if joint.iter().any(|[lambda, mu, _]| *lambda == 0.0 && *mu != 0.0) {
            return Err(SimulationError::NotDrawn(VANISHING));
        }
        Ok(Self { joint, d_over_k: model.d_over_k.to_f64(), readout: readout(&model.readout)? })
    }

    /// The atom of each direction: the one at the share (j + ½)/d.
    fn atoms(&self, d: usize) -> Vec<usize> {
        let mut reached = 0.0;
        let ends: Vec<f64> = self
            .joint
            .iter()
            .map(|[.., weight]| {
                reached += weight;
                reached
            })
            .collect();
        let last = ends.len() - 1;
        (0..d).map(|j| ends.partition_point(|end| (j as f64 + 0.5) / d as f64 >= *end).min(last)).collect()
    }
}

impl Ensemble for AxisDesign {
    fn name(&self) -> &str {
        "ansatz"
    }

    /// d directions and samples, and the integer nearest to k; at infinite width the neurons of all sets.
    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        let d = n as f64;
        let (name, k) = if self.d_over_k == 0.0 {
            (wide::NEURONS, wide::neurons(n) as f64)
        } else {
            ("k", d / ratio("d_over_k", self.d_over_k)?)
        };
        let dimensions = Sizes::rounded(n, &[("d", d), (name, k)])?;
        let entries = (n as u128) * (n as u128 + 2 * dimensions[1].1 as u128);
        Ok(Sizes { n, dimensions, entries })
    }

    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let (d, width) = (sizes.of("d")?, sizes.get("k"));
        let k = width.map_or_else(|| sizes.of(wide::NEURONS), Ok)?;
        let atoms = self.atoms(d);
        let mut a = vec![0.0; k];
        self.readout.fill(&mut a, &mut trial.stream(Matrix::Readout));
        let z = Sampler::Gaussian.matrix(d, k, &mut trial.stream(Matrix::Weights));
        let root = |j: usize| self.joint[atoms[j]][0].sqrt();
        let label = |atom: &usize| {
            let [lambda, mu, _] = self.joint[*atom];
            if lambda > 0.0 { mu / lambda } else { 0.0 }
        };
        let start = Start {
            x: Mat::from_fn(d, d, |i, j| if i == j { (d as f64).sqrt() * root(i) } else { 0.0 }),
            weights: Mat::from_fn(k, d, |i, j| z[(j, i)] / (d as f64).sqrt()),
            residuals: atoms.iter().map(label).collect(),
            tangents: Mat::from_fn(d, k, |i, l| root(i) * z[(i, l)] * a[l] / (k as f64).sqrt()),
            readout: a,
        };
        run.check()?;
        let c_nfc = if width.is_some() { start.correlation(run)? } else { wide::correlation(&start, run)? };
        let share = |index: usize| {
            let count = atoms.iter().filter(|atom| **atom == index).count();
            (format!("share[{index}]"), count as f64 / d as f64)
        };
        let scalars = std::iter::once(("c_nfc".to_owned(), c_nfc.unwrap_or(f64::NAN)));
        let scalars = scalars.chain((0..self.joint.len()).map(share)).chain(readout_moments(&start.readout));
        Ok(Draw { spectra: Vec::new(), scalars: scalars.collect() })
    }
}
