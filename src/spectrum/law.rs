//! A law is a value: one face for everything that is asked of a limiting spectrum, whatever is behind it.

use std::sync::Arc;

use num_complex::Complex64;
use rug::Rational;

use super::distance::{Distances, Distribution, distances};
use super::{Argument, CurveLaw, Law64, LawError, Profile64, ProfileLaw};
use crate::number::{Ball, ComplexBall, Real};

/// The limiting law of the eigenvalues of a matrix model; E 1/(λ − z) and all masses are per eigenvalue of that matrix.
pub enum Law<'a> {
    /// On a rational curve: every number is exact or proved.
    Curve(Box<CurveLaw>),
    /// Of layers with biases: numbers are estimates.
    Profile(Box<ProfileLaw<'a>>),
}

/// An end of a bulk.
#[derive(Clone, Debug)]
pub struct End {
    /// Where it is: exactly 0 where the support reaches down to 0, infinite without an upper edge, unknown where neither is
    /// proved.
    pub position: Real,
    /// The density begins like this power of the distance: 1/2 at a soft edge, −1/2 or −2/3 at a hard one.
    pub exponent: Option<Rational>,
}

/// A law in double precision: curves on a screen, sweeps, the theory column of a check.
#[derive(Clone, Debug)]
pub enum Table {
    /// On a curve.
    Curve(Arc<Law64>),
    /// Of layers with biases.
    Profile(Arc<Profile64>),
}

