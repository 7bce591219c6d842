//! How fast correlations merge on the edge of chaos: 1 − c_l ~ constant/l^power.
//!
//! Where f′ is absolutely continuous, ε′ = ε − (R″(1)/2) ε² + …, so that ε_l ~ (2/R″(1))/l, R″(1) = q sigma_w2 E f″(√q Z)². Where f′ jumps by J_i
//! at x_i, E f′(u) f′(v) = E f′² − Σ J_i² p_q(x_i) √(qε/π) + O(ε), p_q the density of N(0, q), so that ε′ = ε − k ε^{3/2} with
//! k = (2/3) sigma_w2 Σ J_i² p_q(x_i) √(q/π), and ε_l ~ (4/k²)/l² = 18π²/(sigma_w2 Σ J_i² e^{−x_i²/2q})²/l².

use super::edge::Edge;
use super::error::PropagationError;
use super::scale::scale;
use crate::activation::{BreakpointKind, Function, Node, canonical, derivative, evaluate, pieces};
use crate::gaussian::growth::settled;
use crate::gaussian::{Data, Exact, GaussianError, Moment, Quantity};
use crate::number::{Ball, Job};

/// The mend where the merging is not had.
const VARIANCES: &str = "sigma_w2, sigma_b2 and q are had without it: edge_of_chaos(f, q = 1).sigma_w2; or smooth f there";

/// 1 − c_l ~ constant/l^power.
#[derive(Clone, Debug)]
pub struct Merging {
    /// 1 or 2.
    pub power: u32,
    /// The constant.
    pub constant: Quantity,
}

impl Edge {
    /// At variance q, where the curve has that sigma_w2; none for affine f, with which every correlation stays.
    ///
    /// # Errors
    /// Kinks that are not all known, or a curvature that is infinite without them.
    pub(super) fn merging(
        &self,
        q: &Quantity,
        sigma_w2: &Quantity,
        bits: u32,
        job: &Job<'_>,
    ) -> Result<Option<Merging>, PropagationError> {
        let energy = match self.map.over_nodes(2, q, bits, job)? {
            Some([energy]) => Moment::Finite(Quantity { ball: energy, exact: None }),
            None => Data::scaled(&canonical(&derivative(&self.f)), &scale(q), job)?.derivative_energy(bits, job)?,
        };
        let Moment::Finite(energy) = energy else { return self.of_kinks(q, sigma_w2, bits, job).map(Some) };
        if energy.exact.as_ref().is_some_and(Exact::is_zero) || energy.ball.is_exact_zero() {
            return Ok(None);
        }
        let exact = || {
            let product = &(energy.exact.as_ref()? * q.exact.as_ref()?) * sigma_w2.exact.as_ref()?;
            Some(product.inverse()?.scaled(&2.into()))
        };
        let constant = match exact() {
            Some(exact) => Quantity { ball: exact.enclose(bits), exact: Some(exact) },
            None => Quantity { ball: (&(&energy.ball * &q.ball) * &sigma_w2.ball).inverse().shifted(1), exact: None },
        };
        Ok(Some(Merging { power: 1, constant }))
    }

    fn of_kinks(&self, q: &Quantity, sigma_w2: &Quantity, bits: u32, job: &Job<'_>) -> Result<Merging, PropagationError> {
        let unknown = || {
            PropagationError::Unsettled(format!("the kinks of {:#} are not all known, on which the merging depends", self.f))
                .with_help(VARIANCES)
        };
        let from = settled(&self.f).ok_or_else(unknown)?;
        let found = pieces(&self.f, from.max(1.0), job).map_err(GaussianError::from)?;
        let (mut sum, mut exact) = (Ball::zero(bits), Some(Function::rational(0)));
        for point in &found.breakpoints {
            if point.kind != BreakpointKind::Kink {
                let message = format!(
                    "{:#} is singular at x = {:.6}: E f'' is infinite there without a jump of f'",
                    self.f,
                    point.location.to_f64()
                );
                return Err(PropagationError::Unsettled(message).with_help(VARIANCES));
            }
            let [left, right] = point.branches().map(|branch| canonical(&derivative(branch)));
            let jump = right - left;
            let place = point.location.refine(bits);
            let weight = (-&(&place.square() / &q.ball).shifted(-1)).exp();
            sum = sum + &evaluate(&jump, &place).square() * &weight;
            let at_zero = point.location.as_rational().filter(|place| place.is_zero());
            exact = exact
                .zip(at_zero)
                .map(|(sum, zero)| sum + canonical(&jump.substitute(&Function::rational(zero.clone()))).powi(2));
        }
        if !sum.is_positive() {
            return Err(unknown());
        }
        let pi: Function = Node::Pi.into();
        let eighteen = |denominator: Function| Function::rational(18) * pi.powi(2) / denominator.powi(2);
        let exact = exact.zip(sigma_w2.exact.as_ref().and_then(Exact::function));
        let constant = match exact {
            Some((sum, sigma_w2)) => Quantity::constant(&eighteen(canonical(&(sum * sigma_w2))), bits),
            None => {
                let denominator = (&sum * &sigma_w2.ball).square();
                let numerator = Ball::pi(bits).square();
                Quantity { ball: (&numerator / &denominator).times_rational(&18.into()), exact: None }
            }
        };
        Ok(Merging { power: 2, constant })
    }
}
