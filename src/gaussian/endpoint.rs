//! Integrals next to an integrable singular point at 0, such as those of log|x| and √|x|.
//!
//! On 0 < |x| ≤ δ put x = ± e^(−u), dx = e^(−u) du: the singular point moves to u = +∞, where g(u) = f(± e^(−u)) grows at most
//! like e^{αu}, α < 1, as the growth calculus proves. Gauss–Legendre panels in u, each certified on its ellipse, and beyond a
//! cut U the tail is at most G(U)/s with s the decay rate of e^(−u) |g(u)|.

use rug::Float;

use super::GaussianError;
use super::analysis::Analysis;
use super::panels::{self, Panel};
use super::quadrature::Request;
use super::strip::{exp_bound, ln_sum};
use super::sums::{NodeWeight, Sums};
use super::tail::{Envelope, ln_hermite};
use crate::activation::{Function, Primitive};
use crate::number::{Ball, Job, Magnitude};

/// The part of a function between 0 and ± `span`, `branch` being what holds there.
pub struct Endpoint<'a> {
    /// The analytic branch on that side.
    pub branch: &'a Function,
    /// +1 or −1.
    pub sign: i32,
    /// −ln δ, a double: δ itself is what its exponential is.
    pub start: f64,
}

impl Endpoint<'_> {
    /// ± δ, where the rest of the piece begins.
    #[must_use]
    pub fn end(&self, bits: u32) -> Ball {
        let span = Ball::double(-self.start, bits).exp();
        if self.sign > 0 { span } else { -span }
    }

    /// f(± e^(−u)) as a function of u.
    fn pulled(&self, f: &Function) -> Function {
        let decay = (-Function::x()).apply(Primitive::Exp);
        f.substitute(&if self.sign > 0 { decay } else { -decay })
    }

    /// The nodes and weights in x, and ln of the error bounds of a_k, E f², E f′².
    ///
    /// # Errors
    /// When the singular point cannot be resolved.
    pub fn rule(&self, request: &Request<'_>, bits: u32, job: &Job<'_>) -> Result<(Vec<NodeWeight>, [f64; 3]), GaussianError> {
        let refused =
            || GaussianError::Refused(format!("{} is too singular at x = 0 to be integrated with certainty", request.f));
        let pulled = Analysis::smooth(&self.pulled(self.branch));
        let slope = request.energy.then(|| Analysis::smooth(&self.pulled(&crate::activation::derivative(self.branch))));
        let start = self.start;
        let span = (-start).exp() * (1.0 + 1e-12);
        let target = request.target() + 6.0;
        // sup of |φ h_k| on |x| ≤ e^(−start), loosely
        let common = ln_hermite(request.order, span) + 0.5 * span * span;
        let right = |analysis: &Analysis| analysis.envelope(0.0).map(|sides| sides[1]);
        let mut tails = vec![right(&pulled).ok_or_else(refused)?];
        if request.second {
            tails.push(tails[0].squared());
        }
        if let Some(slope) = &slope {
            tails.push(right(slope).ok_or_else(refused)?.squared());
        }
        let cut = tails.iter().map(|tail| cut(*tail, target + common)).try_fold(start + 1.0, |top, cut| Some(top.max(cut?)));
        let cut = cut.ok_or_else(refused)?.ceil();
        let sup = |rectangle: [f64; 4]| self.ln_sup(&pulled, slope.as_ref(), rectangle, request.order);
        let plan = panels::plan_with(&sup, start, cut, target, job)?.map_err(|_| refused())?;
        let (nodes, errors) = self.nodes(&plan, start, cut, bits);
        Ok((nodes, errors.map(|error| ln_sum(&[error, -target]))))
    }

    /// ln sup on a rectangle in u of |f h_k φ e^(−u)|, |f² φ e^(−u)| and |f′² φ e^(−u)|.
    fn ln_sup(&self, f: &Analysis, slope: Option<&Analysis>, rectangle: [f64; 4], order: usize) -> Option<[f64; 3]> {
        let radius = (-rectangle[0]).exp() * (1.0 + 1e-12);
        // |Im x| ≤ |x|, so |φ| ≤ e^{|x|²/2}/√(2π)
        let weight = 0.5 * radius * radius - 0.918_938_533_204_672 - rectangle[0] + 1e-12;
        let value = f.ln_sup(rectangle)?;
        let energy = match slope {
            Some(slope) => 2.0 * slope.ln_sup(rectangle)? + weight,
            None => f64::NEG_INFINITY,
        };
        Some([value + weight + ln_hermite(order, radius), 2.0 * value + weight, energy])
    }

    fn nodes(&self, plan: &[Panel], start: f64, cut: f64, bits: u32) -> (Vec<NodeWeight>, [f64; 3]) {
        let ends = [Ball::double(start, bits), Ball::double(cut, bits)];
        let (nodes, errors) = panels::rule(plan, &ends[0], &ends[1], bits);
        let map = |(u, weight): (Float, Ball)| {
            let size = Ball::new(Float::with_val(bits, (-u).exp_ref()), Magnitude::ZERO);
            let x = if self.sign > 0 { size.mid().clone() } else { -size.mid().clone() };
            NodeWeight { weight: &(&weight * &size) * &size.normal_pdf(), x }
        };
        // rounding e^(−u) moves u by less than the rounding of u itself
        (nodes.into_iter().map(map).collect(), errors.map(|error| error + 1.0))
    }

    /// The certified sums.
    ///
    /// # Errors
    /// As [`Endpoint::rule`].
    pub fn sums(&self, request: &Request<'_>, bits: u32, job: &Job<'_>) -> Result<Sums, GaussianError> {
        let (nodes, errors) = self.rule(request, bits, job)?;
        let sums = super::quadrature::run(request, self.branch, &nodes, bits, job)?;
        let errors = errors.map(exp_bound);
        Ok(sums.widened(errors[0], errors[1], if request.energy { errors[2] } else { Magnitude::ZERO }))
    }
}

/// The least U with ∫_U^∞ e^{a + p ln u + αu + βu² − u} du below e^−target.
fn cut(tail: Envelope, target: f64) -> Option<f64> {
    let small = |u: f64| {
        let rate = 1.0 - tail.alpha - tail.p.max(0.0) / u - 2.0 * tail.beta.max(0.0) * u;
        rate > 0.0 && tail.a + tail.p * u.ln() + (tail.alpha - 1.0) * u + tail.beta * u * u - rate.ln() <= -target
    };
    if tail.beta > 0.0 {
        return None;
    }
    (0..40).map(|k| tail.from.max(2.0) * 1.3f64.powi(k)).find(|u| small(*u))
}
