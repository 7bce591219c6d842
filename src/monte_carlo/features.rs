//! The feature matrix M = YYᵀ/m, Y = f(W X/√n0 + B), and its n1 eigenvalues (Pennington and Worah 2017; with a bias Piccolo
//! and Schröder, arXiv 2105.05115).
//!
//! W is n1 × n0 and X is n0 × m, independent entries of variances σ_w², σ_x²; phi = n0/m, psi = n0/n1; f acts entry by
//! entry and is taken as it is, not centred. All of a draw runs on one thread.
//!
//! Reference vectors, normalised: `norm_w` has the entries |w_i|²/n0 − σ_w² over the rows of W, `ones_left` is constant over
//! the rows of Y; `norm_x` and `ones_right` are the same for the columns of X and of Y.
//!
//! The spectrum of the law comes first: that of the same W and X with rows and columns stretched to their exact norms, σ_w √n0 and
//! σ_x √n0, unless free norms are asked for. The scalar `theta2` is the square of the coefficient of the entries of W X/√n0, at
//! variance one, in those of Y, on the same matrices. Where outliers are followed, the spectrum of W and X as they are comes second.

use super::gram::{Reference, spectrum};
use super::sizes::ratio;
use super::slope::activate_and_fit;
use super::{Draw, Ensemble, Matrix, Run, Sampler, SimulationError, Sizes, Trial};
use crate::activation::Program;
use crate::model::{Bias, Energies, Features, Norms, Simulation};
use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatMut, MatRef, Par};

/// Random features that can be drawn.
pub struct FeatureMatrices {
    program: Program,
    phi: f64,
    psi: f64,
    sigma_w: f64,
    sigma_x: f64,
    sigma_b: f64,
    bias: Bias,
    entries_w: Sampler,
    entries_x: Sampler,
    norms: Norms,
    overlaps: bool,
}

impl FeatureMatrices {
    /// The ensemble of a model; the averaged equation is simulated with the row bias that it averages over.
    ///
    /// # Errors
    /// [`SimulationError::NoActivation`], [`SimulationError::Deviation`].
    pub fn new(model: &Features, simulation: &Simulation, overlaps: bool) -> Result<Self, SimulationError> {
        let own = match &model.energies {
            Energies::Activation(f) => Some(f),
            Energies::Given { .. } => None,
        };
        let positive = |name, value: f64| match value > 0.0 && value.is_finite() {
            true => Ok(value),
            false => Err(SimulationError::Deviation { name, value, wanted: "positive and finite" }),
        };
        let [entries_w, entries_x] = [&model.entries_w, &model.entries_x]
            .map(|moments| simulation.entries.map_or_else(|| Sampler::with_moments(moments), Sampler::from));
        Ok(Self {
            program: simulation.program(own).ok_or(SimulationError::NoActivation)?,
            phi: model.phi.to_f64(),
            psi: model.psi.to_f64(),
            sigma_w: positive("sigma_w", double(&Program::new(&model.sigma_w)))?,
            sigma_x: positive("sigma_x", double(&Program::new(&model.sigma_x)))?,
            sigma_b: sigma_b(&Program::new(&model.sigma_b))?,
            bias: model.bias,
            entries_w,
            entries_x,
            norms: simulation.norms,
            overlaps,
        })
    }

    /// Y of one trial, norms as they are.
    ///
    /// # Errors
    /// As [`Ensemble::draw`].
    pub fn outputs(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Mat<f64>, SimulationError> {
        let [weights, data] = self.factors(sizes, trial)?;
        Ok(self.outputs_of(&weights, &data, trial, run)?.0)
    }

    /// W and X, entries of variance one.
    fn factors(&self, sizes: &Sizes, trial: Trial<'_>) -> Result<[Mat<f64>; 2], SimulationError> {
        let [n1, n0, m] = [sizes.of("n1")?, sizes.of("n0")?, sizes.of("m")?];
        let weights = self.entries_w.matrix(n1, n0, &mut trial.stream(Matrix::Weights));
        Ok([weights, self.entries_x.matrix(n0, m, &mut trial.stream(Matrix::Data))])
    }

    /// Y of these W and X, and the coefficient of its part that is linear in W X/√n0, whose entries have variance one.
    fn outputs_of(
        &self,
        weights: &Mat<f64>,
        data: &Mat<f64>,
        trial: Trial<'_>,
        run: &Run<'_>,
    ) -> Result<(Mat<f64>, f64), SimulationError> {
        let mut outputs = self.bias_matrix(weights.nrows(), data.ncols(), trial);
        run.check()?;
        let deviation = self.sigma_w * self.sigma_x;
        matmul(outputs.as_mut(), Accum::Add, weights, data, deviation / (data.nrows() as f64).sqrt(), Par::Seq);
        run.check()?;
        let slope = activate_and_fit(&mut outputs, &self.program, deviation)?;
        run.check()?;
        Ok((outputs, slope))
    }

    fn bias_matrix(&self, n1: usize, m: usize, trial: Trial<'_>) -> Mat<f64> {
        let sigma = self.sigma_b;
        if sigma == 0.0 {
            return Mat::zeros(n1, m);
        }
        let mut stream = trial.stream(Matrix::Bias);
        let mut normals = |rows, columns| Sampler::Gaussian.matrix(rows, columns, &mut stream);
        match self.bias {
            Bias::Row | Bias::Averaged => {
                let rows = normals(n1, 1);
                Mat::from_fn(n1, m, |row, _| sigma * rows[(row, 0)])
            }
            Bias::Column => {
                let columns = normals(m, 1);
                Mat::from_fn(n1, m, |_, column| sigma * columns[(column, 0)])
            }
            Bias::Entry => normals(n1, m) * faer::Scale(sigma),
        }
    }
}

impl Ensemble for FeatureMatrices {
    fn name(&self) -> &str {
        "features"
    }

