//! Whole dimensions from ratios: one rounding and one refusal for every ensemble.

use super::SimulationError;
use serde::{Deserialize, Serialize};

/// Most entries of simulated matrices in one run.
pub const ENTRIES_BOUND: u64 = 1_000_000_000;

/// The least dimension that is simulated: no limit theorem is tested below.
const LEAST: usize = 8;

/// The dimensions of one draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    /// The dimension in which statistics scale: the largest of n1, n0, m for features, the samples for kernels.
    pub n: usize,
    /// All of them by name, in the order in which they are shown.
    pub dimensions: Vec<(String, usize)>,
    /// Matrix entries of one draw.
    pub entries: u128,
}

impl Sizes {
    /// The dimension of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<usize> {
        self.dimensions.iter().find(|(known, _)| known == name).map(|(_, size)| *size)
    }

    /// The dimension of this name, which an ensemble gave itself.
    ///
    /// # Errors
    /// [`SimulationError::OtherSizes`].
    pub fn of(&self, name: &str) -> Result<usize, SimulationError> {
        self.get(name).ok_or_else(|| SimulationError::OtherSizes(name.to_owned()))
    }

    /// The whole numbers nearest to the dimensions that size `n` has exactly.
    ///
    /// # Errors
    /// [`SimulationError::TooSmall`]: a dimension below 8.
    pub fn rounded(n: usize, exact: &[(&str, f64)]) -> Result<Vec<(String, usize)>, SimulationError> {
        let dimensions: Vec<(String, usize)> =
            exact.iter().map(|(name, exact)| ((*name).to_owned(), exact.round() as usize)).collect();
        let least = dimensions.iter().zip(exact).min_by_key(|((_, size), _)| *size);
        if let Some(((dimension, size), (_, exact))) = least.filter(|((_, size), _)| *size < LEAST) {
            // n over `exact` is a ratio of the model but for rounding, which must not lift a whole number to the next
            let mend = (LEAST as f64 * (n as f64 / exact) * (1.0 - 1e-12)).ceil() as u64;
            return Err(SimulationError::TooSmall { n, dimension: dimension.clone(), size: *size, least: LEAST, mend });
        }
        Ok(dimensions)
    }
}

/// A ratio of sizes, positive and finite.
///
/// # Errors
/// [`SimulationError::Ratio`].
pub(super) fn ratio(name: &'static str, value: f64) -> Result<f64, SimulationError> {
    if value > 0.0 && value.is_finite() { Ok(value) } else { Err(SimulationError::Ratio { name, value }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_dimension_is_refused_with_the_n_that_mends_it() {
        assert_eq!(Sizes::rounded(40, &[("a", 8.4), ("b", 7.6)]).unwrap(), [("a".to_owned(), 8), ("b".to_owned(), 8)]);
        let small = Sizes::rounded(400, &[("n0", 400.0), ("m", 4.0), ("n1", 7.0)]).unwrap_err();
        assert_eq!(small.to_string(), "n = 400 makes m = 4, fewer than 8: take n at least 800");
        assert!(ratio("phi", 0.0).is_err() && ratio("phi", f64::NAN).is_err() && ratio("phi", 2.0).is_ok());
    }
}
