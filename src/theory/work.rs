//! What a theory may use: precision, a job, what was found before, and a place for doubts.

use std::sync::Arc;

use super::cache::Cache;
use super::doubt::{Doubt, Doubts};
use super::error::TheoryError;
use crate::activation::{Evaluator, Function, short};
use crate::gaussian::Data;
use crate::number::{Ball, Job};
use crate::spectrum::{LayeredLaw, Stack};

/// One attempt at one precision.
#[derive(Clone, Copy)]
pub struct Work<'a> {
    /// Bits of every enclosure.
    pub bits: u32,
    /// Significant digits that are wanted.
    pub digits: u32,
    /// Cancel flag, progress and effort.
    pub job: &'a Job<'a>,
    /// What was found before of activations and of laws.
    pub data: &'a Cache,
    /// Where doubts are left.
    pub doubts: &'a Doubts,
}

impl Work<'_> {
    /// Leaves a doubt.
    pub fn doubt(&self, doubt: Doubt) {
        self.doubts.leave(doubt);
    }

    /// The Gaussian data of f(σZ).
    ///
    /// # Errors
    /// An activation without them.
    pub fn gaussian(&self, f: &Function, sigma: &Function) -> Result<Arc<Data>, TheoryError> {
        let data = self.data.gaussian.data(f, sigma, self.job)?;
        if let Some(place) = data.doubt() {
            self.doubt(Doubt::CountedAsZero(short(place)));
        }
        Ok(data)
    }

    /// The law of a stack, which shares its edges with one of the same numbers that was asked for before.
    #[must_use]
    pub fn law(&self, stack: Stack) -> LayeredLaw {
        self.data.law(stack, self.bits)
    }

    /// The enclosure of a function without x.
    #[must_use]
    pub fn enclosure(&self, f: &Function) -> Ball {
        Evaluator::new(f, self.bits).value(&Ball::zero(self.bits))
    }
}
