//! The law of a stack at one precision: its gaps and edges, and its values at a point.
//!
//! m(z) = E 1/(λ − z) = −r_L. The potential U(z) = ∫ ln(z − x) dμ_L has a closed form, level by level,
//!
//! U_L = Σ w_i ln(λ₀ − a_i) + Σ_l [q_l + (1 − 1/γ_l) ln(1 + γ_l q_l)] + constant,
//!
//! and F(x) = 1 − Im U(x + i0)/π, without integrating; each logarithm is the principal one, since Im λ₀ > 0 and Im q_l < 0.

use std::cmp::Ordering;

use num_complex::Complex64;
use rug::{Float, Rational};

use super::crossing::{End as Anchor, crossing, crossing_within};
use super::cusp::{Cusp, third};
use super::outside::{Gap, Outside, outside};
use super::sheet::{enclosed, enclosed_from, followed};
use super::stack::{Chain, Stack};
use super::touching::Touch;
use crate::number::{Ball, ComplexBall, Magnitude, Tangent};
use crate::spectrum::{Argument, LawError};

/// Bits beyond those asked for, for each level (tuned; the edges of 20 layers lose fewer).
const GUARD: u32 = 24;

/// Bits of the leading term beside a touching point (tuned: it has 6 and more).
const CUSP_BITS: u32 = 3;

/// An edge of the support: its place in λ₀ and in z.
#[derive(Clone, Debug)]
pub struct StackEdge {
    /// The critical point.
    pub lambda: Ball,
    /// The edge; exactly zero at a hard one.
    pub position: Ball,
    /// The exponent of the density there.
    pub exponent: Rational,
}

/// The law at a precision.
#[derive(Clone, Debug)]
pub struct Sampled {
    stack: Stack,
    chain: Chain<Ball>,
    bits: u32,
    /// Outside of the support, at every level.
    pub(super) levels: Vec<Outside>,
    edges: Vec<Vec<[StackEdge; 2]>>,
    cusps: Vec<Cusp>,
}

/// The bits that numbers of so many bits are worked out with.
pub(super) fn working_bits(stack: &Stack, bits: u32) -> u32 {
    bits + GUARD * (2 + stack.layers.len() as u32)
}

/// Where a real point lies.
enum Place {
    Gap(usize),
    Bulk,
}

impl Sampled {
    /// Finds the edges of every level.
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    pub fn new(stack: &Stack, bits: u32) -> Result<Self, LawError> {
        let bits = working_bits(stack, bits);
        let levels = outside(stack, bits)?;
        let chain = stack.chain(bits);
        let mut law = Self { stack: stack.clone(), chain, bits, levels, edges: Vec::new(), cusps: Vec::new() };
        law.edges = (0..law.levels.len()).map(|level| law.edges_of(level)).collect();
        law.cusps = law.cusps_of(law.top());
        Ok(law)
    }

    /// What it depends on.
    #[must_use]
    pub(super) fn stack(&self) -> &Stack {
        &self.stack
    }

    /// The working precision.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// The bulks at a level with their edges, from the lowest.
    #[must_use]
    pub fn bulks(&self, level: usize) -> &[[StackEdge; 2]] {
        &self.edges[level]
    }

    /// The mass at 0 at a level.
    #[must_use]
    pub fn atom(&self, level: usize) -> &Rational {
        &self.levels[level].atom
    }

    /// The masses of the bulks at a level.
    #[must_use]
    pub fn masses(&self, level: usize) -> Vec<Rational> {
        let gaps = &self.levels[level].gaps;
        gaps.windows(2).map(|pair| Rational::from(&pair[0].above - &pair[1].above)).collect()
    }

    /// Whether a point of the population lies outside the support at a level, not asking about the levels below; none when that
    /// is not decided.
    #[must_use]
    pub fn is_outside(&self, level: usize, lambda: &Ball) -> Option<bool> {
        let inside = |gap: &Gap| {
            let above = gap.low.as_ref().map_or(Some(Ordering::Greater), |low| lambda.compare(low))?;
            let below = gap.high.as_ref().map_or(Some(Ordering::Less), |high| lambda.compare(high))?;
            Some(above.is_gt() && below.is_lt())
        };
        let answers: Vec<Option<bool>> = self.levels[level].gaps.iter().map(inside).collect();
        if answers.contains(&Some(true)) { Some(true) } else { answers.into_iter().collect::<Option<Vec<_>>>().map(|_| false) }
    }

    /// The components outside the support at a level and at all below, as open intervals of the population, from the lowest; none
    /// for an infinite end.
    pub fn gaps(&self, level: usize) -> impl Iterator<Item = [Option<&Ball>; 2]> {
        self.levels[level].gaps.iter().map(|gap| [gap.low.as_ref(), gap.high.as_ref()])
    }

