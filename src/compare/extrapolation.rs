//! One statistic at two or three sizes: its standard error and its finite-size bias.
//!
//! Let T be a statistic of one matrix of size n and t(n) its limit. Eigenvalues repel, so errors of independent samples
//! do not apply: a smooth linear statistic fluctuates like 1/n, an edge like n^(−2/3), an outlier like n^(−1/2); and
//! its expectation is off by a bias of order 1/n, n^(−2/3), n^(−1/2). We assume for the residuals T − t, with spread
//! exponent α and bias exponent β,
//!
//! ```text
//! residual(n) = b n^−β + rest(n) + σ n^−α ξ,    ξ of mean 0 and variance 1, independent over replicates
//! ```
//!
//! With R_i replicates at n_i the residuals at n_i times (n_i/n_1)^α have the variance of those at n_1. All samples give one
//! pooled standard deviation s at size n_1; their means a_i have standard errors s_i = s (n_1/n_i)^α/√R_i.
//!
//! From E a₂ − E a₁ = b n₁^−β (r^β − 1), r = n₁/n₂, the bias at n₁ is estimated by d = k₁ (a₂ − a₁), k₁ = 1/(r^β − 1), and
//! e₁ = a₁ − d = (1 + k₁) a₁ − k₁ a₂ is free of it: of mean zero when the theory is right and the rest is nothing. Where
//! the rest counts (a component of f of degree two fills but n₀²/2 dimensions, norms are uneven, entries skewed) a third size
//! tells how much: e₂ = (1 + k₂) a₂ − k₂ a₃ is free of the bias too, and a wrong theory puts the same into both. What the rest
//! leaves in e₂ is larger than what it leaves in e₁, so that |E e₁| ≤ c |E e₁ − E e₂|. Where nothing is known we assume that it
//! falls at least like 1/n: then c = 1/(r − 1), and with e₂ at half the size what is left is at most what doubling the size has
//! changed. Where residuals are a series in 1/n, each term about x times the one before at n₁, we take the geometric series of
//! alternating signs, x/(1 + x), the slowest of them: with e₁ = −r x²/((1 + x)(1 + r x)), and e₂ the same at r x, it has
//!
//! ```text
//! c = (1 + r s x)/(r s − 1),    s = n₂/n₃,
//! ```
//!
//! which is 1/3 for small x at halved sizes (a rest of order 1/n²), 1/(r − 1) where x at n₂ is one, and more beyond. At two sizes the same
//! series leaves e₁ = r x d. So
//!
//! ```text
//! |a₁| − allowance > q s₁,    allowance = |d| + c |e₁ − e₂| + q (s_c − s₁)
//! ```
//!
//! happens with the level of the two-sided Student quantile q at most: |a₁| ≥ … makes |e₁| − c |e₁ − e₂| > q s_c, where s_c is
//! the larger of the standard errors of e₁ and of e₁ + c (e₁ − e₂), and some combination of the two, of mean zero, is
//! larger. No constant is tuned. Offsets outside this model (errors of the theory, rounding, the steps of a counting function), at
//! most o_i at size n_i, join the allowance with their weights in e₁ + c (e₁ − e₂).

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
    /// Statistics of the bulk where entries are skewed or on a lattice.
    pub const SLOW_BULK: Self = Self { bias: 0.5, spread: 1.0 };
    /// The same where rows draw random parameters of their own.
    pub const SAMPLED: Self = Self { bias: 1.0, spread: 0.5 };
    /// Soft edges of the bulk.
    pub const EDGE: Self = Self { bias: 2.0 / 3.0, spread: 2.0 / 3.0 };
    /// Counts that are exact at every size: no bias is allowed for.
    pub const EXACT: Self = Self { bias: f64::INFINITY, spread: 1.0 };
    /// The slowest fall of a bias that is allowed for, where matrices are too small for any power of n to be trusted.
    pub const FEW_BIAS: f64 = 0.25;
    /// Outliers of population eigenvalues.
    pub const SMOOTH_OUTLIER: Self = Self { bias: 1.0, spread: 0.5 };
    /// Other outliers of order one.
    pub const OUTLIER: Self = Self { bias: 0.5, spread: 0.5 };
}

/// The residuals at one size.
#[derive(Debug, Clone, Copy)]
pub struct AtSize<'a> {
    /// The size.
    pub n: usize,
    /// Measured − predicted, one a replicate.
    pub residuals: &'a [f64],
    /// A bound on what no power of n describes.
    pub offset: f64,
}

