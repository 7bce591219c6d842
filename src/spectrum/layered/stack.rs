//! What the law of a stack of sample covariances depends on, and the stack as one rational map (docs/mathematics.md, 'Stacks').
//!
//! With a population law ν₀ of finitely many atoms, slopes s (b² of an activation) and offsets c (1 − b²), in the variable λ = λ₀:
//!
//! q₀ = ∫ x/(λ − x) dν₀,   z_l = λ_l (1 + γ_l q_l),   λ_{l+1} = s_{l+1} z_l + c_{l+1},   q_{l+1} = q_l + (c_{l+1}/s_{l+1}) r_l
//!
//! r₀ = ∫ dν₀/(λ − x)/(1 + γ₀ q₀),   r_{l+1} = r_l/(s_{l+1} (1 + γ_{l+1} q_{l+1})),   r_l = ∫ dμ_l/(z_l − x) = −m_l.
//!
//! Nothing is divided by z_l, which vanishes outside the support where the law has an atom at 0.

use rug::Rational;

use crate::number::{Ball, Interval, Real, Ring, Tangent};

/// Most atoms over which rational arithmetic is worth it: its numbers grow with each of them.
const MOST_EXACT: usize = 64;

/// A positive number, or 0 exactly.
#[derive(Clone, Debug)]
pub struct Coefficient {
    /// Its enclosure.
    pub ball: Ball,
    /// Where it is rational.
    pub exact: Option<Rational>,
}

/// What a layer has of the kernel below: x ↦ b² x + 1 − b², or any x ↦ slope x + offset.
#[derive(Clone, Debug)]
pub struct Share {
    /// b² or the slope, positive.
    pub slope: Coefficient,
    /// The offset, not negative; none for 1 − b².
    pub offset: Option<Coefficient>,
}

impl Coefficient {
    /// A rational one.
    #[must_use]
    pub fn rational(value: Rational, bits: u32) -> Self {
        Self { ball: Ball::rational(&value, bits), exact: Some(value) }
    }

    fn is_identical(&self, other: &Self) -> bool {
        match (&self.exact, &other.exact) {
            (None, None) => self.ball.is_identical(&other.ball),
            (exact, others) => exact == others,
        }
    }

    fn is(&self, value: u32) -> bool {
        self.exact.as_ref().is_some_and(|exact| *exact == value)
    }

    pub(super) fn at(&self, bits: u32) -> Ball {
        self.exact.as_ref().map_or_else(|| self.ball.with_bits(bits), |exact| Ball::rational(exact, bits))
    }

    fn times(&self, other: &Self) -> Self {
        let both = self.exact.as_ref().zip(other.exact.as_ref()).map(|(a, b)| Rational::from(a * b));
        let exact = if self.is(0) || other.is(0) { Some(Rational::new()) } else { both };
        Self { ball: &self.ball * &other.ball, exact }
    }
}

impl Share {
    fn is_identical(&self, other: &Self) -> bool {
        let offsets = match (&self.offset, &other.offset) {
            (Some(offset), Some(others)) => offset.is_identical(others),
            (offset, others) => offset.is_none() && others.is_none(),
        };
        offsets && self.slope.is_identical(&other.slope)
    }

    /// A rational b²; b² = 1 always is.
    #[must_use]
    pub fn rational(value: Rational, bits: u32) -> Self {
        Self { slope: Coefficient::rational(value, bits), offset: None }
    }

    /// Everything, as it is.
    #[must_use]
    pub fn whole(bits: u32) -> Self {
        Self::rational(Rational::from(1), bits)
    }

