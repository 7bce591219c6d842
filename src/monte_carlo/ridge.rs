//! Ridge regression on a matrix of features F (n × N), with a few regressors Z that are not penalised:
//! a and b minimise (1/n)|y − F a − Z b|² + ridge |a|².
//!
//! With K = F Fᵀ + ridge n, b solves Zᵀ K⁻¹ (y − Z b) = 0 and a = Fᵀ K⁻¹ (y − Z b) (generalised least squares: what a leaves at
//! given b costs ridge (y − Z b)ᵀ K⁻¹ (y − Z b)). One Cholesky factor of the smaller of F Fᵀ/n + ridge and Fᵀ F/n + ridge serves all
//! choices of regressors; losses are then taken from a and b by their definition.

use super::SimulationError;
use super::gram::finite;
use faer::linalg::solvers::{Llt, Solve};
use faer::{Col, ColRef, Mat, Scale, Side};

/// Features ready for regression.
pub(super) struct Ridge<'a> {
    features: &'a Mat<f64>,
    factor: Llt<f64>,
    ridge: f64,
}

/// What was fitted.
#[derive(Default)]
pub(super) struct Fit {
    /// a.
    pub readout: Vec<f64>,
    /// b.
    pub free: Vec<f64>,
    /// The penalised loss.
    pub train: f64,
    /// Its first term.
    pub train_mse: f64,
}

/// For the labels and every regressor v: K⁻¹ v n, and Fᵀ K⁻¹ v.
struct Carried {
    vector: Col<f64>,
    inverse: Col<f64>,
    readout: Col<f64>,
}

impl<'a> Ridge<'a> {
    /// From the features and the lower triangle of the smaller of their Gram matrices over n.
    ///
    /// # Errors
    /// Products that overflow, or a ridge that is nothing beside the Gram matrix in double precision.
    pub fn new(features: &'a Mat<f64>, gram: &Mat<f64>, ridge: f64) -> Result<Self, SimulationError> {
        finite(gram)?;
        let mut penalised = gram.clone();
        (0..gram.nrows()).for_each(|index| penalised[(index, index)] += ridge);
        let factor = Llt::new(penalised.as_ref(), Side::Lower).map_err(|_| SimulationError::Ridge { ridge })?;
        Ok(Self { features, factor, ridge })
    }

    fn carried(&self, vector: &[f64]) -> Carried {
        let (n, vector) = (vector.len() as f64, ColRef::from_slice(vector));
        let (inverse, readout) = if self.features.nrows() <= self.features.ncols() {
            let inverse = self.factor.solve(vector);
            let readout = self.features.transpose() * &inverse * Scale(n.recip());
            (inverse, readout)
        } else {
            let readout = self.factor.solve(self.features.transpose() * vector * Scale(n.recip()));
            let rest = vector - self.features * &readout;
            (rest * Scale(self.ridge.recip()), readout)
        };
        Carried { vector: vector.to_owned(), inverse, readout }
    }

    /// The fits of the labels with each of these sets of regressors.
    pub fn fits(&self, labels: &[f64], regressors: &[Vec<f64>], sets: &[Vec<usize>]) -> Vec<Fit> {
        let labels = self.carried(labels);
        let regressors: Vec<Carried> = regressors.iter().map(|regressor| self.carried(regressor)).collect();
        let fit = |set: &Vec<usize>| self.fit(&labels, &set.iter().map(|index| &regressors[*index]).collect::<Vec<_>>());
        sets.iter().map(fit).collect()
    }

    fn fit(&self, labels: &Carried, regressors: &[&Carried]) -> Fit {
        let free = free_coefficients(labels, regressors);
        let mut readout = labels.readout.clone();
        let mut residual = labels.vector.clone();
        for (coefficient, regressor) in free.iter().zip(regressors) {
            readout -= &regressor.readout * Scale(*coefficient);
            residual -= &regressor.vector * Scale(*coefficient);
        }
        residual -= self.features * &readout;
        let train_mse = residual.squared_norm_l2() / residual.nrows() as f64;
        let train = train_mse + self.ridge * readout.squared_norm_l2();
        Fit { readout: readout.iter().copied().collect(), free, train, train_mse }
    }
}