/// What the sizes say about a statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extrapolation {
    /// Mean residual at the largest size.
    pub residual: f64,
    /// Its standard error.
    pub se: f64,
    /// The finite-size bias at the largest size, from the difference of the two largest.
    pub drift: f64,
    /// What the rest may leave besides, from the third size; 0 without one.
    pub rest: f64,
    /// The standard error of the combination that is tested.
    pub combined_se: f64,
    /// What the offsets may add.
    pub offset: f64,
}

impl Extrapolation {
    /// The estimate from the two or three largest sizes, descending; `series` is x where residuals are a series in 1/n.
    #[must_use]
    pub fn estimate(sizes: &[AtSize<'_>], scaling: Scaling, series: Option<f64>) -> Self {
        let Some(largest) = sizes.first() else {
            return Self { residual: f64::NAN, se: f64::NAN, drift: 0.0, rest: 0.0, combined_se: f64::NAN, offset: 0.0 };
        };
        let ratio = |index: usize| sizes[index].n as f64 / sizes[index + 1].n as f64;
        let stretch = |index: usize| (largest.n as f64 / sizes[index].n as f64).powf(scaling.spread);
        let statistics: Vec<(f64, f64)> = sizes.iter().map(|size| mean_and_squares(size.residuals)).collect();
        let degrees = sizes.iter().map(|size| size.residuals.len()).sum::<usize>() - sizes.len();
        let pooled: f64 = (0..).zip(&statistics).map(|(index, (_, squares))| squares / stretch(index).powi(2)).sum();
        let variance = pooled / degrees as f64;
        let k = |index: usize| (ratio(index).powf(scaling.bias) - 1.0).recip();
        let first = match sizes.len() {
            1 => [1.0, 0.0, 0.0],
            _ => [1.0 + k(0), -k(0), 0.0],
        };
        // where no bias is allowed for, there is no rest either
        let (second, share) = match (sizes.len(), series) {
            (3.., _) if scaling.bias.is_finite() => ([0.0, 1.0 + k(1), -k(1)], share(ratio(0), ratio(1), series)),
            // the weights of e₁ less those of d
            (2, Some(x)) if scaling.bias.is_finite() => ([2.0 * first[0] - 1.0, 2.0 * first[1], 0.0], ratio(0) * x),
            _ => (first, 0.0),
        };
        let whole = [0, 1, 2].map(|index| first[index] + share * (first[index] - second[index]));
        let combined = |weights: [f64; 3], of: &dyn Fn(usize) -> f64| -> f64 {
            weights.iter().enumerate().take(sizes.len()).map(|(index, weight)| weight * of(index)).sum()
        };
        let mean = |index: usize| statistics[index].0;
        let error = |weights: [f64; 3]| -> f64 {
            let part = |(index, weight): (usize, &f64)| (weight * stretch(index)).powi(2) / sizes[index].residuals.len() as f64;
            (variance * weights.iter().enumerate().take(sizes.len()).map(part).sum::<f64>()).sqrt()
        };
        let extrapolated = combined(first, &mean);
        Self {
            residual: mean(0),
            se: error([1.0, 0.0, 0.0]),
            drift: mean(0) - extrapolated,
            rest: share * (extrapolated - combined(second, &mean)).abs(),
            combined_se: error(first).max(error(whole)),
            offset: combined(whole.map(f64::abs), &|index| sizes[index].offset),
        }
    }

    /// The allowance for the finite size under a Student quantile.
    #[must_use]
    pub fn allowance(&self, quantile: f64) -> f64 {
        let own_error = if self.se > 0.0 { quantile * (self.combined_se - self.se) } else { 0.0 };
        self.drift.abs() + self.rest + own_error + self.offset
    }
}

/// c, for these ratios of sizes.
fn share(r: f64, s: f64, series: Option<f64>) -> f64 {
    series.map_or((r - 1.0).recip(), |x| (1.0 + r * s * x) / (r * s - 1.0))
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

    fn at(n: usize, residuals: &[f64]) -> AtSize<'_> {
        AtSize { n, residuals, offset: 0.0 }
    }

    const SCALINGS: [Scaling; 4] = [Scaling::BULK, Scaling::SAMPLED, Scaling::EDGE, Scaling::OUTLIER];

    /// Residuals that are pure bias: the drift is that bias, whatever the exponents, and there is no rest.
    #[test]
    fn pure_bias_is_recovered() {
        for scaling in SCALINGS {
            let bias = |n: f64| [3.0 * n.powf(-scaling.bias); 16];
            let [large, middle, small] = [401.0, 200.0, 100.0].map(bias);
            let two = Extrapolation::estimate(&[at(401, &large), at(200, &middle)], scaling, None);
            let three = Extrapolation::estimate(&[at(401, &large), at(200, &middle), at(100, &small)], scaling, None);
            for found in [two, three] {
                assert!((found.residual - found.drift).abs() < 1e-14 && found.se < 1e-14, "{scaling:?}: {found:?}");
                assert!(found.rest < 1e-13, "{scaling:?}: {found:?}");
            }
        }
    }

