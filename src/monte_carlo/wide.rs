//! The first instant at infinite width, by several finite sets of neurons.
//!
//! Given the samples, P_s = Q_s Q_sᵀ of a set s of neurons has the P of infinite width as its expectation, and different sets are
//! independent. So tr P_1 S P_2 S, tr P_1 S P_2 P_3 S and tr P_1 P_2 S P_3 P_4 S have the traces of infinite width as theirs, at any
//! number of neurons. Averages over the rotations of 1 2 3 4 hold every set alike: to first order in the fluctuations of the P_s their
//! quotient has none.

use super::early_time::{Start, quotient, trace};
use super::signals::{product, transposed_product};
use super::{Run, SimulationError};
use faer::Mat;

/// Sets.
const SETS: usize = 4;
/// What the neurons of all sets are called among the sizes: no number of the theory.
pub(super) const NEURONS: &str = "neurons";

/// Neurons of all sets for so many samples.
pub(super) fn neurons(n: usize) -> usize {
    SETS * n
}

/// c_nfc; none where it is 0/0.
///
/// # Errors
/// A run that was stopped.
pub(super) fn correlation(start: &Start, run: &Run<'_>) -> Result<Option<f64>, SimulationError> {
    let weighted = start.weighted();
    let each = start.tangents.ncols() / SETS;
    let mut carried: Vec<Mat<f64>> = Vec::with_capacity(SETS);
    for set in 0..SETS {
        let tangents = start.tangents.subcols(set * each, each).to_owned();
        // P_s R X
        carried.push(product(&tangents, &transposed_product(&tangents, &weighted)));
        run.check()?;
    }
    // XᵀR P_s R X, and XᵀR P_s P_(s+1) R X
    let single: Vec<Mat<f64>> = carried.iter().map(|carried| transposed_product(&weighted, carried)).collect();
    run.check()?;
    let double: Vec<Mat<f64>> = (0..SETS).map(|set| transposed_product(&carried[set], &carried[(set + 1) % SETS])).collect();
    run.check()?;
    let over = |left: &[Mat<f64>], right: &[Mat<f64>], apart: usize| {
        let term = |set: usize| trace(left[set].as_ref(), right[(set + apart) % SETS].as_ref());
        (0..SETS).map(term).sum::<f64>() / SETS as f64
    };
    Ok(quotient([over(&single, &double, 1), over(&single, &single, 1), over(&double, &double, 2)]))
}
