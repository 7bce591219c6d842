//! Networks of L layers and the eigenvalues of their kernels K_l = X_lᵀX_l, n × n, l = 1 … L.
//!
//! √d_0 X_0 is d_0 × n with independent entries of variance one, X_l = f_l(W_l X_{l−1} + b_l 1ᵀ)/√d_l with W_l of such entries
//! too and b_l of independent N(0, σ_b²) ones; f_l is taken as it is. All of a draw runs on one thread.
//!
//! Reference vectors of the first layer: those of features, the rows being neurons and the columns samples.
//!
//! As for features, the rows of every W_l and the columns of X_0 have their exact norms unless free ones are asked for, and the
//! first layer of the matrices as they are comes after the last layer where outliers are followed.

use super::features::{references, sigma_b, with_exact_norms};
use super::gram::{Reference, activate, spectrum};
use super::sizes::ratio;
use super::{Draw, Ensemble, Matrix, Run, Sampler, SimulationError, Sizes, Spectrum, Trial};
use crate::activation::Program;
use crate::model::{EntryLaw, Kernel, Norms, Simulation};
use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, Par, Scale};

/// Layered kernels that can be drawn.
pub struct LayeredKernels {
    programs: Vec<Program>,
    gamma: Vec<f64>,
    sigma_b: f64,
    entries: Sampler,
    norms: Norms,
    overlaps: bool,
}

impl LayeredKernels {
    /// The ensemble of a model; entries are Gaussian unless `simulation` names another law.
    ///
    /// # Errors
    /// [`SimulationError::OwnActivations`], [`SimulationError::Deviation`].
    pub fn new(model: &Kernel, simulation: &Simulation, overlaps: bool) -> Result<Self, SimulationError> {
        if simulation.activation.is_some() {
            return Err(SimulationError::OwnActivations);
        }
        Ok(Self {
            programs: model.activations.iter().map(Program::new).collect(),
            gamma: model.gamma.iter().map(rug::Rational::to_f64).collect(),
            sigma_b: sigma_b(&Program::new(&model.sigma_b))?,
            entries: simulation.entries.unwrap_or(EntryLaw::Gaussian).into(),
            norms: simulation.norms,
            overlaps,
        })
    }
}

impl Ensemble for LayeredKernels {
    fn name(&self) -> &str {
        "kernel"
    }

    /// n samples, and the integers nearest to n/γ_l: d0, the input dimension, and the widths d1, d2, …
    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        let names: Vec<String> = (0..self.gamma.len()).map(|layer| format!("d{layer}")).collect();
        let mut exact = vec![("n", n as f64)];
        for (name, gamma) in names.iter().zip(&self.gamma) {
            exact.push((name, n as f64 / ratio("gamma", *gamma)?));
        }
        let dimensions = Sizes::rounded(n, &exact)?;
        let d: Vec<u128> = dimensions[1..].iter().map(|(_, size)| *size as u128).collect();
        let weights: u128 = d.windows(2).map(|pair| pair[0] * pair[1]).sum();
        let entries = weights + d.iter().map(|d| d * n as u128).sum::<u128>();
        Ok(Sizes { n, dimensions, entries })
    }

    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let depth = self.programs.len();
        let spectra = match (self.norms, self.overlaps) {
            (Norms::Free, follows) => self.layers(sizes, trial, run, depth, false, follows)?,
            (Norms::Suited, true) => {
                let mut spectra = self.layers(sizes, trial, run, depth, true, false)?;
                spectra.extend(self.layers(sizes, trial, run, 1, false, true)?);
                spectra
            }
            (Norms::Suited | Norms::Exact, _) => self.layers(sizes, trial, run, depth, true, false)?,
        };
        Ok(Draw { spectra, scalars: Vec::new() })
    }
}

impl LayeredKernels {
    /// The spectra of the lowest `depth` layers, with exact norms or without, and with the vectors of the first one or without.
    fn layers(
        &self,
        sizes: &Sizes,
        trial: Trial<'_>,
        run: &Run<'_>,
        depth: usize,
        exact: bool,
        follows: bool,
    ) -> Result<Vec<Spectrum>, SimulationError> {
        let (n, width) = (sizes.of("n")?, |layer: usize| sizes.of(&format!("d{layer}")));
        let drawn = |rows: usize, columns: usize, layer: usize, matrix: Matrix| {
            self.entries.matrix(rows, columns, &mut trial.layer_stream(layer, matrix))
        };
        let mut below = width(0)?;
        let mut data = drawn(below, n, 0, Matrix::Data);
        if exact {
            with_exact_norms(data.as_mut());
        }
        let mut inputs = &data * Scale((below as f64).sqrt().recip());
        let mut spectra = Vec::with_capacity(depth);
        for (layer, program) in (1..=depth).zip(&self.programs) {
            run.check()?;
            let width = width(layer)?;
            let bias = Sampler::Gaussian.matrix(width, 1, &mut trial.layer_stream(layer, Matrix::Bias));
            let mut weights = drawn(width, below, layer, Matrix::Weights);
            if exact {
                with_exact_norms(weights.transpose_mut());
            }
            let mut outputs: Mat<f64> = Mat::from_fn(width, n, |row, _| self.sigma_b * bias[(row, 0)]);
            matmul(outputs.as_mut(), Accum::Add, &weights, &inputs, 1.0, Par::Seq);
            activate(&mut outputs, program)?;
            run.check()?;
            let followed: Vec<Reference> =
                if follows && layer == 1 { references(weights.as_ref(), data.as_ref()) } else { Vec::new() };
            spectra.push(spectrum(&outputs, n, width, &followed, run)?);
            inputs = outputs * Scale((width as f64).sqrt().recip());
            below = width;
        }
        Ok(spectra)
    }
}
