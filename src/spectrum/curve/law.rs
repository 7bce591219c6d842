//! The law on its curve as a value: its edges are found once and kept, and so is its table in doubles.

use std::cell::OnceCell;
use std::sync::Arc;

use num_complex::Complex64;
use rug::Rational;

use super::{Edge, Law64, Parameters, Shape, atom, cdf, density, edges, moments, quantile, shares, stieltjes};
use crate::number::Real;
use crate::spectrum::{Argument, Distribution, End, Law, LawError, Table};

/// The law of [`Parameters`] with numbers of so many bits; every number is exact or proved.
#[derive(Clone, Debug)]
pub struct CurveLaw {
    parameters: Parameters,
    bits: u32,
    bulks: OnceCell<Vec<[Edge; 2]>>,
    table: OnceCell<Arc<Law64>>,
}

impl CurveLaw {
    /// The law; nothing is computed before it is asked.
    #[must_use]
    pub fn new(parameters: Parameters, bits: u32) -> Self {
        Self { parameters, bits, bulks: OnceCell::new(), table: OnceCell::new() }
    }

    /// What it depends on.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The degree of its equation P(z, m) = 0 in m.
    #[must_use]
    pub fn degree(&self) -> u32 {
        match self.parameters.shape {
            Shape::Null => 1,
            Shape::Isotropic => 2,
            Shape::Linear => 3,
            Shape::General => 4,
        }
    }

    /// The bulks with their points on the curve, from the lowest.
    ///
    /// # Errors
    /// As [`edges`].
    pub fn bulks(&self) -> Result<&[[Edge; 2]], LawError> {
        if let Some(bulks) = self.bulks.get() {
            return Ok(bulks);
        }
        let found = edges(&self.parameters, self.bits)?;
        Ok(self.bulks.get_or_init(|| found))
    }

    /// The law in double precision.
    ///
    /// # Errors
    /// [`LawError::MoreBits`] when the edges are not decided.
    pub fn law64(&self) -> Result<Arc<Law64>, LawError> {
        if let Some(table) = self.table.get() {
            return Ok(table.clone());
        }
        let made = Arc::new(Law64::new(&self.parameters, self.bulks()?)?);
        Ok(self.table.get_or_init(|| made).clone())
    }
}

impl Law for CurveLaw {
    fn atom(&self) -> Result<Real, LawError> {
        Ok(Real::Rational(atom(&self.parameters)))
    }

    fn ends(&self) -> Result<Vec<[End; 2]>, LawError> {
        let end = |edge: &Edge| End { position: edge.position.clone().into(), exponent: Some(edge.exponent.clone()) };
        Ok(self.bulks()?.iter().map(|pair| pair.each_ref().map(end)).collect())
    }

    fn masses(&self) -> Result<Vec<Real>, LawError> {
        Ok(shares(&self.parameters, self.bulks()?.len()).into_iter().map(Real::Rational).collect())
    }

    fn moments(&self, count: usize) -> Result<Vec<Real>, LawError> {
        moments(&self.parameters, count, self.bits)
    }

    fn mean(&self) -> Real {
        self.parameters.theta1.clone().into()
    }

    fn stieltjes(&self, z: &Argument) -> Result<[Real; 2], LawError> {
        let m = stieltjes(&self.parameters, z, self.bits)?;
        Ok([m.re, m.im].map(Real::from))
    }

    fn density(&self, x: &Argument) -> Result<Real, LawError> {
        match density(&self.parameters, x.clone(), self.bits) {
            Ok(value) => Ok(value.into()),
            Err(LawError::HardEdge { .. }) => Ok(Real::Infinite),
            Err(error) => Err(error),
        }
    }

    fn cdf(&self, x: &Argument) -> Result<Real, LawError> {
        cdf(&self.parameters, x.clone(), self.bits).map(Real::from)
    }

    fn quantile(&self, p: &Rational) -> Result<Real, LawError> {
        quantile(&self.parameters, self.bulks()?, p, self.bits).map(Real::from)
    }

    fn table(&self) -> Result<Arc<dyn Table>, LawError> {
        Ok(self.law64()?)
    }

    fn curve(&self) -> Option<&CurveLaw> {
        Some(self)
    }
}

impl Table for Law64 {
    fn atom(&self) -> f64 {
        self.atom()
    }

    fn density(&self, x: f64) -> f64 {
        self.density(x)
    }

    fn cdf(&self, x: f64) -> Option<f64> {
        Some(self.cdf(x))
    }

    fn quantile(&self, p: f64) -> Option<f64> {
        self.quantile(p)
    }

    fn stieltjes(&self, z: Complex64) -> Option<Complex64> {
        self.stieltjes(z).ok()
    }

    fn distribution(self: Arc<Self>) -> Option<Distribution> {
        Some(Distribution::of_curve(self))
    }
}
