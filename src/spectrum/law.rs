//! A law is a value: one face for everything that is asked of a limiting spectrum, whatever is behind it.

use std::sync::Arc;

use num_complex::Complex64;
use rug::Rational;

use super::distance::Distribution;
use super::{Argument, CurveLaw, LawError};
use crate::number::Real;

/// The limiting law of the eigenvalues of a matrix model; E 1/(λ − z) and all masses are per eigenvalue of that matrix.
///
/// Each number says whether it is exact, proved or estimated.
pub trait Law {
    /// The mass at 0.
    ///
    /// # Errors
    /// [`LawError::MoreBits`] when the precision does not decide it.
    fn atom(&self) -> Result<Real, LawError>;

    /// The point masses, places and masses from the lowest, of a law that may have others than that at 0.
    ///
    /// # Errors
    /// [`LawError::MoreBits`] when the precision does not decide them.
    fn point_masses(&self) -> Result<Option<Vec<[Real; 2]>>, LawError> {
        Ok(None)
    }

    /// The ends of the bulks, from the lowest; the atom at 0 is no bulk.
    ///
    /// # Errors
    /// [`LawError::MoreBits`] when the precision does not decide them.
    fn ends(&self) -> Result<Vec<[End; 2]>, LawError>;

    /// The masses of the bulks, from the lowest.
    ///
    /// # Errors
    /// As [`Law::ends`].
    fn masses(&self) -> Result<Vec<Real>, LawError>;

    /// E λ, …, E λ^count, the atom included; index 0 is the first one.
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    fn moments(&self, count: usize) -> Result<Vec<Real>, LawError>;

    /// E λ.
    fn mean(&self) -> Real;

    /// m(z) = E 1/(λ − z), real and imaginary part; exactly real for real z off the support.
    ///
    /// # Errors
    /// [`LawError::OnTheCut`], [`LawError::AtAtom`], [`LawError::AtZero`] where it does not exist, [`LawError::Uncertain`] where
    /// that is not known.
    fn stieltjes(&self, z: &Argument) -> Result<[Real; 2], LawError>;

    /// The density of the continuous part at a real point; infinite at a hard edge.
    ///
    /// # Errors
    /// [`LawError::MoreBits`], [`LawError::NoPath`].
    fn density(&self, x: &Argument) -> Result<Real, LawError>;

    /// F(x) = P(λ ≤ x), the atom included.
    ///
    /// # Errors
    /// As [`Law::density`].
    fn cdf(&self, x: &Argument) -> Result<Real, LawError>;

    /// The least x with F(x) ≥ p.
    ///
    /// # Errors
    /// [`LawError::Probability`] for p outside [0, 1], [`LawError::NoUpperEdge`] for p = 1 where that is not proved.
    fn quantile(&self, p: &Rational) -> Result<Real, LawError>;

    /// The law in double precision.
    ///
    /// # Errors
    /// As [`Law::ends`].
    fn table(&self) -> Result<Arc<dyn Table>, LawError>;

    /// The first moments in double precision.
    ///
    /// # Errors
    /// As [`Law::moments`].
    fn double_moments(&self, count: usize) -> Result<Vec<f64>, LawError> {
        Ok(self.moments(count)?.iter().map(Real::to_f64).collect())
    }

    /// Whether it is proved that the law has an upper edge, or that it has none.
    fn bounded(&self) -> Option<bool> {
        Some(true)
    }

    /// The curve behind the law, with its equation, when there is one.
    fn curve(&self) -> Option<&CurveLaw> {
        None
    }
}

/// An end of a bulk.
#[derive(Clone, Debug)]
pub struct End {
    /// Where it is: exactly 0 where the support reaches down to 0, infinite without an upper edge, unknown where neither is
    /// proved.
    pub position: Real,
    /// The density begins like this power of the distance: 1/2 at a soft edge, −1/2 or −2/3 at a hard one, others where labels come near
    /// 0; none where it does not begin like a power, or that is not known.
    pub exponent: Option<Rational>,
}

/// A law in double precision: curves on a screen, sweeps, the theory column of a check. None where the law cannot be followed.
pub trait Table: Send + Sync {
    /// The mass at 0.
    fn atom(&self) -> f64;

    /// The density of the continuous part at x > 0; 0 off the support, NaN where the law cannot be followed.
    fn density(&self, x: f64) -> f64;

    /// F(x), the atom included.
    fn cdf(&self, x: f64) -> Option<f64>;

    /// The least x with F(x) ≥ p, 0 ≤ p < 1.
    fn quantile(&self, p: f64) -> Option<f64>;

    /// E 1/(λ − z) off the support.
    fn stieltjes(&self, z: Complex64) -> Option<Complex64>;

    /// The law as a distance sees it.
    fn distribution(self: Arc<Self>) -> Option<Distribution>;
}
