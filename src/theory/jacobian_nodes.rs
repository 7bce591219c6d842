//! Nodes where slopes vary: Gauss–Legendre rules on the panels of `jacobian_panels` (docs/mathematics.md, 'Jacobians', smooth f). Weights are
//! probabilities of Z, values are squared slopes f′(√q Z)².

use super::jacobian_panels::{Asked, RATE, is_even, panels};
use super::jacobian_slopes::{Rule, Share, Slopes, bits_of, point};
use crate::activation::{Evaluator, Function, evaluate};
use crate::gaussian::rules::legendre;
use crate::number::{Ball, Magnitude};
use crate::theory::error::TheoryError;
use crate::theory::work::Work;

/// Bits of the fine rule beyond those of the coarse one.
const FINER: f64 = 8.0;
/// The widest panels of the two rules, in units of Z: far out few bits are asked of them.
const WIDEST: [f64; 2] = [1.68, 1.84];
/// How far the coarse rule goes, against the fine one.
const NEARER: f64 = 0.97;
/// Bits of values and weights beyond those of an attempt.
const GUARD: u32 = 16;
/// Most nodes of a layer.
const MOST_NODES: usize = 60_000;

impl Slopes {
    /// Nodes between two cuts.
    ///
    /// # Errors
    /// Too many.
    pub(super) fn nodes(
        &self,
        slope: &Function,
        [low, high]: [Option<&Share>; 2],
        rule: Rule,
        bits: u32,
        work: &Work,
    ) -> Result<Vec<[Ball; 2]>, TheoryError> {
        let is_fine = rule == Rule::Fine;
        let reach = if is_fine { self.reach } else { NEARER * self.reach };
        let even = low.is_none() && high.is_none() && is_even(slope);
        let end = |cut: Option<&Share>, far: f64| match cut {
            Some((place, _)) if place.to_f64().abs() < reach => point(place),
            Some((place, _)) => Ball::double(reach.copysign(place.to_f64()), bits),
            None => Ball::double(far, bits),
        };
        let first = if even { Ball::zero(bits) } else { end(low, -reach) };
        let last = end(high, reach);
        let inside = [first.to_f64(), last.to_f64()];
        if inside[1] <= inside[0] {
            return Ok(Vec::new());
        }
        let wanted = bits_of(work.digits) + if is_fine { FINER } else { 0.0 };
        let order = 2 * (0.5 * wanted / RATE).ceil() as usize;
        let asked = Asked { bits: wanted, order, widest: WIDEST[usize::from(!is_fine)], most: MOST_NODES / order };
        let sigma = evaluate(&self.sigma, &Ball::zero(bits));
        let Some(found) = panels(slope, sigma.to_f64(), inside, &asked) else { return Err(too_large()) };
        work.job.check()?;
        let bits = work.bits + GUARD;
        let table = legendre(order, bits);
        let evaluator = Evaluator::new(slope, bits);
        let [first, last, sigma] = [first, last, sigma].map(|ball| ball.with_bits(bits));
        let mut nodes = Vec::with_capacity(found.len() * order);
        for (index, panel) in found.iter().enumerate() {
            let low = if index == 0 { first.clone() } else { Ball::double(panel[0], bits) };
            let high = if index + 1 == found.len() { last.clone() } else { Ball::double(panel[1], bits) };
            let (middle, half) = ((&low + &high).shifted(-1), (&high - &low).shifted(-1));
            let share = half.shifted(i32::from(even));
            for (node, weight) in table.nodes.iter().zip(&table.weights) {
                let by = &half * &Ball::new(node.clone(), Magnitude::ZERO);
                let weight = &share * &Ball::new(weight.clone(), Magnitude::ZERO);
                for place in [&middle - &by, &middle + &by] {
                    let value = point(&evaluator.value(&point(&(&place * &sigma))).square());
                    nodes.push([value, point(&(&weight * &place.normal_pdf()))]);
                }
            }
        }
        nodes.retain(|[value, _]| value.is_positive());
        Ok(nodes)
    }
}

/// What is said of a slope that nodes do not follow.
pub(super) fn too_large() -> TheoryError {
    TheoryError::Refused {
        message: "a layer's signal is too large: its slope varies on a scale that the quadrature does not resolve".to_owned(),
        help: "take a smaller q, a smaller sigma_w2 or fewer digits".to_owned(),
    }
}
