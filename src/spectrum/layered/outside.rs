//! The real line outside the support, level by level, in the variable of the lowest population (docs/mathematics.md, 'Stacks').
//!
//! On a component of the complement of the population's support dz_l/dλ_l = 1 − γ_l ∫ x²/(λ_l − x)² dν_l is concave, so that it
//! is positive on one interval or nowhere (Silverstein and Choi 1995): the components outside the support of the sample law are
//! those intervals, nested from level to level, and z_l maps each of them increasingly onto its component. The mass above a
//! component is the mass of the population above it, so that the masses of the bulks are exact.

use std::cmp::Ordering;

use rug::Rational;

use super::concave::Concave;
use super::crossing::{End, crossing};
use super::stack::{Chain, Level, Stack};
use super::touching::{Decided, Touch, decided, may_touch};
use crate::number::{Ball, Jet, Ring};
use crate::spectrum::LawError;

/// A component outside the support, as an interval of λ₀.
#[derive(Clone, Debug)]
pub(super) struct Gap {
    /// Its lower end; none for −∞.
    pub low: Option<Ball>,
    /// Its upper end; none for +∞.
    pub high: Option<Ball>,
    /// The mass of the law above it.
    pub above: Rational,
}

/// Everything outside the support at one level.
#[derive(Clone, Debug)]
pub(super) struct Outside {
    /// From the lowest; the first reaches down to −∞, the last up to +∞.
    pub gaps: Vec<Gap>,
    /// The mass at 0.
    pub atom: Rational,
    /// Its place, where it is isolated.
    pub atom_at: Option<Ball>,
    /// The density grows like x^(−k/(k + 1)) at 0; 0 where it does not.
    pub hard: u32,
    /// Where two of its bulks touch, and count as one.
    pub touches: Vec<Touch>,
}

impl Outside {
    /// Of the lowest population itself.
    pub fn population(stack: &Stack, bits: u32) -> Self {
        let atom = stack.population.iter().find(|[value, _]| value.is_zero()).map(|[_, weight]| weight.clone());
        let positive: Vec<_> = stack.population.iter().filter(|[value, _]| !value.is_zero()).collect();
        let mut above = Rational::from(1 - atom.clone().unwrap_or_default());
        let ball = |value: &Rational| Ball::rational(value, bits);
        let mut gaps = vec![Gap { low: None, high: None, above: above.clone() }];
        for [value, weight] in positive {
            if let Some(gap) = gaps.last_mut() {
                gap.high = Some(ball(value));
            }
            above -= weight;
            gaps.push(Gap { low: Some(ball(value)), high: None, above: above.clone() });
        }
        Self {
            gaps,
            atom_at: atom.is_some().then(|| Ball::zero(bits)),
            atom: atom.unwrap_or_default(),
            hard: 0,
            touches: Vec::new(),
        }
    }

    /// As the population of a layer with an offset: the atom at 0 moves there and is an end of gaps.
    fn lifted(mut self) -> Self {
        let first = &mut self.gaps[0];
        if let Some(place) = self.atom_at.take() {
            let below = Gap { low: None, high: Some(place.clone()), above: Rational::from(1) };
            first.low = Some(place);
            self.gaps.insert(0, below);
        } else {
            first.above = Rational::from(1);
        }
        Self { atom: Rational::new(), hard: 0, ..self }
    }
}

/// What is outside the support at every level from the lowest.
///
/// # Errors
/// [`LawError::MoreBits`] when the precision does not decide.
pub(super) fn outside(stack: &Stack, bits: u32) -> Result<Vec<Outside>, LawError> {
    let chain = stack.chain(bits).map(Jet::constant);
    let mut population = Outside::population(stack, bits);
    let mut found = Vec::with_capacity(stack.layers.len() + 1);
    for level in 0..=stack.layers.len() {
        if level > 0 && !stack.layers[level - 1].share.keeps_zero() {
            population = population.lifted();
        }
        let map = Map { stack, chain: &chain, count: level + 1, bits };
        let first = level == usize::from(stack.gamma.is_zero());
        let closed = if first { closed(stack, level, bits) } else { Vec::new() };
        if level > 0 || !stack.gamma.is_zero() {
            population = map.sampled(population, stack.gamma_at(level), &closed)?;
        }
        found.push(population.clone());
    }
    Ok(found)
}

/// Which gaps between atoms of the lowest population are certainly closed where it is first sampled, in the order of its gaps: between
/// atoms a < b of weights ≥ w the slope is at most
///
/// 1 − γ w (a + ω)² (1/(λ − a)² + 1/(b − λ)²) ≤ 1 − 8 γ w (a + ω)²/(b − a)², ω = c/s, (1 − b²)/b² of an activation.
fn closed(stack: &Stack, level: usize, bits: u32) -> Vec<bool> {
    let ball = |value: &Rational| Ball::rational(value, bits);
    let share = level.checked_sub(1).map(|layer| &stack.layers[layer].share).filter(|share| !share.keeps_zero());
    let raised = share.map_or_else(|| Ball::zero(bits), |share| &share.offset_at(bits) / &share.slope.at(bits));
    let scale = &Ball::integer(8, bits) * &ball(stack.gamma_at(level));
    let is_end = |[value, _]: &&[Rational; 2]| share.is_some() || !value.is_zero();
    let atoms: Vec<&[Rational; 2]> = stack.population.iter().filter(is_end).collect();
    let between = |pair: &[&[Rational; 2]]| {
        let ([low, first], [high, second]) = (pair[0], pair[1]);
        let pull = &(&scale * &ball(first.min(second))) * &(&ball(low) + &raised).square();
        (&pull - &(&ball(high) - &ball(low)).square()).is_positive()
    };
    std::iter::once(false).chain(atoms.windows(2).map(between)).collect()
}