    /// Whether everything passes as it is.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.slope.is(1) && self.keeps_zero()
    }

    /// Whether 0 stays 0.
    pub(super) fn keeps_zero(&self) -> bool {
        self.offset.as_ref().map_or_else(|| self.slope.is(1), |offset| offset.is(0))
    }

    /// The offset at a precision.
    pub(super) fn offset_at(&self, bits: u32) -> Ball {
        let rest = || Ball::integer(1, bits).minus(&self.slope.at(bits));
        self.offset.as_ref().map_or_else(rest, |offset| offset.at(bits))
    }

    /// Slope and offset, exact where they are rational.
    #[must_use]
    pub fn numbers(&self, bits: u32) -> [Real; 2] {
        let real = |exact: Option<Rational>, ball: Ball| exact.map_or_else(|| Real::from(ball), Real::Rational);
        let slope = real(self.slope.exact.clone(), self.slope.at(bits));
        [slope, real(self.exact_offset(), self.offset_at(bits))]
    }

    /// The offset where it is rational.
    pub(super) fn exact_offset(&self) -> Option<Rational> {
        match &self.offset {
            Some(offset) => offset.exact.clone(),
            None => self.slope.exact.as_ref().map(|slope| Rational::from(1 - slope)),
        }
    }

    /// The same times a positive number.
    pub(super) fn scaled(&self, by: &Coefficient) -> Self {
        let bits = self.slope.ball.bits();
        let offset = Coefficient { ball: self.offset_at(bits), exact: self.exact_offset() };
        Self { slope: self.slope.times(by), offset: Some(offset.times(by)) }
    }
}

/// A layer on top of the input: the population of the kernel K below, of which it has a share, sampled with n/d = γ.
#[derive(Clone, Debug)]
pub struct StackLayer {
    /// The share.
    pub share: Share,
    /// n/d, positive.
    pub gamma: Rational,
}

/// A population law, sampled, and the layers above it.
#[derive(Clone, Debug)]
pub struct Stack {
    /// The atoms [value ≥ 0, weight > 0] of the population of the lowest matrix, by value, weights adding up to 1.
    pub population: Vec<[Rational; 2]>,
    /// n/d₀ of the lowest matrix; 0 where that matrix is its population itself.
    pub gamma: Rational,
    /// The layers, the lowest first.
    pub layers: Vec<StackLayer>,
}

impl Stack {
    /// Whether its numbers are those of another to the last bit, so that both have one law.
    #[must_use]
    pub fn is_identical(&self, other: &Self) -> bool {
        let mut layers = self.layers.iter().zip(&other.layers);
        self.gamma == other.gamma
            && self.population == other.population
            && self.layers.len() == other.layers.len()
            && layers.all(|(layer, others)| layer.gamma == others.gamma && layer.share.is_identical(&others.share))
    }

    /// Its map at a precision.
    #[must_use]
    pub fn chain(&self, bits: u32) -> Chain<Ball> {
        self.chain_over(|value| Ball::rational(value, bits), |coefficient| coefficient.at(bits))
    }

    /// Its map over intervals of doubles.
    #[must_use]
    pub fn intervals(&self) -> Chain<Interval> {
        let coefficient = |Coefficient { ball, exact }: &Coefficient| match exact {
            Some(exact) => Interval::of_rational(exact),
            None => Interval::of_ball(ball),
        };
        self.chain_over(Interval::of_rational, coefficient)
    }

    fn chain_over<T: Ring>(&self, number: impl Fn(&Rational) -> T, coefficient: impl Fn(&Coefficient) -> T) -> Chain<T> {
        let passed = |share: &Share| {
            let slope = coefficient(&share.slope);
            let offset = share.offset.as_ref().map_or_else(|| slope.integer(1).minus(&slope), &coefficient);
            Passed { slope, offset }
        };
        let link = |layer: &StackLayer| Link {
            share: (!layer.share.is_whole()).then(|| passed(&layer.share)),
            gamma: number(&layer.gamma),
        };
        let is_zero = |[value, _]: &&[Rational; 2]| value.is_zero();
        let others = self.population.iter().filter(|atom| !is_zero(atom));
        Chain {
            zero: self.population.iter().find(is_zero).map(|[_, weight]| number(weight)),
            population: others.map(|atom| atom.each_ref().map(&number)).collect(),
            gamma: number(&self.gamma),
            links: self.layers.iter().map(link).collect(),
        }
    }

    /// γ of the matrix at `level`, counted from 0.
    pub(super) fn gamma_at(&self, level: usize) -> &Rational {
        level.checked_sub(1).map_or(&self.gamma, |layer| &self.layers[layer].gamma)
    }

