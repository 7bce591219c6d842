//! The law of a stack as a value: its edges are found once and kept, and so is its table in doubles.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use rug::Rational;

use super::layered64::Layered64;
use super::moments::moments;
use super::quantile::Within;
use super::sampled::{Sampled, StackEdge, working_bits};
use super::shelf::Shelf;
use super::stack::Stack;
use crate::number::{Ball, Real};
use crate::spectrum::{Argument, End, Law, LawError, Table};

/// The law of a [`Stack`] with numbers of so many bits; every number is exact or proved.
#[derive(Clone, Debug)]
pub struct LayeredLaw {
    stack: Stack,
    bits: u32,
    /// Shared with clones.
    sampled: Rc<OnceCell<Arc<Sampled>>>,
    table: OnceCell<Arc<Layered64>>,
    shelf: Arc<Shelf>,
}

impl LayeredLaw {
    /// The law; nothing is computed before it is asked.
    #[must_use]
    pub fn new(stack: Stack, bits: u32) -> Self {
        Self::kept(stack, bits, &Arc::default())
    }

    /// The law, whose edges are taken from a shelf and kept there.
    #[must_use]
    pub fn kept(stack: Stack, bits: u32, shelf: &Arc<Shelf>) -> Self {
        Self { stack, bits, sampled: Rc::default(), table: OnceCell::new(), shelf: Arc::clone(shelf) }
    }

    /// What it depends on.
    #[must_use]
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// The bits that its numbers are worked out with.
    #[must_use]
    pub fn working_bits(&self) -> u32 {
        working_bits(&self.stack, self.bits)
    }

    /// The law with its edges at every level.
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    pub fn sampled(&self) -> Result<&Sampled, LawError> {
        if let Some(sampled) = self.sampled.get() {
            return Ok(sampled);
        }
        let found = self.shelf.sampled(&self.stack, self.bits)?;
        Ok(self.sampled.get_or_init(|| found))
    }

    fn top(&self) -> usize {
        self.stack.layers.len()
    }

    /// A quantile inside a bulk.
    fn inside(&self, p: &Rational, [low, high]: &[StackEdge; 2]) -> Result<Ball, LawError> {
        let law = self.sampled()?;
        let start = self.table()?.quantile(p.to_f64()).ok_or(LawError::NoPath)?;
        let within = Within { low: low.position.mid(), high: high.position.mid(), start, bits: self.bits };
        within.quantile(&Ball::rational(p, law.bits()), &|x| law.distribution(x))
    }
}

impl Law for LayeredLaw {
    fn atom(&self) -> Result<Real, LawError> {
        Ok(Real::Rational(self.stack.atom()))
    }

    fn ends(&self) -> Result<Vec<[End; 2]>, LawError> {
        let end = |edge: &StackEdge| End { position: edge.position.clone().into(), exponent: Some(edge.exponent.clone()) };
        Ok(self.sampled()?.bulks(self.top()).iter().map(|pair| pair.each_ref().map(end)).collect())
    }

    fn masses(&self) -> Result<Vec<Real>, LawError> {
        Ok(self.sampled()?.masses(self.top()).into_iter().map(Real::Rational).collect())
    }

    fn moments(&self, count: usize) -> Result<Vec<Real>, LawError> {
        Ok(moments(&self.stack, count, self.bits))
    }

    fn mean(&self) -> Real {
        moments(&self.stack, 1, self.bits).swap_remove(0)
    }

    fn stieltjes(&self, z: &Argument) -> Result<[Real; 2], LawError> {
        let m = self.sampled()?.stieltjes(z)?;
        Ok([m.re, m.im].map(Real::from))
    }

    fn density(&self, x: &Argument) -> Result<Real, LawError> {
        match self.sampled()?.density(x) {
            Ok(value) => Ok(value.into()),
            Err(LawError::HardEdge { .. }) => Ok(Real::Infinite),
            Err(error) => Err(error),
        }
    }

    fn cdf(&self, x: &Argument) -> Result<Real, LawError> {
        self.sampled()?.cdf(x).map(Real::from)
    }

    fn quantile(&self, p: &Rational) -> Result<Real, LawError> {
        if *p < 0 || *p > 1 {
            return Err(LawError::Probability);
        }
        let mut reached = self.stack.atom();
        if *p <= reached && !reached.is_zero() {
            return Ok(Real::from(0));
        }
        let law = self.sampled()?;
        if let Some(cusp) = law.cusps().iter().find(|cusp| cusp.below == *p) {
            return Ok(cusp.exact.clone().map_or_else(|| cusp.position.clone().into(), Real::Rational));
        }
        for (ends, mass) in law.bulks(self.top()).iter().zip(law.masses(self.top())) {
            if *p == reached {
                return Ok(ends[0].position.clone().into());
            }
            reached += mass;
            match (*p).cmp(&reached) {
                std::cmp::Ordering::Less => return self.inside(p, ends).map(Real::from),
                std::cmp::Ordering::Equal => return Ok(ends[1].position.clone().into()),
                std::cmp::Ordering::Greater => {}
            }
        }
        Err(LawError::MoreBits)
    }

    fn table(&self) -> Result<Arc<dyn Table>, LawError> {
        if let Some(table) = self.table.get() {
            return Ok(table.clone());
        }
        let made = Arc::new(Layered64::new(&self.stack, self.sampled()?)?);
        Ok(self.table.get_or_init(|| made).clone())
    }
}
