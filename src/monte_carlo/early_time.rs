//! The first instant of training the first layer: the centred correlation that it begins with (Beaglehole, Mitliagkas and
//! Agarwala, arXiv 2402.05271).
//!
//! f(x) = k^(−1/2) Σ_j a_j φ(w_j·x), w_j ~ N(0, I_d/d), x ~ N(0, Σ), tr Σ = d, loss (1/2n) Σ (f − y)², residuals r = y, or
//! r = y − f at the start. Rows of Q: q_i = ∂f(x_i)/∂h = k^(−1/2) a ∘ φ′(W x_i). The weights leave with the velocity Ẇ = QᵀRX/n, and the
//! cosine of W̄ᵀW̄ and W̄ᵀKW̄, K = QᵀQ/n, begins at tr(T²K)/√(tr T² tr TKTK), T = ẆẆᵀ (k × k), which is
//! tr(P S P² S)/√(tr PSPS tr P²SP²S), P = QQᵀ, S = RXXᵀR (n × n). The smaller of the two is computed; at infinite width it is taken
//! from several sets of neurons ([`wide`](super::wide)).
//!
//! Scalars of a draw: `c_nfc`; `deficit`, n(1 − c_nfc); `initial_nfc`, the cosine of W_0ᵀW_0 and W_0ᵀKW_0 (undefined from the
//! antisymmetric start, where it is 0/0, and at infinite width); `V`, |Xᵀr|²/n²; `overlap`, the squared cosine of Xᵀr with the
//! teacher's direction; `labels[4]`, the mean of r⁴; `covariance[p]`, tr Σᵖ/d, p = 1 … 6, of the Σ that was drawn; `readout[p]`, the mean
//! of aᵖ over neurons, p = 2, 4, 6, 8.

use super::signals::{product, transposed_product};
use super::sizes::ratio;
use super::training::{Teacher, labels, quantiles, root};
use super::{Draw, Ensemble, Matrix, Run, Sampler, SimulationError, Sizes, Trial, wide};
use crate::activation::Program;
use faer::{ColRef, Mat, MatRef, Scale};

/// What the labels are.
pub enum Labels {
    /// Independent of the samples, with this law times a factor, plus a mean.
    Independent {
        /// Law of mean 0 and variance 1.
        law: Sampler,
        /// The factor.
        scale: f64,
        /// The mean.
        mean: f64,
    },
    /// A function of the first coordinates of a sample.
    Of(Teacher),
}

/// Networks of one hidden layer before their first step.
pub struct EarlyTime {
    /// φ.
    pub activation: Program,
    /// φ′.
    pub derivative: Program,
    /// What is taken off φ in the output at the start.
    pub offset: f64,
    /// n/d, positive, and n/k, where 0 is infinite width; all neurons are counted, also where they stand in pairs.
    pub samples_over: [f64; 2],
    /// The labels.
    pub labels: Labels,
    /// Eigenvalues of Σ and their weights.
    pub covariance: Vec<[f64; 2]>,
    /// Law of a_j.
    pub readout: Sampler,
    /// Whether neurons stand in pairs of opposite readout, so that f = 0 at the start.
    pub antisymmetric: bool,
    /// Whether the output at the start is part of the residuals.
    pub initial_output: bool,
}

/// One network with its samples.
pub struct Start {
    /// X, a sample a row.
    pub x: Mat<f64>,
    /// W.
    pub weights: Mat<f64>,
    /// r.
    pub residuals: Vec<f64>,
    /// Q, a sample a row.
    pub tangents: Mat<f64>,
    /// a.
    pub readout: Vec<f64>,
}

impl EarlyTime {
    /// Draws a network at sizes n, d, k.
    ///
    /// # Errors
    /// Values of the activation, its derivative or the teacher that are not finite; a run that was stopped.
    pub fn start(&self, [n, d, k]: [usize; 3], trial: Trial<'_>, run: &Run<'_>) -> Result<Start, SimulationError> {
        let mut x = Sampler::Gaussian.matrix(n, d, &mut trial.stream(Matrix::Data));
        if let Some(root) = root(&self.covariance, d, trial) {
            x = product(&x, &root);
        }
        let distinct = if self.in_pairs() { k / 2 } else { k };
        let drawn = Sampler::Gaussian.matrix(distinct, d, &mut trial.stream(Matrix::Weights));
        let mut readout = vec![0.0; k];
        self.readout.fill(&mut readout[..distinct], &mut trial.stream(Matrix::Readout));
        for index in distinct..k {
            readout[index] = -readout[index - distinct];
        }
        let weights = Mat::from_fn(k, d, |i, j| drawn[(i % distinct, j)] / (d as f64).sqrt());
        run.check()?;
        let arguments = product(&x, &weights.transpose().to_owned());
        run.check()?;
        let tangents = self.tangents(&arguments, &readout)?;
        let mut residuals = self.labels(&x, trial)?;
        // the pairs of an antisymmetric network cancel without rounding
        if self.initial_output && !self.antisymmetric {
            let outputs = self.outputs(arguments, &readout)?;
            residuals.iter_mut().zip(outputs).for_each(|(r, output)| *r -= output);
        }
        Ok(Start { x, weights, residuals, tangents, readout })
    }

