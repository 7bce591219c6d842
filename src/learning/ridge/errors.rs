//! All errors at a point of the chain.
//!
//! With ′ the derivative in κ_0, B_l = H − κ_l H′/κ_l′ is the error of the predictor averaged over data and the weights above layer l, and
//! T_l = B_l/(1 − df_l/n) with df_l = D_l + κ_l D_l′/κ_l′ that of the predictor averaged over these weights on the same data. T_L is the
//! test error; the ridge identity gives the training error (1 − D_L/n)² T_L and its penalised minimum (1 − D_L/n) H.

use super::chain::Chain;
use crate::number::{Ring, Tangent};

/// The errors at one penalty.
#[derive(Clone, Debug)]
pub struct Errors<T> {
    /// κ_0, …, κ_L.
    pub kappa: Vec<T>,
    /// D_L.
    pub freedom: T,
    /// ridge/κ_L = 1 − D_L/n.
    pub left: T,
    /// H.
    pub loss: T,
    /// B_0, …, B_L.
    pub averaged: Vec<T>,
    /// T_0, …, T_L.
    pub same_data: Vec<T>,
    /// dκ_L/d ridge.
    pub inflation: T,
}

impl<T: Ring> Errors<T> {
    /// At κ_0; κ_l is exactly 0 from level `vanishing` on, where it is given, and D_L then the rank.
    #[must_use]
    pub fn at(chain: &Chain<T>, kappa: &T, vanishing: Option<(usize, T)>) -> Self {
        let tangents = chain.map(Tangent::constant);
        let point = Tangent::variable(kappa);
        let rungs = tangents.rungs(&point, &point.integer(1));
        let (one, zero) = (kappa.integer(1), kappa.integer(0));
        let (loss, levels) = (&rungs.loss, rungs.penalties.len());
        let is_zero = |level: usize| vanishing.as_ref().filter(|(first, _)| level >= *first).map(|(_, rank)| rank);
        let (mut averaged, mut same_data, mut penalties) = (Vec::new(), Vec::new(), Vec::new());
        let mut inflation = one.clone();
        for level in 0..levels {
            let (penalty, freedom) = (&rungs.penalties[level], &rungs.freedom[level]);
            let (error, used) = match is_zero(level) {
                Some(rank) => (loss.value.clone(), rank.clone()),
                None => {
                    let pace = penalty.value.over(&penalty.slope);
                    (loss.value.minus(&pace.times(&loss.slope)), freedom.value.plus(&pace.times(&freedom.slope)))
                }
            };
            inflation = one.minus(&used.over(&chain.samples)).inverse();
            same_data.push(error.times(&inflation));
            averaged.push(error);
            penalties.push(if is_zero(level).is_some() { zero.clone() } else { penalty.value.clone() });
        }
        let (freedom, left) = match &vanishing {
            Some((_, rank)) => (rank.clone(), one.minus(&rank.over(&chain.samples))),
            None => (rungs.freedom[levels - 1].value.clone(), rungs.left.value.clone()),
        };
        Self { kappa: penalties, freedom, left, loss: loss.value.clone(), averaged, same_data, inflation }
    }

    /// The test error, noise included.
    #[must_use]
    pub fn test(&self) -> &T {
        &self.same_data[self.same_data.len() - 1]
    }
}
