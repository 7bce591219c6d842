//! The law of a stack as a value: its edges are found once and kept, and so is its table in doubles.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use rug::{Float, Rational};

use super::layered64::Layered64;
use super::moments::moments;
use super::sampled::{Sampled, StackEdge};
use super::stack::Stack;
use crate::number::{Ball, Magnitude, Real};
use crate::spectrum::{Argument, End, Law, LawError, Table};

/// Bisections and Newton steps of a quantile.
const SEARCH_STEPS: usize = 400;
const WIDENINGS: usize = 6;

/// The law of a [`Stack`] with numbers of so many bits; every number is exact or proved.
#[derive(Clone, Debug)]
pub struct LayeredLaw {
    stack: Stack,
    bits: u32,
    /// Shared with clones.
    sampled: Rc<OnceCell<Sampled>>,
    table: OnceCell<Arc<Layered64>>,
}

impl LayeredLaw {
    /// The law; nothing is computed before it is asked.
    #[must_use]
    pub fn new(stack: Stack, bits: u32) -> Self {
        Self { stack, bits, sampled: Rc::default(), table: OnceCell::new() }
    }

    /// What it depends on.
    #[must_use]
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// The law with its edges at every level.
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    pub fn sampled(&self) -> Result<&Sampled, LawError> {
        if let Some(sampled) = self.sampled.get() {
            return Ok(sampled);
        }
        let found = Sampled::new(&self.stack, self.bits)?;
        Ok(self.sampled.get_or_init(|| found))
    }

    fn top(&self) -> usize {
        self.stack.layers.len()
    }

    /// A quantile inside a bulk: bracketed Newton steps, and a proof by the signs of F − p at both ends of a small interval.
    fn inside(&self, p: &Rational, [low, high]: &[StackEdge; 2]) -> Result<Ball, LawError> {
        let law = self.sampled()?;
        let bits = law.bits();
        let exact = |x: &Float| Ball::new(x.clone(), Magnitude::ZERO);
        let target = Ball::rational(p, bits);
        let [mut low, mut high] = [low, high].map(|edge| edge.position.mid().clone());
        let start = self.table()?.quantile(p.to_f64()).ok_or(LawError::NoPath)?;
        let mut x = Float::with_val(bits, start);
        let mut radius = Magnitude::INFINITY;
        for _ in 0..SEARCH_STEPS {
            if x <= low || x >= high {
                x = Float::with_val(bits, &low + &high) >> 1u32;
            }
            let [value, density] = law.distribution(&exact(&x))?;
            let gap = &value - &target;
            if gap.mid().is_sign_positive() {
                high.clone_from(&x);
            } else {
                low.clone_from(&x);
            }
            let step = &gap / &density;
            if !step.is_finite() {
                return Err(LawError::MoreBits);
            }
            x = Float::with_val(bits, &x - step.mid());
            radius = step.magnitude();
            if radius <= Magnitude::of(&x).shifted(-i64::from(self.bits)) {
                break;
            }
        }
        radius = radius.shifted(2).plus(Magnitude::of(&x).shifted(-i64::from(self.bits)));
        for _ in 0..WIDENINGS {
            let around = Ball::new(x.clone(), radius);
            let [below, above] = [around.low(), around.high()].map(|x| law.distribution(&exact(&x)));
            if (&below?[0] - &target).is_negative() && (&above?[0] - &target).is_positive() {
                return Ok(around);
            }
            radius = radius.shifted(4);
        }
        Err(LawError::MoreBits)
    }
}

impl Law for LayeredLaw {
    fn atom(&self) -> Rational {
        self.stack.atom()
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
        let mut reached = self.atom();
        if *p <= reached && !reached.is_zero() {
            return Ok(Real::from(0));
        }
        let law = self.sampled()?;
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
