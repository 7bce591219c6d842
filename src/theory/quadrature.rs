//! A law with a density as atoms: the midpoint rule in the angle θ on each bulk, x = a + (b − a) sin²(θ/2), which for square-root edges
//! is Gauss's rule with Chebyshev's weights, and so exact to rounding for what is analytic around the bulk. On a bulk that reaches down
//! to 0 it is x = b sin⁶(θ/2), in which every exponent of a hard edge, and a density that vanishes there with all derivatives, is smooth.
//!
//! The atom at 0 and the masses of the bulks are kept as the law has them.

use rug::Rational;

use super::error::TheoryError;
use crate::spectrum::{Law, LawError};

/// Nodes on a bulk, and those of the rule whose distance is the estimated error.
const NODES: [usize; 2] = [192, 128];

/// The atoms [value, weight] of a law, and of a coarser rule.
///
/// # Errors
/// As the law; a support without an upper edge, or masses that are not known.
pub(super) fn quadrature(law: &dyn Law) -> Result<[Vec<[Rational; 2]>; 2], TheoryError> {
    let table = law.table()?;
    let mut bulks = Vec::new();
    for (ends, mass) in law.ends()?.iter().zip(law.masses()?) {
        let [low, high] = ends.each_ref().map(|end| end.position.to_f64());
        let mass = mass.to_f64();
        if !(low.is_finite() && high.is_finite() && mass.is_finite()) {
            return Err(TheoryError::Refused {
                message: "this law has no upper edge, or it is not known, so that it is no population".to_owned(),
                help: "take eigenvalues of a matrix, or a bounded activation".to_owned(),
            });
        }
        bulks.push([low, high, mass]);
    }
    let atom = law.atom();
    let [fine, coarse] = NODES.map(|nodes| {
        let mut found: Vec<[f64; 2]> = Vec::new();
        for [low, high, mass] in &bulks {
            let own = on_a_bulk([*low, *high], nodes, |x| table.density(x));
            let total: f64 = own.iter().map(|[_, weight]| weight).sum();
            found.extend(own.into_iter().map(|[value, weight]| [value, weight * mass / total]));
        }
        normalised(&found, &atom)
    });
    Ok([fine.ok_or(LawError::NoPath)?, coarse.ok_or(LawError::NoPath)?])
}

/// The nodes on a bulk with their weights.
fn on_a_bulk([low, high]: [f64; 2], nodes: usize, density: impl Fn(f64) -> f64) -> Vec<[f64; 2]> {
    let power = if low == 0.0 { 6 } else { 2 };
    let node = |k: usize| {
        let (sin, cos) = (std::f64::consts::FRAC_PI_2 * (k as f64 + 0.5) / nodes as f64).sin_cos();
        let x = (high - low).mul_add(sin.powi(power), low);
        [x, density(x) * sin.powi(power - 1) * cos]
    };
    (0..nodes).map(node).collect()
}

/// Rational atoms with the exact mass at 0, weights adding up to 1; none where a number is not finite.
fn normalised(found: &[[f64; 2]], atom: &Rational) -> Option<Vec<[Rational; 2]>> {
    let mut atoms = Vec::with_capacity(found.len() + 1);
    for [value, weight] in found {
        let pair = [Rational::from_f64(*value)?, Rational::from_f64(*weight)?];
        if pair[1] > 0 {
            atoms.push(pair);
        }
    }
    let total = atoms.iter().fold(Rational::new(), |sum, [_, weight]| sum + weight);
    let scale = Rational::from(1 - atom) / (if total.is_zero() { return None } else { total });
    atoms.iter_mut().for_each(|[_, weight]| *weight *= &scale);
    if !atom.is_zero() {
        atoms.insert(0, [Rational::new(), atom.clone()]);
    }
    Some(atoms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spectrum::{LayeredLaw, Share, Stack, StackLayer};

    /// The law of a stack, by its quadrature and as one more level: edges of what is sampled from it agree to the estimated error.
    #[test]
    fn the_error_of_a_quadrature_contains_the_difference() {
        let one = || vec![[Rational::from(1), Rational::from(1)]];
        let layer = |share: (u32, u32), gamma: (u32, u32)| StackLayer {
            share: Share::rational(Rational::from(share), 128),
            gamma: Rational::from(gamma),
        };
        for (gamma, layers) in [
            ((1, 2), vec![]),
            ((1, 1), vec![]),
            ((1, 1), vec![layer((1, 1), (1, 1))]),
            ((3, 1), vec![]),
            ((4, 1), vec![layer((3, 4), (1, 20))]),
        ] {
            let stack = Stack { population: one(), gamma: Rational::from(gamma), layers };
            let exact = LayeredLaw::new(stack.clone().sampled(Rational::from((1, 3)), 128), 64);
            let atoms = quadrature(&LayeredLaw::new(stack, 64)).expect("a bounded law");
            let [fine, coarse] = atoms.map(|population| {
                let stack = Stack { population, gamma: Rational::from((1, 3)), layers: Vec::new() };
                let ends = LayeredLaw::new(stack, 64).ends().expect("edges");
                ends.into_iter().flatten().map(|end| end.position.to_f64()).collect::<Vec<_>>()
            });
            let exact: Vec<f64> = exact.ends().expect("edges").into_iter().flatten().map(|end| end.position.to_f64()).collect();
            assert_eq!(fine.len(), exact.len(), "{fine:?} {exact:?}");
            for ((fine, coarse), exact) in fine.iter().zip(&coarse).zip(&exact) {
                let allowed = 2.0 * (fine - coarse).abs() + 1e-12 * exact;
                assert!((fine - exact).abs() <= allowed, "{gamma:?}: {fine} {coarse} {exact}");
                assert!((fine - exact).abs() < 1e-6 * exact.max(0.01), "{gamma:?}: {fine} {exact}");
            }
        }
    }
}