impl Law<'_> {
    /// The mass at 0, exactly.
    #[must_use]
    pub fn atom(&self) -> Rational {
        match self {
            Self::Curve(law) => law.atom(),
            Self::Profile(law) => law.scales().atom.clone(),
        }
    }

    /// The ends of the bulks, from the lowest; the atom at 0 is no bulk.
    ///
    /// # Errors
    /// As the law behind.
    pub fn ends(&self) -> Result<Vec<[End; 2]>, LawError> {
        match self {
            Self::Curve(law) => law.ends(),
            Self::Profile(law) => law.ends(),
        }
    }

    /// The masses of the bulks, from the lowest.
    ///
    /// # Errors
    /// As the law behind.
    pub fn masses(&self) -> Result<Vec<Real>, LawError> {
        match self {
            Self::Curve(law) => law.masses(),
            Self::Profile(law) => law.masses(),
        }
    }

    /// E λ, …, E λ^count, the atom included; index 0 is the first one.
    ///
    /// # Errors
    /// As the law behind.
    pub fn moments(&self, count: usize) -> Result<Vec<Real>, LawError> {
        match self {
            Self::Curve(law) => law.moments(count),
            Self::Profile(law) => law.moments(count),
        }
    }

    /// m(z) = E 1/(λ − z), real and imaginary part; exactly real for real z off the support.
    ///
    /// # Errors
    /// [`LawError::OnTheCut`], [`LawError::AtAtom`], [`LawError::AtZero`] where it does not exist, [`LawError::Uncertain`] where
    /// that is not known.
    pub fn stieltjes(&self, z: &Argument) -> Result<[Real; 2], LawError> {
        let parts = |m: ComplexBall, real: fn(Ball) -> Real| {
            let im = if m.im.is_exact_zero() { Real::from(0) } else { real(m.im) };
            [real(m.re), im]
        };
        match self {
            Self::Curve(law) => Ok(parts(law.stieltjes(z)?, |ball| Real::Proved(ball, None))),
            Self::Profile(law) => Ok(parts(law.stieltjes(z)?, Real::Estimated)),
        }
    }

    /// The density of the continuous part at a real point; infinite at a hard edge.
    ///
    /// # Errors
    /// As the law behind.
    pub fn density(&self, x: &Argument) -> Result<Real, LawError> {
        match self {
            Self::Curve(law) => law.density(x),
            Self::Profile(law) => law.density(x),
        }
    }

    /// F(x) = P(λ ≤ x), the atom included.
    ///
    /// # Errors
    /// As the law behind.
    pub fn cdf(&self, x: &Argument) -> Result<Real, LawError> {
        match self {
            Self::Curve(law) => law.cdf(x),
            Self::Profile(law) => law.cdf(x.to_f64()),
        }
    }

    /// The least x with F(x) ≥ p.
    ///
    /// # Errors
    /// [`LawError::Probability`] for p outside [0, 1], [`LawError::NoUpperEdge`] for p = 1 where that is not proved.
    pub fn quantile(&self, p: &Rational) -> Result<Real, LawError> {
        match self {
            Self::Curve(law) => law.quantile(p),
            Self::Profile(law) => law.quantile(p.to_f64()),
        }
    }

    /// E λ where its enclosure is proved.
    #[must_use]
    pub fn proved_mean(&self, bits: u32) -> Option<Ball> {
        match self {
            Self::Curve(law) => Some(law.mean()),
            Self::Profile(law) => Some(&law.scales().mean).filter(|mean| mean.is_certified()).and_then(|mean| mean.ball(bits)),
        }
    }

    /// Whether it is proved that the law has an upper edge, or that it has none.
    #[must_use]
    pub fn bounded(&self) -> Option<bool> {
        match self {
            Self::Curve(_) => Some(true),
            Self::Profile(law) => law.scales().bounded,
        }
    }

    /// The curve behind the law, with its equation, when there is one.
    #[must_use]
    pub fn curve(&self) -> Option<&CurveLaw> {
        match self {
            Self::Curve(law) => Some(law),
            Self::Profile(_) => None,
        }
    }

    /// The law in double precision.
    ///
    /// # Errors
    /// As the law behind.
    pub fn table(&self) -> Result<Table, LawError> {
        Ok(match self {
            Self::Curve(law) => Table::Curve(law.table()?),
            Self::Profile(law) => Table::Profile(law.table()?),
        })
    }

    /// The first moments in double precision.
    ///
    /// # Errors
    /// As the law behind.
    pub fn double_moments(&self, count: usize) -> Result<Vec<f64>, LawError> {
        match self {
            Self::Curve(law) => Ok(law.moments(count)?.iter().map(Real::to_f64).collect()),
            Self::Profile(law) => law.double_moments(count),
        }
    }

    /// The distances to another law, with estimated errors.
    ///
    /// # Errors
    /// As [`Law::table`], and [`LawError::NoPath`] when a law is not followed to its top.
    pub fn distances(&self, other: &Self) -> Result<Distances, LawError> {
        let distribution = |law: &Self| match law.table()? {
            Table::Curve(table) => Ok(Distribution::of_curve(table)),
            Table::Profile(table) => Distribution::of_profile(&table).ok_or(LawError::NoPath),
        };
        Ok(distances(&distribution(self)?, &distribution(other)?))
    }
}

impl Table {
    /// The mass at 0.
    #[must_use]
    pub fn atom(&self) -> f64 {
        match self {
            Self::Curve(table) => table.atom(),
            Self::Profile(table) => table.atom(),
        }
    }

    /// The density of the continuous part at x > 0; 0 off the support.
    #[must_use]
    pub fn density(&self, x: f64) -> f64 {
        match self {
            Self::Curve(table) => table.density(x),
            Self::Profile(table) => table.density(x),
        }
    }

    /// F(x), the atom included; none where the law cannot be followed.
    #[must_use]
    pub fn cdf(&self, x: f64) -> Option<f64> {
        match self {
            Self::Curve(table) => Some(table.cdf(x)),
            Self::Profile(table) => table.cdf(x).map(|found| found.value),
        }
    }

    /// The least x with F(x) ≥ p, 0 ≤ p < 1; none where the law cannot be followed.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<f64> {
        match self {
            Self::Curve(table) => table.quantile(p),
            Self::Profile(table) => table.quantile(p).map(|found| found.value),
        }
    }

    /// E 1/(λ − z) off the support; none where the law cannot be followed.
    #[must_use]
    pub fn stieltjes(&self, z: Complex64) -> Option<Complex64> {
        match self {
            Self::Curve(table) => table.stieltjes(z).ok(),
            Self::Profile(table) => table.transform(z),
        }
    }
}
