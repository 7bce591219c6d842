//! Outliers of order one that the norms of the rows of W and of the columns of X make (theory A, 6.5).
//!
//! For centred f with E f″(τZ) ≠ 0 the random norms add to Y two independent rank-one matrices of squared strength
//! l = (κ − 1) τ⁴ (E f″(τZ))²/(4ψ), κ the fourth moment of the entries over their squared variance. For symmetric entries each
//! has an eigenvalue at z(q), l q = 1, when this q lies below that of the upper edge.

use super::{Curve, LawError, Parameters, edges};
use crate::number::Ball;

/// The position of the outlier of squared strength `strength`, when it survives.
///
/// # Errors
/// [`LawError::MoreBits`] when the strength is not separated from its threshold.
pub fn norm_outlier(parameters: &Parameters, strength: &Ball, bits: u32) -> Result<Option<Ball>, LawError> {
    let bulks = edges(parameters, bits)?;
    let Some(threshold) = bulks.last().and_then(|[_, upper]| upper.q.as_ref()) else { return Ok(None) };
    // the q of an edge is in units of 1/θ₁
    let excess = &(strength * threshold) - &parameters.theta1;
    match excess.sign() {
        None => Err(LawError::MoreBits),
        Some(sign) if sign.is_le() => Ok(None),
        Some(_) => {
            let curve = Curve {
                delta: &parameters.theta1 - &parameters.theta2,
                theta2: parameters.theta2.clone(),
                c: &parameters.theta2 / &Ball::rational(&parameters.psi, bits),
                gamma: Ball::rational(&parameters.gamma(), bits),
            };
            Ok(Some(curve.z(&strength.inverse())))
        }
    }
}
