//! How independent matrix entries are drawn: laws that are all centred with unit variance.
//!
//! Fourth moments: 3 (Gaussian), 1 (Rademacher), 9 (exponential, skewness 2). The bulk of the spectrum should see
//! none of this; order-one outliers do. Matrices are filled column by column from one stream.
//!
//! Every skewness s and kurtosis k ≥ 1 + s² is that of a law on three points: with probability w = 1/(k − s²) the value is
//! T/√w, otherwise 0, where T is the centred law of unit variance on two points with skewness s √w.

use crate::model::{Entries, EntryLaw};
use faer::Mat;
use rand::{Rng, RngExt};
use rand_distr::{Distribution, Exp1, StandardNormal};

/// The law of one entry: mean 0, variance 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sampler {
    /// N(0, 1).
    Gaussian,
    /// +1 or −1 with probability 1/2.
    Rademacher,
    /// E − 1 with E exponential of mean 1.
    Exponential,
    /// Three points, or two, with these moments; kurtosis ≥ 1 + skewness².
    Points {
        /// The third moment.
        skewness: f64,
        /// The fourth moment.
        kurtosis: f64,
    },
}

impl From<EntryLaw> for Sampler {
    fn from(law: EntryLaw) -> Self {
        match law {
            EntryLaw::Gaussian => Self::Gaussian,
            EntryLaw::Rademacher => Self::Rademacher,
            EntryLaw::Exponential => Self::Exponential,
        }
    }
}

impl Sampler {
    /// Gaussian entries where the moments allow it, otherwise entries on at most three points.
    #[must_use]
    pub fn with_moments(moments: &Entries) -> Self {
        if *moments == Entries::gaussian() {
            return Self::Gaussian;
        }
        Self::Points { skewness: moments.skewness.to_f64(), kurtosis: moments.kurtosis.to_f64() }
    }

    /// Fills a slice with independent entries.
    pub fn fill(self, values: &mut [f64], stream: &mut impl Rng) {
        match self {
            Self::Gaussian => values.fill_with(|| StandardNormal.sample(stream)),
            Self::Rademacher => values.fill_with(|| if stream.next_u32() >> 31 == 0 { 1.0 } else { -1.0 }),
            Self::Exponential => values.fill_with(|| {
                let waiting: f64 = Exp1.sample(stream);
                waiting - 1.0
            }),
            Self::Points { skewness, kurtosis } => {
                let share = (kurtosis - skewness * skewness).recip().min(1.0);
                let lean = skewness * share.sqrt();
                let chance = 0.5 * (1.0 - lean / (4.0 + lean * lean).sqrt());
                let [high, low] = [((1.0 - chance) / chance / share).sqrt(), -(chance / (1.0 - chance) / share).sqrt()];
                values.fill_with(|| match stream.random::<f64>() {
                    u if u < share * chance => high,
                    u if u < share => low,
                    _ => 0.0,
                });
            }
        }
    }

    /// A matrix of independent entries, filled column by column.
    #[must_use]
    pub fn matrix(self, rows: usize, columns: usize, stream: &mut impl Rng) -> Mat<f64> {
        let mut matrix = Mat::zeros(rows, columns);
        for column in 0..columns {
            self.fill(matrix.col_as_slice_mut(column), stream);
        }
        matrix
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monte_carlo::{Matrix, Trial};

    fn points((skewness, kurtosis): (f64, f64)) -> (Sampler, f64, f64) {
        (Sampler::Points { skewness, kurtosis }, skewness, kurtosis)
    }

    /// Central moments of orders 1 to 4 against the law's, within five standard errors.
    #[test]
    fn first_four_moments() {
        let count = 400_000;
        for (law, third, fourth) in
            [(Sampler::Gaussian, 0.0, 3.0), (Sampler::Rademacher, 0.0, 1.0), (Sampler::Exponential, 2.0, 9.0)]
                .into_iter()
                .chain([(0.0, 1.0), (-8.0 / 3.0, 73.0 / 9.0), (0.5, 1.5), (2.0, 9.0)].map(points))
        {
            let mut values = vec![0.0; count];
            law.fill(&mut values, &mut Trial { seed: 1, experiment: "moments", number: 0 }.stream(Matrix::Data));
            for (power, expected) in [(1, 0.0), (2, 1.0), (3, third), (4, fourth)] {
                let powers = values.iter().map(|value| value.powi(power));
                let mean = powers.clone().sum::<f64>() / count as f64;
                let variance = powers.map(|value| (value - mean).powi(2)).sum::<f64>() / count as f64;
                let error = (variance / count as f64).sqrt();
                assert!(
                    (mean - expected).abs() <= 5.0 * error + 1e-12,
                    "{law:?}, order {power}: {mean} against {expected} ({error})"
                );
            }
        }
    }
}
