//! A law with a density as atoms: the trapezoid rule in the angle θ on each bulk, x = a + (b − a) sin²(θ/2), which for square-root edges
//! is Gauss's rule with Chebyshev's weights, and so exact to rounding for what is analytic around the bulk.
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
    let node = |k: usize| {
        let half = std::f64::consts::FRAC_PI_2 * (k as f64 + 0.5) / nodes as f64;
        let x = (high - low).mul_add(half.sin().powi(2), low);
        [x, density(x) * (2.0 * half).sin()]
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
