//! Integrals next to an integrable singular point c, such as those of log|x − 1| and √|sin x|, down to it or down to a breakpoint
//! close to it.
//!
//! On 0 < |x − c| ≤ δ put x = c ± e^(−u), dx = e^(−u) du: the singular point moves to u = +∞. The branch is written as
//! e^(−pu) times a factor ([`local`](crate::activation::local())), so that rectangles in u bound it without cancellation and the
//! growth calculus gives |f| ≤ C e^{αu}, α < 1. Gauss–Legendre panels in u, each certified on its ellipse; beyond a cut U the
//! tail is at most G(U)/s with s the decay rate of e^(−u) |g(u)| sup|φ h_k|. A node's offset e^(−u) is rounded by 2^−p of itself,
//! which moves u by no more than rounding u does: x carries log2(1/e^(−u)) bits more than the result, and as many more for every
//! order of a zero that f divides out.

use rug::Float;

use super::panels::{self, Panel};
use super::request::Request;
use super::sums::{NodeWeight, Sums, sums};
use crate::activation::{Function, Local, Root, local, local_cost, place};
use crate::gaussian::analysis::Analysis;
use crate::gaussian::error::GaussianError;
use crate::gaussian::growth::{Envelope, Side};
use crate::gaussian::weight::{LN_SQRT_TWO_PI, exp_bound, ln_hermite, ln_sum};
use crate::number::{Ball, Magnitude};

/// The part of a function between c ± e^(−start) and c, or c ± e^(−stop).
pub(super) struct Endpoint<'a> {
    /// What is asked of the analytic branch on that side.
    pub(super) request: Request<'a>,
    /// c.
    pub(super) place: &'a Root,
    /// +1 or −1.
    pub(super) sign: i32,
    /// u at the end away from c.
    pub(super) start: Ball,
    /// u at the end close to c; c itself where there is none.
    pub(super) stop: Option<Ball>,
}