    fn edges_of(&self, level: usize) -> Vec<[StackEdge; 2]> {
        let outside = &self.levels[level];
        let jets = self.chain.map(Tangent::constant);
        let edge = |lambda: &Ball, hard: bool| {
            let position = match (hard, level) {
                (true, _) => Ball::zero(self.bits),
                (false, 0) if self.stack.gamma.is_zero() => lambda.clone(),
                _ => self.value_near(&jets, lambda, level),
            };
            let exponent = if hard { (-i64::from(outside.hard), i64::from(outside.hard) + 1) } else { (1, 2) };
            StackEdge { lambda: lambda.clone(), position, exponent: Rational::from(exponent) }
        };
        let pair = |(index, gaps): (usize, &[Gap])| {
            let (low, high) = (gaps[0].high.as_ref()?, gaps[1].low.as_ref()?);
            Some([edge(low, index == 0 && outside.hard > 0), edge(high, false)])
        };
        outside.gaps.windows(2).enumerate().filter_map(pair).collect()
    }

    fn cusps_of(&self, level: usize) -> Vec<Cusp> {
        let exact = |lambda: &Rational| {
            let chain = self.stack.exact()?;
            chain.levels(lambda, level + 1).pop().map(|top| top.z)
        };
        let cusp = |touch: &Touch| Cusp {
            lambda: touch.lambda.clone(),
            position: self.value(level, &touch.lambda),
            exact: touch.exact.as_ref().and_then(exact),
            below: Rational::from(1 - &touch.above),
            third: third(&self.chain, level + 1, &touch.lambda, self.bits),
        };
        self.levels[level].touches.iter().map(cusp).collect()
    }

    /// Where bulks of the top level touch.
    pub(super) fn cusps(&self) -> &[Cusp] {
        &self.cusps
    }

    /// The touching point of bulks that x is, when it is known exactly.
    fn cusp_at(&self, x: &Argument) -> Option<&Cusp> {
        let Argument::Exact(x, _) = x else { return None };
        self.cusps.iter().find(|cusp| cusp.exact.as_ref() == Some(x))
    }

    /// z over a small ball of λ₀, by the slope over it.
    fn value_near(&self, jets: &Chain<Tangent<Ball>>, lambda: &Ball, level: usize) -> Ball {
        let at = |lambda: &Ball| jets.top(lambda, level + 1).map_or_else(|| Tangent::constant(lambda), |top| top.z);
        let middle = at(&Ball::new(lambda.mid().clone(), Magnitude::ZERO)).value;
        middle.widened(at(lambda).slope.magnitude().times(lambda.radius()))
    }

    /// z at a level over a point of the population.
    #[must_use]
    pub fn value(&self, level: usize, lambda: &Ball) -> Ball {
        self.value_near(&self.chain.map(Tangent::constant), lambda, level)
    }

    /// The point of the population over a real x outside the support at a level; none where x lies in the support.
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    pub fn point(&self, level: usize, x: &Ball) -> Result<Option<Ball>, LawError> {
        match self.place(x, level)? {
            Place::Gap(index) => self.on_gap(&self.levels[level].gaps[index], x, level).map(Some),
            Place::Bulk => Ok(None),
        }
    }

    /// The values of the lowest population.
    pub(super) fn lowest_atoms(&self) -> Vec<Ball> {
        let zero = self.chain.zero.as_ref().map(|_| Ball::zero(self.bits));
        zero.into_iter().chain(self.chain.population.iter().map(|[value, _]| value.clone())).collect()
    }

    fn top(&self) -> usize {
        self.levels.len() - 1
    }

    fn place(&self, x: &Ball, level: usize) -> Result<Place, LawError> {
        for (index, [low, high]) in self.bulks(level).iter().enumerate() {
            if x.compare(&low.position).ok_or(LawError::MoreBits)?.is_lt() {
                return Ok(Place::Gap(index));
            }
            if x.compare(&high.position).ok_or(LawError::MoreBits)?.is_lt() {
                return Ok(Place::Bulk);
            }
        }
        Ok(Place::Gap(self.bulks(level).len()))
    }

    /// The point of the gap over a real x outside the support.
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    fn on_gap(&self, gap: &Gap, x: &Ball, level: usize) -> Result<Ball, LawError> {
        let jets = self.chain.map(Tangent::constant);
        let count = level + 1;
        let top = |lambda: &Ball| jets.top(lambda, count).map_or_else(|| Tangent::constant(lambda), |top| top.z);
        match (&gap.low, &gap.high) {
            (Some(low), _) => {
                let rising = |lambda: &Ball| {
                    let z = top(lambda);
                    [&z.value - x, z.slope]
                };
                let far = gap.high.as_ref().map(|high| Float::with_val(self.bits, high.mid() - low.mid()));
                crossing_within(&rising, &Anchor { at: low.clone(), upwards: true }, far, self.bits)
            }
            (None, Some(high)) => {
                let falling = |lambda: &Ball| {
                    let z = top(lambda);
                    [x - &z.value, -&z.slope]
                };
                crossing(&falling, &Anchor { at: high.clone(), upwards: false }, None, self.bits)
            }
            (None, None) => Err(LawError::MoreBits),
        }
    }

