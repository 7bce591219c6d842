//! What a theory predicts for the draws of an ensemble at one size.

use super::claim::Claim;
use super::law::LawPrediction;

/// What the theory predicts for one size.
pub struct Prediction {
    /// The laws of the spectra of a draw, in their order.
    pub laws: Vec<LawPrediction>,
    /// Claims on the scalars of a draw. All sizes make the same ones.
    pub claims: Vec<Claim>,
}
