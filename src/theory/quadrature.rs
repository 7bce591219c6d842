//! A law with a density as atoms: quantiles x(p) at the nodes of a Gauss–Legendre rule in θ on each bulk, p = θ³ (10 − 15 θ + 6 θ²).
//!
//! The weights are those of the rule, so that masses are exact, and at an edge, soft or hard, x(p) is smooth in θ: x − a ~ p^(2/3) or
//! p², p³ there. The atom at 0 and the masses of the bulks are kept as the law has them. Near a hard edge at 0, and in tails, the atoms
//! stand apart from each other, so that edges next to them are not resolved.

use rug::{Float, Rational};

use super::error::TheoryError;
use crate::gaussian::rules::legendre;
use crate::number::Real;
use crate::spectrum::{Law, LawError, Table};

/// Nodes on a bulk, and those of the rule whose distance is the estimated error.
const NODES: [usize; 2] = [192, 128];
const BITS: u32 = 64;

/// The atoms [value, weight] of a law, and of a coarser rule.
///
/// # Errors
/// As the law; a support without an upper edge, or masses that are not known.
pub(super) fn quadrature(law: &dyn Law) -> Result<[Vec<[Rational; 2]>; 2], TheoryError> {
    let table = law.table()?;
    let mut bulks = Vec::new();
    for (ends, mass) in law.ends()?.iter().zip(law.masses()?.iter().map(Real::to_f64)) {
        if !(ends.iter().all(|end| end.position.to_f64().is_finite()) && mass.is_finite()) {
            return Err(TheoryError::Refused {
                message: "this law has no upper edge, or it is not known, so that it is no population".to_owned(),
                help: "take eigenvalues of a matrix, or a bounded activation".to_owned(),
            });
        }
        bulks.push(mass);
    }
    let atom = match law.atom()? {
        Real::Rational(atom) => atom,
        atom => Rational::from_f64(atom.to_f64()).ok_or(LawError::NoPath)?,
    };
    let [fine, coarse] = NODES.map(|nodes| {
        let mut below = atom.to_f64();
        let mut found = Vec::with_capacity(nodes * bulks.len());
        for mass in &bulks {
            found.extend(on_a_bulk(&*table, nodes, [below, *mass])?);
            below += mass;
        }
        normalised(&found, &atom)
    });
    Ok([fine.ok_or(LawError::NoPath)?, coarse.ok_or(LawError::NoPath)?])
}

/// The atoms of a bulk with so much below it; none where the law cannot be followed.
fn on_a_bulk(table: &dyn Table, nodes: usize, [below, mass]: [f64; 2]) -> Option<Vec<[f64; 2]>> {
    let rule = legendre(nodes, BITS);
    let pairs = rule.nodes.iter().map(Float::to_f64).zip(rule.weights.iter().map(Float::to_f64));
    // the rule is given by its half of positive nodes
    let both = pairs.flat_map(|(node, weight)| [[-node, weight], [node, weight]]);
    let atom = |[node, weight]: [f64; 2]| {
        let angle = 0.5 * (1.0 + node);
        let reached = angle.powi(3) * (10.0 - angle * (15.0 - 6.0 * angle));
        let slope = 30.0 * (angle * (1.0 - angle)).powi(2);
        Some([table.quantile(mass.mul_add(reached, below))?, 0.5 * mass * weight * slope])
    };
    let mut found = both.map(atom).collect::<Option<Vec<_>>>()?;
    found.sort_by(|a, b| a[0].total_cmp(&b[0]));
    Some(found)
}

/// Rational atoms with the exact mass at 0, weights adding up to 1; none where a number is not finite.
fn normalised(found: &[[f64; 2]], atom: &Rational) -> Option<Vec<[Rational; 2]>> {
    let mut atoms: Vec<[Rational; 2]> = Vec::with_capacity(found.len() + 1);
    for [value, weight] in found {
        let [value, weight] = [Rational::from_f64(*value)?, Rational::from_f64(*weight)?];
        match atoms.last_mut() {
            Some([last, sum]) if *last == value => *sum += weight,
            _ if weight > 0 && value > 0 => atoms.push([value, weight]),
            _ => {}
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
            ((3, 1), vec![]),
            ((1, 8), vec![layer((1, 2), (1, 2)), layer((1, 1), (1, 3))]),
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
                let allowed = 2.0 * (fine - coarse).abs() + 1e-11 * exact;
                assert!((fine - exact).abs() <= allowed, "{gamma:?}: {fine} {coarse} {exact}");
                assert!((fine - exact).abs() < 1e-8 * exact, "{gamma:?}: {fine} {exact}");
            }
        }
    }
}
