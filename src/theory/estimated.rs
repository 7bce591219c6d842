//! The answers of a model over a population that is known to a finite accuracy: every number with its estimated error.

use super::answers::{Answers, Kind, LayerLaw, LayerUnder, Obstruction, Spike, SpikeLayer, SpikePart};
use super::error::TheoryError;
use crate::compare::Prediction;
use crate::model::Simulation;
use crate::number::Real;
use crate::spectrum::{EstimatedLaw, Law, LawError, Stack, estimated};

/// A model's answers, and those over the same population approximated otherwise, where it is not exact.
pub struct EstimatedAnswers<'a, L> {
    answers: Box<dyn Answers + 'a>,
    other: Option<Box<dyn Answers + 'a>>,
    law: EstimatedLaw<L>,
}

impl<'a, L: Law> EstimatedAnswers<'a, L> {
    /// The answers with their laws, and the others with theirs.
    #[must_use]
    pub fn new((answers, law): (Box<dyn Answers + 'a>, L), other: Option<(Box<dyn Answers + 'a>, L)>) -> Self {
        let (other, other_law) = other.unzip();
        Self { answers, other, law: EstimatedLaw::new(law, other_law) }
    }

    /// A list that both have, with the same items.
    fn both<T>(
        &self,
        ask: impl Fn(&dyn Answers) -> Result<Vec<T>, TheoryError>,
        join: impl Fn(T, Option<T>) -> Result<T, LawError>,
    ) -> Result<Vec<T>, TheoryError> {
        let found = ask(&*self.answers)?;
        let Some(other) = self.other.as_deref().map(ask).transpose()? else {
            return Ok(found.into_iter().map(|item| join(item, None)).collect::<Result<_, _>>()?);
        };
        if found.len() != other.len() {
            return Err(LawError::Unresolved.into());
        }
        Ok(found.into_iter().zip(other).map(|(item, other)| join(item, Some(other))).collect::<Result<_, _>>()?)
    }
}

/// Lists of the same length, item by item.
fn reals(list: Vec<Real>, other: Option<Vec<Real>>) -> Result<Vec<Real>, LawError> {
    match other {
        None => Ok(list.into_iter().map(|value| estimated(value, None)).collect()),
        Some(other) if other.len() == list.len() => {
            Ok(list.into_iter().zip(other).map(|(value, other)| estimated(value, Some(other))).collect())
        }
        Some(_) => Err(LawError::Unresolved),
    }
}

fn layer(spike: SpikeLayer, other: Option<SpikeLayer>) -> Result<SpikeLayer, LawError> {
    if other.as_ref().is_some_and(|other| other.survives != spike.survives) {
        return Err(LawError::Unresolved);
    }
    let (position, alignment, thresholds) = match other {
        Some(other) => (Some(other.position), Some(other.alignment), Some(other.thresholds)),
        None => (None, None, None),
    };
    Ok(SpikeLayer {
        position: estimated(spike.position, position),
        alignment: estimated(spike.alignment, alignment),
        thresholds: reals(spike.thresholds, thresholds)?,
        ..spike
    })
}

fn spike(spike: Spike, other: Option<Spike>) -> Result<Spike, LawError> {
    if other.as_ref().is_some_and(|other| other.survives != spike.survives || other.layers.len() != spike.layers.len()) {
        return Err(LawError::Unresolved);
    }
    let of = |ask: fn(&Spike) -> Real| other.as_ref().map(ask);
    let others = other.as_ref().map(|other| other.layers.clone());
    let layers = spike.layers.clone().into_iter().enumerate();
    let layers = layers.map(|(index, own)| layer(own, others.as_ref().map(|others| others[index].clone())));
    let optional =
        |own: &Option<Real>, ask: fn(&Spike) -> Option<Real>| own.clone().map(|own| estimated(own, other.as_ref().and_then(ask)));
    Ok(Spike {
        strength: estimated(spike.strength.clone(), of(|spike| spike.strength.clone())),
        position: estimated(spike.position.clone(), of(|spike| spike.position.clone())),
        alignment: estimated(spike.alignment.clone(), of(|spike| spike.alignment.clone())),
        left_factor: optional(&spike.left_factor, |spike| spike.left_factor.clone()),
        alignment_ones: optional(&spike.alignment_ones, |spike| spike.alignment_ones.clone()),
        thresholds: reals(spike.thresholds.clone(), other.as_ref().map(|other| other.thresholds.clone()))?,
        layers: layers.collect::<Result<_, _>>()?,
        ..spike
    })
}

fn layer_law(law: LayerLaw, other: Option<LayerLaw>) -> Result<LayerLaw, LawError> {
    let flat = |law: LayerLaw| law.edges.into_iter().flatten().collect::<Vec<_>>();
    let (layer, atom) = (law.layer, law.atom.clone());
    let edges = reals(flat(law), other.map(flat))?;
    let edges = edges.chunks_exact(2).map(|pair| [pair[0].clone(), pair[1].clone()]).collect();
    Ok(LayerLaw { layer, edges, atom })
}

impl<L: Law> Answers for EstimatedAnswers<'_, L> {
    fn kind(&self) -> Kind {
        self.answers.kind()
    }

    fn law(&self) -> Result<&dyn Law, TheoryError> {
        Ok(&self.law)
    }

    fn stack(&self) -> Result<Option<Stack>, TheoryError> {
        self.answers.stack()
    }

    fn is_certified(&self) -> bool {
        false
    }

    fn layer_laws(&self) -> Result<Vec<LayerLaw>, TheoryError> {
        self.both(|answers| answers.layer_laws(), layer_law)
    }

    fn layers_under(&self) -> Result<Vec<LayerUnder>, TheoryError> {
        self.answers.layers_under()
    }

    fn outliers(&self) -> Result<Option<Vec<Real>>, TheoryError> {
        let list = |answers: &dyn Answers| Ok(answers.outliers()?.unwrap_or_default());
        self.both(list, |value, other| Ok(estimated(value, other))).map(Some)
    }

    fn spikes(&self) -> Result<Vec<Spike>, TheoryError> {
        self.both(|answers| answers.spikes(), spike)
    }

    fn spike(&self, place: usize, part: SpikePart) -> Result<Option<Spike>, TheoryError> {
        let Some(own) = self.answers.spike(place, part)? else { return Ok(None) };
        let other = self.other.as_deref().map(|other| other.spike(place, part)).transpose()?;
        Ok(Some(spike(own, other.flatten())?))
    }

    fn obstructions(&self) -> Result<Vec<Obstruction>, TheoryError> {
        self.answers.obstructions()
    }

    fn has_outliers(&self, simulation: &Simulation) -> Result<bool, TheoryError> {
        self.answers.has_outliers(simulation)
    }

    fn prediction(&self, simulation: &Simulation, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        self.answers.prediction(simulation, dimensions)
    }
}