    /// k^(−1/2) a_j φ′(w_j·x_i).
    fn tangents(&self, arguments: &Mat<f64>, readout: &[f64]) -> Result<Mat<f64>, SimulationError> {
        let (mut tangents, root) = (arguments.clone(), (readout.len() as f64).sqrt());
        for (column, a) in readout.iter().enumerate() {
            let slopes = tangents.col_as_slice_mut(column);
            self.derivative.apply(slopes);
            if let Some(row) = slopes.iter().position(|slope| !slope.is_finite()) {
                return Err(SimulationError::SlopeNotFinite { argument: arguments[(row, column)] });
            }
            slopes.iter_mut().for_each(|slope| *slope *= a / root);
        }
        Ok(tangents)
    }

    /// f(x_i).
    fn outputs(&self, mut arguments: Mat<f64>, readout: &[f64]) -> Result<Vec<f64>, SimulationError> {
        super::activate(&mut arguments, &self.activation)?;
        for column in 0..arguments.ncols() {
            arguments.col_as_slice_mut(column).iter_mut().for_each(|value| *value -= self.offset);
        }
        let outputs = &arguments * ColRef::from_slice(readout);
        Ok(outputs.iter().map(|output| output / (readout.len() as f64).sqrt()).collect())
    }

    fn labels(&self, x: &Mat<f64>, trial: Trial<'_>) -> Result<Vec<f64>, SimulationError> {
        match &self.labels {
            Labels::Of(teacher) => labels(x, teacher),
            Labels::Independent { law, scale, mean } => {
                let mut values = vec![0.0; x.nrows()];
                law.fill(&mut values, &mut trial.stream(Matrix::Noise));
                Ok(values.iter().map(|value| mean + scale * value).collect())
            }
        }
    }

    /// Whether neurons have a partner; infinitely many have the same limit without.
    fn in_pairs(&self) -> bool {
        self.antisymmetric && !self.is_wide()
    }

    fn is_wide(&self) -> bool {
        self.samples_over[1] == 0.0
    }

    /// The one direction of the teacher.
    fn direction(&self) -> Option<usize> {
        match &self.labels {
            Labels::Of(teacher) if teacher.directions().len() == 1 => teacher.directions().first().copied(),
            _ => None,
        }
    }
}

impl Start {
    /// The scalars named in the head of this file, undefined ones as NaN.
    ///
    /// # Errors
    /// A run that was stopped.
    pub fn scalars(
        &self,
        direction: Option<usize>,
        antisymmetric: bool,
        run: &Run<'_>,
    ) -> Result<Vec<(String, f64)>, SimulationError> {
        let k = self.second_moment();
        run.check()?;
        let c_nfc = if self.weights.nrows() <= self.x.nrows() { self.by_neurons(&k) } else { self.by_samples() };
        run.check()?;
        let gram = product(&self.weights, &self.weights.transpose().to_owned());
        let initial = if antisymmetric { None } else { correlation(&gram, &k) };
        Ok(self.listed(direction, c_nfc, initial))
    }

    /// c_nfc alone.
    pub(super) fn correlation(&self, run: &Run<'_>) -> Result<Option<f64>, SimulationError> {
        if self.weights.nrows() > self.x.nrows() {
            return Ok(self.by_samples());
        }
        let k = self.second_moment();
        run.check()?;
        Ok(self.by_neurons(&k))
    }

    /// K.
    fn second_moment(&self) -> Mat<f64> {
        transposed_product(&self.tangents, &self.tangents) * Scale((self.x.nrows() as f64).recip())
    }

    /// All scalars, two of which are found already.
    pub(super) fn listed(&self, direction: Option<usize>, c_nfc: Option<f64>, initial: Option<f64>) -> Vec<(String, f64)> {
        let n = self.x.nrows() as f64;
        let fourth = self.residuals.iter().map(|r| r.powi(4)).sum::<f64>() / n;
        let along = self.x.transpose() * ColRef::from_slice(&self.residuals);
        let length = along.squared_norm_l2();
        let overlap = direction.filter(|_| length > 0.0).map(|index| along[index] * along[index] / length);
        let list = [
            ("c_nfc", c_nfc),
            ("deficit", c_nfc.map(|rho| n * (1.0 - rho))),
            ("initial_nfc", initial),
            ("V", Some(length / (n * n))),
            ("overlap", overlap),
            ("labels[4]", Some(fourth)),
        ];
        let list = list.map(|(name, value)| (name.to_owned(), value.unwrap_or(f64::NAN)));
        list.into_iter().chain(readout_moments(&self.readout)).collect()
    }

