//! Exponents in the size: how fast bias and spread of a quantity fall, fitted over several sizes.
//!
//! Bias and spread are taken as powers of n; each exponent is the slope of a weighted line through the logarithms. The
//! logarithm of the spread of R replicates has variance 1/(2(R − 1)), that of a bias b with standard error e has e²/b²; sizes
//! at which the bias is within three standard errors of zero are left out.

use super::extrapolation::Scaling;

/// A fitted exponent e of n^−e, beside the one expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// The fit with its standard error; none where the noise hides it or the quantity does not vary.
    pub fitted: Option<(f64, f64)>,
    /// What the theory expects; infinite where there should be nothing at all, NaN where it expects no power of n.
    pub expected: f64,
}

/// How the errors of a quantity fall with n.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Of the mean residual.
    pub bias: Rate,
    /// Of the standard deviation of one replicate.
    pub spread: Rate,
}

/// A bias is seen when it exceeds its standard error by this factor.
const SEEN: f64 = 3.0;

/// The rates of a quantity whose residuals, measured − predicted, are known at these sizes; the sizes where one is undefined
/// are left out, and those where it is within its rounding.
pub(super) fn rates(residuals: &[(usize, Vec<f64>)], limit: Scaling, rounding: f64) -> Rates {
    let mut spreads = Vec::new();
    let mut biases = Vec::new();
    for (n, values) in residuals {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0)).sqrt();
        if !(mean.is_finite() && deviation.is_finite()) {
            continue;
        }
        let log_n = (*n as f64).ln();
        let error = deviation / count.sqrt();
        if deviation > rounding && count > 1.0 {
            spreads.push((log_n, deviation.ln(), 2.0 * (count - 1.0)));
        }
        if error > 0.0 && mean.abs() > (SEEN * error).max(rounding) {
            biases.push((log_n, mean.abs().ln(), (mean / error).powi(2)));
        }
    }
    Rates {
        bias: Rate { fitted: slope(&biases), expected: limit.bias },
        spread: Rate { fitted: slope(&spreads), expected: limit.spread },
    }
}

/// Minus the slope of the weighted line through (x, y, weight), with its standard error.
fn slope(points: &[(f64, f64, f64)]) -> Option<(f64, f64)> {
    if points.len() < 2 {
        return None;
    }
    let total: f64 = points.iter().map(|(.., weight)| weight).sum();
    let centre = points.iter().map(|(x, _, weight)| weight * x).sum::<f64>() / total;
    let scatter: f64 = points.iter().map(|(x, _, weight)| weight * (x - centre).powi(2)).sum();
    let moment: f64 = points.iter().map(|(x, y, weight)| weight * (x - centre) * y).sum();
    let found = (-moment / scatter, scatter.recip().sqrt());
    (scatter > 0.0 && found.0.is_finite()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pure_power_is_found() {
        let points: Vec<_> = [100.0, 200.0, 700.0].map(|n: f64| (n.ln(), (5.0 * n.powf(-1.5)).ln(), n)).into();
        let (exponent, _) = slope(&points).unwrap();
        assert!((exponent - 1.5).abs() < 1e-12);
        assert_eq!(slope(&points[..1]), None);
    }

    /// What is exact but for rounding has no exponents.
    #[test]
    fn rounding_has_no_rate() {
        let at = |n: usize| (n, (0..8).map(|k| 1e-15 * f64::from(3 + k % 2) / n as f64).collect::<Vec<f64>>());
        let found = |rounding: f64| rates(&[at(100), at(200), at(400)], Scaling::BULK, rounding);
        assert!(found(0.0).bias.fitted.is_some() && found(0.0).spread.fitted.is_some());
        assert_eq!([found(1e-10).bias.fitted, found(1e-10).spread.fitted], [None, None]);
    }

    /// y = x + noise of unit weight at x = ±1: the slope has variance 1/2.
    #[test]
    fn the_error_is_that_of_least_squares() {
        let (exponent, error) = slope(&[(-1.0, -1.0, 1.0), (1.0, 1.0, 1.0)]).unwrap();
        assert!((exponent + 1.0).abs() < 1e-15 && (error - 0.5f64.sqrt()).abs() < 1e-15);
    }
}
