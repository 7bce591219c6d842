//! The power law on an interval as atoms: a Gauss–Legendre rule in ln x, which a sampled law sees like the density itself.

use rug::{Float, Rational};

use crate::gaussian::rules::legendre;
use crate::model::Population;

/// Atoms of the law, and of the one whose distance from it is its estimated error (tuned: at γ = 1 the laws over four decades agree to
/// 12 digits).
const NODES: [usize; 2] = [128, 96];
const BITS: u32 = 64;

/// Density ∝ x^(−a) on [low, high], 0 < low < high.
#[must_use]
pub fn power_law(a: &Rational, low: &Rational, high: &Rational) -> Population {
    let [atoms, other] = NODES.map(|nodes| atoms(nodes, a, low, high));
    let typed = Some(format!("powerlaw({a}, {low}, {high})"));
    Population { atoms, sampled: Rational::new(), other: Some(other), typed }
}

fn atoms(nodes: usize, a: &Rational, low: &Rational, high: &Rational) -> Vec<[Rational; 2]> {
    let rule = legendre(nodes, BITS);
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
    found
}
