//! What is found once and kept for the next question: Gaussian data of activations, what they do to signals, laws of Jacobians, and the
//! edges of laws of stacks.

use std::sync::{Arc, PoisonError, RwLock};

use crate::activation::Function;
use crate::gaussian;
use crate::model::Jacobian;
use crate::propagation::Nonlinearity;
use crate::spectrum::{JacobianLaw, LayeredLaw, Shelf, Stack};

/// Activations of which it is kept what they do to signals.
const KEPT: usize = 32;
/// Slopes of all laws of Jacobians that are kept, each of which takes some 400 bytes.
const KEPT_SLOPES: usize = 200_000;

/// A Jacobian with a precision: bits and digits.
pub(super) type JacobianKey = (Jacobian, [u32; 2]);
/// Its law by a fine quadrature and, where slopes vary, by a coarse one.
pub(super) type JacobianLaws = (JacobianLaw, Option<JacobianLaw>);

/// What was found of activations and of laws.
#[derive(Debug, Default)]
pub struct Cache {
    /// Gaussian data.
    pub gaussian: gaussian::Cache,
    nonlinearities: RwLock<Vec<Arc<Nonlinearity>>>,
    laws: Arc<Shelf>,
    jacobians: RwLock<Vec<(JacobianKey, JacobianLaws)>>,
}

impl Cache {
    /// f with what was found of it before. One that holds a constant computed elsewhere is not kept: such a constant may have been
    /// enclosed at one precision only.
    #[must_use]
    pub fn nonlinearity(&self, f: &Function) -> Arc<Nonlinearity> {
        let kept = self.nonlinearities.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.iter().find(|known| known.is_of(f)) {
            return Arc::clone(known);
        }
        drop(kept);
        let made = Arc::new(Nonlinearity::new(f));
        if f.is_closed() {
            let mut kept = self.nonlinearities.write().unwrap_or_else(PoisonError::into_inner);
            if kept.len() == KEPT {
                kept.remove(0);
            }
            kept.push(Arc::clone(&made));
        }
        made
    }

    /// The laws of a Jacobian, found once with all that is asked of them; one that holds a constant computed elsewhere is not kept.
    ///
    /// # Errors
    /// Those of `find`.
    pub(super) fn jacobian<E>(
        &self,
        key: JacobianKey,
        find: impl FnOnce() -> Result<JacobianLaws, E>,
    ) -> Result<JacobianLaws, E> {
        let kept = self.jacobians.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = kept.iter().find(|(known, _)| *known == key) {
            return Ok(known.clone());
        }
        drop(kept);
        let found = find()?;
        if key.0.is_closed() {
            let mut kept = self.jacobians.write().unwrap_or_else(PoisonError::into_inner);
            kept.push((key, found.clone()));
            let size = |(fine, coarse): &JacobianLaws| fine.size() + coarse.as_ref().map_or(0, JacobianLaw::size);
            // the oldest go first
            while kept.iter().map(|(_, laws)| size(laws)).sum::<usize>() > KEPT_SLOPES {
                kept.remove(0);
            }
        }
        Ok(found)
    }

    /// The law of a stack with numbers of so many bits, which takes its edges from a law of the same numbers where that is kept.
    #[must_use]
    pub fn law(&self, stack: Stack, bits: u32) -> LayeredLaw {
        LayeredLaw::kept(stack, bits, &self.laws)
    }
}