    /// The mass at 0 of the top matrix: max(1 − 1/γ, the mass of its population), level by level.
    #[must_use]
    pub fn atom(&self) -> Rational {
        let zero = |[value, weight]: &[Rational; 2]| value.is_zero().then(|| weight.clone());
        let missing = |gamma: &Rational| if gamma.is_zero() { Rational::new() } else { 1 - gamma.clone().recip() };
        let lowest = self.population.iter().find_map(zero).unwrap_or_default().max(missing(&self.gamma));
        self.layers.iter().fold(lowest, |below, layer| {
            let passed = if layer.share.keeps_zero() { below } else { Rational::new() };
            passed.max(missing(&layer.gamma))
        })
    }

    /// Whether all of its numbers are rational and few, and then the map over them.
    #[must_use]
    pub fn exact(&self) -> Option<Chain<Rational>> {
        self.exact_levels().filter(|chain| chain.links.len() == self.layers.len())
    }

    /// The map over the rationals up to the highest level that they reach; none where they are many.
    #[must_use]
    pub fn exact_levels(&self) -> Option<Chain<Rational>> {
        if self.population.len() > MOST_EXACT {
            return None;
        }
        let link = |layer: &StackLayer| {
            let passed = Passed { slope: layer.share.slope.exact.clone()?, offset: layer.share.exact_offset()? };
            Some(Link { share: (!layer.share.is_whole()).then_some(passed), gamma: layer.gamma.clone() })
        };
        let links = self.layers.iter().map_while(link).collect();
        Some(Chain { links, ..self.unlinked() })
    }

    /// The mean of its law, which sampling keeps.
    #[must_use]
    pub fn mean(&self) -> Real {
        let lowest = self.population.iter().fold(Rational::new(), |sum, [value, weight]| sum + Rational::from(value * weight));
        self.layers.iter().fold(Real::Rational(lowest), |below, StackLayer { share, .. }| {
            match (&below, &share.slope.exact, share.exact_offset()) {
                // b² + 1 − b²
                (Real::Rational(mean), ..) if *mean == 1 && share.offset.is_none() => below,
                (Real::Rational(mean), Some(slope), Some(offset)) => Real::Rational(Rational::from(slope * mean) + offset),
                _ => {
                    let bits = share.slope.ball.bits();
                    let ball = |mean: Ball| Real::from(&(&share.slope.ball * &mean) + &share.offset_at(bits));
                    below.ball(bits).map_or(Real::Unknown, ball)
                }
            }
        })
    }

    /// The stack with the eigenvalues of its top matrix times a positive number.
    #[must_use]
    pub fn scaled(mut self, by: &Coefficient) -> Self {
        match (self.layers.last_mut(), &by.exact) {
            (Some(top), _) => top.share = top.share.scaled(by),
            (None, Some(exact)) => self.population.iter_mut().for_each(|[value, _]| *value *= exact),
            (None, None) => {
                // a level that is the population itself, and one that samples it scaled
                let share = Share::whole(by.ball.bits()).scaled(by);
                self.layers.push(StackLayer { share, gamma: std::mem::take(&mut self.gamma) });
            }
        }
        self
    }

    /// The stack with its top matrix as the population of one more sample covariance, n/N = γ.
    #[must_use]
    pub fn sampled(mut self, gamma: Rational, bits: u32) -> Self {
        if self.gamma.is_zero() && self.layers.is_empty() {
            return Self { gamma, ..self };
        }
        self.layers.push(StackLayer { share: Share::whole(bits), gamma });
        self
    }

    /// The lowest matrix alone.
    fn unlinked(&self) -> Chain<Rational> {
        let (zero, population): (Vec<_>, Vec<_>) = self.population.iter().cloned().partition(|[value, _]| value.is_zero());
        let zero = zero.into_iter().next().map(|[_, weight]| weight);
        Chain { zero, population, gamma: self.gamma.clone(), links: Vec::new() }
    }
}

/// x ↦ slope x + offset over a ring.
#[derive(Clone, Debug)]
pub struct Passed<T> {
    /// b², positive.
    pub slope: T,
    /// 1 − b², not negative.
    pub offset: T,
}

