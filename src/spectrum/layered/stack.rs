//! What the law of a stack of sample covariances depends on, and the stack as one rational map (docs/mathematics.md, 'Stacks').
//!
//! With a population law ν₀ of finitely many atoms and ω = (1 − b²)/b², in the variable λ = λ₀:
//!
//! q₀ = ∫ x/(λ − x) dν₀,   z_l = λ_l (1 + γ_l q_l),   λ_{l+1} = b²_{l+1} z_l + 1 − b²_{l+1},   q_{l+1} = q_l + ω_{l+1} r_l
//!
//! r₀ = ∫ dν₀/(λ − x)/(1 + γ₀ q₀),   r_{l+1} = r_l/(b²_{l+1} (1 + γ_{l+1} q_{l+1})),   r_l = ∫ dμ_l/(z_l − x) = −m_l.
//!
//! Nothing is divided by z_l, which vanishes outside the support where the law has an atom at 0.

use rug::Rational;

use crate::number::{Ball, Jet, Ring};

/// Most atoms over which rational arithmetic is worth it: its numbers grow with each of them.
const MOST_EXACT: usize = 64;

/// A share b² of a layer: how much of the kernel below passes through it.
#[derive(Clone, Debug)]
pub struct Share {
    /// 0 < b² ≤ 1.
    pub ball: Ball,
    /// Where it is rational; b² = 1 always is.
    pub exact: Option<Rational>,
}

impl Share {
    /// A rational share.
    #[must_use]
    pub fn rational(value: Rational, bits: u32) -> Self {
        Self { ball: Ball::rational(&value, bits), exact: Some(value) }
    }

    /// Whether everything passes.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.exact.as_ref().is_some_and(|share| *share == 1)
    }

    pub(super) fn at(&self, bits: u32) -> Ball {
        self.exact.as_ref().map_or_else(|| self.ball.with_bits(bits), |exact| Ball::rational(exact, bits))
    }
}

/// A layer on top of the input: population b² K + (1 − b²) of the kernel K below, n/d = γ.
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
    /// Its map at a precision.
    #[must_use]
    pub fn chain(&self, bits: u32) -> Chain<Ball> {
        let ball = |value: &Rational| Ball::rational(value, bits);
        let layer = |layer: &StackLayer| Link {
            share: (!layer.share.is_whole()).then(|| layer.share.at(bits)),
            gamma: ball(&layer.gamma),
        };
        let links = self.layers.iter().map(layer).collect();
        Chain { links, ..self.unlinked().map(ball) }
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
            let passed = if layer.share.is_whole() { below } else { Rational::new() };
            passed.max(missing(&layer.gamma))
        })
    }

    /// Whether all of its numbers are rational and few, and then the map over them.
    #[must_use]
    pub fn exact(&self) -> Option<Chain<Rational>> {
        if self.population.len() > MOST_EXACT {
            return None;
        }
        let link = |layer: &StackLayer| {
            let share = layer.share.exact.clone()?;
            Some(Link { share: (share != 1).then_some(share), gamma: layer.gamma.clone() })
        };
        let links = self.layers.iter().map(link).collect::<Option<_>>()?;
        Some(Chain { links, ..self.unlinked() })
    }

    /// The lowest matrix alone.
    fn unlinked(&self) -> Chain<Rational> {
        let (zero, population): (Vec<_>, Vec<_>) = self.population.iter().cloned().partition(|[value, _]| value.is_zero());
        let zero = zero.into_iter().next().map(|[_, weight]| weight);
        Chain { zero, population, gamma: self.gamma.clone(), links: Vec::new() }
    }
}

/// A layer over a ring.
#[derive(Clone, Debug)]
pub struct Link<T> {
    /// b²; none for exactly 1.
    pub share: Option<T>,
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
        Chain {
            zero: self.zero.as_ref().map(&map),
            population: self.population.iter().map(|pair| pair.each_ref().map(&map)).collect(),
            gamma: map(&self.gamma),
            links: self.links.iter().map(|link| Link { share: link.share.as_ref().map(&map), gamma: map(&link.gamma) }).collect(),
        }
    }

    /// Every level over the point λ, from the lowest; its first `count` ones.
    #[must_use]
    pub fn levels(&self, lambda: &T, count: usize) -> Vec<Level<T>> {
        let mut q = lambda.integer(0);
        let mut transform = self.zero.as_ref().map_or_else(|| q.clone(), |weight| weight.over(lambda));
        for [value, weight] in &self.population {
            let term = weight.over(&lambda.minus(value));
            q = q.plus(&value.times(&term));
            transform = transform.plus(&term);
        }
        let mut levels = vec![Level::new(lambda.clone(), q, &self.gamma, &transform)];
        for link in &self.links[..count.saturating_sub(1).min(self.links.len())] {
            let below = &levels[levels.len() - 1];
            levels.push(below.next(link));
        }
        levels
    }
}

impl<T: Ring> Level<T> {
    fn new(lambda: T, q: T, gamma: &T, population: &T) -> Self {
        let factor = lambda.integer(1).plus(&gamma.times(&q));
        Self { z: lambda.times(&factor), r: population.over(&factor), lambda, q, factor }
    }

    fn next(&self, link: &Link<T>) -> Self {
        let Some(share) = &link.share else {
            return Self::new(self.z.clone(), self.q.clone(), &link.gamma, &self.r);
        };
        let rest = share.integer(1).minus(share);
        let population = self.r.over(share);
        let lambda = share.times(&self.z).plus(&rest);
        Self::new(lambda, self.q.plus(&rest.times(&population)), &link.gamma, &population)
    }
}

impl<T: Ring> Chain<Jet<T>> {
    /// The top level of the first `count` with its derivatives in λ₀.
    pub(super) fn top(&self, lambda: &T, count: usize) -> Option<Level<Jet<T>>> {
        self.levels(&Jet::variable(lambda), count).pop()
    }
}
