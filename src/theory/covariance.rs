//! The answers of a spiked sample covariance: the stack of one level, and its population spikes.

use super::answers::{Answers, Kind, Origin, Question, Spike};
use super::error::TheoryError;
use super::work::Work;
use super::zero::count_as_zero;
use crate::model::Covariance;
use crate::number::Real;
use crate::spectrum::{Law, LayeredLaw, Stack};
use crate::spikes::{StackSpike, stack_spikes};
use rug::Rational;

/// What it answers.
pub const KIND: Kind = Kind { name: "covariance", answers: &[Question::Law, Question::Spikes] };

/// A sample covariance at one precision.
pub struct CovarianceAnswers<'a> {
    model: Covariance,
    work: Work<'a>,
    law: LayeredLaw,
}

impl<'a> CovarianceAnswers<'a> {
    /// Nothing is computed before it is asked.
    #[must_use]
    pub fn new(model: Covariance, work: Work<'a>) -> Self {
        let stack = Stack { population: model.population.clone(), gamma: model.gamma.clone(), layers: Vec::new() };
        Self { law: LayeredLaw::new(stack, work.bits), model, work }
    }

    /// What each spike makes, in the order given; one that no bits tell from an edge counts as absorbed.
    fn made(&self) -> Result<Vec<(Rational, StackSpike)>, TheoryError> {
        let law = self.law.sampled()?;
        let spike = |strength: &Rational| {
            let mut found = stack_spikes(self.law.stack(), law, &Real::Rational(strength.clone())).swap_remove(0);
            if found.survives.is_none() {
                count_as_zero(&self.work, "the distance of an outlier from the bulk")?;
                found.survives = Some(false);
            }
            Ok((strength.clone(), found))
        };
        self.model.spikes.iter().map(spike).collect()
    }
}

fn record((strength, found): (Rational, StackSpike)) -> Spike {
    let survives = found.survives == Some(true);
    let shown = |number: Real| if survives { number } else { Real::Unknown };
    Spike {
        origin: Origin::Signal,
        strength: strength.into(),
        survives,
        position: shown(found.position),
        alignment: shown(found.alignment),
        left_factor: Some(shown(found.left_factor)),
        thresholds: found.thresholds.into_iter().map(Real::from).collect(),
        alignment_ones: None,
        layers: Vec::new(),
    }
}

impl Answers for CovarianceAnswers<'_> {
    fn kind(&self) -> Kind {
        KIND
    }

    fn law(&self) -> Result<&dyn Law, TheoryError> {
        Ok(&self.law)
    }

    fn outliers(&self) -> Result<Option<Vec<Real>>, TheoryError> {
        let alive = self.made()?.into_iter().filter(|(_, found)| found.survives == Some(true));
        let mut positions: Vec<Real> = alive.map(|(_, found)| found.position).collect();
        positions.sort_by(|a, b| b.to_f64().total_cmp(&a.to_f64()));
        Ok(Some(positions))
    }

    fn spikes(&self) -> Result<Vec<Spike>, TheoryError> {
        Ok(self.made()?.into_iter().map(record).collect())
    }
}