impl Endpoint<'_> {
    /// c ± e^(−start), where the rest of the piece begins.
    pub(super) fn end(&self, bits: u32) -> Ball {
        let span = (-&self.start.with_bits(bits)).exp();
        let place = self.place.refine(bits);
        if self.sign > 0 { place + &span } else { place - &span }
    }

    fn refused(&self) -> GaussianError {
        let at = place(self.place);
        GaussianError::Refused(format!("{:#} could not be integrated with certainty at x = {at}", self.request.given))
    }

    /// The function of u and its derivative, prepared, and the bits lost for each log2 of the distance.
    fn pulled(&self) -> Result<(Analysis, Option<Analysis>, u32), GaussianError> {
        let form = |f: &Function| local(f, self.place, self.sign).map_err(|_| self.refused());
        let f = form(self.request.f.function())?;
        let slope = self.request.slope_function().map(|slope| form(&slope)).transpose()?;
        let order = slope.as_ref().map_or(f.order, |slope| slope.order.max(f.order));
        let smooth = |form: &Local| Analysis::smooth(&form.value());
        Ok((smooth(&f), slope.as_ref().map(smooth), order))
    }

    /// The nodes and weights in x, ln of the error bounds of a_k, E f², E f′², and the bits with which to evaluate.
    fn rule(&self, bits: u32) -> Result<(Vec<NodeWeight>, [f64; 3], u32), GaussianError> {
        let Request { order, job, .. } = self.request;
        job.spend(local_cost(self.request.f.function()) * if self.request.slope.is_some() { 3 } else { 1 })?;
        let (f, slope, lost) = self.pulled()?;
        let start = self.start.to_f64();
        let span = (-start).exp() * (1.0 + 1e-12);
        let center = self.place.to_f64().abs() * (1.0 + 1e-12);
        let target = self.request.target() + 6.0;
        // sup of |φ h_k| within e^(−start) of c, loosely
        let common = ln_hermite(order, center + span);
        let stop = match &self.stop {
            Some(stop) => stop.clone(),
            None => {
                let right = |analysis: &Analysis| analysis.far(Side::Right, 0.0).ok_or_else(|| self.refused());
                let mut tails = vec![right(&f)?];
                if self.request.second {
                    tails.push(tails[0].squared());
                }
                if let Some(slope) = &slope {
                    tails.push(right(slope)?.squared());
                }
                let mut cuts = tails.iter().map(|tail| cut(*tail, target + common));
                let cut = cuts.try_fold(start + 1.0, |top, cut| Some(top.max(cut?))).ok_or_else(|| self.refused())?;
                Ball::double(cut.ceil(), 64)
            }
        };
        let cut = stop.to_f64();
        let request = Request { f: &f, slope: slope.as_ref(), ..self.request };
        let sup = |rectangle: [f64; 4]| {
            job.count(request.look_cost());
            self.ln_sup(&request, rectangle)
        };
        let plan = panels::plan_with(&sup, start, cut, target, false, job)?.map_err(|_| self.refused())?;
        let lost = f64::from(lost) * (cut * std::f64::consts::LOG2_E + center.log2().max(0.0) + 4.0);
        let fine = bits + panels::excess_bits(&plan);
        let working = fine + lost.ceil() as u32;
        job.spend(panels::cost(&plan, fine))?;
        let (nodes, errors) = self.nodes(&plan, &stop, fine, working);
        Ok((nodes, errors.map(|error| ln_sum(&[error, -target])), working))
    }

    /// ln sup on a rectangle in u of |f h_k φ e^(−u)|, |f² φ e^(−u)| and |f′² φ e^(−u)|.
    fn ln_sup(&self, pulled: &Request<'_>, rectangle: [f64; 4]) -> Option<[f64; 3]> {
        let radius = (-rectangle[0]).exp() * (1.0 + 1e-12);
        let center = self.place.to_f64().abs();
        // |φ(c + t)| ≤ e^{−(|c| − |t|)²/2 + |t|²/2}/√(2π), |Im t| ≤ |t|, for |t| ≤ |c|
        let nearest = (center * (1.0 - 1e-12) - radius).max(0.0);
        let weight = 0.5 * (radius * radius - nearest * nearest) - LN_SQRT_TWO_PI - rectangle[0] + 1e-11;
        pulled.ln_sup(rectangle, weight, center + radius)
    }

    fn nodes(&self, plan: &[Panel], stop: &Ball, bits: u32, working: u32) -> (Vec<NodeWeight>, [f64; 3]) {
        let (nodes, errors) = panels::rule(plan, &|_| true, &self.start, stop, bits);
        let place = self.place.refine(working);
        let map = |(u, weight): (Float, Ball)| {
            let size = Float::with_val(bits, (-u).exp_ref());
            let offset = if self.sign > 0 { size.clone() } else { -size.clone() };
            let x = Float::with_val(working, place.mid() + &offset);
            let density = Ball::new(x.clone(), Magnitude::ZERO).with_bits(bits + 8).normal_pdf();
            let slack = Magnitude::of(&size).shifted(3 - i64::from(bits));
            NodeWeight { weight: &(&weight * &Ball::new(size, slack)) * &density, x }
        };
        // rounding e^(−u) moves u by less than the rounding of u itself
        (nodes.into_iter().map(map).collect(), errors.map(|error| error + 1.0))
    }

    /// The certified sums.
    ///
    /// # Errors
    /// When the singular point cannot be resolved.
    pub(super) fn sums(&self, bits: u32) -> Result<Sums, GaussianError> {
        let (nodes, errors, working) = self.rule(bits)?;
        Ok(sums(&self.request, &nodes, working)?.widened(errors.map(exp_bound)))
    }
}

/// The least U with ∫_U^∞ e^{a + p ln u + αu + βu² − u} du below e^−target.
fn cut(tail: Envelope, target: f64) -> Option<f64> {
    let small = |u: f64| {
        let rate = 1.0 - tail.alpha - tail.p.max(0.0) / u - 2.0 * tail.beta * u;
        rate > 0.0 && tail.a + tail.p * u.ln() + (tail.alpha - 1.0) * u + tail.beta * u * u - rate.ln() <= -target
    };
    if tail.beta > 0.0 {
        return None;
    }
    (0..40).map(|k| tail.from.max(2.0) * 1.3f64.powi(k)).find(|u| small(*u))
}
