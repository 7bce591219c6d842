//! Duals: E f(U) g(V) for standard normal U, V with correlation ρ, |ρ| < 1.
//!
//! Closed forms where both functions have them; what even and odd parts and polynomials give without an integral over the plane
//! ([`parts`]). For the rest the cheapest of three certified routes, by predicted cost:
//! Mehler's series ([`series`]), whose length grows like 1/(1 − |ρ|); and, in the rotated coordinates U = αA + βB, V = αA − βB
//! with α² + β² = 1, α² − β² = ρ and independent A, B, the trapezoid rule on a product lattice ([`lattice`]) where f and g are
//! analytic on a strip, or Gauss–Legendre rules on the cells between their kinks ([`cells`]). Towards ρ = 1 the integrand hardly
//! depends on B, so that neither of the two slows down. A negative ρ is turned into a positive one by g(−x).

mod cells;
mod cubature;
mod features;
mod lattice;
mod lines;
mod majorant;
mod parts;
mod rows;
mod series;
mod weak;

use rug::Rational;

pub(super) use series::normalised;
pub(super) use weak::slopes;

use super::closed::Exact;
use super::{Analysis, Data, GaussianError, Quantity};
use crate::activation::{Function, Parity};
use crate::number::{Ball, Job, Magnitude};

/// Most terms of the series.
const MAX_TERMS: f64 = 4000.0;
/// A series so short is not worth a comparison (tuned).
const FEW_TERMS: f64 = 160.0;
/// Steps of the series for each pair of degrees, of a smooth function and of any (measured).
const SERIES_STEPS: [f64; 2] = [13.0, 40.0];
/// Steps beside the values of f and g at one point.
const POINT_STEPS: u64 = 40;
/// Most steps, for each bit asked: two seconds or so at 15 digits (tuned).
const STEPS_PER_BIT: f64 = 6e5;
/// The steps of a dual, planning included, in units of those of one integral.
const EFFORT: u64 = 4;
/// A lattice so small is not compared with cells (tuned).
const FEW_POINTS: f64 = 5e4;
/// What a point of a cell costs, in points of the lattice (tuned).
const POINTS_PER_CELL_POINT: f64 = 1.5;

/// Why there is no answer when the series is too long too.
const TOO_LONG: &str = "terms of the Hermite series, and no rule over the plane is certified within its bound of effort";

/// A way to a dual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Mehler's series.
    Series,
    /// The trapezoid rule in rotated coordinates.
    Lattice,
    /// Gauss–Legendre rules between the kinks.
    Cells,
}

/// One of the two functions.
struct Side {
    function: Function,
    analysis: Analysis,
}

/// Which half planes repeat: G(−a, b) = G(a, b) or both signs turned, G(a, −b) = G(a, b).
#[derive(Clone, Copy, Debug)]
struct Fold {
    a: bool,
    b: bool,
}

/// f and g with ρ > 0, rotated: what is integrated is G(a, b) = f(αa + βb) g(αa − βb) against independent standard normals.
struct Pair {
    f: Side,
    g: Side,
    /// α and β.
    angle: [Ball; 2],
    fold: Fold,
    /// Whether the value changes its sign on the way back.
    negated: bool,
}

/// E f(U) g(V) for corr(U, V) = `rho`, which is below one in size; `exact` is its exact form.
///
/// # Errors
/// A function without a second moment, or more work than the bound.
pub fn dual(f: &Data, g: &Data, rho: &Ball, exact: Option<&Exact>, bits: u32, job: &Job<'_>) -> Result<Quantity, GaussianError> {
    if let (Some(f), Some(g), Some(rho)) = (f.closed_form(), g.closed_form(), exact)
        && let Some(value) = f.dual(g, rho)
    {
        return Ok(Quantity { ball: value.enclose(bits), exact: Some(value) });
    }
    let job = &job.within(job.steps().saturating_mul(EFFORT));
    let known = parts::known(f, g, rho, bits, job)?;
    let Some((functions, parity)) = known.left else {
        return Ok(if known.ball.is_exact_zero() { Quantity::zero(bits) } else { Quantity { ball: known.ball, exact: None } });
    };
    let order = series::terms(rho, bits);
    let of = |ball: Ball| Quantity { ball, exact: None };
    if order <= FEW_TERMS {
        return series::series(f, g, rho, order as usize, bits, job).map(of);
    }
    let budget = STEPS_PER_BIT * f64::from(bits);
    let closed = f.closed_form().is_some() && g.closed_form().is_some();
    let longest = if closed { MAX_TERMS } else { (budget / SERIES_STEPS[1]).sqrt().min(MAX_TERMS) };
    let most = if order <= longest { budget.min(SERIES_STEPS[0] * order * order) } else { budget };
    if let Some(pair) = Pair::new(functions, parity, rho, exact, bits, job)?
        && let Some(ball) = pair.integral(&[Route::Lattice, Route::Cells], most, bits, job)?
    {
        return Ok(of(known.ball + ball));
    }
    if order <= longest {
        return series::series(f, g, rho, order as usize, bits, job).map(of);
    }
    for data in [f, g] {
        series::finite_energy(data, bits, job)?;
    }
    Err(GaussianError::Effort { most: longest as usize, what: TOO_LONG })
}

