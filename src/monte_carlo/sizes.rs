//! Integer dimensions of the feature model from its ratios phi = n0/m and psi = n0/n1.

use super::SimulationError;

/// The least dimension that is simulated.
const LEAST_DIMENSION: usize = 8;

/// The three dimensions of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Rows of W and of Y: neurons.
    pub n1: usize,
    /// Columns of W, rows of X: inputs.
    pub n0: usize,
    /// Columns of X and of Y: samples.
    pub m: usize,
}

impl Sizes {
    /// The integers nearest to the ratios phi = n0/m and psi = n0/n1 whose largest is `n`. Equal ratios give equal
    /// integers.
    ///
    /// # Errors
    /// A ratio that is not positive and finite, or a dimension below 8.
    pub fn from_ratios(phi: f64, psi: f64, n: usize) -> Result<Self, SimulationError> {
        for (name, value) in [("phi", phi), ("psi", psi)] {
            if !(value > 0.0 && value.is_finite()) {
                return Err(SimulationError::Ratio { name, value });
            }
        }
        let shares = [1.0, phi.recip(), psi.recip()];
        let largest = shares.iter().copied().fold(0.0, f64::max);
        let [n0, m, n1] = shares.map(|share| (n as f64 * (share / largest)).round() as usize);
        for (dimension, size, share) in [("n0", n0, shares[0]), ("m", m, shares[1]), ("n1", n1, shares[2])] {
            if size < LEAST_DIMENSION {
                let mend = (LEAST_DIMENSION as f64 * (largest / share)).ceil() as u64;
                return Err(SimulationError::TooSmall { n, dimension, size, least: LEAST_DIMENSION, mend });
            }
        }
        Ok(Self { n1, n0, m })
    }

    /// phi = n0/m of these integers.
    #[must_use]
    pub fn phi(&self) -> f64 {
        self.n0 as f64 / self.m as f64
    }

    /// psi = n0/n1 of these integers.
    #[must_use]
    pub fn psi(&self) -> f64 {
        self.n0 as f64 / self.n1 as f64
    }

    /// The largest of the three.
    #[must_use]
    pub fn largest(&self) -> usize {
        self.n1.max(self.n0).max(self.m)
    }

    /// Entries of W, X and Y together.
    #[must_use]
    pub fn entries(&self) -> u128 {
        let [n1, n0, m] = [self.n1, self.n0, self.m].map(|size| size as u128);
        n1 * n0 + n0 * m + n1 * m
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_keep_ratios() {
        let sizes = Sizes::from_ratios(0.5, 0.75, 400).unwrap();
        assert_eq!(sizes, Sizes { n1: 267, n0: 200, m: 400 });
        assert_eq!(Sizes::from_ratios(0.3, 0.3, 101).unwrap(), Sizes { n1: 101, n0: 30, m: 101 });
        assert!(Sizes::from_ratios(0.0, 1.0, 100).is_err());
        assert!(Sizes::from_ratios(1.0, f64::NAN, 100).is_err());
        let small = Sizes::from_ratios(100.0, 1.0, 400).unwrap_err();
        assert_eq!(small.to_string(), "n = 400 makes m = 4, fewer than 8: take n at least 800");
    }
}
