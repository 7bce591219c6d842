//! The population spikes of a stack of sample covariances (Wang, Wu and Fan 2024, arXiv 2402.10127; docs/mathematics.md, 'Stacks').
//!
//! A population eigenvalue λ of the lowest matrix, with unit eigenvector v, makes an outlier of K_l exactly when λ lies outside the
//! support at every level up to l. It is at z_l(λ), and its eigenvector has with v the squared cosine
//!
//! A_l = (dz_l/dλ)/(Π_{k ≤ l} (1 + γ_k q_k) Π_{1 ≤ k ≤ l} s_k), s_k = b²_k for activations.
//!
//! With the left vector u = G v̂/√(d z) of the top matrix, and the scores y = G v_l/√d of its population direction, (uᵀy)²/|y|² → dz_l/dλ_l.

use std::cmp::Ordering;

use crate::number::{Ball, Interval, Real, Ring, Tangent};
use crate::spectrum::{Chain, LawError, LayeredLaw};

/// Bits of numbers that become intervals of doubles.
const DOUBLE_BITS: u32 = 64;

/// What a population spike makes at one level.
#[derive(Clone, Debug)]
pub struct StackSpike {
    /// Whether it has left the bulk at this level and at all below; none when this precision does not tell it from an edge.
    pub survives: Option<bool>,
    /// z_l(λ).
    pub position: Real,
    /// A_l.
    pub alignment: Real,
    /// dz_l/dλ_l.
    pub left_factor: Real,
}

/// What the population eigenvalue `strength`, no atom of the population, makes at every level from the lowest.
///
/// Outside the support of a level and off the atoms of its population is where dz_k/dλ_k > 0 at that level and at all below, so that
/// the edges of the law are found only where the signs of these slopes are not decided.
///
/// # Errors
/// As [`LayeredLaw::sampled`], where the edges decide.
pub fn stack_spikes(law: &LayeredLaw, strength: &Real) -> Result<Vec<StackSpike>, LawError> {
    let (stack, bits) = (law.stack(), law.working_bits());
    let point = strength.ball(bits).unwrap_or_else(|| Ball::unknown(bits));
    let chain = stack.chain(bits);
    let found: Vec<[Ball; 3]> = values(&chain, point.clone()).collect();
    let slopes = found.iter().map(|[.., left]| left.sign());
    let survival = survival(slopes, |level| Ok(law.sampled()?.is_outside(level, &point)))?;
    let mut numbers: Vec<[Real; 3]> = found.into_iter().map(|list| list.map(Real::from)).collect();
    if let (Some(exact), Real::Rational(strength)) = (stack.exact_levels(), strength) {
        let mut below = chain;
        below.links.truncate(exact.links.len());
        if is_regular(&below, &point) {
            let known = values(&exact, strength.clone()).map(|list| list.map(Real::Rational));
            numbers.iter_mut().zip(known).for_each(|(number, known)| *number = known);
        }
    }
    let spikes = survival.into_iter().zip(numbers).map(|(survives, numbers)| {
        let [position, alignment, left_factor] = numbers;
        StackSpike { survives, position, alignment, left_factor }
    });
    Ok(spikes.collect())
}

/// Whether the population eigenvalue survives at every level, and nothing else: in intervals of doubles where they decide.
///
/// # Errors
/// As [`stack_spikes`].
pub fn stack_survival(law: &LayeredLaw, strength: &Real) -> Result<Vec<Option<bool>>, LawError> {
    let chain = law.stack().intervals();
    let point = match strength {
        Real::Rational(value) => Interval::of_rational(value),
        other => other.ball(DOUBLE_BITS).map_or(Interval::ENTIRE, |point| Interval::of_ball(&point)),
    };
    let on_an_atom = chain.population.iter().any(|[value, _]| (*value - point).contains(0.0));
    let slopes = values(&chain, point).map(|[.., left]| left.sign().filter(|_| !on_an_atom));
    survival(slopes, |_| Err(LawError::MoreBits))
        .or_else(|_| Ok(stack_spikes(law, strength)?.into_iter().map(|spike| spike.survives).collect()))
}

/// Whether a point survives at every level, by the signs of the slopes there, and by `outside` where they are open.
fn survival(
    slopes: impl Iterator<Item = Option<Ordering>>,
    outside: impl Fn(usize) -> Result<Option<bool>, LawError>,
) -> Result<Vec<Option<bool>>, LawError> {
    let mut alive = Some(true);
    let level = |(level, sign): (usize, Option<Ordering>)| {
        if alive != Some(false) {
            let here = match sign {
                Some(sign) if sign.is_ne() => Some(sign.is_gt()),
                _ => outside(level)?,
            };
            alive = if here == Some(false) { here } else { alive.and(here) };
        }
        Ok(alive)
    };
    slopes.enumerate().map(level).collect()
}

/// Position, alignment and left factor at the levels where a population eigenvalue off the population survives, from the lowest, in
/// doubles and without a proof: it survives at a level where dz_k/dλ_k > 0 there and at all below. The levels come one by one, without
/// memory of their own.
///
/// ```
/// use resolvent::spectrum::{Share, Stack, StackLayer};
/// use resolvent::spikes::stack_spikes64;
///
/// // linear layers with all ratios 1: λ = 1 + t passes l layers for t > l + 1
/// let layer = || StackLayer { share: Share::rational(1.into(), 64), gamma: 1.into() };
/// let stack = Stack { population: vec![[1.into(), 1.into()]], gamma: 1.into(), layers: vec![layer(), layer(), layer()] };
/// let chain = stack.chain(64).map(|ball| ball.to_f64());
/// assert_eq!(stack_spikes64(&chain, 1.0 + 2.5).count(), 2);
/// ```
pub fn stack_spikes64(chain: &Chain<f64>, strength: f64) -> impl Iterator<Item = [f64; 3]> + '_ {
    values(chain, strength).take_while(|[.., left]| *left > 0.0)
}

/// Whether no level divides by zero there: the place of an atom at 0, a hard edge, and the edge of a level below.
pub(super) fn is_regular(chain: &Chain<Ball>, point: &Ball) -> bool {
    let levels = chain.map(Tangent::constant).levels(&Tangent::variable(point), chain.links.len() + 1);
    levels.iter().all(|level| !level.factor.value.contains_zero() && !level.lambda.slope.contains_zero())
}

/// Position, alignment and left factor at every level.
fn values<T: Ring>(chain: &Chain<T>, strength: T) -> impl Iterator<Item = [T; 3]> {
    let mut divisor = strength.integer(1);
    let levels = chain.walk(Tangent::variable(&strength), chain.links.len() + 1, Tangent::constant);
    levels.enumerate().map(move |(index, level)| {
        divisor = divisor.times(&level.factor.value);
        if let Some(share) = index.checked_sub(1).and_then(|layer| chain.links[layer].share.as_ref()) {
            divisor = divisor.times(&share.slope);
        }
        let left = level.z.slope.over(&level.lambda.slope);
        [level.z.value, level.z.slope.over(&divisor), left]
    })
}