/// The dual by one given route, whatever it costs; `None` where the route is not certified.
///
/// # Errors
/// As [`dual`].
pub fn dual_by(
    route: Route,
    [f, g]: [&Data; 2],
    rho: &Rational,
    bits: u32,
    job: &Job<'_>,
) -> Result<Option<Ball>, GaussianError> {
    let ball = Ball::rational(rho, bits);
    if route == Route::Series {
        return series::series(f, g, &ball, series::terms(&ball, bits) as usize, bits, job).map(Some);
    }
    let functions = [f.function().clone(), g.function().clone()];
    let parity = if f.parity() == g.parity() { f.parity() } else { Parity::Neither };
    match Pair::new(functions, parity, &ball, Some(&Exact::from(rho.clone())), bits, job)? {
        Some(pair) => pair.integral(&[route], f64::INFINITY, bits, job),
        None => Ok(None),
    }
}

impl Side {
    /// `None` when nothing is known of the function's growth or breakpoints.
    fn of(function: Function, job: &Job<'_>) -> Result<Option<Self>, GaussianError> {
        match Analysis::of(&function, job) {
            Ok(analysis) => Ok(Some(Self { function, analysis })),
            Err(GaussianError::Stopped(why)) => Err(why.into()),
            Err(_) => Ok(None),
        }
    }
}

impl Pair {
    /// Of two functions with a common parity, or none; `None` when ρ is not told from ±1 or a function is not understood.
    fn new(
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
        let sides = Side::of(f, job)?.zip(Side::of(g, job)?);
        Ok(sides.map(|(f, g)| Self { f, g, angle, fold, negated: turned && parity == Parity::Odd }))
    }

    /// Steps of one point of the plane.
    fn cost(&self, bits: u32) -> u64 {
        self.f.analysis.ball_cost(bits) + self.g.analysis.ball_cost(bits) + POINT_STEPS
    }

    /// The integral over the plane by the cheaper rule, in at most `most` steps.
    fn integral(&self, routes: &[Route], most: f64, bits: u32, job: &Job<'_>) -> Result<Option<Ball>, GaussianError> {
        let target = f64::from(bits) * std::f64::consts::LN_2 + 2.0;
        let most = most / self.cost(bits) as f64;
        let lattice = if routes.contains(&Route::Lattice) { lattice::plan(self, target, job)? } else { None };
        let lattice = lattice.filter(|plan| plan.points(self.fold) <= most);
        let room = lattice.map_or(most, |plan| plan.points(self.fold) / POINTS_PER_CELL_POINT);
        let found = match lattice {
            Some(plan) if room <= FEW_POINTS || !routes.contains(&Route::Cells) => rows::sum(self, &plan, bits, job)?,
            _ if !routes.contains(&Route::Cells) => None,
            _ => match (cells::plan(self, target, room, bits, job)?, lattice) {
                (Some(plan), _) => cubature::integral(self, &plan, bits, job)?,
                (None, Some(plan)) => rows::sum(self, &plan, bits, job)?,
                (None, None) => None,
            },
        };
        Ok(found.map(|ball| if self.negated { -ball } else { ball }))
    }

    /// α and β in double precision, to within a few units of the last place.
    fn doubles(&self) -> [f64; 2] {
        [self.angle[0].to_f64(), self.angle[1].to_f64()]
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
