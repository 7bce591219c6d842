//! E f′(U) f′(V) for an f that jumps: the derivative of the dual of f in ρ, with the derivative in the sense of distributions.
//!
//! With the derivative a of f almost everywhere, jumps J_i at c_i and τ² = 1 − ρ²,
//!
//! E f′(U) f′(V) = E a(U) a(V) + 2 Σ_i J_i φ(c_i) E a(ρc_i + τW) + Σ_ij J_i J_j p(c_i, c_j),
//!
//! p(x, y) = e^{−(x² − 2ρxy + y²)/2τ²}/(2πτ) being the density of (U, V).

use std::sync::Arc;

use rug::Rational;

use super::routes::dual;
use super::series::finite_energy;
use crate::activation::{Breakpoint, BreakpointKind, Constant, Function, Node, Primitive, derivative, evaluate};
use crate::gaussian::analysis::Analysis;
use crate::gaussian::closed::Exact;
use crate::gaussian::data::Data;
use crate::gaussian::error::GaussianError;
use crate::number::{Ball, Job};

/// Jumps are looked for on [−40, 40]; beyond it they weigh less than 2 to this power.
const MOST_BITS: u32 = 1000;

/// E f′(U) f′(V), corr(U, V) = ρ, a constant; `None` where the derivative is not square integrable, or the jumps are not known.
///
/// # Errors
/// As [`dual`].
pub fn slopes(f: &Data, rho: &Function, bits: u32, job: &Job<'_>) -> Result<Option<Ball>, GaussianError> {
    let one = Rational::from(1);
    let slope = derivative(f.function());
    let (Ok(analysis), Ok(smooth)) = (Analysis::of(f.function(), job), Data::new(&slope, &one, job)) else { return Ok(None) };
    let pieces = analysis.pieces(0.0, job)?;
    let singular = pieces.singular_points().next().is_some();
    if bits > MOST_BITS || singular || finite_energy(&smooth, 64, job).is_err() {
        return Ok(None);
    }
    let jumps: Vec<&Breakpoint> = pieces.breakpoints.iter().filter(|point| point.kind == BreakpointKind::Jump).collect();
    let exact = rho.as_rational().map(|value| Exact::from(value.clone()));
    let rest = Function::one() - rho.powi(2);
    let [rho_ball, tau2] = [rho, &rest].map(|constant| evaluate(constant, &Ball::zero(bits + 20)));
    let mut total = dual(&smooth, &smooth, &rho_ball, exact.as_ref(), bits, job)?.ball;
    let norm = (&tau2.sqrt() * &Ball::pi(bits + 20).shifted(1)).inverse();
    for (i, point) in jumps.iter().enumerate() {
        let (c, height) = (point.location.refine(bits + 20), point.jump(bits + 20));
        let mean = shifted(&slope, point, rho, &rest, job)?.hermite(0, bits, job)?.swap_remove(0).ball;
        total = total + (&(&height * &c.normal_pdf()) * &mean).shifted(1);
        for (j, other) in jumps[..=i].iter().enumerate() {
            let (d, step) = (other.location.refine(bits + 20), other.jump(bits + 20));
            let form = &(&c.square() + &d.square()) - &(&(&c * &d) * &rho_ball).shifted(1);
            let density = &(-&(&form / &tau2).shifted(-1)).exp() * &norm;
            total = total + (&(&height * &step) * &density).shifted(i32::from(j < i));
        }
    }
    Ok(Some(total))
}

/// x ↦ a(ρc + τx).
fn shifted(a: &Function, point: &Breakpoint, rho: &Function, rest: &Function, job: &Job<'_>) -> Result<Data, GaussianError> {
    let (place, factor) = (point.location.clone(), rho.clone());
    let text = format!("{} * {factor}", place.to_f64());
    let enclose = Arc::new(move |bits: u32| &place.refine(bits + 8) * &evaluate(&factor, &Ball::zero(bits + 8)));
    let center: Function = if enclose(64).is_exact_zero() {
        Function::rational(0)
    } else {
        Node::Constant(Constant { text, enclose, is_ball: false }).into()
    };
    let width = rest.apply(Primitive::Sqrt);
    Data::new(&a.substitute(&(center + width * Function::x())), &Rational::from(1), job)
}
