//! The correlation map in doubles and without a proof: where a search for c* begins.
//!
//! R(c) = w E (E[f(√q (√c g + √(1 − c) z)) | g])² + b with independent standard g and z, both means by the trapezoid rule, which
//! converges fast for smooth f and slowly for one with kinks.

use super::near::search;
use crate::activation::{Function, Program};

/// The step of the rule and the points on either side of 0: as far as 8.4 standard deviations.
const STEP: f64 = 0.3;
const SIDE: i32 = 28;

/// The map of an activation at q, w = sigma_w2/q and b = sigma_b2/q.
pub(super) struct Doubles {
    program: Program,
    /// Points and their weights, which add up to 1.
    nodes: Vec<[f64; 2]>,
    deviation: f64,
    w: f64,
    b: f64,
}

impl Doubles {
    pub(super) fn new(f: &Function, q: f64, [w, b]: [f64; 2]) -> Self {
        let points = (-SIDE..=SIDE).map(|k| STEP * f64::from(k));
        let density = |z: f64| (-0.5 * z * z).exp();
        let total: f64 = points.clone().map(density).sum();
        let nodes = points.map(|z| [z, density(z) / total]).collect();
        Self { program: Program::new(f), nodes, deviation: q.sqrt(), w, b }
    }

    /// R(c).
    fn value(&self, c: f64) -> f64 {
        let [shared, own] = [c, 1.0 - c].map(|part| self.deviation * part.max(0.0).sqrt());
        let inputs = self.nodes.iter().flat_map(|[g, _]| self.nodes.iter().map(move |[z, _]| shared * g + own * z));
        let mut values: Vec<f64> = inputs.collect();
        self.program.apply(&mut values);
        let inner = |row: &[f64]| row.iter().zip(&self.nodes).map(|(value, [_, weight])| value * weight).sum::<f64>();
        let outer = values.chunks(self.nodes.len()).zip(&self.nodes).map(|(row, [_, weight])| weight * inner(row).powi(2));
        self.w * outer.sum::<f64>() + self.b
    }

    /// √(1 − c*) for c* < 1, to some digits; none where it is not found.
    pub(super) fn merging(&self) -> Option<f64> {
        let curve = |u: f64| {
            let distance = u * u;
            let c = 1.0 - distance;
            Ok((self.value(c) - c) / distance)
        };
        search(&curve).ok().filter(|u| *u > 0.0 && *u < 1.0)
    }
}
