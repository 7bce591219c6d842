//! The power law on an interval as atoms, dense enough for what samples it with n/N = γ.
//!
//! Where λ(x) runs over the support of what is sampled, Im λ ≈ π γ ρ(x) x² for small γ, and atoms at distances δ stand for the density ρ
//! up to e^(−2π Im λ/δ); below e^(−2) the bulk falls apart into one for each atom. They are the nodes of Gauss–Legendre rules in
//! ln x on panels over which x at most doubles, where powers of x are smooth; the panels at both ends, beside which the edges are, have
//! more.

use std::f64::consts::PI;

use rug::{Float, Rational};

use super::error::TheoryError;
use crate::gaussian::rules::legendre;
use crate::model::PowerLaw;

/// 2π Im λ/δ that is wanted, seven digits of a density (tuned).
const WANTED: f64 = 16.0;
/// The least that is accepted of the coarser atoms, whose bulk holds together at 2 (proved for equal distances).
const LEAST: f64 = 3.0;
/// Most atoms.
const MOST: f64 = 8192.0;
/// Atoms of a panel at least, and of one at an end (tuned: an edge at a distance of 1/300 of the panel has 12 digits).
const INNER: f64 = 24.0;
const OUTER: usize = 96;
/// Most nodes of one rule: its construction takes their square.
const MOST_OF_A_RULE: f64 = 256.0;
/// The greatest distance of Legendre's nodes over that of as many equal ones.
const STRETCH: f64 = PI / 2.0;
const BITS: u32 = 64;

/// Its atoms, for what samples it with this ratio, where there is one; three quarters as many where it is to be coarse.
///
/// # Errors
/// A ratio so small that they would be too many.
pub(super) fn power_law(law: &PowerLaw, gamma: Option<&Rational>) -> Result<Vec<[Rational; 2]>, TheoryError> {
    let needed = needed(law, gamma.map_or(f64::INFINITY, Rational::to_f64));
    let total = needed.iter().sum::<f64>();
    if total * LEAST / WANTED > MOST * 0.75 {
        return Err(TheoryError::Refused {
            message: format!(
                "a power law would take {total:.1e} eigenvalues in its place, more than the bound {MOST}: where gamma times its \
                 density is small, its sample is nearly the population itself"
            ),
            help: "take a larger gamma, or a shorter range".to_owned(),
        });
    }
    let fit = (MOST / total).min(1.0);
    let panels = panels(&needed.iter().map(|count| count * fit).collect::<Vec<f64>>());
    let mut found: Vec<[Rational; 2]> = panels.iter().flat_map(|panel| panel.atoms(law)).collect();
    let total = found.iter().fold(Rational::new(), |sum, [_, weight]| sum + weight);
    found.iter_mut().for_each(|[_, weight]| *weight /= &total);
    if law.unit_mean {
        let mean = found.iter().fold(Rational::new(), |sum, [value, weight]| sum + Rational::from(value * weight));
        found.iter_mut().for_each(|[value, _]| *value /= &mean);
    }
    Ok(found)
}

/// How many nodes each of the equal parts of the logarithm, over which x at most doubles, needs for 2π Im λ/δ as wanted.
fn needed(law: &PowerLaw, gamma: f64) -> Vec<f64> {
    let [a, low, high] = [&law.a, &law.low, &law.high].map(Rational::to_f64);
    let width = (high / low).ln();
    let norm = match 1.0 - a {
        0.0 => width,
        above => (high.powf(above) - low.powf(above)) / above,
    };
    let parts = (width / std::f64::consts::LN_2).ceil().max(1.0);
    let at = |place: u32| {
        STRETCH * WANTED * norm / (2.0 * PI * PI * gamma) * (low * (width * f64::from(place) / parts).exp()).powf(a - 1.0)
    };
    (0..parts as u32).map(|place| at(place).max(at(place + 1)) * width / parts).collect()
}

/// A panel, between two shares of the logarithm.
struct Panel {
    ends: [f64; 2],
    nodes: usize,
}

/// The parts, cut where one rule would be too long.
fn panels(needed: &[f64]) -> Vec<Panel> {
    let mut list = Vec::new();
    for (place, count) in needed.iter().enumerate() {
        let cuts = (count / MOST_OF_A_RULE).ceil().max(1.0);
        let share = |cut: u32| (place as f64 + f64::from(cut) / cuts) / needed.len() as f64;
        let nodes = (count / cuts).max(INNER) as usize;
        list.extend((0..cuts as u32).map(|cut| Panel { ends: [share(cut), share(cut + 1)], nodes }));
    }
    let last = list.len() - 1;
    for end in [0, last] {
        list[end].nodes = list[end].nodes.max(OUTER);
    }
    list
}

impl Panel {
    /// The nodes with their weights, from the lowest.
    fn atoms(&self, law: &PowerLaw) -> Vec<[Rational; 2]> {
        let number = |value: &Rational| Float::with_val(BITS, value);
        let [start, end] = [&law.low, &law.high].map(|value| number(value).ln());
        let power = Float::with_val(BITS, 1 - number(&law.a));
        let width = Float::with_val(BITS, &end - &start);
        let [below, above] = self.ends;
        let scale = Float::with_val(BITS, &width * (above - below));
        // both numbers of nodes are even
        let eights = self.nodes.div_ceil(8);
        let rule = legendre(if law.coarse { 6 * eights } else { 8 * eights }, BITS);
        let atom = |node: Float, weight: &Float| {
            let place = Float::with_val(BITS, below + Float::with_val(BITS, 1 + node) / 2u32 * (above - below));
            let logarithm = Float::with_val(BITS, &width * place) + &start;
            // ρ dx = x^(1 − a) d ln x
            let weight = Float::with_val(BITS, &logarithm * &power).exp() * &scale * weight;
            [logarithm.exp(), weight].map(|value| value.to_rational().unwrap_or_default())
        };
        let lower = rule.nodes.iter().zip(&rule.weights).rev().map(|(node, weight)| atom(Float::with_val(BITS, -node), weight));
        let upper = rule.nodes.iter().zip(&rule.weights).map(|(node, weight)| atom(node.clone(), weight));
        lower.chain(upper).collect()
    }
}