    /// The largest of n1, n0 and m is n. Equal ratios give equal integers.
    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        let shares = [1.0, ratio("phi", self.phi)?.recip(), ratio("psi", self.psi)?.recip()];
        let largest = shares.iter().copied().fold(0.0, f64::max);
        let [n0, m, n1] = shares.map(|share| n as f64 * (share / largest));
        let dimensions = Sizes::rounded(n, &[("n0", n0), ("m", m), ("n1", n1)])?;
        let [n0, m, n1] = [0, 1, 2].map(|index: usize| dimensions[index].clone());
        let [a, b, c] = [n1.1, n0.1, m.1].map(|size| size as u128);
        let entries = a * b + b * c + a * c;
        Ok(Sizes { n: n1.1.max(n0.1).max(m.1), dimensions: vec![n1, n0, m], entries })
    }

    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let [mut weights, mut data] = self.factors(sizes, trial)?;
        run.check()?;
        let spectrum_of = |weights: &Mat<f64>, data: &Mat<f64>, references: &[Reference]| -> Result<_, SimulationError> {
            let (outputs, slope) = self.outputs_of(weights, data, trial, run)?;
            Ok((spectrum(&outputs, outputs.nrows(), outputs.ncols(), references, run)?, slope))
        };
        let (mut spectra, mut slope) = (Vec::new(), 0.0);
        if self.norms == Norms::Free || self.norms == Norms::Suited && self.overlaps {
            let references = if self.overlaps { references(weights.as_ref(), data.as_ref()) } else { Vec::new() };
            let (spectrum, fitted) = spectrum_of(&weights, &data, &references)?;
            spectra.push(spectrum);
            slope = fitted;
        }
        if self.norms != Norms::Free {
            with_exact_norms(data.as_mut());
            with_exact_norms(weights.transpose_mut());
            let (spectrum, fitted) = spectrum_of(&weights, &data, &[])?;
            spectra.insert(0, spectrum);
            slope = fitted;
        }
        Ok(Draw { spectra, scalars: vec![("theta2".to_owned(), slope * slope)] })
    }
}

/// Stretches each column to a mean square of one; a column of zeros stays.
pub(super) fn with_exact_norms(columns: MatMut<'_, f64>) {
    for column in columns.col_iter_mut() {
        let length = column.norm_l2();
        if length > 0.0 {
            let factor = (column.nrows() as f64).sqrt() / length;
            column.iter_mut().for_each(|entry| *entry *= factor);
        }
    }
}

/// The value of a constant.
fn double(constant: &Program) -> f64 {
    let mut value = [0.0];
    constant.apply(&mut value);
    value[0]
}

/// The standard deviation of a bias.
pub(super) fn sigma_b(constant: &Program) -> Result<f64, SimulationError> {
    let value = double(constant);
    match value >= 0.0 && value.is_finite() {
        true => Ok(value),
        false => Err(SimulationError::Deviation { name: "sigma_b", value, wanted: "zero or positive, and finite" }),
    }
}

/// Those of W and X with entries of variance one; a vector that is zero is left out.
pub(super) fn references(weights: MatRef<'_, f64>, data: MatRef<'_, f64>) -> Vec<Reference> {
    let centred_norms = |columns: MatRef<'_, f64>| -> Vec<f64> {
        columns.col_iter().map(|column| column.iter().map(|x| x * x).sum::<f64>() / column.nrows() as f64 - 1.0).collect()
    };
    let list = [
        Reference::new("norm_w", true, centred_norms(weights.transpose())),
        Reference::new("norm_x", false, centred_norms(data)),
        Reference::new("ones_left", true, vec![1.0; weights.nrows()]),
        Reference::new("ones_right", false, vec![1.0; data.ncols()]),
    ];
    list.into_iter().flatten().collect()
}
