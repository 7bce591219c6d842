//! What a simulation of a kernel of normalised activations is compared with: the laws of its layers, and the outliers of each.

use super::answers::{Answers, Origin, Spike, SpikeLayer};
use super::conjugate::ConjugateAnswers;
use super::conjugate_finite::{Drawn, with_finite_size};
use super::doubt::Doubt;
use super::error::TheoryError;
use super::norm_vector::norm_growth;
use super::prediction::{self, Beside, near_a_threshold, nearest};
use super::uninformative::Candidate;
use super::work::Work;
use crate::compare::{LawPrediction, OutlierPrediction, Prediction};
use crate::model::{Columns, ConjugateKernel, LayerData, Simulation};
use crate::number::Real;

/// The name of the all-ones direction among the references of a draw.
const ONES: &str = "ones";

/// The answers that know what σ″ does: those of the activation simulated where the model is given by b² alone.
fn informed<'a>(answers: &ConjugateAnswers<'a>, simulation: &Simulation) -> Result<Option<ConjugateAnswers<'a>>, TheoryError> {
    let Some(f) = simulation.activation.as_ref().filter(|_| !answers.knows_curvature()) else { return Ok(None) };
    let layers = answers.model.layers.iter().map(|_| LayerData::Activation(f.clone())).collect();
    let model = ConjugateKernel { layers, ..answers.model.clone() };
    ConjugateAnswers::new(model, Work { ..answers.work }).map(Some)
}

/// Whether any layer has an outlier.
///
/// # Errors
/// As the outliers.
pub(super) fn has_outliers(answers: &ConjugateAnswers, simulation: &Simulation) -> Result<bool, TheoryError> {
    if !answers.model.signal.is_empty() {
        return Ok(true);
    }
    let informed = informed(answers, simulation)?;
    let known = informed.as_ref().unwrap_or(answers);
    for layer in 1..=answers.depth() {
        if known.uninformative(layer)?.0.iter().any(|candidate| candidate.outlier.is_some()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The prediction: the layers from the lowest that is drawn.
///
/// # Errors
/// As the laws and the outliers.
pub(super) fn prediction(
    answers: &ConjugateAnswers,
    simulation: &Simulation,
    dimensions: &[(String, usize)],
) -> Result<Prediction, TheoryError> {
    warn_of_norms(answers, simulation)?;
    let smallest = dimensions.iter().map(|(_, size)| *size).min().unwrap_or(0);
    let informed = informed(answers, simulation)?;
    let known = informed.as_ref().unwrap_or(answers);
    let mut laws = Vec::with_capacity(answers.depth() + 1);
    for layer in 0..=answers.depth() {
        let Some(law) = answers.law_of(layer) else { continue };
        let top = layer == answers.depth();
        let prefix = if top { String::new() } else { format!("layers[{layer}].") };
        let law = if top { answers.law()? } else { &law };
        let window = near_a_threshold(smallest);
        let law = beside(answers, known, layer, window)?.law(prediction::law_prediction(law, smallest)?);
        let law = with_finite_size(law, [answers, known], layer, simulation, &Drawn(dimensions))?;
        let slow = !answers.model.skewness_x.is_zero();
        laws.push(LawPrediction { prefix, slow, ..law });
    }
    Ok(Prediction { laws, claims: Vec::new() })
}

/// A doubt where columns are not normalised and the norms of hidden ones grow apart from layer to layer.
fn warn_of_norms(answers: &ConjugateAnswers, simulation: &Simulation) -> Result<(), TheoryError> {
    if answers.model.columns == Columns::Unit || answers.depth() < 2 {
        return Ok(());
    }
    for layer in &answers.model.layers {
        let Some(f) = simulation.activation.as_ref().or(layer.activation()) else { continue };
        let growth = norm_growth(&answers.work, f)?;
        // 1 for homogeneous f, in doubles
        if growth > 1.0 + 1e-9 {
            answers.work.doubt(Doubt::NormsGrowApart { f: f.to_string(), growth: format!("{growth:.3}") });
        }
    }
    Ok(())
}

/// What stands beside the bulk of a layer; candidates within a relative distance `window` of a threshold may stand out.
fn beside(answers: &ConjugateAnswers, known: &ConjugateAnswers, layer: usize, window: f64) -> Result<Beside, TheoryError> {
    let mut signals = Vec::with_capacity(answers.model.signal.len());
    for signal in &answers.model.signal {
        let SpikeLayer { survives, position, alignment, thresholds, .. } = answers.signal(signal)?.swap_remove(layer);
        let absorbed = Spike::absorbed(Origin::Signal, Real::Rational(signal.clone()), thresholds);
        signals.push(Spike { survives, position, alignment, ..absorbed });
    }
    // both outliers have a share of both directions
    let correlated = layer > 0 && !answers.model.overlap.is_zero();
    let with_ones = |own: String| if correlated { vec![own, ONES.to_owned()] } else { vec![own] };
    let mut beside = Beside::of(&signals, |index, spike| Beside::smooth(index, spike, with_ones(format!("signal {index}"))));
    let (candidates, all) = if layer == 0 { (Vec::new(), true) } else { known.uninformative(layer)? };
    for (place, candidate) in candidates.iter().enumerate() {
        match uninformative(known, layer, candidate, format!("spikes[{}]", signals.len() + place))? {
            Some(outlier) => beside.outliers.push(outlier),
            None if candidate.lambda.is_some() => beside.nearest = beside.nearest.min(margin(known, layer, candidate)?),
            None if known.ones_may_stand_out(layer, window)? => beside.nearest = beside.nearest.min(window),
            None => {}
        }
    }
    beside.all_are_known = all;
    Ok(beside)
}

fn uninformative(
    known: &ConjugateAnswers,
    layer: usize,
    candidate: &Candidate,
    name: String,
) -> Result<Option<OutlierPrediction>, TheoryError> {
    let Some(outlier) = &candidate.outlier else { return Ok(None) };
    let own = if candidate.origin == Origin::ColumnNorms { "column_norms" } else { ONES };
    let correlated = !known.model.overlap.is_zero() && own == ONES;
    let references = std::iter::once(own.to_owned()).chain(correlated.then(|| "signal 0".to_owned())).collect();
    Ok(Some(OutlierPrediction {
        name,
        position: outlier.position.to_f64(),
        alignment: Some(outlier.alignment.to_f64()),
        left: None,
        references,
        smooth: false,
        margin: margin(known, layer, candidate)?,
    }))
}

/// How far a candidate is from the edges around it; infinite where it has no place.
fn margin(known: &ConjugateAnswers, layer: usize, candidate: &Candidate) -> Result<f64, TheoryError> {
    let Some(point) = &candidate.lambda else { return Ok(f64::INFINITY) };
    Ok(nearest(known.strength_at(layer, point), &known.edges_around(layer, point)?))
}
