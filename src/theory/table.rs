//! The law of a model in double precision, for callers without a session.

use std::sync::Arc;

use super::cache::Cache;
use super::doubt::Doubts;
use super::error::TheoryError;
use super::work::Work;
use crate::model::Model;
use crate::number::{Attempt, Job, Refined, refine};
use crate::spectrum::Table;

/// Digits that decide its parameters: those of doubles.
const DIGITS: u32 = 15;

/// The limiting law in doubles, at as many bits as its parameters need.
///
/// # Errors
/// A model without a law, or one whose law is not decided within the bound of the precision.
pub fn table(model: &Model, data: &Cache, job: &Job) -> Result<Arc<dyn Table>, TheoryError> {
    let mut undecided = None;
    let refined = refine(DIGITS, |bits| {
        let doubts = Doubts::default();
        let work = Work { bits, digits: DIGITS, job, data, doubts: &doubts };
        match super::of(model, &work).and_then(|answers| Ok(answers.law()?.table()?)) {
            Ok(table) => Ok(Attempt::Settled(table)),
            Err(error) if error.wants_bits() => {
                undecided = Some(error);
                Ok(Attempt::Coarse(None))
            }
            Err(error) => Err(error),
        }
    })?;
    match refined {
        Refined::Settled(table) | Refined::NearZero(table) => Ok(table),
        Refined::OutOfReach(_, bits) => {
            Err(undecided.unwrap_or_else(|| TheoryError::Undecided(format!("the law is not decided at {bits} bits"))))
        }
    }
}
