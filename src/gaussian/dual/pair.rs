//! Two functions and a correlation, turned so that the integrand of their dual is one function of two independent normals.

use rug::Rational;

use crate::activation::{Function, Parity};
use crate::gaussian::analysis::Analysis;
use crate::gaussian::closed::Exact;
use crate::gaussian::error::GaussianError;
use crate::number::{Ball, Job, Magnitude};

/// Steps beside the values of f and g at one point.
const POINT_STEPS: u64 = 40;

/// Which half planes repeat: G(−a, b) = G(a, b) or both signs turned, G(a, −b) = G(a, b).
#[derive(Clone, Copy, Debug)]
pub(super) struct Fold {
    pub(super) a: bool,
    pub(super) b: bool,
}

/// f and g with ρ > 0, rotated: what is integrated is G(a, b) = f(αa + βb) g(αa − βb) against independent standard normals.
pub(super) struct Pair {
    pub(super) f: Analysis,
    pub(super) g: Analysis,
    /// α and β.
    pub(super) angle: [Ball; 2],
    pub(super) fold: Fold,
    /// Whether the value changes its sign on the way back.
    pub(super) negated: bool,
}

impl Pair {
    /// Of two functions with a common parity, or none; `None` when ρ is not told from ±1 or a function is not understood.
    pub(super) fn new(
        [f, g]: [Function; 2],
        parity: Parity,
        rho: &Ball,
        exact: Option<&Exact>,
        bits: u32,
        job: &Job<'_>,
    ) -> Result<Option<Self>, GaussianError> {
        let Some(angle) = angle(&rho.abs(), exact, bits) else { return Ok(None) };
        let (same, turned, even) = (f == g, rho.is_negative(), parity != Parity::Neither);
        let mirrored = turned && !even;
        let g = if mirrored { g.substitute(&-Function::x()) } else { g };
        // f(x) f(−y) is symmetric under a → −a, f(x) f(y) under b → −b
        let fold = Fold { a: same && (mirrored || even), b: even || (same && !mirrored) };
        let bounds = bounds(&f, job)?.zip(bounds(&g, job)?);
        Ok(bounds.map(|(f, g)| Self { f, g, angle, fold, negated: turned && parity == Parity::Odd }))
    }

    /// Steps of one point of the plane.
    pub(super) fn cost(&self, bits: u32) -> u64 {
        self.f.ball_cost(bits) + self.g.ball_cost(bits) + POINT_STEPS
    }

    /// α and β in double precision, to within a few units of the last place.
    pub(super) fn doubles(&self) -> [f64; 2] {
        [self.angle[0].to_f64(), self.angle[1].to_f64()]
    }
}

/// `None` when nothing is known of the function's growth or breakpoints.
fn bounds(f: &Function, job: &Job<'_>) -> Result<Option<Analysis>, GaussianError> {
    match Analysis::of(f, job) {
        Ok(analysis) => Ok(Some(analysis)),
        Err(GaussianError::Stopped(why)) => Err(why.into()),
        Err(_) => Ok(None),
    }
}

/// α = √((1 + ρ)/2) and β = √((1 − ρ)/2), with more bits where ρ is exact and 1 − ρ small.
fn angle(rho: &Ball, exact: Option<&Exact>, bits: u32) -> Option<[Ball; 2]> {
    let rational = exact.and_then(Exact::as_rational).map(Rational::abs);
    let rest = |rho: &Ball| &Ball::integer(1, rho.bits()) - rho;
    let lost = rest(rho).magnitude().max(Magnitude::power_of_two(-4096)).log2_ceil().min(0).unsigned_abs() as u32;
    let working = bits + 64 + 2 * lost;
    let rho = rational.map_or_else(|| rho.with_bits(working), |rho| Ball::rational(&rho, working));
    let small = rest(&rho);
    let large = &Ball::integer(1, working) + &rho;
    small.is_positive().then(|| [large.shifted(-1).sqrt(), small.shifted(-1).sqrt()])
}
