//! What is found once and kept for the next question: Gaussian data of activations, and the edges of laws of stacks.

use std::sync::Arc;

use crate::gaussian;
use crate::spectrum::{LayeredLaw, Shelf, Stack};

/// Gaussian data by activation, and laws with their edges.
#[derive(Debug, Default)]
pub struct Cache {
    /// Gaussian data.
    pub gaussian: gaussian::Cache,
    laws: Arc<Shelf>,
}

impl Cache {
    /// The law of a stack with numbers of so many bits, which takes its edges from a law of the same numbers where that is kept.
    #[must_use]
    pub fn law(&self, stack: Stack, bits: u32) -> LayeredLaw {
        LayeredLaw::kept(stack, bits, &self.laws)
    }
}
