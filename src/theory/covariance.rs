//! The answers of a spiked sample covariance: the stack of one level, and its population spikes.

use super::answers::{Answers, Kind, Origin, Question, Spike, SpikePart};
use super::error::TheoryError;
use super::given::Given;
use super::prediction::{self, Beside};
use super::ranks::Ranks;
use super::work::Work;
use super::zero::count_as_zero;
use crate::compare::{FiniteSize, LawPrediction, OutlierPrediction, Prediction};
use crate::model::{Covariance, Simulation};
use crate::number::{Ball, Real};
use crate::spectrum::{Law, LayeredLaw, Stack};
use crate::spikes::{StackSpike, stack_spikes};
use rug::Rational;

/// What it answers.
pub const KIND: Kind = Kind { name: "covariance", answers: &[Question::Law, Question::Spikes, Question::Check] };

/// A sample covariance at one precision.
pub struct CovarianceAnswers<'a> {
    model: Covariance,
    work: Work<'a>,
    given: Given,
    law: LayeredLaw,
}

impl<'a> CovarianceAnswers<'a> {
    /// Does the work of the population.
    ///
    /// # Errors
    /// As the answers of an earlier model that is its population.
    pub fn new(model: Covariance, work: Work<'a>) -> Result<Self, TheoryError> {
        let given = Given::new(&work, &model.population, Some(&model.gamma))?;
        let stack = given.stack.clone().sampled(model.gamma.clone(), work.bits);
        Ok(Self { law: work.law(stack), given, model, work })
    }

    /// The law, which shares its work with this one.
    pub(super) fn layered(&self) -> LayeredLaw {
        self.law.clone()
    }

    /// The zeros that matrices of these dimensions have by their rank.
    fn zeros(&self, dimensions: &[(String, usize)]) -> Option<[usize; 2]> {
        let size = |wanted: &str| dimensions.iter().find(|(name, _)| name == wanted).map(|(_, size)| *size);
        let [n, rows] = [size("n")?, size("N")?];
        let population = Ranks::of_population(n, &self.model.spikes, &self.given.stack.atom());
        population.sampled(rows).zeros_beside(n, &self.law.stack().atom())
    }

    /// What each spike makes, in the order given, and its thresholds.
    fn made(&self) -> Result<Vec<Made>, TheoryError> {
        self.model.spikes.iter().map(|strength| self.made_by(strength, SpikePart::Whole)).collect()
    }

    /// What one spike makes; one that no bits tell from an edge counts as absorbed.
    fn made_by(&self, strength: &Rational, part: SpikePart) -> Result<Made, TheoryError> {
        let point = match self.given.is_level() {
            true => self.given.point_below(self.law.sampled()?, strength)?,
            false => Real::Rational(strength.clone()),
        };
        let mut made = stack_spikes(&self.law, &point)?;
        if self.given.is_level() {
            made = self.given.seen_from(made, strength, self.law.working_bits());
        }
        let mut found = made.swap_remove(made.len() - 1);
        if found.survives.is_none() {
            count_as_zero(&self.work, "the distance of an outlier from the bulk")?;
            found.survives = Some(false);
        }
        if part != SpikePart::Whole {
            return Ok((strength.clone(), found, Vec::new()));
        }
        let law = self.law.sampled()?;
        let value = |end: &Ball| self.given.value(law, end);
        let top = self.law.stack().layers.len();
        let ends = point.ball(law.bits()).map(|point| law.thresholds(top, &point, &|end| !value(end).is_negative()));
        Ok((strength.clone(), found, ends.into_iter().flatten().map(|end| value(&end)).collect()))
    }
}

/// A spike, what it makes and its thresholds.
type Made = (Rational, StackSpike, Vec<Ball>);

fn record((strength, found, thresholds): Made) -> Spike {
    let absorbed = Spike::absorbed(Origin::Signal, strength.into(), thresholds.into_iter().map(Real::from).collect());
    if found.survives != Some(true) {
        return Spike { left_factor: Some(Real::Unknown), ..absorbed };
    }
    let (position, alignment, left_factor) = (found.position, found.alignment, Some(found.left_factor));
    Spike { survives: true, position, alignment, left_factor, ..absorbed }
}

impl Answers for CovarianceAnswers<'_> {
    fn kind(&self) -> Kind {
        KIND
    }

    fn law(&self) -> Result<&dyn Law, TheoryError> {
        Ok(&self.law)
    }

    fn stack(&self) -> Result<Option<Stack>, TheoryError> {
        Ok(Some(self.law.stack().clone()))
    }

    fn is_certified(&self) -> bool {
        self.given.certified
    }

    fn outliers(&self) -> Result<Option<Vec<Real>>, TheoryError> {
        let alive = self.made()?.into_iter().filter(|(_, found, _)| found.survives == Some(true));
        let mut positions: Vec<Real> = alive.map(|(_, found, _)| found.position).collect();
        positions.sort_by(|a, b| b.to_f64().total_cmp(&a.to_f64()));
        Ok(Some(positions))
    }

    fn spikes(&self) -> Result<Vec<Spike>, TheoryError> {
        Ok(self.made()?.into_iter().map(record).collect())
    }

    fn spike(&self, place: usize, part: SpikePart) -> Result<Option<Spike>, TheoryError> {
        let strength = self.model.spikes.get(place);
        strength.map(|strength| self.made_by(strength, part).map(record)).transpose()
    }

    fn has_outliers(&self, _simulation: &Simulation) -> Result<bool, TheoryError> {
        Ok(!self.model.spikes.is_empty())
    }

    fn prediction(&self, _simulation: &Simulation, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        let smallest = dimensions.iter().map(|(_, size)| *size).min().unwrap_or(0);
        let beside = Beside::of(&self.spikes()?, |index, spike| OutlierPrediction {
            left: spike.left_factor.as_ref().map(|factor| (factor.to_f64(), format!("scores {index}"))),
            ..Beside::smooth(index, spike, vec![format!("spike {index}")])
        });
        let law = beside.law(prediction::law_prediction(&self.law, smallest)?);
        let finite = FiniteSize { zeros: self.zeros(dimensions), loose: self.model.spikes.len() + 1, ..law.finite };
        Ok(Prediction { laws: vec![LawPrediction { finite, ..law }], claims: Vec::new() })
    }
}
