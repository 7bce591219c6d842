//! What the law hands to its table in doubles, and takes from it.

use std::sync::Arc;

use num_complex::Complex64;

use super::law::LabelledLaw;
use super::spread::Spread;
use super::table::LabelTable;
use crate::number::{Ball, Magnitude, Real};
use crate::spectrum::{Chain, Law, LawError};

/// Of the law in doubles.
const ROUNDING: f64 = 1e-14;

impl LabelledLaw {
    /// A double that is right to rounding of this scale.
    pub(super) fn rounded(&self, value: f64, scale: f64) -> Ball {
        let rounding = rug::Float::with_val(self.bits, scale.abs() * ROUNDING);
        Ball::double(value, self.bits).widened(Magnitude::of(&rounding))
    }

    /// The law in doubles.
    pub(super) fn doubled(&self) -> Result<Arc<LabelTable>, LawError> {
        if let Some(table) = self.table.get() {
            return Ok(table.clone());
        }
        let made = Arc::new(LabelTable::new(self)?);
        Ok(self.table.get_or_init(|| made).clone())
    }

    /// What the nodes stand for.
    pub(super) fn spread(&self) -> Option<Arc<Spread>> {
        self.labels.spread.clone()
    }

    /// The mass at or below 0 where 0 is a hard edge or inside a bulk with infinite density: (1/ψ) P(y < 0), as ψ = P(y ≠ 0).
    pub(super) fn below_zero(&self) -> Real {
        let negative = self.labels.atoms.iter().filter(|atom| atom.value.is_negative()).count();
        let (ball, exact) = self.labels.share(0..negative, self.bits);
        exact.map_or_else(|| Real::from(ball), Real::Rational)
    }

    /// F below 0 and at 0 where there is an atom: as many eigenvalues are negative as labels.
    pub(super) fn sides_of_zero(&self) -> Result<[Ball; 2], LawError> {
        let atom = self.point_mass()?.ball(self.bits).ok_or(LawError::MoreBits)?;
        let below = self.below_zero().ball(self.bits).ok_or(LawError::MoreBits)?;
        let at = &below + &atom;
        Ok([below, at])
    }

    /// Doubles for the table: the map, d/n, P(y ≠ 0), the bulks with the mass below each and its own, the atom, and whether the
    /// density is infinite at 0.
    pub(super) fn doubles(&self) -> Result<Doubles, LawError> {
        let chain = self.chain.map(|value| Complex64::new(value.to_f64(), 0.0));
        let masses = self.masses()?;
        let ends = self.bulks()?;
        let bulks = ends
            .iter()
            .zip(self.gaps()?)
            .zip(&masses)
            .map(|(([low, high], gap), mass)| ([low.to_f64(), high.to_f64()], 1.0 - gap.above.to_f64(), mass.to_f64()));
        let ratio = self.labels.ratio.to_f64();
        let present = self.labels.present(self.bits).0.to_f64();
        let hard = self.labels.rank(self.bits)?.is_eq();
        Ok(Doubles {
            chain,
            excess: if hard { 0.0 } else { ratio - present },
            ratio,
            present,
            bulks: bulks.collect(),
            atom: self.point_mass()?.to_f64(),
            hard,
            below_zero: self.below_zero().to_f64(),
        })
    }
}

/// What a table in doubles is made of.
#[derive(Clone, Debug)]
pub(super) struct Doubles {
    pub chain: Chain<Complex64>,
    pub ratio: f64,
    pub present: f64,
    /// The difference, exactly 0 where it is.
    pub excess: f64,
    /// Ends, the mass below, the mass.
    pub bulks: Vec<([f64; 2], f64, f64)>,
    pub atom: f64,
    pub hard: bool,
    /// The mass below 0 where there is an atom.
    pub below_zero: f64,
}
