//! One statistic at two sizes: its standard error and its finite-size bias.
//!
//! Let T be a statistic of one matrix of size n and t(n) its limit. Eigenvalues repel, so errors of independent samples
//! do not apply: a smooth linear statistic fluctuates like 1/n, an edge like n^(−2/3), an outlier like n^(−1/2); and
//! its expectation is off by a bias of order 1/n, n^(−2/3), n^(−1/2). We assume for the residuals T − t, with spread
//! exponent α and bias exponent β,
//!
//! ```text
//! residual(n) = b n^−β + σ n^−α ξ,    ξ of mean 0 and variance 1, independent over replicates
//! ```
//!
//! With R replicates at n and R' at n' = n/r, the residuals at n' divided by r^α have the variance of those at n. Both
//! samples give one pooled standard deviation s at size n, with R + R' − 2 degrees of freedom (5R − 2 for R' = 4R). The
//! means a and a' of the residuals have standard errors s/√R and s r^α/√R' (equal for α = 1, r = 2, R' = 4R).
//!
//! From E a' − E a = b n^−β (r^β − 1) the bias at n is estimated by d = k (a' − a), k = 1/(r^β − 1). The Richardson residual
//! a − d = (1 + k) a − k a' has mean zero exactly when the theory is right. Its standard error is s_c, where
//! s_c² = (1 + k)² s²/R + k² s² r^(2α)/R', so |a − d| > q s_c happens with the level of the two-sided Student quantile q.
//! As |a − d| is at least |a| − |d|, the test
//!
//! ```text
//! |a| − allowance > q s/√R,    allowance = |d| + q (s_c − s/√R)
//! ```
//!
//! (drift of the two sizes plus the error of that drift, over the plain standard error) has at most this level. No
//! constant is tuned. Offsets outside this model (errors of the theory, rounding, the steps of a counting function), at
//! most e at size n and e' at n', move a − d by at most (1 + k) e + k e', which is added to the allowance.

/// The exponents of a statistic in the size n.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scaling {
    /// The bias is of order n^−bias.
    pub bias: f64,
    /// The standard deviation of one replicate is of order n^−spread.
    pub spread: f64,
}

impl Scaling {
    /// Linear statistics and counts of the bulk, and the outlier of order n divided by n.
    pub const BULK: Self = Self { bias: 1.0, spread: 1.0 };
    /// Statistics of the bulk where entries are skewed or on a lattice, or at sizes where 1/n is not yet the leading term.
    pub const SLOW_BULK: Self = Self { bias: 0.5, spread: 1.0 };
    /// The same where rows draw random parameters of their own.
    pub const SAMPLED: Self = Self { bias: 1.0, spread: 0.5 };
    /// Soft edges of the bulk.
    pub const EDGE: Self = Self { bias: 2.0 / 3.0, spread: 2.0 / 3.0 };
    /// Counts that are exact at every size: no bias is allowed for.
    pub const EXACT: Self = Self { bias: f64::INFINITY, spread: 1.0 };
    /// The slowest fall of a bias that is allowed for, where matrices are too small for any power of n to be trusted.
    pub const FEW_BIAS: f64 = 0.25;
    /// Outliers of order one.
    pub const OUTLIER: Self = Self { bias: 0.5, spread: 0.5 };
}

/// What two sizes say about a statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoSizes {
    /// Mean residual at the larger size.
    pub residual: f64,
    /// Its standard error.
    pub se: f64,
    /// The finite-size bias at the larger size, from the difference of the two sizes.
    pub drift: f64,
    /// Standard error of `residual − drift`.
    pub combined_se: f64,
    /// The factor k = 1/(r^β − 1) from the difference of the two sizes to the bias.
    pub richardson: f64,
}

impl TwoSizes {
    /// The estimate from the residuals at the larger and at the smaller size, whose sizes have quotient `ratio` > 1.
    #[must_use]
    pub fn estimate(large: &[f64], small: &[f64], ratio: f64, scaling: Scaling) -> Self {
        let stretch = ratio.powf(scaling.spread);
        let richardson = (ratio.powf(scaling.bias) - 1.0).recip();
        let (residual, squares) = mean_and_squares(large);
        let (small_residual, small_squares) = mean_and_squares(small);
        let degrees = (large.len() + small.len() - 2) as f64;
        let variance = (squares + small_squares / (stretch * stretch)) / degrees;
        let squared_error = variance / large.len() as f64;
        let small_squared_error = variance * stretch * stretch / small.len() as f64;
        let combined = (1.0 + richardson).powi(2) * squared_error + richardson.powi(2) * small_squared_error;
        Self {
            residual,
            se: squared_error.sqrt(),
            drift: richardson * (small_residual - residual),
            combined_se: combined.sqrt(),
            richardson,
        }
    }

    /// The allowance for the finite size under a Student quantile.
    #[must_use]
    pub fn allowance(&self, quantile: f64) -> f64 {
        let own_error = if self.se > 0.0 { quantile * (self.combined_se - self.se) } else { 0.0 };
        self.drift.abs() + own_error
    }

    /// How far offsets of the residuals, at most these at the two sizes, can move `residual − drift`.
    #[must_use]
    pub fn offset(&self, large: f64, small: f64) -> f64 {
        (1.0 + self.richardson) * large + self.richardson * small
    }
}

/// The mean, and the sum of squared deviations from it.
fn mean_and_squares(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (mean, values.iter().map(|value| (value - mean).powi(2)).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::student::two_sided_quantile;
    use crate::monte_carlo::{Matrix, Sampler, Trial};

    /// Residuals that are pure bias: the drift is that bias, whatever the exponents.
    #[test]
    fn pure_bias_is_recovered() {
        for scaling in [Scaling::BULK, Scaling::SAMPLED, Scaling::EDGE, Scaling::OUTLIER] {
            let bias = |n: f64| 3.0 * n.powf(-scaling.bias);
            let both = TwoSizes::estimate(&[bias(401.0); 4], &[bias(200.0); 16], 401.0 / 200.0, scaling);
            assert!((both.residual - both.drift).abs() < 1e-14 && both.se < 1e-14, "{scaling:?}: {both:?}");
        }
    }

    /// The test of the module's introduction on Gaussian residuals: with a small bias the level is kept with room to
    /// spare; with a dominant bias |a| − |d| = ±(a − d), so half of the two-sided level is reached.
    #[test]
    fn level_under_the_model() {
        let (replicates, runs, level) = (4, 20_000, 0.05);
        let quantile = two_sided_quantile(level, 5 * replicates - 2);
        for scaling in [Scaling::BULK, Scaling::EDGE, Scaling::OUTLIER] {
            for (bias, least, most) in [(0.0, 0.0, level), (1e3, 0.45 * level, 0.55 * level)] {
                let mut stream = Trial { seed: 5, experiment: "level", number: 0 }.stream(Matrix::Data);
                let alarms = (0..runs).filter(|_| {
                    let mut noise = [0.0; 20];
                    Sampler::Gaussian.fill(&mut noise, &mut stream);
                    let large: Vec<f64> = noise[..4].iter().map(|value| bias + value).collect();
                    let small: Vec<f64> = noise[4..]
                        .iter()
                        .map(|value| bias * 2_f64.powf(scaling.bias) + value * 2_f64.powf(scaling.spread))
                        .collect();
                    let both = TwoSizes::estimate(&large, &small, 2.0, scaling);
                    both.residual.abs() - both.allowance(quantile) > quantile * both.se
                });
                let rate = alarms.count() as f64 / f64::from(runs);
                assert!((least..=most).contains(&rate), "{scaling:?}, bias {bias}: {rate}");
            }
        }
    }
}
