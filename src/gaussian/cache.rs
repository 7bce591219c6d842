//! Gaussian data by activation and scale, found once and kept.
use std::sync::{Arc, Mutex, PoisonError};

use rug::Rational;

use super::{Data, GaussianError};
use crate::activation::{Function, Node};
use crate::number::Job;

const KEPT: usize = 32;

/// Data by activation and scale, the latest last.
#[derive(Default)]
pub struct Cache(Mutex<Vec<(Function, Rational, Arc<Data>)>>);

impl std::fmt::Debug for Cache {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Cache")
    }
}

impl Cache {
    /// The data of f(σZ).
    ///
    /// # Errors
    /// An activation without them.
    pub fn data(&self, f: &Function, sigma: &Rational, job: &Job<'_>) -> Result<Arc<Data>, GaussianError> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, data)) = known().iter().find(|(g, scale, _)| scale == sigma && g == f) {
            return Ok(data.clone());
        }
        let data = Arc::new(Data::new(f, sigma, job)?);
        if is_closed(f) {
            let mut known = known();
            if known.len() == KEPT {
                known.remove(0);
            }
            known.push((f.clone(), sigma.clone(), data.clone()));
        }
        Ok(data)
    }
}

/// Whether no constant computed elsewhere occurs.
#[must_use]
pub fn is_closed(f: &Function) -> bool {
    !matches!(f.node(), Node::Constant(_)) && f.node().children().into_iter().all(is_closed)
}