/// A layer over a ring.
#[derive(Clone, Debug)]
pub struct Link<T> {
    /// What passes; none where everything does as it is.
    pub share: Option<Passed<T>>,
    /// n/d.
    pub gamma: T,
}

/// The map λ → z_L over a ring.
#[derive(Clone, Debug)]
pub struct Chain<T> {
    /// The weight of the population's atom at 0, where there is one.
    pub zero: Option<T>,
    /// Its other atoms, [value, weight].
    pub population: Vec<[T; 2]>,
    /// n/d₀.
    pub gamma: T,
    /// The layers, the lowest first.
    pub links: Vec<Link<T>>,
}

/// What there is at one level.
#[derive(Clone, Debug)]
pub struct Level<T> {
    /// λ_l, the point in the population.
    pub lambda: T,
    /// q_l.
    pub q: T,
    /// 1 + γ_l q_l.
    pub factor: T,
    /// z_l, the point in the sample.
    pub z: T,
    /// −m_l(z_l).
    pub r: T,
}

impl<T: Ring> Chain<T> {
    /// The same map over another ring.
    #[must_use]
    pub fn map<S>(&self, map: impl Fn(&T) -> S) -> Chain<S> {
        let passed = |passed: &Passed<T>| Passed { slope: map(&passed.slope), offset: map(&passed.offset) };
        Chain {
            zero: self.zero.as_ref().map(&map),
            population: self.population.iter().map(|pair| pair.each_ref().map(&map)).collect(),
            gamma: map(&self.gamma),
            links: self
                .links
                .iter()
                .map(|link| Link { share: link.share.as_ref().map(passed), gamma: map(&link.gamma) })
                .collect(),
        }
    }

    /// Every level over the point λ, from the lowest; its first `count` ones.
    #[must_use]
    pub fn levels(&self, lambda: &T, count: usize) -> Vec<Level<T>> {
        let mut levels = Vec::with_capacity(count.min(self.links.len() + 1));
        levels.extend(self.walk(lambda.clone(), count, T::clone));
        levels
    }

    /// The same over a ring that contains this one, level by level and without memory of its own.
    pub fn walk<'c, S: Ring + 'c>(
        &'c self,
        lambda: S,
        count: usize,
        lift: impl Fn(&T) -> S + 'c,
    ) -> impl Iterator<Item = Level<S>> + 'c {
        let mut q = lambda.integer(0);
        let mut transform = self.zero.as_ref().map_or_else(|| q.clone(), |weight| lift(weight).over(&lambda));
        for [value, weight] in &self.population {
            let (value, weight) = (lift(value), lift(weight));
            let term = weight.over(&lambda.minus(&value));
            q = q.plus(&value.times(&term));
            transform = transform.plus(&term);
        }
        let lowest = Level::new(lambda, q, &lift(&self.gamma), &transform);
        let mut links = self.links[..count.saturating_sub(1).min(self.links.len())].iter();
        std::iter::successors(Some(lowest), move |below| links.next().map(|link| below.next(link, &lift)))
    }
}

impl<S: Ring> Level<S> {
    fn new(lambda: S, q: S, gamma: &S, population: &S) -> Self {
        let factor = lambda.integer(1).plus(&gamma.times(&q));
        Self { z: lambda.times(&factor), r: population.over(&factor), lambda, q, factor }
    }

    fn next<T>(&self, link: &Link<T>, lift: impl Fn(&T) -> S) -> Self {
        let gamma = lift(&link.gamma);
        let Some(share) = &link.share else {
            return Self::new(self.z.clone(), self.q.clone(), &gamma, &self.r);
        };
        let (slope, offset) = (lift(&share.slope), lift(&share.offset));
        let population = self.r.over(&slope);
        let lambda = slope.times(&self.z).plus(&offset);
        Self::new(lambda, self.q.plus(&offset.times(&population)), &gamma, &population)
    }
}

impl<T: Ring> Chain<Tangent<T>> {
    /// The top level of the first `count` with its derivative in λ₀.
    pub(super) fn top(&self, lambda: &T, count: usize) -> Option<Level<Tangent<T>>> {
        self.walk(Tangent::variable(lambda), count, Tangent::clone).last()
    }
}
