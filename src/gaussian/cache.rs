//! Gaussian data found once for an activation and kept.

use std::sync::{Arc, PoisonError, RwLock};

use super::data::Data;
use super::error::GaussianError;
use crate::activation::Function;
use crate::number::Job;

/// Activations whose data are kept.
const KEPT: usize = 32;

/// Gaussian data by activation and scale, the latest last.
#[derive(Default)]
pub struct Cache {
    data: RwLock<Vec<(Function, Function, Arc<Data>)>>,
}

impl Cache {
    /// The data of f(σZ), from what is kept or anew. Data of an f that holds a constant computed elsewhere are not kept: such a
    /// constant may have been enclosed at one precision only. A σ may be a ball, that of the variance of a layer for one: what is found
    /// holds for all of its numbers.
    ///
    /// # Errors
    /// As [`Data::scaled`].
    pub fn data(&self, f: &Function, sigma: &Function, job: &Job<'_>) -> Result<Arc<Data>, GaussianError> {
        let known = self.data.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, data)) = known.iter().find(|(known, scale, _)| scale == sigma && known == f) {
            return Ok(Arc::clone(data));
        }
        drop(known);
        let data = Arc::new(Data::scaled(f, sigma, job)?);
        if f.is_closed() && (sigma.is_closed() || sigma.is_ball()) {
            let mut kept = self.data.write().unwrap_or_else(PoisonError::into_inner);
            if kept.len() == KEPT {
                kept.remove(0);
            }
            kept.push((f.clone(), sigma.clone(), Arc::clone(&data)));
        }
        Ok(data)
    }
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Cache({})", self.data.read().unwrap_or_else(PoisonError::into_inner).len())
    }
}
