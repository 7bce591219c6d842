//! Certified integrals of f He_k, f² and f′² against the Gaussian: which rule.
//!
//! Without breakpoints: the pole-corrected trapezoid where f is meromorphic with known poles, else the trapezoid on a certified
//! strip, or after x = s sinh t where singular points lie close to the line. With breakpoints, or where no strip is shown:
//! Gauss–Legendre panels between them. Every rule yields nodes with weights and three error bounds; the sums are the same for
//! all. An even or odd f is integrated over x > 0 only.

use super::corrected::by_poles;
use super::pieces::by_panels;
use super::request::Request;
use super::sums::Sums;
use super::trapezoid::by_strip;
use crate::gaussian::error::GaussianError;

/// Word operations for the coefficients, order²·(bits + order)/64: two seconds or so.
const MOST_OPERATIONS: f64 = 4e8;

/// The integrals, with enclosing radii, by the best rule that can be certified.
///
/// # Errors
/// A refusal that names what stands in the way, the bound of effort, or an interruption.
pub fn integrals(request: &Request<'_>) -> Result<Sums, GaussianError> {
    // the conversion of moments takes order²/4 products of about bits + order bits
    let words = f64::from(request.bits) + request.order as f64;
    if (request.order as f64).powi(2) * words / 64.0 > MOST_OPERATIONS {
        return Err(GaussianError::Effort { most: MOST_OPERATIONS as usize, what: "word operations for the coefficients" });
    }
    if request.f.is_smooth() {
        for rule in [by_poles, by_strip] {
            if let Some(found) = rule(request)? {
                return Ok(found);
            }
        }
    }
    by_panels(request)
}