/// The map up to a level.
struct Map<'c> {
    stack: &'c Stack,
    chain: &'c Chain<Jet<Ball>>,
    count: usize,
    bits: u32,
}

impl Map<'_> {
    fn level(&self, lambda: &Ball) -> Level<Jet<Ball>> {
        self.chain.levels(&Jet::variable(lambda), self.count).swap_remove(self.count - 1)
    }

    /// dz/dλ_l and its derivative in λ₀.
    fn slope(&self, lambda: &Ball) -> [Ball; 2] {
        let Level { lambda, z, .. } = self.level(lambda);
        let slope = z.slope.over(&lambda.slope);
        let bend = z.curvature.minus(&slope.times(&lambda.curvature)).over(&lambda.slope);
        [slope, bend]
    }

    /// What is left of the gaps of the population; those that are known to be closed are not searched.
    fn sampled(&self, population: Outside, gamma: &Rational, closed: &[bool]) -> Result<Outside, LawError> {
        let Outside { mut gaps, atom, atom_at, hard, .. } = population;
        let rank = Rational::from(gamma * Rational::from(1 - &atom));
        let last = gaps.len() - 1;
        let mut found = Outside { gaps: Vec::with_capacity(gaps.len()), atom, atom_at, hard, touches: Vec::new() };
        let first = Gap { low: gaps[0].low.take(), high: gaps[0].high.take(), above: Rational::from(1 - &found.atom) };
        self.lowest(first, gamma, rank.cmp(&Rational::from(1)), &mut found)?;
        for (index, gap) in gaps.into_iter().enumerate().skip(1) {
            if index < last {
                let searched = !closed.get(index).is_some_and(|closed| *closed);
                match if searched { self.inner(&gap)? } else { Inner::Closed } {
                    Inner::Open(gap) => found.gaps.push(gap),
                    Inner::Closed => {}
                    Inner::Touching(touch) => found.touches.push(touch),
                }
            } else {
                found.gaps.push(self.highest(gap)?);
            }
        }
        Ok(found)
    }

    fn highest(&self, gap: Gap) -> Result<Gap, LawError> {
        let end = End { at: gap.low.clone().ok_or(LawError::MoreBits)?, upwards: true };
        let low = crossing(&|lambda| self.slope(lambda), &end, None, self.bits)?;
        Ok(Gap { low: Some(low), ..gap })
    }

    /// The gap below everything. Its rank γ (1 − ν{0}) against 1 decides what is at 0.
    fn lowest(&self, gap: Gap, gamma: &Rational, rank: Ordering, found: &mut Outside) -> Result<(), LawError> {
        let end = End { at: gap.high.clone().ok_or(LawError::MoreBits)?, upwards: false };
        let ends_at_zero = found.hard > 0;
        let high = match rank {
            Ordering::Less if ends_at_zero => end.at.clone(),
            Ordering::Equal => {
                found.hard += 1;
                match found.atom_at.take() {
                    Some(place) => place,
                    None if ends_at_zero => end.at.clone(),
                    None => crossing(&|lambda| self.minus_lambda(lambda), &end, None, self.bits)?,
                }
            }
            _ => crossing(&|lambda| self.slope(lambda), &end, None, self.bits)?,
        };
        if rank.is_gt() {
            found.hard = 0;
            found.atom = 1 - gamma.clone().recip();
            found.atom_at = Some(crossing(&|lambda| self.factor(lambda), &end, None, self.bits)?);
        }
        let above = Rational::from(1 - &found.atom);
        found.gaps.push(Gap { low: None, high: Some(high), above });
        Ok(())
    }

    /// −λ_l, negative at the upper end of the lowest gap.
    fn minus_lambda(&self, lambda: &Ball) -> [Ball; 2] {
        let level = self.level(lambda);
        [-&level.lambda.value, -&level.lambda.slope]
    }

    /// 1 + γ q, which decreases on the lowest gap.
    fn factor(&self, lambda: &Ball) -> [Ball; 2] {
        let level = self.level(lambda);
        [level.factor.value, level.factor.slope]
    }

    /// What is left of a gap between two ends of the population: where the slope is positive.
    fn inner(&self, gap: &Gap) -> Result<Inner, LawError> {
        let (Some(low), Some(high)) = (&gap.low, &gap.high) else { return Err(LawError::MoreBits) };
        let place = |lambda: &Ball| {
            let level = self.level(lambda);
            [level.lambda.value, level.lambda.slope]
        };
        let slope = |lambda: &Ball| self.slope(lambda);
        match (Concave { value: &slope, place: &place, bits: self.bits }).positive_part(low, high) {
            Ok(None) => Ok(Inner::Closed),
            Ok(Some([low, high])) => Ok(Inner::Open(Gap { low: Some(low), high: Some(high), above: gap.above.clone() })),
            Err(LawError::MoreBits) => {
                let level = self.count - 1;
                match decided(self.stack, level, [low, high], &gap.above, self.bits) {
                    Some(Decided::Closed) => Ok(Inner::Closed),
                    Some(Decided::Touching(touch)) => Ok(Inner::Touching(touch)),
                    None => {
                        let value = |lambda: &Ball| self.level(lambda).z.value;
                        Err(may_touch(&slope, &value, level, [low, high], self.bits))
                    }
                }
            }
            Err(error) => Err(error),
        }
    }
}

/// What is left of a gap of the population.
enum Inner {
    Open(Gap),
    Closed,
    Touching(Touch),
}
