//! The errors of one gradient step against the ridge, for curves on a screen (docs/mathematics.md, 'One step of growing size').

use super::error::TheoryError;
use super::one_step::{ErrorRow, OneStepAnswers};
use crate::learning::Baseline;
use crate::number::Ball;

impl OneStepAnswers<'_> {
    /// The model's ridge.
    #[must_use]
    pub fn ridge(&self) -> f64 {
        self.work.enclosure(&self.model.ridge).to_f64()
    }

    /// N/d.
    #[must_use]
    pub fn neurons_per_dimension(&self) -> f64 {
        self.model.psi.to_f64().recip()
    }

    /// The errors after a constant step of this size, a double.
    #[must_use]
    pub fn after_double(&self, eta: f64) -> ErrorRow {
        self.after(&Ball::double(eta, self.work.bits))
    }

    /// Penalised loss, its first term and test error inside the regime of each degree up to `most`, at other ridges than the
    /// model's, all positive; ridges first.
    ///
    /// # Errors
    /// As the law.
    pub fn errors_over_ridges(&self, ridges: &[f64], most: usize) -> Result<Vec<Vec<[f64; 3]>>, TheoryError> {
        let at = |ridge: &f64| {
            let ridge = Ball::double(*ridge, self.work.bits);
            let base = Baseline::of_ridge(&self.curve, &ridge, self.work.bits)?;
            let errors = |degree| self.errors_of_degree(&ridge, &base, degree).map(|error| error.to_f64());
            Ok((0..=most).map(errors).collect())
        };
        ridges.iter().map(at).collect()
    }
}
