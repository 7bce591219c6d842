//! What is found once and kept for the next question: Gaussian data of activations, and laws of stacks.

use std::sync::{Mutex, PoisonError};

use crate::gaussian;
use crate::spectrum::{LayeredLaw, Stack};

/// Laws that are kept: a few precisions of the one that a search asks again and again.
const KEPT: usize = 8;

/// Gaussian data, and the latest laws, the last one asked for last.
#[derive(Debug, Default)]
pub struct Cache {
    /// Gaussian data by activation.
    pub gaussian: gaussian::Cache,
    laws: Mutex<Vec<LayeredLaw>>,
}

impl Cache {
    /// The law of a stack with numbers of so many bits, which shares its edges with a law of the same numbers that is kept.
    #[must_use]
    pub fn law(&self, stack: Stack, bits: u32) -> LayeredLaw {
        let mut kept = self.laws.lock().unwrap_or_else(PoisonError::into_inner);
        let law = match kept.iter().rposition(|law| law.is_of(&stack, bits)) {
            Some(place) => kept.remove(place),
            None => LayeredLaw::new(stack, bits),
        };
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push(law.clone());
        law
    }
}