/// b, from regressors scaled to length one.
fn free_coefficients(labels: &Carried, regressors: &[&Carried]) -> Vec<f64> {
    if regressors.is_empty() {
        return Vec::new();
    }
    let length = |index: usize| regressors[index].vector.norm_l2();
    let size = regressors.len();
    let product = |left: &Carried, right: &Carried| left.vector.transpose() * &right.inverse;
    let matrix = Mat::from_fn(size, size, |j, k| product(regressors[j], regressors[k]) / (length(j) * length(k)));
    let right = Col::from_fn(size, |j| product(regressors[j], labels) / length(j));
    let found = matrix.partial_piv_lu().solve(right);
    (0..size).map(|k| found[k] / length(k)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monte_carlo::gram::smaller_gram;
    use crate::monte_carlo::{Matrix, Sampler, Trial};

    /// At the minimum both gradients vanish: Fᵀ e = ridge n a and Zᵀ e = 0 for e = y − F a − Z b, in wide and tall matrices; and any
    /// other a and b cost more.
    #[test]
    fn fits_are_minima() {
        let draw = |rows: usize, columns: usize, number: u64| {
            Sampler::Gaussian.matrix(rows, columns, &mut Trial { seed: 2, experiment: "ridge", number }.stream(Matrix::Data))
        };
        for ([n, neurons], ridge) in [([30, 50], 0.3), ([50, 30], 0.3), ([40, 40], 1e-3)] {
            let (features, rest) = (draw(n, neurons, 0), draw(n, 4, 1));
            let columns: Vec<Vec<f64>> = (0..4).map(|column| rest.col_as_slice(column).to_vec()).collect();
            let found = Ridge::new(&features, &smaller_gram(&features, n), ridge).expect("positive definite");
            for (fit, set) in found.fits(&columns[0], &columns[1..], &[vec![], vec![0], vec![0, 2]]).iter().zip([0, 1, 2]) {
                assert_eq!(fit.free.len(), set);
                let regressors: &[usize] = [&[][..], &[1], &[1, 3]][set];
                let residual = |a: &[f64], b: &[f64]| {
                    let mut e = Col::from_iter(columns[0].iter().copied()) - &features * ColRef::from_slice(a);
                    for (coefficient, index) in b.iter().zip(regressors) {
                        e -= ColRef::from_slice(&columns[*index]) * Scale(*coefficient);
                    }
                    e
                };
                let e = residual(&fit.readout, &fit.free);
                let gradient = features.transpose() * &e - ColRef::from_slice(&fit.readout) * Scale(ridge * n as f64);
                assert!(gradient.norm_max() < 1e-9, "{n} {neurons}: {gradient:?}");
                for index in regressors {
                    assert!((ColRef::from_slice(&columns[*index]).transpose() * &e).abs() < 1e-9);
                }
                let loss = |a: &[f64], b: &[f64]| {
                    residual(a, b).squared_norm_l2() / n as f64 + ridge * a.iter().map(|a| a * a).sum::<f64>()
                };
                assert!((loss(&fit.readout, &fit.free) - fit.train).abs() < 1e-12);
                assert!((e.squared_norm_l2() / n as f64 - fit.train_mse).abs() < 1e-12);
                let moved: Vec<f64> = fit.readout.iter().map(|a| a + 1e-3).collect();
                assert!(loss(&moved, &fit.free) > fit.train);
            }
        }
        let flat = |value: f64| Mat::from_fn(4, 4, |_, _| value);
        let error = |value: f64| Ridge::new(&flat(value), &smaller_gram(&flat(value), 4), 1e-6).err();
        assert_eq!(error(1e10), Some(SimulationError::Ridge { ridge: 1e-6 }));
        assert_eq!(error(1e200), Some(SimulationError::Overflow));
    }
}
