//! Populations as whole values: the law of a model as one, its mean, and the one that a simulation draws.

use std::sync::Arc;

use rug::Rational;

use super::answers::of;
use super::error::TheoryError;
use super::given::Given;
use super::quadrature::quadrature;
use super::work::Work;
use crate::model::{Atoms, EarlierLaw, Model, Population};
use crate::number::Real;
use crate::spectrum::{Law, LawError, LayeredLaw};

/// Quantiles for each of the n eigenvalues that a simulation draws: the law is off by less than a fortieth of an eigenvalue.
const A_PLACE: usize = 20;
/// Most of them.
const MOST_QUANTILES: usize = 100_000;

/// The limiting law of a model as a population: exactly where it is that of a stack, otherwise by atoms.
///
/// # Errors
/// As the law; one without an upper edge, or whose masses are not known.
pub fn law_as_population(work: &Work, model: &Arc<Model>) -> Result<Population, TheoryError> {
    let answers = of(model, work)?;
    let typed = format!("spectrum({})", model.typed());
    if matches!(answers.law()?.atom()?, Real::Rational(atom) if atom == 1) {
        let message = format!("all eigenvalues of {} are 0, so that there is no bulk", model.typed());
        return Err(TheoryError::Refused { message, help: "take an activation that varies".to_owned() });
    }
    if answers.stack()?.is_some() {
        return Ok(Population::Law(EarlierLaw { model: model.clone(), unit_mean: false, typed }));
    }
    let [atoms, other] = quadrature(answers.law()?)?;
    Ok(Population::Atoms(Atoms { atoms, other: Some(other), typed: Some(typed) }))
}

/// The mean of a population.
///
/// # Errors
/// As the answers of an earlier model.
pub fn mean(work: &Work, population: &Population) -> Result<Real, TheoryError> {
    Ok(Given::new(work, population, None)?.stack.mean())
}

/// The model as a simulation draws it at size n: a law of an earlier model in the place of its population becomes the quantiles of that
/// law, many to a place of the n.
///
/// # Errors
/// As the law.
pub fn drawable(work: &Work, model: &Model, n: usize) -> Result<Model, TheoryError> {
    match model.population() {
        Some(population @ Population::Law(_)) => {
            let count = n.clamp(1, MOST_QUANTILES / A_PLACE) * A_PLACE;
            let values = quantiles(work, population, count)?;
            let weight = Rational::from((1, count));
            let atom = |value: f64| [Rational::from_f64(value).unwrap_or_default(), weight.clone()];
            Ok(model.over(Population::of_atoms(values.into_iter().map(atom).collect())))
        }
        _ if model.has_given_kernel() => Err(TheoryError::Refused {
            message: "a kernel that is given by its eigenvalues is not drawn".to_owned(),
            help: "check a model of f: regression(f, teacher, d = …, n = …, widths = [inf], …)".to_owned(),
        }),
        _ => Ok(model.clone()),
    }
}

/// The quantiles of a population at (k + ½)/count, in doubles.
///
/// # Errors
/// As its law.
fn quantiles(work: &Work, population: &Population, count: usize) -> Result<Vec<f64>, TheoryError> {
    let given = Given::new(work, population, None)?;
    let table = LayeredLaw::new(given.stack, work.bits).table()?;
    let at = |k: usize| {
        if k.is_multiple_of(256) {
            work.job.check()?;
        }
        let found = table.quantile((k as f64 + 0.5) / count as f64);
        found.ok_or(TheoryError::Law(LawError::NoPath))
    };
    (0..count).map(at).collect()
}
