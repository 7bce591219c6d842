//! The power law on an interval as atoms: a Gauss–Legendre rule in ln x, which a sampled law sees like the density itself.

use rug::{Float, Rational};

use crate::gaussian::rules::legendre;
use crate::model::PowerLaw;

/// Atoms of the law, and of the one whose distance from it is its estimated error (tuned: at γ = 1 the laws over four decades agree to
/// 12 digits).
const NODES: [usize; 2] = [128, 96];
const BITS: u32 = 64;

/// Its atoms.
pub(super) fn power_law(law: &PowerLaw) -> Vec<[Rational; 2]> {
    let PowerLaw { a, low, high, .. } = law;
    let rule = legendre(NODES[usize::from(law.coarse)], BITS);
    let number = |value: &Rational| Float::with_val(BITS, value);
    let half = Float::with_val(BITS, number(high) / number(low)).ln() / 2u32;
    let middle = number(low).ln() + &half;
    let power = number(&Rational::from(1 - a));
    let atom = |node: Float, weight: &Float| {
        let log = Float::with_val(BITS, &half * &node) + &middle;
        let share = Float::with_val(BITS, &power * &log).exp() * weight;
        [log.exp(), share].map(|value| value.to_rational().unwrap_or_default())
    };
    let mirrored = rule.nodes.iter().zip(&rule.weights).rev().map(|(node, weight)| atom(Float::with_val(BITS, -node), weight));
    let mut found: Vec<[Rational; 2]> = mirrored.collect();
    found.extend(rule.nodes.iter().zip(&rule.weights).map(|(node, weight)| atom(node.clone(), weight)));
    let total = found.iter().fold(Rational::new(), |sum, [_, weight]| sum + weight);
    found.iter_mut().for_each(|[_, weight]| *weight /= &total);
    if law.unit_mean {
        let mean = found.iter().fold(Rational::new(), |sum, [value, weight]| sum + Rational::from(value * weight));
        found.iter_mut().for_each(|[value, _]| *value /= &mean);
    }
    found
}