    /// The physical λ₀ over z in the closed upper half plane, off the real points outside the support.
    fn physical(&self, z: &ComplexBall) -> Result<ComplexBall, LawError> {
        let complex = self.chain.map(|value| Tangent::constant(&ComplexBall::real(value.clone())));
        let doubles = self.chain.map(|value| Tangent::constant(&Complex64::new(value.to_f64(), 0.0)));
        if let Some(near) = self.cusps.iter().find_map(|cusp| cusp.start(z, self.bits)) {
            return enclosed_from(&complex, z, near, CUSP_BITS);
        }
        let start = followed(&doubles, z.to_c64()).ok_or(LawError::NoPath)?;
        enclosed(&complex, z, start)
    }

    /// −r_L at a point of the map.
    fn transform(&self, lambda: &ComplexBall) -> Result<ComplexBall, LawError> {
        let chain = self.chain.map(|value| ComplexBall::real(value.clone()));
        chain.levels(lambda, self.levels.len()).pop().map(|level| -&level.r).ok_or(LawError::MoreBits)
    }

    /// m(z).
    ///
    /// # Errors
    /// As [`Law::stieltjes`](crate::spectrum::Law::stieltjes).
    pub fn stieltjes(&self, z: &Argument) -> Result<ComplexBall, LawError> {
        let z = z.ball(self.bits);
        match z.im_sign().ok_or(LawError::MoreBits)? {
            Ordering::Greater => self.transform(&self.physical(&z)?),
            Ordering::Less => Ok(self.transform(&self.physical(&z.conj())?)?.conj()),
            Ordering::Equal => {
                let outside = &self.levels[self.top()];
                if z.re.is_exact_zero() && !outside.atom.is_zero() {
                    return Err(LawError::AtAtom { mass: outside.atom.clone() });
                }
                if z.re.is_exact_zero() && outside.hard > 0 {
                    return Err(LawError::AtZero);
                }
                match self.place(&z.re, self.top())? {
                    Place::Gap(index) => {
                        self.transform(&ComplexBall::real(self.on_gap(&outside.gaps[index], &z.re, self.top())?))
                    }
                    Place::Bulk => Err(LawError::OnTheCut),
                }
            }
        }
    }

    /// The density at a real point; exactly zero outside the support.
    ///
    /// # Errors
    /// [`LawError::HardEdge`], [`LawError::MoreBits`], [`LawError::NoPath`].
    pub fn density(&self, x: &Argument) -> Result<Ball, LawError> {
        if self.cusp_at(x).is_some() {
            return Ok(Ball::zero(self.bits));
        }
        let x = x.ball(self.bits).re;
        if x.is_exact_zero() && self.levels[self.top()].hard > 0 {
            let hard = i64::from(self.levels[self.top()].hard);
            return Err(LawError::HardEdge { exponent: Rational::from((-hard, hard + 1)) });
        }
        match self.place(&x, self.top())? {
            Place::Gap(_) => Ok(Ball::zero(self.bits)),
            Place::Bulk => {
                let m = self.transform(&self.physical(&ComplexBall::real(x))?)?;
                Ok(&m.im / &Ball::pi(self.bits))
            }
        }
    }

    /// F(x), the atom included.
    ///
    /// # Errors
    /// As [`Sampled::density`].
    pub fn cdf(&self, x: &Argument) -> Result<Ball, LawError> {
        if let Some(cusp) = self.cusp_at(x) {
            return Ok(Ball::rational(&cusp.below, self.bits));
        }
        self.distribution(&x.ball(self.bits).re).map(|[value, _]| value)
    }

    /// F and the density at x.
    pub(super) fn distribution(&self, x: &Ball) -> Result<[Ball; 2], LawError> {
        let outside = &self.levels[self.top()];
        if x.is_exact_zero() {
            return Ok([Ball::rational(&outside.atom, self.bits), Ball::zero(self.bits)]);
        }
        let index = match self.place(x, self.top())? {
            Place::Gap(index) => index,
            Place::Bulk => {
                let lambda = self.physical(&ComplexBall::real(x.clone()))?;
                let density = &self.transform(&lambda)?.im / &Ball::pi(self.bits);
                return Ok([&Ball::integer(1, self.bits) - &self.mass_above(&lambda), density]);
            }
        };
        let below = if x.is_negative() { Rational::new() } else { Rational::from(1 - &outside.gaps[index].above) };
        Ok([Ball::rational(&below, self.bits), Ball::zero(self.bits)])
    }

    /// Im U/π.
    fn mass_above(&self, lambda: &ComplexBall) -> Ball {
        let chain = self.chain.map(|value| ComplexBall::real(value.clone()));
        let mut total = chain.zero.as_ref().map_or_else(|| Ball::zero(self.bits), |weight| &weight.re * &lambda.argument());
        for [value, weight] in &chain.population {
            total = &total + &(&weight.re * &(lambda - value).argument());
        }
        for (level, point) in chain.levels(lambda, self.levels.len()).iter().enumerate() {
            let gamma = self.stack.gamma_at(level);
            if !gamma.is_zero() {
                let excess = Ball::rational(&(1 - gamma.clone().recip()), self.bits);
                total = &(&total + &point.q.im) + &(&excess * &point.factor.argument());
            }
        }
        &total / &Ball::pi(self.bits)
    }
}
