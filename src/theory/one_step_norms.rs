//! Outliers of F F ᵀ/n beside a step: |x|² − d of Gaussian data in the part of σ of degree two, with rows of W of exact norm
//! (docs/mathematics.md, 'Outliers of order one').

use super::answers::Spike;
use super::error::TheoryError;
use super::features::FeaturesAnswers;
use super::one_step::OneStepAnswers;
use super::work::Work;
use super::{Doubts, Origin};
use crate::model::{EntryLaw, Features};
use crate::spikes;

impl<'a> OneStepAnswers<'a> {
    /// The matrix F_0 as features with the doubts of its own: rows of W of exact norm, Gaussian data.
    ///
    /// # Errors
    /// As features.
    pub(super) fn as_features<'d>(&self, doubts: &'d Doubts) -> Result<FeaturesAnswers<'d>, TheoryError>
    where
        'a: 'd,
    {
        let model = &self.model;
        let features = Features {
            entries_w: EntryLaw::Rademacher.moments(),
            ..Features::new(model.activation.clone(), [model.phi.clone(), model.psi.clone()])
        };
        FeaturesAnswers::new(features, Work { doubts, ..self.work })
    }

    /// What the norms of the data make, whether it leaves the bulk or not; of the mean of f nothing is left.
    ///
    /// # Errors
    /// As features.
    pub fn norms(&self) -> Result<Vec<Spike>, TheoryError> {
        let doubts = Doubts::default();
        let found = self.as_features(&doubts)?.without_mean()?;
        let of_norms = |spike: &Spike| spike.origin == Origin::Feature(spikes::Origin::NormX);
        Ok(found.into_iter().filter(of_norms).collect())
    }
}