    /// A rest that falls like 1/n or faster is allowed for, and a constant error of the theory is not.
    #[test]
    fn the_rest_is_bounded_and_an_error_is_seen() {
        for scaling in SCALINGS {
            for power in [scaling.bias.max(1.0) + 0.01, 1.5, 2.0, 3.0] {
                let rest = |n: f64| [n.powf(-scaling.bias) - 40.0 * n.powf(-power); 4];
                let [large, middle, small] = [400.0, 200.0, 100.0].map(rest);
                let found = Extrapolation::estimate(&[at(400, &large), at(200, &middle), at(100, &small)], scaling, None);
                assert!(found.residual.abs() <= found.allowance(4.0) + 1e-14, "{scaling:?}, {power}: {found:?}");
                let off = |list: [f64; 4]| list.map(|value| value + 10.0);
                let [large, middle, small] = [off(large), off(middle), off(small)];
                let wrong = Extrapolation::estimate(&[at(400, &large), at(200, &middle), at(100, &small)], scaling, None);
                assert!((wrong.allowance(4.0) - found.allowance(4.0)).abs() < 1e-11, "{scaling:?}, {power}: {wrong:?}");
            }
        }
    }

    /// A geometric series of ratio −x is allowed for to the last digit where x is known, however large, and one of ratio x with room;
    /// at two sizes too.
    #[test]
    fn a_geometric_series_is_bounded() {
        for x in [0.01, 0.05, 0.2, 0.24, 1.0, 7.0] {
            for (sign, room) in [(1.0, 0.0), (-1.0, 0.01 * x * x)].into_iter().take(if x < 0.25 { 2 } else { 1 }) {
                let at_size = |x: f64| [x / (1.0 + sign * x); 4];
                let [large, middle, small] = [x, 2.0 * x, 4.0 * x].map(at_size);
                let sizes = [at(400, &large), at(200, &middle), at(100, &small)];
                let found = Extrapolation::estimate(&sizes, Scaling::BULK, Some(x));
                let excess = found.allowance(4.0) - (found.residual - found.drift).abs() - found.drift.abs();
                assert!(excess >= room - 1e-14 && (room > 0.0 || excess < 1e-14), "{x}, {sign}: {excess}");
                let found = Extrapolation::estimate(&sizes[..2], Scaling::BULK, Some(x));
                let excess = found.allowance(4.0) - (found.residual - found.drift).abs() - found.drift.abs();
                assert!(excess.abs() < 1e-13, "{x}, {sign}, two sizes: {excess}");
            }
        }
    }

    /// The test of the module's introduction on Gaussian residuals, at two sizes and at three: with a small bias the level is kept
    /// with room to spare; with a dominant bias |a| − |d| = ±(a − d), so half of the two-sided level is reached at two.
    #[test]
    fn level_under_the_model() {
        let (runs, level) = (20_000, 0.05);
        for (scaling, count) in [Scaling::BULK, Scaling::EDGE, Scaling::OUTLIER].into_iter().flat_map(|s| [(s, 2), (s, 3)]) {
            let quantile = two_sided_quantile(level, if count == 2 { 18 } else { 81 });
            for (bias, least, most) in [(0.0, 0.0, level), (1e3, 0.45 * level, 0.55 * level)] {
                let mut stream = Trial { seed: 5, experiment: "level", number: 0 }.stream(Matrix::Data);
                let alarms = (0..runs).filter(|_| {
                    let mut drawn = |replicates: usize, ratio: f64| {
                        let mut noise = vec![0.0; replicates];
                        Sampler::Gaussian.fill(&mut noise, &mut stream);
                        let scaled = |value: f64| bias * ratio.powf(scaling.bias) + value * ratio.powf(scaling.spread);
                        noise.into_iter().map(scaled).collect::<Vec<f64>>()
                    };
                    let [large, middle, small] = [drawn(4, 1.0), drawn(16, 2.0), drawn(64, 4.0)];
                    let sizes = [at(400, &large), at(200, &middle), at(100, &small)];
                    let found = Extrapolation::estimate(&sizes[..count], scaling, None);
                    found.residual.abs() - found.allowance(quantile) > quantile * found.se
                });
                let rate = alarms.count() as f64 / f64::from(runs);
                assert!(rate <= most && (count == 3 || rate >= least), "{scaling:?}, {count} sizes, bias {bias}: {rate}");
            }
        }
    }
}
