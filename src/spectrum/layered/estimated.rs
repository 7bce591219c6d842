//! A law whose population, or whose labels, are known to a finite accuracy: its numbers with the error estimated.
//!
//! A second law over the same population approximated otherwise stands for the accuracy: numbers of the two differ by about as
//! much as each is off. Without one the population is exact, and the numbers are only not proved to be what is promised elsewhere.

use std::sync::Arc;

use rug::Rational;

use crate::number::{Magnitude, Real};
use crate::spectrum::{Argument, End, Law, LawError, Table};

/// The difference of the two laws is trusted up to this factor.
const CAUTION: i64 = 1;

/// A law with estimated errors.
#[derive(Clone, Debug)]
pub struct EstimatedLaw<L> {
    law: L,
    other: Option<L>,
}

/// A number of the law as estimated by the same number of the other; exact where both agree exactly.
#[must_use]
pub fn estimated(value: Real, other: Option<Real>) -> Real {
    match (value, other) {
        (Real::Proved(ball, _), None) => Real::Estimated(ball),
        (Real::Rational(a), Some(Real::Rational(b))) if a == b => Real::Rational(a),
        (value @ (Real::Rational(_) | Real::Proved(..) | Real::Estimated(_)), Some(other)) => {
            let bits = |real: &Real| match real {
                Real::Proved(ball, _) | Real::Estimated(ball) => ball.bits(),
                _ => 0,
            };
            let bits = bits(&value).max(bits(&other)).max(64);
            match (value.ball(bits), other.ball(bits)) {
                (Some(value), Some(other)) => {
                    let distance = (&value - &other).magnitude().shifted(CAUTION);
                    Real::Estimated(value.widened(distance.max(Magnitude::of(value.mid()).shifted(-i64::from(bits)))))
                }
                _ => Real::Unknown,
            }
        }
        (value, _) => value,
    }
}

impl<L: Law> EstimatedLaw<L> {
    /// The law, and another of the same accuracy where it is not exact.
    #[must_use]
    pub fn new(law: L, other: Option<L>) -> Self {
        Self { law, other }
    }

    fn one(&self, ask: impl Fn(&L) -> Result<Real, LawError>) -> Result<Real, LawError> {
        Ok(estimated(ask(&self.law)?, self.other.as_ref().map(ask).transpose()?))
    }

    fn several(&self, ask: impl Fn(&L) -> Result<Vec<Real>, LawError>) -> Result<Vec<Real>, LawError> {
        let found = ask(&self.law)?;
        let Some(other) = self.other.as_ref().map(ask).transpose()? else {
            return Ok(found.into_iter().map(|value| estimated(value, None)).collect());
        };
        if found.len() != other.len() {
            return Err(LawError::Unresolved);
        }
        Ok(found.into_iter().zip(other).map(|(value, other)| estimated(value, Some(other))).collect())
    }
}

impl<L: Law> Law for EstimatedLaw<L> {
    fn atom(&self) -> Result<Real, LawError> {
        self.law.atom()
    }

    fn point_masses(&self) -> Result<Option<Vec<[Real; 2]>>, LawError> {
        let Some(found) = self.law.point_masses()? else { return Ok(None) };
        let flat = |law: &L| Ok(law.point_masses()?.unwrap_or_default().into_iter().flatten().collect());
        let each = self.several(flat)?;
        Ok(Some(each.chunks_exact(2).take(found.len()).map(|pair| [pair[0].clone(), pair[1].clone()]).collect()))
    }

    fn ends(&self) -> Result<Vec<[End; 2]>, LawError> {
        let positions = |law: &L| Ok(law.ends()?.into_iter().flatten().map(|end| end.position).collect());
        let mut ends = self.law.ends()?;
        for (end, position) in ends.iter_mut().flatten().zip(self.several(positions)?) {
            end.position = position;
        }
        Ok(ends)
    }

    fn masses(&self) -> Result<Vec<Real>, LawError> {
        self.several(Law::masses)
    }

    fn moments(&self, count: usize) -> Result<Vec<Real>, LawError> {
        self.several(|law| law.moments(count))
    }

    fn mean(&self) -> Real {
        estimated(self.law.mean(), self.other.as_ref().map(Law::mean))
    }

    fn stieltjes(&self, z: &Argument) -> Result<[Real; 2], LawError> {
        let parts = self.several(|law| law.stieltjes(z).map(Vec::from))?;
        <[Real; 2]>::try_from(parts).map_err(|_| LawError::Unresolved)
    }

    fn density(&self, x: &Argument) -> Result<Real, LawError> {
        self.one(|law| law.density(x))
    }

    fn cdf(&self, x: &Argument) -> Result<Real, LawError> {
        self.one(|law| law.cdf(x))
    }

    fn quantile(&self, p: &Rational) -> Result<Real, LawError> {
        self.one(|law| law.quantile(p))
    }

    fn table(&self) -> Result<Arc<dyn Table>, LawError> {
        self.law.table()
    }
}