    /// c_nfc by k × k matrices; none where it is 0/0.
    #[must_use]
    pub fn by_neurons(&self, k: &Mat<f64>) -> Option<f64> {
        let velocity = transposed_product(&self.tangents, &self.weighted()) * Scale((self.x.nrows() as f64).recip());
        correlation(&product(&velocity, &velocity.transpose().to_owned()), k)
    }

    /// c_nfc by n × n matrices.
    #[must_use]
    pub fn by_samples(&self) -> Option<f64> {
        let weighted = self.weighted();
        let [s, p] = [&weighted, &self.tangents].map(|factor| product(factor, &factor.transpose().to_owned()));
        let ps = product(&p, &s);
        let pps = product(&p, &ps);
        quotient([trace(ps.as_ref(), pps.as_ref()), trace(ps.as_ref(), ps.as_ref()), trace(pps.as_ref(), pps.as_ref())])
    }

    /// R X.
    pub(super) fn weighted(&self) -> Mat<f64> {
        Mat::from_fn(self.x.nrows(), self.x.ncols(), |i, j| self.residuals[i] * self.x[(i, j)])
    }
}

/// The means of a², a⁴, a⁶ and a⁸ over neurons.
pub(super) fn readout_moments(readout: &[f64]) -> impl Iterator<Item = (String, f64)> + '_ {
    let mean = |power: i32| readout.iter().map(|a| a.powi(power)).sum::<f64>() / readout.len() as f64;
    (1..=4).map(move |half| (format!("readout[{}]", 2 * half), mean(2 * half)))
}

/// tr(T²K)/√(tr T² tr TKTK) for symmetric T.
fn correlation(t: &Mat<f64>, k: &Mat<f64>) -> Option<f64> {
    let tk = product(t, k);
    quotient([trace(t.as_ref(), tk.as_ref()), trace(t.as_ref(), t.as_ref()), trace(tk.as_ref(), tk.as_ref())])
}

/// A cosine from the traces of its products.
pub(super) fn quotient([mixed, first, second]: [f64; 3]) -> Option<f64> {
    let norm = first.sqrt() * second.sqrt();
    (norm > 0.0 && norm.is_finite()).then(|| mixed / norm)
}

/// tr(A B).
pub(super) fn trace(a: MatRef<'_, f64>, b: MatRef<'_, f64>) -> f64 {
    (0..a.nrows()).map(|i| a.row(i).iter().zip(b.col(i).iter()).map(|(x, y)| x * y).sum::<f64>()).sum()
}

impl Ensemble for EarlyTime {
    fn name(&self) -> &str {
        "ansatz"
    }

    /// n samples, and the integers nearest to d and k, which is even where neurons stand in pairs; at infinite width the neurons of
    /// all sets.
    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        let samples = n as f64;
        let d = samples / ratio("n_over_d", self.samples_over[0])?;
        let (name, k) = if self.is_wide() {
            (wide::NEURONS, wide::neurons(n) as f64)
        } else {
            ("k", samples / ratio("n_over_k", self.samples_over[1])?)
        };
        let mut dimensions = Sizes::rounded(n, &[("n", samples), ("d", d), (name, k)])?;
        if self.in_pairs() {
            dimensions[2].1 += dimensions[2].1 % 2;
        }
        let [d, k] = [1, 2].map(|index: usize| dimensions[index].1 as u128);
        let entries = n as u128 * (d + k) + d * k;
        Ok(Sizes { n, dimensions, entries })
    }

    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let [n, d] = [sizes.of("n")?, sizes.of("d")?];
        let mut scalars = if self.is_wide() {
            let start = self.start([n, d, sizes.of(wide::NEURONS)?], trial, run)?;
            start.listed(self.direction(), wide::correlation(&start, run)?, None)
        } else {
            self.start([n, d, sizes.of("k")?], trial, run)?.scalars(self.direction(), self.antisymmetric, run)?
        };
        let eigenvalues = quantiles(&self.covariance, d);
        let moment = |power: i32| eigenvalues.iter().map(|value| value.powi(power)).sum::<f64>() / d as f64;
        scalars.extend((1..=6).map(|power| (format!("covariance[{power}]"), moment(power))));
        Ok(Draw { spectra: Vec::new(), scalars })
    }
}
